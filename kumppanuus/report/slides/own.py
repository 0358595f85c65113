"""Our own deck: the empty one of python-pptx, widened to 16:9 and cut to two layouts, with our type and colours."""

from __future__ import annotations

import re
from typing import Any

from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml.ns import qn
from pptx.util import Pt

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box
from kumppanuus.report.slides.writing import place_of

TITLE = Box(40, 22, 920, 92)
NUMBER = Box(860, 506, 920, 530)
COVER_TITLE, COVER_SUBTITLE = Box(64, 110, 896, 262), Box(64, 276, 896, 344)
BODY = Box(40, 94, 920, 530)
FONT = "Arial"
_KEPT = {"title": "title", "titleOnly": "page"}
_ACCENTS = ("early", "special", "universal", "corrective", "neutral", "accent")


def own_deck() -> Any:
    """Return an empty deck of 13.333 × 7.5 inches with a layout for the cover and one for everything else."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Pt(theme.PAGE_WIDTH), Pt(theme.PAGE_HEIGHT)
    deck.part._element.find(qn("p:sldSz")).attrib.pop("type", None)
    master = deck.slide_masters[0]
    for layout in list(master.slide_layouts):
        if layout._element.get("type") not in _KEPT:
            master.slide_layouts.remove(layout)
    for page in (master, *master.slide_layouts):
        _bare(page)
    _place(master)
    _dress(master)
    return deck


def _bare(page: Any) -> None:
    """Take out date and footer placeholders, and the ids that tell where the file came from."""
    for shape in list(page.placeholders):
        if shape._element.ph.get("type") in ("dt", "ftr"):
            shape._element.getparent().remove(shape._element)
    for extra in page._element.findall(f"{qn('p:cSld')}/{qn('p:extLst')}"):
        extra.getparent().remove(extra)


def _place(master: Any) -> None:
    """Move the placeholders to where 16:9 wants them."""
    spots = {"title": TITLE, "body": BODY, "sldNum": NUMBER}
    for shape in master.placeholders:
        _put(shape, spots[shape._element.ph.get("type")])
    for layout in master.slide_layouts:
        for shape in layout.placeholders:
            spot = {"ctrTitle": COVER_TITLE, "subTitle": COVER_SUBTITLE}.get(shape._element.ph.get("type"))
            if spot:
                _put(shape, spot)


def _put(shape: Any, box: Box) -> None:
    shape.left, shape.top, shape.width, shape.height = place_of(box)
    frame = shape._element.txBody.find(qn("a:bodyPr"))
    for name in ("lIns", "tIns", "rIns", "bIns"):
        frame.set(name, "0")
    kind = shape._element.ph.get("type")
    frame.set("anchor", {"title": "b", "ctrTitle": "b", "sldNum": "b"}.get(kind, "t"))


def _dress(master: Any) -> None:
    """Set type and colours: titles of 26 points in bold on the left, the colours of our drawings for the accents."""
    for style in master._element.iter(qn("p:titleStyle"), qn("p:bodyStyle")):
        first = style.find(qn("a:lvl1pPr"))
        first.set("algn", "l")
        if style.tag == qn("p:titleStyle"):
            first.find(qn("a:defRPr")).set("sz", "2600")
            first.find(qn("a:defRPr")).set("b", "1")
    for page in (master, *master.slide_layouts):
        for shape in page.placeholders:
            if shape._element.ph.get("type") in ("sldNum", "ctrTitle", "subTitle"):
                _first_level(shape, {"sldNum": 14, "ctrTitle": 40, "subTitle": 22}[shape._element.ph.get("type")])
    part = master.part.part_related_by(RT.THEME)
    part._blob = _themed(part.blob.decode("utf-8")).encode("utf-8")


def _first_level(shape: Any, size: int) -> None:
    levels = shape._element.txBody.find(qn("a:lstStyle"))
    for level in list(levels):
        levels.remove(level)
    right = shape._element.ph.get("type") == "sldNum"
    level = levels.makeelement(
        qn("a:lvl1pPr"), {"marL": "0", "indent": "0", "algn": "r" if right else "l"}, nsmap=levels.nsmap
    )
    levels.append(level)
    level.append(level.makeelement(qn("a:buNone"), {}))
    type_ = level.makeelement(qn("a:defRPr"), {"sz": str(size * 100)})
    level.append(type_)
    if right:
        fill = type_.makeelement(qn("a:solidFill"), {})
        fill.append(fill.makeelement(qn("a:srgbClr"), {"val": theme.QUIET[1:].upper()}))
        type_.append(fill)


def _themed(text: str) -> str:
    """Return a theme with our name, fonts and colours."""
    text = re.sub(r'(<a:(?:theme|clrScheme|fontScheme)\b[^>]*?\bname=")[^"]*"', r'\1kumppanuus"', text)
    text = re.sub(r'(<a:(?:major|minor)Font>\s*<a:latin typeface=")[^"]*"', rf'\1{FONT}"', text)
    colours = {"dk1": theme.INK, "lt1": theme.PAPER, "dk2": theme.WORDS["early"], "lt2": theme.SHADE}
    colours |= {f"accent{place}": theme.FILL[level] for place, level in enumerate(_ACCENTS, start=1)}  # type: ignore[index]
    colours |= {"hlink": theme.WORDS["early"], "folHlink": theme.WORDS["accent"]}
    for name, colour in colours.items():
        value = f'<a:srgbClr val="{colour[1:].upper()}"/>'
        text = re.sub(rf"(<a:{name}>).*?(</a:{name}>)", rf"\g<1>{value}\g<2>", text, flags=re.DOTALL)
    return text
