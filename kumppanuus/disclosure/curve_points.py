"""Which points of curves are published (R8): months between which no event lies or enough of them.

Curves that add up (causes, states) share one grid.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kumppanuus.disclosure import rules_curves as rule
from kumppanuus.disclosure.released import Rules
from kumppanuus.disclosure.rules import CURVE_AT_RISK, CURVE_MONTHLY, Bools, Floats
from kumppanuus.register.calendar import MONTH_DAYS, month_day

Fit = Callable[[int, int], bool]
"""Whether a point at the second place may follow one at the first."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Events of one curve as they gather.

    days : the days of its grid; shape (points,). events : gathered up to each.
    persons, families : those with a first end up to each, a row for each curve that was pooled, shape (curves,
        points): they are the fewest that can stand behind the events. None when not known.
    inside : people in a state on each day; None for curves that are no shares in a state.
    """

    days: Floats
    events: Floats
    persons: Floats | None = None
    families: Floats | None = None
    inside: Floats | None = None

    def ends(self, since: float, until: float) -> rule.Ends:
        """Return the events after day `since` up to day `until`, and the fewest behind them."""
        new = self._upto(self.events, until) - self._upto(self.events, since)
        return rule.Ends(new, self._fewest(self.persons, since, until), self._fewest(self.families, since, until))

    def _fewest(self, gathered: Floats | None, since: float, until: float) -> float:
        if gathered is None:
            return float("nan")
        return max((self._upto(row, until) - self._upto(row, since) for row in gathered), default=0.0)

    def people(self, day: float) -> float:
        """Return how many are in the state on a day; 0 of curves that are no shares in a state."""
        place = int(np.searchsorted(self.days, day))
        return float(self.inside[place]) if self.inside is not None and place < len(self.days) else 0.0

    def _upto(self, gathered: Floats, day: float) -> float:
        place = int(np.searchsorted(self.days, day, side="right"))
        return float(gathered[place - 1]) if place else 0.0


@dataclass(frozen=True, slots=True)
class Group:
    """The curves of one group of people: one, or several that share a grid.

    days, at_risk : shape (points,). streams : by code of the cause or state (one with the code "" when there is none).
    step : months that points are apart at least.
    """

    days: Floats
    at_risk: Floats
    streams: Mapping[str, Stream]
    step: int

    @property
    def months(self) -> Floats:
        """Month of each point; NaN for days that no month ends on (they are never published)."""
        months = np.ceil(self.days / MONTH_DAYS - 1e-9)
        ends = np.array([month_day(int(month)) for month in months])
        return np.where(ends == self.days, months, np.nan)

    @property
    def total(self) -> Stream:
        """All its events together."""
        return together(list(self.streams.values()))


def together(streams: Sequence[Stream]) -> Stream:
    """Add streams on the same days; of the people behind them no more is known than of each of them."""
    if len(streams) == 1:
        return streams[0]
    persons, families = (_stacked([getattr(each, of) for each in streams]) for of in ("persons", "families"))
    inside = [each.inside for each in streams if each.inside is not None]
    there = np.sum(inside, axis=0) if inside else None
    return Stream(streams[0].days, np.sum([each.events for each in streams], axis=0), persons, families, there)


def _stacked(gathered: Sequence[Floats | None]) -> Floats | None:
    known = [each for each in gathered if each is not None]
    return np.concatenate(known) if len(known) == len(gathered) else None


def months_apart(at_risk: float, tighten: int) -> int:
    """R8: points are a month apart, below 60 people a quarter; three times as far when more is asked for."""
    return (1 if at_risk >= CURVE_MONTHLY else 3) * (3 if tighten else 1)


def choose(
    group: Group, fits: Sequence[Fit], anchors: Sequence[int] = (), sure_events: int = 0, *, aligned: bool = True
) -> Bools:
    """Walk along the months and take each point that all of `fits` allow after the last one.

    The beginning always is a point. After the first grid point with fewer than 10 at risk nothing is published.

    Parameters
    ----------
    aligned : points lie on whole quarters where the step is a quarter; else they are only that far apart.
    anchors, sure_events : months that people speak of. One of them takes the place of points before it that it could
        not follow, where points are a month apart; on so many ends or more: these, not shares, decide which go.
    """
    chosen = [0] if len(group.days) else []
    months = group.months
    for place in range(1, len(group.days)):
        if group.at_risk[place] < CURVE_AT_RISK:
            break
        month = months[place]
        for last in reversed(chosen):
            far = month % group.step == 0 if aligned else month - months[last] >= group.step
            sure = last == chosen[-1] or group.total.ends(group.days[last], group.days[place]).events >= sure_events
            if far and sure and all(fit(last, place) for fit in fits):
                chosen = [*(each for each in chosen if each <= last), place]
                break
            if group.step > 1 or month not in anchors or months[last] in anchors:
                break
    points = np.zeros(len(group.days), dtype=bool)
    points[chosen] = True
    return points


def reach(at_risk: Floats) -> int:
    """Return how many grid points come before the first with fewer than 10 at risk."""
    few = np.flatnonzero(at_risk[1:] < CURVE_AT_RISK)
    return int(few[0]) + 1 if len(few) else len(at_risk)


def own_events(group: Group, points: Sequence[rule.Point], rules: Rules) -> Fit:
    """One curve by itself: enough events since the last point, their number not to be worked out.

    Parameters
    ----------
    points : what would be published at each place.
    """
    (stream,) = group.streams.values()

    def fit(last: int, place: int) -> bool:
        ends = stream.ends(group.days[last], group.days[place])
        return rule.events_hidden(ends, points[0].at_risk, points[last], points[place], rules)

    return fit


def shared_events(group: Group, rules: Rules) -> Fit:
    """Curves on one grid: each has no event since the last point or enough of them, and some has."""

    def fit(last: int, place: int) -> bool:
        new = [each.ends(group.days[last], group.days[place]) for each in group.streams.values()]
        return any(ends.events for ends in new) and all(rule.nothing_or_enough(ends, rules) for ends in new)

    return fit


def no_family_dominates(group: Group) -> Fit:
    """Events that can come again: no family has more than half of those between two points (R16).

    Each family with a *first* event there has one at least, so the family with the most has at most what is left.
    """

    def fit(last: int, place: int) -> bool:
        new = [each.ends(group.days[last], group.days[place]) for each in group.streams.values()]
        return all(ends.families - 1 >= ends.events / 2 for ends in new if ends.events)

    return fit


def nobody_or_enough_inside(group: Group, rules: Rules) -> Fit:
    """States: at every point nobody is in a state or enough people are."""

    def fit(last: int, place: int) -> bool:
        inside = (each.people(group.days[place]) for each in group.streams.values())
        return all(rule.nothing_or_enough(rule.Ends(number), rules) for number in inside)

    return fit
