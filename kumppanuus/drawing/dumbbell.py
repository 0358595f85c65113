"""From–to rows: a hollow and a filled mark joined by a bar."""

from __future__ import annotations

from collections.abc import Callable

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box, Canvas, baseline
from kumppanuus.drawing.curves import shown_ticks
from kumppanuus.drawing.row_names import row_names
from kumppanuus.drawing.spec import Dumbbell, DumbbellRow
from kumppanuus.drawing.text import cut, widest, width

_RADIUS = 7.0
_KEY, _AXIS = 34.0, 30.0
_TALLEST = 76.0
_HOLLOW = "#4d4d4d"


def natural_height(form: Dumbbell) -> float:
    """Height of the form in points where nothing forces another."""
    title = 24.0 if form.axis_title else 0.0
    return max(_KEY + _AXIS + title + 40.0 * len(form.rows), 110.0)


def _range(form: Dumbbell) -> tuple[float, float]:
    """Ends of the axis: the ticks, stretched where the data reach beyond them."""
    places = [place for place, _ in form.ticks]
    places += [place for row in form.rows for place in (row.start, row.end) if place is not None]
    low, high = min(places, default=0.0), max(places, default=1.0)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _sides(row: DumbbellRow) -> tuple[str, str]:
    """Texts on the left and on the right of the marks."""
    if row.start is not None and row.end is not None and row.end < row.start:
        return row.end_text, row.start_text
    return row.start_text, row.end_text


def _draw_marks(canvas: Canvas, row: DumbbellRow, place: int, x: Callable[[float], float], middle: float) -> None:
    fill = theme.FILL[row.colour]
    if row.start is not None and row.end is not None:
        left, right = sorted((x(row.start), x(row.end)))
        canvas.rectangle(left, middle - 2.5, right - left, 5.0, fill, f"span-{place}", z=2.5)
    if row.start is not None:
        canvas.circle(x(row.start), middle, _RADIUS, f"start-{place}", fill=theme.PAPER, rim=_HOLLOW, thick=2.4)
    if row.end is not None:
        canvas.circle(x(row.end), middle, _RADIUS, f"end-{place}", fill=fill, thick=1.6)


def _draw_texts(
    canvas: Canvas, row: DumbbellRow, place: int, x: Callable[[float], float], middle: float, axis: Box
) -> None:
    left_text, right_text = _sides(row)
    marks = [x(value) for value in (row.start, row.end) if value is not None]
    at = baseline(middle, theme.LABEL)
    if not marks:
        texts = " ".join(dict.fromkeys(text for text in (row.start_text, row.end_text) if text.strip()))
        string = cut(texts, axis.width - 8, theme.LABEL)
        canvas.text(axis.left + 8, at, string, f"value-{place}", colour=theme.QUIET, box=True)
        return
    colour = theme.WORDS[row.colour]
    forward = row.end is None or row.start is None or row.end >= row.start
    for text, edge, align, is_end in (
        (left_text, min(marks) - _RADIUS - 7, "right", not forward),
        (right_text, max(marks) + _RADIUS + 7, "left", forward),
    ):
        gid = f"{'end' if is_end else 'start'}-text-{place}"
        shown = colour if is_end else theme.QUIET
        canvas.text(edge, at, text, gid, bold=is_end, colour=shown, align=align, box=True)


def _draw_key(canvas: Canvas, left: float, right: float, top: float, form: Dumbbell) -> None:
    room = (right - left) / 2 - 40
    middle = top + 11
    x = left + _RADIUS
    for name, gid, fill, rim in (
        (form.start_name, "key-start", theme.PAPER, _HOLLOW),
        (form.end_name, "key-end", _HOLLOW, theme.PAPER),
    ):
        string = cut(name, room, theme.LABEL)
        canvas.circle(x, middle, _RADIUS, f"{gid}-mark", fill=fill, rim=rim, thick=2.4 if fill == theme.PAPER else 1.6)
        canvas.text(x + _RADIUS + 6, baseline(middle, theme.LABEL), string, gid, colour=theme.QUIET)
        x += 2 * _RADIUS + 24 + width(string, theme.LABEL)


def _draw_axis(canvas: Canvas, axis: Box, form: Dumbbell, x: Callable[[float], float]) -> None:
    canvas.line([axis.left, axis.right], [axis.bottom, axis.bottom], "axis-x", z=5.5)
    places = [x(place) for place, _ in form.ticks]
    kept = shown_ticks(places, [width(text, theme.LABEL) for _, text in form.ticks]) if places else []
    for place in kept:
        at, text = places[place], form.ticks[place][1]
        canvas.line([at, at], [axis.top, axis.bottom], f"grid-{place}", colour=theme.GRID, z=1.0)
        canvas.text(at, axis.bottom + 20, text, f"x-tick-{place}", align="center")
    title = cut(form.axis_title, axis.width, theme.LABEL)
    canvas.text((axis.left + axis.right) / 2, axis.bottom + 43, title, "x-label", align="center")


def draw(canvas: Canvas, box: Box, form: Dumbbell) -> None:
    """Draw the rows in the box, the key above, the axis below."""
    title = 24.0 if form.axis_title else 0.0
    row = min(_TALLEST, (box.height - _KEY - _AXIS - title) / max(len(form.rows), 1))
    names = row_names([one.label for one in form.rows], [False] * len(form.rows), row, box.width)
    left, right = box.left + names.column + (16 if names.column else 0), box.right
    axis = Box(left, box.top + _KEY - 4, right, box.top + _KEY + row * max(len(form.rows), 1))
    sides = [_sides(one) for one in form.rows]
    before = widest([one[0] for one in sides], theme.LABEL, True) + _RADIUS + 14
    after = widest([one[1] for one in sides], theme.LABEL, True) + _RADIUS + 14
    ticks = widest([text for _, text in form.ticks], theme.LABEL) / 2
    low, high = _range(form)
    start, end = left + max(before, ticks, 14), right - max(after, ticks, 14)

    def x(value: float) -> float:
        return start + (value - low) / (high - low) * max(end - start, 80.0)

    _draw_key(canvas, left, right, box.top, form)
    _draw_axis(canvas, axis, form, x)
    for place, one in enumerate(form.rows):
        middle = box.top + _KEY + (place + 0.5) * row
        canvas.block(left - 16, middle, names.lines[place], f"label-{place}", size=names.size, align="right")
        _draw_marks(canvas, one, place, x, middle)
        _draw_texts(canvas, one, place, x, middle, axis)
