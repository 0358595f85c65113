"""What the services cost, divided in every way that the balance of prevention and correction needs.

Totals by year, level and way of production are taken from ``resources.spending``: the same numbers, counted once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Context, Params, Result, result_table
from kumppanuus.methods.intervals import normal_quantile
from kumppanuus.methods.order import in_order
from kumppanuus.register.codes import SECTORS
from kumppanuus.register.populations import COSTED
from kumppanuus.register.year_people import FULL_DAYS

SPENDING = "resources.spending"
_WHOLE_CHILDHOOD = 18
_YEAR = Column("dimension", codes="years", time_axis=True)
_LEVEL = Column("dimension", codes="levels")
_BEHIND = ("persons", "families", "concentration")
_PEOPLE = MappingProxyType({"persons": Column("persons"), "families": Column("families")})
_OTHERS = MappingProxyType({"concentration": Column("concentration")})
_FIRST = ("first_persons", "first_families", "first_concentration")
"""Who is behind the cost of the first full year, which a change hangs on."""


def _cost(*totals: str) -> Column:
    return Column("sum", of=_BEHIND, unit="EUR", part_of=tuple(f"{table}.cost_eur" for table in totals))


@dataclass(frozen=True, slots=True)
class MoneyParams(Params):
    """When the books are said to be unexplained.

    unexplained_percent : so many per cent of the ledger may be left before it is called an obstacle.
    """

    unexplained_percent: int = 5


@dataclass(frozen=True, slots=True)
class MoneyResult(Result):
    """Costs of each study year, in euros of their own year, and the clients and families behind them.

    years : all costs as in ``resources.spending``, and what the ledger says (NaN without ledger rows of the year).
        ``price_level``: prices of the year, those of the base year being 1000 (NaN without an index).
        ``limit_percent``: the setting.
    levels : all costs by level. ``from_rows``: 100 where cost rows tell all of it, 0 where all of it is unit cost x
        days or visits, NaN where both do. ``change_margin``: half the 95 % interval of the logarithm of the change
        since the first full year, over families.
    invoiced : of levels with both, what cost rows tell (``priced`` = rows) and what unit costs do (assumed).
    sectors, productions : by sector of the service and by way of production.
    areas : of the last full year, by the client's area, beside inhabitants aged 0-17 (NaN where they are not given for
        each age). ``cost_margin``: half the 95 % interval of the logarithm of the cost, over families.
    """

    years: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "year": _YEAR,
                "days_seen": Column("public", unit="days"),
                "price_level": Column("public"),
                "limit_percent": Column("public", unit="%"),
                **_PEOPLE,
                "cost_eur": _cost(),
                "ledger_eur": _cost(),
                **_OTHERS,
            }
        ),
        population=COSTED,
    )
    levels: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "level": _LEVEL,
                "year": _YEAR,
                "from_rows": Column("public", unit="%"),
                **_PEOPLE,
                "cost_eur": _cost("years"),
                "change_margin": Column("margin", of=("cost_eur", *_FIRST)),
                **_OTHERS,
                **dict(zip(_FIRST, (Column("behind"), Column("behind"), Column("concentration")), strict=True)),
            }
        ),
        within="years",
        population=COSTED,
    )
    invoiced: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "level": _LEVEL,
                "priced": Column("dimension", codes="priced"),
                "year": _YEAR,
                **_PEOPLE,
                "cost_eur": _cost("levels"),
                **_OTHERS,
            }
        ),
        within="levels",
        population=COSTED,
    )
    sectors: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "sector": Column("dimension", codes="sectors"),
                "year": _YEAR,
                **_PEOPLE,
                "cost_eur": _cost("years"),
                **_OTHERS,
            }
        ),
        within="years",
        population=COSTED,
    )
    productions: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "production": Column("dimension", codes="productions"),
                "year": _YEAR,
                **_PEOPLE,
                "cost_eur": _cost("years"),
                **_OTHERS,
            }
        ),
        within="years",
        population=COSTED,
    )
    areas: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "area": Column("dimension", codes="areas"),
                "year": _YEAR,
                **_PEOPLE,
                "cost_eur": _cost("years"),
                "cost_margin": Column("margin", of=("cost_eur",)),
                "children": Column("public"),
                **_OTHERS,
            }
        ),
        within="years",
        population=COSTED,
    )


def compute(counts: Mapping[str, pd.DataFrame], params: MoneyParams, context: Context) -> MoneyResult:
    """Return costs by everything that divides them; empty tables when ``resources.spending`` was left out."""
    declared = MoneyResult.tables()
    spent = context.used.get(SPENDING)
    if spent is None or spent.years.empty:  # type: ignore[attr-defined]
        return MoneyResult(**{name: pd.DataFrame(columns=list(table.columns)) for name, table in declared.items()})
    sums = _with_concentration(counts["sums"])
    frames = {
        "years": _years(spent.years, counts["ledger"], params, context),  # type: ignore[attr-defined]
        "levels": _levels(spent.levels, sums, counts["growth"], context),  # type: ignore[attr-defined]
        "invoiced": in_order(_both_kinds(sums).sort_values("priced", kind="stable"), ("year", "level"), context),
        "sectors": _by_sector(_of(sums, "sector")),
        "productions": spent.productions,  # type: ignore[attr-defined]
        "areas": _areas(_of(sums, "area"), counts["children"]),
    }
    return MoneyResult(**{name: frames[name][list(table.columns)] for name, table in declared.items()})


def _with_concentration(sums: pd.DataFrame) -> pd.DataFrame:
    known = (sums["known_cents"] / 100) ** 2
    largest = (sums["squared"] / known.where(known > 0)).clip(0, 1).fillna(1.0)
    people = {"n_persons": "persons", "n_families": "families"}
    return sums.rename(columns=people).assign(cost_eur=sums["cents"] / 100, concentration=largest)


def _of(sums: pd.DataFrame, what: str) -> pd.DataFrame:
    return sums[sums["what"] == what].rename(columns={"code": what})


def _by_sector(found: pd.DataFrame) -> pd.DataFrame:
    places = found["sector"].map({sector: place for place, sector in enumerate(SECTORS)}).fillna(len(SECTORS))
    ordered = found.assign(place=places).sort_values(["year", "place"], kind="stable", ignore_index=True)
    return ordered.drop(columns="place")


def _years(spent: pd.DataFrame, ledger: pd.DataFrame, params: MoneyParams, context: Context) -> pd.DataFrame:
    booked = ledger.groupby("year")["cents"].sum() / 100
    prices = {year: round(1000 / factor) for year, factor in context.prices.items()}
    return spent.assign(
        price_level=spent["year"].map(prices).astype(float),
        limit_percent=float(params.unexplained_percent),
        ledger_eur=spent["year"].map(booked).astype(float),
    )


def _levels(spent: pd.DataFrame, sums: pd.DataFrame, growth: pd.DataFrame, context: Context) -> pd.DataFrame:
    keys = ["level", "year"]
    cents = _of(sums, "level").pivot_table(index=keys, columns="kind", values="cents", aggfunc="sum", fill_value=0.0)
    rows, assumed = (cents[kind] if kind in cents else pd.Series(0.0, cents.index) for kind in ("rows", "assumed"))
    told = pd.Series(np.where(assumed == 0, 100.0, np.where(rows == 0, 0.0, np.nan)), cents.index, name="from_rows")
    first = _first_full(context)
    behind = spent[spent["year"] == first].set_index("level")[list(_BEHIND)]
    margins = _change_margins(growth, first)
    found = spent.join(told, on=keys).join(behind.set_axis(list(_FIRST), axis=1), on="level")
    nobody = dict(zip(_FIRST, (0.0, 0.0, 1.0), strict=True))
    return found.fillna(nobody).merge(margins, on=keys, how="left")


def _first_full(context: Context) -> str:
    """Return the first year that was observed from end to end, or the first one when none was."""
    full = [year for year, days in context.years.items() if days >= FULL_DAYS]
    return (full or list(context.years))[0]


def _change_margins(growth: pd.DataFrame, first_year: str) -> pd.DataFrame:
    """Return half the interval of log(cost of the year / cost of the first full year), by level and year.

    Families come and go as in a compound Poisson sum: of the logarithm of a sum the variance is then the sum of the
    squared parts of the families, and of a ratio of sums that of the differences of their parts.
    """
    first = growth[growth["year"] == first_year].set_index("level")[["known", "squared"]]
    later = growth[growth["year"] != first_year]
    both = later.join(first, on="level", rsuffix="_first").query("known > 0 and known_first > 0")
    variance = (
        both["squared"] / both["known"] ** 2
        + both["squared_first"] / both["known_first"] ** 2
        - 2 * both["crossed"] / (both["known"] * both["known_first"])
    )
    half = normal_quantile() * np.sqrt(variance.clip(lower=0))
    return both[["level", "year"]].assign(change_margin=half)


def _both_kinds(sums: pd.DataFrame) -> pd.DataFrame:
    """Return what cost rows and unit costs tell, of levels and years in which both do."""
    found = _of(sums, "level").rename(columns={"kind": "priced"})
    return found[found.groupby(["level", "year"])["priced"].transform("nunique") > 1]


def _areas(found: pd.DataFrame, children: pd.DataFrame) -> pd.DataFrame:
    whole = children[children["covered"] == _WHOLE_CHILDHOOD].set_index("area")["inhabitants"]
    margin = normal_quantile() * np.sqrt(found["concentration"])
    placed = found.assign(cost_margin=margin, children=found["area"].map(whole).astype(float))
    return placed.sort_values(["year", "area"], kind="stable", ignore_index=True)
