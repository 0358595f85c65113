"""What intake hands over: clean tables, where every record went, and what was found on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from kumppanuus.study import Peers, Service

Severity = Literal["error", "warning"]

MOST_ROWS = 20
"""Line numbers that a finding names."""

CHANGES = ("closed", "reopened", "end_moved", "start_moved", "vanished", "changed")
"""What may happen to a row from one version of a file set to the next, in the order in which it is told."""

_NOTHING: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class FileAccount:
    """Where the data records of one file (one sheet) went.

    file : name only, without its folder.
    sheet : name of the sheet of a workbook, empty for text files.
    read : physical data records below the header, blank ones included.
    merged : records that say what another record says, by kind: ``duplicate``, ``same_person``, or told anew by a
        later file: ``snapshot``, ``superseded``, ``moved`` (to another start), ``removed`` (from a full re-extract).
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

    def why_nothing(self) -> tuple[str, int] | None:
        """Return why no record is used, or None when some are.

        Returns
        -------
        tuple
            ``empty``, ``blank``, ``outside_window``, the code of a rule, or the kind of merging: whatever took most
            records; and how many it took.
        """
        if self.used:
            return None
        fates = {"blank": self.blank, "outside_window": self.outside_window, **self.quarantined, **self.merged}
        reason = max(fates, key=lambda fate: fates[fate])
        return (reason, fates[reason]) if fates[reason] else ("empty", 0)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the reader of an extract should know.

    n : number of records (of columns for findings about columns).
    rows : physical line numbers of the first records concerned, at most `MOST_ROWS`; empty when it is about none.
    accepted : the study says that this finding is known and judged right.
    detail : safe facts only, such as names of columns and counts; never the value of a cell.
    """

    code: str
    severity: Severity
    table: str
    file: str
    n: int
    rows: tuple[int, ...] = ()
    column: str = ""
    accepted: bool = False
    detail: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def example_row(self) -> int | None:
        """Return the physical line number of the first record concerned, or None."""
        return self.rows[0] if self.rows else None


@dataclass(frozen=True, slots=True)
class Change:
    """What changed from one version of a file set to the next.

    kind : ``closed``, ``reopened``, ``end_moved``, ``start_moved``, ``vanished`` or ``changed`` (another column).
    file : the file that tells it anew; of ``vanished``, the file that had the row last.
    n : rows concerned.
    rows : physical line numbers of the first of them.
    """

    table: str
    file: str
    kind: str
    n: int
    rows: tuple[int, ...]

    @property
    def example_row(self) -> int:
        """Return the physical line number of the first row concerned."""
        return self.rows[0]


@dataclass(frozen=True, slots=True)
class Intake:
    """Clean canonical tables with pseudonyms only, and the account of every record.

    tables : canonical name → table; tables without a source are absent.
    identifiers : sorted, distinct keyed hashes (uint64) of every raw identifying value, for the leak scan.
    inputs : file name → SHA-256 of its bytes, hexadecimal.
    families : ``client``, ``family`` of people whose family was formed of pairs or of several systems; else None.
    services : the services of the study, those of a catalogue file included.
    changes : what changed between the versions of file sets, by table, file and kind.
    peers : the study's peers with what the tables of regions and of facts tell of them; None when not asked.
    """

    tables: Mapping[str, pa.Table]
    account: tuple[FileAccount, ...]
    findings: tuple[Finding, ...]
    identifiers: np.ndarray
    inputs: Mapping[str, str]
    families: pa.Table | None = None
    services: tuple[Service, ...] = ()
    changes: tuple[Change, ...] = ()
    peers: Peers | None = None

    def totals(self) -> dict[str, dict[str, int]]:
        """Return the account summed by canonical table."""
        sums: dict[str, dict[str, int]] = {}
        for part in self.account:
            row = sums.setdefault(part.table, dict.fromkeys(FATES, 0))
            for name, n in zip(FATES, _numbers(part), strict=True):
                row[name] += n
        return sums

    def changed(self, table: str) -> dict[str, int]:
        """Return what changed between the versions of a table, by kind; kinds that did not happen are absent."""
        sums: dict[str, int] = {}
        for change in self.changes:
            if change.table == table:
                sums[change.kind] = sums.get(change.kind, 0) + change.n
        return {kind: sums[kind] for kind in CHANGES if kind in sums}


FATES = ("read", "used", "merged", "quarantined", "outside_window", "blank")


def _numbers(part: FileAccount) -> tuple[int, ...]:
    return (part.read, part.used, part.merged_total, part.quarantined_total, part.outside_window, part.blank)
