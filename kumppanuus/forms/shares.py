"""Shares of published counts, with the limits of every pair of counts that the published ones may stand for."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.disclosure.rules import SHARE_BASE
from kumppanuus.forms.rounding import ends_of_class
from kumppanuus.methods.shares import wilson_limits

NOT_SHOWN = (math.nan, math.nan, math.nan)


def published_shares(
    table: ReleasedTable, *, part: str, of: str, homes: str = "", compared: int = 1
) -> pd.DataFrame:  # fmt: skip
    """Return part / of for every row, from published numbers only (R16: P).

    Parameters
    ----------
    part, of : protected counts, the first a part of the second.
    homes : the published families behind `of`; what comes from one family is not independent, so limits are those of
        as many units as there are families. Empty, or where they are not published: every case is a unit.
    compared : how many such shares are looked at together; the limits then hold for all of them at once (Bonferroni).

    Returns
    -------
    Columns ``value``, ``lower``, ``upper`` (0–1, whole per cents, limits outwards) on the index of the table's rows:
    Wilson's 95 % limits, outward from the ends of the two classes. NaN where a count is hidden or `of` is below 20.
    """
    frame = table.frame
    some, base = (frame[each].to_numpy(dtype=float) for each in (part, of))
    units = frame[homes].to_numpy(dtype=float) if homes else base
    rows = [share_with_limits(some[at : at + 1], base[at : at + 1], units[at], compared) for at in range(len(frame))]
    return pd.DataFrame(rows, columns=["value", "lower", "upper"], index=frame.index, dtype=float)


def share_with_limits(
    some: np.ndarray, base: np.ndarray, units: float = math.nan, compared: int = 1
) -> tuple[float, float, float]:  # fmt: skip
    """Return the share of a sum of published parts in a sum of published wholes, and its limits.

    Parameters
    ----------
    some, base : published counts that are added up, such as those of the quarters of a year.
    units : how many of the cases are independent; NaN = all. compared : see `published_shares`.
    """
    part, whole = (np.asarray(each, dtype=float) for each in (some, base))
    total = float(whole.sum())
    if not len(whole) or np.isnan(part).any() or np.isnan(whole).any() or total < SHARE_BASE:
        return NOT_SHOWN
    (least, most), (fewest, largest) = (tuple(end.sum() for end in ends_of_class(each)) for each in (part, whole))
    n = total if math.isnan(units) or units <= 0 else min(units, total)
    confidence = 1 - 0.05 / max(compared, 1)
    lower, _ = wilson_limits(min(least / largest, 1.0) * n, n, confidence)
    _, upper = wilson_limits(min(most / max(fewest, 1.0), 1.0) * n, n, confidence)
    value = share_of(float(part.sum()), total)
    return value, *outwards(value, lower, upper)


def outwards(value: float, lower: float, upper: float) -> tuple[float, float]:
    """Return limits of a share in whole per cents, rounded away from it."""
    return min(math.floor(100 * lower + 1e-9) / 100, value), max(math.ceil(100 * upper - 1e-9) / 100, value)


def share_of(some: float, base: float) -> float:
    """Return a published part of a published whole in whole per cents, as a share; NaN where either is not known."""
    if math.isnan(some) or math.isnan(base) or base < SHARE_BASE:
        return math.nan
    return min(round(some / base, 2), 1.0)


def limits_beside(share: tuple[float, float, float], other: tuple[float, float, float]) -> tuple[float, float]:
    """Return limits of a share that reach another one where the two cannot be told apart, 0–1.

    The limits of their difference, the distances of each share to its own limits added in squares, around the other
    share: so the uncertainty of both is in them.

    Parameters
    ----------
    share, other : value, lower and upper limit, of different people.

    References
    ----------
    Method 10 of Newcombe, Statist. Med. 17 (1998) 873-890.
    """
    (value, lower, upper), (base, low, high) = share, other
    return (
        max(value - math.hypot(value - lower, high - base), 0.0),
        min(value + math.hypot(upper - value, base - low), 1.0),
    )
