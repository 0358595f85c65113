"""The internal face: exact numbers as they were declared, for the organiser's own authorised staff only.

What the gate computes itself (shares, lift, readings of curves) is computed here from exact numbers. Columns that
only the gate may see stay out; no count is rounded, no row is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from kumppanuus.analysis import Table
from kumppanuus.disclosure.compared import lift, marks_of_pairs, ratio
from kumppanuus.disclosure.pieces import groups_in_order, numbers_of_codes
from kumppanuus.disclosure.protect import measures_of
from kumppanuus.disclosure.readings import read_off_curves
from kumppanuus.disclosure.released import Guarded, ReleasedTable


def exact_result(declared: Mapping[str, Table], frames: Mapping[str, pd.DataFrame]) -> dict[str, Guarded]:
    """Return the tables of one analysis as they are."""
    nodes = {name: len(frames[table.nodes]) if table.nodes else 0 for name, table in declared.items()}
    tables = {name: _exact_table(name, table, frames[name], nodes[name]) for name, table in declared.items()}
    tables = {name: _with_lift(each, tables) for name, each in tables.items()}
    read = {name: read_off_curves(each, tables) for name, each in tables.items()}
    return {name: Guarded(read[name], frames[name]) for name in declared}


def _exact_table(name: str, table: Table, frame: pd.DataFrame, nodes: int) -> ReleasedTable:
    measures = list(measures_of(table))
    columns = [each for each in table.columns if each in (*table.dimensions, *measures)]
    shown = frame[columns].copy()
    for column in (each for each in columns if each not in table.names("dimension")):
        shown[column] = shown[column].astype(float)
    for column in table.names("share"):
        top, bottom = (frame[each].astype(float) for each in table.columns[column].of[:2])
        shown[column] = top / bottom.where(bottom > 0)
    for column in table.names("cumulative"):
        shown[column] = _cumulative(name, table, frame, column)
    for column in table.names("ratio"):
        shown[column], _ = ratio(table, column, frame, frame, None)
    for column in table.names("mark"):
        shown[column] = marks_of_pairs(table, column, frame, frame, nodes, None)
    masked = pd.DataFrame(np.zeros((len(frame), len(measures)), dtype=bool), columns=measures, index=frame.index)
    return ReleasedTable(name, table, shown.assign(hidden=False), masked)


def _cumulative(name: str, table: Table, frame: pd.DataFrame, column: str) -> pd.Series[float]:
    """Return L: the share of the sum that the groups up to each have."""
    sums, found = table.columns[column].of[0], pd.Series(np.nan, index=frame.index)
    for _, part in groups_in_order(frame, list(table.dimensions[:-1]), numbers_of_codes(name, table, frame)):
        found[part.index] = (part[sums].cumsum() / part[sums].sum()).to_numpy()
    return found


def _with_lift(table: ReleasedTable, tables: Mapping[str, ReleasedTable]) -> ReleasedTable:
    columns = table.declaration.names("lift")
    if not columns:
        return table
    frame = table.frame.copy()
    for column in columns:
        frame[column] = lift(table.declaration, column, frame, tables)
    return replace(table, frame=frame)
