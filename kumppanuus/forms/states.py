"""Shares of people in each state as time goes by, from published curves that add up to a whole."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import pandas as pd

from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.drawing import Level, State, StateDistribution
from kumppanuus.forms.rows import rows_of
from kumppanuus.language.say import Say
from kumppanuus.register.calendar import MONTH_DAYS

OTHER = "other"
_EVERYBODY: Mapping[str, str] = MappingProxyType({})
_STEPS = (1, 2, 3, 6, 12, 24)
_SHOWN_TICKS = 6
_SEVERAL = 3
"""So many places, at most, carry their shares inside the layers."""
Shares = pd.DataFrame
"""Published shares: one column a state, one row a published time; index = months, whole where the grid is monthly."""


def states(
    table: ReleasedTable, say: Say, *, of: str, over: str, time: str = "day", order: Sequence[str],
    colours: Mapping[str, Level], striped: Sequence[str] = (), x_label: str, axis_title: str = "",
    group: Mapping[str, str] = _EVERYBODY,
) -> StateDistribution:  # fmt: skip
    """Return a layer for each published state.

    Parameters
    ----------
    of : the measure (role ``occupation``). over : the dimension of states. time : the time axis, in days.
    order : codes from the bottom up; pooled states (``other``) come on top of the known ones, unnamed codes too.
    colours : code → role; grey for the others. striped : codes whose layer is hatched; pooled states always are.
    group : dimension → code, of a table with several groups.
    """
    shares = shares_over_time(table, of, over, time, group)
    codes = [code for code in order if code in shares] + sorted(set(map(str, shares.columns)) - set(order))
    listed = table.declaration.columns[over].codes
    last = max(shares.index, default=0.0)
    ticks = _ticks(last)
    inside = _inside(list(shares.index), ticks)
    drawn = tuple(
        State(
            say.label(listed, code),
            colours.get(code, "neutral"),
            tuple(float(share) for share in shares[code]),
            say.percent(float(shares[code].iloc[-1])),
            tuple(say.percent(float(share)) if place in inside else "" for place, share in enumerate(shares[code])),
            code in striped or code == OTHER,
        )
        for code in codes
    )
    quarters = [say.percent(share) for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    return StateDistribution(
        drawn, tuple(map(float, shares.index)), ticks, tuple(say.number(tick) for tick in ticks), x_label,
        (*quarters,), axis_title,  # type: ignore[arg-type]
    )  # fmt: skip


def shares_over_time(
    table: ReleasedTable, of: str, over: str, time: str = "day", group: Mapping[str, str] = _EVERYBODY
) -> Shares:
    """Return the published shares of every time at which all states have one; empty when there are fewer than two."""
    rows = rows_of(table, group)
    rows = rows.assign(_state=rows[over].astype(str), _month=[_months(float(day)) for day in rows[time]])
    shares = rows.pivot(index="_month", columns="_state", values=of).astype(float).dropna().sort_index()
    return shares if len(shares) > 1 else shares.iloc[:0].reindex(columns=[])


def published_at(shares: Shares, month: float) -> float:
    """Return the last published month up to a month: what was published then is what may be said; NaN for none."""
    return max((float(each) for each in shares.index if each <= month + 1e-9), default=math.nan)


def _months(day: float) -> float:
    """Return months of a day; the whole number where the day is the one on which a month is full."""
    months = day / MONTH_DAYS
    near = round(months)
    return float(near) if int(near * MONTH_DAYS) == day else months


def _ticks(last: float) -> tuple[float, ...]:
    step = next((step for step in _STEPS if last / step <= _SHOWN_TICKS), _STEPS[-1])
    ticks = tuple(float(month) for month in range(0, int(last) + 1, step))
    return ticks if len(ticks) > 1 and ticks[-1] >= last else (*ticks, float(math.ceil(last) or 1))


def _inside(months: Sequence[float], ticks: Sequence[float]) -> set[int]:
    """Return the places nearest to a few inner ticks; the end has its texts at its names."""
    inner = [tick for tick in ticks[1:-1] if months]
    chosen = inner[:: max(1, math.ceil(len(inner) / _SEVERAL))]
    return {min(range(len(months)), key=lambda place: (abs(months[place] - tick), place)) for tick in chosen}
