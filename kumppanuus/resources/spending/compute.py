"""What the services cost: by service, level, way of production and study year, in whole cents until the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Context, Params, Result, result_table
from kumppanuus.methods.intervals import normal_quantile
from kumppanuus.methods.order import in_order
from kumppanuus.register.populations import CLIENTS, COSTED

_YEAR = Column("dimension", codes="years", time_axis=True)
_SERVICE = Column("dimension", codes="services")
_LEVEL = Column("dimension", codes="levels")
_PRODUCTION = Column("dimension", codes="productions")
_PEOPLE = MappingProxyType({"persons": Column("persons"), "families": Column("families")})
_BEHIND = ("persons", "families", "concentration")


def _money_columns(*totals: str) -> dict[str, Column]:
    """Return the columns of money; `totals`: the tables whose costs these add up to."""
    parts = tuple(f"{table}.cost_eur" for table in totals)
    return {
        "cost_eur": Column("sum", of=_BEHIND, unit="EUR", part_of=parts),
        "per_family_eur": Column("mean", of=_BEHIND, unit="EUR"),
        "concentration": Column("concentration"),
    }


_MONEY = tuple(_money_columns())
PRICE_BASE = 1000
"""Price level of the base year, as it stands in the table."""


@dataclass(frozen=True, slots=True)
class SpendingParams(Params):
    """Nothing to set: unit costs are the study's."""


@dataclass(frozen=True, slots=True)
class SpendingResult(Result):
    """Costs of each study year, in euros, and the clients and families behind them.

    A service costs what its cost rows say when it has any, else unit cost x days of stays inside the year or x
    visits (``basis``: rows, day, visit). Costs that name no client count in ``cost_eur``, not in ``persons``,
    ``families`` nor ``per_family_eur``. Cells without costs have no row.

    services : the sector of each is told as well, so that the gate knows what adds up to the sectors of
        ``baseline.money``.
    years : ``ledger_eur``: what the ledger says (NaN without ledger rows of the year); ``price_level``: prices of the
        year, those of the base year being 1000 (NaN without an index).
    ways : services by way of production in the last full year.
    areas : of the last full year, by the client's area. ``cost_margin``: half the 95 % interval of the logarithm of the
        cost, over families.
    prices : after the gate: services that several ways provide. ``unit_cost_eur``: the study's price of a day or a
        visit; ``family_eur``: published cost of the last full year over published families (NaN below 60 of them).
    books : after the gate: costs counted in prices of the year, the ledger, what it has beyond them, in euros and in
        whole per cents of it, and how far rounding may move that; full years with a ledger.
    unpriced : clients of services that have neither cost rows nor a unit cost for the way of production; no cost of
        theirs is in the other tables.
    """

    services: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "service": _SERVICE,
                "level": _LEVEL,
                "sector": Column("dimension", codes="sectors"),
                "basis": Column("dimension", codes="bases"),
                "year": _YEAR,
                **_PEOPLE,
                **_money_columns("levels", "years"),
            }
        ),
        within="years",
        population=COSTED,
    )
    levels: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"level": _LEVEL, "year": _YEAR, **_PEOPLE, **_money_columns("years")}),
        within="years",
        population=COSTED,
    )
    productions: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"production": _PRODUCTION, "year": _YEAR, **_PEOPLE, **_money_columns("years")}),
        within="years",
        population=COSTED,
    )
    years: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "year": _YEAR,
                "days_seen": Column("public", unit="days"),
                "price_level": Column("public"),
                **_PEOPLE,
                **_money_columns(),
                "ledger_eur": Column("sum", of=_BEHIND, unit="EUR"),
            }
        ),
        population=COSTED,
    )
    ways: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "service": _SERVICE,
                "level": _LEVEL,
                "sector": Column("dimension", codes="sectors"),
                "basis": Column("dimension", codes="bases"),
                "production": _PRODUCTION,
                "year": _YEAR,
                **_PEOPLE,
                **_money_columns("services", "productions"),
            }
        ),
        within="services",
        population=COSTED,
    )
    areas: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "area": Column("dimension", codes="areas"),
                "year": _YEAR,
                **_PEOPLE,
                **_money_columns("years"),
                "cost_margin": Column("margin", of=("cost_eur",)),
            }
        ),
        within="years",
        population=COSTED,
    )
    prices: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "service": _SERVICE,
                "production": _PRODUCTION,
                **dict.fromkeys(("unit_cost_eur", "family_eur"), Column("released", unit="EUR")),
            }
        ),
        population=COSTED,
    )
    books: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "year": _YEAR,
                **dict.fromkeys(("counted_eur", "booked_eur", "unexplained_eur"), Column("released", unit="EUR")),
                "unexplained_percent": Column("released", unit="%"),
                "rounding_eur": Column("released", unit="EUR"),
            }
        ),
        population=COSTED,
    )
    unpriced: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"service": _SERVICE, "production": _PRODUCTION, "year": _YEAR, **_PEOPLE}),
        population=CLIENTS,
    )


