"""How curves are protected (R8): fewer points, whole percent, and curves that do not give each other away.

Four roles: ``survival`` (share still open), ``incidence`` (share with an end of one cause), ``occupation`` (share in
one state) and ``recurrence`` (mean number of an event that can come again). A curve has the columns ``events`` (since
the previous grid point; of a state: moves into and out of it) and ``at_risk``; it may have ``ending_families``
(families whose first end lies there: they add up to a number that is never more than the families behind the events)
and ``families_at_risk`` (likewise at most the true number). Events and these two never leave. The persons and families
of a state are those that were ever in it, of all other curves those of the group.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kumppanuus.analysis import Table
from kumppanuus.disclosure import curve_points as grid
from kumppanuus.disclosure import rules as rule
from kumppanuus.disclosure.curve_groups import (
    SHARES,
    Curves,
    Key,
    curves_of,
    group_dimensions,
    pooled_rows,
    pooled_streams,
)
from kumppanuus.disclosure.curve_parts import Known, Part
from kumppanuus.disclosure.curve_pools import pool_of
from kumppanuus.disclosure.pieces import refuse
from kumppanuus.disclosure.protect import measures_of, protected_cells, protected_table
from kumppanuus.disclosure.released import Guarded, ReleasedTable, Rules
from kumppanuus.disclosure.rules_curves import Point, row_tells, sure_events

TABLE_MONTHS = 6
"""Every sixth month keeps its number at risk, with the share empty where it is no published point."""
TOLD_MONTHS = (6, 12, 24, 36, 48)
"""Points of a survival curve lie here rather than just before: the causes of the same ends are told then."""
_ROUNDING = {"lower": np.floor, "upper": np.ceil}
Pools = Mapping[Key, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Whole:
    """The curves that others are parts of: what may be known of them and what was published.

    exact : its rows before protection.
    """

    table: Table
    exact: pd.DataFrame
    released: ReleasedTable

    def above(self, table: Table, key: Key) -> Key:
        """Return the group of the whole that a group of its parts belongs to."""
        mine = group_dimensions(self.table)
        return tuple(code for name, code in zip(group_dimensions(table), key, strict=True) if name in mine)


def protect_curve(
    name: str, table: Table, frame: pd.DataFrame, rules: Rules, whole: Whole | None = None, tighten: int = 0
) -> Guarded:
    """Protect curves on a monthly grid (R8): points are dropped until enough events have come, values are whole %.

    Parameters
    ----------
    whole : the sibling whose curves these are parts of (their ``events`` are declared ``part_of`` its events).
    tighten : 1: points are three times as far apart; each further one pools one more cause or state of each group,
        then leaves out one more group, the smallest first.

    Raises
    ------
    DisclosureError
        KU525 when the causes or states of a group have different days.
    """
    curves = curves_of(table, frame)
    if not all(each.on_one_grid for each in curves.values()):
        raise refuse(name, table.names("time")[0], table.form)
    codes = max((len(each.by_code) for each in curves.values()), default=1)
    more, leave = min(max(tighten - 1, 0), codes - 1), max(tighten - codes, 0)
    started = _started(curves, rules, leave)
    pools = _pools(table, started, rules, whole, more)
    points = _points(table, curves, started, pools, rules, whole, tighten)
    kept = [part for key in started for part in _kept(started[key], pools[key], points[key], rules)]
    rows = pd.concat(kept, ignore_index=True) if kept else frame.iloc[:0].reset_index(drop=True)
    out = len(curves) - len(started)
    thinned = any(len(started[key].days) > points[key].sum() for key in started)
    what = {"left_out": out > 0, "points": thinned, "pooled": any(pools.values()), "longer": tighten > 0}
    done = _protected(name, table, rows[list(table.columns)], rules)
    told = tuple(word for word, true in what.items() if true)
    return Guarded(replace(done, hidden=done.hidden + out, told=told), rows[list(table.columns)])


def _started(curves: Mapping[Key, Curves], rules: Rules, leave: int) -> dict[Key, Curves]:
    """Return the groups with enough people, less the `leave` smallest of them by protected size."""
    enough = {key: each for key, each in curves.items() if rule.curve_may_start(*each.size, rules)}
    sizes = {key: float(rule.round_counts(np.array(each.size[0]), rules.base)) for key, each in enough.items()}
    smallest = sorted(enough, key=lambda key: (sizes[key], tuple(map(str, key))))[:leave]
    return {key: each for key, each in enough.items() if key not in smallest}


def _pools(
    table: Table, started: Mapping[Key, Curves], rules: Rules, whole: Whole | None, more: int
) -> dict[Key, frozenset[str]]:
    """Return what is pooled in each group: the same in all parts of one whole, else one would tell another's."""
    if not table.together:
        return dict.fromkeys(started, frozenset())
    given = {key: frozenset[str]() for key in started}
    siblings: dict[Key, tuple[Key, ...]] = {key: (key,) for key in started}
    if whole and whole.table.together:
        above = {key: whole.above(table, key) for key in started}
        given = {key: _pooled_above(table, whole, above[key]) for key in started}
        siblings = {key: tuple(each for each in started if above[each] == above[key]) for key in started}
    own = {key: pool_of(each.totals(rules), rules, given[key], more) for key, each in started.items()}
    return {key: frozenset().union(given[key], *(own[each] for each in siblings[key])) for key in started}


