"""What stands out: services whose places run out within two years."""

from __future__ import annotations

from collections.abc import Iterator

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.signals import Signal
from kumppanuus.methods.forecast import OUTER
from kumppanuus.methods.intervals import normal_quantile

FULL = 0.25
"""A quarter more clients than places counts as a whole gap."""


def signals(released: ReleasedResult) -> tuple[Signal, ...]:
    """Return the signals of the forecast, from published numbers only."""
    return tuple(_run_out(released)) if "needed" in released.tables else ()  # nothing has been gathered yet


def _run_out(released: ReleasedResult) -> Iterator[Signal]:
    """Yield clients of two years ahead over places; the limits of 80 % are widened to those of 95 % on the log
    scale.
    """
    wider = normal_quantile(0.95) / normal_quantile(OUTER)
    rows = released["needed"].dropna(subset=["share", "share_lower", "share_upper", "families"])
    for row in rows[rows["share_lower"] > 0].to_dict("records"):
        value = float(row["share"])
        lower, upper = (value * (float(row[f"share_{end}"]) / value) ** wider for end in ("lower", "upper"))
        yield Signal(
            "run_out", "pain", "target", value, lower, upper, 1.0, "higher", "share", FULL, float(row["families"]),
            "places", (("service", "services", str(row["service"])),),
        )  # fmt: skip
