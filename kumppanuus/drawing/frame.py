"""From a chart to a figure: the page, the headline above, the footer below, the form between."""

from __future__ import annotations

from typing import Literal, TypeAlias

from matplotlib.figure import Figure

from kumppanuus.drawing import (
    allocation,
    bars,
    board,
    circle,
    combinations,
    curves,
    dumbbell,
    flow,
    forest,
    funnel,
    heatmap,
    histogram,
    likert,
    lines,
    lorenz,
    network,
    notice,
    run_chart,
    stacked,
    states,
    stock,
    theme,
    waterfall,
)
from kumppanuus.drawing.canvas import Box, Canvas
from kumppanuus.drawing.mark import BAND, mark_band, mark_over
from kumppanuus.drawing.spec import (
    Allocation,
    Bars,
    Board,
    Chart,
    Combinations,
    Curves,
    Dumbbell,
    Flow,
    Forest,
    Form,
    Funnel,
    Heatmap,
    Histogram,
    Likert,
    Lines,
    Lorenz,
    NetworkCircle,
    NetworkColumns,
    Notice,
    RunChart,
    StackedBars,
    StateDistribution,
    StockAndForecast,
    Waterfall,
)
from kumppanuus.drawing.text import printable, width, wrap

Frame: TypeAlias = Literal["body", "full"]
_TEXT_WIDTH = theme.PAGE_WIDTH - 2 * theme.MARGIN
_DOT = " · "
"""Between the parts of a footer."""


def _height(form: Form) -> float:
    """Height of the bare form: few bars need less room than a full page."""
    match form:
        case Bars():
            wanted = bars.natural_height(form)
        case StackedBars():
            wanted = stacked.natural_height(form)
        case Dumbbell():
            wanted = dumbbell.natural_height(form)
        case Allocation():
            wanted = allocation.natural_height(form)
        case Forest():
            wanted = forest.natural_height(form)
        case Heatmap():
            wanted = heatmap.natural_height(form)
        case Combinations():
            wanted = combinations.natural_height(form)
        case Likert():
            wanted = likert.natural_height(form)
        case Waterfall():
            wanted = waterfall.natural_height(form)
        case Board():
            wanted = board.natural_height(form)
        case Notice():
            wanted = notice.natural_height(form)
        case _:
            wanted = theme.BODY_HEIGHT
    return min(wanted, theme.BODY_HEIGHT)


def _draw(canvas: Canvas, box: Box, form: Form) -> None:
    match form:
        case Curves():
            curves.draw(canvas, box, form)
        case Bars():
            bars.draw(canvas, box, form)
        case StackedBars():
            stacked.draw(canvas, box, form)
        case Lines():
            lines.draw(canvas, box, form)
        case Dumbbell():
            dumbbell.draw(canvas, box, form)
        case NetworkColumns():
            network.draw(canvas, box, form)
        case Allocation():
            allocation.draw(canvas, box, form)
        case Forest():
            forest.draw(canvas, box, form)
        case Funnel():
            funnel.draw(canvas, box, form)
        case StockAndForecast():
            stock.draw(canvas, box, form)
        case Histogram():
            histogram.draw(canvas, box, form)
        case Lorenz():
            lorenz.draw(canvas, box, form)
        case Heatmap():
            heatmap.draw(canvas, box, form)
        case StateDistribution():
            states.draw(canvas, box, form)
        case RunChart():
            run_chart.draw(canvas, box, form)
        case Combinations():
            combinations.draw(canvas, box, form)
        case Flow():
            flow.draw(canvas, box, form)
        case NetworkCircle():
            circle.draw(canvas, box, form)
        case Likert():
            likert.draw(canvas, box, form)
        case Waterfall():
            waterfall.draw(canvas, box, form)
        case Board():
            board.draw(canvas, box, form)
        case Notice():
            notice.draw(canvas, box, form)


