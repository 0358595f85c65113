"""Who comes and who is in: first starts and returns by service, and everybody with an open relationship at the end."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.rules import SHARE_BASE
from kumppanuus.disclosure.years import rows_of
from kumppanuus.drawing import Bar, Bars, Chart, Level, Segment, StackedBars
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say, footer
from kumppanuus.lifecycle.flow.shown import colour_of

MOST_ROWS, MOST_BARS = 14, 15
_TYPES: Mapping[str, Level] = {"first": "hidden", "again_later": "early", "again_soon": "special"}
_GROUPS = (("last_levels", "level"), ("last_ages", "age_now"), ("last_sexes", "sex"), ("last_areas", "area"))

Row = Mapping[str, Any]


def types(released: ReleasedResult, say: Say) -> Chart:
    """Draw the starts of each service by whether the client came for the first time or came back."""
    frame = released["service_types"]
    starts = released["service_starts"].set_index("service")["starts"].dropna()
    services = [code for code in starts.index if frame.loc[frame["service"] == code, "starts"].notna().any()]
    settings = rows_of(released["settings"])[0] if len(released["settings"]) else {"washout_months": 0}
    if not services:
        return nothing(say("types.nothing", months=settings["washout_months"]), say)
    ranked = sorted(services, key=lambda code: (-starts[code], say.label("services", code)))
    shown = ranked[:MOST_ROWS]
    form = StackedBars(
        tuple(_type_bar(code, frame, float(starts[code]), say) for code in shown),
        tuple((say(f"types.{kind}", months=settings["return_months"]), colour, False)
              for kind, colour in _TYPES.items()),
        axis_title=say("types.axis"),
    )  # fmt: skip
    left = released["service_starts"]["service"].nunique() - len(shown)
    headline = _types_headline(released, settings, say)
    known = _one(released, "known_starts")
    gaps = frame.loc[frame["service"].isin(shown), "starts"].isna().any()
    hidden = (say("note.gaps") if gaps else "", say("note.services", n=left) if left else "")
    notes = (_early(released, settings, say), *hidden)
    return Chart(
        form=form,
        headline=headline,
        subtitle=say("types.subtitle", months=settings["washout_months"]),
        footer=footer(say, say("n.starts", n=say.about(known, math.isnan(known))), *notes),
        alt=say("types.alt", headline=headline, n=len(shown)),
    )


def last_day(released: ReleasedResult, say: Say) -> Chart:
    """Draw everybody with an open relationship on the last day by level, age, sex and area."""
    whole = released["last_day"]["persons"]
    total = float(whole.iloc[0]) if len(whole) else math.nan
    shown = [(name, dimension, _bars(released, name, dimension, total, say)) for name, dimension in _GROUPS]
    shown = [each for each in shown if any(bar.value is not None for bar in each[2])]
    while sum(len(bars) for *_, bars in shown) > MOST_BARS:
        shown = shown[:-1]
    if math.isnan(total) or not shown:
        return nothing(say("last_day.nothing"), say)
    headline = _last_headline(released, total, say)
    form = Bars(
        tuple(bar for *_, bars in shown for bar in bars), say("last_day.axis"),
        tuple((say(f"last_day.by_{dimension}"), len(bars)) for _, dimension, bars in shown),
    )  # fmt: skip
    return Chart(
        form=form,
        headline=headline,
        subtitle=say("last_day.subtitle"),
        footer=footer(say, say("n.clients", n=say.about(total))),
        alt=say("last_day.alt", headline=headline, n=len(form.bars)),
    )


def _type_bar(code: str, frame: pd.DataFrame, total: float, say: Say) -> tuple[str, tuple[Segment, ...], str]:
    numbers = frame[frame["service"] == code].set_index("start_type")["starts"].reindex(list(_TYPES), fill_value=0.0)
    parts = tuple(
        Segment(kind, None if math.isnan(numbers[kind]) else float(numbers[kind]), say.number(numbers[kind]), colour)
        for kind, colour in _TYPES.items()
    )
    return say.label("services", code), parts, say.about(total)


def _one(released: ReleasedResult, name: str) -> float:
    """Return the number of starts of a table of one row; 0 where there is none, NaN where it is hidden."""
    frame = released[name]
    return float(frame["starts"].iloc[0]) if len(frame) else 0.0


def _early(released: ReleasedResult, settings: Row, say: Say) -> str:
    number = _one(released, "early_starts")
    if number == 0:
        return ""
    return say("note.unknown", n=say.about(number, math.isnan(number)), months=settings["washout_months"])


def _types_headline(released: ReleasedResult, settings: Row, say: Say) -> str:
    """Say which share of the starts were returns soon after an end, of those whose type is known."""
    known = released["start_types"].set_index("start_type")["starts"].reindex(list(_TYPES), fill_value=0.0)
    if known.isna().any() or known.sum() < SHARE_BASE:
        return say("types.headline.hidden")
    soon = float(known["again_soon"])
    words = {"months": settings["return_months"], "share": say.percent(soon / float(known.sum()))}
    return say("types.headline.share" if soon > 0 else "types.headline.none", **words)


def _bars(released: ReleasedResult, name: str, dimension: str, total: float, say: Say) -> list[Bar]:
    frame, codes = released[name], released.tables[name].declaration.columns[dimension].codes
    rows = rows_of(frame)
    if [row[dimension] for row in rows] == ["unknown"]:
        return []
    return [_bar(row, dimension, codes, total, say) for row in rows]


def _bar(row: Row, dimension: str, codes: str, total: float, say: Say) -> Bar:
    name = say.label(codes, row[dimension])
    label, number = name[0].upper() + name[1:], float(row["persons"])
    colour = colour_of(str(row[dimension])) if dimension == "level" else "neutral"
    if math.isnan(number):
        return Bar(label, None, say("word.hidden"), colour)
    share = "" if not SHARE_BASE <= total >= number else say("last_day.share", share=say.percent(number / total))
    return Bar(label, number, say.number(number), colour, share)


def _last_headline(released: ReleasedResult, total: float, say: Say) -> str:
    """Say how many are in, and how many of them on the heaviest level."""
    levels = released["last_levels"].set_index("level")["persons"].dropna()
    heavy = float(levels.get("corrective", math.nan))
    words = {"n": say.about(total)}
    if math.isnan(heavy) or not SHARE_BASE <= total >= heavy:
        return say("last_day.headline.number", **words)
    return say("last_day.headline.heavy", heavy=say.percent(heavy / total), **words)
