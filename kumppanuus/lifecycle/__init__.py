"""Elinkaarianalyysi: how clients spread over services, how long client relationships last, how they are built."""

from __future__ import annotations

from kumppanuus.analysis import Analysis
from kumppanuus.lifecycle import durations, network

ROOMS: tuple[Analysis, ...] = (durations.ANALYSIS, network.ANALYSIS)
