"""Numbers sorted together with their places: several words a row, exact, without moving anything but numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

WORD = 64
"""Bits of a number."""
_FEW = 64
"""Groups that are a part like this of all rows, or less, are sorted by themselves."""
Word = tuple[np.ndarray, int]
"""Numbers (uint64) of rows, and how many bits they have."""


def places_in_order(words: Sequence[Word], n: int) -> np.ndarray:
    """Return the places (int64) of `n` rows in the order of their words.

    Parameters
    ----------
    words : what rows are ordered by first comes first.
    """
    places, begins = np.arange(n), np.arange(n) == 0
    for word, bits in words:
        if begins.all():
            break
        places, begins = _refined(places, begins, word, bits)
    return places


def _refined(places: np.ndarray, begins: np.ndarray, word: np.ndarray, bits: int) -> tuple[np.ndarray, np.ndarray]:
    """Sort rows that lie in groups by a word of theirs, group by group, and tell what groups are left.

    Parameters
    ----------
    places : the rows as they lie.
    begins : whether a group begins with the row that lies there.
    word : of every row, wherever it lies, a number of `bits` bits.
    """
    while bits:
        mine = word[places]
        falls = np.flatnonzero((mine[1:] < mine[:-1]) & ~begins[1:])
        few = _members(begins, falls)
        if few is not None:
            lie, group = few
            order = lie[np.lexsort((mine[lie], group))]
            places[lie], mine[lie] = places[order], mine[order]
            begins[1:] |= mine[1:] != mine[:-1]
            break
        places, begins, bits = _sorted_by_digit(places, begins, mine, bits)
        word = word & np.uint64((1 << bits) - 1)
    return places, begins


def _members(begins: np.ndarray, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Return where the members of the groups of some rows lie and their groups; None when they are more than a few."""
    if len(chosen) > len(begins) // _FEW:
        return None
    starts = np.flatnonzero(begins)
    group = np.searchsorted(starts, chosen, "right") - 1
    group = group[np.diff(group, prepend=-1) > 0]
    starts, sizes = starts[group], np.append(starts, len(begins))[group + 1] - starts[group]
    if (n := int(sizes.sum())) > len(begins) // _FEW:
        return None
    return np.repeat(starts - np.cumsum(sizes) + sizes, sizes) + np.arange(n), np.repeat(group, sizes)


def _sorted_by_digit(
    places: np.ndarray, begins: np.ndarray, mine: np.ndarray, bits: int
) -> tuple[np.ndarray, np.ndarray, int]:
    """Sort by as many of the first bits as have room beside the group and the place in it; tell how many are left."""
    within = np.arange(len(places))
    start = np.maximum.accumulate(np.where(begins, within, 0))
    within -= start
    low = int(within.max()).bit_length()
    left = max(bits - (WORD - low - int(start[-1]).bit_length()), 0)
    packed = start.astype(np.uint64) << np.uint64(low + bits - left)
    packed |= (mine >> np.uint64(left)) << np.uint64(low)
    packed |= within.view(np.uint64)
    packed.sort()
    start += (packed & np.uint64((1 << low) - 1)).view(np.int64)
    packed >>= np.uint64(low)
    return places[start], np.append(True, packed[1:] != packed[:-1]), left
