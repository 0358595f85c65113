"""The frames of a model read into blocks: rows under keys with bounds, terms with their places, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumppanuus.errors import ModelError
from kumppanuus.methods.keyed import Coded, Keyed, coded, keyed, refuse
from kumppanuus.methods.solver import Bools, Floats, Ints

Bound = float | str
TOLD = frozenset({
    "coefficient", "value", "reduced_cost", "cost", "cost_from", "cost_to", "lower", "upper", "activity", "slack",
    "side", "binding", "dual", "dual_from", "dual_to", "unit",
})  # fmt: skip
"""Columns of the answers: no key may be called so."""


@dataclass(frozen=True, slots=True)
class Block:
    """The variables or constraints of one name, in the order of their sorted keys.

    first : place of the first among all. lower, upper : bounds or right-hand sides. integer : of variables.
    unit : what is measured, for people.
    """

    keyed: Keyed
    first: int
    lower: Floats
    upper: Floats
    integer: Bools
    unit: str

    def of(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return this block's part of an array over all, in the order of the rows as given."""
        part: npt.NDArray[Any] = values[self.first : self.first + len(self.keyed)][self.keyed.places]
        return part

    def at(self, keys: Mapping[str, object]) -> int:
        """Return the place among all of the row with these keys.

        Raises
        ------
        ModelError
            KU911 when there is none.
        """
        if set(keys) != set(self.keyed.columns):
            raise ModelError("KU915", name=self.keyed.name, part=", ".join(self.keyed.columns))
        frame = pd.DataFrame({column: [keys[column]] for column in self.keyed.columns}, index=[0])
        place = int(self.keyed.find({column: coded(frame[column]) for column in self.keyed.columns}, 1)[0])
        if place < 0:
            raise ModelError("KU911", name=self.keyed.name, n=1, row=0)
        return self.first + place


def read(
    name: str, frame: pd.DataFrame | None, first: int, lower: Bound, upper: Bound, unit: str, integer: bool | str
) -> Block:
    """Return the rows of a frame under their keys, with bounds."""
    named = [column for column in (lower, upper, integer) if isinstance(column, str)]
    rows = keyed(name, None if frame is None else frame.drop(columns=_there(name, frame, named)))
    if taken := sorted(TOLD & set(rows.columns)):
        raise ModelError("KU915", name=name, part=", ".join(taken))
    low, high = (ordered(rows, numbers(name, frame, told, n=len(rows))) for told in (lower, upper))
    in_order(rows, low, high)
    whole = numbers(name, frame, integer, n=len(rows)) != 0
    return Block(rows, first, low, high, ordered(rows, whole), unit)


def _there(name: str, frame: pd.DataFrame, columns: list[str]) -> list[str]:
    for column in columns:
        if column not in frame:
            raise ModelError("KU915", name=name, part=column)
    return columns


def ordered(rows: Keyed, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return numbers of the rows as given in the order of the sorted keys."""
    return values[rows.given]


def in_order(rows: Keyed, lower: Floats, upper: Floats) -> None:
    """Refuse bounds that are missing or leave nothing between them."""
    refuse("KU913", rows.name, (np.isnan(lower) | np.isnan(upper))[rows.places], column="lower, upper")
    wrong = (lower > upper) | (lower == np.inf) | (upper == -np.inf)
    refuse("KU914", rows.name, wrong[rows.places])


def numbers(
    name: str, frame: pd.DataFrame | None, told: Bound, *, n: int | None = None, finite: bool = False
) -> Floats:
    """Return the numbers of a column, or one number for all; a missing one is an error, an endless one may be."""
    if isinstance(told, str):
        if frame is None or told not in frame:
            raise ModelError("KU915", name=name, part=told)
        values = frame[told].to_numpy(dtype=float, na_value=np.nan)
    else:
        values = np.full(n or 0, float(told))
    refuse("KU913", name, ~np.isfinite(values) if finite else np.isnan(values), column=str(told))
    return values


def found(rows: Keyed, columns: Mapping[str, Coded], n: int, name: str) -> Ints:
    """Return the place of each key, all of which have to be there."""
    for column in rows.columns:
        if column not in columns:
            raise ModelError("KU915", name=name, part=column)
    place = rows.find(columns, n)
    refuse("KU911", name, place < 0)
    return place


def own(columns: Mapping[str, Coded], variable: str) -> dict[str, Coded]:
    """Return the columns that speak of the variable's key alone, under the key's name."""
    start = f"{variable}."
    return {column.removeprefix(start): told for column, told in columns.items() if column.startswith(start)}


def spread(constraint: Keyed, variable: Keyed, coefficient: float) -> pd.DataFrame:
    """Return one number as terms: of every variable in its constraint, or of the variable in all of its constraints."""
    if set(constraint.columns) <= set(variable.columns):
        return variable.keys.assign(coefficient=coefficient)
    if set(variable.columns) <= set(constraint.columns):
        return constraint.keys.assign(coefficient=coefficient)
    raise ModelError("KU915", name=constraint.name, part=variable.name)
