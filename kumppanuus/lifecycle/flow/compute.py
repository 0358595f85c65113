"""How the clientele flows: what is open, starts and ends by period; first starts and returns; who is in at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from kumppanuus.analysis import Column, Context, Params, Result, result_table
from kumppanuus.register.codes import LEVELS, SEXES, UNKNOWN
from kumppanuus.register.facts import AGE_GROUPS
from kumppanuus.register.flows import RETURN_MONTHS
from kumppanuus.register.populations import CLIENTS, FLOW, STARTS

START_TYPES = ("first", "again_later", "again_soon")
BALANCE = ("waiting", "came", "left")
"""What a queue is made of; here: open at the end of the period, started, ended."""

YEARS, WHOLE_YEAR = 4, 365
"""Whole years that services, ages and areas are told of, and the days of one."""
_SERVICE, _LEVEL = Column("dimension", codes="services"), Column("dimension", codes="levels")
_AGE, _AREA = Column("dimension", codes="age_groups"), Column("dimension", codes="areas")
_TYPE = Column("dimension", codes="start_types")
_YEAR = Column("dimension", codes="years", time_axis=True)
_PEOPLE = ("persons", "families")


def _flow(**dimensions: Column) -> Any:
    """A table of what is open, starts and ends. Of the people behind the families are known: at least as many."""
    columns = dict(dimensions)
    columns |= {name: Column("count", of=(f"{name}_families", f"{name}_families")) for name in BALANCE}
    columns |= {f"{name}_families": Column("behind") for name in BALANCE}
    return result_table("queue", MappingProxyType(columns), population=FLOW)


def _starts(within: str = "", part_of: str = "", seen: str = "known", **dimensions: Column) -> Any:
    """A table of starts: of those after the wash-out, or (``seen`` unknown) of those before."""
    columns = {
        **dimensions,
        "starts": Column("count", of=("persons", "families"), part_of=(part_of,) if part_of else ()),
        "persons": Column("persons"),
        "families": Column("families"),
    }
    return result_table("counts", MappingProxyType(columns), within=within, population=STARTS,
                        fixed=(("seen", seen),))  # fmt: skip


def _last(part_of: tuple[str, ...] = (), within: str = "last_day", **dimensions: Column) -> Any:
    columns = {
        **dimensions,
        "persons": Column("persons", cell="open_persons", part_of=part_of),
        "families": Column("families", cell="open_families"),
    }
    return result_table("counts", MappingProxyType(columns), within=within, population=CLIENTS)


@dataclass(frozen=True, slots=True)
class FlowParams(Params):
    """Settings of the room.

    washout_months : so long the register must have been watched before a start is called the first one.
    """

    washout_months: int = 24


@dataclass(frozen=True, slots=True)
class FlowResult(Result):
    """The flow of client relationships (spells).

    months : of all services, by calendar month, the last five years. levels : by level and study year.
    services, ages, areas : by service, by age on the first day, by area, and study year, from the fourth last whole
        year on (every number more is a number more for the audit). ``waiting`` is what is still
        open after the last day of the period, ``came`` and ``left`` what started and ended (last day) in it, so that
        waiting = waiting before + came - left. A number is shown when seven families are behind it.
    early_starts : starts inside the window of which nobody can tell whether they are first ones: the wash-out was not
        over. known_starts : all others; start_types, service_starts, service_types : by type, by service, by both.
    last_day and last_… : clients with an open relationship on the last day, by level, age on that day, area and sex.
    years : the study years, with the number of days observed of each. settings : one row: what was set.
    """

    months: pd.DataFrame = _flow(month=Column("dimension", codes="numbers", time_axis=True))
    levels: pd.DataFrame = _flow(level=_LEVEL, year=_YEAR)
    services: pd.DataFrame = _flow(service=_SERVICE, level=_LEVEL, year=_YEAR)
    ages: pd.DataFrame = _flow(age_group=_AGE, year=_YEAR)
    areas: pd.DataFrame = _flow(area=_AREA, year=_YEAR)
    early_starts: pd.DataFrame = _starts(seen="unknown")
    known_starts: pd.DataFrame = _starts(seen="known")
    start_types: pd.DataFrame = _starts("known_starts", "known_starts.starts", start_type=_TYPE)
    service_starts: pd.DataFrame = _starts("known_starts", "known_starts.starts", service=_SERVICE, level=_LEVEL)
    service_types: pd.DataFrame = _starts(
        "service_starts", "service_starts.starts", service=_SERVICE, level=_LEVEL, start_type=_TYPE
    )
    last_day: pd.DataFrame = _last(within="")
    last_levels: pd.DataFrame = _last(level=_LEVEL)
    last_ages: pd.DataFrame = _last(("last_day.persons",), age_now=_AGE)
    last_areas: pd.DataFrame = _last(("last_day.persons",), area=_AREA)
    last_sexes: pd.DataFrame = _last(("last_day.persons",), sex=Column("dimension", codes="sexes"))
    years: pd.DataFrame = result_table(
        "counts", MappingProxyType({"year": _YEAR, "days_seen": Column("public", unit="days")}), population=FLOW
    )
    settings: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"washout_months": Column("public"), "return_months": Column("public")}),
        population=FLOW,
    )


def compute(counts: Mapping[str, pd.DataFrame], params: FlowParams, context: Context) -> FlowResult:
    """Return the flow, from the counts of this room; empty tables when nobody was in any service in the window."""
    orders = {
        "level": LEVELS, "service": tuple(context.services), "age_group": AGE_GROUPS, "age_now": AGE_GROUPS,
        "sex": (*SEXES, UNKNOWN), "start_type": START_TYPES,
    }  # fmt: skip
    flows = counts["flows"].rename(columns={"gone": "left", "gone_families": "left_families"})
    frames = {
        **counts,
        "months": _of(flows, "all", "", "month"),
        "levels": _of(flows, "level", "level", "year"),
        "services": _with_levels(_lately(_of(flows, "service", "service", "year"), context), context),
        "ages": _lately(_of(flows, "age_group", "age_group", "year"), context),
        "areas": _lately(_of(flows, "area", "area", "year"), context),
        "last_day": counts["last_day"][counts["last_day"]["persons"] > 0],
        "years": pd.DataFrame({"year": [*context.years], "days_seen": [*context.years.values()]}).head(len(flows)),
        **_starts_of(counts["starts"], params.washout_months),
        "settings": pd.DataFrame(
            {"washout_months": params.washout_months, "return_months": RETURN_MONTHS}, index=range(min(len(flows), 1))
        ),
    }
    declared = FlowResult.tables()
    return FlowResult(
        **{
            name: _in_order(frames[name].reindex(columns=list(table.columns)), table.dimensions, orders)
            for name, table in declared.items()
        }
    )


def _lately(flows: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return the rows from the fourth last whole year on: three to look at, and what was open before them."""
    whole = [year for year, days in context.years.items() if days >= WHOLE_YEAR]
    first = whole[-YEARS:][0] if whole else ""
    return flows[flows["year"].astype(str) >= first].reset_index(drop=True)


