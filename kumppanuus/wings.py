"""The floor plan: which rooms exist, in the order of the report. An explicit tuple, no folder scanning."""

from __future__ import annotations

from kumppanuus import access, baseline, development, evaluation, lifecycle, partner, resources
from kumppanuus.analysis import Analysis

ROOMS: tuple[Analysis, ...] = (
    *baseline.ROOMS,
    *lifecycle.ROOMS,
    *development.ROOMS,
    *access.ROOMS,
    *resources.ROOMS,
    *partner.ROOMS,
    *evaluation.ROOMS,
)
