"""Shares of published families that are compared with one another, with the limits of a share and of a difference."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kumppanuus.disclosure.rules import SHARE_BASE
from kumppanuus.forms.rounding import ends_of_class
from kumppanuus.forms.shares import outwards, share_of
from kumppanuus.methods.shares import difference_limits, wilson_limits


@dataclass(frozen=True, slots=True)
class Share:
    """A share of families, whole percent, and its limits outwards; all NaN when it is not known.

    count, total : the published numbers.
    """

    value: float
    lower: float
    upper: float
    count: float
    total: float

    @property
    def known(self) -> bool:
        """Whether there is a share to tell."""
        return not math.isnan(self.value)


def published_share(count: float, total: float, *, families: float = math.nan, confidence: float = 0.95) -> Share:
    """Return a share of published numbers (R16: P), with Wilson's limits at the unfavourable ends of their classes.

    Parameters
    ----------
    count, total : published numbers; NaN = hidden. families : published families behind `total` when that is no number
        of families: they are then the units, as members of a family go together.
    """
    if not (total >= SHARE_BASE and count >= 0):
        return Share(math.nan, math.nan, math.nan, count, total)
    (least, least_total), (most, most_total) = ends_of_class(np.array([count, total]))
    unit = min(families / total, 1.0) if families > 0 else 1.0
    (some, every), (more, fewer) = _inside(least, most_total), _inside(most, least_total)
    lower = wilson_limits(some * unit, every * unit, confidence)[0]
    upper = wilson_limits(more * unit, fewer * unit, confidence)[1]
    value = share_of(count, total)
    return Share(value, *outwards(value, lower, upper), count, total)


def difference_of(first: Share, second: Share, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return the limits of the first share minus the second, at the unfavourable ends of the classes; NaN if unknown.

    The two are shares of different families.
    """
    if not (first.known and second.known):
        return math.nan, math.nan
    ends = [ends_of_class(np.array([each.count, each.total])) for each in (first, second)]
    (least, most), (least_second, most_second) = ends
    low = difference_limits(_inside(least[0], most[1]), _inside(most_second[0], least_second[1]), confidence)[0]
    high = difference_limits(_inside(most[0], least[1]), _inside(least_second[0], most_second[1]), confidence)[1]
    return low, high


def _inside(count: float, total: float) -> tuple[float, float]:
    """Rounding may make a part larger than its whole."""
    return min(float(count), float(total)), float(total)
