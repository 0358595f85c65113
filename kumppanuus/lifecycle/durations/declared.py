"""What the analysis may be told and what it returns: its settings and its tables."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from kumppanuus.analysis import CURVE_STATISTICS, Column, Params, Result, result_table
from kumppanuus.register.populations import CLIENTS

GROUP_STATISTICS = tuple(
    f"{statistic}{end}" for statistic in ("median", "share_12", "mean_24") for end in ("", "_lower", "_upper")
)
"""What is read off the curves of cohorts, ages and areas."""
_BEHIND_LENGTHS = ("late_persons", "late_families")
_BEHIND_POINTS = ("persons_at_risk", "families_at_risk", "ending_persons", "ending_families", "persons_later",
                  "families_later")  # fmt: skip


@dataclass(frozen=True, slots=True)
class DurationParams(Params):
    """Settings of the analysis.

    months : last month of the published grid. Medians look further, but readers do not.
    at_least : under late entry a curve begins on the first day with so many under observation.
    replicates, seed : of the bootstrap over groups of families.
    """

    months: int = 60
    at_least: int = 10
    replicates: int = 400
    seed: int = 20260201


def _curve(*dimensions: tuple[str, Column], whole: str = "", beside: str = "", later: bool = True) -> Any:
    """Declare curves: ``later`` tells how many come under observation afterwards."""
    after = {"later": Column("count", of=("persons_later", "families_later"))} if later else {}
    unused = () if later else ("persons_later", "families_later")
    return result_table(
        "curve",
        MappingProxyType(
            {
                **dict(dimensions),
                "time": Column("time", unit="days"),
                "survival": Column("survival"),
                "lower": Column("lower"),
                "upper": Column("upper"),
                "at_risk": Column("count", of=("persons_at_risk", "families_at_risk")),
                "events": Column("count", of=("ending_persons", "ending_families"),
                                 part_of=_parts_of(whole, "events")),
                **after,
                "persons": Column("persons"),
                "families": Column("families"),
                **{name: Column("behind") for name in _BEHIND_POINTS if name not in unused},
            }
        ),
        population=CLIENTS,
        beside=beside,
    )  # fmt: skip


def _parts_of(table: str, column: str) -> tuple[str, ...]:
    return (f"{table}.{column}",) if table else ()


def _lengths(curves: str, *dimensions: tuple[str, Column], within: str = "") -> Any:
    behind = {"ended": ("ended_persons", "ended_families"), "open": ("open_persons", "open_families")}
    still_open = "open_persons" if within else ""  # nobody has two open relationships in one service

    def mean(kind: str, column: str) -> dict[str, Column]:
        dominance = f"{column}_concentration"
        return {
            column: Column("mean", (*behind[kind], dominance), unit="months", part_of=_parts_of(within, column)),
            dominance: Column("concentration"),
        }

    return result_table(
        "counts",
        MappingProxyType(
            {
                **dict(dimensions),
                "spells": Column("count", of=("persons", "families"), part_of=_parts_of(within, "spells")),
                "persons": Column("persons"),
                "families": Column("families"),
                "late": Column("count", of=("late_persons", "late_families"), part_of=_parts_of(within, "late")),
                "still_open": Column("count", of=behind["open"],
                                     part_of=("spells", *_parts_of(within, "still_open")), cell=still_open),
                "ended": Column("count", of=behind["ended"], part_of=("spells", *_parts_of(within, "ended"))),
                "ended_persons": Column("persons"),
                "ended_families": Column("families"),
                "open_persons": Column("persons"),
                "open_families": Column("families"),
                **{statistic: Column("from_curve", (curves, statistic)) for statistic in CURVE_STATISTICS},
                **mean("ended", "ended_mean_24"),
                **mean("open", "open_mean_24"),
                **mean("ended", "ended_mean_months"),
                **dict.fromkeys(_BEHIND_LENGTHS, Column("behind")),
            }
        ),
        within=within,
        population=CLIENTS,
    )  # fmt: skip


def _compared(curves: str, dimension: tuple[str, Column]) -> Any:
    """Declare sizes and what the curve says, for groups that are compared with each other."""
    return result_table(
        "counts",
        MappingProxyType(
            {
                dimension[0]: dimension[1],
                "spells": Column("count", of=("persons", "families")),
                "persons": Column("persons"),
                "families": Column("families"),
                "ended": Column("count", of=("ended_persons", "ended_families"), part_of=("spells",)),
                **{statistic: Column("from_curve", (curves, statistic)) for statistic in GROUP_STATISTICS},
                **dict.fromkeys(("ended_persons", "ended_families"), Column("behind")),
            }
        ),
        population=CLIENTS,
    )


_LEVEL = ("level", Column("dimension", codes="levels"))
_SERVICE = ("service", Column("dimension", codes="services"))
_COHORT = ("cohort", Column("dimension", codes="cohorts"))
_AGE = ("age_group", Column("dimension", codes="age_groups"))
_AREA = ("area", Column("dimension", codes="areas"))


@dataclass(frozen=True, slots=True)
class DurationResult(Result):
    """How long client relationships last.

    levels, services : one row each: spells, how many of them began before the window, are open at its end, ended; what
        the curve says (median, quartiles, shares, mean of the first 24 months, each with limits); the average of the
        ended ones alone, and how long the open ones have lasted so far. A level pools the spells of its services.
    cohorts, ages, areas : the same in short, by the study year in which the spell began (``earlier``: before the
        window; seen at later ages only, it has no curve), the client's age on the first day, and the area.
    …_curves : one row per group and month, of cohorts, ages and areas and quarter (day ``month_day(m)``): the share
        still open with limits; ``at_risk``: under observation just after that day; ``events``: ended since the point
        before; ``later``: come under observation after that day, so that at_risk + later + all who left make up the
        group; and the distinct people behind each of these numbers, at least (``ending_…``: whose first end it is). A
        curve that begins late (too few under observation before) has share 1 and at_risk 0 on day 0.
    differences : one row a comparison (cohort, age_group, area): the p of the log-rank test across its groups.
    """

    levels: pd.DataFrame = _lengths("level_curves", _LEVEL)
    level_curves: pd.DataFrame = _curve(_LEVEL)
    services: pd.DataFrame = _lengths("service_curves", _LEVEL, _SERVICE, within="levels")
    service_curves: pd.DataFrame = _curve(_LEVEL, _SERVICE, whole="level_curves")
    cohorts: pd.DataFrame = _compared("cohort_curves", _COHORT)
    cohort_curves: pd.DataFrame = _curve(_COHORT, later=False, beside="level_curves")
    ages: pd.DataFrame = _compared("age_curves", _AGE)
    age_curves: pd.DataFrame = _curve(_AGE, later=False, beside="level_curves")
    areas: pd.DataFrame = _compared("area_curves", _AREA)
    area_curves: pd.DataFrame = _curve(_AREA, later=False, beside="level_curves")
    differences: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "comparison": Column("dimension", codes="comparisons"),
                "persons": Column("persons"),
                "families": Column("families"),
                "evidence": Column("evidence", of=("fewest_ends",)),
                "fewest_ends": Column("behind"),
            }
        ),
        population=CLIENTS,
    )
