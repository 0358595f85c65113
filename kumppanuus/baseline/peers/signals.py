"""Where the organiser lies outside its peers' middle half on the side that the study calls worse."""

from __future__ import annotations

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.signals import Signal
from kumppanuus.disclosure.years import rows_of
from kumppanuus.methods.standing import rate_limits

FULL = 0.5
"""A gap of half the peers' median, or more, is a whole one."""


def signals(released: ReleasedResult) -> tuple[Signal, ...]:
    """Return one signal an indicator whose worse side is known and whose count is: against the end of the middle half.

    The limits are widened for the number of indicators judged (Bonferroni): a quarter of all towns lie outside on one
    side of any indicator, and the count of a small town moves by chance.
    """
    frame = released["standing"]
    judged = frame[(frame["worse"] != "unknown") & frame["low"].notna() & (frame["median"] > 0)]
    judged = judged[judged["per"].notna() & judged["cases"].notna()]
    if judged.empty:
        return ()
    value, cases, per = (judged[name].to_numpy(dtype=float) for name in ("value", "cases", "per"))
    lower, upper = rate_limits(value, cases, per, confidence=1 - 0.05 / len(judged))
    widened = judged.assign(lower=lower, upper=upper).dropna(subset=["lower"])
    return tuple(_signal(pd.Series(row)) for row in rows_of(widened))


def _signal(row: pd.Series) -> Signal:
    higher, share = row["worse"] == "higher", row["per"] == 100
    scale = 0.01 if share else 1.0
    return Signal(
        name="beside_peers",
        kind="pain",
        reference_kind="peer",
        value=row["value"] * scale,
        lower=row["lower"] * scale,
        upper=row["upper"] * scale,
        reference=row["high" if higher else "low"] * scale,
        worse="higher" if higher else "lower",
        unit="share" if share else "number",
        full=FULL * row["median"] * scale,
        families=row["cases"],
        chart="overview",
        words=(("indicator", "indicators", str(row["indicator"])),),
    )
