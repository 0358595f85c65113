"""Workbooks of the old binary format (XLS), with what their sheets say beside their values.

The reader of the other kinds takes memory for whatever a damaged file of this kind claims to hold, and the whole
program dies with it. The old reader in Python judges every record first.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import xlrd

from kumppanuus.errors import InputError
from kumppanuus.intake.sheet_marks import SheetMarks
from kumppanuus.intake.typed import Cell

OLD_FORMAT = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LARGEST = 256 * 1024**2
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class XlsSheet:
    """A sheet that can be walked through like one of the other reader; nothing is left out at its left."""

    sheet: xlrd.sheet.Sheet
    datemode: int
    start: tuple[int, int] = (0, 0)
    merged_cell_ranges: None = None

    @property
    def end(self) -> tuple[int, int]:
        """Last row and column, from 0."""
        return max(self.sheet.nrows - 1, 0), max(self.sheet.ncols - 1, 0)

    def iter_rows(self) -> Iterator[list[Cell]]:
        """Yield the values of every row; an empty text where there is none, or a fault."""
        for row in range(self.sheet.nrows):
            cells = zip(self.sheet.row_types(row), self.sheet.row_values(row), strict=True)
            yield [self._value(kind, value) for kind, value in cells]

    def _value(self, kind: int, value: str | float | int) -> Cell:
        if kind == xlrd.XL_CELL_DATE:
            return _moment(float(value), self.datemode)
        if kind == xlrd.XL_CELL_BOOLEAN:
            return bool(value)
        return value if kind in (xlrd.XL_CELL_TEXT, xlrd.XL_CELL_NUMBER) else ""


@dataclass(frozen=True, slots=True)
class XlsBook:
    """A whole workbook.

    shown : names of the sheets that are not hidden.
    """

    sheets: Mapping[str, XlsSheet]
    shown: tuple[str, ...]
    marks: Mapping[str, SheetMarks] = field(default_factory=dict)


def open_xls(content: bytes, file: str) -> XlsBook:
    """Read a workbook.

    Raises
    ------
    InputError
        KU108 with the problem ``password``, ``size`` or ``unreadable``.
    """
    if _ENCRYPTED in content:
        raise InputError("KU108", file=file, problem="password")
    if len(content) > LARGEST:
        raise InputError("KU108", file=file, problem="size")
    try:
        book = xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=io.StringIO())
        marked = {sheet.name: _marks(sheet) for sheet in book.sheets()}
    except Exception as error:  # this reader meets damage with whatever Python raises
        problem = "password" if "encrypted" in str(error) else "unreadable"
        raise InputError("KU108", file=file, problem=problem) from None
    for name, (marks, _) in marked.items():
        marks.others = sum(other != name and n > 0 for other, (_, n) in marked.items())
    return XlsBook(
        {sheet.name: XlsSheet(sheet, book.datemode) for sheet in book.sheets()},
        tuple(sheet.name for sheet in book.sheets() if sheet.visibility == 0),
        {name: marks for name, (marks, _) in marked.items()},
    )


def _marks(sheet: xlrd.sheet.Sheet) -> tuple[SheetMarks, int]:
    """Return the marks of a sheet and how many of its cells hold something."""
    marks, cells = SheetMarks(), 0
    for row in range(sheet.nrows):
        kinds = np.array(sheet.row_types(row), np.int64)
        cells += int((~np.isin(kinds, (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK))).sum())
        for column in np.flatnonzero(kinds == xlrd.XL_CELL_ERROR).tolist():
            marks.faulty.setdefault(column, set()).add(row + 1)
    marks.hidden = {row + 1 for row, told in sheet.rowinfo_map.items() if told.hidden}
    marks.merged = [((top, left), (bottom - 1, right - 1)) for top, bottom, left, right in sheet.merged_cells]
    return marks, cells


def _moment(days: float, datemode: int) -> Cell:
    """Return the moment that a number of days means, or the number where it means none."""
    try:
        return datetime.datetime.fromisoformat(xlrd.xldate.xldate_as_datetime(days, datemode).isoformat())
    except (ValueError, OverflowError):
        return days
