"""Contacts against the statutory clocks: shares in time, what became of each, in which day or month it was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Context, Params, Result, result_table
from kumppanuus.methods.intervals import family_weights
from kumppanuus.methods.monthly import incidence_at
from kumppanuus.register.calendar import month_day
from kumppanuus.register.clocked import FATES
from kumppanuus.register.clocks import ASSESSMENT, START
from kumppanuus.register.populations import ASSESSED, CLOCKED, STOPPED
from kumppanuus.register.spells import FAMILY_GROUPS

FULL_YEAR = 365
EDGES = tuple(map(month_day, range(13)))
"""Months of the curve, in whole days."""
TOLD = (0, 1, 2, 3, 4, 6, 12)
DAYS = (0, 1, 2, 3, 4, 5, 7, 10, 15, 20)
"""Edges of the working days in which decisions were made; the last bin is open."""
MONTHS = (0, 1, 2, 3, 4, 5, 6)
_CLOCK = Column("dimension", codes="clocks")
_YEAR = Column("dimension", codes="years", time_axis=True)
_BEHIND = ("due_persons", "due_families", "in_time_persons", "in_time_families")
_DUE = {
    "due": Column("count", of=("due_persons", "due_families")),
    **dict.fromkeys(_BEHIND, Column("behind")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TimelinessParams(Params):
    """Settings of the analysis.

    target_percent : share in time that the board of pain points measures areas against. The law itself allows no
        lateness; the target tells a single slip from a way of working.
    replicates, seed : of the bootstrap over groups of families.
    """

    target_percent: int = 95
    replicates: int = 400
    seed: int = 20260201


def _shares(*dimensions: tuple[str, Column], seen: bool = False, **more: Column) -> Any:
    """Contacts due and in time; `seen`: what became of the others is told in ``fates``."""
    in_time = Column("count", of=("in_time_persons", "in_time_families"), rest_of="due", rest_seen=seen)
    columns = {"clock": _CLOCK, **dict(dimensions), **_DUE, "in_time": in_time, **more}
    return result_table("counts", MappingProxyType(columns), population=CLOCKED)


def _places() -> Any:
    return result_table(
        "histogram",
        MappingProxyType(
            {
                "year": _YEAR,
                "clock": _CLOCK,
                "place": Column("dimension", codes="clock_places"),
                "low": Column("public"),
                "high": Column("public"),
                "persons": Column("persons"),
                "families": Column("families"),
            }
        ),
        population=STOPPED,
    )


@dataclass(frozen=True, slots=True)
class TimelinessResult(Result):
    """Contacts that a clock concerns. A contact is due when its limit is past by the end of the window, unless it was
    closed before; it belongs to the quarter and year in which it was received.

    limits : one row a clock: the limit in force on the last day (working days or months), the year since when, and the
        share that the board measures against.
    quarters, years, areas, kinds : contacts due and those in time; years that were observed from end to end, areas and
        kinds of the last of them. ``families`` of the contacts due.
    fates : contacts of that year by what became of them; the first three are due.
    decisions, assessments : people by the working day, and the month, in which their matter was decided or assessed;
        from over `low` to `high`, somebody with several contacts may be in several.
    progress : one row an event (``done``, ``withdrew``) and day since the contact: cumulative incidence of assessments.
    """

    limits: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "clock": _CLOCK,
                "working_days": Column("public", unit="days"),
                "months": Column("public", unit="months"),
                "since": Column("public"),
                "target_percent": Column("public"),
            }
        ),
        population=CLOCKED,
    )
    quarters: pd.DataFrame = _shares(("quarter", Column("dimension", codes="numbers", time_axis=True)))
    years: pd.DataFrame = _shares(("year", _YEAR), seen=True, families=Column("families", cell="due_families"))
    areas: pd.DataFrame = _shares(
        ("area", Column("dimension", codes="areas")), ("year", _YEAR), families=Column("families", cell="due_families")
    )
    kinds: pd.DataFrame = _shares(("kind", Column("dimension", codes="contact_kinds")), ("year", _YEAR))
    fates: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "clock": _CLOCK,
                "fate": Column("dimension", codes="clock_fates"),
                "year": _YEAR,
                "contacts": Column("count", of=("fate_persons", "fate_families")),
                "fate_persons": Column("behind"),
                "fate_families": Column("behind"),
            }
        ),
        population=CLOCKED,
    )
    decisions: pd.DataFrame = _places()
    assessments: pd.DataFrame = _places()
    progress: pd.DataFrame = result_table(
        "curve",
        MappingProxyType(
            {
                "cause": Column("dimension", codes="clock_events"),
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
        population=ASSESSED,
        together=("cause",),
    )


def compute(counts: Mapping[str, pd.DataFrame], params: TimelinessParams, context: Context) -> TimelinessResult:
    """Return the tables of the room from its counts; a clock that was never seen to stop is not recorded, not late."""
    full = _full_years(context)
    year = full[-1]
    stopped = counts["places"]["clock"].unique()
    counts = {name: frame[frame["clock"].isin(stopped)] for name, frame in counts.items()}
    years = counts["years"][counts["years"]["year"].astype(str).isin(full)]
    parts = {name: _of(counts[name], "year", year) for name in ("areas", "kinds", "fates", "places")}
    weights = family_weights(FAMILY_GROUPS, params.replicates, seed=params.seed)
    curve = {name: _of(counts[name], "clock", ASSESSMENT) for name in ("days", "spans", "firsts", "people")}
    progress = incidence_at(EDGES, TOLD, **curve, causes=("done", "withdrew"), weights=weights)
    fates = parts["fates"].rename(columns={"persons": "fate_persons", "families": "fate_families"})
    frames = {
        "limits": _limits(counts["limits"] if len(counts["fates"]) else counts["limits"].iloc[:0], params),
        "quarters": counts["quarters"].sort_values(["clock", "quarter"]),
        "years": years.assign(families=years["due_families"]).sort_values(["clock", "year"]),
        "areas": parts["areas"].assign(families=parts["areas"]["due_families"]).sort_values(["clock", "area"]),
        "kinds": parts["kinds"].sort_values(["clock", "kind"]),
        "fates": _in_order(fates, "fate", FATES),
        "decisions": _binned(parts["places"], START, DAYS, year),
        "assessments": _binned(parts["places"], ASSESSMENT, MONTHS, year),
        "progress": progress,
    }
    declared = TimelinessResult.tables()
    return TimelinessResult(
        **{name: frames[name][list(table.columns)].reset_index(drop=True) for name, table in declared.items()}
    )


def _full_years(context: Context) -> list[str]:
    """Return the years observed from end to end; when there is none, all years."""
    return [year for year, days in context.years.items() if days >= FULL_YEAR] or [*context.years]


def _of(frame: pd.DataFrame, column: str, code: str) -> pd.DataFrame:
    return pd.DataFrame(frame[frame[column].astype(str) == code])


def _limits(limits: pd.DataFrame, params: TimelinessParams) -> pd.DataFrame:
    """Return the limits with one column a unit; the other is NaN."""
    most = {unit: limits["most"].where(limits["unit"] == unit).astype(float) for unit in ("working_days", "months")}
    since = limits["since"].astype(str).str[:4].astype(float)
    return limits.assign(**most, since=since, target_percent=params.target_percent)


def _in_order(frame: pd.DataFrame, column: str, codes: Sequence[str]) -> pd.DataFrame:
    place = {code: at for at, code in enumerate(codes)}
    ranked = frame.assign(_place=frame[column].map(place)).sort_values(["clock", "_place"], kind="stable")
    return ranked.drop(columns="_place")


def _binned(places: pd.DataFrame, clock: str, edges: Sequence[int], year: str) -> pd.DataFrame:
    """Return the people of a clock by bins of the day (or month) in which it stopped; no rows without people."""
    mine = _of(places, "clock", clock)
    bins = len(edges) if len(mine) else 0
    at = np.clip(np.searchsorted(edges, mine["place"].to_numpy(dtype=float), side="left") - 1, 0, len(edges) - 1)
    low = pd.Series(edges[:bins], dtype=float)
    made = pd.DataFrame({"low": low, "high": low.shift(-1), "place": [f"{clock}_{edge}" for edge in edges[:bins]]})
    for who in ("persons", "families"):
        made[who] = np.bincount(at, weights=mine[who].to_numpy(dtype=float), minlength=len(edges))[:bins]
    return made.assign(year=year, clock=clock)
