"""What causes the need for support: families by need, stage of recording, year, age, area and level of services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Context, Params, Result, result_table
from kumppanuus.baseline.needs.expected import expected_of
from kumppanuus.register.codes import LEVELS, STAGES, UNKNOWN
from kumppanuus.register.facts import AGE_GROUPS
from kumppanuus.register.needs import NO_SERVICE
from kumppanuus.register.populations import NEED_PAIRS, NEEDS

MOST_NEEDS = 8
"""So many needs are told by age, area and level, and in pairs: every number more is a number more for the audit."""
_CLASS = 6

_NEED = Column("dimension", codes="needs")
_BY: Mapping[str, Column] = MappingProxyType(
    {
        "year": Column("dimension", codes="years", time_axis=True),
        "stage": Column("dimension", codes="stages"),
        "need_age": Column("dimension", codes="age_groups"),
        "need_area": Column("dimension", codes="areas", adds=True),
        "need_level": Column("dimension", codes="need_levels", adds=True),
    }
)
_TABLES = {"year": "years", "stage": "stages", "need_age": "ages", "need_area": "areas", "need_level": "levels"}
_PEOPLE = MappingProxyType({"persons": Column("persons"), "families": Column("families")})


@dataclass(frozen=True, slots=True)
class NeedsParams(Params):
    """Settings of the room.

    samples, seed : random tables of the null model of pairs, and of their generator.
    """

    samples: int = 300
    seed: int = 20261127


def _base(**dimensions: Column) -> Any:
    adds = any(each.adds for each in dimensions.values())
    whole: dict[str, tuple[str, ...]] = {who: (f"everyone.{who}",) if adds else () for who in _PEOPLE}
    people = {
        "persons": Column("persons", part_of=whole["persons"]),
        "families": Column("families", part_of=whole["families"]),
    }
    return result_table(
        "counts", MappingProxyType({**dimensions, **people}), within="everyone" if dimensions else "", population=NEEDS
    )


def _reasons(within: str, **dimensions: Column) -> Any:
    """Families by need inside a breakdown; their members are known to the gate alone: half as many numbers."""
    columns = {
        "need": _NEED,
        **dimensions,
        "families": Column("count", of=("persons", "homes")),
        "persons": Column("behind"),
        "homes": Column("behind"),
    }
    return result_table("counts", MappingProxyType(columns), within=within, population=NEEDS)


@dataclass(frozen=True, slots=True)
class NeedsResult(Result):
    """Families of whom a need was recorded inside the window, and how many of their members.

    everyone : one row; ``sampled`` 1 when the null model of the pairs is made of a sample of the families.
    years : by the study year of recording, with the observed days of the year; families are in every year in which
        anything was recorded. stages, ages : by where it was recorded, by the age of the client on the day. areas,
        levels : families by their area, and by the highest level of services open between a record and 90 days later
        (``none``: nothing was).
    reasons : by need. year_reasons, stage_reasons, age_reasons, area_reasons, level_reasons : by need inside the
        former; of ages, areas and levels the eight largest needs.
    pairs : of these, families with both of two needs; ``ratio`` = families / what the number of needs of each family
        and the size of each need let expect, ``mark`` = whether that is a difference.
    """

    everyone: pd.DataFrame = result_table(
        "counts", MappingProxyType({**_PEOPLE, "sampled": Column("public")}), population=NEEDS
    )
    years: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"year": _BY["year"], "days_seen": Column("public", unit="days"), **_PEOPLE}),
        within="everyone",
        population=NEEDS,
    )
    stages: pd.DataFrame = _base(stage=_BY["stage"])
    ages: pd.DataFrame = _base(need_age=_BY["need_age"])
    areas: pd.DataFrame = _base(need_area=_BY["need_area"])
    levels: pd.DataFrame = _base(need_level=_BY["need_level"])
    reasons: pd.DataFrame = result_table(
        "counts", MappingProxyType({"need": _NEED, **_PEOPLE}), within="everyone", population=NEEDS
    )
    year_reasons: pd.DataFrame = _reasons("years", year=_BY["year"])
    stage_reasons: pd.DataFrame = _reasons("stages", stage=_BY["stage"])
    age_reasons: pd.DataFrame = _reasons("ages", need_age=_BY["need_age"])
    area_reasons: pd.DataFrame = _reasons("areas", need_area=_BY["need_area"])
    level_reasons: pd.DataFrame = _reasons("levels", need_level=_BY["need_level"])
    pairs: pd.DataFrame = result_table(
        "edges",
        MappingProxyType(
            {
                "first": _NEED,
                "second": _NEED,
                **_PEOPLE,
                "ratio": Column("ratio", of=("families", "expected", "families")),
                "mark": Column("mark", of=("families", "expected", "spread")),
                "expected": Column("expected"),
                "spread": Column("expected"),
            }
        ),
        nodes="reasons",
        population=NEED_PAIRS,
    )


def compute(counts: Mapping[str, pd.DataFrame], params: NeedsParams, context: Context) -> NeedsResult:
    """Return families by need, from the counts of this room; empty tables when no need was recorded."""
    people = counts["people"]
    places = _places(people)
    reasons = _in_order(people[people["breakdown"] == "need"], "need", [*places["need"]])
    told = reasons[reasons["need"] != UNKNOWN]
    most = _largest(told)
    judged = expected_of(counts["sets"], places, told, params.seed, params.samples)
    frames = {
        "everyone": people[people["breakdown"] == "everyone"].assign(sampled=float(judged.sampled)),
        "reasons": reasons,
        "pairs": judged.beside(_pairs(counts["pairs"], most)),
        **_breakdowns(people, {False: [*reasons["need"]], True: most}, context),
    }
    frames["years"] = frames["years"].assign(days_seen=frames["years"]["year"].map(dict(context.years)).astype(float))
    declared = NeedsResult.tables()
    made = {name: frame[list(declared[name].columns)].reset_index(drop=True) for name, frame in frames.items()}
    return NeedsResult(**made)


def _largest(told: pd.DataFrame) -> list[str]:
    """Return the largest needs, by classes of six as they are published: what is left out tells nothing more."""
    sized = told.assign(size=np.ceil(told["families"] / _CLASS))
    return [*sized.sort_values("size", ascending=False, kind="stable")["need"].head(MOST_NEEDS)]


def _breakdowns(
    people: pd.DataFrame, needs: Mapping[bool, Sequence[str]], context: Context
) -> dict[str, pd.DataFrame]:  # fmt: skip
    """Return each breakdown, and the needs inside it.

    Parameters
    ----------
    needs : those that are told of years and stages (False), and of the other breakdowns (True).
    """
    orders = {
        "year": tuple(context.years), "stage": (*STAGES, UNKNOWN), "need_age": AGE_GROUPS, "need_area": (),
        "need_level": (NO_SERVICE, *LEVELS, UNKNOWN),
    }  # fmt: skip
    found = {}
    for by, order in orders.items():
        kept, name = needs[by.startswith("need_")], _TABLES[by]
        rows = _in_order(people[people["breakdown"] == by].rename(columns={"code": by}), by, order)
        inside = rows[rows["need"].isin(kept)]
        found[name] = rows[rows["need"] == ""]
        found[f"{name.removesuffix('s')}_reasons"] = _in_order(inside.assign(homes=inside["families"]), "need", kept)
    return found


def _places(people: pd.DataFrame) -> pd.DataFrame:
    """Return the needs (``need``) with their ``place`` in the study's list, in its order."""
    rows = people[people["breakdown"] == "place"]
    return rows.assign(place=rows["code"].astype("int64")).sort_values("place")[["need", "place"]]


def _pairs(pairs: pd.DataFrame, most: Sequence[str]) -> pd.DataFrame:
    """Return the pairs of some needs, the one that the study has first named first."""
    inside = pairs[pairs["first"].isin(most) & pairs["second"].isin(most)]
    return inside.assign(ratio=np.nan, mark=np.nan).sort_values(["first", "second"], ignore_index=True)


def _in_order(rows: pd.DataFrame, by: str, order: Sequence[str]) -> pd.DataFrame:
    """Return rows in the order of codes, others after them by code, unknown ones last."""
    places = {code: place for place, code in enumerate(order)} | {UNKNOWN: len(order) + 1}
    by_code = rows.sort_values(by, kind="stable")
    return by_code.sort_values(by, key=lambda codes: codes.map(places).fillna(len(order)), kind="stable")
