"""Rates per 1,000 from published counts, with the limits of every count that the published one may stand for."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.forms.forest import SMALLEST
from kumppanuus.forms.rounding import ends_of_class
from kumppanuus.language.say import Say
from kumppanuus.methods.rates import Floats, count_limits, least_squares_of_clusters, rate_ratios

PER = 1000.0


def published_rates(table: ReleasedTable, *, of: str, families: str, base: str) -> pd.DataFrame:
    """Return persons per 1,000 of a public base for every row, from published numbers only (R16: P).

    Parameters
    ----------
    of, families : protected numbers of people and of the families they come from. base : inhabitants, public.

    Returns
    -------
    Columns ``value``, ``lower``, ``upper`` on the index of the table's rows, whole numbers (one decimal below ten),
    limits outwards. They hold the 95 % interval of every count in the published class, with families coming together
    as far as the two published numbers tell. NaN where the count is hidden or below 15, or the base is not known.
    """
    frame = table.frame
    persons, homes, inhabitants = (frame[each].to_numpy(dtype=float) for each in (of, families, base))
    shown = (persons >= SMALLEST) & (inhabitants > 0) & (persons <= inhabitants)
    least, most = (np.where(shown, each, np.nan) for each in ends_of_class(persons))
    lower, upper = (count_limits(each, *_clusters(each, persons, homes))[end] for end, each in enumerate((least, most)))
    with np.errstate(divide="ignore", invalid="ignore"):
        found = [np.where(shown, PER * each / inhabitants, np.nan) for each in (persons, lower, upper)]
    value, low, high = found
    digits = np.where(value < 10, 1, 0)
    unit = 10.0**-digits
    return pd.DataFrame(
        {
            "value": np.round(value / unit) * unit,
            "lower": np.floor(low / unit + 1e-9) * unit,
            "upper": np.ceil(high / unit - 1e-9) * unit,
        },
        index=frame.index,
    ).round(1)


def _clusters(number: Floats, persons: Floats, homes: Floats) -> tuple[Floats, Floats]:
    """Return squares and largest family for a number of the class, with as many persons a family as were published.

    A hidden number of families, or more families than persons, tells nothing: everybody is then one by herself.
    """
    families = np.where(np.isnan(homes) | (homes > persons) | (homes <= 0), persons, homes)
    squares, largest = least_squares_of_clusters(persons, families)
    return number * squares / persons, largest


def surely_more(most: Sequence[float], least: Sequence[float]) -> bool:
    """Say whether the first of two published rates is higher whatever its numbers stand for, chance included (95 %).

    Parameters
    ----------
    most, least : persons, families and base of each; the two groups share nobody. What is not known is no more.
    """
    ends = []
    for (count, homes, base), end in ((most, 0), (least, 1)):
        persons = np.array([count], dtype=float)
        squares, _ = _clusters(persons, persons, np.array([homes], dtype=float))
        # So many people who come by themselves vary as much as these who come in families.
        ends += [ends_of_class(persons)[end] * persons / squares, np.array([base])]
    return bool(rate_ratios(*ends).lower[0] > 1)


def rate_words(value: float, lower: float, upper: float, say: Say) -> str:
    """Write ``412 (388–437)``."""
    digits = 1 if value < 10 else 0
    shown = [say.number(each, digits) for each in (value, lower, upper)]
    return shown[0] if math.isnan(lower) or math.isnan(upper) else f"{shown[0]} ({shown[1]}–{shown[2]})"
