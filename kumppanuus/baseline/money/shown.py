"""What the charts and signals of the room share: costs in one price level, groups of levels, words of the frame."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import rows_of
from kumppanuus.drawing import Chart
from kumppanuus.drawing.spec import Form
from kumppanuus.forms.rounding import rounding_of_sum
from kumppanuus.language.say import Say, footer

GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"preventive": ("universal", "early"), "special": ("special",), "corrective": ("corrective",)}
)
"""Which levels are preventive and which corrective; special services stand apart and are neither."""
COMPARED = ("preventive", "corrective")
_BASE = 1000.0
"""Price level of the base year, as it stands in the table."""


@dataclass(frozen=True, slots=True)
class YearCost:
    """One study year, in euros as published; NaN where a number is hidden or not given.

    described : what the register's costs add up to. rows : of it what cost rows tell, in prices of the year; the rest
        is unit cost x days or visits, in prices of the base year. prices : price level, the base year being 1.
    ledger : what the books say. limit : share of it that may be unexplained.
    persons : behind all of it. rows_rounding : how far `rows` may be from what they are exactly.
    """

    year: str
    described: float
    rows: float
    prices: float
    ledger: float
    limit: float
    persons: float
    rows_rounding: float

    @property
    def indexed(self) -> bool:
        """Whether prices of the year are known, or not needed."""
        return self.rows == 0 or not math.isnan(self.prices)

    @property
    def real(self) -> float:
        """All costs in prices of the base year; NaN without a price level."""
        if self.rows == 0:
            return self.described
        return self.described - self.rows + self.rows / self.prices

    @property
    def assumed(self) -> float:
        """What unit costs tell, in prices of the year (those of the base year without a price level)."""
        level = 1.0 if math.isnan(self.prices) else self.prices
        return (self.described - self.rows) * level

    @property
    def unexplained(self) -> float:
        """What the ledger has beyond the described costs; below 0 where it has less."""
        return self.ledger - self.rows - self.assumed

    @property
    def rounding(self) -> float:
        """How far the rounding of the published sums may move what is unexplained."""
        level = 1.0 if math.isnan(self.prices) else self.prices
        ledger, described = (rounding_of_sum(each, self.persons) for each in (self.ledger, self.described))
        return ledger + level * described + abs(1 - level) * self.rows_rounding


def years_of(released: ReleasedResult, labels: Sequence[str]) -> list[YearCost]:
    """Return the years in order, as far as they are published."""
    found = {str(row["year"]): row for row in rows_of(released["years"])}
    return [
        YearCost(
            label, float(row["cost_eur"]), rows[0], float(row["price_level"]) / _BASE, float(row["ledger_eur"]),
            float(row["limit_percent"]) / 100, float(row["persons"]), rows[1],
        )
        for label in labels if (row := found.get(label)) is not None for rows in [rows_part(released, label)]
    ]  # fmt: skip


def rows_part(released: ReleasedResult, year: str) -> tuple[float, float]:
    """Return what cost rows tell of the costs of a year, and its rounding; NaN where a part of it is hidden."""
    of_year = released["levels"][released["levels"]["year"] == year]
    parts = [_rows_of_level(released, row) for row in rows_of(of_year)]
    return sum((value for value, _ in parts), 0.0), sum((rounding for _, rounding in parts), 0.0)


def level_cost(released: ReleasedResult, levels: Sequence[str], year: str) -> float:
    """Return the cost of some levels in prices of the base year; in those of the year without a price level.

    Levels without costs in the year have none; NaN where one is hidden.
    """
    frame, prices = released["levels"], released["years"].set_index("year")["price_level"]
    of_year = rows_of(frame[(frame["year"] == year) & frame["level"].isin(levels)])
    factor = _BASE / float(prices[year]) if year in prices and not math.isnan(prices[year]) else 1.0
    dearer = [(factor - 1) * _rows_of_level(released, row)[0] if factor != 1 else 0.0 for row in of_year]
    return sum((float(row["cost_eur"]) + more for row, more in zip(of_year, dearer, strict=True)), 0.0)


def level_change(released: ReleasedResult, levels: Sequence[str], first: str, last: str) -> tuple[float, float]:
    """Return the log ratio of the cost of some levels, last to first year, and half its interval.

    The interval holds chance over families and the rounding of the published sums. That of several levels is the mean
    of theirs by cost, which is as wide as it can be. NaN where a number is hidden or not above 0.
    """
    before, after = (level_cost(released, levels, year) for year in (first, last))
    frame = released["levels"]
    rows = rows_of(frame[frame["level"].isin(levels) & (frame["year"] == last)])
    earlier = rows_of(frame[frame["level"].isin(levels) & (frame["year"] == first)])
    if not (before > 0 and after > 0 and rows):
        return math.nan, math.nan
    cost = sum(float(row["cost_eur"]) for row in rows)
    chance = sum(float(row["cost_eur"]) / cost * float(row["change_margin"]) for row in rows)
    sums = [[_sum_of(row) for row in some] for some in (rows, earlier)]
    rounded = sum(sum(half for _, half in some) / sum(value for value, _ in some) for some in sums)
    return math.log(after / before), chance + rounded


def room_chart(name: str, form: Form, headline: str, n: int, say: Say, *notes: str, year: str = "") -> Chart:
    """Put a form into its frame; the first of the notes is n."""
    subtitle = say(f"{name}.subtitle", year=year, **base_words(say))
    return Chart(form, headline, subtitle, footer(say, *notes), say(f"{name}.alt", headline=headline, n=n))


def base_words(say: Say) -> dict[str, str]:
    """Return the words that texts may use of the price index."""
    study = say.names.get("study", {})
    return {"base": study.get("price_base", ""), "index": study.get("price_index", "")}


def families_text(released: ReleasedResult, year: str, say: Say) -> str:
    """Return n of a year."""
    years = released["years"]
    found = years.loc[years["year"] == year, "families"]
    number = float(found.iloc[0]) if len(found) else math.nan
    return say("n.families", n=say.about(number, math.isnan(number)), year=year)


def _rows_of_level(released: ReleasedResult, row: Mapping[str, Any]) -> tuple[float, float]:
    """Return what cost rows tell of the costs of a level and year, and its rounding."""
    if not math.isnan(row["from_rows"]):
        return _sum_of(row) if row["from_rows"] else (0.0, 0.0)
    frame: pd.DataFrame = released["invoiced"]
    found = frame[(frame["level"] == row["level"]) & (frame["year"] == row["year"]) & (frame["priced"] == "rows")]
    return _sum_of(rows_of(found)[0]) if len(found) else (math.nan, math.nan)


def _sum_of(row: Mapping[str, Any]) -> tuple[float, float]:
    """Return the published cost of a row, and how far it may be from the exact one."""
    cost = float(row["cost_eur"])
    return cost, rounding_of_sum(cost, float(row["persons"]))
