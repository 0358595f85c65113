"""Lähtötilanneanalyysi: how able is the organiser to support families effectively and in time."""

from __future__ import annotations

from kumppanuus.analysis import Analysis
from kumppanuus.baseline import (
    capability,
    caseload,
    concentration,
    coverage,
    data_quality,
    equity,
    fragmentation,
    money,
    needs,
    pain_points,
    peers,
    shared_support,
    timeliness,
    waiting,
)

ROOMS: tuple[Analysis, ...] = (
    pain_points.ANALYSIS,
    data_quality.ANALYSIS,
    coverage.ANALYSIS,
    timeliness.ANALYSIS,
    waiting.ANALYSIS,
    caseload.ANALYSIS,
    money.ANALYSIS,
    concentration.ANALYSIS,
    fragmentation.ANALYSIS,
    equity.ANALYSIS,
    peers.ANALYSIS,
    capability.ANALYSIS,
    needs.ANALYSIS,
    shared_support.ANALYSIS,
)
