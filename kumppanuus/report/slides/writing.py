"""Text in boxes and placeholders: paragraphs of runs, each in its language, size and colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.util import Pt

from kumppanuus.drawing.canvas import Box
from kumppanuus.report.slides.texts import clean

INK, QUIET = "ink", "quiet"
"""Colours of the theme: its text, and a paler one; a template's own, so that they stand out from its ground."""
_PALER = 0.25
_ALIGN = {"left": PP_ALIGN.LEFT, "center": PP_ALIGN.CENTER, "right": PP_ALIGN.RIGHT}
_ANCHOR = {"top": MSO_ANCHOR.TOP, "middle": MSO_ANCHOR.MIDDLE, "bottom": MSO_ANCHOR.BOTTOM}


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one type. size : points; None = that of the placeholder. colour : hexadecimal, `INK` or `QUIET`."""

    text: str
    size: float | None = None
    bold: bool | None = None
    colour: str = ""


def paint(colour: Any, name: str) -> None:
    """Give a colour of python-pptx a hexadecimal value or one of the theme."""
    if name in (INK, QUIET):
        colour.theme_color = MSO_THEME_COLOR.TEXT_1
        if name == QUIET:
            colour.brightness = _PALER
        return
    colour.rgb = RGBColor.from_string(name.lstrip("#").upper())


def style(font: Any, run: Run) -> None:
    """Give a font of python-pptx the type of a run."""
    if run.size is not None:
        font.size = Pt(run.size)
    if run.bold is not None:
        font.bold = run.bold
    if run.colour:
        paint(font.color, run.colour)


def write(frame: Any, paragraphs: Sequence[Sequence[Run]], language: str, *, apart: float = 0.0) -> None:
    """Fill a text frame.

    Parameters
    ----------
    frame : of a shape or placeholder; what stood there goes.
    paragraphs : each a row of runs.
    language : ``fi-FI``, for spelling and screen readers.
    apart : points between paragraphs.
    """
    frame.clear()
    for place, runs in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        if place and apart:
            paragraph.space_before = Pt(apart)
        for one in runs:
            run = paragraph.add_run()
            run.text = clean(one.text)
            run._r.get_or_add_rPr().set("lang", language)
            style(run.font, one)


def emu(points: float) -> int:
    """Return points in the unit of office files."""
    return int(Pt(round(points, 2)))


def place_of(box: Box) -> tuple[int, int, int, int]:
    """Return left, top, width and height of a box in the unit of office files."""
    return emu(box.left), emu(box.top), emu(box.width), emu(box.height)


def text_box(
    shapes: Any,
    box: Box,
    paragraphs: Sequence[Sequence[Run]],
    language: str,
    *,
    name: str,
    align: str = "left",
    anchor: str = "top",
    wrapped: bool = True,
    apart: float = 0.0,
    fill: str = "",
) -> Any:
    """Add a box of text without margins.

    Parameters
    ----------
    shapes : of a slide or a group.
    fill : ground in hexadecimal; empty for none.
    """
    shape = shapes.add_textbox(*place_of(box))
    shape.name = clean(name)
    frame = shape.text_frame
    frame.word_wrap = wrapped
    frame.auto_size = MSO_AUTO_SIZE.NONE
    frame.vertical_anchor = _ANCHOR[anchor]
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    if fill:
        shape.fill.solid()
        paint(shape.fill.fore_color, fill)
    write(frame, paragraphs, language, apart=apart)
    for paragraph in frame.paragraphs:
        paragraph.alignment = _ALIGN[align]
    return shape


def describe(shape: Any, name: str, alt: str) -> None:
    """Give a shape its name, and the words for those who do not see it."""
    properties = shape._element._nvXxPr.cNvPr
    properties.set("name", clean(name))
    properties.set("descr", clean(alt))
