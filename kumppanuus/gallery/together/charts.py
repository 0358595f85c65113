"""The chart: combinations of services, those with open care highlighted."""

from __future__ import annotations

import math
from dataclasses import dataclass

from kumppanuus.disclosure.released import ReleasedResult, ReleasedTable
from kumppanuus.drawing import Chart
from kumppanuus.forms.combinations import OTHER, combinations, parts_of
from kumppanuus.forms.nothing import nothing
from kumppanuus.gallery.together.compute import HELPS
from kumppanuus.language.say import Say, footer

_OPEN_CARE = "open_care"
MOST, FEW = 0.5, 0.1
"""From which share on families with several services are most of them, and up to which they are few."""


@dataclass(frozen=True, slots=True)
class Several:
    """Families with two services or more, from published numbers.

    families : all; NaN when a number is hidden. share : of them with several, 0–1, whole percent; at least that many
    when the ``pool``, whose services are not known, is above 0.
    """

    families: float
    share: float
    pool: float


def several_of(table: ReleasedTable) -> Several:
    """Add up the published combinations of two services or more."""
    numbers = dict(zip(table.frame["combination"].astype(str), table.frame["families"], strict=True))
    everybody = sum(numbers.values())
    several = sum(number for code, number in numbers.items() if len(parts_of(code)) > 1)
    share = round(several / everybody, 2) if everybody else math.nan
    return Several(everybody, share, numbers.get(OTHER, 0.0))


def sets(released: ReleasedResult, say: Say) -> Chart:
    """Draw how many families use which services together."""
    table = released.tables["sets"]
    known = table.frame[table.frame["combination"].astype(str) != OTHER].dropna(subset="families")
    if known.empty:
        return nothing(say("sets.nothing"), say)
    form = combinations(
        table, say, of="families", highlight=_OPEN_CARE, order=HELPS,
        highlight_text=say("sets.with_open_care"), others_text=say("sets.others"),
        members_title=say("sets.members"), columns_title=say("sets.columns"),
    )  # fmt: skip
    headline = sets_headline(several_of(table), say)
    left = len(known) - sum(bool(column.members) for column in form.columns)
    note = footer(say, _n(several_of(table), say), say("note.left_out", n=left) if left else "")
    alt = [headline, *(f"{_named(column.members, column.label, say)}: {column.text}" for column in form.columns[:5])]
    return Chart(form, headline, say("sets.subtitle"), note, ". ".join(alt) + ".")


def sets_headline(found: Several, say: Say) -> str:
    """Say how many families use several services; at least so many where the gate pooled some."""
    if math.isnan(found.share):
        return say("sets.headline.unknown")
    case = "most" if found.share > MOST else "few" if found.share <= FEW else "some"
    least = "_least" if found.pool else ""
    return say(f"sets.headline.{case}{least}", share=say.percent(found.share))


def _n(found: Several, say: Say) -> str:
    return "" if math.isnan(found.families) else say("note.n", n=found.families)


def _named(members: tuple[str, ...], label: str, say: Say) -> str:
    return " + ".join(say.label("helps", code) for code in members) or label
