"""What the sheets of a binary workbook (XLSB) say beside their values, and whether they may be read at all.

Their reader takes memory for what a record claims before it looks further, so every claim is judged here first.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from kumppanuus.errors import InputError
from kumppanuus.intake.sheet_marks import SheetMarks, check_grid

XLSB_BOOK, _LINKS = "xl/workbook.bin", "xl/_rels/workbook.bin.rels"
_ROW, _CELLS, _REACH, _MERGED, _SHEET = 0, range(1, 12), 148, 176, 156
_SHORTEST = {_ROW: 16, **dict.fromkeys(_CELLS, 8), _REACH: 16, _MERGED: 16, _SHEET: 12}
_BLANK, _FAULTS = 1, (3, 11)
_IS_HIDDEN = 0x10
_STRINGS, _TEXTS = "xl/sharedStrings.bin", 159
_ROWS, _COLUMNS = 1_048_576, 16_384


def xlsb_marks(archive: zipfile.ZipFile, file: str) -> dict[str, SheetMarks]:
    """Return the marks of every sheet of an XLSB workbook by name.

    Raises
    ------
    InputError
        KU108 with the problem ``grid`` or ``unreadable``.
    """
    if _STRINGS in archive.namelist():
        _check_strings(archive.read(_STRINGS), file)
    sheets = {name: _xlsb_sheet(archive.read(part), file) for name, part in _xlsb_parts(archive)}
    _count_others({name: n for name, (_, n) in sheets.items()}, marks := {n: m for n, (m, _) in sheets.items()})
    return marks


def _check_strings(content: bytes, file: str) -> None:
    """Refuse a list of texts that claims to hold more of them than it has bytes."""
    for kind, record in _records(content):
        if kind == _TEXTS:
            if len(record) < 8 or max(_integer(record, 0), _integer(record, 4)) > len(content):
                raise InputError("KU108", file=file, problem="unreadable")
            return


def _xlsb_parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    held = set(archive.namelist())
    targets = {link.get("Id"): link.get("Target", "") for link in ElementTree.fromstring(archive.read(_LINKS))}
    for kind, record in _records(archive.read(XLSB_BOOK)):
        if kind == _SHEET:
            link, after = _text(record, 8)
            target = targets.get(link, "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if part in held:
                yield _text(record, after)[0], part


def _xlsb_sheet(content: bytes, file: str) -> tuple[SheetMarks, int]:
    marks, cells, row, width, height = SheetMarks(), 0, 0, 0, 0
    for kind, record in _records(content):
        if len(record) < _SHORTEST.get(kind, 0):  # damaged: the reader would take what stood in its memory before
            raise InputError("KU108", file=file, problem="unreadable")
        if kind == _ROW:
            row = _integer(record, 0) + 1
            height = max(height, row)
            if len(record) > 11 and record[11] & _IS_HIDDEN:
                marks.hidden.add(row)
        elif kind == _REACH:  # the reader takes memory for all of it, before it has seen a cell
            bottom, right = _integer(record, 4) + 1, _integer(record, 12) + 1
            check_grid(right, bottom, right * bottom, file)
        elif kind in _CELLS:
            column = _integer(record, 0)
            if column >= _COLUMNS or row > _ROWS:
                raise InputError("KU108", file=file, problem="grid")
            width, cells = max(width, column + 1), cells + (kind != _BLANK)
            if kind in _FAULTS:
                marks.faulty.setdefault(column, set()).add(row)
        elif kind == _MERGED:
            top, bottom, left, right = (_integer(record, at) for at in (0, 4, 8, 12))
            marks.merged.append(((top, left), (bottom, right)))
    check_grid(width, height, cells, file)
    return marks, cells


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield kind and content of the records of a part: both kind and length take seven bits of each byte."""
    at = 0
    while at < len(content):
        kind = content[at]
        at += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (content[at] << 7)
            at += 1
        length = 0
        for step in range(4):
            byte = content[at]
            at += 1
            length |= (byte & 0x7F) << 7 * step
            if not byte & 0x80:
                break
        yield kind, content[at : at + length]
        at += length


def _integer(record: bytes, at: int) -> int:
    return int.from_bytes(record[at : at + 4], "little")


def _text(record: bytes, at: int) -> tuple[str, int]:
    end = at + 4 + 2 * _integer(record, at)
    return record[at + 4 : end].decode("utf-16-le"), end


def _count_others(cells: dict[str, int], marks: dict[str, SheetMarks]) -> None:
    for name, mark in marks.items():
        mark.others = sum(other != name and n > 0 for other, n in cells.items())
