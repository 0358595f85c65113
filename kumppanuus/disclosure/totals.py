"""Parts and totals: what else must be hidden so that a total does not give a hidden part away.

Only what is declared (`Column.part_of`) is known here. Bounds go from addition to addition until nothing moves: a
number lies between the least of the total less the most of the other parts and the most less the least. What other
relations of numbers tell besides is for the audit.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumppanuus.analysis import Table
from kumppanuus.disclosure import rules as rule
from kumppanuus.disclosure.released import ReleasedTable, Rules

_ADDING = ("persons", "families", "count", "sum")
_AVERAGED = "mean"
CANDIDATES = 3
"""A hidden count must keep at least so many possible values."""

Cell = tuple[str, int, str]
"""Table, number of the row, column."""
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Addition:
    """A published total and the cells that add up to it."""

    total: Cell
    parts: tuple[Cell, ...]
    role: str


def hidden_for_totals(
    declared: Mapping[str, Table], exact: Mapping[str, pd.DataFrame], tables: Mapping[str, ReleasedTable], rules: Rules
) -> dict[str, pd.DataFrame]:
    """Return which further cells must be hidden: per table a bool frame of its measures; no tables when none.

    In each addition whose total is published: a hidden count of 1 to 6 keeps at least three possible values, and
    hidden sums of money are not all of too few people; nor are hidden means of parts beside the mean of their whole,
    which would tell how many they are. Otherwise the smallest published part is hidden too, and when there is none the
    total.
    """
    additions = [each for each in _additions(declared, exact) if not np.isnan(_number(exact, each.total))]
    bounds = _bounds([each for each in additions if each.role not in ("sum", _AVERAGED)], exact, tables, rules)
    more: dict[str, pd.DataFrame] = {}
    for addition in additions:
        if addition.role == "sum":
            told = _tells_money(addition, declared, exact, tables)
        elif addition.role == _AVERAGED:
            told = _tells_mean(addition, declared, exact, tables)
        else:
            told = _tells_count(addition, tables, bounds)
        cell = _next(addition, tables)
        if told and not _hidden(tables, cell):
            table, row, column = cell
            marks = more.setdefault(table, tables[table].masked & False)
            marks[column] |= np.arange(len(marks)) == row
    return more


def _additions(declared: Mapping[str, Table], exact: Mapping[str, pd.DataFrame]) -> Iterator[_Addition]:
    for name, table in declared.items():
        if table.form != "counts":
            continue
        yield from _in_rows(name, table, exact[name])
        for column in table.names(*_ADDING, _AVERAGED):
            for total in table.columns[column].part_of:
                if "." in total:
                    yield from _over_rows(name, column, total, declared, exact)


def _in_rows(name: str, table: Table, frame: pd.DataFrame) -> Iterator[_Addition]:
    parts: dict[str, list[str]] = {}
    for column in table.names(*_ADDING):
        for total in table.columns[column].part_of:
            if "." not in total:
                parts.setdefault(total, []).append(column)
    for total, columns in parts.items():
        for row in range(len(frame)):
            cells = tuple((name, row, column) for column in columns)
            yield _Addition((name, row, total), cells, table.columns[total].role)


def _over_rows(
    name: str, column: str, total: str, declared: Mapping[str, Table], exact: Mapping[str, pd.DataFrame]
) -> Iterator[_Addition]:
    sibling, total_column = total.split(".", 1)
    shared = [each for each in declared[sibling].dimensions if each in declared[name].columns]
    role = declared[name].columns[column].role
    rows = dict(_rows_by(exact[name], shared))
    for key, (row, *_) in _rows_by(exact[sibling], shared):
        cells = tuple((name, part, column) for part in rows.get(key, ()))
        if cells:
            yield _Addition((sibling, row, total_column), cells, role)


def _rows_by(frame: pd.DataFrame, dimensions: list[str]) -> list[tuple[Hashable, list[int]]]:
    if not dimensions:
        return [((), list(range(len(frame))))] if len(frame) else []
    grouped = frame.groupby(dimensions, sort=False).indices
    return [(key if isinstance(key, tuple) else (key,), [int(row) for row in rows]) for key, rows in grouped.items()]


def _hidden(tables: Mapping[str, ReleasedTable], cell: Cell) -> bool:
    table, row, column = cell
    return bool(tables[table].masked[column].to_numpy()[row])


def _number(frames: Mapping[str, pd.DataFrame], cell: Cell) -> float:
    table, row, column = cell
    return float(frames[table][column].to_numpy()[row])


def _published(tables: Mapping[str, ReleasedTable], cell: Cell) -> float:
    return _number({cell[0]: tables[cell[0]].frame}, cell)


def _bounds(
    additions: list[_Addition], exact: Mapping[str, pd.DataFrame], tables: Mapping[str, ReleasedTable], rules: Rules
) -> dict[Cell, Interval]:
    """Return between what an observer can place every number, when all additions are taken together."""
    cells = {cell for each in additions for cell in (each.total, *each.parts)}
    bounds = {cell: _own_bounds(cell, exact, tables, rules) for cell in cells}
    moved = True
    while moved:
        moved = sum(_narrow(addition, bounds) for addition in additions) > 0
    return bounds


def _own_bounds(
    cell: Cell, exact: Mapping[str, pd.DataFrame], tables: Mapping[str, ReleasedTable], rules: Rules
) -> Interval:
    """Return what a published or hidden number tells by itself; of a small one everything but which it is."""
    if _hidden(tables, cell):
        hidden = _number(exact, cell)
        return min(1.0, hidden), float(rules.base if hidden <= rules.base else np.inf)
    value = _published(tables, cell)
    if value == 0 or np.isnan(value):
        return 0.0, 0.0
    least = max(value - rules.base // 2 + 1, float(max(rules.k, rules.base + 1)))
    return least, value + rules.base // 2


def _narrow(addition: _Addition, bounds: dict[Cell, Interval]) -> bool:
    """Narrow the bounds of one addition by each other; tell whether any moved."""
    before = [bounds[cell] for cell in (addition.total, *addition.parts)]
    for cell in addition.parts:
        others = [bounds[other] for other in addition.parts if other != cell]
        least, most = (sum(bound[side] for bound in others) for side in (0, 1))
        low, high = bounds[cell]
        whole_low, whole_high = bounds[addition.total]
        bounds[cell] = max(low, whole_low - most), min(high, whole_high - least)
    sums = [sum(bounds[cell][side] for cell in addition.parts) for side in (0, 1)]
    low, high = bounds[addition.total]
    bounds[addition.total] = max(low, sums[0]), min(high, sums[1])
    return before != [bounds[cell] for cell in (addition.total, *addition.parts)]


def _tells_count(addition: _Addition, tables: Mapping[str, ReleasedTable], bounds: Mapping[Cell, Interval]) -> bool:
    """Tell whether a hidden count of 1 to 6 keeps fewer than three possible values."""
    hidden = [bounds[cell] for cell in addition.parts if _hidden(tables, cell)]
    return any(low > 0 and high - low + 1 < CANDIDATES for low, high in hidden)


def _tells_money(
    addition: _Addition,
    declared: Mapping[str, Table],
    exact: Mapping[str, pd.DataFrame],
    tables: Mapping[str, ReleasedTable],
) -> bool:
    """Tell whether the total less what is published is the money of too few people (R5)."""
    unseen = [cell for cell in addition.parts if _hidden(tables, cell)]
    if _hidden(tables, addition.total):
        return False
    return bool(unseen) and not any(_enough_people(cell, declared, exact) for cell in unseen)


def _tells_mean(
    addition: _Addition,
    declared: Mapping[str, Table],
    exact: Mapping[str, pd.DataFrame],
    tables: Mapping[str, ReleasedTable],
) -> bool:
    """Tell whether the mean of a whole beside those of some parts tells of too few people in the other parts (R5)."""
    if _hidden(tables, addition.total):
        return False
    there = [cell for cell in addition.parts if not np.isnan(_number(exact, cell))]
    unseen = [cell for cell in there if _hidden(tables, cell)]
    if not unseen or len(unseen) == len(there):
        return False
    people = np.array([_people(cell, declared, exact) for cell in unseen]).sum(axis=0)
    return bool(people[0] < rule.MEAN_PERSONS or people[1] < rule.MEAN_FAMILIES)


def _people(cell: Cell, declared: Mapping[str, Table], exact: Mapping[str, pd.DataFrame]) -> tuple[float, float]:
    table, row, column = cell
    persons, families = declared[table].columns[column].of[:2]
    return _number(exact, (table, row, persons)), _number(exact, (table, row, families))


def _enough_people(cell: Cell, declared: Mapping[str, Table], exact: Mapping[str, pd.DataFrame]) -> bool:
    table, row, column = cell
    people = (np.array([_number(exact, (table, row, each))]) for each in declared[table].columns[column].of[:3])
    return bool(rule.mean_allowed(*people)[0])


def _next(addition: _Addition, tables: Mapping[str, ReleasedTable]) -> Cell:
    """Return the cell to hide next: the smallest published part above 0, the first of equals; else the total."""
    shown = [cell for cell in addition.parts if not _hidden(tables, cell) and _published(tables, cell) > 0]
    return min(shown, key=lambda cell: _published(tables, cell)) if shown else addition.total
