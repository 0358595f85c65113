"""Words where a drawing cannot be."""

from __future__ import annotations

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box, Canvas
from kumppanuus.drawing.spec import Notice
from kumppanuus.drawing.text import wrap


def natural_height(form: Notice) -> float:
    """Height of the form in points where nothing forces another."""
    return 90.0 + 44.0 * len(form.lines)


def draw(canvas: Canvas, box: Box, form: Notice) -> None:
    """Draw the lines centred in the box on a pale ground; the first one bold."""
    box = Box(box.left, box.top, box.right, min(box.bottom, box.top + 300))
    canvas.rectangle(box.left, box.top, box.width, box.height, theme.SHADE, "ground", z=1.0)
    rows = [
        (text, place == 0)
        for place, line in enumerate(form.lines)
        for text in wrap(line, min(box.width - 80, 640), theme.SUBTITLE, place == 0)
    ]
    pitch = min(theme.SUBTITLE * 1.45, (box.height - 20) / len(rows))
    middle = (box.left + box.right) / 2
    top = (box.top + box.bottom) / 2 - pitch * (len(rows) - 1) / 2
    for place, (text, bold) in enumerate(rows):
        colour = theme.INK if bold else theme.QUIET
        canvas.text(
            middle,
            top + place * pitch + 0.33 * theme.SUBTITLE,
            text,
            f"notice-{place}",
            size=theme.SUBTITLE,
            bold=bold,
            colour=colour,
            align="center",
        )
