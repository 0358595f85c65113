"""A scenario as assumed and in every draw, and how its numbers are written: three digits, limits outwards."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kumppanuus.analysis import Context
from kumppanuus.methods.intervals import Floats
from kumppanuus.resources.scenarios.ahead import Ahead
from kumppanuus.study_scenarios import TODAY, Scenario

LOW, HIGH = 0.1, 0.9
MOST_POINTS = 12


@dataclass(frozen=True, slots=True)
class Future:
    """One scenario, or today's course (``scenario`` None): as assumed, and in every draw, up to its own horizon."""

    scenario: Scenario | None
    months: int
    point: Ahead
    draws: Ahead
    rate: Floats
    rate_draws: Floats

    @property
    def code(self) -> str:
        """Its code in the tables."""
        return TODAY if self.scenario is None else self.scenario.code


def months_told(horizon: int, context: Context) -> list[int]:
    """Return the months that are told, the same for all scenarios: equal steps, and every horizon."""
    horizons = {each.horizon_months for each in context.scenarios}
    step = math.ceil(max(horizons) / MOST_POINTS)
    return sorted(month for month in {*range(step, max(horizons), step), *horizons} if month <= horizon)


def limited(name: str, value: float, draws: Floats, *, plain: bool = False) -> dict[str, float]:
    """Return a number with the limits of its draws, rounded outwards; they hold the number itself.

    plain : whole numbers under `name` itself; else euros on three digits under ``NAME_eur``.
    """
    lower, upper = map(float, np.quantile(draws, (LOW, HIGH)))
    if plain:
        told = (round(value), math.floor(min(lower, value)), math.ceil(max(upper, value)))
        return {name: told[0], f"{name}_lower": min(told[1], told[0]), f"{name}_upper": max(told[2], told[0])}
    step = step_of(max(abs(value), abs(lower), abs(upper)))
    middle = round(value / step) * step
    ends = (math.floor(min(lower, value) / step) * step, math.ceil(max(upper, value) / step) * step)
    return {f"{name}_eur": middle, f"{name}_lower": min(ends[0], middle), f"{name}_upper": max(ends[1], middle)}


def per(whole: float, part: float, places: int | None = None) -> float:
    """Return the whole for one of its parts; NaN where there is no part."""
    if not part > 0 or math.isnan(whole):
        return math.nan
    return whole / part if places is None else round(whole / part, places)


def step_of(largest: float) -> float:
    """Return the step in which sums of this size are written: three digits, at least a euro."""
    return float(10 ** max(math.floor(math.log10(largest)) - 2, 0)) if largest >= 1 else 1.0


def digits(value: float) -> float:
    """Return a sum on three digits."""
    step = step_of(abs(value)) if math.isfinite(value) else 1.0
    return round(value / step) * step if math.isfinite(value) else math.nan
