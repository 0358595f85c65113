"""Workbooks as the same text columns that text files give."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import python_calamine as calamine

from kumppanuus.errors import InputError
from kumppanuus.intake.archive import check_archive
from kumppanuus.intake.chunk import CONTROL, FAULTY, LONGEST_FIELD, MERGED_CELL, OVERLONG, Chunk, Faults
from kumppanuus.intake.header import Header, match_header
from kumppanuus.intake.read_csv import GARBLED
from kumppanuus.intake.sheet_marks import SheetMarks, marks_of
from kumppanuus.study import Source

ROWS_AT_A_TIME = 50_000
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"

_MOST_DIGITS = 1e15

_Place = tuple[int, int]
Cell = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta


@dataclass(frozen=True, slots=True)
class WorkbookExtract:
    """One sheet of a workbook whose header is known.

    hidden : sheet rows that are hidden.
    refused : sheet row → rule, of rows with a faulty or swallowed cell in a column that is read.
    """

    path: Path
    source: Source
    sheet: str
    header: Header
    hidden: frozenset[int]
    refused: Mapping[int, int]
    unread_sheets: int

    def chunks(self) -> Iterator[Chunk]:
        """Walk through the records below the header, 50,000 at a time."""
        rows = islice(_sheet_of(self.path, self.sheet).iter_rows(), self.source.header_row, None)
        number = self.source.header_row + 1
        while grid := list(islice(rows, ROWS_AT_A_TIME)):
            yield self._chunk(grid, number)
            number += len(grid)

    def raw(self, rows: np.ndarray, spans: Mapping[int, int]) -> Iterator[str]:
        """Give the cells of the given sheet rows as one text each, with tabs between."""
        wanted = set(rows.tolist())
        for number, row in enumerate(_sheet_of(self.path, self.sheet).iter_rows(), start=1):
            if number in wanted:
                yield "\t".join(cell_text(cell, self.source) for cell in row)

    def _chunk(self, grid: list[list[Cell]], number: int) -> Chunk:
        columns = list(zip(*grid, strict=True))
        texts = {name: self._texts(columns[place]) for name, place in self.header.places.items()}
        filled = np.array([any(cell not in ("", None) for cell in row) for row in grid], bool)
        rules = np.array([self.refused.get(number + step, 0) for step in range(len(grid))], np.int64)
        filled |= rules == FAULTY
        garbled = np.zeros(len(grid), bool)
        for column in texts.values():
            garbled |= _true(pc.match_substring_regex(column, GARBLED))
            rules[_true(pc.match_substring_regex(column, _CONTROL))] = CONTROL
            rules[_true(pc.greater(pc.utf8_length(column), LONGEST_FIELD))] = OVERLONG
        good, bad = filled & (rules == 0), filled & (rules != 0)
        rows = np.flatnonzero(filled) + number
        return Chunk(
            rows=np.flatnonzero(good) + number,
            columns={name: column.filter(pa.array(good)) for name, column in texts.items()},
            broken=Faults(np.flatnonzero(bad) + number, rules[bad]),
            blank=int((~filled).sum()),
            garbled=int(garbled.sum()),
            hidden=np.array([row for row in rows.tolist() if row in self.hidden], np.int64),
        )

    def _texts(self, cells: Sequence[Cell]) -> pa.Array:
        return pa.array([cell_text(cell, self.source) for cell in cells], pa.string())


def open_workbook(path: Path, source: Source) -> WorkbookExtract:
    """Find the sheet and the header of a workbook.

    Raises
    ------
    InputError
        KU104, KU105 about headers; KU108 when the file cannot or must not be opened, or has no such visible sheet.
    """
    check_archive(path)
    name = _sheet_name(path, source)
    sheet, marks = _sheet_of(path, name), marks_of(path, name)
    first = next(islice(sheet.iter_rows(), source.header_row - 1, None), [])
    header = match_header([cell_text(cell, source) for cell in first], source, path.name)
    refused = _refused(marks, sheet.merged_cell_ranges or [], set(header.places.values()), sheet.total_height)
    unread = marks.others if source.sheet is None else 0
    return WorkbookExtract(path, source, name, header, frozenset(marks.hidden), refused, unread)


def _refused(
    marks: SheetMarks, merged: Sequence[tuple[_Place, _Place]], places: set[int], height: int
) -> dict[int, int]:
    """Return the rule of every row in which a cell that is read has a fault or is swallowed by a merged one."""
    refused: dict[int, int] = {}
    for (top, left), (bottom, right) in merged:
        inner = places & set(range(left + 1, right + 1))
        first = top if inner else top + 1
        if inner or left in places:
            refused |= dict.fromkeys(range(first + 1, min(bottom + 2, height + 1)), MERGED_CELL)
    for column in places & set(marks.faulty):
        refused |= dict.fromkeys(sorted(marks.faulty[column]), FAULTY)
    return refused


def cell_text(cell: Cell, source: Source) -> str:
    """Return the text a cell would have in a text file of the same source.

    Dates take the source's date format, whole numbers no decimals, other numbers the source's decimal sign, and
    numbers of sixteen digits or more the scientific notation that tells of lost digits.
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return _number(cell, source.decimal)
    if isinstance(cell, datetime.date):
        parts = {"dd": f"{cell.day:02d}", "mm": f"{cell.month:02d}", "yyyy": f"{cell.year:04d}"}
        return re.sub("dd|mm|yyyy", lambda part: parts[part[0]], source.date_format)
    return str(cell)


def _number(value: float, decimal: str) -> str:
    if abs(value) >= _MOST_DIGITS:  # a spreadsheet keeps fifteen digits: the others are lost
        return f"{value:.14E}"
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    return format(Decimal(repr(value)), "f").replace(".", decimal)


def _sheet_name(path: Path, source: Source) -> str:
    sheets = _open(path).sheets_metadata
    if source.sheet is not None:
        if source.sheet not in [sheet.name for sheet in sheets]:
            raise InputError("KU108", file=path.name, problem="sheet")
        return source.sheet
    shown = [sheet.name for sheet in sheets if sheet.visible == calamine.SheetVisibleEnum.Visible]
    if not shown:
        raise InputError("KU108", file=path.name, problem="sheet")
    return str(shown[0])


def _open(path: Path) -> calamine.CalamineWorkbook:
    problem = "unreadable"
    try:
        return calamine.CalamineWorkbook.from_path(path)
    except calamine.PasswordError:
        problem = "password"
    except (calamine.CalamineError, OSError):  # the bytes were read before: the archive is damaged
        problem = "unreadable"
    raise InputError("KU108", file=path.name, problem=problem)


def _sheet_of(path: Path, name: str) -> calamine.CalamineSheet:
    try:
        return _open(path).get_sheet_by_name(name)
    except (calamine.CalamineError, OSError):
        raise InputError("KU108", file=path.name, problem="unreadable") from None


def _true(mask: pa.Array) -> np.ndarray:
    return np.asarray(mask.to_numpy(zero_copy_only=False))
