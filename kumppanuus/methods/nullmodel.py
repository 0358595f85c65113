"""Is a pair of services used together more than need explains? A null model that keeps both margins.

Every family keeps its number of services and every service its number of families; who has what is dealt anew. What
is left of a pair above that is no consequence of some families needing much and some services being large.

Families by services are kept as bits of whole numbers, so that a trade of 30,000 families is a few passes over arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr
from scipy.stats import false_discovery_control

Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]
Words: TypeAlias = npt.NDArray[np.uint64]

BITS = 62
"""Services in one word."""
FEW_SERVICES = 8
"""Up to so many services a pair above what is expected pulls others below it: the margins leave them no choice."""
BURN_IN, THINNING, SAMPLES = 40, 4, 300
LEVEL, HALF = 0.05, 0.5
FINE = np.uint32(24)
"""Bits of a chance; with the seven bits of a number of services a whole number of 32 bits holds their product."""


@dataclass(frozen=True, slots=True)
class CoUseNull:
    """What the margins alone let expect, from random tables that have them.

    together : families that have both of two services, as counted; (services, services), services on the diagonal.
    expected, spread : mean and standard deviation of the same over the random tables; NaN on the diagonal.
    others, expected_others, others_spread : how many other services the families of a service have on average, as
        counted and over the random tables; (services,), NaN where nobody has the service.
    families : families in the table. samples : random tables drawn.
    """

    together: Floats
    expected: Floats
    spread: Floats
    others: Floats
    expected_others: Floats
    others_spread: Floats
    families: int
    samples: int

    @property
    def compositional(self) -> bool:
        """Whether there are so few services that what is more in one pair must be less in another."""
        return len(self.together) <= FEW_SERVICES


@dataclass(frozen=True, slots=True)
class Decision:
    """Which pairs differ from what the margins let expect; arrays of one shape, NaN where nothing was counted.

    z : (observed − expected) / spread. p : two-sided, normal, half a family nearer to the expectation (continuity
        correction: numbers of families are whole). q : p adjusted for all pairs that were looked at.
    more, fewer : q at or under the level, above or below the expectation.
    """

    z: Floats
    p: Floats
    q: Floats
    more: Bools
    fewer: Bools


def co_use_null(
    members: Bools, n: npt.ArrayLike, *, generator: np.random.Generator, samples: int = SAMPLES,
    burn_in: int = BURN_IN, thinning: int = THINNING,
) -> CoUseNull:  # fmt: skip
    """Draw random tables with the same margins and return what they have in common.

    Parameters
    ----------
    members : (sets, services): which services a set holds. n : (sets,), families with exactly that set. The same set
        may stand in several rows, and the order of the rows changes nothing.
    samples : random tables. burn_in : trades before the first. thinning : trades between two.

    Raises
    ------
    ValueError
        More than 124 services, or a number of families that is negative or no whole number.

    Notes
    -----
    A trade joins the families into random pairs; what exactly one of two has is dealt to them anew, each keeping its
    number. All tables with the margins are then equally likely (fixed degree sequence model).

    References
    ----------
    Strona et al. (2014), Nature Communications 5: 4114 (curveball); Carstens, Berger & Strona (2018), MethodsX 5
    (global trades); Zweig & Kaufmann (2011), Social Network Analysis and Mining 1; Neal, Domagalski & Sagan (2021),
    Comparing alternatives to the fixed degree sequence model, Scientific Reports 11.
    """
    words, services = _packed(np.asarray(members, dtype=bool), np.asarray(n))
    together = _together(words, services)
    sums, squares = np.zeros_like(together), np.zeros_like(together)
    others, other_squares = np.zeros(services), np.zeros(services)
    dealt = words.copy()
    for trade in range(burn_in + samples * thinning):
        _trade(dealt, services, generator)
        if trade >= burn_in and (trade - burn_in + 1) % thinning == 0:
            counted = _together(dealt, services)
            beside = _others(counted)
            sums, squares = sums + counted, squares + counted**2
            others, other_squares = others + beside, other_squares + beside**2
    apart = np.where(np.eye(services, dtype=bool), np.nan, 1.0)
    expected, spread = _moments(sums, squares, samples)
    expected_others, others_spread = _moments(others, other_squares, samples)
    return CoUseNull(
        together, expected * apart, spread * apart, _others(together), expected_others, others_spread,
        words.shape[1], samples,
    )  # fmt: skip


def decide(
    observed: Floats, expected: Floats, spread: Floats, *, tests: int | None = None, level: float = LEVEL
) -> Decision:
    """Return which numbers differ from the expectation when all that were looked at are taken into account.

    Parameters
    ----------
    observed, expected, spread : of one shape; NaN = not counted, or not known.
    tests : how many were looked at in all, those that are not here included (a pair that nobody has, a hidden one):
        they count as no difference, so leaving one out makes no other significant. None: those given.
    level : share of wrongly marked ones among the marked that is accepted (false discovery rate).

    References
    ----------
    Benjamini & Hochberg (1995), J. R. Statist. Soc. B 57: 289-300.
    """
    observed, expected, spread = (np.asarray(each, dtype=float) for each in (observed, expected, spread))
    known = ~(np.isnan(observed) | np.isnan(expected) | np.isnan(spread))
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(observed == expected, 0.0, (observed - expected) / spread)
        beyond = np.abs(observed - expected) - HALF
        nearer = np.where(beyond <= 0, 0.0, beyond / spread)
    z[~known] = np.nan
    p = np.where(known, 2 * ndtr(-nearer), np.nan)
    q = np.full(p.shape, np.nan)
    if known.any():
        others = np.ones(max((tests or 0) - int(known.sum()), 0))
        q[known] = false_discovery_control(np.concatenate([p[known], others]))[: int(known.sum())]
    marked = np.nan_to_num(q, nan=1.0) <= level
    return Decision(z, p, q, marked & (observed > expected), marked & (observed < expected))


def _packed(members: Bools, n: npt.NDArray[np.generic]) -> tuple[Words, int]:
    """Return one column a family, sorted, and the number of services; shape (words, families)."""
    services = members.shape[1]
    counts = np.asarray(n, dtype=float)
    if services > 2 * BITS:
        raise ValueError(f"at most {2 * BITS} services")
    if (counts < 0).any() or (counts % 1 != 0).any():
        raise ValueError("n must be whole numbers of at least 0")
    parts = [members[:, start : start + BITS] for start in range(0, max(services, 1), BITS)]
    sets = np.stack([part @ (np.uint64(1) << np.arange(part.shape[1], dtype=np.uint64)) for part in parts])
    words = np.repeat(sets.astype(np.uint64), counts.astype(np.int64), axis=1)
    return np.ascontiguousarray(words[:, np.lexsort(words)]), services


def _trade(words: Words, services: int, generator: np.random.Generator) -> None:
    """Deal anew, in place, what exactly one of two families has, for families joined at random."""
    order = generator.permutation(words.shape[1])
    half = len(order) // 2
    first, second = order[:half], order[half : 2 * half]
    one, other = words[:, first], words[:, second]
    odd, common = one ^ other, one & other
    wanted = np.bitwise_count(one & odd).sum(axis=0).astype(np.uint32) << FINE
    pool = np.bitwise_count(odd).sum(axis=0).astype(np.uint32)
    chances = generator.integers(0, 1 << FINE, (services, half), dtype=np.uint32)
    given = np.zeros_like(odd)
    for service in range(services):  # selection sampling: each of the pool has the chance wanted / pool
        word, bit = divmod(service, BITS)
        place = np.uint64(1) << np.uint64(bit)
        loose = (odd[word] & place) != 0
        taken = loose & (chances[service] * pool < wanted)
        given[word] |= np.where(taken, place, np.uint64(0))
        wanted -= taken.astype(np.uint32) << FINE
        pool -= loose
    words[:, first], words[:, second] = common | given, common | (odd ^ given)


def _together(words: Words, services: int) -> Floats:
    """Return how many families have both of two services; services themselves on the diagonal.

    One bit a family: whole words are compared and their bits counted, which is exact and needs no threads.
    """
    has = [words[service // BITS] & (np.uint64(1) << np.uint64(service % BITS)) != 0 for service in range(services)]
    packed = np.packbits(np.array(has, dtype=bool).reshape(services, words.shape[1]), axis=1)
    whole = np.zeros((services, -(-packed.shape[1] // 8) * 8), dtype=np.uint8)
    whole[:, : packed.shape[1]] = packed
    bits = whole.view(np.uint64)
    rows = [np.bitwise_count(bits & own).sum(axis=1, dtype=np.int64) for own in bits]
    return np.array(rows, dtype=float).reshape(services, services)


def _others(together: Floats) -> Floats:
    """Return the mean number of other services of each service's families."""
    own = together.diagonal()
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((together.sum(axis=1) - own) / own)


def _moments(sums: Floats, squares: Floats, samples: int) -> tuple[Floats, Floats]:
    mean = sums / samples
    return mean, np.sqrt(np.maximum(squares / samples - mean**2, 0.0) * samples / max(samples - 1, 1))
