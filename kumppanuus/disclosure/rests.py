"""What is left of a number beside the part of it that is told: contacts not in time, children without a change.

Nobody publishes these numbers, but who subtracts has them between bounds, and totals of the two narrow these. So the
audit looks at the small ones (`Column.rest_of`) as at hidden numbers: they get cells of their own in the base.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from kumppanuus.analysis import Table
from kumppanuus.disclosure.placed import Name
from kumppanuus.disclosure.released import Guarded
from kumppanuus.disclosure.rules import Bools
from kumppanuus.methods.system import Relation

REST = "~rest"
"""Ends the name of the column, and of the cell, of what is left beside a part."""


def with_rests(cells: pd.DataFrame, table: Table, most: float) -> pd.DataFrame:
    """Return the cells of a table with those of its small rests, 1 to `most`, all hidden.

    Parameters
    ----------
    cells : one row a cell, as `base.make_base` gathers them.
    """
    parts = [cells]
    for column, whole in _declared(table):
        some, every = (cells[cells["column"] == each].set_index("row") for each in (column, whole))
        both = some.index.intersection(every.index)
        rest = every.loc[both, "exact"] - some.loc[both, "exact"]
        left = rest[(rest >= 1) & (rest <= most)]
        found = some.loc[left.index].assign(
            column=column + REST, hidden=True, published=np.nan, exact=left, high=np.inf,
            low=float(table.columns[column].rest_seen),
        )  # fmt: skip
        parts.append(found.assign(key=found["key"] + REST).reset_index())
    return pd.concat(parts, ignore_index=True)[list(cells.columns)] if len(parts) > 1 else cells


def is_rest(places: pd.DataFrame) -> Bools:
    """Return which cells are rests."""
    return np.asarray(places["column"].astype(str).str.endswith(REST), dtype=bool)


def rests_of(places: pd.DataFrame, tables: Mapping[Name, Guarded]) -> Iterator[Relation]:
    """Yield that a part and what is left of the whole are the whole, row by row."""
    found = places[is_rest(places)]
    for (analysis, table, column), rests in found.groupby(["analysis", "table", "column"]):
        part = str(column).removesuffix(REST)
        declared = dict(_declared(tables[str(analysis), str(table)].table.declaration))
        here = places[(places["analysis"] == analysis) & (places["table"] == table)]
        numbers = [rests.set_index("row")["cell"]]
        numbers += [here[here["column"] == each].set_index("row")["cell"] for each in (part, declared[part])]
        cells = np.column_stack([each.reindex(numbers[0].index).to_numpy() for each in numbers])
        yield Relation.of_rows(cells.astype(np.int64), np.tile([1.0, 1.0, -1.0], (len(cells), 1)), 0.0, 0.0)


def _declared(table: Table) -> list[tuple[str, str]]:
    return [(name, column.rest_of) for name, column in table.columns.items() if column.rest_of]
