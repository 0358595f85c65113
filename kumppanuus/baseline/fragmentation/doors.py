"""Pictures of families who are sent on to another door, and of other hand-offs by year. Protected numbers only."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kumppanuus.baseline.fragmentation.shown import Door
from kumppanuus.baseline.fragmentation.shown import doors as doors_of
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import rows_of
from kumppanuus.drawing import Bar, Bars, Chart, Level, Line, Lines
from kumppanuus.forms.axis import round_marks
from kumppanuus.forms.nothing import nothing
from kumppanuus.forms.shares import share_of
from kumppanuus.language.say import Say, footer

_MOST_BARS = 12
_LEAST_TOP = 0.1
"""The axis reaches at least so far: a few per cent are not blown up."""
_LINES: tuple[tuple[str, str, str, str, Level], ...] = (
    ("changed", "changes", "changed", "persons", "universal"), ("once", "sent_on", "once", "families", "special"),
    ("twice", "sent_on", "twice", "families", "corrective"),
)  # fmt: skip
"""Words, table, part, whole and colour of each line."""


def redirected(released: ReleasedResult, say: Say) -> Chart:
    """Draw by service the share of contacts that were sent on to another door."""
    found = doors_of(released)
    if not found:
        return nothing(say("redirected.nothing"), say)
    bars = tuple(_bar(door, say) for door in found[:_MOST_BARS])
    headline = _headline(found, say)
    left, everything = len(released["doors"]) - len(bars), released["all_doors"]
    n = say("note.contacts", n=say.about(float(everything["contacts"].iloc[0])))
    note = footer(say, n, say("note.doors", n=left) if left else "")
    alt = say("redirected.alt", headline=headline, n=len(bars))
    return Chart(Bars(bars, say("redirected.axis")), headline, say("redirected.subtitle"), note, alt)


def handoffs(released: ReleasedResult, say: Say) -> Chart:
    """Draw by year the shares of families who were sent on, and of children whose worker changed within a service."""
    years = sorted({str(year) for name in ("sent_on", "changes") for year in released[name]["year"]})
    lines = [line for each in _LINES if (line := _line(released, years, each, say)) is not None]
    if not lines:
        return nothing(say("handoffs.nothing"), say)
    highest = max(_LEAST_TOP, *(value for line in lines for value in line.values if value is not None))
    marks = round_marks(0.0, highest, 5)
    form = Lines(tuple(lines), tuple(years), y_ticks=tuple((mark, say.percent(mark)) for mark in marks),
                 axis_title=say("handoffs.axis"))  # fmt: skip
    headline = _handoffs_headline(released, years, say)
    left = len(_LINES) - len(lines)
    note = footer(say, _n(released, years, say), say("note.lines", n=left) if left else "")
    return Chart(form, headline, say("handoffs.subtitle"), note, say("handoffs.alt", headline=headline, n=len(lines)))


def _n(released: ReleasedResult, years: Sequence[str], say: Say) -> str:
    """Return how many families made contact in the last year; empty when it is not told."""
    rows = [row for row in rows_of(released["sent_on"]) if str(row["year"]) == years[-1]]
    number = float(rows[0]["families"]) if rows else math.nan
    return say("note.contacting", n=say.about(number), year=years[-1]) if number > 0 else ""


def _bar(door: Door, say: Say) -> Bar:
    limits = {"low": say.number(100 * door.lower), "high": say.number(100 * door.upper)}
    detail = say("redirected.detail", n=door.sent_on, of=door.contacts, **limits)
    if door.followed_share == 1:  # R4: never 100 %
        detail += say("redirected.all_followed")
    elif not math.isnan(door.followed_share):
        detail += say("redirected.followed", share=say.percent(door.followed_share))
    label, colour = say.label("services", door.service), "special" if door.more else "neutral"
    return Bar(label, door.share, say.percent(door.share), colour, detail, bold=door.more)  # type: ignore[arg-type]


def _headline(found: Sequence[Door], say: Say) -> str:
    first = found[0]
    words = {"service": say.label("services", first.service), "share": say.percent(first.share)}
    if first.more:
        return say("redirected.headline.more", others=say.percent(first.others), **words)
    return say("redirected.headline.unclear", **words)


def _line(
    released: ReleasedResult, years: Sequence[str], each: tuple[str, str, str, str, Level], say: Say
) -> Line | None:
    name, table, part, whole, colour = each
    rows = {str(row["year"]): share_of(row[part], row[whole]) for row in rows_of(released[table])}
    values = tuple(None if math.isnan(share := rows.get(year, math.nan)) else share for year in years)
    if all(value is None for value in values):
        return None
    texts = tuple("" if value is None else say.percent(value) for value in values)
    return Line(say(f"handoffs.{name}"), colour, values, texts)


def _handoffs_headline(released: ReleasedResult, years: Sequence[str], say: Say) -> str:
    rows = [row for row in rows_of(released["sent_on"]) if str(row["year"]) == years[-1]]
    once = share_of(rows[0]["once"], rows[0]["families"]) if rows else math.nan
    twice = share_of(rows[0]["twice"], rows[0]["families"]) if rows else math.nan
    words = {"year": years[-1], "once": say.percent(once)}
    if math.isnan(once):
        return say("handoffs.headline.unknown", year=years[-1])
    if math.isnan(twice):
        return say("handoffs.headline.once", **words)
    return say("handoffs.headline.twice", twice=say.percent(twice), **words)