GATHERED = ("prices", "books")


def compute(counts: Mapping[str, pd.DataFrame], params: SpendingParams, context: Context) -> SpendingResult:
    """Return costs by service, level, way of production and year, from the counts of this room."""
    by_service = ("service", "level", "sector", "basis", "year")
    frames = {
        "services": _money(counts["services"], by_service, context),
        "levels": _money(counts["levels"], ("level", "year"), context),
        "productions": _money(counts["productions"], ("production", "year"), context),
        "years": _years(_money(counts["years"], ("year",), context), counts["ledger"], context),
        "ways": _money(counts["ways"], (*by_service[:-1], "production", "year"), context),
        "areas": _areas(_money(counts["areas"], ("area", "year"), context)),
        "unpriced": _unpriced(counts["unpriced"], counts["services"], context),
    }
    declared = SpendingResult.tables()
    frames |= {name: pd.DataFrame(columns=list(declared[name].columns)) for name in GATHERED}
    return SpendingResult(**{name: frame[list(declared[name].columns)] for name, frame in frames.items()})


def _years(spent: pd.DataFrame, ledger: pd.DataFrame, context: Context) -> pd.DataFrame:
    booked = ledger.groupby("year")["cents"].sum() / 100
    prices = {year: round(PRICE_BASE / factor) for year, factor in context.prices.items()}
    return spent.assign(
        days_seen=spent["year"].map(dict(context.years)).astype(float),
        price_level=spent["year"].map(prices).astype(float),
        ledger_eur=spent["year"].map(booked).astype(float),
    )


def _areas(spent: pd.DataFrame) -> pd.DataFrame:
    """Families come and go as in a compound Poisson sum, whose squared relative error is its concentration."""
    margin = normal_quantile() * np.sqrt(spent["concentration"])
    return spent.assign(cost_margin=margin).sort_values(["year", "area"], kind="stable", ignore_index=True)


def _money(counted: pd.DataFrame, keys: tuple[str, ...], context: Context) -> pd.DataFrame:
    """Return euros, euros a family and concentration of each row."""
    known, families = counted["known_cents"], counted["families"]
    concentration = (counted["squared"] / (known**2).where(known > 0)).clip(0, 1)
    spent = counted.assign(
        cost_eur=counted["cents"] / 100,
        per_family_eur=known / 100 / families.where(families > 0),
        concentration=concentration.fillna(1.0),  # the most cautious where families' costs do not add up to anything
    )
    ordered = in_order(spent, ("year", *(each for each in keys[:-1] if each not in ("sector", "area"))), context)
    return ordered[[*keys, *_PEOPLE, *_MONEY]]


def _unpriced(used: pd.DataFrame, services: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return clients of services without a cost; a service paid by visit has one when any visit of it was counted."""
    visited = set(services.loc[services["basis"] == "visit", "service"])
    left = used[~used["service"].isin(visited)]
    return in_order(left, ("year", "service", "production"), context)[list(SpendingResult.tables()["unpriced"].columns)]
