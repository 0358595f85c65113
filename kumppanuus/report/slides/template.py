"""Opening what slides are made on: a consultant's own template, or our own."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn

from kumppanuus.drawing.canvas import Box
from kumppanuus.errors import StudyError
from kumppanuus.report.slides.bare import strip
from kumppanuus.report.slides.dark import is_dark
from kumppanuus.report.slides.own import own_deck

_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.VERTICAL_TITLE)
_COVER = PP_PLACEHOLDER.CENTER_TITLE
_EDGES = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
_CONTENT = (PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.BODY)
_TEMPLATE_TYPE = b"presentationml.template.main+xml"
_DECK_TYPE = b"presentationml.presentation.main+xml"
_MACROS = (b"macroEnabled", b"vbaProject")
_POINT = 12700
LEAST_WIDE, LEAST_HIGH = 480.0, 220.0
"""Points that a chart needs at the least to be legible."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What slides are made on.

    deck : the presentation, without slides.
    page : layout of a slide with a title and nothing else to fill. cover : that of a title slide; None = `page`.
    width, height : of a slide, in points.
    title : where the title of a page stands. body : the room below it, clear of the footers of the layout.
    own : it is ours, so that its type is known. dark : its ground is dark.
    """

    deck: Any
    page: Any
    cover: Any
    width: float
    height: float
    title: Box
    body: Box
    own: bool
    dark: bool = False


def open_paper(template: Path | None) -> Paper:
    """Return the paper of a template, or our own.

    Raises
    ------
    StudyError
        KU540 no layout has a title, or too little room below it; KU541 it cannot be opened; KU543 it holds macros.
    """
    deck = own_deck() if template is None else _opened(template)
    _emptied(deck)
    strip(deck)
    name = template.name if template else ""
    layouts = list(_layouts(deck))
    pages = [layout for layout in layouts if any(kind in _TITLES for kind in _kinds(layout))]
    if not pages:
        raise StudyError("KU540", file=name)
    page = min(pages, key=_others)
    cover = next((layout for layout in layouts if _COVER in _kinds(layout)), None)
    width, height = deck.slide_width / _POINT, deck.slide_height / _POINT
    title = _box(next(shape for shape in page.placeholders if shape.placeholder_format.type in _TITLES))
    body = _body(layouts, page, title, width, height)
    if body.width < LEAST_WIDE or body.height < LEAST_HIGH:
        raise StudyError("KU540", file=name)
    return Paper(deck, page, cover, width, height, title, body, template is None, is_dark(page.slide_master))


def _opened(template: Path) -> Any:
    try:
        content = template.read_bytes()
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            types = archive.read("[Content_Types].xml")
        if any(mark in types for mark in _MACROS):
            raise StudyError("KU543", file=template.name)
        if _TEMPLATE_TYPE in types:
            content = _as_deck(content)
        return Presentation(io.BytesIO(content))
    except StudyError:
        raise
    except Exception:  # of a damaged file python-pptx raises whatever it stumbles on
        raise StudyError("KU541", file=template.name) from None


def _as_deck(content: bytes) -> bytes:
    """Return a file of the type template (``.potx``) as a presentation: only its declared type differs."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            inside = old.read(entry)
            if entry.filename == "[Content_Types].xml":
                inside = inside.replace(_TEMPLATE_TYPE, _DECK_TYPE)
            new.writestr(entry.filename, inside)
    return written.getvalue()


def _emptied(deck: Any) -> None:
    """Take out the slides, and the lists that name them: PowerPoint would mend a file that names slides it lacks."""
    root = deck.part._element
    for slide in list(root.findall(f"{qn('p:sldIdLst')}/{qn('p:sldId')}")):
        deck.part.drop_rel(slide.get(qn("r:id")))
        slide.getparent().remove(slide)
    for tag in ("p:custShowLst", "p:extLst", "p:custDataLst", "p:modifyVerifier"):
        for found in root.findall(qn(tag)):
            root.remove(found)


def _layouts(deck: Any) -> Iterator[Any]:
    for master in deck.slide_masters:
        yield from master.slide_layouts


def _kinds(layout: Any) -> list[Any]:
    return [shape.placeholder_format.type for shape in layout.placeholders]


def _others(layout: Any) -> int:
    """How many placeholders a layout has that a slide of ours would leave empty."""
    return sum(kind not in (*_TITLES, *_EDGES) for kind in _kinds(layout))


def _box(shape: Any) -> Box:
    left, top = shape.left / _POINT, shape.top / _POINT
    return Box(left, top, left + shape.width / _POINT, top + shape.height / _POINT)


def _body(layouts: list[Any], page: Any, title: Box, width: float, height: float) -> Box:
    """Room for content: where the template's own content stands, else all between the title and the footers."""
    for layout in layouts:
        content = [shape for shape in layout.placeholders if shape.placeholder_format.type in _CONTENT]
        if len(content) == 1 and _others(layout) == 1 and any(kind in _TITLES for kind in _kinds(layout)):
            box = _box(content[0])
            if box.top >= title.bottom - 12 and box.width > 0.6 * width:
                return Box(box.left, max(box.top, title.bottom), box.right, box.bottom)
    feet = [_box(shape).top for shape in page.placeholders if shape.placeholder_format.type in _EDGES]
    bottom = min([height - 12, *(top for top in feet if top > height / 2)])
    left, right = (title.left, title.right) if title.width > 0.6 * width else (0.04 * width, 0.96 * width)
    return Box(left, title.bottom, right, bottom)
