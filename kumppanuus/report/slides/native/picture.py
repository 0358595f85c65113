"""What cannot be a native chart: the picture of the form, in few colours, and words in place of a drawing."""

from __future__ import annotations

import io

from PIL import Image

from kumppanuus import drawing
from kumppanuus.drawing import Chart, theme
from kumppanuus.drawing.canvas import Box
from kumppanuus.drawing.spec import Notice
from kumppanuus.report.slides.native.chart import Ground
from kumppanuus.report.slides.texts import height_of
from kumppanuus.report.slides.writing import QUIET, Run, describe, place_of, text_box

_COLOURS = 96
_APART = 10.0
_WIDE = theme.PAGE_WIDTH - 2 * theme.MARGIN + 2 * theme.BODY_MARGIN
"""Width of the picture of a bare form, in points."""


def draw(ground: Ground, chart: Chart) -> None:
    """Put the bare form as a picture; headline, subtitle and footer stand on the slide as text."""
    # Drawn for the room there is, so that its type is as large as that of the slide; a narrow slide shrinks it.
    room = ground.box.height * max(_WIDE / ground.box.width, 1.0)
    content, (wide, high) = few_colours(drawing.png_bytes(chart, "body", room))
    scale = min(ground.box.width / wide, ground.box.height / high)
    left = ground.box.left + (ground.box.width - wide * scale) / 2
    box = Box(left, ground.box.top, left + wide * scale, ground.box.top + high * scale)
    picture = ground.slide.shapes.add_picture(io.BytesIO(content), *place_of(box))
    describe(picture, ground.say("slides.name_picture"), ground.alt)


def few_colours(content: bytes) -> tuple[bytes, tuple[int, int]]:
    """Return a PNG with a palette, a third of the size, and its width and height in pixels."""
    with Image.open(io.BytesIO(content)) as whole:
        small = whole.convert("RGB").quantize(_COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    written = io.BytesIO()
    small.save(written, "PNG", optimize=True)
    return written.getvalue(), small.size


def words(ground: Ground, form: Notice) -> None:
    """Set the lines of a notice on a pale ground, the first in bold."""
    lines = [line for line in form.lines if line.strip()]
    wide = min(ground.box.width, 760.0)
    tall = min(height_of(lines, wide - 48, theme.LARGE, True, _APART) + 48, ground.box.height)
    left = ground.box.left + (ground.box.width - wide) / 2
    top = ground.box.top + 20
    name = ground.say("slides.name_notice")
    text_box(ground.slide.shapes, Box(left, top, left + wide, top + tall), [], ground.language, name=name,
             fill=theme.SHADE)  # fmt: skip
    runs = [
        [Run(line, theme.LARGE, place == 0, theme.INK if place == 0 else QUIET)] for place, line in enumerate(lines)
    ]
    inner = Box(left + 24, top + 12, left + wide - 24, top + tall - 12)
    text_box(ground.slide.shapes, inner, runs, ground.language, name=name, align="center", anchor="middle",
             apart=_APART)  # fmt: skip
