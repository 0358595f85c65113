"""The report as slides that can be edited: native charts where they can be, notes for the speaker, our metadata."""

from __future__ import annotations

from kumppanuus.report.slides.deck import write_slides

__all__ = ["write_slides"]
