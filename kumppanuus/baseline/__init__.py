"""Lähtötilanneanalyysi: how able is the organiser to support families effectively and in time."""

from __future__ import annotations

from kumppanuus.analysis import Analysis
from kumppanuus.baseline import coverage, data_quality

ROOMS: tuple[Analysis, ...] = (data_quality.ANALYSIS, coverage.ANALYSIS)
