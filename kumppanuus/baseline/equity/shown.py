"""What the charts of the room share: the year, what is missing, the frame of a chart."""

from __future__ import annotations

import math
from typing import Any

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import FULL_DAYS, rows_of
from kumppanuus.drawing import Chart
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say, footer


def why_nothing(name: str, released: ReleasedResult, say: Say) -> Chart | None:
    """Return a chart that says what is missing, or None when nothing is."""
    children, inhabitants = released["children"], released["inhabitants"]
    if children.empty:
        return nothing(say("room.no_children"), say)
    if inhabitants.empty:
        return nothing(say("room.no_population"), say)
    if name != "groups" and len(set(inhabitants["area"])) < 2:
        return nothing(say("room.one_area"), say)
    return None


def year_chart(name: str, form: Any, headline: str, n: int, released: ReleasedResult, say: Say, *notes: str) -> Chart:
    """Put a form into its frame: year, n, what is left out."""
    row = rows_of(released["children"])[0]
    children = float(row["persons"])
    number = say("n.children", n=say.about(children, math.isnan(children)))
    year = row["year"] if row["days_seen"] >= FULL_DAYS else say("year.part", year=row["year"])
    words = footer(say, number, *notes)
    return Chart(form, headline, say(f"{name}.subtitle", year=year), words, say(f"{name}.alt", headline=headline, n=n))


def year_of(released: ReleasedResult) -> str:
    """Return the label of the year."""
    return str(released["children"]["year"].iloc[0])


def standard_note(released: ReleasedResult, say: Say) -> str:
    """Say by what the expected numbers are computed when inhabitants are not given by age and sex."""
    inhabitants = released["inhabitants"]
    if (inhabitants["sex"] != "unknown").all():
        return ""
    return say("note.ages_only" if (inhabitants["age_in_year"] != "unknown").all() else "note.no_ages")
