"""Bars as a native chart: names on the left, the protected texts at the ends."""

from __future__ import annotations

from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION

from kumppanuus.drawing import bars as drawn
from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box
from kumppanuus.drawing.spec import Bar, Bars
from kumppanuus.report.slides.book import sheet_of
from kumppanuus.report.slides.native.axes import name_axis, no_axis
from kumppanuus.report.slides.native.chart import Ground, add_chart, heading, label, lay
from kumppanuus.report.slides.texts import broken, clean, room_of, widest_of
from kumppanuus.report.slides.writing import INK, QUIET, Run, paint

_FEW = 8
_NAMES = 0.42
_HEADING = 26.0
_LEAST_BAR = 120.0


def draw(ground: Ground, form: Bars) -> None:
    """Draw bars from a common zero; a hidden one has no bar and says so beside its name."""
    size = theme.LABEL if len(form.bars) + len(form.groups) <= _FEW else theme.SMALLEST
    tall = min(ground.box.height, 1.15 * drawn.natural_height(form) + 10)
    frame = Box(ground.box.left, ground.box.top, ground.box.right, ground.box.top + tall)
    column = _NAMES * frame.width
    lines = _lines(form, size, column, ground)
    sheet = sheet_of(
        tuple(name for name, _ in lines),
        (form.axis_title or ground.say("slides.value"), tuple(bar.value if bar else None for _, bar in lines)),
    )
    chart = add_chart(ground, XL_CHART_TYPE.BAR_CLUSTERED, sheet, frame)
    left = frame.left + min(widest_of(sheet.rows, size), column) + 14
    top = frame.top + (_HEADING if form.axis_title else 2)
    lay(chart, frame, Box(left, top, frame.right, frame.bottom - 2))
    if form.axis_title:
        heading(chart, frame, form.axis_title, left, ground)
    chart.category_axis.reverse_order = True
    name_axis(chart.category_axis, size)
    _scale(chart.value_axis, form, frame.right - left, size)
    _mark(chart, [bar for _, bar in lines], size, ground.language)


def _lines(form: Bars, size: float, column: float, ground: Ground) -> list[tuple[str, Bar | None]]:
    """Names with their bars from top to bottom; the heading of a group is a name without a bar."""
    found: list[tuple[str, Bar | None]] = []
    starts = {}
    first = 0
    for title, count in form.groups:
        starts[first] = title
        first += count
    for place, bar in enumerate(form.bars):
        if starts.get(place, "").strip():
            found.append((clean(starts[place]).upper(), None))
        found.append((_name(bar, size, column, ground), bar))
    return found


def _name(bar: Bar, size: float, column: float, ground: Ground) -> str:
    text = clean(bar.label)
    if room_of(text, size, bar.bold) > column and "\n" in bar.label:
        text = broken(bar.label)
    if bar.value is not None:
        return text
    return ground.say("slides.hidden_name", name=text, text=" ".join(filter(None, (bar.text, bar.detail))))


def _end(bar: Bar, size: float) -> float:
    return room_of(bar.text, size, True) + (room_of("  " + bar.detail, size) if bar.detail.strip() else 0.0) + 14


def _scale(axis: object, form: Bars, wide: float, size: float) -> None:
    """Let the axis end where every text still fits behind its bar."""
    known = [(bar, bar.value) for bar in form.bars if bar.value]
    scales = [max(wide - _end(bar, size), _LEAST_BAR) / value for bar, value in known]
    no_axis(axis)
    axis.minimum_scale = 0  # type: ignore[attr-defined]
    axis.maximum_scale = float(f"{wide / min(scales):.3g}") if scales else 1  # type: ignore[attr-defined]


def _mark(chart: object, lines: list[Bar | None], size: float, language: str) -> None:
    plot = chart.plots[0]  # type: ignore[attr-defined]
    plot.vary_by_categories = False
    plot.gap_width = 45
    series = plot.series[0]
    for place, bar in enumerate(lines):
        if bar is None or bar.value is None:
            continue
        point = series.points[place]
        point.format.fill.solid()
        paint(point.format.fill.fore_color, theme.FILL[bar.colour])
        runs = [Run(bar.text, size, True, INK)]
        if bar.detail.strip():
            runs.append(Run("\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}" + clean(bar.detail), size, False, QUIET))
        label(point, [runs], language, XL_LABEL_POSITION.OUTSIDE_END)
