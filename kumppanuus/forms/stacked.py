"""Histograms one below the other as stacked bars; what the gate merged stays recognisable."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.drawing import Level, Segment, StackedBars
from kumppanuus.forms.histogram import HIGH, LOW, bins_of
from kumppanuus.forms.shares import share_of
from kumppanuus.language.say import Say

_MOST_KEYS = 8
_ROUNDING = 0.0051
"""A share in whole per cent is off by half a per cent at most."""


@dataclass(frozen=True, slots=True)
class StackedRow:
    """One row: a histogram, or one group of it.

    label, end : what stands before and after the bar. table : a released histogram. group : dimension → code.
    """

    label: str
    table: ReleasedTable
    group: Mapping[str, str] = field(default_factory=dict)
    end: str = ""


def stacked(
    rows: Sequence[StackedRow], say: Say, *, of: str, colours: Mapping[float, Level], axis_title: str = ""
) -> StackedBars:  # fmt: skip
    """Return a bar for every row, its published bins as parts of their sum (whole per cents).

    Parameters
    ----------
    of : the measure. A row with a hidden one, or below 20 in all, is left out.
    colours : lower edge of a declared bin → role. Merged bins are pale and hatched.
    """
    drawn, key = [], dict[tuple[float, float], tuple[str, Level, bool]]()
    lowest = min(colours)
    for row in rows:
        bins = bins_of(row.table, row.group)
        shares = [share_of(float(each), float(bins[of].sum(skipna=False))) for each in bins[of]]
        if not shares or any(math.isnan(share) for share in shares):
            continue
        parts = []
        for (_, each), share in zip(bins.iterrows(), shares, strict=True):
            low = lowest if math.isnan(each[LOW]) else float(each[LOW])
            high = math.inf if math.isnan(each[HIGH]) else float(each[HIGH])
            merged = ".." in str(each[row.table.declaration.dimensions[-1]])
            look = (_name(low, high, say), "hidden" if merged else colours[low], merged)
            parts.append(Segment(look[0], share, say.percent(share), look[1], merged))
            if share > 0:
                key[low, high] = look
        drawn.append((row.label, filled(parts), row.end))
    return StackedBars(tuple(drawn), tuple(key[each] for each in sorted(key))[:_MOST_KEYS], axis_title=axis_title)


def filled(parts: Sequence[Segment]) -> tuple[Segment, ...]:
    """Return parts of a whole drawn to 1: rounded shares add to 0.98 or 1.02, and bars would end raggedly.

    Parts with a hidden one among them, or farther from 1 than rounding goes, stay as they are; so do the texts.
    """
    known = [part.value for part in parts if part.value is not None]
    if len(known) < len(parts) or not abs(sum(known) - 1) <= _ROUNDING * len(parts):
        return tuple(parts)
    return tuple(replace(part, value=value / sum(known)) for part, value in zip(parts, known, strict=True))


def groups_of(table: ReleasedTable, over: str) -> list[str]:
    """Return the codes of the groups of a histogram, in order."""
    return sorted(set(table.frame[over].astype(str)))


def counted(bins: pd.DataFrame, of: str) -> bool:
    """Say whether a measure of every bin is published."""
    return bool(len(bins)) and bool(bins[of].notna().all())


def _name(low: float, high: float, say: Say) -> str:
    """Write what a bin holds: ``1``, ``16–25``, ``36 or more``."""
    if math.isinf(high):
        return say("bin.open", n=low)
    return say.number(low) if high == low + 1 else say("bin.between", low=low, high=high - 1)
