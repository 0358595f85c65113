"""The one gate: all results of a run go in at once, one `Released` comes out. There is no other way to make one.

Anything the gate does not know is refused: an undeclared column, a missing one, a duplicate cell, a role without a
rule. Nothing falls through to a default.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from kumppanuus.analysis import Result, Table
from kumppanuus.disclosure import released as stamped
from kumppanuus.disclosure.curves import Whole, protect_curve
from kumppanuus.disclosure.protect import protect_counts, protect_edges
from kumppanuus.disclosure.readings import read_off_curves
from kumppanuus.disclosure.released import Released, ReleasedResult, ReleasedTable, Rules
from kumppanuus.disclosure.totals import hidden_for_totals
from kumppanuus.errors import DisclosureError

if TYPE_CHECKING:
    from kumppanuus.study import Disclosure

_NUMBERS = ("persons", "families", "count", "public")
_OF_FORM = {
    "counts": ("time", "survival", "lower", "upper", "lift"),
    "curve": ("share", "sum", "mean", "lift", "from_curve"),
    "edges": ("time", "survival", "lower", "upper", "from_curve"),
}
"""Roles that have no rule in a form of table."""
_ORDER = {"counts": 0, "curve": 0, "edges": 1}


def release(
    results: Mapping[str, Result], settings: Disclosure, *, missing: Mapping[str, tuple[str, ...]] | None = None
) -> Released:
    """Protect all results of a run and stamp them.

    Parameters
    ----------
    results : analysis key → result, all of the run at once.
    settings : the study's thresholds.
    missing : analysis key → tables that were not given; such an analysis says so instead of a result.

    Raises
    ------
    DisclosureError
        KU502 undeclared or missing column, KU503 duplicate cell, KU504 a number that cannot be a count, KU505 a
        sibling table that does not exist, KU506 a rule broken after protection (a fault of the gate itself).
    """
    rules = Rules(settings.k, settings.f, settings.base, settings.n_min)
    done = {key: _release_result(key, result, rules) for key, result in results.items()}
    absent = {key: ReleasedResult(key, "missing", {}, tables) for key, tables in (missing or {}).items()}
    return Released({**done, **absent}, rules, stamped._SEAL)


def _release_result(key: str, result: Result, rules: Rules) -> ReleasedResult:
    declared = type(result).tables()
    frames = {name: _accept(key, name, table, getattr(result, name)) for name, table in declared.items()}
    if all(frame.empty for frame in frames.values()):
        return ReleasedResult(key, "empty", {})
    for name, table in declared.items():
        _siblings_exist(key, name, table, declared)
    also: dict[str, pd.DataFrame] = {}
    while True:
        tables = _protected(key, declared, frames, also, rules)
        more = hidden_for_totals(declared, frames, tables, rules)
        if not more:
            break
        also |= {name: marks | also[name] if name in also else marks for name, marks in more.items()}
    tables = {name: read_off_curves(tables[name], tables) for name in declared}
    for done in tables.values():
        _verify(key, done, rules)
    return ReleasedResult(key, "ok", tables)


def _protected(
    key: str, declared: Mapping[str, Table], frames: Mapping[str, pd.DataFrame], also: Mapping[str, pd.DataFrame],
    rules: Rules,
) -> dict[str, ReleasedTable]:  # fmt: skip
    """Protect every table, those first that others need: counts, whole curves, their parts, pairs."""
    tables: dict[str, ReleasedTable] = {}
    for name in sorted(declared, key=lambda each: (_ORDER[declared[each].form], _whole_of(declared[each]) != "")):
        tables[name] = _protect(key, name, declared, frames, tables, also, rules)
    return tables


def _protect(
    key: str, name: str, declared: Mapping[str, Table], frames: Mapping[str, pd.DataFrame],
    done: Mapping[str, ReleasedTable], also: Mapping[str, pd.DataFrame], rules: Rules,
) -> ReleasedTable:  # fmt: skip
    table = declared[name]
    if table.form == "curve":
        above = _whole_of(table)
        whole = Whole(declared[above], frames[above], done[above]) if above else None
        return protect_curve(name, table, frames[name], rules, whole)
    if table.form == "edges":
        return protect_edges(name, table, frames[name], frames[table.nodes], done, rules)
    base = frames[table.within] if table.within else None
    dimensions = declared[table.within].dimensions if table.within else ()
    return protect_counts(name, table, frames[name], base, dimensions, rules, also.get(name))


def _whole_of(table: Table) -> str:
    """Return the name of the table whose curves these are parts of, as their events are declared."""
    if table.form != "curve":
        return ""
    return next((total.split(".")[0] for total in table.columns["events"].part_of), "")


def _siblings_exist(key: str, name: str, table: Table, declared: Mapping[str, Table]) -> None:
    wanted = {table.within, table.nodes, _whole_of(table)} - {""}
    for column in table.columns.values():
        wanted |= {total.split(".")[0] for total in column.part_of if "." in total}
        wanted |= {column.of[0]} if column.role in ("lift", "from_curve") else set()
    for sibling in sorted(wanted - set(declared)):
        raise DisclosureError("KU505", analysis=key, table=name, sibling=sibling)


def _accept(key: str, name: str, table: Table, frame: object) -> pd.DataFrame:
    """Take a frame that is exactly what was declared, or refuse."""
    strangers = [each for each in table.columns if table.columns[each].role in _OF_FORM.get(table.form, ())]
    if strangers:
        raise DisclosureError("KU502", analysis=key, table=name, found=", ".join(strangers))
    if not isinstance(frame, pd.DataFrame) or list(frame.columns) != list(table.columns):
        found = ", ".join(map(str, frame.columns)) if isinstance(frame, pd.DataFrame) else type(frame).__name__
        raise DisclosureError("KU502", analysis=key, table=name, found=found)
    dimensions = list(table.dimensions)
    if dimensions and (frame.duplicated(dimensions).any() or frame[dimensions].isna().any(axis=None)):
        raise DisclosureError("KU503", analysis=key, table=name)
    if not dimensions and len(frame) > 1:
        raise DisclosureError("KU503", analysis=key, table=name)
    if frame.empty:
        return frame.astype({column: object if column in dimensions else float for column in table.columns})
    for column in table.names(*_NUMBERS):
        values = frame[column]
        whole = pd.api.types.is_numeric_dtype(values) and ((values.dropna() >= 0) & (values.dropna() % 1 == 0)).all()
        if not whole:
            raise DisclosureError("KU504", analysis=key, table=name, column=column)
    return frame.reset_index(drop=True)


def _verify(key: str, table: ReleasedTable, rules: Rules) -> None:
    """Look at what is about to leave once more.

    No number of 1 to 6, nothing but class middles; no share, sum or mean beside hidden people.
    """
    declared, frame = table.declaration, table.frame
    for column in declared.names("persons", "families", "count"):
        if column not in frame:
            continue
        values = frame[column].dropna()
        if (((values != 0) & (values < rules.base)) | ((values > 0) & (values % rules.base != rules.base // 2))).any():
            raise DisclosureError("KU506", analysis=key, table=table.name, column=column)
    for column in declared.names("share", "sum", "mean"):
        behind = [each for each in declared.columns[column].of if each in frame]
        if (frame[column].notna() & frame[behind].isna().any(axis=1)).any():
            raise DisclosureError("KU506", analysis=key, table=table.name, column=column)
