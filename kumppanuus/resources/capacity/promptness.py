"""Contacts that the law gives a time limit: how many a week must be taken up, and how soon they then are."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from kumppanuus.disclosure.signals import Gathered
from kumppanuus.methods.limits import poisson_limits
from kumppanuus.methods.queue_runs import arrival_times, simulate
from kumppanuus.methods.queues import mgc
from kumppanuus.resources.capacity.compute import CapacityParams
from kumppanuus.resources.capacity.known import WEEK, YEAR, table_of

TIMELINESS = "baseline.timeliness"
IN_TIME = 0.99
"""So large a share should be taken up before the limit is past: chance alone lets a few be late."""
ADDED = (-10, -5, 0, 5, 10, 15, 20)
"""Per cent of the contacts that come."""
_WEEK_OF_WORK, _WEEKS_OF_MONTH, _WEEKS = 5, 365.25 / 12 / 7, 52
_SOON = (1, 3)
_INSIDE = (5.0, 50.0, 95.0)
_HIDDEN = 3.0


def duties(gathered: Gathered) -> list[dict[str, object]]:
    """Return contacts a week that a clock concerns, and how many have to be taken up for nearly all to be in time.

    A hidden number of contacts counts as 3. Slots: places of a queue that nobody may be let wait in beyond the limit;
    each week's are used evenly, contacts come by chance (M/D/1).
    """
    fates, limits = (table_of(gathered, TIMELINESS, name) for name in ("fates", "limits"))
    if fates.empty or limits.empty:
        return []
    lengths = [*gathered.context.years.values()]
    days = next((n for n in reversed(lengths) if n >= YEAR), lengths[-1] if lengths else YEAR)
    filled = fates.assign(contacts=fates["contacts"].where(fates["contacts"].notna(), _HIDDEN))
    rows = []
    for limit in limits.to_dict("records"):
        mine = filled[filled["clock"].astype(str) == str(limit["clock"])]
        weeks = _weeks(float(limit["working_days"]), float(limit["months"]))
        if mine.empty or not weeks > 0:
            continue
        number = mine["contacts"].to_numpy(dtype=float)
        total, off = float(number.sum()), float(np.sqrt((_HIDDEN**2) * (number > 0).sum()))
        low, high = (float(each) for each in poisson_limits(np.array(max(total - off, 0.0)), np.array(total + off)))
        slots = [_slots(each / days * WEEK, weeks) for each in (total, low, high)]
        rows.append(
            {"clock": str(limit["clock"]), "contacts_week": round(total / days * WEEK, 1), "slots_week": slots[0],
             "slots_week_lower": slots[1], "slots_week_upper": slots[2], "in_time": _in_time(gathered, limit["clock"])}
        )  # fmt: skip
    return rows


def _weeks(working_days: float, months: float) -> float:
    return working_days / _WEEK_OF_WORK if working_days > 0 else months * _WEEKS_OF_MONTH


def _slots(rate: float, weeks: float) -> float:
    """Return the fewest slots a week with which contacts are taken up within so many weeks."""
    tried = math.floor(rate) + 1 + np.arange(200, dtype=float)
    late = mgc(rate, 1 / tried, 1, 0.0).longer_than(weeks)
    return float(tried[np.argmax(late <= 1 - IN_TIME)])


def _in_time(gathered: Gathered, clock: object) -> float:
    """Return per cent of contacts due that were in time, in the last year that tells it; NaN when none does."""
    years = table_of(gathered, TIMELINESS, "years")
    mine = years[(years["clock"].astype(str) == str(clock)) & (years["due"] >= 20)].sort_values("year")
    known = (mine["in_time"] / mine["due"]).clip(upper=1.0).dropna() if len(mine) else pd.Series(dtype=float)
    return round(100 * float(known.iloc[-1])) if len(known) else math.nan


def promptness(rows: list[dict[str, object]], gathered: Gathered, params: CapacityParams) -> list[dict[str, object]]:
    """Return, for the clock that is counted in working days, how soon contacts are taken up with so many slots.

    A year of work begins without a queue; contacts come by chance, slots are used one after the other.
    rows : of `duties`.
    """
    limits = table_of(gathered, TIMELINESS, "limits")
    known = {str(row["clock"]): float(str(row["contacts_week"])) for row in rows}
    short = [(float(days), str(clock)) for clock, days in zip(limits["clock"], limits["working_days"], strict=True)
             if days > 0 and known.get(str(clock), 0.0) > 0] if len(limits) else []  # fmt: skip
    if not short:
        return []
    limit, clock = min(short)
    rate = known[clock]
    years = [
        arrival_times(np.full(_WEEKS, rate), np.random.default_rng(params.seed + run)) for run in range(params.runs)
    ]
    return [row for added in ADDED for row in _with_slots(added, rate, limit, years)]


def _with_slots(
    added: int, rate: float, limit: float, years: list[np.ndarray[tuple[int], np.dtype[np.float64]]]
) -> list[dict[str, object]]:
    """Return the share of the contacts of a year taken up within 1 and 3 working days, and within the limit."""
    slots = max(math.floor(rate * (1 + added / 100) + 0.5), 1)
    runs = [simulate(came, np.full(len(came), 1 / slots), 1) for came in years]
    rows: list[dict[str, object]] = []
    for days in (*(each for each in _SOON if each < limit), limit):
        shares = 100 * np.array([run.share_within(days / _WEEK_OF_WORK) for run in runs])
        low, middle, high = (float(each) for each in np.nanpercentile(shares, _INSIDE))
        rows.append(
            {"within": f"{days:.0f}", "added": str(added), "slots": float(slots),
             "share": round(middle), "lower": math.floor(low + 1e-9),
             "upper": math.ceil(high - 1e-9)}
        )  # fmt: skip
    return rows
