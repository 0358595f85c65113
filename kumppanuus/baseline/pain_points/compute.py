"""The board's tables: the families in services, and what is gathered after the gate from all rooms' signals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from kumppanuus.analysis import Column, Context, Params, Result, result_table
from kumppanuus.methods.order import in_order
from kumppanuus.register.populations import CLIENTS, SIGNALS

_RELEASED = Column("released")


@dataclass(frozen=True, slots=True)
class PainPointsParams(Params):
    """How signals are ranked: gap ** gap_weight × families ** families_weight × certainty ** certainty_weight.

    gap_weight : weight of the size of the gap; 0 leaves it out, 2 makes it count double.
    families_weight : weight of the number of families touched.
    certainty_weight : weight of the certainty.
    least_families : a signal that touches fewer families is left out.
    """

    gap_weight: float = 1.0
    families_weight: float = 1.0
    certainty_weight: float = 1.0
    least_families: int = 0


@dataclass(frozen=True, slots=True)
class PainPointsResult(Result):
    """What stands apart from its reference, heaviest first.

    years : clients and families in services by study year; the last full year stands for the whole clientele.
    signals : one row a signal whose limits lie wholly on the worse side of its reference. ``value``, ``lower``,
        ``upper`` and ``reference`` in ``measured_in`` (shares in per cent); ``gap`` and ``certainty`` 0–1; ``touched``:
        families; ``score`` = gap × families × certainty with the weights of the settings; ``rank`` from 1.
    unseen : tables that are not given, by analysis and what that means (``why``): it could not look (``needed``), or
        it could compare nothing without them (``optional``).
    silent : analyses that had data but could measure none of their signals (too few, or hidden); ``signals`` = 0.
    """

    years: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "year": Column("dimension", codes="years", time_axis=True),
                "days_seen": Column("public", unit="days"),
                "persons": Column("persons"),
                "families": Column("families"),
            }
        ),
        population=CLIENTS,
    )
    signals: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "kind": Column("dimension", codes="board"),
                "signal": Column("dimension", codes="signals"),
                "room": Column("dimension", codes="rooms"),
                "reference_kind": Column("dimension", codes="references"),
                "measured_in": Column("dimension", codes="signal_units"),
                **dict.fromkeys(
                    ("rank", "value", "lower", "upper", "reference", "gap", "touched", "certainty", "score"), _RELEASED
                ),
            }
        ),
        population=SIGNALS,
    )
    unseen: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "room": Column("dimension", codes="rooms"),
                "table": Column("dimension", codes="tables"),
                "why": Column("dimension", codes="why_unseen"),
                "lacking": _RELEASED,
            }
        ),
        population=SIGNALS,
    )
    silent: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"room": Column("dimension", codes="rooms"), "measured": _RELEASED}),
        population=SIGNALS,
    )


def compute(counts: Mapping[str, pd.DataFrame], params: PainPointsParams, context: Context) -> PainPointsResult:
    """Return the families in services; the other tables are gathered after the gate."""
    years = counts["years"].assign(days_seen=counts["years"]["year"].map(dict(context.years)).astype(float))
    declared = PainPointsResult.tables()
    empty = {name: pd.DataFrame(columns=list(table.columns)) for name, table in declared.items() if table.gathered}
    return PainPointsResult(years=in_order(years, ("year",), context)[list(declared["years"].columns)], **empty)
