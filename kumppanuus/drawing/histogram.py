"""Bars over a measured axis, against a limit: what lies within it and what beyond."""

from __future__ import annotations

from dataclasses import dataclass

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box, Canvas, baseline
from kumppanuus.drawing.curves import shown_ticks
from kumppanuus.drawing.spec_histogram import Bin, Histogram
from kumppanuus.drawing.text import cut, widest, width

_ROW, _AIR = 24.0, 9.0
_DASH = (2.0, 1.4)
_SHARES = {"left": 0.0, "center": 0.5, "right": 1.0}
"""Which share of a text lies left of its anchor."""


@dataclass(frozen=True, slots=True)
class _Axes:
    """The plot: its box, the ends of its x axis and the upper end of its y axis."""

    box: Box
    low: float
    high: float
    top: float

    def x(self, place: float) -> float:
        return self.box.left + (place - self.low) / (self.high - self.low) * self.box.width

    def y(self, height: float) -> float:
        return self.box.bottom - height / self.top * self.box.height


@dataclass(frozen=True, slots=True)
class _Words:
    """Words in the band above the plot: where they are anchored, in which row, and how they are set."""

    gid: str
    text: str
    x: float
    align: str
    row: int
    colour: str


def draw(canvas: Canvas, box: Box, form: Histogram) -> None:
    """Draw the histogram in the box."""
    first = _planned(box, form, 0, title=False)
    words = _words(first, box, form)
    rows = max((each.row + 1 for each in words), default=0)
    beside = _beside(box, form, words)
    axes = _planned(box, form, rows, title=not beside)
    band = axes.box.top - _ROW * rows - 4
    _draw_ground(canvas, axes, form)
    title = cut(form.axis_title, box.width, theme.LABEL)
    y = baseline(band + 0.5 * _ROW, theme.LABEL) if beside else box.top + 15
    canvas.text(box.left, y, title, "axis-title", colour=theme.QUIET)
    for place, each in enumerate(form.bins):
        _draw_bar(canvas, axes, each, place)
    _draw_lines(canvas, axes, form, words, band)
    for said in words:
        y = baseline(band + (said.row + 0.5) * _ROW, theme.LABEL)
        canvas.text(said.x, y, said.text, said.gid, bold=True, colour=said.colour, align=said.align)
    _draw_values(canvas, axes, box, form)


def _beside(box: Box, form: Histogram, words: list[_Words]) -> bool:
    """Whether the title of the axis has room before the first row of words."""
    starts = [each.x - _SHARES[each.align] * width(each.text, theme.LABEL, True) for each in words if each.row == 0]
    return bool(starts) and box.left + width(form.axis_title, theme.LABEL) + 20 <= min(starts)


def _planned(box: Box, form: Histogram, rows: int, *, title: bool) -> _Axes:
    ticks = widest([text for _, text in form.y_ticks], theme.LABEL)
    left = box.left + max(ticks + 8 if form.y_ticks else 0, width(form.x_ticks[0][1], theme.LABEL) / 2)
    right = box.right - max(width(form.x_ticks[-1][1], theme.LABEL) / 2, 4)
    top = box.top + (_ROW if title and form.axis_title.strip() else 0) + (_ROW * rows + 4 if rows else 0) + 8
    bottom = box.bottom - 26 - (24 if form.x_label.strip() else 0)
    heights = [each.value for each in form.bins if each.value is not None] + [height for height, _ in form.y_ticks]
    # Above the tallest bar there is room for its number.
    most = max(heights, default=0.0) * (1.09 if any(each.text.strip() for each in form.bins) else 1.02)
    return _Axes(Box(left, top, right, bottom), *form.span, most or 1.0)


def _words(axes: _Axes, box: Box, form: Histogram) -> list[_Words]:
    """What stands above the plot: the limit and what is beyond it beside its line, the median in a row below."""
    found: list[_Words] = []
    if form.limit:
        at = axes.x(form.limit[0])
        sides = {"right": at - _AIR - box.left, "left": box.right - at - _AIR}
        # The limit is named before its line and the excess behind it, where there is room for them.
        for gid, text, wish, colour in (
            ("limit-text", form.limit[1], "right", theme.INK),
            ("beyond-text", form.beyond, "left", theme.WORDS["special"]),
        ):
            if text.strip():
                long = width(text, theme.LABEL, True)
                side = wish if long <= sides[wish] else max(sides, key=lambda each: sides[each])
                row = sum(each.align == side for each in found)
                x = at - _AIR if side == "right" else at + _AIR
                found.append(_Words(gid, cut(text, sides[side], theme.LABEL, True), x, side, row, colour))
    if form.middle and form.middle[1].strip():
        found.append(_middle_words(axes, box, form, max((each.row + 1 for each in found), default=0)))
    return found


