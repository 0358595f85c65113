"""How cost and days in services are spread over families: from counts of families by narrow classes.

A class that a tenth begins within is dealt in proportion, as if its families were alike (they differ by 5 % at most).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Context, Params, Result, result_table
from kumppanuus.methods.concentration import Floats, concentration, dealt, parts_within
from kumppanuus.methods.intervals import normal_quantile
from kumppanuus.register.cost_tallies import NOTHING_BEFORE
from kumppanuus.register.populations import COSTLY, DEAREST, SERVICE_DAYS
from kumppanuus.register.year_people import FULL_DAYS

TENTHS = 10
TOPS = MappingProxyType({"1": 0.99, "2-5": 0.95, "6-10": 0.9})
"""Parts of the dearest tenth, in per cent of all families from the top: where each begins, the dearest first."""
ORIGINS = ("tenth", "upper", "lower", "none")
"""Where a family was the year before: in the dearest tenth, the rest of the dearer half, the cheaper half; or it cost
nothing."""
_YEAR = Column("dimension", codes="years", time_axis=True)
_BEHIND = ("persons", "families", "concentration")
_PEOPLE = MappingProxyType({"persons": Column("persons"), "families": Column("families")})
_COST = Column("sum", of=_BEHIND, unit="EUR")
_LARGEST = MappingProxyType({"concentration": Column("concentration")})
_EUROS = MappingProxyType({"cost": 100.0, "days": 1.0})
"""What the amount of a class is divided by to be in the unit of its squares."""


def _tenths(of: str, unit: str, population: str) -> Any:
    """One row a tenth of the families of a year, the lowest first."""
    columns = {
        "year": _YEAR,
        "tenth": Column("dimension", codes="numbers", adds=True),
        **_PEOPLE,
        of: Column("sum", of=_BEHIND, unit=unit),
        **_LARGEST,
        "share": Column("cumulative", of=(of, "concentration")),
    }
    return result_table("lorenz", MappingProxyType(columns), population=population)


def _of_dearest(dimension: str, codes: str, **more: Column) -> Any:
    """The dearest tenth of the last full year, divided so that every family is in one part."""
    columns = {
        dimension: Column("dimension", codes=codes, adds=True),
        "year": _YEAR,
        "persons": Column("persons", part_of=("dearest.persons",)),
        "families": Column("families", part_of=("dearest.families",)),
        **more,
    }
    return result_table("counts", MappingProxyType(columns), within="dearest", population=DEAREST)


@dataclass(frozen=True, slots=True)
class ConcentrationParams(Params):
    """Nothing to set: the year is the last one that was observed from end to end (else the last)."""


@dataclass(frozen=True, slots=True)
class ConcentrationResult(Result):
    """How cost and days are spread over families. Costs that name no client are in none of it.

    years : families whose services cost something, their members with costs, and the cost. ``gini_margin``: half the
        95 % interval of the Gini index, over families.
    dearest : of them the tenth whose services cost most; ``share_margin``: half the interval of its share of the cost.
    tops : of the last full year, parts of the dearest tenth (`TOPS`).
    before : of the last full year, its dearest tenth by where each family was the year before (`ORIGINS`); empty when
        that year was not observed from end to end.
    groups, days : of the last full year, cost by tenth of the families, and days in services, summed over members and
        services, by tenth of the families that were in services.
    """

    years: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "year": _YEAR,
                "days_seen": Column("public", unit="days"),
                **_PEOPLE,
                "cost_eur": _COST,
                "gini_margin": Column("margin", of=("cost_eur",)),
                **_LARGEST,
            }
        ),
        population=COSTLY,
    )
    dearest: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "year": _YEAR,
                "persons": Column("persons"),
                "families": Column("families", times=("years.families", TENTHS, TENTHS // 2)),
                "cost_eur": _COST,
                "share_margin": Column("margin", of=("cost_eur",)),
                **_LARGEST,
            }
        ),
        within="years",
        population=DEAREST,
    )
    tops: pd.DataFrame = _of_dearest(
        "part", "tops", cost_eur=Column("sum", of=_BEHIND, unit="EUR", part_of=("dearest.cost_eur",)), **_LARGEST
    )
    before: pd.DataFrame = _of_dearest("origin", "origins")
    groups: pd.DataFrame = _tenths("cost_eur", "EUR", COSTLY)
    days: pd.DataFrame = _tenths("service_days", "days", SERVICE_DAYS)


def compute(
    counts: Mapping[str, pd.DataFrame], params: ConcentrationParams, context: Context
) -> ConcentrationResult:  # fmt: skip
    """Return the tables from families by class."""
    costs = {year: _classes(counts["classes"], "cost", year) for year in context.years}
    known = [year for year, classes in costs.items() if len(classes)]
    full = [year for year in known if context.years[year] >= FULL_DAYS] or known
    tenths = [year for year in known if costs[year]["n_families"].sum() >= TENTHS]
    last = [year for year in full[-1:] if year in tenths]
    stays = {year: _classes(counts["classes"], "days", year) for year in context.years}
    frames = {
        "years": [_year(costs[year], year, context) for year in known],
        "dearest": [_dearest(costs[year], year) for year in tenths],
        "tops": [row for year in last for row in _tops(costs[year], year)],
        "before": [row for year in last for row in _before(counts["moves"], costs, year, context)],
        "groups": [row for year in last for row in _groups(costs[year], year, "cost_eur")],
        "days": [row for year, classes in stays.items() for row in _groups(classes, year, "service_days")],
    }
    declared = ConcentrationResult.tables()
    made = {name: pd.DataFrame(frames[name], columns=list(table.columns)) for name, table in declared.items()}
    return ConcentrationResult(**{name: frame.astype(_numbers(frame)) for name, frame in made.items()})


def _numbers(frame: pd.DataFrame) -> dict[str, type]:
    """Return the columns that are numbers; the gate fills the cumulative shares."""
    return {str(column): float for column in frame if column not in ("year", "part", "origin", "tenth")}


def _classes(counted: pd.DataFrame, what: str, year: str) -> pd.DataFrame:
    """Return the classes of a year, the lowest first; amounts in euros or days."""
    of_year = counted[(counted["what"] == what) & (counted["year"] == year)].sort_values("k", ignore_index=True)
    return of_year.assign(amount=of_year["amount"] / _EUROS[what])


def _split(classes: pd.DataFrame, ends: Sequence[float]) -> list[dict[str, float]]:
    """Return people, amount and concentration of groups of families that end at given numbers of families.

    Persons are whole numbers, in each group at least as many as families.
    """
    units, stops = classes["n_families"], np.asarray(ends, dtype=float)
    amount, squared = (dealt(units, classes[name], stops) for name in ("amount", "squared"))
    more = np.round(np.cumsum(dealt(units, classes["n_persons"] - units, stops)))
    families = np.diff(stops, prepend=0.0)
    persons = families + np.diff(more, prepend=0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        largest = np.where(amount > 0, np.clip(squared / amount**2, 0.0, 1.0), 1.0)
    return [
        {"persons": p, "families": f, "amount": a, "concentration": c}
        for p, f, a, c in zip(persons, families, amount, largest, strict=True)
    ]


def _place(classes: pd.DataFrame, part: float) -> float:
    """Return after how many families, from the cheapest on, a part of them ends: a whole number."""
    return float(np.round(part * classes["n_families"].sum()))


def _year(classes: pd.DataFrame, year: str, context: Context) -> dict[str, Any]:
    (everybody,) = _split(classes, [_place(classes, 1.0)])
    half = normal_quantile() * concentration(classes["n_families"], classes["amount"]).gini_error
    return {"year": year, "days_seen": float(context.years[year]), **_named(everybody, "cost_eur"), "gini_margin": half}


def _dearest(classes: pd.DataFrame, year: str) -> dict[str, Any]:
    """Return the dearest tenth: the tenth of the families that is left above the other nine."""
    _, tenth = _split(classes, [_place(classes, 0.9), _place(classes, 1.0)])
    found = concentration(classes["n_families"], classes["amount"], (1 / TENTHS,))
    return {"year": year, **_named(tenth, "cost_eur"), "share_margin": normal_quantile() * found.share_errors[0]}


def _tops(classes: pd.DataFrame, year: str) -> list[dict[str, Any]]:
    starts = sorted(TOPS.items(), key=lambda each: each[1])
    ends = [*(_place(classes, begin) for _, begin in starts), _place(classes, 1.0)]
    parts = dict(zip((name for name, _ in starts), _split(classes, ends)[1:], strict=True))
    return [{"part": name, "year": year, **_named(parts[name], "cost_eur")} for name in TOPS if parts[name]["families"]]


def _groups(classes: pd.DataFrame, year: str, of: str) -> list[dict[str, Any]]:
    """Return the tenths of a year; none below ten families."""
    if classes["n_families"].sum() < TENTHS:
        return []
    ends = [_place(classes, tenth / TENTHS) for tenth in range(1, TENTHS + 1)]
    return [
        {"year": year, "tenth": str(tenth), **_named(group, of)}
        for tenth, group in enumerate(_split(classes, ends), start=1)
    ]


def _named(group: Mapping[str, float], of: str) -> dict[str, float]:
    return {name if name != "amount" else of: value for name, value in group.items()}


def _before(
    moves: pd.DataFrame, costs: Mapping[str, pd.DataFrame], last: str, context: Context
) -> list[dict[str, Any]]:  # fmt: skip
    """Return where the families of the dearest tenth were the year before; none when that year is not whole.

    A class that the tenth begins within, this year or the year before, counts in the part that lies in it.
    """
    years, of_year = list(context.years), moves[moves["year"] == last]
    if of_year.empty:
        return []
    now, then = costs[last], costs[years[years.index(last) - 1]]
    inside = of_year["k"].map(_weights(now, 0.9, 1.0)).fillna(0.0)
    found = {origin: inside * of_year["origin"].map(weights).fillna(0.0) for origin, weights in _origins(then).items()}
    more = of_year["n_persons"] - of_year["n_families"]
    families, others = (np.array([(number * found[origin]).sum() for origin in ORIGINS], dtype=float)
                        for number in (of_year["n_families"], more))  # fmt: skip
    _, tenth = _split(now, [_place(now, 0.9), _place(now, 1.0)])
    whole = _in_whole(families, tenth["families"])
    extra = _in_whole(others, tenth["persons"] - tenth["families"])
    return [
        {"origin": origin, "year": last, "persons": homes + also, "families": homes}
        for origin, homes, also in zip(ORIGINS, whole, extra, strict=True)
        if homes
    ]


def _in_whole(parts: Floats, total: float) -> Floats:
    """Return parts as whole numbers that add up to a whole total."""
    ends = np.minimum(np.round(np.cumsum(parts)), total)
    return np.diff(np.append(ends[:-1], total), prepend=0.0)


def _origins(then: pd.DataFrame) -> dict[str, dict[int, float]]:
    """Return which part of each class of the year before lies in each of `ORIGINS`."""
    parts = {"tenth": (0.9, 1.0), "upper": (0.5, 0.9), "lower": (0.0, 0.5)}
    return {**{name: _weights(then, *ends) for name, ends in parts.items()}, "none": {NOTHING_BEFORE: 1.0}}


def _weights(classes: pd.DataFrame, first: float, after: float) -> dict[int, float]:
    """Return which part of each class lies between two parts of the families, from the cheapest on."""
    inside = parts_within(classes["n_families"], _place(classes, first), _place(classes, after))
    return dict(zip(classes["k"].astype(int).tolist(), inside.tolist(), strict=True))
