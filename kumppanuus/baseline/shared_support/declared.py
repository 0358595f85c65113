"""What the room may be told and what it returns: its settings and its tables."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from kumppanuus.analysis import Column, Params, Result, result_table
from kumppanuus.register.populations import FIRST_GOALS, GOALS, SHARED

READ = tuple(f"share_{month}{end}" for month in (6, 12, 24) for end in ("", "_lower", "_upper"))
_YEAR = Column("dimension", codes="years", time_axis=True)
_BEHIND = MappingProxyType({"persons": Column("behind"), "homes": Column("behind")})


def _counted(name: str, rest_of: str = "") -> dict[str, Column]:
    """A count with the persons and families behind it; `rest_of`: of what it counts some."""
    count = Column("count", of=(f"{name}_persons", f"{name}_homes"), rest_of=rest_of)
    return {name: count} | {f"{name}_{who}": Column("behind") for who in ("persons", "homes")}


def _followed(population: str, within: str = "", **columns: Column) -> Any:
    """Goals that could be followed for a year, the families they were set with, and those assessed in that year."""
    declared = {
        **columns,
        "followed": Column("count", of=("persons", "homes")),
        "families": Column("count", of=("persons", "homes"), cell="followed_families"),
        **_counted("in_year", "followed"),
        "share": Column("share", of=("in_year", "followed")),
        **_BEHIND,
    }
    return result_table("counts", MappingProxyType(declared), within=within, population=population)


@dataclass(frozen=True, slots=True)
class SharedSupportParams(Params):
    """Settings of the room.

    assessed_percent : how many per cent of the goals should be assessed within 365 days.
    with_family_percent : how many should be set together with the family.
    """

    assessed_percent: int = 60
    with_family_percent: int = 60


@dataclass(frozen=True, slots=True)
class SharedSupportResult(Result):
    """Who of a family has services at the same time, and what becomes of the goals.

    years : families with a service in each study year, and their members in services.
    kinds : families of the year by who of them has services on one and the same day (`register.shared.KINDS`).
    several : families of which two members or more are in services in the year, or of whom two needs or more are
        recorded in it; ``together``: those of them of whom two members or more have a service on one day.
    goals : goals by the year in which they were set, ``with_family``: those set together with the family. outcomes :
        the same by what became of them by the end of the window.
    everyone : one row: goals set a year or more before the end of the window, ``in_year``: those of them that were
        assessed within 365 days; the targets. services : the same by service.
    first_goals : families with a goal, and the clients whose goals they are; the share whose first goal has been
        assessed, read off the curve. waits : that curve.
    """

    years: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "year": _YEAR,
                "days_seen": Column("public", unit="days"),
                "persons": Column("persons"),
                "families": Column("families"),
            }
        ),
        population=SHARED,
    )
    kinds: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "year": _YEAR,
                "kind": Column("dimension", codes="shared_kinds", adds=True),
                "families": Column("count", of=("persons", "homes"), part_of=("years.families",)),
                **_BEHIND,
            }
        ),
        within="years",
        population=SHARED,
    )
    several: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "year": _YEAR,
                **_counted("several"),
                **_counted("together", "several"),
                "share": Column("share", of=("together", "several")),
            }
        ),
        population=SHARED,
    )
    goals: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "year": _YEAR,
                "days_seen": Column("public", unit="days"),
                "goals": Column("count", of=("persons", "homes")),
                "families": Column("count", of=("persons", "homes")),
                **_counted("with_family", "goals"),
                "share": Column("share", of=("with_family", "goals")),
                **_BEHIND,
            }
        ),
        population=GOALS,
    )
    outcomes: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "year": _YEAR,
                "outcome": Column("dimension", codes="goal_outcomes"),
                "goals": Column("count", of=("persons", "homes"), part_of=("goals.goals",)),
                **_BEHIND,
            }
        ),
        within="goals",
        population=GOALS,
    )
    everyone: pd.DataFrame = _followed(
        GOALS, assessed_percent=Column("public", unit="%"), with_family_percent=Column("public", unit="%")
    )  # fmt: skip
    services: pd.DataFrame = _followed(
        GOALS,
        "everyone",
        service=Column("dimension", codes="services"),
        level=Column("dimension", codes="levels"),
    )
    first_goals: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "persons": Column("persons"),
                "families": Column("families"),
                **{each: Column("from_curve", ("waits", each)) for each in READ},
            }
        ),
        population=FIRST_GOALS,
    )
    waits: pd.DataFrame = result_table(
        "curve",
        MappingProxyType(
            {
                "time": Column("time", unit="days"),
                "share": Column("incidence"),
                "lower": Column("lower"),
                "upper": Column("upper"),
                "at_risk": Column("count", of=("at_risk", "families_at_risk")),
                "events": Column("count", of=("ending_families", "ending_families")),
                "persons": Column("persons"),
                "families": Column("families"),
                "ending_families": Column("behind"),
                "families_at_risk": Column("behind"),
            }
        ),
        population=FIRST_GOALS,
    )
