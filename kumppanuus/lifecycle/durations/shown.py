"""Published curves as a chart needs them: points by month, texts of the table below, words of the median."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Level, Series
from kumppanuus.drawing.spec import LEVELS
from kumppanuus.language.say import Say
from kumppanuus.register.calendar import MONTH_DAYS

TAIL = 0.05


@dataclass(frozen=True, slots=True)
class ShownCurve:
    """One published curve.

    months, survival, lower, upper : the published points; months since the beginning, shares 0–1.
    at_risk, later : month → protected number, NaN where it is hidden.
    median, median_lower, median_upper : months; NaN = not reached on the published curve.
    spells : protected number of relationships, NaN where it is hidden.
    conditional : too few were under observation at first; the curve is of those that lasted until it begins.
    """

    label: str
    colour: Level
    months: tuple[float, ...]
    survival: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    at_risk: Mapping[float, float]
    later: Mapping[float, float]
    median: float
    median_lower: float
    median_upper: float
    spells: float
    conditional: bool

    @property
    def last_month(self) -> float:
        """Month of the last published point."""
        return self.months[-1]

    @property
    def bounds(self) -> tuple[float, float, float]:
        """Median and limits to compare by: not reached is infinite, its lower limit at least the last month."""
        median = math.inf if math.isnan(self.median) else self.median
        lowest = self.last_month if math.isinf(median) else 0.0
        lower = lowest if math.isnan(self.median_lower) else self.median_lower
        return median, lower, math.inf if math.isnan(self.median_upper) else self.median_upper


def shown_curves(
    released: ReleasedResult, table: str, curves: str, codes: str, say: Say, colours: Mapping[str, Level] | None = None
) -> dict[str, ShownCurve]:
    """Return the curves that have at least two published points, by code, in the order of `table`.

    Parameters
    ----------
    colours : code → role, grey for the others; None = that of the row's level.
    """
    dimension = released.tables[table].declaration.dimensions[-1]
    rows = released[table].set_index(dimension)
    points = {str(code): part for code, part in released[curves].groupby(dimension, sort=False)}
    return {
        str(code): _shown(points[str(code)], row, say.label(codes, code), _colour(points[str(code)], code, colours))
        for code, row in rows.iterrows()
        if str(code) in points and points[str(code)]["survival"].count() >= 2
    }


def _colour(rows: pd.DataFrame, code: object, colours: Mapping[str, Level] | None) -> Level:
    return colour_of(str(rows["level"].iloc[0])) if colours is None else colours.get(str(code), "neutral")


def _shown(rows: pd.DataFrame, row: pd.Series, label: str, colour: Level) -> ShownCurve:
    """Read a curve: rows without a share are months whose numbers under observation are published, no points."""
    points = rows.dropna(subset=["survival"])
    marks = [_month(day) for day in rows["time"]]
    median, lower, upper, spells = (float(row[x]) for x in ("median", "median_lower", "median_upper", "spells"))
    has_band = not points[["lower", "upper"]].isna().any(axis=None)
    return ShownCurve(
        label=label,
        colour=colour,
        months=tuple(_month(day) for day in points["time"]),
        survival=tuple(points["survival"]),
        lower=tuple(points["lower"]) if has_band else (),
        upper=tuple(points["upper"]) if has_band else (),
        at_risk=dict(zip(marks, rows["at_risk"], strict=True)),
        later=dict(zip(marks, rows["later"], strict=True)) if "later" in rows else {},
        median=median,
        median_lower=lower,
        median_upper=upper,
        spells=spells,
        conditional=bool(points["at_risk"].iloc[0] == 0),
    )


def _month(day: float) -> float:
    return float(round(day / MONTH_DAYS))


def colour_of(level: str) -> Level:
    """Return the colour role of a service level; grey when the level is not known."""
    return level if level in LEVELS else "neutral"


def month_ticks(curves: Sequence[ShownCurve]) -> tuple[float, ...]:
    """Return the marks of the time axis: every 6 months, within a year every 3, beyond 3 years every 12.

    The axis ends where hardly anything is left to see: a long tail under 5 % would squeeze the part that matters.
    """
    last = max(
        month for curve in curves for month, share in zip(curve.months, curve.survival, strict=True) if share > TAIL
    )
    step = 3 if last <= 12 else 6 if last <= 36 else 12
    return tuple(float(step * place) for place in range(max(2, math.ceil(last / step)) + 1))


def series_of(curve: ShownCurve, ticks: Sequence[float], say: Say) -> Series:
    """Return the curve as drawn: the mark lies where its line has come down to a half, in whole months."""
    marker = None
    if curve.months and curve.months[0] <= curve.median <= curve.months[-1]:
        marker = (curve.median, float(np.interp(curve.median, curve.months, curve.survival)))
    return Series(
        label=curve.label,
        key=median_words(curve, say),
        colour=curve.colour,
        x=curve.months,
        y=curve.survival,
        lower=curve.lower,
        upper=curve.upper,
        table=tuple(_cell(curve.at_risk, tick, curve.last_month, say) for tick in ticks),
        marker=marker,
    )


def later_row(curves: Sequence[ShownCurve], ticks: Sequence[float], say: Say) -> tuple[str, ...]:
    """Return how many come under observation after each tick, in the curves that have a published point there.

    A hidden number adds nothing to the sum; when all are hidden the cell says so.
    """
    cells = [[curve.later[tick] for curve in curves if tick in curve.later] for tick in ticks]
    last = max(curve.last_month for curve in curves)
    return tuple(
        _number(float(pd.Series(here).sum(min_count=1)), say) if here else "–" if tick <= last else ""
        for here, tick in zip(cells, ticks, strict=True)
    )


def median_words(curve: ShownCurve, say: Say) -> str:
    """Return the words of the median: with its interval, with the known end of it, or not reached."""
    if math.isnan(curve.median):
        return say("key.not_reached")
    if math.isnan(curve.median_lower) or curve.median_lower == curve.median_upper == curve.median:
        return say("key.median_alone", median=curve.median)
    if math.isnan(curve.median_upper):
        return say("key.median_open", median=curve.median, lower=curve.median_lower)
    return say("key.median", median=curve.median, interval=between(curve.median_lower, curve.median_upper, say))


def between(low: float, high: float, say: Say) -> str:
    """Write ``7–10``, or one number when both are the same."""
    return say.number(low) if low == high else f"{say.number(low)}–{say.number(high)}"


def _cell(numbers: Mapping[float, float], tick: float, last: float, say: Say) -> str:
    if tick in numbers:
        return _number(numbers[tick], say)
    return "–" if tick <= last else ""


def _number(value: float, say: Say) -> str:
    return say("word.hidden") if math.isnan(value) else say.number(value)
