"""Whom the services reach: clients and families by service, level and study year, and the share of children."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Context, Params, Result, result_table
from kumppanuus.methods.order import in_order
from kumppanuus.register.populations import CLIENTS

_YEAR = Column("dimension", codes="years", time_axis=True)
_PERSONS, _FAMILIES = Column("persons"), Column("families")


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


def compute(counts: Mapping[str, pd.DataFrame], params: CoverageParams, context: Context) -> CoverageResult:
    """Return the clients reached, from the counts of this room."""
    return CoverageResult(
        services=in_order(counts["services"], ("year", "service"), context),
        levels=in_order(counts["levels"], ("year", "level"), context),
        years=_years(counts, context),
    )


def _years(counts: Mapping[str, pd.DataFrame], context: Context) -> pd.DataFrame:
    people = counts["years"].merge(_population(counts["population"]), on="year", how="left")
    people["days_seen"] = people["year"].map(dict(context.years)).astype(float)
    for count in ("children", "children_families"):
        people[count] = people[count].where(people["dated"] > 0)
    people["share"] = people["children"] / people["population"].where(people["population"] > 0)
    ordered = in_order(people, ("year",), context)
    return ordered[list(CoverageResult.tables()["years"].columns)]


def _population(counted: pd.DataFrame) -> pd.DataFrame:
    """Return the inhabitants aged 0-17 a year; NaN where an area's age groups do not cover these ages exactly."""
    whole = (counted["areas"] == counted["whole_areas"]) & (counted["areas"] > 0)
    inhabitants = np.where(whole, counted["inhabitants"], np.nan)
    return pd.DataFrame({"year": counted["year"], "population": inhabitants.astype(float)})
