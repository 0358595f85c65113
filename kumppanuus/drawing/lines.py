"""Lines over years or months, named at their right end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box, Canvas, baseline
from kumppanuus.drawing.curves import shown_ticks
from kumppanuus.drawing.end_names import NAME_GAP, EndName, draw_end_names, end_name, names_width
from kumppanuus.drawing.spec import Line, Lines
from kumppanuus.drawing.text import cut, spread, widest, width


@dataclass(frozen=True, slots=True)
class PlaceAxes:
    """A plot whose x axis has places, from left to right, and whose y axis goes from 0 up to `high`."""

    box: Box
    places: int
    high: float

    def x(self, place: float) -> float:
        """Return where a place lies, in points; a single one lies in the middle."""
        if self.places < 2:
            return (self.box.left + self.box.right) / 2
        return self.box.left + place / (self.places - 1) * self.box.width

    def y(self, value: float) -> float:
        """Return where a value lies, in points; what is above the axis lies at its end."""
        return self.box.bottom - min(value / self.high, 1.0) * self.box.height


def _known(line: Line) -> list[int]:
    return [place for place, value in enumerate(line.values) if value is not None]


def _highest(form: Lines) -> float:
    """Upper end of the y axis: the given one, or the highest value or tick with a little air."""
    if form.y_max is not None:
        return form.y_max
    values = [value for line in form.lines for value in (*line.values, *line.upper) if value is not None]
    top = max([*values, *(value for value, _ in form.y_ticks)], default=0.0)
    return 1.05 * top if top > 0 else 1.0


def _end_text(line: Line) -> str:
    known = _known(line)
    return line.texts[known[-1]] if known and line.texts else ""


def _first_text(line: Line) -> str:
    """Text of the first value where it stands at the left end; elsewhere it would be misread."""
    known = _known(line)
    return line.texts[0] if len(known) > 1 and known[0] == 0 and line.texts else ""


def _end_names(form: Lines, axes: PlaceAxes | None = None) -> tuple[list[EndName], float]:
    """The names at the right end with the ends of their lines (when the plot is known), and the size of their type."""
    many = len(form.lines) > 4
    size = theme.LABEL if len(form.lines) <= 6 else theme.SMALLEST
    names = []
    for line in form.lines:
        known = _known(line)
        end = (axes.x(known[-1]), axes.y(line.values[known[-1]] or 0.0)) if axes and known else None
        label = f"{_end_text(line)}  {line.label}".strip()
        names.append(end_name(label, line.key, line.colour, end, size, 1 if many else 2))
    return names, size


def _draw_ground(canvas: Canvas, axes: PlaceAxes, form: Lines, edge: float) -> None:
    """The future's shade, the grid, the axis and its texts."""
    plot = axes.box
    if form.shade_from is not None:
        left = axes.x(form.shade_from)
        canvas.rectangle(left, plot.top, plot.right - left, plot.height, theme.SHADE, "shade", z=0.5)
        word = cut(form.shade_text, plot.right - left - 12, theme.LABEL)
        canvas.text(left + 8, plot.top + 17, word, "shade-text", colour=theme.QUIET)
    ticks = [(axes.y(value), text) for value, text in form.y_ticks if value <= axes.high]
    for place in shown_ticks([-y for y, _ in ticks], [15.0] * len(ticks)) if ticks else []:
        y, text = ticks[place]
        canvas.line([edge, plot.right], [y, y], f"grid-{place}", colour=theme.GRID, z=1.0)
        canvas.text(edge - 6, baseline(y, theme.LABEL), text, f"y-tick-{place}", align="right")
    canvas.line([edge, plot.right], [plot.bottom, plot.bottom], "axis-x")
    title = cut(form.axis_title, plot.right - edge, theme.LABEL)
    canvas.text(edge, plot.top - 8, title, "axis-title", colour=theme.QUIET)
    _draw_places(canvas, axes, form)


def _draw_places(canvas: Canvas, axes: PlaceAxes, form: Lines) -> None:
    named = [place for place, text in enumerate(form.x_labels) if text.strip()]
    if not named:
        return
    spots = [axes.x(place) for place in named]
    limit = axes.box.width / max(len(named), 1) if len(named) < 3 else math.inf
    texts = [cut(form.x_labels[place], max(limit, 60.0), theme.LABEL) for place in named]
    for at in shown_ticks(spots, [width(text, theme.LABEL) for text in texts]):
        canvas.line([spots[at]] * 2, [axes.box.bottom, axes.box.bottom + 5], f"tick-{named[at]}")
        canvas.text(spots[at], axes.box.bottom + 21, texts[at], f"x-tick-{named[at]}", align="center")


