"""How the numbers of two tables hang together when one of them is counted under more codes than the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from kumppanuus.analysis import Table
from kumppanuus.disclosure.rules import Floats
from kumppanuus.methods.system import Numbers, Relation

COUNTED = ("persons", "families", "count")
"""Roles of columns that are cells of the base."""
Name = tuple[str, str]
"""Analysis and table."""
OTHER = "other"
"""Code of what was merged."""


def _quarters(codes: pd.Series[str]) -> pd.Series[str]:
    """Return months as quarters; other codes as they are."""
    months = codes.str.fullmatch(r"\d{4}-\d\d")
    known = codes.where(months, "2000-01")
    return codes.mask(months, known.str[:4] + " Q" + ((known.str[5:7].astype(int) + 2) // 3).astype(str))


def _years(codes: pd.Series[str]) -> pd.Series[str]:
    """Return months and quarters as years; other codes as they are."""
    return codes.mask(codes.str.fullmatch(r"\d{4}(-\d\d| Q\d)"), codes.str[:4])


_COARSER: Mapping[str, Mapping[str, Callable[[pd.Series[str]], pd.Series[str]]]] = {
    "month": {"quarter": _quarters, "year": _years},
    "quarter": {"year": _years},
}
"""Dimensions of time that tell a coarser one: month ``2024-03``, quarter ``2024 Q1``, year ``2024``."""
TIMES = ("quarter", "year")
"""Dimensions that others may tell."""


def coarser_time(codes: pd.Series[str]) -> pd.Series[str]:
    """Return months as quarters and quarters as years; other codes as they are."""
    return _years(codes).where(codes.str.fullmatch(r"\d{4} Q\d"), _quarters(codes))


def code_text(codes: pd.Series[Any]) -> pd.Series[str]:
    """Return codes as text; a whole number is the same code whether it is kept as 2024 or as 2024.0."""
    if pd.api.types.is_float_dtype(codes) and (codes % 1 == 0).all():
        return codes.astype("int64").astype(str).astype(object)
    return codes.astype(str).astype(object)


@dataclass(frozen=True, slots=True)
class Placed:
    """A table whose counts are known by their cells.

    cells : per counted column the number of the cell in each row, -1 where there is none. exact : the true numbers.
    merged, longer : its smallest codes were merged, its steps of time made longer.
    known : codes that were asked for before, by dimension: every other table of the population asks for them.
    """

    table: Table
    frame: pd.DataFrame
    cells: Mapping[str, Numbers]
    exact: Mapping[str, Floats]
    merged: bool = False
    longer: bool = False
    known: dict[str, pd.Series[str]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions, with those whose code is the same for the whole table."""
        return (*self.table.dimensions, *dict(self.table.fixed))

    def tells(self, dimension: str) -> bool:
        """Tell whether every row has a code of a dimension, its own or a coarser one that it tells."""
        return dimension in self.dimensions or self._finer(dimension) is not None

    def codes(self, dimension: str) -> pd.Series[str] | None:
        """Return the code of a dimension in every row, also of a coarser one that the rows tell; None when not told."""
        if dimension not in self.known and self.tells(dimension):
            self.known[dimension] = self._codes(dimension)
        return self.known.get(dimension)

    def _codes(self, dimension: str) -> pd.Series[str]:
        if dimension in self.table.dimensions:
            return code_text(self.frame[dimension])
        finer = self._finer(dimension)
        if finer is None or dimension in dict(self.table.fixed):
            return pd.Series(dict(self.table.fixed)[dimension], index=self.frame.index, dtype=object)
        return _COARSER[finer][dimension](code_text(self.frame[finer]))

    def _finer(self, dimension: str) -> str | None:
        finer = (each for each, coarser in _COARSER.items() if each in self.table.dimensions and dimension in coarser)
        return next(finer, None)


