"""The chart: what follows the first contact, ways into open-care child welfare highlighted."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart, Flow, Level
from kumppanuus.forms.flow import OTHER, flow, flows_of_group
from kumppanuus.forms.nothing import nothing
from kumppanuus.gallery.pathways.compute import STOPS
from kumppanuus.language.say import Say, footer
from kumppanuus.methods.shares import difference_limits

TARGET, BEGINNINGS = "open_care", ("notification", "contact")
_COLOURS: dict[str, Level] = {
    "notification": "universal", "contact": "universal", "school": "universal", "counselling": "early",
    "family_work": "early", "home_service": "early", "adult_social": "special", "substance": "special",
    "psychiatry": "special", "placement": "special", "open_care": "corrective",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Next:
    """Shares of children whose next step is the target, by where they began; published numbers.

    shares : 0–1, whole percent. low, high : limits of the first minus the second; NaN where one of them is not known.
    """

    shares: tuple[float, float]
    low: float
    high: float


def next_of(flows: pd.DataFrame) -> Next:
    """Compare how often each beginning leads straight to the target; any of the others may have gone there too."""
    first = flows[flows["step"] == 1]
    some, rest, total = (
        [
            float(first.loc[(first["from"] == code) & first["to"].isin(wanted), "persons"].sum())
            for code in BEGINNINGS
        ]
        for wanted in ([TARGET], [OTHER], first["to"].unique())
    )  # fmt: skip
    shares = (_share(some[0], total[0]), _share(some[1], total[1]))
    if not all(some):
        return Next(shares, math.nan, math.nan)
    low, _ = difference_limits((some[0], total[0]), (some[1] + rest[1], total[1]))
    _, high = difference_limits((some[0] + rest[0], total[0]), (some[1], total[1]))
    return Next(shares, low, high)


def _share(some: float, total: float) -> float:
    return round(some / total, 2) if total else math.nan


def ways(released: ReleasedResult, say: Say) -> Chart:
    """Draw where children go after the first contact."""
    table = released.tables["ways"]
    flows = flows_of_group(table, keep=TARGET)
    if flows.empty or set(flows["to"]) == {OTHER}:
        return nothing(say("ways.nothing"), say)
    steps = tuple(say(f"ways.step_{number}") for number in (1, 2, 3))
    form = flow(table, say, steps=steps, order=STOPS, target=TARGET, colours=_COLOURS)
    headline = ways_headline(next_of(flows), flows, say)
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
