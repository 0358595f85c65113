"""Text files, read line by line in big stretches, so that every physical record is accounted for.

A stretch of plain lines is cut by Arrow's reader of CSV (see ``plain``). Any other stretch is cut line by line, where
only lines with a quote character go through :mod:`csv`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kumppanuus.intake.chunk import (
    CONTROL,
    LONGEST_FIELD,
    NO_ROWS,
    OVERLONG,
    SHORT_OR_LONG,
    UNDECODABLE,
    Chunk,
    Faults,
    join_faults,
)
from kumppanuus.intake.encoding import UNDECODED
from kumppanuus.intake.header import Header, match_header, plain_header
from kumppanuus.intake.lines import Lines, first_lines, raw_records, walk_lines
from kumppanuus.intake.places import Place
from kumppanuus.intake.plain import GARBLED as GARBLED
from kumppanuus.intake.plain import SPACES as SPACES
from kumppanuus.intake.plain import blank_lines, cut_plain, garbled, has_controls
from kumppanuus.intake.quoted import LONGEST_RECORD, Quoted, parse_quoted
from kumppanuus.study import Source

_DELIMITERS = (";", ",", "\t", "|")
_CONTROL = r"[\x00-\x08\x0b-\x1f\x7f\x{80}-\x{9f}]"
_HEADER_LINES = 50
_FEW_BYTES = 4 * 1024 * 1024
"""Read at a time when single records are looked for: big blocks cost more memory than they save time."""


@dataclass(frozen=True, slots=True)
class TextExtract:
    """A delimited text file whose header is known.

    first : line number (from 1) of the first line below the header.
    block : bytes read at a time; None for the usual size.
    """

    path: Place
    codec: str
    delimiter: str
    header: Header
    first: int
    block: int | None = None
    sheet: str = ""
    unread_sheets: int = 0

    def chunks(self) -> Iterator[Chunk]:
        """Walk through the records below the header, some 32 MB at a time."""
        return walk_lines(self.path, self.codec, self.first, self._cut, self.block)

    def _cut(self, lines: Lines) -> tuple[Chunk, int]:
        plain = cut_plain(lines, self.header, self.delimiter)
        return _Stretch(self, lines).chunk() if plain is None else (plain, len(lines))

    def raw(self, rows: np.ndarray, spans: Mapping[int, int]) -> Iterator[str]:
        """Give the raw text of the records that start on the given lines, ascending."""
        return raw_records(self.path, self.codec, rows, spans, self.block or _FEW_BYTES)


def open_text(path: Place, codec: str, source: Source, block: int | None = None) -> TextExtract:
    """Find the header of a text file.

    Raises
    ------
    InputError
        KU104, KU105 about headers, KU110 about lines without end.
    """
    lines = first_lines(path, codec, source.header_row + _HEADER_LINES)[source.header_row - 1 :]
    delimiter = _delimiter(lines, source)
    reader = csv.reader((line + "\n" for line in lines), delimiter=delimiter)
    try:
        names = next(reader, [])
    except csv.Error:
        names = []
    header = match_header(names, source, path.name)
    return TextExtract(path, codec, delimiter, header, source.header_row + reader.line_num, block)


def _delimiter(lines: list[str], source: Source) -> str:
    """Return the delimiter of the source, or the one that makes most sense of the header."""
    if source.delimiter != "auto":
        return source.delimiter
    wanted = {plain_header(name) for name in source.columns.values()}
    first = lines[0] if lines else ""

    def sense(delimiter: str) -> tuple[int, int]:
        names = [plain_header(name.strip('"')) for name in first.split(delimiter)]
        return len(wanted & set(names)), len(names)

    return max(_DELIMITERS, key=sense)


class _Stretch:
    """The lines of one block on their way to records.

    Whole-block questions are asked of the bytes first: searching them is fifty times faster than asking every line.
    """

    def __init__(self, extract: TextExtract, stretch: Lines) -> None:
        self.extract, self.lines, self.number, self.last = extract, stretch.lines, stretch.number, stretch.last
        self.body = stretch.body
        self.longest = pc.max(pc.binary_length(stretch.lines)).as_py()
        self.has_quotes = b'"' in stretch.body

    def chunk(self) -> tuple[Chunk, int]:
        """Return the records and how many lines they took."""
        refused = self._refused()
        marked = self._marked() & (refused == 0)
        quoted = self._quoted(np.flatnonzero(marked), refused) if marked.any() else Quoted()
        used = len(self.lines) if quoted.open_at is None else quoted.open_at
        refused, marked = refused[:used], marked[:used]
        marked[quoted.swallowed] = True
        refused[quoted.swallowed] = 0
        blank = blank_lines(self.lines, self.extract.delimiter)[:used] & ~marked & (refused == 0)
        plain = np.flatnonzero(~blank & ~marked & (refused == 0))
        return self._cut(plain, quoted, refused, int(blank.sum())), used

    def _refused(self) -> np.ndarray:
        """Return the rule that each line breaks by its characters alone, 0 for none."""
        rules = np.zeros(len(self.lines), np.int64)
        if self.longest > LONGEST_RECORD:
            rules[_mask(pc.greater(pc.binary_length(self.lines), LONGEST_RECORD))] = OVERLONG
        if has_controls(self.body):
            rules[_mask(pc.match_substring_regex(self.lines, _CONTROL))] = CONTROL
        if UNDECODED.encode() in self.body:
            rules[_mask(pc.match_substring(self.lines, UNDECODED))] = UNDECODABLE
        return rules

    def _marked(self) -> np.ndarray:
        """Lines that need the slow way: a quote in them does more than wrap one whole field."""
        marked = np.zeros(len(self.lines), bool)
        if self.has_quotes:
            marked = _mask(pc.match_substring(self.lines, '"')).copy()
            at = np.flatnonzero(marked)
            marked[at] = ~_only_wrapped(self.lines.take(pa.array(at)), self.extract.delimiter)
        return marked

    def _quoted(self, at: np.ndarray, refused: np.ndarray) -> Quoted:
        extract = self.extract
        quoted = parse_quoted(self.lines, at, delimiter=extract.delimiter, width=extract.header.width, last=self.last)
        for first, text in quoted.joined.items():  # a refused line inside a record refuses the record
            rules = refused[first : first + text.count("\n") + 1]
            if rules.any():
                quoted.broken[first] = int(rules.max())
        return quoted

    def _cut(self, plain: np.ndarray, quoted: Quoted, refused: np.ndarray, blank: int) -> Chunk:
        rows, columns, broken = self._plain_records(plain)
        at, more, also = self._quoted_records(quoted)
        lines = np.flatnonzero(refused)
        faults = join_faults([broken, also, Faults(lines + self.number, refused[lines])])
        rows = np.concatenate([rows, at])
        if len(at):
            order = pa.array(np.argsort(rows, kind="stable"))
            columns = {name: pa.concat_arrays([columns[name], more[name]]).take(order) for name in columns}
            rows = np.sort(rows)
        spans = {first + self.number: text.count("\n") + 1 for first, text in quoted.joined.items()}
        return Chunk(rows, columns, faults, blank, garbled(self.body, lambda: self.lines), spans)

    def _plain_records(self, at: np.ndarray) -> tuple[np.ndarray, dict[str, pa.Array], Faults]:
        header = self.extract.header
        lines = self.lines if len(at) == len(self.lines) else self.lines.take(pa.array(at))
        fields = pc.split_pattern(lines, self.extract.delimiter)
        rules = np.where(pc.list_value_length(fields).to_numpy(zero_copy_only=False) == header.width, 0, SHORT_OR_LONG)
        if self.longest > LONGEST_FIELD:
            long = pc.greater(pc.utf8_length(fields.flatten()), LONGEST_FIELD)
            parents = pc.list_parent_indices(fields).filter(long).to_numpy()
            rules[parents] = np.where(rules[parents] == 0, OVERLONG, rules[parents])
        good = rules == 0
        values = (fields if good.all() else fields.filter(pa.array(good))).flatten()
        columns = {name: _every(values, place, header.width) for name, place in header.places.items()}
        if self.has_quotes:  # only wrapping ones are left here
            columns = {name: pc.replace_substring(column, '"', "") for name, column in columns.items()}
        rows = at + self.number
        return rows[good], columns, Faults(rows[~good], rules[~good])

    def _quoted_records(self, quoted: Quoted) -> tuple[np.ndarray, dict[str, pa.Array], Faults]:
        width = self.extract.header.width
        broken, good = dict(quoted.broken), []
        for step, (at, fields) in enumerate(zip(quoted.at, quoted.fields, strict=True)):
            if at in broken:
                continue
            if len(fields) != width:
                broken[at] = SHORT_OR_LONG
            elif max(map(len, fields)) > LONGEST_FIELD:
                broken[at] = OVERLONG
            else:
                good.append(step)
        columns = {
            name: pa.array([quoted.fields[step][place] for step in good], pa.string())
            for name, place in self.extract.header.places.items()
        }
        rows = np.array([quoted.at[step] for step in good], np.int64) if good else NO_ROWS
        lines = np.array(sorted(broken), np.int64)
        return rows + self.number, columns, Faults(lines + self.number, np.array([broken[at] for at in sorted(broken)]))


def _only_wrapped(lines: pa.Array, delimiter: str) -> np.ndarray:
    """Tell which lines have their quotes around whole fields only, so that cutting at delimiters is right.

    Such a line cannot lie inside a field that spans lines either: its first quote would have to close that field,
    and text follows it.
    """
    fields = pc.split_pattern(lines, delimiter)
    flat = fields.flatten()
    quotes = pc.count_substring(flat, '"').to_numpy()
    wrapped = _mask(pc.and_(pc.starts_with(flat, '"'), pc.ends_with(flat, '"'))) & (quotes == 2)
    odd = np.where((quotes == 0) | wrapped, 0, 1)
    starts = fields.offsets.to_numpy()[:-1] - fields.offsets[0].as_py()
    return np.add.reduceat(odd, starts) == 0 if len(starts) else np.zeros(0, bool)


def _every(values: pa.Array, place: int, width: int) -> pa.Array:
    return values.take(pa.array(np.arange(place, len(values), width)))


def _mask(values: pa.Array) -> np.ndarray:
    return np.asarray(values.to_numpy(zero_copy_only=False))
