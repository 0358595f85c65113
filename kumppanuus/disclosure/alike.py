"""Numbers of one population that are the same under another name, and where a curve begins.

An observer who knows what the numbers mean knows that some of them are equal: relationships that are still open and
the people who have one, say, when nobody has two. Nothing of that is declared: two numbers under the same codes that
are equal in every row are taken to be known as equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from kumppanuus.disclosure.placed import Placed
from kumppanuus.methods.system import Relation


@dataclass(frozen=True, slots=True)
class _Measure:
    """A number, or a sum of two, of each row of a table.

    cells : names of the rows' codes -> the numbers of the cells, a column for each term. exact : the sums.
    """

    cells: pd.DataFrame
    exact: pd.Series[float]


def alike(group: Iterable[Placed]) -> Iterator[Relation]:
    """Yield equations between numbers of one population that are the same in all rows they have in common."""
    by_dimensions: dict[frozenset[str], list[_Measure]] = {}
    for part in group:
        time = part.table.names("time")
        timeless = frozenset(each for each in part.dimensions if each not in time)
        if part.table.form == "curve":
            by_dimensions.setdefault(timeless, []).extend(_at_the_start(part, sorted(timeless)))
        else:
            by_dimensions.setdefault(timeless, []).extend(_measures(part, sorted(timeless), range(len(part.frame))))
    for measures in by_dimensions.values():
        for one, other in combinations(measures, 2):
            yield from _equal(one, other)


def _measures(part: Placed, dimensions: list[str], rows: Sequence[int]) -> Iterator[_Measure]:
    names = _names(part, dimensions, rows)
    for column in part.cells:
        yield _measure(part, names, rows, (column,))


def _at_the_start(part: Placed, dimensions: list[str]) -> Iterator[_Measure]:
    """Yield what a curve tells of its first day: who is there, who comes later, and all there are."""
    time = part.table.names("time")[0]
    rows = np.flatnonzero(part.frame[time].to_numpy(dtype=float) == 0)
    names = _names(part, dimensions, rows.tolist())
    both = {"at_risk", "later"} <= set(part.cells)
    for columns in (("later",), ("at_risk", "later")) if both else (("at_risk",),):
        if set(columns) <= set(part.cells):
            yield _measure(part, names, rows.tolist(), columns)


def _names(part: Placed, dimensions: list[str], rows: Sequence[int]) -> pd.Index[str]:
    """Return the codes of rows as one text each."""
    chosen = np.asarray(rows, dtype=np.int64)
    names = pd.Series("", index=chosen, dtype=object)
    for each in dimensions:
        codes = part.codes(each)
        names = names if codes is None else names + "\x1f" + codes.iloc[chosen].to_numpy()
    return pd.Index(names)


def _measure(part: Placed, names: pd.Index[str], rows: Sequence[int], columns: tuple[str, ...]) -> _Measure:
    chosen = np.asarray(rows, dtype=np.int64)
    cells = pd.DataFrame({column: part.cells[column][chosen] for column in columns}).set_index(names)
    there = (cells >= 0).all(axis=1).to_numpy()
    exact = np.sum([part.exact[column][chosen] for column in columns], axis=0)
    return _Measure(cells[there], pd.Series(exact, index=cells.index)[there])


def _equal(one: _Measure, other: _Measure) -> Iterator[Relation]:
    common = one.cells.index.intersection(other.cells.index)
    if common.empty or not (one.exact.index.is_unique and other.exact.index.is_unique):
        return
    if not (one.exact[common].to_numpy() == other.exact[common].to_numpy()).all():
        return
    left, right = one.cells.loc[common].to_numpy(), other.cells.loc[common].to_numpy()
    factors = np.concatenate([np.ones(left.shape[1]), -np.ones(right.shape[1])])
    cells = np.concatenate([left, right], axis=1)
    yield Relation.of_rows(cells, np.tile(factors, (len(cells), 1)), 0.0, 0.0)
