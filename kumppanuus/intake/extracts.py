"""Extracts → clean canonical tables: the way of a record from its file to its fate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import MappingProxyType

import duckdb
import numpy as np

from kumppanuus.intake.account import Intake
from kumppanuus.intake.catalogue import with_services
from kumppanuus.intake.chunk import Chunk, gathered
from kumppanuus.intake.convert import Converter, domain_of, identity_domains
from kumppanuus.intake.file_read import FileRead
from kumppanuus.intake.findings import changes_of, findings_of
from kumppanuus.intake.merge import FileFacts
from kumppanuus.intake.pseudonym import distinct
from kumppanuus.intake.quarantine import PutAside, write_quarantine
from kumppanuus.intake.resume import Kept
from kumppanuus.intake.rules import check_accepted
from kumppanuus.intake.safety import safe_reading
from kumppanuus.intake.settling import settle_all, settled_services
from kumppanuus.intake.sources import check_sources, files_of, open_extract
from kumppanuus.intake.zeros import lost_zeros, may_lack_zeros, profile_of
from kumppanuus.register.regions import known_peers
from kumppanuus.register.store import NO_PUSHDOWN, open_database
from kumppanuus.study import Study

Progress = Callable[[str, int], None]


def read_extracts(
    study: Study,
    key: bytes,
    *,
    quarantine: Path,
    progress: Progress | None = None,
    block: int | None = None,
    state: Path | None = None,
    unchanged: Callable[[int], None] | None = None,
) -> Intake:
    """Read every source of a study.

    Parameters
    ----------
    key : 32 bytes, see `load_or_make_key`.
    quarantine : folder for the records put aside; replaced as a whole, and only when everything could be read.
    progress : called with the name of a file and the records read of it so far.
    block : bytes of a text file read at a time; None for the usual 32 MB.
    state : private folder for what files were converted to, so that a rerun reads only those that changed.
    unchanged : called once with the number of files that were not read again, when there are any.

    Returns
    -------
    Intake
        Tables in canonical columns, sorted by all of them, so that the order of rows and files does not matter.
        Clients known by several sources of one domain are believed in the order of the sources.

    Raises
    ------
    StudyError
        KU204, KU218–KU220, KU226, KU232 and KU233 when the study cannot be meant like that.
    InputError
        KU101–KU112, KU199 when a file cannot be read at all; nothing was changed.
    DeclarationError
        KU908 when the account does not balance (a developer's fault).
    """
    check_sources(study)
    check_accepted(study.check.accept)
    files, kept = _opened(study, block), Kept(state)
    with _engine() as engine, kept.writer:

        def have(file: FileRead, study: Study) -> None:
            if kept.restore(file, study, key):
                _tell(file, file.read, progress)
            else:
                _read(engine, study, file, key, progress)
                kept.keep(file, study, key)

        catalogues = [file for file in files if file.source.table == "services"]
        for file in catalogues:
            have(file, study)
        if catalogues:  # the texts of the other files are read by this catalogue
            study = with_services(study, settled_services(engine, study, catalogues))
        for file in files:
            if file.source.table != "services":
                have(file, study)
        for number in _lacking_zeros(files):  # only the numbers themselves tell, and those are never kept
            files[number] = files[number].emptied()
            _read(engine, study, files[number], key, progress)
        _give_zeros_back(files)
        settled = settle_all(engine, study, files)
    for file in files:
        file.opened.demand_unchanged()
    aside = [PutAside(one.account.table, one.file.extract, one.faults, one.file.spans) for one, _ in settled.closed]
    accounts = tuple(one.account for one, _ in settled.closed)
    write_quarantine(quarantine, aside, accounts, language=study.about.language)
    findings = tuple(
        finding for one, fates in settled.closed for finding in findings_of(one, fates, study.check.accept)
    )
    kept.finish()
    kept.forget_others()
    if kept.unchanged and unchanged is not None:
        unchanged(kept.unchanged)
    tables = MappingProxyType(settled.tables)
    changes = tuple(change for one, fates in settled.closed for change in changes_of(one, fates))
    return Intake(
        tables, accounts, findings, _identifiers(files), _inputs(files), settled.families, study.services, changes,
        known_peers(study, tables),
    )  # fmt: skip


def _opened(study: Study, block: int | None) -> list[FileRead]:
    """Open every file of every source; a file that cannot be used stops the run before anything is read."""
    files = []
    for number, source in enumerate(study.sources):
        for path in files_of(study, source):
            files.append(FileRead(source, open_extract(path, source, block), FileFacts(number, source.files_are)))
    return files


def _engine() -> duckdb.DuckDBPyConnection:
    """Give a database that lives in memory only and never spills to disk."""
    return open_database({"autoinstall_known_extensions": "false", **NO_PUSHDOWN})


def _read(
    engine: duckdb.DuckDBPyConnection, study: Study, file: FileRead, key: bytes, progress: Progress | None
) -> None:
    converter = Converter(engine, study, file.source, key, identity_domains=identity_domains(study.sources))
    with safe_reading(file.name):
        for chunk in gathered(_told(file, progress)):
            file.add(chunk, converter.convert(chunk, file.name))
    file.opened.demand_unchanged()


def _told(file: FileRead, progress: Progress | None) -> Iterator[Chunk]:
    """Walk through a file and tell how many records have been read."""
    n = 0
    for chunk in file.extract.chunks():
        n += chunk.read
        _tell(file, n, progress)
        yield chunk


def _tell(file: FileRead, n: int, progress: Progress | None) -> None:
    if progress is not None:
        progress(file.name, n)


def _lacking_zeros(files: Sequence[FileRead]) -> list[int]:
    """Return the files that were not read this time and stand in a domain where zeros may have to come back."""
    domains: dict[str, list[tuple[int, np.ndarray]]] = {}
    for number, file in enumerate(files):
        now = {column: profile_of(parts) for column, parts in file.numbers.items()} if _any_restored(files) else {}
        for column, profile in (file.profiles | now).items():
            domains.setdefault(domain_of(file.source, column), []).append((number, profile))
    asked = [told for told in domains.values() if may_lack_zeros([profile for _, profile in told])]
    return sorted({number for told in asked for number, _ in told if files[number].profiles})


def _any_restored(files: Sequence[FileRead]) -> bool:
    return any(file.profiles for file in files)


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


def _identifiers(files: Sequence[FileRead]) -> np.ndarray:
    return distinct([np.empty(0, np.uint64), *(part for file in files for part in file.identifiers)])


def _inputs(files: Sequence[FileRead]) -> MappingProxyType[str, str]:
    """Name the inputs; files of one name in different folders are told apart by their folders."""
    inputs: dict[str, str] = {}
    for file in files:
        name, path = file.name, file.extract.path
        if inputs.get(name, file.opened.sha256) != file.opened.sha256:
            name = f"{path.parent.name}/{name}"
        inputs[name] = file.opened.sha256
    return MappingProxyType(dict(sorted(inputs.items())))