def runs(values: Sequence[float | None]) -> list[list[int]]:
    """Runs of known values between the gaps."""
    runs: list[list[int]] = []
    for place, value in enumerate(values):
        if value is None:
            continue
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


def _draw_line(canvas: Canvas, axes: PlaceAxes, line: Line, place: int, dash: theme.Dash, future: int | None) -> None:
    colour = theme.FILL[line.colour]
    for run in runs([a if b is not None else None for a, b in zip(line.lower, line.upper, strict=True)]):
        low = [axes.y(line.lower[at] or 0.0) for at in run]
        high = [axes.y(line.upper[at] or 0.0) for at in run]
        canvas.band([axes.x(at) for at in run], low, high, colour, f"band-{place}-{run[0]}")
    for run in runs(line.values):
        past = [at for at in run if future is None or at <= future]
        ahead = [at for at in run if future is not None and at >= future]
        for part, pattern in ((past, dash), (ahead, (2.2, 1.4))):
            x, y = [axes.x(at) for at in part], [axes.y(line.values[at] or 0.0) for at in part]
            if len(part) > 1:
                canvas.line(x, y, f"line-{place}-{part[0]}", colour=colour, thick=3.0, dash=pattern)
    few = axes.places <= 15
    known = _known(line)
    lonely = {run[0] for run in runs(line.values) if len(run) == 1}
    for at in known if few else sorted(lonely | {known[-1]} if known else lonely):
        spot = (axes.x(at), axes.y(line.values[at] or 0.0))
        canvas.circle(*spot, 4.0, f"dot-{place}-{at}", fill=colour, thick=1.4)


def _draw_firsts(canvas: Canvas, axes: PlaceAxes, form: Lines) -> None:
    marked = [(place, line) for place, line in enumerate(form.lines) if _first_text(line).strip()]
    heights = [axes.y(line.values[0] or 0.0) for _, line in marked]
    room = [theme.LEADING * theme.LABEL] * len(marked)
    centres = spread(heights, room, axes.box.top - 12, axes.box.bottom - 1)  # the axis runs below them
    for (place, line), y in zip(marked, centres, strict=True):
        at, colour = baseline(y, theme.LABEL), theme.WORDS[line.colour]
        canvas.text(
            axes.box.left - 10, at, _first_text(line), f"first-{place}", bold=True, colour=colour, align="right"
        )


def draw(canvas: Canvas, box: Box, form: Lines) -> None:
    """Draw the lines in the box."""
    names = names_width(*_end_names(form))
    firsts = widest([_first_text(line) for line in form.lines], theme.LABEL, True)
    named = [text for text in form.x_labels if text.strip()] or [""]
    overhang = min(width(named[0], theme.LABEL) / 2, 60.0)
    edge = box.left + (widest([text for _, text in form.y_ticks], theme.LABEL) + 8 if form.y_ticks else 0.0)
    left = max(edge + (firsts + 14 if firsts else 4), box.left + overhang)
    right = box.right - max(names + NAME_GAP + 2, min(width(named[-1], theme.LABEL) / 2, 60.0))
    top = box.top + (26 if form.axis_title else 10)
    axes = PlaceAxes(Box(left, top, right, box.bottom - 28), len(form.x_labels), _highest(form))
    _draw_ground(canvas, axes, form, edge if form.y_ticks or firsts else left)
    # With a future only the future is dashed: the names at the right end tell the lines apart.
    whole: tuple[theme.Dash, ...] = ((),) * len(form.lines)
    dashes = theme.dashes(tuple(line.colour for line in form.lines)) if form.shade_from is None else whole
    for place, line in enumerate(form.lines):
        _draw_line(canvas, axes, line, place, dashes[place], form.shade_from)
    _draw_firsts(canvas, axes, form)
    named_ends, size = _end_names(form, axes)
    draw_end_names(canvas, named_ends, size, axes.box.right, box.top, box.bottom - 20, axes.box.bottom)
