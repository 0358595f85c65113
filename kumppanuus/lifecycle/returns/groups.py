"""From counts to curves: those who left, all or of one level or service, with the people behind each quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumppanuus.methods.causes import CauseCounts, PeriodCounts, cause_counts
from kumppanuus.methods.daygrid import count_by_day
from kumppanuus.methods.incidence import Incidence, incidence_curves
from kumppanuus.methods.incidence_bands import with_family_band
from kumppanuus.methods.intervals import Floats
from kumppanuus.register.calendar import month_day
from kumppanuus.register.leavings import KINDS, OF_AGE
from kumppanuus.register.spells import FAMILY_GROUPS

QUARTER = 3
BACK = "returned"
"""Any return, whatever its kind."""
STILL_OUT = ""
"""Kind of those who were not seen to come back."""


@dataclass(frozen=True, slots=True)
class Left:
    """Those who left.

    counts : by day since leaving; coming of age competes with returns. curves : with limits from the bootstrap over
        groups of families.
    staying : families of whom somebody is still out and followed after each quarter; shape (quarters + 1,).
    first : cause → families of whom somebody comes back so for the first time by each quarter; (quarters + 1,).
    """

    counts: CauseCounts
    curves: Incidence
    staying: Floats
    first: Mapping[str, Floats]


def left(
    returns: pd.DataFrame, steps: pd.DataFrame, behind: pd.DataFrame, kinds: Sequence[str], weights: Floats, months: int
) -> Left:
    """Gather one group.

    Parameters
    ----------
    returns, steps, behind : its rows of the counts of these names.
    kinds : causes to be told apart: `KINDS`, or `BACK` alone; coming of age always is one more.
    months : last month of the grid; the counts are cut one day after it.
    """
    causes = (*kinds, OF_AGE)
    days = cause_counts(np.zeros(len(returns)), returns["day"], _causes(returns, kinds), returns["n"], causes=causes,
                        last_day=month_day(months) + 1)  # fmt: skip
    curves = with_family_band(incidence_curves(days), _periods(steps, kinds, causes, months // QUARTER), weights)
    size = months // QUARTER + 1
    leaving = _by_step(behind[behind["what"] == "leaving"], size + 1)
    first = {kind: np.cumsum(_by_step(behind[behind["what"] == kind], size + 1))[:size] for kind in kinds}
    return Left(days, curves, (leaving.sum() - np.cumsum(leaving))[:size], first)


def quarter_days(months: int) -> npt.NDArray[np.int64]:
    """Return the days on which the quarters 0 … are full."""
    return np.array([month_day(month) for month in range(0, months + 1, QUARTER)], dtype=np.int64)


def _causes(rows: pd.DataFrame, kinds: Sequence[str]) -> pd.Series:
    if BACK not in kinds:
        return rows["kind"]
    return rows["kind"].where(~rows["kind"].isin(KINDS), BACK)


def _periods(steps: pd.DataFrame, kinds: Sequence[str], causes: Sequence[str], quarters: int) -> PeriodCounts:
    """Return ends and days at risk by group of families and quarter.

    Whoever leaves observation in a quarter was at risk on its first days, which are counted, and in all before.
    """
    edges, size = quarter_days(quarters * QUARTER), quarters + 2
    number, last_days = (_by_cell(steps, measure, size) for measure in ("n", "days"))
    later = number.sum(axis=1, keepdims=True) - np.cumsum(number, axis=1)
    exposure = later[:, 1:-1] * np.diff(edges) + last_days[:, 1:-1]
    kind = _causes(steps, kinds)
    ended = [_by_cell(steps[kind == cause], "n", size)[:, 1:-1] for cause in causes]
    return PeriodCounts(tuple(causes), edges, exposure, np.array(ended))


def _by_cell(steps: pd.DataFrame, measure: str, size: int) -> Floats:
    step, group = (steps[name].to_numpy(dtype=np.int64) for name in ("step", "family_group"))
    return count_by_day(np.minimum(step, size - 1), steps[measure].to_numpy(dtype=float), size, group, FAMILY_GROUPS)


def _by_step(part: pd.DataFrame, size: int) -> Floats:
    step = np.minimum(part["step"].to_numpy(dtype=np.int64), size - 1)
    return count_by_day(step, part["families"].to_numpy(dtype=float), size)
