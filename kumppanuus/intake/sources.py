"""Which files a source means, oldest first, and how each is opened."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from kumppanuus.errors import InputError, StudyError
from kumppanuus.intake.chunk import Extract
from kumppanuus.intake.encoding import survey
from kumppanuus.intake.members import ARCHIVES, Member, archive_at, is_hidden, members_of
from kumppanuus.intake.places import PARQUET, WORKBOOKS, Place, natural, stamp_of
from kumppanuus.intake.query import QueryPlace, demand_select, query_place
from kumppanuus.intake.read_csv import open_text
from kumppanuus.intake.read_database import open_query
from kumppanuus.intake.read_parquet import open_parquet
from kumppanuus.intake.read_workbook import open_workbook
from kumppanuus.intake.safety import safe_reading
from kumppanuus.register.tables import DOMAINS, TABLES
from kumppanuus.study import Source, Study, source_folder


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened extract with what must stay the same while it is read; a query has been read already."""

    extract: Extract
    sha256: str
    place: Place | None = None
    stamp: tuple[int, int] = (0, 0)

    def demand_unchanged(self) -> None:
        """Raise KU107 when somebody has written to the file, or to its archive, since it was opened."""
        if self.place is not None:
            with safe_reading(self.place.name):
                if stamp_of(self.place) != self.stamp:
                    raise InputError("KU107", file=self.place.name)


def check_sources(study: Study) -> None:
    """Refuse settings that no file could mend.

    Raises
    ------
    StudyError
        KU119 a query that is no single SELECT; KU218 a column that the table does not have, or a required one that is
        not mapped; KU219 an id_domain that belongs to families or identity codes.
    """
    for source in study.sources:
        if source.query:
            demand_select(source.query)
        specs = TABLES[source.table].columns
        strange = sorted({*source.columns, *source.constants, *source.values} - set(specs))
        given = {*source.columns, *source.constants, *(("question", "answer") if source.questions else ())}
        lacking = [name for name, spec in specs.items() if spec.required and name not in given]
        if strange or lacking:
            raise StudyError("KU218", table=source.table, unknown=", ".join(strange), missing=", ".join(lacking))
        for domain in (source.id_domain, source.other_domain):
            if domain.partition(":")[0] in DOMAINS:
                raise StudyError("KU219", domain=domain)


def files_of(study: Study, source: Source) -> list[Place | QueryPlace]:
    """Return the extracts of a source, oldest first: files, members of a ZIP archive, or one query.

    Names come in natural order (2 before 10), or in the order of the patterns when the source says ``listed``. Where
    the folder of the source is an archive, patterns match the end of a member's path.

    Raises
    ------
    InputError
        KU101 when a pattern matches nothing, KU102 when it matches a folder, KU113 when an archive is not to be
        trusted, KU114 when a pattern matches an archive.
    StudyError
        KU117 and KU204 about the address of a database.
    """
    if source.database:
        return [query_place(source.database, source.query, study.root)]
    folder = source_folder(study, source)
    archived = archive_at(folder)
    found: list[Place] = []
    members = None if archived is None else members_of(*archived)
    for pattern in source.files:
        matches = _in_folder(folder, pattern) if members is None else _in_archive(members, pattern)
        if not matches:
            raise InputError("KU101", file=pattern)
        found += [place for place in sorted(matches, key=_by_name) if place not in found]
    for place in found:
        if place.suffix.lower() in ARCHIVES:
            raise InputError("KU114", file=place.name)
    return [*(found if source.order == "listed" else sorted(found, key=_by_name))]


def _by_name(place: Place) -> tuple[list[tuple[int, int, str]], str]:
    return natural(place.name), str(place.inner if isinstance(place, Member) else place)


def _in_folder(folder: Path, pattern: str) -> list[Place]:
    with safe_reading(pattern):
        paths = [path for path in folder.glob(pattern) if not is_hidden(path.name)]
    folders = sorted(path.name for path in paths if path.is_dir())
    if folders:
        raise InputError("KU102", file=folders[0])
    return [*paths]


def _in_archive(members: list[Member], pattern: str) -> list[Place]:
    """Return the members whose path ends as the pattern says; accents may be composed or not, as in any ZIP."""
    wanted = unicodedata.normalize("NFC", pattern.removeprefix("./"))

    def fits(member: Member) -> bool:
        parts = unicodedata.normalize("NFC", str(member.inner)).split("/")
        return any(fnmatchcase("/".join(parts[start:]), wanted) for start in range(len(parts)))

    return [member for member in members if fits(member)]


def open_extract(place: Place | QueryPlace, source: Source, block: int | None = None) -> Opened:
    """Open an extract as its source says.

    Raises
    ------
    InputError
        KU102 empty, KU103 encoding, KU104 and KU105 header, KU108 workbook, KU110 endless line, KU111 unreadable,
        KU113 archive, KU115 nested columns, KU116 Parquet, KU118 database.
    StudyError
        KU117 driver of a database.
    """
    with safe_reading(place.name):
        if isinstance(place, QueryPlace):
            return Opened(*open_query(place, source))
        stamp, kind = stamp_of(place), _kind(place, source)
        told = survey(place, source.encoding if kind == "csv" else "utf-8")
        extract: Extract
        if kind == "csv":
            extract = open_text(place, told.codec, source, block)
        else:
            extract = open_parquet(place, source) if kind == "parquet" else open_workbook(place, source)
        return Opened(extract, told.sha256, place, stamp)


def _kind(place: Place, source: Source) -> str:
    if source.format != "auto":
        return source.format
    ending = place.suffix.lower()
    return "workbook" if ending in WORKBOOKS else "parquet" if ending in PARQUET else "csv"
