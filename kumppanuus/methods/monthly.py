"""Cumulative incidence from counts of a register, read at whole months: as many numbers as may be published of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumppanuus.methods.causes import CauseCounts, PeriodCounts
from kumppanuus.methods.daygrid import count_by_day
from kumppanuus.methods.incidence import incidence_curves
from kumppanuus.methods.incidence_bands import with_family_band
from kumppanuus.methods.intervals import Floats

COLUMNS = (
    "cause", "time", "share", "lower", "upper", "at_risk", "events", "ending_families", "persons", "families",
    "persons_at_risk", "families_at_risk",
)  # fmt: skip
Whole = npt.NDArray[np.int64]


def incidence_at(
    edges: Sequence[int], at: Sequence[int], days: pd.DataFrame, spans: pd.DataFrame, firsts: pd.DataFrame,
    people: pd.DataFrame, *, causes: Sequence[str], weights: Floats,
) -> pd.DataFrame:  # fmt: skip
    """Return the cumulative incidence of each cause at a few days, with limits from the bootstrap over families.

    Everybody is seen from day 0 on. Those who are still open when observation ends are censored, not left out; an end
    of one cause takes people away from the others, as in :func:`~kumppanuus.methods.incidence.cumulative_incidence`.

    Parameters
    ----------
    edges : ascending whole days from 0; period p is (edges[p], edges[p + 1]]. at : places of the edges that are told.
    days : ``event`` (a cause; empty = still open), ``day`` (whole, from 1), ``n``.
    spans : ``event``, ``family_group``, ``period`` (0 … ; the number of periods = later than the last edge), ``n``,
        ``days_in`` (sum of days since the beginning of the period; 0 of later ones).
    firsts : ``event``, ``period``, ``families``: families by the period of their first end of the kind.
    people : ``period``, ``persons``, ``families``: distinct people still under observation after edge p; 0: everybody.
    causes : in the order of the rows. weights : (replicates, groups of families).

    Returns
    -------
    One row a cause that occurs and a place of `at` that was observed; columns `COLUMNS`. Empty when nothing has ended.
    """
    occurring = [cause for cause in causes if (days["event"] == cause).any()]
    if not occurring:
        return pd.DataFrame(columns=list(COLUMNS))
    counts = _by_day(days, occurring)
    curves = with_family_band(
        incidence_curves(counts), _by_period(spans, occurring, edges, weights.shape[1]), weights
    )  # fmt: skip
    told = [place for place in at if edges[place] <= curves.last_day]
    shown = np.array([edges[place] for place in told], dtype=np.int64)
    under = counts.any_cause.under_observation[shown]
    sizes = people.groupby("period")[["persons", "families"]].sum().reindex(range(len(edges)), fill_value=0.0)
    made = [
        pd.DataFrame(
            {
                "cause": cause,
                "time": shown,
                "share": curves.incidence[row, shown],
                "lower": np.nan_to_num(curves.lower[row, shown], nan=0.0),
                "upper": np.nan_to_num(curves.upper[row, shown], nan=1.0),
                "at_risk": under,
                "events": np.diff(np.cumsum(counts.ended[row])[shown], prepend=0.0),
                "ending_families": np.diff(_first_ends(firsts, cause, len(edges))[told], prepend=0.0),
                "persons": float(sizes["persons"].iloc[0]),
                "families": float(sizes["families"].iloc[0]),
                "persons_at_risk": sizes["persons"].to_numpy(dtype=float)[told],
                "families_at_risk": sizes["families"].to_numpy(dtype=float)[told],
            }
        )
        for row, cause in enumerate(occurring)
    ]
    return pd.concat(made, ignore_index=True)[list(COLUMNS)]


def _by_day(days: pd.DataFrame, causes: Sequence[str]) -> CauseCounts:
    day, n, event = _whole(days["day"]), days["n"].to_numpy(dtype=np.float64), days["event"].to_numpy(dtype=object)
    size = int(day.max()) + 1
    ended = np.array([count_by_day(day, n * (event == cause), size) for cause in causes])
    entering = np.zeros(size)
    entering[0] = n.sum()
    return CauseCounts(tuple(causes), entering, ended, count_by_day(day, n * ~np.isin(event, list(causes)), size))


def _by_period(spans: pd.DataFrame, causes: Sequence[str], edges: Sequence[int], groups: int) -> PeriodCounts:
    """Return days at risk and ends; somebody who leaves in period q was at risk in all earlier ones from end to end."""
    marks, periods = np.asarray(edges, dtype=np.int64), len(edges) - 1
    period, group = _whole(spans["period"]), _whole(spans["family_group"])
    n, days_in = (spans[name].to_numpy(dtype=np.float64) for name in ("n", "days_in"))
    leaving = count_by_day(period, n, periods + 1, group, groups)
    passed = leaving[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]  # who leave after each period
    exposure = passed * np.diff(marks) + count_by_day(period, days_in, periods + 1, group, groups)[:, :-1]
    event = spans["event"].to_numpy(dtype=object)
    ended = [count_by_day(period, n * (event == cause), periods + 1, group, groups)[:, :-1] for cause in causes]
    return PeriodCounts(tuple(causes), marks, exposure, np.array(ended))


def _first_ends(firsts: pd.DataFrame, cause: str, edges: int) -> Floats:
    """Return how many families have had an end of the cause by each edge."""
    mine = firsts[firsts["event"] == cause]
    by = count_by_day(_whole(mine["period"]) + 1, mine["families"].to_numpy(dtype=np.float64), edges + 1)
    return np.asarray(np.cumsum(by)[:edges], dtype=np.float64)


def _whole(column: pd.Series) -> Whole:
    return np.asarray(column.to_numpy(dtype=np.int64))
