"""A histogram as a native chart: columns without gaps, their colours telling which side of the limit they are on."""

from __future__ import annotations

from typing import Any

from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box
from kumppanuus.drawing.spec import Bin, Histogram
from kumppanuus.report.slides.book import sheet_of
from kumppanuus.report.slides.native import lines
from kumppanuus.report.slides.native.axes import heights, name_axis
from kumppanuus.report.slides.native.chart import Ground, add_chart, heading, label, lay, striped, stroke
from kumppanuus.report.slides.texts import room_of, widest_of
from kumppanuus.report.slides.writing import INK, QUIET, Run, paint, text_box

_HEADING, _NAMES, _TITLE = 28.0, 24.0, 22.0
_MOST = 24


def fits(form: Histogram) -> bool:
    """Tell whether the bins can be columns: few enough, and of one width, so that heights compare."""
    wide = [each.right - each.left for each in form.bins]
    return 0 < len(wide) <= _MOST and max(wide) - min(wide) < 1e-6 * max(wide)


def draw(ground: Ground, form: Histogram) -> None:
    """Draw a column per bin, the limit and the middle as lines over them."""
    names = [_name(each, ground) for each in form.bins]
    sheet = sheet_of(
        tuple(names), (form.axis_title or ground.say("slides.value"), tuple(each.value for each in form.bins))
    )
    frame = ground.box
    chart = add_chart(ground, XL_CHART_TYPE.COLUMN_CLUSTERED, sheet, frame)
    above = (_HEADING if form.axis_title else 8) + (22 if form.limit or form.middle or form.beyond else 0)
    below = _NAMES + (_TITLE if form.x_label.strip() else 0.0)
    left = frame.left + widest_of([text for _, text in form.y_ticks], theme.SMALLEST) + 12
    plot = Box(left, frame.top + above, frame.right - 4, frame.bottom - below)
    lay(chart, frame, plot)
    if form.axis_title:
        heading(chart, frame, form.axis_title, frame.left, ground)
    heights(chart, form.y_ticks, [each.value or 0.0 for each in form.bins])
    name_axis(chart.category_axis, theme.SMALLEST)
    if form.x_label.strip():
        box = Box(plot.left, frame.bottom - _TITLE, plot.right, frame.bottom)
        run = [[Run(form.x_label, theme.SMALLEST, None, QUIET)]]
        text_box(ground.slide.shapes, box, run, ground.language, name=form.x_label, align="center")
    _mark(chart, form, plot, ground.language)
    _over(ground, form, plot)


def _name(each: Bin, ground: Ground) -> str:
    """The edges of a bin."""
    digits = 0 if each.left == int(each.left) and each.right == int(each.right) else 1
    low, high = ground.say.number(each.left, digits), ground.say.number(each.right, digits)
    return f"{low}–{high}"


def _mark(chart: Any, form: Histogram, plot: Box, language: str) -> None:
    drawn = chart.plots[0]
    drawn.vary_by_categories, drawn.gap_width = False, 4
    slot = plot.width / len(form.bins)
    for place, each in enumerate(form.bins):
        if each.value is None:
            continue
        point = drawn.series[0].points[place]
        if each.open:
            striped(point.format.fill, theme.FILL[each.colour])
        else:
            point.format.fill.solid()
            paint(point.format.fill.fore_color, theme.FILL[each.colour])
        if each.text.strip() and room_of(each.text, theme.SMALLEST, True) <= slot:
            run = Run(each.text, theme.SMALLEST, True, INK)
            label(point, [[run]], language, XL_LABEL_POSITION.OUTSIDE_END)


def _over(ground: Ground, form: Histogram, plot: Box) -> None:
    """The limit in black, the middle dashed, and what lies beyond the limit in words."""
    from pptx.enum.shapes import MSO_CONNECTOR

    low, high = form.bins[0].left, form.bins[-1].right
    taken = plot.left
    for line, colour, dash in ((form.middle, theme.QUIET, (4.0, 3.0)), (form.limit, theme.INK, ())):
        if line is None or not low <= line[0] <= high:
            continue
        x = plot.left + (line[0] - low) / (high - low) * plot.width
        drawn: Any = lines.upright(ground, x, Box(plot.left, plot.top - 4, plot.right, plot.bottom),
                                   MSO_CONNECTOR.STRAIGHT)  # fmt: skip
        stroke(drawn.line, colour, 2.0, dash)
        words = " · ".join(filter(None, (line[1], form.beyond if line is form.limit else "")))
        taken = lines.beside(
            ground, x, Box(max(taken, plot.left), plot.top - 22, plot.right, plot.bottom), words, colour
        )
