"""What stands out: services with more clients than places, and queues that have grown."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.signals import Signal
from kumppanuus.disclosure.years import rows_of
from kumppanuus.forms.rounding import ends_of_class

_WHOLE_EXCESS = 0.2
"""A fifth more clients than places is a whole gap."""
_LEAST_QUEUE = 10.0
"""A queue that has doubled is a whole gap, one that has grown by as many as these at least."""


def signals(released: ReleasedResult) -> tuple[Signal, ...]:
    """Return occupancy against the places there are, and queues against what they were a year before.

    Before the room's own tables are gathered there is nothing to say.
    """
    return (*_full(released), *_grown(released)) if "states" in released.tables else ()


def _full(released: ReleasedResult) -> Iterator[Signal]:
    families = {str(row["service"]): float(row["families"]) for row in rows_of(released["services"])}
    states = released["states"]
    for row in rows_of(states[states["occupancy"].notna()]):
        code = str(row["service"])
        value, lower, upper = (float(row[f"occupancy{end}"]) / 100 for end in ("", "_lower", "_upper"))
        yield Signal(
            name="full", kind="pain", reference_kind="target", value=value, lower=lower, upper=upper, reference=1.0,
            worse="higher", unit="share", full=_WHOLE_EXCESS, families=families.get(code, math.nan),
            chart="occupancy", words=(("service", "services", code),),
        )  # fmt: skip


def _grown(released: ReleasedResult) -> Iterator[Signal]:
    """Of queues published now and a year before; limits: chance of two counts, and their classes, in squares."""
    waits = released["waits"]
    for row in rows_of(waits[waits["waiting"].notna() & (waits["before"] > 0)]):
        now, before = float(row["waiting"]), float(row["before"])
        ends = ends_of_class(np.array([now, before]))
        off = (ends[1] - ends[0]) / 2
        half = math.sqrt(1.96**2 * (now + before) + float((off**2).sum()))
        yield Signal(
            name="grown", kind="pain", reference_kind="past", value=now, lower=max(now - half, 0.0), upper=now + half,
            reference=before, worse="higher", unit="number", full=max(before, _LEAST_QUEUE), families=now,
            chart="queue", words=(("service", "services", str(row["service"])),),
        )  # fmt: skip
