"""Templates with a dark ground: what is drawn stands on a white panel, in the colours it was made for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pptx.enum.shapes import MSO_SHAPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box
from kumppanuus.report.slides.writing import paint, place_of

_EDGE = 6.0
_DARK = ("dk1", "dk2", "tx1", "tx2")
_HALF = 128


def is_dark(master: Any) -> bool:
    """Tell whether the ground of a master is dark: by its own fill, else by which colour it takes for its ground."""
    mapped = dict(master._element.find(qn("p:clrMap")).items())
    fill = master._element.find(f"{qn('p:cSld')}/{qn('p:bg')}/{qn('p:bgPr')}/{qn('a:solidFill')}")
    if fill is not None and len(fill):
        if fill[0].tag == qn("a:srgbClr"):
            red, green, blue = bytes.fromhex(fill[0].get("val"))
            return 0.299 * red + 0.587 * green + 0.114 * blue < _HALF
        name = fill[0].get("val", "")
        return mapped.get(name, name) in _DARK
    return mapped.get("bg1", "lt1") in _DARK


def on_white(slide: Any, box: Box, drawn: Sequence[Any], name: str) -> None:
    """Put a panel behind what was drawn in a box, and give its words our own ink."""
    elements = [shape._element for shape in drawn]
    if not elements:
        return
    panel = slide.shapes.add_shape(
        MSO_SHAPE.RECTANGLE, *place_of(Box(box.left - _EDGE, box.top - _EDGE, box.right + _EDGE, box.bottom + _EDGE))
    )
    panel.fill.solid()
    paint(panel.fill.fore_color, theme.PAPER)
    panel.line.fill.background()
    panel._element.remove(panel._element.find(qn("p:style")))
    panel.name = name
    elements[0].addprevious(panel._element)
    for element in elements:
        _inked(element)
    for shape in drawn:
        if shape.has_chart:
            _inked(shape.chart._chartSpace)


def _inked(root: Any) -> None:
    """Write out the colours of text, which the theme has made for its dark ground."""
    for colour in list(root.iter(qn("a:schemeClr"))):
        if colour.get("val") == "tx1":
            value = theme.QUIET if len(colour) else theme.INK
            colour.getparent().replace(colour, parse_xml(f'<a:srgbClr {nsdecls("a")} val="{value[1:].upper()}"/>'))
