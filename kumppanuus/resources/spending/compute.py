"""What the services cost: by service, level, way of production and study year, in whole cents until the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Context, Params, Result, result_table

_YEAR = Column("dimension", codes="years", time_axis=True)
_SERVICE = Column("dimension", codes="services")
_LEVEL = Column("dimension", codes="levels")
_PRODUCTION = Column("dimension", codes="productions")
_PEOPLE = MappingProxyType({"persons": Column("persons"), "families": Column("families")})
_BEHIND = ("persons", "families", "concentration")
_MONEY = MappingProxyType(
    {
        "cost_eur": Column("sum", of=_BEHIND, unit="EUR"),
        "per_family_eur": Column("mean", of=_BEHIND, unit="EUR"),
        "concentration": Column("concentration"),
    }
)
_ORDER = MappingProxyType(
    {
        "level": ("universal", "early", "special", "corrective"),
        "production": ("own", "purchased", "voucher", "family"),
        "basis": ("rows", "day", "visit"),
    }
)


@dataclass(frozen=True, slots=True)
class SpendingParams(Params):
    """Nothing to set: unit costs are the study's."""


@dataclass(frozen=True, slots=True)
class SpendingResult(Result):
    """Costs of each study year, in euros, and the clients and families behind them.

    A service costs what its cost rows say when it has any, else unit cost x days of stays inside the year or x
    visits (``basis``: rows, day, visit). Costs that name no client count in ``cost_eur``, not in ``persons``,
    ``families`` nor ``per_family_eur``. Cells without costs have no row.

    unpriced : clients of services that have neither cost rows nor a unit cost for the way of production; no cost of
        theirs is in the other tables.
    """

    services: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "service": _SERVICE,
                "level": _LEVEL,
                "basis": Column("dimension", codes="bases"),
                "year": _YEAR,
                **_PEOPLE,
                **_MONEY,
            }
        ),
        within="years",
    )
    levels: pd.DataFrame = result_table(
        "counts", MappingProxyType({"level": _LEVEL, "year": _YEAR, **_PEOPLE, **_MONEY}), within="years"
    )
    productions: pd.DataFrame = result_table(
        "counts", MappingProxyType({"production": _PRODUCTION, "year": _YEAR, **_PEOPLE, **_MONEY}), within="years"
    )
    years: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"year": _YEAR, "days_seen": Column("public", unit="days"), **_PEOPLE, **_MONEY}),
    )
    unpriced: pd.DataFrame = result_table(
        "counts", MappingProxyType({"service": _SERVICE, "production": _PRODUCTION, "year": _YEAR, **_PEOPLE})
    )


@dataclass(frozen=True, slots=True)
class _Costs:
    """The sources that hold, and who is behind them.

    sources : one row a source and year: its dimensions, cents and known_cents (of what names a client).
    clients, families : one row a set of sources and source in it: ``set``, ``year``, ``people``, ``source``.
    products : cents_squared of each pair of sources.
    """

    sources: pd.DataFrame
    clients: pd.DataFrame
    families: pd.DataFrame
    products: pd.DataFrame


def compute(counts: Mapping[str, pd.DataFrame], params: SpendingParams, context: Context) -> SpendingResult:
    """Return costs by service, level, way of production and year, from the counts of this room."""
    amounts, invoiced = counts["amounts"], set(counts["invoiced"]["service"])
    holds = (amounts["basis"] == "rows") == amounts["service"].isin(invoiced)
    costs = _Costs(amounts[holds], _members(counts["clients_of"]), _members(counts["families_of"]), counts["products"])
    years = _spent(costs, (), context)
    years.insert(1, "days_seen", years["year"].map(dict(context.years)).astype(float))
    return SpendingResult(
        services=_spent(costs, ("service", "level", "basis"), context),
        levels=_spent(costs, ("level",), context),
        productions=_spent(costs, ("production",), context),
        years=years,
        unpriced=_unpriced(counts["unpriced"], amounts, invoiced, context),
    )


