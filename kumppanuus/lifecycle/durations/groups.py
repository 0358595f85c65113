"""From counts to curves: every service and every level with its day counts by group of families."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumppanuus.analysis import Context
from kumppanuus.lifecycle.durations.people import Distinct, behind, month_of
from kumppanuus.methods.daygrid import DayCounts, count_by_day, first_day_with
from kumppanuus.methods.intervals import Floats, family_weights
from kumppanuus.methods.survival import Survival, survival_curve, with_family_band
from kumppanuus.register.codes import LEVELS, UNKNOWN
from kumppanuus.register.spells import FAMILY_GROUPS

WHOLE_LEVEL = ""
"""The service of people counted over all services of a level."""


@dataclass(frozen=True, slots=True)
class Group:
    """One service or one level.

    counts : (family groups, days).
    curve : with limits from the bootstrap over groups of families; None when never enough were under observation.
    people : the distinct ``persons`` and ``families`` behind it, by month.
    """

    counts: DayCounts
    curve: Survival | None
    people: Mapping[str, Distinct]


def groups_of_services(
    counts: Mapping[str, pd.DataFrame], context: Context, at_least: int, replicates: int, seed: int
) -> dict[str, Group]:
    """Return the services that have spells, in catalogue order, unknown ones last."""
    found = sorted(counts["entries"]["service"].unique())
    order = [code for code in context.services if code in found]
    order += [code for code in found if code not in context.services]
    weights = family_weights(FAMILY_GROUPS, replicates, seed=seed)
    people = dict(iter(counts["people"].groupby("service")))
    return {code: _group(counts, [code], people[code], at_least, weights) for code in order}


def groups_of_levels(
    counts: Mapping[str, pd.DataFrame], context: Context, at_least: int, replicates: int, seed: int
) -> dict[str, Group]:
    """Return the levels that have spells, from universal to corrective: the spells of all their services pooled."""
    level_of = {code: context.services.get(code, UNKNOWN) for code in sorted(counts["entries"]["service"].unique())}
    weights = family_weights(FAMILY_GROUPS, replicates, seed=seed)
    whole_levels = counts["people"][counts["people"]["service"] == WHOLE_LEVEL]
    people = dict(iter(whole_levels.groupby("level")))
    return {
        level: _group(counts, [code for code in level_of if level_of[code] == level], people[level], at_least, weights)
        for level in (*LEVELS, UNKNOWN)
        if level in level_of.values()
    }


def _group(
    counts: Mapping[str, pd.DataFrame], services: Sequence[str], people: pd.DataFrame, at_least: int, weights: Floats
) -> Group:
    entries, exits = (part[part["service"].isin(services)] for part in (counts["entries"], counts["exits"]))
    size = int(exits["day"].max()) + 1

    def by_day(part: pd.DataFrame, measure: str) -> Floats:
        day, group = (part[name].to_numpy(dtype=np.int64) for name in ("day", "family_group"))
        return count_by_day(day, part[measure].to_numpy(dtype=np.float64), size, group, FAMILY_GROUPS)

    days = DayCounts(by_day(entries, "entering"), by_day(exits, "ended"), by_day(exits, "censored"))
    begin = first_day_with(days, at_least)
    curve = None if begin is None else with_family_band(survival_curve(days, from_day=begin), days, weights)
    return Group(days, curve, behind(people, month_of(size)))
