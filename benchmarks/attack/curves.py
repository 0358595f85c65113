"""Event days and small groups of events out of published curves.

A curve tells how many ended between two of its points. Who holds the curve of a level and those of its services
subtracts. Neither may leave 1 to 4 ends between two points; and no point may lie elsewhere than at full months.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.attack.finds import Find
from benchmarks.attack.meaning import DURATIONS
from benchmarks.attack.publish import Case

FEW = 4
MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True)
class _Curve:
    """Published points of a curve and the exact ends up to any day."""

    level: str
    name: str
    points: np.ndarray
    days: np.ndarray
    ended: np.ndarray

    def between(self, first: float, last: float) -> float:
        """Return the exact ends after `first` up to `last`."""
        upto = np.append(0.0, np.cumsum(self.ended))
        return float(upto[np.searchsorted(self.days, last, "right")] - upto[np.searchsorted(self.days, first, "right")])


def curve_finds(case: Case) -> Iterator[Find]:
    """Attack the curves of a case."""
    assert case.released is not None
    result = case.released.results.get(DURATIONS)
    if result is None or result.status != "ok":
        return
    levels, services = _curves(case, "level"), _curves(case, "service")
    for table, curves in (("level_curves", levels), ("service_curves", services)):
        for curve in curves:
            yield from _alone(table, curve)
    for level in levels:
        yield from _less_parts(level, [each for each in services if each.level == level.name])
    for table in ("level_curves", "service_curves"):
        yield from _off_the_grid(table, result[table])


def _curves(case: Case, code: str) -> list[_Curve]:
    shown = case.released.results[DURATIONS][f"{code}_curves"]  # type: ignore[union-attr]
    exact = getattr(case.exact[DURATIONS], f"{code}_curves")
    found = []
    for name, part in shown.dropna(subset=["survival"]).groupby(code):
        true = exact[exact[code] == name].sort_values("time")
        found.append(_Curve(str(true["level"].iloc[0]), str(name), np.sort(part["time"].to_numpy(dtype=float)),
                            true["time"].to_numpy(dtype=float), true["events"].to_numpy(dtype=float)))  # fmt: skip
    return found


def _alone(table: str, curve: _Curve) -> Iterator[Find]:
    for first, last in zip(curve.points[:-1], curve.points[1:], strict=True):
        if 1 <= curve.between(first, last) <= FEW:
            yield Find("events between points", f"{table} {curve.name} days {first:.0f}-{last:.0f}", "1 to 4 ends")


def _less_parts(level: _Curve, parts: list[_Curve]) -> Iterator[Find]:
    for place, first in enumerate(level.points):
        for last in level.points[place + 1 :]:
            told = [each for each in parts if first in each.points and last in each.points]
            rest = level.between(first, last) - sum(each.between(first, last) for each in told)
            if told and 1 <= abs(rest) <= FEW:
                yield Find(
                    "level less its services", f"{level.name} days {first:.0f}-{last:.0f}", "1 to 4 ends are left"
                )


def _off_the_grid(table: str, frame: pd.DataFrame) -> Iterator[Find]:
    days = frame["time"].to_numpy(dtype=float)
    for day in np.unique(days[days != np.floor(np.round(days / MONTH) * MONTH)]):
        if day != np.floor(np.ceil(day / MONTH - 1e-9) * MONTH):
            yield Find("event days", f"{table} day {day:.0f}", "a point that is no full month")
