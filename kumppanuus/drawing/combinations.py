"""Combinations as columns above a grid of dots, one member of them highlighted, totals of the members on the left."""

from __future__ import annotations

from dataclasses import dataclass

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Z_MARK, Box, Canvas, baseline
from kumppanuus.drawing.row_names import RowNames, row_names
from kumppanuus.drawing.spec import Combination, Combinations, Level, Member
from kumppanuus.drawing.text import cut, widest, width, wrap

_TALLEST_ROW, _LEAST_ROW = 34.0, 22.0
_WIDEST_SLOT, _LEAST_SLOT = 56.0, 20.0
_WORDS = 84.0
"""Widest line of words instead of dots."""
_LEAST_COLUMNS = 96.0
"""Room kept for the columns above the grid, their numbers included."""
_TOTALS = 104.0
"""Longest bar of a member's total; half of it where names and columns need the room."""
_NAMES = 0.36
"""Share of the box that names of members may take."""
_TITLE = 24.0
_GAP = 8.0


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where things stand.

    totals : left end of the bars of the members; grid : left end of the grid. slots : (left, right) of each column.
    foot : y of the common zero of the columns; top : y of the first row.
    """

    names: RowNames
    row: float
    totals: float
    total_scale: float
    slots: tuple[tuple[float, float], ...]
    head: float
    foot: float
    top: float
    scale: float
    size: float

    def middle(self, place: int) -> float:
        return self.top + (place + 0.5) * self.row

    def centre(self, column: int) -> float:
        left, right = self.slots[column]
        return (left + right) / 2


def natural_height(form: Combinations) -> float:
    """Height of the form in points where nothing forces another."""
    return 176.0 + _TALLEST_ROW * max(len(form.members), 1)


def _rest_width(column: Combination) -> float:
    """Room of a column with words instead of dots; 0 for others."""
    if not column.label.strip():
        return 0.0
    lines = wrap(column.label, _WORDS, theme.LABEL)
    return max(widest(lines, theme.LABEL), width(column.text, theme.LABEL, True)) + 12


def _needed(form: Combinations) -> float:
    """Room that all columns need when their numbers are set small."""
    dots = [column for column in form.columns if not column.label.strip()]
    slot = max(widest([column.text for column in dots], theme.SMALLEST, True) + 5, _LEAST_SLOT)
    return slot * len(dots) + sum(_rest_width(column) for column in form.columns)


def _slots(form: Combinations, left: float, right: float) -> tuple[tuple[float, float], ...]:
    """Room of each column; one with words instead of dots is as wide as its words."""
    words = [_rest_width(column) for column in form.columns]
    plain = sum(not each for each in words)
    slot = min(max((right - left - sum(words)) / max(plain, 1), _LEAST_SLOT), _WIDEST_SLOT)
    slots, x = [], left
    for wide in words:
        room = max(wide, slot)
        slots.append((x, x + room))
        x += room
    return tuple(slots)


def _highest(form: Combinations) -> float:
    """The largest combination: the column of all others does not make the rest of them small."""
    known = [column.value or 0.0 for column in form.columns if column.members]
    return max(known, default=max((column.value or 0.0 for column in form.columns), default=0.0))


def _planned(box: Box, form: Combinations, lowered: float = 0.0) -> _Plan:
    count = max(len(form.members), 1)
    row = max(min(_TALLEST_ROW, (box.height - _LEAST_COLUMNS - 60) / count), _LEAST_ROW)
    bold = [member.key == form.highlight for member in form.members]
    labels = [member.label for member in form.members]
    longest = max((member.value or 0.0 for member in form.members), default=0.0)
    bar = _TOTALS if longest else 0.0
    beside = 52.0 + widest([member.text for member in form.members], theme.LABEL, True)
    room = box.width - beside - _needed(form)
    if room - bar < _NAMES * box.width:
        bar /= 2
    names = row_names(labels, bold, row, min(max(room - bar, 90.0), _NAMES * box.width) / 0.45)
    totals = box.left + 18 + names.column
    grid = totals + bar + beside - 24
    slots = _slots(form, grid, box.right - 6)
    top = box.bottom - row * len(form.members)
    head, foot = box.top + _TITLE + 20 + lowered, top - 8
    scale = (foot - head) / highest if (highest := _highest(form)) > 0 else 0.0
    narrowest = min((right - left for left, right in slots), default=_WIDEST_SLOT)
    column_size = theme.LABEL if _widest_text(form, theme.LABEL) + 4 <= narrowest else theme.SMALLEST
    scale_of_totals = bar / longest if longest > 0 else 0.0
    return _Plan(names, row, totals, scale_of_totals, slots, head, foot, top, scale, column_size)


def _widest_text(form: Combinations, size: float) -> float:
    return widest([column.text for column in form.columns], size, True)


def _role(form: Combinations, column: Combination) -> Level:
    if not column.members:
        return "neutral"
    return form.colour if form.of_highlight(column) else form.others


def _draw_member(canvas: Canvas, box: Box, plan: _Plan, form: Combinations, place: int, member: Member) -> None:
    """A row: its stripe, its name and the bar of its total."""
    size, middle, strong = min(plan.names.size, theme.LABEL), plan.middle(place), member.key == form.highlight
    if place % 2 == 0:
        canvas.rectangle(box.left, middle - plan.row / 2, box.width, plan.row, theme.SHADE, f"stripe-{place}", z=0.5)
    role: Level = form.colour if strong else "neutral"
    colour = theme.WORDS[role] if strong else theme.INK
    lines = plan.names.lines[place]
    canvas.block(plan.totals - 10, middle, lines, f"label-{place}", size=plan.names.size, bold=strong, colour=colour,
                 align="right")  # fmt: skip
    end = plan.totals
    if member.value is not None:
        long = max(member.value * plan.total_scale, 1.5 if member.value > 0 else 0.0)
        thick = min(0.56 * plan.row, 20.0)
        canvas.rectangle(end, middle - thick / 2, long, thick, theme.FILL[role], f"bar-{place}")
        end += long
    at = baseline(middle, size)
    shade = colour if member.value is not None else theme.QUIET
    canvas.text(end + 6, at, member.text, f"total-{place}", size=size, bold=strong, colour=shade)


def _draw_column(canvas: Canvas, plan: _Plan, form: Combinations, place: int) -> None:
    """A column, its number, and its dots joined by a line."""
    column, (left, right), x = form.columns[place], plan.slots[place], plan.centre(place)
    role = _role(form, column)
    top = plan.foot
    if column.value is not None:
        tall = max(column.value * plan.scale, 1.5 if column.value > 0 else 0.0)
        most = plan.foot - plan.head
        wide = min(0.7 * (right - left), 40.0)
        canvas.rectangle(
            x - wide / 2, top - min(tall, most), wide, min(tall, most), theme.FILL[role], f"column-{place}"
        )
        if tall > most + 0.5:
            _draw_break(canvas, x, wide, plan.foot - most / 2, place)
        top -= min(tall, most)
    # A number that does not fit is left out, never cut: the table beside has it.
    text = column.text if width(column.text, plan.size, True) <= right - left else ""
    colour = theme.WORDS[role] if column.value is not None else theme.QUIET
    canvas.text(x, top - 5, text, f"value-{place}", size=plan.size, bold=True, colour=colour, align="center")
    _draw_dots(canvas, plan, form, place, role)


def _draw_break(canvas: Canvas, x: float, wide: float, middle: float, place: int) -> None:
    """Two white strokes across a column that is higher than drawn."""
    for number, shift in enumerate((-3.5, 3.5)):
        canvas.line([x - wide / 2 - 2, x + wide / 2 + 2], [middle + shift + 3, middle + shift - 3],
                    f"break-{place}-{number}", colour=theme.PAPER, thick=3.0, z=Z_MARK)  # fmt: skip


def _draw_dots(canvas: Canvas, plan: _Plan, form: Combinations, place: int, role: Level) -> None:
    column, x, fill = form.columns[place], plan.centre(place), theme.FILL[role]
    if not column.members:
        middle = plan.top + plan.row * len(form.members) / 2
        lines = wrap(column.label, _WORDS, theme.LABEL)
        canvas.block(x, middle, lines, f"rest-{place}", colour=theme.QUIET, align="center", box=True)
        return
    used = [at for at, member in enumerate(form.members) if member.key in column.members]
    radius = min(0.22 * plan.row, 7.0)
    for at in range(len(form.members)):
        if at not in used:
            canvas.circle(x, plan.middle(at), 0.72 * radius, f"empty-{place}-{at}", fill=theme.GRID, rim=theme.GRID,
                          thick=0.0)  # fmt: skip
    if len(used) > 1:
        ends = [plan.middle(used[0]), plan.middle(used[-1])]
        canvas.line([x, x], ends, f"join-{place}", colour=fill, thick=3.0, z=Z_MARK)
    for at in used:
        canvas.circle(x, plan.middle(at), radius, f"dot-{place}-{at}", fill=fill, rim=fill, thick=0.0)


def _draw_words(canvas: Canvas, box: Box, plan: _Plan, form: Combinations) -> None:
    """The names of the two colours at the upper right, where columns are lowest, and the titles."""
    title = cut(form.columns_title, box.right - plan.slots[0][0], theme.LABEL) if plan.slots else ""
    canvas.text(plan.slots[0][0] if plan.slots else box.left, box.top + 15, title, "columns-title", colour=theme.QUIET)
    room = plan.slots[0][0] - plan.totals - 14 if plan.slots else box.width
    lines = wrap(form.members_title, room, theme.LABEL, most=3) if form.members_title.strip() else ()
    canvas.block(
        plan.totals, plan.top - 6 - theme.LEADING * theme.LABEL * len(lines) / 2, lines, "members-title",
        colour=theme.QUIET,
    )  # fmt: skip
    words = _words(form)
    if not _beside(plan, form, box):
        x = plan.slots[0][0] if plan.slots else box.left
        long = sum(width(text, theme.LABEL, True) for text, _ in words) + 24 * (len(words) - 1)
        x = max(min(x, box.right - 6 - long), box.left)
        for place, (text, role) in enumerate(words):
            string = cut(text, box.right - x, theme.LABEL, True)
            canvas.text(x, box.top + 15 + 24, string, f"colour-{place}", bold=True, colour=theme.WORDS[role])
            x += width(string, theme.LABEL, True) + 24
        return
    for place, (text, role) in enumerate(words):
        y = box.top + 39 + 22 * place
        canvas.text(box.right - 6, y, text, f"colour-{place}", bold=True, colour=theme.WORDS[role], align="right")


def _words(form: Combinations) -> list[tuple[str, Level]]:
    """The names of the two colours, those that are asked for."""
    pairs: tuple[tuple[str, Level], ...] = ((form.highlight_text, form.colour), (form.others_text, form.others))
    return [(text, role) for text, role in pairs if text.strip()]


def _beside(plan: _Plan, form: Combinations, box: Box) -> bool:
    """Whether the names of the colours fit at the upper right, one below the other."""
    return all(
        width(text, theme.LABEL, True) <= _free(plan, form, box, box.top + 25 + 22 * place)
        for place, (text, _) in enumerate(_words(form))
    )


def _free(plan: _Plan, form: Combinations, box: Box, y: float) -> float:
    """Room to the left from the right margin at a height down to 22 points below it, before a column is met."""
    reach = plan.slots[0][0] if plan.slots else box.left
    for place, column in enumerate(form.columns):
        top = max(plan.foot - (column.value or 0.0) * plan.scale, plan.head) - 5 - plan.size
        if top < y + 22:
            reach = max(reach, plan.slots[place][1] + 8)
    return box.right - 6 - reach


def draw(canvas: Canvas, box: Box, form: Combinations) -> None:
    """Draw the columns, the grid below them and the totals beside it."""
    box = Box(box.left, box.top, box.right, min(box.bottom, box.top + max(natural_height(form), 300.0)))
    plan = _planned(box, form)
    if not _beside(plan, form, box):
        plan = _planned(box, form, 24.0)
    for place, member in enumerate(form.members):
        _draw_member(canvas, box, plan, form, place, member)
    for place in range(len(form.columns)):
        _draw_column(canvas, plan, form, place)
    _draw_words(canvas, box, plan, form)
