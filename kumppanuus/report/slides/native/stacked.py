"""Stacked bars as a native chart: one series per part, its text inside where it fits, the total beside the name."""

from __future__ import annotations

from typing import Any

from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION

from kumppanuus.drawing import stacked as drawn
from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box
from kumppanuus.drawing.spec import Segment, StackedBars
from kumppanuus.report.slides.book import sheet_of
from kumppanuus.report.slides.native.axes import name_axis, no_axis
from kumppanuus.report.slides.native.chart import Ground, add_chart, grounded, heading, label, lay, legend, striped
from kumppanuus.report.slides.texts import clean, room_of, widest_of
from kumppanuus.report.slides.writing import Run, paint

_NAMES, _HEADING, _KEY, _SWATCH = 0.48, 26.0, 28.0, 34.0
_FEW = 8


def draw(ground: Ground, form: StackedBars) -> None:
    """Draw rows from top to bottom or columns from left to right."""
    (_columns if form.vertical else _rows)(ground, form, _parts(form))


def _parts(form: StackedBars) -> list[tuple[str, Segment, list[Segment | None]]]:
    """The kinds of parts in their order: (name, one of them, the part of each row)."""
    kinds: dict[tuple[str, str, bool], list[Segment | None]] = {}
    for row, (_, parts, _) in enumerate(form.rows):
        for part in parts:
            key = (clean(part.label), part.colour, part.pattern)
            kinds.setdefault(key, [None] * len(form.rows))[row] = part
    keys: list[tuple[str, bool]] = [(colour, pattern) for _, colour, pattern in form.key]
    ranked = sorted(kinds, key=lambda kind: keys.index(kind[1:]) if kind[1:] in keys else len(keys))
    return [(kind[0], next(part for part in kinds[kind] if part), kinds[kind]) for kind in ranked]


def _added(ground: Ground, form: StackedBars, kinds: list[Any], kind: Any, frame: Box, names: list[str]) -> Any:
    sheet = sheet_of(
        tuple(names), *((name, tuple(part.value if part else None for part in parts)) for name, _, parts in kinds)
    )
    chart = add_chart(ground, kind, sheet, frame)
    plot = chart.plots[0]
    plot.overlap, plot.gap_width = 100, 45
    no_axis(chart.value_axis)
    chart.value_axis.minimum_scale = 0
    return chart


def _total(parts: tuple[Segment, ...]) -> float:
    return sum(part.value for part in parts if part.value is not None)


def _rows(ground: Ground, form: StackedBars, kinds: list[Any]) -> None:
    size = theme.LABEL if len(form.rows) <= _FEW else theme.SMALLEST
    tall = min(ground.box.height, 1.1 * drawn.natural_height(form) + 20)
    frame = Box(ground.box.left, ground.box.top, ground.box.right, ground.box.top + tall)
    names = [_named(name, total, ": ") for name, _, total in form.rows]
    chart = _added(ground, form, kinds, XL_CHART_TYPE.BAR_STACKED, frame, names)
    left = frame.left + min(widest_of(names, size), _NAMES * frame.width) + 14
    top = frame.top + (_HEADING if form.axis_title else 0)
    key = _key_rows(form, frame.width) * _KEY
    plot = Box(left, top + key, frame.right, frame.bottom - 2)
    lay(chart, frame, plot)
    if form.axis_title:
        heading(chart, frame, form.axis_title, frame.left, ground)
    if form.key:
        long = min(sum(room_of(name, theme.SMALLEST) + _SWATCH for name, _, _ in form.key), frame.width)
        legend(chart, frame, Box(frame.left, top, frame.left + long, top + key - 4), theme.SMALLEST)
    chart.category_axis.reverse_order = True
    name_axis(chart.category_axis, size)
    longest = max((_total(parts) for _, parts, _ in form.rows), default=0.0) or 1.0
    chart.value_axis.maximum_scale = float(f"{longest * 1.001:.4g}")
    thick = plot.height / max(len(form.rows), 1) / 1.45
    _mark(chart, kinds, ground, lambda part: part.value / longest * plot.width, thick, False)


def _key_rows(form: StackedBars, wide: float) -> int:
    long = sum(room_of(name, theme.SMALLEST) + _SWATCH for name, _, _ in form.key)
    return min(int(long // wide) + 1, 3) if form.key else 0


def _columns(ground: Ground, form: StackedBars, kinds: list[Any]) -> None:
    frame = ground.box
    names = [_named(name, total, "\n") for name, _, total in form.rows]
    chart = _added(ground, form, kinds, XL_CHART_TYPE.COLUMN_STACKED, frame, names)
    key = min(widest_of([name for name, _, _ in form.key], theme.LABEL) + _SWATCH, 250.0) if form.key else 0.0
    top = frame.top + (_HEADING if form.axis_title else 4)
    slot = min((frame.width - key) / max(len(form.rows), 1), 150.0)
    low = 2 if any(total.strip() for _, _, total in form.rows) else 1
    plot = Box(frame.left + 4, top, frame.left + 4 + slot * max(len(form.rows), 1), frame.bottom - 22.0 * low - 4)
    lay(chart, frame, plot)
    if form.axis_title:
        heading(chart, frame, form.axis_title, frame.left, ground)
    if form.key:
        high = min(32.0 * len(form.key), plot.height)
        legend(chart, frame, Box(plot.right + 14, top + 10, plot.right + 14 + key, top + 10 + high), theme.SMALLEST)
    fits = widest_of(names, theme.LABEL) + 8 <= slot
    name_axis(chart.category_axis, theme.LABEL if fits else theme.SMALLEST)
    highest = max((_total(parts) for _, parts, _ in form.rows), default=0.0) or 1.0
    chart.value_axis.maximum_scale = float(f"{highest * 1.01:.3g}")
    _mark(chart, kinds, ground, lambda part: part.value / highest * plot.height, slot / 1.45, True)


def _named(name: str, total: str, between: str) -> str:
    return clean(name) + (between + clean(total) if total.strip() else "")


def _mark(chart: Any, kinds: list[Any], ground: Ground, long: Any, thick: float, upright: bool) -> None:
    """Colour the parts and put their texts inside where they fit."""
    size = theme.SMALLEST
    for series, (_, look, parts) in zip(chart.plots[0].series, kinds, strict=True):
        _fill(series.format.fill, look)
        for place, part in enumerate(parts):
            if part is None or not part.value or not part.text.strip():
                continue
            wide, high = (thick, long(part)) if upright else (long(part), thick)
            if room_of(part.text, size) + 2 <= wide and 1.1 * size <= high:
                colour = theme.INK if part.pattern else theme.INSIDE[part.colour]
                run = Run(part.text, size, part.pattern, colour)
                element = label(series.points[place], [[run]], ground.language, XL_LABEL_POSITION.CENTER)
                if part.pattern:
                    grounded(element)


def _fill(fill: Any, look: Segment) -> None:
    if look.pattern:
        striped(fill, theme.FILL[look.colour])
    else:
        fill.solid()
        paint(fill.fore_color, theme.FILL[look.colour])
