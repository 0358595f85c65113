"""Specifications of bars, stacked bars and from–to rows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from kumppanuus.drawing.roles import Level, demand, demand_colour, demand_finite

MOST_BARS = 15
MOST_ROWS = 15


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of :class:`Bars`.

    Attributes
    ----------
    label : name on the left; a line feed marks where it is broken if it does not fit on one line.
    value : length, at least 0, in the unit shared by the chart; None = no bar, only ``text`` (``"peitetty"``).
    text : what is printed at the end of the bar.
    colour : colour role.
    detail : smaller grey text after ``text``, such as an interval or n.
    bold : True for the bar the headline speaks of.
    """

    label: str
    value: float | None
    text: str
    colour: Level
    detail: str = ""
    bold: bool = False

    def __post_init__(self) -> None:
        demand_colour(self.colour)
        demand_finite("value", self.value)
        demand(self.value is None or self.value >= 0, "value", f"{self.label}: a bar cannot be negative")


@dataclass(frozen=True, slots=True)
class Bars:
    """Horizontal bars from a common zero, each with its text at the end; no axis.

    Attributes
    ----------
    bars : from top to bottom, at most 15; empty draws nothing.
    axis_title : what the lengths measure, above the bars.
    groups : (title, number of bars) of consecutive bars; the numbers add up to all bars. At most six groups.
    """

    bars: tuple[Bar, ...]
    axis_title: str = ""
    groups: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        demand(len(self.bars) <= MOST_BARS, "bars", f"at most {MOST_BARS} bars are legible")
        total = sum(count for _, count in self.groups)
        demand(not self.groups or total == len(self.bars), "groups", "the numbers of bars must add up to all bars")
        demand(all(count > 0 for _, count in self.groups), "groups", "a group needs at least one bar")
        demand(len(self.bars) + len(self.groups) <= MOST_BARS + 3, "groups", f"at most {MOST_BARS + 3} lines in all")


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a stacked bar.

    Attributes
    ----------
    label : name of the part, for readers of the specification; the key names the colours.
    value : length, at least 0; None = hidden, takes no room.
    text : printed inside the part where it fits.
    colour : colour role.
    pattern : True hatches the part, so that two parts of one colour (or of like greys) differ without colour.
    """

    label: str
    value: float | None
    text: str
    colour: Level
    pattern: bool = False

    def __post_init__(self) -> None:
        demand_colour(self.colour)
        demand_finite("value", self.value)
        demand(self.value is None or self.value >= 0, "value", f"{self.label}: a part cannot be negative")


@dataclass(frozen=True, slots=True)
class StackedBars:
    """Bars made of parts: rows from top to bottom, or columns from left to right (years).

    Attributes
    ----------
    rows : (label, parts in order from the left or from the bottom, text of the total); at most 15.
    key : (label, colour, pattern) in the order of the parts.
    vertical : False = horizontal rows, True = columns.
    axis_title : what the lengths measure.
    """

    rows: tuple[tuple[str, tuple[Segment, ...], str], ...]
    key: tuple[tuple[str, Level, bool], ...]
    vertical: bool = False
    axis_title: str = ""

    def __post_init__(self) -> None:
        demand(len(self.rows) <= MOST_ROWS, "rows", f"at most {MOST_ROWS} rows are legible")
        demand(len(self.key) <= 8, "key", "at most eight kinds of parts")
        for _, colour, _ in self.key:
            demand_colour(colour, "key")


@dataclass(frozen=True, slots=True)
class DumbbellRow:
    """One row of :class:`Dumbbell`.

    Attributes
    ----------
    label : name on the left.
    start, end : places of the hollow and the filled mark in the unit of the axis; None = hidden, no mark.
    start_text, end_text : printed on the outer side of each mark; may be empty.
    colour : colour role of the filled mark and of the bar between.
    """

    label: str
    start: float | None
    end: float | None
    start_text: str
    end_text: str
    colour: Level

    def __post_init__(self) -> None:
        demand_colour(self.colour)
        demand_finite("start", self.start)
        demand_finite("end", self.end)


@dataclass(frozen=True, slots=True)
class Dumbbell:
    """Two marks per row joined by a bar: from (hollow) and to (filled).

    Attributes
    ----------
    rows : from top to bottom, at most 15.
    start_name, end_name : what the hollow and the filled mark are (``"nyt"``, ``"ehdotus"``).
    ticks : (place, text) of the axis, increasing; empty = an axis from the data without ticks.
    axis_title : what the axis measures, below it.
    """

    rows: tuple[DumbbellRow, ...]
    start_name: str
    end_name: str
    ticks: tuple[tuple[float, str], ...] = ()
    axis_title: str = ""

    def __post_init__(self) -> None:
        demand(len(self.rows) <= MOST_ROWS, "rows", f"at most {MOST_ROWS} rows are legible")
        places = [place for place, _ in self.ticks]
        demand_finite("ticks", *places)
        demand(all(a < b for a, b in pairwise(places)), "ticks", "must increase")
