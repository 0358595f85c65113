"""How far the extracts can be trusted: completeness by month, column and family; heaps; what was never closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from kumppanuus.analysis import Column, Context, Params, Result, result_table
from kumppanuus.register.codes import LEVELS
from kumppanuus.register.populations import CLIENTS, KNOWN, RECORDINGS, TURNS, VALUES

FLOWS = ("starts", "ends")
KINDS = ("first_of_month", "last_of_month", "first_of_year", "last_of_year", "other")
OPEN_TIMES = ("under_1", "from_1", "from_2", "over_4")
DELAYS = ("before", "days_7", "days_30", "days_90", "later")
TABLES = ("relationships", "contacts", "visits", "clients")
FIELDS = ("family", "birth_date", "sex", "area", "client", "service", "sender", "outcome", "end_reason", "production",
          "worker", "recorded")  # fmt: skip
MEMBERSHIPS = ("several", "alone_given", "alone_none")

_FLOW = Column("dimension", codes="flows")
_SERVICE = Column("dimension", codes="services")
_LEVEL = Column("dimension", codes="levels")
_MONTH = Column("dimension", codes="numbers", time_axis=True)
_TABLE = Column("dimension", codes="tables")
_PERSONS, _FAMILIES = Column("persons"), Column("families")
_DAYS_SEEN = Column("public", unit="days")
_OPEN = {"persons": Column("persons", cell="open_persons"), "families": Column("families", cell="open_families")}


def _tied(*part_of: str) -> Column:
    """A count that is hidden with the persons and families behind it, and adds up to the totals named."""
    return Column("count", of=("persons", "families"), part_of=part_of)


@dataclass(frozen=True, slots=True)
class DataQualityParams(Params):
    """Nothing to set: the rules of the room are the same everywhere, so that towns can be compared."""


@dataclass(frozen=True, slots=True)
class DataQualityResult(Result):
    """What the extracts hold and what they lack. All counts are of rows, days or people inside the window.

    all_turns : relationships that start and that end; ``events`` days on which somebody of a family starts or ends
        (a family's day counts once).
    all_months, level_months : the same by calendar month; months with none are there as 0 as long as the flow or the
        level has any at all. ``days_seen`` observed days of the month.
    all_quarters, service_quarters : relationships that start, by quarter and service; quarters with none as 0.
    open_clients, open_services, open_times : clients with an open relationship on the last day, by service and by how
        long it has been open.
    closed_services : clients with a relationship that was seen to end; ``persons_long`` of them with one that had
        lasted four years or more.
    heaps : the same days by kind of day; ``calendar_days`` of all ``window_days`` are of the kind.
    recorded, delays : rows with the day of recording, by days between the event and its recording.
    fields : rows that could hold a value, and rows that do; ``share`` filled / rows.
    everyone, memberships : known people and their families: several members, one with and one without a number given.
    """

    all_turns: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {"flow": _FLOW, "relationships": _tied(), "events": _tied(), "persons": _PERSONS, "families": _FAMILIES}
        ),
        population=TURNS,
    )
    all_months: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {"flow": _FLOW, "month": _MONTH, "days_seen": _DAYS_SEEN,
             "relationships": _tied("all_turns.relationships"), "persons": _PERSONS, "families": _FAMILIES}
        ),
        population=TURNS,
    )  # fmt: skip
    level_months: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {"flow": _FLOW, "level": _LEVEL, "month": _MONTH, "relationships": _tied("all_months.relationships"),
             "persons": _PERSONS, "families": _FAMILIES}
        ),
        within="all_months",
        population=TURNS,
    )  # fmt: skip
    all_quarters: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {"quarter": _MONTH, "days_seen": _DAYS_SEEN, "relationships": _tied(), "persons": _PERSONS,
             "families": _FAMILIES}
        ),
        population=TURNS,
        fixed=(("flow", "starts"),),
    )  # fmt: skip
    service_quarters: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {"service": _SERVICE, "level": _LEVEL, "quarter": _MONTH,
             "relationships": _tied("all_quarters.relationships"), "persons": _PERSONS, "families": _FAMILIES}
        ),
        within="all_quarters",
        population=TURNS,
        fixed=(("flow", "starts"),),
    )  # fmt: skip
    open_clients: pd.DataFrame = result_table("counts", MappingProxyType(_OPEN), population=CLIENTS)
    open_services: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"service": _SERVICE, "level": _LEVEL, **_OPEN}),
        within="open_clients",
        population=CLIENTS,
    )
    open_times: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {"service": _SERVICE, "level": _LEVEL, "open_time": Column("dimension", codes="open_times"),
             "persons": Column("persons", part_of=("open_services.persons",), cell="open_persons"),
             "families": _OPEN["families"]}
        ),
        within="open_services",
        population=CLIENTS,
    )  # fmt: skip
    closed_services: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {"service": _SERVICE, "level": _LEVEL, "persons": Column("persons", cell="ended_persons"),
             "families": Column("families", cell="ended_families"),
             "persons_long": _PERSONS, "families_long": _FAMILIES,
             "share_long": Column("share", of=("persons_long", "persons"))}
        ),
        population=CLIENTS,
    )  # fmt: skip
    heaps: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {"flow": _FLOW, "kind": Column("dimension", codes="kinds"), "calendar_days": Column("public", unit="days"),
             "window_days": Column("public", unit="days"), "events": _tied("all_turns.events"), "persons": _PERSONS,
             "families": _FAMILIES}
        ),
        within="all_turns",
        population=TURNS,
    )  # fmt: skip
    recorded: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"table": _TABLE, "dated": _tied(), "persons": _PERSONS, "families": _FAMILIES}),
        population=RECORDINGS,
    )
    delays: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {"table": _TABLE, "delay": Column("dimension", codes="delay_class"), "dated": _tied("recorded.dated"),
             "persons": _PERSONS, "families": _FAMILIES}
        ),
        within="recorded",
        population=RECORDINGS,
    )  # fmt: skip
    fields: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {"table": _TABLE, "field": Column("dimension", codes="fields"), "rows": _tied(), "persons": _PERSONS,
             "families": _FAMILIES, "filled": Column("count", of=("persons_filled", "families_filled")),
             "persons_filled": _PERSONS, "families_filled": _FAMILIES, "share": Column("share", of=("filled", "rows"))}
        ),
        population=VALUES,
    )  # fmt: skip
    everyone: pd.DataFrame = result_table(
        "counts", MappingProxyType({"persons": _PERSONS, "families": _FAMILIES}), population=KNOWN
    )
    memberships: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {"membership": Column("dimension", codes="memberships", adds=True),
             "persons": Column("persons", part_of=("everyone.persons",)),
             "families": Column("families", part_of=("everyone.families",))}
        ),
        within="everyone",
        population=KNOWN,
    )  # fmt: skip


def compute(counts: Mapping[str, pd.DataFrame], params: DataQualityParams, context: Context) -> DataQualityResult:
    """Return what the extracts hold and lack, from the counts of this room."""
    orders = _orders(context)
    frames = {name: _ordered(frame, orders) for name, frame in _frames(counts, context).items()}
    declared = DataQualityResult.tables()
    return DataQualityResult(**{name: frames[name][list(table.columns)] for name, table in declared.items()})


def _frames(counts: Mapping[str, pd.DataFrame], context: Context) -> dict[str, pd.DataFrame]:
    known = counts["fields"][counts["fields"]["table"].isin(context.given)]
    return {
        **counts,
        "all_months": _with_any(counts["all_months"], ["flow"], "relationships"),
        "level_months": _with_any(counts["level_months"], ["flow", "level"], "relationships"),
        "all_quarters": _with_any(counts["all_quarters"], [], "relationships"),
        "service_quarters": _every_quarter(counts["service_quarters"], counts["all_quarters"]),
        "closed_services": counts["closed_services"].assign(share_long=lambda r: r["persons_long"] / r["persons"]),
        "heaps": _with_any(counts["heaps"], ["flow"], "events"),
        "fields": known[known["rows"] > 0].assign(share=lambda rows: rows["filled"] / rows["rows"]),
        "open_clients": counts["open_clients"][counts["open_clients"]["persons"] > 0],
        "everyone": _total(counts["memberships"]),
    }


def _with_any(rows: pd.DataFrame, by: list[str], column: str) -> pd.DataFrame:
    """Leave out groups that have nothing anywhere: a level nobody uses is no gap."""
    totals = rows.groupby(by)[column].transform("sum") if by else rows[column].sum() + 0 * rows[column]
    return rows[totals > 0]


def _every_quarter(rows: pd.DataFrame, quarters: pd.DataFrame) -> pd.DataFrame:
    """Return a row for every service that has any start and every quarter, 0 where it has none."""
    services = rows[["service", "level"]].drop_duplicates()
    grid = services.merge(quarters[["quarter"]], how="cross").merge(
        rows, how="left", on=["service", "level", "quarter"]
    )
    measures = ["relationships", "persons", "families"]
    return grid.assign(**{name: grid[name].astype(float).fillna(0.0) for name in measures})


def _total(memberships: pd.DataFrame) -> pd.DataFrame:
    """Return everybody in one row; no row when nobody is known."""
    if memberships.empty:
        return memberships[["persons", "families"]]
    return memberships[["persons", "families"]].sum().to_frame().T


def _orders(context: Context) -> dict[str, tuple[str, ...]]:
    return {
        "table": TABLES, "field": FIELDS, "flow": FLOWS, "level": LEVELS, "service": tuple(context.services),
        "kind": KINDS, "open_time": OPEN_TIMES, "delay": DELAYS, "membership": MEMBERSHIPS,
    }  # fmt: skip


def _ordered(rows: pd.DataFrame, orders: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """Sort by the dimensions as they stand, each in the order of its list, time as it runs; unknown codes last."""
    by = [name for name in ("flow", "table", "level", "service", *orders, "month", "quarter") if name in rows]
    keys = {
        name: rows[name].map({code: place for place, code in enumerate(orders[name])}).fillna(len(orders[name]))
        if name in orders else rows[name]
        for name in dict.fromkeys(by)
    }  # fmt: skip
    if not keys:
        return rows.reset_index(drop=True)
    order = pd.DataFrame(keys).sort_values(list(keys), kind="stable").index
    return rows.loc[order].reset_index(drop=True)
