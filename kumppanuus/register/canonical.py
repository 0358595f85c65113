"""The canonical tables as the register stores them: all columns there, codes settled, each row with its family."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kumppanuus.register.codes import PRODUCTIONS, UNKNOWN
from kumppanuus.register.tables import TableSpec

if TYPE_CHECKING:
    from kumppanuus.study import Study

_ARROW = {
    "UBIGINT": pa.uint64(), "DATE": pa.date32(), "VARCHAR": pa.string(), "BIGINT": pa.int64(), "DOUBLE": pa.float64(),
}  # fmt: skip
_AT_ONCE = 1 << 20


def canonical(table: TableSpec, given: pa.Table | None, people: pa.Table, study: Study) -> pa.Table:
    """Return a table as it is stored: with ``level`` of the service, and ``family`` where clients belong to one.

    Parameters
    ----------
    given : rows as intake leaves them; columns that it lacks are null.
    people : ``client`` (ascending, of every table) and ``family``.
    """
    told = with_columns(table, given, table.stored)
    columns = {name: told[name] for name in told.column_names}
    if "service" in columns:
        columns |= _codes(columns, study, required=table.columns["service"].required)
    if "book" in columns:
        columns["book"] = pc.fill_null(columns["book"], "invoice")
    if table.of_family:
        columns["family"] = _family(columns["client"], people)
    return pa.table(columns)


def with_columns(table: TableSpec, given: pa.Table | None, names: Iterable[str]) -> pa.Table:
    """Return the named columns of given rows; those that are lacking are null."""
    return pa.table({name: _given(given, name, _ARROW[table.stored[name]]) for name in names})


def buckets(table: pa.Table, n: int) -> Iterator[pa.Table]:
    """Deal rows to buckets by their family, in their order; what belongs to none lies in the first."""
    if "family" not in table.column_names:
        yield table
        yield from (table.slice(0, 0) for _ in range(n - 1))
        return
    at = pc.fill_null(table["family"], 0).to_numpy() % np.uint64(n)
    for bucket in range(n):
        yield table.filter(pa.array(at == bucket))


def _given(given: pa.Table | None, name: str, kind: pa.DataType) -> pa.ChunkedArray:
    if given is not None and name in given.column_names:
        return given[name].cast(kind)
    return pa.chunked_array([pa.nulls(0 if given is None else len(given), kind)])


def _codes(columns: dict[str, pa.ChunkedArray], study: Study, *, required: bool) -> dict[str, pa.ChunkedArray]:
    """Return service, level and way of production; a service that the catalogue lacks is unknown.

    Reckoned over the few different texts, not over the rows.
    """
    by_code = {service.code: service for service in study.services}
    at, texts = _distinct(columns["service"])
    nothing = UNKNOWN if required else None
    known = [by_code.get(text) for text in texts]
    services = [service.code if service else UNKNOWN for service in known]
    found = {"service": _dealt([*services, nothing], at)}
    if "production" in columns:
        of, ways = _distinct(columns["production"])
        usual = [*(service.production if service else UNKNOWN for service in known), UNKNOWN]
        pairs = [way if way in PRODUCTIONS else each for way in [*ways, None] for each in usual]
        found["production"] = _dealt(pairs, of * len(usual) + at)
    found["level"] = _dealt([*(service.level if service else UNKNOWN for service in known), nothing], at)
    return found


def _distinct(column: pa.ChunkedArray) -> tuple[np.ndarray, list[str]]:
    """Return for every row the place of its text among the different ones; null has the place after the last."""
    encoded = pc.dictionary_encode(column).unify_dictionaries()
    texts = encoded.chunk(0).dictionary.to_pylist() if encoded.num_chunks else []
    places = [pc.fill_null(chunk.indices, len(texts)).to_numpy(zero_copy_only=False) for chunk in encoded.chunks]
    return np.concatenate([np.empty(0, np.int32), *places]), texts


def _dealt(words: Sequence[str | None], at: np.ndarray) -> pa.ChunkedArray:
    """Return the word of every row as a column that holds each different word once."""
    different = sorted({word for word in words if word is not None})
    places = pa.array([different.index(word) if word is not None else None for word in words], pa.int32())
    column = pa.DictionaryArray.from_arrays(places.take(pa.array(at)), pa.array(different, pa.string()))
    return pa.chunked_array([column])


def _family(clients: pa.ChunkedArray, people: pa.Table) -> pa.ChunkedArray:
    """Return the family of every client; most tables are sorted by client, so that looking up stays in the cache."""
    known, families = people["client"].to_numpy(), people["family"].to_numpy()
    parts = []
    for start in range(0, len(clients), _AT_ONCE):
        part = clients.slice(start, _AT_ONCE)
        numbers = pc.fill_null(part, 0).to_numpy()
        found = families[np.minimum(np.searchsorted(known, numbers), max(len(known) - 1, 0))] if len(known) else numbers
        parts.append(pa.array(found, pa.uint64(), mask=part.is_null().to_numpy()))
    return pa.chunked_array(parts, pa.uint64())
