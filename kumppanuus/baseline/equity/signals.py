"""Areas that reach fewer children than their ages and sexes let expect."""

from __future__ import annotations

from kumppanuus.baseline.equity.ratios import SMALL_AREAS, area_ratios
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.signals import Signal

_FULL = 0.3
"""A ratio so far below its reference is a whole gap: two fifths of the children to be expected are not there."""


def signals(released: ReleasedResult) -> tuple[Signal, ...]:
    """Return the ratio of every area that can be judged, with limits that hold for all of them together."""
    if released["children"].empty:
        return ()
    reference = float(released["children"]["clear_percent"].iloc[0]) / 100
    rows = area_ratios(released).rows
    known = rows[rows[["value", "families"]].notna().all(axis=1) & (rows["area"] != SMALL_AREAS)]
    return tuple(
        Signal(
            name="under_served", kind="pain", reference_kind="others", value=float(row["value"]),
            lower=float(row["lower"]), upper=float(row["upper"]), reference=reference, worse="lower", unit="ratio",
            full=_FULL, families=float(row["families"]), chart="areas", words=(("area", "areas", str(row["area"])),),
        )
        for row in known.to_dict("records")
    )  # fmt: skip
