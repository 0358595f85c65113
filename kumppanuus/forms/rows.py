"""Which rows of a released table a form is about."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from kumppanuus.disclosure.released import ReleasedTable


def rows_of(table: ReleasedTable, group: Mapping[str, str]) -> pd.DataFrame:
    """Return the rows of one group: those with the given codes, in the order of the table.

    Parameters
    ----------
    group : dimension → code; empty for a table of one group.
    """
    rows = table.frame
    for name, code in group.items():
        rows = rows[rows[name].astype(str) == code]
    return rows
