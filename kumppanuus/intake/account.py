"""What intake hands over: clean tables, where every record went, and what was found on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

Severity = Literal["error", "warning"]

_NOTHING: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class FileAccount:
    """Where the data records of one file (one sheet) went.

    file : name only, without its folder.
    sheet : name of the sheet of a workbook, empty for text files.
    read : physical data records below the header, blank ones included.
    merged : records that say what another record says, by kind: ``snapshot`` or ``duplicate``.
    quarantined : records put aside, by code of the rule they broke first.
    """

    table: str
    file: str
    sheet: str = ""
    read: int = 0
    used: int = 0
    merged: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    quarantined: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    outside_window: int = 0
    blank: int = 0

    @property
    def merged_total(self) -> int:
        """Return the number of merged records of every kind."""
        return sum(self.merged.values())

    @property
    def quarantined_total(self) -> int:
        """Return the number of records put aside for whatever reason."""
        return sum(self.quarantined.values())

    @property
    def balanced(self) -> bool:
        """Tell whether every record read has exactly one fate."""
        fates = self.used + self.merged_total + self.quarantined_total + self.outside_window + self.blank
        return self.read == fates


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the reader of an extract should know.

    n : number of records (of columns for findings about columns).
    example_row : physical line number of the first record concerned, or None.
    accepted : the study says that this finding is known and judged right.
    detail : safe facts only, such as names of columns and counts; never the value of a cell.
    """

    code: str
    severity: Severity
    table: str
    file: str
    n: int
    example_row: int | None = None
    column: str = ""
    accepted: bool = False
    detail: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Intake:
    """Clean canonical tables with pseudonyms only, and the account of every record.

    tables : canonical name → table; tables without a source are absent.
    identifiers : sorted, distinct keyed hashes (uint64) of every raw identifying value, for the leak scan.
    inputs : file name → SHA-256 of its bytes, hexadecimal.
    """

    tables: Mapping[str, pa.Table]
    account: tuple[FileAccount, ...]
    findings: tuple[Finding, ...]
    identifiers: np.ndarray
    inputs: Mapping[str, str]

    def totals(self) -> dict[str, dict[str, int]]:
        """Return the account summed by canonical table."""
        sums: dict[str, dict[str, int]] = {}
        for part in self.account:
            row = sums.setdefault(part.table, dict.fromkeys(FATES, 0))
            for name, n in zip(FATES, _numbers(part), strict=True):
                row[name] += n
        return sums


FATES = ("read", "used", "merged", "quarantined", "outside_window", "blank")


def _numbers(part: FileAccount) -> tuple[int, ...]:
    return (part.read, part.used, part.merged_total, part.quarantined_total, part.outside_window, part.blank)
