"""Published tables as an attacker copies them into her book: a place for every number, shown or hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.attack.book import MOST, Book, Ints
from benchmarks.attack.publish import Case

CLASS = 6
FEWEST_FAMILIES = 3
BY_DEFINITION = ("baseline.concentration.dearest", "baseline.concentration.tops")
"""Tables of a given part of the families: how many families that is, follows from how many there are."""
EXPECTED = ("resources.forecast.checked",)
"""Tables of expected numbers, which may be 0 beside people."""
MONEY = 1e-4
"""Money is reckoned in ten thousands of euros, so that it is of the size of people."""


@dataclass(frozen=True, slots=True)
class Copier:
    """Copies tables of a case into a book.

    classes : shown counts are the middles of classes of six; else they are exact, as other tools publish them.
    guesses : the attacker guesses, and guesses right, which of the rows that are hidden whole are small.
    """

    case: Case
    book: Book
    classes: bool = True
    guesses: bool = False

    def has(self, room: str, table: str) -> bool:
        """Tell whether a table was published with any row."""
        released = self.case.released
        assert released is not None
        result = released.results.get(room)
        return result is not None and table in result.tables and len(result[table]) > 0

    def frame(self, room: str, table: str) -> pd.DataFrame:
        """Return a published table as it is; no rows when it was not published."""
        return self.case.released.results[room][table] if self.has(room, table) else pd.DataFrame()  # type: ignore[union-attr]

    def copy(
        self, room: str, table: str, keys: Sequence[str], people: Mapping[str, str], counts: Sequence[str] = (), *,
        always: bool = False,
    ) -> pd.DataFrame:  # fmt: skip
        """Copy the counts of a table and return its keys with the place of each number (-1: there is none).

        Parameters
        ----------
        people : column of persons → column of the same people's families.
        counts : columns of other numbers.
        always : a row is there only when somebody is behind it.
        """
        if not self.has(room, table):
            return pd.DataFrame({name: pd.Series(dtype=object) for name in keys} | {
                name: pd.Series(dtype=np.int64) for name in (*people, *people.values(), *counts)})  # fmt: skip
        shown = self.frame(room, table)
        masked = self.case.released.results[room].tables[table].masked  # type: ignore[union-attr]
        exact = _beside(shown, getattr(self.case.exact[room], table), keys)
        sheet = shown[list(keys)].copy()
        for name in dict.fromkeys((*people, *people.values(), *counts)):
            sheet[name] = self._column(f"{room}.{table}", name, keys, shown, masked, exact, always=always and name in (
                *people, *people.values()))  # fmt: skip
        for persons, families in people.items():
            self.book.at_most(f"families <= persons of {table}", sheet[families], sheet[persons])
            if self.classes:  # our rules: else the row would be hidden
                self.book.raise_low(sheet[families].where(shown[persons] > 0, -1), FEWEST_FAMILIES)
        return sheet

    def _column(
        self, table: str, name: str, keys: Sequence[str], shown: pd.DataFrame, masked: pd.DataFrame,
        exact: pd.DataFrame, *, always: bool,
    ) -> Ints:  # fmt: skip
        values, hidden = shown[name].to_numpy(dtype=float), masked[name].to_numpy(dtype=bool)
        there = np.flatnonzero(hidden | ~np.isnan(values))
        some = always | ~shown["hidden"].to_numpy(dtype=bool)  # in a row that is shown nobody is hidden as 0
        some = some & (table not in EXPECTED)
        down, up = (CLASS // 2 - 1, CLASS // 2) if self.classes else (0, 0)
        low = np.where(hidden, some.astype(float), np.where(values > 0, values - down, 0.0))
        high = np.where(hidden, MOST, np.where(values > 0, values + up, 0.0))
        true = exact[name].to_numpy(dtype=float)
        if self.guesses:
            high = np.where(shown["hidden"].to_numpy(dtype=bool) & hidden & (true <= CLASS), CLASS, high)
        labels = shown[list(keys)].astype(str).agg(" ".join, axis=1).to_numpy() if keys else np.full(len(shown), "")
        target = hidden & (true >= 1) & (true <= CLASS) & ~(name == "families" and table in BY_DEFINITION)
        places = np.full(len(shown), -1, dtype=np.int64)
        places[there] = self.book.numbers(
            [(table, name, str(labels[row])) for row in there], low[there], high[there], true[there], target[there]
        )
        return places

    def money(self, room: str, table: str, keys: Sequence[str], name: str) -> pd.DataFrame:
        """Copy sums of money, in `MONEY`: a shown one lies within half a unit of its last digit."""
        if not self.has(room, table):
            return pd.DataFrame({each: pd.Series(dtype=object) for each in keys} | {name: pd.Series(dtype=np.int64)})
        shown = self.frame(room, table)
        exact = _beside(shown, getattr(self.case.exact[room], table), keys)[name].to_numpy(dtype=float) * MONEY
        values = shown[name].to_numpy(dtype=float)
        low, high = rounded(values)
        labels = shown[list(keys)].astype(str).agg(" ".join, axis=1)
        places = self.book.numbers([(f"{room}.{table}", name, each) for each in labels],
                                   np.where(np.isnan(low), 0.0, low) * MONEY,
                                   np.where(np.isnan(high), MOST, high * MONEY), exact, False, whole=False)  # fmt: skip
        return shown[list(keys)].assign(**{name: places})


def rounded(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return between what numbers lie that were rounded to two or three significant digits; NaN stays."""
    with np.errstate(divide="ignore", invalid="ignore"):
        magnitude = np.where(values != 0, np.floor(np.log10(np.abs(values))), 0.0)
    two, three = np.power(10.0, magnitude - 1), np.power(10.0, magnitude - 2)
    fits = np.abs(values / two - np.round(values / two)) < 1e-6
    half = np.where(values == 0, 0.0, np.where(fits, two, three) / 2 * 1.0000001)
    return values - half, values + half


def _beside(shown: pd.DataFrame, exact: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return the exact rows in the order of the published ones."""
    if not keys:
        return exact.reset_index(drop=True)
    return shown[list(keys)].merge(exact, on=list(keys), how="left", validate="one_to_one")


def owner(parts: pd.DataFrame, wholes: pd.DataFrame, on: Sequence[str] | Mapping[str, str]) -> Ints:
    """Return for each row of parts the row of wholes it belongs to, -1 when there is none.

    Parameters
    ----------
    on : columns of both, or column of the parts → column of the wholes; nothing: all belong to the first row.
    """
    if not on:
        return np.full(len(parts), 0 if len(wholes) else -1, dtype=np.int64)
    names = dict(on) if isinstance(on, Mapping) else {name: name for name in on}
    left = parts[list(names)].rename(columns=names).astype(str)
    right = wholes[list(names.values())].astype(str).assign(row=np.arange(len(wholes)))
    rows = left.merge(right, on=list(names.values()), how="left")["row"]
    return rows.fillna(-1).to_numpy(dtype=np.int64)


def beside(parts: pd.DataFrame, wholes: pd.DataFrame, on: Sequence[str] | Mapping[str, str], column: str) -> Ints:
    """Return for each row of parts the place of a number of the whole it belongs to, -1 when there is none."""
    row = owner(parts, wholes, on)
    values = wholes[column].to_numpy(dtype=np.int64)
    return np.where(row >= 0, values[np.maximum(row, 0)], -1) if len(values) else np.full(len(parts), -1)
