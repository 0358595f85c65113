"""Horizontal bars from a common zero, named on the left, with their numbers at the end."""

from __future__ import annotations

from dataclasses import dataclass

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box, Canvas, baseline
from kumppanuus.drawing.row_names import RowNames, row_names
from kumppanuus.drawing.spec import Bar, Bars
from kumppanuus.drawing.text import cut, width

_TALLEST, _THICKEST = 88.0, 48.0
_GAP = 10.0
_TITLE = 28.0
_HEADING, _AIR = 1.15, 0.4
"""Height of a group heading and of the space above all but the first one, in rows."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """Names, rows and the horizontal scale of a chart of bars.

    top : where the first bar, or the heading of the first group, begins.
    """

    names: RowNames
    row: float
    top: float
    left: float
    scale: float


def natural_height(form: Bars) -> float:
    """Height of the form in points where nothing forces another."""
    title = _TITLE if form.axis_title else 0.0
    return max(title + 46.0 * len(form.bars) + 36.0 * len(form.groups), 60.0)


def _end_width(bar: Bar, size: float) -> float:
    detail = _GAP + width(bar.detail, size) if bar.detail.strip() else 0.0
    return _GAP + width(bar.text, size, True) + detail


def _heading(form: Bars, place: int) -> float:
    """Room of a group's heading in rows, with the space above it."""
    return (_HEADING + (_AIR if place else 0.0)) if form.groups else 0.0


def _planned(box: Box, form: Bars) -> _Plan:
    lines = len(form.bars) + sum(_heading(form, place) for place in range(len(form.groups)))
    plan = _fitted(box, form, lines, 0.0)
    if form.axis_title and not _beside_heading(plan, box, form):
        return _fitted(box, form, lines, _TITLE)
    return plan


def _beside_heading(plan: _Plan, box: Box, form: Bars) -> bool:
    """Whether the title of the axis may stand on the line of the first group's heading."""
    return bool(form.groups) and width(form.groups[0][0], plan.names.size, True) + 12 <= plan.left - box.left


def _fitted(box: Box, form: Bars, lines: float, title: float) -> _Plan:
    row = min(_TALLEST, (box.height - title) / max(lines, 1))
    names = row_names([bar.label for bar in form.bars], [bar.bold for bar in form.bars], row, box.width)
    left = box.left + names.column + (14 if names.column else 0)
    scales = [
        max(box.right - left - _end_width(bar, names.size), 60.0) / bar.value
        for bar in form.bars
        if bar.value is not None and bar.value > 0
    ]
    return _Plan(names, row, box.top + title, left, min(scales, default=0.0))


def _draw_bar(canvas: Canvas, box: Box, plan: _Plan, bar: Bar, place: int, middle: float) -> None:
    size, name = plan.names.size, plan.names.lines[place]
    canvas.block(plan.left - 14, middle, name, f"label-{place}", size=size, bold=bar.bold, align="right")
    end = plan.left
    if bar.value is not None:
        long = max(bar.value * plan.scale, 1.5 if bar.value > 0 else 0.0)
        thick = min(0.64 * plan.row, _THICKEST)
        canvas.rectangle(plan.left, middle - thick / 2, long, thick, theme.FILL[bar.colour], f"bar-{place}")
        end += long
    hidden = bar.value is None
    at = baseline(middle, size)
    x = end + (4 if hidden else 8)
    text = cut(bar.text, box.right - x, size, not hidden)
    colour = theme.QUIET if hidden else theme.INK
    canvas.text(x, at, text, f"value-{place}", size=size, bold=not hidden, colour=colour)
    x += width(text, size, not hidden) + _GAP
    if bar.detail.strip() and box.right - x > 20:
        detail = cut(bar.detail, box.right - x, size)
        canvas.text(x, at, detail, f"detail-{place}", size=size, colour=theme.QUIET)


def draw(canvas: Canvas, box: Box, form: Bars) -> None:
    """Draw the bars in the box, from its top."""
    plan = _planned(box, form)
    size, y = plan.names.size, plan.top
    for place, (title, count) in enumerate(form.groups or (("", len(form.bars)),)):
        first = sum(number for _, number in form.groups[:place])
        y += _heading(form, place) * plan.row
        # The heading stands just above its group, clear of the axis below by the depth of its descenders.
        foot = y - 0.24 * size - 3
        canvas.text(box.left, foot, cut(title, box.width, size, True), f"group-{first}", size=size, bold=True,
                    colour=theme.QUIET)  # fmt: skip
        if form.axis_title and not place:
            words = cut(form.axis_title, box.right - plan.left, theme.LABEL)
            at = foot if plan.top == box.top else box.top + 15
            canvas.text(plan.left, at, words, "axis-title", colour=theme.QUIET)
        for number, bar in enumerate(form.bars[first : first + count], first):
            _draw_bar(canvas, box, plan, bar, number, y + (number - first + 0.5) * plan.row)
        if count:
            canvas.line([plan.left, plan.left], [y, y + count * plan.row], f"axis-y-{first}", z=3.5)
        y += count * plan.row
