"""What the charts of the room share: published numbers as what they may stand for, and who surely has more."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Level
from kumppanuus.drawing.spec import LEVELS
from kumppanuus.forms.rounding import ends_of_class
from kumppanuus.language.say import Say
from kumppanuus.methods.rates import rate_ratios

RANGE = ".."
"""In the code of periods that became one."""


def balance(came: pd.Series, left: pd.Series, before: float = math.nan, after: float = math.nan) -> int:
    """Say whether more came than left: 1 surely more, -1 surely fewer, 0 neither.

    Whatever the rounded numbers stand for, and chance taken into account: of all that came or left each is as likely
    the one as the other when nothing changes (95 %).

    Parameters
    ----------
    came, left : published numbers of the periods. before, after : what was open before the first and after the last of
        them, NaN where it is not published. The difference of these is known more closely than that of the sums.
    """
    stocks = (_ends(pd.Series([each])) for each in (after, before))
    net = _nearest(_difference(_ends(came), _ends(left)), _difference(*stocks))
    total = float(came.sum() + left.sum())
    low, high = max(net[0], -total), min(net[1], total)
    if low > 0 and surely((total + low) / 2, (total - low) / 2):
        return 1
    return -1 if high < 0 and surely((total - high) / 2, (total + high) / 2) else 0


def changed(first: float, last: float) -> bool:
    """Say whether two published numbers differ by more than rounding and chance explain."""
    (low, high), (other_low, other_high) = (_ends(pd.Series([each])) for each in (first, last))
    return surely(other_low, high) or surely(low, other_high)


def _ends(counts: pd.Series) -> tuple[float, float]:
    """Return the least and the most that the sum of published counts may stand for."""
    low, high = ends_of_class(counts.to_numpy(dtype=float))
    return float(low.sum()), float(high.sum())


def _difference(more: tuple[float, float], less: tuple[float, float]) -> tuple[float, float]:
    return more[0] - less[1], more[1] - less[0]


def _nearest(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """Return what both intervals hold; one of them is not known when it is NaN."""
    return float(np.fmax(one[0], other[0])), float(np.fmin(one[1], other[1]))


def surely(count: float, other: float) -> bool:
    """Say whether one count is larger than another by more than chance explains; what is not known is not."""
    return bool(rate_ratios(np.array([count]), 1.0, np.array([other]), 1.0).lower[0] > 1)


def colour_of(level: str) -> Level:
    """Return the colour of a service level; grey for a level nobody knows."""
    return next((known for known in LEVELS if known == level), "neutral")


def n_words(released: ReleasedResult, say: Say) -> str:
    """Return how many relationships were open at the end, for the foot of a chart."""
    last = released["months"].tail(1)["waiting"]
    number = float(last.iloc[0]) if len(last) else math.nan
    return "" if math.isnan(number) else say("n.open", n=say.about(number))


def when(first: str, last: str, say: Say) -> str:
    """Write the years a headline is about: one year, or the first and the last one."""
    return say("span.one", year=first) if first == last else say("span.many", first=first, last=last)
