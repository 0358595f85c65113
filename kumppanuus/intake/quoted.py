"""Lines with a quote character: fields that span lines, and quotes that nobody closed."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from kumppanuus.intake.chunk import UNBALANCED

LONGEST_RECORD = 100_000
"""Characters; a quoted field that goes on for longer is taken as a quote that was never closed."""


@dataclass(slots=True)
class Quoted:
    """What became of the lines with quotes in one stretch.

    at, fields : index of the first line of every record, and its fields.
    broken : index → rule of lines that cannot be cut.
    swallowed : index of lines that belong to the record of an earlier line.
    joined : index of the first line → text of a record that spans lines.
    open_at : index of a line whose quote may be closed in the next stretch, or None.
    """

    at: list[int] = field(default_factory=list)
    fields: list[list[str]] = field(default_factory=list)
    broken: dict[int, int] = field(default_factory=dict)
    swallowed: list[int] = field(default_factory=list)
    joined: dict[int, str] = field(default_factory=dict)
    open_at: int | None = None


def parse_quoted(lines: pa.Array, marked: np.ndarray, *, delimiter: str, width: int, last: bool) -> Quoted:
    """Cut the lines that hold a quote character.

    Parameters
    ----------
    lines : all lines of the stretch.
    marked : indices of the lines with a quote, ascending.
    width : number of fields of a whole record.
    last : nothing follows this stretch.
    """
    texts = lines.take(pa.array(marked)).to_pylist()
    try:
        fields = list(csv.reader(texts, delimiter=delimiter, strict=True))
    except csv.Error:
        fields = []
    if len(fields) == len(texts):  # no record took a second line, so each line is a record
        return Quoted(at=marked.tolist(), fields=fields)
    return _walk(_Lines(lines, marked.tolist(), texts), delimiter, width, last)


@dataclass(frozen=True, slots=True)
class _Lines:
    every: pa.Array
    marked: list[int]
    texts: list[str]

    def between(self, first: int, last: int) -> str:
        return "\n".join(self.every.slice(first, last - first + 1).to_pylist())


def _walk(lines: _Lines, delimiter: str, width: int, last: bool) -> Quoted:
    """Go from quote to quote; a line that cannot be cut costs itself only."""
    found, resume = Quoted(), 0
    for step, (at, text) in enumerate(zip(lines.marked, lines.texts, strict=True)):
        if at < resume:
            continue
        fields, is_open = _cut(text, delimiter)
        if fields is not None:
            found.at.append(at)
            found.fields.append(fields)
        elif not is_open:
            found.broken[at] = UNBALANCED
        else:
            resume = _close(found, lines, step, delimiter, width, last)
            if found.open_at is not None:
                break
    return found


def _close(found: Quoted, lines: _Lines, step: int, delimiter: str, width: int, last: bool) -> int:
    """Look for the line that closes the quote opened at `step`; return where reading goes on."""
    at = lines.marked[step]
    for end in lines.marked[step + 1 :]:
        text = lines.between(at, end) if end - at < LONGEST_RECORD else ""
        fields, is_open = _cut(text, delimiter) if 0 < len(text) <= LONGEST_RECORD else (None, False)
        if fields is not None and len(fields) == width:
            found.at.append(at)
            found.fields.append(fields)
            found.swallowed.extend(range(at + 1, end + 1))
            found.joined[at] = text
            return end + 1
        if not is_open:
            break
    else:
        if not last and _is_short(lines, at):
            found.open_at = at
            return at
    found.broken[at] = UNBALANCED
    return at + 1


def _is_short(lines: _Lines, at: int) -> bool:
    n = len(lines.every)
    return n - at < LONGEST_RECORD and len(lines.between(at, n - 1)) <= LONGEST_RECORD


def _cut(text: str, delimiter: str) -> tuple[list[str] | None, bool]:
    """Return the fields of one record, or None and whether a quote stands open at its end."""
    try:
        records = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error as error:
        return None, "unexpected end" in str(error)
    return (records[0], False) if len(records) == 1 else (None, False)
