"""What the sheets of an OpenDocument workbook say beside their values, and whether they would unfold beyond reason.

Rows and cells are written once and repeated by a number, so a kilobyte can mean millions of cells. Nothing is unfolded
here: only rows that hold something are noted.
"""

from __future__ import annotations

import zipfile
from xml.parsers import expat

from kumppanuus.errors import InputError
from kumppanuus.intake.sheet_marks import SheetMarks, check_grid

CONTENT = "content.xml"
_MANIFEST = "META-INF/manifest.xml"
_BLOCK = 1 << 20
_MOST_REPEATED, _REPEATED_RATIO = 2_000_000, 50
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_CELLS = (_TABLE + "table-cell", _TABLE + "covered-table-cell")
_HIDDEN = ("collapse", "filter")


def ods_marks(archive: zipfile.ZipFile, file: str) -> dict[str, SheetMarks]:
    """Return the marks of every sheet by name.

    Raises
    ------
    InputError
        KU108 with the problem ``password``, ``dtd``, ``grid``, ``ratio`` or ``unreadable``.
    """
    if _MANIFEST in archive.namelist() and b"encryption-data" in archive.read(_MANIFEST):
        raise InputError("KU108", file=file, problem="password")
    walk = _Walk(file)
    with archive.open(CONTENT) as stream:
        try:
            while block := stream.read(_BLOCK):
                walk.parser.Parse(block, False)
            walk.parser.Parse(b"", True)
        except expat.ExpatError:
            raise InputError("KU108", file=file, problem="unreadable") from None
    for name, marks in walk.sheets.items():
        marks.others = sum(other != name and n > 0 for other, n in walk.cells.items())
    return walk.sheets


class _Walk:
    """Where in the XML we are: in which sheet, row and column."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.sheets: dict[str, SheetMarks] = {}
        self.cells: dict[str, int] = {}
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype
        self._depth = self._folded = self._written = 0
        self._name, self._marks = "", SheetMarks()
        self._new_row({})
        self._top = self._width = self._height = 0

    def _doctype(self, *_: object) -> None:
        raise InputError("KU108", file=self.file, problem="dtd")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _CELLS:
            if self._depth == 1:
                self._cell(attributes)
        elif tag == _TABLE + "table-row":
            if self._depth == 1:
                self._new_row(attributes)
        elif tag == _TABLE + "table":
            self._depth += 1
            if self._depth == 1:
                self._new_sheet(attributes.get(_TABLE + "name", ""))
        elif tag == _TABLE + "table-row-group":
            self._folded += self._folded > 0 or attributes.get(_TABLE + "display") == "false"

    def _end(self, tag: str) -> None:
        if tag == _TABLE + "table-row" and self._depth == 1:
            self._close_row()
        elif tag == _TABLE + "table":
            self._depth -= 1
        elif tag == _TABLE + "table-row-group" and self._folded:
            self._folded -= 1

    def _new_sheet(self, name: str) -> None:
        self._name, self._marks = name, self.sheets.setdefault(name, SheetMarks())
        self.cells.setdefault(name, 0)
        self._top = self._width = self._height = self._written = 0

    def _new_row(self, attributes: dict[str, str]) -> None:
        self._rows = _number(attributes, "number-rows-repeated")
        self._is_hidden = attributes.get(_TABLE + "visibility") in _HIDDEN
        self._column = self._filled = 0
        self._faulty: list[range] = []

    def _cell(self, attributes: dict[str, str]) -> None:
        n, at = _number(attributes, "number-columns-repeated"), self._column
        self._column += n
        kind = attributes.get(_OFFICE + "value-type")
        formula = attributes.get(_TABLE + "formula")
        if kind is None and formula is None:
            self._merge(attributes, at)
            return
        self._filled += n
        self._written += 1
        self._width = max(self._width, at + n)
        if kind is None or attributes.get(_CALC + "value-type") == "error":
            self._faulty.append(range(at, at + n))
        self._merge(attributes, at)

    def _merge(self, attributes: dict[str, str], at: int) -> None:
        rows, columns = (_number(attributes, f"number-{what}-spanned") for what in ("rows", "columns"))
        if rows > 1 or columns > 1:
            self._marks.merged.append(((self._top, at), (self._top + rows - 1, at + columns - 1)))

    def _close_row(self) -> None:
        if self._filled:
            self._height = self._top + self._rows
            self.cells[self._name] += self._filled * self._rows
            self._judge()
            rows = range(self._top + 1, self._top + self._rows + 1)
            if self._is_hidden or self._folded:
                self._marks.hidden.update(rows)
            for columns in self._faulty:
                for column in columns:
                    self._marks.faulty.setdefault(column, set()).update(rows)
        self._top += self._rows

    def _judge(self) -> None:
        cells = self.cells[self._name]
        check_grid(self._width, self._height, cells, self.file)
        if cells > _MOST_REPEATED and cells > _REPEATED_RATIO * self._written:
            raise InputError("KU108", file=self.file, problem="ratio")


def _number(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(_TABLE + name, "1")
    return int(text[:12]) if text.isascii() and text.isdecimal() else 1
