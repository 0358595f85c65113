"""From–to rows as a native scatter chart: both marks and the bar between them read the same two cells."""

from __future__ import annotations

from typing import Any

from pptx.chart.data import XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn

from kumppanuus.drawing import dumbbell as drawn
from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box
from kumppanuus.drawing.spec import Dumbbell, DumbbellRow
from kumppanuus.report.slides.book import SHEET, Sheet, sheet_of, shown
from kumppanuus.report.slides.native.axes import no_axis
from kumppanuus.report.slides.native.chart import Ground, finish, lay, legend
from kumppanuus.report.slides.native.marks import (
    NO_LINE,
    NO_MARK,
    Words,
    labelled,
    literal_name,
    marker,
    numbers,
    solid,
    title_ref,
)  # fmt: skip
from kumppanuus.report.slides.texts import clean, lines_of, room_of, widest_of
from kumppanuus.report.slides.writing import describe, place_of

_NAMES, _KEY, _AXIS, _TITLE = 0.45, 30.0, 22.0, 24.0
_BASE = 0.35
"""Height of the axis in rows: the rows stand at 1, 2, 3 … above it."""
_DARK = "4D4D4D"
_CROSS, _DOT, _BAR = 11, 10, 44450
"""The start is a cross as wide as the dot of the end: both are seen where they meet, whichever is drawn on top."""
_FEW = 8


def draw(ground: Ground, form: Dumbbell) -> None:
    """Draw a hollow and a filled mark per row; a hidden one has no mark, its words stand in the row."""
    size = theme.LABEL if len(form.rows) <= _FEW else theme.SMALLEST
    tall = min(ground.box.height, 1.15 * drawn.natural_height(form) + 20)
    frame = Box(ground.box.left, ground.box.top, ground.box.right, ground.box.top + tall)
    sheet = sheet_of(
        tuple(row.label for row in form.rows),
        (form.start_name, tuple(row.start for row in form.rows)),
        (form.end_name, tuple(row.end for row in form.rows)),
    )
    chart = _added(ground, sheet, frame)
    column = min(widest_of([_name(row) for row in form.rows], size), _NAMES * frame.width)
    below = _AXIS * bool(form.ticks) + _TITLE * bool(form.axis_title.strip())
    plot = Box(frame.left + column + 14, frame.top + _KEY, frame.right - 4, frame.bottom - below)
    lay(chart, frame, plot)
    low, high = _ends(form, plot.width, size)
    for axis, (least, most) in ((chart.category_axis, (low, high)), (chart.value_axis, (_BASE, len(form.rows) + 0.65))):
        no_axis(axis)
        axis.minimum_scale, axis.maximum_scale = least, most
    most = 2 if plot.height / (len(form.rows) + 0.3) > 2.5 * size else 1
    left_out = _series(chart, form, sheet, (low, column, size, most), ground)
    key = room_of(form.start_name, theme.SMALLEST) + room_of(form.end_name, theme.SMALLEST) + 90
    box = Box(plot.left, frame.top, min(plot.left + key, frame.right), frame.top + _KEY - 4)
    legend(chart, frame, box, theme.SMALLEST, left_out)


def _added(ground: Ground, sheet: Sheet, frame: Box) -> Any:
    data = XyChartData()
    for name, _ in sheet.columns:
        data.add_series(name).add_data_point(0, 0)
    shape = ground.slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, *place_of(frame), data)
    describe(shape, ground.say("slides.name_chart"), ground.alt)
    finish(shape.chart, ground, sheet)
    return shape.chart


def _range(form: Dumbbell) -> tuple[float, float]:
    places = [place for place, _ in form.ticks]
    places += [place for row in form.rows for place in (row.start, row.end) if place is not None]
    low, high = min(places, default=0.0), max(places, default=1.0)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _sides(row: DumbbellRow) -> tuple[str, str]:
    """Texts on the left and on the right of the marks."""
    back = row.start is not None and row.end is not None and row.end < row.start
    return (row.end_text, row.start_text) if back else (row.start_text, row.end_text)


def _ends(form: Dumbbell, wide: float, size: float) -> tuple[float, float]:
    """Ends of the axis, so that the texts beside the outermost marks stand inside the plot."""
    low, high = _range(form)
    before = widest_of([_sides(row)[0] for row in form.rows], size, True) + 16
    after = widest_of([_sides(row)[1] for row in form.rows], size, True) + 16
    ticks = widest_of([text for _, text in form.ticks], theme.SMALLEST) / 2
    before, after = max(before, ticks, 16), max(after, ticks, 16)
    unit = (high - low) / max(wide - before - after, 80.0)
    return float(f"{low - before * unit:.2g}"), float(f"{high + after * unit:.3g}")


def _series(chart: Any, form: Dumbbell, sheet: Sheet, place: tuple[float, float, float, int], ground: Ground) -> range:
    """Write the series: marks of the start and of the end, the bars between, names of the rows, ticks.

    Parameters
    ----------
    place : where the names stand on the axis, their width and their size of type in points, their most lines.

    Returns
    -------
    Places of the series that need no entry in the key.
    """
    plot = chart._chartSpace.find(f".//{qn('c:scatterChart')}")
    for old in plot.findall(qn("c:ser")):
        plot.remove(old)
    heights = [float(len(form.rows) - number) for number in range(len(form.rows))]
    made = [
        _marks(form, sheet, heights, place[2], ground.language, end=False),
        _marks(form, sheet, heights, place[2], ground.language, end=True),
        *_spans(form, heights),  # never first: LibreOffice takes the number of rows from the first series
        *_unseen(form, heights, place, ground),
    ]
    spot = plot.find(qn("c:varyColors"))
    for number, inner in reversed(list(enumerate(made))):
        text = f'<c:ser {nsdecls("c", "a")}><c:idx val="{number}"/><c:order val="{number}"/>{inner}'
        spot.addnext(parse_xml(text + '<c:smooth val="0"/></c:ser>'))
    return range(2, len(made))


