"""Is this workbook safe to open? Looked at before anything parses it.

A small archive can unfold to gigabytes, and two far-apart cells make a grid of billions. Sizes come from the archive's
own directory; the grid is bounded by walking through the sheets' XML as bytes.
"""

from __future__ import annotations

import re
import zipfile
from typing import IO

from kumppanuus.errors import InputError
from kumppanuus.intake.sheet_marks import MOST_CELLS, check_grid, column_number

LARGEST_TOTAL = 2 * 1024**3
LARGEST_RATIO = 150
SMALL_TOTAL = 50 * 1024**2
_BLOCK = 1 << 20
_DOCTYPE_16 = "!DOCTYPE".encode("utf-16-le").removesuffix(b"\x00")
"""The same in UTF-16 of either byte order."""
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,3})([0-9]{1,7})["']""")
"""Where a cell or a row stands, by whichever quotes."""


def check_archive(archive: zipfile.ZipFile, file: str) -> None:
    """Refuse a workbook (an open archive) that would unfold beyond reason.

    Raises
    ------
    InputError
        KU108 with the problem: ``size``, ``ratio``, ``grid`` or ``dtd``.
    """
    _check_sizes(archive, file)
    for entry in archive.namelist():
        with archive.open(entry) as stream:
            _check_part(stream, "worksheets/" in entry and not entry.endswith(".bin"), file)


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
        if b"<!DOCTYPE" in text or _DOCTYPE_16 in text:
            raise InputError("KU108", file=file, problem="dtd")
        if is_sheet:
            places = _PLACE.findall(text)
            cells += len(places)
            width = max([width, *(column_number(letters) + 1 for letters in {letters for letters, _ in places})])
            height = max([height, *(int(row) for row in {row for _, row in places})])
            if width * height > MOST_CELLS:
                raise InputError("KU108", file=file, problem="grid")
        rest = text[-24:]
    check_grid(width, height, cells, file)
