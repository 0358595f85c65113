"""The chart: what follows the first contact, ways into open-care child welfare highlighted."""

from __future__ import annotations

import math

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart, Flow, Level
from kumppanuus.forms.flow import OTHER, flow, flows_of_group
from kumppanuus.forms.next_step import Next, next_of
from kumppanuus.forms.nothing import nothing
from kumppanuus.gallery.pathways.compute import STOPS
from kumppanuus.language.say import Say, footer

TARGET, BEGINNINGS = "open_care", ("notification", "contact")
_COLOURS: dict[str, Level] = {
    "notification": "universal", "contact": "universal", "school": "universal", "counselling": "early",
    "family_work": "early", "home_service": "early", "adult_social": "special", "substance": "special",
    "psychiatry": "special", "placement": "special", "open_care": "corrective",
}  # fmt: skip


def ways(released: ReleasedResult, say: Say) -> Chart:
    """Draw where children go after the first contact."""
    table = released.tables["ways"]
    flows = flows_of_group(table, keep=TARGET)
    if flows.empty or set(flows["to"]) == {OTHER}:
        return nothing(say("ways.nothing"), say)
    steps = tuple(say(f"ways.step_{number}") for number in (1, 2, 3))
    form = flow(table, say, steps=steps, order=STOPS, target=TARGET, colours=_COLOURS)
    headline = ways_headline(next_of(flows, BEGINNINGS, TARGET), flows, say)
    everybody = float(flows.loc[flows["step"] == 1, "persons"].sum())
    note = footer(say, say("note.n", n=everybody), say("note.cut") if OTHER in set(flows["to"]) else "")
    return Chart(form, headline, say("ways.subtitle"), note, _alt(headline, form))


def ways_headline(found: Next, flows: pd.DataFrame, say: Say) -> str:
    """Compare the two beginnings; where only one is known, tell of that one, else of the commonest next step."""
    first, second = found.shares
    if not math.isnan(found.low):
        case = "same" if found.low <= 0 <= found.high else "more" if found.low > 0 else "less"
        return say(f"ways.headline.{case}", first=say.percent(first), second=say.percent(second))
    first_step = flows[flows["step"] == 1]
    sums = first_step.groupby("to")["persons"].sum().drop(OTHER, errors="ignore")
    common = str(sums.idxmax()) if len(sums) else OTHER
    share = float(sums.max()) / float(first_step["persons"].sum()) if len(sums) else math.nan
    return say("ways.headline.common", label=say.label("stops", common), share=say.percent(share))


def _alt(headline: str, form: Flow) -> str:
    """The finding, then the blocks of each step."""
    blocks = [
        f"{title}: {', '.join(f'{stop.label} {stop.text}' for stop in form.stops if stop.step == step)}"
        for step, title in enumerate(form.steps)
    ]
    return ". ".join([headline, *blocks]) + "."
