"""Resources now and as proposed, row by row; beside them what the limits cost, as bars."""

from __future__ import annotations

from collections.abc import Callable

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box, Canvas, baseline
from kumppanuus.drawing.curves import shown_ticks
from kumppanuus.drawing.row_names import row_names
from kumppanuus.drawing.spec import Allocation, AllocationRow, ShadowPrice
from kumppanuus.drawing.text import ELLIPSIS, cut, widest, width, wrap

_RADIUS = 7.0
_KEY, _AXIS, _TITLE = 34.0, 30.0, 24.0
_TALLEST = 62.0
_HOLLOW = "#4d4d4d"
_SHARE, _WIDER, _GAP = 0.6, 0.69, 44.0
"""Share of the width that the rows take where prices stand beside them (where names are long), and the space
between."""
_PRICE = 62.0
"""Height of a price: its name and its bar."""
_THICK = 22.0
_WIDEST_TICK = 90.0

Place = Callable[[float], float]


def natural_height(form: Allocation) -> float:
    """Height of the form in points where nothing forces another."""
    rows = _KEY + _AXIS + (_TITLE if form.axis_title else 0.0) + 40.0 * len(form.rows)
    prices = _KEY + 66.0 * len(form.prices)
    return max(rows, prices, 120.0)


def _range(form: Allocation) -> tuple[float, float]:
    places = [place for place, _ in form.ticks]
    places += [place for row in form.rows for place in (row.now, row.proposed) if place is not None]
    low, high = min(places, default=0.0), max(places, default=1.0)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _draw_key(canvas: Canvas, left: float, right: float, top: float, form: Allocation) -> None:
    x, middle, room = left + _RADIUS, top + 11, (right - left) / 2 - 40
    for name, gid, hollow in ((form.now_name, "key-now", True), (form.proposed_name, "key-proposed", False)):
        text = cut(name, room, theme.LABEL)
        fill, rim, thick = (theme.PAPER, _HOLLOW, 2.4) if hollow else (_HOLLOW, theme.PAPER, 1.6)
        canvas.circle(x, middle, _RADIUS, f"{gid}-mark", fill=fill, rim=rim, thick=thick)
        canvas.text(x + _RADIUS + 6, baseline(middle, theme.LABEL), text, gid, colour=theme.QUIET)
        x += 2 * _RADIUS + 24 + width(text, theme.LABEL)


def _tick_texts(form: Allocation) -> list[str]:
    return [cut(text, _WIDEST_TICK, theme.LABEL) for _, text in form.ticks]


def _draw_axis(canvas: Canvas, axis: Box, form: Allocation, x: Place) -> None:
    canvas.line([axis.left, axis.right], [axis.bottom, axis.bottom], "axis-x", z=3.5)
    places, texts = [x(place) for place, _ in form.ticks], _tick_texts(form)
    for place in shown_ticks(places, [width(text, theme.LABEL) for text in texts]) if places else []:
        at = places[place]
        canvas.line([at, at], [axis.top, axis.bottom], f"grid-{place}", colour=theme.GRID, z=1.0)
        canvas.line([at, at], [axis.bottom, axis.bottom + 5], f"tick-{place}")
        canvas.text(at, axis.bottom + 22, texts[place], f"x-tick-{place}", align="center")
    title = cut(form.axis_title, axis.width, theme.LABEL)
    canvas.text((axis.left + axis.right) / 2, axis.bottom + 45, title, "x-label", align="center")


def _draw_row(canvas: Canvas, one: AllocationRow, place: int, x: Place, middle: float, axis: Box) -> None:
    fill = theme.FILL[one.colour]
    marks = [x(value) for value in (one.now, one.proposed) if value is not None]
    if len(marks) == 2:
        canvas.rectangle(min(marks), middle - 2.5, max(marks) - min(marks), 5.0, fill, f"span-{place}", z=2.5)
    if one.now is not None:
        canvas.circle(x(one.now), middle, _RADIUS, f"start-{place}", fill=theme.PAPER, rim=_HOLLOW, thick=2.4)
    if one.proposed is not None:
        canvas.circle(x(one.proposed), middle, _RADIUS, f"end-{place}", fill=fill, thick=1.6)
    known = len(marks) == 2
    left = max(marks) + _RADIUS + 8 if marks else axis.left + 8
    text = cut(one.text, axis.right - left, theme.LABEL, known)
    colour = theme.WORDS[one.colour] if known else theme.QUIET
    at = baseline(middle, theme.LABEL)
    canvas.text(left, at, text, f"change-{place}", bold=known, colour=colour, box=True)


