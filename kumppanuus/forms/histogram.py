"""A histogram against a limit: how long people waited, and how many of them longer than they should."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.drawing import Bin, Histogram, Level
from kumppanuus.forms.axis import round_marks, whole_marks
from kumppanuus.forms.rows import rows_of
from kumppanuus.language.say import Say

LOW, HIGH = "low", "high"
_FEW_BINS = 8
"""So few bars all carry their number."""
_TICK_ROOM = 0.07
"""Share of the axis that the text of a tick needs at most."""
_EVERYBODY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Against:
    """What lies within a limit and what beyond, from published numbers; NaN when no published edge is the limit.

    persons : in all published bins. within, beyond : up to and from the limit on. share : beyond / persons, 0–1, whole
        percent.
    """

    persons: float
    within: float
    beyond: float
    share: float


def against(
    table: ReleasedTable, limit: float, *, of: str = "persons", group: Mapping[str, str] = _EVERYBODY
) -> Against:  # fmt: skip
    """Return how many are on either side of a limit. A bin that lies across it makes the answer unknown (NaN)."""
    rows = bins_of(table, group)
    total = float(rows[of].sum())
    low, high = rows[LOW].fillna(-math.inf), rows[HIGH].fillna(math.inf)
    if rows.empty or ((low < limit) & (high > limit)).any():
        return Against(total if len(rows) else math.nan, math.nan, math.nan, math.nan)
    beyond = float(rows.loc[low >= limit, of].sum())
    return Against(total, total - beyond, beyond, round(beyond / total, 2) if total else math.nan)


def histogram(
    table: ReleasedTable, say: Say, *, span: tuple[float, float], step: float, x_label: str, axis_title: str = "",
    of: str = "persons", group: Mapping[str, str] = _EVERYBODY, tick: float = 0.0, limit: float | None = None,
    limit_text: str = "", beyond_text: str = "", middle: tuple[float, str] | None = None,
) -> Histogram:  # fmt: skip
    """Return the bins of a histogram as bars whose areas compare, those beyond the limit in orange.

    Parameters
    ----------
    span : outer edges as they were declared; the open ends of the published bins are drawn to them.
    step : width of an unmerged bin: heights are people per so much.
    of : the measure. group : dimension → code, of a table with several groups.
    tick : distance of the ticks of the x axis; 0 = a round one.
    limit, limit_text, beyond_text : see :class:`~kumppanuus.drawing.Histogram`. A merged bin across the limit is grey.
    middle : (place, text) of the median, left out where it lies outside the axis.
    """
    rows = bins_of(table, group)
    drawn = tuple(_bin(row, say, span, step, limit, of, few=len(rows) <= _FEW_BINS) for _, row in rows.iterrows())
    highest = max((each.value for each in drawn if each.value is not None), default=0.0)
    return Histogram(
        drawn,
        _x_ticks(drawn, say, span, tick or round_marks(0.0, span[1] - span[0], 8)[1]),
        x_label,
        tuple((mark, say.number(mark)) for mark in whole_marks(0.0, highest) if mark <= max(highest, 1.0)),
        axis_title,
        None if limit is None else (limit, limit_text),
        beyond_text,
        middle if middle and span[0] <= middle[0] <= span[1] else None,
    )


def bins_of(table: ReleasedTable, group: Mapping[str, str] = _EVERYBODY) -> pd.DataFrame:
    """Return the published bins of one group from left to right."""
    rows = rows_of(table, group)
    return rows.assign(_order=rows[LOW].fillna(-math.inf)).sort_values("_order").drop(columns="_order")


def _bin(
    row: pd.Series, say: Say, span: tuple[float, float], step: float, limit: float | None, of: str, *, few: bool
) -> Bin:
    left = span[0] if math.isnan(row[LOW]) else float(row[LOW])
    right = span[1] if math.isnan(row[HIGH]) else float(row[HIGH])
    value = float(row[of])
    told = few or right - left > step
    return Bin(
        left,
        right,
        None if math.isnan(value) else value / ((right - left) / step),
        _side(left, right, limit),
        say.about(value) if told and value > 0 else "",
        math.isnan(row[HIGH]),
    )


def _x_ticks(
    drawn: tuple[Bin, ...], say: Say, span: tuple[float, float], apart: float
) -> tuple[tuple[float, str], ...]:
    """Ticks at round places; an open last bar is named by its inner edge (``203+``), for no place in it is known."""
    places = [span[0] + place * apart for place in range(math.floor((span[1] - span[0]) / apart + 1e-9) + 1)]
    if not (drawn and drawn[-1].open):
        return tuple((place, say.number(place)) for place in places)
    last, middle = drawn[-1], (drawn[-1].left + drawn[-1].right) / 2
    room = _TICK_ROOM * (span[1] - span[0])
    ticks = [(place, say.number(place)) for place in places if place <= min(last.left, middle - room)]
    return (*ticks, (middle, f"{say.number(last.left)}+"))


def _side(left: float, right: float, limit: float | None) -> Level:
    if limit is None or right <= limit:
        return "early"
    return "special" if left >= limit else "neutral"
