"""Up and down the levels since the first contact: shares in states, time in them, and moves between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

from kumppanuus.analysis import Context, Params
from kumppanuus.lifecycle.levels.declared import MEANS, LevelResult
from kumppanuus.lifecycle.levels.groups import FOLLOWED, Followed, followed, gathered, homes_at_risk
from kumppanuus.methods.intervals import family_weights
from kumppanuus.register.calendar import month_day
from kumppanuus.register.ladder import DIRECTIONS, KINDS, OUTSIDE, STATES
from kumppanuus.register.spells import FAMILY_GROUPS

MONTHS = (3, 6, 12, 24, 36)
"""Months that are told: rare moves need time between two points (R8)."""
DAYS_A_YEAR = 365.25
MEASURES = ("share", "lower", "upper")


@dataclass(frozen=True, slots=True)
class LevelParams(Params):
    """Settings of the analysis.

    followed : ``new``: whose first service began after a wash-out at the beginning of the window. ``begun``: those too
        who began in it, who may have been clients before. ``all``: those too who were in a service when the window
        opened, from then on, on the level they were on (late entry). They are other people: heavier users.
    at_least : so many first contacts must have been seen.
    replicates, seed : of the bootstrap over groups of families.
    """

    CHOICES: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({"followed": FOLLOWED})

    followed: str = "new"
    at_least: int = 20
    replicates: int = 400
    seed: int = 20260201


def compute(counts: Mapping[str, pd.DataFrame], params: LevelParams, context: Context) -> LevelResult:
    """Estimate the shares in states and count the moves."""
    weights = family_weights(FAMILY_GROUPS, params.replicates, seed=params.seed)
    made = {}
    for whose in ("clients", "families"):
        people = followed(counts, whose, params.followed, weights)
        known = people is not None and people.under_observation[0] >= params.at_least
        made[whose] = _points(counts, people, whose, params.followed, MONTHS) if people and known else _nothing(whose)
    return LevelResult(
        kinds=_kinds(counts["kinds"], params.followed),
        clients=made["clients"],
        families=made["families"],
        first_levels=_year_after(counts["year_after"], [OUTSIDE])[["origin", "persons", "families"]],
        by_first=_shares_after(counts["year_after"]),
        time_in=_time_in(made["clients"]),
        stays=_stays(counts["moves"]),
        moves=_moves(counts["moves"]),
    )


def _kinds(rows: pd.DataFrame, who: str) -> pd.DataFrame:
    """Return who is followed: each of `FOLLOWED` takes one more kind in."""
    kinds = rows.sort_values("kind", ignore_index=True)
    place = kinds["kind"].astype(int)
    seen = ["yes" if each <= FOLLOWED.index(who) else "no" for each in place]
    named = kinds.rename(columns={"n_persons": "persons", "n_families": "families"})
    return named.assign(kind=[KINDS[each] for each in place], followed=seen)[
        ["kind", "followed", "persons", "families"]
    ]


def _points(
    counts: Mapping[str, pd.DataFrame], people: Followed, whose: str, who: str, months: Sequence[int]
) -> pd.DataFrame:  # fmt: skip
    """Return one row a state and month, of the states that anybody was in."""
    shown = [0, *(month for month in months if month_day(month) <= people.last_day)]
    days = [month_day(month) for month in shown]
    read = [people.at(day) for day in days]
    under = people.under_observation[days]
    homes = under if whose == "families" else np.minimum(homes_at_risk(counts["homes"], who, shown), under)
    firsts = counts["firsts"]
    firsts = firsts[(firsts["whose"] == whose) & (firsts["kinds"] == FOLLOWED.index(who))]
    parts = []
    for place, state in enumerate(STATES):
        mine = firsts[firsts["state"] == place]
        if mine.empty:
            continue
        parts.append(
            pd.DataFrame(
                {
                    "state": state,
                    "time": days,
                    **{name: [each[row][place] for each in read] for row, name in enumerate(MEASURES)},
                    "at_risk": under,
                    "events": np.diff(np.cumsum(people.moved[place])[days], prepend=0.0),
                    "ending_families": np.diff(gathered(mine, shown), prepend=0.0),
                    "persons": mine["n_persons"].sum(),
                    "families": mine["n_families"].sum(),
                    "persons_at_risk": under,
                    "families_at_risk": homes,
                }
            )
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _year_after(rows: pd.DataFrame, states: Sequence[int]) -> pd.DataFrame:
    kept = rows[rows["state"].isin(states)].sort_values(["origin", "state"], ignore_index=True)
    named = kept.rename(columns={"n_persons": "persons", "n_families": "families"})
    return named.assign(origin=_named(named["origin"]), state=_named(named["state"]))


def _shares_after(rows: pd.DataFrame) -> pd.DataFrame:
    whole = _year_after(rows, [OUTSIDE]).set_index("origin")["persons"]
    states = _year_after(rows, range(OUTSIDE))
    followed_all = states["origin"].map(whole).astype(float)
    return states.assign(followed_persons=followed_all, share=states["persons"] / followed_all.where(followed_all > 0))[
        [*LevelResult.tables()["by_first"].columns]
    ]


def _time_in(clients: pd.DataFrame) -> pd.DataFrame:
    rows = clients.drop_duplicates("state")[["state", "persons", "families"]].reset_index(drop=True)
    return rows.assign(**dict.fromkeys(MEANS, np.nan))


def _stays(moves: pd.DataFrame) -> pd.DataFrame:
    rows = _ordered(moves[(moves["whose"] == "clients") & (moves["direction"] == "stay")])
    days = rows["moves"].astype(float)
    return pd.DataFrame(
        {
            "state": rows["state"],
            "persons": rows["n_persons"],
            "families": rows["n_families"],
            "years": days / DAYS_A_YEAR,
            "concentration": rows["squared"] / days.where(days > 0) ** 2,
        }
    )


def _moves(moves: pd.DataFrame) -> pd.DataFrame:
    rows = _ordered(moves[(moves["whose"] == "clients") & (moves["direction"] != "stay")])
    renamed = rows.rename(columns={"n_persons": "persons", "n_families": "families"})
    return renamed[["state", "direction", "moves", "persons", "families"]]


def _ordered(rows: pd.DataFrame) -> pd.DataFrame:
    places = {code: place for place, code in enumerate(DIRECTIONS)}
    ordered = rows.assign(place=rows["direction"].map(places)).sort_values(["state", "place"], ignore_index=True)
    return ordered.assign(state=_named(ordered["state"]))


def _named(places: pd.Series) -> list[str]:
    """Return the names of states; of `OUTSIDE` none."""
    return [(*STATES, "")[int(place)] for place in places]


def _nothing(table: str) -> pd.DataFrame:
    """Return no rows with the columns and kinds of a full table."""
    texts = ("origin", "state")
    columns = LevelResult.tables()[table].columns
    return pd.DataFrame({name: pd.Series(dtype="object" if name in texts else "float64") for name in columns})
