"""Waits from a contact to the first service: how they end, by service and area, and the queue they make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Literal

import pandas as pd

from kumppanuus.analysis import Column, Context, Params, Result, result_table
from kumppanuus.methods.intervals import family_weights
from kumppanuus.methods.monthly import incidence_at
from kumppanuus.register.calendar import month_day
from kumppanuus.register.populations import LONG_WAITS, WAIT_QUEUE, WAITS
from kumppanuus.register.spells import FAMILY_GROUPS

EDGES = tuple(map(month_day, range(13)))
"""Months of the curve, in whole days."""
TOLD = (0, 1, 2, 3, 6, 12)
EVENTS = ("service", "withdrew")
FATES = ("service", "waiting", "withdrew", "closed", "already", "undated")
EARLIER, LATEST = "earlier", "latest"
_YEAR = Column("dimension", codes="years", time_axis=True)


@dataclass(frozen=True, slots=True)
class WaitingParams(Params):
    """Settings of the analysis.

    since : whether days are counted from the ``contact`` or from the start ``decision``. The queue is of contacts.
    within_days : services and areas are compared by the share that has the service within so many days.
    target_percent : how large that share should be; 0 = no target, services are then measured against their own
        earlier years and areas against the other areas.
    replicates, seed : of the bootstrap over groups of families.
    """

    since: Literal["contact", "decision"] = "contact"
    within_days: int = 30
    target_percent: int = 0
    replicates: int = 400
    seed: int = 20260201

    CHOICES: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({"since": ("contact", "decision")})


def _served(dimension: str, codes: str) -> Any:
    columns = {
        dimension: Column("dimension", codes=codes),
        "span": Column("dimension", codes="wait_spans", time_axis=True),
        "waited": Column("count", of=("waited_persons", "waited_families")),
        "served": Column("count", of=("served_persons", "served_families"), rest_of="waited"),
        "families": Column("families", cell="waited_families"),
        **dict.fromkeys(("waited_persons", "waited_families", "served_persons", "served_families"), Column("behind")),
    }
    return result_table("counts", MappingProxyType(columns), population=WAITS)


def _tied(**names: str) -> dict[str, Column]:
    """Counts of waits, each with the people behind it: name of the count → name of its people."""
    whole = {"long_waiting": "waiting"}
    counts = {name: Column("count", of=(f"{who}_persons", f"{who}_families"), rest_of=whole.get(name, ""))
              for name, who in names.items()}  # fmt: skip
    behind = [f"{who}_{people}" for who in names.values() for people in ("persons", "families")]
    return {**counts, **dict.fromkeys(behind, Column("behind"))}


@dataclass(frozen=True, slots=True)
class WaitingResult(Result):
    """Waits of known clients from a contact to the first service; they are followed for a year.

    progress : one row an event and day since the contact: cumulative incidence of the service and of withdrawing, of
        contacts that no decision closed.
    services, areas : of them those that could be followed for ``within_days``, in the last year observed from end to
        end (``latest``) and in all years before it (``earlier``); ``served``: the service began in that time.
        ``families`` of the waits.
    queue : one row a quarter: waiting at its end, came and left in it. It begins a year after the first day.
    ages : one row a study year: waiting at its end, and of them those who had waited for more than three months.
    fates : waits that began in the last full year by what they had come to at the end of the window.
    rule : from what days are counted, the days within which a service should begin, and the share that should have it
        then (0 = no target).
    """

    progress: pd.DataFrame = result_table(
        "curve",
        MappingProxyType(
            {
                "cause": Column("dimension", codes="wait_events"),
                "time": Column("time", unit="days"),
                "share": Column("incidence"),
                "lower": Column("lower"),
                "upper": Column("upper"),
                "at_risk": Column("count", of=("persons_at_risk", "families_at_risk")),
                "events": Column("count", of=("ending_families", "ending_families")),
                "ending_families": Column("behind"),
                "persons": Column("persons"),
                "families": Column("families"),
                "persons_at_risk": Column("behind"),
                "families_at_risk": Column("behind"),
            }
        ),
        population=WAITS,
        together=("cause",),
    )
    services: pd.DataFrame = _served("service", "services")
    areas: pd.DataFrame = _served("area", "areas")
    queue: pd.DataFrame = result_table(
        "queue",
        MappingProxyType(
            {
                "quarter": Column("dimension", codes="numbers", time_axis=True),
                **_tied(waiting="waiting", came="came", left="left"),
            }
        ),
        population=WAIT_QUEUE,
    )
    ages: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"year": _YEAR, **_tied(waiting="waiting", long_waiting="long")}),
        population=LONG_WAITS,
    )
    fates: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {"fate": Column("dimension", codes="wait_fates"), "year": _YEAR, **_tied(waits="wait")}
        ),
        population=WAITS,
    )  # fmt: skip
    rule: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "since": Column("dimension", codes="wait_since"),
                "within_days": Column("public", unit="days"),
                "target_percent": Column("public"),
            }
        ),
        population=WAITS,
    )


def compute(counts: Mapping[str, pd.DataFrame], params: WaitingParams, context: Context) -> WaitingResult:
    """Return the tables of the room from its counts."""
    weights = family_weights(FAMILY_GROUPS, params.replicates, seed=params.seed)
    curve = {name: counts[name] for name in ("days", "spans", "firsts", "people")}
    gone = {f"gone{end}": f"left{end}" for end in ("", "_persons", "_families")}
    rule = pd.DataFrame([(params.since, params.within_days, params.target_percent)],
                        columns=["since", "within_days", "target_percent"])  # fmt: skip
    frames = {
        "progress": incidence_at(EDGES, TOLD, **curve, causes=EVENTS, weights=weights),
        "services": _ordered(counts["services"], "service", [*context.services]),
        "areas": _ordered(counts["areas"], "area", sorted(set(counts["areas"]["area"].astype(str)))),
        "queue": counts["queue"].rename(columns=gone).sort_values("quarter"),
        "ages": counts["ages"].sort_values("year"),
        "fates": _ordered(counts["fates"], "fate", FATES),
        "rule": rule.iloc[: min(len(counts["fates"]), 1)],
    }
    declared = WaitingResult.tables()
    return WaitingResult(
        **{name: frames[name][list(table.columns)].reset_index(drop=True) for name, table in declared.items()}
    )


def _ordered(frame: pd.DataFrame, column: str, codes: Sequence[str]) -> pd.DataFrame:
    """Return the rows in the order of codes, unknown ones last, with the families of the waits where there are any."""
    place = {code: at for at, code in enumerate(codes)}
    ranked = frame.assign(_place=frame[column].map(place).fillna(len(place)).astype(float))
    ranked = ranked.sort_values(["_place", *(["span"] if "span" in frame else [])], kind="stable").drop(
        columns="_place"
    )
    return ranked.assign(families=ranked["waited_families"]) if "waited_families" in ranked else ranked
