"""What has passed the gate. Writers take nothing else.

A `Released` can be built by the gate only: it carries a seal that only ``disclosure.gate`` holds, and writers call
`demand` before they write a byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kumppanuus.analysis import Table
from kumppanuus.errors import DisclosureError

if TYPE_CHECKING:
    import pandas as pd

Status = Literal["ok", "empty", "missing"]


class Seal:
    """The stamp. One instance exists, inside the gate."""

    __slots__ = ()


_SEAL = Seal()


@dataclass(frozen=True, slots=True)
class ReleasedTable:
    """A protected table.

    frame : the declared columns without what only the gate may see; counts, shares, sums as floats, NaN where there
        is no published number; column ``hidden`` (bool) marks rows hidden whole.
    masked : bool frame of the measures: True where the gate hides a number that exists (shown with the one neutral
        word). NaN that is not masked means that the measure does not exist there.
    hidden : number of numbers the gate hid, rows it left out included.
    """

    name: str
    declaration: Table
    frame: pd.DataFrame
    masked: pd.DataFrame
    hidden: int = 0


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
    """

    results: Mapping[str, ReleasedResult]
    rules: Rules
    seal: Seal
    audited: bool = False

    @property
    def hidden(self) -> int:
        """Number of hidden cells of the run."""
        return sum(table.hidden for result in self.results.values() for table in result.tables.values())


def demand(released: Released) -> Released:
    """Return `released` when it carries the gate's seal.

    Raises
    ------
    DisclosureError
        KU501 for anything that has not passed the gate.
    """
    if not isinstance(released, Released) or released.seal is not _SEAL:
        raise DisclosureError("KU501", what=type(released).__name__)
    return released
