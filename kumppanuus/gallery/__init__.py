"""Rooms on declared synthetic tables: every form of chart, shown before a register asks for it.

They are analyses like any other, declared, released through the gate and drawn; only their counts are made up. They
stand in no report on a register. Whoever builds a room looks here for the form it needs.
"""

from __future__ import annotations

from kumppanuus.analysis import Analysis
from kumppanuus.gallery import (
    allocation,
    assessments,
    concentration,
    contacts,
    cost_change,
    pathways,
    ratios,
    reach,
    states,
    stock,
    ties,
    timeliness,
    together,
    waiting,
    wellbeing,
)

ROOMS: tuple[Analysis, ...] = (
    allocation.ANALYSIS,
    assessments.ANALYSIS,
    concentration.ANALYSIS,
    contacts.ANALYSIS,
    cost_change.ANALYSIS,
    pathways.ANALYSIS,
    ratios.ANALYSIS,
    reach.ANALYSIS,
    states.ANALYSIS,
    stock.ANALYSIS,
    ties.ANALYSIS,
    timeliness.ANALYSIS,
    together.ANALYSIS,
    waiting.ANALYSIS,
    wellbeing.ANALYSIS,
)
