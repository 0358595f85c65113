"""The same curve in two tables: how long relationships last, and the causes they end of (R8).

Causes add up to all ends, so the two tables show one curve at two sets of points, and between a point of the one and
a point of the other there may lie a single end. The table that divides the curve gives way: it keeps the points that
the plain curve has as well. Which those are is published, so that a missing point says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
import pandas as pd

from kumppanuus.analysis import Table
from kumppanuus.disclosure import rules_curves as rule
from kumppanuus.disclosure.curve_groups import SHARES, Curves, Key, curves_of, group_dimensions
from kumppanuus.disclosure.curve_points import Stream, together
from kumppanuus.disclosure.placed import Name
from kumppanuus.disclosure.readings import read_off_curves
from kumppanuus.disclosure.released import Guarded, Rules
from kumppanuus.disclosure.rules import Floats

_LEADS = ("survival", "incidence", "recurrence")
"""Of two tables with the same curve the one whose role comes first keeps its points; then the first by name."""
COMMON = 2
"""Curves that have the same ends up to so many common days are the same."""
Results = Mapping[str, Mapping[str, Guarded]]
Streams = Mapping[Key, Stream]


@dataclass(frozen=True, slots=True)
class _Shown:
    """A curve of all ends of a group, as it was published.

    rows : its published rows of one cause. stream : its exact ends.
    """

    name: Name
    key: Key
    group: frozenset[tuple[str, str]]
    rows: pd.DataFrame
    stream: Stream
    share: str
    time: str

    @property
    def points(self) -> list[float]:
        """Days on which a share is published."""
        return [float(day) for day in self.rows.loc[self.rows[self.share].notna(), self.time]]

    @property
    def days(self) -> list[float]:
        """Days on which anything is."""
        return [float(day) for day in self.rows[self.time]]

    def same(self, other: _Shown) -> bool:
        """Whether both are one curve: the same ends up to all days that both are counted on."""
        return _alike([self.stream], [other.stream])


def all_ends(table: Table, exact: pd.DataFrame) -> Streams:
    """Return the ends of all causes of each group of a table, before protection; nothing of other tables."""
    if table.form != "curve" or not table.names(*_LEADS):
        return {}
    curves = curves_of(table, exact)
    if not all(each.on_one_grid for each in curves.values()):  # refused where it is protected
        return {}
    return {key: together(list(each.streams().values())) for key, each in curves.items()}


def in_step(done: Results, exact: Mapping[Name, Streams], rules: Rules) -> dict[str, dict[str, Guarded]]:
    """Return the tables with the points that another table does not have left out of curves that it shows as well.

    Parameters
    ----------
    done : protected tables by analysis and name. exact : what `all_ends` says of each.
    """
    shown = sorted(_all_shown(done, exact), key=lambda each: (_LEADS.index(_role(done, each)), each.name))
    changed = {key: dict(tables) for key, tables in done.items()}
    for place, each in enumerate(shown):
        leader = next((one for one in shown[:place] if one.group == each.group and one.same(each)), None)
        if leader:
            _keep(changed, each, leader.points, leader.days)
        else:
            told = [day for day in each.points if day > 0 and _tells(day, each, shown[:place], rules)]
            _keep(changed, each, [day for day in each.points if day not in told],
                  [day for day in each.days if day not in told])  # fmt: skip
    return {key: _read_again(tables, done[key]) for key, tables in changed.items()}


def _role(done: Results, shown: _Shown) -> str:
    return done[shown.name[0]][shown.name[1]].table.declaration.columns[shown.share].role


def _all_shown(done: Results, exact: Mapping[Name, Streams]) -> Iterator[_Shown]:
    for analysis, tables in done.items():
        for name, guarded in tables.items():
            table, streams = guarded.table.declaration, exact[analysis, name]
            if not streams or guarded.table.frame.empty:
                continue
            names, time, share = group_dimensions(table), table.names("time")[0], table.names(*_LEADS)[0]
            for key, curves in curves_of(table, guarded.table.frame).items():
                group = frozenset(zip(names, map(str, key), strict=True))
                yield _Shown((analysis, name), key, group, _one(curves), streams[key], share, time)


def _one(curves: Curves) -> pd.DataFrame:
    """Return the rows of a group, the share of all its causes together in place of that of each."""
    share = curves.table.names(*SHARES)[0]
    rows = curves.first.reset_index(drop=True)
    if curves.table.together:
        ended = np.sum([each[share].to_numpy(dtype=float) for each in curves.by_code.values()], axis=0)
        rows = rows.assign(**{share: ended})
    return rows


def _alike(some: list[Stream], others: list[Stream]) -> bool:
    """Return whether streams together have the same ends as others up to all days that all are counted on."""
    days = reduce(np.intersect1d, (each.days[each.days > 0] for each in (*some, *others)))
    one, other = (np.sum([_gathered(each, days) for each in side], axis=0) for side in (some, others))
    return len(days) >= COMMON and np.array_equal(one, other) and bool(one[-1] > 0)


def _gathered(stream: Stream, days: Floats) -> Floats:
    """Return the ends after the first day up to each of the days."""
    upto = stream.events[np.searchsorted(stream.days, days, side="right") - 1]
    return np.asarray(upto - stream.events[stream.days <= 0].max(initial=0.0))


def _tells(day: float, curve: _Shown, before: list[_Shown], rules: Rules) -> bool:
    """Whether few ends lie between a point and one at which other curves together tell how many there were.

    Those of a level each tell the ends of all, where whole percents of few people are exact numbers.
    """
    for name in dict.fromkeys(each.name for each in before):
        parts = [each for each in before if each.name == name and each.group > curve.group]
        if not parts or not _alike([each.stream for each in parts], [curve.stream]):
            continue
        for other in set.intersection(*(set(each.points) for each in parts)):
            since, until = min(day, other), max(day, other)
            ends = max(sum(each.stream.ends(since, until).events for each in side) for side in ([curve], parts))
            told = sum(_spread(each, other, rules) for each in parts) + 1 < rule.CANDIDATES
            if told and not rule.nothing_or_enough(rule.Ends(ends), rules):
                return True
    return False


def _spread(curve: _Shown, day: float, rules: Rules) -> float:
    first, rows = curve.rows.iloc[0], curve.rows[curve.rows[curve.time] == day].iloc[0]
    point = rule.Point(float(rows[curve.share]), float(rows["at_risk"]))
    return rule.open_spread(float(first["at_risk"]), point, rules)


def _keep(changed: dict[str, dict[str, Guarded]], curve: _Shown, points: list[float], days: list[float]) -> None:
    """Leave out the rows of a curve on other days, and shares on days that are no points."""
    analysis, name = curve.name
    guarded = changed[analysis][name]
    table = guarded.table.declaration
    frame = guarded.table.frame.copy()
    mine = np.ones(len(frame), dtype=bool)
    for dimension, code in zip(group_dimensions(table), curve.key, strict=True):
        mine &= (frame[dimension] == code).to_numpy()
    time = frame[curve.time].astype(float)
    shares = [each for each in table.names(*SHARES, "lower", "upper") if each in frame]
    empty = mine & ~time.isin(points).to_numpy()
    gone = mine & ~time.isin(days).to_numpy()
    if not gone.any() and frame.loc[empty, shares].isna().all(axis=None):
        return
    frame.loc[empty, shares] = np.nan
    kept = np.flatnonzero(~gone)
    frame, masked, exact = (
        each.iloc[kept].reset_index(drop=True) for each in (frame, guarded.table.masked, guarded.exact)
    )
    told = tuple(dict.fromkeys((*guarded.table.told, "points")))
    changed[analysis][name] = Guarded(replace(guarded.table, frame=frame, masked=masked, told=told), exact)


def _read_again(tables: dict[str, Guarded], before: Mapping[str, Guarded]) -> dict[str, Guarded]:
    """Return the tables of an analysis with what is read off its curves, when any of them has fewer points now."""
    if all(tables[name] is before[name] for name in tables):
        return tables
    released = {name: each.table for name, each in tables.items()}
    return {
        name: replace(each, table=read_off_curves(each.table, released)) if each.table.declaration.names("from_curve")
        else each for name, each in tables.items()
    }  # fmt: skip