def _head(canvas: Canvas, chart: Chart) -> float:
    """Draw headline and subtitle; return the y below them."""
    y = 27.0 if chart.mark else 19.0  # the band of the mark lies in the upper margin
    for row, line in enumerate(wrap(chart.headline, _TEXT_WIDTH, theme.HEADLINE, True)):
        y += 33.0 if row else 21.0
        canvas.text(theme.MARGIN, y, line, f"headline-{row}", size=theme.HEADLINE, bold=True)
    y += 10.0
    if chart.subtitle.strip():
        for row, line in enumerate(wrap(chart.subtitle, _TEXT_WIDTH, theme.SUBTITLE)):
            y += 20.0
            canvas.text(theme.MARGIN, y, line, f"subtitle-{row}", size=theme.SUBTITLE, colour=theme.QUIET)
    return y + 20.0


def _foot(canvas: Canvas, chart: Chart) -> float:
    """Draw the footer below a thin rule; return the y above it."""
    if not chart.footer.strip():
        return theme.PAGE_HEIGHT - 20.0
    size = theme.FOOTER if len(_parted(chart.footer, theme.FOOTER)) == 1 else theme.SMALLEST
    texts = _parted(chart.footer, size)
    rule = theme.PAGE_HEIGHT - 16.0 - 18.0 * len(texts)
    canvas.line(
        [theme.MARGIN, theme.PAGE_WIDTH - theme.MARGIN], [rule, rule], "rule", colour=theme.GRID, thick=1.0, z=1.0
    )
    for row, line in enumerate(texts):
        y = rule + 19.0 + 18.0 * row
        canvas.text(theme.MARGIN, y, line, f"footer-{row}", size=size, colour=theme.QUIET)
    return rule - 8.0


def _parted(footer: str, size: float) -> tuple[str, ...]:
    """One or two lines; the second begins with a whole part of the footer where two lines then suffice."""
    footer = printable(footer)
    parts = footer.split(_DOT)
    for at in range(len(parts), 0, -1):
        lines = tuple(_DOT.join(some) for some in (parts[:at], parts[at:]) if some)
        if width(lines[0], size) <= _TEXT_WIDTH:
            return lines if width(lines[-1], size) <= _TEXT_WIDTH else wrap(footer, _TEXT_WIDTH, size, balanced=False)
    return wrap(footer, _TEXT_WIDTH, size, balanced=False)


def figure(chart: Chart, frame: Frame = "full", high: float | None = None) -> Figure:
    """The chart as a matplotlib figure without pyplot.

    Parameters
    ----------
    chart : what to draw and the words around it.
    frame : ``"full"`` is a slide of 13.333 × 7.5 inches with headline, subtitle and footer; ``"body"`` only the
        form, 12.444 inches wide and as high as the form needs, for pages that carry the words as real text.
    high : greatest height of a body in points, for places that have less room; None = as the form needs.
    """
    if frame == "body":
        return _body(chart, high)
    canvas = Canvas(theme.PAGE_WIDTH, theme.PAGE_HEIGHT)
    top, bottom = _head(canvas, chart), _foot(canvas, chart)
    _draw(canvas, Box(theme.MARGIN, top, theme.PAGE_WIDTH - theme.MARGIN, bottom), chart.form)
    _mark(canvas, Box(0, 0, theme.PAGE_WIDTH, theme.PAGE_HEIGHT), chart.mark)
    return canvas.figure


def _body(chart: Chart, high: float | None = None) -> Figure:
    """The form alone, below the band of a confidential one."""
    edge, above = theme.BODY_MARGIN, BAND if chart.mark else 0.0
    wide, height = _TEXT_WIDTH + 2 * edge, _height(chart.form)
    height = min(height, high - above - 2 * edge) if high else height
    page = Box(0, 0, wide, above + height + 2 * edge)
    canvas = Canvas(page.width, page.height)
    _draw(canvas, Box(edge, above + edge, wide - edge, above + edge + height), chart.form)
    _mark(canvas, page, chart.mark)
    return canvas.figure


def _mark(canvas: Canvas, page: Box, text: str) -> None:
    if text.strip():
        mark_band(canvas, page.width, text)
        mark_over(canvas, Box(page.left, page.top + BAND, page.right, page.bottom), text)
