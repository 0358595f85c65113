"""The one engine that runs a room's counts: over all buckets at once, or bucket by bucket, with the same answer.

A statement of ``counts.sql`` is headed ``-- table: name(dimensions | measures)``; measures are whole numbers and add
over families. That is all an engine needs to know to run it anywhere and add the parts.

SQL sees the tables of the register (see ``store`` and ``spells``) and the small ones of the study:
``period(first_day, end_day)``, ``years(year, first_day, end_day, calendar_year)``, ``services``, ``unit_costs`` and
``params`` (one row: the settings of the room). Only tables of families may be added up; the small ones are the same in
every bucket.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from kumppanuus.errors import DeclarationError
from kumppanuus.register.derived import named
from kumppanuus.register.store import (
    EVERYWHERE,
    OF_FAMILY,
    REFERENCE,
    Register,
    create_study_tables,
    derive,
    open_database,
)

if TYPE_CHECKING:
    import pandas as pd

    from kumppanuus.analysis import Analysis, Params
    from kumppanuus.study import Study

_HEAD = re.compile(
    r"^--\s*(?:table:\s*(?P<name>\w+)\s*\((?P<dimensions>[^|)]*)\|(?P<measures>[^)]*)\)|prepare:\s*(?P<prepared>\w+))\s*$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One aggregation: its name, dimensions, measures (whole numbers that add over families) and SQL.

    prepares : it makes a temporary relation for later statements and is no result itself.
    """

    name: str
    dimensions: tuple[str, ...]
    measures: tuple[str, ...]
    sql: str
    prepares: bool = False


def read_statements(text: str) -> tuple[Statement, ...]:
    """Split ``counts.sql`` into its statements.

    Raises
    ------
    DeclarationError
        KU904 when nothing is headed ``-- table: name(dimensions | measures)``.
    """
    heads = list(_HEAD.finditer(text))
    if not heads:
        raise DeclarationError("KU904")
    ends = [*(head.start() for head in heads[1:]), len(text)]
    return tuple(
        Statement(
            head["name"] or head["prepared"],
            _names(head["dimensions"] or ""),
            _names(head["measures"] or ""),
            text[head.end() : end].strip().rstrip(";"),
            prepares=head["prepared"] is not None,
        )
        for head, end in zip(heads, ends, strict=True)
    )


def count(
    analysis: Analysis, params: Params, register: Register, study: Study, *, by_bucket: bool = False,
    memory_limit: str | None = None,
) -> dict[str, pd.DataFrame]:  # fmt: skip
    """Run the counts of a room.

    Parameters
    ----------
    by_bucket : run bucket by bucket and add, instead of over the whole register at once.
    memory_limit : of DuckDB, such as ``"1GB"``.

    Returns
    -------
    One frame a statement: its dimensions and measures (float64), sorted by its dimensions.

    Raises
    ------
    DeclarationError
        KU905 when a statement returns other columns than declared, or a measure that is no whole number.
    """
    statements = _statements(analysis)
    seen = _relations([analysis])
    derive(register, study, seen)
    with _connection(study, params, memory_limit, register.spill) as connection:
        if not by_bucket:
            _see(connection, register, study, seen, None)
            return {each.name: frame for each in statements if (frame := _whole(connection, each)) is not None}
        for bucket in range(register.buckets):
            _see(connection, register, study, seen, bucket)
            for statement in statements:
                _add(connection, statement)
        return {each.name: _sum(connection, each) for each in statements if not each.prepares}


def rows(analysis: Analysis, params: Params, register: Register, study: Study) -> dict[str, pd.DataFrame]:
    """Return what the row-level part of a room reads: single families, for internal runs only (ADR 23).

    Returns
    -------
    One frame a statement of its SQL: dimensions (pseudonyms as text) and measures (float64), sorted by its dimensions.

    Raises
    ------
    DeclarationError
        KU905 when a statement returns other columns than declared, or a measure that is no whole number.
    """
    assert analysis.row_level is not None
    statements = read_statements(analysis.row_level.rows.read_text(encoding="utf-8"))
    every = (*OF_FAMILY, *REFERENCE, *EVERYWHERE)
    wanted = {name for each in statements for name in named(each.sql, every)}
    seen = [name for name in every if name in wanted]
    derive(register, study, seen)
    with _connection(study, params, None, register.spill) as connection:
        _see(connection, register, study, seen, None)
        return {each.name: frame for each in statements if (frame := _whole(connection, each)) is not None}


