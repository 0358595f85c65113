"""The answer to a query as the same text columns that text files give.

The query is asked once. Its records are kept as packed text in memory until the run is over: walking through them
again meets the very same records, nobody can change them meanwhile, and none of them reaches a temporary file.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc as ipc

from kumppanuus.errors import InputError, KumppanuusError, StudyError
from kumppanuus.intake.chunk import Chunk
from kumppanuus.intake.header import Header, match_header
from kumppanuus.intake.query import QueryPlace, query_place
from kumppanuus.intake.typed import cell_text, column_text, is_plain, typed_chunk
from kumppanuus.study import Source

__all__ = ["QueryExtract", "first_records", "open_query", "query_place"]

ROWS_AT_A_TIME = 50_000
LARGEST_ANSWER = 4 * 1024**3
"""Bytes of packed text."""
_SECONDS_TO_CONNECT = 20
_PACKAGES = {
    "psycopg": "psycopg[binary]", "psycopg2": "psycopg2-binary", "pyodbc": "pyodbc", "pymssql": "pymssql",
    "oracledb": "oracledb", "cx_oracle": "oracledb", "pymysql": "pymysql", "mysqldb": "pymysql",
}  # fmt: skip
"""Driver → the package to install."""


_NESTED = (bytes, bytearray, memoryview, list, tuple, dict, set)


@dataclass(frozen=True, slots=True)
class QueryExtract:
    """The whole answer to a query; its records are numbered from 1 in the order the database gave them.

    packed : record batches of text columns, one by one, each packed for itself.
    """

    path: QueryPlace
    source: Source
    header: Header
    packed: tuple[pa.Buffer, ...]
    sheet: str = ""
    unread_sheets: int = 0

    def chunks(self) -> Iterator[Chunk]:
        """Walk through the records, 50,000 at a time."""
        number = 1
        for batch in map(_unpacked, self.packed):
            texts = {name: batch.column(place) for name, place in self.header.places.items()}
            filled = np.zeros(len(batch), bool)
            for column in batch.columns:
                filled |= np.asarray(pc.not_equal(column, "").to_numpy(zero_copy_only=False))
            yield typed_chunk(texts, filled, number, np.zeros(len(batch), np.int64))
            number += len(batch)

    def raw(self, rows: np.ndarray, spans: Mapping[int, int]) -> Iterator[str]:
        """Give the values of the given records as one text each, with tabs between."""
        number = 1
        for batch in map(_unpacked, self.packed):
            mine = rows[(rows >= number) & (rows < number + len(batch))] - number
            texts = [column.take(pa.array(mine)).to_pylist() for column in batch.columns]
            yield from map("\t".join, zip(*texts, strict=True))
            number += len(batch)


def open_query(place: QueryPlace, source: Source) -> tuple[QueryExtract, str]:
    """Ask a query and keep the answer; also give a digest of the query and of its records in any order.

    Raises
    ------
    StudyError
        KU117 when the driver of the database is not installed.
    InputError
        KU104, KU105 about names; KU115 when a column that is read holds lists, records or bytes; KU118 when the
        database cannot be reached or refuses the query.
    """
    packed: list[pa.Buffer] = []
    digest = _Digest(place.query)
    header: Header | None = None
    for names, columns in _answer(place, ROWS_AT_A_TIME):
        if header is None:
            header = match_header(names, source, place.name)
        batch = _as_text(names, columns, source, set(header.places.values()), place.name)
        digest.add(batch)
        packed += [_packed(batch)] if len(batch) else []
        if sum(buffer.size for buffer in packed) > LARGEST_ANSWER:
            raise InputError("KU118", file=place.name, problem="size")
    if header is None:
        raise InputError("KU118", file=place.name, problem="no columns")
    return QueryExtract(place, source, header, tuple(packed)), digest.value()


def first_records(place: QueryPlace, n: int, source: Source) -> tuple[tuple[str, ...], list[list[str]]]:
    """Return the names of the columns and the texts of the first `n` records.

    Raises
    ------
    StudyError, InputError
        KU117, KU118, see `open_query`.
    """
    for names, columns in _answer(place, n):
        batch = _as_text(names, columns, source, set(), place.name)
        return names, list(map(list, zip(*(column.to_pylist() for column in batch.columns), strict=True)))
    return (), []


class _Digest:
    """SHA-256 of a query and of the sum of its records' own digests, so that their order does not matter."""

    def __init__(self, query: str) -> None:
        self._query = hashlib.sha256(query.encode()).digest()
        self._sum, self._n = np.zeros(4, np.uint64), 0

    def add(self, batch: pa.RecordBatch) -> None:
        records = pc.binary_join_element_wise(*batch.columns, "\x1f").cast(pa.binary()).to_pylist()
        hashes = b"".join(hashlib.blake2b(record, digest_size=32).digest() for record in records)
        with np.errstate(over="ignore"):
            self._sum += np.frombuffer(hashes, np.uint64).reshape(-1, 4).sum(axis=0, dtype=np.uint64)
        self._n += len(batch)

    def value(self) -> str:
        return hashlib.sha256(self._query + self._n.to_bytes(8, "big") + self._sum.tobytes()).hexdigest()


