"""Stacked bars: rows from top to bottom, or columns over years, with direct texts where they fit."""

from __future__ import annotations

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box, Canvas, baseline
from kumppanuus.drawing.row_names import row_names
from kumppanuus.drawing.spec import Segment, StackedBars
from kumppanuus.drawing.text import cut, spread, widest, width, wrap

_SWATCH = 18.0
_TITLE, _KEY_ROW = 26.0, 25.0
_SIDE_KEY = 236.0


def natural_height(form: StackedBars) -> float:
    """Height of the form in points where nothing forces another."""
    if form.vertical:
        return theme.BODY_HEIGHT
    title = _TITLE if form.axis_title else 0.0
    return max(title + _KEY_ROW * 3 + 46.0 * len(form.rows), 110.0)


def _total(parts: tuple[Segment, ...]) -> float:
    return sum(part.value for part in parts if part.value is not None)


def _draw_part(
    canvas: Canvas, part: Segment, gid: str, left: float, top: float, long: float, thick: float, size: float
) -> None:
    """A part and its text inside; the text is left out where it does not fit."""
    fill = theme.FILL[part.colour]
    canvas.rectangle(left, top, long, thick, fill, f"segment-{gid}", hatch=part.pattern)
    if width(part.text, size) + 8 > long or thick < 1.12 * size:
        return
    x, y = left + long / 2, baseline(top + thick / 2, size)
    colour = theme.INK if part.pattern else theme.INSIDE[part.colour]
    if part.pattern:  # on a hatch the text needs a white ground
        room = width(part.text, size) + 6
        canvas.rectangle(x - room / 2, top + thick / 2 - 0.55 * size, room, 1.1 * size, theme.PAPER, "box", z=5.0)
    canvas.text(x, y, part.text, f"inside-{gid}", size=size, colour=colour, align="center")


def _draw_swatch(canvas: Canvas, form: StackedBars, place: int, left: float, middle: float) -> None:
    _, colour, pattern = form.key[place]
    canvas.rectangle(left, middle - 7, _SWATCH, 14, theme.FILL[colour], f"swatch-{place}", hatch=pattern)


def _draw_key_above(canvas: Canvas, form: StackedBars, left: float, right: float, top: float) -> float:
    """The key in rows from left to right; returns the y below it."""
    x, y = left, top + 11
    for place, (label, _, _) in enumerate(form.key):
        text = cut(label, right - left - _SWATCH - 8, theme.LABEL)
        long = _SWATCH + 8 + width(text, theme.LABEL)
        if x > left and x + long > right:
            x, y = left, y + _KEY_ROW
        _draw_swatch(canvas, form, place, x, y)
        canvas.text(x + _SWATCH + 8, baseline(y, theme.LABEL), text, f"key-{place}")
        x += long + 22
    return y + 20 if form.key else top


def _draw_key_beside(canvas: Canvas, form: StackedBars, left: float, box: Box, middles: list[float]) -> None:
    """The key in a column, each name level with its part of the last bar where nothing is in the way."""
    room = box.right - left - _SWATCH - 10
    size = theme.LABEL if len(form.key) <= 5 else theme.SMALLEST
    blocks = [wrap(label, room, size) for label, _, _ in form.key]
    lengths = [theme.LEADING * size * len(lines) + 8 for lines in blocks]
    # From the bottom up in the order of the parts, also where the last bar lacks some of them.
    centres = spread(middles, lengths, box.top, box.bottom, [-float(place) for place in range(len(blocks))])
    for place, (lines, centre) in enumerate(zip(blocks, centres, strict=True)):
        _draw_swatch(canvas, form, place, left, centre)
        canvas.block(left + _SWATCH + 10, centre, lines, f"key-{place}", size=size)


def _last_middles(form: StackedBars, bottom: float, scale: float) -> list[float]:
    """Where each kind of part lies in the last bar; a kind it lacks lies on top of the kinds below it."""
    parts = form.rows[-1][1] if form.rows else ()
    middles, y = [], bottom
    for _, colour, pattern in form.key:
        tall = scale * sum(part.value or 0.0 for part in parts if (part.colour, part.pattern) == (colour, pattern))
        middles.append(y - tall / 2)
        y -= tall
    return middles


