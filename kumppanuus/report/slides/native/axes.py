"""Axes of native charts: the numbers and names on them, and what they measure."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from pptx.enum.chart import XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box
from kumppanuus.report.slides.native.chart import Ground, put_title, stroke
from kumppanuus.report.slides.native.marks import NO_LINE, NO_MARK, Words, labelled, literal_name, numbers
from kumppanuus.report.slides.texts import clean
from kumppanuus.report.slides.writing import INK, QUIET, Run, paint, style

GENERAL, PERCENT = "#,##0", '0"\N{NO-BREAK SPACE}"%'


def no_axis(axis: Any) -> None:
    """Take an axis away with its grid: the labels carry the numbers."""
    axis.visible = False
    axis.has_major_gridlines = False


def name_axis(axis: Any, size: float) -> None:
    """Set the axis that carries names: a thin line without ticks, no name left out."""
    offset = axis._element.find(qn("c:lblOffset"))
    offset.addnext(parse_xml(f'<c:tickLblSkip {nsdecls("c")} val="1"/>'))

    axis.major_tick_mark = XL_TICK_MARK.NONE
    axis.tick_labels.font.size = Pt(size)
    paint(axis.tick_labels.font.color, INK)
    stroke(axis.format.line, theme.AXIS, 1.0)


def number_format(texts: Sequence[tuple[float, str]]) -> str | None:
    """Return the format in which an axis writes some numbers as their texts say; None where it cannot."""
    if all(_same(text, 100 * value, "%") for value, text in texts):
        return PERCENT if any("\N{NO-BREAK SPACE}" in text for _, text in texts) else "0%"
    return GENERAL if all(_same(text, value, "") for value, text in texts) else None


def _same(text: str, value: float, unit: str) -> bool:
    digits = "".join(text.split()).replace(",", "" if unit == "" else ",")
    return digits == f"{round(value)}{unit}" and abs(value - round(value)) < 1e-6


def evenly(places: Sequence[float]) -> float | None:
    """Return the distance of evenly spaced marks; None where they are not."""
    if len(places) < 2:
        return None
    step = (places[-1] - places[0]) / (len(places) - 1)
    even = all(abs(b - a - step) < 1e-6 * abs(step) for a, b in itertools.pairwise(places))
    return step if even else None


def ticks(chart: Any, places: int, named: Sequence[tuple[int, str]], size: float, ground: Ground) -> None:
    """Name some places of a line chart below its axis, of which not every place has a name.

    Programs differ in which names of many they leave out, so the names are labels of marks on the axis that cannot be
    seen. Those stand in the chart only, not in its workbook.
    """
    axis = chart.category_axis
    axis.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    axis.major_tick_mark = XL_TICK_MARK.NONE
    stroke(axis.format.line, theme.AXIS, 1.0)
    drawn = chart._chartSpace.findall(f".//{qn('c:lineChart')}/{qn('c:ser')}")
    low = chart.value_axis.minimum_scale or 0
    number = len(drawn)
    labels = [Words(place, (text,), theme.INK, size, "b") for place, text in named if text.strip()]
    values = [float(low) if place in dict(named) else None for place in range(places)]
    series = (
        f'<c:ser {nsdecls("c", "a")}><c:idx val="{number}"/><c:order val="{number}"/>',
        literal_name(ground.say("slides.name_axis")), NO_LINE, NO_MARK, labelled(labels, ground.language),
        numbers("val", values), '<c:smooth val="0"/></c:ser>',
    )  # fmt: skip
    drawn[-1].addnext(parse_xml("".join(series)))


def axis_title(axis: Any, text: str, frame: Box, left: float, top: float, language: str) -> None:
    """Write what an axis measures at a place of the slide."""
    title = axis.axis_title
    title.text_frame.text = clean(text)
    run = title.text_frame.paragraphs[0].runs[0]
    run._r.get_or_add_rPr().set("lang", language)
    style(run.font, Run("", theme.SMALLEST, False, QUIET))
    put_title(title._element, frame, left, top)


def heights(
    chart: Any, marks: Sequence[tuple[float, str]], values: Sequence[float], most: float | None = None
) -> float:
    """Set a vertical axis from 0 with its grid, or take it away where no format writes its marks.

    Returns
    -------
    Its upper end.
    """
    value = chart.value_axis
    top = most or max([*values, *(tick for tick, _ in marks)], default=1.0) or 1.0
    step = evenly([tick for tick, _ in marks])
    written = number_format(marks) if marks else None
    high = step * -(-top // step) if step and written else 1.05 * top
    if step and written:
        value.major_unit = step
        value.tick_labels.number_format, value.tick_labels.number_format_is_linked = written, False
        value.tick_labels.font.size = Pt(theme.SMALLEST)
        paint(value.tick_labels.font.color, INK)
        value.major_tick_mark = XL_TICK_MARK.NONE
        value.format.line.fill.background()
        stroke(value.major_gridlines.format.line, theme.GRID, 1.0)
    else:
        no_axis(value)
    high = float(f"{high:.4g}")
    value.minimum_scale, value.maximum_scale = 0, high
    return high


def cross_at_places(value: Any) -> None:
    """Let the first place stand on the vertical axis, not half a step beside it."""
    element = value._element
    for old in element.findall(qn("c:crossBetween")):
        element.remove(old)
    element.find(qn("c:crosses")).addnext(parse_xml(f'<c:crossBetween {nsdecls("c")} val="midCat"/>'))