def relations_between(part: Placed, whole: Placed, columns: Sequence[tuple[str, str]]) -> Iterator[Relation]:
    """Yield how numbers of `part` and of `whole` hang together, as far as it holds for all rows.

    Parameters
    ----------
    columns : pairs of a number of `part` and the one of `whole` that it may be a part of.
    """
    pairs = [(column, total) for column, total in columns if column in part.cells and total in whole.cells]
    rows = _rows_of_whole(part, whole) if pairs else None
    if rows is not None:
        for column, total in pairs:
            yield from _between(part, whole, column, total, rows)


def _between(part: Placed, whole: Placed, column: str, total: str, rows: Numbers) -> Iterator[Relation]:
    """Yield how a number of `part` and one of `whole` hang together.

    Parts that add up to their total everywhere: an equation. Else parts that are nowhere more than the total: each
    at most the total; and totals nowhere more than their parts together: the total at most their sum.
    """
    mine, whole_cells = part.cells[column], whole.cells[total]
    there = (rows >= 0) & (mine >= 0) & (whole_cells[rows] >= 0)
    if not there.any():
        return
    rows, cells, exact = rows[there], mine[there], part.exact[column][there]
    sums = np.bincount(rows, weights=exact, minlength=len(whole_cells))
    met = np.unique(rows)
    totals = whole.exact[total]
    if (sums[met] == totals[met]).all():
        yield _sum_of_parts(cells, rows, whole_cells, met, 0.0)
        return
    if (exact <= totals[rows]).all():
        pairs = np.column_stack([cells, whole_cells[rows]])
        yield Relation.of_rows(pairs, np.tile([-1.0, 1.0], (len(pairs), 1)), 0.0, np.inf)
    if (totals[met] <= sums[met]).all():
        yield _sum_of_parts(cells, rows, whole_cells, met, np.inf)


def _rows_of_whole(part: Placed, whole: Placed) -> Numbers | None:
    """Return for every row of `part` the row of `whole` that it belongs to (-1: none); None when it is no part."""
    if not len(whole.frame) or not len(part.frame):
        return None
    if not whole.dimensions:
        return np.zeros(len(part.frame), dtype=np.int64)
    names = list(whole.dimensions)
    if not all(map(part.tells, names)):
        return None
    codes = {name: found for name in names if (found := part.codes(name)) is not None}
    as_there = {name: _as_in_whole(each, whole, name) for name, each in codes.items()}
    if set(names) == set(part.dimensions) and all(as_there[name].equals(codes[name]) for name in names):
        return None  # the same cells
    place = pd.Series(np.arange(len(whole.frame)), index=_joined({name: whole.codes(name) for name in names}))
    found = place.reindex(_joined(as_there)) if place.index.is_unique else None
    return None if found is None else found.fillna(-1).to_numpy(dtype=np.int64)


def _as_in_whole(codes: pd.Series[str], whole: Placed, dimension: str) -> pd.Series[str]:
    """Return codes of a part as the whole has them after its steps of time became longer or its codes were merged."""
    there = whole.codes(dimension)
    if there is None:
        return codes
    known = there.unique()
    for _ in range(2):
        codes = codes.where(codes.isin(known), coarser_time(codes)) if whole.longer else codes
    column = whole.table.columns.get(dimension)
    merged = whole.merged and OTHER in known and column is not None and column.adds
    return codes.where(codes.isin(known), OTHER) if merged else codes


def _joined(codes: Mapping[str, pd.Series[str] | None]) -> pd.Index[str]:
    columns = [each for each in codes.values() if each is not None]
    joined = columns[0]
    for each in columns[1:]:
        joined = joined + "\x1f" + each
    return pd.Index(joined)


def _sum_of_parts(cells: Numbers, rows: Numbers, whole_cells: Numbers, met: Numbers, above: float) -> Relation:
    """Return ``0 <= sum of parts - total <= above`` for each total that has parts."""
    place = np.full(len(whole_cells), -1)
    place[met] = np.arange(len(met))
    return Relation(
        np.concatenate([cells, whole_cells[met]]),
        np.concatenate([np.ones(len(cells)), -np.ones(len(met))]),
        np.concatenate([place[rows], np.arange(len(met))]),
        0.0,
        above,
    )
