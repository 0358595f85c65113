"""Exact limits: of a count that is a draw of chance, and of what chance alone lets a unit's share be."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, gammaincinv, stdtrit

Floats: TypeAlias = npt.NDArray[np.float64]

_HALVINGS = 60


def poisson_limits(least: Floats, most: Floats, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Return the exact limits of the mean behind a count.

    Parameters
    ----------
    least, most : the count; where it is known only to lie between two numbers, both of them.
    confidence : of the interval when the count is known.

    Returns
    -------
    Lower limit of `least` and upper limit of `most`: they hold the interval of every count between.

    References
    ----------
    Garwood, Biometrika 28 (1936) 437–442.
    """
    tail = (1 - confidence) / 2
    low, high = np.asarray(least, dtype=float), np.asarray(most, dtype=float)
    with np.errstate(invalid="ignore"):
        lower = np.where(low > 0, gammaincinv(np.maximum(low, 1e-9), tail), 0.0)
        upper = gammaincinv(high + 1, 1 - tail)
    return np.where(np.isnan(low), np.nan, lower), np.asarray(upper, dtype=float)


def mean_limits(values: Floats, confidence: float = 0.95) -> tuple[float, float]:
    """Return Student's limits of a mean: how far it would lie elsewhere had other days of the year been counted.

    Parameters
    ----------
    values : at least two, such as a number on the last day of each month. Numbers of neighbouring days are alike, so
        days drawn at even distances tell more of the year than as many drawn by chance: the limits are wide.

    Raises
    ------
    ValueError
        When there are fewer than two values.

    References
    ----------
    Student, Biometrika 6 (1908) 1-25; systematic samples of what changes slowly: Cochran, Sampling Techniques (1977),
    section 8.8.
    """
    given = np.asarray(values, dtype=float)
    if len(given) < 2:
        raise ValueError("values: at least two")
    half = stdtrit(len(given) - 1, 0.5 + confidence / 2) * given.std(ddof=1) / np.sqrt(len(given))
    return float(given.mean() - half), float(given.mean() + half)


def binomial_limits(cases: Floats, share: float, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Return the control limits of a unit's share: how far from the common share chance alone takes it.

    Parameters
    ----------
    cases : cases of each unit, above 0.
    share : the common share, 0–1.
    confidence : how often a unit lies between the limits when only chance is at work.

    Returns
    -------
    Lower and upper limit, 0–1. The distribution function is read between whole numbers along the incomplete beta
    function, so that the limits are smooth in the number of cases; at whole numbers of cases found they are exact.

    References
    ----------
    Spiegelhalter, Statist. Med. 24 (2005) 1185–1202: limits of a funnel from the exact distribution.
    """
    tail = (1 - confidence) / 2
    total = np.asarray(cases, dtype=float)
    if share <= 0 or share >= 1:
        return np.full_like(total, share), np.full_like(total, share)
    # P(X <= x) = I_{1-share}(n - x, x + 1); P(X >= x) = I_{share}(x, n - x + 1)
    lower = _solved(lambda x: betainc(np.maximum(total - x, 1e-12), x + 1, 1 - share) < tail, total)
    upper = _solved(lambda x: betainc(np.maximum(x, 1e-12), total - x + 1, share) > tail, total)
    return lower / total, upper / total


def _solved(below: Callable[[Floats], npt.NDArray[np.bool_]], total: Floats) -> Floats:
    """Where `below` turns from true to false between 0 and `total`, by halving."""
    low, high = np.zeros_like(total), total.copy()
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        true = below(middle)
        low, high = np.where(true, middle, low), np.where(true, high, middle)
    return (low + high) / 2
