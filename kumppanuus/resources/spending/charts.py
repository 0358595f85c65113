"""Pictures of what the services cost: by service, by level and by way of production. Protected numbers only."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import full_years, last_year, rows_of, year_name
from kumppanuus.drawing import Bar, Bars, Chart, Level, Notice, Segment, StackedBars
from kumppanuus.drawing.spec import LEVELS
from kumppanuus.language.say import Say, footer
from kumppanuus.resources.spending.prices import includes_of

_WAYS: Mapping[str, tuple[Level, bool]] = {
    "own": ("neutral", False),
    "purchased": ("accent", False),
    "voucher": ("accent", True),
    "family": ("neutral", True),
    "unknown": ("universal", True),
}
_BOUGHT = ("purchased", "voucher")
_MOST_BARS = 15
_SAME_PERCENT = 2
"""A share that moves by less than two percentage points is called unchanged."""
_ROUNDING = 0.05
"""A hidden cost is known to be smaller when what is left of the year's total is, with room for rounded sums."""
_REST = 0.01
"""Hidden parts below this share of the year's total are not drawn: rounding alone may leave as much."""

Row = Mapping[str, Any]


def services(released: ReleasedResult, say: Say) -> Chart:
    """Draw the cost of each service in the last full year, the dearest first."""
    year, frame = last_year(released), released["services"]
    of_year = frame[(frame["year"] == year) & frame["cost_eur"].notna()]
    if of_year.empty:
        return _nothing("services", say)
    labels = [say.label("services", code) for code in of_year["service"]]
    ranked = of_year.assign(label=labels).sort_values(["cost_eur", "label"], ascending=[False, True])
    shown = ranked.head(_MOST_BARS)
    headline = _largest("services", ranked, released, year, say)
    hidden = int(((frame["year"] == year) & frame["cost_eur"].isna()).sum())
    return Chart(
        form=_service_bars(shown, say),
        headline=headline,
        subtitle=say("services.subtitle", year=year_name(released, year, say)),
        footer=footer(
            say,
            _n(released, year, say),
            say("left_out.hidden", n=hidden) if hidden else "",
            say("left_out.more", n=len(ranked) - len(shown)) if len(ranked) > len(shown) else "",
            _without_price(released, year, say),
        ),
        alt=f"{say('services.alt', headline=headline, n=len(shown))} {_included(shown, say)}".strip(),
    )


def levels(released: ReleasedResult, say: Say) -> Chart:
    """Draw the costs of each year by level, and say the share of corrective services."""
    found = set(released["levels"]["level"])
    parts = [*(level for level in LEVELS if level in found), *sorted(found - set(LEVELS))]
    styles = {part: (_colour(part), False) for part in parts}
    return _stacks("levels", "level", styles, ("corrective",), released, say)


def productions(released: ReleasedResult, say: Say) -> Chart:
    """Draw the costs of each year by way of production, and say the share of what is bought."""
    found = set(released["productions"]["production"])
    styles = {way: style for way, style in _WAYS.items() if way in found}
    return _stacks("productions", "production", styles, _BOUGHT, released, say)


def _stacks(
    name: str, column: str, styles: Mapping[str, tuple[Level, bool]], spoken_of: Sequence[str],
    released: ReleasedResult, say: Say,
) -> Chart:  # fmt: skip
    """Draw one column a year, its parts in the order of `styles`; the headline is about the parts `spoken_of`."""
    frame, codes = released[name], f"{column}s"
    if frame["cost_eur"].notna().sum() == 0:
        return _nothing(name, say)
    years = [str(year) for year in released["years"]["year"]][-_MOST_BARS:]
    cells = {(str(row[column]), str(row["year"])): row for row in rows_of(frame)}
    shown = [
        tuple(_segment(say.label(codes, part), cells.get((part, year)), styles[part], say) for part in styles)
        for year in years
    ]
    rest = [_hidden_part(frame, released, year, say) for year in years]
    rows = tuple(
        (year_name(released, year, say), (*parts, *more), _euros(_total(released, year), say))
        for year, parts, more in zip(years, shown, rest, strict=True)
    )
    key = [(_key(frame, column, part, say), *styles[part]) for part in styles]
    key += [(say("key.parts"), "hidden", False)] if any(rest) else []
    headline = _stacks_headline(name, column, spoken_of, released, say)
    hidden = int(frame.loc[frame["year"].isin(years), "cost_eur"].isna().sum())
    return Chart(
        form=StackedBars(rows, tuple(key), vertical=True),
        headline=headline,
        subtitle=say(f"{name}.subtitle"),
        footer=footer(
            say,
            _n(released, last_year(released), say),
            say("left_out.parts", n=hidden) if hidden else "",
            _without_price(released, last_year(released), say),
        ),
        alt=say(f"{name}.alt", headline=headline, n=len(rows)),
    )


