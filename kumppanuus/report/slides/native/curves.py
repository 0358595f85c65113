"""Curves as a native chart of lines on an even grid, with the table of those at risk below."""

from __future__ import annotations

from typing import Any

from pptx.enum.chart import XL_CHART_TYPE, XL_MARKER_STYLE, XL_TICK_MARK
from pptx.oxml.ns import qn
from pptx.util import Pt

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box
from kumppanuus.drawing.spec import Curves, Series
from kumppanuus.report.slides.book import Sheet, sheet_of
from kumppanuus.report.slides.native.axes import PERCENT, axis_title, cross_at_places, evenly, ticks
from kumppanuus.report.slides.native.chart import Ground, add_chart, lay, legend, stroke
from kumppanuus.report.slides.native.lines import bound
from kumppanuus.report.slides.native.risk import ROW, add_table, first_width, name_width, rows_of
from kumppanuus.report.slides.texts import clean, lines_of, room_of, widest_of
from kumppanuus.report.slides.writing import INK, paint

MOST_STEPS = 400
_KEY, _MOST_KEY, _SWATCH, _AXIS, _GAP = 250.0, 285.0, 44.0, 26.0, 18.0
_LEAST_WIDE, _LEAST_HIGH = 280.0, 120.0
_OVER = 8.0
"""How far the key may reach below the axis."""


def fits(form: Curves, box: Box) -> bool:
    """Tell whether the curves stand on an even grid whose places can be named, and the box leaves them room."""
    grid = grid_of(form)
    if not form.series or grid is None or _tick_stride(form, grid) is None:
        return False
    _, plot = _plan(form, box)
    return plot.width >= _LEAST_WIDE and plot.height >= max(_LEAST_HIGH, _key_height(form) - _OVER)


def _key_height(form: Curves) -> float:
    """Height of the key: names and what is said of them, as many lines as they take."""
    room = _KEY - _SWATCH
    lines = [len(lines_of(text, room, theme.SMALLEST)) for one in form.series for text in (one.label, one.key) if text]
    return 1.2 * theme.SMALLEST * sum(lines) + 4.0 * len(form.series)


def _plan(form: Curves, box: Box) -> tuple[Box, Box]:
    """The frame of the chart and the inside of its axes: the key on the right, the table below."""
    rows = rows_of(form)
    frame = Box(box.left, box.top, box.right, box.bottom - ROW * len(rows))
    names = min(widest_of([_name(one) for one in form.series], theme.SMALLEST) + _SWATCH, _KEY)
    key = max(names, min(_after(form) + room_of(form.x_label, theme.SMALLEST) - _GAP, _MOST_KEY))
    ticks = widest_of(_y_texts(form), theme.SMALLEST) + 10
    left = frame.left + max(ticks, name_width(rows) + first_width(rows) / 2 if rows else 0.0)
    return frame, Box(left, frame.top + 8, frame.right - key - _GAP, frame.bottom - _AXIS)


def grid_of(form: Curves) -> tuple[float, ...] | None:
    """Return the places of the grid, from the first tick to the last; None where the points lie on none.

    The step is the coarsest of 1 and its fractions by which every point can be reached.
    """
    low, high = form.ticks[0], form.ticks[-1]
    places = sorted({x - low for one in form.series for x in one.x if low <= x <= high})
    for step in (1.0, 0.5, 0.25, 0.1):
        count = (high - low) / step
        even = all(abs(place / step - round(place / step)) < 1e-6 for place in (*places, high - low))
        if even and count <= MOST_STEPS:
            return tuple(low + step * at for at in range(round(count) + 1))
    return None


def draw(ground: Ground, form: Curves) -> None:
    """Draw curves with the edges of their intervals, their key on the right, the table below."""
    grid = grid_of(form)
    assert grid is not None  # by `fits`
    rows = rows_of(form)
    frame, plot = _plan(form, ground.box)
    chart = add_chart(ground, XL_CHART_TYPE.LINE, _sheet(ground, form, grid), frame)
    lay(chart, frame, plot)
    bounds = [one for one in form.series if one.lower]
    extra = range(len(form.series), len(form.series) + 2 * len(bounds) + 1)  # the names of the axis come last
    high = min(_key_height(form) + 16, plot.height + _OVER)
    legend(chart, frame, Box(plot.right + 14, plot.top, frame.right, plot.top + high), theme.SMALLEST, extra)
    _axes(chart, form)
    _strokes(chart, form, bounds)
    _ticks(chart, form, grid, frame, plot, ground)
    if rows:
        add_table(ground, form, rows, plot, frame.bottom)


