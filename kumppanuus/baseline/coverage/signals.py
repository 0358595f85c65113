"""Reach that moved the wrong way: against the own past, and against the county where the study says what is worse."""

from __future__ import annotations

import math

import pandas as pd

from kumppanuus.baseline.coverage.compared import comparisons
from kumppanuus.baseline.coverage.reached import changes
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.signals import Signal
from kumppanuus.disclosure.years import rows_of

_WATCHED = {"universal": ("reach_fell", "lower"), "early": ("reach_fell", "lower"),
            "corrective": ("heavier_grew", "higher")}  # fmt: skip
"""Level → its signal, and which way is worse: fewer children in light support, more in corrective services."""
_FULL = 0.5
"""Half as many again (or half gone) is a whole gap; a value half as far from the county's likewise."""


def signals(released: ReleasedResult) -> tuple[Signal, ...]:
    """Return the change of reach on the levels, and the distance to the county."""
    if released["years"].empty:
        return ()
    return (*_past(released), *_county(released))


def _past(released: ReleasedResult) -> list[Signal]:
    rows = changes(released)
    levels = rows[(rows["group"] == "child_levels") & rows["code"].isin(_WATCHED)]
    known = levels.dropna(subset=["ratio", "low", "high", "families_last"])
    return [
        Signal(
            name=_WATCHED[row["code"]][0], kind="pain", reference_kind="past", value=float(row["ratio"]),
            lower=float(row["low"]), upper=float(row["high"]), reference=1.0,
            worse="higher" if _WATCHED[row["code"]][1] == "higher" else "lower", unit="ratio", full=_FULL,
            families=float(row["families_last"]), chart="change", words=(("level", "levels", str(row["code"])),),
        )
        for row in rows_of(known[known["first"] != known["last"]])
    ]  # fmt: skip


def _county(released: ReleasedResult) -> list[Signal]:
    found = comparisons(released)
    made = []
    for indicator, rows in found[found["worse"] != "unknown"].groupby("indicator", sort=False):
        above = rows[rows["part"].isin(("county", "country"))].iloc[0]
        own = rows[rows["part"] == "register"].iloc[0]
        if not math.isnan(float(own["families"])):
            made.append(_against(str(indicator), own, float(above["value"])))
    return made


def _against(indicator: str, own: pd.Series, reference: float) -> Signal:
    return Signal(
        name="county", kind="pain", reference_kind="peer", value=float(own["value"]), lower=float(own["lower"]),
        upper=float(own["upper"]), reference=reference, worse="higher" if own["worse"] == "higher" else "lower",
        unit="number", full=_FULL * reference, families=float(own["families"]), chart="compared",
        words=(("indicator", "indicators", indicator),),
    )  # fmt: skip
