"""A run chart: one measure over time against its median, shifts and trends marked, a goal, the moment of a change."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box, Canvas, baseline
from kumppanuus.drawing.curves import shown_ticks
from kumppanuus.drawing.spec_run import RunChart
from kumppanuus.drawing.text import cut, spread, widest, width, wrap

_NAME_WIDTH, _NAME_GAP, _ROW = 190.0, 14.0, 22.0
_MEDIAN_DASH, _CHANGE_DASH = (5.0, 2.5), (1.2, 1.6)
_SIGNAL_WIDTH, _SIGNAL_GAP = 260.0, 11.0
"""Widest words of a signal, and the room between them and their bracket."""


@dataclass(frozen=True, slots=True)
class _Axes:
    box: Box
    places: int
    top: float

    def x(self, place: float) -> float:
        if self.places < 2:
            return (self.box.left + self.box.right) / 2
        # Half a step of air on both sides: no point lies on an axis.
        return self.box.left + (place + 0.5) / self.places * self.box.width

    def y(self, value: float) -> float:
        return self.box.bottom - value / self.top * self.box.height


@dataclass(frozen=True, slots=True)
class _End:
    """Words at the right end of a level."""

    gid: str
    lines: tuple[str, ...]
    level: float
    colour: str
    bold: bool


def draw(canvas: Canvas, box: Box, form: RunChart) -> None:
    """Draw the run chart in the box."""
    axes = _planned(box, form)
    _draw_ground(canvas, box, axes, form)
    _draw_signals(canvas, box, axes, form)
    _draw_levels(canvas, axes, form)
    _draw_points(canvas, axes, form)
    _draw_ends(canvas, box, axes, form)


def _known(form: RunChart) -> list[int]:
    return [place for place, value in enumerate(form.values) if value is not None]


def _changes(form: RunChart) -> float:
    """Height of the band right above the plot that names the change."""
    return _ROW if form.change and form.change[1].strip() else 0.0


def _signal_words(box: Box, form: RunChart) -> list[tuple[str, ...]]:
    count = len(form.signals)
    room = min(_SIGNAL_WIDTH, (box.width - 14 * count) / max(count, 1))
    return [wrap(signal.text, room, theme.LABEL, True) for signal in form.signals]


def _bands(box: Box, form: RunChart) -> float:
    """Height of the bands above the plot: the title of the axis, the signals, the change."""
    most = max((len(lines) for lines in _signal_words(box, form)), default=0)
    signals = theme.LEADING * theme.LABEL * most + 10 + _SIGNAL_GAP if most else 0.0
    return (_ROW if form.axis_title.strip() else 0.0) + signals + _changes(form) + 10


def _end_words(form: RunChart) -> list[tuple[str, tuple[str, ...], float, str, bool]]:
    found: list[tuple[str, tuple[str, ...], float, str, bool]] = []
    known = _known(form)
    if known and form.texts and form.texts[known[-1]].strip():
        last = form.values[known[-1]]
        assert last is not None
        text = wrap(form.texts[known[-1]], _NAME_WIDTH, theme.LABEL, True)
        found.append(("last", text, last, theme.WORDS[form.colour], True))
    if form.median and form.median[-1][3].strip():
        _, _, value, text_of = form.median[-1]
        found.append(("median-text", wrap(text_of, _NAME_WIDTH, theme.LABEL), value, theme.INK, False))
    if form.goal and form.goal[1].strip():
        goal = wrap(form.goal[1], _NAME_WIDTH, theme.LABEL, True)
        found.append(("goal-text", goal, form.goal[0], theme.WORDS["universal"], True))
    return found


def _planned(box: Box, form: RunChart) -> _Axes:
    ends = [widest(lines, theme.LABEL, bold) for _, lines, _, _, bold in _end_words(form)]
    named = [text for text in form.x_labels if text.strip()] or [""]
    ticks = widest([text for _, text in form.y_ticks], theme.LABEL)
    left = box.left + (ticks + 8 if form.y_ticks else 4)
    right = box.right - max(max(ends, default=0.0) + _NAME_GAP + 2, min(width(named[-1], theme.LABEL) / 2, 40.0))
    heights = [value for value in form.values if value is not None]
    heights += [height for height, _ in form.y_ticks] + [value for _, _, value, _ in form.median]
    heights += [form.goal[0]] if form.goal else []
    top = max(heights, default=0.0) * 1.04 or 1.0
    return _Axes(Box(left, box.top + _bands(box, form), right, box.bottom - 28), len(form.values), top)


def _draw_ground(canvas: Canvas, box: Box, axes: _Axes, form: RunChart) -> None:
    plot = axes.box
    heights = [axes.y(value) for value, _ in form.y_ticks]
    for place in shown_ticks([-y for y in heights], [15.0] * len(heights)) if heights else []:
        y = heights[place]
        if form.y_ticks[place][0] > 0:
            canvas.line([plot.left, plot.right], [y, y], f"grid-{place}", colour=theme.GRID, z=1.0)
        text = form.y_ticks[place][1]
        canvas.text(plot.left - 6, baseline(y, theme.LABEL), text, f"y-tick-{place}", align="right")
    canvas.line([plot.left, plot.right], [plot.bottom, plot.bottom], "axis-x")
    title = cut(form.axis_title, box.width, theme.LABEL)
    canvas.text(box.left, box.top + 15, title, "axis-title", colour=theme.QUIET)
    named = [place for place, text in enumerate(form.x_labels) if text.strip()]
    spots = [axes.x(place) for place in named]
    texts = [cut(form.x_labels[place], 140.0, theme.LABEL) for place in named]
    for at in shown_ticks(spots, [width(text, theme.LABEL) for text in texts]) if named else []:
        half = width(texts[at], theme.LABEL) / 2
        x = min(max(spots[at], box.left + half), box.right - half)
        canvas.line([spots[at]] * 2, [plot.bottom, plot.bottom + 5], f"tick-{named[at]}")
        canvas.text(x, plot.bottom + 21, texts[at], f"x-tick-{named[at]}", align="center")
    if form.change:
        _draw_change(canvas, box, axes, form)


def _draw_change(canvas: Canvas, box: Box, axes: _Axes, form: RunChart) -> None:
    assert form.change
    place, text = form.change
    # The change lies between the last place before it and its own first place.
    x = (axes.x(place - 1) + axes.x(place)) / 2 if place else axes.box.left
    foot = axes.box.top - 2
    canvas.line([x, x], [foot, axes.box.bottom], "change", colour=theme.INK, thick=1.8, dash=_CHANGE_DASH, z=1.4)
    text = cut(text, box.width, theme.LABEL, True)
    half = width(text, theme.LABEL, True) / 2
    middle = min(max(x, box.left + half), box.right - half)
    canvas.text(middle, baseline(foot - _ROW / 2, theme.LABEL), text, "change-text", bold=True, align="center")


def _draw_signals(canvas: Canvas, box: Box, axes: _Axes, form: RunChart) -> None:
    """A pale stretch behind the points of each signal, with its words above it."""
    if not form.signals:
        return
    size, half_step = theme.LABEL, axes.box.width / max(axes.places, 1) / 2
    lines = _signal_words(box, form)
    spans = [(axes.x(each.first) - half_step + 1, axes.x(each.last) + half_step - 1) for each in form.signals]
    wanted = [(low + high) / 2 for low, high in spans]
    centres = spread(wanted, [widest(each, size, True) + 14 for each in lines], box.left, box.right, wanted)
    foot = axes.box.top - 6 - _changes(form)
    for place, (signal, (low, high)) in enumerate(zip(form.signals, spans, strict=True)):
        colour = theme.FILL[signal.colour]
        canvas.rectangle(low, foot, high - low, axes.box.bottom - foot, colour, f"stretch-{place}", alpha=0.12, z=0.6)
        canvas.line([low, high], [foot, foot], f"bracket-{place}", colour=colour, thick=3.0)
        pitch = theme.LEADING * size
        middle = foot - _SIGNAL_GAP - pitch * len(lines[place]) / 2
        if abs(centres[place] - wanted[place]) > 4:  # words that had to move are tied to their bracket
            across, down = [centres[place], wanted[place]], [foot - _SIGNAL_GAP + 3, foot - 2]
            canvas.line(across, down, f"tie-{place}", colour=colour, thick=1.4)
        canvas.block(centres[place], middle, lines[place], f"signal-{place}", bold=True,
                     colour=theme.WORDS[signal.colour], align="center")  # fmt: skip


def _draw_levels(canvas: Canvas, axes: _Axes, form: RunChart) -> None:
    plot = axes.box
    if form.goal:
        y = axes.y(form.goal[0])
        canvas.line([plot.left, plot.right], [y, y], "goal", colour=theme.FILL["universal"], thick=2.4, z=2.6)
    step = plot.width / max(axes.places, 1) / 2
    for place, (first, last, value, _) in enumerate(form.median):
        x = [max(axes.x(first) - step, plot.left), min(axes.x(last) + step, plot.right)]
        canvas.line(x, [axes.y(value)] * 2, f"median-line-{place}", thick=1.8, dash=_MEDIAN_DASH, z=2.7)


def _draw_points(canvas: Canvas, axes: _Axes, form: RunChart) -> None:
    """Points joined where no value is missing between them; those of a signal are larger and in its colour."""
    known = _known(form)
    for a, b in pairwise(known):
        if b == a + 1:
            x, y = [axes.x(a), axes.x(b)], [axes.y(form.values[a] or 0.0), axes.y(form.values[b] or 0.0)]
            canvas.line(x, y, f"line-{a}", colour=theme.FILL[form.colour], thick=1.8, z=3.0)
    small = 4.6 if axes.places <= 40 else 3.4
    for place in known:
        signal = next((each for each in form.signals if each.first <= place <= each.last), None)
        fill = theme.FILL[signal.colour if signal else form.colour]
        spot = axes.x(place), axes.y(form.values[place] or 0.0)
        canvas.circle(*spot, small * (1.3 if signal else 1.0), f"dot-{place}", fill=fill, thick=1.2)


def _draw_ends(canvas: Canvas, box: Box, axes: _Axes, form: RunChart) -> None:
    """The last value, the median and the goal named at the right, spread, with leaders where they had to move."""
    ends = [_End(*each) for each in _end_words(form)]
    pitch, left = theme.LEADING * theme.LABEL, axes.box.right + _NAME_GAP
    levels = [axes.y(each.level) for each in ends]
    lengths = [pitch * len(each.lines) + 4 for each in ends]
    centres = spread(levels, lengths, box.top, box.bottom - 8, levels)
    for place, each in enumerate(ends):
        middle = centres[place]
        canvas.block(left, middle, each.lines, each.gid, bold=each.bold, colour=each.colour)
        begin = axes.x(_known(form)[-1]) + 7 if each.gid == "last" else axes.box.right + 2
        across = [begin, max(axes.box.right + 2, begin), left - 3]
        canvas.line(across, [levels[place], levels[place], middle], f"leader-{place}", colour=each.colour, thick=0.9,
                    z=1.5)  # fmt: skip
