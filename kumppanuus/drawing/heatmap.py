"""A table whose cells are shaded by their numbers, with the numbers in them."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.colors import to_hex, to_rgb

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box, Canvas, baseline
from kumppanuus.drawing.roles import Level
from kumppanuus.drawing.row_names import RowNames, row_names
from kumppanuus.drawing.spec_heatmap import HeatCell, Heatmap
from kumppanuus.drawing.text import ELLIPSIS, cut, hyphenated, widest, width, wrap

_SHADES = (0.14, 0.32, 0.5, 0.76, 1.0)
"""Strengths of the shades of a side: more than five cannot be told apart across a room."""
_TALLEST, _SLOT = 52.0, 130.0
_KEY, _SWATCH_WIDTH = 34.0, 30.0
_LEAST_UPRIGHT, _MOST_UPRIGHT = 56.0, 132.0
_LEAST_ROW = 17.0
_CLOSE = 1.14
"""Leading of three lines that read upwards: they fit a column of a square of fourteen services."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where the cells go: names of the rows, top left corner, size of a cell, lines of the column names.

    upright : names of the columns read upwards.
    """

    names: RowNames
    left: float
    top: float
    slot: float
    row: float
    heads: tuple[tuple[str, ...], ...]
    upright: bool


def natural_height(form: Heatmap) -> float:
    """Height of the form in points where nothing forces another."""
    page = Box(0.0, 0.0, theme.PAGE_WIDTH - 2 * theme.MARGIN, theme.BODY_HEIGHT)
    return max(_planned(page, form).top + 40.0 * len(form.rows), 60.0)


def draw(canvas: Canvas, box: Box, form: Heatmap) -> None:
    """Draw the cells in the box, the key above them."""
    if not (form.rows and form.columns):
        return
    plan = _planned(box, form)
    _draw_key(canvas, box, plan, form)
    _draw_heads(canvas, box, plan, form)
    for row, cells in enumerate(form.cells):
        middle = plan.top + (row + 0.5) * plan.row
        lines, size = plan.names.lines[row], plan.names.size
        canvas.block(plan.left - 12, middle, lines, f"label-{row}", size=size, align="right")
        for column, cell in enumerate(cells):
            _draw_cell(canvas, plan, form, cell, row, column)


def shade(value: float, form: Heatmap) -> str:
    """Colour of a place on the scale: white at 0, in five steps to the full colour at ±1."""
    role: Level = form.colour if value >= 0 or form.below is None else form.below
    strength = (0.0, *_SHADES)[_step(abs(value))]
    red, green, blue = (1 + (part - 1) * strength for part in to_rgb(theme.FILL[role]))
    return to_hex((red, green, blue))


def _step(size: float) -> int:
    """Step of a strength 0–1: 0 only for (nearly) nothing."""
    return min(int(size * len(_SHADES) + 1 - 1e-9), len(_SHADES)) if size > 1e-9 else 0


def _ink(ground: str) -> str:
    """Black or white, whichever reads better on a ground."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(ground)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return theme.PAPER if luminance < 0.17 else theme.INK


def _planned(box: Box, form: Heatmap) -> _Plan:
    key = _KEY if form.scale else 0.0
    titles = 24.0 if form.column_title.strip() or form.row_title.strip() else 0.0
    count, columns = max(len(form.rows), 1), max(len(form.columns), 1)
    row = (box.height - key - titles - 24) / count
    for _ in range(2):  # the names of the rows settle the width of a column, that one the height of the heads
        names = row_names(form.rows, [False] * len(form.rows), min(row, _TALLEST), box.width)
        left = box.left + names.column + (12 if names.column else 0)
        slot = min((box.right - left) / columns, _SLOT)
        heads, upright = _heads(form, slot, box.height - key - titles - _LEAST_ROW * count - 10)
        tall = _head_height(heads, upright)
        row = min((box.height - key - titles - tall) / count, _TALLEST)
    return _Plan(names, left, box.top + key + titles + tall, slot, row, heads, upright)


def _heads(form: Heatmap, slot: float, height: float) -> tuple[tuple[tuple[str, ...], ...], bool]:
    """Names of the columns: on up to three lines side by side, or reading upwards where they would be cut.

    height : what the rows leave for them.
    """
    size = theme.SMALLEST
    lines = tuple(wrap(name, slot - 6, size, False, 3) for name in form.columns)
    if not any(line.endswith(ELLIPSIS) for one in lines for line in one):
        return lines, False
    room = min(max(height, _LEAST_UPRIGHT), _MOST_UPRIGHT)
    most = [_most_upright(name, slot) for name in form.columns]
    named = [name if few == 1 else hyphenated(name, room, size) for name, few in zip(form.columns, most, strict=True)]
    return tuple(wrap(name, room, size, False, few) for name, few in zip(named, most, strict=True)), True


