"""Keskitetty resurssien johtaminen: own and purchased resources, directed to families as one whole."""

from __future__ import annotations

from kumppanuus.analysis import Analysis
from kumppanuus.resources import allocation, capacity, forecast, packages, scenarios, segments, spending

ROOMS: tuple[Analysis, ...] = (
    spending.ANALYSIS, segments.ANALYSIS, forecast.ANALYSIS, capacity.ANALYSIS,
    allocation.ANALYSIS, packages.ANALYSIS, scenarios.ANALYSIS,
)  # fmt: skip
