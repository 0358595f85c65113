"""Numbers of different populations that are the same: what one table hides another may show under another name.

Relationships that are open at the end of the last period of a queue are those that are open on the last day; what
left in all periods is what ended; in a small register a sample is everybody. Nothing of that is declared: an observer
who knows what the numbers mean knows it, so numbers that are equal under all codes are taken to be known as equal,
as they are within one population (`alike`, `crossing`).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, combinations, product

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column
from kumppanuus.disclosure.balances import WAITING, Rows
from kumppanuus.disclosure.placed import Name, Placed
from kumppanuus.disclosure.rules import Bools, Floats
from kumppanuus.methods.system import Numbers, Relation

MOST_SUMMED = 3
"""Tables with more dimensions than these are not summed up."""
KINDS = ("flow", "whose", "clock")
"""Dimensions that say what a row counts (starts or ends, clients or families, what is due): each code is looked at by
itself."""
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

    Families are compared with families, persons and other counts with one another; stocks at the end of a year also
    within one population, since they are no sums of those of its months.
    """
    found: dict[Hashable, list[_Measure]] = {}
    years: dict[Hashable, list[_Measure]] = {}
    others: dict[Hashable, list[_Measure]] = {}
    for name, part in placed.items():
        timeless = "year" not in part.table.dimensions
        for kind, dimensions, latest, measure in _measures(part, ".".join(name)):
            if measure.exact.max(initial=0.0) < LEAST:
                continue
            found.setdefault((kind, dimensions, measure.key), []).append(measure)
            if len(dimensions) == 1 and (latest or timeless):
                (years if latest else others).setdefault((kind, dimensions), []).append(measure)
    for measures in found.values():
        if len({each.population for each in measures}) > 1:
            yield from _equal(sorted(measures, key=lambda each: len(each.cells)))
    for each, last in years.items():
        yield from _some_codes(last, others.get(each, []))


def _some_codes(last: list[_Measure], others: list[_Measure]) -> Iterator[Relation]:
    """Yield that numbers of the last year are those of a table that tells some of its codes only: two or more."""
    for year, other in product(last, others):
        if 2 <= len(other.codes) < len(year.codes) and year.population != other.population:
            part = _of_codes(year, other.codes)
            if part is not None and part.key == other.key:
                yield from _equal([other, part])


def _of_codes(measure: _Measure, codes: tuple[str, ...]) -> _Measure | None:
    """Return a number under some of its codes; None when it has not all of them."""
    place = {code: at for at, code in enumerate(codes)}
    if not place.keys() <= {*measure.codes}:
        return None
    renumbered = np.array([place.get(code, -1) for code in measure.codes], dtype=np.int64)
    kept = renumbered[measure.relation] >= 0
    cells, relation = measure.cells[kept], renumbered[measure.relation[kept]]
    return _Measure(measure.population, codes, measure.exact[renumbered >= 0], cells, relation)


def _measures(part: Placed, own: str) -> Iterator[tuple[bool, frozenset[str], bool, _Measure]]:
    """Yield every counted column of a table by the codes of all and of some of its dimensions: whether of families, by
    which dimensions, whether of the last year alone, and the numbers.

    Of `KINDS` also the rows of each code by themselves, and of years the last one: other tables count the last twelve
    months, which may be the same; of months and quarters the years they lie in.
    """
    population = part.table.population or own
    codes = _codes(part)
    slices: list[tuple[Bools, str]] = [(np.ones(len(part.frame), dtype=bool), "")]
    for each, told in codes.items():
        if each in KINDS and each in part.table.dimensions:
            slices += [((told == code).to_numpy(), each) for code in sorted(told.unique())]
    if "year" in part.table.dimensions and len(codes["year"]):
        slices.append(((codes["year"] == codes["year"].max()).to_numpy(), "year"))
    for column in part.cells:
        families, rows = _of_families(part.table.columns[column], column), _rows(part, column)
        for some, without in slices:
            kept = rows[some[rows]]
            for chosen in _subsets([each for each in codes if each != without]):
                stock = part.table.form == "queue" and column == WAITING
                last = _last(kept, codes, chosen) if stock else kept
                whose = f"{own} at the end" if stock and "year" in chosen else population
                found = _summed(whose, [codes[each].to_numpy()[last] for each in chosen], part, column, last)
                yield families, frozenset(chosen), without == "year", found


def _of_families(counted: Column, name: str) -> bool:
    """Tell whether a number counts families, as its role or its name says."""
    return counted.role == "families" or "families" in (name, counted.cell)


def _codes(part: Placed) -> dict[str, pd.Series[str]]:
    """Return the codes of each dimension but of the time of a curve, and the year of shorter periods in their place."""
    years = part.codes("year") if "month" in part.dimensions or "quarter" in part.dimensions else None
    shorter = ("month", "quarter") if years is not None else ()
    named = [each for each in sorted(part.dimensions) if each not in (*part.table.names("time"), *shorter)]
    found = {each: told for each in named if (told := part.codes(each)) is not None}
    return found if years is None else {**found, "year": years}


def _subsets(names: list[str]) -> Iterator[tuple[str, ...]]:
    least = 0 if len(names) <= MOST_SUMMED else len(names)
    return chain.from_iterable(combinations(names, n) for n in range(least, len(names) + 1))


def _last(rows: Rows, codes: Mapping[str, pd.Series[str]], chosen: Iterable[str]) -> Rows:
    """Return the rows of the last period of each group, and of each year where they are told by year."""
    groups = [told.iloc[rows].to_numpy() for each, told in codes.items() if each != "year" or "year" in chosen]
    last = (
        ~pd.MultiIndex.from_arrays(groups).duplicated(keep="last") if groups else np.arange(len(rows)) == len(rows) - 1
    )
    return rows[last]


def _rows(part: Placed, column: str) -> Rows:
    """Return the rows that count: of curves those of the beginning."""
    there = np.asarray(part.cells[column] >= 0)
    for each in part.table.names("time"):
        there &= part.frame[each].to_numpy(dtype=float) == 0
    return np.flatnonzero(there)


def _summed(population: str, codes: list[np.ndarray], part: Placed, column: str, rows: Rows) -> _Measure:
    """Return the sums by code; codes without anybody are left out."""
    names = np.full(len(rows), "", dtype=object)
    for each in codes:
        names = names + "\x1f" + each
    place, told = pd.factorize(names, sort=True)
    sums = np.asarray(np.bincount(place, weights=part.exact[column][rows], minlength=len(told)), dtype=np.float64)
    some = sums > 0
    kept = some[place]
    cells = part.cells[column][rows]
    return _Measure(
        population, tuple(map(str, told[some])), sums[some], cells[kept], (np.cumsum(some) - 1)[place[kept]]
    )


def _equal(measures: list[_Measure]) -> Iterator[Relation]:
    """Yield that each is the same as the first one of all: the one of fewest cells."""
    one = measures[0]
    for other in measures[1:]:
        if not np.array_equal(np.sort(one.cells), np.sort(other.cells)):
            factors = np.repeat([1.0, -1.0], [len(one.cells), len(other.cells)])
            cells, relation = (np.concatenate(pair) for pair in ((one.cells, other.cells),
                                                                (one.relation, other.relation)))  # fmt: skip
            yield Relation(cells, factors, relation, 0.0, 0.0)
