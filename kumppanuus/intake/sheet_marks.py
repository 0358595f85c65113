"""What a sheet of a workbook says beside its values: hidden rows, formulas without a value, cells with a fault.

The reader of workbooks gives an empty text for ``#REF!`` and for a formula that nobody has calculated; an end that is
empty by fault would make an open relationship. So the sheet's XML is walked through as bytes, and the places are told.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

from kumppanuus.errors import InputError

UNREADABLE = (
    zipfile.BadZipFile, zlib.error, struct.error, ElementTree.ParseError, RuntimeError, NotImplementedError, EOFError,
    OSError, ValueError, KeyError,
)  # fmt: skip
"""What a damaged archive or part of it raises."""
MOST_CELLS = 60_000_000
SMALL_GRID = 20_000_000
SPARSEST = 50
"""A big grid of which fewer than one cell in 50 is written is no table."""
_BLOCK = 1 << 20
_BOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_LONGEST_ROW = 64 * 1024 * 1024
_SIGNS = (b"hidden", b"<f", b":f", b't="e"', b"t='e'")
_ROW = re.compile(rb"<(?:\w+:)?row\s([^>]*)>")
_A_CELL = re.compile(rb"<(?:\w+:)?(?:v|is)>")
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*?)(?<!/)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)([0-9]+)["']""")
_IS_HIDDEN = re.compile(rb"""\bhidden\s*=\s*["'](?:1|true)["']""")
_IS_FAULT = re.compile(rb"""\bt\s*=\s*["']e["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)(?:\s[^>]*)?>[^<]|<(?:\w+:)?is>")
_IS_TEXT = re.compile(rb"""\bt\s*=\s*["']str["']""")


_Cell = tuple[int, int]


@dataclass(slots=True)
class SheetMarks:
    """Sheet rows from 1, and columns from 0.

    hidden : rows that are hidden.
    faulty : column → rows whose cell has a fault, or a formula and no value.
    others : number of other sheets that hold cells, hidden ones too.
    merged : first and last cell of every merged range, rows and columns from 0.
    """

    hidden: set[int] = field(default_factory=set)
    faulty: dict[int, set[int]] = field(default_factory=dict)
    others: int = 0
    merged: list[tuple[_Cell, _Cell]] = field(default_factory=list)


def ooxml_marks(archive: zipfile.ZipFile, sheet: str, file: str) -> SheetMarks:
    """Return the marks of a sheet of an XLSX or XLSM workbook; merged ranges are left to its reader.

    Raises
    ------
    InputError
        KU108 when a fault stands in a cell without a place, or a single row is longer than 64 MB.
    """
    marks = SheetMarks()
    parts = _parts_of(archive)
    marks.others = sum(_has_cells(archive, part) for name, part in parts.items() if name != sheet)
    for text in _whole_rows(archive, parts[sheet], file) if sheet in parts else ():
        if any(sign in text for sign in _SIGNS):
            _note(marks, text, file)
    return marks


def check_grid(width: int, height: int, cells: int, file: str) -> None:
    """Refuse a sheet whose cells reach too far, or too far for how few they are.

    Raises
    ------
    InputError
        KU108 with the problem ``grid``.
    """
    if width * height > MOST_CELLS or (width * height > SMALL_GRID and width * height > SPARSEST * cells):
        raise InputError("KU108", file=file, problem="grid")


def _parts_of(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the parts that hold the sheets, by name of the sheet."""
    held = set(archive.namelist())
    if not {_BOOK, _LINKS} <= held:
        return {}
    targets = {link.get("Id"): link.get("Target", "") for link in ElementTree.fromstring(archive.read(_LINKS))}
    parts = {}
    for element in ElementTree.fromstring(archive.read(_BOOK)).iter():
        if element.tag.endswith("}sheet"):
            link = next((value for name, value in element.attrib.items() if name.endswith("}id")), "")
            target = targets.get(link, "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if part in held:
                parts[element.get("name", "")] = part
    return parts


def _has_cells(archive: zipfile.ZipFile, part: str) -> bool:
    with archive.open(part) as stream:
        return _A_CELL.search(stream.read(_BLOCK)) is not None


def _whole_rows(archive: zipfile.ZipFile, part: str, file: str) -> Iterator[bytes]:
    """Yield the sheet in stretches that end with a row."""
    rest = b""
    with archive.open(part) as stream:
        while block := stream.read(_BLOCK):
            rest += block
            cut = rest.rfind(b"row>") + 4
            if cut > 3:
                yield rest[:cut]
                rest = rest[cut:]
            if len(rest) > _LONGEST_ROW:
                raise InputError("KU108", file=file, problem="size")
    yield rest


def _note(marks: SheetMarks, text: bytes, file: str) -> None:
    if b"hidden" in text:
        for row in _ROW.findall(text):
            if _IS_HIDDEN.search(row) and (place := _PLACE.search(row)):
                marks.hidden.add(int(place[2]))
    for attributes, content in _CELL.findall(text):
        if _is_faulty(attributes, content):
            place = _PLACE.search(attributes)
            if place is None:
                raise InputError("KU108", file=file, problem="cells")
            marks.faulty.setdefault(column_number(place[1]), set()).add(int(place[2]))


def _is_faulty(attributes: bytes, content: bytes) -> bool:
    """A fault, or a formula without a value; a formula whose value is an empty text is none."""
    if _IS_FAULT.search(attributes):
        return True
    return bool(_FORMULA.search(content) and not _VALUE.search(content) and not _IS_TEXT.search(attributes))


def column_number(letters: bytes) -> int:
    """Return the number of a column from 0: ``A`` is 0, ``AA`` is 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number - 1