def _segment(label: str, row: Row | None, style: tuple[Level, bool], say: Say) -> Segment:
    cost = float(row["cost_eur"]) if row is not None else math.nan
    value = None if math.isnan(cost) else max(cost, 0.0)
    return Segment(label, value, "" if value is None else say.euros(value), style[0], pattern=style[1])


def _hidden_part(frame: pd.DataFrame, released: ReleasedResult, year: str, say: Say) -> tuple[Segment, ...]:
    """What the hidden parts of a year cost together, as the published numbers tell: the column is as high as its total.

    Nothing when no part is hidden, the total is, or what is left may come from rounding alone.
    """
    costs, total = frame.loc[frame["year"] == year, "cost_eur"], _total(released, year)
    left = total - float(costs.sum())
    if not costs.isna().any() or not left > _REST * total:
        return ()
    return (Segment(say("key.parts"), left, "", "hidden"),)


def _key(frame: pd.DataFrame, column: str, part: str, say: Say) -> str:
    """Name a part, and say so when every cost of it is hidden."""
    label = say.label(f"{column}s", part)
    shown = frame.loc[frame[column] == part, "cost_eur"].notna().any()
    return label if shown else say("key.hidden", name=label, hidden=say("word.hidden"))


def _stacks_headline(name: str, column: str, spoken_of: Sequence[str], released: ReleasedResult, say: Say) -> str:
    """Say the share of what is spoken of in the last full year and its direction since the first one."""
    full = full_years(released)
    known = [(year, share) for year in full if not math.isnan(share := _share(name, column, spoken_of, released, year))]
    if not known or known[-1][0] != full[-1]:
        return _largest_part(name, column, released, full[-1], say)
    (first, before), (last, after) = known[0], known[-1]
    words = {"share": say("word.about", n=say.percent(after)), "year": last}
    if first == last:
        return say(f"{name}.headline.one_year", **words)
    points = round((after - before) * 100)
    if abs(points) < _SAME_PERCENT:
        return say(f"{name}.headline.flat", **words, first=first)
    case = "up" if points > 0 else "down"
    return say(f"{name}.headline.{case}", **words, first=first, points=say.number(abs(points)))


def _share(name: str, column: str, parts: Sequence[str], released: ReleasedResult, year: str) -> float:
    """Return the parts' share of the year's costs in whole percent; NaN when one is hidden or no year has them."""
    frame = released[name]
    spoken_of = frame[frame[column].isin(parts)]
    costs = spoken_of.loc[spoken_of["year"] == year, "cost_eur"]
    total = _whole(frame, released, year)
    if spoken_of.empty or costs.isna().any() or not total > 0:
        return math.nan
    return min(round(float(costs.sum()) / total, 2), 1.0)


def _largest_part(name: str, column: str, released: ReleasedResult, year: str, say: Say) -> str:
    frame = released[name]
    of_year = frame[(frame["year"] == year) & frame["cost_eur"].notna()]
    if of_year.empty:
        return say(f"{name}.headline.hidden", year=year)
    labels = [say.label(f"{column}s", code) for code in of_year[column]]
    ranked = of_year.assign(label=labels).sort_values(["cost_eur", "label"], ascending=[False, True])
    return _largest(name, ranked, released, year, say)


