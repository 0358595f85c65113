"""Shares in each state over time: layers that fill the height, named where they end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box, Canvas, baseline
from kumppanuus.drawing.curves import shown_ticks
from kumppanuus.drawing.spec_states import State, StateDistribution
from kumppanuus.drawing.text import cut, spread, widest, width, wrap

_NAME_WIDTH, _NAME_GAP = 236.0, 20.0
_QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class _Axes:
    """The plot: its box and the ends of its time axis."""

    box: Box
    first: float
    last: float

    def x(self, time: float) -> float:
        return self.box.left + (time - self.first) / (self.last - self.first) * self.box.width

    def y(self, share: float) -> float:
        return self.box.bottom - share * self.box.height


def draw(canvas: Canvas, box: Box, form: StateDistribution) -> None:
    """Draw the layers in the box."""
    names = [_name(state) for state in form.states]
    axes = _planned(box, form, names)
    edges = _edges(form)
    for place, state in enumerate(form.states):
        x = [axes.x(time) for time in form.times]
        low, high = ([axes.y(share) for share in edges[row]] for row in (place, place + 1))
        canvas.area(x, low, high, theme.FILL[state.colour], f"layer-{place}", hatch=state.pattern)
        if place:
            canvas.line(x, low, f"seam-{place}", colour=theme.PAPER, thick=1.6, z=2.5)
        _draw_inside(canvas, axes, form, place, edges)
    _draw_axes(canvas, box, axes, form)
    _draw_names(canvas, box, axes, form, names, edges[:, -1] if form.states else np.zeros(1))


def _edges(form: StateDistribution) -> np.ndarray:
    """Lower and upper edges of the layers, shape (states + 1, times): rounded shares brought to a sum of 1."""
    shares = np.array([state.shares for state in form.states], dtype=float).reshape(len(form.states), len(form.times))
    tops = np.cumsum(shares, axis=0)
    whole = tops[-1] if len(tops) else np.ones(len(form.times))
    return np.vstack([np.zeros(len(form.times)), tops / whole])


def _name(state: State) -> tuple[str, ...]:
    return wrap(f"{state.text}  {state.label}".strip(), _NAME_WIDTH, theme.LABEL, True)


def _planned(box: Box, form: StateDistribution, names: Sequence[tuple[str, ...]]) -> _Axes:
    left = box.left + max(widest(form.y_texts, theme.LABEL) + 8, width(form.tick_texts[0], theme.LABEL) / 2)
    room = max((widest(lines, theme.LABEL, True) for lines in names), default=0.0)
    right = box.right - max(room + _NAME_GAP + 4 if names else 0.0, width(form.tick_texts[-1], theme.LABEL) / 2)
    top = box.top + (34 if form.axis_title.strip() else 8)
    bottom = box.bottom - 26 - (24 if form.x_label.strip() else 0)
    return _Axes(Box(left, top, right, bottom), form.ticks[0], form.ticks[-1])


def _draw_inside(canvas: Canvas, axes: _Axes, form: StateDistribution, place: int, edges: np.ndarray) -> None:
    """Shares inside a layer, where it is thick enough over the whole width of the text."""
    state = form.states[place]
    for at, text in enumerate(state.inside):
        if not text.strip():
            continue
        half = width(text, theme.LABEL) / 2 + 4
        x = min(max(axes.x(form.times[at]), axes.x(form.times[0]) + half + 4), axes.x(form.times[-1]) - half - 4)
        across = [axes.x(time) for time in form.times]
        beside = np.linspace(x - half, x + half, 5)
        low = float(np.interp(beside, across, [axes.y(share) for share in edges[place]]).min())
        high = float(np.interp(beside, across, [axes.y(share) for share in edges[place + 1]]).max())
        if low - high >= 1.25 * theme.LABEL:
            colour = theme.INK if state.pattern else theme.INSIDE[state.colour]
            canvas.text(
                x, baseline((low + high) / 2, theme.LABEL), text, f"inside-{place}-{at}", colour=colour,
                align="center", box=state.pattern,
            )  # fmt: skip


def _draw_axes(canvas: Canvas, box: Box, axes: _Axes, form: StateDistribution) -> None:
    plot = axes.box
    for place, (share, text) in enumerate(zip(_QUARTERS, form.y_texts, strict=True)):
        y = axes.y(share)
        canvas.text(plot.left - 6, baseline(y, theme.LABEL), text, f"y-tick-{place}", align="right")
    spots = [axes.x(tick) for tick in form.ticks]
    for at in shown_ticks(spots, [width(text, theme.LABEL) for text in form.tick_texts]):
        canvas.line([spots[at]] * 2, [plot.bottom, plot.bottom + 5], f"tick-{at}")
        canvas.text(spots[at], plot.bottom + 21, form.tick_texts[at], f"x-tick-{at}", align="center")
    canvas.line([plot.left, plot.left], [plot.top, plot.bottom], "axis-y", z=3.5)
    canvas.line([plot.left, plot.right], [plot.bottom, plot.bottom], "axis-x", z=3.5)
    label = cut(form.x_label, plot.width, theme.LABEL)
    canvas.text((plot.left + plot.right) / 2, plot.bottom + 44, label, "x-label", align="center")
    title = cut(form.axis_title, plot.right - box.left, theme.LABEL)
    canvas.text(box.left, box.top + 15, title, "axis-title", colour=theme.QUIET)


def _draw_names(
    canvas: Canvas, box: Box, axes: _Axes, form: StateDistribution, names: Sequence[tuple[str, ...]], ends: np.ndarray
) -> None:
    """Names level with the middle of their layer at its end, spread, each tied to it by a leader."""
    pitch = theme.LEADING * theme.LABEL
    middles = [axes.y(float(low + high) / 2) for low, high in pairwise(ends)]
    lengths = [pitch * len(lines) + 5 for lines in names]
    centres = spread(middles, lengths, box.top, box.bottom - 20, middles)
    left = axes.box.right + _NAME_GAP
    for place, lines in enumerate(names):
        colour = theme.WORDS[form.states[place].colour]
        canvas.block(left, centres[place], lines, f"name-{place}", bold=True, colour=colour)
        end = axes.x(form.times[-1])
        across = [end + 2, max(axes.box.right, end) + 8, left - 3]
        levels = [middles[place], middles[place], centres[place]]
        canvas.line(across, levels, f"leader-{place}", colour=theme.FILL[form.states[place].colour], thick=1.4, z=1.5)
