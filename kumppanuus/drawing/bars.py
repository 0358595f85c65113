"""Horizontal bars from a common zero, named on the left, with their numbers at the end."""

from __future__ import annotations

from dataclasses import dataclass

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box, Canvas, baseline
from kumppanuus.drawing.spec import Bar, Bars
from kumppanuus.drawing.text import cut, widest, width, wrap

_TALLEST = 52.0
_GAP = 10.0
_TITLE = 28.0
_HEADING = 1.05
"""Height of a group heading in rows."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """Type, rows and the horizontal scale of a chart of bars."""

    size: float
    row: float
    labels: tuple[tuple[str, ...], ...]
    left: float
    scale: float


def natural_height(form: Bars) -> float:
    """Height of the form in points where nothing forces another."""
    title = _TITLE if form.axis_title else 0.0
    return max(title + 46.0 * len(form.bars) + 34.0 * len(form.groups), 60.0)


def label_column(
    labels: list[str], bold: list[bool], row: float, size: float, limit: float
) -> tuple[tuple[tuple[str, ...], ...], float]:
    """Names of rows as lines, and the width of their column.

    Parameters
    ----------
    labels, bold : one per row.
    row : height of a row; two lines of a name are used only where they fit.
    size : the type.
    limit : widest column.
    """
    most = 2 if row >= 2 * theme.LEADING * size + 2 else 1
    # One line may be half as wide again as two would be: still better than an ellipsis.
    room = limit if most == 2 else limit * 1.5
    lines = tuple(wrap(label, room, size, strong, most) for label, strong in zip(labels, bold, strict=True))
    column = max((widest(one, size, strong) for one, strong in zip(lines, bold, strict=True)), default=0.0)
    return lines, column


def _end_width(bar: Bar, size: float) -> float:
    detail = _GAP + width(bar.detail, size) if bar.detail.strip() else 0.0
    return _GAP + width(bar.text, size, True) + detail


def _planned(box: Box, form: Bars) -> _Plan:
    title = _TITLE if form.axis_title else 0.0
    row = min(_TALLEST, (box.height - title) / max(len(form.bars) + _HEADING * len(form.groups), 1))
    size = theme.LABEL if row >= 1.25 * theme.LABEL else theme.SMALLEST
    bold = [bar.bold for bar in form.bars]
    labels, column = label_column([bar.label for bar in form.bars], bold, row, size, 250.0)
    left = box.left + column + (14 if column else 0)
    room = box.right - left
    scales = [
        max(room - _end_width(bar, size), 60.0) / bar.value
        for bar in form.bars
        if bar.value is not None and bar.value > 0
    ]
    return _Plan(size, row, labels, left, min(scales, default=0.0))


def _draw_bar(canvas: Canvas, box: Box, plan: _Plan, bar: Bar, place: int, middle: float) -> None:
    size = plan.size
    canvas.block(plan.left - 14, middle, plan.labels[place], f"label-{place}", size=size, bold=bar.bold, align="right")
    end = plan.left
    if bar.value is not None:
        long = max(bar.value * plan.scale, 1.5 if bar.value > 0 else 0.0)
        thick = min(0.64 * plan.row, 30.0)
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
    y = box.top
    if form.axis_title:
        title = cut(form.axis_title, box.right - plan.left, theme.LABEL)
        canvas.text(plan.left, y + 15, title, "axis-title", colour=theme.QUIET)
        y += _TITLE
    for place, (title, count) in enumerate(form.groups or (("", len(form.bars)),)):
        first = sum(number for _, number in form.groups[:place])
        if title.strip():
            heading = cut(title, box.width, plan.size, True)
            at = baseline(y + 0.66 * plan.row, plan.size)
            canvas.text(box.left, at, heading, f"group-{first}", size=plan.size, bold=True, colour=theme.QUIET)
        y += _HEADING * plan.row if form.groups else 0.0
        for number, bar in enumerate(form.bars[first : first + count], first):
            _draw_bar(canvas, box, plan, bar, number, y + (number - first + 0.5) * plan.row)
        if count:
            canvas.line([plan.left, plan.left], [y, y + count * plan.row], f"axis-y-{first}", z=3.5)
        y += count * plan.row
