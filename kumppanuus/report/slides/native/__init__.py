"""From a chart to what stands on its slide: a native chart, shapes, a picture or words."""

from __future__ import annotations

from kumppanuus.drawing import Chart
from kumppanuus.drawing.canvas import Box
from kumppanuus.drawing.spec import (
    Bars,
    Curves,
    Dumbbell,
    Form,
    Histogram,
    Lines,
    NetworkColumns,
    Notice,
    RunChart,
    StackedBars,
    StockAndForecast,
)
from kumppanuus.language.say import Say
from kumppanuus.report.slides.native import (
    bars,
    curves,
    dumbbell,
    histogram,
    lines,
    network,
    picture,
    run_chart,
    stacked,
    stock,
)
from kumppanuus.report.slides.native.chart import Ground


def draw(ground: Ground, chart: Chart) -> None:
    """Draw the form of a chart on its slide; what has no native form, or does not fit one, is drawn as a picture."""
    match chart.form:
        case Bars() as form if form.bars:
            bars.draw(ground, form)
        case StackedBars() as form if any(parts for _, parts, _ in form.rows):
            stacked.draw(ground, form)
        case Lines() as form if lines.fits(form):
            lines.draw(ground, form)
        case Dumbbell() as form if form.rows:
            dumbbell.draw(ground, form)
        case Curves() as form if curves.fits(form, ground.box):
            curves.draw(ground, form)
        case NetworkColumns() as form if network.fits(form, ground.box):
            network.draw(ground, form)
        case Histogram() as form if histogram.fits(form):
            histogram.draw(ground, form)
        case RunChart() as form if run_chart.fits(form):
            run_chart.draw(ground, form)
        case StockAndForecast() as form if stock.fits(form):
            stock.draw(ground, form)
        case Notice() as form:
            picture.words(ground, form)
        case _:
            picture.draw(ground, chart)


def remark(form: Form, say: Say) -> str:
    """Return what a native chart draws otherwise than the picture does, for the foot of the slide; usually nothing."""
    match form:
        case Curves():
            edged = any(one.lower for one in form.series)
        case Lines():
            edged = any(line.lower for line in form.lines)
        case StockAndForecast():
            edged = any(one.fans for one in form.stocks)
        case _:
            edged = False
    return say("slides.thin_lines") if edged else ""


def fits(form: Form, box: Box) -> bool:
    """Tell whether a form that `remark` speaks of has a native chart in a box."""
    match form:
        case Curves():
            return curves.fits(form, box)
        case Lines():
            return lines.fits(form)
        case StockAndForecast():
            return stock.fits(form)
        case _:
            return True
