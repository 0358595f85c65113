"""Pictures of the goals: set with the family, assessed, met, and how soon. Protected numbers only."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from kumppanuus.baseline.shared_support.shown import (
    assessed,
    assessed_by_service,
    full_goal_years,
    target,
    with_family,
)
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import FULL_DAYS, rows_of
from kumppanuus.drawing import Chart, Curves, Level, Segment, Series, StackedBars
from kumppanuus.forms.family_shares import Share, published_share
from kumppanuus.forms.forest import clear_rows, forest
from kumppanuus.forms.nothing import nothing
from kumppanuus.forms.stacked import filled
from kumppanuus.language.say import Say, footer
from kumppanuus.register.calendar import MONTH_DAYS

_ORDER: Mapping[str, tuple[Level, bool]] = {
    "met": ("universal", False), "partly": ("universal", True), "not_met": ("special", False),
    "untold": ("neutral", True), "open": ("hidden", False),
}  # fmt: skip
_MOST_YEARS, _YEAR, _PER = 10, 12, 100
_TICKS = (0.0, 6.0, 12.0, 18.0, 24.0)


def goals(released: ReleasedResult, say: Say) -> Chart:
    """Draw the goals of each year by what became of them."""
    frame = released["goals"].tail(_MOST_YEARS)
    shares = {str(row["year"]): _outcomes(released, row) for row in rows_of(frame)}
    drawn = {year: found for year, found in shares.items() if any(each.known for each in found.values())}
    if not drawn:
        return nothing(say("goals.nothing"), say)
    codes = [code for code in _ORDER if any(code in found for found in drawn.values())]
    key = tuple((say.label("goal_outcomes", code), *_ORDER[code]) for code in codes)
    rows = tuple(
        (_year_name(frame, year, say), filled([_segment(code, found[code], say) for code in codes if code in found]),
         _with_family_text(with_family(released, year), say))
        for year, found in drawn.items()
    )  # fmt: skip
    form = StackedBars(rows, key, axis_title=say("goals.axis"))
    headline = _goals_headline(released, drawn, say)
    words = footer(say, _n(frame, say))
    return Chart(form, headline, say("goals.subtitle"), words, say("goals.alt", headline=headline, n=len(rows)))


def waits(released: ReleasedResult, say: Say) -> Chart:
    """Draw how soon a family's first goal is assessed, those that nobody has assessed yet included."""
    points = released["waits"].dropna(subset=["share"])
    if len(points) < 2:
        return nothing(say("waits.nothing"), say)
    form = Curves(
        (_series(released["waits"], points, say),), _TICKS, say("waits.axis"), table_title=say("waits.table"),
        tick_format=tuple(say.percent(share) for share in (0.0, 0.25, 0.5, 0.75, 1.0)),
        x_tick_texts=tuple(say.number(tick) for tick in _TICKS), step=False,
    )  # fmt: skip
    row = released["first_goals"].iloc[0]
    share, lower, upper = (float(row[f"share_{_YEAR}{end}"]) for end in ("", "_lower", "_upper"))
    headline = say("waits.headline.unknown")
    if not math.isnan(share):
        known = not math.isnan(lower + upper)
        limits = {"lower": say.number(lower * _PER), "upper": say.percent(upper)} if known else {}
        headline = say("waits.headline.limits" if known else "waits.headline.share", share=say.percent(share), **limits)
    number = float(row["families"])
    words = footer(say, say("n.first_goals", n=say.about(number, math.isnan(number))))
    return Chart(form, headline, say("waits.subtitle"), words, say("waits.alt", headline=headline, n=len(points)))


def services(released: ReleasedResult, say: Say) -> Chart:
    """Draw the share of goals assessed within a year by service, against the target."""
    table, estimates = released.tables["services"], assessed_by_service(released)
    if estimates["value"].isna().all():
        return nothing(say("services.nothing"), say)
    aim = target(released, "assessed_percent")
    shown = estimates * _PER
    known = table.frame.join(shown).dropna(subset=["value"])
    below = known[[clear and value < aim * _PER for clear, value in
                   zip(clear_rows(known, aim * _PER), known["value"], strict=True)]]  # fmt: skip
    lowest = None if below.empty else below.sort_values(["value", "service"]).iloc[0]
    form = forest(
        table, say, over="service", n="followed", estimates=shown, reference=aim * _PER, log=False, digits=0,
        bold="" if lowest is None else str(lowest["service"]), below="special", above="universal",
        axis_title=say("services.axis"), below_text=say("services.below"), above_text=say("services.above"),
        text_title=say("services.text"), n_title=say("services.n"),
        reference_text=say("services.reference", share=say.percent(aim)),
    )  # fmt: skip
    headline = _services_headline(lowest, len(below), released, say)
    hidden = int(table.masked["in_year"].sum())
    number = float(table.frame["followed"].sum())
    n = say("n.followed", n=say.about(number)) if number > 0 else ""
    words = footer(say, n, say("left_out.services", n=hidden) if hidden else "")
    return Chart(form, headline, say("services.subtitle"), words,
                 say("services.alt", headline=headline, n=len(form.rows)))  # fmt: skip


