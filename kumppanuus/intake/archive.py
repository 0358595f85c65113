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

LARGEST_TOTAL = 2 * 1024**3
LARGEST_RATIO = 150
SMALL_TOTAL = 50 * 1024**2
MOST_CELLS = 60_000_000
_BLOCK = 1 << 20
_CELL = re.compile(rb' r="([A-Z]{1,3})([0-9]{1,7})"')


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
                if entry.endswith(".xml"):
                    with archive.open(entry) as stream:
                        _check_part(stream, "worksheets/" in entry, path.name)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError):
        raise InputError("KU108", file=path.name, problem="unreadable") from None


def _check_sizes(archive: zipfile.ZipFile, file: str) -> None:
    entries = archive.infolist()
    total, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
    if total > LARGEST_TOTAL:
        raise InputError("KU108", file=file, problem="size")
    if total > SMALL_TOTAL and total > LARGEST_RATIO * max(packed, 1):
        raise InputError("KU108", file=file, problem="ratio")


def _check_part(stream: IO[bytes], is_sheet: bool, file: str) -> None:
    """Look for a document type at the start of a part, and for the reach of a sheet's grid in all of it."""
    width, height, rest = 0, 0, b""
    start = True
    while block := stream.read(_BLOCK):
        if start and b"<!DOCTYPE" in block:
            raise InputError("KU108", file=file, problem="dtd")
        if not is_sheet:
            return
        start, text = False, rest + block
        places = set(_CELL.findall(text))
        width = max([width, *(_column(letters) for letters in {letters for letters, _ in places})])
        height = max([height, *(int(row) for row in {row for _, row in places})])
        if width * height > MOST_CELLS:
            raise InputError("KU108", file=file, problem="grid")
        rest = text[-16:]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
