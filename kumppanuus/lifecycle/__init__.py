"""Elinkaarianalyysi: how clients spread over services, how long client relationships last, how they are built."""

from __future__ import annotations

from kumppanuus.analysis import Analysis
from kumppanuus.lifecycle import (
    combinations,
    determinants,
    distribution,
    durations,
    exits,
    flow,
    levels,
    network,
    parallel,
    pathways,
    returns,
    trajectories,
)

ROOMS: tuple[Analysis, ...] = (
    flow.ANALYSIS,
    distribution.ANALYSIS,
    durations.ANALYSIS,
    exits.ANALYSIS,
    levels.ANALYSIS,
    returns.ANALYSIS,
    determinants.ANALYSIS,
    parallel.ANALYSIS,
    network.ANALYSIS,
    combinations.ANALYSIS,
    pathways.ANALYSIS,
    trajectories.ANALYSIS,
)
