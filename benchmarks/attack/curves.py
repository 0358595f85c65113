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
from benchmarks.attack.meaning import DURATIONS, EXITS
from benchmarks.attack.publish import Case

FEW = 4
POOL = "other"
"""Code of what is not shown alone; a cause or state of that name may be in it, with others."""
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
    yield from _every_curve(case)
    yield from _in_two_rooms(case)
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


def _every_curve(case: Case) -> Iterator[Find]:
    """Few ends between two points of any curve of any room: of a cause, a state, a return."""
    for room, result in case.released.results.items():  # type: ignore[union-attr]
        for name in result.tables:
            if room != DURATIONS or not name.endswith("_curves"):
                for label, (points, curve) in _published(case, room, name).items():
                    shown = _Curve("", label, points, curve.days, curve.ended)
                    yield from _alone(f"{room}.{name}", shown)


def _published(case: Case, room: str, name: str, *, all_ends: bool = False) -> dict[str, tuple[np.ndarray, _Curve]]:
    """Return the published points of every curve of a table, and its exact ends; a pool has what is not shown alone.

    Parameters
    ----------
    all_ends : all causes of a group together.
    """
    table = case.released.results[room].tables[name]  # type: ignore[union-attr]
    declared, exact = table.declaration, getattr(case.exact[room], name)
    share = next((each for each in ("survival", "share") if each in table.frame), "")
    if declared.form != "curve" or not share:
        return {}
    groups = [each for each in table.frame if each in declared.dimensions and each not in ("time", *declared.together)]
    found = {}
    told = table.frame.dropna(subset=[share])
    for key, part in told.groupby(groups) if groups else [((), told)]:
        codes = key if isinstance(key, tuple) else (key,)
        true = exact[np.logical_and.reduce([exact[each] == code for each, code in zip(groups, codes, strict=True)])
                     if groups else np.ones(len(exact), bool)]  # fmt: skip
        causes = declared.together[0] if declared.together else ""
        kinds = part[causes].unique() if causes and not all_ends else [""]
        for kind in kinds:
            own = part[part[causes] == kind] if kind else part
            mine = true[~true[causes].isin(set(kinds) - {kind})] if kind else true
            if kind and kind != POOL and kind in set(true[causes]):
                mine = true[true[causes] == kind]
            days, ended = _summed(mine)
            label = " ".join(map(str, (*codes, kind))).strip()
            found[label] = (np.unique(own["time"].to_numpy(dtype=float)), _Curve("", label, days[:0], days, ended))
    return found


def _summed(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    by_day = rows.groupby(rows["time"].astype(float))["events"].sum().sort_index()
    return by_day.index.to_numpy(dtype=float), by_day.to_numpy(dtype=float)


def _in_two_rooms(case: Case) -> Iterator[Find]:
    """The causes of the ends add up to how many have ended: two curves of one group, at other points."""
    rooms = case.released.results  # type: ignore[union-attr]
    if not all(room in rooms and rooms[room].status == "ok" for room in (DURATIONS, EXITS)):
        return
    for one, other in (("level_curves", "levels"), ("service_curves", "services")):
        lasting, ending = _published(case, DURATIONS, one), _published(case, EXITS, other, all_ends=True)
        for label in lasting.keys() & ending.keys():
            (some, curve), (more, _) = lasting[label], ending[label]
            both = _Curve("", label, np.union1d(some, more), curve.days, curve.ended)
            for find in _alone(f"{one} and {other}", both):
                yield Find("one curve in two rooms", find.where, find.what)


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
