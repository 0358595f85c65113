"""Curves read at the ends of months: what the gate gets of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from kumppanuus.lifecycle.durations.groups import Group
from kumppanuus.lifecycle.durations.people import Distinct, Months, month_of
from kumppanuus.methods.intervals import Floats
from kumppanuus.register.calendar import month_day

_CODES = ("level", "service", "cohort", "age_group", "area")


def points(
    groups: Mapping[str, Group], months: Months, columns: Sequence[str], above: Mapping[str, str]
) -> pd.DataFrame:
    """Read every curve at the grid of months; at_risk and later are those of the conditional curve.

    Parameters
    ----------
    groups : by code of the last dimension of the table. months : the grid, from 1 up.
    columns : of the table. above : code → code of the dimension before it (service → level).
    """
    dimensions = [name for name in columns if name in _CODES]
    parts = [grid.assign(**_named(code, dimensions, above)) for code, grid in _grids(groups, months)]
    if not parts:
        return nothing(columns)
    return pd.concat(parts, ignore_index=True)[list(columns)]


def nothing(columns: Sequence[str]) -> pd.DataFrame:
    """Return no rows with the columns and kinds of a full table."""
    kinds = {name: "object" if name in (*_CODES, "comparison") else "float64" for name in columns}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})


def _named(code: str, dimensions: Sequence[str], above: Mapping[str, str]) -> dict[str, str]:
    if len(dimensions) == 2:
        return {dimensions[0]: above[code], dimensions[1]: code}
    return dict.fromkeys(dimensions, code)


def _grids(groups: Mapping[str, Group], months: Months) -> list[tuple[str, pd.DataFrame]]:
    found = [(code, _grid(group, months)) for code, group in groups.items()]
    return [(code, grid) for code, grid in found if len(grid)]


def _grid(group: Group, months: Months) -> pd.DataFrame:
    curve = group.curve
    if curve is None:
        return pd.DataFrame()
    full = np.array([month_day(int(month)) for month in months], dtype=np.int64)
    there = (full > curve.from_day) & (full <= curve.last_day)
    shown, days = months[there], full[there]
    place = days - curve.from_day
    counts = group.days.lasting(curve.from_day)
    gathered = np.append(0.0, np.cumsum(counts.ended)[days])
    survival, lower, upper = curve.survival[place], curve.lower[place], curve.upper[place]
    times = np.append(0, days)
    return pd.DataFrame(
        {
            "time": times,
            "survival": np.append(1.0, survival),
            "lower": np.append(1.0, np.where(survival == 0.0, 0.0, lower)),
            "upper": _last_known(np.append(1.0, upper)),
            "at_risk": counts.under_observation[times],
            "events": np.diff(gathered, prepend=0.0),
            "later": counts.later[times],
            "persons": group.sizes.persons,
            "families": group.sizes.families,
            **_people(group.people, np.append(0, shown), curve.from_day),
        }
    )


def _people(people: Mapping[str, Distinct], months: Months, from_day: int) -> dict[str, Floats]:
    begins, found = month_of(from_day), {}
    for who, distinct in people.items():
        found[f"{who}_at_risk"] = distinct.at_risk(months, begins)
        found[f"ending_{who}"] = distinct.ending(months, begins)
        found[f"{who}_later"] = distinct.later(months, begins)
    return found


def _last_known(upper: Floats) -> Floats:
    """When all have ended there is no limit: keep the last one there was, which is on the safe side."""
    return np.asarray(pd.Series(upper).ffill(), dtype=np.float64)