def _outcomes(released: ReleasedResult, goal_year: Mapping[str, float]) -> dict[str, Share]:
    """Return outcome → share of the year's goals."""
    frame = released["outcomes"]
    rows = rows_of(frame[frame["year"].astype(str) == str(goal_year["year"])])
    return {str(row["outcome"]): published_share(float(row["goals"]), float(goal_year["goals"])) for row in rows}


def _segment(code: str, share: Share, say: Say) -> Segment:
    colour, hatched = _ORDER[code]
    text = say.percent(share.value) if share.known else say("word.hidden")
    return Segment(say.label("goal_outcomes", code), share.value if share.known else None, text, colour, hatched)


def _with_family_text(share: Share, say: Say) -> str:
    return say("goals.with_family", share=say.percent(share.value)) if share.known else ""


def _year_name(frame: pd.DataFrame, year: str, say: Say) -> str:
    full = bool((frame.loc[frame["year"].astype(str) == year, "days_seen"] >= FULL_DAYS).any())
    return year if full else say("year.part", year=year)


def _goals_headline(released: ReleasedResult, drawn: Mapping[str, dict[str, Share]], say: Say) -> str:
    """Say how many of the goals of the last full year but one were met: those of the last one are still under way."""
    years = [year for year in full_goal_years(released) if year in drawn]
    year = years[-2] if len(years) > 1 else [*drawn][-1]
    met, nobody = (drawn[year].get(code, published_share(math.nan, math.nan)) for code in ("met", "open"))
    if not met.known:
        return say("goals.headline.hidden", year=year)
    words = {"met": say.percent(met.value), "year": year}
    if not nobody.known:
        return say("goals.headline.met", **words)
    return say("goals.headline.both", open=say.percent(nobody.value), **words)


def _series(frame: pd.DataFrame, points: pd.DataFrame, say: Say) -> Series:
    months = (frame["time"].astype(float) / MONTH_DAYS).round()
    at_risk = dict(zip(months, frame["at_risk"].astype(float), strict=True))
    x = (points["time"].astype(float) / MONTH_DAYS).round()
    values = {name: np.clip(points[name].to_numpy(dtype=float), 0.0, 1.0) for name in ("share", "lower", "upper")}
    band = not np.isnan([values["lower"], values["upper"]]).any()
    told = [at_risk.get(tick, math.nan) if tick <= x.iloc[-1] else None for tick in _TICKS]
    return Series(
        label=say("waits.curve"), key=say("waits.key"), colour="early", x=tuple(x), y=tuple(values["share"]),
        lower=tuple(values["lower"]) if band else (), upper=tuple(values["upper"]) if band else (),
        table=tuple("" if each is None else say("word.hidden") if math.isnan(each) else say.number(each)
                    for each in told),
    )  # fmt: skip


def _services_headline(lowest: pd.Series | None, n: int, released: ReleasedResult, say: Say) -> str:
    aim = say.percent(target(released, "assessed_percent"))
    if lowest is not None:
        label, share = say.label("services", lowest["service"]), say.percent(float(lowest["value"]) / _PER)
        return say("services.headline.below" if n == 1 else "services.headline.several", service=label, share=share,
                   target=aim, n=n)  # fmt: skip
    rows = rows_of(released["everyone"])
    whole = assessed(rows[0]) if rows else published_share(math.nan, math.nan)
    if not whole.known:
        return say("services.headline.none", target=aim)
    return say("services.headline.whole", share=say.percent(whole.value), target=aim)


def _n(frame: pd.DataFrame, say: Say) -> str:
    number = float(frame["goals"].sum(skipna=False))
    return say("n.goals", n=say.about(number, math.isnan(number)))
