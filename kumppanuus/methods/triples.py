"""Which three services are used together more, or less, than their pairs let expect.

Every two of three things may go together for reasons of their own; three of them then meet more often than chance
without anything that is about the three. Expected is therefore what the model of all pairwise associations without a
three-way one gives: the 2 × 2 × 2 table with the same two-way margins and the same odds ratio of any two whether the
third is used or not. Two such tables differ by one number only, up in four cells and down in the other four, so it is
found as the root of one equation.

References
----------
Bartlett, Suppl. J. R. Statist. Soc. 2 (1935) 248–252; Bishop, Fienberg & Holland, Discrete Multivariate Analysis
(1975), section 3.5. Many triples: Benjamini & Hochberg, J. R. Statist. Soc. B 57 (1995) 289–300.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc
from scipy.stats import false_discovery_control

from kumppanuus.methods.intervals import Floats

Ints: TypeAlias = npt.NDArray[np.int64]
_SIGN = np.array([[[1.0, -1.0], [-1.0, 1.0]], [[-1.0, 1.0], [1.0, -1.0]]])
"""How the eight cells move when all two-way margins stay: +1 where an even number of the three is used."""
_HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Triples:
    """Triples of things and how often they meet, one row each.

    places : of the three things, increasing; shape (triples, 3).
    observed : who has all three. expected : of them, as their pairs let expect.
    statistic : X² with one degree of freedom. p, q : its two-sided p value, and that after Benjamini–Hochberg over all
        triples here; NaN where the pairs leave no choice.
    """

    places: Ints
    observed: Floats
    expected: Floats
    statistic: Floats
    p: Floats
    q: Floats

    @property
    def ratio(self) -> Floats:
        """Observed over expected; NaN where nothing is expected."""
        return np.divide(self.observed, self.expected, out=np.full_like(self.observed, np.nan), where=self.expected > 0)


def without_three_way(tables: npt.ArrayLike) -> Floats:
    """Return 2 × 2 × 2 tables with the two-way margins of the given ones and no three-way interaction.

    Parameters
    ----------
    tables : counts, shape (…, 2, 2, 2).

    Returns
    -------
    Expected counts of the same shape, exact to about 1e-12 of the smallest margin. Where margins leave no choice (a
    cell of each kind is 0) the table itself.

    Notes
    -----
    The tables with these margins are n + δ s, s = ±1. Without interaction Π(n + δ) over the four cells that grow equals
    Π(n − δ) over the four that shrink; the left side rises and the right side falls, so the root is found by halving
    between the values at which a cell of either kind becomes 0.
    """
    given = np.asarray(tables, dtype=np.float64)
    grow, shrink = given[..., _SIGN > 0], given[..., _SIGN < 0]
    low, high = -grow.min(axis=-1), shrink.min(axis=-1)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        with np.errstate(divide="ignore", invalid="ignore"):
            gap = np.log(grow + middle[..., None]).sum(axis=-1) - np.log(shrink - middle[..., None]).sum(axis=-1)
        low, high = np.where(gap < 0, middle, low), np.where(gap < 0, high, middle)
    return np.asarray(given + ((low + high) / 2)[..., None, None, None] * _SIGN)


def triples(members: npt.ArrayLike, n: npt.ArrayLike | None = None, *, at_least: float = 7.0) -> Triples:
    """Compare how often three things meet with what their pairs let expect, for all triples.

    Parameters
    ----------
    members : who has what, shape (sets, things); a row may stand for many who have exactly this set.
    n : how many each row stands for; None = one each. Those without any thing may be among them.
    at_least : triples with fewer than this both observed and expected cannot be judged and are left out.

    Notes
    -----
    X² = δ² Σ 1/e over the eight cells, δ = observed − expected: Pearson's statistic, the score test of the three-way
    interaction. It asks whether the odds ratio of two differs by the third: some people needing more of everything
    raises pairs, which are taken as they are.
    """
    has = np.asarray(members, dtype=np.float64)
    number = np.ones(len(has)) if n is None else np.asarray(n, dtype=np.float64)
    places = np.array([*combinations(range(has.shape[1]), 3)], dtype=np.int64).reshape(-1, 3)
    tables = _tables(has, number, places)
    expected = without_three_way(tables)
    judged = np.maximum(tables[:, 1, 1, 1], expected[:, 1, 1, 1]) >= at_least
    places, tables, expected = places[judged], tables[judged], expected[judged]
    apart = tables[:, 1, 1, 1] - expected[:, 1, 1, 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = apart**2 * (1.0 / expected).sum(axis=(1, 2, 3))
    statistic = np.where((expected > 1e-9).all(axis=(1, 2, 3)), statistic, np.nan)
    p = chdtrc(1, statistic)
    return Triples(places, tables[:, 1, 1, 1], expected[:, 1, 1, 1], statistic, p, discovery_rate(p))


def discovery_rate(p: npt.ArrayLike) -> Floats:
    """Return the q values of Benjamini & Hochberg; what has no p value (NaN) is no test and has no q value."""
    given = np.asarray(p, dtype=np.float64)
    known = np.isfinite(given)
    found = np.full(given.shape, np.nan)
    if known.any():
        found[known] = false_discovery_control(given[known], method="bh")
    return found


def _tables(has: Floats, number: Floats, places: Ints) -> Floats:
    """Return the 2 × 2 × 2 counts of triples, shape (triples, 2, 2, 2); index 1 = has it."""
    size = has.shape[1]
    weighted = has * number[:, None]
    alone, pairs, everybody = weighted.sum(axis=0), weighted.T @ has, float(number.sum())
    a, b, c = places.T
    three = np.zeros(len(places))
    for first in range(size):  # as many tables of pairs as there are things, each of those who have it
        own, here = has[:, first] > 0, a == first
        three[here] = np.einsum("na,nb->ab", weighted[own], has[own])[b[here], c[here]]
    ab, ac, bc = pairs[a, b], pairs[a, c], pairs[b, c]
    found = np.empty((len(places), 2, 2, 2))
    found[:, 1, 1, 1] = three
    found[:, 1, 1, 0], found[:, 1, 0, 1], found[:, 0, 1, 1] = ab - three, ac - three, bc - three
    found[:, 1, 0, 0] = alone[a] - ab - ac + three
    found[:, 0, 1, 0] = alone[b] - ab - bc + three
    found[:, 0, 0, 1] = alone[c] - ac - bc + three
    found[:, 0, 0, 0] = everybody - found.reshape(len(places), 8)[:, 1:].sum(axis=1)
    return found
