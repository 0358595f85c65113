"""The charts of whole scenarios: paths of cost, what a change is made of, and scenarios against each other."""

from __future__ import annotations

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart, Estimate, Forest, Level, Line, Lines, Stage, Waterfall
from kumppanuus.forms.axis import round_marks
from kumppanuus.forms.waterfall import signed
from kumppanuus.language.say import Say
from kumppanuus.resources.scenarios.shown import (
    Money,
    around_zero,
    fitting,
    money,
    month_names,
    note,
    nothing_to_show,
    of_scenario,
    quoted,
    scenarios_of,
    shown_scenario,
)
from kumppanuus.study_scenarios import TODAY

MOST_LINES = 4
_SMALL, _WINDOW = 0.4, 1.6
"""Bars that move by less than this share of the totals are drawn on a part of the axis: this many times what moves."""
_TOTALS = ("now", "course_end", "horizon")
_COLOURS: tuple[Level, ...] = ("neutral", "special", "universal", "corrective")


def paths(released: ReleasedResult, say: Say) -> Chart:
    """Draw the cost of a year at each month's pace: today's course and up to three scenarios."""
    frame = released["paths"]
    if frame.empty:
        return nothing_to_show("paths", released, say)
    codes = [TODAY, *_most_apart(released)][:MOST_LINES]
    months = sorted(frame["month"].astype(int).unique())
    told = money(frame["cost_upper"], say)
    lines = tuple(_line(of_scenario(released, "paths", code), code, colour, months, told, say)
                  for code, colour in zip(codes, _COLOURS, strict=False))  # fmt: skip
    ticks = told.ticks(0.0, max(value for line in lines for value in (*line.upper, *line.values) if value is not None))
    form = Lines(lines, month_names(months, say), ticks[-1][0], ticks, say("paths.axis", unit=told.unit))
    headline = _path_headline(released, told, say)
    left = len(scenarios_of(released)) + 1 - len(codes)
    words = [f"{line.label}: {line.key}" for line in lines]
    return Chart(
        form,
        headline,
        say("paths.subtitle"),
        note(released, say, say("note.scenarios", n=left) if left else ""),
        ". ".join([headline, *words]) + ".",
    )


def parts(released: ReleasedResult, say: Say) -> Chart:
    """Draw what the change from now to the horizon is made of, of one scenario."""
    code = shown_scenario(released)
    rows = of_scenario(released, "parts", code) if code else released["parts"]
    if rows.empty:
        return nothing_to_show("parts", released, say)
    values = {str(part): float(value) for part, value in zip(rows["part"], rows["part_eur"], strict=True)}
    told = money((values["now"], values["horizon"]), say, finer=1)
    kinds = {"now": "total", "course_end": "total", "horizon": "total", "together": "interaction"}
    stages = tuple(
        Stage(say.label("scenario_parts", part), kinds.get(part, "effect"), value,  # type: ignore[arg-type]
              told.whole(value) if part in _TOTALS else signed(value, told.whole))
        for part, value in values.items()
    )  # fmt: skip
    start = _start(stages)
    broken = say("parts.break", start=Money(say, start, finer=-1).whole(start)) if start else ""
    form = Waterfall(stages, say("parts.axis"), start, broken)
    headline = _parts_headline(values, code, told, say)
    months = float(of_scenario(released, "compared", code)["horizon"].iloc[0])
    words = [f"{stage.label}: {stage.text}" for stage in stages]
    return Chart(
        form,
        headline,
        say("parts.subtitle", name=say.label("scenarios", code), months=months),
        note(released, say),
        ". ".join([headline, *words]) + ".",
    )


def compared(released: ReleasedResult, say: Say) -> Chart:
    """Draw what every scenario costs more or less than today's course by its horizon."""
    frame = released["compared"]
    rows = frame[frame["against"].astype(str) == TODAY]
    if rows.empty:
        return nothing_to_show("compared", released, say)
    ordered = rows.sort_values(["difference_eur", "scenario"], ascending=[False, True])
    ends = [float(value) for name in _DIFFERENCE for value in rows[name]]
    told = money(ends, say)
    top = ordered.assign(size=ordered["difference_eur"].abs()).sort_values("size", kind="stable").iloc[-1]
    made = tuple(_difference(row, told, str(row["scenario"]) == str(top["scenario"]), say)
                 for _, row in ordered.iterrows())  # fmt: skip
    form = Forest(
        made, 0.0, say("compared.same"), told.ticks(*around_zero(ends)),
        axis_title=say("compared.axis", unit=told.unit), below_text=say("compared.cheaper"),
        above_text=say("compared.dearer"), text_title=say("compared.difference", unit=told.unit),
        n_title=say("compared.period"),
    )  # fmt: skip
    headline = _difference_headline(top, told, say)
    words = [f"{row.label}: {row.text}" for row in made]
    return Chart(form, headline, say("compared.subtitle"), note(released, say), ". ".join([headline, *words]) + ".")