def _starts_of(starts: pd.DataFrame, washout: int) -> dict[str, pd.DataFrame]:
    """Return the starts after the wash-out by type, service, both and all together, and those before it is over."""
    after, before = starts[starts["month"] >= washout], starts[starts["month"] < washout]
    whole, several = after["service"] == "", after["start_type"] == "any"
    earliest = before[(before["service"] == "") & (before["start_type"].isin(["any", "earliest"]))]
    early = earliest.assign(**{who: earliest[who].where(earliest["start_type"] == "earliest", 0) for who in _PEOPLE})
    return {
        "early_starts": _summed(early),
        "known_starts": _summed(after[whole & several]),
        "start_types": _summed(after[whole & after["start_type"].isin(START_TYPES)], "start_type"),
        "service_starts": _summed(after[~whole & several], "service", "level"),
        "service_types": _summed(after[~whole & ~several], "service", "level", "start_type"),
    }


def _summed(rows: pd.DataFrame, *dimensions: str) -> pd.DataFrame:
    """Return sums by some dimensions; no row where there is nothing."""
    numbers = ["starts", *_PEOPLE]
    if dimensions:
        return rows.groupby(list(dimensions), as_index=False)[numbers].sum()
    return rows[numbers].sum().to_frame().T if rows["starts"].sum() > 0 else rows[numbers].iloc[:0]


def _of(flows: pd.DataFrame, breakdown: str, code: str, period: str) -> pd.DataFrame:
    rows = flows[flows["breakdown"] == breakdown]
    return rows.rename(columns={"period": period, **({"code": code} if code else {})})


def _with_levels(rows: pd.DataFrame, context: Context) -> pd.DataFrame:
    levels = [context.services.get(str(service), UNKNOWN) for service in rows["service"]]
    return rows.assign(level=pd.Series(levels, index=rows.index, dtype=object))


def _in_order(
    rows: pd.DataFrame, dimensions: tuple[str, ...], orders: Mapping[str, tuple[str, ...]]
) -> pd.DataFrame:  # fmt: skip
    """Sort by the dimensions as they stand, each in the order of its list (unknown codes last), time as it runs."""
    if not dimensions:
        return rows.reset_index(drop=True)
    keys = {
        name: rows[name].map({code: place for place, code in enumerate(orders[name])}).fillna(len(orders[name]))
        if name in orders else rows[name].astype(str)
        for name in dimensions
    }  # fmt: skip
    order = pd.DataFrame(keys).sort_values(list(keys), kind="stable").index
    return rows.loc[order].reset_index(drop=True)
