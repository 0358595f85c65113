"""Types of sequences: k-medoids on distances of distinct sequences with counts, how good and how stable they are.

Every distinct sequence counts as many times as it occurs: the result is that of partitioning around medoids on the
rows. The library that does this well (``kmedoids``) is under the GPL and knows no weights; this is the textbook
algorithm in a few array operations.

References
----------
Kaufman & Rousseeuw, Finding Groups in Data (1990), ch. 2; the shortcut for swaps: Schubert & Rousseeuw, Fast and eager
k-medoids clustering, Information Systems 101 (2021) 101804; silhouette: Rousseeuw, J. Comput. Appl. Math. 20 (1987)
53–65; adjusted Rand index: Hubert & Arabie, J. Classification 2 (1985) 193–218.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from kumppanuus.methods.agreement import adjusted_rand
from kumppanuus.methods.sequences import Floats, Places

_SMALL = 1e-9
"""Gain under which a swap is none: below the rounding of sums."""


@dataclass(frozen=True, slots=True)
class Typology:
    """Sequences in types.

    medoids : row of the most central sequence of each type, the largest type first; shape (types,).
    types : type of each sequence; shape (sequences,).
    sizes : how many are in each type; shape (types,).
    width : average silhouette width, −1 to 1: how much nearer to their own type than to the next one.
    """

    medoids: Places
    types: Places
    sizes: Floats
    width: float


def k_medoids(distances: Floats, n: Floats, k: int) -> Typology:
    """Partition around medoids: build one by one, then the best swap until none makes it better.

    Parameters
    ----------
    distances : (sequences, sequences), symmetric. n : how often each sequence occurs. k : number of types.

    Raises
    ------
    ValueError
        When there are fewer than `k` distinct sequences, or `k` is below 1.
    """
    if not 1 <= k <= len(distances):
        raise ValueError("k: must lie between 1 and the number of distinct sequences")
    medoids = _built(distances, n, k)
    while True:
        after = _swapped(distances, n, medoids)
        if after is None:
            break
        medoids = after
    types = np.argmin(distances[:, medoids], axis=1)
    sizes = np.bincount(types, n, k).astype(np.float64)
    order = np.lexsort((medoids, -sizes))
    types = np.argsort(order)[types]
    return Typology(medoids[order], types, sizes[order], silhouette(distances, n, types))


def typologies(distances: Floats, n: Floats, numbers: Iterable[int]) -> dict[int, Typology]:
    """Return the partition for each number of types that there are sequences for."""
    return {k: k_medoids(distances, n, k) for k in numbers if k <= len(distances)}


def near_best(found: Mapping[int, Typology], near: float = 0.0) -> tuple[int, ...]:
    """Return the numbers of types whose average silhouette lies within `near` of the largest, in order."""
    most = max((each.width for each in found.values()), default=0.0)
    return tuple(sorted(k for k, each in found.items() if each.width >= most - near - _SMALL))


def split_agreement(distances: Floats, halves: tuple[Floats, Floats], k: int) -> float:
    """Return how alike the types come out when each half of the people is used to find them (adjusted Rand index).

    Parameters
    ----------
    distances : (sequences, sequences). halves : how often each sequence occurs in each half. k : number of types.

    Returns
    -------
    1 = everybody would be put together with the same others; 0 = as alike as by chance. NaN when a half has fewer
    distinct sequences than types.
    """
    found = []
    for n in halves:
        there = np.flatnonzero(n > 0)
        if len(there) < k:
            return float("nan")
        medoids = there[k_medoids(distances[np.ix_(there, there)], n[there], k).medoids]
        found.append(nearest(distances[:, medoids]))
    return adjusted_rand(found[0], found[1], halves[0] + halves[1])


def silhouette_widths(distances: Floats, n: Floats, types: Places) -> Floats:
    """Return of each sequence (b − a) / max(a, b): a = mean distance to the others of its type, b = to the next type.

    Those who are alone in their type get 0. Shape (sequences,).
    """
    k = int(types.max()) + 1
    member = (types[:, None] == np.arange(k)) * n[:, None]
    size, total = member.sum(axis=0), distances @ member
    rows = np.arange(len(types))
    others = size[types] - 1
    own = np.divide(total[rows, types], others, out=np.zeros(len(types)), where=others > 0)
    mean = np.divide(total, size, out=np.full(total.shape, np.inf), where=size > 0)
    mean[rows, types] = np.inf
    following = mean.min(axis=1)
    most = np.maximum(own, following)
    known = (others > 0) & np.isfinite(following) & (most > 0)
    return np.asarray(np.divide(following - own, most, out=np.zeros(len(types)), where=known))


def silhouette(distances: Floats, n: Floats, types: Places) -> float:
    """Return the average silhouette width over all who have the sequences."""
    return float(silhouette_widths(distances, n, types) @ n / n.sum())


def nearest(distances: Floats) -> Places:
    """Return the nearest medoid of each sequence; of equal ones the first. `distances` is (sequences, medoids)."""
    return np.asarray(np.argmin(np.round(distances, 9), axis=1), dtype=np.int64)


def _built(distances: Floats, n: Floats, k: int) -> Places:
    """Take the most central sequence, then again and again the one that brings most nearer."""
    medoids = [int(np.argmin(np.round(n @ distances, 9)))]
    near = distances[:, medoids[0]]
    for _ in range(1, k):
        gain = n @ np.maximum(near[:, None] - distances, 0.0)
        gain[medoids] = -1.0
        medoids.append(int(np.argmax(np.round(gain, 9))))
        near = np.minimum(near, distances[:, medoids[-1]])
    return np.array(medoids, dtype=np.int64)


def _swapped(distances: Floats, n: Floats, medoids: Places) -> Places | None:
    """Return the medoids after the best swap; None when no swap makes the sum of distances smaller."""
    to_medoids = distances[:, medoids]
    own = np.argmin(to_medoids, axis=1)
    ordered = np.sort(to_medoids, axis=1)
    near = ordered[:, :1]
    second = ordered[:, 1:2] if len(medoids) > 1 else np.full_like(near, np.inf)
    nearer = np.minimum(distances - near, 0.0)
    without = np.minimum(distances, second) - near - nearer  # what those who lose their medoid pay besides
    change = ((own == np.arange(len(medoids))[:, None]) * n) @ without + n @ nearer
    change[:, medoids] = np.inf
    place, candidate = np.unravel_index(int(np.argmin(np.round(change, 9))), change.shape)
    if not change[place, candidate] < -_SMALL * max(float(n @ near[:, 0]), 1.0):
        return None
    after = medoids.copy()
    after[place] = candidate
    return after
