"""The charts: how waits end over time, which share has the service in so many days, and the queue."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pandas as pd

from kumppanuus.baseline.waiting.compute import LATEST
from kumppanuus.baseline.waiting.shown import (
    beside_others,
    beside_past,
    compared,
    days_of,
    since_of,
    target_of,
    whole,
    year_of,
)
from kumppanuus.disclosure.released import ReleasedResult, ReleasedTable
from kumppanuus.drawing import Chart, Dumbbell, DumbbellRow, Level
from kumppanuus.forms.forest import forest
from kumppanuus.forms.nothing import nothing
from kumppanuus.forms.run_chart import Course, course_of, run_chart
from kumppanuus.forms.shares import share_of
from kumppanuus.forms.states import published_at, shares_over_time, states
from kumppanuus.language.say import Say, footer

OPEN, SERVICE = "open", "service"
EVENTS: Mapping[str, Level] = MappingProxyType(
    {SERVICE: "early", "withdrew": "neutral", OPEN: "hidden"}
)  # fmt: skip
MONTHS = 3
MOST = 15
_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


def progress(released: ReleasedResult, say: Say) -> Chart:
    """Draw how waits end as time goes by, and which share still waits."""
    table = _with_open(released.tables["progress"])
    shares = shares_over_time(table, "share", "cause", "time")
    if shares.empty or SERVICE not in shares:
        return nothing(say("progress.nothing"), say)
    form = states(
        table, say, of="share", over="cause", time="time", order=tuple(EVENTS), colours=EVENTS,
        x_label=say(f"progress.x_{since_of(released)}"), axis_title=say("progress.axis"),
    )  # fmt: skip
    month = published_at(shares, MONTHS)
    month = month if month > 0 else float(shares.index.max())
    row = shares[shares.index == month].iloc[0]
    words = {"months": round(month), "served": say.percent(row[SERVICE]), "open": say.percent(row[OPEN])}
    headline = say("progress.headline.served", **words)
    people = float(released["progress"]["persons"].max())
    n = say("note.n", n=say.about(people)) if people > 0 else ""
    alt = ". ".join([headline, *(f"{state.label}: {state.text}" for state in form.states)])
    return Chart(form, headline, say("progress.subtitle"), footer(say, n, say("note.open")), f"{alt}.")


def services(released: ReleasedResult, say: Say) -> Chart:
    """Draw which share has got each service within the days of the rule, in the last year and before it."""
    rows = compared(released, "services", "service")
    rows = rows.join(beside_past(rows))
    if rows.empty:
        return nothing(say("services.nothing"), say)
    labels = [say.label("services", code) for code in rows["service"]]
    ranked = rows.assign(label=labels).sort_values(["value", "label"], ignore_index=True)
    shown = ranked.head(MOST)
    form = Dumbbell(
        tuple(_dumbbell(row, say) for row in shown.to_dict("records")), say("services.earlier"),
        say("services.latest", year=year_of(released)), ticks=tuple((each, say.percent(each)) for each in _SHARES),
        axis_title=say("services.axis"),
    )  # fmt: skip
    headline = _services_headline(ranked, released, say)
    left = len(_codes(released, "services", "service")) - len(shown)
    note = footer(say, _waited(rows, say), _all(rows, say), say("note.services", n=left) if left else "")
    told = [f"{row.label}: {row.end_text}" for row in form.rows]
    subtitle = say("services.subtitle", year=year_of(released), days=days_of(released), since=_since(released, say))
    return Chart(form, headline, subtitle, note, ". ".join([headline, *told]) + ".")


def areas(released: ReleasedResult, say: Say) -> Chart:
    """Draw which share has got the service within the days of the rule in each area, against all areas together."""
    rows, target = compared(released, "areas", "area"), target_of(released)
    reference = whole(rows) if math.isnan(target) else target
    if rows.empty or math.isnan(reference):
        return nothing(say("areas.nothing"), say)
    table = released.tables["areas"]
    latest = table.frame[table.frame["span"].astype(str) == LATEST]
    known = latest[latest["area"].isin(rows["area"])]
    estimates = (rows.set_index(known.index)[["value", "lower", "upper"]] * 100).round()
    form = forest(
        replace(table, frame=known, masked=table.masked.loc[known.index]), say, over="area", n="waited",
        estimates=estimates, reference=round(100 * reference), log=False, below="special", above="early", digits=0,
        axis_title=say("areas.axis"), text_title=say("areas.text"), n_title=say("areas.n"),
        below_text=say("areas.below"), above_text=say("areas.above"),
        reference_text=say("areas.all" if math.isnan(target) else "areas.target", share=say.percent(reference)),
    )  # fmt: skip
    headline = _areas_headline(rows, target, released, say)
    note = footer(say, _waited(rows, say), _all(rows, say))
    told = [f"{row.label}: {row.text}" for row in form.rows]
    subtitle = say("areas.subtitle", year=year_of(released), days=days_of(released), since=_since(released, say))
    return Chart(form, headline, subtitle, note, ". ".join([headline, *told]) + ".")


def queue(released: ReleasedResult, say: Say) -> Chart:
    """Draw how many wait at the end of each quarter, and say how many of them for long."""
    table = released.tables["queue"]
    if table.frame.empty or table.frame["waiting"].isna().all():
        return nothing(say("queue.nothing"), say)
    course = course_of(table, over="quarter", of="waiting")
    form = run_chart(table, say, over="quarter", of="waiting", axis_title=say("queue.axis"))
    form = replace(form, x_labels=tuple(code[:4] if code.endswith("Q1") else "" for code in course.periods))
    headline = _queue_headline(course, released, say)
    note = footer(say, say("note.queue", n=say.about(course.last)), say("note.first"))
    alt = ". ".join([headline, *(signal.text for signal in form.signals)])
    return Chart(form, headline, say("queue.subtitle"), note, f"{alt}.")


def _dumbbell(row: Mapping[Any, Any], say: Say) -> DumbbellRow:
    value, before, low, high = (float(row[each]) for each in ("value", "before", "low", "high"))
    known = not math.isnan(before)
    colour: Level = "special" if known and high < before else "early" if known and low > before else "neutral"
    same = known and before == value
    start = say.percent(before) if known and not same else ""
    return DumbbellRow(str(row["label"]), before if known else None, value, start, say.percent(value), colour)


def _services_headline(rows: pd.DataFrame, released: ReleasedResult, say: Say) -> str:
    """Say the service that has surely become slower most, or faster; or that nothing has surely changed."""
    known = rows.dropna(subset=["before"])
    slower, faster = known[known["high"] < known["before"]], known[known["low"] > known["before"]]
    words = {"year": year_of(released), "days": days_of(released)}
    if slower.empty and faster.empty:
        least, most = rows.iloc[0], rows.iloc[-1]
        shares = _range_words(float(least["value"]), float(most["value"]), say)
        return say(f"services.headline.{'same' if len(known) else 'one'}", shares=shares, **words)
    case, found = ("slower", slower) if len(slower) else ("faster", faster)
    far = found.assign(far=-(found["value"] - found["before"]).abs()).sort_values(["far", "label"]).iloc[0]
    words |= {"share": say.percent(float(far["value"])), "before": say.percent(float(far["before"]))}
    return say(f"services.headline.{case}", label=far["label"], **words)


def _areas_headline(rows: pd.DataFrame, target: float, released: ReleasedResult, say: Say) -> str:
    """Say the area that surely lies farthest below the others (or the target), or that none does."""
    if math.isnan(target):
        beside = beside_others(rows, "area")
        late, case = rows[beside["high"] < beside["others"]], "others"
    else:
        late, case = rows[rows["upper"] < target], "target"
    words = {"year": year_of(released), "days": days_of(released)}
    if late.empty:
        shares = _range_words(float(rows["value"].min()), float(rows["value"].max()), say)
        return say("areas.headline.none" if len(rows) > 1 else "areas.headline.alone", shares=shares, **words)
    worst = late.sort_values(["value", "area"]).iloc[0]
    label, share = say.label("areas", worst["area"]), say.percent(float(worst["value"]))
    return say(f"areas.headline.{case}", label=label, share=share, **words)


def _queue_headline(course: Course, released: ReleasedResult, say: Say) -> str:
    """Say how many wait now, how that compares with the median, and which share has waited for long."""
    ages = released["ages"]
    long = math.nan
    if len(ages):
        last = ages.iloc[-1]
        long = share_of(float(last["long_waiting"]), float(last["waiting"]))
    words = {"n": say.about(course.last), "median": say.about(course.median), "share": say.percent(long)}
    way = course.now.kind if course.now and course.last != course.median else "none"
    return say(f"queue.headline.{way}", **words) if math.isnan(long) else say(f"queue.headline.long_{way}", **words)


def _with_open(table: ReleasedTable) -> ReleasedTable:
    """Return the table with one more row a published time: what is left of 100 % still waits."""
    points = table.frame.dropna(subset=["share"])
    rest = points.groupby("time", sort=False)["share"].sum().rsub(1.0).clip(lower=0.0).round(6).reset_index()
    first = points.drop_duplicates("time").drop(columns=["share"])
    return replace(table, frame=pd.concat([points, first.merge(rest, on="time").assign(cause=OPEN)]))


def _codes(released: ReleasedResult, name: str, over: str) -> list[str]:
    frame = released[name]
    return sorted(set(frame.loc[frame["span"].astype(str) == LATEST, over].astype(str)))


def _waited(rows: pd.DataFrame, say: Say) -> str:
    return say("note.waits", n=say.about(float(rows["waited"].sum())))


def _since(released: ReleasedResult, say: Say) -> str:
    return say.label("wait_since", since_of(released))


def _range_words(low: float, high: float, say: Say) -> str:
    """Write the least and the largest share; where the rounded numbers are equal it is nearly all."""
    if high < 1:
        return say.percents(low, high)
    return say("share.all") if low >= 1 else say("share.up_to_all", low=say.percent(low))


def _all(rows: pd.DataFrame, say: Say) -> str:
    return say("note.all") if (rows["value"] >= 1).any() else ""
