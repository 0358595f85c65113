"""What the room of family segments is asked and what it returns."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from kumppanuus.analysis import Column, Params, Result, result_table
from kumppanuus.register.populations import SEGMENTED, UNSEGMENTED

_SEGMENT = Column("dimension", codes="segments", adds=True)
_EARLIER = Column("dimension", codes="segments", adds=True)
_PEOPLE = MappingProxyType({"persons": Column("persons"), "families": Column("families")})
_HOMES = MappingProxyType(
    {"families": Column("count", of=("members", "homes")), "members": Column("behind"), "homes": Column("behind")}
)
"""Families alone are told: few services and areas have as many members as would be worth another number."""


def _money(*totals: str) -> dict[str, Column]:
    """Return the columns of what families cost; `totals`: the tables whose costs these add up to."""
    parts = tuple(f"{table}.cost_eur" for table in totals)
    behind = ("persons", "families", "concentration")
    return {
        "children": Column("count", of=("persons", "families"), rest_of="persons"),
        "cost_eur": Column("sum", of=behind, unit="EUR", part_of=parts),
        "concentration": Column("concentration"),
    }


@dataclass(frozen=True, slots=True)
class SegmentsParams(Params):
    """Nothing to set: the segments and their rules are the study's."""


@dataclass(frozen=True, slots=True)
class SegmentsResult(Result):
    """Families in services in the last twelve months of the window, by segment: the first one whose rule holds.

    everyone : all of them. segments : by segment; those that nobody is in have no row. ``persons`` are members in
        services, ``children`` those of them known to be under 18 on the last day, ``cost_eur`` what their services
        cost in the twelve months (euros as they were counted: unit costs as they stand, cost rows in their own prices).
    services : families of a segment with a member in a service. areas : families by area, each in the one where most of
        its members in services live.
    moves : families by segment and by what they were by the same rules a year before (``earlier``; ``none``: in no
        service). gone : families of a year before that are in no service any more, left : by what they were then. All
        are empty when that year was not observed whole.
    shares : after the gate: every segment of the study in the order of the rules (``place`` from 1), those that nobody
        is in included. ``known`` is 0 where the rule asks for needs and none were given, else 1. Its share of the
        published families and costs in whole per cents (NaN when one of them is hidden), its cost per family and per
        child and the mean number of different services of a family (NaN below 60 of them). ``stayed_percent``: share
        of its families that were in it a year before as well.
    """

    everyone: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({**_PEOPLE, **_money()}),
        population=SEGMENTED,
    )
    segments: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"segment": _SEGMENT, **_PEOPLE, **_money("everyone")}),
        within="everyone",
        population=SEGMENTED,
    )
    services: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"service": Column("dimension", codes="services"), "segment": _SEGMENT, **_HOMES}),
        within="segments",
        population=SEGMENTED,
    )
    areas: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"area": Column("dimension", codes="areas", adds=True), "segment": _SEGMENT, **_HOMES}),
        within="segments",
        population=SEGMENTED,
    )
    moves: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"earlier": _EARLIER, "segment": _SEGMENT, **_HOMES}),
        within="segments",
        population=SEGMENTED,
    )
    gone: pd.DataFrame = result_table("counts", _PEOPLE, population=UNSEGMENTED)
    left: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"earlier": _EARLIER, **_HOMES}),
        within="gone",
        population=UNSEGMENTED,
    )
    shares: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "segment": _SEGMENT,
                **dict.fromkeys(("place", "known"), Column("released")),
                **dict.fromkeys(("families_percent", "cost_percent", "stayed_percent"), Column("released", unit="%")),
                **dict.fromkeys(("family_eur", "child_eur"), Column("released", unit="EUR")),
                "services_each": Column("released"),
            }
        ),
        population=SEGMENTED,
    )
