"""How each form of table is protected: counts, curves, edges."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kumppanuus.analysis import Table
from kumppanuus.disclosure import rules as rule
from kumppanuus.disclosure.released import ReleasedTable, Rules
from kumppanuus.register.calendar import MONTH_DAYS

GATE_ONLY = ("concentration",)
TABLE_MONTHS = 6
LARGE = 100
"""From this many persons on a sum or mean has three significant digits, below it two."""


def protect_counts(
    name: str, table: Table, frame: pd.DataFrame, base: pd.DataFrame | None, base_dimensions: tuple[str, ...],
    rules: Rules,
) -> ReleasedTable:  # fmt: skip
    """Protect a table of counts (R1-R5, R9): rows without enough people are hidden whole, other cells one by one."""
    hidden = _hidden_rows(table, frame, rules)
    if base is not None:
        hidden |= ~_broken_down(table, frame, base, base_dimensions, rules)
    published, masked = _cells(table, frame, hidden, rules)
    return _table(name, table, published, masked, hidden)


def protect_curve(name: str, table: Table, frame: pd.DataFrame, rules: Rules) -> ReleasedTable:
    """Protect curves on a monthly grid (R8): points are dropped until enough events have come, values are whole %.

    A curve has the columns ``events`` (since the previous grid point) and ``at_risk``; events are not published. Every
    sixth month keeps its at-risk number (R1) up to the end of the curve, with the share empty where it is no
    published point.
    """
    groups = [each for each in table.dimensions if table.columns[each].role != "time"]
    kept, left_out = [], 0
    for _, curve in frame.groupby(groups, sort=False) if groups else [((), frame)]:
        ordered = curve.sort_values(table.names("time")[0])
        if len(ordered) and _may_start(table, ordered, rules):
            kept.append(_kept(table, ordered))
        else:
            left_out += 1
    points = pd.concat(kept, ignore_index=True) if kept else frame.iloc[:0].reset_index(drop=True)
    hidden = np.zeros(len(points), dtype=bool)
    published, masked = _cells(table, points, hidden, rules)
    for column, rounding in (("survival", np.round), ("lower", np.floor), ("upper", np.ceil)):
        for each in table.names(column):
            published[each] = rounding(np.round(points[each].astype(float) * 100, 6)) / 100
    done = _table(name, table, published.drop(columns="events"), masked.drop(columns="events"), hidden)
    return ReleasedTable(name, table, done.frame, done.masked, done.hidden + left_out)


def protect_edges(
    name: str, table: Table, frame: pd.DataFrame, nodes: pd.DataFrame, done: Mapping[str, ReleasedTable], rules: Rules
) -> ReleasedTable:
    """Protect pairs (R10): a pair that may not be shown is left out; lift comes from protected families."""
    first, second = table.dimensions
    node, families = done[table.nodes].declaration.dimensions[0], table.names("families")[0]
    exact = nodes.set_index(node)[done[table.nodes].declaration.names("families")[0]]
    shown_nodes = done[table.nodes].frame
    visible = set(shown_nodes.loc[~shown_nodes["hidden"], node])
    allowed = rule.edge_allowed(
        frame[table.names("persons")[0]].to_numpy(),
        frame[families].to_numpy(),
        frame[first].map(exact).to_numpy(dtype=float),
        frame[second].map(exact).to_numpy(dtype=float),
        rules,
    )
    allowed &= frame[first].isin(visible).to_numpy() & frame[second].isin(visible).to_numpy()
    kept = frame[allowed].reset_index(drop=True)
    published, masked = _cells(table, kept, np.zeros(len(kept), dtype=bool), rules)
    for column in table.names("lift"):
        published[column] = _lift(table, column, published, done, (first, second, families))
    result = _table(name, table, published, masked, np.zeros(len(kept), dtype=bool))
    return ReleasedTable(name, table, result.frame, result.masked, result.hidden + int((~allowed).sum()))


def _hidden_rows(table: Table, frame: pd.DataFrame, rules: Rules) -> rule.Bools:
    people, homes = table.names("persons"), table.names("families")
    if not people:
        return np.zeros(len(frame), dtype=bool)
    return rule.too_few(frame[people[0]].to_numpy(), frame[homes[0]].to_numpy(), rules)


def _broken_down(
    table: Table, frame: pd.DataFrame, base: pd.DataFrame, base_dimensions: tuple[str, ...], rules: Rules
) -> rule.Bools:
    """R2: judge each base by its exact persons and the number of categories it is split into (time is none)."""
    shared = [each for each in base_dimensions if each in table.columns]
    categories = [each for each in table.dimensions if each not in shared and not table.columns[each].time_axis]
    if not categories or frame.empty:
        return np.ones(len(frame), dtype=bool)
    persons = table.names("persons")[0]
    if not shared:
        total, parts = float(base["persons"].sum()), float((frame[persons] > 0).sum())
        return np.full(len(frame), rule.breakdown_allowed(np.array([total]), np.array([parts]), rules)[0])
    totals = frame[shared].merge(base[[*shared, "persons"]], on=shared, how="left")["persons"].fillna(0)
    parts_of = (frame[persons] > 0).groupby([frame[each] for each in shared]).transform("sum")
    return rule.breakdown_allowed(totals.to_numpy(dtype=float), parts_of.to_numpy(dtype=float), rules)


def _cells(table: Table, frame: pd.DataFrame, hidden: rule.Bools, rules: Rules) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Protect column by column in the order of what depends on what."""
    shown = frame[list(table.dimensions)].copy()
    masked = pd.DataFrame(index=frame.index)
    for column in table.names("persons", "families", "count"):
        exact = frame[column].to_numpy(dtype=float)
        mask = (hidden | rule.few(exact, rules)) & ~np.isnan(exact)
        shown[column], masked[column] = np.where(mask, np.nan, rule.round_counts(exact, rules.base)), mask
    for column in table.names("public", "survival", "lower", "upper", "lift", "from_curve"):
        shown[column], masked[column] = frame[column].astype(float), False
    for column in table.names("share"):
        shown[column], masked[column] = _share(table, column, frame, shown, hidden, rules)
    for column in table.names("sum", "mean"):
        shown[column], masked[column] = _amount(table, column, frame, hidden)
    order = [each for each in table.columns if each not in table.names(*GATE_ONLY)]
    return shown[order], masked[[each for each in order if each not in table.dimensions]]


