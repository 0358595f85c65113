"""Keskitetty resurssien johtaminen: own and purchased resources, directed to families as one whole."""

from __future__ import annotations

from kumppanuus.analysis import Analysis
from kumppanuus.resources import spending

ROOMS: tuple[Analysis, ...] = (spending.ANALYSIS,)
