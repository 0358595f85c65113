"""Derived numbers of the charts, from published ones only (R16): moves per 100 client years, limits of shares."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from kumppanuus.forms.rounding import ends_of_class
from kumppanuus.methods.limits import poisson_limits
from kumppanuus.methods.shares import wilson_limits

SMALLEST = 15.0
"""Published number of moves below which no rate is shown."""


def moves_per_100_years(moves: pd.DataFrame, stays: pd.DataFrame) -> pd.DataFrame:
    """Return the rate of every kind of move with limits.

    Parameters
    ----------
    moves : published: ``state``, ``direction``, ``moves``, ``families``. stays : ``state``, ``years``.

    Returns
    -------
    ``state``, ``direction``, ``value``, ``lower``, ``upper`` in moves per 100 client years, two digits, limits outward;
    NaN where a number is hidden or fewer than 15 moves are published.

    Notes
    -----
    Moves of one family are no independent events. Were their numbers a family geometric with the published mean m / f,
    the count would vary as one of f / (2 − f / m) independent events; the exact limits of such a count are used, for
    the numbers in the published classes that make them widest.
    """
    years = stays.set_index("state")["years"].astype(float)
    count, homes = (moves[name].to_numpy(dtype=float) for name in ("moves", "families"))
    base = moves["state"].map(years).to_numpy(dtype=float)
    shown = (count >= SMALLEST) & (homes > 0) & (base > 0)
    (least, most), (fewest, _) = ends_of_class(count), ends_of_class(homes)
    with np.errstate(invalid="ignore", divide="ignore"):
        independent = np.where(shown, fewest / (2 - np.minimum(fewest / least, 1.0)), np.nan)
        low, high = poisson_limits(independent, independent)
        value = np.where(shown, 100 * count / base, np.nan)
        limits = [100 * end / base * limit / independent for end, limit in ((least, low), (most, high))]
    rounded = [_two_digits(*each) for each in zip(value, *limits, strict=True)]
    found = pd.DataFrame(rounded, columns=["value", "lower", "upper"], index=moves.index)
    return pd.concat([moves[["state", "direction"]], found], axis=1)


def share_limits_of(row: pd.Series, bases: pd.DataFrame) -> tuple[float, float] | None:
    """Return the limits of a published share as if every family of its base were one client, outward to whole per cent.

    Parameters
    ----------
    row : ``origin``, ``share``. bases : ``origin``, ``families``; None when they are hidden.
    """
    homes = bases.loc[bases["origin"] == row["origin"], "families"]
    if homes.empty or math.isnan(float(homes.iloc[0])):
        return None
    size = float(ends_of_class(np.array([float(homes.iloc[0])]))[0][0])
    low, high = wilson_limits(float(row["share"]) * size, size)
    return math.floor(low * 100) / 100, math.ceil(high * 100) / 100


def _two_digits(value: float, lower: float, upper: float) -> tuple[float, float, float]:
    if math.isnan(value):
        return (math.nan, math.nan, math.nan)
    unit = 10.0 ** (math.floor(math.log10(value)) - 1)
    low, high = math.floor(lower / unit + 1e-9) * unit, math.ceil(upper / unit - 1e-9) * unit
    return (round(round(value / unit) * unit, 9), round(low, 9), round(high, 9))
