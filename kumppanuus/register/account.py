"""The row account of a run as a declared result, so that the report's copy of it passes the gate like any number."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from kumppanuus.analysis import Column, Result, result_table
from kumppanuus.register.populations import FINDINGS, ROWS

if TYPE_CHECKING:
    import pandas as pd

PARTS = ("used", "merged", "quarantined", "outside_window", "blank")

_ROWS = Column("count", unit="rows")
_PART = Column("count", unit="rows", part_of=("read",))


@dataclass(frozen=True, slots=True)
class AccountResult(Result):
    """Rows read and where each of them went.

    account : one row per canonical table; read = used + merged + quarantined + outside_window + blank before rounding.
    reasons : one row per canonical table and rule: quarantined rows.
    accepted : one row per canonical table and rule whose findings the consultant has judged right: how many of what
        the rule counts (rows; columns where it is about columns).
    """

    account: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"table": Column("dimension", codes="tables"), "read": _ROWS, **dict.fromkeys(PARTS, _PART)}),
        population=ROWS,
    )
    reasons: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "table": Column("dimension", codes="tables"),
                "rule": Column("dimension", codes="rules"),
                "rows": Column("count", unit="rows", part_of=("account.quarantined",), cell="quarantined"),
            }
        ),
        population=ROWS,
    )
    accepted: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "table": Column("dimension", codes="tables"),
                "rule": Column("dimension", codes="rules"),
                "found": Column("count", unit="rows"),
            }
        ),
        population=FINDINGS,
    )
