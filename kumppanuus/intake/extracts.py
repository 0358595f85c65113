"""Extracts → clean canonical tables: the way of a record from its file to its fate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from types import MappingProxyType

import duckdb
import numpy as np
import pyarrow as pa

from kumppanuus.intake.account import Intake
from kumppanuus.intake.canonical import OTHER_PERSON, PERSON, ROW, SCHEMAS
from kumppanuus.intake.convert import Converter, domain_of, identity_domains
from kumppanuus.intake.file_read import FileClosed, FileRead, close_file
from kumppanuus.intake.findings import findings_of
from kumppanuus.intake.merge import FILE, RANK, Fates, FileFacts, rank_of, settle
from kumppanuus.intake.pseudonym import distinct
from kumppanuus.intake.quarantine import PutAside, write_quarantine
from kumppanuus.intake.safety import safe_reading
from kumppanuus.intake.sources import check_sources, files_of, open_extract
from kumppanuus.intake.zeros import lost_zeros
from kumppanuus.register.tables import TABLES
from kumppanuus.study import Study

Progress = Callable[[str, int], None]


def read_extracts(
    study: Study, key: bytes, *, quarantine: Path, progress: Progress | None = None, block: int | None = None
) -> Intake:
    """Read every source of a study.

    Parameters
    ----------
    key : 32 bytes, see `load_or_make_key`.
    quarantine : folder for the records put aside; replaced as a whole, and only when everything could be read.
    progress : called with the name of a file and the records read of it so far.
    block : bytes of a text file read at a time; None for the usual 32 MB.

    Returns
    -------
    Intake
        Tables in canonical columns, sorted by all of them, so that the order of rows and files does not matter.
        Clients known by several sources of one domain are believed in the order of the sources.

    Raises
    ------
    StudyError
        KU204 and KU218–KU220 when the study cannot be meant like that.
    InputError
        KU101–KU112, KU199 when a file cannot be read at all; nothing was changed.
    DeclarationError
        KU908 when the account does not balance (a developer's fault).
    """
    check_sources(study)
    files = _opened(study, block)
    with _engine() as engine:
        for file in files:
            _read(engine, study, file, key, progress)
        _give_zeros_back(files)
        tables, closed = _settled(engine, study, files)
    for file in files:
        file.opened.demand_unchanged()
    aside = [PutAside(one.account.table, one.file.extract, one.faults, one.file.spans) for one, _ in closed]
    accounts = tuple(one.account for one, _ in closed)
    write_quarantine(quarantine, aside, accounts)
    findings = tuple(finding for one, fates in closed for finding in findings_of(one, fates, study.check.accept))
    return Intake(MappingProxyType(tables), accounts, findings, _identifiers(files), _inputs(files))


def _opened(study: Study, block: int | None) -> list[FileRead]:
    """Open every file of every source; a file that cannot be used stops the run before anything is read."""
    files = []
    for number, source in enumerate(study.sources):
        paths = files_of(study, source)
        for step, path in enumerate(paths):
            facts = FileFacts(number, source.files_are == "snapshots", newest=step == len(paths) - 1)
            files.append(FileRead(source, open_extract(path, source, block), facts))
    return files


def _engine() -> duckdb.DuckDBPyConnection:
    """Give a database that lives in memory only and never spills to disk."""
    return duckdb.connect(":memory:", config={"temp_directory": "", "autoinstall_known_extensions": "false"})


def _read(
    engine: duckdb.DuckDBPyConnection, study: Study, file: FileRead, key: bytes, progress: Progress | None
) -> None:
    converter = Converter(engine, study, file.source, key, identity_domains=identity_domains(study.sources))
    with safe_reading(file.name):
        for chunk in file.extract.chunks():
            file.add(chunk, converter.convert(chunk, file.name))
            if progress is not None:
                progress(file.name, file.read)
    file.opened.demand_unchanged()


def _give_zeros_back(files: Sequence[FileRead]) -> None:
    """Repair, domain by domain, the numbers that lost the zeros at their start."""
    domains: dict[str, list[tuple[FileRead, str]]] = {}
    for file in files:
        for column in file.numbers:
            domains.setdefault(domain_of(file.source, column), []).append((file, column))
    for columns in domains.values():
        for place, padded in lost_zeros([file.numbers[column] for file, column in columns]).items():
            file, column = columns[place]
            file.pad(column, padded)


def _settled(
    engine: duckdb.DuckDBPyConnection, study: Study, files: Sequence[FileRead]
) -> tuple[dict[str, pa.Table], list[tuple[FileClosed, Fates]]]:
    """Merge table by table; clients come first, because births judge relationships."""
    tables: dict[str, pa.Table] = {}
    closed: list[tuple[FileClosed, Fates]] = []
    for name in TABLES:
        mine = [file for file in files if file.source.table == name]
        if mine:
            births = tables["clients"].select(["client", "birth_date"]) if "clients" in tables else None
            with safe_reading(mine[0].name):
                rows, facts = _together(name, mine), [file.facts for file in mine]
                tables[name], fates = settle(engine, name, rows, facts, study.window, births)
            closed += [(close_file(file, number, fates), fates) for number, file in enumerate(mine)]
    return tables, closed


def _together(name: str, files: Sequence[FileRead]) -> pa.Table:
    """Return the rows of all files of a table, each with its file number and the rank of the file."""
    ranks, parts = rank_of([file.facts for file in files]), []
    for number, (file, rank) in enumerate(zip(files, ranks, strict=True)):
        rows = pa.concat_tables([_empty(name), *file.tables])
        columns = [pa.repeat(pa.scalar(value, pa.int64()), len(rows)) for value in (number, rank)]
        parts.append(rows.append_column(FILE, columns[0]).append_column(RANK, columns[1]))
    return pa.concat_tables(parts)


def _empty(name: str) -> pa.Table:
    beside = [pa.field(ROW, pa.int64())]
    places = {"clients": (PERSON,), "identities": (PERSON, OTHER_PERSON)}.get(name, ())
    return pa.schema([*SCHEMAS[name], *beside, *(pa.field(place, pa.uint64()) for place in places)]).empty_table()


def _identifiers(files: Sequence[FileRead]) -> np.ndarray:
    return np.sort(distinct([np.empty(0, np.uint64), *(part for file in files for part in file.identifiers)]))


def _inputs(files: Sequence[FileRead]) -> MappingProxyType[str, str]:
    """Name the inputs; files of one name in different folders are told apart by their folders."""
    inputs: dict[str, str] = {}
    for file in files:
        name, path = file.name, file.extract.path
        if inputs.get(name, file.opened.sha256) != file.opened.sha256:
            name = f"{path.parent.name}/{name}"
        inputs[name] = file.opened.sha256
    return MappingProxyType(dict(sorted(inputs.items())))
