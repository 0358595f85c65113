"""Which files a source means, oldest first, and how each is opened."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from kumppanuus.errors import InputError, StudyError
from kumppanuus.intake.chunk import Extract
from kumppanuus.intake.encoding import survey
from kumppanuus.intake.read_csv import open_text
from kumppanuus.intake.read_workbook import open_workbook
from kumppanuus.intake.safety import safe_reading
from kumppanuus.register.tables import DOMAINS, TABLES
from kumppanuus.study import Source, Study, source_folder

_WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened file with what must stay the same while it is read."""

    extract: Extract
    sha256: str
    size: int
    modified: int

    def demand_unchanged(self) -> None:
        """Raise KU107 when somebody has written to the file since it was opened."""
        if _stamp(self.extract.path) != (self.size, self.modified):
            raise InputError("KU107", file=self.extract.path.name)


def check_sources(study: Study) -> None:
    """Refuse settings that no file could mend.

    Raises
    ------
    StudyError
        KU218 a column that the table does not have, or a required one that is not mapped; KU219 an id_domain that
        belongs to families or identity codes.
    """
    for source in study.sources:
        specs = TABLES[source.table].columns
        strange = sorted({*source.columns, *source.constants, *source.values} - set(specs))
        given = {*source.columns, *source.constants, *(("question", "answer") if source.questions else ())}
        lacking = [name for name, spec in specs.items() if spec.required and name not in given]
        if strange or lacking:
            raise StudyError("KU218", table=source.table, unknown=", ".join(strange), missing=", ".join(lacking))
        for domain in (source.id_domain, source.other_domain):
            if domain.partition(":")[0] in DOMAINS:
                raise StudyError("KU219", domain=domain)


def files_of(study: Study, source: Source) -> list[Path]:
    """Return the files of a source in natural order of their names (2 before 10).

    Raises
    ------
    InputError
        KU101 when a pattern matches nothing, KU102 when it matches a folder.
    """
    folder, found = source_folder(study, source), set()
    for pattern in source.files:
        with safe_reading(pattern):
            matches = [path for path in folder.glob(pattern) if not path.name.startswith(("~$", "."))]
        if not matches:
            raise InputError("KU101", file=pattern)
        found.update(matches)
    folders = sorted(path.name for path in found if path.is_dir())
    if folders:
        raise InputError("KU102", file=folders[0])
    return sorted(found, key=lambda path: (natural(path.name), str(path)))


def natural(name: str) -> list[tuple[int, int, str]]:
    """Return a sort key that reads digits as numbers."""
    parts = re.findall(r"(\d+)|(\D+)", name)
    return [(0, int(digits), "") if digits else (1, 0, text) for digits, text in parts]


def open_extract(path: Path, source: Source, block: int | None = None) -> Opened:
    """Open a file as its source says.

    Raises
    ------
    InputError
        KU102 empty, KU103 encoding, KU104 and KU105 header, KU108 workbook, KU110 endless line, KU111 unreadable.
    """
    with safe_reading(path.name):
        size, modified = _stamp(path)
        is_workbook = path.suffix.lower() in _WORKBOOKS if source.format == "auto" else source.format == "xlsx"
        told = survey(path, "utf-8" if is_workbook else source.encoding)
        extract: Extract = open_workbook(path, source) if is_workbook else open_text(path, told.codec, source, block)
        return Opened(extract, told.sha256, size, modified)


def _stamp(path: Path) -> tuple[int, int]:
    stat = os.stat(path)
    return stat.st_size, stat.st_mtime_ns
