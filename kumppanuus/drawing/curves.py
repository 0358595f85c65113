"""Curves of shares with bands, a key on the right and a table below the axis."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box, Canvas, baseline
from kumppanuus.drawing.spec import Curves, Series
from kumppanuus.drawing.text import cut, widest, width, wrap

_KEY_WIDTH, _SWATCH = 270.0, 46.0
_LABELS, _FEW = (290.0, 236.0), 7
"""Most width of the names of the table: more where the axis has few marks and can be short."""
_ROW = 18.5


@dataclass(frozen=True, slots=True)
class _Axes:
    """The plot: its box and what its sides stand for."""

    box: Box
    left: float
    right: float
    low: float
    high: float

    def x(self, value: float) -> float:
        return self.box.left + (value - self.left) / (self.right - self.left) * self.box.width

    def y(self, share: float) -> float:
        return self.box.bottom - (share - self.low) / (self.high - self.low) * self.box.height


def _table(form: Curves) -> list[tuple[str, tuple[str, ...], str]]:
    """Rows of the table: (label, texts, colour of the label)."""
    own = [(one.label, one.table, theme.WORDS[one.colour]) for one in form.series if one.table]
    return own + [(label, texts, theme.INK) for label, texts in form.extra_rows]


def _x_texts(form: Curves) -> tuple[str, ...]:
    return form.x_tick_texts or tuple(f"{tick:g}" for tick in form.ticks)


def _y_texts(form: Curves) -> tuple[str, ...]:
    return form.tick_format or tuple(f"{100 * share:.0f}\u00a0%" for share in form.y_ticks)


def shown_ticks(places: Sequence[float], widths: Sequence[float]) -> list[int]:
    """Indices of the ticks whose texts fit side by side: every one, every second, every third, …"""
    for stride in range(1, len(places)):
        kept = list(range(0, len(places), stride))
        gaps = [places[b] - places[a] - (widths[a] + widths[b]) / 2 for a, b in itertools.pairwise(kept)]
        if all(gap >= 6 for gap in gaps):
            return kept
    return [0]


def _plan(box: Box, form: Curves) -> _Axes:
    """Where the plot goes: table labels to its left, the key to its right, the table below."""
    rows = _table(form)
    names = widest([row[0] for row in rows] + [form.table_title], theme.SMALLEST, True)
    labels = min(names, _LABELS[len(form.ticks) > _FEW])
    first = [row[1][0] for row in rows] or [""]
    left = box.left + max(
        widest(_y_texts(form), theme.LABEL) + 8, labels + 12 + widest(first, theme.SMALLEST) / 2 if rows else 0
    )
    key = max(
        (_SWATCH + max(width(one.label, theme.LABEL, True), width(one.key, theme.LABEL)) for one in form.series),
        default=0.0,
    )
    last = [_x_texts(form)[-1], *(row[1][-1] for row in rows)]
    right = box.right - max(min(key, _KEY_WIDTH) + 26 if form.series else 0, widest(last, theme.LABEL) / 2)
    # The title of the table stands on the line of the axis' label where there is one.
    table = (_ROW * (len(rows) + 1 if form.table_title and not form.x_label else len(rows)) + 4) if rows else 0.0
    bottom = box.bottom - 26 - (24 if form.x_label else 0) - table
    plot = Box(left, box.top + 8, right, bottom)
    return _Axes(plot, form.ticks[0], form.ticks[-1], form.y_ticks[0], form.y_ticks[-1])


def _draw_axes(canvas: Canvas, axes: _Axes, form: Curves, kept: list[int]) -> None:
    plot = axes.box
    canvas.line([plot.left, plot.left], [plot.top, plot.bottom], "axis-y")
    canvas.line([plot.left, plot.right], [plot.bottom, plot.bottom], "axis-x")
    texts = _y_texts(form)
    heights = [-axes.y(share) for share in form.y_ticks]
    for place in shown_ticks(heights, [15.0] * len(texts)):
        y = axes.y(form.y_ticks[place])
        canvas.text(plot.left - 6, baseline(y, theme.LABEL), texts[place], f"y-tick-{place}", align="right")
    for place in kept:
        x = axes.x(form.ticks[place])
        canvas.line([x, x], [plot.bottom, plot.bottom + 5], f"tick-{place}")
        canvas.text(x, plot.bottom + 21, _x_texts(form)[place], f"x-tick-{place}", align="center")
    label = cut(form.x_label, plot.width + (0 if form.table_title and _table(form) else 120), theme.LABEL)
    canvas.text((plot.left + plot.right) / 2, plot.bottom + 44, label, "x-label", align="center")


def _draw_series(canvas: Canvas, axes: _Axes, one: Series, place: int, dash: theme.Dash, step: bool) -> None:
    inside = [at for at, x in enumerate(one.x) if axes.left <= x <= axes.right]
    if not inside:
        return
    colour = theme.FILL[one.colour]
    x = [axes.x(one.x[at]) for at in inside]
    y = [axes.y(min(max(one.y[at], axes.low), axes.high)) for at in inside]
    if one.lower:
        low = [axes.y(max(one.lower[at], axes.low)) for at in inside]
        high = [axes.y(min(one.upper[at], axes.high)) for at in inside]
        if step:
            canvas.band(_stepped_x(x), _stepped_y(low), _stepped_y(high), colour, f"band-{place}")
        else:
            canvas.band(x, low, high, colour, f"band-{place}")
    thick = 2.0 if one.colour == "neutral" else 3.0
    canvas.line(x, y, f"curve-{place}", colour=colour, thick=thick, dash=dash, step=step, z=3.0 + place * 0.01)


def _stepped_x(x: Sequence[float]) -> list[float]:
    return [x[0], *(value for value in x[1:] for _ in range(2))]


def _stepped_y(y: Sequence[float]) -> list[float]:
    return [*(value for value in y[:-1] for _ in range(2)), y[-1]]


def _draw_markers(canvas: Canvas, axes: _Axes, form: Curves) -> None:
    """Open circles, and a dashed line across at one half when all of them are medians."""
    marked = [(place, one.colour, one.marker) for place, one in enumerate(form.series) if one.marker]
    marked = [found for found in marked if axes.left <= found[2][0] <= axes.right]
    if marked and all(marker[1] == 0.5 for _, _, marker in marked):
        y = axes.y(0.5)
        across = [axes.box.left, axes.box.right]
        canvas.line(across, [y, y], "halfway", colour="#8a8a8a", thick=1.0, dash=(6, 4), z=1.0)
    for place, colour, marker in marked:
        x, y = axes.x(marker[0]), axes.y(marker[1])
        canvas.circle(x, y, 5.0, f"median-{place}", fill=theme.PAPER, rim=theme.FILL[colour], thick=2.2)


def _draw_key(canvas: Canvas, box: Box, left: float, form: Curves, chosen: tuple[theme.Dash, ...]) -> None:
    """The key in the order of the curves; smaller type and shorter names when there are many."""
    room = box.right - left - _SWATCH
    for size, most in ((theme.LABEL, 3), (theme.LABEL, 2), (theme.SMALLEST, 2), (theme.SMALLEST, 1)):
        names = [wrap(one.label, room, size, True, most) for one in form.series]
        keys = [wrap(one.key, room, size, False, most) if one.key.strip() else () for one in form.series]
        heights = [theme.LEADING * size * (len(a) + len(b)) for a, b in zip(names, keys, strict=True)]
        gap = min(22.0, (box.height - sum(heights)) / max(len(heights), 1))
        if gap >= 6:
            break
    y = box.top
    pitch = theme.LEADING * size
    for place, one in enumerate(form.series):
        colour = theme.WORDS[one.colour]
        for row, line in enumerate([*names[place], *keys[place]]):
            bold = row < len(names[place])
            middle = y + (row + 0.5) * pitch
            at = baseline(middle, size)
            canvas.text(left + _SWATCH, at, line, f"key-{place}-{row}", size=size, bold=bold, colour=colour)
        swatch = [left, left + _SWATCH - 10]
        middle = y + pitch / 2
        canvas.line(
            swatch, [middle, middle], f"swatch-{place}", colour=theme.FILL[one.colour], thick=3.0, dash=chosen[place]
        )
        y += heights[place] + gap


def _draw_table(canvas: Canvas, box: Box, axes: _Axes, form: Curves, kept: list[int]) -> None:
    rows = _table(form)
    if not rows:
        return
    first = [row[1][0] for row in rows]
    right = axes.box.left - widest(first, theme.SMALLEST) / 2 - 12
    y = axes.box.bottom + 26 + (24 if form.x_label else 0)
    lines = [(form.table_title, (), theme.INK)] if form.table_title else []
    above = 1 if lines and form.x_label else 0
    for place, (label, texts, colour) in enumerate([*lines, *rows]):
        at = baseline(y + (place - above + 0.5) * _ROW, theme.SMALLEST)
        name = cut(label, right - box.left, theme.SMALLEST, not texts)
        canvas.text(right, at, name, f"row-{place}", size=theme.SMALLEST, bold=not texts, colour=colour, align="right")
        for tick in kept if texts else []:
            x = axes.x(form.ticks[tick])
            canvas.text(x, at, texts[tick], f"cell-{place}-{tick}", size=theme.SMALLEST, align="center")


def draw(canvas: Canvas, box: Box, form: Curves) -> None:
    """Draw the curves in the box."""
    axes = _plan(box, form)
    chosen = theme.dashes(tuple(one.colour for one in form.series))
    columns = [
        max([width(text, theme.LABEL)] + [width(row[1][place], theme.SMALLEST) for row in _table(form)])
        for place, text in enumerate(_x_texts(form))
    ]
    kept = shown_ticks([axes.x(tick) for tick in form.ticks], columns)
    _draw_axes(canvas, axes, form, kept)
    for place, one in enumerate(form.series):
        _draw_series(canvas, axes, one, place, chosen[place], form.step)
    _draw_markers(canvas, axes, form)
    _draw_key(canvas, Box(0, box.top, box.right, box.bottom), axes.box.right + 26, form, chosen)
    _draw_table(canvas, box, axes, form, kept)
