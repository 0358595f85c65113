"""The chart: the highest level of support of the children, month by month after the first contact."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart, Level
from kumppanuus.forms.nothing import nothing
from kumppanuus.forms.states import published_at, shares_over_time, states
from kumppanuus.gallery.states.compute import STATES
from kumppanuus.language.say import Say, footer

NONE, EARLIER = "none", 6
"""The state the headline speaks of, and the month it is compared with."""
CLEAR_CHANGE = 0.05
"""A smaller change of a share is no finding, nor is one within two standard errors (as if of different children)."""
COLOURS: Mapping[str, Level] = MappingProxyType(
    {"corrective": "corrective", "special": "special", "early": "early", "waiting": "neutral", "none": "hidden"}
)


def after_contact(released: ReleasedResult, say: Say) -> Chart:
    """Draw the shares of children in each state over time."""
    table = released.tables["after_contact"]
    shares = shares_over_time(table, "share", "state")
    if shares.empty:
        return nothing(say("after_contact.nothing"), say)
    form = states(
        table, say, of="share", over="state", order=STATES, colours=COLOURS,
        x_label=say("after_contact.axis"), axis_title=say("after_contact.height"),
    )  # fmt: skip
    children = _children(table.frame)
    headline = states_headline(shares, children, say)
    alt = ". ".join([headline, *(f"{state.label}: {state.inside[0]} → {state.text}" for state in form.states)])
    note = footer(say, "" if math.isnan(children) else say("note.n", n=children))
    return Chart(form, headline, say("after_contact.subtitle"), note, f"{alt}.")


def states_headline(shares: pd.DataFrame, children: float, say: Say) -> str:
    """Say how many are without services at the end against half a year; else what is most usual at the end."""
    earlier, last = published_at(shares, EARLIER), published_at(shares, math.inf)
    if NONE not in shares or not 0 < earlier < last:
        code = str(shares.iloc[-1].sort_index().idxmax())
        label = say.label("supports", code)
        return say("after_contact.headline.usual", label=label, share=say.percent(float(shares[code].iloc[-1])))
    before, end = float(shares[NONE][earlier]), float(shares[NONE][last])
    change = round(end - before, 6)
    case = "same" if not _clear(before, end, children) else "more" if change > 0 else "fewer"
    words = {"before": say.percent(before), "end": say.percent(end)}
    return say(f"after_contact.headline.{case}", **words, first=round(earlier), last=round(last))


def _clear(before: float, end: float, children: float) -> bool:
    chance = math.sqrt((before * (1 - before) + end * (1 - end)) / children) if children > 0 else math.inf
    return round(abs(end - before), 6) >= max(CLEAR_CHANGE, 2 * chance)


def _children(frame: pd.DataFrame) -> float:
    """Return how many are observed from the beginning, as published; NaN when that is hidden."""
    return float(frame.loc[frame["day"] == frame["day"].min(), "at_risk"].max())
