"""Pictures of how cost and service use pile up on few families, and whether they stay. Protected numbers only."""

from __future__ import annotations

import math

import numpy as np

from kumppanuus.baseline.concentration.shown import (
    curve_points,
    dearest_families,
    dearest_share,
    full,
    gini,
    last_full,
    top_shares,
)
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.rules import share as published_share
from kumppanuus.disclosure.years import rows_of
from kumppanuus.drawing import Bar, Bars, Chart, Level, Line, Lines, Lorenz
from kumppanuus.drawing.spec import Form
from kumppanuus.forms.axis import round_marks
from kumppanuus.forms.lorenz import gini_of, headline_top, lorenz, points_of, top_share
from kumppanuus.forms.nothing import nothing
from kumppanuus.forms.rounding import ends_of_class
from kumppanuus.language.say import Say, footer
from kumppanuus.methods.shares import wilson_limits

_HALF = 0.5
_TENTH = 0.1
_ORIGINS: dict[str, Level] = {"tenth": "corrective", "upper": "neutral", "lower": "neutral", "none": "neutral"}


def costs(released: ReleasedResult, say: Say) -> Chart:
    """Draw how cost piles up from family to family, and what the dearest 1, 5 and 10 per cent have of it."""
    points, tops, year = curve_points(released), top_shares(released), last_full(released)
    if not points or _TENTH not in tops:
        return nothing(say("costs.nothing"), say)
    bars = [_top_bar(part, share, say) for part, share in sorted(tops.items())]
    lower = top_share(released.tables["groups"], _HALF, "share")
    if not math.isnan(lower):
        bars.append(Bar(_words("costs.bottom", _HALF, say), round(1 - lower, 2), say.percent(1 - lower), "neutral"))
    ticks = [say.percent(each) for each in (0.0, 0.25, 0.5, 0.75, 1.0)]
    form = Lorenz(points, tuple(bars), say("costs.x"), say("costs.y"), (*ticks,), say("costs.bars"), say("costs.equal"),  # type: ignore[arg-type]
                  1 - _TENTH)  # fmt: skip
    share, half = dearest_share(released, year)
    words = {"share": say.percent(share), "year": year}
    ends = "" if math.isnan(half) else say.percents(max(share - half, 0.0), min(share + half, 1.0))
    index, margin = gini(released)
    note = say("note.gini", gini=say.number(index, 2), low=say.number(index - margin, 2),
               high=say.number(min(index + margin, 1.0), 2))  # fmt: skip
    headline, limits = say("costs.headline.share", **words), say("note.tenth", ends=ends) if ends else ""
    return _chart("costs", form, headline, _n(released, year, say), say, limits, "" if math.isnan(margin) else note,
                  year=year)  # fmt: skip


def trend(released: ReleasedResult, say: Say) -> Chart:
    """Draw the share of the dearest tenth in the cost of each full year, with its interval."""
    years = full(released)
    shares = {year: dearest_share(released, year) for year in years}
    known = [year for year, (share, _) in shares.items() if not math.isnan(share)]
    if not known:
        return nothing(say("trend.nothing"), say)
    values = [_known(shares[year][0]) for year in years]
    lower, upper = ([_known(min(max(shares[year][0] + sign * shares[year][1], 0.0), 1.0)) for year in years]
                    for sign in (-1, 1))  # fmt: skip
    marks = round_marks(0.0, max(value for value in upper if value is not None), 5)
    texts = tuple("" if value is None else say.percent(value) for value in values)
    line = Line(say("trend.line"), "corrective", tuple(values), texts, "", tuple(lower), tuple(upper))
    form = Lines((line,), tuple(years), y_max=marks[-1], y_ticks=tuple((mark, say.percent(mark)) for mark in marks),
                 axis_title=say("trend.axis"))  # fmt: skip
    return _chart("trend", form, _trend_headline(shares, known, say), _n(released, known[-1], say), say)


