"""The beginning of an extract that nobody has described yet: encoding, delimiter, header row and some 2,000 records."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pandas as pd
import python_calamine as calamine

from kumppanuus.errors import InputError
from kumppanuus.intake.archive import check_archive
from kumppanuus.intake.encoding import survey, text_blocks
from kumppanuus.intake.read_csv import SPACES
from kumppanuus.intake.read_workbook import cell_text
from kumppanuus.intake.safety import safe_reading
from kumppanuus.study import Source

ROWS = 2_000
"""Records that are looked at, of every file."""
DELIMITERS = (";", ",", "\t", "|")

_HEADER_WITHIN = 20
_LINES = ROWS + _HEADER_WITHIN
_FEWEST_KNOWN = 2
_LARGEST_START = 16 * 1024 * 1024
_BLOCK = 1 << 20
_ENCODINGS = {"utf-8-sig": "utf-8", "cp1252": "windows-1252", "utf-16": "utf-16"}
_AS_TEXT = Source(table="visits", files=("*",), columns={"client": "*"})

Known = Callable[[Sequence[str]], int]


@dataclass(frozen=True, slots=True)
class Sample:
    """The beginning of one text file or one sheet.

    header_row : line (sheet row) of the header from 1.
    names : headers as they stand in the file, without surplus white space.
    cells : trimmed texts of the records that have as many fields as the header; columns by position.
    whole : nothing follows what was looked at.
    """

    path: Path
    encoding: str
    delimiter: str
    sheet: str | None
    header_row: int
    names: tuple[str, ...]
    cells: pd.DataFrame
    whole: bool

    @property
    def title(self) -> str:
        """Name of the file, and of the sheet when it is one."""
        return self.path.name if self.sheet is None else f"{self.path.name} [{self.sheet}]"


def read_samples(path: Path, known: Known) -> list[Sample]:
    """Return the samples of a file: one, or one per visible sheet with a header; none when no header is recognised.

    Parameters
    ----------
    known : tells how many of some names are headers we know.

    Raises
    ------
    InputError
        When the file cannot be read at all: KU102, KU103, KU108, KU111, KU199.
    """
    with safe_reading(path.name):
        return _sheet_samples(path, known) if path.suffix.lower() == ".xlsx" else _text_samples(path, known)


def _text_samples(path: Path, known: Known) -> list[Sample]:
    codec = survey(path, "auto").codec
    lines = _first_lines(path, codec)
    best: tuple[int, float, Sample] | None = None
    for delimiter in DELIMITERS:
        records, rows = _records(lines, delimiter)
        found = _header(records, known)
        if found is None:
            continue
        place, hits, stable = found
        if best is None or (hits, stable) > best[:2]:
            names, cells = _table(records, place)
            whole = len(lines) < _LINES and len(records) - place <= ROWS
            best = hits, stable, Sample(path, _ENCODINGS[codec], delimiter, None, rows[place], names, cells, whole)
    return [] if best is None else [best[2]]


def _first_lines(path: Path, codec: str) -> list[str]:
    start = b""
    for block in text_blocks(path, codec, _BLOCK):
        start += block
        if start.count(b"\n") > _LINES or len(start) > _LARGEST_START:
            break
    return start.decode(errors="replace").split("\n")[:_LINES]


def _records(lines: Sequence[str], delimiter: str) -> tuple[list[list[str]], list[int]]:
    """Cut lines into records; give the line number of the first ones."""
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter)
    records: list[list[str]] = []
    whole, rows = _until_broken(reader), []
    while len(records) < _HEADER_WITHIN:
        rows.append(reader.line_num + 1)
        record = next(whole, None)
        if record is None:
            break
        records.append(record)
    return records + list(whole), rows


def _until_broken(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error:  # a quote that nobody closed: what stands before it tells enough
        return


def _sheet_samples(path: Path, known: Known) -> list[Sample]:
    check_archive(path)
    try:
        book = calamine.CalamineWorkbook.from_path(path)
    except calamine.CalamineError:
        raise InputError("KU108", file=path.name, problem="unreadable") from None
    shown = [sheet.name for sheet in book.sheets_metadata if sheet.visible == calamine.SheetVisibleEnum.Visible]
    samples = []
    for name in shown:
        rows = islice(book.get_sheet_by_name(name).iter_rows(), _LINES)
        records = [[cell_text(cell, _AS_TEXT) for cell in row] for row in rows]
        found = _header(records, known)
        if found is not None:
            names, cells = _table(records, found[0])
            whole = len(records) - found[0] <= ROWS
            samples.append(Sample(path, "auto", "auto", str(name), found[0] + 1, names, cells, whole))
    return samples


def _header(records: Sequence[Sequence[str]], known: Known) -> tuple[int, int, float] | None:
    """Return the place of the header, how many of its names are known, and the share of records of its width.

    Rows above the one with most known names are titles. Two known names at least, lest a record be taken for a header.
    """
    first = records[:_HEADER_WITHIN]
    hits = [known(record) for record in first]
    most = max(hits, default=0)
    if most < _FEWEST_KNOWN:
        return None
    place = hits.index(most)
    widths = Counter(len(record) for record in records[place:] if any(record))
    return place, most, widths[len(first[place])] / widths.total()


def _table(records: Sequence[Sequence[str]], place: int) -> tuple[tuple[str, ...], pd.DataFrame]:
    header = records[place]
    below = [record for record in records[place + 1 : place + 1 + ROWS] if len(record) == len(header)]
    cells = pd.DataFrame(below, columns=range(len(header)), dtype=object)
    cells = cells.apply(lambda column: column.str.strip(f"{SPACES}\n")) if len(cells) else cells
    names = tuple(" ".join(name.replace("\ufeff", "").split()) for name in header)
    return names, cells.loc[(cells != "").any(axis=1)].reset_index(drop=True)
