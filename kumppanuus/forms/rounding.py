"""What a published count stands for."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumppanuus.methods.rates import least_squares_of_clusters

Floats: TypeAlias = npt.NDArray[np.float64]

BASE = 6
_MIDDLE = 3
_MANY = 100
LEAST_FOR_A_MEAN = 60
"""A published number is at most 3 off, which moves a mean over it by 5 % at most from so many on (R5)."""


def ends_of_class(published: Floats) -> tuple[Floats, Floats]:
    """Return the least and the most that each published count may stand for (R1: 9 is 7–12).

    A count that is no middle of a class of six is exact (0, public numbers, the internal face) and stands for itself.
    """
    count = np.asarray(published, dtype=float)
    rounded = count % BASE == _MIDDLE
    return np.where(rounded, count - _MIDDLE + 1, count), np.where(rounded, count + BASE - _MIDDLE, count)


def rounding_of_sum(value: float, persons: float) -> float:
    """Return how far a published sum (R5) may be from the exact one, as its published number of people tells.

    Three significant digits where surely a hundred people or more are behind it, else two; NaN stays.
    """
    if not value > 0:
        return 0.0 if value == 0 else math.nan
    surely_many = float(ends_of_class(np.array([persons]))[0][0]) >= _MANY
    return 0.5 * 10.0 ** (math.floor(math.log10(value)) - (2 if surely_many else 1))


def cost_each(costs: pd.Series[float], number: pd.Series[float]) -> pd.Series[float]:
    """Return published costs over published numbers of families (children), to two digits.

    NaN below `LEAST_FOR_A_MEAN` of them, and where either is hidden.
    """
    enough = number.astype(float).where(number.astype(float) >= LEAST_FOR_A_MEAN)
    return (costs.astype(float) / enough).map(_two_digits, na_action="ignore")


def _two_digits(value: float) -> float:
    return float(f"{value:.1e}")


def clusters_in(number: Floats, persons: Floats, homes: Floats) -> tuple[Floats, Floats]:
    """Return squares and largest family for a number of the class, with as many persons a family as were published.

    A hidden number of families, or more families than persons, tells nothing: everybody is then one by herself.

    Parameters
    ----------
    number : of the class. persons, homes : persons and families as published.
    """
    families = np.where(np.isnan(homes) | (homes > persons) | (homes <= 0), persons, homes)
    squares, largest = least_squares_of_clusters(persons, families)
    with np.errstate(divide="ignore", invalid="ignore"):
        return number * squares / persons, largest