def _most_upright(name: str, slot: float) -> int:
    """Most lines of a name that reads upwards; only Latin letters are low enough for three close ones."""
    size = theme.SMALLEST
    if slot >= 3 * _CLOSE * size + 1 and max(name, default="") < "\u0250":
        return 3
    return 2 if slot >= 2 * theme.LEADING * size + 2 else 1


def _head_height(heads: tuple[tuple[str, ...], ...], upright: bool) -> float:
    if upright:
        return max((widest(one, theme.SMALLEST) for one in heads), default=0.0) + 10
    return theme.LEADING * theme.SMALLEST * max((len(one) for one in heads), default=0) + 8


def _draw_heads(canvas: Canvas, box: Box, plan: _Plan, form: Heatmap) -> None:
    tall = _head_height(plan.heads, plan.upright)
    title = cut(form.column_title, box.right - plan.left, theme.SMALLEST)
    canvas.text(plan.left, plan.top - tall - 6, title, "column-title", size=theme.SMALLEST, colour=theme.QUIET)
    title = cut(form.row_title, plan.left - 12 - box.left, theme.SMALLEST)
    canvas.text(plan.left - 12, plan.top - 6, title, "row-title", size=theme.SMALLEST, colour=theme.QUIET,
                align="right")  # fmt: skip
    for column, lines in enumerate(plan.heads):
        x = plan.left + (column + 0.5) * plan.slot
        if plan.upright:
            pitch = (_CLOSE if len(lines) > 2 else theme.LEADING) * theme.SMALLEST
            for row, line in enumerate(lines):  # the first line is the left one to who turns the head
                at = x + (row - (len(lines) - 1) / 2) * pitch
                canvas.upright(at, plan.top - 6, line, f"across-{column}-{row}", size=theme.SMALLEST)
        else:
            high = theme.LEADING * theme.SMALLEST * len(lines)
            canvas.block(x, plan.top - 4 - high / 2, lines, f"across-{column}", size=theme.SMALLEST, align="center")


def _draw_cell(canvas: Canvas, plan: _Plan, form: Heatmap, cell: HeatCell, row: int, column: int) -> None:
    left, top = plan.left + column * plan.slot, plan.top + row * plan.row
    wide, high = plan.slot - 2, plan.row - 2
    gid = f"{row}-{column}"
    ground = theme.FILL["hidden"] if cell.hidden else theme.PAPER if cell.value is None else shade(cell.value, form)
    canvas.rectangle(left + 1, top + 1, wide, high, ground, f"segment-{gid}", hatch=cell.hidden)
    if cell.bold:
        right, bottom = left + plan.slot, top + plan.row
        across, down = [left, right, right, left, left], [top, top, bottom, bottom, top]
        canvas.line(across, down, f"frame-{gid}", colour=theme.INK, thick=2.4, z=4.5)
    size = theme.LABEL if plan.row >= 24 and width(cell.text, theme.LABEL, cell.bold) + 6 <= wide else theme.SMALLEST
    if cell.hidden or width(cell.text, size, cell.bold) + 4 > wide or high < 1.05 * size:
        return
    at = baseline(top + plan.row / 2, size)
    canvas.text(left + plan.slot / 2, at, cell.text, f"inside-{gid}", size=size, bold=cell.bold, colour=_ink(ground),
                align="center")  # fmt: skip


def _draw_key(canvas: Canvas, box: Box, plan: _Plan, form: Heatmap) -> None:
    """What the shades measure, the shades with their numbers, and what a hatched cell is."""
    if not form.scale:
        return
    middle, x = box.top + 12, box.left
    title = cut(form.scale_title, box.width / 2, theme.LABEL)
    canvas.text(x, baseline(middle, theme.LABEL), title, "key-title", colour=theme.QUIET)
    x += width(title, theme.LABEL) + (14 if title else 0)
    for place, (value, text) in enumerate(form.scale):
        canvas.rectangle(x, middle - 8, _SWATCH_WIDTH, 16, shade(value, form), f"swatch-{place}")
        _outline(canvas, x, middle, f"swatch-edge-{place}")
        canvas.text(x + _SWATCH_WIDTH + 6, baseline(middle, theme.LABEL), text, f"key-{place}")
        x += _SWATCH_WIDTH + 6 + width(text, theme.LABEL) + 16
    if form.hidden.strip() and x + _SWATCH_WIDTH + 6 + width(form.hidden, theme.LABEL) <= box.right:
        canvas.rectangle(x, middle - 8, _SWATCH_WIDTH, 16, theme.FILL["hidden"], "swatch-hidden", hatch=True)
        canvas.text(x + _SWATCH_WIDTH + 6, baseline(middle, theme.LABEL), form.hidden, "key-hidden")


def _outline(canvas: Canvas, x: float, middle: float, gid: str) -> None:
    across = [x, x + _SWATCH_WIDTH, x + _SWATCH_WIDTH, x, x]
    down = [middle - 8, middle - 8, middle + 8, middle + 8, middle - 8]
    canvas.line(across, down, gid, colour=theme.GRID, thick=0.8)
