"""A release written down, so that other forms of the same report can be made later of the same protected numbers.

It is JSON under a keyed digest: what was changed on the disk is not a release. Only `kumppanuus.disclosure.gate`
makes a `Released` of it again.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Table
from kumppanuus.disclosure.released import Released, ReleasedResult, ReleasedTable, Rules, demand

_KINDS = ("float64", "int64", "bool", "object")
Parts = tuple[dict[str, ReleasedResult], Rules, bool, str]
"""Results, rules, whether it was audited, face: what a release is made of."""


def text_of(released: Released) -> str:
    """Return a release as JSON text.

    Raises
    ------
    DisclosureError
        KU501 when it does not carry the stamp.
    TypeError
        A column is of a type that no result has.
    """
    content = {
        "rules": dataclasses.asdict(demand(released).rules),
        "audited": released.audited,
        "face": released.face,
        "results": {key: _result(result) for key, result in released.results.items()},
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False)


def parts_of(text: str) -> Parts:
    """Return what a release is made of from its text.

    Raises
    ------
    ValueError, KeyError, TypeError
        The text is not one that `text_of` wrote.
    """
    content = json.loads(text)
    results = {key: _as_result(key, one) for key, one in content["results"].items()}
    return results, Rules(**content["rules"]), content["audited"], content["face"]


def _result(result: ReleasedResult) -> dict[str, Any]:
    tables = {name: _table(table) for name, table in result.tables.items()}
    return {"status": result.status, "missing": list(result.missing), "tables": tables}


def _as_result(key: str, content: Mapping[str, Any]) -> ReleasedResult:
    tables = {name: _as_table(name, one) for name, one in content["tables"].items()}
    return ReleasedResult(key, content["status"], tables, tuple(content["missing"]))


def _table(table: ReleasedTable) -> dict[str, Any]:
    columns = {name: dataclasses.asdict(column) for name, column in table.declaration.columns.items()}
    fields = {each.name: getattr(table.declaration, each.name) for each in dataclasses.fields(Table)}
    return {
        "declaration": {**fields, "columns": columns},
        "frame": _frame(table.frame),
        "masked": _frame(table.masked),
        "hidden": table.hidden,
        "told": list(table.told),
    }


def _as_table(name: str, content: Mapping[str, Any]) -> ReleasedTable:
    given = dict(content["declaration"])
    columns = {each: Column(**_tuples(one)) for each, one in given.pop("columns").items()}
    declaration = Table(columns=MappingProxyType(columns), **_tuples(given))
    frame, masked = _as_frame(content["frame"]), _as_frame(content["masked"])
    return ReleasedTable(name, declaration, frame, masked, content["hidden"], tuple(content["told"]))


def _tuples(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a declaration as they were: JSON knows no tuples."""

    def tuples(value: Any) -> Any:
        return tuple(map(tuples, value)) if isinstance(value, list) else value

    return {name: tuples(value) for name, value in given.items()}


def _frame(frame: pd.DataFrame) -> dict[str, Any]:
    return {"rows": len(frame), "columns": [[name, *_values(frame[name])] for name in frame.columns]}


def _values(column: pd.Series) -> tuple[str, list[Any]]:
    kind = str(column.dtype)
    if kind not in _KINDS:
        raise TypeError(f"{column.name}: a column of {kind} cannot be kept")
    if kind == "float64":  # the shortest text that reads back as the same number; what does not exist is null
        return kind, [None if math.isnan(value) else value for value in column.tolist()]
    return kind, column.tolist()


def _as_frame(content: Mapping[str, Any]) -> pd.DataFrame:
    columns = {name: _column(kind, values) for name, kind, values in content["columns"]}
    return pd.DataFrame(
        columns, index=pd.RangeIndex(content["rows"]), columns=[name for name, *_ in content["columns"]]
    )


def _column(kind: str, values: list[Any]) -> np.ndarray:
    if kind not in _KINDS:
        raise ValueError(f"unknown kind of column {kind}")
    if kind == "float64":
        return np.array([math.nan if value is None else value for value in values], dtype=np.float64)
    if kind == "object":
        filled = np.empty(len(values), dtype=object)
        filled[:] = values
        return filled
    return np.array(values, dtype=kind)
