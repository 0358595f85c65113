"""Pictures of duties by law: workers the number of children asks for, and contacts a week that must be taken up."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import rows_of
from kumppanuus.drawing import Capacity, Chart, Curves, Fan, Series, Stock, StockAndForecast
from kumppanuus.forms.axis import whole_marks
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say, footer
from kumppanuus.resources.capacity.charts import quarters, signed_share

Row = Mapping[str, Any]


def law(released: ReleasedResult, say: Say) -> Chart:
    """Draw the workers that the law asks for by date, and how many there are now."""
    rows = rows_of(released["law"])
    past, ahead = _parted(rows)
    if not past or _gone(past[-1]["needed"]):
        return nothing(say("law.nothing"), say)
    now = past[-1]
    workers = float(now["workers"])
    fan = Fan(*(tuple(float(row[name]) for row in ahead) for name in ("needed_lower", "needed_upper")))
    line = Stock(
        say("law.line"), _key(now, ahead, say), "accent",
        tuple(None if _gone(row["needed"]) else float(row["needed"]) for row in past),
        tuple(float(row["needed"]) for row in ahead), (fan,) if ahead else (),
    )  # fmt: skip
    highest = max(each for row in rows for each in (row["needed"], row["needed_upper"], workers) if not _gone(each))
    form = StockAndForecast(
        (line,), tuple(_label(row["day"], place, len(past)) for place, row in enumerate(rows)), len(past),
        say("law.ahead"), () if _gone(workers) else (Capacity(workers, say("law.workers", n=workers)),),
        tuple((mark, say.number(mark)) for mark in whole_marks(0.0, highest, 5)), say("law.axis"),
    )  # fmt: skip
    headline = _law_headline(past, ahead, released, say)
    note = footer(say, say("note.children", n=say.about(now["children"])), *_lacking(released, say))
    return Chart(form, headline, say("law.subtitle", limit=float(now["in_force"])), note, f"{headline}. {line.key}.")


def duties(released: ReleasedResult, say: Say) -> Chart:
    """Draw how soon contacts under a time limit of the law are taken up, by how many a week there is time for."""
    rows, paths = rows_of(released["duties"]), released["promptness"]
    if not rows or paths.empty:
        return nothing(say("duties.nothing"), say)
    added = sorted({int(code) for code in paths["added"]})
    days = sorted({int(code) for code in paths["within"]}, reverse=True)
    slots = {int(row["added"]): float(row["slots"]) for row in rows_of(paths)}
    form = Curves(
        tuple(_series(day, place, paths, added, say) for place, day in enumerate(days)), tuple(map(float, added)),
        say("duties.x"), step=False, x_tick_texts=tuple(signed_share(each, say) for each in added),
        tick_format=quarters(say),
        extra_rows=((say("duties.slots"), tuple(say.number(slots[each]) for each in added)),),
    )  # fmt: skip
    headline = _duties_headline(rows, say)
    told = (f"{one.label}: {one.key}" for one in form.series)
    return Chart(form, headline, say("duties.subtitle"), footer(say, say("note.band"), say("note.clocks")),
                 ". ".join([headline, *told]) + ".")  # fmt: skip


def _series(days: int, place: int, paths: pd.DataFrame, added: Sequence[int], say: Say) -> Series:
    rows = {int(row["added"]): row for row in rows_of(paths[paths["within"].astype(str) == str(days)])}
    share, low, high = (tuple(float(rows[each][name]) / 100 for each in added) for name in ("share", "lower", "upper"))
    return Series(
        say("duties.line_one" if days == 1 else "duties.line", n=days),
        say("duties.key", share=say.percent(share[added.index(0)])),
        ("accent", "early", "neutral")[place % 3], tuple(map(float, added)), share, low, high,
    )  # fmt: skip


def _duties_headline(rows: Sequence[Row], say: Say) -> str:
    """Say of the clock that is kept worst what comes in a week, what there must be time for, and what was in time."""
    row = min(rows, key=lambda row: (float(row["in_time"]) if row["in_time"] >= 0 else math.inf, str(row["clock"])))
    kept = float(row["in_time"])
    case = "slots" if math.isnan(kept) else "nearly" if kept >= 100 else "kept"
    return say(f"duties.headline.{case}", clock=say.label("clocks", row["clock"]), share=say.percent(kept / 100),
               n=say.number(float(row["contacts_week"]), 1), slots=float(row["slots_week"]))  # fmt: skip


def _parted(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Return what was counted and what lies ahead."""
    return [row for row in rows if row["counted"] > 0], [row for row in rows if row["counted"] == 0]


def _law_headline(past: Sequence[Row], ahead: Sequence[Row], released: ReleasedResult, say: Say) -> str:
    """Say whether the workers there are are as many as the law asks for: now, in each area, on the dates ahead."""
    now = past[-1]
    workers, words = float(now["workers"]), {"needed": float(now["needed"]), "limit": float(now["in_force"])}
    if math.isnan(workers):
        return say("law.headline.unknown", **words)
    words["workers"] = workers
    if now["needed_lower"] > workers:
        return say("law.headline.short", **words)
    later = [row for row in ahead if row["needed"] > workers]
    if short := _short(released):
        area = say.label("areas", short[0]["area"])
        here = {"here": float(short[0]["workers"]), "asked": float(short[0]["needed"])}
        return say("law.headline.area", area=area, **here, **words)
    if later:
        return say("law.headline.later", day=_date(later[0]["day"], say), **words)
    return say("law.headline.enough", **words)


def _short(released: ReleasedResult) -> list[dict[str, Any]]:
    """Return areas that surely have fewer workers than the law asks for, the farthest first."""
    rows = [row for row in rows_of(released["areas"]) if row["needed_lower"] > row["workers"]]
    return sorted(rows, key=lambda row: (row["workers"] - row["needed"], str(row["area"])))


def _lacking(released: ReleasedResult, say: Say) -> tuple[str, ...]:
    names = [
        say("law.lacks", area=say.label("areas", row["area"]), n=float(row["needed"] - row["workers"]))
        for row in _short(released)
    ]
    return (say("note.lacking", areas=", ".join(names)),) if names else ()


def _key(now: Row, ahead: Sequence[Row], say: Say) -> str:
    if not ahead:
        return say.number(float(now["needed"]))
    last = ahead[-1]
    return say("law.key", now=float(now["needed"]), then=float(last["needed"]), lower=float(last["needed_lower"]),
               upper=float(last["needed_upper"]))  # fmt: skip


def _label(day: object, place: int, now: int) -> str:
    """Return the month of every second place, counted from the last counted one."""
    date = datetime.date.fromisoformat(str(day))
    return f"{date.month}/{date.year}" if (place - now + 1) % 2 == 0 else ""


def _date(day: object, say: Say) -> str:
    return say.date(datetime.date.fromisoformat(str(day)))


def _gone(value: object) -> bool:
    return not isinstance(value, float | int) or math.isnan(value)
