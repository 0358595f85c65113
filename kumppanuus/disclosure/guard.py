"""The tables of one analysis under the rules and under what the audit has asked for so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from kumppanuus.analysis import Table
from kumppanuus.disclosure import rules as rule
from kumppanuus.disclosure.base import keys_of
from kumppanuus.disclosure.combinations import protect_combinations
from kumppanuus.disclosure.curve_besides import hidden_beside
from kumppanuus.disclosure.curves import Whole, protect_curve
from kumppanuus.disclosure.histogram import protect_histogram
from kumppanuus.disclosure.likert import protect_likert
from kumppanuus.disclosure.lorenz import protect_lorenz
from kumppanuus.disclosure.merging import coarsened
from kumppanuus.disclosure.paths import protect_paths
from kumppanuus.disclosure.placed import COUNTED
from kumppanuus.disclosure.plan import Plan, Step, marks_of
from kumppanuus.disclosure.protect import measures_of, protect_counts, protect_edges
from kumppanuus.disclosure.queues import protect_queue
from kumppanuus.disclosure.readings import read_off_curves
from kumppanuus.disclosure.released import Guarded, ReleasedTable, Rules
from kumppanuus.disclosure.totals import hidden_for_totals

NAMES = ("workers", "units", "providers")
"""Code lists whose codes are names of somebody who works (R14)."""
_POOLING: Mapping[str, Callable[[str, Table, pd.DataFrame, Rules, int], Guarded]] = {
    "combinations": protect_combinations,
    "histogram": protect_histogram,
    "likert": protect_likert,
    "lorenz": protect_lorenz,
    "paths": protect_paths,
    "queue": protect_queue,
}
"""Forms that pool, cut or thin out by themselves."""
DERIVED = ("share", "sum", "mean", "lift", "quantile", "ratio", "mark", "hazard_ratio", "evidence", "margin",
           "bounded")  # fmt: skip
"""Roles of numbers that are worked out of others of the row."""
_ORDER = {"edges": 2}
"""Pairs come last: they need the tables of their nodes."""
Frames = Mapping[str, pd.DataFrame]


def guarded_result(
    key: str, declared: Mapping[str, Table], frames: Frames, rules: Rules, plan: Plan
) -> dict[str, Guarded]:
    """Protect all tables of one analysis.

    Parameters
    ----------
    frames : the exact numbers, as declared. plan : what is hidden or made coarser besides.
    """
    steps = {name: plan.of((key, name)) for name in declared}
    named = {name: without_names(table, frames[name]) for name, table in declared.items()}
    coarse = {name: coarsened(table, named[name], steps[name]) for name, table in declared.items()}
    exact = {name: frame for name, (frame, _) in coarse.items()}
    also = {name: _marked(key, name, declared[name], exact[name], step) for name, step in steps.items()}
    while True:
        guarded = _protected(key, declared, exact, also, rules, steps)
        tables = {name: each.table for name, each in guarded.items()}
        more = hidden_for_totals(declared, exact, tables, rules)
        if not more:
            break
        also |= {name: marks | also[name] for name, marks in more.items()}
    done = {name: read_off_curves(tables[name], tables) for name in declared}
    return {name: Guarded(_told(done[name], coarse[name][1], steps[name]), guarded[name].exact) for name in declared}


def without_names(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """R14: leave out a table that would name workers, units or providers of whom there are fewer than three."""
    named = [each for each in table.names("dimension") if table.columns[each].codes in NAMES]
    allowed = all(rule.names_allowed(int(frame[each].nunique())) for each in named)
    return frame if allowed else pd.DataFrame(frame.iloc[:0])


def whole_of(table: Table) -> str:
    """Return the name of the table whose curves these are parts of, as their events are declared."""
    if table.form != "curve" or "events" not in table.columns:
        return ""
    return next((total.split(".")[0] for total in table.columns["events"].part_of), "")


def _protected(
    key: str, declared: Mapping[str, Table], exact: Frames, also: Frames, rules: Rules, steps: Mapping[str, Step]
) -> dict[str, Guarded]:
    """Protect every table, those first that others need: counts, whole curves, their parts, pairs."""
    done: dict[str, Guarded] = {}
    for name in sorted(declared, key=lambda each: (_ORDER.get(declared[each].form, 1), whole_of(declared[each]) != "")):
        done[name] = _protect(key, name, declared, exact, done, also[name], rules, steps[name])
    return done


def _protect(
    key: str, name: str, declared: Mapping[str, Table], exact: Frames, done: Mapping[str, Guarded],
    also: pd.DataFrame, rules: Rules, step: Step,
) -> Guarded:  # fmt: skip
    table, frame = declared[name], exact[name]
    if table.form == "counts":
        base = exact[table.within] if table.within else None
        dimensions = declared[table.within].dimensions if table.within else ()
        return protect_counts(name, table, frame, base, dimensions, rules, also)
    if table.form == "edges":
        others = {each: guarded.table for each, guarded in done.items()}
        return _masked(key, protect_edges(name, table, frame, exact[table.nodes], others, rules), step)
    if table.form in _POOLING:
        return _masked(key, _POOLING[table.form](name, table, frame, rules, step.tightened), step)
    above = whole_of(table)
    whole = Whole(declared[above], exact[above], done[above].table) if above else None
    curves = protect_curve(name, table, frame, rules, whole, step.tightened)
    return _masked(key, hidden_beside(curves, rules) if table.beside else curves, step)


def _marked(key: str, name: str, table: Table, frame: pd.DataFrame, step: Step) -> pd.DataFrame:
    """Return which cells of an unprotected table of counts a step hides."""
    columns = table.names(*COUNTED, "sum") if step.hidden else ()
    keys = {each: keys_of((key, name), table, frame, each) for each in columns}
    return marks_of(step, measures_of(table), keys, len(frame))


def _masked(key: str, guarded: Guarded, step: Step) -> Guarded:
    """Hide further cells of a table of another form, after its own rules."""
    if not step.hidden:
        return guarded
    table = guarded.table
    counted = [each for each in table.declaration.names(*COUNTED) if each in table.frame]
    keys = {each: keys_of((key, table.name), table.declaration, table.frame, each) for each in counted}
    marks = marks_of(step, counted, keys, len(table.frame))
    frame, masked = table.frame.copy(), table.masked.copy()
    for column in counted:
        new = marks[column].to_numpy() & ~masked[column].to_numpy(dtype=bool)
        frame.loc[new, column], masked.loc[new, column] = np.nan, True
        _hide_derived(table, frame, masked, new)
    hidden = table.hidden + int((masked.to_numpy() & ~table.masked.to_numpy()).sum())
    return Guarded(replace(table, frame=frame, masked=masked, hidden=hidden), guarded.exact)


def _hide_derived(table: ReleasedTable, frame: pd.DataFrame, masked: pd.DataFrame, rows: rule.Bools) -> None:
    """Hide what the gate computed from numbers that are hidden now; of shares of a sum all, for each tells the sum."""
    declared = table.declaration
    for column in (each for each in declared.names(*DERIVED) if each in frame):
        shares = declared.columns[column].role == "share" and rows.any()
        gone = (rows | shares) & frame[column].notna().to_numpy()
        frame.loc[gone, column], masked.loc[gone, column] = np.nan, True


def _told(table: ReleasedTable, coarser: tuple[str, ...], step: Step) -> ReleasedTable:
    """Add what was done to a table by steps."""
    words = (*table.told, *coarser, *(("dropped",) if step.dropped else ()))
    return replace(table, told=tuple(dict.fromkeys(words)))
