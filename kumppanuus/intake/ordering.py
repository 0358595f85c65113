"""Rows in an order that depends on nothing but their content.

Sorting whole rows moves every byte of them again and again. Here rows are dealt to parts that follow each other, and in
a part, which is small enough for the cache, numbers alone are sorted: what a row is ordered by and where it stands are
packed into one number of 64 bits. The rows are moved when their places are known. Everything goes block by block,
because asking the system for a column's worth of new memory costs more than reckoning in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kumppanuus.intake.canonical import SCHEMAS
from kumppanuus.intake.packing import WORD, Word, places_in_order
from kumppanuus.register.tables import TABLES

AT_ONCE = 1 << 18
"""Rows of a block."""
_PART_BITS = 6
"""Rows are dealt to two to the power of this many parts."""
_SIGN = np.uint64(1 << 63)
_MIX, _NULL = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD1B54A32D192ED03)


@dataclass(frozen=True, slots=True)
class _Digit:
    """What rows are ordered by: whether a column is null, and then its numbers, told from the least on."""

    name: str
    least: int
    bits: int
    nulls: bool


@dataclass(slots=True)
class CodedColumns:
    """The canonical columns of a table; texts are coded when somebody first asks for them.

    codes : text column → the place of each text among the different ones in their order (int32).
    texts : text column → the different texts in their order.
    """

    rows: pa.Table
    codes: dict[str, pa.ChunkedArray] = field(default_factory=dict)
    texts: dict[str, pa.Array] = field(default_factory=dict)

    def __getitem__(self, name: str) -> pa.ChunkedArray:
        """Return a column, the codes of one of texts."""
        column = self.rows[name]
        if not pa.types.is_string(column.type):
            return column
        if name not in self.codes:
            self.codes[name], self.texts[name] = _coded(column)
        return self.codes[name]

    def hashes(self, names: Iterable[str]) -> np.ndarray:
        """Return 64 bits (uint64) of every row for some columns; equal rows have equal bits."""
        blocks = pa.table({name: self[name] for name in names}).to_batches(AT_ONCE)
        with ThreadPoolExecutor(pa.cpu_count()) as pool:
            return np.concatenate([np.empty(0, np.uint64), *pool.map(_hashes, blocks)])


def in_order(name: str, columns: CodedColumns, used: np.ndarray) -> pa.Table:
    """Sort the used rows of a table by their key, which is theirs alone, or by all columns when there is none.

    Nulls come last, as in SQL.
    """
    if not used.any():
        return SCHEMAS[name].empty_table()
    given = [each for each in SCHEMAS[name].names if columns.rows[each].null_count < len(columns.rows)]
    coded = pa.table({each: columns[each] for each in given})
    digits = [digit for each in TABLES[name].key or given if each in given and (digit := _digit(each, coded[each]))]
    blocks = coded.to_batches(AT_ONCE)
    starts = np.cumsum([0, *(len(block) for block in blocks)])
    with ThreadPoolExecutor(pa.cpu_count()) as pool:
        dealt = pool.map(lambda n: _dealt(blocks[n], used[starts[n] : starts[n + 1]], digits), range(len(blocks)))
        parts = [part for part in zip(*dealt, strict=True) if any(len(piece) for piece in part)]
        made = pool.map(lambda part: _sorted(part, digits, columns.texts, SCHEMAS[name]), parts)
        return pa.Table.from_batches(made, SCHEMAS[name])


def _dealt(block: pa.RecordBatch, used: np.ndarray, digits: Sequence[_Digit]) -> list[pa.RecordBatch]:
    """Deal the used rows of a block to parts by the first bits of their first word."""
    word, bits = next(_words(_told(block, digits)), (np.zeros(len(block), np.uint64), _PART_BITS))
    which = np.flatnonzero(used)
    part = (word >> np.uint64(max(bits - _PART_BITS, 0))).astype(np.uint8)[which]
    moved = block.take(pa.array(which[np.argsort(part, kind="stable")]))
    ends = np.cumsum(np.bincount(part, minlength=1 << _PART_BITS))
    return [moved.slice(start, end - start) for start, end in zip([0, *ends], ends, strict=False)]


def _sorted(
    pieces: Sequence[pa.RecordBatch], digits: Sequence[_Digit], texts: dict[str, pa.Array], schema: pa.Schema
) -> pa.RecordBatch:
    """Put a part together, sort it, and say its texts again."""
    part = pa.Table.from_batches(pieces).combine_chunks().to_batches()[0]
    words = list(_words(_told(part, digits)))
    part = part.take(pa.array(places_in_order(words, len(part))))
    columns = []
    for column in schema:
        if column.name not in part.schema.names:
            columns.append(pa.nulls(len(part), column.type))
        elif column.name in texts:
            columns.append(texts[column.name].take(part[column.name]))
        else:
            columns.append(part[column.name])
    return pa.record_batch(columns, schema=schema)


def _digit(name: str, column: pa.ChunkedArray) -> _Digit | None:
    """Return how many bits a column needs; None when all its rows have the same value."""
    if pa.types.is_floating(column.type):
        return _Digit(name, 0, WORD, column.null_count > 0)
    ends = pc.min_max(column.cast(pa.int32()) if pa.types.is_date32(column.type) else column)
    least, most = ends["min"].as_py(), ends["max"].as_py()
    bits = (most - least).bit_length()
    return _Digit(name, least, bits, column.null_count > 0) if bits or column.null_count else None


def _told(block: pa.RecordBatch, digits: Iterable[_Digit]) -> Iterator[Word]:
    """Tell of each digit whether it is null, when it may be, and its number."""
    for digit in digits:
        column = block[digit.name]
        nulls = column.is_null().to_numpy(zero_copy_only=False)
        if digit.nulls:
            yield nulls.astype(np.uint64), 1
        if digit.bits:
            numbers = _numbers(column)
            least = np.uint64(digit.least % (1 << WORD))
            yield np.where(nulls, np.uint64(0), numbers - least) if digit.nulls else numbers - least, digit.bits


def _words(told: Iterable[Word]) -> Iterator[Word]:
    """Put numbers that follow each other into one word as long as they have room there."""
    held: Word | None = None
    for numbers, bits in told:
        if held is not None and held[1] + bits <= WORD:
            held = (held[0] << np.uint64(bits)) | numbers, held[1] + bits
            continue
        if held is not None:
            yield held
        held = numbers, bits
    if held is not None:
        yield held


def _hashes(block: pa.RecordBatch) -> np.ndarray:
    bits = np.zeros(len(block), np.uint64)
    for column in block.columns:
        numbers = _numbers(column)
        if column.null_count:
            numbers = np.where(column.is_null().to_numpy(zero_copy_only=False), _NULL, numbers)
        bits ^= numbers
        bits *= _MIX
        bits ^= bits >> np.uint64(32)
    return bits


def _numbers(column: pa.Array) -> np.ndarray:
    """Return values as numbers (uint64, those below zero from the top down); what is null has any number."""
    if column.null_count:
        column = pc.fill_null(column, 0)
    if pa.types.is_date32(column.type):
        column = column.view(pa.int32())
    values = column.to_numpy()
    if pa.types.is_floating(column.type):
        return _of_decimals(values)
    return np.asarray(values if values.dtype == np.uint64 else values.astype(np.int64).view(np.uint64))


def _of_decimals(values: np.ndarray) -> np.ndarray:
    """Return numbers (uint64) in the order of decimals: both zeros are one, and what is no number comes last."""
    bits = np.where(np.isnan(values), np.nan, values + 0.0).view(np.uint64)
    return np.where(bits >> np.uint64(63), ~bits, bits | _SIGN)


def _coded(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, pa.Array]:
    """Return the place of every text among the different ones in their order, and these."""
    with ThreadPoolExecutor(pa.cpu_count()) as pool:
        parts = list(pool.map(pc.dictionary_encode, column.chunks))
    encoded = pa.chunked_array(parts, pa.dictionary(pa.int32(), pa.string())).unify_dictionaries()
    known = encoded.chunk(0).dictionary if encoded.num_chunks else pa.array([], pa.string())
    order = pc.sort_indices(known)
    place = np.empty(len(known), np.int32)
    place[order.to_numpy()] = np.arange(len(known), dtype=np.int32)
    places = pa.array(place)
    return pa.chunked_array([places.take(part.indices) for part in encoded.chunks], pa.int32()), known.take(order)