def _answer(place: QueryPlace, rows: int) -> Iterator[tuple[tuple[str, ...], list[Sequence[Any]]]]:
    """Yield names and columns of the answer, `rows` records at a time; the first time also when it is empty."""
    import sqlalchemy

    with _faults_told(place), _engine(place).connect() as connection:
        if connection.dialect.name == "oracle":
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        # every colon is escaped: to SQLAlchemy a text such as '12:30' would hold a parameter
        statement = sqlalchemy.text(place.query.strip().removesuffix(";").replace(":", "\\:"))
        result = connection.execution_options(stream_results=True, max_row_buffer=rows).execute(statement)
        names, is_first = tuple(map(str, result.keys())), True
        for part in result.partitions(rows):
            yield names, list(zip(*part, strict=True))
            is_first = False
        if is_first:
            yield names, [() for _ in names]


def _engine(place: QueryPlace) -> Any:
    """Return an engine that can only read, where the database knows such a thing; its pool keeps nothing open."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    backend = place.url.get_backend_name()
    _demand_driver(place)
    if backend == "sqlite":
        file = str(place.url.database or "")
        if not Path(file).is_file():
            raise InputError("KU118", file=place.name, problem="file not found")
        address = f"file:{quote(file)}?mode=ro"
        return create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=NullPool)
    told: dict[str, Any] = {"poolclass": NullPool, "hide_parameters": True}
    if place.url.drivername == "postgresql+psycopg":
        told["connect_args"] = {"connect_timeout": _SECONDS_TO_CONNECT}
    engine = create_engine(place.url, **told)
    return engine.execution_options(postgresql_readonly=True) if backend == "postgresql" else engine


def _demand_driver(place: QueryPlace) -> None:
    """Raise KU117 with the package to install when the driver of the database is missing."""
    from sqlalchemy.exc import ArgumentError

    driver = place.url.drivername.partition("+")[2] or place.url.drivername
    try:
        place.url.get_dialect().import_dbapi()
    except (ImportError, ArgumentError, AttributeError):
        raise StudyError("KU117", problem=_PACKAGES.get(driver.lower(), driver)) from None


@contextmanager
def _faults_told(place: QueryPlace) -> Iterator[None]:
    """Say the kind of a fault only: messages of databases quote values, statements and addresses."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (KumppanuusError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except SQLAlchemyError as error:
        kind = type(getattr(error, "orig", None) or error).__name__
    except Exception as error:  # a driver's own, raised while records are fetched
        kind = type(error).__name__
    else:
        return
    raise InputError("KU118", file=place.name, problem=kind)


def _as_text(
    names: Sequence[str], columns: Sequence[Sequence[Any]], source: Source, read: set[int], file: str
) -> pa.RecordBatch:
    """Return columns of Python values as text; lists, records and bytes are refused in columns that are read."""
    nested = sorted(names[at] for at in read if _has_nested(columns[at]))
    if nested:
        raise InputError("KU115", file=file, columns=", ".join(nested))
    arrays = [_column(values, source) for values in columns]
    return pa.record_batch(arrays, names=[str(at) for at in range(len(names))])


def _column(values: Sequence[Any], source: Source) -> pa.Array:
    """Convert a column at once when all its values are of one plain type, else value by value."""
    try:
        array = pa.array(values)
    except (pa.ArrowException, ValueError, TypeError, OverflowError):
        array = pa.nulls(0, pa.list_(pa.null()))
    is_local = pa.types.is_timestamp(array.type) and array.type.tz is not None
    if is_plain(array.type) and not pa.types.is_decimal(array.type) and not is_local:
        return column_text(array, source)
    return pa.array(["<…>" if isinstance(each, _NESTED) else cell_text(each, source) for each in values], pa.string())


def _has_nested(values: Sequence[Any]) -> bool:
    return any(issubclass(kind, _NESTED) for kind in set(map(type, values)))


def _packed(batch: pa.RecordBatch) -> pa.Buffer:
    sink = pa.BufferOutputStream()
    with ipc.new_stream(sink, batch.schema, options=ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_batch(batch)
    return sink.getvalue()


def _unpacked(buffer: pa.Buffer) -> pa.RecordBatch:
    with ipc.open_stream(buffer) as reader:
        return reader.read_next_batch()
