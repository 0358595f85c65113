"""The beginning of an extract that nobody has described yet: encoding, delimiter, header row and some 2,000 records."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

import pandas as pd

from kumppanuus.errors import InputError
from kumppanuus.intake.encoding import survey, text_blocks
from kumppanuus.intake.members import ARCHIVES
from kumppanuus.intake.places import PARQUET, WORKBOOKS, Named, Place
from kumppanuus.intake.read_csv import SPACES
from kumppanuus.intake.read_database import first_records, query_place
from kumppanuus.intake.read_parquet import first_rows
from kumppanuus.intake.read_workbook import open_book
from kumppanuus.intake.safety import safe_reading
from kumppanuus.intake.typed import cell_text
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
Kind = Literal["text", "workbook", "parquet", "database"]


@dataclass(frozen=True, slots=True)
class Sample:
    """The beginning of one text file, sheet, Parquet file or query.

    path : what it is called: a file, a member of an archive, or a query.
    encoding, delimiter : ``auto`` unless it is a text file.
    sheet : of a workbook.
    header_row : line (sheet row) of the header from 1; 1 where names are no row.
    names : headers as they stand in the file, without surplus white space.
    cells : trimmed texts of the records that have as many fields as the header; columns by position. Dates of
        workbooks, Parquet files and databases are written as dd.mm.yyyy, their numbers with a decimal comma.
    whole : nothing follows what was looked at.
    """

    path: Named
    encoding: str
    delimiter: str
    sheet: str | None
    header_row: int
    names: tuple[str, ...]
    cells: pd.DataFrame
    whole: bool
    kind: Kind = "text"

    @property
    def title(self) -> str:
        """Name of the file, and of the sheet when it is one."""
        return self.path.name if self.sheet is None else f"{self.path.name} [{self.sheet}]"


def read_samples(place: Place, known: Known) -> list[Sample]:
    """Return the samples of an extract: one, or one per visible sheet with a header; none when no header is recognised.

    Parameters
    ----------
    place : a file or a member of a ZIP archive, as `places.extracts_in` lists them.
    known : tells how many of some names are headers we know.

    Raises
    ------
    InputError
        When the file cannot be read at all: KU102, KU103, KU108, KU111, KU113, KU114 (a ZIP archive), KU116, KU199.
    """
    with safe_reading(place.name):
        ending = place.suffix.lower()
        if ending in ARCHIVES:
            raise InputError("KU114", file=place.name)
        if ending in WORKBOOKS:
            return _sheet_samples(place, known)
        return _parquet_samples(place, known) if ending in PARQUET else _text_samples(place, known)


def sample_query(database: str, query: str, known: Known, root: Path = Path(".")) -> list[Sample]:
    """Return the sample of a query of a database, or none when no header is recognised.

    Parameters
    ----------
    database, query : as in a source; ``${NAME}`` is taken from the environment.
    root : folder that the file of an SQLite database is sought from.

    Raises
    ------
    StudyError, InputError
        As `query_place` and `first_records` of `read_database`.
    """
    place = query_place(database, query, root)
    names, records = first_records(place, ROWS + 1, _AS_TEXT)
    return _typed_samples(place, names, records, known, "database")


def _parquet_samples(place: Place, known: Known) -> list[Sample]:
    names, records = first_rows(place, ROWS + 1, _AS_TEXT)
    return _typed_samples(place, names, records, known, "parquet")


def _typed_samples(
    place: Named, names: Sequence[str], records: Sequence[Sequence[str]], known: Known, kind: Kind
) -> list[Sample]:
    if known(names) < _FEWEST_KNOWN:
        return []
    header, cells = _table([list(names), *map(list, records)], 0)
    return [Sample(place, "auto", "auto", None, 1, header, cells, len(records) <= ROWS, kind)]


def _text_samples(path: Place, known: Known) -> list[Sample]:
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


def _first_lines(path: Place, codec: str) -> list[str]:
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


def _sheet_samples(place: Place, known: Known) -> list[Sample]:
    book = open_book(place)
    samples = []
    for name in book.shown:
        rows = islice(book.sheet(name).iter_rows(), _LINES)
        records = [[cell_text(cell, _AS_TEXT) for cell in row] for row in rows]
        found = _header(records, known)
        if found is not None:
            names, cells = _table(records, found[0])
            whole = len(records) - found[0] <= ROWS
            samples.append(Sample(place, "auto", "auto", name, found[0] + 1, names, cells, whole, "workbook"))
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
