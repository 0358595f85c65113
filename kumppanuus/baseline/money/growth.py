"""Pictures of how costs have grown: all of them, and preventive beside corrective ones. Protected numbers only."""

from __future__ import annotations

import math

from kumppanuus.baseline.money.shown import (
    COMPARED,
    GROUPS,
    base_words,
    families_text,
    level_change,
    level_cost,
    room_chart,
    years_of,
)
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import full_years
from kumppanuus.drawing import Chart, Level, Line, Lines
from kumppanuus.forms.axis import round_marks
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say

_COLOURS: dict[str, Level] = {"preventive": "early", "special": "special", "corrective": "corrective"}
_EVERY = tuple(level for levels in GROUPS.values() for level in levels)
_SAME = 0.01
"""Costs in prices of each year and of the base year that differ by less are drawn as one line."""


def growth(released: ReleasedResult, say: Say) -> Chart:
    """Draw all costs of the full years, in prices of each year and in those of the base year."""
    years = full_years(released)
    costs = years_of(released, years)
    known = [cost for cost in costs if not math.isnan(cost.described)]
    if not known:
        return nothing(say("growth.nothing"), say)
    nominal = [None if math.isnan(cost.described) else cost.described for cost in costs]
    real = [None if math.isnan(cost.real) else cost.real for cost in costs]
    parted = any(b is not None and a is not None and abs(a - b) > _SAME * a for a, b in zip(nominal, real, strict=True))
    lines = [_line(say("growth.nominal" if parted else "growth.all"), "neutral", nominal, say)]
    lines += [_line(say("growth.real", **base_words(say)), "corrective", real, say)] if parted else []
    case = "" if parted else say("growth.assumed" if all(cost.rows == 0 for cost in known) else "growth.unindexed")
    headline = _growth_headline(released, [cost.year for cost in known], parted, say)
    form = _lines(lines, years, say("growth.axis"), say)
    families = families_text(released, years[-1], say)
    return room_chart("growth", form, headline, len(years), say, families, case)


def balance(released: ReleasedResult, say: Say) -> Chart:
    """Draw preventive, special and corrective costs of the full years, and say how the first compare to the last."""
    years = full_years(released)
    costs = {name: [level_cost(released, levels, year) for year in years] for name, levels in GROUPS.items()}
    shown = {name: values for name, values in costs.items() if any(value > 0 for value in values)}
    if not shown:
        return nothing(say("balance.nothing"), say)
    lines = [
        _line(say(f"balance.{name}"), _COLOURS[name], [value if value > 0 else None for value in values], say)
        for name, values in shown.items()
    ]
    headline, note = _balance_words(released, years, say)
    form = _lines(lines, years, say("balance.axis"), say)
    priced = base_words(say)
    based = say("note.base", **priced) if priced["index"] else ""
    families = families_text(released, years[-1], say)
    return room_chart("balance", form, headline, len(years), say, families, note, based)


def ratio_of(released: ReleasedResult, year: str) -> float:
    """Return the euros that went to preventive services for each one that went to corrective ones; NaN if unknown."""
    preventive, corrective = (level_cost(released, GROUPS[name], year) for name in COMPARED)
    return preventive / corrective if corrective > 0 else math.nan


def _balance_words(released: ReleasedResult, years: list[str], say: Say) -> tuple[str, str]:
    """Return the headline and the note with the ratios of the first and the last year."""
    known = [(year, ratio) for year in years if not math.isnan(ratio := ratio_of(released, year))]
    if not known:
        return say("balance.headline.hidden"), ""
    (first, before), (last, after) = known[0], known[-1]
    words = {"after": say.number(after, 2), "last": last, "before": say.number(before, 2), "first": first}
    if first == last:
        return say("balance.headline.one_year", **words), say("note.ratio_once", **words)
    preventive, corrective = (
        level_change(released, GROUPS[name], first, last) for name in ("preventive", "corrective")
    )
    change, half = preventive[0] - corrective[0], math.hypot(preventive[1], corrective[1])
    case = "unclear" if math.isnan(half) or abs(change) <= half else "up" if change > 0 else "down"
    return say(f"balance.headline.{case}", **words), say("note.ratio", **words)


def _growth_headline(released: ReleasedResult, years: list[str], parted: bool, say: Say) -> str:
    first, last = years_of(released, [years[0], years[-1]])[0], years_of(released, [years[-1]])[0]
    words = {"first": first.year, "last": last.year, "cost": say.euros(last.described), **base_words(say)}
    if first.year == last.year:
        return say("growth.headline.one_year", **words)
    ratio = last.real / first.real if parted else last.described / first.described
    _, half = level_change(released, _EVERY, first.year, last.year)
    points = round(abs(ratio - 1) * 100) if not math.isnan(ratio) else 0
    unknown = math.isnan(half) or math.isnan(ratio)
    if unknown or abs(math.log(ratio)) <= half or not points:
        case = "untold" if unknown else "unclear"
        return say(f"growth.headline.{case}", **words, before=say.euros(first.described))
    way = "up" if ratio > 1 else "down"
    change = {"change": say.percent(points / 100), "nominal": say.percent(abs(last.described / first.described - 1))}
    return say(f"growth.headline.{way}{'_real' if parted else ''}", **words, **change)


def _line(label: str, colour: Level, values: list[float | None], say: Say) -> Line:
    known = [value for value in values if value is not None]
    texts = tuple("" if value is None else say.euros(value) for value in values)
    change = known[-1] / known[0] - 1 if len(known) > 1 and known[0] > 0 else math.nan
    sign = "+" if change >= 0 else ""
    key = "" if math.isnan(change) else f"{sign}{say.percent(change)}"
    return Line(label, colour, tuple(values), texts, key)


def _lines(lines: list[Line], years: list[str], axis: str, say: Say) -> Lines:
    highest = max(value for line in lines for value in line.values if value is not None)
    ticks = tuple((mark, say.euros(mark) if mark else "0") for mark in round_marks(0.0, highest, 5))
    return Lines(tuple(lines), tuple(years), y_max=ticks[-1][0], y_ticks=ticks, axis_title=axis)
