"""The points of curves that are parts of a published whole: services of a level, girls and boys of all (R8).

They are among those of the whole and of the parts before them, so whoever subtracts gets sums over intervals, and
these hold no event or enough of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kumppanuus.disclosure import rules_curves as rule
from kumppanuus.disclosure.curve_points import Fit, Group, Stream, together
from kumppanuus.disclosure.released import Rules


@dataclass(frozen=True, slots=True)
class Known:
    """A group of curves as an observer knows it: its published points, and what lies behind them.

    points : what is published on each day that is a point; without a share for causes and states. start : at risk at
        the beginning, the middle of its class. at_risk : the exact numbers, by day of the grid.
    """

    points: Mapping[float, rule.Point]
    start: float
    streams: Mapping[str, Stream]
    at_risk: Mapping[float, float]

    @property
    def last(self) -> float:
        """Day of the last point."""
        return max(self.points, default=0.0)

    def open_between(self, day: float, rules: Rules) -> tuple[float, float]:
        """Return between what an observer can place the number still under observation on a day."""
        return rule.open_range(self.start, self.points[day], rules)


@dataclass(frozen=True, slots=True)
class Part:
    """A group of curves beside the whole it is part of.

    own : as it would be known. before : parts whose points were chosen already, most events first. others : the events
    of all parts that are neither, by code: what is left of the whole is theirs. They need not have curves.
    """

    own: Known
    whole: Known
    before: Sequence[Known]
    others: Sequence[Mapping[str, Stream]]

    def fits(self, group: Group, rules: Rules) -> tuple[Fit, ...]:
        """Return the rules for its points: on the common grid, and what is left of the whole tells nothing."""

        def common(last: int, place: int) -> bool:
            day = group.days[place]
            return day in self.whole.points and all(day in each.points or day > each.last for each in self.before)

        def left_clear(last: int, place: int) -> bool:
            since, until = float(group.days[last]), float(group.days[place])
            curves = self._subtracted(since, until)
            return all(rule.left_hidden(self._left(code, since, until), curves, rules) for code in self._codes)

        def rest_hidden(last: int, place: int) -> bool:
            day = float(group.days[place])
            shown = [self.own, *self._told(day)]
            left = self.whole.at_risk[day] - sum(each.at_risk.get(day, 0.0) for each in shown)
            if not 0 < left < rule.sure_events(rules):
                return True
            parts = [each.open_between(day, rules) for each in shown]
            return not rule.rest_tells(self.whole.open_between(day, rules), parts)

        def states_clear(last: int, place: int) -> bool:
            return self._states_clear(float(group.days[place]), rules)

        return common, left_clear, rest_hidden, states_clear

    def may_start(self, group: Group, rules: Rules) -> bool:
        """Return whether the beginning of curves of states may be shown."""
        return self._states_clear(float(group.days[0]), rules)

    def _states_clear(self, day: float, rules: Rules) -> bool:
        left = (self._inside(code, day) for code in self._codes)
        return all(rule.nothing_or_enough(rule.Ends(number), rules) for number in left)

    @property
    def _codes(self) -> list[str]:
        return [code for code in self.own.streams if code in self.whole.streams] or [""]

    def _told(self, day: float) -> list[Known]:
        return [each for each in self.before if day <= each.last]

    def _subtracted(self, since: float, until: float) -> list[tuple[float, rule.Point, rule.Point]]:
        """Return what is published of the curves an observer can subtract; none of curves that add up."""
        if set(self.own.streams) != {""}:
            return []
        curves = (self.whole, self.own, *self._told(until))
        return [(each.start, each.points[since], each.points[until]) for each in curves]

    def _inside(self, code: str, day: float) -> float:
        """Return how many of the whole less those of its published parts are in a state."""
        shown = [_one(each.streams, code).people(day) for each in (self.own, *self._told(day))]
        return abs(_one(self.whole.streams, code).people(day) - sum(shown))

    def _left(self, code: str, since: float, until: float) -> rule.Ends:
        """Return the events of the whole less those of its published parts, and the fewest behind them.

        Behind them: those of any part that is left, or those of the whole less one for each event of published parts.
        """
        told = self._told(until)
        silent = [each.streams for each in self.before if until > each.last]
        gone = sum(_one(each.streams, code).ends(since, until).events for each in (self.own, *told))
        all_of = _one(self.whole.streams, code).ends(since, until)
        rest = [_one(each, code).ends(since, until) for each in (*self.others, *silent)]
        persons = max([all_of.persons - gone, *(each.persons for each in rest)])
        families = max([all_of.families - gone, *(each.families for each in rest)])
        return rule.Ends(abs(all_of.events - gone), persons, families)


def _one(streams: Mapping[str, Stream], code: str) -> Stream:
    """Return the stream of a code, of all codes together when none is named; an empty one when there is none."""
    if not code and streams:
        return together(list(streams.values()))
    return streams.get(code, _NOTHING)


_NOTHING = Stream(np.zeros(0), np.zeros(0), np.zeros((0, 0)), np.zeros((0, 0)))
