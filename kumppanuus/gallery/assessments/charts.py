"""The chart: weeks from a matter becoming pending to its assessment, against the limit of three months."""

from __future__ import annotations

import math

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart
from kumppanuus.forms.histogram import Against, against, bins_of, histogram
from kumppanuus.forms.nothing import nothing
from kumppanuus.gallery.assessments.compute import LAST, LIMIT, WEEK
from kumppanuus.language.say import Say, footer

MOST, FEW = 0.5, 0.05
"""From which share on the late ones are most of them, and up to which they are exceptions."""


def time_taken(released: ReleasedResult, say: Say) -> Chart:
    """Draw how many children waited how long for their assessment."""
    table = released.tables["time_taken"]
    if bins_of(table).empty:
        return nothing(say("time_taken.nothing"), say)
    found = against(table, LIMIT)
    finished, half = _finished(released)
    beyond = "" if math.isnan(found.beyond) else _beyond(found, say)
    form = histogram(
        table, say, span=(0, LAST), step=WEEK, tick=30, x_label=say("time_taken.axis"),
        axis_title=say("time_taken.height"), limit=LIMIT, limit_text=say("time_taken.limit"), beyond_text=beyond,
        middle=None if math.isnan(half) else (half, say("time_taken.half", n=half)),
    )  # fmt: skip
    headline = time_headline(found, say)
    alt = [headline, beyond, form.middle[1] if form.middle else ""]
    note = footer(say, say("note.n", n=finished), _unfinished(released, say))
    return Chart(form, headline, say("time_taken.subtitle"), note, ". ".join(filter(None, alt)) + ".")


def time_headline(found: Against, say: Say) -> str:
    """Say how many are late; where the published numbers do not part at the limit, that they do not."""
    if math.isnan(found.share):
        return say("time_taken.headline.unclear")
    case = "most" if found.share > MOST else "few" if found.share <= FEW else "some"
    return say(f"time_taken.headline.{case}", share=say.percent(found.share))


def _beyond(found: Against, say: Say) -> str:
    return say("time_taken.beyond", n=found.beyond, share=say.percent(found.share))


def _finished(released: ReleasedResult) -> tuple[float, float]:
    """Return the children with a finished assessment and their median, as published; NaN where not."""
    cases = released["cases"]
    rows = cases[cases["state"] == "finished"]
    return float(rows["persons"].max()), float(rows["median_days"].max())


def _unfinished(released: ReleasedResult, say: Say) -> str:
    cases, masked = released["cases"], released.tables["cases"].masked
    rows = cases["state"] == "unfinished"
    return "".join(
        say("note.unfinished", n=say.about(float(number), bool(shut)))
        for number, shut in zip(cases.loc[rows, "persons"], masked.loc[rows, "persons"], strict=True)
    )
