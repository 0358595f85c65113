"""From one service to many: the share that has had two, three … services open at once, by the time since the first.

Each rung of the ladder is an end of its own: "so many at once, for the first time". The share that has got there is
1 − S of the product-limit estimate, with late entry and censoring like any other (`survival`); nothing competes with a
rung, for whoever leaves all services may still come back and get there. Who stands on a rung, and no higher, is the
difference of two such shares.

The first day is day 1: two services that begin together are two at once on day 1.

References
----------
Kaplan & Meier, JASA 53 (1958) 457–481. The highest rung so far is a progressive model; state shares as differences of
product-limit curves: Pepe, JASA 86 (1991) 770–778.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kumppanuus.methods.daygrid import DayCounts
from kumppanuus.methods.family_bands import with_family_band
from kumppanuus.methods.intervals import Floats
from kumppanuus.methods.monthgrid import Whole
from kumppanuus.methods.survival import Quantile, survival_curve


@dataclass(frozen=True, slots=True)
class Ladder:
    """Shares that have reached each rung, on whole days.

    rungs : 2, 3 …: so many at once. Rows of all arrays with two dimensions are in this order.
    days : 0, 1, … to the last day anybody was observed.
    at_risk : of each rung, under observation and not there yet; shape (rungs, days). events : get there on the day.
    reached : share that has; shape (rungs, days). lower, upper : its limits; NaN where unknown.
    median : of each rung the day on which half are there, with limits; NaN = not reached.
    """

    rungs: tuple[int, ...]
    days: npt.NDArray[np.int64]
    at_risk: Floats
    events: Floats
    reached: Floats
    lower: Floats
    upper: Floats
    median: tuple[Quantile, ...]

    @property
    def standing(self) -> Floats:
        """Share with exactly so many as the most so far: 1 and each rung; shape (rungs + 1, days). Adds up to 1.

        Where few are left under observation the share of a higher rung could overtake that of a lower one; it is held.
        """
        held = np.minimum.accumulate(self.reached, axis=0)
        return np.asarray(-np.diff(held, axis=0, prepend=1.0, append=0.0))

    def at(self, rung: int, day: int) -> tuple[float, float, float]:
        """Return the share that has reached a rung by `day` with its limits; NaN after the last observed day."""
        if day > int(self.days[-1]):
            return (np.nan, np.nan, np.nan)
        row = self.rungs.index(rung)
        return (float(self.reached[row, day]), float(self.lower[row, day]), float(self.upper[row, day]))


def ladder(
    counts: Mapping[int, DayCounts], by_group: Mapping[int, DayCounts] | None = None, weights: Floats | None = None,
    ends: Whole | None = None,
) -> Ladder:  # fmt: skip
    """Estimate the ladder of counts.

    Parameters
    ----------
    counts : rung → counts by day since the first service; ``ended`` = gets there, ``censored`` = seen for the last time
        without. Everybody is in the counts of every rung.
    by_group, weights, ends : counts (groups, places of a grid) of the same people, for limits that keep families whole,
        see `family_bands.with_family_band`. None: Greenwood's limits.

    Raises
    ------
    ValueError
        When there is no rung, or nobody.
    """
    if not counts or not any(each.entering.any() for each in counts.values()):
        raise ValueError("counts: nobody to follow")
    curves = []
    for rung in sorted(counts):
        curve = survival_curve(counts[rung])
        if by_group is not None and weights is not None:
            curve = with_family_band(curve, by_group[rung], weights, ends)
        curves.append(curve)
    size = max(curve.last_day for curve in curves) + 1

    def rows(*arrays: Floats, beyond: float | None = None) -> Floats:
        return np.array([_stretched(each, size, beyond) for each in arrays])

    return Ladder(
        rungs=tuple(sorted(counts)),
        days=np.arange(size, dtype=np.int64),
        at_risk=rows(*(curve.at_risk for curve in curves), beyond=0.0),
        events=rows(*(curve.events for curve in curves), beyond=0.0),
        reached=rows(*(1.0 - curve.survival for curve in curves)),
        lower=rows(*(1.0 - curve.upper for curve in curves)),
        upper=rows(*(1.0 - curve.lower for curve in curves)),
        median=tuple(curve.median for curve in curves),
    )


def _stretched(values: Floats, size: int, beyond: float | None) -> Floats:
    """Lengthen a row to `size` days: by `beyond`, or by its last value (all are there, or nobody is left)."""
    last = values[-1] if beyond is None else beyond
    return np.append(values, np.full(size - len(values), last))
