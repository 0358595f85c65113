"""From counts to curves: everybody together, and by service, level, start cohort, age and area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumppanuus.analysis import Context
from kumppanuus.lifecycle.durations.people import Distinct, Sizes, behind, month_of, sizes
from kumppanuus.methods.daygrid import DayCounts, count_by_day, first_day_with
from kumppanuus.methods.family_bands import with_family_band
from kumppanuus.methods.intervals import Floats, family_weights
from kumppanuus.methods.monthgrid import month_ends
from kumppanuus.methods.survival import Survival, survival_curve
from kumppanuus.register.codes import LEVELS, UNKNOWN
from kumppanuus.register.facts import AGE_GROUPS, EARLIER
from kumppanuus.register.spells import FAMILY_GROUPS

Counts = Mapping[str, pd.DataFrame]
_MEASURES = ("entering", "ended", "censored")


@dataclass(frozen=True, slots=True)
class Group:
    """The spells of one service, level, cohort, age group or area, or all of them.

    days : counts by whole day (days,). months : the same by group of families and month (groups, months).
    curve : exact by day, with limits from the bootstrap over groups of families; None when never enough were under
        observation.
    people : the distinct ``persons`` and ``families`` behind it, by month. sizes : what there is of it in all.
    """

    days: DayCounts
    months: DayCounts
    curve: Survival | None
    people: Mapping[str, Distinct]
    sizes: Sizes

    @property
    def ends(self) -> float:
        """Spells that were seen to end."""
        return float(self.days.ended.sum())


@dataclass(frozen=True, slots=True)
class Groups:
    """All groups by kind and code, in the order in which they are shown.

    everyone : one group with the code "". services, levels, cohorts, ages, areas : by code.
    """

    everyone: Mapping[str, Group]
    services: Mapping[str, Group]
    levels: Mapping[str, Group]
    cohorts: Mapping[str, Group]
    ages: Mapping[str, Group]
    areas: Mapping[str, Group]


def groups_of(counts: Counts, context: Context, at_least: int, replicates: int, seed: int) -> Groups:
    """Return the groups that have spells.

    Parameters
    ----------
    at_least : under late entry a curve begins on the first day with so many under observation.
    replicates, seed : of the bootstrap over groups of families; all curves are drawn from the same families.
    """
    parts = _Parts(counts, family_weights(FAMILY_GROUPS, replicates, seed=seed), at_least)
    services = {code: [code] for code in in_catalogue(parts.codes("service"), context)}
    level_of = {code: context.services.get(code, UNKNOWN) for code in services}
    levels = {
        level: [code for code in services if level_of[code] == level]
        for level in (*LEVELS, UNKNOWN)
        if level in level_of.values()
    }
    cohorts = in_order(parts.codes("cohort"), [*context.years, EARLIER])
    areas = sorted(parts.codes("area"), key=lambda code: (code == UNKNOWN, code))
    return Groups(
        everyone={"": parts.group("all", "all", [*services])} if services else {},
        services={code: parts.group("service", code, own) for code, own in services.items()},
        levels={code: parts.group("level", code, own) for code, own in levels.items()},
        cohorts=parts.by_start("cohort", cohorts),
        ages=parts.by_start("age_group", in_order(parts.codes("age_group"), AGE_GROUPS)),
        areas=parts.by_start("area", areas),
    )


def in_catalogue(codes: Sequence[str], context: Context) -> list[str]:
    """Return services in catalogue order, unknown ones last."""
    return in_order(codes, [*context.services])


def grid_of(rows: pd.DataFrame, place: str, size: int, groups: int = 0) -> DayCounts:
    """Return counts on a grid; (groups, places) when `groups` is given.

    Parameters
    ----------
    rows : columns ``entering``, ``ended``, ``censored``, `place` and, with groups, ``family_group``.
    size : of the grid.
    """
    at = rows[place].to_numpy(dtype=np.int64)
    group = rows["family_group"].to_numpy(dtype=np.int64) if groups else None
    return DayCounts(*(count_by_day(at, rows[name].to_numpy(dtype=float), size, group, groups) for name in _MEASURES))


class _Parts:
    """The counts of each group, told apart once."""

    def __init__(self, counts: Counts, weights: Floats, at_least: int) -> None:
        self._weights, self._at_least = weights, at_least
        self._days, self._months, self._people = (
            {tuple(map(str, key)): part for key, part in counts[name].groupby(["what", "code"])}
            for name in ("by_day", "by_month", "people")
        )

    def codes(self, what: str) -> list[str]:
        return sorted(code for kind, code in self._days if kind == what)

    def by_start(self, what: str, codes: Sequence[str]) -> dict[str, Group]:
        return {code: self._group(what, code, [(what, code)]) for code in codes}

    def group(self, what: str, code: str, services: Sequence[str]) -> Group:
        return self._group(what, code, [("service", each) for each in services])

    def _group(self, what: str, code: str, keys: Sequence[tuple[str, str]]) -> Group:
        rows, by_month = (pd.concat([part[key] for key in keys]) for part in (self._days, self._months))
        size = int(rows["day"].max()) + 1
        days = grid_of(rows, "day", size)
        months = grid_of(by_month, "month", month_of(size - 1) + 1, FAMILY_GROUPS)
        people = self._people[what, code]
        begin = first_day_with(days, self._at_least)
        curve = None
        if begin is not None:
            plain = survival_curve(days, from_day=begin)
            curve = with_family_band(plain, months, self._weights, month_ends(months.last_day))
        return Group(days, months, curve, behind(people, month_of(size)), sizes(days, people))


def in_order(codes: Sequence[str], order: Sequence[str]) -> list[str]:
    """Return codes in a given order, those that it lacks last."""
    return [*(code for code in order if code in codes), *(code for code in codes if code not in order)]
