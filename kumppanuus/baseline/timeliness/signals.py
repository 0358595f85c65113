"""Signals of the room: areas late against the target, and a year worse than the one before."""

from __future__ import annotations

import math
from collections.abc import Iterator

from kumppanuus.baseline.timeliness.shown import areas_of, target_of, years_of
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.signals import Signal
from kumppanuus.forms.shares import limits_beside
from kumppanuus.register.clocks import ASSESSMENT, START

FULL = 0.5
"""Half of the decisions late is a whole gap."""
CHARTS = {START: "decision_areas", ASSESSMENT: "assessment_areas"}


def signals(released: ReleasedResult) -> tuple[Signal, ...]:
    """Return the share in time of every area against the target, and of the last year against the one before."""
    return (*_areas(released), *_past(released))


def _areas(released: ReleasedResult) -> Iterator[Signal]:
    target = target_of(released)
    for clock, chart in CHARTS.items():
        for row in areas_of(released, clock).dropna(subset=["value"]).to_dict("records"):
            yield Signal(
                name=f"late_{clock}", kind="pain", reference_kind="target", value=float(row["value"]),
                lower=float(row["lower"]), upper=float(row["upper"]), reference=target, worse="lower", unit="share",
                full=FULL, families=_late(float(row["families"]), float(row["value"])), chart=chart,
                words=(("area", "areas", str(row["area"])),),
            )  # fmt: skip


def _past(released: ReleasedResult) -> Iterator[Signal]:
    for clock in CHARTS:
        before, now = ([None, None, *years_of(released, clock)])[-2:]
        if before is None or now is None:
            continue
        lower, upper = limits_beside(now.share, before.share)
        yield Signal(
            name=f"worse_{clock}", kind="pain", reference_kind="past", value=now.value, lower=lower, upper=upper,
            reference=before.value, worse="lower", unit="share", full=FULL, families=_late(now.families, now.value),
            chart="quarters",
        )  # fmt: skip


def _late(families: float, share: float) -> float:
    """Return how many of the families were late; 0 where their number is not published."""
    return 0.0 if math.isnan(families) else families * (1 - share)
