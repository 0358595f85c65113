"""Resources now and as proposed, and what the limits cost."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.drawing import Allocation, AllocationRow, Level, ShadowPrice
from kumppanuus.forms.axis import whole_marks
from kumppanuus.language.say import Say

MOST, FEWER, MOST_PRICES = 12, 8, 6
LONG = 32
"""Characters of a name from which on there are fewer rows, so that names have two lines."""


def signed(value: float, say: Say) -> str:
    """Write ``+5``, ``−2`` or ``0``."""
    return ("+" if value > 0 else "") + say.number(value)


def planned(table: ReleasedTable, *, over: str, now: str, proposed: str) -> pd.DataFrame:
    """Return the rows with ``change`` (proposed − now), most added first, unchanged and unknown last."""
    rows = table.frame.assign(change=table.frame[proposed] - table.frame[now])
    rows["order"] = rows["change"].map(lambda change: 2 if math.isnan(change) else 1 if change < 0 else 0)
    return rows.sort_values(["order", "change", over], ascending=[True, False, True]).drop(columns="order")


def allocation(
    table: ReleasedTable, say: Say, *, over: str, now: str, proposed: str, now_name: str, proposed_name: str,
    unit: str = "{n}", axis_title: str = "", prices: ReleasedTable | None = None, limit: str = "", price: str = "",
    price_text: Callable[[float], str] = str, prices_title: str = "",
) -> Allocation:  # fmt: skip
    """Return a row for every row of the table, the most added first; beside them the limits, the tightest first.

    Parameters
    ----------
    over, now, proposed : names of the dimension and of the two measures.
    unit : how the last mark of the axis is written, such as ``"{n} htv"``.
    prices, limit, price : table of the limits, its dimension and its measure; None = no prices.
    price_text : how a price is written, ``0`` included.
    """
    rows = planned(table, over=over, now=now, proposed=proposed)
    shown = rows.assign(size=rows["change"].abs().fillna(-1)).sort_values("size", ascending=False, kind="stable")
    codes = table.declaration.columns[over].codes
    longest = max((len(say.label(codes, code)) for code in shown[over].head(MOST)), default=0)
    kept = shown.index[: FEWER if longest > LONG else MOST]
    rows = rows.loc[[place for place in rows.index if place in kept]]
    numbers = [float(each) for name in (now, proposed) for each in rows[name].dropna()]
    marks = whole_marks(min(0.0, *numbers), max(numbers), 4) if numbers else ()
    texts = [say.number(mark) for mark in marks]
    texts = [*texts[:-1], unit.format(n=texts[-1])] if texts else []
    return Allocation(
        rows=tuple(_row(say.label(codes, row[over]), float(row[now]), float(row[proposed]), say)
                   for _, row in rows.iterrows()),
        now_name=now_name,
        proposed_name=proposed_name,
        ticks=tuple(zip(marks, texts, strict=True)),
        axis_title=axis_title,
        prices=_prices(prices, limit, price, price_text, say) if prices is not None else (),
        prices_title=prices_title,
    )  # fmt: skip


def _row(label: str, now: float, proposed: float, say: Say) -> AllocationRow:
    here, there = (None if math.isnan(each) else each for each in (now, proposed))
    if here is None or there is None:
        return AllocationRow(label, here, there, say("word.hidden"), "neutral")
    change = there - here
    colour: Level = "universal" if change > 0 else "special" if change < 0 else "neutral"
    return AllocationRow(label, here, there, signed(change, say), colour)


def _prices(
    table: ReleasedTable, limit: str, price: str, text: Callable[[float], str], say: Say
) -> tuple[ShadowPrice, ...]:
    codes = table.declaration.columns[limit].codes
    rows = table.frame.dropna(subset=[price]).sort_values([price, limit], ascending=[False, True]).head(MOST_PRICES)
    return tuple(
        ShadowPrice(say.label(codes, code), float(value), text(float(value)), bold=place == 0 and value > 0)
        for place, (code, value) in enumerate(zip(rows[limit], rows[price], strict=True))
    )
