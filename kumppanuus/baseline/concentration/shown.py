"""What the charts and the signal of the room share: shares of the dearest, from published numbers."""

from __future__ import annotations

import math

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import FULL_DAYS
from kumppanuus.forms.lorenz import points_of
from kumppanuus.forms.rounding import rounding_of_sum
from kumppanuus.methods.concentration import gini_of_curve

_PARTS = (("1", 0.01), ("2-5", 0.05), ("6-10", 0.1))
"""Parts of the dearest tenth from the top on, and which part of all families ends there."""


def dearest_share(released: ReleasedResult, year: str) -> tuple[float, float]:
    """Return the share of the dearest tenth in the cost of a year, and half its interval; NaN where not published.

    The interval holds chance over families and the rounding of the two sums.
    """
    cost, total = (_number(released, name, year) for name in ("dearest", "years"))
    people = [_number(released, name, year, "persons") for name in ("dearest", "years")]
    frame = released["dearest"]
    margin = frame.loc[frame["year"] == year, "share_margin"]
    if not total > 0 or math.isnan(cost):
        return math.nan, math.nan
    share = cost / total
    rounded = (rounding_of_sum(cost, people[0]) + share * rounding_of_sum(total, people[1])) / total
    return min(share, 1.0), float(margin.iloc[0]) + rounded


def dearest_families(released: ReleasedResult, year: str) -> float:
    """Return the published number of families in the dearest tenth of a year; NaN where it is hidden."""
    return _number(released, "dearest", year, "families")


def top_shares(released: ReleasedResult) -> dict[float, float]:
    """Return the share of the cost of the top 1, 5 and 10 per cent of the families, as far as they are published."""
    frame = released["tops"]
    if frame.empty:
        return {}
    year = str(frame["year"].iloc[0])
    total, costs = (
        _number(released, "years", year),
        dict(zip(frame["part"], frame["cost_eur"].astype(float), strict=True)),
    )
    found, so_far = {}, 0.0
    for part, end in _PARTS:
        so_far += costs.get(part, math.nan)
        if total > 0 and not math.isnan(so_far):
            found[end] = min(so_far / total, 1.0)
    whole, _ = dearest_share(released, year)
    return found if math.isnan(whole) else {**found, 0.1: whole}


def curve_points(released: ReleasedResult) -> tuple[tuple[float, float], ...]:
    """Return the published points of the curve of cost, with those of the top 1 and 5 per cent, from (0, 0) on."""
    points = points_of(released.tables["groups"], "share")
    if not points:
        return ()
    tops = [(1 - part, 1 - share) for part, share in top_shares(released).items() if part < 0.1]
    raised, highest = [(0.0, 0.0)], 0.0
    for place, share in sorted([*points, *tops]):
        highest = min(max(highest, share), place)
        raised.append((place, highest))
    return tuple(raised)


def gini(released: ReleasedResult) -> tuple[float, float]:
    """Return the Gini index of the published curve, two decimals, and half its interval; NaN without a curve."""
    points = curve_points(released)
    if not points:
        return math.nan, math.nan
    years = released["years"]
    margin = years.loc[years["year"] == last_full(released), "gini_margin"]
    half = float(margin.iloc[0]) if len(margin) else math.nan
    return round(gini_of_curve(*zip(*points, strict=True)), 2), half


def full(released: ReleasedResult) -> list[str]:
    """Return the years of the room that were observed from end to end; all of them when none was."""
    years = released["years"]
    found = years.loc[years["days_seen"] >= FULL_DAYS, "year"]
    return [str(year) for year in (found if len(found) else years["year"])]


def last_full(released: ReleasedResult) -> str:
    """Return the last of them; empty when there is none."""
    return (full(released) or [""])[-1]


def _number(released: ReleasedResult, name: str, year: str, column: str = "cost_eur") -> float:
    frame = released[name]
    found = frame.loc[frame["year"] == year, column]
    return float(found.iloc[0]) if len(found) else math.nan
