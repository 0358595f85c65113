"""Numbers of different populations that are the same: what one table hides another may show under another name.

Relationships that are open at the end of the last period of a queue are those that are open on the last day; what
left in all periods is what ended; in a small register a sample is everybody. Nothing of that is declared: an observer
who knows what the numbers mean knows it, so numbers that are equal under all codes are taken to be known as equal,
as they are within one population (`alike`, `crossing`).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np
import pandas as pd

from kumppanuus.disclosure.balances import WAITING, Rows, consecutive
from kumppanuus.disclosure.placed import Name, Placed
from kumppanuus.disclosure.rules import Floats
from kumppanuus.methods.system import Numbers, Relation

MOST_SUMMED = 3
"""Tables with more dimensions than these are not summed up."""
LEAST = 7
"""Numbers that are all smaller are hidden wherever they stand."""


@dataclass(frozen=True, slots=True)
class _Measure:
    """A number under some codes, as it stands or as a sum over the other codes of its table.

    population : of the table, its own when it has none. codes, exact : where it is above 0; shape (codes,). cells :
    the cells it is made of; relation : the place in `codes` of each, shape (cells,).
    """

    population: str
    codes: tuple[str, ...]
    exact: Floats
    cells: Numbers
    relation: Numbers

    @property
    def key(self) -> tuple[tuple[str, ...], bytes]:
        """What is the same of measures that are equal under every code."""
        return self.codes, self.exact.tobytes()


def same_people(placed: Mapping[Name, Placed]) -> Iterator[Relation]:
    """Yield equations between numbers of different populations that are equal under every code.

    Families are compared with families, persons and other counts with one another.
    """
    found: dict[Hashable, list[_Measure]] = {}
    for name, part in placed.items():
        for kind, dimensions, measure in _measures(part, part.table.population or ".".join(name)):
            if measure.exact.max(initial=0.0) >= LEAST:
                found.setdefault((kind, dimensions, measure.key), []).append(measure)
    for measures in found.values():
        if len({each.population for each in measures}) > 1:
            yield from _equal(sorted(measures, key=lambda each: len(each.cells)))


def _measures(part: Placed, population: str) -> Iterator[tuple[bool, frozenset[str], _Measure]]:
    """Yield every counted column of a table by the codes of all and of some of its dimensions; whether of families."""
    time = [*part.table.names("time"), *(part.table.dimensions[-1:] if part.table.form == "queue" else ())]
    codes = {each: part.codes(each) for each in sorted(part.dimensions) if each not in time}
    rows = {column: _rows(part, column, time) for column in part.cells}
    least = 0 if len(codes) <= MOST_SUMMED else len(codes)
    for chosen in chain.from_iterable(combinations(codes, n) for n in range(least, len(codes) + 1)):
        names = pd.Series("", index=part.frame.index, dtype=object)
        for each in chosen:
            names = names + "\x1f" + codes[each]
        place, told = pd.factorize(names, sort=True)
        for column, there in rows.items():
            measure = _summed(population, told, place[there], part.exact[column][there], part.cells[column][there])
            yield part.table.columns[column].role == "families", frozenset(chosen), measure


def _rows(part: Placed, column: str, time: Iterable[str]) -> Rows:
    """Return the rows that count: of curves the beginning, of what waits in a queue the last period."""
    there = np.asarray(part.cells[column] >= 0)
    if part.table.form == "curve":
        for each in time:
            there &= part.frame[each].to_numpy(dtype=float) == 0
    elif part.table.form == "queue" and column == WAITING:
        before, _ = consecutive(part.table, part.frame)
        there[before] = False
    return np.flatnonzero(there)


def _summed(population: str, told: pd.Index[str], place: Numbers, exact: Floats, cells: Numbers) -> _Measure:
    """Return the sums by code; codes without anybody are left out."""
    sums = np.bincount(place, weights=exact, minlength=len(told))
    some = sums > 0
    kept = some[place]
    codes = tuple(str(each) for each in told[some])
    return _Measure(population, codes, sums[some], cells[kept], (np.cumsum(some) - 1)[place[kept]])


def _equal(measures: list[_Measure]) -> Iterator[Relation]:
    """Yield that each is the same as the first one of all: the one of fewest cells."""
    one = measures[0]
    for other in measures[1:]:
        if not np.array_equal(np.sort(one.cells), np.sort(other.cells)):
            factors = np.repeat([1.0, -1.0], [len(one.cells), len(other.cells)])
            cells, relation = (np.concatenate(pair) for pair in ((one.cells, other.cells),
                                                                (one.relation, other.relation)))  # fmt: skip
            yield Relation(cells, factors, relation, 0.0, 0.0)
