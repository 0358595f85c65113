"""Concentration: a Lorenz curve on the left, bars of what the top few have on the right; leaders read the bars."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kumppanuus.drawing import bars, theme
from kumppanuus.drawing.canvas import Box, Canvas, baseline
from kumppanuus.drawing.spec_bars import Bars
from kumppanuus.drawing.spec_lorenz import Lorenz
from kumppanuus.drawing.text import cut, widest, width, wrap

_BETWEEN = 56.0
_WIDEST = 1.25
"""Width of the plot, at most, in heights of it."""
_BAR_ROW = 66.0
_LENS, _PART = "#e6ebef", "#fbd0b9"
_QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class _Axes:
    box: Box

    def x(self, share: float) -> float:
        return self.box.left + share * self.box.width

    def y(self, share: float) -> float:
        return self.box.bottom - share * self.box.height


def draw(canvas: Canvas, box: Box, form: Lorenz) -> None:
    """Draw the curve and its bars in the box."""
    axes = _planned(box, form)
    _draw_ground(canvas, box, axes, form)
    _draw_curve(canvas, axes, form)
    _draw_words(canvas, axes, form)
    if form.bars:
        left = axes.box.right + width(form.tick_texts[-1], theme.LABEL) / 2 + _BETWEEN
        high = _BAR_ROW * len(form.bars) + (28 if form.bars_title.strip() else 0)
        bottom = min(box.bottom, box.top + high)
        bars.draw(canvas, Box(left, box.top, box.right, bottom), Bars(form.bars, form.bars_title))


def _planned(box: Box, form: Lorenz) -> _Axes:
    """The plot takes half of the width; all of it where there are no bars."""
    left = box.left + widest(form.tick_texts, theme.LABEL) + 8
    top = box.top + (34 if form.y_label.strip() else 8)
    bottom = box.bottom - 26 - (24 if form.x_label.strip() else 0)
    most = 0.52 * box.width if form.bars else box.width - 30
    wide = min(most - (left - box.left), _WIDEST * (bottom - top))
    return _Axes(Box(left, top, left + wide, bottom))


def _draw_ground(canvas: Canvas, box: Box, axes: _Axes, form: Lorenz) -> None:
    plot = axes.box
    title = cut(form.y_label, plot.right - box.left, theme.LABEL)
    canvas.text(box.left, box.top + 15, title, "axis-title", colour=theme.QUIET)
    for place, (share, text) in enumerate(zip(_QUARTERS, form.tick_texts, strict=True)):
        x, y = axes.x(share), axes.y(share)
        canvas.text(plot.left - 6, baseline(y, theme.LABEL), text, f"y-tick-{place}", align="right")
        canvas.line([x, x], [plot.bottom, plot.bottom + 5], f"tick-{place}")
        canvas.text(x, plot.bottom + 21, text, f"x-tick-{place}", align="center")
    label = cut(form.x_label, plot.width + 80, theme.LABEL)
    canvas.text((plot.left + plot.right) / 2, plot.bottom + 44, label, "x-label", align="center")
    canvas.line([plot.left, plot.left], [plot.top, plot.bottom], "axis-y", z=3.5)
    canvas.line([plot.left, plot.right], [plot.bottom, plot.bottom], "axis-x", z=3.5)
    ends = [axes.x(0), axes.x(1)], [axes.y(0), axes.y(1)]
    canvas.line(*ends, "equal", colour="#8a8a8a", thick=1.5, dash=(4, 3), z=2.5)


def _draw_curve(canvas: Canvas, axes: _Axes, form: Lorenz) -> None:
    """The curve, the lens between it and the line of equal shares, and the part the headline speaks of."""
    x = [axes.x(p) for p, _ in form.points]
    y = [axes.y(share) for _, share in form.points]
    canvas.area(x, y, [axes.y(p) for p, _ in form.points], _LENS, "lens", z=1.5)
    if form.marked is not None:
        at = _height(form, form.marked)
        beyond = [(p, share) for p, share in form.points if p > form.marked]
        across = [axes.x(p) for p, _ in [(form.marked, at), *beyond]]
        down = [axes.y(share) for _, share in [(form.marked, at), *beyond]]
        canvas.area(across, down, [axes.box.bottom] * len(across), _PART, "part", z=1.6)
        edge = axes.x(form.marked)
        canvas.line([edge, edge], [axes.y(at), axes.box.bottom], "part-edge", colour=theme.FILL["special"], thick=2.0)
    canvas.line(x, y, "curve-0", colour=theme.FILL["early"], thick=4.0, z=3.2)
    for place, spot in enumerate(zip(x[1:-1], y[1:-1], strict=True), start=1):
        if len(x) <= 12:  # few published groups are seen as what they are
            canvas.circle(*spot, 3.2, f"dot-{place}", fill=theme.FILL["early"], thick=1.0)
    if form.marked is not None:
        canvas.circle(axes.x(form.marked), axes.y(at), 6.0, "dot-0", fill=theme.FILL["special"], thick=2.0)


def _height(form: Lorenz, share: float) -> float:
    return float(np.interp(share, [p for p, _ in form.points], [value for _, value in form.points]))


def _draw_words(canvas: Canvas, axes: _Axes, form: Lorenz) -> None:
    """The name of the dashed line, above it: the curve never comes there."""
    right = axes.x(0.56) - 10
    lines = wrap(form.equal, right - axes.box.left - 10, theme.LABEL)
    canvas.block(right, axes.y(0.62), lines, "equal-text", colour=theme.QUIET, align="right")