def _draw_rows(canvas: Canvas, box: Box, form: StackedBars) -> None:
    top = box.top
    if form.axis_title:
        canvas.text(box.left, top + 15, cut(form.axis_title, box.width, theme.LABEL), "axis-title", colour=theme.QUIET)
        top += _TITLE
    top = _draw_key_above(canvas, form, box.left, box.right, top) + 4
    row = min(62.0, (box.bottom - top) / max(len(form.rows), 1))
    names = row_names([label for label, _, _ in form.rows], [False] * len(form.rows), row, box.width)
    size = names.size
    left = box.left + names.column + (14 if names.column else 0)
    right = box.right - widest([total for _, _, total in form.rows], size, True) - 10
    longest = max((_total(parts) for _, parts, _ in form.rows), default=0.0)
    scale = (right - left) / longest if longest > 0 else 0.0
    for place, (_, parts, total) in enumerate(form.rows):
        middle = top + (place + 0.5) * row
        thick = min(0.68 * row, 38.0)
        canvas.block(left - 14, middle, names.lines[place], f"label-{place}", size=size, align="right")
        x = left
        for at, part in enumerate(parts):
            if part.value:
                long = part.value * scale
                trim = 1.0 if long > 3 else 0.0
                _draw_part(canvas, part, f"{place}-{at}", x, middle - thick / 2, long - trim, thick, size)
                x += long
        string = cut(total, box.right - x - 8, size, True)
        canvas.text(x + 8, baseline(middle, size), string, f"total-{place}", size=size, bold=True)
    canvas.line([left, left], [top, top + row * len(form.rows)], "axis-y", z=3.5)


def _column_labels(form: StackedBars, slot: float) -> list[tuple[str, ...]]:
    """Names below the columns; every second, third … one where they would not fit."""
    lines = [wrap(label, max(slot - 8, 52.0), theme.LABEL) for label, _, _ in form.rows]
    stride = max(1, -(-60 // max(int(slot), 1))) if slot < 60 else 1
    if all(widest(one, theme.LABEL) <= slot - 6 for one in lines):
        stride = 1
    return [one if place % stride == 0 else () for place, one in enumerate(lines)]


def _draw_columns(canvas: Canvas, box: Box, form: StackedBars) -> None:
    top = box.top
    key = min(widest([label for label, _, _ in form.key], theme.LABEL) + _SWATCH + 10, _SIDE_KEY) if form.key else 0.0
    left, right = box.left, box.right - (key + 26 if key else 0)
    if form.axis_title:
        canvas.text(left, top + 15, cut(form.axis_title, right - left, theme.LABEL), "axis-title", colour=theme.QUIET)
        top += _TITLE
    slot = (right - left) / max(len(form.rows), 1)
    slot = min(slot, 130.0)
    labels = _column_labels(form, slot)
    bottom = box.bottom - 6 - theme.LEADING * theme.LABEL * max((len(one) for one in labels), default=1)
    tallest = bottom - top - 24
    highest = max((_total(parts) for _, parts, _ in form.rows), default=0.0)
    scale = tallest / highest if highest > 0 else 0.0
    totals = [total for _, _, total in form.rows]
    size = theme.LABEL if widest(totals, theme.LABEL, True) + 6 <= slot else theme.SMALLEST
    stride = 1 if widest(totals, size, True) + 6 <= slot else 2
    for place, (_, parts, total) in enumerate(form.rows):
        centre, thick = left + (place + 0.5) * slot, min(0.72 * slot, 84.0)
        y = bottom
        for at, part in enumerate(parts):
            if part.value:
                tall = part.value * scale
                trim = 1.0 if tall > 3 else 0.0
                gid = f"{place}-{at}"
                _draw_part(canvas, part, gid, centre - thick / 2, y - tall + trim, thick, tall - trim, theme.LABEL)
                y -= tall
        if place % stride == 0:
            room = min(stride * slot - 4, 2 * (centre - box.left))
            string = cut(total, room, size, True)
            canvas.text(centre, y - 7, string, f"total-{place}", size=size, bold=True, align="center")
        tall = theme.LEADING * theme.LABEL * len(labels[place])
        canvas.block(centre, bottom + 4 + tall / 2, labels[place], f"label-{place}", align="center")
    canvas.line([left, max(left + slot * len(form.rows), left + 60)], [bottom, bottom], "axis-x", z=3.5)
    if form.key:
        beside = Box(left, top - 8, box.right, bottom)
        _draw_key_beside(
            canvas, form, left + slot * len(form.rows) + 16 if form.rows else left, beside,
            _last_middles(form, bottom, scale),
        )  # fmt: skip


def draw(canvas: Canvas, box: Box, form: StackedBars) -> None:
    """Draw the stacks in the box with their key."""
    if form.vertical:
        _draw_columns(canvas, box, form)
    else:
        _draw_rows(canvas, box, form)
