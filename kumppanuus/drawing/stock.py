"""Stock and forecast: whole lines up to now, dashed ones with a fan in the shaded future, capacity across."""

from __future__ import annotations

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box, Canvas, baseline
from kumppanuus.drawing.curves import shown_ticks
from kumppanuus.drawing.end_names import NAME_GAP, EndName, draw_end_names, end_name, names_width
from kumppanuus.drawing.label_places import overlap
from kumppanuus.drawing.lines import PlaceAxes, runs
from kumppanuus.drawing.spec import Capacity, Stock, StockAndForecast
from kumppanuus.drawing.text import cut, widest, width

_AHEAD: theme.Dash = (2.2, 1.4)
_CAPACITY: theme.Dash = (6.0, 2.5)
_SPOTS, _STEP = 24, 8.0
"""Places tried for the words of a capacity line: so many from left to right, so many points up and down."""


def _highest(form: StockAndForecast) -> float:
    values = [value for stock in form.stocks for value in (*stock.past, *stock.ahead) if value is not None]
    values += [value for stock in form.stocks for fan in stock.fans for value in fan.upper]
    values += [*(each.value for each in form.capacities), *(value for value, _ in form.y_ticks)]
    top = max(values, default=0.0)
    return 1.08 * top if top > 0 else 1.0


def _last_known(stock: Stock) -> tuple[int, float] | None:
    """Place and value of the last past value that is known."""
    known = [(place, value) for place, value in enumerate(stock.past) if value is not None]
    return known[-1] if known else None


def _end(stock: Stock, now: int, axes: PlaceAxes) -> tuple[float, float] | None:
    if stock.ahead:
        return axes.x(now + len(stock.ahead) - 1), axes.y(stock.ahead[-1])
    last = _last_known(stock)
    return (axes.x(last[0]), axes.y(last[1])) if last else None


def _names(form: StockAndForecast, axes: PlaceAxes | None) -> list[EndName]:
    return [
        end_name(stock.label, stock.key, stock.colour, _end(stock, form.now, axes) if axes else None, theme.LABEL, 2)
        for stock in form.stocks
    ]


def _planned(box: Box, form: StockAndForecast) -> PlaceAxes:
    edge = box.left + (widest([text for _, text in form.y_ticks], theme.LABEL) + 8 if form.y_ticks else 4.0)
    ticks = [text for text in form.x_labels if text.strip()] or [""]
    left = max(edge, box.left + min(width(ticks[0], theme.LABEL) / 2, 60.0))
    right = box.right - max(names_width(_names(form, None), theme.LABEL) + NAME_GAP + 2, 30.0)
    top = box.top + (26.0 if form.axis_title else 10.0)
    return PlaceAxes(Box(left, top, right, box.bottom - 28), len(form.x_labels), _highest(form))


def _draw_ground(canvas: Canvas, axes: PlaceAxes, form: StockAndForecast) -> None:
    plot = axes.box
    if form.now < axes.places:
        left = axes.x(form.now - 1)
        canvas.rectangle(left, plot.top, plot.right - left, plot.height, theme.SHADE, "shade", z=0.5)
        word = cut(form.future_text, plot.right - left - 12, theme.LABEL)
        canvas.text(left + 8, plot.top + 17, word, "shade-text", colour=theme.QUIET)
    heights = [-axes.y(value) for value, _ in form.y_ticks]
    for place in shown_ticks(heights, [15.0] * len(heights)) if heights else []:
        y = -heights[place]
        canvas.line([plot.left, plot.right], [y, y], f"grid-{place}", colour=theme.GRID, z=1.0)
        text = form.y_ticks[place][1]
        canvas.text(plot.left - 8, baseline(y, theme.LABEL), text, f"y-tick-{place}", align="right")
    canvas.line([plot.left, plot.right], [plot.bottom, plot.bottom], "axis-x")
    title = cut(form.axis_title, plot.width, theme.LABEL)
    canvas.text(plot.left, plot.top - 8, title, "axis-title", colour=theme.QUIET)
    named = [place for place, text in enumerate(form.x_labels) if text.strip()]
    spots = [axes.x(place) for place in named]
    for at in shown_ticks(spots, [width(form.x_labels[place], theme.LABEL) for place in named]) if named else []:
        canvas.line([spots[at]] * 2, [plot.bottom, plot.bottom + 5], f"tick-{named[at]}")
        canvas.text(spots[at], plot.bottom + 21, form.x_labels[named[at]], f"x-tick-{named[at]}", align="center")


