"""Do groups end at different rates within the same services? The log-rank test, with families kept whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from kumppanuus.lifecycle.durations.groups import Group, Groups, grid_of
from kumppanuus.lifecycle.durations.points import nothing
from kumppanuus.methods.daygrid import DayCounts
from kumppanuus.methods.family_tests import family_logrank
from kumppanuus.methods.intervals import Floats
from kumppanuus.methods.monthgrid import half_months
from kumppanuus.register.codes import UNKNOWN
from kumppanuus.register.facts import EARLIER

PEOPLE, HOMES, ENDS = 20, 5, 13
"""A group with fewer persons, families or ends is not compared: it has no curve, or its p would be hidden."""
NOT_COMPARED = (UNKNOWN, EARLIER)
"""Codes that are no group of their kind; spells from before the window are seen at later ages only."""


def differences(groups: Groups, by_service: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return one row for each comparison with at least two groups: the p across its groups, stratified by service.

    Parameters
    ----------
    by_service : the count of that name. columns : of the table.
    """
    kinds = (("cohort", groups.cohorts), ("age_group", groups.ages), ("area", groups.areas))
    chosen = {kind: compared(found) for kind, found in kinds}
    rows = [
        {"comparison": kind, "evidence": _p(found, by_service[by_service["what"] == kind]),
         "fewest_ends": min(group.ends for group in found.values())}
        for kind, found in chosen.items() if len(found) >= 2
    ]  # fmt: skip
    if not rows:
        return nothing(columns)
    everyone = groups.everyone[""].sizes
    return pd.DataFrame(rows).assign(persons=everyone.persons, families=everyone.families)[list(columns)]


def compared(groups: Mapping[str, Group]) -> dict[str, Group]:
    """Return the groups that are compared with each other."""
    return {
        code: group
        for code, group in groups.items()
        if code not in NOT_COMPARED
        and group.sizes.persons >= PEOPLE and group.sizes.families >= HOMES and group.ends >= ENDS
    }  # fmt: skip


def _p(groups: Mapping[str, Group], by_service: pd.DataFrame) -> float:
    size = max(group.months.last_day for group in groups.values()) + 1
    strata = [
        _stacked([half_months(grid_of(rows[rows["code"] == code], "month", size)) for code in groups])
        for _, rows in by_service.groupby("service")
    ]
    families = _stacked([half_months(_padded(group.months, size)) for group in groups.values()], axis=1)
    return family_logrank(strata, families, list(groups)).p


def _stacked(parts: Sequence[DayCounts], axis: int = 0) -> DayCounts:
    names = ("entering", "ended", "censored")
    return DayCounts(*(np.stack([getattr(part, name) for part in parts], axis=axis) for name in names))


def _padded(counts: DayCounts, size: int) -> DayCounts:
    def longer(amount: Floats) -> Floats:
        return np.pad(amount, ((0, 0), (0, size - amount.shape[1])))

    return DayCounts(longer(counts.entering), longer(counts.ended), longer(counts.censored))
