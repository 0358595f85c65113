"""How client relationships end: cumulative incidence of competing ends, of all, by level and by service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Context, Params, Result, result_table
from kumppanuus.lifecycle.exits.groups import EVERYBODY, Group, group_of
from kumppanuus.methods.intervals import family_weights
from kumppanuus.register.calendar import month_day
from kumppanuus.register.codes import LEVELS
from kumppanuus.register.populations import CLIENTS, LEVELLED
from kumppanuus.register.spells import FAMILY_GROUPS

OF_SERVICES = (12, 24)
OF_LEVELS = (6, 12, 24, 36, 48)
OF_EVERYBODY = (1, 2, 3, 6, 12, 24, 36, 48)
"""Months of which shares are told. Rare causes need time between two points (R8), so there are few."""
_BEHIND = ("persons_at_risk", "families_at_risk")


@dataclass(frozen=True, slots=True)
class ExitParams(Params):
    """Settings of the analysis.

    escalated_within_days : an end that is told by what follows is an escalation when a service on a higher level
        begins at most so many days later, in steps of 30 days, at most 360.
    at_least : curves begin where so many relationships were seen from their first day on.
    replicates, seed : of the bootstrap over groups of families.
    """

    escalated_within_days: int = 30
    at_least: int = 10
    replicates: int = 400
    seed: int = 20260201


def _ends(population: str, *dimensions: tuple[str, Column], whole: str = "") -> Any:
    return result_table(
        "curve",
        MappingProxyType(
            {
                **dict(dimensions),
                "cause": Column("dimension", codes="end_causes"),
                "time": Column("time", unit="days"),
                "share": Column("incidence"),
                "lower": Column("lower"),
                "upper": Column("upper"),
                "at_risk": Column("count", of=_BEHIND),
                "events": Column("count", of=("ending_families", "ending_families"),
                                 part_of=(f"{whole}.events",) if whole else ()),
                "ending_families": Column("behind"),
                "persons": Column("persons"),
                "families": Column("families"),
                **dict.fromkeys(_BEHIND, Column("behind")),
            }
        ),
        population=population,
        together=("cause",),
    )  # fmt: skip


_LEVEL = ("level", Column("dimension", codes="levels"))
_SERVICE = ("service", Column("dimension", codes="services"))


@dataclass(frozen=True, slots=True)
class ExitResult(Result):
    """How client relationships end.

    everybody, levels, services : one row a cause and day (and level, and service): the share of relationships that
        have ended for the cause by then, with limits from the bootstrap over families; ``at_risk``: under observation
        just after the day, whatever the cause; ``events``: such ends since the day before in the table;
        ``ending_families``: families whose first such end lies there; the distinct people behind, at least.
    """

    everybody: pd.DataFrame = _ends(LEVELLED)
    levels: pd.DataFrame = _ends(CLIENTS, _LEVEL, whole="everybody")
    services: pd.DataFrame = _ends(CLIENTS, _LEVEL, _SERVICE, whole="levels")


def compute(counts: Mapping[str, pd.DataFrame], params: ExitParams, context: Context) -> ExitResult:
    """Estimate the curves and read them at the months that are told."""
    weights = family_weights(FAMILY_GROUPS, params.replicates, seed=params.seed)
    grids = {
        "everybody": ("all", [EVERYBODY], OF_EVERYBODY),
        "levels": ("level", LEVELS, OF_LEVELS),
        "services": ("service", [*context.services], OF_SERVICES),
    }
    made = {}
    for name, (what, codes, months) in grids.items():
        settings = (counts, weights, params.at_least, params.escalated_within_days)
        groups = {code: group_of(what, code, *settings) for code in codes}
        rows = [_rows(group, months).assign(**_codes(what, code, context)) for code, group in groups.items() if group]
        columns = [*ExitResult.tables()[name].columns]
        made[name] = pd.concat(rows, ignore_index=True)[columns] if rows else _nothing(columns)
    return ExitResult(**made)


def _codes(what: str, code: str, context: Context) -> dict[str, str]:
    if what == "service":
        return {"level": context.services[code], "service": code}
    return {"level": code} if what == "level" else {}


def _rows(group: Group, months: Sequence[int]) -> pd.DataFrame:
    """Return one row a cause and month, as far as anybody was observed."""
    last = group.curves.last_day
    shown = [0, *(month for month in months if month_day(month) <= last)]
    days = np.array([month_day(month) for month in shown], dtype=np.int64)
    under = group.counts.any_cause.under_observation[days]
    parts = []
    for row, cause in enumerate(group.curves.causes):
        gathered = np.cumsum(group.counts.ended[row])[days]
        share, lower, upper = (
            each[row, days] for each in (group.curves.incidence, group.curves.lower, group.curves.upper)
        )
        parts.append(
            pd.DataFrame(
                {
                    "cause": cause,
                    "time": days,
                    "share": share,
                    "lower": np.where(np.isnan(lower), 0.0, lower),
                    "upper": np.where(np.isnan(upper), 1.0, upper),
                    "at_risk": under,
                    "events": np.diff(gathered, prepend=0.0),
                    "ending_families": np.diff(group.first_ends[cause][shown], prepend=0.0),
                    "persons_at_risk": group.at_risk["persons"][shown],
                    "families_at_risk": group.at_risk["homes"][shown],
                    "persons": group.sizes["persons"],
                    "families": group.sizes["homes"],
                }
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _nothing(columns: Sequence[str]) -> pd.DataFrame:
    """Return no rows with the columns and kinds of a full table."""
    texts = ("level", "service", "cause")
    return pd.DataFrame({name: pd.Series(dtype="object" if name in texts else "float64") for name in columns})
