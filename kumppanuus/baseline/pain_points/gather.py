"""The ranking: gap × families × certainty, from what the rooms read off their released tables."""

from __future__ import annotations

import math

import pandas as pd

from kumppanuus.baseline.pain_points.compute import PainPointsParams, PainPointsResult
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.signals import Gathered, Signal
from kumppanuus.disclosure.years import last_year
from kumppanuus.language.signals import code_of

_DIGITS = {"ratio": 2, "points": 1}
_NOT_KNOWN = 1.0
"""Families of a clientele whose number is hidden: what touches all of it then weighs next to nothing."""


def gather(released: ReleasedResult, gathered: Gathered, params: PainPointsParams) -> dict[str, pd.DataFrame]:
    """Return the board's tables.

    Parameters
    ----------
    released : the room's own result, for the families of the whole clientele.
    gathered : every room's signals, and who had none.
    """
    everyone = _clientele(released)
    rows = [_row(room, signal, everyone, params) for room, signal in gathered.found if signal.certainty > 0]
    columns = {name: list(table.columns) for name, table in PainPointsResult.tables().items()}
    signals = pd.DataFrame(rows, columns=columns["signals"])
    signals = signals[signals["touched"] >= params.least_families]
    signals = signals.sort_values(["score", "signal"], ascending=[False, True], ignore_index=True)
    signals["rank"] = range(1, len(signals) + 1)
    reasons = (("needed", gathered.missing), ("optional", gathered.silent))
    lacking = [(room, table, why, 1.0) for why, of in reasons for room, tables in of.items() for table in tables]
    return {
        "signals": signals.astype(dict.fromkeys(PainPointsResult.tables()["signals"].names("released"), float)),
        "unseen": pd.DataFrame(lacking, columns=columns["unseen"]).astype({"lacking": float}),
        "silent": pd.DataFrame([(room, 0.0) for room in gathered.silent], columns=columns["silent"]),
    }


def _clientele(released: ReleasedResult) -> float:
    """Return the published number of families in services in the last full year; 1 when it is hidden."""
    years = released["years"]
    found = years.loc[years["year"] == last_year(released), "families"]
    return float(found.iloc[0]) if len(found) and math.isfinite(float(found.iloc[0])) else _NOT_KNOWN


def _row(room: str, signal: Signal, everyone: float, params: PainPointsParams) -> dict[str, object]:
    most = everyone if everyone > _NOT_KNOWN else math.inf  # a public indicator counts others too
    touched = float(min(round(signal.families), most)) if math.isfinite(signal.families) else everyone
    score = (
        signal.gap**params.gap_weight
        * touched**params.families_weight
        * signal.certainty**params.certainty_weight
    )  # fmt: skip
    shown = {name: _shown(getattr(signal, name), signal) for name in ("value", "lower", "upper", "reference")}
    return {
        "kind": signal.kind,
        "signal": code_of(room, signal.name, signal.words),
        "room": room,
        "reference_kind": signal.reference_kind,
        "measured_in": signal.unit,
        "rank": 0.0,
        **shown,
        "gap": round(signal.gap, 2),
        "touched": touched,
        "certainty": round(signal.certainty, 2),
        "score": round(score, 1),
    }


def _shown(number: float, signal: Signal) -> float:
    """Return a number as it is printed: shares in per cent, no more digits than mean something."""
    scaled = number * 100 if signal.unit == "share" else number
    return round(scaled, _DIGITS.get(signal.unit, 0)) if math.isfinite(scaled) else float("nan")
