"""Concentration: how a sum piles up from the smallest to the largest, and what the largest have of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import pandas as pd

from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.disclosure.rules_forms import gini
from kumppanuus.drawing import Bar, Lorenz
from kumppanuus.forms.rows import rows_of
from kumppanuus.language.say import Say

TOPS = (0.01, 0.05, 0.1, 0.2)
_BOTTOMS = (0.5, 0.4)
_EVERYBODY: Mapping[str, str] = MappingProxyType({})
_NEAR = 1e-9


def lorenz(
    table: ReleasedTable, say: Say, *, of: str, top: Callable[[str], str], bottom: Callable[[str], str], x_label: str,
    y_label: str, equal: str, bars_title: str = "", tops: Sequence[float] = TOPS, bold: float = 0.1,
    group: Mapping[str, str] = _EVERYBODY,
) -> Lorenz:  # fmt: skip
    """Return the curve, and a bar for each top share that begins where a published group does, and for the lower half.

    Parameters
    ----------
    of : the cumulative measure. group : dimension → code, of a table with several curves.
    top : words of a bar from its share in words (``"10 %"`` → ``"Ylin 10 %"``); bottom : the same of the lower
        half, or of the lowest 40 % where no published group ends at a half.
    x_label, y_label, equal, bars_title : see :class:`~kumppanuus.drawing.Lorenz`.
    tops : shares of the people at the top. The gate publishes groups of 5 % at the finest: smaller ones have no bar.
    bold : which of them the headline speaks of, see :func:`headline_top`.

    Raises
    ------
    ValueError
        The table has no curve for the group.
    """
    points = points_of(table, of, group)
    main = headline_top(table, of, bold, group)
    shares = [(part, top_share(table, part, of, group)) for part in tops]
    bars = [
        Bar(_unbroken(top(say.percent(part))), share, say.percent(share), "special" if part == main else "neutral",
            bold=part == main)
        for part, share in shares
        if not math.isnan(share)
    ]  # fmt: skip
    low = next((part for part in _BOTTOMS if not math.isnan(top_share(table, 1 - part, of, group))), None)
    if low is not None:
        share = round(1 - top_share(table, 1 - low, of, group), 2)
        bars.append(Bar(_unbroken(bottom(say.percent(low))), share, say.percent(share), "neutral"))
    quarters = [say.percent(share) for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    return Lorenz(
        ((0.0, 0.0), *points), tuple(bars), x_label, y_label, (*quarters,), bars_title, equal,  # type: ignore[arg-type]
        None if math.isnan(main) else 1 - main,
    )  # fmt: skip


def points_of(
    table: ReleasedTable, of: str, group: Mapping[str, str] = _EVERYBODY
) -> tuple[tuple[float, float], ...]:  # fmt: skip
    """Return the published points (share of the people, share of the sum), without the origin; none without a curve.

    Where all have about the same, a group of one family more than its tenth may have a whole per cent more than its
    share: the lowest can have no more than that.
    """
    values = _rows(table, group)[of].tolist()
    shares = [place / len(values) for place in range(1, len(values) + 1)]
    return tuple((share, min(float(value), share)) for share, value in zip(shares, values, strict=True))


def top_share(table: ReleasedTable, part: float, of: str, group: Mapping[str, str] = _EVERYBODY) -> float:
    """Return what the top `part` of the people have of the sum; NaN where no published group begins there."""
    before = [share for place, share in points_of(table, of, group) if abs(place - (1 - part)) < _NEAR]
    return round(1 - before[0], 2) if before else math.nan


def headline_top(
    table: ReleasedTable, of: str, wish: float = 0.1, group: Mapping[str, str] = _EVERYBODY
) -> float:  # fmt: skip
    """Return the top share to speak of: the wished one, or the next larger one that is published; NaN for none."""
    found = (part for part in (wish, 0.1, 0.2, 0.25, 0.5) if part >= wish)
    return next((part for part in found if not math.isnan(top_share(table, part, of, group))), math.nan)


def gini_of(table: ReleasedTable, of: str, group: Mapping[str, str] = _EVERYBODY) -> float:
    """Return the Gini index of the published curve, two decimals; NaN without a curve."""
    return gini(_rows(table, group)[of].to_numpy(dtype=float))


def _rows(table: ReleasedTable, group: Mapping[str, str]) -> pd.DataFrame:
    rows = rows_of(table, group)
    firsts = [float(str(code).partition("..")[0]) for code in rows[table.declaration.dimensions[-1]]]
    return rows.assign(_order=firsts).sort_values("_order").drop(columns="_order")


def _unbroken(words: str) -> str:
    return words.replace(" ", "\N{NO-BREAK SPACE}")
