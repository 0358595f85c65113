"""What the room tells: the declared tables of its result."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from kumppanuus.analysis import Column, Result, result_table
from kumppanuus.register.populations import LADDER, NEW_ON_LADDER, NEW_ON_LADDER_HOMES, YEAR_ON_LADDER

MEANS = ("mean_24", "mean_24_lower", "mean_24_upper")
"""Mean of the first 24 months in a state, and its limits."""


def _shares(population: str, *dimensions: tuple[str, Column], whole: str = "") -> Any:
    return result_table(
        "curve",
        MappingProxyType(
            {
                **dict(dimensions),
                "state": Column("dimension", codes="ladder"),
                "time": Column("time", unit="days"),
                "share": Column("occupation"),
                "lower": Column("lower"),
                "upper": Column("upper"),
                "at_risk": Column("count", of=("persons_at_risk", "families_at_risk")),
                "events": Column("count", of=("ending_families", "ending_families"),
                                 part_of=(f"{whole}.events",) if whole else ()),
                "ending_families": Column("behind"),
                "persons": Column("persons"),
                "families": Column("families"),
                "persons_at_risk": Column("behind"),
                "families_at_risk": Column("behind"),
            }
        ),
        population=population,
        together=("state",),
    )  # fmt: skip


def _year_on(*dimensions: tuple[str, Column], within: str = "") -> Any:
    people = {"persons": Column("persons"), "families": Column("families")}
    shares = {
        "persons": Column("persons", part_of=(f"{within}.persons",)),
        "families": Column("families"),
        "followed_persons": Column("persons"),
        "share": Column("share", of=("persons", "followed_persons")),
    }
    columns = MappingProxyType({**dict(dimensions), **(shares if within else people)})
    return result_table("counts", columns, within=within, population=YEAR_ON_LADDER)


_STATE = ("state", Column("dimension", codes="ladder"))
_FIRST = ("origin", Column("dimension", codes="levels", adds=True))


@dataclass(frozen=True, slots=True)
class LevelResult(Result):
    """Where clients are since their first contact.

    kinds : clients by whether their beginning was seen, and whether the curves follow them.
    clients, families : one row a state and day since the first contact: the share in the state, with limits from the
        bootstrap over families; ``at_risk``: under observation, whatever the state; ``events``: moves into and out of
        the state since the day before in the table; ``persons``, ``families``: ever in the state.
    by_first : new clients who could be followed for a year, by the level of their first service and the state they are
        in a year later. first_levels : all of them.
    time_in : one row a state: mean of the first 24 months spent in it, read off the published shares of clients.
    stays : everybody who was ever in a state inside the window, and for how many years in all.
    moves : moves out of a state: ``up``, ``down`` to a lower level, ``out`` of the services; who moved.
    """

    kinds: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "kind": Column("dimension", codes="beginnings", adds=True),
                "followed": Column("dimension", codes="yes_no", adds=True),
                "persons": Column("persons"),
                "families": Column("families"),
            }
        ),
        population=LADDER,
    )
    clients: pd.DataFrame = _shares(NEW_ON_LADDER)
    families: pd.DataFrame = _shares(NEW_ON_LADDER_HOMES)
    first_levels: pd.DataFrame = _year_on(_FIRST)
    by_first: pd.DataFrame = _year_on(_FIRST, _STATE, within="first_levels")
    time_in: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                **dict([_STATE]),
                "persons": Column("persons"),
                "families": Column("families"),
                **{name: Column("from_curve", ("clients", name)) for name in MEANS},
            }
        ),
        population=NEW_ON_LADDER,
    )  # fmt: skip
    stays: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                **dict([_STATE]),
                "persons": Column("persons"),
                "families": Column("families"),
                "years": Column("sum", ("persons", "families", "concentration"), unit="years"),
                "concentration": Column("concentration"),
            }
        ),
        population=LADDER,
    )
    moves: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                **dict([_STATE]),
                "direction": Column("dimension", codes="directions"),
                "moves": Column("count", of=("persons", "families")),
                "persons": Column("persons"),
                "families": Column("families"),
            }
        ),
        population=LADDER,
        within="stays",
    )
