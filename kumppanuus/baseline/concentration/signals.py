"""What stands apart: a dearest tenth that has a larger share of the cost than it had."""

from __future__ import annotations

import math

from kumppanuus.baseline.concentration.shown import dearest_families, dearest_share, full
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.signals import Signal

_TEN_POINTS = 0.1


def signals(released: ReleasedResult) -> tuple[Signal, ...]:
    """Return the share of the dearest tenth in the last full year against the first one: a chance to lead the whole."""
    years = full(released) if released.status == "ok" else []
    known = [(year, *found) for year in years if not math.isnan((found := dearest_share(released, year))[0])]
    if len(known) < 2:
        return ()
    (_, before, of_before), (last, after, of_after) = known[0], known[-1]
    half = math.hypot(of_before, of_after)
    families = dearest_families(released, last)
    return (
        Signal(
            "dearest", "opportunity", "past", after, max(after - half, 0.0), min(after + half, 1.0), before, "higher",
            "share", _TEN_POINTS, families, "trend",
        ),
    )  # fmt: skip
