"""Types of paths through the levels of service, month by month after the first contact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Context, Params, Result, result_table
from kumppanuus.lifecycle.trajectories.states import levels_of_types, states_of_types
from kumppanuus.lifecycle.trajectories.types import LABELS, Types, costs_of_types, found_types, members_of, texts_of
from kumppanuus.register.months import FATES, wash_out_and_follow_up
from kumppanuus.register.populations import TRAJECTORIES

_WHOSE = Column("dimension", codes="path_whose")
_PEOPLE = MappingProxyType({"persons": Column("persons"), "families": Column("families")})
_BEHIND = ("persons", "families", "concentration")
_FOLLOWED = (("fate", "followed"),)
DRAWN = LABELS[:4]
"""Types that have a chart of their own."""
_FATES = (FATES[0], "unsampled", *FATES[1:])


@dataclass(frozen=True, slots=True)
class TrajectoryParams(Params):
    """Settings of the room.

    whose : whose paths: each ``client``'s own, or each ``family``'s (the highest level of any member).
    distance : ``optimal_matching``: like order and length of services; ``dynamic_hamming``: the same at the same time.
    most_types : most types that are tried (7 at most); the fewest are three.
    near : silhouettes so near to the best are taken as equal; of equal ones the largest number of types is chosen.
    at_least : clients that every type must have, from half as many families.
    most_paths, seed : with more distinct paths than this, types are found among people drawn at random.
    """

    CHOICES: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType(
        {"whose": ("client", "family"), "distance": ("optimal_matching", "dynamic_hamming")}
    )

    whose: str = "client"
    distance: str = "optimal_matching"
    most_types: int = 7
    near: float = 0.01
    at_least: int = 20
    most_paths: int = 800
    seed: int = 20260201


def _curve() -> Any:
    return result_table(
        "curve",
        MappingProxyType(
            {
                "whose": _WHOSE,
                "type": Column("dimension", codes="path_types"),
                "state": Column("dimension", codes="path_states"),
                "time": Column("time", unit="days"),
                "share": Column("occupation"),
                "at_risk": Column("count", of=("at_risk", "families_at_risk")),
                "events": Column("count", of=("events", "ending_families")),
                **_PEOPLE,
                **dict.fromkeys(("families_at_risk", "ending_families"), Column("behind")),
            }
        ),
        population=TRAJECTORIES,
        fixed=_FOLLOWED,
        together=("state",),
    )


@dataclass(frozen=True, slots=True)
class TrajectoryResult(Result):
    """Paths after the first contact.

    fates : everybody in a service inside the window: ``followed``, ``unsampled`` (could be followed, outside the
        sample), ``known`` (in a service before the wash-out was over), ``late`` (the follow-up is not complete).
    followed : one row: who was followed, for how many months after how long a wash-out, and how steady the types are.
    types : one row a type, the largest first; ``cost_eur``: of all services in the follow-up.
    levels : one row a type and level: who of the type was on it in any month.
    path_a to path_d : one row a state and month of the largest types: share of the type in the state, see
        `states.states_of_types`. path_rest : the same of the other types.
    """

    fates: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"whose": _WHOSE, "fate": Column("dimension", codes="fates"), **_PEOPLE}),
        population=TRAJECTORIES,
    )
    followed: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "whose": _WHOSE,
                "steadiness": Column("dimension", codes="steadiness"),
                "months": Column("public"),
                "wash_out": Column("public"),
                **_PEOPLE,
            }
        ),
        population=TRAJECTORIES,
        fixed=_FOLLOWED,
    )
    types: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "whose": _WHOSE,
                "type": Column("dimension", codes="path_types"),
                "persons": Column("persons", part_of=("followed.persons",)),
                "families": Column("families"),
                "cost_eur": Column("sum", of=_BEHIND, unit="EUR"),
                "per_family_eur": Column("mean", of=_BEHIND, unit="EUR"),
                "concentration": Column("concentration"),
            }
        ),
        within="followed",
        population=TRAJECTORIES,
        fixed=_FOLLOWED,
    )
    levels: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "whose": _WHOSE,
                "type": Column("dimension", codes="path_types"),
                "state": Column("dimension", codes="path_states"),
                **_PEOPLE,
            }
        ),
        within="types",
        population=TRAJECTORIES,
        fixed=_FOLLOWED,
    )
    path_a: pd.DataFrame = _curve()
    path_b: pd.DataFrame = _curve()
    path_c: pd.DataFrame = _curve()
    path_d: pd.DataFrame = _curve()
    path_rest: pd.DataFrame = _curve()


def compute(
    counts: Mapping[str, pd.DataFrame], params: TrajectoryParams, context: Context
) -> TrajectoryResult:  # fmt: skip
    """Return the types of paths; tables of types are empty when too few could be followed."""
    declared = {name: [*table.columns] for name, table in TrajectoryResult.tables().items()}
    place = {fate: number for number, fate in enumerate(_FATES)}
    fates = counts["fates"].sort_values("fate", key=lambda codes: codes.map(place), ignore_index=True)
    tables = dict.fromkeys(declared, fates.iloc[:0]) | {"fates": fates}
    members = members_of(counts["homes"]) if len(counts["homes"]) else None
    types = found_types(members, params) if members is not None else None
    if members is not None:
        tables["followed"] = _followed(fates, types, context)
    if members is not None and types is not None:
        tables["types"] = _types(counts, members, types).assign(whose=params.whose)
        tables["levels"] = levels_of_types(members, types).assign(whose=params.whose)
        tables |= _curves(states_of_types(members, types).assign(whose=params.whose))
    return TrajectoryResult(
        **{name: frame.reindex(columns=declared[name]).reset_index(drop=True) for name, frame in tables.items()}
    )


def _followed(fates: pd.DataFrame, types: Types | None, context: Context) -> pd.DataFrame:
    wash_out, months = wash_out_and_follow_up(context.window_days)
    steadiness = types.steadiness if types else "none"
    return fates[fates["fate"] == "followed"].assign(
        steadiness=steadiness, months=float(months), wash_out=float(wash_out)
    )


def _types(counts: Mapping[str, pd.DataFrame], members: pd.DataFrame, types: Types) -> pd.DataFrame:
    place = dict(zip(texts_of(types.sequences), types.type_of.tolist(), strict=True))
    typed = members.assign(type=members["path"].map(place))
    by_type = typed.groupby("type")
    costs = costs_of_types(counts, types)
    families = typed.drop_duplicates(["home", "type"]).groupby("type")["families"].sum()
    given = costs["euros"].sum() > 0
    sizes = pd.DataFrame(
        {
            "persons": by_type["persons"].sum(),
            "families": families,
            "cost_eur": costs["euros"] if given else np.nan,
            "per_family_eur": costs["euros"] / families if given else np.nan,
            "concentration": costs["concentration"],
        }
    )
    return sizes.reset_index().assign(type=[LABELS[number] for number in sizes.index])


def _curves(states: pd.DataFrame) -> dict[str, pd.DataFrame]:
    tables = {f"path_{label.lower()}": states[states["type"] == label] for label in DRAWN}
    return {**tables, "path_rest": states[~states["type"].isin(DRAWN)]}
