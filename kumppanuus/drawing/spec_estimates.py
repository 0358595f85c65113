"""Specifications of estimates with intervals: the forest and the funnel."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from kumppanuus.drawing.roles import Level, demand, demand_colour, demand_finite

MOST_ESTIMATES = 15
MOST_UNITS = 60
MOST_NAMED = 8
MOST_LIMITS = 2


@dataclass(frozen=True, slots=True)
class Estimate:
    """One row of :class:`Forest`.

    Attributes
    ----------
    label : name on the left; a line feed marks where it is broken if it does not fit on one line.
    value : place of the mark in the unit of the axis; None = hidden, only the texts are printed.
    lower, upper : ends of the interval; both None = no interval. They hold the value between them.
    text : the estimate and its interval in words of the room (``"1,4 (1,1–1,8)"``).
    n_text : how many are behind it, at the right edge (``"noin 213"``).
    colour : colour role of the mark and its line.
    clear : True = the interval holds no "no difference": a filled mark; False = a hollow one.
    bold : True for the row the headline speaks of.
    others : places of others that the row is one among: small pale marks behind its own.
    middle : ends of a pale band behind them, such as the middle half of the others; None = no band.
    """

    label: str
    value: float | None
    lower: float | None
    upper: float | None
    text: str
    n_text: str = ""
    colour: Level = "neutral"
    clear: bool = False
    bold: bool = False
    others: tuple[float, ...] = ()
    middle: tuple[float, float] | None = None

    @property
    def places(self) -> tuple[float, ...]:
        """Every place on the axis that the row has a mark at."""
        own = (place for place in (self.value, self.lower, self.upper) if place is not None)
        return (*own, *self.others, *(self.middle or ()))

    def __post_init__(self) -> None:
        demand_colour(self.colour)
        for field in ("value", "lower", "upper"):
            demand_finite(field, getattr(self, field))
        demand_finite("others", *self.others, *(self.middle or ()))
        demand(self.middle is None or self.middle[0] <= self.middle[1], "middle", "its ends must not be reversed")
        demand((self.lower is None) == (self.upper is None), "upper", "an interval needs both ends")
        demand(self.value is not None or self.lower is None, "value", f"{self.label}: an interval needs its estimate")
        if self.value is not None and self.lower is not None and self.upper is not None:
            demand(self.lower <= self.value <= self.upper, "value", f"{self.label}: must lie within its interval")


@dataclass(frozen=True, slots=True)
class Forest:
    """Estimates with their intervals, one below the other, against a line of no difference.

    Attributes
    ----------
    rows : from top to bottom, at most 15.
    reference : place of "no difference" on the axis (1 for ratios, 0 for differences).
    reference_text : words above the line (``"ei eroa"``).
    ticks : (place, text) of the axis, increasing; the axis reaches at least from the first to the last.
    log : True for ratios: equal lengths are equal factors; every place is then above 0.
    axis_title : what the axis measures, below it.
    below_text, above_text : what it means to lie left and right of the line (``"harvemmin"``, ``"useammin"``).
    text_title, n_title : headings of the columns of texts at the right.
    """

    rows: tuple[Estimate, ...]
    reference: float
    reference_text: str = ""
    ticks: tuple[tuple[float, str], ...] = ()
    log: bool = False
    axis_title: str = ""
    below_text: str = ""
    above_text: str = ""
    text_title: str = ""
    n_title: str = ""

    def __post_init__(self) -> None:
        demand(len(self.rows) <= MOST_ESTIMATES, "rows", f"at most {MOST_ESTIMATES} rows are legible")
        demand_finite("reference", self.reference)
        marks = [place for place, _ in self.ticks]
        demand_finite("ticks", *marks)
        demand(all(a < b for a, b in pairwise(marks)), "ticks", "must increase")
        if self.log:
            known = [*(place for row in self.rows for place in row.places), *marks, self.reference]
            demand(all(place > 0 for place in known), "log", "a log axis has no place for 0 and less")


@dataclass(frozen=True, slots=True)
class FunnelUnit:
    """One unit of :class:`Funnel`.

    Attributes
    ----------
    label : name, printed beside the mark when ``named`` and where there is room.
    x : precision, above 0 (how many cases the unit had). y : its rate or share.
    text : printed after the name (``"62 %"``).
    colour : colour role of the mark.
    outside : True for units outside the limits: larger and filled; the others are small hollow circles.
    named : True for those of them that are named.
    """

    label: str
    x: float
    y: float
    text: str = ""
    colour: Level = "neutral"
    outside: bool = False
    named: bool = False

    def __post_init__(self) -> None:
        demand_colour(self.colour)
        demand_finite("x", self.x)
        demand_finite("y", self.y)
        demand(self.x > 0, "x", f"{self.label}: must be above 0")
        demand(self.outside or not self.named, "named", f"{self.label}: only units outside are named")


@dataclass(frozen=True, slots=True)
class ControlLimit:
    """Two lines between which units lie by chance alone, so and so often.

    Attributes
    ----------
    text : name at the right end (``"95 %"``).
    x : places, increasing. lower, upper : the limits there, as many.
    """

    text: str
    x: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]

    def __post_init__(self) -> None:
        demand(len(self.x) >= 2, "x", "at least two")
        demand(all(a < b for a, b in pairwise(self.x)), "x", "must increase")
        for field in ("lower", "upper"):
            demand(len(getattr(self, field)) == len(self.x), field, "must be as long as x")
            demand_finite(field, *getattr(self, field))
        demand(all(a <= b for a, b in zip(self.lower, self.upper, strict=True)), "upper", "must not lie below lower")


@dataclass(frozen=True, slots=True)
class Funnel:
    """Units by size against the limits of chance, which are wide for small units and narrow for large ones.

    Attributes
    ----------
    units : at most 60, of which at most eight are named; the first of these get the best places for their names.
    centre : what all units have together. centre_text : its name at the right end (``"kaikki 71 %"``).
    limits : at most two, the narrower first (95 %, 99.8 %).
    x_ticks, y_ticks : (place, text) of the axes, increasing, at least two each; the axes reach from the first to the
        last.
    x_title : what x measures, below the axis. y_title : what y measures, above the axis.
    """

    units: tuple[FunnelUnit, ...]
    centre: float
    centre_text: str
    limits: tuple[ControlLimit, ...]
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    x_title: str = ""
    y_title: str = ""

    def __post_init__(self) -> None:
        demand(len(self.units) <= MOST_UNITS, "units", f"at most {MOST_UNITS} units are legible")
        demand(sum(unit.named for unit in self.units) <= MOST_NAMED, "units", f"at most {MOST_NAMED} can be named")
        demand(len(self.limits) <= MOST_LIMITS, "limits", f"at most {MOST_LIMITS}")
        demand_finite("centre", self.centre)
        for field in ("x_ticks", "y_ticks"):
            places = [place for place, _ in getattr(self, field)]
            demand(len(places) >= 2, field, "at least two")
            demand_finite(field, *places)
            demand(all(a < b for a, b in pairwise(places)), field, "must increase")
