"""Workbooks as the same text columns that text files give."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pyarrow as pa
import python_calamine as calamine

from kumppanuus.errors import InputError
from kumppanuus.intake.archive import check_archive
from kumppanuus.intake.chunk import FAULTY, MERGED_CELL, Chunk
from kumppanuus.intake.header import Header, match_header
from kumppanuus.intake.ods_marks import CONTENT, ods_marks
from kumppanuus.intake.places import Place, bytes_of, seekable
from kumppanuus.intake.read_xls import LARGEST, OLD_FORMAT, XlsSheet, open_xls
from kumppanuus.intake.sheet_marks import UNREADABLE, SheetMarks, ooxml_marks
from kumppanuus.intake.typed import Cell, cell_text, typed_chunk
from kumppanuus.intake.xlsb_marks import XLSB_BOOK, xlsb_marks
from kumppanuus.study import Source

ROWS_AT_A_TIME = 50_000

_Place = tuple[int, int]
Sheet = calamine.CalamineSheet | XlsSheet


@dataclass(frozen=True, slots=True)
class WorkbookExtract:
    """One sheet of a workbook whose header is known.

    hidden : sheet rows that are hidden.
    refused : sheet row → rule, of rows with a faulty or swallowed cell in a column that is read.
    """

    path: Place
    source: Source
    sheet: str
    header: Header
    hidden: frozenset[int]
    refused: Mapping[int, int]
    unread_sheets: int

    def chunks(self) -> Iterator[Chunk]:
        """Walk through the records below the header, 50,000 at a time."""
        rows = islice(self._rows(), self.source.header_row, None)
        number = self.source.header_row + 1
        while grid := list(islice(rows, ROWS_AT_A_TIME)):
            yield self._chunk(grid, number)
            number += len(grid)

    def raw(self, rows: np.ndarray, spans: Mapping[int, int]) -> Iterator[str]:
        """Give the cells of the given sheet rows as one text each, with tabs between."""
        wanted = set(rows.tolist())
        for number, row in enumerate(self._rows(), start=1):
            if number in wanted:
                yield "\t".join(cell_text(cell, self.source) for cell in row)

    def _rows(self) -> Iterator[list[Cell]]:
        with _damage_told(self.path.name):
            old = _old_content(self.path)
            if old:
                return open_xls(old, self.path.name).sheets[self.sheet].iter_rows()
            sheet = _reader(self.path).get_sheet_by_name(self.sheet)
        return iter(sheet.iter_rows())

    def _chunk(self, grid: list[list[Cell]], number: int) -> Chunk:
        columns = list(zip(*grid, strict=True))
        texts = {name: self._texts(columns[place]) for name, place in self.header.places.items()}
        filled = np.array([any(cell not in ("", None) for cell in row) for row in grid], bool)
        rules = np.array([self.refused.get(number + step, 0) for step in range(len(grid))], np.int64)
        return typed_chunk(texts, filled, number, rules, np.array(sorted(self.hidden), np.int64))

    def _texts(self, cells: Sequence[Cell]) -> pa.Array:
        return pa.array([cell_text(cell, self.source) for cell in cells], pa.string())


@dataclass(frozen=True, slots=True)
class Book:
    """An opened workbook that is safe to read.

    names : its sheets.
    shown : its sheets that are not hidden.
    marks, sheet : what a sheet says beside its values, and its values; KU108 when it is damaged.
    """

    place: Place
    names: tuple[str, ...]
    shown: tuple[str, ...]
    marks: Callable[[str], SheetMarks]
    sheet: Callable[[str], Sheet]


def open_workbook(place: Place, source: Source) -> WorkbookExtract:
    """Find the sheet and the header of a workbook.

    Raises
    ------
    InputError
        KU104, KU105 about headers; KU108 when the file cannot or must not be opened, or has no such visible sheet.
    """
    book = open_book(place)
    name = _sheet_name(book, source)
    sheet, marks = book.sheet(name), book.marks(name)
    first = next(islice(sheet.iter_rows(), source.header_row - 1, None), [])
    header = match_header([cell_text(cell, source) for cell in first], source, place.name)
    merged, height = marks.merged or sheet.merged_cell_ranges or [], 1 + (sheet.end[0] if sheet.end else 0)
    left = sheet.start[1] if sheet.start else 0  # the reader leaves out empty columns at the left, not empty rows
    refused = _refused(marks, merged, {left + place for place in header.places.values()}, height)
    unread = marks.others if source.sheet is None else 0
    return WorkbookExtract(place, source, name, header, frozenset(marks.hidden), refused, unread)


def open_book(place: Place) -> Book:
    """Open a workbook of any kind after a look at what it would unfold to. The kind is told by its bytes.

    Raises
    ------
    InputError
        KU108 with the problem ``password``, ``size``, ``ratio``, ``grid``, ``dtd`` or ``unreadable``.
    """
    with _damage_told(place.name):
        if old := _old_content(place):
            book = open_xls(old, place.name)
            return Book(place, tuple(book.sheets), book.shown, book.marks.__getitem__, book.sheets.__getitem__)
        marks = _checked(place)
        reader = _reader(place)
        sheets = reader.sheets_metadata

    def sheet(name: str) -> Sheet:
        with _damage_told(place.name):
            return reader.get_sheet_by_name(name)

    shown = [str(sheet.name) for sheet in sheets if sheet.visible == calamine.SheetVisibleEnum.Visible]
    return Book(place, tuple(str(each.name) for each in sheets), tuple(shown), marks, sheet)


def _checked(place: Place) -> Callable[[str], SheetMarks]:
    """Return what tells the marks of a sheet, of a workbook that is safe to open."""
    with zipfile.ZipFile(seekable(place)) as archive:
        check_archive(archive, place.name)
        parts = set(archive.namelist())
        if CONTENT in parts:
            return _by_name(ods_marks(archive, place.name))
        if XLSB_BOOK in parts:
            return _by_name(xlsb_marks(archive, place.name))

    def marks(sheet: str) -> SheetMarks:
        with _damage_told(place.name), zipfile.ZipFile(seekable(place)) as archive:
            return ooxml_marks(archive, sheet, place.name)

    return marks


def _by_name(marks: Mapping[str, SheetMarks]) -> Callable[[str], SheetMarks]:
    return lambda sheet: marks.get(sheet, SheetMarks())


def _old_content(place: Place) -> bytes:
    """Return the bytes of a workbook in the old binary format; nothing of any other kind."""
    with place.open("rb") as stream:
        start = stream.read(len(OLD_FORMAT))
        return start + stream.read(LARGEST + 1) if start == OLD_FORMAT else b""


def _reader(place: Place) -> calamine.CalamineWorkbook:
    """Open by content, not by the ending of the name: systems write XLSX files that are called XLS."""
    return calamine.CalamineWorkbook.from_filelike(io.BytesIO(bytes_of(place)))


@contextmanager
def _damage_told(file: str) -> Iterator[None]:
    """Say KU108 of whatever a reader meets; a panic of the one written in Rust is no Exception, and it prints."""
    problem = "unreadable"
    try:
        with _silence():
            yield
        return
    except InputError:
        raise
    except calamine.PasswordError:
        problem = "password"
    except (calamine.CalamineError, IndexError, *UNREADABLE):  # the bytes were read before: the archive is damaged
        problem = "unreadable"
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
    raise InputError("KU108", file=file, problem=problem)


@contextmanager
def _silence() -> Iterator[None]:
    """Let nothing reach the error stream, from below Python either."""
    try:
        kept = os.dup(2)
    except OSError:  # there is none
        yield
        return
    try:
        with open(os.devnull, "wb") as nothing:
            os.dup2(nothing.fileno(), 2)
            yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


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


def _sheet_name(book: Book, source: Source) -> str:
    if source.sheet is not None:
        if source.sheet not in book.names:
            raise InputError("KU108", file=book.place.name, problem="sheet")
        return source.sheet
    if not book.shown:
        raise InputError("KU108", file=book.place.name, problem="sheet")
    return book.shown[0]
