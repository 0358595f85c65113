"""Counts against what is usual: limits of a share, and how likely so few or so many would be by chance."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import pdtr, pdtrc

from kumppanuus.methods.intervals import normal_quantile

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]

RARE = 0.001
"""A month is odd only when chance would make it so less often than this."""
NEIGHBOURS = 6
"""Months compared with on each side."""
WHOLE_DAYS = 28
"""Days of a month that must lie in the window for the month to be judged or compared with."""


def wilson_limits(count: float, total: float, confidence: float = 0.95) -> tuple[float, float]:
    """Return the score limits of a share: they stay inside 0-1 and hold for small counts.

    Raises
    ------
    ValueError
        When `total` is not positive or `count` not within 0 and `total`.

    References
    ----------
    Wilson, J. Am. Stat. Assoc. 22 (1927) 209-212; method 3 of Newcombe, Statist. Med. 17 (1998) 857-872.
    """
    if not 0 <= count <= total or total <= 0:
        raise ValueError("count: must lie between 0 and a positive total")
    z = normal_quantile(confidence)
    centre = (count + z * z / 2) / (total + z * z)
    half = z / (total + z * z) * np.sqrt(count * (total - count) / total + z * z / 4)
    return max(0.0, float(centre - half)), min(1.0, float(centre + half))


def difference_limits(
    first: tuple[float, float], second: tuple[float, float], confidence: float = 0.95
) -> tuple[float, float]:  # fmt: skip
    """Return the limits of the difference of two shares, the first minus the second.

    Parameters
    ----------
    first, second : count and total of each.

    Raises
    ------
    ValueError
        When a total is not positive or a count not within 0 and its total.

    References
    ----------
    Method 10 of Newcombe, Statist. Med. 17 (1998) 873-890.
    """
    p, q = (count / total for count, total in (first, second))
    (a, b), (c, d) = (wilson_limits(*each, confidence) for each in (first, second))
    return p - q - float(np.hypot(p - a, d - q)), p - q + float(np.hypot(b - p, q - c))


def balance_limits(first: float, second: float, total: float, confidence: float = 0.95) -> tuple[float, float]:
    """Return the limits of the difference of two shares of the same people, the first minus the second.

    Parameters
    ----------
    first, second : shares 0–1 of those who gave one answer and another one. total : all who answered.

    Raises
    ------
    ValueError
        When `total` is not positive.

    References
    ----------
    Scott & Seber, Am. Stat. 37 (1983) 319-320.
    """
    if not total > 0:
        raise ValueError("total: must be positive")
    gap = first - second
    half = normal_quantile(confidence) * float(np.sqrt(max(first + second - gap * gap, 0.0) / total))
    return gap - half, gap + half


def odd_months(middle: Floats, lowest: Floats, highest: Floats, days: Floats) -> tuple[Ints, Floats]:
    """Tell which months hold surely fewer or more than is usual around them.

    Usual is the median of the months up to `NEIGHBOURS` before and after, per day observed; where that is 0, of all
    months that hold something. A month is odd when even its `highest` possible number lies below half of the least
    that may be usual (or its `lowest` above twice the most), and a Poisson number would be so small (large) with a
    probability below `RARE`.

    Parameters
    ----------
    middle, lowest, highest : number of each month as published, and between what it lies; NaN = nothing is known.
    days : observed days of each month; one with fewer than `WHOLE_DAYS` is neither judged nor compared with.

    Returns
    -------
    −1 too few, 1 too many, 0 neither; and what is usual, NaN where it cannot be said.
    """
    whole = (days >= WHOLE_DAYS) & ~np.isnan(middle)
    usual, least, most = (_usual(each / np.maximum(days, 1.0), whole) * days for each in (middle, lowest, highest))
    with np.errstate(invalid="ignore"):
        few = (highest < least / 2) & (pdtr(highest, least) < RARE)
        many = (lowest > most * 2) & (pdtrc(np.maximum(lowest - 1, 0), most) < RARE)
    return np.where(whole & few, -1, np.where(whole & many, 1, 0)), np.where(whole, usual, np.nan)


def surely_none(days: float, per_day: float) -> bool:
    """Tell whether a stretch of days with nothing in it is rarer by chance than `RARE`."""
    return bool(pdtr(0, days * per_day) < RARE)


def _usual(per_day: Floats, whole: npt.NDArray[np.bool_]) -> Floats:
    """Return the median of the neighbouring whole months' numbers a day; NaN with fewer than six of them."""
    places = np.arange(len(per_day))
    something = per_day[whole & (per_day > 0)]
    overall = float(np.median(something)) if len(something) >= NEIGHBOURS else np.nan
    usual = np.full(len(per_day), np.nan)
    for place in places:
        near = per_day[whole & (np.abs(places - place) <= NEIGHBOURS) & (places != place)]
        if len(near) >= NEIGHBOURS:
            usual[place] = np.median(near) or overall
    return usual
