"""What to draw, as plain values: one frozen dataclass per form, and the chart that frames it.

Texts arrive ready: translated, formatted, protected. Numbers arrive only to place marks and are never printed.
A hidden number is ``None`` with a text that says so; no mark is drawn for it. Every class checks in
``__post_init__`` that its parts have matching lengths and raises ``ValueError`` naming the field.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from kumppanuus.drawing.roles import LEVELS, Level, demand, demand_colour, demand_finite
from kumppanuus.drawing.spec_bars import Bar, Bars, Dumbbell, DumbbellRow, Segment, StackedBars
from kumppanuus.drawing.spec_board import Board, BoardColumn, Card
from kumppanuus.drawing.spec_circle import NetworkCircle
from kumppanuus.drawing.spec_combinations import Combination, Combinations, Member
from kumppanuus.drawing.spec_estimates import ControlLimit, Estimate, Forest, Funnel, FunnelUnit
from kumppanuus.drawing.spec_flow import Flow, Stop, Stream
from kumppanuus.drawing.spec_heatmap import HeatCell, Heatmap
from kumppanuus.drawing.spec_histogram import Bin, Histogram
from kumppanuus.drawing.spec_likert import AnswerPart, Item, Likert
from kumppanuus.drawing.spec_lorenz import Lorenz
from kumppanuus.drawing.spec_network import Edge, NetworkColumns, Node
from kumppanuus.drawing.spec_plans import Allocation, AllocationRow, Capacity, Fan, ShadowPrice, Stock, StockAndForecast
from kumppanuus.drawing.spec_run import RunChart, Signal
from kumppanuus.drawing.spec_states import State, StateDistribution
from kumppanuus.drawing.spec_waterfall import Stage, Waterfall

__all__ = [
    "LEVELS",
    "Allocation",
    "AllocationRow",
    "AnswerPart",
    "Bar",
    "Bars",
    "Bin",
    "Board",
    "BoardColumn",
    "Capacity",
    "Card",
    "Chart",
    "Combination",
    "Combinations",
    "ControlLimit",
    "Curves",
    "Dumbbell",
    "DumbbellRow",
    "Edge",
    "Estimate",
    "Fan",
    "Flow",
    "Forest",
    "Form",
    "Funnel",
    "FunnelUnit",
    "HeatCell",
    "Heatmap",
    "Histogram",
    "Item",
    "Level",
    "Likert",
    "Line",
    "Lines",
    "Lorenz",
    "Member",
    "NetworkCircle",
    "NetworkColumns",
    "Node",
    "Notice",
    "RunChart",
    "Segment",
    "Series",
    "ShadowPrice",
    "Signal",
    "StackedBars",
    "Stage",
    "State",
    "StateDistribution",
    "Stock",
    "StockAndForecast",
    "Stop",
    "Stream",
    "Waterfall",
]

MOST_CURVES = 8
MOST_LINES = 8


@dataclass(frozen=True, slots=True)
class Series:
    """One curve of :class:`Curves`.

    Attributes
    ----------
    label : name in the key and in the table below.
    key : second line in the key, such as ``"mediaani 8 kk (7–10)"``; may be empty.
    colour : colour role; curves of one colour differ by dash.
    x, y : points in order of x; y are shares 0–1. Both empty = nothing may be drawn, the key still names the curve.
    lower, upper : band at the same x, shares 0–1; both empty or both as long as ``x``.
    table : texts of the row below, one per tick of the chart (``"412"``, ``"noin 9"``, ``"peitetty"``, ``""``).
    marker : (x, y) of the open circle on the curve, usually the median.
    """

    label: str
    key: str
    colour: Level
    x: tuple[float, ...]
    y: tuple[float, ...]
    lower: tuple[float, ...] = ()
    upper: tuple[float, ...] = ()
    table: tuple[str, ...] = ()
    marker: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        demand_colour(self.colour)
        demand(len(self.x) == len(self.y), "y", "must be as long as x")
        for field, values in (("lower", self.lower), ("upper", self.upper)):
            demand(len(values) in (0, len(self.x)), field, "must be empty or as long as x")
        demand(len(self.lower) == len(self.upper), "upper", "a band needs both lower and upper")
        demand(all(a <= b for a, b in pairwise(self.x)), "x", "must not decrease")
        for field, values in (("x", self.x), ("y", self.y), ("lower", self.lower), ("upper", self.upper)):
            demand_finite(field, *values)
        for field, values in (("y", self.y), ("lower", self.lower), ("upper", self.upper)):
            demand(all(0 <= value <= 1 for value in values), field, "shares must be 0–1")
        demand(self.marker is None or 0 <= self.marker[1] <= 1, "marker", "its share must be 0–1")
        demand_finite("marker", *(self.marker or ()))


@dataclass(frozen=True, slots=True)
class Curves:
    """Curves of shares over time (or over another share), with a key and a table below.

    Attributes
    ----------
    series : at most eight; the key keeps this order.
    ticks : at least two increasing positions of the x axis; the axis runs from the first to the last.
    x_label : what x measures, with its unit.
    table_title : heading of the table below (``"Seurannassa"``).
    extra_rows : more rows of the table, each (label, one text per tick).
    y_ticks : shares marked on the y axis, increasing; the axis runs from the first to the last.
    tick_format : texts of ``y_ticks``; empty = whole per cents with a no-break space.
    x_tick_texts : texts of ``ticks``; empty = the numbers as they are.
    step : True draws each value until the next one (survival curves), False joins the points by straight lines.
    """

    series: tuple[Series, ...]
    ticks: tuple[float, ...]
    x_label: str
    table_title: str = ""
    extra_rows: tuple[tuple[str, tuple[str, ...]], ...] = ()
    y_ticks: tuple[float, ...] = (0.0, 0.25, 0.5, 0.75, 1.0)
    tick_format: tuple[str, ...] = ()
    x_tick_texts: tuple[str, ...] = ()
    step: bool = True

    def __post_init__(self) -> None:
        demand(len(self.series) <= MOST_CURVES, "series", f"at most {MOST_CURVES} curves")
        for field, marks in (("ticks", self.ticks), ("y_ticks", self.y_ticks)):
            demand(len(marks) >= 2, field, "at least two")
            demand_finite(field, *marks)
            demand(all(a < b for a, b in pairwise(marks)), field, "must increase")
        demand(len(self.tick_format) in (0, len(self.y_ticks)), "tick_format", "must be empty or as long as y_ticks")
        demand(len(self.x_tick_texts) in (0, len(self.ticks)), "x_tick_texts", "must be empty or as long as ticks")
        for one in self.series:
            demand(len(one.table) in (0, len(self.ticks)), "table", f"{one.label}: one text per tick or none")
        for label, texts in self.extra_rows:
            demand(len(texts) == len(self.ticks), "extra_rows", f"{label}: one text per tick")
        rows = sum(bool(one.table) for one in self.series) + len(self.extra_rows)
        demand(rows <= MOST_CURVES, "extra_rows", f"at most {MOST_CURVES} rows in the table")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of :class:`Lines`.

    Attributes
    ----------
    label : name at the right end.
    colour : colour role; lines of one colour differ by dash.
    values : one per place of the x axis, at least 0; None leaves a gap.
    texts : one per value or none; only those of the first and the last known value are printed.
    key : second line under the name at the right end (``"793 → 893 (+13 %)"``).
    lower, upper : band at the same places; both empty or both as long as ``values``; None leaves a gap.
    """

    label: str
    colour: Level
    values: tuple[float | None, ...]
    texts: tuple[str, ...] = ()
    key: str = ""
    lower: tuple[float | None, ...] = ()
    upper: tuple[float | None, ...] = ()

    def __post_init__(self) -> None:
        demand_colour(self.colour)
        demand(len(self.texts) in (0, len(self.values)), "texts", "must be empty or as long as values")
        for field, values in (("values", self.values), ("lower", self.lower), ("upper", self.upper)):
            demand_finite(field, *values)
            demand(all(value is None or value >= 0 for value in values), field, f"{self.label}: must be at least 0")
            demand(len(values) in (0, len(self.values)), field, "must be empty or as long as values")
        demand(len(self.lower) == len(self.upper), "upper", "a band needs both lower and upper")


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines over years or months, named at their right end.

    Attributes
    ----------
    lines : at most eight.
    x_labels : one text per place, from left to right; an empty text marks no tick (months between years).
    y_max : upper end of the y axis; None = from the data and the ticks.
    y_ticks : (value, text) of the grid lines; empty = no grid, the end texts carry the numbers.
    axis_title : what y measures, above the axis.
    shade_from : index of the place where the future begins (shaded, dashed from there); None = no future.
    shade_text : word in the shaded part (``"Ennuste"``).
    """

    lines: tuple[Line, ...]
    x_labels: tuple[str, ...]
    y_max: float | None = None
    y_ticks: tuple[tuple[float, str], ...] = ()
    axis_title: str = ""
    shade_from: int | None = None
    shade_text: str = ""

    def __post_init__(self) -> None:
        demand(len(self.lines) <= MOST_LINES, "lines", f"at most {MOST_LINES} lines")
        for line in self.lines:
            demand(len(line.values) == len(self.x_labels), "values", f"{line.label}: one value per x label")
        demand_finite("y_max", self.y_max, *(value for value, _ in self.y_ticks))
        demand(self.y_max is None or self.y_max > 0, "y_max", "must be above 0")
        places = range(len(self.x_labels))
        demand(self.shade_from is None or self.shade_from in places, "shade_from", "must be a place of the x axis")


@dataclass(frozen=True, slots=True)
class Notice:
    """Words in place of a drawing: an exhibit that cannot be drawn says why.

    Attributes
    ----------
    lines : at least one text; the first is set in bold, long ones are wrapped.
    """

    lines: tuple[str, ...]

    def __post_init__(self) -> None:
        demand(any(line.strip() for line in self.lines), "lines", "a notice must say something")
        demand(len(self.lines) <= 6, "lines", "at most six")


Form: TypeAlias = (
    Curves
    | Bars
    | StackedBars
    | Lines
    | Dumbbell
    | NetworkColumns
    | Histogram
    | Lorenz
    | Heatmap
    | StateDistribution
    | RunChart
    | Forest
    | Funnel
    | StockAndForecast
    | Allocation
    | Notice
    | Combinations
    | Flow
    | NetworkCircle
    | Likert
    | Waterfall
    | Board
)


@dataclass(frozen=True, slots=True)
class Chart:
    """A form in its frame.

    Attributes
    ----------
    form : what is drawn.
    headline : the finding, at most two lines; longer text ends in an ellipsis.
    subtitle : measure, unit and period.
    footer : n, source, what is left out, protection.
    alt : the same finding in words for those who do not see the picture.
    mark : words over the whole picture that tell it is confidential; empty = it is not.
    """

    form: Form
    headline: str
    subtitle: str
    footer: str
    alt: str
    mark: str = ""

    def __post_init__(self) -> None:
        demand(bool(self.headline.strip()), "headline", "must not be empty")
        demand(bool(self.alt.strip()), "alt", "must not be empty")
