"""Specification of run charts: one measure over time against its median, with what is no chance marked."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from kumppanuus.drawing.roles import Level, demand, demand_colour, demand_finite

MOST_PLACES, MOST_SIGNALS = 120, 4


@dataclass(frozen=True, slots=True)
class Signal:
    """A stretch of points that chance does not explain: a shift or a trend.

    Attributes
    ----------
    first, last : its first and last place.
    text : what it is, in a few words (``"8 kk mediaanin yläpuolella"``).
    colour : colour role of its points and words.
    """

    first: int
    last: int
    text: str
    colour: Level = "special"

    def __post_init__(self) -> None:
        demand_colour(self.colour)
        demand(0 <= self.first <= self.last, "last", "must not be before first")


@dataclass(frozen=True, slots=True)
class RunChart:
    """Points over months or weeks with their median, a goal and the moment of a change.

    Attributes
    ----------
    values : one per place, at least 0; None leaves a gap.
    texts : one per value or none; those of the first and the last known value are printed.
    x_labels : one per place; an empty text marks no tick.
    median : (first place, last place, value, text) of each stretch of the median line; the text stands at its right
        end. Usually one, two where the median is taken anew after a change.
    goal : (value, text) of the line to be reached; None = no goal.
    change : (place, text) of the moment something was changed; None = none.
    signals : shifts and trends, at most four, in order and apart from each other.
    y_ticks : (value, text) of the grid lines, increasing.
    axis_title : what y measures, above the axis.
    colour : colour role of the points.
    """

    values: tuple[float | None, ...]
    texts: tuple[str, ...]
    x_labels: tuple[str, ...]
    median: tuple[tuple[int, int, float, str], ...] = ()
    goal: tuple[float, str] | None = None
    change: tuple[int, str] | None = None
    signals: tuple[Signal, ...] = ()
    y_ticks: tuple[tuple[float, str], ...] = ()
    axis_title: str = ""
    colour: Level = "early"

    def __post_init__(self) -> None:
        demand_colour(self.colour)
        places = len(self.values)
        demand(places <= MOST_PLACES, "values", f"at most {MOST_PLACES} places")
        demand_finite("values", *self.values)
        demand(all(value is None or value >= 0 for value in self.values), "values", "must be at least 0")
        demand(len(self.texts) in (0, places), "texts", "must be empty or one per value")
        demand(len(self.x_labels) == places, "x_labels", "one per value")
        for first, last, value, _ in self.median:
            demand_finite("median", value)
            demand(0 <= first <= last < places and value >= 0, "median", "must lie in the chart")
        demand_finite("goal", *(self.goal[:1] if self.goal else ()))
        demand(self.goal is None or self.goal[0] >= 0, "goal", "must be at least 0")
        demand(self.change is None or 0 <= self.change[0] < places, "change", "must be a place of the x axis")
        demand(len(self.signals) <= MOST_SIGNALS, "signals", f"at most {MOST_SIGNALS}")
        demand(all(each.last < places for each in self.signals), "signals", "must lie in the chart")
        demand(all(a.last < b.first for a, b in pairwise(self.signals)), "signals", "must be apart and in order")
        heights = [height for height, _ in self.y_ticks]
        demand_finite("y_ticks", *heights)
        demand(all(a < b for a, b in pairwise([0.0, *heights][not heights or heights[0] == 0 :])), "y_ticks",
               "must increase from 0")  # fmt: skip
