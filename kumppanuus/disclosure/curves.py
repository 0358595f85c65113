"""How curves are protected (R8): fewer points, whole percent, and parts of a whole that do not give each other away.

A level's curve pools the relationships of its services. Whoever holds the curve of the whole and of all parts but one
can subtract; so the curves of one whole share its grid, see `shared_points`.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumppanuus.analysis import Table
from kumppanuus.disclosure import rules as rule
from kumppanuus.disclosure.protect import protected_cells, protected_table
from kumppanuus.disclosure.released import ReleasedTable, Rules
from kumppanuus.register.calendar import MONTH_DAYS

TABLE_MONTHS = 6
"""Every sixth month keeps its number at risk, with the share empty where it is no published point."""
Key = tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """The curves that others are parts of: what may be known of them and what was published.

    dimensions : those of the whole; the parts have them too.
    exact : its rows before protection.
    """

    table: Table
    exact: pd.DataFrame
    released: ReleasedTable

    @property
    def dimensions(self) -> list[str]:
        """Dimensions of the whole without its time axis."""
        return _groups(self.table)


@dataclass(frozen=True, slots=True)
class _Known:
    """A curve as an observer of published points knows it: events gathered up to each published day."""

    days: frozenset[float]
    last: float
    steps: rule.Floats
    gathered: rule.Floats

    def upto(self, day: float) -> float:
        place = int(np.searchsorted(self.steps, day, side="right"))
        return float(self.gathered[place - 1]) if place else 0.0


def protect_curve(
    name: str, table: Table, frame: pd.DataFrame, rules: Rules, whole: Whole | None = None
) -> ReleasedTable:
    """Protect curves on a monthly grid (R8): points are dropped until enough events have come, values are whole %.

    A curve has the columns ``events`` (since the previous grid point) and ``at_risk``; events are not published.

    Parameters
    ----------
    whole : the sibling whose curves these are parts of (their ``events`` are declared ``part_of`` its events).
    """
    curves = {key: curve.sort_values(table.names("time")[0]) for key, curve in _by_group(table, frame, _groups(table))}
    started = {key: curve for key, curve in curves.items() if len(curve) and _may_start(table, curve, rules)}
    points = shared_points(table, started, whole) if whole else {}
    kept = [_kept(table, curve, points.get(key, _own_points(table, curve))) for key, curve in started.items()]
    rows = pd.concat(kept, ignore_index=True) if kept else frame.iloc[:0].reset_index(drop=True)
    hidden = np.zeros(len(rows), dtype=bool)
    published, masked = protected_cells(table, rows, hidden, rules)
    for column, rounding in (("survival", np.round), ("lower", np.floor), ("upper", np.ceil)):
        for each in table.names(column):
            published[each] = rounding(np.round(rows[each].astype(float) * 100, 6)) / 100
    done = protected_table(name, table, published.drop(columns="events"), masked.drop(columns="events"), hidden)
    return ReleasedTable(name, table, done.frame, done.masked, done.hidden + len(curves) - len(started))


def shared_points(table: Table, curves: Mapping[Key, pd.DataFrame], whole: Whole) -> dict[Key, rule.Bools]:
    """Choose the published points of parts so that no difference between whole and parts holds 1 to 4 events.

    The parts of a whole come in the order of their events, most first. The points of each are among those of the
    whole and of every part before it (as far as that one reaches), so an observer can subtract over intervals between
    its points only. A point is published when both the part and what is left of the whole (the parts after it and all
    that have no curve) have had enough events since the last one; what is left may also have had none. Any other
    difference contains a part with points at least as dense, which has enough events of its own.

    Returns
    -------
    For the curves that belong to a published whole: which rows are points.
    """
    time, groups = table.names("time")[0], _groups(table)
    wholes = _wholes(whole)
    chosen: dict[Key, rule.Bools] = {}
    before: dict[Key, list[_Known]] = {}
    for key in sorted(curves, key=lambda each: -float(curves[each]["events"].sum())):
        above = tuple(part for name, part in zip(groups, key, strict=True) if name in whole.dimensions)
        if above not in wholes:
            continue
        finer = before.setdefault(above, [])
        points = _points_of_part(table, curves[key], wholes[above], finer)
        chosen[key] = points
        finer.append(_known(curves[key], time, points))
    return chosen


def _points_of_part(table: Table, curve: pd.DataFrame, whole: _Known, finer: list[_Known]) -> rule.Bools:
    days = curve[table.names("time")[0]].to_numpy(dtype=float)
    months, at_risk = _months(days), curve["at_risk"].to_numpy(dtype=float)
    own = _known(curve, table.names("time")[0], np.ones(len(days), dtype=bool))
    apart = 1 if _persons(table, curve) >= rule.CURVE_MONTHLY else 3
    points = np.zeros(len(days), dtype=bool)
    points[0], last = True, 0
    for place in range(1, len(days)):
        if at_risk[place] < rule.CURVE_AT_RISK:
            break
        since, day = days[last], days[place]
        common = day in whole.days and all(day in each.days or day > each.last for each in finer)
        told = [each for each in finer if day <= each.last]
        new = own.upto(day) - own.upto(since)
        left = whole.upto(day) - whole.upto(since) - new - sum(each.upto(day) - each.upto(since) for each in told)
        enough = new >= rule.CURVE_EVENTS and (left == 0 or abs(left) >= rule.CURVE_EVENTS)
        if common and enough and months[place] - months[last] >= apart:
            points[place], last = True, place
    return points


def _wholes(whole: Whole) -> dict[Key, _Known]:
    """Return the published curves of the whole, with their exact events."""
    time, groups = whole.table.names("time")[0], whole.dimensions
    shares = list(whole.table.names("survival"))
    shown = dict(_by_group(whole.table, whole.released.frame.dropna(subset=shares), groups))
    exact = dict(_by_group(whole.table, whole.exact, groups))
    known = {}
    for key, points in shown.items():
        curve = exact[key].sort_values(time)
        known[key] = _known(curve, time, curve[time].isin(points[time]).to_numpy())
    return known


def _known(curve: pd.DataFrame, time: str, points: rule.Bools) -> _Known:
    days = curve[time].to_numpy(dtype=float)
    published = days[points]
    return _Known(
        frozenset(published.tolist()), float(published.max(initial=0.0)), days,
        np.cumsum(curve["events"].to_numpy(dtype=float)),
    )  # fmt: skip


def _groups(table: Table) -> list[str]:
    return [each for each in table.dimensions if table.columns[each].role != "time"]


def _by_group(table: Table, frame: pd.DataFrame, groups: list[str]) -> list[tuple[Key, pd.DataFrame]]:
    if not groups:
        return [((), frame)]
    return [(key if isinstance(key, tuple) else (key,), part) for key, part in frame.groupby(groups, sort=False)]


def _months(days: rule.Floats) -> rule.Floats:
    return np.asarray(np.ceil(days / MONTH_DAYS - 1e-9))


def _persons(table: Table, curve: pd.DataFrame) -> float:
    return float(curve[table.names("persons")[0]].iloc[0])


def _may_start(table: Table, curve: pd.DataFrame, rules: Rules) -> bool:
    return rule.curve_may_start(_persons(table, curve), float(curve[table.names("families")[0]].iloc[0]), rules)


def _own_points(table: Table, curve: pd.DataFrame) -> rule.Bools:
    events, at_risk = curve["events"].to_numpy(dtype=float), curve["at_risk"].to_numpy(dtype=float)
    return rule.curve_points(events, at_risk, _persons(table, curve))


def _kept(table: Table, curve: pd.DataFrame, published: rule.Bools) -> pd.DataFrame:
    """Return the rows of one curve that may be published, shares emptied where only the at-risk number may."""
    months = _months(curve[table.names("time")[0]].to_numpy(dtype=float))
    rows = published | ((months % TABLE_MONTHS == 0) & (months <= months[published].max()))
    shares = list(table.names("survival", "lower", "upper"))
    thinned = curve.astype(dict.fromkeys(shares, float))
    thinned.loc[~published, shares] = np.nan
    return pd.DataFrame(thinned[rows])
