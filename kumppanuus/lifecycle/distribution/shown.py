"""What the charts of the room share: the year, its numbers, the frame of a chart."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.rules import SHARE_BASE
from kumppanuus.disclosure.years import FULL_DAYS
from kumppanuus.drawing import Chart
from kumppanuus.language.say import Say, footer

Row = Mapping[str, Any]
RATE = {"of": "persons", "families": "families", "base": "population"}
_SHOWN = {
    "ages": ("ages", "sexes"), "areas": ("areas",), "services": (), "numbers": ("client_numbers", "family_numbers"),
}  # fmt: skip
"""Chart → the tables whose hidden rows its foot counts."""


def year_chart(
    name: str, form: Any, headline: str, n: int, released: ReleasedResult, say: Say, *notes: str, counted: bool = False
) -> Chart:  # fmt: skip
    """Put a form into its frame: year, n, what is left out; `counted`: people instead of rates are drawn."""
    hidden = sum(int(released[each]["hidden"].sum()) for each in _SHOWN[name])
    words = footer(say, _n(name, released, say), *notes, say("note.hidden", n=hidden) if hidden else "")
    subtitle = say(f"{name}.subtitle{'_children' if counted else ''}", year=year_name(released, say))
    return Chart(form, headline, subtitle, words, say(f"{name}.alt", headline=headline, n=n))


def _n(name: str, released: ReleasedResult, say: Say) -> str:
    if name in ("areas", "services"):
        children = released["children"]["persons"]
        return "" if children.empty else say("n.children", n=about(float(children.iloc[0]), say))
    return say("n.clients", n=about(year_number(released, "persons"), say))


def about(number: float, say: Say) -> str:
    """Write a published number, or the one word where it is hidden."""
    return say.about(number, math.isnan(number))


def year_of(released: ReleasedResult) -> str:
    """Return the label of the year."""
    return str(released["everyone"]["year"].iloc[0])


def year_name(released: ReleasedResult, say: Say) -> str:
    """Return the label of the year, with a word when only a part of it was observed."""
    whole = float(released["everyone"]["days_seen"].iloc[0]) >= FULL_DAYS
    return year_of(released) if whole else say("year.part", year=year_of(released))


def year_number(released: ReleasedResult, name: str) -> float:
    """Return a number of all clients of the year; NaN when it is hidden."""
    return float(released["everyone"][name].iloc[0])


def share_of(number: float, total: float) -> float:
    """Return a share of published numbers; NaN where one is hidden or the total is below 20."""
    return min(number / total, 1.0) if total >= SHARE_BASE and number <= total else math.nan
