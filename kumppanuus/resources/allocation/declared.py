"""What the room of allocation is asked and what it returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from kumppanuus.analysis import Column, Params, Result, result_table
from kumppanuus.register.populations import CAPACITY, PROPOSALS, SEGMENTED

_SERVICE = Column("dimension", codes="services")
_SEGMENT = Column("dimension", codes="segments")
_EUR = Column("released", unit="EUR")
_PERCENT = Column("released", unit="%")
_POINTS = Column("released", unit="points")
_PEOPLE = MappingProxyType({"persons": Column("persons"), "families": Column("families")})


@dataclass(frozen=True, slots=True)
class AllocationParams(Params):
    """Settings of the room; what a proposal keeps to is the study's ``[allocation]``.

    draws, seed : how often benefits are drawn between their limits, and from where the draws begin.
    same_percent : a service whose families change by less is kept as it is.
    least_group_percent : benefit that every segment keeps at least, of today's; 100: no group of families loses.
    points : plans between the most benefit and the strongest weakest area.
    """

    draws: int = 200
    seed: int = 20260301
    same_percent: int = 2
    least_group_percent: int = 100
    points: int = 11


def _gathered(dimensions: Mapping[str, Column], measures: Mapping[str, Column]) -> Any:
    return result_table("counts", MappingProxyType({**dimensions, **measures}), population=PROPOSALS)


def _all(names: str, column: Column | None = None) -> dict[str, Column]:
    return dict.fromkeys(names.split(), column or Column("released"))


@dataclass(frozen=True, slots=True)
class AllocationResult(Result):
    """How services would help most within the limits, beside today. Judged benefits are points of a year and family.

    everyone : families in services in the last twelve months of the window. services, places : of them those in a
        service, by the area where most members of the family in services live. staff : own person-years (NaN: not
        given), and ``statutory`` 1 for child welfare, whose volume does not fall in a proposal.

    The others are made after the gate, from released numbers (`gather`):

    outcome : what came out (``reason``: ``found``, or why there is no proposal). left_out : services without a cost.
    totals : points, euros, share that is bought, families without a place that helps beside the wanted coverage, points
        a family of the weakest area and of all; today and proposed. ``gain`` … of the proposal over today, with limits
        from the draws (2.5th and 97.5th percentile, outwards) and how many draws.
    plan : families a year and euros by service, today and proposed. ways : families by way of production.
    groups : families of a segment, and those without a place that helps: at least and at most, today and proposed;
        points a family; per cent of the benefit that is not reached, of that with everything that helps for everybody.
    areas : points a family, today (with what rounding may have moved) and proposed.
    limits : what one ``step`` more room in a limit ``at`` (euros, person-years, families, per cent) would bring: the
        ``price`` in points, and how far the limit can go ``down`` and ``up`` while it holds; ``looser``, ``tighter``:
        points gained and lost when the plan is made anew. repair : without a plan, the limits that have to move.
    front : plans from the most benefit to the strongest weakest area. core : in how many per cent of the draws the best
        plan would let a service grow, keep it or shrink it; ``decision`` of the plan (1, 0, −1), per cent ``same``.
    benefits : the study's judgements.
    """

    everyone: pd.DataFrame = result_table("counts", _PEOPLE, population=SEGMENTED)
    services: pd.DataFrame = result_table(
        "counts", MappingProxyType({"service": _SERVICE, **_PEOPLE}), population=SEGMENTED
    )
    places: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "service": _SERVICE,
                "area": Column("dimension", codes="areas", adds=True),
                "persons": Column("persons", part_of=("services.persons",)),
                "families": Column("families", part_of=("services.families",)),
            }
        ),
        within="services",
        population=SEGMENTED,
    )
    staff: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"service": _SERVICE, "own_fte": Column("external"), "statutory": Column("external")}),
        population=CAPACITY,
    )
    outcome: pd.DataFrame = _gathered({"reason": Column("dimension", codes="plan_reasons")}, _all("told"))
    left_out: pd.DataFrame = _gathered({"service": _SERVICE}, _all("families_now"))
    totals: pd.DataFrame = _gathered(
        {"side": Column("dimension", codes="plan_sides")},
        {**_all("points"), "cost_eur": _EUR, "bought_percent": _PERCENT, **_all("short weakest average"),
         **_all("gain_percent gain_lower gain_upper", _PERCENT), **_all("draws")},
    )  # fmt: skip
    plan: pd.DataFrame = _gathered(
        {"service": _SERVICE}, {**_all("families_now families_proposed"), **_all("eur_now eur_proposed", _EUR)}
    )
    ways: pd.DataFrame = _gathered(
        {"service": _SERVICE, "production": Column("dimension", codes="productions")},
        _all("families_now families_proposed"),
    )
    groups: pd.DataFrame = _gathered(
        {"segment": _SEGMENT},
        {**_all("homes without_now without_proposed without_now_most without_proposed_most"),
         **_all("points_now points_proposed", _POINTS), **_all("unmet_now unmet_proposed", _PERCENT)},
    )  # fmt: skip
    areas: pd.DataFrame = _gathered(
        {"area": Column("dimension", codes="areas")},
        {**_all("homes"), **_all("points_now points_lower points_upper points_proposed", _POINTS)},
    )
    limits: pd.DataFrame = _gathered(
        {"limit": Column("dimension", codes="plan_limits"), "service": _SERVICE,
         "area": Column("dimension", codes="areas")},
        _all("at step price down up looser tighter"),
    )  # fmt: skip
    repair: pd.DataFrame = _gathered(
        {"limit": Column("dimension", codes="plan_limits"), "segment": _SEGMENT, "service": _SERVICE,
         "area": Column("dimension", codes="areas")},
        _all("at needed"),
    )  # fmt: skip
    front: pd.DataFrame = _gathered({"point": Column("dimension", codes="numbers")}, _all("weakest points"))
    core: pd.DataFrame = _gathered(
        {"service": _SERVICE},
        {**_all("decision"), **_all("grow_percent keep_percent shrink_percent same_percent", _PERCENT)},
    )
    benefits: pd.DataFrame = _gathered(
        {"segment": _SEGMENT, "service": _SERVICE}, _all("benefit benefit_lower benefit_upper")
    )
