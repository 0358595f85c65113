"""Lines over years or months as a native chart, named at their right ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_MARKER_STYLE, XL_TICK_MARK
from pptx.enum.dml import MSO_LINE
from pptx.util import Pt

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box
from kumppanuus.drawing.spec import Line, Lines
from kumppanuus.drawing.text import spread
from kumppanuus.report.slides.book import sheet_of
from kumppanuus.report.slides.native.axes import cross_at_places, heights, ticks
from kumppanuus.report.slides.native.chart import Ground, add_chart, heading, label, lay, moved, stroke
from kumppanuus.report.slides.texts import clean, lines_of, room_of, widest_of
from kumppanuus.report.slides.writing import INK, Run, emu, paint, text_box

_HEADING, _BELOW, _NAME = 28.0, 30.0, 250.0
_FEW = 15
_PITCH = 1.2
_MOST_ABOVE = 3


def fits(form: Lines) -> bool:
    """Tell whether every line has something to stand at, so that its name is seen, and there is more than one place."""
    known = all(any(value is not None for value in line.values) for line in form.lines)
    return bool(form.lines) and known and len(form.x_labels) > 1


def draw(ground: Ground, form: Lines, *, dots: bool = False) -> tuple[Any, Box]:
    """Draw lines; what is not known leaves a gap, and its cell in the table is empty.

    Parameters
    ----------
    dots : True marks every point of the first line, however many there are.

    Returns
    -------
    The chart, and the inside of its axes.
    """
    frame = ground.box
    columns: list[tuple[str, tuple[float | None, ...]]] = [(line.label, line.values) for line in form.lines]
    edges = [line for line in form.lines if line.lower]
    for line in edges:
        columns += [
            (ground.say("slides.lower", name=clean(line.label)), line.lower),
            (ground.say("slides.upper", name=clean(line.label)), line.upper),
        ]
    chart = add_chart(ground, XL_CHART_TYPE.LINE_MARKERS, sheet_of(form.x_labels, *columns), frame)
    names = [_name(line) for line in form.lines]
    right = frame.right - min(max(_wide(name) for name in names), _NAME) - 16 if names else frame.right
    plot = Box(frame.left + _before(form), frame.top + (_HEADING if form.axis_title else 8), right,
               frame.bottom - _BELOW)  # fmt: skip
    if form.shade_from is not None and len(form.x_labels) > 1:
        _shade(ground, form, plot)
    lay(chart, frame, plot)
    if form.axis_title:
        heading(chart, frame, form.axis_title, frame.left, ground)
    high = _axes(chart, form)
    _lines(chart, form, dots)
    _bounds(chart, edges, len(form.lines))
    _ends(chart, form, names, frame, plot, high, ground.language)
    _places(chart, form, ground)
    return chart, plot


def _name(line: Line) -> list[list[Run]]:
    """Lines of the name at the right end: the last text and the name in bold, the key below."""
    known = [place for place, value in enumerate(line.values) if value is not None]
    last = line.texts[known[-1]] if known and line.texts else ""
    colour = theme.WORDS[line.colour]
    rows = [(f"{last}  {line.label}".strip(), True), (line.key, False)]
    return [
        [Run(text, theme.SMALLEST, bold, colour)]
        for words, bold in rows if words.strip()
        for text in lines_of(words, _NAME, theme.SMALLEST, bold, 2)
    ]  # fmt: skip


def _wide(name: list[list[Run]]) -> float:
    return max((room_of(run.text, theme.SMALLEST, bool(run.bold)) for row in name for run in row), default=0.0)


def _firsts(form: Lines) -> list[str]:
    return [line.texts[0] if line.texts and line.values and line.values[0] is not None else "" for line in form.lines]


def _before(form: Lines) -> float:
    """Room left of the plot: texts of the axis, of the first values, half the first name of the places."""
    ticks = widest_of([text for _, text in form.y_ticks], theme.SMALLEST)
    first = widest_of(_firsts(form), theme.SMALLEST, True)
    half = min(room_of(form.x_labels[0], theme.LABEL) / 2, 60.0) if form.x_labels else 0.0
    return max(ticks + 10, first / 2 if ticks else first + 14, half)


def _shade(ground: Ground, form: Lines, plot: Box) -> None:
    """Shade the future behind the chart."""
    assert form.shade_from is not None
    left = plot.left + form.shade_from / (len(form.x_labels) - 1) * plot.width
    box = Box(left, plot.top, plot.right, plot.bottom)
    run = Run(form.shade_text or " ", theme.SMALLEST, None, theme.QUIET)
    shape = text_box(
        ground.slide.shapes, box, [[run]], ground.language, name=form.shade_text or ground.say("slides.name_future"),
        fill=theme.SHADE,
    )  # fmt: skip
    chart = ground.slide.shapes[-2]._element
    chart.addprevious(shape._element)


def _axes(chart: Any, form: Lines) -> float:
    """Set the vertical axis; returns its upper end."""
    values = [each for line in form.lines for each in (*line.values, *line.upper) if each is not None]
    cross_at_places(chart.value_axis)
    return heights(chart, form.y_ticks, values, form.y_max)


def _places(chart: Any, form: Lines, ground: Ground) -> None:
    named = [at for at, text in enumerate(form.x_labels) if text.strip()]
    size = theme.LABEL if len(named) <= 10 else theme.SMALLEST
    if len(named) == len(form.x_labels):
        axis = chart.category_axis
        axis.tick_labels.font.size = Pt(size)
        paint(axis.tick_labels.font.color, INK)
        axis.major_tick_mark = XL_TICK_MARK.OUTSIDE
        stroke(axis.format.line, theme.AXIS, 1.0)
    else:
        ticks(chart, len(form.x_labels), [(at, form.x_labels[at]) for at in named], size, ground)


def _lines(chart: Any, form: Lines, dots: bool) -> None:
    whole: tuple[theme.Dash, ...] = ((),) * len(form.lines)
    dashes = theme.dashes(tuple(line.colour for line in form.lines)) if form.shade_from is None else whole
    for place, (series, line, dash) in enumerate(zip(chart.plots[0].series, form.lines, dashes, strict=False)):
        few = place == 0 if dots else len(form.x_labels) <= _FEW
        series.smooth = False
        stroke(series.format.line, theme.FILL[line.colour], 3.0, dash)
        lonely = sum(value is not None for value in line.values) == 1
        series.marker.style = XL_MARKER_STYLE.CIRCLE if few or lonely else XL_MARKER_STYLE.NONE
        if few or lonely:
            dot(series.marker, theme.FILL[line.colour])
        for at in range((form.shade_from or 0) + 1, len(line.values) if form.shade_from is not None else 0):
            if line.values[at] is not None:
                ahead = series.points[at].format.line
                stroke(ahead, theme.FILL[line.colour], 3.0)
                ahead.dash_style = MSO_LINE.SQUARE_DOT
                if few:
                    dot(series.points[at].marker, theme.FILL[line.colour])


def dot(marker: Any, colour: str, size: int = 8, rim: str = theme.PAPER) -> None:
    """Set a marker: a filled circle with a rim."""
    marker.style, marker.size = XL_MARKER_STYLE.CIRCLE, size
    marker.format.fill.solid()
    paint(marker.format.fill.fore_color, colour)
    stroke(marker.format.line, rim, 1.0)


def _bounds(chart: Any, edges: list[Line], after: int) -> None:
    """Thin lines at the edges of the pale areas that only a picture can have."""
    for place, line in enumerate(edges):
        for series in list(chart.plots[0].series)[after + 2 * place : after + 2 * place + 2]:
            bound(series, theme.FILL[line.colour])


def bound(series: Any, colour: str) -> None:
    """Set a series as the thin edge of an interval."""
    series.smooth = False
    series.marker.style = XL_MARKER_STYLE.NONE
    stroke(series.format.line, colour, 1.0)


def _ends(
    chart: Any, form: Lines, names: list[list[list[Run]]], frame: Box, plot: Box, high: float, language: str
) -> None:
    """Name every line at its last known value, and print its first text; labels are spread so that none overlap."""
    series = chart.plots[0].series
    known = [[at for at, value in enumerate(line.values) if value is not None] for line in form.lines]
    drawn = [at for at, places in enumerate(known) if places]
    tall = _PITCH * theme.SMALLEST

    def y(line: int, at: int) -> float:
        return plot.bottom - min((form.lines[line].values[at] or 0.0) / high, 1.0) * plot.height

    wanted = [y(line, known[line][-1]) for line in drawn]
    rooms = [tall * len(names[line]) + 4 for line in drawn]
    centres = spread(wanted, rooms, frame.top, plot.bottom + tall / 2)
    for line, want, centre in zip(drawn, wanted, centres, strict=True):
        at = known[line][-1]
        element = label(series[line].points[at], names[line], language, XL_LABEL_POSITION.RIGHT)
        steps = max(len(form.x_labels) - 1, 1)
        moved(element, frame, (1 - at / steps) * plot.width if at < steps else 0.0, centre - want)
    _begin(chart, form, frame, plot, y, language)


def _begin(chart: Any, form: Lines, frame: Box, plot: Box, y: Callable[[int, int], float], language: str) -> None:
    """Print the first texts: on the left, above their points where the numbers of the axis are on the left."""
    firsts = [(line, text) for line, text in enumerate(_firsts(form)) if text.strip()]
    firsts = [(line, text) for line, text in firsts if any(value is not None for value in form.lines[line].values[1:])]
    above = chart.value_axis.visible
    if above and len(firsts) > _MOST_ABOVE:
        return
    tall = _PITCH * theme.SMALLEST
    heights = [y(line, 0) for line, _ in firsts]
    spots = heights if above else spread(heights, [tall] * len(firsts), frame.top, frame.bottom)
    for (line, text), want, spot in zip(firsts, heights, spots, strict=True):
        run = Run(text, theme.SMALLEST, True, theme.WORDS[form.lines[line].colour])
        side = XL_LABEL_POSITION.ABOVE if above else XL_LABEL_POSITION.LEFT
        element = label(chart.plots[0].series[line].points[0], [[run]], language, side)
        if abs(spot - want) > 0.5:
            moved(element, frame, 0.0, spot - want)


def upright(ground: Ground, x: float, plot: Box, kind: Any) -> Any:
    """Add an upright line over a plot."""
    return ground.slide.shapes.add_connector(kind, emu(x), emu(plot.top), emu(x), emu(plot.bottom))


def beside(ground: Ground, x: float, plot: Box, text: str, colour: str) -> float:
    """Write words at the upper end of an upright line, on its right where they fit; returns where they end."""
    if not text.strip():
        return x
    wide = room_of(text, theme.SMALLEST, True) + 4
    left = x + 6 if x + 6 + wide <= plot.right else max(x - 6 - wide, plot.left)
    box = Box(left, plot.top, left + wide, plot.top + 18)
    runs = [[Run(text, theme.SMALLEST, True, colour)]]
    text_box(ground.slide.shapes, box, runs, ground.language, name=text, wrapped=False)
    return left + wide
