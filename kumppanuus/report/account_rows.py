"""The published row account, table by table, as the chart and the sentences about it need it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import rows_of
from kumppanuus.language.say import Say
from kumppanuus.register.account import PARTS

HIDDEN_AS = 3
"""Length of a hidden part in a sum: it is 1 to 6."""


@dataclass(frozen=True, slots=True)
class Part:
    """Where some rows of a table went: a name of `PARTS`, their published number; hidden ones count as `HIDDEN_AS`."""

    name: str
    size: float
    hidden: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One canonical table.

    read : published number of rows read; NaN when hidden.
    parts : where they went, parts without rows left out; empty when nothing was read.
    unusable : True when surely no row of it was used.
    """

    table: str
    label: str
    read: float
    parts: tuple[Part, ...]
    unusable: bool

    def size(self, *names: str) -> float:
        """Return the published rows of some parts together."""
        return sum(part.size for part in self.parts if part.name in names)


def rows_of_account(result: ReleasedResult, say: Say) -> tuple[Row, ...]:
    """Return the account's tables in their order. A published 0 is a true 0, a hidden number is none."""
    rows = []
    for row in rows_of(result["account"]):
        parts = tuple(
            Part(name, HIDDEN_AS if math.isnan(row[name]) else float(row[name]), math.isnan(row[name]))
            for name in PARTS
            if row[name] != 0
        )
        rows.append(
            Row(str(row["table"]), say.label("tables", row["table"]), float(row["read"]), parts, row["used"] == 0)
        )
    return tuple(rows)
