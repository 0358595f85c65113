"""From counts to curves: everybody, every level and every service with the ends of its spells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumppanuus.methods.causes import CauseCounts, PeriodCounts
from kumppanuus.methods.daygrid import count_by_day
from kumppanuus.methods.incidence import Incidence, incidence_curves
from kumppanuus.methods.incidence_bands import with_family_band
from kumppanuus.methods.intervals import Floats
from kumppanuus.register.calendar import MONTH_DAYS, month_day
from kumppanuus.register.outcomes import CAUSES, QUARTERS, RAISED, STEP, UNTOLD
from kumppanuus.register.spells import FAMILY_GROUPS

EVERYBODY = "all"
_COMES = -1
Frames = Mapping[str, pd.DataFrame]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Group:
    """One service, one level, or everybody.

    counts : spells by day. curves : of the causes that occur, with limits from the bootstrap over groups of families.
    sizes : distinct ``persons`` and ``homes`` behind it. at_risk : of them surely under observation when each month is
        full; shape (months,). first_ends : families whose first end of a cause has come by each month, at least;
        shape (months,).
    """

    counts: CauseCounts
    curves: Incidence
    sizes: Mapping[str, float]
    at_risk: Mapping[str, Floats]
    first_ends: Mapping[str, Floats]


def group_of(
    what: str, code: str, counts: Frames, weights: Floats, at_least: int, within_days: int
) -> Group | None:  # fmt: skip
    """Return a group; None when nothing has ended or too few spells were seen to begin.

    Parameters
    ----------
    what : ``all``, ``level`` or ``service``. weights : of the bootstrap, (replicates, groups of families).
    at_least : so many spells must have been seen from their first day on.
    within_days : a service on a higher level so soon after an end makes it an escalation.
    """
    days = _part(counts["days"], what, code)
    if days.empty:
        return None
    found = _day_counts(days)
    if not found.causes or found.any_cause.under_observation[0] < at_least:
        return None
    quarters = counts["quarters"]
    of = "level" if what == EVERYBODY else what
    mine = quarters[(quarters["what"] == of) & (True if what == EVERYBODY else quarters["code"] == code)]
    curves = with_family_band(incidence_curves(found), _periods(mine, found.causes, QUARTERS[of]), weights)
    people, firsts = (_named(counts[name], what, code) for name in ("people", "first_ends"))
    sizes, at_risk = _people(people, months_of(found.last_day))
    if what == EVERYBODY:
        strange = counts["strangers"].iloc[0].astype(float)
        sizes = {who: number - strange[f"only_{who}"] for who, number in sizes.items()}
        at_risk = {who: np.maximum(number - strange[who], 0.0) for who, number in at_risk.items()}
    ends = {cause: _first_ends(firsts, cause, within_days, months_of(found.last_day)) for cause in found.causes}
    return Group(found, curves, sizes, at_risk, ends)


def months_of(day: int) -> int:
    """Return the first month that is full on a day or later."""
    return int(np.ceil(day / MONTH_DAYS))


def _part(days: pd.DataFrame, what: str, code: str) -> pd.DataFrame:
    return days if what == EVERYBODY else days[days[what] == code]


def _named(frame: pd.DataFrame, what: str, code: str) -> pd.DataFrame:
    return frame[(frame["what"] == what) & (frame["code"] == code)]


def _day_counts(rows: pd.DataFrame) -> CauseCounts:
    """Return the counts of the causes that occur."""
    size = int(rows["day"].max()) + 1
    cause, day = _whole(rows["cause"]), _whole(rows["day"])
    ended, entering = (rows[name].to_numpy(dtype=np.float64) for name in ("ended", "entering"))
    found = [place for place in range(1, len(CAUSES) + 1) if ended[cause == place].any()]
    by_cause = np.array([count_by_day(day, ended * (cause == place), size) for place in found])
    return CauseCounts(
        tuple(CAUSES[place - 1] for place in found), count_by_day(day, entering, size),
        by_cause.reshape(len(found), size), count_by_day(day, ended * (cause == 0), size),
    )  # fmt: skip


def _periods(rows: pd.DataFrame, causes: Sequence[str], quarters: int) -> PeriodCounts:
    """Return days at risk and ends by group of families and quarter."""
    size = quarters + 1
    cause = _whole(rows["cause"])
    sign = np.where(cause == _COMES, 1.0, -1.0)
    cell = (_whole(rows["quarter"]), size, _whole(rows["family_group"]), FAMILY_GROUPS)
    n, left = (rows[name].to_numpy(dtype=np.float64) for name in ("n", "days_left"))
    present = np.cumsum(count_by_day(cell[0], n * sign, *cell[1:]), axis=1)
    edges = np.array([month_day(3 * quarter) for quarter in range(size)], dtype=np.int64)
    exposure = present[:, :-1] * np.diff(edges) + count_by_day(cell[0], left * sign, *cell[1:])[:, 1:]
    ended = [count_by_day(cell[0], n * (cause == 1 + CAUSES.index(name)), *cell[1:])[:, 1:] for name in causes]
    return PeriodCounts(tuple(causes), edges, exposure, np.array(ended).reshape(len(causes), FAMILY_GROUPS, quarters))


def _people(people: pd.DataFrame, last: int) -> tuple[dict[str, float], dict[str, Floats]]:
    came, gone = (people[people["moment"] == each] for each in ("entering", "leaving"))
    at_risk = {who: np.cumsum(_by_month(came, who, last) - _by_month(gone, who, last)) for who in ("persons", "homes")}
    return {who: float(came[who].sum()) for who in at_risk}, at_risk


def _first_ends(firsts: pd.DataFrame, cause: str, within_days: int, last: int) -> Floats:
    """Return how many families at least have had an end of the cause by each month.

    A cause may be made of several kinds of ends; a family may have ends of several of them, so the kind with the most
    families is the least there are.
    """
    kinds = {
        "escalated": {2, *range(RAISED, RAISED + within_days // STEP + 1)},
        "other": {6, UNTOLD, *range(RAISED + within_days // STEP + 1, 128)},
    }.get(cause, {1 + CAUSES.index(cause)})
    mine = firsts[firsts["cause"].isin(kinds)]
    if mine.empty:
        return np.zeros(last + 1)
    most = mine.groupby("cause")["n"].sum().idxmax()
    return np.cumsum(_by_month(mine[mine["cause"] == most], "n", last))


def _by_month(part: pd.DataFrame, who: str, last: int) -> Floats:
    month = np.minimum(_whole(part["month"]), last)
    return count_by_day(month, part[who].to_numpy(dtype=np.float64), last + 1)


def _whole(column: pd.Series) -> Whole:
    return np.asarray(column.to_numpy(dtype=np.int64))
