"""Registers that several tests of the rooms read."""

from __future__ import annotations

from tests.lifecycle.clean_town import clean_town

__all__ = ["clean_town"]
