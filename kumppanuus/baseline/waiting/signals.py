"""Signals of the room: services slower than before, areas slower than the others, or either against the target."""

from __future__ import annotations

import math
from collections.abc import Iterator

from kumppanuus.baseline.waiting.shown import beside_others, beside_past, compared, target_of
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.signals import ReferenceKind, Signal

FULL = 0.5
"""Half of those who wait not served in time for it is a whole gap."""


def signals(released: ReleasedResult) -> tuple[Signal, ...]:
    """Return the share of every service and area that has the service in time, against its reference."""
    return (*_of(released, "services", "service"), *_of(released, "areas", "area"))


def _of(released: ReleasedResult, name: str, over: str) -> Iterator[Signal]:
    rows, target = compared(released, name, over), target_of(released)
    kind: ReferenceKind
    if not math.isnan(target):
        found, kind = rows.assign(reference=target, low=rows["lower"], high=rows["upper"]), "target"
    elif over == "service":
        found, kind = rows.join(beside_past(rows)).assign(reference=rows["before"]), "past"
    else:
        beside = beside_others(rows, over)
        found, kind = rows.join(beside).assign(reference=beside["others"]), "others"
    for row in found.dropna(subset=["reference", "low", "high"]).to_dict("records"):
        late = float(row["families"]) * (1 - float(row["value"]))
        yield Signal(
            name=f"slow_{over}", kind="pain", reference_kind=kind, value=float(row["value"]), lower=float(row["low"]),
            upper=float(row["high"]), reference=float(row["reference"]), worse="lower", unit="share", full=FULL,
            families=0.0 if math.isnan(late) else late, chart=name, words=((over, name, str(row[over])),),
        )  # fmt: skip
