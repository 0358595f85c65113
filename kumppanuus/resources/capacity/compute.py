"""Places and staff beside those who are in services and those who wait; what follows is gathered after the gate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Context, Params, Result, result_table
from kumppanuus.methods.order import in_order
from kumppanuus.register.populations import CAPACITY, CLIENTS, QUEUED

_SERVICE = Column("dimension", codes="services")
_OPEN = MappingProxyType(
    {"persons": Column("persons", cell="open_persons"), "families": Column("families", cell="open_families")}
)
_QUEUE = ("waiting", "before", "came")
_WHOLE = MappingProxyType({"waiting": "came"})
"""Waits are followed for a year, so who waits came in it; of those who came the others have got in, or gave up."""


@dataclass(frozen=True, slots=True)
class CapacityParams(Params):
    """Settings of the room. ``baseline.waiting`` says within how many days a service should begin (``within_days``) and
    of how large a share that is asked (``target_percent``); what it does not say stands here.

    within_days, share_percent : such a share of those who ask should get in within so many days.
    runs, seed : of the simulation of the next twelve months, by service and number of places.
    """

    within_days: int = 30
    share_percent: int = 90
    runs: int = 40
    seed: int = 20260301


def _gathered(**columns: Column | str) -> Any:
    """Declare a table that is made after the gate: dimensions, and measures by their unit."""
    made = {name: each if isinstance(each, Column) else Column("released", unit=each) for name, each in columns.items()}
    return result_table("counts", MappingProxyType(made), population=CAPACITY)


@dataclass(frozen=True, slots=True)
class CapacityResult(Result):
    """Room and need for it.

    everyone, services : clients with an open relationship on the last day.
    places : what there is on the last day: places, person-years, a year's money (NaN: not given); ``statutory`` 1 where
        the service is child welfare, which may not be queued for.
    limits : children per responsible worker that the law allows, from which day on.
    queues : waits for a service: going on on the last day, a year before, and begun in between.

    The others are made after the gate, from released numbers (`gather`):

    rule : within how many days which share of those who ask should get in.
    states : by service clients on the last day and a year before, and their share of the places.
    waits : who waits, how many may wait for the rule to be kept (and the most of it, rounding included; NaN where no
        queue is accepted by law), and the share that got in within its days.
    long_run : starts a month and mean months in the service; the share that places and starts let expect to get in in
        time, and the places with which the rule would be kept.
    clearing : what brings a queue down to what it may be in so many months, besides what is done today.
    paths : share within the days of the rule of those who come in the next twelve months, with so many per cent of
        places more (simulated; median, 5th and 95th percentile of the runs).
    law : children in child welfare and workers whom the limit in force asks for, on counted days (``counted`` 1) and
        on those ahead.
    areas : the same by area on the last counted day.
    duties : contacts a week that a clock of the law concerns, and how many a week must be taken up for it to be kept.
    promptness : share of contacts taken up within so many working days, with so many per cent more slots a week than
        contacts come (simulated as ``paths``).
    """

    everyone: pd.DataFrame = result_table("counts", _OPEN, population=CLIENTS)
    services: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"service": _SERVICE, "level": Column("dimension", codes="levels"), **_OPEN}),
        within="everyone",
        population=CLIENTS,
    )
    places: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "service": _SERVICE,
                "places": Column("external"),
                "fte": Column("external"),
                "budget_eur": Column("external", unit="EUR"),
                "statutory": Column("public"),
            }
        ),
        population=CAPACITY,
    )
    limits: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"day": Column("dimension", codes="numbers", time_axis=True), "in_force": Column("public")}),
        population=CAPACITY,
    )
    queues: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "service": _SERVICE,
                **{
                    name: Column("count", of=(f"{name}_persons", f"{name}_families"), rest_of=_WHOLE.get(name, ""))
                    for name in _QUEUE
                },
                **{f"{name}_{who}": Column("behind") for name in _QUEUE for who in ("persons", "families")},
            }
        ),
        population=QUEUED,
    )
    rule: pd.DataFrame = _gathered(within_days="days", share_percent="%")
    states: pd.DataFrame = _gathered(
        service=_SERVICE, open_clients="", open_before="", places="", occupancy="%", occupancy_lower="%",
        occupancy_upper="%",
    )  # fmt: skip
    waits: pd.DataFrame = _gathered(
        service=_SERVICE, waiting="", before="", waiting_target="", waiting_target_upper="", share_seen="%"
    )
    long_run: pd.DataFrame = _gathered(
        service=_SERVICE, starts_month="", stay_months="months", share_expected="%", share_expected_lower="%",
        share_expected_upper="%", places_needed="", places_needed_lower="", places_needed_upper="",
    )  # fmt: skip
    clearing: pd.DataFrame = _gathered(
        service=_SERVICE, months=Column("dimension", codes="numbers", time_axis=True), extra_starts="",
        extra_starts_lower="", extra_starts_upper="", free_places="", extra_places="", extra_fte="",
    )  # fmt: skip
    paths: pd.DataFrame = _gathered(
        service=_SERVICE, added=Column("dimension", codes="numbers"), places="", share="%", lower="%", upper="%"
    )
    law: pd.DataFrame = _gathered(
        day=Column("dimension", codes="numbers", time_axis=True), counted="", children="", in_force="", workers="",
        needed="", needed_lower="", needed_upper="",
    )  # fmt: skip
    areas: pd.DataFrame = _gathered(
        area=Column("dimension", codes="areas"), children="", workers="", needed="", needed_lower="", needed_upper=""
    )
    promptness: pd.DataFrame = _gathered(
        within=Column("dimension", codes="numbers"), added=Column("dimension", codes="numbers"), slots="", share="%",
        lower="%", upper="%",
    )  # fmt: skip
    duties: pd.DataFrame = _gathered(
        clock=Column("dimension", codes="clocks"), contacts_week="", slots_week="", slots_week_lower="",
        slots_week_upper="", in_time="%",
    )  # fmt: skip


def compute(counts: Mapping[str, pd.DataFrame], params: CapacityParams, context: Context) -> CapacityResult:
    """Return what is counted; the gathered tables are empty before the gate."""
    declared = CapacityResult.tables()
    frames = {name: pd.DataFrame(columns=[*table.columns]) for name, table in declared.items() if table.gathered}
    frames |= {
        "everyone": counts["everyone"][counts["everyone"]["persons"] > 0],
        "services": in_order(counts["services"], ("service",), context),
        "places": in_order(_places(counts["places"]), ("service",), context),
        "limits": counts["limits"].sort_values("day"),
        "queues": in_order(counts["queues"], ("service",), context),
    }
    return CapacityResult(
        **{name: frames[name][list(table.columns)].reset_index(drop=True) for name, table in declared.items()}
    )


def _places(counted: pd.DataFrame) -> pd.DataFrame:
    """Return whole places, person-years and euros; NaN what is not given."""
    found = {"places": ("hundredth_places", "placed"), "fte": ("hundredth_fte", "staffed"),
             "budget_eur": ("budget_cents", "budgeted")}  # fmt: skip
    known = {name: np.where(counted[flag] > 0, counted[of] / 100, np.nan) for name, (of, flag) in found.items()}
    return counted[["service"]].assign(**known, statutory=(counted["statutory"].astype(str) == "True").astype(float))
