"""What stands apart: corrective cost that has grown faster than preventive cost, and books that are not explained."""

from __future__ import annotations

import math

from kumppanuus.baseline.money.shown import GROUPS, level_change, years_of
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.signals import Signal
from kumppanuus.disclosure.years import full_years

_HALF_AS_MUCH, _QUARTER = 0.5, 0.25
"""Growth by half more than that of prevention, and a quarter of the ledger unexplained, are gaps of full size."""


def signals(released: ReleasedResult) -> tuple[Signal, ...]:
    """Return the signals that can be measured."""
    if released.status != "ok":
        return ()
    years = full_years(released)
    return (*_growth(released, years), *_books(released, years))


def _growth(released: ReleasedResult, years: list[str]) -> tuple[Signal, ...]:
    """How many times its first cost the corrective one is, against the preventive one, in one price level."""
    if len(years) < 2:
        return ()
    (preventive, of_preventive), (corrective, of_corrective) = (
        level_change(released, GROUPS[name], years[0], years[-1]) for name in ("preventive", "corrective")
    )
    half = math.hypot(of_preventive, of_corrective)
    if math.isnan(half):
        return ()
    return (
        Signal(
            "corrective_growth", "pain", "past", math.exp(corrective), math.exp(corrective - half),
            math.exp(corrective + half), math.exp(preventive), "higher", "ratio", _HALF_AS_MUCH,
            _families(released, years[-1]), "balance",
        ),
    )  # fmt: skip


def _books(released: ReleasedResult, years: list[str]) -> tuple[Signal, ...]:
    """Which part of the last full year's ledger and described costs do not meet, against the setting."""
    found = [cost for cost in years_of(released, years[-1:]) if cost.ledger > 0 and not math.isnan(cost.unexplained)]
    return tuple(
        Signal(
            "ledger_unexplained", "obstacle", "target", abs(cost.unexplained) / cost.ledger,
            max(abs(cost.unexplained) - cost.rounding, 0.0) / cost.ledger,
            (abs(cost.unexplained) + cost.rounding) / cost.ledger, cost.limit, "higher", "share", _QUARTER, math.nan,
            "ledger",
        )
        for cost in found
    )  # fmt: skip


def _families(released: ReleasedResult, year: str) -> float:
    """Return the published families behind corrective costs of a year."""
    frame = released["levels"]
    found = frame.loc[(frame["year"] == year) & frame["level"].isin(GROUPS["corrective"]), "families"]
    return float(found.sum()) if len(found) and found.notna().all() else math.nan
