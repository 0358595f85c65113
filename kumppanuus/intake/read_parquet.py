"""Parquet files as the same text columns that text files give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kumppanuus.errors import InputError
from kumppanuus.intake.chunk import Chunk
from kumppanuus.intake.header import Header, match_header
from kumppanuus.intake.places import Place, seekable
from kumppanuus.intake.typed import column_text, is_plain, typed_chunk
from kumppanuus.study import Source

ROWS_AT_A_TIME = 200_000
LARGEST_GROUP = 8 * 1024**3
_DAMAGED = (pa.ArrowException, OSError, UnicodeDecodeError)


@dataclass(frozen=True, slots=True)
class ParquetExtract:
    """A Parquet file whose columns are known; its records are numbered from 1."""

    path: Place
    source: Source
    header: Header
    sheet: str = ""
    unread_sheets: int = 0

    def chunks(self) -> Iterator[Chunk]:
        """Walk through the records, 200,000 at a time."""
        number = 1
        for batch in _batches(self.path):
            texts = {name: column_text(batch.column(place), self.source) for name, place in self.header.places.items()}
            yield typed_chunk(texts, _filled(batch, texts), number, np.zeros(len(batch), np.int64))
            number += len(batch)

    def raw(self, rows: np.ndarray, spans: Mapping[int, int]) -> Iterator[str]:
        """Give the values of the given records as one text each, with tabs between."""
        number = 1
        for batch in _batches(self.path):
            mine = rows[(rows >= number) & (rows < number + len(batch))] - number
            if len(mine):
                yield from record_texts(batch.take(pa.array(mine)), self.source)
            number += len(batch)


def open_parquet(place: Place, source: Source) -> ParquetExtract:
    """Find the columns of a Parquet file.

    Raises
    ------
    InputError
        KU104, KU105 about names; KU115 when a column that is read holds lists, records or bytes; KU116 when the file
        is no Parquet file, encrypted or too large.
    """
    schema = _opened(place).schema_arrow
    header = match_header(schema.names, source, place.name)
    demand_plain([schema.field(at) for at in header.places.values()], place.name)
    return ParquetExtract(place, source, header)


def first_rows(place: Place, n: int, source: Source) -> tuple[tuple[str, ...], list[list[str]]]:
    """Return the names of the columns and the texts of at most `n` records.

    Raises
    ------
    InputError
        KU116, see `open_parquet`.
    """
    schema = _opened(place).schema_arrow
    records: list[list[str]] = []
    for batch in _batches(place, n):
        records += map(list, zip(*(texts_of(batch.slice(0, n), source)), strict=True))
        break
    return tuple(schema.names), records


def demand_plain(fields: list[pa.Field], file: str) -> None:
    """Raise KU115 when a column holds lists, records or bytes."""
    nested = sorted(field.name for field in fields if not is_plain(field.type))
    if nested:
        raise InputError("KU115", file=file, columns=", ".join(nested))


def texts_of(batch: pa.RecordBatch, source: Source) -> list[list[str]]:
    """Return the columns of a few records as texts; lists, records and bytes as a mark."""
    nested = ["<…>"] * len(batch)
    return [column_text(each, source).to_pylist() if is_plain(each.type) else nested for each in batch.columns]


def record_texts(batch: pa.RecordBatch, source: Source) -> Iterator[str]:
    """Give each record as one text with tabs between its values."""
    yield from map("\t".join, zip(*texts_of(batch, source), strict=True))


def _filled(batch: pa.RecordBatch, texts: Mapping[str, pa.Array]) -> np.ndarray:
    """Tell which records hold anything; columns that are not mapped are looked at only where those that are do not."""
    filled = np.zeros(len(batch), bool)
    for column in texts.values():
        filled |= _true(pc.not_equal(column, ""))
    for column in batch.columns if not filled.all() else ():
        given = _true(pc.is_valid(column)).copy()
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            given &= _true(pc.fill_null(pc.not_equal(column, ""), False))
        filled |= given
    return filled


def _true(mask: pa.Array) -> np.ndarray:
    return np.asarray(mask.to_numpy(zero_copy_only=False))


def _opened(place: Place) -> pq.ParquetFile:
    """Open the file; what it says of its own size is judged before anything is unpacked."""
    try:
        file = pq.ParquetFile(seekable(place))
        groups = [file.metadata.row_group(number).total_byte_size for number in range(file.metadata.num_row_groups)]
        _ = file.schema_arrow.names
    except _DAMAGED:
        raise InputError("KU116", file=place.name, problem="unreadable") from None
    if max(groups, default=0) > LARGEST_GROUP:
        raise InputError("KU116", file=place.name, problem="size")
    return file


def _batches(place: Place, rows: int = ROWS_AT_A_TIME) -> Iterator[pa.RecordBatch]:
    file = _opened(place)
    try:
        for batch in file.iter_batches(batch_size=rows):
            batch.validate(full=True)  # text that is no UTF-8 would stop the reading later, and less clearly
            yield batch
    except _DAMAGED:
        raise InputError("KU116", file=place.name, problem="unreadable") from None
