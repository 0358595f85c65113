"""A run chart as a native chart: the points with their median and goal, signals in their colour."""

from __future__ import annotations

from typing import Any

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box
from kumppanuus.drawing.spec import Line, Lines, RunChart
from kumppanuus.report.slides.native import lines
from kumppanuus.report.slides.native.chart import Ground, stroke
from kumppanuus.report.slides.texts import room_of
from kumppanuus.report.slides.writing import Run, text_box


def fits(form: RunChart) -> bool:
    """Tell whether there is a point, and more than one place."""
    return len(form.values) > 1 and any(value is not None for value in form.values)


def draw(ground: Ground, form: RunChart) -> None:
    """Draw points, stretches of the median, the goal, and the moment something was changed."""
    places = len(form.x_labels)
    drawn = [Line(form.axis_title or ground.say("slides.value"), form.colour, form.values, form.texts)]
    for first, last, value, text in form.median:
        inside = tuple(value if first <= place <= last else None for place in range(places))
        drawn.append(Line(text, "neutral", inside))
    if form.goal is not None:
        drawn.append(Line(form.goal[1], "universal", (form.goal[0],) * places))
    chart, plot = lines.draw(ground, Lines(tuple(drawn), form.x_labels, None, form.y_ticks, form.axis_title), dots=True)
    points = chart.plots[0].series[0].points
    for signal in form.signals:
        for place in range(signal.first, signal.last + 1):
            if form.values[place] is not None:
                lines.dot(points[place].marker, theme.FILL[signal.colour], 9)
        _words(ground, form, plot, (signal.first + signal.last) / 2, signal.text, theme.WORDS[signal.colour])
    if form.change is not None:
        _change(ground, form, plot)


def _x(form: RunChart, plot: Box, place: float) -> float:
    return plot.left + place / max(len(form.x_labels) - 1, 1) * plot.width


def _words(ground: Ground, form: RunChart, plot: Box, place: float, text: str, colour: str) -> None:
    """Words above a stretch of points, near the upper edge of the plot."""
    half = room_of(text, theme.SMALLEST, True) / 2 + 2
    centre = min(max(_x(form, plot, place), plot.left + half), max(plot.right - half, plot.left + half))
    box = Box(centre - half, plot.top + 2, centre + half, plot.top + 20)
    runs = [[Run(text, theme.SMALLEST, True, colour)]]
    text_box(ground.slide.shapes, box, runs, ground.language, name=text, align="center", wrapped=False)


def _change(ground: Ground, form: RunChart, plot: Box) -> None:
    from pptx.enum.shapes import MSO_CONNECTOR

    assert form.change is not None
    place, text = form.change
    line: Any = lines.upright(ground, _x(form, plot, place), plot, MSO_CONNECTOR.STRAIGHT)
    stroke(line.line, theme.INK, 1.5, (4.0, 3.0))
    lines.beside(ground, _x(form, plot, place), plot, text, theme.INK)
