"""Rows under unique keys, found again by them: how the long frames of a model become places in arrays.

The places follow the sorted keys, not the order of the rows, so a model does not depend on how its frames were sorted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumppanuus.errors import ModelError

Ints = npt.NDArray[np.int64]
_MOST = 2.0**62


@dataclass(frozen=True, slots=True)
class Coded:
    """A column as codes into its different values; −1 where a value is missing."""

    codes: Ints
    values: pd.Index


@dataclass(frozen=True, slots=True)
class Keyed:
    """The variables or the relations of one name.

    keys : the key columns as given, a row each. levels : the sorted different values of each key column.
    codes : the keys as one number each, sorted. places : of each given row its place among the sorted.
    """

    name: str
    keys: pd.DataFrame
    levels: tuple[pd.Index, ...]
    codes: Ints
    places: Ints

    def __len__(self) -> int:
        return len(self.places)

    @property
    def columns(self) -> list[str]:
        """The names of the key columns."""
        return [str(column) for column in self.keys.columns]

    @property
    def given(self) -> Ints:
        """Of each place its row as given."""
        rows = np.empty_like(self.places)
        rows[self.places] = np.arange(len(rows))
        return rows

    def find(self, columns: Mapping[str, Coded], n: int) -> Ints:
        """Return the place of each of n keys, −1 where there is none."""
        numbers, known = np.zeros(n, dtype=np.int64), np.ones(n, dtype=bool)
        for column, level in zip(self.columns, self.levels, strict=True):
            code = level.get_indexer(columns[column].values)[columns[column].codes]
            known &= (columns[column].codes >= 0) & (code >= 0)
            numbers = numbers * len(level) + code
        place = np.minimum(np.searchsorted(self.codes, numbers), len(self.codes) - 1)
        return np.where(known & (self.codes[place] == numbers), place, -1)


def coded(column: pd.Series) -> Coded:
    """Return a column as codes."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return Coded(column.cat.codes.to_numpy().astype(np.int64), column.cat.categories)
    codes, values = pd.factorize(column)
    return Coded(codes.astype(np.int64), pd.Index(values))


def coded_columns(frame: pd.DataFrame, columns: Iterable[str]) -> dict[str, Coded]:
    """Return those of the columns that a frame has, as codes."""
    return {column: coded(frame[column]) for column in dict.fromkeys(columns) if column in frame}


def keyed(name: str, keys: pd.DataFrame | None) -> Keyed:
    """Return the rows of a frame under its keys; no frame is one row without keys.

    Raises
    ------
    ModelError
        KU912 when a key comes twice, KU913 when one is missing, KU915 when there is nothing or too much to tell apart.
    """
    if keys is None:
        return Keyed(name, pd.DataFrame(index=range(1)), (), np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64))
    keys = keys.reset_index(drop=True)
    columns = [coded(keys[column]) for column in keys.columns]
    if not len(keys) or not columns or np.prod([float(len(column.values)) for column in columns]) > _MOST:
        raise ModelError("KU915", name=name, part="keys")
    numbers, levels = np.zeros(len(keys), dtype=np.int64), []
    for column, told in zip(keys.columns, columns, strict=True):
        refuse("KU913", name, told.codes < 0, column=str(column))
        order = told.values.argsort()
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        levels.append(told.values[order])
        numbers = numbers * len(order) + rank[told.codes]
    given = np.argsort(numbers, kind="stable")
    codes = numbers[given]
    twice = np.zeros(len(keys), dtype=bool)
    twice[given[1:][codes[1:] == codes[:-1]]] = True
    refuse("KU912", name, twice)
    places = np.empty_like(given)
    places[given] = np.arange(len(given))
    return Keyed(name, keys, tuple(levels), codes, places)


def refuse(code: str, name: str, wrong: npt.NDArray[np.bool_], **facts: object) -> None:
    """Raise when any row is wrong: how many and the first of them, never what it holds."""
    if wrong.any():
        raise ModelError(code, name=name, n=int(wrong.sum()), row=int(np.argmax(wrong)), **facts)
