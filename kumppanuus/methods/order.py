"""The order of rows in every result: years in order, codes in catalogue order; never by a count (R13)."""

from __future__ import annotations

import pandas as pd

from kumppanuus.analysis import Context
from kumppanuus.register.codes import LEVELS, PRODUCTIONS

BASES = ("rows", "day", "visit")


def in_order(rows: pd.DataFrame, by: tuple[str, ...], context: Context) -> pd.DataFrame:
    """Return rows sorted by `by` (``year``, ``service``, ``level``, ``production``, ``basis``).

    A code of no catalogue comes last; rows that are alike keep their order.
    """
    known = {
        "year": tuple(context.years), "service": tuple(context.services), "level": LEVELS, "production": PRODUCTIONS,
        "basis": BASES,
    }  # fmt: skip
    places = {name: {code: place for place, code in enumerate(known[name])} for name in by}

    def place(column: pd.Series[str]) -> pd.Series[float]:
        name = str(column.name)
        return column.map(places[name]).astype(float).fillna(len(known[name]))

    return rows.sort_values(list(by), key=place, kind="stable", ignore_index=True)
