"""Estimates with intervals against a line of no difference; their numbers and n in columns at the right."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box, Canvas, baseline
from kumppanuus.drawing.curves import shown_ticks
from kumppanuus.drawing.row_names import RowNames, row_names
from kumppanuus.drawing.spec import Estimate, Forest
from kumppanuus.drawing.text import cut, widest, width

_RADIUS, _CAP = 6.5, 5.0
_SMALL, _BAND = 3.6, 9.0
"""Radius of the marks of others, and half the height of the band of their middle half."""
_HEAD, _AXIS, _TITLE = 24.0, 30.0, 24.0
_TALLEST = 62.0
_COLUMN_GAP = 22.0
_NARROWEST = 180.0
"""Least width of the axis; names and texts are cut before it gets narrower."""
_WIDEST_TICK = 90.0

Place = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where everything stands: the axis box, rows, and the right edges of the two columns of texts."""

    names: RowNames
    row: float
    axis: Box
    texts: float
    n: float


def natural_height(form: Forest) -> float:
    """Height of the form in points where nothing forces another."""
    return max(_above(form) + _below(form) + 40.0 * len(form.rows), 130.0)


def _above(form: Forest) -> float:
    heads = bool(form.reference_text or form.text_title or form.n_title)
    return _HEAD * ((1 if heads else 0) + (1 if form.below_text or form.above_text else 0)) + 6.0


def _below(form: Forest) -> float:
    return _AXIS + (_TITLE if form.axis_title else 0.0)


def _range(form: Forest) -> tuple[float, float]:
    """Ends of the axis: ticks, estimates, intervals, others and the reference all lie on it."""
    places = [place for place, _ in form.ticks]
    places += [place for row in form.rows for place in row.places]
    low, high = min([*places, form.reference]), max([*places, form.reference])
    if high > low:
        return low, high
    return (low / 2, high * 2) if form.log else (low - 0.5, high + 0.5)


def _scale(form: Forest, axis: Box) -> Place:
    low, high = _range(form)
    measure: Callable[[float], float] = math.log if form.log else float
    left, right = axis.left + _RADIUS + 4, axis.right - _RADIUS - 4

    def x(value: float) -> float:
        return left + (measure(value) - measure(low)) / (measure(high) - measure(low)) * (right - left)

    return x


def _planned(box: Box, form: Forest) -> _Plan:
    row = min(_TALLEST, (box.height - _above(form) - _below(form)) / max(len(form.rows), 1))
    names = row_names([one.label for one in form.rows], [one.bold for one in form.rows], row, box.width)
    left = box.left + names.column + (14 if names.column else 0)
    n_wide = max(widest([one.n_text for one in form.rows], names.size), width(form.n_title, theme.LABEL))
    texts = max(widest([one.text for one in form.rows], names.size, True), width(form.text_title, theme.LABEL))
    room = box.right - left - _NARROWEST
    n_wide = min(n_wide, room / 3)
    texts = min(texts, room - n_wide - 2 * _COLUMN_GAP)
    n_left = box.right - n_wide
    texts_left = n_left - (_COLUMN_GAP if n_wide else 0.0) - texts
    top = box.top + _above(form)
    axis = Box(left, top, texts_left - _COLUMN_GAP, top + row * max(len(form.rows), 1))
    return _Plan(names, row, axis, texts_left, n_wide)


def _draw_row(canvas: Canvas, box: Box, plan: _Plan, one: Estimate, place: int, x: Place) -> None:
    middle, size = plan.axis.top + (place + 0.5) * plan.row, plan.names.size
    canvas.block(
        plan.axis.left - 14, middle, plan.names.lines[place], f"label-{place}", size=size, bold=one.bold, align="right"
    )
    fill = theme.FILL[one.colour]
    _draw_others(canvas, one, place, middle, x)
    if one.lower is not None and one.upper is not None:
        ends = [x(one.lower), x(one.upper)]
        canvas.line(ends, [middle, middle], f"interval-{place}", colour=fill, thick=3.0)
        for side, end in enumerate(ends):
            across = [middle - _CAP, middle + _CAP]
            canvas.line([end, end], across, f"cap-{place}-{side}", colour=fill, thick=2.0)
    if one.value is not None:
        ground, rim = (fill, theme.PAPER) if one.clear else (theme.PAPER, fill)
        canvas.circle(x(one.value), middle, _RADIUS, f"dot-{place}", fill=ground, rim=rim, thick=2.2)
    at, hidden = baseline(middle, size), one.value is None
    text_room = box.right - plan.n - plan.texts - (_COLUMN_GAP if plan.n else 0.0)
    strong = one.bold and not hidden
    text = cut(one.text, text_room, size, strong)
    colour = theme.QUIET if hidden else theme.INK
    canvas.text(plan.texts, at, text, f"value-{place}", size=size, bold=strong, colour=colour)
    n = cut(one.n_text, plan.n, size)
    canvas.text(box.right, at, n, f"n-{place}", size=size, colour=theme.QUIET, align="right")


