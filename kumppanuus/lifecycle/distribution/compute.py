"""Who the clients of a study year are: by age, sex, area, service, level, and by the number of services they use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Context, Params, Result, result_table
from kumppanuus.methods.order import in_order
from kumppanuus.register.codes import SEXES, UNKNOWN
from kumppanuus.register.facts import AGE_GROUPS
from kumppanuus.register.populations import CLIENTS

CHILDREN = AGE_GROUPS[:3]
"""Age groups below 18."""
ALL_CHILDREN = "00-17"
NUMBERS = ("1", "2", "3+")

_YEAR = Column("dimension", codes="years", time_axis=True)
_FAMILIES = Column("families")
_SHARE = Column("share", of=("persons", "population"))
_PERSONS_UNDER_18 = {
    "persons": Column("persons", cell="children"), "families": Column("families", cell="children_families"),
}  # fmt: skip


def _of_children(*dimensions: tuple[str, Column], adds: bool = False) -> Any:
    """A breakdown of the year's clients under 18, beside inhabitants of the same age."""
    persons = Column("persons", cell="children", part_of=("children.persons",) if adds else ())
    columns = {**dict(dimensions), "year": _YEAR, **_PERSONS_UNDER_18, "persons": persons}
    against = {"population": Column("public"), "share": _SHARE}
    return result_table("counts", MappingProxyType({**columns, **against}), within="children", population=CLIENTS)


def _numbers(dimension: str, *, families_add: bool) -> Any:
    """Clients or families by the number of services they used; nobody is counted under two numbers."""
    columns = {
        "year": _YEAR,
        dimension: Column("dimension", codes="numbers", adds=families_add),
        "low": Column("public"),
        "high": Column("public"),
        "persons": Column("persons", part_of=("everyone.persons",)),
        "families": Column("families", part_of=("everyone.families",) if families_add else ()),
    }
    return result_table("histogram", MappingProxyType(columns), population=CLIENTS)


@dataclass(frozen=True, slots=True)
class DistributionParams(Params):
    """Nothing to set: the year is the last one that was observed from end to end (else the last)."""


@dataclass(frozen=True, slots=True)
class DistributionResult(Result):
    """Clients of one study year. A client is in a service when any day of a stay lies in the year.

    everyone : one row: clients and families of the year; ``children`` of them under 18 on its last observed day, the
        others of age (``grown``) or without a birth date (``undated``); ``days_seen`` observed days of the year.
    children : one row: clients under 18, their families, and inhabitants aged 0-17 at the end of the calendar year
        (NaN where they are not given for every age and area). No row when no birth date is known.
    ages, areas : clients under 18 by age group and by area, beside the inhabitants of the same ages.
    levels, services : clients under 18 by level and service, beside all inhabitants aged 0-17. One child may be in
        several.
    sexes : all clients by sex.
    client_numbers, family_numbers : clients, and families, by the number of services they used in the year, a
        family's being all that its members used. Numbers too small to be shown are merged with their neighbour.
    """

    everyone: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "year": _YEAR,
                "days_seen": Column("public", unit="days"),
                "persons": Column("persons"),
                "families": _FAMILIES,
                "children": Column("count", of=("children", "children_families"), part_of=("persons",)),
                "grown": Column("count", of=("grown", "grown_families"), part_of=("persons",)),
                "undated": Column("count", of=("undated", "undated_families"), part_of=("persons",)),
                **dict.fromkeys(("children_families", "grown_families", "undated_families"), Column("behind")),
            }
        ),
        population=CLIENTS,
    )
    children: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"year": _YEAR, **_PERSONS_UNDER_18, "population": Column("public"), "share": _SHARE}),
        population=CLIENTS,
    )
    ages: pd.DataFrame = _of_children(("age_in_year", Column("dimension", codes="age_groups")), adds=True)
    areas: pd.DataFrame = _of_children(("area", Column("dimension", codes="areas")), adds=True)
    levels: pd.DataFrame = _of_children(("level", Column("dimension", codes="levels")))
    services: pd.DataFrame = _of_children(
        ("service", Column("dimension", codes="services")), ("level", Column("dimension", codes="levels"))
    )
    sexes: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "sex": Column("dimension", codes="sexes"),
                "year": _YEAR,
                "persons": Column("persons", part_of=("everyone.persons",)),
                "families": _FAMILIES,
            }
        ),
        within="everyone",
        population=CLIENTS,
    )
    client_numbers: pd.DataFrame = _numbers("services_of_client", families_add=False)
    family_numbers: pd.DataFrame = _numbers("services_of_family", families_add=True)


