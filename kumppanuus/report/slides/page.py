"""Slides of one deck: title in its placeholder, lines below it, the mark of a confidential run, notes, number."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box
from kumppanuus.drawing.mark import BAND
from kumppanuus.language.say import Say
from kumppanuus.report.slides.template import Paper
from kumppanuus.report.slides.texts import LANGUAGE, clean, fitting
from kumppanuus.report.slides.writing import Run, describe, emu, text_box, write

_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE)
_SIZES = (28.0, 26.0, 24.0, 22.0, 20.0, 18.0)
_COVER_SIZES = (40.0, 36.0, 32.0, 28.0, 24.0, 20.0)
_INSET = 14.4
"""Left and right margin of a text box of PowerPoint, together."""


@dataclass(frozen=True, slots=True)
class Deck:
    """The deck that is being written: its paper, its language, and the mark of a confidential run."""

    paper: Paper
    say: Say
    mark: str

    @property
    def language(self) -> str:
        """The language of its texts as spelling checkers name it."""
        return LANGUAGE[self.say.language]

    def add(self, title: str, notes: Sequence[str], *, cover: bool = False) -> Any:
        """Add a slide with its title and notes; placeholders of the layout that stay empty are taken out."""
        layout = self.paper.cover if cover and self.paper.cover is not None else self.paper.page
        slide = self.paper.deck.slides.add_slide(layout)
        holder = next(shape for shape in slide.placeholders if shape.placeholder_format.type in _TITLES)
        self._entitle(holder, title, cover)
        self._number(slide, layout)
        write(slide.notes_slide.notes_text_frame, [[Run(line)] for line in notes], self.language)
        return slide

    def finish(self, slide: Any) -> None:
        """Take out what stayed empty and put the mark over the slide, last, so that it lies on top."""
        for shape in list(slide.placeholders):
            if shape.placeholder_format.type == PP_PLACEHOLDER.SLIDE_NUMBER:
                slide.shapes._spTree.append(shape._element)  # read out last
            elif shape.has_text_frame and not shape.text_frame.text.strip():
                shape._element.getparent().remove(shape._element)
        if self.mark:
            band = Box(0, 0, self.paper.width, BAND)
            run = Run(self.mark, theme.SMALLEST, True, theme.PAPER)
            text_box(
                slide.shapes, band, [[run]], self.language, name=self.mark, align="center", anchor="middle",
                fill=theme.SECRET,
            )  # fmt: skip

    def line(self, slide: Any, box: Box, text: str, size: float, colour: str, name: str, anchor: str = "top") -> None:
        """Add a line of text unless it is empty."""
        if text.strip():
            text_box(
                slide.shapes, box, [[Run(text, size, None, colour)]], self.language, name=self.say(name), anchor=anchor
            )

    def _entitle(self, holder: Any, title: str, cover: bool) -> None:
        wide, high = holder.width / emu(1), holder.height / emu(1)
        inset = 0.0 if self.paper.own else _INSET
        sizes = _COVER_SIZES if cover else _SIZES[1:] if self.paper.own else _SIZES
        size = fitting(title, wide - inset, high, sizes, True)
        write(holder.text_frame, [[Run(title, size)]], self.language)
        describe(holder, self.say("slides.name_title"), "")
        holder._element._nvXxPr.cNvPr.attrib.pop("descr", None)

    def _number(self, slide: Any, layout: Any) -> None:
        """Give the slide the number that its layout has a place for; python-pptx leaves it out."""
        for shape in layout.placeholders:
            if shape.placeholder_format.type == PP_PLACEHOLDER.SLIDE_NUMBER:
                number = copy.deepcopy(shape._element)
                properties = number.find(f"{qn('p:nvSpPr')}/{qn('p:cNvPr')}")
                properties.set("id", str(slide.shapes._next_shape_id))
                properties.set("name", clean(self.say("slides.name_number")))
                for extra in properties.findall(qn("a:extLst")):
                    properties.remove(extra)
                place = number.find(qn("p:spPr"))
                for inner in list(place):
                    place.remove(inner)
                slide.shapes._spTree.append(number)
