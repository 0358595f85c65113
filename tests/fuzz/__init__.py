"""Extracts damaged in every way we could think of, by seed: nothing may break, get lost or come to light."""
