"""One file on its way: opened, converted chunk by chunk, closed with its account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pyarrow as pa

from kumppanuus.errors import DeclarationError
from kumppanuus.intake.account import FileAccount
from kumppanuus.intake.canonical import ROW
from kumppanuus.intake.chunk import Chunk, Extract, Faults, join_faults
from kumppanuus.intake.convert import Batch
from kumppanuus.intake.merge import Fates, FileFacts
from kumppanuus.intake.sources import Opened
from kumppanuus.intake.zeros import Numbers, Padded
from kumppanuus.study import Source

_MERGED = ("snapshot", "superseded", "moved", "removed", "duplicate", "same_person")
_LATE_FAULTS = ("311", "316")


@dataclass(slots=True)
class FileRead:
    """One file of one source after conversion, before merging.

    facts : what merging has to know of the file.
    unknown : column → line numbers of kept rows whose code nobody knows.
    flagged : code of a warning → line numbers of kept rows it concerns.
    good : records that could be converted.
    hidden : line numbers of records that the program they come from does not show.
    profiles : column → widths of its numbers, of a file that an earlier run has read (see `zeros.profile_of`).
    padded : line numbers of kept rows that got back the zeros at the start of a number.
    """

    source: Source
    opened: Opened
    facts: FileFacts
    tables: list[pa.Table] = field(default_factory=list)
    faults: list[Faults] = field(default_factory=list)
    unknown: dict[str, list[np.ndarray]] = field(default_factory=dict)
    identifiers: list[np.ndarray] = field(default_factory=list)
    spans: dict[int, int] = field(default_factory=dict)
    numbers: dict[str, list[Numbers]] = field(default_factory=dict)
    flagged: dict[str, list[np.ndarray]] = field(default_factory=dict)
    profiles: dict[str, np.ndarray] = field(default_factory=dict)
    read: int = 0
    good: int = 0
    blank: int = 0
    garbled: int = 0
    hidden: list[np.ndarray] = field(default_factory=list)
    padded: list[np.ndarray] = field(default_factory=list)

    @property
    def extract(self) -> Extract:
        """Return the opened file."""
        return self.opened.extract

    @property
    def name(self) -> str:
        """Return the name of the file without its folder."""
        return self.extract.path.name

    def add(self, chunk: Chunk, batch: Batch) -> None:
        """Take in a converted chunk."""
        self.read += chunk.read
        self.good += batch.good
        self.blank += chunk.blank + batch.blank
        self.garbled += chunk.garbled
        self.spans.update(chunk.spans)
        self.hidden.append(chunk.hidden)
        self.tables.append(batch.table)
        self.faults += [chunk.broken, batch.faults]
        self.identifiers.append(batch.identifiers)
        for column, rows in batch.unknown.items():
            self.unknown.setdefault(column, []).append(rows)
        for code, rows in batch.flagged.items():
            self.flagged.setdefault(code, []).append(rows)
        for column, numbers in batch.numbers.items():
            self.numbers.setdefault(column, []).append(numbers)

    def emptied(self) -> FileRead:
        """Return the same file as it was before it was read."""
        return FileRead(self.source, self.opened, self.facts)

    def pad(self, column: str, padded: Padded) -> None:
        """Give the numbers of a column their zeros back."""
        for place, table in enumerate(self.tables):
            values, changed = padded.apply(table[column])
            self.padded.append(table[ROW].to_numpy()[changed])
            self.tables[place] = table.set_column(table.schema.get_field_index(column), column, values)


@dataclass(frozen=True, slots=True)
class FileClosed:
    """One file when the fate of each of its records is known."""

    file: FileRead
    number: int
    account: FileAccount
    faults: Faults


def close_file(file: FileRead, number: int, fates: Fates) -> FileClosed:
    """Give the account of a file.

    Parameters
    ----------
    number : number of the file among those of its table.

    Raises
    ------
    DeclarationError
        KU908 when not every record has exactly one fate.
    """
    lost = {fate: rows[numbers == number] for fate, (numbers, rows) in fates.by_fate.items()}
    late = [Faults(lost[rule], np.full(len(lost[rule]), int(rule))) for rule in _LATE_FAULTS if rule in lost]
    faults = join_faults([*file.faults, *late])
    account = FileAccount(
        table=file.source.table,
        file=file.name,
        sheet=file.extract.sheet,
        read=file.read,
        used=file.good - sum(len(rows) for rows in lost.values()),
        merged=_counts([(kind, len(lost[kind])) for kind in _MERGED if kind in lost]),
        quarantined=_counts([(f"KU{rule}", n) for rule, n in sorted(Counter(faults.rules.tolist()).items())]),
        outside_window=len(lost.get("outside_window", ())),
        blank=file.blank,
    )
    if not account.balanced or account.used < 0:
        raise DeclarationError("KU908", file=account.file, read=account.read, used=account.used)
    return FileClosed(file, number, account, faults)


def _counts(pairs: Sequence[tuple[str, int]]) -> MappingProxyType[str, int]:
    return MappingProxyType({name: n for name, n in pairs if n})
