"""What the released tables say to charts and signals: shares of families and goals with their limits."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import full_years, rows_of
from kumppanuus.forms.family_shares import Share, difference_of, published_share
from kumppanuus.methods.several import confidence_of_each
from kumppanuus.register.codes import UNKNOWN
from kumppanuus.register.shared import KINDS

TOGETHER = ("all", "child_adult")
"""A child and an adult of the family have a service on one day."""


def kinds_of(released: ReleasedResult, year: str) -> Mapping[str, float]:
    """Return kind → published families of a year, in the order of the kinds; NaN where hidden."""
    rows = released["kinds"][released["kinds"]["year"].astype(str) == year]
    found = dict(zip(rows["kind"].astype(str), rows["families"].astype(float), strict=True))
    return {kind: found[kind] for kind in (*KINDS, *(each for each in found if each not in KINDS)) if kind in found}


def shares_of(released: ReleasedResult, year: str) -> dict[str, Share]:
    """Return kind → share of the year's families, in the order of the kinds."""
    total = released["years"].set_index(released["years"]["year"].astype(str))["families"].get(year, math.nan)
    return {kind: published_share(number, float(total)) for kind, number in kinds_of(released, year).items()}


def parent_and_child(released: ReleasedResult, year: str) -> float:
    """Return the share of the year's families of whom a child and an adult had a service on one day.

    The sum of the whole per cents that are shown, so that whoever adds them up finds the same; NaN where one is hidden.
    """
    found = shares_of(released, year)
    return sum(found[kind].value for kind in TOGETHER if kind in found) if found else math.nan


def ages_known(released: ReleasedResult) -> bool:
    """Whether the ages of most members are known in the last full year."""
    years = full_years(released)
    if not years:
        return False
    found = kinds_of(released, years[-1])
    total = math.fsum(each for each in found.values() if not math.isnan(each))
    unknown = found.get(UNKNOWN, 0.0)
    return total > 0 and (math.isnan(unknown) or unknown < total / 2)


def together(released: ReleasedResult, years: Sequence[str]) -> Share:
    """Return the share of families in need of support in several ways whose members are supported together."""
    frame = released["several"]
    rows = frame[frame["year"].astype(str).isin([*years])]
    return published_share(float(rows["together"].sum(skipna=False)), float(rows["several"].sum(skipna=False)))


def change_of_together(released: ReleasedResult) -> tuple[Share, Share, float, float] | None:
    """Return the share in the last full year, in the full years before, and the limits of the difference."""
    years = full_years(released)
    if len(years) < 2:
        return None
    last, before = together(released, years[-1:]), together(released, years[:-1])
    if not (last.known and before.known):
        return None
    return last, before, *difference_of(last, before)


def assessed(row: Mapping[str, float], confidence: float = 0.95) -> Share:
    """Return the share of goals assessed within a year; families are the units of its limits."""
    return published_share(
        float(row["in_year"]), float(row["followed"]), families=float(row["families"]), confidence=confidence
    )


def assessed_by_service(released: ReleasedResult) -> pd.DataFrame:
    """Return ``value``, ``lower``, ``upper`` of the services' shares, limits widened for the number of services."""
    frame = released["services"]
    rows = rows_of(frame)
    confidence = confidence_of_each(0.95, sum(assessed(row).known for row in rows))
    shares = [assessed(row, confidence) for row in rows]
    columns = {name: [getattr(each, name) for each in shares] for name in ("value", "lower", "upper")}
    return pd.DataFrame(columns, index=frame.index, dtype=float)


def with_family(released: ReleasedResult, year: str) -> Share:
    """Return the share of a year's goals that were set together with the family."""
    frame = released["goals"]
    rows = frame[frame["year"].astype(str) == year]
    if rows.empty:
        return published_share(math.nan, math.nan)
    row = rows.iloc[0]
    return published_share(float(row["with_family"]), float(row["goals"]), families=float(row["families"]))


def full_goal_years(released: ReleasedResult) -> list[str]:
    """Return the full years in which goals were set; when there is none, all years."""
    frame = released["goals"]
    full = frame.loc[frame["days_seen"] >= 365, "year"]
    return [str(year) for year in (full if len(full) else frame["year"])]


def target(released: ReleasedResult, name: str) -> float:
    """Return a target of the room's settings as a share; NaN when there are no goals."""
    frame = released["everyone"]
    return float(frame[name].iloc[0]) / 100 if len(frame) else math.nan
