"""Numbers of clients that lost the zeros at their start in a spreadsheet get them back.

Only where the other files prove it: all numbers of the domain have one width but for short ones, the short ones stand
in files that hold no zero at the start of any number, and another file has the very number with its zeros.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Numbers:
    """The different identifying texts of one column, as numbers; they live in memory only.

    hashes : their pseudonyms.
    values : what they are as numbers; −1 for texts that are none.
    widths : how many characters they have.
    """

    hashes: np.ndarray
    values: np.ndarray
    widths: np.ndarray


@dataclass(frozen=True, slots=True)
class Padded:
    """Pseudonyms of short numbers, ascending, and those of the same numbers with their zeros."""

    short: np.ndarray
    whole: np.ndarray

    def apply(self, column: pa.ChunkedArray) -> tuple[pa.Array, np.ndarray]:
        """Return the column with whole numbers, and which rows changed."""
        hashes = pc.fill_null(column, 0).to_numpy()
        places = np.minimum(np.searchsorted(self.short, hashes), len(self.short) - 1)
        hit = (self.short[places] == hashes) & np.asarray(column.is_valid().to_numpy())
        mended = np.where(hit, self.whole[places], hashes)
        return pa.array(mended, pa.uint64(), mask=~np.asarray(column.is_valid().to_numpy())), hit


def numbers_of(texts: pa.Array, hashes: pa.Array) -> Numbers:
    """Return the numbers of different texts (null ones are left out)."""
    given = pc.is_valid(hashes)
    texts, hashes = texts.filter(given), hashes.filter(given)
    plain = pc.match_substring_regex(texts, rf"^[0-9]{{1,{MOST_DIGITS}}}$")
    values = pc.if_else(plain, texts, "-1").cast(pa.int64())
    return Numbers(hashes.to_numpy(), values.to_numpy(), pc.utf8_length(texts).to_numpy().astype(np.int64))


def lost_zeros(files: Sequence[Sequence[Numbers]]) -> Mapping[int, Padded]:
    """Find the numbers of one domain that lost their zeros.

    Parameters
    ----------
    files : the numbers of every file of the domain.

    Returns
    -------
    Mapping
        Position of the file → its short numbers with their whole ones; files without any are absent.
    """
    joined = [_joined(parts) for parts in files]
    width = max((int(one.widths.max()) for one in joined if len(one.widths)), default=0)
    short = [_is_short(one, width) for one in joined]
    zeros = [(one.values >= 0) & (one.widths == width) & (one.values < 10 ** (width - 1)) for one in joined]
    if any((one.widths[~mask] != width).any() for one, mask in zip(joined, short, strict=True)):
        return {}
    damaged = [bool(s.any() and not z.any()) for s, z in zip(short, zeros, strict=True)]
    sound = [(one, z) for one, z, bad in zip(joined, zeros, damaged, strict=True) if not bad]
    values = np.concatenate([np.empty(0, np.int64), *(one.values[z] for one, z in sound)])
    hashes = np.concatenate([np.empty(0, np.uint64), *(one.hashes[z] for one, z in sound)])
    values, first = np.unique(values, return_index=True)
    hashes = hashes[first]
    found = {
        number: _twins(Numbers(one.hashes[s], one.values[s], one.widths[s]), values, hashes)
        for number, (one, s, bad) in enumerate(zip(joined, short, damaged, strict=True))
        if bad
    }
    return {number: padded for number, padded in found.items() if len(padded.short)}


def profile_of(parts: Sequence[Numbers]) -> np.ndarray:
    """Count numbers by width, so that a later run can tell whether zeros may be missing without the numbers.

    Returns
    -------
    numpy.ndarray
        One row a width: width, numbers that begin with another digit than zero, with a zero, texts that are none.
    """
    one = _joined(parts)
    well, zero = _is_short(one, MOST_DIGITS + 1), _begins_with_zero(one, one.widths)
    widths = np.unique(one.widths)
    counted = [[w, (well & is_w).sum(), (zero & is_w).sum(), (~well & ~zero & is_w).sum()]
               for w in widths for is_w in [one.widths == w]]  # fmt: skip
    return np.array(counted, np.int64).reshape(-1, 4)


def may_lack_zeros(profiles: Sequence[np.ndarray]) -> bool:
    """Tell by the profiles of all files of a domain whether `lost_zeros` could find anything."""
    width = max((int(profile[:, 0].max()) for profile in profiles if len(profile)), default=0)
    short = [bool(profile[profile[:, 0] < width, 1].sum()) for profile in profiles]
    zeros = [bool(profile[profile[:, 0] == width, 2].sum()) for profile in profiles]
    return any(s and not z for s, z in zip(short, zeros, strict=True)) and any(zeros)


def _begins_with_zero(numbers: Numbers, widths: np.ndarray | int) -> np.ndarray:
    """Numbers of a width that begin with a zero; a lone zero is not one of them."""
    limit = 10 ** (np.minimum(numbers.widths, MOST_DIGITS) - 1)
    return np.asarray((numbers.values >= 0) & (numbers.widths == widths) & (numbers.values < limit))


def _joined(parts: Sequence[Numbers]) -> Numbers:
    empty = np.empty(0, np.int64)
    return Numbers(
        np.concatenate([empty.astype(np.uint64), *(part.hashes for part in parts)]),
        np.concatenate([empty, *(part.values for part in parts)]),
        np.concatenate([empty, *(part.widths for part in parts)]),
    )


def _is_short(numbers: Numbers, width: int) -> np.ndarray:
    """Numbers of fewer digits than the width that do not start with a zero."""
    smallest = 10 ** (np.minimum(numbers.widths, MOST_DIGITS) - 1)
    begins_well = (numbers.values >= smallest) | ((numbers.values == 0) & (numbers.widths == 1))
    return np.asarray((numbers.widths < width) & begins_well)


def _twins(short: Numbers, values: np.ndarray, hashes: np.ndarray) -> Padded:
    known = np.isin(short.values, values)
    whole = hashes[np.searchsorted(values, short.values[known])]
    mine, first = np.unique(short.hashes[known], return_index=True)
    return Padded(mine, whole[first])
