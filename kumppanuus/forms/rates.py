"""Rates per 1,000 from published counts, with the limits of every count that the published one may stand for."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.forms.forest import SMALLEST
from kumppanuus.forms.rounding import clusters_in, ends_of_class
from kumppanuus.language.say import Say
from kumppanuus.methods.rates import count_limits, rate_ratios

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
    ends = (np.where(shown, each, np.nan) for each in ends_of_class(persons))
    lower, upper = (count_limits(each, *clusters_in(each, persons, homes))[end] for end, each in enumerate(ends))
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


def published_ratio(
    above: Sequence[float], below: Sequence[float], confidence: float = 0.95
) -> tuple[float, float, float]:  # fmt: skip
    """Return the ratio of two published rates with its limits, whatever their numbers stand for (R16: P).

    Parameters
    ----------
    above, below : persons, families and base of each; the two groups share nobody. Where they are the same people in
        two years the limits are a little wide.

    Returns
    -------
    Ratio, lower and upper limit; NaN where a number is not known.
    """
    found = []
    for end, pair in (("value", (0, 0)), ("lower", (1, 2)), ("upper", (2, 1))):
        parts = []
        for (count, homes, base), place in zip((above, below), pair, strict=True):
            persons = np.array([count], dtype=float)
            squares, _ = clusters_in(persons, persons, np.array([homes], dtype=float))
            # So many people who come by themselves vary as much as these who come in families, at the same rate.
            alone = persons / squares
            number = (persons, *ends_of_class(persons))[place]
            parts.append((number * alone, np.array([base], dtype=float) * alone))
        (events, people), (other_events, others) = parts
        ratio = rate_ratios(events, people, other_events, others, confidence)
        found.append(float(getattr(ratio, end)[0]))
    value, lower, upper = found
    return value, lower, upper


def surely_more(most: Sequence[float], least: Sequence[float]) -> bool:
    """Say whether the first of two published rates is higher whatever its numbers stand for, chance included (95 %).

    Parameters
    ----------
    most, least : persons, families and base of each; the two groups share nobody. What is not known is no more.
    """
    return published_ratio(most, least)[1] > 1


def rate_words(value: float, lower: float, upper: float, say: Say) -> str:
    """Write ``412 (388–437)``."""
    digits = 1 if value < 10 else 0
    shown = [say.number(each, digits) for each in (value, lower, upper)]
    return shown[0] if math.isnan(lower) or math.isnan(upper) else f"{shown[0]} ({shown[1]}–{shown[2]})"