def prepare(rooms: Iterable[Analysis], register: Register, study: Study) -> None:
    """Derive at once what several rooms will count; without this each room has its own derived when it counts."""
    derive(register, study, _relations(rooms))


def _statements(analysis: Analysis) -> tuple[Statement, ...]:
    return read_statements(analysis.counts.read_text(encoding="utf-8"))


def _relations(rooms: Iterable[Analysis]) -> list[str]:
    """Return the relations of the register that the statements of rooms name."""
    every = (*OF_FAMILY, *REFERENCE, *EVERYWHERE)
    seen = {name for room in rooms for each in _statements(room) for name in named(each.sql, every)}
    return [name for name in every if name in seen]


@contextmanager
def _connection(
    study: Study, params: Params, memory_limit: str | None, spill: Path
) -> Iterator[duckdb.DuckDBPyConnection]:  # fmt: skip
    with open_database(spill=spill) as connection:
        if memory_limit:
            connection.execute(f"SET memory_limit = '{memory_limit}'")
        create_study_tables(connection, study)
        _create_params(connection, dataclasses.asdict(params))
        yield connection


def _create_params(connection: duckdb.DuckDBPyConnection, values: Mapping[str, object]) -> None:
    plain = {name: value for name, value in values.items() if isinstance(value, str | int | float | bool)}
    names = ", ".join(f'? AS "{name}"' for name in plain) or "0 AS none"
    connection.execute(f"CREATE TABLE params AS SELECT {names}", list(plain.values()))


def _see(
    connection: duckdb.DuckDBPyConnection, register: Register, study: Study, tables: Sequence[str], bucket: int | None
) -> None:
    for table in tables:
        files = register.files(table, bucket, study=study)
        names = ", ".join("'" + str(Path(file)).replace("'", "''") + "'" for file in files)
        connection.execute(f"CREATE OR REPLACE VIEW {table} AS FROM read_parquet([{names}])")


def _whole(connection: duckdb.DuckDBPyConnection, statement: Statement) -> pd.DataFrame | None:
    """Run a statement over everything at once; None when it only prepares."""
    if statement.prepares:
        _prepare(connection, statement)
        return None
    _check(connection, statement)
    measures = [f'"{name}"::DOUBLE AS "{name}"' for name in statement.measures]
    dimensions = [f'"{name}"' for name in statement.dimensions]
    order = f"ORDER BY {', '.join(dimensions)}" if dimensions else ""
    return connection.execute(f"SELECT {', '.join(dimensions + measures)} FROM ({statement.sql}) {order}").df()


def _add(connection: duckdb.DuckDBPyConnection, statement: Statement) -> None:
    """Run a statement over the bucket in view and put its rows with those of the earlier buckets."""
    if statement.prepares:
        _prepare(connection, statement)
        return
    target = f"counted_{statement.name}"
    exists = connection.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = ?", [target]).fetchone()
    if exists and exists[0]:
        connection.execute(f"INSERT INTO {target} BY NAME {statement.sql}")
    else:
        _check(connection, statement)
        connection.execute(f"CREATE TABLE {target} AS {statement.sql}")


def _prepare(connection: duckdb.DuckDBPyConnection, statement: Statement) -> None:
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {statement.name} AS {statement.sql}")


def _check(connection: duckdb.DuckDBPyConnection, statement: Statement) -> None:
    described = connection.execute(f"DESCRIBE {statement.sql}").fetchall()
    types = {str(name): str(kind) for name, kind, *_ in described}
    wanted = [*statement.dimensions, *statement.measures]
    if sorted(types) != sorted(wanted):
        raise DeclarationError("KU905", table=statement.name, found=", ".join(types), declared=", ".join(wanted))
    odd = [name for name in statement.measures if "INT" not in types[name]]
    if odd:
        raise DeclarationError("KU905", table=statement.name, not_whole=", ".join(odd))


def _sum(connection: duckdb.DuckDBPyConnection, statement: Statement) -> pd.DataFrame:
    dimensions = ", ".join(f'"{name}"' for name in statement.dimensions)
    measures = ", ".join(f'sum("{name}")::DOUBLE AS "{name}"' for name in statement.measures)
    if not statement.dimensions:
        return connection.execute(f"SELECT {measures} FROM counted_{statement.name}").df()
    query = f"SELECT {dimensions}, {measures} FROM counted_{statement.name} GROUP BY ALL ORDER BY {dimensions}"
    return connection.execute(query).df()


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())
