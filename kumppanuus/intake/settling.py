"""All files read → one clean table each, persons under one number, families formed, and the fate of every record."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from kumppanuus.intake.canonical import OTHER_PERSON, PERSON, ROW, SCHEMAS
from kumppanuus.intake.families import (
    TOO_LARGE,
    TOO_MANY_CHILDREN,
    FormedFamilies,
    form_families,
    must_be_formed,
    pairs_of,
)
from kumppanuus.intake.file_read import FileClosed, FileRead, close_file
from kumppanuus.intake.merge import FILE, RANK, Fates, rank_of, settle
from kumppanuus.intake.ordering import AT_ONCE
from kumppanuus.intake.persons import SAME_PERSON, Persons, Warnings, filled_from, find_persons, told_of_persons
from kumppanuus.intake.safety import safe_reading
from kumppanuus.register.tables import TABLES
from kumppanuus.study import Study


@dataclass(frozen=True, slots=True)
class Settled:
    """What merging leaves.

    tables : canonical tables of records, without those that only tie people together.
    closed : every file with its account, and the fates of its table.
    families : ``client``, ``family`` of people whose family is more than a number they were given; None when there
        are none.
    """

    tables: dict[str, pa.Table]
    closed: list[tuple[FileClosed, Fates]]
    families: pa.Table | None


def settle_all(engine: duckdb.DuckDBPyConnection, study: Study, files: Sequence[FileRead]) -> Settled:
    """Merge table by table, in the order of `TABLES`: what judges or ties later tables comes first."""
    rows = {name: _together(name, mine) for name in TABLES if (mine := _of(files, name))}
    persons = find_persons(rows.get("clients"), rows.get("identities"))
    given = pairs_of(_under_main_numbers(persons, rows, "clients"), "client", "family")
    tables: dict[str, pa.Table] = {}
    fates: dict[str, Fates] = {}
    for name in list(rows):
        mine = _of(files, name)
        births = tables["clients"].select(["client", "birth_date"]) if "clients" in tables else None
        with safe_reading(mine[0].name):
            tables[name], fates[name] = _settle_one(engine, name, rows.pop(name), mine, study, persons, births)
    formed = _families(tables, given, study)
    if formed is not None and "family_links" in fates:
        told = {TOO_MANY_CHILDREN: formed.pairs_left, TOO_LARGE: formed.persons_left}
        fates["family_links"] = _also_warned(
            fates["family_links"], {code: [(0, n, None)] for code, n in told.items() if n}
        )
    closed = [
        (close_file(file, number, fates[name]), fates[name])
        for name in fates
        for number, file in enumerate(_of(files, name))
    ]
    kept = {name: table for name, table in tables.items() if not TABLES[name].ties}
    return Settled(kept, closed, None if formed is None else formed.ties)


def settled_services(engine: duckdb.DuckDBPyConnection, study: Study, files: Sequence[FileRead]) -> pa.Table:
    """Return the catalogue of services that the files of the table ``services`` make together."""
    return settle(engine, "services", _together("services", files), [f.facts for f in files], study.window, None)[0]


def _of(files: Sequence[FileRead], name: str) -> list[FileRead]:
    return [file for file in files if file.source.table == name]


def _settle_one(
    engine: duckdb.DuckDBPyConnection, name: str, rows: pa.Table, files: Sequence[FileRead], study: Study,
    persons: Persons, births: pa.Table | None,
) -> tuple[pa.Table, Fates]:  # fmt: skip
    """Merge one table; rows of clients whose person goes by another number only fill what that number lacks."""
    facts = [file.facts for file in files]
    extra: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    warned: Warnings = {}
    aside = rows.slice(0, 0)
    if name == "clients":
        gives_way, warned = told_of_persons(persons, rows)
        gives_way &= np.isin(_main(persons, rows), rows["client"].to_numpy())
        aside, rows = rows.filter(pa.array(gives_way)), rows.filter(pa.array(~gives_way))
        if len(aside):
            extra = {SAME_PERSON: (aside[FILE].to_numpy(), aside[ROW].to_numpy())}
    table, fates = settle(engine, name, persons.relabel(name, rows), facts, study.window, births)
    if len(aside):
        table = filled_from(engine, table, persons.relabel(name, aside))
    return table, _also_warned(dataclasses.replace(fates, by_fate={**fates.by_fate, **extra}), warned)


def _main(persons: Persons, rows: pa.Table) -> np.ndarray:
    return np.asarray(persons.relabel("clients", rows)["client"].to_numpy())


def _under_main_numbers(persons: Persons, rows: dict[str, pa.Table], name: str) -> pa.Table | None:
    return persons.relabel(name, rows[name]) if name in rows else None


def _families(tables: dict[str, pa.Table], given: tuple[np.ndarray, np.ndarray], study: Study) -> FormedFamilies | None:
    """Form families where the numbers alone do not tell.

    A person has several numbers only when she stands in several systems: within one system the newest file is believed.
    """
    links = pairs_of(tables.get("family_links"), "client", "guardian")
    settled = pairs_of(tables.get("clients"), "client", "family")
    several_systems = len({source.id_domain for source in study.sources if source.table == "clients"}) > 1
    known = given if several_systems else settled
    return form_families(known, links, study.families) if must_be_formed(known, links) else None


def _also_warned(fates: Fates, more: Warnings) -> Fates:
    return dataclasses.replace(fates, warnings={**fates.warnings, **more})


def _together(name: str, files: Sequence[FileRead]) -> pa.Table:
    """Return the rows of all files of a table, each with its file number and the rank of the file."""
    ranks, parts = rank_of([file.facts for file in files]), []
    for number, (file, rank) in enumerate(zip(files, ranks, strict=True)):
        rows = pa.concat_tables([_empty(name), *file.tables])
        columns = [_repeated(value, len(rows)) for value in (number, rank)]
        parts.append(rows.append_column(FILE, columns[0]).append_column(RANK, columns[1]))
    return pa.concat_tables(parts)


def _repeated(value: int, n: int) -> pa.ChunkedArray:
    """Return a column of one value, whose pieces are one and the same in memory."""
    piece = pa.repeat(pa.scalar(value, pa.int32()), min(n, AT_ONCE))
    return pa.chunked_array([piece.slice(0, n - start) for start in range(0, n, AT_ONCE)], pa.int32())


def _empty(name: str) -> pa.Table:
    places = {"clients": (PERSON,), "identities": (PERSON, OTHER_PERSON)}.get(name, ())
    beside = [pa.field(ROW, pa.int64()), *(pa.field(place, pa.uint64()) for place in places)]
    return pa.schema([*SCHEMAS[name], *beside]).empty_table()
