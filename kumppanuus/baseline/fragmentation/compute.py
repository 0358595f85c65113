"""Services, sectors and workers around a family, continuity within services, and who is sent on from door to door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Context, Params, Result, result_table
from kumppanuus.methods.continuity import family_means
from kumppanuus.methods.intervals import Floats, family_weights
from kumppanuus.methods.order import in_order
from kumppanuus.register.populations import CLIENTS, DOORS, MET, SECTORED, SENT_ON, STAFFED, STAFFED_HOMES
from kumppanuus.register.spells import FAMILY_GROUPS
from kumppanuus.register.workers import MILLION, STRATA

NUMBERS = ("1", "2", "3+")
FULL_DAYS = 365
INDICES = ("coc", "secon")

_YEAR = Column("dimension", codes="years", time_axis=True)
_BEHIND = Column("behind")


def _numbers(dimension: str, population: str) -> Any:
    """Families of one year by how many of something are around them; each family has one number."""
    columns = {
        "year": _YEAR,
        dimension: Column("dimension", codes="numbers", adds=True),
        "low": Column("public"),
        "high": Column("public"),
        "persons": Column("persons"),
        "families": Column("families"),
    }
    return result_table("histogram", MappingProxyType(columns), population=population)


def _met(*dimensions: tuple[str, Column]) -> Any:
    """Families that met known workers often enough, and the means of their indices with half their intervals."""
    people = ("persons", "families")
    columns = {**dict(dimensions), "year": _YEAR, "persons": Column("persons"), "families": Column("families")}
    for index in INDICES:
        columns[index] = Column("bounded", of=people)
        columns[f"{index}_half"] = Column("bounded", of=(*people, index))
    return result_table("counts", MappingProxyType(columns), population=MET)


def _doors(*dimensions: tuple[str, Column]) -> Any:
    columns = {
        **dict(dimensions),
        "contacts": Column("count", of=("persons", "families")),
        "sent_on": Column("count", of=("sent_persons", "sent_families"), rest_of="contacts"),
        "sent_families": Column("count", of=("sent_persons", "sent_families")),
        "followed": Column("count", of=("followed_persons", "followed_families"), rest_of="sent_on"),
        "share": Column("share", of=("sent_on", "contacts")),
        **dict.fromkeys(("persons", "families", "sent_persons"), _BEHIND),
        **dict.fromkeys(("followed_persons", "followed_families"), _BEHIND),
    }
    return result_table("counts", MappingProxyType(columns), population=DOORS)


@dataclass(frozen=True, slots=True)
class FragmentationParams(Params):
    """How far contacts are looked at.

    months : contacts of so many months, the last ones whose next days are seen as well.
    follow_days : a family that is sent on is followed for so many days.
    replicates, seed : of the bootstrap of whole families behind the intervals of the means.
    """

    months: int = 12
    follow_days: int = 30
    replicates: int = 400
    seed: int = 2015


@dataclass(frozen=True, slots=True)
class FragmentationResult(Result):
    """Breadth across services, continuity within them, and hand-offs.

    services, sectors, workers : families of the year by how many services, sectors of services, and known workers
        their members had in it.
    met, met_services, met_contacts : families with four contacts or more with known workers in a service, in all, by
        service and by number of contacts; mean COC and SECON of their workers within a service.
    all_doors, doors : contacts at the doors of services, in all and by service; ``sent_on``: led to another door, of
        ``sent_families`` families; ``followed``: of these, the family contacted another service within
        `FragmentationParams.follow_days`.
    sent_on : families that contacted a service, year by year; sent on once or more, and twice or more.
    changes : clients under 18 with a known worker, year by year; ``changed``: two workers or more in one service.
    """

    services: pd.DataFrame = _numbers("services_of_family", CLIENTS)
    sectors: pd.DataFrame = _numbers("sectors_of_family", SECTORED)
    workers: pd.DataFrame = _numbers("workers_of_family", STAFFED_HOMES)
    met: pd.DataFrame = _met()
    met_services: pd.DataFrame = _met(("service", Column("dimension", codes="services")))
    met_contacts: pd.DataFrame = _met(("contacts", Column("dimension", codes="contact_numbers")))
    all_doors: pd.DataFrame = _doors()
    doors: pd.DataFrame = _doors(("service", Column("dimension", codes="services", adds=True)))
    sent_on: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "year": _YEAR,
                "persons": Column("persons"),
                "families": Column("families"),
                "once": Column("count", of=("once_persons", "once"), rest_of="families"),
                "twice": Column("count", of=("twice_persons", "twice"), rest_of="once"),
                "once_share": Column("share", of=("once", "families")),
                "once_persons": _BEHIND,
                "twice_persons": _BEHIND,
            }
        ),
        population=SENT_ON,
    )
    changes: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "year": _YEAR,
                "persons": Column("persons"),
                "families": Column("families"),
                "changed": Column("count", of=("changed", "changed_families"), rest_of="persons"),
                "share": Column("share", of=("changed", "persons")),
                "changed_families": _BEHIND,
            }
        ),
        population=STAFFED,
    )


def compute(counts: Mapping[str, pd.DataFrame], params: FragmentationParams, context: Context) -> FragmentationResult:
    """Return breadth, continuity and hand-offs from the counts of this room."""
    doors, sent_on, met = _told(counts["doors"], "sent_on"), _told(counts["sent_on"], "once"), counts["met"]
    full = [year for year in context.years if context.years[year] >= FULL_DAYS] or [*context.years]
    weights = family_weights(FAMILY_GROUPS, params.replicates, seed=params.seed)
    frames = {
        "services": _numbered(counts["services"], "services_of_family"),
        "sectors": _numbered(counts["sectors"], "sectors_of_family"),
        "workers": _numbered(counts["workers"], "workers_of_family"),
        "met": _means(met, "all", "", weights),
        "met_services": in_order(_means(met, "service", "service", weights), ("service",), context),
        "met_contacts": _means(met, "contacts", "contacts", weights),
        "all_doors": doors[doors["breakdown"] == "all"],
        "doors": in_order(doors[doors["breakdown"] == "service"], ("service",), context),
        "sent_on": in_order(_of_years(sent_on, full), ("year",), context),
        "changes": in_order(_of_years(counts["changes"], full), ("year",), context),
    }
    made = {}
    for name, table in FragmentationResult.tables().items():
        shares = dict.fromkeys(table.names("share"), 0.0)
        frame = frames[name].assign(year=full[-1]) if name.startswith("met") else frames[name]
        made[name] = frame.assign(**shares)[list(table.columns)].reset_index(drop=True)
    return FragmentationResult(**made)


def _told(rows: pd.DataFrame, of: str) -> pd.DataFrame:
    """Return rows of contacts; none where nobody was ever sent on: what contacts led to is then not recorded."""
    return rows if rows[of].sum() > 0 else rows.iloc[:0]


def _of_years(rows: pd.DataFrame, years: Sequence[str]) -> pd.DataFrame:
    return rows[rows["year"].isin(years)]


def _numbered(rows: pd.DataFrame, dimension: str) -> pd.DataFrame:
    """Return a row for every number of the year, also those that no family has; the last one is open."""
    found = rows.set_index(rows["number"].astype(int))[["persons", "families"]]
    low = np.arange(1, len(NUMBERS) + 1 if len(rows) else 1)
    whole = found.reindex(low, fill_value=0.0).reset_index(drop=True)
    year = rows["year"].iloc[0] if len(rows) else ""
    return whole.assign(
        year=year, low=low.astype(float), high=np.where(low < len(NUMBERS), low + 1.0, np.nan),
        **{dimension: list(NUMBERS)[: len(low)]},
    )  # fmt: skip


def _means(met: pd.DataFrame, breakdown: str, dimension: str, weights: Floats) -> pd.DataFrame:
    """Return for every code its families, the means of their indices and half the longer side of their intervals."""
    rows = met[met["breakdown"] == breakdown]
    codes = [code for code, _, _ in STRATA] if dimension == "contacts" else sorted(set(rows["code"]))
    codes = [code for code in codes if code in set(rows["code"])]
    found = {"persons": rows.groupby("code")["persons"].sum().reindex(codes).to_numpy(dtype=float)}
    families = _by_group(rows, "families", codes)
    found["families"] = families.sum(axis=0)
    for index in INDICES:
        means = family_means(families, _by_group(rows, index, codes) / MILLION, weights)
        found[index] = means.value
        found[f"{index}_half"] = np.maximum(means.upper - means.value, means.value - means.lower)
    return pd.DataFrame({**({dimension: codes} if dimension else {}), **found})


def _by_group(rows: pd.DataFrame, of: str, codes: Sequence[str]) -> Floats:
    """Return sums by group of families and code, shape (groups, codes)."""
    wide = rows.pivot_table(index="family_group", columns="code", values=of, aggfunc="sum", fill_value=0.0)
    return np.asarray(wide.reindex(index=range(FAMILY_GROUPS), columns=list(codes), fill_value=0.0), dtype=np.float64)
