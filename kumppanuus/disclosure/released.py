"""What has passed the gate. Writers take nothing else.

A `Released` can be built by the gate only: it is stamped with a seal that only ``disclosure.gate`` holds, and writers
call `demand` before they write a byte. The stamp is a keyed digest of all that was released, so a number that was
changed afterwards is refused as well.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kumppanuus.analysis import Table
from kumppanuus.errors import DisclosureError

if TYPE_CHECKING:
    import pandas as pd

Status = Literal["ok", "empty", "missing"]
Face = Literal["public", "internal"]


class Seal:
    """The stamp.

    mark : keyed digest of what was stamped; empty when nothing was.
    """

    __slots__ = ("mark",)

    def __init__(self, mark: bytes = b"") -> None:
        self.mark = mark


_SEAL = Seal()
"""What the gate stamps with. It never leaves: the stamped result carries a seal of its own."""
_KEY = secrets.token_bytes(32)
"""Of this process only; nothing that is written depends on it."""


@dataclass(frozen=True, slots=True)
class ReleasedTable:
    """A protected table.

    frame : the declared columns without what only the gate may see; counts, shares, sums as floats, NaN where there
        is no published number; column ``hidden`` (bool) marks rows hidden whole.
    masked : bool frame of the measures: True where the gate hides a number that exists (shown with the one neutral
        word). NaN that is not masked means that the measure does not exist there.
    hidden : number of numbers the gate hid, rows it left out included.
    told : what was done to the table besides hiding numbers, as words of the list ``protection`` in the texts:
        ``merged``, ``longer``, ``dropped``, ``pooled``, ``cut``, ``left_out``, ``points``.
    """

    name: str
    declaration: Table
    frame: pd.DataFrame
    masked: pd.DataFrame
    hidden: int = 0
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guarded:
    """A protected table with the exact numbers behind it, for the audit. It never leaves the gate.

    exact : the rows of ``table.frame`` in their order, with the numbers before protection.
    """

    table: ReleasedTable
    exact: pd.DataFrame


@dataclass(frozen=True, slots=True)
class ReleasedResult:
    """The protected tables of one analysis.

    status : ``ok``; ``empty`` when there was nothing to count; ``missing`` when a needed table is not given.
    missing : the tables that were not given.
    """

    key: str
    status: Status
    tables: Mapping[str, ReleasedTable]
    missing: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return the protected frame of a table."""
        return self.tables[name].frame


@dataclass(frozen=True, slots=True)
class Rules:
    """The thresholds a run was released under: persons, families, rounding base, smallest base of a breakdown."""

    k: int = 5
    f: int = 3
    base: int = 6
    n_min: int = 20


@dataclass(frozen=True, slots=True)
class Released:
    """All that one run may publish.

    audited : whether the integer-programme audit of the whole run was done.
    face : ``public``: protected; ``internal``: exact numbers, for the organiser's own authorised staff only.
    """

    results: Mapping[str, ReleasedResult]
    rules: Rules
    seal: Seal
    audited: bool = False
    face: Face = "public"

    def __post_init__(self) -> None:
        if self.seal is _SEAL:
            object.__setattr__(self, "seal", Seal(_mark(self)))

    @property
    def hidden(self) -> int:
        """Number of hidden cells of the run."""
        return sum(table.hidden for result in self.results.values() for table in result.tables.values())


def demand(released: Released) -> Released:
    """Return `released` when it carries the gate's stamp and is what the gate stamped, to the last digit.

    Raises
    ------
    DisclosureError
        KU501 for anything that has not passed the gate, or was changed behind it.
    """
    if not isinstance(released, Released) or not hmac.compare_digest(released.seal.mark, _mark(released)):
        raise DisclosureError("KU501", what=type(released).__name__)
    return released


def _mark(released: Released) -> bytes:
    digest = hashlib.blake2b(key=_KEY, digest_size=32)
    digest.update(repr((released.rules, released.audited, released.face)).encode())
    for key, result in released.results.items():
        digest.update(repr((key, result.key, result.status, result.missing, len(result.tables))).encode())
        for name, table in result.tables.items():
            digest.update(repr((name, table.name, table.declaration, table.hidden, table.told)).encode())
            for frame in (table.frame, table.masked):
                _add(frame, digest)
    return digest.digest()


def _add(frame: pd.DataFrame, digest: hashlib.blake2b) -> None:
    digest.update(repr((frame.shape, list(frame.columns))).encode())
    for _, column in frame.items():
        values = column.to_numpy()
        digest.update(repr(values.tolist()).encode() if values.dtype.kind == "O" else values.tobytes())
