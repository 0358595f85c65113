"""Units by size against the limits of chance; those outside are named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box, Canvas, baseline
from kumppanuus.drawing.curves import shown_ticks
from kumppanuus.drawing.label_places import Obstacles, overlap
from kumppanuus.drawing.spec import Funnel, FunnelUnit
from kumppanuus.drawing.text import ELLIPSIS, cut, printable, spread, widest, width, wrap

_RADIUS, _LARGE = 4.5, 7.0
_DASHES: tuple[theme.Dash, ...] = ((5.0, 3.0), ())
_NAME_GAP = 14.0
_LONGEST = 240.0
"""Widest line of the name of a unit."""
_WIDEST_LIMIT = 200.0


@dataclass(frozen=True, slots=True)
class _Axes:
    box: Box
    x_ends: tuple[float, float]
    y_ends: tuple[float, float]

    def x(self, value: float) -> float:
        low, high = self.x_ends
        return self.box.left + (value - low) / (high - low) * self.box.width

    def y(self, value: float) -> float:
        low, high = self.y_ends
        return self.box.bottom - (value - low) / (high - low) * self.box.height


def _planned(box: Box, form: Funnel) -> _Axes:
    edge = box.left + widest([text for _, text in form.y_ticks], theme.LABEL) + 8
    names = widest([form.centre_text, *(limit.text for limit in form.limits)], theme.LABEL, True)
    right = box.right - min(names, _WIDEST_LIMIT) - _NAME_GAP - 2
    top = box.top + (36.0 if form.y_title else 10.0)
    bottom = box.bottom - 28.0 - (22.0 if form.x_title else 0.0)
    plot = Box(max(edge, box.left + width(form.x_ticks[0][1], theme.LABEL) / 2), top, right, bottom)
    xs, ys = [place for place, _ in form.x_ticks], [place for place, _ in form.y_ticks]
    xs += [unit.x for unit in form.units]
    ys += [unit.y for unit in form.units]
    return _Axes(plot, (min(xs), max(xs)), (min(ys), max(ys)))


def _draw_axes(canvas: Canvas, axes: _Axes, form: Funnel) -> None:
    plot = axes.box
    heights = [-axes.y(value) for value, _ in form.y_ticks]
    for place in shown_ticks(heights, [15.0] * len(heights)):
        y = -heights[place]
        canvas.line([plot.left, plot.right], [y, y], f"grid-{place}", colour=theme.GRID, z=1.0)
        text = form.y_ticks[place][1]
        canvas.text(plot.left - 8, baseline(y, theme.LABEL), text, f"y-tick-{place}", align="right")
    canvas.line([plot.left, plot.right], [plot.bottom, plot.bottom], "axis-x")
    spots = [axes.x(value) for value, _ in form.x_ticks]
    for place in shown_ticks(spots, [width(text, theme.LABEL) for _, text in form.x_ticks]):
        canvas.line([spots[place]] * 2, [plot.bottom, plot.bottom + 5], f"tick-{place}")
        canvas.text(spots[place], plot.bottom + 21, form.x_ticks[place][1], f"x-tick-{place}", align="center")
    title = cut(form.x_title, plot.width, theme.LABEL)
    canvas.text((plot.left + plot.right) / 2, plot.bottom + 43, title, "x-label", align="center")
    canvas.text(plot.left, plot.top - 18, cut(form.y_title, plot.width, theme.LABEL), "y-title", colour=theme.QUIET)


def _limit_lines(axes: _Axes, form: Funnel) -> Iterator[tuple[str, list[float], list[float], int]]:
    """(name, xs, ys, place of the limit) of every limit line, as far as it lies in the plot."""
    for place, limit in enumerate(form.limits):
        for side, values in (("lower", limit.lower), ("upper", limit.upper)):
            inside = [
                (axes.x(x), axes.y(y))
                for x, y in zip(limit.x, values, strict=True)
                if axes.x_ends[0] <= x <= axes.x_ends[1] and axes.y_ends[0] < y < axes.y_ends[1]
            ]
            yield f"limit-{place}-{side}", [x for x, _ in inside], [y for _, y in inside], place


def _draw_limits(canvas: Canvas, axes: _Axes, form: Funnel) -> None:
    """The lines, and their names at the right end of the upper ones."""
    ends = {"centre": axes.y(form.centre)}
    for gid, xs, ys, place in _limit_lines(axes, form):
        canvas.line(xs, ys, gid, colour=theme.AXIS, thick=1.3, dash=_DASHES[place % 2], z=2.0)
        if gid.endswith("upper") and ys:
            ends[f"{place}"] = ys[-1]
    centre = axes.y(form.centre)
    canvas.line([axes.box.left, axes.box.right], [centre, centre], "centre", colour=theme.INK, thick=1.8, z=2.0)
    texts = {"centre": form.centre_text, **{f"{place}": limit.text for place, limit in enumerate(form.limits)}}
    room = theme.LEADING * theme.LABEL
    middles = spread(list(ends.values()), [room] * len(ends), axes.box.top - 10, axes.box.bottom)
    for (key, end), middle in zip(ends.items(), middles, strict=True):
        bold = key == "centre"
        text = cut(texts[key], _WIDEST_LIMIT, theme.LABEL, bold)
        colour = theme.INK if bold else theme.QUIET
        at = baseline(middle, theme.LABEL)
        canvas.text(axes.box.right + _NAME_GAP, at, text, f"limit-text-{key}", bold=bold, colour=colour)
        if abs(middle - end) > 2:
            across = [axes.box.right + 1, axes.box.right + _NAME_GAP - 2]
            canvas.line(across, [end, middle], f"leader-{key}", thick=0.9, z=2.0)


def _name_lines(unit: FunnelUnit) -> tuple[str, ...]:
    """Name and text on one line, else on two, else on two and one."""
    whole = f"{unit.label}  {unit.text}".strip()
    if width(whole, theme.LABEL, True) <= _LONGEST:
        return (printable(whole),)
    halves = wrap(whole, _LONGEST, theme.LABEL, True)
    if not halves[-1].endswith(ELLIPSIS):
        return halves
    name = wrap(unit.label, _LONGEST, theme.LABEL, True)
    return (*name, cut(unit.text, _LONGEST, theme.LABEL, True)) if unit.text.strip() else name


def _draw_names(canvas: Canvas, axes: _Axes, form: Funnel) -> None:
    """Name the units outside, each where it covers neither a mark nor a line nor another name."""
    taken = Obstacles(Box(axes.box.left, axes.box.top - 12, axes.box.right, axes.box.bottom - 2))
    for unit in form.units:
        taken.add_mark(axes.x(unit.x), axes.y(unit.y), _LARGE if unit.outside else _RADIUS)
    for _, xs, ys, _ in _limit_lines(axes, form):
        taken.add_line(xs, ys)
    taken.add_line([axes.box.left, axes.box.right], [axes.y(form.centre)] * 2)
    for place, unit in enumerate(form.units):
        if not unit.named:
            continue
        spot = (axes.x(unit.x), axes.y(unit.y))
        lines = _name_lines(unit)
        box = taken.place(spot, _LARGE, widest(lines, theme.LABEL, True), theme.LEADING * theme.LABEL * len(lines))
        if box is None:  # no room: half a name would name nobody
            continue
        _draw_leader(canvas, spot, box, place)
        left = box.left >= spot[0] or len(lines) == 1
        x, align = (box.left, "left") if left else (box.right, "right")
        canvas.block(x, (box.top + box.bottom) / 2, lines, f"name-{place}", bold=True, colour=theme.WORDS[unit.colour],
                     align=align, box=overlap(box, taken.lines))  # fmt: skip


def _draw_leader(canvas: Canvas, spot: tuple[float, float], box: Box, place: int) -> None:
    """A thin line from the mark to its name where they stand apart."""
    near = (float(np.clip(spot[0], box.left, box.right)), float(np.clip(spot[1], box.top, box.bottom)))
    away = float(np.hypot(near[0] - spot[0], near[1] - spot[1]))
    if away < _LARGE + 12:
        return
    start = _LARGE / away
    xs = [spot[0] + start * (near[0] - spot[0]), near[0]]
    ys = [spot[1] + start * (near[1] - spot[1]), near[1]]
    canvas.line(xs, ys, f"tie-{place}", colour=theme.AXIS, thick=0.9, z=2.5)


def draw(canvas: Canvas, box: Box, form: Funnel) -> None:
    """Draw the units in the box."""
    axes = _planned(box, form)
    _draw_axes(canvas, axes, form)
    _draw_limits(canvas, axes, form)
    for place, unit in enumerate(form.units):
        x, y = axes.x(unit.x), axes.y(unit.y)
        if unit.outside:
            canvas.circle(x, y, _LARGE, f"dot-{place}", fill=theme.FILL[unit.colour], thick=1.6)
        else:
            canvas.circle(x, y, _RADIUS, f"dot-{place}", fill=theme.PAPER, rim=theme.FILL["neutral"], thick=1.8)
    _draw_names(canvas, axes, form)