def _pooled_above(table: Table, whole: Whole, above: Key) -> frozenset[str]:
    """Return the codes that the whole does not show by themselves."""
    exact = curves_of(whole.table, whole.exact).get(above)
    shown = curves_of(whole.table, whole.released.frame).get(above)
    if exact is None or shown is None or whole.table.together != table.together:
        return frozenset()
    return frozenset(exact.by_code) - frozenset(shown.by_code)


def _points(
    table: Table, curves: Mapping[Key, Curves], started: Mapping[Key, Curves], pools: Pools, rules: Rules,
    whole: Whole | None, tighten: int,
) -> dict[Key, rule.Bools]:  # fmt: skip
    """Choose the points of each group; the parts of a whole in the order of their events, most first.

    The points of each part are among those of the whole and of every part before it (as far as that one reaches), so
    an observer can subtract over intervals between its points only. Any other difference contains a part with points
    at least as dense, which has enough events of its own.
    """
    chosen: dict[Key, rule.Bools] = {}
    before: dict[Key, list[Key]] = {}
    knowns: dict[Key, Known] = {}
    for key in sorted(started, key=lambda each: (-started[each].events, tuple(map(str, each)))):
        group = started[key].group(pools[key], grid.months_apart(started[key].size[0], tighten))
        shown = _shown(started[key], rules)
        fits = [grid.nobody_or_enough_inside(group, rules)] if started[key].in_states else []
        above = whole.above(table, key) if whole else ()
        all_of, starts = _known_whole(whole, above, pools[key], rules) if whole else None, True
        if table.names("recurrence"):
            fits.append(grid.no_family_dominates(group))
        if all_of is None:
            alone = table.names("survival") and len(group.streams) == 1
            fits.append(grid.own_events(group, shown, rules) if alone else grid.shared_events(group, rules))
        else:
            told = before.setdefault(above, [])
            rest = [each for each in curves if whole and whole.above(table, each) == above and each not in told]
            others = [pooled_streams(curves[each].streams(), pools[key]) for each in rest if each != key]
            own = _known(group, shown, np.ones(len(shown), dtype=bool))
            part = Part(own, all_of, [knowns[each] for each in told], others)
            fits += [grid.shared_events(group, rules), *part.fits(group, rules)]
            told.append(key)
            starts = part.may_start(group, rules)
        anchors = (TOLD_MONTHS, sure_events(rules)) if table.names("survival") else ()
        chosen[key] = grid.choose(group, fits, *anchors, aligned=all_of is None) & starts
        knowns[key] = _known(group, shown, chosen[key])
    return chosen


def _known_whole(whole: Whole, above: Key, pool: frozenset[str], rules: Rules) -> Known | None:
    """Return the published curves of a whole with what lies behind them, pooled as its parts are."""
    exact = curves_of(whole.table, whole.exact).get(above)
    shares = list(whole.table.names(*SHARES))
    shown = curves_of(whole.table, whole.released.frame.dropna(subset=shares)).get(above)
    if exact is None or shown is None:
        return None
    group = exact.group(pool if whole.table.together else (), 1)
    return _known(group, _shown(exact, rules), np.isin(exact.days, shown.days))


