"""Whom the services reach: clients and families by service, level and study year, and children among inhabitants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Context, Params, Result, result_table
from kumppanuus.methods.order import in_order
from kumppanuus.register.codes import UNKNOWN
from kumppanuus.register.facts import AGE_GROUPS
from kumppanuus.register.populations import CLIENTS, INDICATORS

CHILDREN = AGE_GROUPS[:3]
"""Age groups below 18."""
ALL_CHILDREN = "00-17"
FULL_DAYS = 365
Inhabitants: TypeAlias = Mapping[tuple[str, str, str], float]
WORSE = ("unknown", "higher", "lower")
PARTS = ("own", "county", "country")

_YEAR = Column("dimension", codes="years", time_axis=True)
_PERSONS, _FAMILIES = Column("persons"), Column("families")
_CHILD_FAMILIES = Column("families", cell="children_families")
_INDICATOR, _VALUE = Column("dimension", codes="indicators"), Column("external")


def _reached(*dimensions: tuple[str, Column], within: str = "children", adds: bool = False) -> Any:
    """Clients under 18, beside inhabitants of the same ages."""
    persons = Column("persons", cell="children", part_of=("children.persons",) if adds else ())
    columns = {**dict(dimensions), "year": _YEAR, "persons": persons, "families": _CHILD_FAMILIES}
    return result_table(
        "counts", MappingProxyType({**columns, "population": Column("public")}), within=within, population=CLIENTS
    )


@dataclass(frozen=True, slots=True)
class CoverageParams(Params):
    """Nothing to set: the study's window, years and catalogue say it all."""


@dataclass(frozen=True, slots=True)
class CoverageResult(Result):
    """Clients and families of each study year.

    A client is in a service in a year when any day of a stay lies in it. Levels and services are not exclusive: one
    client may use several, so their sum exceeds the year's total.

    services : one row a service and year with clients.
    levels : one row a level and year with clients.
    years : one row a year with clients; ``days_seen`` observed days of the year; ``children`` clients aged 0-17 on
        the last observed day of the year (NaN when no birth date is known); ``population`` inhabitants aged 0-17
        (NaN when not given for every area and age); ``share`` children / population. The register is a full count:
        no interval.
    children, child_levels, child_ages, child_areas : clients under 18 in the first and in the last full year, all of
        them, by level (one child may be on several), age group and area, beside inhabitants aged 0-17, of the age group
        or of the area (NaN where these are not given exactly once).
    compared : clients under 18 of the services that a public indicator counts (``PeerIndicator.services``) in the
        last full year in which the indicator has a value.
    public : the indicator's values in the same year: of the organiser's region, its county and the country; ``per``
        what they are of (100: per cent).
    """

    services: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "service": Column("dimension", codes="services"),
                "level": Column("dimension", codes="levels"),
                "year": _YEAR,
                "persons": _PERSONS,
                "families": _FAMILIES,
            }
        ),
        within="years",
        population=CLIENTS,
    )
    levels: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "level": Column("dimension", codes="levels"),
                "year": _YEAR,
                "persons": _PERSONS,
                "families": _FAMILIES,
            }
        ),
        within="years",
        population=CLIENTS,
    )
    years: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "year": _YEAR,
                "days_seen": Column("public", unit="days"),
                "persons": _PERSONS,
                "families": _FAMILIES,
                "children": Column("count", of=("children", "children_families")),
                "population": Column("public"),
                "share": Column("share", of=("children", "population")),
                "children_families": Column("behind"),
            }
        ),
        population=CLIENTS,
    )
    children: pd.DataFrame = _reached(within="")
    child_levels: pd.DataFrame = _reached(("level", Column("dimension", codes="levels")))
    child_ages: pd.DataFrame = _reached(("age_in_year", Column("dimension", codes="age_groups")), adds=True)
    child_areas: pd.DataFrame = _reached(("area", Column("dimension", codes="areas")), adds=True)
    compared: pd.DataFrame = _reached(("indicator", _INDICATOR), within="")
    public: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "indicator": _INDICATOR, "part": Column("dimension", codes="peer_parts"), "year": _YEAR,
                "worse": Column("dimension", codes="worse_directions"), "value": _VALUE, "per": _VALUE,
            }
        ),
        population=INDICATORS,
    )  # fmt: skip


