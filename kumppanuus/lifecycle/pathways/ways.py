"""The picture of ways from level to level. Protected numbers only."""

from __future__ import annotations

import dataclasses
import math

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart, Flow, Level, Stream
from kumppanuus.drawing.spec import LEVELS
from kumppanuus.forms.flow import OTHER, flow, flows_of_group
from kumppanuus.forms.next_step import next_of, share_of
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say, footer
from kumppanuus.lifecycle.pathways.compute import NONE, OPEN
from kumppanuus.lifecycle.pathways.notes import before, tied

BEGINNINGS = ("early", "universal")
"""Levels whose beginnings are compared: early support with universal services."""
TARGETS = ("corrective", "special")
"""What the flow looks towards: the heaviest level that enough families go to."""
ORDER = ("universal", "early", "special", "corrective", "unknown", NONE, OPEN)
LEAST_LED = 0.05
"""A level that fewer of the families go to at a step is too thin to look at."""


def ways(released: ReleasedResult, say: Say) -> Chart:
    """Draw the levels that families go through, the heaviest one highlighted."""
    table = released.tables["ways"]
    every = flows_of_group(table)
    target = next((each for each in TARGETS if _led_to(every, each)), TARGETS[-1])  # else none stands out
    flows = flows_of_group(table, keep=target)
    if flows.empty or set(flows["to"]) == {OTHER}:
        return nothing(say("ways.nothing"), say)
    titles = tuple(say(f"ways.step_{number}") for number in (1, 2, 3))
    colours: dict[str, Level] = dict(zip(LEVELS, LEVELS, strict=True))
    form = _with_shares(flow(table, say, steps=titles, order=ORDER, target=target, colours=colours), say)
    headline = _ways_headline(flows, target, say)
    subtitle = say("ways.subtitle", target=say.label("levels", target).lower())
    n = say("note.families", n=float(flows.loc[flows["step"] == 1, "persons"].sum()))
    notes = (before(released, "family", "share_of_families", say), tied(released, "family", say))
    return Chart(form, headline, subtitle, footer(say, n, *notes), _flow_alt(headline, form))


def _led_to(flows: pd.DataFrame, code: str) -> bool:
    """Say whether enough families go to a level at some step for it to be looked at."""
    steps = flows.groupby("step")["persons"].sum()
    there = flows[flows["to"] == code].groupby("step")["persons"].sum()
    return bool((there >= LEAST_LED * steps.reindex(there.index)).any())


def _with_shares(form: Flow, say: Say) -> Flow:
    """Print on the highlighted streams which part of their block they are."""
    out: dict[tuple[int, str], float] = {}
    for stream in form.streams:
        out[stream.step, stream.source] = out.get((stream.step, stream.source), 0.0) + stream.value
    return dataclasses.replace(form, streams=tuple(_with_share(each, out, say) for each in form.streams))


def _with_share(stream: Stream, out: dict[tuple[int, str], float], say: Say) -> Stream:
    share = share_of(stream.value, out[stream.step, stream.source])
    return dataclasses.replace(stream, text=f"{stream.text} ({say.percent(share)})")


def _ways_headline(flows: pd.DataFrame, target: str, say: Say) -> str:
    """Compare the two beginnings; where only one is known, say what most often comes next."""
    found = next_of(flows, BEGINNINGS, target)
    words = {"target": say(f"to_level.{target}")}
    if not math.isnan(found.low):
        case = "same" if found.low <= 0 <= found.high else "more" if found.low > 0 else "less"
        first, second = (say.percent(each) for each in found.shares)
        return say(f"ways.headline.{case}", first=first, second=second, **words)
    first_step = flows[flows["step"] == 1]
    sums = first_step.groupby("to")["persons"].sum().drop(OTHER, errors="ignore")
    share = share_of(float(sums.max()), float(first_step["persons"].sum())) if len(sums) else math.nan
    return say("ways.headline.common", label=say.label("levels", str(sums.idxmax()) if len(sums) else OTHER),
               share=say.percent(share))  # fmt: skip


def _flow_alt(headline: str, form: Flow) -> str:
    blocks = [
        f"{title}: {', '.join(f'{stop.label} {stop.text}' for stop in form.stops if stop.step == step)}"
        for step, title in enumerate(form.steps)
    ]
    return ". ".join([headline, *blocks]) + "."
