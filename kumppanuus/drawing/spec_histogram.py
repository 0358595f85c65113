"""Specification of histograms: how many in each bin, against a limit."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from kumppanuus.drawing.roles import Level, demand, demand_colour, demand_finite

MOST_BINS = 60


@dataclass(frozen=True, slots=True)
class Bin:
    """One bin of :class:`Histogram`.

    Attributes
    ----------
    left, right : its edges in the unit of the axis.
    value : height, at least 0, in the unit of the y axis; where bins are of unequal width a height per unit of width,
        so that areas compare. None = hidden, no bar.
    colour : colour role.
    text : printed above the bar where it fits; may be empty.
    open : True hatches the bar: it holds all beyond its inner edge, wherever they are.
    """

    left: float
    right: float
    value: float | None
    colour: Level
    text: str = ""
    open: bool = False

    def __post_init__(self) -> None:
        demand_colour(self.colour)
        demand_finite("left", self.left, self.right)
        demand_finite("value", self.value)
        demand(self.left < self.right, "right", "must be right of left")
        demand(self.value is None or self.value >= 0, "value", "must be at least 0")


@dataclass(frozen=True, slots=True)
class Histogram:
    """Bars over the bins of a measured axis, with a limit and what lies on either side of it.

    Attributes
    ----------
    bins : from left to right, at most 60; each begins where the one before ends.
    x_ticks : (place, text) of the x axis, increasing; at least two. The axis runs over the bins and the ticks.
    x_label : what x measures, with its unit.
    y_ticks : (height, text) of the grid lines, increasing; the first is 0.
    axis_title : what the heights measure, above the axis.
    limit : (place, text) of the black line; None = no limit.
    beyond : words right of the limit in the colour of what exceeds it, such as ``"197 myöhässä (16 %)"``.
    middle : (place, text) of the dashed line, usually the median; None = none.
    """

    bins: tuple[Bin, ...]
    x_ticks: tuple[tuple[float, str], ...]
    x_label: str
    y_ticks: tuple[tuple[float, str], ...] = ()
    axis_title: str = ""
    limit: tuple[float, str] | None = None
    beyond: str = ""
    middle: tuple[float, str] | None = None

    def __post_init__(self) -> None:
        demand(len(self.bins) <= MOST_BINS, "bins", f"at most {MOST_BINS} bins are legible")
        demand(all(a.right == b.left for a, b in pairwise(self.bins)), "bins", "each must begin where the last ends")
        demand(len(self.x_ticks) >= 2, "x_ticks", "at least two")
        for field, ticks in (("x_ticks", self.x_ticks), ("y_ticks", self.y_ticks)):
            places = [place for place, _ in ticks]
            demand_finite(field, *places)
            demand(all(a < b for a, b in pairwise(places)), field, "must increase")
        demand(all(place >= 0 for place, _ in self.y_ticks), "y_ticks", "must be at least 0")
        for field, line in (("limit", self.limit), ("middle", self.middle)):
            demand_finite(field, *(line[:1] if line else ()))
            low, high = self.span
            demand(line is None or low <= line[0] <= high, field, "must lie on the axis")

    @property
    def span(self) -> tuple[float, float]:
        """First and last place of the x axis."""
        edges = [edge for each in self.bins for edge in (each.left, each.right)]
        places = [*edges, *(place for place, _ in self.x_ticks)]
        return min(places), max(places)
