"""What the room on parallel services publishes: its tables, whom each counts and what adds up to what."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from kumppanuus.analysis import Column, Result, result_table
from kumppanuus.register.populations import CLIENTS, COSTED, NEWCOMERS

_PEOPLE = MappingProxyType({"persons": Column("persons"), "families": Column("families")})
_YEAR = Column("dimension", codes="years", time_axis=True)


def _most(name: str, *, adds: bool) -> Any:
    """Declare people by the most services they had open at once; of clients families do not add up."""
    total = ("everyone.families",) if adds else ()
    return result_table(
        "counts",
        MappingProxyType(
            {
                name: Column("dimension", codes="open_services", adds=adds),
                "persons": Column("persons", part_of=("everyone.persons",)),
                "families": Column("families", part_of=total),
            }
        ),
        within="everyone",
        population=CLIENTS,
    )


def _by_year(name: str, *, adds: bool) -> Any:
    total = ("years.families",) if adds else ()
    return result_table(
        "counts",
        MappingProxyType(
            {
                "year": _YEAR,
                name: Column("dimension", codes="open_services", adds=adds),
                "persons": Column("persons", part_of=("years.persons",)),
                "families": Column("families", part_of=total),
            }
        ),
        within="years",
        population=CLIENTS,
    )


def _time(name: str, whole: str) -> Any:
    """Declare days by how many services were open on them; people have days of several kinds."""
    return result_table(
        "counts",
        MappingProxyType(
            {
                name: Column("dimension", codes="open_services"),
                **_PEOPLE,
                "days": Column("sum", of=("persons", "families", "concentration"), unit="days",
                               part_of=(f"everyone.{whole}",)),
                "concentration": Column("concentration"),
            }
        ),
        population=CLIENTS,
    )  # fmt: skip


def _climb(name: str) -> Any:
    return result_table(
        "curve",
        MappingProxyType(
            {
                name: Column("dimension", codes="open_services"),
                "time": Column("time", unit="days"),
                "share": Column("occupation"),
                "lower": Column("lower"),
                "upper": Column("upper"),
                "at_risk": Column("count", of=("persons_at_risk", "families_at_risk")),
                "events": Column("count", of=("ending_persons", "ending_families")),
                **_PEOPLE,
                **dict.fromkeys(
                    ("persons_at_risk", "families_at_risk", "ending_persons", "ending_families"), Column("behind")
                ),
            }
        ),
        population=NEWCOMERS,
        together=(name,),
    )


@dataclass(frozen=True, slots=True)
class ParallelResult(Result):
    """How many services are open at once, of families (any member's) and of clients (their own).

    everyone : one row: all who were in some service, and the days on which any was open: ``family_days`` and
        ``client_days``; ``washout_days`` that the ladder keeps.
    family_most, client_most : by the most that were open on one day (``5+``: five or more).
    years, family_years, client_years : the same in each study year (``3+``: three or more).
    family_time, client_time : days by how many were open on them; the people had such days.
    costs : of the families in services by the most they had open at once: those with costs, and the cost of the whole
        window. Empty when nothing has a price.
    family_climb, client_climb : since the first service, by the most open at once so far (a state):
        ``share`` in the state, ``lower`` and ``upper`` of the share that has got so far or further (in the first state:
        of the share in it), under observation (``at_risk``).
    """

    everyone: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                **_PEOPLE,
                "family_days": Column("sum", of=("persons", "families", "family_concentration"), unit="days"),
                "family_concentration": Column("concentration"),
                "client_days": Column("sum", of=("persons", "families", "client_concentration"), unit="days"),
                "client_concentration": Column("concentration"),
                "washout_days": Column("public", unit="days"),
            }
        ),
        population=CLIENTS,
    )
    family_most: pd.DataFrame = _most("most_at_once", adds=True)
    client_most: pd.DataFrame = _most("own_at_once", adds=False)
    years: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"year": _YEAR, "days_seen": Column("public", unit="days"), **_PEOPLE}),
        population=CLIENTS,
    )
    family_years: pd.DataFrame = _by_year("most_in_year", adds=True)
    client_years: pd.DataFrame = _by_year("own_in_year", adds=False)
    family_time: pd.DataFrame = _time("n_open", "family_days")
    client_time: pd.DataFrame = _time("own_open", "client_days")
    costs: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "most_at_once": Column("dimension", codes="open_services", adds=True),
                **_PEOPLE,
                "cost_eur": Column("sum", of=("persons", "families", "concentration"), unit="EUR"),
                "concentration": Column("concentration"),
            }
        ),
        population=COSTED,
    )
    family_climb: pd.DataFrame = _climb("state")
    client_climb: pd.DataFrame = _climb("own_state")