def _share(
    table: Table, column: str, frame: pd.DataFrame, shown: pd.DataFrame, hidden: rule.Bools, rules: Rules
) -> tuple[rule.Floats, rule.Bools]:
    numerator, denominator = table.columns[column].of
    exact_top, exact_bottom = frame[numerator].to_numpy(dtype=float), frame[denominator].to_numpy(dtype=float)
    allowed = rule.share_allowed(exact_top, exact_bottom, rules) & ~hidden
    value = rule.share(shown[numerator].to_numpy(dtype=float), shown[denominator].to_numpy(dtype=float))
    if table.columns[column].sensitive:
        allowed &= ~(((exact_top == 0) | (exact_top == exact_bottom)) & (exact_bottom < LARGE))
    exists = ~np.isnan(exact_top) & ~np.isnan(exact_bottom) & (exact_bottom > 0)
    published = np.where(allowed & exists, value, np.nan)
    return published, exists & np.isnan(published)


def _amount(table: Table, column: str, frame: pd.DataFrame, hidden: rule.Bools) -> tuple[rule.Floats, rule.Bools]:
    persons, families, concentration = (frame[each].to_numpy(dtype=float) for each in table.columns[column].of)
    exact = frame[column].to_numpy(dtype=float)
    allowed = rule.mean_allowed(persons, families, concentration) & ~hidden
    rounded = np.where(persons >= LARGE, rule.significant(exact, 3), rule.significant(exact, 2))
    nothing = (exact == 0) & (persons == 0)
    published = np.where(nothing, 0.0, np.where(allowed, rounded, np.nan))
    return published, ~np.isnan(exact) & np.isnan(published)


def _may_start(table: Table, curve: pd.DataFrame, rules: Rules) -> bool:
    persons, families = (float(curve[table.names(role)[0]].iloc[0]) for role in ("persons", "families"))
    return rule.curve_may_start(persons, families, rules)


def _kept(table: Table, curve: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of one curve that may be published, shares emptied where only the at-risk number may."""
    persons = float(curve[table.names("persons")[0]].iloc[0])
    events, at_risk = curve["events"].to_numpy(dtype=float), curve["at_risk"].to_numpy(dtype=float)
    published = rule.curve_points(events, at_risk, persons)
    months = np.ceil(curve[table.names("time")[0]].to_numpy(dtype=float) / MONTH_DAYS - 1e-9)
    last = months[published].max()
    rows = published | ((months % TABLE_MONTHS == 0) & (months <= last))
    shares = list(table.names("survival", "lower", "upper"))
    thinned = curve.astype(dict.fromkeys(shares, float))
    thinned.loc[~published, shares] = np.nan
    return pd.DataFrame(thinned[rows])


def _lift(
    table: Table, column: str, pairs: pd.DataFrame, done: Mapping[str, ReleasedTable], names: tuple[str, str, str]
) -> rule.Floats:
    first, second, families = names
    nodes, everyone = done[table.nodes], done[table.columns[column].of[0]]
    size = nodes.frame.set_index(nodes.declaration.dimensions[0])[nodes.declaration.names("families")[0]]
    total = everyone.frame[everyone.declaration.names("families")[0]].iloc[0]
    lift = pairs[families] * total / (pairs[first].map(size) * pairs[second].map(size))
    return np.asarray(np.round(lift.to_numpy(dtype=float), 1))


def _table(name: str, table: Table, shown: pd.DataFrame, masked: pd.DataFrame, hidden: rule.Bools) -> ReleasedTable:
    frame = shown.assign(hidden=hidden)
    return ReleasedTable(name, table, frame, masked, int(masked.to_numpy().sum()))
