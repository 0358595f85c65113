"""What stands apart for the board: needs that surely have grown against their own past."""

from __future__ import annotations

import math

from kumppanuus.baseline.needs.shown import grown
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.signals import Signal

FULL_POINTS = 0.15
"""A share that has grown by so much counts as a whole gap."""


def signals(released: ReleasedResult) -> tuple[Signal, ...]:
    """Return a signal for every need: its share in the last full year against the full years before.

    The limits are those of the difference of the two shares, put on the earlier share and widened for the number of
    needs.
    """
    return tuple(
        Signal(
            name="grown",
            kind="pain",
            reference_kind="past",
            value=each.here.value,
            lower=min(each.others.value + each.low, each.here.value),
            upper=max(each.others.value + each.high, each.here.value),
            reference=each.others.value,
            worse="higher",
            unit="share",
            full=FULL_POINTS,
            families=each.here.count,
            chart="years",
            words=(("need", "needs", each.need),),
        )
        for each in grown(released)
        if math.isfinite(each.low)
    )
