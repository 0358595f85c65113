"""The rules of curves (R8) on numbers: what an observer of two published points can tell of the events between them.

The strongest reading of a curve: nobody was censored or came late, so the share still open is the number still open
over the number at the beginning, and the observer knows the latter from elsewhere. Under it whole percents of few
people are exact counts; so five or six events, which are hidden numbers elsewhere (R1), are hidden here as well unless
three numbers or more fit what is published.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kumppanuus.disclosure.released import Rules
from kumppanuus.disclosure.rules import CURVE_EVENTS, Floats

CANDIDATES = 3
"""So many values a small number between two points must be able to have."""
CAUSE_EVENTS = 10
"""A cause or state with fewer events in all is pooled: it could have no two points of its own."""


@dataclass(frozen=True, slots=True)
class Point:
    """What is published of one point of a curve.

    share : still open, in whole percent as a share of 1; NaN when only parts of it are published.
    at_risk : the middle of its class, NaN when hidden.
    """

    share: float
    at_risk: float


@dataclass(frozen=True, slots=True)
class Ends:
    """Events between two points. persons, families : the fewest behind them; NaN when not known."""

    events: float
    persons: float = float("nan")
    families: float = float("nan")


def least_events(rules: Rules) -> int:
    """R8: so many events must lie between two points: 5, or more where k is raised."""
    return max(CURVE_EVENTS, rules.k)


def sure_events(rules: Rules) -> int:
    """Return from which number on events are no hidden number (R1): 7, or more where k is raised."""
    return max(rules.base + 1, rules.k)


def enough_behind(ends: Ends, rules: Rules) -> bool:
    """Whether at least k persons and f families stand behind events, as far as they are known."""
    return not (ends.persons < rules.k or ends.families < rules.f)


def enough_events(ends: Ends, rules: Rules) -> bool:
    """R8, strict: at least 7 events from at least k persons and f families, as far as these are known."""
    return ends.events >= sure_events(rules) and enough_behind(ends, rules)


def nothing_or_enough(ends: Ends, rules: Rules) -> bool:
    """R8 for causes and for differences of curves: no event at all, or enough of them."""
    return ends.events == 0 or enough_events(ends, rules)


def events_hidden(ends: Ends, start: float, before: Point, after: Point, rules: Rules) -> bool:
    """R8 for a curve of its own: at least 5 events and f families since the last point, none of it to be worked out.

    Whether families stand behind the events may not be known: then there must be 7.

    Parameters
    ----------
    start : at risk at the beginning, the published middle of its class (NaN when hidden).
    """
    if enough_events(ends, rules):
        return True
    if not _known_and_enough(ends, rules):
        return False
    return events_between(start, before, after, rules, least=least_events(rules)) >= CANDIDATES


def left_hidden(ends: Ends, curves: Sequence[tuple[float, Point, Point]], rules: Rules) -> bool:
    """R8 for what is left of a whole without its published parts: nothing, or at least 5 events and f families.

    Parameters
    ----------
    curves : of the whole and of each part: at risk at the beginning, the points before and after. 5 or 6 events need
        three possible numbers: those of the curves that are subtracted add up. None: there must be 7.
    """
    if nothing_or_enough(ends, rules):
        return True
    if not curves or not _known_and_enough(ends, rules):
        return False
    spread = sum(events_between(*each, rules, least=0) - 1 for each in curves)
    return spread + 1 >= CANDIDATES


def _known_and_enough(ends: Ends, rules: Rules) -> bool:
    return ends.events >= least_events(rules) and ends.families >= rules.f and enough_behind(ends, rules)


def events_between(start: float, before: Point, after: Point, rules: Rules, least: int) -> int:
    """Return how many values the number of events between two published points can have under the strongest reading.

    The fewest over all numbers at the beginning that fit; none under `least`, which an observer knows from the rules.
    When no such number fits, somebody was censored or came late, and the number just before is known to its class.
    """
    fitting = [_differences(n, before, after, rules) for n in _class(start, rules)]
    if not any(map(len, fitting)):
        fitting = [_by_ratio(n, before, after) for n in _class(before.at_risk, rules)]
    return min((int(np.sum(found >= least)) for found in fitting if len(found)), default=1)


def row_tells(start: float, point: Point, at_risk: float, rules: Rules, *, later: bool) -> bool:
    """Whether a number at risk beside a published point leaves one or two values for how many left between the two.

    Parameters
    ----------
    start : at risk at the beginning, the middle of its class.
    at_risk : published for a month without a point. later : that month comes after the point.
    """
    row = np.array([*_class(at_risk, rules)])
    there = [_still_open(n, point, rules) for n in _class(start, rules)]
    if not there or not len(row):
        return False
    apart = np.unique(np.concatenate(there)[:, None] - row[None, :]) * (1 if later else -1)
    left = apart[apart >= 0]
    return bool(left.max(initial=0) > 0 and len(left) < CANDIDATES)


def open_range(start: float, point: Point, rules: Rules) -> tuple[float, float]:
    """Return the fewest and the most who may still be open at a published point."""
    found = np.concatenate([_still_open(n, point, rules) for n in _class(start, rules)] or [np.zeros(0)])
    if not len(found):
        found = np.array([*_class(point.at_risk, rules)])
    return (float(found.min()), float(found.max())) if len(found) else (0.0, math.inf)


def open_spread(start: float, point: Point, rules: Rules) -> float:
    """Return how many numbers more than one may still be open at a point, for whoever knows the number at the start.

    The fewest over all numbers at the beginning that fit.
    """
    there = [_still_open(n, point, rules) for n in _class(start, rules)]
    spreads = [float(found.max() - found.min()) for found in there if len(found)]
    low, high = open_range(start, point, rules)
    return min(spreads) if spreads else high - low


def rest_tells(whole: tuple[float, float], parts: Sequence[tuple[float, float]]) -> bool:
    """Whether the people of a whole less those of its parts keep fewer than three possible numbers.

    Parameters
    ----------
    whole, parts : between what an observer can place each, see `open_range`.
    """
    least = max(whole[0] - sum(high for _, high in parts), 0)
    return whole[1] - sum(low for low, _ in parts) - least + 1 < CANDIDATES


def _class(middle: float, rules: Rules) -> range:
    """Return the numbers that a published count stands for; none when it is hidden or 0."""
    if math.isnan(middle) or middle <= 0:
        return range(0)
    low = int(middle) - rules.base // 2 + 1
    return range(low, low + rules.base)


def _still_open(n: int, point: Point, rules: Rules) -> Floats:
    """Return how many of `n` may still be open at a point: they fit its share and its class at risk."""
    known = _class(point.at_risk, rules)
    if point.share >= 1:  # that of the beginning
        return np.array([n] if not known or n in known else [], dtype=float)
    numbers = np.arange(known.start, min(known.stop, n + 1), dtype=float) if known else np.arange(n + 1, dtype=float)
    if math.isnan(point.share):
        return numbers
    fits = np.round(np.round(numbers / n * 100, 6)) == round(point.share * 100)
    return np.asarray(numbers[fits], dtype=float)


def _differences(n: int, before: Point, after: Point, rules: Rules) -> Floats:
    first, second = _still_open(n, before, rules), _still_open(n, after, rules)
    return np.asarray(np.unique(np.subtract.outer(first, second)), dtype=float)


def _by_ratio(n: int, before: Point, after: Point) -> Floats:
    """Return the numbers of events that fit the fall of the share among `n` at risk."""
    if before.share <= 0 or math.isnan(before.share):
        return np.zeros(0)
    firsts = (1.0, 1.0) if before.share >= 1 else (before.share - 0.005, before.share + 0.005)
    most = math.floor(n * (1 - (after.share - 0.005) / firsts[1]) + 1e-9)
    least = math.ceil(n * (1 - (after.share + 0.005) / firsts[0]) - 1e-9)
    return np.arange(max(least, 0), min(most, n) + 1, dtype=float)
