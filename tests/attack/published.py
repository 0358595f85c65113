"""Reports protected badly, for the attacker to break: what others publish, and what a broken gate would."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pandas as pd

from benchmarks.attack.publish import Case
from kumppanuus.disclosure import released as stamped
from kumppanuus.disclosure.released import Released, ReleasedResult, ReleasedTable

Change = Callable[[str, ReleasedTable, pd.DataFrame], ReleasedTable]


def changed(case: Case, change: Change) -> Case:
    """Return the case with every released table changed; `change` is given its name, itself and the exact rows."""
    assert case.released is not None
    results = {}
    for key, result in case.released.results.items():
        exact = {name: getattr(case.exact[key], name) for name in result.tables}
        tables = {name: change(f"{key}.{name}", table, exact[name]) for name, table in result.tables.items()}
        results[key] = ReleasedResult(key, result.status, tables, result.missing)
    return dataclasses.replace(case, released=Released(results, case.released.rules, stamped._SEAL))


def naive(name: str, table: ReleasedTable, exact: pd.DataFrame) -> ReleasedTable:
    """Hide what is small, row by row and number by number, publish the rest as it is, and think no further."""
    declared, exact = table.declaration, exact.reset_index(drop=True)
    persons, families = (list(declared.names(role))[:1] for role in ("persons", "families"))
    few = np.zeros(len(exact), dtype=bool)
    if persons and declared.form != "curve":
        people, homes = exact[persons[0]].to_numpy(dtype=float), exact[families[0]].to_numpy(dtype=float)
        few = ((people > 0) & (people < 7)) | ((homes > 0) & (homes < 3))
    kept = [column for column in table.frame.columns if column != "hidden"]
    frame, masked = exact[kept].copy(), pd.DataFrame(False, index=exact.index, columns=list(table.masked.columns))
    for column in declared.names("persons", "families", "count"):
        if column in frame:
            values = exact[column].to_numpy(dtype=float)
            hidden = few | ((values > 0) & (values < 7))
            frame[column] = np.where(hidden, np.nan, values)
            masked[column] = hidden & ~np.isnan(values)
    for column in declared.names("sum", "mean", "share", "from_curve"):
        frame[column] = np.where(few, np.nan, frame[column].astype(float))
        masked[column] = few
    return dataclasses.replace(table, frame=frame.assign(hidden=few), masked=masked)


def raw_curves(name: str, table: ReleasedTable, exact: pd.DataFrame) -> ReleasedTable:
    """Publish every month of every curve."""
    if table.declaration.form != "curve":
        return table
    kept = [column for column in table.frame.columns if column != "hidden"]
    frame = exact[kept].assign(hidden=False).reset_index(drop=True)
    masked = pd.DataFrame(False, index=frame.index, columns=list(table.masked.columns))
    return dataclasses.replace(table, frame=frame, masked=masked)


def on_event_days(name: str, table: ReleasedTable, exact: pd.DataFrame) -> ReleasedTable:
    """Publish points on days on which somebody left instead of full months."""
    if table.declaration.form != "curve":
        return table
    later = table.frame["time"] + (table.frame["time"] > 0) * 4
    return dataclasses.replace(table, frame=table.frame.assign(time=later))
