"""Children by responsible worker against the limit of the law, and how many workers children and families have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Context, Params, Result, result_table
from kumppanuus.methods.order import in_order
from kumppanuus.register.populations import RESPONSIBLE, STAFFED, STAFFED_HOMES
from kumppanuus.register.workers import LAST_MONTHS

BANDS = ((1, 16), (16, 26), (26, 31), (31, 36), (36, np.nan))
"""Caseloads from the first number up to the one before the second: both limits of the law lie between two bands."""
FULL_DAYS = 365
WORKERS_OF_FAMILY = ("1", "2", "3+")
LEAST_WORKERS = 2
"""Fewer are not told: what one worker has is no finding about an area or a unit."""
_FEW_CHILDREN, _CLASS = 13, 6
"""Workers are told beside so many children; children are published in classes of six (R1)."""

_DAY = Column("dimension", codes="numbers", time_axis=True)
_YEAR = Column("dimension", codes="years", time_axis=True)
_ASSIGNED = Column("persons", cell="assigned", part_of=("days.assigned",))
_BEHIND = Column("behind")


@dataclass(frozen=True, slots=True)
class CaseloadParams(Params):
    """Nothing to set: services say in the study whether they are child welfare, the limit is a clock of the study."""


def _staffed(*dimensions: tuple[str, Column], within: str = "") -> Any:
    columns = {
        **dict(dimensions),
        "year": _YEAR,
        "persons": Column("persons"),
        "families": Column("families"),
        "changed": Column("count", of=("changed", "changed_families"), rest_of="persons"),
        "share": Column("share", of=("changed", "persons")),
        "changed_families": _BEHIND,
    }
    return result_table("counts", MappingProxyType(columns), within=within, population=STAFFED)


@dataclass(frozen=True, slots=True)
class CaseloadResult(Result):
    """Children under 18 in child welfare on counted days, and workers of all clients under 18.

    days : one row a counted day: children and families, of them those whose responsible worker is named (``assigned``)
        and not, workers who have any of these children, and the limit of the law on that day.
    areas : at the ends of the last twelve months, children with a worker by area, and the workers most of whose
        children are there. ``workers`` is left out beside fewer than 13 children or where there may be more workers.
    bands : on one day a year, children by how many children their worker has.
    everyone, services : clients under 18 with a known worker, in each year and by service in the last full year;
        ``changed``: with two workers or more in one service (in the service).
    family_workers : families by their number of workers in all services, year by year.
    """

    days: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "day": _DAY,
                "persons": Column("persons"),
                "families": Column("families"),
                "assigned": Column("count", of=("assigned", "assigned_families"), part_of=("persons",)),
                "unassigned": Column("count", of=("unassigned", "unassigned_families"), part_of=("persons",)),
                "workers": Column("public", of=("assigned",)),
                "in_force": Column("public"),
                "assigned_families": _BEHIND,
                "unassigned_families": _BEHIND,
            }
        ),
        population=RESPONSIBLE,
    )
    areas: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "day": _DAY,
                "area": Column("dimension", codes="areas", adds=True),
                "persons": _ASSIGNED,
                "families": Column("families", cell="assigned_families"),
                "workers": Column("public", of=("persons",)),
            }
        ),
        within="days",
        population=RESPONSIBLE,
    )
    bands: pd.DataFrame = result_table(
        "histogram",
        MappingProxyType(
            {
                "day": _DAY,
                "children_of_worker": Column("dimension", codes="numbers", adds=True),
                "low": Column("public"),
                "high": Column("public"),
                "persons": _ASSIGNED,
                "families": Column("families", cell="homes"),
            }
        ),
        population=RESPONSIBLE,
    )
    everyone: pd.DataFrame = _staffed()
    services: pd.DataFrame = _staffed(("service", Column("dimension", codes="services")), within="everyone")
    family_workers: pd.DataFrame = result_table(
        "histogram",
        MappingProxyType(
            {
                "year": _YEAR,
                "workers_of_family": Column("dimension", codes="numbers", adds=True),
                "low": Column("public"),
                "high": Column("public"),
                "persons": Column("persons"),
                "families": Column("families"),
            }
        ),
        population=STAFFED_HOMES,
    )


def compute(counts: Mapping[str, pd.DataFrame], params: CaseloadParams, context: Context) -> CaseloadResult:
    """Return children by worker on the counted days and numbers of workers by year."""
    loads, people = _settled(counts["loads"]), counts["people"]
    workers = counts["workers"]
    full = [year for year in context.years if context.years[year] >= FULL_DAYS] or [*context.years]
    frames = {
        "days": _days(people, loads),
        "areas": _areas(people, loads),
        "bands": _bands(people, loads),
        "everyone": in_order(workers[workers["breakdown"] == "all"], ("year",), context),
        "services": in_order(
            workers[(workers["breakdown"] == "service") & (workers["year"] == full[-1])].rename(
                columns={"code": "service"}
            ),
            ("service",),
            context,
        ),
        "family_workers": _family_workers(counts["family_workers"], full),
    }
    made = {}
    for name, table in CaseloadResult.tables().items():
        frame = frames[name]
        made[name] = frame.assign(share=0.0 if "share" in table.columns else np.nan)[list(table.columns)]
    return CaseloadResult(**made)


def _settled(loads: pd.DataFrame) -> pd.DataFrame:
    """Add of each worker and day all her children, and the area where most of them are (ties by its code)."""
    rows = loads.sort_values(["day", "worker", "children", "area"], ascending=[True, True, False, True], kind="stable")
    by = rows.groupby(["day", "worker"], sort=False)
    return rows.assign(caseload=by["children"].transform("sum"), home=by["area"].transform("first"))


def _of(people: pd.DataFrame, breakdown: str, code: str = "") -> pd.DataFrame:
    rows = people[(people["breakdown"] == breakdown) & ((people["code"] == code) | (code == ""))]
    return rows.drop(columns="breakdown").reset_index(drop=True)


def _days(people: pd.DataFrame, loads: pd.DataFrame) -> pd.DataFrame:
    days = _of(people, "all").set_index("day").sort_index()
    for name, code in (("assigned", "yes"), ("unassigned", "no")):
        rows = _of(people, "assigned", code).set_index("day")
        days[[name, f"{name}_families"]] = rows[["persons", "families"]].reindex(days.index, fill_value=0.0)
    workers = loads.groupby("day")["worker"].nunique().reindex(days.index, fill_value=0).astype(float)
    return days.assign(
        workers=_told(workers, days["assigned"]), in_force=days["in_force"].where(days["in_force"] > 0).astype(float)
    ).reset_index()


def _areas(people: pd.DataFrame, loads: pd.DataFrame) -> pd.DataFrame:
    rows = _of(people, "area").rename(columns={"code": "area"})
    rows = rows[rows["k"] < LAST_MONTHS].sort_values(["day", "area"], ignore_index=True)
    counted = loads.groupby(["day", "home"])["worker"].nunique()
    places = pd.MultiIndex.from_frame(rows[["day", "area"]])
    workers = pd.Series(counted.reindex(places, fill_value=0).to_numpy(dtype=float), index=rows.index)
    return rows.assign(workers=_told(workers, rows["persons"]))


def _told(workers: pd.Series, children: pd.Series) -> pd.Series:
    """Return how many workers there are, where that says nothing of how many children there are (R16).

    Everybody has at least one child, so many workers would tell that there are many children. The end of the class of
    the children decides, not their number. One worker's children are a matter between her and her supervisor.
    """
    least = _CLASS * np.ceil(children.to_numpy(dtype=float) / _CLASS) - _CLASS + 1
    return workers.where((least >= _FEW_CHILDREN) & (workers <= least) & (workers >= LEAST_WORKERS)).astype(float)


def _bands(people: pd.DataFrame, loads: pd.DataFrame) -> pd.DataFrame:
    """Return a row for every band on one day a year, also those of nobody."""
    chosen = people.loc[people["k"] % LAST_MONTHS == 0, "day"].unique()
    lows = np.array([low for low, _ in BANDS], dtype=float)
    rows = loads[loads["day"].isin(chosen)]
    place = np.searchsorted(lows, rows["caseload"].to_numpy(dtype=float), side="right") - 1
    summed = rows.assign(place=place).groupby(["day", "place"])[["children", "homes"]].sum()
    days = sorted(set(rows["day"]))
    every = pd.MultiIndex.from_product([days, range(len(BANDS))], names=["day", "place"])
    whole = summed.reindex(every, fill_value=0.0).reset_index()
    low, high = (np.array(edge, dtype=float)[whole["place"]] for edge in zip(*BANDS, strict=True))
    return whole.assign(
        low=low, high=high, children_of_worker=[_band(*BANDS[place]) for place in whole["place"]],
        persons=whole["children"].astype(float), families=whole["homes"].astype(float),
    )  # fmt: skip


def _band(low: float, high: float) -> str:
    return f"{low:.0f}+" if np.isnan(high) else f"{low:.0f}-{high - 1:.0f}"


def _family_workers(families: pd.DataFrame, years: list[str]) -> pd.DataFrame:
    """Return a row for every year and number, also those that no family has."""
    told = families[families["year"].isin(years)]
    every = pd.MultiIndex.from_product(
        [[year for year in years if year in set(told["year"])], WORKERS_OF_FAMILY], names=["year", "workers_of_family"]
    )
    counted = told.rename(columns={"workers": "workers_of_family"}).set_index(["year", "workers_of_family"])
    counted = counted.rename(index={"3": WORKERS_OF_FAMILY[-1]}, level="workers_of_family")
    whole = counted.reindex(every, fill_value=0.0).reset_index()
    low = whole["workers_of_family"].str[0].astype(float)
    return whole.assign(low=low, high=(low + 1).where(low < len(WORKERS_OF_FAMILY)))