def _row_height(form: Allocation, height: float) -> float:
    title = _TITLE if form.axis_title else 0.0
    return min(_TALLEST, (height - _KEY - _AXIS - title) / max(len(form.rows), 1))


def _labels(form: Allocation) -> tuple[list[str], list[bool]]:
    """Names of the rows, and which are bold: none."""
    return [one.label for one in form.rows], [False] * len(form.rows)


def _draw_rows(canvas: Canvas, box: Box, form: Allocation) -> None:
    row = _row_height(form, box.height)
    names = row_names(*_labels(form), row, box.width)
    left = box.left + names.column + (16 if names.column else 0)
    axis = Box(left, box.top + _KEY - 4, box.right, box.top + _KEY + row * max(len(form.rows), 1))
    after = min(widest([one.text for one in form.rows], theme.LABEL, True), (box.right - left) / 3) + _RADIUS + 8
    ticks = widest(_tick_texts(form), theme.LABEL) / 2
    low, high = _range(form)
    start, end = left + max(ticks, _RADIUS + 5), box.right - max(after, ticks)

    def x(value: float) -> float:
        return start + (value - low) / (high - low) * max(end - start, 60.0)

    _draw_key(canvas, left, box.right, box.top, form)
    _draw_axis(canvas, axis, form, x)
    for place, one in enumerate(form.rows):
        middle = box.top + _KEY + (place + 0.5) * row
        canvas.block(left - 16, middle, names.lines[place], f"label-{place}", size=names.size, align="right")
        _draw_row(canvas, one, place, x, middle, axis)


def _draw_prices(canvas: Canvas, box: Box, form: Allocation) -> None:
    """Each limit: its name, below it a bar and the price; only the price where the bar would be nothing."""
    title = cut(form.prices_title, box.width, theme.LABEL)
    canvas.text(box.left, baseline(box.top + 11, theme.LABEL), title, "prices-title", colour=theme.QUIET)
    pitch = min(_PRICE + 8, (box.height - _KEY) / len(form.prices))
    texts = widest([price.text for price in form.prices if price.value], theme.LABEL, True)
    longest = max((price.value or 0.0 for price in form.prices), default=0.0)
    scale = max(box.width - texts - 8, 40.0) / longest if longest > 0 else 0.0
    for place, price in enumerate(form.prices):
        _draw_price(canvas, box, price, place, box.top + _KEY + place * pitch, scale, pitch)


def _draw_price(
    canvas: Canvas, box: Box, price: ShadowPrice, place: int, top: float, scale: float, pitch: float
) -> None:
    name = wrap(price.label, box.width, theme.LABEL, price.bold, 1)[0]
    canvas.text(box.left, baseline(top + 12, theme.LABEL), name, f"limit-{place}", bold=price.bold)
    thick = min(_THICK, pitch - 30.0)
    middle, x = top + 24 + thick / 2, box.left
    if price.value:
        long = max(price.value * scale, 1.5)
        fill = theme.FILL["corrective" if price.bold else "neutral"]
        canvas.rectangle(box.left, middle - thick / 2, long, thick, fill, f"bar-{place}")
        x += long + 8
    at = baseline(middle, theme.LABEL)
    text = cut(price.text, box.right - x, theme.LABEL, True)
    canvas.text(x, at, text, f"price-{place}", bold=True)


def _names_cut(form: Allocation, wide: float, height: float) -> bool:
    names = row_names(*_labels(form), _row_height(form, height), wide)
    return any(line.endswith(ELLIPSIS) for lines in names.lines for line in lines)


def draw(canvas: Canvas, box: Box, form: Allocation) -> None:
    """Draw the rows, and the prices to their right when there are any."""
    if not form.prices:
        _draw_rows(canvas, box, form)
        return
    share = _SHARE if not _names_cut(form, _SHARE * box.width - _GAP / 2, box.height) else _WIDER
    middle = box.left + share * box.width
    _draw_rows(canvas, Box(box.left, box.top, middle - _GAP / 2, box.bottom), form)
    _draw_prices(canvas, Box(middle + _GAP / 2, box.top, box.right, box.bottom), form)
