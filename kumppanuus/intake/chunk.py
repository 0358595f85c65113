"""A stretch of records of one file as text columns, whatever kind of file they came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import pyarrow as pa

from kumppanuus.intake.header import Header
from kumppanuus.intake.places import Named

LONGEST_FIELD = 10_000
SHORT_OR_LONG, UNBALANCED, UNDECODABLE, CONTROL, OVERLONG = 301, 302, 303, 304, 317
FAULTY, MERGED_CELL = 319, 320
FAULTY_CELL = "#?"
"""Stands for a cell of a workbook whose formula has no value."""

NO_ROWS = np.empty(0, np.int64)
_MOST_BYTES = 768 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Faults:
    """Records put aside.

    rows : physical line (or sheet row) numbers from 1.
    rules : number of the rule each of them broke first, such as 305 for KU305.
    """

    rows: np.ndarray = field(default_factory=lambda: NO_ROWS)
    rules: np.ndarray = field(default_factory=lambda: NO_ROWS)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Records of one stretch of a file.

    rows : line numbers of the records that could be cut into fields, ascending.
    columns : canonical column → text of every such record, untrimmed; in one piece or several.
    broken : records that could not be cut.
    blank : number of records without any text.
    garbled : number of records that hold text decoded wrongly before it reached us.
    spans : line number → number of lines, for records of more than one line.
    hidden : line numbers of records that the program they come from does not show.
    """

    rows: np.ndarray
    columns: Mapping[str, pa.Array | pa.ChunkedArray]
    broken: Faults
    blank: int
    garbled: int
    spans: Mapping[int, int] = field(default_factory=dict)
    hidden: np.ndarray = field(default_factory=lambda: NO_ROWS)

    @property
    def read(self) -> int:
        """Return the number of records of the stretch, blank and broken ones included."""
        return len(self.rows) + len(self.broken.rows) + self.blank


class Extract(Protocol):
    """An opened file: its header is known, its records can be walked through any number of times."""

    @property
    def path(self) -> Named:
        """What it is called: a file, a member of an archive, or a query."""
        ...

    @property
    def sheet(self) -> str:
        """Name of the sheet of a workbook, empty for a text file."""
        ...

    @property
    def unread_sheets(self) -> int:
        """Number of other sheets that hold something, when the study names none."""
        ...

    @property
    def header(self) -> Header:
        """What its header row says."""
        ...

    def chunks(self) -> Iterator[Chunk]:
        """Walk through the records below the header."""
        ...

    def raw(self, rows: np.ndarray, spans: Mapping[int, int]) -> Iterator[str]:
        """Give the raw text of the records that start on the given lines, ascending."""
        ...


def join_faults(parts: list[Faults]) -> Faults:
    """Return the faults of several parts as one, by row."""
    if not parts:
        return Faults()
    rows, rules = np.concatenate([p.rows for p in parts]), np.concatenate([p.rules for p in parts])
    order = np.argsort(rows, kind="stable")
    return Faults(rows[order].astype(np.int64), rules[order].astype(np.int64))


def gathered(chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    """Join chunks as long as their texts stay below 768 MB, so that the texts of a file are told apart only once."""
    held: list[Chunk] = []
    size = 0
    for chunk in chunks:
        held.append(chunk)
        size += sum(column.nbytes for column in chunk.columns.values())
        if size > _MOST_BYTES:
            yield _joined(held)
            held, size = [], 0
    if held:
        yield _joined(held)


def _joined(parts: Sequence[Chunk]) -> Chunk:
    return Chunk(
        np.concatenate([part.rows for part in parts]),
        {name: pa.chunked_array([part.columns[name] for part in parts]) for name in parts[0].columns},
        join_faults([part.broken for part in parts]),
        sum(part.blank for part in parts),
        sum(part.garbled for part in parts),
        {row: n for part in parts for row, n in part.spans.items()},
        np.concatenate([part.hidden for part in parts]),
    )
