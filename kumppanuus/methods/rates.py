"""Rates of people and of events, their exact limits, and the ratio of two of them.

A rate is a count over what it is counted against: clients per inhabitants, starts per days. Limits say how far chance
alone would move the count if nothing else changed; a register is a full count, so they are no sampling error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, gammaincinv

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimates:
    """Estimates with their limits, one entry each; NaN where they do not exist.

    value, lower, upper : shape (n,), in the unit the function says.
    """

    value: Floats
    lower: Floats
    upper: Floats


def rates(
    events: npt.ArrayLike, base: npt.ArrayLike, *, squares: npt.ArrayLike | None = None,
    largest: npt.ArrayLike = 1.0, per: float = 1000.0, confidence: float = 0.95,
) -> Estimates:  # fmt: skip
    """Return events per `per` units of the base with exact limits.

    Parameters
    ----------
    events : counts, whole numbers from 0. base : what they are counted against (inhabitants, days), above 0.
    squares : sum over clusters (families) of their squared events; None when every event comes by itself.
    largest : the most events of one cluster.

    Returns
    -------
    In events per `per` units. NaN where the base is not above 0 or anything is not known.

    Notes
    -----
    Clusters come by chance and bring so and so many events each; their number of each size is Poisson, the count is
    their weighted sum, and its limits are those of a gamma distribution with the same mean and variance. Clusters of
    one give the exact Poisson limits. They hold the mean at least as often as they say.

    References
    ----------
    Garwood, Biometrika 28 (1936) 437–442; Fay & Feuer, Statistics in Medicine 16 (1997) 791–801, section 2.
    """
    count, exposed = _floats(events), _floats(base)
    variance = count if squares is None else _floats(squares)
    lower, upper = count_limits(count, variance, _floats(largest), confidence)
    known = (exposed > 0) & ~np.isnan(count)
    with np.errstate(divide="ignore", invalid="ignore"):
        per_unit = np.where(known, per / exposed, np.nan)
    return Estimates(count * per_unit, lower * per_unit, upper * per_unit)


def count_limits(
    events: Floats, squares: Floats, largest: Floats | float = 1.0, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """Return the limits of the mean behind counts whose events come in clusters, see `rates`.

    Parameters
    ----------
    events, squares : sum over clusters of their events, and of their squares. largest : the most of one cluster.
    """
    tail = (1 - confidence) / 2
    count, variance, most = np.broadcast_arrays(_floats(events), _floats(squares), _floats(largest))
    with np.errstate(divide="ignore", invalid="ignore"):
        some = count > 0
        shape = np.where(some, count**2 / variance, 1.0)
        lower = np.where(some, variance / count * gammaincinv(shape, tail), 0.0)
        above, spread = count + most, variance + most**2
        upper = spread / above * gammaincinv(above**2 / spread, 1 - tail)
    return np.where(np.isnan(count), np.nan, lower), np.asarray(upper)


def least_squares_of_clusters(events: npt.ArrayLike, clusters: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return the least that the squares of `rates` can be, and the largest cluster then, from two counts alone.

    Parameters
    ----------
    events : counts. clusters : in how many clusters they come (families behind persons), at most as many.

    Returns
    -------
    Squares and largest cluster when all clusters are as equal as whole numbers let them be; NaN where there are more
    clusters than events, or anything is not known. Real families are less equal, so limits from this are a little
    narrow: with sizes 1 to 4 as in families with children the standard error comes out about 6 % short.
    """
    count, several = _floats(events), _floats(clusters)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(count > 0, count / several, 1.0)
        possible = (several <= count) & ((several > 0) | (count == 0))
    small = np.floor(np.where(possible, mean, np.nan))
    larger = count - several * small
    squares = (several - larger) * small**2 + larger * (small + 1) ** 2
    return squares, np.where(larger > 0, small + 1, small)


def rate_ratios(
    events: npt.ArrayLike, base: npt.ArrayLike, other_events: npt.ArrayLike, other_base: npt.ArrayLike,
    confidence: float = 0.95,
) -> Estimates:  # fmt: skip
    """Return the ratio of two rates with exact limits: given both together, the first count is a binomial draw.

    Parameters
    ----------
    events, base : of the rate above the line. other_events, other_base : of the one below; the groups share nobody.

    Returns
    -------
    Ratios. The lower limit is 0 where nobody is above the line; where nobody is below it, value and upper limit are
    infinite; nobody in both gives NaN.

    References
    ----------
    Przyborowski & Wilenski, Biometrika 31 (1940) 313–323; Clopper & Pearson, Biometrika 26 (1934) 404–413.
    """
    above, below = _floats(events), _floats(other_events)
    time, other_time = _floats(base), _floats(other_base)
    tail = (1 - confidence) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where((time > 0) & (other_time > 0), other_time / time, np.nan)
        low = np.where(above > 0, betaincinv(above, below + 1, tail), 0.0)
        high = np.where(below > 0, betaincinv(above + 1, below, 1 - tail), 1.0)
        value = above / below * scale
        lower, upper = low / (1 - low) * scale, high / (1 - high) * scale
    known = (above + below > 0) & ~np.isnan(scale)
    return Estimates(*(np.where(known, each, np.nan) for each in (value, lower, upper)))


def _floats(numbers: npt.ArrayLike) -> Floats:
    return np.asarray(numbers, dtype=np.float64)
