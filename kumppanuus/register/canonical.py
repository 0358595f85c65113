"""The canonical tables as the register stores them: all columns there, codes settled, each row with its family."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
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


def everyone(seen: Sequence[pa.ChunkedArray], clients: pa.Table, formed: pa.Table | None) -> pa.Table:
    """Return the clients of the register, each once, by number: everybody who is seen in any table.

    Parameters
    ----------
    seen : columns of clients.
    clients : what is known of clients, one row each.
    formed : ``client``, ``family`` of people whose family is another one; None when there are none. Without a family a
        client is one herself.
    """
    told = [pc.drop_null(column).to_numpy() for column in seen]
    numbers = np.sort(np.concatenate([np.empty(0, np.uint64), *(each[_begins(each)] for each in told)]))
    people = pa.array(numbers[_begins(numbers)])
    known = clients.take(pc.index_in(people, clients["client"].combine_chunks()))
    families = [known["family"], people]
    if formed is not None:
        at = pc.index_in(people, formed["client"].cast(pa.uint64()).combine_chunks())
        families.insert(0, formed["family"].cast(pa.uint64()).take(at))
    others = {name: known[name] for name in known.column_names if name not in ("client", "family")}
    return pa.table({"client": people, "family": pc.coalesce(*families), **others})


def buckets(table: pa.Table, n: int) -> Iterator[Callable[[], pa.Table]]:
    """Deal rows to buckets by their family, in their order, when asked; what belongs to none lies in the first."""
    if "family" not in table.column_names:
        yield from (partial(table.slice, 0, len(table) if bucket == 0 else 0) for bucket in range(n))
        return
    at = np.empty(len(table), np.uint16)
    np.remainder(_or_zero(table["family"]), np.uint64(n), out=at, casting="unsafe")
    yield from (partial(_of_bucket, table, at, bucket) for bucket in range(n))


def _of_bucket(table: pa.Table, at: np.ndarray, bucket: int) -> pa.Table:
    return table.filter(pa.array(at == bucket))


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
    with ThreadPoolExecutor(pa.cpu_count()) as pool:
        parts = list(pool.map(pc.dictionary_encode, column.chunks))
    encoded = pa.chunked_array(parts, pa.dictionary(pa.int32(), column.type)).unify_dictionaries()
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
    """Return the family of every client, looked up once where a client stands below herself."""
    known, families = people["client"].to_numpy(), people["family"].to_numpy()
    parts = []
    for start in range(0, len(clients), _AT_ONCE):
        part = clients.slice(start, _AT_ONCE)
        numbers = _or_zero(part)
        begins = np.flatnonzero(_begins(numbers))
        found = numbers[begins]
        if len(known):
            found = families[np.searchsorted(known, found).clip(max=len(known) - 1)]
        found = np.repeat(found, np.diff(begins, append=len(numbers)))
        parts.append(pa.array(found, pa.uint64(), mask=part.is_null().to_numpy() if part.null_count else None))
    return pa.chunked_array(parts, pa.uint64())


def _or_zero(column: pa.ChunkedArray) -> np.ndarray:
    return np.asarray((pc.fill_null(column, 0) if column.null_count else column).to_numpy())


def _begins(numbers: np.ndarray) -> np.ndarray:
    """Tell where a number stands that does not stand above."""
    return np.append(np.ones(min(len(numbers), 1), bool), numbers[1:] != numbers[:-1])
