"""The wing `partner`: no rooms yet."""

from __future__ import annotations

from kumppanuus.analysis import Analysis

ROOMS: tuple[Analysis, ...] = ()
