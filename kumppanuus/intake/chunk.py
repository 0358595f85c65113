"""A stretch of records of one file as text columns, whatever kind of file they came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa

from kumppanuus.intake.header import Header

LONGEST_FIELD = 10_000
SHORT_OR_LONG, UNBALANCED, UNDECODABLE, CONTROL, OVERLONG = 301, 302, 303, 304, 317
FAULTY, MERGED_CELL = 319, 320
FAULTY_CELL = "#?"
"""Stands for a cell of a workbook whose formula has no value."""

NO_ROWS = np.empty(0, np.int64)


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
    columns : canonical column → text of every such record, untrimmed.
    broken : records that could not be cut.
    blank : number of records without any text.
    garbled : number of records that hold text decoded wrongly before it reached us.
    spans : line number → number of lines, for records of more than one line.
    hidden : line numbers of records that the program they come from does not show.
    """

    rows: np.ndarray
    columns: Mapping[str, pa.Array]
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
    def path(self) -> Path:
        """Where the file is."""
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