def compute(counts: Mapping[str, pd.DataFrame], params: CoverageParams, context: Context) -> CoverageResult:
    """Return the clients reached, from the counts of this room."""
    inhabitants = _inhabitants(counts["population"])
    known = _known(counts, context)
    reached = counts["reached"]
    if not any(area == "" for _, area, _ in inhabitants):  # no rate can be told: no number leaves that nobody looks at
        reached = reached[reached["breakdown"] == "children"]
    return CoverageResult(
        services=in_order(counts["services"], ("year", "service"), context),
        levels=in_order(counts["levels"], ("year", "level"), context),
        years=_years(counts, inhabitants, context),
        children=_of(reached, "children", inhabitants, context),
        child_levels=_of(reached, "level", inhabitants, context),
        child_ages=_of(reached, "age_in_year", inhabitants, context),
        child_areas=_of(reached, "area", inhabitants, context),
        compared=_compared(counts["compared"], known, inhabitants),
        public=known[[*CoverageResult.tables()["public"].columns]],
    )


def _years(counts: Mapping[str, pd.DataFrame], inhabitants: Inhabitants, context: Context) -> pd.DataFrame:
    people = counts["years"].copy()
    people["population"] = [inhabitants.get((year, "", ALL_CHILDREN), np.nan) for year in people["year"]]
    people["days_seen"] = people["year"].map(dict(context.years)).astype(float)
    for count in ("children", "children_families"):
        people[count] = people[count].where(people["dated"] > 0)
    people["share"] = people["children"] / people["population"].where(people["population"] > 0)
    ordered = in_order(people, ("year",), context)
    return ordered[list(CoverageResult.tables()["years"].columns)]


def _inhabitants(counted: pd.DataFrame) -> Inhabitants:
    """Return inhabitants by (year, area, age group), all areas as area ``""``; only what is given exactly once."""
    whole = counted[counted["covered"] == counted["ages"]]
    rows = whole[["year", "area", "age_in_year", "inhabitants"]].itertuples(index=False, name=None)
    found = {(str(year), str(area), str(age)): float(n) for year, area, age, n in rows}
    areas = counted.groupby(["year", "age_in_year"])["area"].nunique()
    sums = whole.groupby(["year", "age_in_year"])["inhabitants"].agg(["sum", "count"])
    complete = sums[sums["count"] == areas.reindex(sums.index)]
    together = complete["sum"].reset_index()[["year", "age_in_year", "sum"]].itertuples(index=False, name=None)
    return found | {(str(year), "", str(age)): float(n) for year, age, n in together}


def _of(reached: pd.DataFrame, breakdown: str, inhabitants: Inhabitants, context: Context) -> pd.DataFrame:
    """Return a breakdown of the children, the codes of each year in order, beside inhabitants."""
    rows = reached[reached["breakdown"] == breakdown].rename(columns={"code": breakdown})
    by = [name for name in (breakdown,) if name != "children"]
    order = [name for name in by if name == "level"]
    rows = rows.sort_values(breakdown, key=lambda codes: codes.replace(UNKNOWN, "~"), kind="stable")

    def base(year: str, code: str) -> float:
        key = (year, code, ALL_CHILDREN) if breakdown == "area" else (year, "", ALL_CHILDREN)
        return inhabitants.get((year, "", code) if breakdown == "age_in_year" else key, np.nan)

    population = [base(str(year), str(code)) for year, code in zip(rows["year"], rows[breakdown], strict=True)]
    ordered = in_order(rows.assign(population=np.array(population, dtype=float)), ("year", *order), context)
    return ordered[[*by, "year", "persons", "families", "population"]]


def _known(counts: Mapping[str, pd.DataFrame], context: Context) -> pd.DataFrame:
    """Return the public values of the last full year that an indicator has, in the order of the study's list."""
    full = [year for year, days in context.years.items() if days >= FULL_DAYS]
    values = counts["known"][counts["known"]["year"].isin(full)]
    last = values[values["part"].isin(("county", "country"))].groupby("indicator")["year"].max()
    latest = values[values["year"] == values["indicator"].map(last)].copy()
    latest["value"], latest["per"] = latest["thousandths"] / 1000, latest["per"].astype(float)
    latest["worse"] = np.array(WORSE, dtype=object)[latest["worse"].astype(int)]
    latest["order"] = latest["part"].map({part: at for at, part in enumerate(PARTS)})
    return latest[latest["per"] > 0].sort_values(["position", "indicator", "order"], ignore_index=True)


def _compared(counted: pd.DataFrame, known: pd.DataFrame, inhabitants: Inhabitants) -> pd.DataFrame:
    asked = known.drop_duplicates("indicator")[["indicator", "year"]]
    rows = asked.merge(counted, on=["indicator", "year"])
    population = [inhabitants.get((str(year), "", ALL_CHILDREN), np.nan) for year in rows["year"]]
    made = rows.assign(population=np.array(population, dtype=float))
    return made[list(CoverageResult.tables()["compared"].columns)]
