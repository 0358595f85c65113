"""What stands apart for the board: goals that are not assessed in time or not set together, and support apart."""

from __future__ import annotations

import math
from collections.abc import Iterator

from kumppanuus.baseline.shared_support.shown import (
    assessed_by_service,
    change_of_together,
    full_goal_years,
    target,
    with_family,
)
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.signals import Signal

FULL_SHARE, FULL_CHANGE = 0.3, 0.15
"""So far from a target, or from the own past, is a whole gap."""


def signals(released: ReleasedResult) -> tuple[Signal, ...]:
    """Return the signals that can be measured; what may not be shown is left out."""
    return (*_assessed(released), *_with_family(released), *_together(released))


def _assessed(released: ReleasedResult) -> Iterator[Signal]:
    """Yield the share of goals assessed within a year by service; limits widened for the number of services."""
    estimates, aim = assessed_by_service(released), target(released, "assessed_percent")
    rows = released["services"].join(estimates).dropna(subset=["value"])
    for row in rows.to_dict("records"):
        yield Signal(
            name="goals_late",
            kind="pain",
            reference_kind="target",
            value=float(row["value"]),
            lower=float(row["lower"]),
            upper=float(row["upper"]),
            reference=aim,
            worse="lower",
            unit="share",
            full=FULL_SHARE,
            families=float(row["families"]),
            chart="services",
            words=(("service", "services", str(row["service"])),),
        )


def _with_family(released: ReleasedResult) -> Iterator[Signal]:
    for year in full_goal_years(released)[-1:]:
        share = with_family(released, year)
        if share.known:
            families = released["goals"].set_index("year")["families"].astype(float)
            yield Signal(
                name="not_with_family",
                kind="opportunity",
                reference_kind="target",
                value=share.value,
                lower=share.lower,
                upper=share.upper,
                reference=target(released, "with_family_percent"),
                worse="lower",
                unit="share",
                full=FULL_SHARE,
                families=float(families[year]),
                chart="goals",
                words=(("year", "years", year),),
            )


def _together(released: ReleasedResult) -> Iterator[Signal]:
    """Yield the share supported together in the last full year against the full years before."""
    found = change_of_together(released)
    if found is None or not math.isfinite(found[2]):
        return
    last, before, low, high = found
    yield Signal(
        name="apart",
        kind="opportunity",
        reference_kind="past",
        value=last.value,
        lower=min(before.value + low, last.value),
        upper=max(before.value + high, last.value),
        reference=before.value,
        worse="lower",
        unit="share",
        full=FULL_CHANGE,
        families=last.total,
        chart="several",
    )
