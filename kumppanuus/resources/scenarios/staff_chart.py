"""The chart of the two-stage plan: places of the own services now and as planned for all futures."""

from __future__ import annotations

import math

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart, Dumbbell, DumbbellRow
from kumppanuus.forms.axis import whole_marks
from kumppanuus.forms.waterfall import signed
from kumppanuus.language.say import Say
from kumppanuus.resources.scenarios.shown import fitting, note, nothing_to_show

MOST_ROWS = 15


def plan(released: ReleasedResult, say: Say) -> Chart:
    """Draw places of the own services now and as planned for all futures."""
    frame = released["plan"]
    if frame.empty:
        return nothing_to_show("plan", released, say)
    ordered = frame.assign(change=(frame["own_planned"] - frame["own_now"]).abs())
    ordered = ordered.sort_values(["change", "service"], ascending=[False, True])
    rows = tuple(
        DumbbellRow(say.label("services", row["service"]), float(row["own_now"]), float(row["own_planned"]),
                    *_both(row, say), "accent" if row["own_planned"] != row["own_now"] else "neutral")
        for _, row in ordered.head(MOST_ROWS).iterrows()
    )  # fmt: skip
    most = float(frame[["own_now", "own_planned"]].to_numpy(dtype=float).max())
    ticks = tuple((mark, say.number(mark)) for mark in whole_marks(0.0, most, 5))
    form = Dumbbell(rows, say("plan.now"), say("plan.planned"), ticks=ticks, axis_title=say("plan.axis"))
    headline, left = _plan_headline(ordered, released["plan_values"], say), len(ordered) - MOST_ROWS
    told = [say("plan.told", name=say.label("services", row["service"]), now=row["own_now"], then=row["own_planned"],
                bought=row["bought"], low=row["bought_lower"], high=row["bought_upper"])
            for _, row in ordered.iterrows()]  # fmt: skip
    return Chart(
        form,
        headline,
        say("plan.subtitle"),
        note(released, say, say("note.futures"), say("note.more_rows", n=left) if left > 0 else ""),
        " ".join([f"{headline}.", *told]),
    )


def _both(row: pd.Series, say: Say) -> tuple[str, str]:
    now, then = float(row["own_now"]), float(row["own_planned"])
    if now == then:
        return "", say.number(then)
    return say.number(now), say("plan.text", n=then, change=signed(then - now, say.number))


def _plan_headline(rows: pd.DataFrame, values: pd.DataFrame, say: Say) -> str:
    """Say what the plan changes most and what it costs less a month than today's places, in futures it has not seen."""
    gain = float(values.set_index("way")["unseen_less"]["plan"])
    top = rows.iloc[0]
    change = float(top["own_planned"] - top["own_now"])
    if not change or math.isnan(gain):
        return say("plan.headline.same")
    name = say.label("services", top["service"])
    words: dict[str, object] = {"name": name, "now": float(top["own_now"]), "then": float(top["own_planned"]),
                                "share": say.percent(gain / 100, 1)}  # fmt: skip
    if gain <= 0:
        return say("plan.headline.no_gain", **words)
    return fitting(say, ("plan.headline.more", words), ("plan.headline.more_short", words))
