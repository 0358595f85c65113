"""How long client relationships last: Kaplan–Meier for all and by group, beside what the ended ones alone say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import numpy as np
import pandas as pd

from kumppanuus.analysis import Context
from kumppanuus.lifecycle.durations.declared import DurationParams, DurationResult
from kumppanuus.lifecycle.durations.differences import differences
from kumppanuus.lifecycle.durations.groups import Counts, Group, groups_of
from kumppanuus.lifecycle.durations.points import nothing, points
from kumppanuus.register.calendar import MONTH_DAYS
from kumppanuus.register.codes import UNKNOWN
from kumppanuus.register.facts import EARLIER

QUARTER = 3
"""Months between the points of cohorts, ages and areas: they are compared, not read month by month."""
_MEANS = (
    ("ended_mean_24", "ended", "ended_days_24"),
    ("open_mean_24", "still_open", "open_days_24"),
    ("ended_mean_months", "ended", "ended_days"),
)
"""Mean in months, the number it is taken over, the sum of days."""


def compute(counts: Counts, params: DurationParams, context: Context) -> DurationResult:
    """Estimate all curves and gather what stands beside them."""
    groups = groups_of(counts, context, params.at_least, params.replicates, params.seed)
    columns = {name: [*table.columns] for name, table in DurationResult.tables().items()}
    above = {code: context.services.get(code, UNKNOWN) for code in groups.services}
    rows: Mapping[str, Mapping[str, Group]] = {
        "levels": groups.levels, "services": groups.services, "cohorts": groups.cohorts, "ages": groups.ages,
        "areas": groups.areas,
    }  # fmt: skip
    tables = {name: _sizes(found, counts["lengths"], columns[name], above) for name, found in rows.items()}
    drawn = {**rows, "cohorts": {code: group for code, group in groups.cohorts.items() if code != EARLIER}}
    for name, found in drawn.items():
        curves, step = f"{name[:-1]}_curves", 1 if name in ("levels", "services") else QUARTER
        tables[curves] = points(found, np.arange(step, params.months + 1, step), columns[curves], above)
    tables["differences"] = differences(groups, counts["by_service"], columns["differences"])
    return DurationResult(**tables)


def _sizes(
    groups: Mapping[str, Group], lengths: pd.DataFrame, columns: Sequence[str], above: Mapping[str, str]
) -> pd.DataFrame:
    """Return one row a group: its sizes, what is read off curves later (empty), and means of ended and open spells."""
    if not groups:
        return nothing(columns)
    dimensions = [name for name in columns if name in ("level", "service", "cohort", "age_group", "area")]
    table = pd.DataFrame([asdict(group.sizes) for group in groups.values()])
    for name, codes in zip(reversed(dimensions), ([*groups], [above.get(code, "") for code in groups]), strict=False):
        table[name] = codes
    if dimensions and dimensions[-1] in ("level", "service"):
        table = _with_means(table, lengths[lengths["what"] == dimensions[-1]], dimensions[-1])
    return table.reindex(columns=list(columns))


def _with_means(table: pd.DataFrame, lengths: pd.DataFrame, dimension: str) -> pd.DataFrame:
    sums = table[[dimension]].merge(lengths, left_on=dimension, right_on="code", how="left")
    for mean, number, of in _MEANS:
        days, n = sums[of].astype(float), table[number].astype(float)
        table[mean] = days / n.where(n > 0) / MONTH_DAYS
        table[f"{mean}_concentration"] = sums[f"squared_{of}"].astype(float) / days.where(days > 0) ** 2
    return table.replace([np.inf], np.nan)
