"""A waterfall in rows: a total, the effects one after another from where the row above ended, and the new total."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Z_MARK, Box, Canvas, baseline
from kumppanuus.drawing.row_names import RowNames, row_names
from kumppanuus.drawing.spec import Level, Stage, Waterfall
from kumppanuus.drawing.text import cut, width

_TALLEST, _THICKEST = 62.0, 36.0
_GAP = 10.0
_TITLE, _FOOT = 28.0, 24.0
_BREAK = 16.0
"""From the beginning of a broken bar to its break."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """Names, rows, and the horizontal scale: ``zero`` is the x of ``origin``."""

    names: RowNames
    row: float
    top: float
    zero: float
    origin: float
    scale: float

    def x(self, value: float) -> float:
        return self.zero + (value - self.origin) * self.scale

    def middle(self, place: int) -> float:
        return self.top + (place + 0.5) * self.row

    @property
    def thick(self) -> float:
        return min(0.62 * self.row, _THICKEST)


def natural_height(form: Waterfall) -> float:
    """Height of the form in points where nothing forces another."""
    around = (_TITLE if form.axis_title.strip() else 0.0) + (_FOOT if form.start > 0 else 0.0)
    return max(around + 50.0 * len(form.stages), 60.0)


def role(stage: Stage) -> Level:
    """Grey totals, orange growth, teal decrease; what belongs to several effects at once is violet (and hatched)."""
    if stage.kind == "total":
        return "neutral"
    if stage.kind == "interaction":
        return "accent"
    return "special" if (stage.value or 0.0) >= 0 else "universal"


def _text_width(stage: Stage, size: float) -> float:
    detail = _GAP + width(stage.detail, size) if stage.detail.strip() else 0.0
    return _GAP + width(stage.text, size, stage.value is not None) + detail


def _planned(box: Box, form: Waterfall) -> _Plan:
    top = box.top + (_TITLE if form.axis_title.strip() else 0.0)
    bottom = box.bottom - (_FOOT if form.start > 0 else 0.0)
    row = min(_TALLEST, (bottom - top) / max(len(form.stages), 1))
    strong = [stage.kind == "total" for stage in form.stages]
    names = row_names([stage.label for stage in form.stages], strong, row, box.width)
    left = box.left + names.column + (14 if names.column else 0)
    drawn = [(stage, span) for stage, span in zip(form.stages, form.spans(), strict=True) if span is not None]
    origin = min([form.start, *(min(span) for stage, span in drawn if stage.kind != "total" or min(span) < 0)])
    zero = left + (_BREAK + 14 if form.start > 0 else 0.0)
    scales = [
        max(box.right - zero - _text_width(stage, names.size), 60.0) / (max(span) - origin)
        for stage, span in drawn
        if max(span) > origin
    ]
    return _Plan(names, row, top, zero, origin, min(scales, default=0.0))


def _draw_bar(canvas: Canvas, form: Waterfall, plan: _Plan, place: int, span: tuple[float, float]) -> float:
    """Draw the bar of a row; return its right end."""
    stage, middle, thick = form.stages[place], plan.middle(place), plan.thick
    broken = form.start > 0 and stage.kind == "total"
    low, high = sorted(span)
    left = plan.zero - _BREAK - 14 if broken else plan.x(low)
    right = max(plan.x(high), left + (1.5 if high > low else 0.0))
    fill = theme.FILL[role(stage)]
    hatch = stage.kind == "interaction"
    canvas.rectangle(left, middle - thick / 2, right - left, thick, fill, f"bar-{place}", hatch=hatch)
    if broken:
        for number, shift in enumerate((0.0, 7.0)):
            x = left + _BREAK + shift
            canvas.line([x - 3, x + 3], [middle + thick / 2 + 2, middle - thick / 2 - 2], f"break-{place}-{number}",
                        colour=theme.PAPER, thick=3.0, z=Z_MARK)  # fmt: skip
    return right


def _draw_row(canvas: Canvas, box: Box, form: Waterfall, plan: _Plan, place: int, at: float) -> None:
    """A row: its name, its bar, its number; ``at`` is where a hidden one says that it is."""
    stage, span, middle, size = form.stages[place], form.spans()[place], plan.middle(place), plan.names.size
    total = stage.kind == "total"
    name_end = box.left + plan.names.column
    lines = plan.names.lines[place]
    canvas.block(name_end, middle, lines, f"label-{place}", size=size, bold=total, align="right")
    x = (_draw_bar(canvas, form, plan, place, span) if span is not None else at) + 8
    known = span is not None
    if form.start == 0 and x < plan.x(0.0) + 4 and x + _text_width(stage, size) > plan.x(0.0) - 4:
        x = plan.x(0.0) + 8  # the number does not stand on the axis
    colour = theme.INK if total else theme.WORDS[role(stage)]
    text = cut(stage.text, box.right - x, size, known)
    line = baseline(middle, size)
    canvas.text(x, line, text, f"value-{place}", size=size, bold=known, colour=colour if known else theme.QUIET)
    x += width(text, size, known) + _GAP
    if stage.detail.strip() and box.right - x > 20:
        detail = cut(stage.detail, box.right - x, size)
        canvas.text(x, line, detail, f"detail-{place}", size=size, colour=theme.QUIET)


def _draw_joins(canvas: Canvas, form: Waterfall, plan: _Plan) -> None:
    """Thin lines from the end of a row down to the next row that has a bar."""
    spans = form.spans()
    known = [place for place, span in enumerate(spans) if span is not None]
    for one, other in pairwise(known):
        span, after = spans[one], spans[other]
        met = after[1] if form.stages[other].kind == "total" and after else None
        if span is None or (met is not None and abs(met - span[1]) * plan.scale > 2.5):
            continue  # the total is not what the shown effects add up to: no line says so
        x = plan.x(span[1])
        y = (plan.middle(one) + plan.thick / 2, plan.middle(other) - plan.thick / 2)
        canvas.line([x, x], y, f"join-{one}", thick=1.0, z=1.5)


def draw(canvas: Canvas, box: Box, form: Waterfall) -> None:
    """Draw the rows in the box, from its top."""
    plan = _planned(box, form)
    if form.axis_title.strip():
        left = box.left + plan.names.column + 14
        words = cut(form.axis_title, box.right - left, theme.LABEL)
        canvas.text(left, box.top + 15, words, "axis-title", colour=theme.QUIET)
    at = plan.zero
    for place, span in enumerate(form.spans()):
        at = plan.x(span[1]) if span is not None else at
        _draw_row(canvas, box, form, plan, place, at)
    _draw_joins(canvas, form, plan)
    bottom = plan.top + plan.row * len(form.stages)
    if form.start > 0:
        left = box.left + plan.names.column + 14
        words = cut(form.break_text, box.right - left, theme.SMALLEST)
        canvas.text(left, bottom + 16, words, "break", size=theme.SMALLEST, colour=theme.QUIET)
    elif form.stages:
        canvas.line([plan.x(0.0)] * 2, [plan.top, bottom], "axis-y", z=3.5)
