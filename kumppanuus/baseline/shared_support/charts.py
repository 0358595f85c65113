"""Pictures of who of a family is supported at the same time. Protected numbers only."""

from __future__ import annotations

import math
from collections.abc import Mapping

from kumppanuus.baseline.shared_support.shown import (
    ages_known,
    change_of_together,
    parent_and_child,
    shares_of,
)
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import full_years, last_year, rows_of, year_name
from kumppanuus.drawing import Bar, Bars, Chart, Level, Segment, StackedBars
from kumppanuus.forms.nothing import nothing
from kumppanuus.forms.stacked import filled
from kumppanuus.language.say import Say, footer

_ORDER: Mapping[str, tuple[Level, bool]] = {
    "all": ("universal", True), "child_adult": ("universal", False), "siblings": ("early", False),
    "apart": ("special", False), "child": ("neutral", False), "adult": ("neutral", True), "unknown": ("hidden", False),
    "other": ("hidden", True),
}  # fmt: skip
"""Kinds from left to right: together first; colour and whether it is hatched. ``other``: what the gate merged."""
_MOST_YEARS = 10


def together(released: ReleasedResult, say: Say) -> Chart:
    """Draw the families of each year by who of them has services on one and the same day."""
    years = [str(year) for year in released["years"]["year"]][-_MOST_YEARS:]
    shares = {year: {kind: each.value for kind, each in shares_of(released, year).items()} for year in years}
    drawn = [year for year in years if any(not math.isnan(each) for each in shares[year].values())]
    if not ages_known(released):
        return nothing(say("together.no_ages" if drawn else "together.nothing"), say)
    codes = [code for code in _ORDER if any(code in shares[year] for year in drawn)]
    key = tuple((say.label("shared_kinds", code), *_ORDER[code]) for code in codes)
    rows = tuple(
        (year_name(released, year, say), filled([_segment(code, shares[year][code], say) for code in codes
                                                 if code in shares[year]]), _sum_text(released, year, say))
        for year in drawn
    )  # fmt: skip
    form = StackedBars(rows, key, axis_title=say("together.axis"))
    headline = _together_headline(released, say)
    hidden = sum(math.isnan(each) for year in drawn for each in shares[year].values())
    words = footer(say, n_of(released, say), say("left_out.hidden", n=hidden) if hidden else "")
    return Chart(form, headline, say("together.subtitle"), words, say("together.alt", headline=headline, n=len(rows)))


def several(released: ReleasedResult, say: Say) -> Chart:
    """Draw, year by year, the share of families in need of support in several ways who get it together."""
    rows = rows_of(released["several"])[-_MOST_YEARS:]
    if all(math.isnan(row["share"]) for row in rows):
        return nothing(say("several.nothing"), say)
    last = last_year(released)
    bars = []
    for row in rows:
        share, known = float(row["share"]), not math.isnan(row["share"])
        detail = say("several.of", some=say.number(row["together"]), all=say.number(row["several"])) if known else ""
        text = say.percent(share) if known else say("word.hidden")
        year = str(row["year"])
        colour: Level = "accent" if year == last else "neutral"
        bars.append(Bar(year_name(released, year, say), share if known else None, text, colour, detail, year == last))
    headline = _several_headline(released, say)
    form = Bars(tuple(bars), say("several.axis"))
    words = footer(say, n_of(released, say))
    return Chart(form, headline, say("several.subtitle"), words, say("several.alt", headline=headline, n=len(bars)))


def n_of(released: ReleasedResult, say: Say) -> str:
    """Return the number of families of the last full year for the footer."""
    frame, year = released["years"], last_year(released)
    if not year:
        return ""
    number = float(frame.loc[frame["year"].astype(str) == year, "families"].iloc[0])
    return say("n.families", n=say.about(number, math.isnan(number)), year=year)


def _segment(code: str, share: float, say: Say) -> Segment:
    colour, hatched = _ORDER[code]
    known = not math.isnan(share)
    text = say.percent(share) if known else say("word.hidden")
    return Segment(say.label("shared_kinds", code), share if known else None, text, colour, hatched)


def _sum_text(released: ReleasedResult, year: str, say: Say) -> str:
    share = parent_and_child(released, year)
    return "" if math.isnan(share) else say("together.total", share=say.percent(share))


def _together_headline(released: ReleasedResult, say: Say) -> str:
    years = full_years(released)
    share = parent_and_child(released, years[-1])
    if math.isnan(share):
        return say("together.headline.hidden", year=years[-1])
    alone = shares_of(released, years[-1]).get("child")
    words = {"share": say.percent(share), "year": years[-1]}
    if alone is None or not alone.known:
        return say("together.headline.share", **words)
    return say("together.headline.both", alone=say.percent(alone.value), **words)


def _several_headline(released: ReleasedResult, say: Say) -> str:
    found, years = change_of_together(released), full_years(released)
    if found is None:
        rows = [row for row in rows_of(released["several"]) if not math.isnan(row["share"])]
        return say("several.headline.one", share=say.percent(float(rows[-1]["share"])), year=rows[-1]["year"])
    last, _, low, high = found
    span = years[0] if len(years) == 2 else f"{years[0]}–{years[-2]}"
    case = "more" if low > 0 else "fewer" if high < 0 else "same"
    return say(f"several.headline.{case}", share=say.percent(last.value), year=years[-1], years=span)