def _spans(form: Dumbbell, heights: list[float]) -> list[str]:
    """The bar between the marks of a row, which reads the cells of both."""
    made = []
    for number, row in enumerate(form.rows):
        if row.start is None or row.end is None:
            continue
        line = f'<c:spPr><a:ln w="{_BAR}" cap="flat">{solid(theme.FILL[row.colour])}</a:ln></c:spPr>'
        cells = f"{SHEET}!$B${number + 2}:$C${number + 2}"
        ends = numbers("xVal", [shown(row.start), shown(row.end)], cells)
        made.append(f"{literal_name(row.label)}{line}{NO_MARK}{ends}{numbers('yVal', [heights[number]] * 2)}")
    return made


def _marks(form: Dumbbell, sheet: Sheet, heights: list[float], size: float, language: str, *, end: bool) -> str:
    """The marks of the start or of the end with their texts on the outer sides."""
    column, place = ("C", 1) if end else ("B", 0)
    name, values = sheet.columns[place]
    labels = []
    for number, row in enumerate(form.rows):
        text, left = _text(row, end=end)
        if text.strip():
            colour = theme.WORDS[row.colour] if end else theme.QUIET
            labels.append(Words(number, (text,), colour, size, "l" if left else "r", end))
    looks = marker(_DARK, theme.PAPER, 9525, _DOT) if end else marker(_DARK, _DARK, 22225, _CROSS, "x")
    points = [
        f'<c:dPt><c:idx val="{number}"/>{marker(theme.FILL[row.colour], theme.PAPER, 9525, _DOT)}'
        '<c:bubble3D val="0"/></c:dPt>'
        for number, row in enumerate(form.rows) if end
    ]  # fmt: skip
    cells = f"{SHEET}!${column}$2:${column}${_length(form) + 1}"
    more = [None] * (_length(form) - len(values))
    standing = [None if value is None else height for value, height in zip(values, heights, strict=True)]
    return (
        f"{title_ref(column, name)}{NO_LINE}{looks}{''.join(points)}{labelled(labels, language)}"
        f"{numbers('xVal', [*values, *more], cells)}{numbers('yVal', [*standing, *more])}"
    )


def _length(form: Dumbbell) -> int:
    """How long the first series is: LibreOffice draws no longer ones."""
    return max(len(form.rows), len(form.ticks), 2)


def _text(row: DumbbellRow, *, end: bool) -> tuple[str, bool]:
    """Text of a mark and whether it stands on the left; empty where there is no mark.

    A mark without the other has both texts.
    """
    mine, other = (row.end, row.start) if end else (row.start, row.end)
    text, more = (row.end_text, row.start_text) if end else (row.start_text, row.end_text)
    if mine is None:
        return "", False
    if other is None:
        return " ".join(filter(None, (text, more))), False
    return text, mine < other or (mine == other and not end)


def _unseen(form: Dumbbell, heights: list[float], place: tuple[float, float, float, int], ground: Ground) -> list[str]:
    """Series without marks whose labels are the names of the rows, the ticks, and what the axis measures."""
    low, column, size, most = place
    names = [
        Words(number, lines_of(_name(row), column + 4, size, False, most), theme.INK, size, "l")
        for number, row in enumerate(form.rows)
    ]
    named = labelled(names, ground.language)
    made = [f"{named}{numbers('xVal', [low] * len(heights))}{numbers('yVal', heights)}"]
    if form.ticks:
        made.append(_ticks(form, ground.language))
    if form.axis_title.strip():
        lines = (" ", form.axis_title) if form.ticks else (form.axis_title,)
        words = labelled([Words(0, lines, theme.QUIET, theme.LABEL, "b")], ground.language)
        middle = sum(_range(form)) / 2
        made.append(f"{words}{numbers('xVal', [middle])}{numbers('yVal', [_BASE])}")
    title = literal_name(ground.say("slides.name_axis"))
    return [f"{title}{NO_LINE}{NO_MARK}{inner}" for inner in made]


def _name(row: DumbbellRow) -> str:
    """Name of a row; one without marks says why."""
    if row.start is not None or row.end is not None:
        return row.label
    words = " ".join(dict.fromkeys(text for text in (row.start_text, row.end_text) if text.strip()))
    return f"{clean(row.label)}: {words}" if words else row.label


def _ticks(form: Dumbbell, language: str) -> str:
    """Ticks below the axis, each with its line upwards."""
    labels = [
        Words(place, (text,), theme.INK, theme.SMALLEST, "b")
        for place, (_, text) in enumerate(form.ticks) if text.strip()
    ]  # fmt: skip
    bars = (
        '<c:errBars><c:errDir val="y"/><c:errBarType val="plus"/><c:errValType val="fixedVal"/><c:noEndCap val="1"/>'
        f'<c:val val="{len(form.rows) + 0.3:g}"/><c:spPr><a:ln w="9525">{solid(theme.GRID)}</a:ln></c:spPr></c:errBars>'
    )
    places = [place for place, _ in form.ticks]
    return f"{labelled(labels, language)}{bars}{numbers('xVal', places)}{numbers('yVal', [_BASE] * len(places))}"
