"""From counts of families to the tables of co-use. Lift and shares are left to the gate: it has protected numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Context, Params, Result, result_table
from kumppanuus.register.populations import CLIENTS, TOGETHER

MOST_COUNTED = 5
"""Families with this many services or more are counted together (``5+``)."""


@dataclass(frozen=True, slots=True)
class NetworkParams(Params):
    """Settings of the room.

    window : ``concurrent``: both services open at the same time; ``ever``: both used within the observation window.
    min_overlap_days : days in all that two services must share to be concurrent.
    min_lift : a line is drawn from this lift on.
    max_edges : lines drawn at most.
    """

    CHOICES: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({"window": ("concurrent", "ever")})

    window: str = "concurrent"
    min_overlap_days: int = 1
    min_lift: float = 1.3
    max_edges: int = 25


@dataclass(frozen=True, slots=True)
class NetworkResult(Result):
    """Co-use of services in families.

    everyone : one row: all who were in some service, and the settings the charts must know (``ever`` 1 or 0,
        ``min_lift_percent`` 130 = lift 1.3).
    services : one row a service in catalogue order: its persons and families.
    pairs : one row a pair of services that some family has together. ``persons`` = members of those families who
        were in either; ``same_child`` = clients who were in both themselves.
    breadth : families by the largest number of services open on one day (mode ``ever``: by the number used).
    """

    everyone: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "persons": Column("persons"),
                "families": Column("families"),
                "ever": Column("public"),
                "min_overlap_days": Column("public"),
                "min_lift_percent": Column("public"),
                "max_edges": Column("public"),
            }
        ),
        population=CLIENTS,
    )
    services: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "service": Column("dimension", codes="services"),
                "level": Column("dimension", codes="levels"),
                "persons": Column("persons"),
                "families": Column("families"),
            }
        ),
        within="everyone",
        population=CLIENTS,
    )
    pairs: pd.DataFrame = result_table(
        "edges",
        MappingProxyType(
            {
                "first": Column("dimension", codes="services"),
                "second": Column("dimension", codes="services"),
                "persons": Column("persons"),
                "families": Column("families"),
                "same_child": Column("count", of=("same_child", "same_child_families")),
                "families_first": Column("count", of=("persons_first", "families_first")),
                "families_second": Column("count", of=("persons_second", "families_second")),
                "share_first": Column("share", of=("families", "families_first")),
                "share_second": Column("share", of=("families", "families_second")),
                "lift": Column("lift", of=("everyone",)),
                **dict.fromkeys(("same_child_families", "persons_first", "persons_second"), Column("behind")),
            }
        ),
        nodes="services",
        population=TOGETHER,
    )
    breadth: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "n_services": Column("dimension", codes="numbers", adds=True),
                "persons": Column("persons", part_of=("everyone.persons",)),
                "families": Column("families", part_of=("everyone.families",)),
                "families_all": Column("count", of=("persons_all", "families_all")),
                "share": Column("share", of=("families", "families_all")),
                "persons_all": Column("behind"),
            }
        ),
        within="everyone",
        population=CLIENTS,
    )


def compute(counts: Mapping[str, pd.DataFrame], params: NetworkParams, context: Context) -> NetworkResult:
    """Return the tables of co-use.

    Parameters
    ----------
    counts : ``services``, ``pairs``, ``together`` and ``number_of_services`` of ``counts.sql``.

    Returns
    -------
    All tables empty when nobody was in any service inside the window.
    """
    place = {service: number for number, service in enumerate(context.services)}
    everyone = _everyone(counts["together"], params)
    services = _in_catalogue_order(counts["services"], ("service",), place)
    breadth = _breadth(counts["number_of_services"], everyone)
    pairs = _in_catalogue_order(_pairs(_turned(counts["pairs"], place), services), ("first", "second"), place)
    tables = {"everyone": everyone, "services": services, "pairs": pairs, "breadth": breadth}
    declared = NetworkResult.tables()
    return NetworkResult(**{name: frame[list(declared[name].columns)] for name, frame in tables.items()})


def _everyone(together: pd.DataFrame, params: NetworkParams) -> pd.DataFrame:
    known = together[together["persons"] > 0]
    return known.assign(
        ever=float(params.window == "ever"),
        min_overlap_days=float(params.min_overlap_days),
        min_lift_percent=float(round(params.min_lift * 100)),
        max_edges=float(params.max_edges),
    ).reset_index(drop=True)


def _turned(pairs: pd.DataFrame, place: Mapping[str, int]) -> pd.DataFrame:
    """Name the service that comes first in the catalogue first."""
    first, second = (pairs[end].map(place).fillna(len(place)) for end in ("first", "second"))
    turn = (first > second).to_numpy()
    one, other = pairs["first"], pairs["second"]
    return pairs.assign(first=other.where(turn, one), second=one.where(turn, other))


def _pairs(pairs: pd.DataFrame, services: pd.DataFrame) -> pd.DataFrame:
    people = services.set_index("service")[["persons", "families"]].astype(float)
    of_ends = {f"{who}_{end}": pairs[end].map(people[who]) for end in ("first", "second") for who in people}
    return pairs.assign(
        **of_ends,
        share_first=np.nan,
        share_second=np.nan,
        lift=np.nan,
    )


def _breadth(number_of_services: pd.DataFrame, everyone: pd.DataFrame) -> pd.DataFrame:
    number = number_of_services["n_services"].clip(upper=MOST_COUNTED).astype(int)
    counted = number_of_services.assign(n_services=number).groupby("n_services", as_index=False)
    pooled = counted[["persons", "families"]].sum()
    code = pooled["n_services"].astype(str).where(pooled["n_services"] < MOST_COUNTED, f"{MOST_COUNTED}+")
    everybody = {f"{who}_all": float(everyone[who].sum()) for who in ("persons", "families")}
    return pooled.assign(n_services=code.astype(object), **everybody, share=np.nan)


def _in_catalogue_order(frame: pd.DataFrame, columns: tuple[str, ...], place: Mapping[str, int]) -> pd.DataFrame:
    """Sort rows by the place of their services in the catalogue, unknown ones last; never by a count (R13)."""
    places = {f"place_{name}": frame[name].map(place).fillna(len(place)).astype(int) for name in columns}
    ordered = frame.assign(**places).sort_values([*places, *columns], kind="stable")
    return ordered.drop(columns=list(places)).reset_index(drop=True)