def _largest(name: str, shown: pd.DataFrame, released: ReleasedResult, year: str, say: Say) -> str:
    """Name the greatest cost (the first row) and, when the year's total is published, its share."""
    frame, row = released[name], rows_of(shown)[0]
    total, cost = _whole(frame, released, year), float(row["cost_eur"])
    words = {"name": row["label"], "cost": say("word.about", n=say.euros(cost)), "year": year}
    of_year = frame.loc[frame["year"] == year, "cost_eur"]
    if len(of_year) == 1 and name != "services":
        return say(f"{name}.headline.only", **words)
    hidden = bool(of_year.isna().any())
    if hidden and not cost > total - float(shown["cost_eur"].sum()) + _ROUNDING * total:
        return say(f"{name}.headline.largest_shown", **words)
    if not total > 0:
        return say(f"{name}.headline.largest_alone", **words)
    return say(f"{name}.headline.largest", **words, share=say.percent(min(round(cost / total, 2), 1.0)))


def _service_bars(shown: pd.DataFrame, say: Say) -> Bars:
    """Bars of costs; a basis that all of them share is told once, above them."""
    bases = sorted(set(shown["basis"]))
    one = len(bases) == 1
    bars = tuple(_service_bar(row, place == 0, one, say) for place, row in enumerate(rows_of(shown)))
    axis = say("services.axis_one", basis=say.label("bases", bases[0])) if one else say("services.axis")
    return Bars(bars, axis)


def _service_bar(row: Row, first: bool, one_basis: bool, say: Say) -> Bar:
    cost, level = float(row["cost_eur"]), say.label("levels", row["level"])
    detail = level if one_basis else f"{level} · {say.label('bases', row['basis'])}"
    return Bar(row["label"], max(cost, 0.0), say.euros(cost), _colour(row["level"]), detail, bold=first)


def _colour(level: str) -> Level:
    return next((known for known in LEVELS if known == level), "neutral")


def _included(shown: pd.DataFrame, say: Say) -> str:
    """Say what the unit costs of the services shown include, as far as the study tells."""
    told = [(row["label"], includes_of(str(row["service"]), say)) for row in rows_of(shown[shown["basis"] != "rows"])]
    prices = "; ".join(f"{label}: {text}" for label, text in told if text)
    return say("services.includes", prices=prices) if prices else ""


def _whole(frame: pd.DataFrame, released: ReleasedResult, year: str) -> float:
    """Return what the parts of a year are shares of: their sum where all are published, else the year's total.

    The parts are rounded more finely than their total.
    """
    costs = frame.loc[frame["year"] == year, "cost_eur"]
    return float(costs.sum()) if costs.notna().all() else _total(released, year)


def _total(released: ReleasedResult, year: str) -> float:
    years = released["years"]
    found = years.loc[years["year"] == year, "cost_eur"]
    return float(found.iloc[0]) if len(found) else math.nan


def _euros(value: float, say: Say) -> str:
    return say("word.hidden") if math.isnan(value) else say.euros(value)


def _n(released: ReleasedResult, year: str, say: Say) -> str:
    years = released["years"]
    row = rows_of(years[years["year"] == year])[0]
    if row["hidden"]:
        return say("footer.n", n=say("word.hidden"))
    return say("n.families", n=say.about(float(row["families"])), year=year)


def _without_price(released: ReleasedResult, year: str, say: Say) -> str:
    """Say how many services used in the year have no price, wholly or for some way of production."""
    unpriced = released["unpriced"]
    n = unpriced.loc[unpriced["year"] == year, "service"].nunique()
    return say("left_out.unpriced", n=n) if n else ""


def _nothing(name: str, say: Say) -> Chart:
    headline, words = say(f"{name}.headline.nothing"), say(f"{name}.nothing")
    return Chart(
        form=Notice((words,)), headline=headline, subtitle="", footer=footer(say, ""), alt=f"{headline}. {words}"
    )