def _draw_stock(canvas: Canvas, axes: PlaceAxes, form: StockAndForecast, place: int) -> None:
    stock, colour = form.stocks[place], theme.FILL[form.stocks[place].colour]
    for run in runs(stock.past):
        xs, ys = [axes.x(at) for at in run], [axes.y(stock.past[at] or 0.0) for at in run]
        if len(run) > 1:
            canvas.line(xs, ys, f"line-{place}-{run[0]}", colour=colour, thick=3.0)
        else:
            canvas.circle(xs[0], ys[0], 4.0, f"dot-{place}-{run[0]}", fill=colour, thick=1.4)
    if not stock.ahead:
        return
    now = stock.past[-1]
    joined = [axes.x(form.now - 1)] if now is not None else []
    xs = joined + [axes.x(form.now + at) for at in range(len(stock.ahead))]
    start = [axes.y(now)] if now is not None else []
    for number, fan in enumerate(stock.fans):
        low, high = ([*start, *map(axes.y, ends)] for ends in (fan.lower, fan.upper))
        canvas.band(xs, low, high, colour, f"band-{place}-{number}")
    canvas.line(xs, [*start, *map(axes.y, stock.ahead)], f"line-{place}-ahead", colour=colour, thick=3.0, dash=_AHEAD)


def _drawn_boxes(axes: PlaceAxes, form: StockAndForecast) -> list[Box]:
    """Boxes along lines and fans, a place at a time, which the words of a capacity keep clear of."""
    boxes = []
    for stock in form.stocks:
        tops: list[float | None] = [*stock.past, *(stock.fans[0].upper if stock.fans else stock.ahead)]
        feet: list[float | None] = [*stock.past, *(stock.fans[0].lower if stock.fans else stock.ahead)]
        for place, (top, foot) in enumerate(zip(tops, feet, strict=True)):
            if top is not None and foot is not None:
                x, half = axes.x(place), max(axes.box.width / max(axes.places - 1, 1) / 2, 6.0)
                boxes.append(Box(x - half, axes.y(top) - 3, x + half, axes.y(foot) + 3))
    return boxes


def _draw_capacity(canvas: Canvas, axes: PlaceAxes, one: Capacity, place: int, taken: list[Box]) -> None:
    """A dashed line and its words, which then are taken as well."""
    plot, y = axes.box, axes.y(one.value)
    across = [plot.left, plot.right]
    fill, words = (
        (theme.INK, theme.INK) if one.colour == "neutral" else (theme.FILL[one.colour], theme.WORDS[one.colour])
    )
    canvas.line(across, [y, y], f"capacity-{place}", colour=fill, thick=2.0, dash=_CAPACITY, z=3.2)
    text = cut(one.text, plot.width - 12, theme.LABEL, True)
    if not text:
        return
    box, free = _beside(plot, y, width(text, theme.LABEL, True), taken)
    taken.append(box)
    middle = (box.top + box.bottom) / 2
    canvas.text(box.left, baseline(middle, theme.LABEL), text, f"capacity-text-{place}", bold=True, colour=words,
                box=not free)  # fmt: skip
    if box.top > y + 5 or box.bottom < y - 5:
        edge = box.bottom if box.bottom < y else box.top
        canvas.line([box.left + 10] * 2, [edge, y], f"tie-{place}", colour=fill, thick=0.9)


def _beside(plot: Box, y: float, wide: float, taken: list[Box]) -> tuple[Box, bool]:
    """Where the words of a line go: just above or below it, else as near as there is room; whether they are clear."""
    tall = 1.05 * theme.LABEL
    lefts = [plot.left + 6 + at / (_SPOTS - 1) * (plot.width - wide - 12) for at in range(_SPOTS)]
    above, below = y - tall - 2, y + 3
    tops = [above, below]
    for step in range(1, int(plot.height / _STEP)):
        tops += [above - _STEP * step, below + _STEP * step]
    for top in tops:
        for left in lefts if plot.top <= top and top + tall <= plot.bottom else []:
            box = Box(left, top, left + wide, top + tall)
            if not overlap(box, taken, 2.0):
                return box, True
    return Box(lefts[0], above, lefts[0] + wide, above + tall), False


def draw(canvas: Canvas, box: Box, form: StockAndForecast) -> None:
    """Draw the stocks in the box."""
    axes = _planned(box, form)
    _draw_ground(canvas, axes, form)
    for place in range(len(form.stocks)):
        _draw_stock(canvas, axes, form, place)
    taken = _drawn_boxes(axes, form)
    if form.now < axes.places and form.future_text:
        left, long = axes.x(form.now - 1) + 8, width(form.future_text, theme.LABEL)
        taken.append(Box(left, axes.box.top, left + long, axes.box.top + 22))
    taken += [Box(axes.box.left, axes.y(each.value) - 1, axes.box.right, axes.y(each.value) + 1)
              for each in form.capacities]  # fmt: skip
    for place, one in enumerate(form.capacities):
        _draw_capacity(canvas, axes, one, place, taken)
    draw_end_names(canvas, _names(form, axes), theme.LABEL, axes.box.right, box.top, box.bottom - 20, axes.box.bottom)
