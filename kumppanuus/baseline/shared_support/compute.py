"""From counts to tables: families by who is supported at the same time, goals by what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from kumppanuus.analysis import Context
from kumppanuus.baseline.shared_support.declared import READ, SharedSupportParams, SharedSupportResult
from kumppanuus.methods.causes import cause_counts
from kumppanuus.methods.incidence import incidence_curves
from kumppanuus.methods.order import in_order
from kumppanuus.register.calendar import month_day
from kumppanuus.register.codes import OUTCOMES, UNKNOWN
from kumppanuus.register.shared import KINDS

MONTHS, QUARTER = 24, 3
"""Months of the curve, and of the steps between its points."""
RESULTS = (*OUTCOMES, "untold", "open")
_WHO = ("persons", "families")


def compute(
    counts: Mapping[str, pd.DataFrame], params: SharedSupportParams, context: Context
) -> SharedSupportResult:  # fmt: skip
    """Return the tables of the room; those of the goals are empty when no goal was set inside the window."""
    by_year, goals = counts["years"], counts["goals"]
    kinds = _sorted(by_year[by_year["kind"].isin(KINDS)], ("year", "kind"), (tuple(context.years), KINDS))
    targets = {name: float(getattr(params, name)) for name in ("assessed_percent", "with_family_percent")}
    waits = _waits(counts["waits"], _kind(goals, "all", "set"))
    frames = {
        "years": _years(kinds, context),
        "kinds": kinds.assign(homes=kinds["families"]),
        "several": _several(by_year, context),
        "goals": _goals(goals, context),
        "outcomes": _outcomes(goals, context),
        "everyone": _followed(goals, "all").assign(**targets),
        "services": _services(goals, context),
        "first_goals": waits[list(_WHO)].head(1).assign(**dict.fromkeys(READ, np.nan)),
        "waits": waits,
    }
    declared = SharedSupportResult.tables()
    return SharedSupportResult(
        **{name: frame[list(declared[name].columns)].reset_index(drop=True) for name, frame in frames.items()}
    )


def _years(kinds: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Every family is in one kind a year, so the kinds add up to the year."""
    summed = kinds.groupby("year", as_index=False)[list(_WHO)].sum()
    return _seen(in_order(summed, ("year",), context), context)


def _several(by_year: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return families that need support in several ways; a year without any of them has no row."""
    base = _renamed(by_year[by_year["kind"] == "several"], "several")
    part = _renamed(by_year[by_year["kind"] == "together"], "together")
    both = base.merge(part, on="year", how="left").fillna(0.0)
    return in_order(both.assign(share=np.nan), ("year",), context)


def _renamed(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "year": rows["year"],
            name: rows["families"],
            f"{name}_persons": rows["persons"],
            f"{name}_homes": rows["families"],
        }
    )


def _kind(goals: pd.DataFrame, breakdown: str, kind: str) -> pd.DataFrame:
    return goals[(goals["breakdown"] == breakdown) & (goals["kind"] == kind)]


def _beside(goals: pd.DataFrame, breakdown: str, base: str, part: str) -> pd.DataFrame:
    """Return the goals of a kind by code, and those of them that are of another kind as well, with their people."""
    every = _kind(goals, breakdown, base).rename(columns={"families": "homes"})
    some = _kind(goals, breakdown, part)
    some = some.rename(columns={"n": part, "persons": f"{part}_persons", "families": f"{part}_homes"})
    both = every.merge(some[["code", part, f"{part}_persons", f"{part}_homes"]], on="code", how="left")
    number = both.select_dtypes("number").columns
    return both.assign(**{name: both[name].fillna(0.0) for name in number}, share=np.nan, families=both["homes"])


def _goals(goals: pd.DataFrame, context: Context) -> pd.DataFrame:
    found = _beside(goals, "year", "set", "with_family").rename(columns={"code": "year", "n": "goals"})
    if _kind(goals, "all", "told_with").empty:  # nobody has recorded it
        untold = ("with_family", "with_family_persons", "with_family_homes")
        found = found.assign(**dict.fromkeys(untold, np.nan))
    return _seen(in_order(found, ("year",), context), context)


def _outcomes(goals: pd.DataFrame, context: Context) -> pd.DataFrame:
    rows = goals[(goals["breakdown"] == "year") & goals["kind"].isin(RESULTS)]
    named = rows.rename(columns={"code": "year", "kind": "outcome", "n": "goals", "families": "homes"})
    return _sorted(named, ("year", "outcome"), (tuple(context.years), RESULTS))


def _followed(goals: pd.DataFrame, breakdown: str) -> pd.DataFrame:
    return _beside(goals, breakdown, "followed", "in_year").rename(columns={"n": "followed"})


def _services(goals: pd.DataFrame, context: Context) -> pd.DataFrame:
    rows = in_order(_followed(goals, "service").rename(columns={"code": "service"}), ("service",), context)
    levels = [context.services.get(str(code), UNKNOWN) for code in rows["service"]]
    return rows.assign(level=pd.Series(levels, index=rows.index, dtype=object))


def _seen(rows: pd.DataFrame, context: Context) -> pd.DataFrame:
    return rows.assign(days_seen=rows["year"].map(dict(context.years)).astype(float))


def _sorted(rows: pd.DataFrame, by: Sequence[str], orders: Sequence[Sequence[str]]) -> pd.DataFrame:
    """Return rows in the order of the codes of each column."""
    places = {name: {code: place for place, code in enumerate(order)} for name, order in zip(by, orders, strict=True)}
    return rows.sort_values(list(by), key=lambda codes: codes.astype(str).map(places[str(codes.name)]), kind="stable")


def _waits(waits: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Return the share of families whose first goal has been assessed, at the ends of quarters; one family, one event.

    Goals that nobody has assessed yet are followed to the end of the window; they are not left out.
    """
    columns = [*SharedSupportResult.tables()["waits"].columns]
    if waits.empty:
        return pd.DataFrame({name: pd.Series(dtype=float) for name in columns})
    counts = cause_counts(
        np.zeros(len(waits)), waits["day"], waits["kind"], waits["n"], causes=("assessed",), censored="open"
    )
    curve = incidence_curves(counts)
    days = np.array([month_day(month) for month in range(0, MONTHS + 1, QUARTER)], dtype=np.int64)
    days = days[days <= curve.last_day]
    ends = np.diff(np.cumsum(curve.events[0])[days], prepend=0.0)
    still = counts.any_cause.under_observation[days]
    return pd.DataFrame(
        {
            "time": days.astype(float),
            "share": curve.incidence[0, days],
            "lower": curve.lower[0, days],
            "upper": pd.Series(curve.upper[0, days]).ffill().to_numpy(),
            "at_risk": still,
            "events": ends,
            "persons": float(people["persons"].sum()),
            "families": float(waits["n"].sum()),
            "ending_families": ends,
            "families_at_risk": still,
        }
    )