def _spent(costs: _Costs, by: tuple[str, ...], context: Context) -> pd.DataFrame:
    """Return one row a group and year with costs."""
    keys, group = [*by, "year"], by[0] if by else "everything"  # the other dimensions follow from the first
    sources = costs.sources.assign(everything="")
    group_of = sources.drop_duplicates("source").set_index("source")[group]
    spent = sources.groupby([*keys, *([] if by else [group])], as_index=False)[["cents", "known_cents"]].sum()
    cells = pd.MultiIndex.from_frame(spent[[group, "year"]])
    persons, families = (_behind(members, group_of) for members in (costs.clients, costs.families))
    spent["persons"], spent["families"] = (
        people.reindex(cells, fill_value=0.0).array for people in (persons, families)
    )
    squared = _squared(costs.products, group_of).reindex(cells, fill_value=0.0).array
    spent["cost_eur"] = spent["cents"] / 100
    spent["per_family_eur"] = spent["known_cents"] / 100 / spent["families"].where(spent["families"] > 0)
    spent["concentration"] = _concentration(spent["known_cents"], squared)
    return _ordered(spent, ("year", *by), context)[[*keys, *_PEOPLE, *_MONEY]]


def _members(sets: pd.DataFrame) -> pd.DataFrame:
    """Return one row a set of sources and source in it; a set of two is written as ``3,17``."""
    rows = sets.loc[sets.index.repeat(sets["size"].astype(np.int64)), ["year", "people"]]
    written = ",".join(sets["sources"])
    members = np.fromstring(written, dtype=np.int64, sep=",") if written else np.empty(0, dtype=np.int64)
    # Years as categories: these are the longest tables of the room.
    return rows.rename_axis("set").reset_index().assign(source=members, year=rows["year"].astype("category").array)


def _behind(members: pd.DataFrame, group_of: pd.Series[str]) -> pd.Series[float]:
    """Return how many people have a source of each group in each year, everybody once; by group and year."""
    codes, labels = pd.factorize(group_of)
    grouped = members.assign(group=members["source"].map(dict(zip(group_of.index, codes, strict=True))))
    once = grouped.dropna(subset="group").drop_duplicates(["set", "group"])
    found = once.groupby(["group", "year"], as_index=False, observed=True)[["people"]].sum()
    cells = [pd.Index(labels).take(found["group"].to_numpy(dtype=np.intp)), pd.Index(found["year"].astype(str))]
    return pd.Series(found["people"].to_numpy(dtype=float), index=pd.MultiIndex.from_arrays(cells))


def _squared(products: pd.DataFrame, group_of: pd.Series[str]) -> pd.Series[float]:
    """Return the sum of squared family totals, in cents; by group and year."""
    group, other = products["source"].map(group_of), products["other"].map(group_of)
    # Of two different sources the product stands once in the table and twice in the square.
    twice = np.where(products["source"] == products["other"], 1.0, 2.0)
    inside = products.assign(group=group, squared=products["cents_squared"] * twice)[(group == other) & group.notna()]
    return inside.groupby(["group", "year"])["squared"].sum()


def _concentration(total: pd.Series[float], squared: Any) -> pd.Series[float]:
    """Return sum of squares / squared sum, 1 (the most cautious) where families' costs do not add up to anything."""
    share: pd.Series[float] = squared / (total**2).where(total > 0)
    return share.clip(0, 1).fillna(1.0)


def _unpriced(
    used: pd.DataFrame, amounts: pd.DataFrame, invoiced: set[str], context: Context
) -> pd.DataFrame:  # fmt: skip
    """Return clients of services without a cost; a service paid by visit has one when any visit of it was counted."""
    visited = set(amounts.loc[amounts["basis"] == "visit", "service"])
    left = used[~used["service"].isin(invoiced | visited)]
    return _ordered(left, ("year", "service", "production"), context)[list(SpendingResult.tables()["unpriced"].columns)]


def _ordered(rows: pd.DataFrame, by: tuple[str, ...], context: Context) -> pd.DataFrame:
    """Sort by years in order and codes in catalogue order; a code of no catalogue comes last."""
    known = {**_ORDER, "year": tuple(context.years), "service": tuple(context.services)}
    places = {name: {code: place for place, code in enumerate(known[name])} for name in by}

    def place(column: pd.Series[str]) -> pd.Series[float]:
        name = str(column.name)
        return column.map(places[name]).astype(float).fillna(len(known[name]))

    return rows.sort_values(list(by), key=place, kind="stable", ignore_index=True)
