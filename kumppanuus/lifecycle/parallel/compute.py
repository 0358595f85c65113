"""How many services are open at once: families, clients, their time and cost, and how families get from one to many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from kumppanuus.analysis import Context, Params
from kumppanuus.lifecycle.parallel.climb import climb_of
from kumppanuus.lifecycle.parallel.declared import ParallelResult
from kumppanuus.methods.intervals import family_weights
from kumppanuus.methods.order import in_order
from kumppanuus.register.concurrency import MOST, MOST_IN_YEAR
from kumppanuus.register.peak_tallies import WASHOUT_DAYS
from kumppanuus.register.spells import FAMILY_GROUPS

_NAMES = {
    "family": ("most_at_once", "most_in_year", "n_open", "state"),
    "client": ("own_at_once", "own_in_year", "own_open", "own_state"),
}
_WINDOW, _ANY = "all", "0"
"""In place of a year: the whole window; in place of a number of services: any."""


@dataclass(frozen=True, slots=True)
class ParallelParams(Params):
    """Settings of the room.

    months : last month of the ladder that is published (48 at most).
    replicates, seed : of the bootstrap over groups of families.
    """

    months: int = 48
    replicates: int = 400
    seed: int = 20260201


def compute(counts: Mapping[str, pd.DataFrame], params: ParallelParams, context: Context) -> ParallelResult:
    """Return the tables of the room from the counts of ``counts.sql``; all empty when nobody was in a service."""
    weights = family_weights(FAMILY_GROUPS, params.replicates, seed=params.seed)
    tables = {"everyone": _everyone(counts, context), "costs": _costs(counts["costs"])}
    for who in _NAMES:
        most, in_year, n_open, state = _NAMES[who]
        rows, climb = counts["most"][counts["most"]["who"] == who], climb_of(counts, who, weights)
        whole = rows["year"] == _WINDOW
        tables |= {
            f"{who}_most": _coded(rows[whole], MOST).rename(columns={"most": most}),
            f"{who}_years": _coded(in_order(rows[~whole], ("year",), context), MOST_IN_YEAR).rename(
                columns={"most": in_year}
            ),
            f"{who}_time": _time(counts["days"], who).rename(columns={"k": n_open}),
            f"{who}_climb": pd.DataFrame()
            if climb is None
            else climb.rows(params.months).rename(columns={"state": state}),
        }
    tables["years"] = _all_of_years(tables["family_years"], context)
    declared = ParallelResult.tables()
    return ParallelResult(**{name: _declared(frame, [*declared[name].columns]) for name, frame in tables.items()})


def _declared(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(columns=columns) if frame.empty else frame[columns].reset_index(drop=True)


def _coded(rows: pd.DataFrame, most: int, column: str = "most") -> pd.DataFrame:
    """Write numbers of services as codes: ``1`` … ``5+``."""
    number = rows[column].astype(int)
    code = number.astype(str).where(number < most, f"{most}+")
    return rows.assign(**{column: code.astype(object)})


def _everyone(counts: Mapping[str, pd.DataFrame], context: Context) -> pd.DataFrame:
    most = counts["most"]
    people = most[(most["who"] == "family") & (most["year"] == _WINDOW)][["persons", "families"]].sum()
    if not people["families"] > 0:
        return pd.DataFrame()
    days = _concentrated(counts["days"][counts["days"]["k"] == _ANY]).set_index("who")
    of_whom = {f"{who}_{name}": days[name][who] for who in _NAMES for name in ("days", "concentration")}
    return pd.DataFrame([{**people, **of_whom, "washout_days": float(min(WASHOUT_DAYS, context.window_days // 3))}])


def _concentrated(counted: pd.DataFrame, total: str = "days") -> pd.DataFrame:
    """Add the sum of the squared shares that families have of a total; 1 where there is no total."""
    squared = counted[total].where(counted[total] > 0) ** 2
    return counted.assign(concentration=(counted["squared"] / squared).clip(0, 1).fillna(1.0))


def _time(counted: pd.DataFrame, who: str) -> pd.DataFrame:
    own = counted[(counted["who"] == who) & (counted["k"] != _ANY) & (counted["families"] > 0)]
    return _coded(_concentrated(own), MOST, "k")


def _all_of_years(family_years: pd.DataFrame, context: Context) -> pd.DataFrame:
    years = in_order(family_years.groupby("year", as_index=False)[["persons", "families"]].sum(), ("year",), context)
    return years.assign(days_seen=years["year"].map(dict(context.years)).astype(float))


def _costs(counted: pd.DataFrame) -> pd.DataFrame:
    spent = _concentrated(counted.assign(cost_eur=counted["cents"] / 100), "cents")
    return _coded(spent, MOST).rename(columns={"most": "most_at_once"})