def compute(counts: Mapping[str, pd.DataFrame], params: DistributionParams, context: Context) -> DistributionResult:
    """Return the clients of the year, from the counts of this room; empty tables when there are none."""
    people = counts["people"]
    if people.empty:
        declared = DistributionResult.tables()
        return DistributionResult(**{name: _nothing(list(table.columns)) for name, table in declared.items()})
    year = str(people["year"].iloc[0])
    inhabitants = _inhabitants(counts["population"])
    everyone = _everyone(people)
    frames = {
        "everyone": everyone,
        "children": _children(everyone, inhabitants.get(("", ALL_CHILDREN), np.nan)),
        "ages": _beside(_children_by_age(_of(people, "age_in_year")), "age_in_year", inhabitants),
        "areas": _beside(_of(people, "area"), "area", inhabitants),
        "levels": _beside(in_order(_of(people, "level"), ("level",), context), "", inhabitants),
        "services": _beside(_services(people, context), "", inhabitants),
        "sexes": _sorted(_of(people, "sex"), "sex", (*SEXES, UNKNOWN)),
        "client_numbers": _numbered(people, "services_of_client"),
        "family_numbers": _numbered(people, "services_of_family"),
    }
    made = {}
    for name, table in DistributionResult.tables().items():
        made[name] = frames[name].assign(year=year)[list(table.columns)]
    return DistributionResult(**made)


def _nothing(columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(columns=columns)


def _of(people: pd.DataFrame, breakdown: str) -> pd.DataFrame:
    rows = people[people["breakdown"] == breakdown].reset_index(drop=True)
    return rows.rename(columns={"code": breakdown})


def _services(people: pd.DataFrame, context: Context) -> pd.DataFrame:
    rows = in_order(_of(people, "service"), ("service",), context)
    levels = [context.services.get(str(code), UNKNOWN) for code in rows["service"]]
    return rows.assign(level=pd.Series(levels, index=rows.index, dtype=object))


def _everyone(people: pd.DataFrame) -> pd.DataFrame:
    """Add who is a child, of age or without a birth date; without any birth date children are not known either."""
    by_age = _of(people, "age_in_year").set_index("age_in_year")[["persons", "families"]]
    young = _of(people, "children")[["persons", "families"]].sum()
    older = by_age.reindex(["18+", UNKNOWN], fill_value=0.0)
    rows = {"children": young, "grown": older.iloc[0], "undated": older.iloc[1]}
    found = {f"{name}{end}": float(row[who]) for name, row in rows.items()
             for end, who in (("", "persons"), ("_families", "families"))}  # fmt: skip
    row = _of(people, "everyone").assign(**found)
    known = row["undated"] < row["persons"]
    return row.assign(**{name: row[name].where(known) for name in ("children", "grown", "children_families")})


def _children(everyone: pd.DataFrame, population: float) -> pd.DataFrame:
    renamed = everyone[["children", "children_families"]].set_axis(["persons", "families"], axis=1)
    renamed = renamed[everyone["children"].notna()]
    return renamed.assign(population=population, share=renamed["persons"] / population)


def _children_by_age(ages: pd.DataFrame) -> pd.DataFrame:
    return _sorted(ages[ages["age_in_year"].isin(CHILDREN)], "age_in_year", CHILDREN)


def _inhabitants(population: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Return inhabitants by (area, age group), all areas together as area ``""``; only what is given exactly once."""
    whole = population[population["covered"] == population["ages"]]
    found = {(str(a), str(g)): float(n) for a, g, n in whole[["area", "age_in_year", "inhabitants"]].to_numpy()}
    areas = set(population["area"].astype(str))
    for group in (*CHILDREN, ALL_CHILDREN):
        parts = [found.get((area, group)) for area in areas]
        if parts and None not in parts:
            found["", group] = sum(part for part in parts if part is not None)
    return found


def _beside(rows: pd.DataFrame, by: str, inhabitants: Mapping[tuple[str, str], float]) -> pd.DataFrame:
    """Put the inhabitants aged 0-17 beside the rows of a breakdown: those of the row's age group or area."""

    def base(code: str) -> float:
        area, group = (code if by == "area" else "", code if by == "age_in_year" else ALL_CHILDREN)
        return inhabitants.get((area, group), np.nan)

    codes = rows[by].astype(str) if by else pd.Series("", index=rows.index)
    population = pd.Series([base(code) for code in codes], index=rows.index, dtype=float)
    return rows.assign(population=population, share=rows["persons"] / population.where(population > 0))


def _sorted(rows: pd.DataFrame, by: str, order: tuple[str, ...]) -> pd.DataFrame:
    """Return the rows in the order of the codes named, others last."""
    places = {code: place for place, code in enumerate(order)}
    return rows.sort_values(
        by, key=lambda codes: codes.map(places).fillna(len(order)), kind="stable", ignore_index=True
    )


def _numbered(people: pd.DataFrame, dimension: str) -> pd.DataFrame:
    """Return a row for every number, also those that nobody has; the last one is open."""
    rows = _of(people, dimension)
    counted = rows.set_index(rows[dimension].astype(int))[["persons", "families"]]
    whole = counted.reindex(range(1, len(NUMBERS) + 1), fill_value=0.0).reset_index(drop=True)
    return whole.assign(**{dimension: list(NUMBERS)}, low=[1.0, 2.0, 3.0], high=[2.0, 3.0, np.nan])
