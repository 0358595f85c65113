"""What of a proposal holds: what limits cost, benefit against evenness, what does not hang on judgement."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import rows_of
from kumppanuus.drawing import Bars, Chart, Curves, Level, Segment, Series, StackedBars
from kumppanuus.forms.axis import round_marks
from kumppanuus.language.say import Say
from kumppanuus.resources.allocation.binding import bar_of, name_of, priced
from kumppanuus.resources.allocation.charts import chart, no_plan, reason_of
from kumppanuus.resources.allocation.words import Row, fitting

_MOST_LIMITS = 9
_HOLDS = 90.0
_PARTS: Mapping[str, tuple[Level, bool]] = {"grow": ("universal", False), "keep": ("neutral", False),
                                            "shrink": ("special", False)}  # fmt: skip
_FLAT = 0.01
"""Points of benefit that fall by less than this share over the whole front fall by nothing."""
_DIRECTIONS = {1: "grow", 0: "keep", -1: "shrink"}


def limits(released: ReleasedResult, say: Say) -> Chart:
    """Draw what a little more room in every limit would bring, where the limit is and how far that holds."""
    if reason_of(released) != "found" or released["limits"].empty:
        return no_plan("limits", released, say)
    rows = priced(released)
    shown = rows[:_MOST_LIMITS]
    bars = tuple(bar_of(row, say, place == 0 and float(row["looser"]) > 0) for place, row in enumerate(shown))
    first = shown[0]
    case = "most" if float(first["looser"]) > 0 else "none"
    headline = fitting(say, f"limits.headline.{case}", name=name_of(first, say), n=bars[0].text,
                       points=say.number(float(released["totals"]["points"].iloc[0])))  # fmt: skip
    told = "; ".join(f"{bar.label}: {bar.text}, {bar.detail}" for bar in bars)
    left = len(rows) - len(shown)
    return chart("limits", Bars(bars, say("limits.axis")), headline, told, released, say,
                 say("note.more_limits", n=left) if left else "")  # fmt: skip


def front(released: ReleasedResult, say: Say) -> Chart:
    """Draw how much benefit in all goes with how much in the weakest area: what can be reached, today, the proposal."""
    totals = released["totals"].set_index("side")
    points = released["front"]
    if reason_of(released) != "found" or points.empty or not {"now", "proposed"} <= set(totals.index):
        one = len(released["areas"]) == 1 and reason_of(released) == "found"
        return no_plan("front", released, say, "areas.one" if one else "")
    now, then = totals.loc["now"], totals.loc["proposed"]
    form = _front_form(points, pd.Series(now), pd.Series(then), say)
    most, least = float(points["points"].iloc[0]), float(points["points"].iloc[-1])
    flat = most - least <= _FLAT * most
    words = {
        "now": say.number(float(now["weakest"]), 1), "then": say.number(float(points["weakest"].iloc[-1]), 1),
        "first": say.number(float(points["weakest"].iloc[0]), 1), "n": say.number(most - least),
    }  # fmt: skip
    headline = fitting(say, f"front.headline.{'flat' if flat else 'costs'}", **words)
    told = "; ".join(f"{each.label}: {each.key}" for each in form.series)
    return chart("front", form, headline, told, released, say)


def core(released: ReleasedResult, say: Say) -> Chart:
    """Draw in which share of the draws the best plan lets each service grow, keeps it or shrinks it."""
    rows = released["core"]
    if reason_of(released) != "found" or rows.empty:
        return no_plan("core", released, say)
    rows = rows.assign(label=[say.label("services", code) for code in rows["service"]])
    rows["place"] = rows["grow_percent"] - rows["shrink_percent"]
    rows = rows.sort_values(["place", "label"], ascending=[False, True])
    kept = set(released["staff"].loc[released["staff"]["statutory"] == 1, "service"])
    bars = tuple((row["label"], _parts(row, say), _decided(row, row["service"] in kept, say)) for row in rows_of(rows))
    key = tuple((say(f"core.{part}"), *style) for part, style in _PARTS.items())
    form = StackedBars(bars[:15], key, axis_title=say("core.axis"))
    told = "; ".join(f"{label}: {text}" for label, _, text in bars)
    return chart("core", form, _core_headline(rows, say), told, released, say)


def _core_headline(rows: pd.DataFrame, say: Say) -> str:
    """Say how many of the decisions that change something hold, and name those that do."""
    moved = rows[rows["decision"] != 0]
    holds = moved[moved["same_percent"] >= _HOLDS]
    if moved.empty:
        return say("core.headline.none")
    if holds.empty:
        return say("core.headline.nothing_holds", n=len(moved))
    grow, shrink = ([say.label("services", code) for code in holds.loc[holds["decision"] == way, "service"]]
                    for way in (1, -1))  # fmt: skip
    words = {"n": len(holds), "all": len(moved), "grow": ", ".join(grow), "shrink": ", ".join(shrink)}
    case = "both" if grow and shrink else "grow" if grow else "shrink"
    return fitting(say, f"core.headline.{case}", **words)


def _parts(row: Row, say: Say) -> tuple[Segment, ...]:
    parts = []
    for part, (colour, pattern) in _PARTS.items():
        share = float(row[f"{part}_percent"]) / 100
        parts.append(Segment(say(f"core.{part}"), share, say.percent(share) if share > 0 else "", colour, pattern))
    return tuple(parts)


def _decided(row: Row, kept: bool, say: Say) -> str:
    """Return what the proposal decides, and whether that holds or was no choice."""
    decision = 0 if math.isnan(float(row["decision"])) else int(row["decision"])
    holds = float(row["same_percent"]) >= _HOLDS
    case = "lawful" if kept and decision == 0 and holds else "holds" if holds else "hangs"
    return say(f"core.{case}", what=say(f"core.decided_{_DIRECTIONS[decision]}"))


def _front_form(points: pd.DataFrame, now: pd.Series, then: pd.Series, say: Say) -> Curves:
    """Return the front as a line over the weakest area's benefit, with today and the proposal as single points."""
    ordered = points.drop_duplicates(["weakest", "points"]).sort_values(["weakest", "points"], ascending=[True, False])
    ends = [*ordered["points"], float(now["points"]), float(then["points"])]
    marks = round_marks(min(ends), max(ends), 4)
    low, high = marks[0], marks[-1]

    def height(value: float) -> float:
        return (float(value) - low) / (high - low)

    places = [*ordered["weakest"], float(now["weakest"]), float(then["weakest"])]
    ticks = round_marks(min(places), max(places), 5)
    digits = 0 if all(tick == int(tick) for tick in ticks) else 1
    line = Series(say("front.line"), say("front.line_key"), "universal", tuple(map(float, ordered["weakest"])),
                  tuple(map(height, ordered["points"])))  # fmt: skip
    here, there = ((float(each["weakest"]), height(each["points"])) for each in (now, then))
    way = pd.DataFrame([here, there] if there[0] > here[0] else [there])  # a curve runs to the right
    single = [
        Series(say("word_now"), _both(now, say), "neutral", (here[0],), (here[1],), marker=here),
        Series(say("word_proposed"), _both(then, say), "special", tuple(way[0]), tuple(way[1]), marker=there),
    ]
    return Curves(
        (line, *single) if len(ordered) > 1 else tuple(single), tuple(ticks), say("front.x"),
        y_ticks=tuple(height(mark) for mark in marks), tick_format=tuple(say.number(mark) for mark in marks),
        x_tick_texts=tuple(say.number(tick, digits) for tick in ticks), step=False,
    )  # fmt: skip


def _both(row: pd.Series, say: Say) -> str:
    return say("front.both", weakest=say.number(float(row["weakest"]), 1), points=say.number(float(row["points"])))
