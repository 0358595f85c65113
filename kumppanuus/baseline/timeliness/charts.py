"""The charts: share in time by quarter and area, days against the limit, assessments over time, what became of all."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import pandas as pd

from kumppanuus.baseline.timeliness.shown import (
    Year,
    areas_of,
    late_words,
    limit_of,
    target_of,
    year_of,
    years_of,
)
from kumppanuus.disclosure.released import ReleasedResult, ReleasedTable
from kumppanuus.drawing import Chart, Level, Line, Lines, Segment, StackedBars
from kumppanuus.forms.axis import round_marks
from kumppanuus.forms.forest import forest
from kumppanuus.forms.histogram import against, histogram
from kumppanuus.forms.nothing import nothing
from kumppanuus.forms.shares import limits_beside, share_of
from kumppanuus.forms.states import published_at, shares_over_time, states
from kumppanuus.language.say import Say, footer
from kumppanuus.register.clocked import FATES
from kumppanuus.register.clocks import ASSESSMENT, START

CLOCKS: Mapping[str, Level] = MappingProxyType({START: "early", ASSESSMENT: "accent"})
OPEN = "open"
EVENTS: Mapping[str, Level] = MappingProxyType({"done": "early", "withdrew": "neutral", OPEN: "hidden"})
COLOURS: Mapping[str, tuple[Level, bool]] = MappingProxyType(
    {"in_time": ("early", False), "late": ("special", False), "overdue": ("corrective", False),
     "pending": ("hidden", False), "closed": ("neutral", False), "undated": ("neutral", True)}
)  # fmt: skip
SPAN = (0.0, 25.0)
LEAST_TOP = 0.1
"""The axis of lateness reaches at least so far: a few per cent are not blown up."""


def quarters(released: ReleasedResult, say: Say) -> Chart:
    """Draw the share that was late by the quarter of receipt, of both clocks."""
    table = released["quarters"]
    periods = sorted(set(table["quarter"].astype(str)))
    found = {clock: _shares(table, clock, periods) for clock in CLOCKS}
    found = {clock: values for clock, values in found.items() if any(value is not None for value in values)}
    if not found:
        return nothing(say("quarters.nothing"), say)
    lines = [_line(clock, values, years_of(released, clock), say) for clock, values in found.items()]
    most = 1 - target_of(released)
    goal = Line(say("quarters.target"), "neutral", (most,) * len(periods), key=say.percent(most))
    top = max(LEAST_TOP, most, *(value for values in found.values() for value in values if value is not None))
    marks = round_marks(0.0, top, 4)
    form = Lines(
        (*lines, goal), tuple(period[:4] if period.endswith("Q1") else "" for period in periods), y_max=marks[-1],
        y_ticks=tuple((share, say.percent(share)) for share in marks), axis_title=say("quarters.axis"),
    )  # fmt: skip
    headline = _quarters_headline(released, say)
    alt = ". ".join([headline, *(f"{line.label}: {line.key}" for line in lines)])
    return Chart(form, headline, say("quarters.subtitle"), footer(say, _n(released, say)), f"{alt}.")


def decision_areas(released: ReleasedResult, say: Say) -> Chart:
    """Draw the share of start decisions in time by area in the last full year, against the target."""
    return _areas(released, say, START, "decision_areas")


def assessment_areas(released: ReleasedResult, say: Say) -> Chart:
    """Draw the same of assessments."""
    return _areas(released, say, ASSESSMENT, "assessment_areas")


def decisions(released: ReleasedResult, say: Say) -> Chart:
    """Draw in which working day decisions were made, against the limit."""
    table, limit = released.tables["decisions"], limit_of(released, START)
    if table.frame.empty or math.isnan(limit):
        return nothing(say("decisions.nothing"), say)
    found = against(table, limit)
    known = not math.isnan(found.share)
    words = {"limit": limit, "year": year_of(released)}
    beyond = say("decisions.beyond", n=say.about(found.beyond), share=say.percent(found.share)) if known else ""
    form = histogram(
        table, say, span=SPAN, step=1.0, x_label=say("decisions.x"), axis_title=say("decisions.axis"), tick=5.0,
        limit=limit, limit_text=say("decisions.limit", **words), beyond_text=beyond,
    )  # fmt: skip
    late = say("decisions.headline.late", share=say.percent(found.share), **words) if known else ""
    few = say("decisions.headline.few", **words)
    headline = few if known and found.share == 0 else late or say("decisions.headline.unknown", **words)
    n = say("n.people", n=say.about(found.persons)) if not math.isnan(found.persons) else ""
    note = footer(say, n, say("note.done_only"))
    return Chart(form, headline, say("decisions.subtitle", **words), note, f"{headline}.")


def progress(released: ReleasedResult, say: Say) -> Chart:
    """Draw how assessments are finished as time goes by, and how many are still open."""
    table = _with_open(released.tables["progress"])
    shares = shares_over_time(table, "share", "cause", "time")
    if shares.empty or "done" not in shares:
        return nothing(say("progress.nothing"), say)
    form = states(
        table, say, of="share", over="cause", time="time", order=tuple(EVENTS), colours=EVENTS,
        x_label=say("progress.x"), axis_title=say("progress.axis"),
    )  # fmt: skip
    month = published_at(shares, limit_of(released, ASSESSMENT))
    row = shares[shares.index == month].iloc[0]
    words = {"months": round(month), "done": say.percent(row["done"]), "open": say.percent(row[OPEN])}
    headline = say("progress.headline.done", **words)
    people = float(released["progress"]["persons"].max())
    n = say("n.people", n=say.about(people)) if people > 0 else ""
    alt = ". ".join([headline, *(f"{state.label}: {state.text}" for state in form.states)])
    return Chart(form, headline, say("progress.subtitle"), footer(say, n, say("note.open")), f"{alt}.")


def fates(released: ReleasedResult, say: Say) -> Chart:
    """Draw what became of the contacts of the last full year, by clock."""
    table = released["fates"]
    rows = [(clock, table[table["clock"].astype(str) == clock]) for clock in CLOCKS]
    rows = [(clock, part) for clock, part in rows if part["contacts"].fillna(0).sum() > 0]
    if not rows:
        return nothing(say("fates.nothing"), say)
    drawn = tuple((say.label("clocks", clock), _segments(part, say), "") for clock, part in rows)
    key = tuple((say.label("clock_fates", fate), *COLOURS[fate]) for fate in FATES if (table["fate"] == fate).any())
    hidden = int(released.tables["fates"].masked["contacts"].sum())
    note = footer(say, _n(released, say), say("note.hidden", n=hidden) if hidden else "")
    headline = _fates_headline(released.tables["fates"], rows[0][0], say)
    told = [f"{label}: {', '.join(f'{part.label} {part.text}' for part in parts)}" for label, parts, _ in drawn]
    form = StackedBars(drawn, key, axis_title=say("fates.axis"))
    subtitle = say("fates.subtitle", year=year_of(released))
    return Chart(form, headline, subtitle, note, ". ".join([headline, *told]) + ".")


def _shares(table: pd.DataFrame, clock: str, periods: list[str]) -> list[float | None]:
    rows = table[table["clock"].astype(str) == clock].set_index("quarter").reindex(periods)
    shares = [share_of(float(some), float(due)) for some, due in zip(rows["in_time"], rows["due"], strict=True)]
    return [None if math.isnan(share) else round(1 - share, 2) for share in shares]


def _line(clock: str, values: list[float | None], years: list[Year], say: Say) -> Line:
    key = " → ".join(say("quarters.year", year=each.year, share=say.percent(1 - each.value)) for each in years[-2:])
    return Line(say.label("clocks", clock), CLOCKS[clock], tuple(values), key=key)


def _quarters_headline(released: ReleasedResult, say: Say) -> str:
    """Say whether decisions of the last year were late more often or less often than those of the year before."""
    years = years_of(released, START)
    if not years:
        return say("quarters.headline.unknown")
    now = years[-1]
    words = {"year": now.year, "share": late_words(now, say)}
    if len(years) == 1:
        return say("quarters.headline.one", **words)
    before = years[-2]
    low, high = limits_beside(now.share, before.share)
    case = "worse" if high < before.value else "better" if low > before.value else "same"
    return say(f"quarters.headline.{case}", **words, before=late_words(before, say))


def _areas(released: ReleasedResult, say: Say, clock: str, name: str) -> Chart:
    table, target = released.tables["areas"], target_of(released)
    found = areas_of(released, clock)
    if found["value"].isna().all():
        return nothing(say(f"{name}.nothing"), say)
    estimates = (found[["value", "lower", "upper"]] * 100).round()
    rows = replace(
        table, frame=found.drop(columns=["value", "lower", "upper"]), masked=table.masked.loc[found.index]
    )  # fmt: skip
    late = found[found["upper"] < target].sort_values(["value", "area"])
    form = forest(
        rows, say, over="area", n="due", estimates=estimates, reference=100 * target, log=False, below="special",
        above="early", bold=str(late["area"].iloc[0]) if len(late) else "", axis_title=say("areas.axis"), digits=0,
        reference_text=say("areas.reference", share=say.percent(target)), text_title=say("areas.text"),
        n_title=say("areas.n"), below_text=say("areas.below"),
    )  # fmt: skip
    words = {"year": year_of(released), "target": say.percent(target)}
    if late.empty:
        headline = say(f"{name}.headline.none", **words)
    else:
        worst = late.iloc[0]
        label, share = say.label("areas", worst["area"]), say.percent(float(worst["value"]))
        headline = say(f"{name}.headline.late", label=label, share=share, **words)
    hidden = int(found["value"].isna().sum())
    every = say("note.all") if (found["value"] >= 1).any() else ""
    n = say("n.due", n=say.about(float(found["due"].sum())))
    note = footer(say, n, every, say("note.hidden", n=hidden) if hidden else "")
    alt = ". ".join([headline, *(f"{row.label}: {row.text}" for row in form.rows)])
    return Chart(form, headline, say(f"{name}.subtitle", year=year_of(released)), note, f"{alt}.")


def _segments(part: pd.DataFrame, say: Say) -> tuple[Segment, ...]:
    return tuple(
        Segment(
            say.label("clock_fates", fate),
            None if math.isnan(number) else float(number),
            say.number(number) if number > 0 else "",
            *COLOURS[str(fate)],
        )
        for fate, number in zip(part["fate"].astype(str), part["contacts"].astype(float), strict=True)
    )


def _fates_headline(table: ReleasedTable, clock: str, say: Say) -> str:
    """Say how many were in time and late, and how many lack a day; a number that is not shown is said to be hidden."""
    mine = table.frame[table.frame["clock"].astype(str) == clock]
    told = {
        str(fate): say.about(float(number), bool(shut))
        for fate, number, shut in zip(
            mine["fate"], mine["contacts"], table.masked.loc[mine.index, "contacts"], strict=True
        )
    }
    words = {fate: told.get(fate, say.number(0)) for fate in ("in_time", "late", "overdue", "undated")}
    return say(f"fates.headline.{clock}", year=str(mine["year"].iloc[0]), **words)


def _with_open(table: ReleasedTable) -> ReleasedTable:
    """Return the table with one more row a published time: what is left of 100 % is still open."""
    points = table.frame.dropna(subset=["share"])
    rest = points.groupby("time", sort=False)["share"].sum().rsub(1.0).clip(lower=0.0).round(6).reset_index()
    first = points.drop_duplicates("time").drop(columns=["share"])
    return replace(table, frame=pd.concat([points, first.merge(rest, on="time").assign(cause=OPEN)]))


def _n(released: ReleasedResult, say: Say) -> str:
    """Return how many contacts the last full year has, of the clock with the most."""
    sizes = released["fates"].groupby("clock", sort=True)["contacts"].sum()
    return say("n.contacts", n=say.about(float(sizes.max()))) if len(sizes) and sizes.max() > 0 else ""
