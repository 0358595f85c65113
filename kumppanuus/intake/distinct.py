"""The different texts of a column, and which of them each row has.

Most columns hold few different texts, and a hash table tells them apart. Numbers of clients are many: read as whole
numbers they are told apart without hashing texts, and where they lie close together by looking up their places.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_FEW = 100_000
_SPREAD = 8
"""A table of places may be so many times longer than the column."""
_MOST_DIGITS = 18


def distinct_texts(column: pa.Array | pa.ChunkedArray) -> tuple[pa.Array, pa.Array]:
    """Return the place of every row's text among the different ones, and those."""
    pieces = [column] if isinstance(column, pa.Array) else column.chunks
    texts = pa.chunked_array(pieces, pa.string())
    numbers = _as_numbers(texts) if len(texts) > _FEW else None
    if numbers is not None:
        return _distinct_numbers(numbers)
    encoded = pc.dictionary_encode(texts)
    if not encoded.num_chunks:
        return pa.array([], pa.int32()), pa.array([], pa.string())
    if len({len(piece.dictionary) for piece in encoded.chunks}) > 1:  # they share one, as things are
        encoded = encoded.unify_dictionaries()
    return pa.concat_arrays([piece.indices for piece in encoded.chunks]), encoded.chunk(0).dictionary


def _as_numbers(texts: pa.ChunkedArray) -> np.ndarray | None:
    """Return the texts as numbers when each is exactly what its number is written like; None otherwise."""
    widths = pc.binary_length(texts)
    bounds = pc.min_max(widths).as_py()
    if texts.null_count or not bounds["min"] or bounds["max"] > _MOST_DIGITS:
        return None
    first = texts.chunk(0).slice(0, 1)
    if not pc.ascii_is_decimal(first)[0].as_py():  # most texts show at once that they are none
        return None
    try:
        numbers = np.asarray(texts.cast(pa.int64()).to_numpy())
    except pa.ArrowInvalid:
        return None
    smallest = 10 ** np.arange(_MOST_DIGITS, dtype=np.int64)
    if bounds["min"] == bounds["max"]:
        written_so = int(numbers.min()) >= smallest[bounds["min"] - 1]
    else:
        written_so = bool((numbers >= smallest[widths.to_numpy() - 1]).all())
    return numbers if written_so else None


def _distinct_numbers(numbers: np.ndarray) -> tuple[pa.Array, pa.Array]:
    low, high = int(numbers.min()), int(numbers.max())
    if high - low < _SPREAD * len(numbers):
        at = numbers - low
        seen = np.zeros(high - low + 1, bool)
        seen[at] = True
        different = np.flatnonzero(seen)
        place = np.empty(len(seen), np.int32)
        place[different] = np.arange(len(different), dtype=np.int32)
        return pa.array(place[at]), pa.array(different + low).cast(pa.string())
    encoded = pc.dictionary_encode(pa.array(numbers))
    return encoded.indices, encoded.dictionary.cast(pa.string())