def _name(one: Series) -> str:
    return clean(one.label) + (f"\n{clean(one.key)}" if one.key.strip() else "")


def _sheet(ground: Ground, form: Curves, grid: tuple[float, ...]) -> Sheet:
    """Published points only: a cell between them is empty, and the chart draws over it."""
    texts = dict(zip(form.ticks, form.x_tick_texts, strict=True)) if form.x_tick_texts else {}
    rows = tuple(clean(texts.get(place, f"{place:g}")) for place in grid)
    columns = [(_name(one), _at(grid, one.x, one.y, form.step)) for one in form.series]
    for one in form.series:
        if one.lower:
            for key, values in (("slides.lower", one.lower), ("slides.upper", one.upper)):
                columns.append((ground.say(key, name=clean(one.label)), _at(grid, one.x, values, form.step)))
    return sheet_of(rows, *columns)


def _at(grid: tuple[float, ...], x: tuple[float, ...], y: tuple[float, ...], step: bool) -> tuple[float | None, ...]:
    """Values on the grid; a stepped curve keeps its value until the next point."""
    known = {round(place, 6): value for place, value in zip(x, y, strict=True)}
    values: list[float | None] = []
    last = max(x, default=float("-inf"))
    held: float | None = None
    for place in grid:
        held = known.get(round(place, 6), held if step and place <= last else None)
        values.append(held)
    return tuple(values)


def _tick_stride(form: Curves, grid: tuple[float, ...]) -> int | None:
    step = evenly(form.ticks)
    if step is None:
        return None
    stride = step / (grid[1] - grid[0])
    return round(stride) if abs(stride - round(stride)) < 1e-6 else None


def _y_texts(form: Curves) -> tuple[str, ...]:
    return form.tick_format or tuple(f"{100 * share:.0f}\N{NO-BREAK SPACE}%" for share in form.y_ticks)


def _axes(chart: Any, form: Curves) -> None:
    value = chart.value_axis
    value.minimum_scale, value.maximum_scale = form.y_ticks[0], form.y_ticks[-1]
    step = evenly(form.y_ticks)
    if step:
        value.major_unit = step
    value.tick_labels.number_format = PERCENT if any("\N{NO-BREAK SPACE}" in text for text in _y_texts(form)) else "0%"
    value.tick_labels.number_format_is_linked = False
    value.tick_labels.font.size = Pt(theme.SMALLEST)
    paint(value.tick_labels.font.color, INK)
    value.major_tick_mark = XL_TICK_MARK.NONE
    stroke(value.major_gridlines.format.line, theme.GRID, 0.75)
    value.format.line.fill.background()
    cross_at_places(value)


def _ticks(chart: Any, form: Curves, grid: tuple[float, ...], frame: Box, plot: Box, ground: Ground) -> None:
    """Name the ticks, and what they measure at the right of them."""
    stride = _tick_stride(form, grid) or 1
    texts = form.x_tick_texts or tuple(f"{tick:g}" for tick in form.ticks)
    ticks(chart, len(grid), [(stride * at, text) for at, text in enumerate(texts)], theme.SMALLEST, ground)
    if form.x_label.strip():
        left = plot.right + _after(form)
        title = lines_of(form.x_label, frame.right - left, theme.SMALLEST, False, 1)[0]
        axis_title(chart.category_axis, title, frame, left, plot.bottom + 5, ground.language)


def _after(form: Curves) -> float:
    """Room of the last tick right of the axes."""
    texts = form.x_tick_texts or tuple(f"{tick:g}" for tick in form.ticks)
    return room_of(texts[-1], theme.SMALLEST) / 2 + 10


def _strokes(chart: Any, form: Curves, bounds: list[Series]) -> None:
    chart._chartSpace.chart.find(qn("c:dispBlanksAs")).set("val", "span")
    every = list(chart.plots[0].series)
    dashes = theme.dashes(tuple(one.colour for one in form.series))
    for series, one, dash in zip(every, form.series, dashes, strict=False):
        series.smooth = False
        series.marker.style = XL_MARKER_STYLE.NONE
        stroke(series.format.line, theme.FILL[one.colour], 3.0, dash)
    edges = [one for one in bounds for _ in range(2)]
    for series, one in zip(every[len(form.series) :], edges, strict=True):
        bound(series, theme.FILL[one.colour])
