"""The picture of what the books say and how much of it the described costs explain. Protected numbers only."""

from __future__ import annotations

import math

from kumppanuus.baseline.money.shown import YearCost, base_words, families_text, room_chart, years_of
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import full_years
from kumppanuus.drawing import Chart, Level, Segment, StackedBars
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say

_STYLES: dict[str, tuple[Level, bool]] = {
    "rows": ("corrective", False), "assumed": ("universal", False), "unexplained": ("accent", True),
}  # fmt: skip
_MOST = 15


def ledger(released: ReleasedResult, say: Say) -> Chart:
    """Draw the ledger of each full year: what cost rows explain, what unit costs do, and what neither does."""
    years = full_years(released)
    known = [cost for cost in years_of(released, years) if not math.isnan(cost.unexplained)][-_MOST:]
    if not known:
        why = "hidden" if released.tables["years"].masked["ledger_eur"].any() else "nothing"
        return nothing(say(f"ledger.{why}"), say)
    rows = tuple((cost.year, _segments(cost, say), say.euros(cost.ledger)) for cost in known)
    key = tuple((say(f"ledger.{name}"), *_STYLES[name]) for name in _STYLES if any(
        segment.label == say(f"ledger.{name}") for _, segments, _ in rows for segment in segments))  # fmt: skip
    last = known[-1]
    note = say("note.prices", **base_words(say)) if last.assumed and not math.isnan(last.prices) else ""
    form, families = StackedBars(rows, key, vertical=True), families_text(released, last.year, say)
    share = abs(last.unexplained) / last.ledger if last.ledger > 0 else math.nan
    gap = "" if math.isnan(share) else say("note.gap", share=say.percent(share), year=last.year)
    return room_chart("ledger", form, _headline(last, say), len(rows), say, families, gap, note)


def _segments(cost: YearCost, say: Say) -> tuple[Segment, ...]:
    parts = {"rows": cost.rows, "assumed": cost.assumed, "unexplained": max(cost.unexplained, 0.0)}
    small = cost.rounding
    return tuple(
        Segment(say(f"ledger.{name}"), value, say.euros(value), *_STYLES[name])
        for name, value in parts.items()
        if value > (small if name == "unexplained" else 0)
    )


def _headline(cost: YearCost, say: Say) -> str:
    """Say which part of the ledger is not explained; what rounding alone may leave is called nothing."""
    share = abs(cost.unexplained) / cost.ledger if cost.ledger > 0 else math.nan
    words = {"year": cost.year, "ledger": say.euros(cost.ledger), "share": say.percent(share),
             "part": say.euros(abs(cost.unexplained)), "explained": say.euros(cost.rows + cost.assumed)}  # fmt: skip
    if math.isnan(share):
        return say("ledger.headline.empty", **words)
    if abs(cost.unexplained) <= cost.rounding:
        return say("ledger.headline.agrees", **words)
    if cost.unexplained < 0:
        return say("ledger.headline.over", **words)
    return say("ledger.headline.large" if share > cost.limit else "ledger.headline.small", **words)
