"""Answers on a scale around a common middle: negative ones to the left, positive ones to the right."""

from __future__ import annotations

from dataclasses import dataclass

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box, Canvas, baseline
from kumppanuus.drawing.row_names import RowNames, row_names
from kumppanuus.drawing.spec import AnswerPart, Item, Level, Likert
from kumppanuus.drawing.text import cut, widest, width, wrap

_SWATCH, _KEY_ROW, _TITLE = 18.0, 25.0, 26.0
_TALLEST, _THICKEST = 58.0, 36.0
_GAP = 8.0
_STRENGTHS: dict[int, tuple[float, ...]] = {1: (1.0,), 2: (0.5, 1.0), 3: (0.3, 0.55, 1.0)}
"""Opacity of the answers of one side from the middle outwards, by how many there are."""
_ROLES: dict[int, Level] = {-1: "special", 0: "hidden", 1: "early"}


@dataclass(frozen=True, slots=True)
class Tone:
    """How a part is painted: its colour role, its opacity, and the colour of the text inside it."""

    role: Level
    alpha: float
    inside: str


@dataclass(frozen=True, slots=True)
class _Plan:
    names: RowNames
    row: float
    top: float
    middle: float
    scale: float
    notes: float
    size: float


def tone(form: Likert, part: AnswerPart) -> Tone:
    """The side gives the colour, the distance from the middle its strength."""
    side, half = form.side(part), len(form.answers) // 2
    outermost = half - 1 - part.first if side < 0 else part.last - (len(form.answers) - half)
    alpha = _STRENGTHS[half][outermost] if side else 1.0
    dark = side > 0 and alpha == 1.0
    return Tone(_ROLES[side], alpha, theme.PAPER if dark else theme.INK)


def natural_height(form: Likert) -> float:
    """Height of the form in points where nothing forces another."""
    titles = _TITLE if form.low_title.strip() or form.high_title.strip() else 0.0
    return max(2 * _KEY_ROW + titles + 16 + 46.0 * len(form.items), 130.0)


def reach(form: Likert, item: Item) -> tuple[float, float]:
    """Shares to the left and to the right of the middle; what lies across it counts half on both sides."""
    left = sum(part.value * (0.5 if form.side(part) == 0 else 1.0) for part in item.parts if form.side(part) <= 0)
    right = sum(part.value * (0.5 if form.side(part) == 0 else 1.0) for part in item.parts if form.side(part) >= 0)
    return left, right


def _planned(box: Box, form: Likert, top: float) -> _Plan:
    row = min(_TALLEST, (box.bottom - top) / max(len(form.items), 1))
    names = row_names([item.label for item in form.items], [item.bold for item in form.items], row, 0.99 * box.width)
    size = min(names.size, theme.LABEL)
    drawn = [item for item in form.items if item.parts]
    notes = max(widest([item.note for item in drawn], size), width(form.note_title, theme.LABEL) if drawn else 0.0)
    low = widest([item.low_text for item in drawn], size, True) + _GAP
    high = widest([item.high_text for item in drawn], size, True) + _GAP
    left = box.left + names.column + 14 + low
    right = box.right - high - (notes + 18 if notes else 0.0)
    reaches = [reach(form, item) for item in drawn]
    most_left = max((each for each, _ in reaches), default=0.5)
    most_right = max((each for _, each in reaches), default=0.5)
    scale = max(right - left, 60.0) / max(most_left + most_right, 1e-9)
    return _Plan(names, row, top, left + most_left * scale, scale, notes, size)


def _draw_key(canvas: Canvas, box: Box, form: Likert) -> float:
    """The answers in the order of the scale, in rows; returns the y below them."""
    entries = [(answer, AnswerPart(place, place, 0.0, "")) for place, answer in enumerate(form.answers)]
    long = sum(_SWATCH + 28 + width(text, theme.LABEL) for text in form.answers) - 20
    size = theme.LABEL if long <= box.width else theme.SMALLEST
    texts = [cut(text, box.width - _SWATCH - 8, size) for text, _ in entries]
    hatched = any(part.merged for item in form.items for part in item.parts) and bool(form.merged_text.strip())
    texts += [cut(form.merged_text, box.width - _SWATCH - 8, size)] if hatched else []
    x, y = box.left, box.top + 11
    for place, text in enumerate(texts):
        long = _SWATCH + 8 + width(text, size)
        if x > box.left and x + long > box.right:
            x, y = box.left, y + _KEY_ROW
        painted = tone(form, entries[place][1]) if place < len(entries) else Tone("neutral", 1.0, theme.INK)
        canvas.rectangle(x, y - 7, _SWATCH, 14, theme.FILL[painted.role], f"swatch-{place}", alpha=painted.alpha,
                         hatch=place >= len(entries))  # fmt: skip
        canvas.text(x + _SWATCH + 8, baseline(y, size), text, f"key-{place}", size=size)
        x += long + 20
    return y + 18


