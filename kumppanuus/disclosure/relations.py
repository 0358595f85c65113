"""How the cells of a run hang together: in a row, along a curve or a queue, between tables of one population."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from kumppanuus.analysis import Table
from kumppanuus.disclosure.alike import alike
from kumppanuus.disclosure.balances import CAME, LEFT, WAITING, consecutive
from kumppanuus.disclosure.crossings import crossing
from kumppanuus.disclosure.placed import COUNTED, Name, Placed, relations_between
from kumppanuus.disclosure.same_people import LEAST, same_people
from kumppanuus.methods.system import Numbers, Relation


def relations_of(placed: Mapping[Name, Placed]) -> Iterator[Relation]:
    """Yield every relation that an observer may take for granted."""
    for name, each in placed.items():
        yield from within_rows(each)
        siblings = {other: part for (analysis, other), part in placed.items() if analysis == name[0]}
        yield from _declared(each, siblings)
    yield from _populations(placed)
    yield from same_people(placed)


def _declared(part: Placed, siblings: Mapping[str, Placed]) -> Iterator[Relation]:
    """Yield what the declaration says: parts that add up to a total, and breakdowns of a base."""
    for column in part.cells:
        for total in part.table.columns[column].part_of:
            sibling, _, of = total.rpartition(".")
            if sibling in siblings:
                yield from relations_between(part, siblings[sibling], [(column, of)])
        if (times := part.table.columns[column].times) is not None:
            yield from _times(part, siblings, column, *times)
    if part.table.within in siblings:
        yield from _shared_columns(part, siblings[part.table.within])


def _times(part: Placed, siblings: Mapping[str, Placed], column: str, of: str, n: int, off: int) -> Iterator[Relation]:
    """Yield that a number is one n-th of another by definition; where it is small all beside it is hidden anyway."""
    sibling, _, total = of.rpartition(".")
    if sibling not in siblings or total not in siblings[sibling].cells:
        return
    whole = siblings[sibling]
    rows = _rows_of(part, whole)
    mine, its = part.cells[column], whole.cells[total][rows]
    there = (rows >= 0) & (mine >= 0) & (its >= 0) & (part.exact[column] >= LEAST)
    cells = np.column_stack([mine, its])[there]
    yield Relation.of_rows(cells, np.tile([float(n), -1.0], (len(cells), 1)), -float(off), float(off))


def _rows_of(part: Placed, whole: Placed) -> Numbers:
    """Return the row of `whole` under the same codes for every row of `part`; -1: none."""
    dimensions = list(whole.dimensions)
    if not dimensions:
        return np.zeros(len(part.frame), dtype=np.int64)
    mine, its = (
        pd.MultiIndex.from_arrays([codes for name in dimensions if (codes := each.codes(name)) is not None])
        for each in (part, whole)
    )
    return np.asarray(its.get_indexer(mine), dtype=np.int64)


def _populations(placed: Mapping[Name, Placed]) -> Iterator[Relation]:
    """Yield how tables of one population hang together: what has more codes is part of what has fewer."""
    by_population: dict[str, list[Placed]] = {}
    for each in placed.values():
        if each.table.population:
            by_population.setdefault(each.table.population, []).append(each)
    for group in by_population.values():
        yield from alike(group)
        for part in group:
            for whole in group:
                if part is not whole:
                    yield from _shared_columns(part, whole)
        for one, other in combinations(group, 2):
            yield from crossing(one, other, _same_numbers(one, other), group)


def _shared_columns(part: Placed, whole: Placed) -> Iterator[Relation]:
    yield from relations_between(part, whole, _same_numbers(part, whole))


def _same_numbers(one: Placed, other: Placed) -> list[tuple[str, str]]:
    """Return the columns of two tables that count the same thing."""
    named = {_cell(other.table, column): column for column in other.cells}
    return [(each, named[_cell(one.table, each)]) for each in one.cells if _cell(one.table, each) in named]


def _cell(table: Table, column: str) -> str:
    return table.columns[column].cell or column


def within_rows(part: Placed) -> Iterator[Relation]:
    """Yield how the numbers of one row hang together: parts of a total, families and persons, people and counts."""
    table = part.table
    for total, columns in _added(table).items():
        if total in part.cells:
            yield from _equal(part, total, [each for each in columns if each in part.cells])
    for less, more in _ordered_pairs(table):
        if less in part.cells and more in part.cells:
            yield from _at_most(part, less, more)
    if table.form == "curve" and {"at_risk", "later"} <= set(part.cells):
        yield from _leaving(part)
    if table.form == "queue":
        yield from _balances(part)


def _balances(part: Placed) -> Iterator[Relation]:
    """Yield waiting = waiting before + came - left."""
    before, now = consecutive(part.table, part.frame)
    cells = np.column_stack([part.cells[WAITING][before], *(part.cells[each][now] for each in (WAITING, CAME, LEFT))])
    there = (cells >= 0).all(axis=1)
    yield Relation.of_rows(cells[there], np.tile([1.0, -1.0, 1.0, -1.0], (int(there.sum()), 1)), 0.0, 0.0)


def _leaving(part: Placed) -> Iterator[Relation]:
    """Yield that those at risk and those who come later become no more from one point of a curve to the next."""
    time = part.table.names("time")[0]
    groups = [each for each in part.table.dimensions if each != time]
    order = part.frame.sort_values([*groups, time], kind="stable")
    same = np.ones(max(len(order) - 1, 0), dtype=bool)
    for group in groups:
        codes = order[group].astype(str).to_numpy()
        same &= codes[1:] == codes[:-1]
    rows = order.index.to_numpy()
    now, after = rows[:-1][same], rows[1:][same]
    names = ("at_risk", "later")
    cells = np.column_stack([part.cells[each][at] for at in (now, after) for each in names])
    numbers = np.column_stack([part.exact[each][at] for at in (now, after) for each in names])
    factors = np.array([1.0, 1.0, -1.0, -1.0])
    there = (cells >= 0).all(axis=1)
    if there.any() and (numbers[there] @ factors >= 0).all():
        yield Relation.of_rows(cells[there], np.tile(factors, (int(there.sum()), 1)), 0.0, np.inf)


def _added(table: Table) -> dict[str, list[str]]:
    parts: dict[str, list[str]] = {}
    for column in table.names(*COUNTED):
        for total in table.columns[column].part_of:
            if "." not in total:
                parts.setdefault(total, []).append(column)
    return parts


def _ordered_pairs(table: Table) -> list[tuple[str, str]]:
    """Return which numbers of a row may be at most which others; what holds in every row is taken as known."""
    people, homes = table.names("persons"), table.names("families")
    pairs = list(zip(homes, people, strict=False))
    pairs += [(each, people[0]) for each in people[1:]] + [(each, homes[0]) for each in homes[1:]]
    for column in table.names("count"):
        behind = dict.fromkeys((*table.columns[column].of, *people[:1], *homes[:1]))
        pairs += [(each, column) for each in behind] + [(column, each) for each in behind]
        pairs += [(column, each) for each in table.names("count")[:1]]
    pairs += [table.columns[each].of[:2] for each in table.names("share")]  # type: ignore[misc]
    return [pair for pair in dict.fromkeys(pairs) if pair[0] != pair[1]]


def _equal(part: Placed, total: str, columns: Sequence[str]) -> Iterator[Relation]:
    cells = np.column_stack([part.cells[total], *(part.cells[each] for each in columns)])
    numbers = np.column_stack([part.exact[total], *(part.exact[each] for each in columns)])
    there = (cells >= 0).all(axis=1)
    if there.any() and len(columns) and (numbers[there, 0] == numbers[there, 1:].sum(axis=1)).all():
        factors = np.tile(np.array([1.0, *(-1.0 for _ in columns)]), (int(there.sum()), 1))
        yield Relation.of_rows(cells[there], factors, 0.0, 0.0)


def _at_most(part: Placed, less: str, more: str) -> Iterator[Relation]:
    cells = np.column_stack([part.cells[less], part.cells[more]])
    there = (cells >= 0).all(axis=1)
    if there.any() and (part.exact[less][there] <= part.exact[more][there]).all():
        yield Relation.of_rows(cells[there], np.tile([-1.0, 1.0], (int(there.sum()), 1)), 0.0, np.inf)
