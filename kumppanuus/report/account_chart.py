"""The row account as one picture: of every table, which share of its rows went where."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from kumppanuus.drawing import Chart, Level, Segment, StackedBars
from kumppanuus.language.say import Say, footer
from kumppanuus.register.account import PARTS
from kumppanuus.report.account_rows import Part, Row

MOST_ROWS = 14
_LOOKS: Mapping[str, tuple[Level, bool]] = MappingProxyType(
    {
        "used": ("early", False),
        "merged": ("neutral", False),
        "quarantined": ("special", False),
        "outside_window": ("hidden", True),
        "blank": ("hidden", False),
    }
)
_SMALLEST = 0.004
"""Shares below this would be no wider than a hair: they are drawn so wide."""


def account_chart(rows: Sequence[Row], say: Say) -> Chart | None:
    """Return the picture; None when there is no row to draw.

    Every bar is as long as every other, as the tables differ a thousandfold; the number of rows stands beside it.

    Parameters
    ----------
    say : the speaker of the report.
    """
    drawn = [row for row in rows if row.parts]
    if not drawn:
        return None
    shown = drawn[:MOST_ROWS]
    headline = _headline(drawn, say)
    met = [name for name in PARTS if any(part.name == name for row in shown for part in row.parts)]
    read = sum(row.read for row in drawn if not math.isnan(row.read))
    return Chart(
        form=StackedBars(
            tuple((row.label, _segments(row, say), _total(row, say)) for row in shown),
            tuple((say(f"column.{name}"), *_LOOKS[name]) for name in met),
        ),
        headline=headline,
        subtitle=say("account.chart_subtitle"),
        footer=footer(
            say,
            say("account.n", n=say.about(read)),
            say("account.more_tables", n=len(drawn) - len(shown)) if len(drawn) > len(shown) else "",
        ),
        alt=say("account.chart_alt", headline=headline, n=len(shown)),
    )


def _segments(row: Row, say: Say) -> tuple[Segment, ...]:
    """Return the parts of a bar of length 1: hair-thin ones are drawn wider, at the cost of the largest."""
    sizes = [part.size / sum(each.size for each in row.parts) for part in row.parts]
    wide = [max(size, _SMALLEST) for size in sizes]
    wide[sizes.index(max(sizes))] -= sum(wide) - 1
    return tuple(_segment(part, length, say) for part, length in zip(row.parts, wide, strict=True))


def _segment(part: Part, length: float, say: Say) -> Segment:
    colour, pattern = _LOOKS[part.name]
    text = say("word.hidden") if part.hidden else say.number(part.size)
    return Segment(say(f"column.{part.name}"), length, text, colour, pattern)


def _total(row: Row, say: Say) -> str:
    if math.isnan(row.read):
        return say("word.hidden")
    aside = row.size("quarantined")
    if not aside:
        return say("account.total", n=say.number(row.read))
    return say("account.total_aside", n=say.number(row.read), share=_share(aside / row.size(*PARTS), say))


def _headline(rows: Sequence[Row], say: Say) -> str:
    """Say the most serious thing: a table without a usable row, else the rows put aside, else that there are none."""
    lost = [row for row in rows if row.unusable]
    if len(lost) == 1:
        return say("account.headline_one_lost", table=lost[0].label)
    if lost:
        return say("account.headline_several_lost", count=len(lost))
    aside = sum(row.size("quarantined") for row in rows)
    if not aside:
        return say("account.headline_clean")
    everything = sum(row.size(*PARTS) for row in rows)
    return say("account.headline_aside", n=say.about(aside), share=_share(aside / everything, say))


def _share(share: float, say: Say) -> str:
    """Write a share of rows; a small one as less than one per cent, never as none."""
    return say("account.under", n=say.percent(0.01)) if round(share, 2) < 0.01 else say.percent(round(share, 2))
