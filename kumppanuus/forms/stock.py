"""How many there are period by period, and how many there will be."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

import pandas as pd

from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.drawing import Capacity, Fan, Level, Stock, StockAndForecast
from kumppanuus.forms.axis import whole_marks
from kumppanuus.language.say import Say

_NO_COLOURS: Mapping[str, Level] = MappingProxyType({})
MOST = 4
_FANS = (("lower", "upper"), ("inner_lower", "inner_upper"))


@dataclass(frozen=True, slots=True)
class Change:
    """From now to the end of the forecast, of one line.

    code : of the dimension. now, then, lower, upper : published stock, and the forecast with its interval at the end.
    share : then / now − 1, in whole per cents.
    """

    code: str
    now: float
    then: float
    lower: float
    upper: float

    @property
    def share(self) -> float:
        """Change in whole per cents of now, as a share."""
        return round(self.then / self.now - 1, 2)

    @property
    def direction(self) -> int:
        """1 when the whole interval lies above now, −1 when below, 0 when it holds no change."""
        return 1 if self.lower > self.now else -1 if self.upper < self.now else 0


def changes(table: ReleasedTable, ahead: pd.DataFrame, *, over: str, at: str, of: str) -> tuple[Change, ...]:
    """Return what changes, one by one in the order of the table; lines without a forecast or a last number not."""
    last = table.frame.sort_values(at, kind="stable").drop_duplicates(over, keep="last")
    ends = ahead.sort_values("step").drop_duplicates(over, keep="last").set_index(over)
    known = [(str(code), float(now)) for code, now in zip(last[over], last[of], strict=True) if now > 0]
    return tuple(
        Change(code, now, *(float(ends[each][code]) for each in ("value", "lower", "upper")))
        for code, now in known
        if code in ends.index
    )


def stock(
    table: ReleasedTable, say: Say, *, over: str, at: str, of: str, ahead: pd.DataFrame,
    colours: Mapping[str, Level] = _NO_COLOURS, future_text: str = "", capacities: Sequence[Capacity] = (),
    axis_title: str = "",
) -> StockAndForecast:  # fmt: skip
    """Return a line for every code, the largest four by their last number, hidden ones with a gap or a word.

    Parameters
    ----------
    over, at, of : names of the dimension, of the periods (``2024-03``; merged ones ``2024-01..2024-03``) and of the
        protected number.
    ahead : forecast from published numbers: columns `over`, ``step`` (1, 2, … periods ahead), ``value``, ``lower``,
        ``upper`` and, if there are, ``inner_lower`` and ``inner_upper`` of a narrower interval. Lines without rows
        have no forecast.
    colours : code → role; the level of that name, else grey.
    capacities : lines across; the first two.
    """
    periods = sorted(map(str, table.frame[at].unique()))
    steps = int(ahead["step"].max()) if len(ahead) else 0
    codes = _largest(table, over, at, of)
    made = tuple(
        _line(table, say, code, (over, at, of), periods, ahead, steps, colours.get(code, "neutral")) for code in codes
    )
    known = [value for each in made for value in (*each.past, *each.ahead, *(each.fans[0].upper if each.fans else ()))]
    highest = max([value for value in known if value is not None] + [each.value for each in capacities], default=1.0)
    return StockAndForecast(
        stocks=made,
        x_labels=_labels(periods, steps),
        now=max(len(periods), 1),
        future_text=future_text,
        capacities=tuple(capacities)[:2],
        y_ticks=tuple((mark, say.number(mark)) for mark in whole_marks(0, highest, 5)),
        axis_title=axis_title,
    )


def _largest(table: ReleasedTable, over: str, at: str, of: str) -> list[str]:
    last = table.frame.sort_values(at, kind="stable").groupby(over, sort=False)[of].last()
    order = last.fillna(-1).sort_values(ascending=False, kind="stable").index
    return [str(code) for code in order[:MOST]]


def _line(
    table: ReleasedTable, say: Say, code: str, names: tuple[str, str, str], periods: Sequence[str],
    ahead: pd.DataFrame, steps: int, colour: Level,
) -> Stock:  # fmt: skip
    over, at, of = names
    rows = table.frame[table.frame[over].astype(str) == code]
    known = {str(period): float(value) for period, value in zip(rows[at], rows[of], strict=True)}
    past = tuple(None if math.isnan(known.get(each, math.nan)) else known[each] for each in periods)
    mine = ahead[ahead[over].astype(str) == code].sort_values("step")
    whole = len(mine) == steps and past[-1] is not None
    fans = tuple(
        Fan(tuple(mine[low].astype(float)), tuple(mine[high].astype(float)))
        for low, high in _FANS
        if whole and low in mine and mine[low].notna().all()
    )
    then = float(mine["value"].iloc[-1]) if whole and len(mine) else math.nan
    label = say.label(table.declaration.columns[over].codes, code)
    return Stock(
        label=label,
        key=_key(past[-1], then, say),
        colour=colour,
        past=past,
        ahead=tuple(mine["value"].astype(float)) if whole else (),
        fans=fans,
    )


def _key(now: float | None, then: float, say: Say) -> str:
    """Write ``793 → 893 (+13 %)``; only the stock where there is no forecast; the one word where it is hidden."""
    if now is None:
        return say("word.hidden")
    if math.isnan(then):
        return say.about(now)
    share = f" ({signed_percent(round(then / now - 1, 2), say)})" if now > 0 else ""
    return f"{say.number(now)} → {say.number(then)}{share}"


def signed_percent(share: float, say: Say) -> str:
    """Write ``+13 %``, ``−5 %`` or ``0 %``."""
    return ("+" if share > 0 else "") + say.percent(share)


def _labels(periods: Sequence[str], steps: int) -> tuple[str, ...]:
    """The year at the first period of every year, past and future; nothing at the others."""
    ends = [_month(period.rpartition("..")[2]) for period in periods] or [0]
    step = ends[1] - ends[0] if len(ends) > 1 else 1
    ends += [ends[-1] + step * number for number in range(1, steps + 1)]
    years = [(end - 1) // 12 for end in ends]
    # A first year seen only in part has no label: it would stand where the next one begins.
    first = [(ends[0] - 1) % 12 < step or len(set(years)) == 1]
    begins = first + [year != before for before, year in pairwise(years)]
    return tuple(str(year) if start else "" for year, start in zip(years, begins, strict=True))


def _month(period: str) -> int:
    """Months since year 0 of ``2024-03``, January being 1 more than a multiple of twelve."""
    year, _, month = period.partition("-")
    return 12 * int(year) + int(month or 12)
