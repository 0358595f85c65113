"""How unevenly a sum is spread over those it belongs to: Lorenz curve, Gini index, shares of the top, their errors.

Everything takes classes: so many units, and what they have together. Units are then alike within a class; with classes
of one unit each nothing is lost. Classes add up over parts of a register, units do not have to be known one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Concentration:
    """How concentrated a sum is.

    gini : 0 = all have the same, near 1 = one has everything; as in a full count, without the factor n/(n - 1).
    gini_error : its standard error.
    shares, share_errors : of each top part asked for, its share of the sum and the standard error of that.
    """

    gini: float
    gini_error: float
    shares: Floats
    share_errors: Floats


def concentration(units: npt.ArrayLike, amounts: npt.ArrayLike, tops: tuple[float, ...] = (0.1,)) -> Concentration:
    """Return the Gini index and the shares of the top parts, each with its standard error.

    Parameters
    ----------
    units : number of units in each class. amounts : what the units of the class have together, at least 0.
    tops : parts of the units, 0-1; a part that ends within a unit takes that much of it.

    Returns
    -------
    Everything NaN when there are fewer than two units or nothing to share.

    Raises
    ------
    ValueError
        When an amount or a number of units is negative.

    References
    ----------
    Errors of the Gini index: Davidson, Journal of Econometrics 150 (2009) 30-40; of shares: Beach & Davidson, Review
    of Economic Studies 50 (1983) 723-735. Both are for units drawn independently of each other.
    """
    n, means = _sorted_classes(units, amounts)
    total, size = float(n @ means), float(n.sum())
    if size < 2 or not total > 0:
        nothing = np.full(len(tops), np.nan)
        return Concentration(np.nan, np.nan, nothing, nothing.copy())
    below, held = np.cumsum(n) - n, np.cumsum(n * means) - n * means
    ranks = (2 * below + n) / size
    gini = float(n * means @ ranks) / total - 1
    moves = (ranks - gini - 1) * means - (2 * held + (n + 1) * means) / size
    shares = [_top(n, means, part) for part in tops]
    return Concentration(
        gini,
        _error(n, moves, total),
        np.array([share for share, _ in shares]),
        np.array([_error(n, each, total) for _, each in shares]),
    )


def dealt(units: npt.ArrayLike, held: npt.ArrayLike, ends: npt.ArrayLike) -> Floats:
    """Return what each group has, when units in ascending order are dealt to groups that end at given numbers of units.

    Parameters
    ----------
    units : number of units in each class, the classes in ascending order. held : what the units of a class have
        together, of anything that adds up; a class that a group ends within is dealt in proportion.
    ends : numbers of units at which the groups end, ascending; the first group begins at 0.
    """
    places = np.concatenate([[0.0], np.cumsum(np.asarray(units, dtype=float))])
    sums = np.concatenate([[0.0], np.cumsum(np.asarray(held, dtype=float))])
    stops = np.concatenate([[0.0], np.asarray(ends, dtype=float)])
    return np.asarray(np.diff(np.interp(stops, places, sums)), dtype=np.float64)


def parts_within(units: npt.ArrayLike, first: float, after: float) -> Floats:
    """Return which part of each class, in ascending order, lies between two places in the order of all units, 0-1."""
    n = np.asarray(units, dtype=float)
    ends = np.cumsum(n)
    inside = np.minimum(ends, after) - np.maximum(ends - n, first)
    return np.asarray(np.divide(np.maximum(inside, 0.0), n, out=np.zeros_like(n), where=n > 0), dtype=np.float64)


def gini_of_curve(people: npt.ArrayLike, sums: npt.ArrayLike) -> float:
    """Return the Gini index of a Lorenz curve that is straight between its points; at most that of the units.

    Parameters
    ----------
    people, sums : shares 0-1 of the units and of the sum, ascending, from 0 to 1.

    Raises
    ------
    ValueError
        When the curve does not run from (0, 0) to (1, 1).
    """
    x, y = np.asarray(people, dtype=float), np.asarray(sums, dtype=float)
    if len(x) < 2 or (x[0], y[0], x[-1], y[-1]) != (0, 0, 1, 1):
        raise ValueError("people, sums: must run from 0 to 1")
    return float(1 - ((x[1:] - x[:-1]) * (y[1:] + y[:-1])).sum())


def _sorted_classes(units: npt.ArrayLike, amounts: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return units and mean amount of the classes that have any, the lowest mean first."""
    n, held = np.asarray(units, dtype=float), np.asarray(amounts, dtype=float)
    if (n < 0).any() or (held < 0).any():
        raise ValueError("units, amounts: must not be negative")
    n, held = n[n > 0], held[n > 0]
    order = np.argsort(held / n, kind="stable")
    return n[order], (held / n)[order]


def _top(n: Floats, means: Floats, part: float) -> tuple[float, Floats]:
    """Return the share of the top part, and how each unit moves it (times mean amount and number of units)."""
    inside = parts_within(n, (1 - part) * float(n.sum()), float(n.sum()))
    share = float(n * inside @ means) / float(n @ means)
    threshold = means[np.argmax(inside > 0)] if (inside > 0).any() else 0.0
    return share, inside * (means - threshold) - share * means


def _error(n: Floats, moves: Floats, total: float) -> float:
    """Return the standard error of a statistic from how each unit moves it."""
    mean = float(n @ moves) / float(n.sum())
    return float(np.sqrt(n @ (moves - mean) ** 2)) / total