_DIFFERENCE = ("difference_eur", "difference_lower", "difference_upper")


def _most_apart(released: ReleasedResult) -> list[str]:
    """Return the at most three scenarios that are farthest from today's course at their horizon, in order."""
    frame = released["compared"]
    rows = frame[frame["against"].astype(str) == TODAY]
    ranked = rows.assign(size=rows["difference_eur"].abs()).sort_values(["size", "scenario"], ascending=[False, True])
    kept = set(map(str, ranked["scenario"].head(MOST_LINES - 1)))
    return [code for code in scenarios_of(released) if code in kept]


def _line(rows: pd.DataFrame, code: str, colour: Level, months: list[int], told: Money, say: Say) -> Line:
    """Return a line; the limits of today's course are a band, those of scenarios stand in words only."""
    by_month = rows.assign(month=rows["month"].astype(int)).set_index("month")
    values, *limits = (
        tuple(float(by_month[name][month]) if month in by_month.index else None for month in months)
        for name in ("cost_eur", "cost_lower", "cost_upper")
    )
    last = by_month.iloc[-1]
    key = say("paths.key", end=told.whole(last["cost_eur"]), range=told.range(last["cost_lower"], last["cost_upper"]))
    bands = limits if code == TODAY else ((), ())
    texts = (told.bare(values[0] or 0.0), *("" for _ in months[1:])) if code == TODAY else ()
    return Line(say.label("scenarios", code), colour, values, texts, key, *bands)


def _path_headline(released: ReleasedResult, told: Money, say: Say) -> str:
    """Say where today's course leads, and whether its limits hold the cost of now."""
    rows = of_scenario(released, "paths", TODAY)
    first, last = rows.iloc[0], rows.iloc[-1]
    now, then = float(first["cost_eur"]), float(last["cost_eur"])
    case = "up" if last["cost_lower"] > now else "down" if last["cost_upper"] < now else "open"
    return say(f"paths.headline.{case}", now=told.whole(now), first=told.bare(now), then=told.whole(then),
               months=float(last["month"]), range=told.span(last["cost_lower"], last["cost_upper"]))  # fmt: skip


def _start(stages: tuple[Stage, ...]) -> float:
    """Return a round number below every bar's ends where what moves is small beside the totals; else 0."""
    ends = [end for span in Waterfall(stages).spans() if span is not None for end in span if end]
    least, most = min(ends, default=0.0), max(ends, default=0.0)
    if not 0 < most - least < _SMALL * most or least <= 0:
        return 0.0
    marks = round_marks(most - _WINDOW * (most - least), most, 5)
    return max(next(iter(marks)), 0.0)


def _parts_headline(values: dict[str, float], code: str, told: Money, say: Say) -> str:
    """Say what the scenario costs a year at the horizon, and what today's course would."""
    course, horizon = values["course_end"], values["horizon"]
    case = "up" if horizon > course else "down" if horizon < course else "same"
    words: dict[str, object] = {"name": quoted(code, say), "cost": told.whole(horizon), "course": told.whole(course)}
    return fitting(say, (f"parts.headline.{case}", words), (f"parts.headline.{case}_short", words))


def _difference(row: pd.Series, told: Money, bold: bool, say: Say) -> Estimate:
    value, low, high = (float(row[name]) for name in _DIFFERENCE)
    clear = low > 0 or high < 0
    colour: Level = "neutral" if not clear else "special" if low > 0 else "early"
    return Estimate(
        say.label("scenarios", row["scenario"]), value, low, high,
        say("compared.text", value=told.bare(value), range=told.range(low, high)),
        say("unit.months", n=float(row["horizon"])), colour, clear, bold,
    )  # fmt: skip


def _difference_headline(row: pd.Series, told: Money, say: Say) -> str:
    value, low, high = (float(row[name]) for name in _DIFFERENCE)
    case = "dearer" if low > 0 else "cheaper" if high < 0 else "open"
    ends = sorted((abs(low), abs(high))) if case != "open" else [low, high]
    words: dict[str, object] = {"name": quoted(str(row["scenario"]), say), "months": float(row["horizon"]),
                                "value": told.whole(abs(value)), "range": told.span(*ends)}  # fmt: skip
    return fitting(say, (f"compared.headline.{case}", words), (f"compared.headline.{case}_short", words))
