"""A stock and its forecast as a native chart: lines that go on into a shaded future, limits across."""

from __future__ import annotations

from pptx.oxml.ns import qn

from kumppanuus.drawing import theme
from kumppanuus.drawing.spec import Line, Lines, Stock, StockAndForecast
from kumppanuus.report.slides.native import lines
from kumppanuus.report.slides.native.chart import Ground, stroke

_DASH = (5.0, 3.0)


def fits(form: StockAndForecast) -> bool:
    """Tell whether every stock has something to stand at."""
    known = all(any(value is not None for value in (*one.past, *one.ahead)) for one in form.stocks)
    return bool(form.stocks) and known and len(form.x_labels) > 1


def draw(ground: Ground, form: StockAndForecast) -> None:
    """Draw past and forecast of a stock as one line, the future dashed between the edges of its widest interval."""
    places = len(form.x_labels)
    stocks = tuple(_line(one, form.now, places) for one in form.stocks)
    limits = tuple(Line(one.text, one.colour, (one.value,) * places) for one in form.capacities)
    future = form.now - 1 if any(one.ahead for one in form.stocks) else None
    chart, _ = lines.draw(
        ground,
        Lines((*stocks, *limits), form.x_labels, None, form.y_ticks, form.axis_title, future, form.future_text),
    )
    for series, one in zip(list(chart.plots[0].series)[len(stocks) :], form.capacities, strict=False):
        colour = theme.INK if one.colour == "neutral" else theme.FILL[one.colour]
        stroke(series.format.line, colour, 1.75, _DASH)
        for point in series._element.findall(qn("c:dPt")):  # a limit is the same before and after now
            series._element.remove(point)


def _line(one: Stock, now: int, places: int) -> Line:
    values = _padded((*one.past[:now], *one.ahead), places)
    if not one.fans:
        return Line(one.label, one.colour, values, (), one.key)
    before: tuple[float | None, ...] = (None,) * now
    lower, upper = (_padded((*before, *side), places) for side in (one.fans[0].lower, one.fans[0].upper))
    return Line(one.label, one.colour, values, (), one.key, lower, upper)


def _padded(values: tuple[float | None, ...], places: int) -> tuple[float | None, ...]:
    return (*values, *(None,) * (places - len(values)))