def _known(group: grid.Group, shown: list[Point], points: rule.Bools) -> Known:
    published = {float(day): point for day, point, there in zip(group.days, shown, points, strict=True) if there}
    at_risk = dict(zip(group.days.tolist(), group.at_risk.tolist(), strict=True))
    return Known(published, shown[0].at_risk, group.streams, at_risk)


def _shown(curves: Curves, rules: Rules) -> list[Point]:
    """Return what would be published at each place of the grid; the share of curves that add up tells less: NaN."""
    at_risk = np.where(_few_at_risk(curves, rules), np.nan, rule.round_counts(curves.at_risk, rules.base))
    survival = curves.table.names("survival")
    shares = _percent(curves.first[survival[0]], "survival") if survival else np.full(len(at_risk), np.nan)
    return [Point(float(share), float(risk)) for share, risk in zip(shares, at_risk, strict=True)]


def _few_at_risk(curves: Curves, rules: Rules) -> rule.Bools:
    few = rule.few(curves.at_risk, rules)
    homes = curves.families_at_risk
    return few if homes is None else few | ((curves.at_risk > 0) & (homes < rules.f))


def _percent(values: pd.Series[float], role: str) -> rule.Floats:
    return np.asarray(_ROUNDING.get(role, np.round)(np.round(values.to_numpy(dtype=float) * 100, 6)) / 100)


def _kept(curves: Curves, pool: frozenset[str], points: rule.Bools, rules: Rules) -> list[pd.DataFrame]:
    """Return the rows of a group that may be published, shares emptied where only the number at risk may."""
    days = curves.days[points]
    also = curves.days[_rows_beside(curves, points, rules)]
    shares = list(curves.table.names(*SHARES, "lower", "upper"))
    kept = []
    for rows in pooled_rows(curves, pool).values():
        day = rows[curves.table.names("time")[0]].to_numpy(dtype=float)
        thinned = rows.astype(dict.fromkeys(shares, float))
        thinned.loc[~np.isin(day, days), shares] = np.nan
        kept.append(thinned[np.isin(day, [*days, *also])])
    return kept


def _rows_beside(curves: Curves, points: rule.Bools, rules: Rules) -> rule.Bools:
    """Return the half-years without a point whose number at risk does not tell how many left since the last point."""
    if not points.any():
        return points
    shown, places = _shown(curves, rules), np.flatnonzero(points)
    months = curves.group((), 1).months
    marks = np.flatnonzero(~points & (months % TABLE_MONTHS == 0) & (np.arange(len(points)) < places[-1]))
    after = np.searchsorted(places, marks)
    start = shown[0].at_risk
    beside = np.zeros(len(points), dtype=bool)
    for mark, last, following in zip(marks, places[after - 1], places[after], strict=True):
        risk = shown[mark].at_risk
        told = row_tells(start, shown[last], risk, rules, later=True)
        beside[mark] = not (told or row_tells(start, shown[following], risk, rules, later=False))
    return beside


def _protected(name: str, table: Table, rows: pd.DataFrame, rules: Rules) -> ReleasedTable:
    """Round the rows that are left."""
    shares = table.names(*SHARES, "lower", "upper")
    measures = [each for each in measures_of(table) if each not in shares]
    counted = replace(table, columns={each: table.columns[each] for each in (*table.dimensions, *measures)})
    also = pd.DataFrame(False, index=rows.index, columns=measures)
    if "families_at_risk" in table.columns:
        homes, people = (rows[each].to_numpy(dtype=float) for each in ("families_at_risk", "at_risk"))
        also["at_risk"] = (people > 0) & (homes < rules.f)
    nobody = np.zeros(len(rows), dtype=bool)
    published, masked = protected_cells(counted, rows, nobody, rules, also)
    for column in shares:
        published[column] = _percent(rows[column], table.columns[column].role)
        masked[column] = False
    order = [*measures_of(table)]
    frame = published[[each for each in table.columns if each in published]]
    return protected_table(name, table, frame, masked[order], nobody)
