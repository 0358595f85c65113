"""Coarser tables of counts: the smallest categories merged into "other", longer steps of time.

Only over dimensions that add up (`Column.adds`): there nobody is counted under two codes, so sums are right.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumppanuus.analysis import Table
from kumppanuus.disclosure.placed import OTHER, coarser_time
from kumppanuus.disclosure.plan import Step, lengthening, mergeable
from kumppanuus.disclosure.rules import round_counts

_ADDED = ("persons", "families", "count", "behind", "sum")


def coarsened(table: Table, frame: pd.DataFrame, step: Step) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return a table of counts as coarse as a step says, and what was done to it."""
    told: tuple[str, ...] = ()
    if step.merged and mergeable(table):
        frame, told = merged(table, frame, step.merged + 1), ("merged",)
    if step.longer and lengthening(table):
        frame, told = longer(table, frame, step.longer), (*told, "longer")
    return frame, told


def merged(table: Table, frame: pd.DataFrame, n: int) -> pd.DataFrame:
    """Merge the `n` smallest categories, by their protected persons, ties by code."""
    dimension, persons = mergeable(table), table.names("persons")[0]
    sizes = frame.groupby(dimension)[persons].sum()
    order = pd.DataFrame({"size": round_counts(sizes.to_numpy(dtype=float)), "code": sizes.index.astype(str)})
    smallest = set(order.sort_values(["size", "code"])["code"].head(n))
    codes = frame[dimension].astype(str)
    return added(table, frame.assign(**{dimension: codes.where(~codes.isin(smallest), OTHER)}))


def longer(table: Table, frame: pd.DataFrame, times: int) -> pd.DataFrame:
    """Add up months to quarters, and those to years; years and other codes of time stay."""
    dimension = lengthening(table)
    for _ in range(times):
        frame = frame.assign(**{dimension: coarser_time(frame[dimension].astype(str))})
    return added(table, frame)


def added(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Add up rows that now have the same codes, in the order they first come.

    Counts and sums add; a count that does not exist in one row does not exist in their sum. A concentration (sum of
    squares over squared sum) is that of the sums; means and what the gate computes itself are left empty; a public
    number stays where it is the same in all rows.
    """
    dimensions = list(table.dimensions)
    work = frame.copy()
    for name in table.names("concentration"):
        total = _sum_of(table, name)
        work[name] = frame[name] * (frame[total] ** 2 if total else 1.0)
    grouped = work.groupby(dimensions, sort=False)
    result = grouped[list(table.names(*_ADDED, "concentration"))].sum(min_count=1)
    counted = list(table.names("persons", "families", "count"))
    result[counted] = result[counted].where(grouped[counted].count().eq(grouped.size(), axis=0))
    for name in table.names("concentration"):
        total = _sum_of(table, name)
        result[name] = result[name] / result[total].where(result[total] != 0) ** 2 if total else 1.0
    for name in table.names("public", "external"):
        one = grouped[name].nunique(dropna=False) == 1
        result[name] = grouped[name].first().where(one)
    for name in set(table.columns) - set(result.columns) - set(dimensions):
        result[name] = np.nan
    return result.reset_index()[list(table.columns)]


def _sum_of(table: Table, concentration: str) -> str:
    """Return the sum that a concentration belongs to; empty when there is none."""
    return next((each for each in table.names("sum") if table.columns[each].of[2:3] == (concentration,)), "")