def _draw_titles(canvas: Canvas, box: Box, form: Likert, plan: _Plan) -> None:
    """What each side means, on both sides of the middle, and what the notes say."""
    y = plan.top - 9
    end = box.right - (plan.notes + 18 if plan.notes else 0.0)
    low = cut(form.low_title, plan.middle - 12 - box.left, theme.LABEL, True)
    high = cut(form.high_title, end - plan.middle - 12, theme.LABEL, True)
    canvas.text(plan.middle - 10, y, low, "low-title", bold=True, colour=theme.WORDS["special"], align="right")
    canvas.text(plan.middle + 10, y, high, "high-title", bold=True, colour=theme.WORDS["early"])
    if plan.notes:
        canvas.text(box.right, y, form.note_title, "note-title", colour=theme.QUIET, align="right")


def _draw_part(canvas: Canvas, form: Likert, part: AnswerPart, gid: str, room: Box, size: float) -> None:
    painted = tone(form, part)
    trim = 1.0 if room.width > 3 else 0.0
    canvas.rectangle(room.left, room.top, room.width - trim, room.height, theme.FILL[painted.role], f"segment-{gid}",
                     alpha=painted.alpha, hatch=part.merged)  # fmt: skip
    wide = width(part.text, size) + 6
    if wide + 2 > room.width or room.height < 1.12 * size:
        return
    x, middle = (room.left + room.right - trim) / 2, (room.top + room.bottom) / 2
    if part.merged:  # on a hatch the text needs a white ground
        canvas.rectangle(x - wide / 2, middle - 0.55 * size, wide, 1.1 * size, theme.PAPER, "box", z=5.0)
    colour = theme.INK if part.merged else painted.inside
    canvas.text(x, baseline(middle, size), part.text, f"inside-{gid}", size=size, colour=colour, align="center")


def _draw_item(canvas: Canvas, box: Box, form: Likert, plan: _Plan, place: int) -> None:
    item, middle = form.items[place], plan.top + (place + 0.5) * plan.row
    name_end = box.left + plan.names.column
    canvas.block(name_end, middle, plan.names.lines[place], f"label-{place}", size=plan.names.size, bold=item.bold,
                 align="right")  # fmt: skip
    at = baseline(middle, plan.size)
    if not item.parts:
        room = box.right - name_end - 14
        lines = wrap(item.note, room, plan.size, most=1)
        canvas.text(name_end + 14, at, lines[0], f"note-{place}", size=plan.size, colour=theme.QUIET)
        return
    thick = min(0.68 * plan.row, _THICKEST)
    left, right = reach(form, item)
    x = plan.middle - left * plan.scale
    canvas.text(x - _GAP, at, item.low_text, f"low-{place}", size=plan.size, bold=True,
                colour=theme.WORDS["special"], align="right")  # fmt: skip
    for number, part in enumerate(item.parts):
        end = x + part.value * plan.scale
        if part.value > 0:
            room_of = Box(x, middle - thick / 2, end, middle + thick / 2)
            _draw_part(canvas, form, part, f"{place}-{number}", room_of, plan.size)
        x = end
    at_right = plan.middle + right * plan.scale + _GAP
    canvas.text(at_right, at, item.high_text, f"high-{place}", size=plan.size, bold=True, colour=theme.WORDS["early"])
    if plan.notes:
        canvas.text(box.right, at, item.note, f"note-{place}", size=plan.size, align="right")


def draw(canvas: Canvas, box: Box, form: Likert) -> None:
    """Draw the key, the rows around the middle line, and the sums at their ends."""
    top = _draw_key(canvas, box, form)
    titled = any(text.strip() for text in (form.low_title, form.high_title, form.note_title))
    plan = _planned(box, form, top + (_TITLE if titled else 4.0))
    if titled:
        _draw_titles(canvas, box, form, plan)
    for place in range(len(form.items)):
        _draw_item(canvas, box, form, plan, place)
    if any(item.parts for item in form.items):
        last = max(place for place, item in enumerate(form.items) if item.parts)
        bottom = plan.top + plan.row * (last + 1)
        canvas.line([plan.middle, plan.middle], [plan.top - 4, bottom], "axis-middle", thick=1.2, z=1.5)
