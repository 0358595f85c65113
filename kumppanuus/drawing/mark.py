"""The mark of a confidential picture: a band of words above it and the same words slanting over all of it.

The band is read first; the slanting words stay when the picture is cropped. They lie over the drawing, so faint that
everything under them can be read.
"""

from __future__ import annotations

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box, Canvas
from kumppanuus.drawing.text import width

BAND = 20.0
"""Height of the band in points."""
_SLANT, _SIZE, _FAINT = 24.0, 28.0, 0.12
_ROW, _GAP = 130.0, 110.0


def mark_band(canvas: Canvas, wide: float, text: str) -> None:
    """Draw the band along the upper edge of the page."""
    canvas.rectangle(0, 0, wide, BAND, theme.SECRET, "mark-ground")
    middle = BAND / 2 + 0.33 * theme.LABEL
    canvas.text(wide / 2, middle, text, "mark-band", bold=True, colour=theme.PAPER, align="center")


def mark_over(canvas: Canvas, box: Box, text: str) -> None:
    """Write the words over the box again and again, every other row set in by half a step."""
    step = width(text, _SIZE, True) + _GAP
    rows = max(1, round(box.height / _ROW))
    for row in range(rows):
        y = box.top + (row + 0.5) * box.height / rows
        x = box.left + step / (2 if row % 2 == 0 else 1)
        column = 0
        while x < box.right - step / 4 or column == 0:
            canvas.slanted(
                x, y, text, f"mark-{row}-{column}", size=_SIZE, colour=theme.SECRET, angle=_SLANT, alpha=_FAINT
            )
            x, column = x + step, column + 1