def stay(released: ReleasedResult, say: Say) -> Chart:
    """Draw where the families of the dearest tenth were the year before."""
    frame = released["before"]
    counted = {str(row["origin"]): float(row["families"]) for row in rows_of(frame)}
    if all(math.isnan(value) for value in counted.values()):
        return nothing(say("stay.nothing"), say)
    year = str(frame["year"].iloc[0])
    total = dearest_families(released, year)
    bars = tuple(_origin_bar(origin, counted[origin], total, say) for origin in _ORIGINS if origin in counted)
    hidden = int(frame["families"].isna().sum())
    headline, limits = _stay_words(counted.get("tenth", 0.0), total, year, say)
    n = say("n.dearest", n=say.about(total, math.isnan(total)), year=year)
    note = say("left_out.hidden", n=hidden) if hidden else ""
    return _chart("stay", Bars(bars, say("stay.axis")), headline, n, say, limits, note, year=year)


def use(released: ReleasedResult, say: Say) -> Chart:
    """Draw how days in services pile up from family to family."""
    table = released.tables["days"]
    if not points_of(table, "share"):
        return nothing(say("use.nothing"), say)
    form = lorenz(
        table, say, of="share", top=lambda share: say("use.top", share=share),
        bottom=lambda share: say("use.bottom", share=share), x_label=say("use.x"), y_label=say("use.y"),
        equal=say("use.equal"), bars_title=say("use.bars"),
    )  # fmt: skip
    year, top = str(table.frame["year"].iloc[0]), headline_top(table, "share")
    share, families = top_share(table, top, "share"), table.frame["families"]
    case = "unclear" if math.isnan(share) else "share"
    headline = say(f"use.headline.{case}", top=say.percent(top), share=say.percent(share), year=year)
    n = "" if families.isna().any() else say("n.families", n=say.about(float(families.sum())), year=year)
    return _chart("use", form, headline, n, say, say("note.gini_days", gini=say.number(gini_of(table, "share"), 2)),
                  year=year)  # fmt: skip


def _chart(name: str, form: Form, headline: str, n: str, say: Say, *notes: str, year: str = "") -> Chart:
    alt = say(f"{name}.alt", headline=headline)
    return Chart(form, headline, say(f"{name}.subtitle", year=year), footer(say, n, *notes), alt)


def _n(released: ReleasedResult, year: str, say: Say) -> str:
    years = released["years"]
    found = years.loc[years["year"] == year, "families"]
    number = float(found.iloc[0]) if len(found) else math.nan
    return say("n.families", n=say.about(number, math.isnan(number)), year=year)


def _words(key: str, part: float, say: Say) -> str:
    return say(key, share=say.percent(part)).replace(" ", "\N{NO-BREAK SPACE}")


def _top_bar(part: float, share: float, say: Say) -> Bar:
    main = part == _TENTH
    return Bar(_words("costs.top", part, say), round(share, 2), say.percent(share), "special" if main else "neutral",
               bold=main)  # fmt: skip


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _trend_headline(shares: dict[str, tuple[float, float]], known: list[str], say: Say) -> str:
    first, last = known[0], known[-1]
    (before, of_before), (after, of_after) = shares[first], shares[last]
    words = {"before": say.percent(before), "after": say.percent(after), "first": first, "last": last}
    if first == last:
        return say("trend.headline.one_year", **words)
    case = "unclear" if abs(after - before) <= math.hypot(of_before, of_after) else "up" if after > before else "down"
    return say(f"trend.headline.{case}", **words)


def _origin_bar(origin: str, families: float, total: float, say: Say) -> Bar:
    here = origin == "tenth"
    if math.isnan(families):
        return Bar(say(f"origins.{origin}"), None, say("word.hidden"), _ORIGINS[origin], bold=here)
    part = _part(families, total)
    detail = "" if math.isnan(part) else say("stay.share", share=say.percent(part))
    return Bar(say(f"origins.{origin}"), families, say.about(families), _ORIGINS[origin], detail, bold=here)


def _part(families: float, total: float) -> float:
    """Return a share of published numbers in whole per cent; NaN where one is hidden or the total below 20."""
    return float(published_share(np.array([families]), np.array([total]))[0])


def _stay_words(stayed: float, total: float, year: str, say: Say) -> tuple[str, str]:
    """Return the headline and the limits of the share that was there before, read at the ends of its class."""
    part = _part(stayed, total)
    if math.isnan(part):
        return say("stay.headline.unclear", year=year), ""
    least, most = (min(float(end[0]), total) for end in ends_of_class(np.array([stayed])))
    low, _ = wilson_limits(least, total)
    _, high = wilson_limits(most, total)
    limits = say("note.limits", ends=say.percents(low, high))
    return say("stay.headline.share", share=say.percent(part), year=year), limits
