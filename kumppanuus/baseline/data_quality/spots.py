"""Starts and ends that heap on the first and last days of months and years, against what the calendar would give."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from kumppanuus.baseline.data_quality.compute import FLOWS
from kumppanuus.baseline.data_quality.shown import ABOVE, BELOW, n_words, nothing, total
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.rules import SHARE_BASE
from kumppanuus.disclosure.years import rows_of
from kumppanuus.drawing import Chart, Dumbbell, DumbbellRow, Level
from kumppanuus.language.say import Say, footer
from kumppanuus.methods.shares import wilson_limits

Row = Mapping[str, Any]

HEAP = 1.5
"""A heap is there when even the lower limit of the share is this many times what the calendar would give."""


def heaps(released: ReleasedResult, say: Say) -> Chart:
    """Draw the share of starts and ends on special days beside the share of such days in the calendar."""
    rows = [row for flow in FLOWS for row in _rows(released, flow)]
    if not any(row["share"] is not None for row in rows):
        return nothing("heaps", say)
    found = [row for row in rows if row["heap"]]
    headline = _headline(found, say)
    top = max(max(row["expected"], row["share"] or 0.0) for row in rows)
    step = next(step for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.25) if step * 6 >= top)
    ticks = tuple((place * step, say.percent(place * step)) for place in range(math.ceil(top / step - 1e-9) + 1))
    numbers = [n_words(f"n.days_{flow}", total(released, "all_turns", "events", flow=flow), say) for flow in FLOWS]
    return Chart(
        form=Dumbbell(tuple(_bar(row, say) for row in rows), say("heaps.expected"), say("heaps.found"), ticks),
        headline=headline,
        subtitle=say("heaps.subtitle"),
        footer=footer(say, " · ".join(numbers)),
        alt=say("heaps.alt", headline=headline, n=len(rows)),
    )


def _rows(released: ReleasedResult, flow: str) -> list[dict[str, Any]]:
    """Return the special days of one flow: expected and found share, limits, ``heap``; None where not published."""
    frame = released["heaps"]
    everything = total(released, "all_turns", "events", flow=flow)
    rows = []
    for row in rows_of(frame[(frame["flow"] == flow) & (frame["kind"] != "other")]):
        expected = row["calendar_days"] / row["window_days"]
        known = not math.isnan(row["events"]) and everything >= SHARE_BASE
        share = min(row["events"] / everything, 1.0) if known else None
        low, high = _limits(row["events"], everything) if known else (0.0, 1.0)
        heap = share is not None and low > HEAP * expected
        rows.append({**row, "expected": expected, "share": share, "low": low, "high": high, "heap": heap})
    return rows


def _limits(events: float, everything: float) -> tuple[float, float]:
    """Return 95 % limits that allow for the rounding of the count: from its least and its most."""
    least, most = (max(events - BELOW, 0.0), min(events + ABOVE, everything)) if events else (0.0, 0.0)
    return wilson_limits(min(least, everything), everything)[0], wilson_limits(most, everything)[1]


def _bar(row: Row, say: Say) -> DumbbellRow:
    label, expected = say(f"heaps.{row['flow']}_{row['kind']}"), _percent(row["expected"], say)
    if row["share"] is None:
        return DumbbellRow(label, row["expected"], None, expected, say("word.hidden"), "neutral")
    low, high = _percent(row["low"], say, bare=True), _percent(row["high"], say)
    found = say("heaps.found_text", share=_percent(row["share"], say), low=low, high=high)
    colour: Level = "special" if row["heap"] else "neutral"
    return DumbbellRow(label, row["expected"], row["share"], expected, found, colour)


def _percent(share: float, say: Say, *, bare: bool = False) -> str:
    digits = 0 if share >= 0.1 else 1
    return say.number(share * 100, digits) if bare else say.percent(share, digits)


def _headline(found: list[dict[str, Any]], say: Say) -> str:
    """Name the heap that holds the most starts or ends; or say that there is none."""
    if not found:
        return say("heaps.headline.none")
    most = max(found, key=lambda row: row["share"] - row["expected"])
    return say(
        f"heaps.headline.{most['flow']}", share=_percent(most["share"], say), day=say(f"heaps.on_{most['kind']}"),
        expected=_percent(most["expected"], say),
    )  # fmt: skip
