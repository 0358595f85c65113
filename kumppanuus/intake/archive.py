"""Is this workbook safe to open? Looked at before anything parses it.

A small archive can unfold to gigabytes, and two far-apart cells make a grid of billions. Sizes come from the archive's
own directory; the grid is bounded by walking through the sheets' XML as bytes.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import IO

from kumppanuus.errors import InputError
from kumppanuus.intake.sheet_marks import UNREADABLE, column_number

LARGEST_TOTAL = 2 * 1024**3
LARGEST_RATIO = 150
SMALL_TOTAL = 50 * 1024**2
MOST_CELLS = 60_000_000
SMALL_GRID = 20_000_000
SPARSEST = 50
"""A big grid of which fewer than one cell in 50 is written is no table."""
_BLOCK = 1 << 20
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,3})([0-9]{1,7})["']""")
"""Where a cell or a row stands, by whichever quotes."""


def check_archive(path: Path) -> None:
    """Refuse a workbook that would unfold beyond reason.

    Raises
    ------
    InputError
        KU108 with the problem: ``size``, ``ratio``, ``grid``, ``dtd`` or ``unreadable``.
    """
    if not zipfile.is_zipfile(path):  # the old binary format or an encrypted one: its own reader judges
        return
    try:
        with zipfile.ZipFile(path) as archive:
            _check_sizes(archive, path.name)
            for entry in archive.namelist():
                with archive.open(entry) as stream:
                    _check_part(stream, "worksheets/" in entry, path.name)
    except UNREADABLE:
        raise InputError("KU108", file=path.name, problem="unreadable") from None


def _check_sizes(archive: zipfile.ZipFile, file: str) -> None:
    entries = archive.infolist()
    total, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
    if total > LARGEST_TOTAL:
        raise InputError("KU108", file=file, problem="size")
    if total > SMALL_TOTAL and total > LARGEST_RATIO * max(packed, 1):
        raise InputError("KU108", file=file, problem="ratio")


def _check_part(stream: IO[bytes], is_sheet: bool, file: str) -> None:
    """Read a part to its end, for document types, sizes that lie, and the reach of a sheet's grid."""
    width, height, cells, rest = 0, 0, 0, b""
    while block := stream.read(_BLOCK):
        text = rest + block
        if b"<!DOCTYPE" in text:
            raise InputError("KU108", file=file, problem="dtd")
        if is_sheet:
            places = _PLACE.findall(text)
            cells += len(places)
            width = max([width, *(column_number(letters) + 1 for letters in {letters for letters, _ in places})])
            height = max([height, *(int(row) for row in {row for _, row in places})])
            if width * height > MOST_CELLS:
                raise InputError("KU108", file=file, problem="grid")
        rest = text[-24:]
    if width * height > SMALL_GRID and width * height > SPARSEST * cells:
        raise InputError("KU108", file=file, problem="grid")
