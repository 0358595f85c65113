"""Tables in which everybody is in one row (combinations, paths): their bases, and several rows as one.

Persons add up. Families add up where the dimension is declared to (`Column.adds`); else the families of several rows
are not published, and no more is known of them than of the largest row, or than of the column ``families_once``
(families counted in one row only), which never leaves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from kumppanuus.analysis import Table
from kumppanuus.disclosure.protect import measures_of, protected_cells, protected_table
from kumppanuus.disclosure.released import Guarded, Rules
from kumppanuus.disclosure.rules import Bools, Floats

OTHER = "other"
ONCE = "families_once"


def by_base(frame: pd.DataFrame, base: list[str]) -> list[tuple[tuple[str, ...], pd.DataFrame]]:
    """Split rows by the codes of their base, in the order of these."""
    if not base:
        return [((), frame)] if len(frame) else []
    grouped = frame.groupby(base, sort=False)
    parts = [(tuple(map(str, key if isinstance(key, tuple) else (key,))), part) for key, part in grouped]
    return sorted(parts, key=lambda part: part[0])


def with_people(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with anybody in them."""
    counted = frame[[table.names(role)[0] for role in ("persons", "families")]]
    return frame[(counted > 0).any(axis=1)]


def families_once(table: Table, frame: pd.DataFrame, *, adds: bool) -> Floats:
    """Return numbers of families that add up to at most the families of several rows."""
    if adds:
        return frame[table.names("families")[0]].to_numpy(dtype=float)
    return frame[ONCE].to_numpy(dtype=float) if ONCE in frame else np.zeros(len(frame))


def as_one(table: Table, rows: pd.DataFrame, codes: Mapping[str, str], *, adds: bool) -> pd.DataFrame:
    """Return some rows as one with other codes: counts and sums add up, other measures are not known.

    What shares are taken of may be the same in all rows; then it stays.
    """
    adding = [*table.names("persons", "count", "sum"), *(table.names("families") if adds else ())]
    one: dict[str, object] = {each: rows[each].iloc[0] for each in table.dimensions} | dict(codes)
    bases = {table.columns[each].of[1] for each in table.names("share")}
    for column in (each for each in table.columns if each not in one):
        same = column in bases and rows[column].nunique() == 1
        number = rows[column].iloc[0] if same else rows[column].sum() if column in adding else np.nan
        one[column] = float(number)
    return pd.DataFrame([one], columns=list(table.columns))


def guarded(name: str, table: Table, rows: pd.DataFrame, hidden: Bools, rules: Rules, told: tuple[str, ...]) -> Guarded:
    """Round the rows that are left. Families that are not known (NaN) are no number, so none is hidden."""
    measures = [each for each in measures_of(table) if each != ONCE]
    seen = replace(table, columns={each: table.columns[each] for each in (*table.dimensions, *measures)})
    known = rows.reset_index(drop=True).copy()
    for people, homes in zip(table.names("persons"), table.names("families"), strict=False):
        known[homes] = known[homes].fillna(known[people])
    published, masked = protected_cells(seen, known, hidden, rules)
    for column in (each for each in measures if each not in table.names("share")):
        absent = rows[column].isna().to_numpy()
        published.loc[absent, column], masked.loc[absent, column] = np.nan, False
    done = protected_table(name, table, published, masked[measures], hidden)
    return Guarded(replace(done, told=told), rows[list(table.columns)].reset_index(drop=True))
