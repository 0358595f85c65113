"""Girls and boys beside each other, by age and with age held equal. Protected numbers only (R16: P)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumppanuus.baseline.equity.compute import CHILDREN
from kumppanuus.baseline.equity.shown import why_nothing, year_chart, year_of
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart, Dumbbell, DumbbellRow, Level
from kumppanuus.forms.axis import round_marks
from kumppanuus.forms.nothing import nothing
from kumppanuus.forms.rates import PER, published_rates, rate_words
from kumppanuus.forms.rounding import clusters_in, ends_of_class
from kumppanuus.language.say import Say
from kumppanuus.methods.standardised import direct, direct_ratio

_SEXES = ("female", "male")


@dataclass(frozen=True, slots=True)
class Standardised:
    """Girls and boys per 1,000 with the ages of all children.

    rates : columns ``value``, ``lower``, ``upper`` by sex.
    ratio : of boys to girls with its limits, the widest that the published numbers leave possible.
    """

    rates: pd.DataFrame
    ratio: tuple[float, float, float]


def groups(released: ReleasedResult, say: Say) -> Chart:
    """Draw how many girls and boys of each age were clients per 1,000."""
    why = why_nothing("groups", released, say)
    if why is not None:
        return why
    strata = _strata(released)
    if strata["population"].isna().all():
        return nothing(say("groups.no_sexes"), say)
    if strata["value"].isna().all():
        return nothing(say("groups.nothing"), say)
    found = standardised(strata)
    ages = {age: strata[strata["age_in_year"] == age] for age in CHILDREN}
    rows = [_row(say.label("age_groups", age), part, "neutral", say) for age, part in ages.items()]
    _, lower, upper = found.ratio
    clear = lower > 1 or upper < 1
    rows.append(_row(say("groups.all"), found.rates.reset_index(), "accent" if clear else "neutral", say))
    places = [place for row in rows for place in (row.start, row.end) if place is not None]
    marks = round_marks(0.0, max(places), 5)
    form = Dumbbell(
        tuple(rows), say("groups.girls"), say("groups.boys"),
        tuple((mark, say.number(mark)) for mark in marks), say("groups.axis"),
    )  # fmt: skip
    return year_chart("groups", form, _headline(found, say, year_of(released)), len(rows), released, say)


def standardised(strata: pd.DataFrame) -> Standardised:
    """Return the rates of girls and boys with the ages of all children, and their ratio."""
    ordered = {sex: strata[strata["sex"] == sex].set_index("age_in_year").reindex(list(CHILDREN)) for sex in _SEXES}
    standard = sum(rows["population"].to_numpy(dtype=float) for rows in ordered.values())
    rates = pd.DataFrame({sex: _rate(rows, np.asarray(standard)) for sex, rows in ordered.items()}).T
    girls, boys = ordered["female"], ordered["male"]
    return Standardised(rates.rename_axis("sex"), _ratio(boys, girls, np.asarray(standard)))


def _strata(released: ReleasedResult) -> pd.DataFrame:
    table = released.tables["strata"]
    rates = published_rates(table, of="persons", families="families", base="population")
    return table.frame.join(rates)[table.frame["sex"].isin(_SEXES) & table.frame["age_in_year"].isin(CHILDREN)]


def _rate(rows: pd.DataFrame, standard: np.ndarray) -> dict[str, float]:
    persons, homes, base = (rows[name].to_numpy(dtype=float) for name in ("persons", "families", "population"))
    found = []
    for end, count in zip(("value", "lower", "upper"), (persons, *ends_of_class(persons)), strict=True):
        squares, largest = clusters_in(count, persons, homes)
        rate = direct(count, base, standard, squares=squares, largest=largest, per=PER)
        found.append(float(getattr(rate, end)))
    value, lower, upper = found
    return {"value": round(value), "lower": math.floor(lower), "upper": math.ceil(upper)} if value > 0 else {
        "value": math.nan, "lower": math.nan, "upper": math.nan}  # fmt: skip


def _ratio(above: pd.DataFrame, below: pd.DataFrame, standard: np.ndarray) -> tuple[float, float, float]:
    """Return the ratio, its lower limit from the least above and the most below the line, and the upper one."""
    numbers = [[rows[name].to_numpy(dtype=float) for name in ("persons", "families", "population")]
               for rows in (above, below)]  # fmt: skip
    ends = [(persons, *ends_of_class(persons)) for persons, _, _ in numbers]
    found = []
    for end, pair in (("value", (0, 0)), ("lower", (1, 2)), ("upper", (2, 1))):
        counts = [ends[side][at] for side, at in enumerate(pair)]
        squares = [clusters_in(count, *each[:2])[0] for count, each in zip(counts, numbers, strict=True)]
        ratio = direct_ratio(
            counts[0], numbers[0][2], counts[1], numbers[1][2], standard, squares=squares[0], other_squares=squares[1]
        )
        found.append(float(getattr(ratio, end)))
    value, lower, upper = found
    return value, lower, upper


def _row(label: str, rows: pd.DataFrame, colour: Level, say: Say) -> DumbbellRow:
    """A row of the picture: girls hollow, boys filled."""
    by_sex = rows.set_index("sex")[["value", "lower", "upper"]].astype(float).reindex(list(_SEXES))
    ends: list[tuple[float | None, str]] = []
    for value, lower, upper in by_sex.to_numpy():
        known = not math.isnan(value)
        ends.append((float(value), rate_words(value, lower, upper, say)) if known else (None, say("word.hidden")))
    (start, start_text), (end, end_text) = ends
    return DumbbellRow(label, start, end, start_text, end_text, colour)


def _headline(found: Standardised, say: Say, year: str) -> str:
    """Say who were clients more often with age held equal, or that it cannot be told."""
    _, lower, upper = found.ratio
    girls, boys = (float(found.rates["value"][sex]) for sex in _SEXES)
    if math.isnan(girls) or math.isnan(boys) or math.isnan(lower):
        return say("groups.headline.unknown", year=year)
    words = {"girls": girls, "boys": boys, "year": year}
    case = "boys" if lower > 1 else "girls" if upper < 1 else "unclear"
    return say(f"groups.headline.{case}", **words)
