"""What stands out: services that send families on, and services in which families meet the same worker less often."""

from __future__ import annotations

import math

from kumppanuus.baseline.fragmentation.shown import doors, indices
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.signals import Signal
from kumppanuus.disclosure.years import rows_of

_WHOLE_SHARE, _WHOLE_INDEX = 0.3, 0.4
"""So many more contacts sent on, or so much less continuity than elsewhere, count as a whole gap."""
ALLOWED = 0.1
"""Services differ in their work: only what lies farther than this below the others stands out."""


def signals(released: ReleasedResult) -> tuple[Signal, ...]:
    """Return every service whose share or index is published against the other services together."""
    if released.status != "ok":
        return ()
    bounces = [
        Signal(
            name="bounce", kind="pain", reference_kind="others", value=door.share, lower=door.lower, upper=door.upper,
            reference=door.others, worse="higher", unit="share", full=_WHOLE_SHARE, families=door.families,
            chart="redirected", words=(("service", "services", door.service),),
        )
        for door in doors(released)
        if not math.isnan(door.others)
    ]  # fmt: skip
    changes = [
        Signal(
            name="faces", kind="pain", reference_kind="others", value=row["value"], lower=row["lower"],
            upper=row["upper"], reference=round(row["others"] - ALLOWED, 2), worse="lower", unit="share",
            full=_WHOLE_INDEX, families=row["families"], chart="continuity",
            words=(("service", "services", str(row["service"])),),
        )
        for row in rows_of(indices(released, "secon"))
        if not math.isnan(row["others"])
    ]  # fmt: skip
    return (*bounces, *changes)