def _middle_words(axes: _Axes, box: Box, form: Histogram, row: int) -> _Words:
    """The words of the dashed line, over it or moved so that the line of the limit does not strike them."""
    assert form.middle
    place, text = form.middle
    low, high = box.left, box.right
    if form.limit:
        limit = axes.x(form.limit[0])
        before = (low, limit - _AIR)
        behind = (limit + _AIR, high)
        own, other = (before, behind) if place <= form.limit[0] else (behind, before)
        low, high = own if width(text, theme.LABEL, True) <= own[1] - own[0] else other
    text = cut(text, high - low, theme.LABEL, True)
    half = width(text, theme.LABEL, True) / 2
    x = min(max(axes.x(place), low + half), high - half)
    return _Words("middle-text", text, x, "center", row, theme.WORDS["early"])


def _draw_ground(canvas: Canvas, axes: _Axes, form: Histogram) -> None:
    plot = axes.box
    heights = [axes.y(height) for height, _ in form.y_ticks]
    for place in shown_ticks([-y for y in heights], [15.0] * len(heights)) if heights else []:
        y = heights[place]
        if form.y_ticks[place][0] > 0:
            canvas.line([plot.left, plot.right], [y, y], f"grid-{place}", colour=theme.GRID, z=1.0)
        canvas.text(plot.left - 6, baseline(y, theme.LABEL), form.y_ticks[place][1], f"y-tick-{place}", align="right")
    canvas.line([plot.left, plot.right], [plot.bottom, plot.bottom], "axis-x", z=3.5)
    spots = [axes.x(place) for place, _ in form.x_ticks]
    for at in shown_ticks(spots, [width(text, theme.LABEL) for _, text in form.x_ticks]):
        canvas.line([spots[at]] * 2, [plot.bottom, plot.bottom + 5], f"tick-{at}")
        canvas.text(spots[at], plot.bottom + 21, form.x_ticks[at][1], f"x-tick-{at}", align="center")
    label = cut(form.x_label, plot.width, theme.LABEL)
    canvas.text((plot.left + plot.right) / 2, plot.bottom + 44, label, "x-label", align="center")


def _draw_bar(canvas: Canvas, axes: _Axes, each: Bin, place: int) -> None:
    if not each.value:
        return
    left, right, top = axes.x(each.left), axes.x(each.right), axes.y(each.value)
    gap = min(2.0, 0.12 * (right - left))
    tall = max(axes.box.bottom - top, 1.0)
    canvas.rectangle(
        left + gap / 2, axes.box.bottom - tall, right - left - gap, tall, theme.FILL[each.colour], f"bar-{place}",
        hatch=each.open,
    )  # fmt: skip


def _draw_lines(canvas: Canvas, axes: _Axes, form: Histogram, words: list[_Words], band: float) -> None:
    """The limit from the top of its words down, the dashed line from under its own words."""
    plot = axes.box
    if form.limit:
        x = axes.x(form.limit[0])
        canvas.line([x, x], [band, plot.bottom], "limit", colour=theme.INK, thick=3.0, z=3.6)
    if form.middle:
        x, top = axes.x(form.middle[0]), band + _ROW * max((each.row + 1 for each in words), default=0)
        # White beside the dashes keeps them visible on the bars.
        canvas.line([x, x], [top, plot.bottom], "middle-ground", colour=theme.PAPER, thick=5.0, z=3.3)
        canvas.line([x, x], [top, plot.bottom], "middle", colour=theme.FILL["early"], thick=2.2, dash=_DASH, z=3.4)


def _draw_values(canvas: Canvas, axes: _Axes, box: Box, form: Histogram) -> None:
    """Numbers above the bars, each where nothing is in its way: no taller bar, no line, no other number."""
    lines = [axes.x(line[0]) for line in (form.limit, form.middle) if line]
    taken: list[tuple[float, float]] = []
    for place, each in reversed(list(enumerate(form.bins))):
        if each.value is None or not each.text.strip():
            continue
        half, foot = width(each.text, theme.LABEL) / 2, axes.y(each.value) - 5
        x = min((axes.x(each.left) + axes.x(each.right)) / 2, box.right - half)
        low, high = x - half - 3, x + half + 3
        near = [one for one in form.bins if one is not each and axes.x(one.left) < high and axes.x(one.right) > low]
        under = all(axes.y(one.value or 0.0) > foot + 5 for one in near)
        free = all(high <= a or low >= b for a, b in taken) and not any(low < line < high for line in lines)
        if under and free and low >= axes.box.left:
            taken.append((low, high))
            canvas.text(x, foot, each.text, f"value-{place}", align="center", colour=theme.QUIET)
