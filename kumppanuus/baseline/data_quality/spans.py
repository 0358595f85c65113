"""Services whose relationships begin to start, or stop starting, inside the window: a change of codes?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumppanuus.baseline.data_quality.shown import Floats, n_words, nothing, read_counts, total
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart, Dumbbell, DumbbellRow
from kumppanuus.language.say import Say, footer
from kumppanuus.methods.shares import surely_none

MOST_ROWS, YEAR_DAYS = 15, 365
LONG_DAYS = 90
"""A service begins or stops when the silent quarters at the window's edge last longer than this."""


@dataclass(frozen=True, slots=True)
class Span:
    """When relationships in one service start, as far as published quarters tell.

    first, last : places of the first and the last quarter that is not 0.
    begins, stops : the silence before (after) is longer than three months and rarer by chance than one in a thousand.
    judged : a silence of a year would be as rare, so that it can be told from chance.
    size : published starts in all.
    """

    service: str
    first: int
    last: int
    begins: bool
    stops: bool
    judged: bool
    size: float


def services(released: ReleasedResult, say: Say) -> Chart:
    """Draw from which to which quarter relationships of each service start, with those that begin or stop marked."""
    frame, quarters = released["service_quarters"], released["all_quarters"]
    days = quarters["days_seen"].to_numpy(dtype=float)
    spans = spans_of(frame, days)
    if not spans:
        return nothing("services", say)
    odd = [span for span in spans if span.begins or span.stops]
    shown = _shown(spans, odd)
    pairs = changes_of(spans)
    headline = _headline(spans, pairs, odd, quarters, say)
    names = [str(quarter) for quarter in quarters["quarter"]]
    return Chart(
        form=Dumbbell(
            tuple(_bar(span, names, say) for span in shown),
            say("services.first"),
            say("services.last"),
            tuple((place, name[:4]) for place, name in enumerate(names) if name.endswith("Q1")),
        ),
        headline=headline,
        subtitle=say("services.subtitle"),
        footer=footer(
            say,
            n_words("n.starts", total(released, "all_turns", "relationships", flow="starts"), say),
            *([say("left_out.services", n=len(spans) - len(shown))] if len(spans) > len(shown) else []),
            *(_pair_words(pairs, say)),
        ),
        alt=say("services.alt", headline=headline, n=len(shown)),
    )


def spans_of(frame: pd.DataFrame, days: Floats) -> list[Span]:
    """Return the spans of all services that start anything in a judged quarter, in catalogue order.

    A quarter whose rows are hidden one and all may not be broken down: nothing is known of it, and a service counts as
    alive in it.
    """
    if frame.empty:
        return []
    told = (~frame.groupby("quarter")["hidden"].transform("all")).to_numpy(dtype=bool)
    if not told.any():
        return []
    found = []
    for service in frame["service"].drop_duplicates():
        own = (frame["service"] == service).to_numpy(dtype=bool)
        found.append(_span(str(service), *read_counts(frame.loc[own, "relationships"], told[own]), days))
    return [span for span in found if span is not None]


def _span(service: str, middle: Floats, low: Floats, _high: Floats, days: Floats) -> Span | None:
    alive = np.flatnonzero(np.isnan(middle) | (low > 0))
    if not len(alive) or np.isnan(middle).all():
        return None
    first, last = int(alive[0]), int(alive[-1])
    inside = slice(first, last + 1)
    known = ~np.isnan(middle[inside])
    rate = float(low[inside][known].sum() / max(days[inside][known].sum(), 1.0))
    before, after = float(days[:first].sum()), float(days[last + 1 :].sum())
    return Span(
        service=service,
        first=first,
        last=last,
        begins=before > LONG_DAYS and surely_none(before, rate),
        stops=after > LONG_DAYS and surely_none(after, rate),
        judged=surely_none(YEAR_DAYS, rate),
        size=float(np.nansum(middle)),
    )


def changes_of(spans: list[Span]) -> list[tuple[Span, Span]]:
    """Return pairs where one service stops as another begins: in the same quarter or in the next one."""
    return [
        (old, new) for old in spans for new in spans
        if old.stops and new.begins and 0 <= new.first - old.last <= 1
    ]  # fmt: skip


def _shown(spans: list[Span], odd: list[Span]) -> list[Span]:
    """Return what fits: all odd ones and the largest others, in catalogue order."""
    if len(spans) <= MOST_ROWS:
        return spans
    others = sorted((span for span in spans if span not in odd), key=lambda span: (-span.size, span.service))
    kept = [*odd, *others][:MOST_ROWS]
    return [span for span in spans if span in kept]


def _bar(span: Span, names: list[str], say: Say) -> DumbbellRow:
    return DumbbellRow(
        label=say.label("services", span.service),
        start=float(span.first),
        end=float(span.last) if span.last > span.first else None,
        start_text=names[span.first] if span.begins else "",
        end_text=names[span.last] if span.stops else "",
        colour="special" if span.begins or span.stops else "neutral",
    )


def _headline(
    spans: list[Span], pairs: list[tuple[Span, Span]], odd: list[Span], quarters: pd.DataFrame, say: Say
) -> str:
    names = [str(quarter) for quarter in quarters["quarter"]]
    if pairs:
        old, new = pairs[0]
        words = {"old": say.label("services", old.service), "new": say.label("services", new.service)}
        return say("services.headline.change", **words, quarter=names[old.last])
    if len(odd) > 1:
        return say("services.headline.several", count=len(odd))
    if odd:
        (span,) = odd
        label = say.label("services", span.service)
        if span.begins and span.stops:
            return say("services.headline.both", service=label, first=names[span.first], last=names[span.last])
        case, place = ("stops", span.last) if span.stops else ("begins", span.first)
        return say(f"services.headline.{case}", service=label, quarter=names[place])
    judged = sum(span.judged for span in spans)
    return say("services.headline.steady", count=judged) if judged else say("services.headline.weak")


def _pair_words(pairs: list[tuple[Span, Span]], say: Say) -> list[str]:
    if len(pairs) < 2:
        return []
    listed = ", ".join(f"{say.label('services', a.service)} → {say.label('services', b.service)}" for a, b in pairs[:3])
    return [say("left_out.pairs", pairs=listed)]
