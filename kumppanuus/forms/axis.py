"""Marks of an axis: round numbers, few of them."""

from __future__ import annotations

import math

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_FACTORS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)


def round_marks(low: float, high: float, most: int = 6) -> tuple[float, ...]:
    """Return equal round steps from at or below `low` to at or above `high`, at most `most` + 1 of them."""
    if not high > low:
        low, high = min(low, 0.0), max(high, low + 1.0)
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(each * power for each in _STEPS if each * power >= rough * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return tuple(round(place * step, 9) for place in range(first, last + 1))


def whole_marks(low: float, high: float, most: int = 6) -> tuple[float, ...]:
    """Return marks as `round_marks` does, but whole numbers only (people, posts)."""
    marks = round_marks(low, max(high, low + 1), most)
    return tuple(mark for mark in marks if mark == int(mark))


def ratio_marks(low: float, high: float) -> tuple[float, ...]:
    """Return the usual factors from at or below `low` to at or above `high`; a half, 1 and 2 are always among them."""
    low, high = min(low, 0.5), max(high, 2.0)
    first = max((each for each in _FACTORS if each <= low * (1 + 1e-9)), default=_FACTORS[0])
    last = min((each for each in _FACTORS if each >= high * (1 - 1e-9)), default=_FACTORS[-1])
    return tuple(each for each in _FACTORS if first <= each <= last)