def _draw_others(canvas: Canvas, one: Estimate, place: int, middle: float, x: Place) -> None:
    """Those the row is one among, and the band of their middle half: pale, behind its own mark."""
    if one.middle is not None:
        left, right = x(one.middle[0]), x(one.middle[1])
        canvas.rectangle(left, middle - _BAND, max(right - left, 2.0), 2 * _BAND, theme.GRID, f"middle-{place}", z=1.2)
    for number, other in enumerate(one.others):
        canvas.circle(x(other), middle, _SMALL, f"other-{place}-{number}", fill=theme.PAPER, rim=theme.QUIET, thick=1.2)


def _draw_heads(canvas: Canvas, box: Box, plan: _Plan, form: Forest, x: Place) -> None:
    """Headings of the columns, the words of the reference above its line, directions on both of its sides."""
    first = box.top + 15.0
    text_room = box.right - plan.n - plan.texts - (_COLUMN_GAP if plan.n else 0.0)
    canvas.text(plan.texts, first, cut(form.text_title, text_room, theme.LABEL), "text-title", colour=theme.QUIET)
    n_title = cut(form.n_title, plan.n, theme.LABEL)
    canvas.text(box.right, first, n_title, "n-title", colour=theme.QUIET, align="right")
    spot = x(form.reference)
    word = cut(form.reference_text, min(plan.texts - 8 - plan.axis.left, 260.0), theme.LABEL)
    half = width(word, theme.LABEL) / 2
    middle = min(max(spot, plan.axis.left + half), plan.texts - 8 - half)
    canvas.text(middle, first, word, "reference-text", colour=theme.QUIET, align="center")
    second = plan.axis.top - 9.0
    left_room, right_room = spot - 12 - box.left, plan.texts - 8 - spot - 12
    below, above = (
        (f"← {form.below_text}" if form.below_text else ""),
        (f"{form.above_text} →" if form.above_text else ""),
    )
    canvas.text(spot - 12, second, cut(below, left_room, theme.LABEL), "below-text", colour=theme.QUIET, align="right")
    canvas.text(spot + 12, second, cut(above, right_room, theme.LABEL), "above-text", colour=theme.QUIET)


def _draw_axis(canvas: Canvas, plan: _Plan, form: Forest, x: Place) -> None:
    axis = plan.axis
    canvas.line([axis.left, axis.right], [axis.bottom, axis.bottom], "axis-x")
    places = [x(place) for place, _ in form.ticks]
    texts = [cut(text, _WIDEST_TICK, theme.LABEL) for _, text in form.ticks]
    for place in shown_ticks(places, [width(text, theme.LABEL) for text in texts]) if places else []:
        at, text = places[place], texts[place]
        canvas.line([at, at], [axis.top, axis.bottom], f"grid-{place}", colour=theme.GRID, z=1.0)
        canvas.text(at, axis.bottom + 20, text, f"x-tick-{place}", align="center")
    spot = x(form.reference)
    top = axis.top - (28.0 if form.below_text or form.above_text else 4.0)
    canvas.line([spot, spot], [top, axis.bottom], "reference", colour=theme.INK, thick=1.4, z=1.5)
    title = cut(form.axis_title, plan.texts - 8 - axis.left, theme.LABEL)
    canvas.text((axis.left + axis.right) / 2, axis.bottom + 43, title, "x-label", align="center")


def draw(canvas: Canvas, box: Box, form: Forest) -> None:
    """Draw the estimates in the box, from its top."""
    plan = _planned(box, form)
    x = _scale(form, plan.axis)
    _draw_heads(canvas, box, plan, form, x)
    _draw_axis(canvas, plan, form, x)
    for place, one in enumerate(form.rows):
        _draw_row(canvas, box, plan, one, place, x)
