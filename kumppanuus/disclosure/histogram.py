"""How histograms are protected (R7): fixed round edges, no small bin, open ends.

One row a bin, from `low` to under `high`; the last dimension is the bin, the others are groups. Everybody of a group
is in one of its bins.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumppanuus.analysis import Table
from kumppanuus.disclosure.pieces import adds_up, fits, groups_in_order, merged_rows, protected_pieces, refuse
from kumppanuus.disclosure.released import Guarded, Rules
from kumppanuus.disclosure.rules import Floats
from kumppanuus.disclosure.rules_forms import Run, merged_neighbours, round_edges

LOW, HIGH = "low", "high"


def protect_histogram(name: str, table: Table, frame: pd.DataFrame, rules: Rules, tighten: int = 0) -> Guarded:
    """Protect histograms: small bins are merged with neighbours, empty ones at the ends join the outermost bin.

    The first bin has no `low` and the last no `high` (NaN). A group of fewer than ``n_min`` persons, or one whose
    bins all become one, is left out.

    Parameters
    ----------
    tighten : how many further times the smallest bin of every group is merged.

    Raises
    ------
    DisclosureError
        KU525 when edges are not round or do not touch, or a column has no rule here.
    """
    fits(name, table, frame, ("public", "share", "behind"))
    if {*table.names("public")} != {LOW, HIGH}:
        raise refuse(name, LOW, table.form)
    kept: list[pd.DataFrame] = []
    left_out, merged = 0, False
    for _, part in groups_in_order(frame, list(table.dimensions[:-1]), frame[LOW].fillna(-1).astype(float)):
        _edges(name, table, part)
        runs = _bins(table, part, rules, tighten)
        merged |= 0 < len(runs) < len(part)
        left_out += 0 if runs else len(part)
        kept += [_open_ended(part, runs, merged_rows(table, part, runs))] if runs else []
    return protected_pieces(name, table, kept, frame, left_out, ("merged",) if merged else (), rules)


def _edges(name: str, table: Table, part: pd.DataFrame) -> None:
    """Check that the edges of a group touch, rise and are round; only the outermost may be open."""
    low, high = part[LOW].to_numpy(dtype=float), part[HIGH].to_numpy(dtype=float)
    edges = np.concatenate([[np.nan_to_num(low[0], nan=-1.0)], low[1:], [np.nan_to_num(high[-1], nan=np.inf)]])
    inner, outer = edges[1:-1], np.array([low[0], high[-1]])
    touch = np.array_equal(low[1:], high[:-1]) and (np.diff(edges) > 0).all()
    if not (touch and round_edges(inner).all() and round_edges(outer[~np.isnan(outer)]).all()):
        raise refuse(name, LOW, table.form)


def _bins(table: Table, part: pd.DataFrame, rules: Rules, tighten: int) -> list[Run]:
    """Return which rows of a group become one bin; none when it has no histogram."""
    persons = part[table.names("persons")[0]].to_numpy(dtype=float)
    families = part[table.names("families")[0]].to_numpy(dtype=float)
    if persons.sum() < max(rules.n_min, 1):
        return []
    first, last = _held(persons)
    runs = merged_neighbours(persons[first:last], families[first:last], rules, tighten, adds=adds_up(table))
    runs = [(first + start, first + after) for start, after in runs]
    if runs:  # empty bins at the ends would tell the least and the most
        runs[0], runs[-1] = (0, runs[0][1]), (runs[-1][0], len(persons))
    return runs


def _held(persons: Floats) -> Run:
    held = np.flatnonzero(persons > 0)
    return int(held[0]), int(held[-1]) + 1


def _open_ended(part: pd.DataFrame, runs: list[Run], rows: pd.DataFrame) -> pd.DataFrame:
    low, high = part[LOW].to_numpy(dtype=float), part[HIGH].to_numpy(dtype=float)
    lows, highs = (np.array([edge[run] for run in places]) for edge, places in
                   ((low, [first for first, _ in runs]), (high, [after - 1 for _, after in runs])))  # fmt: skip
    lows[0], highs[-1] = np.nan, np.nan
    return rows.assign(**{LOW: lows, HIGH: highs})
