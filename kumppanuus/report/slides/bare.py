"""A template without what its owner hung on it: embedded objects, controls, tags of add-ins, links to files elsewhere.

They would be handed out with every report, and a link is followed by whoever opens one. Pictures of masters and
layouts stay, and so do links that are clicked.
"""

from __future__ import annotations

from typing import Any

from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml.ns import qn

_PLACES = ("/ppt/slideMasters/", "/ppt/slideLayouts/", "/ppt/notesMasters/")
_LEFT_OUT = (
    "audio", "comments", "control", "customXml", "media", "oleObject", "package", "tags", "video", "vmlDrawing",
)  # fmt: skip
"""Ends of the types of relations that lead to something else than the look of a slide."""
_HOLDERS = (qn("p:spTree"), qn("p:cSld"), qn("p:bg"))
_RELATED = qn("r:id").removesuffix("id")


def strip(deck: Any) -> None:
    """Take out of the masters and layouts of a presentation what is not its look."""
    for part in list(deck.part.package.iter_parts()):
        if str(part.partname).startswith(_PLACES):
            _strip(part)


def _strip(part: Any) -> None:
    unwanted = {key for key, relation in part._rels.items() if _is_unwanted(relation)}
    for element in list(part._element.iter()):
        if unwanted & _named(element) and _within(element, part._element):
            _whole(element).getparent().remove(_whole(element))
    named = {key for element in part._element.iter() for key in _named(element)}
    pictures = {key for key, relation in part._rels.items() if relation.reltype == RT.IMAGE}
    for key in unwanted | (pictures - named):  # the picture of an object that is gone goes as well
        part._rels.pop(key)


def _is_unwanted(relation: Any) -> bool:
    if relation.reltype == RT.HYPERLINK:
        return False
    return relation.is_external or relation.reltype.rpartition("/")[2] in _LEFT_OUT


def _named(element: Any) -> set[str]:
    """Return the relations that an element names."""
    return {value for name, value in element.attrib.items() if name.startswith(_RELATED)}


def _within(element: Any, root: Any) -> bool:
    """Tell whether an element still stands, for what was taken out takes all inside along."""
    return root is element or any(each is root for each in element.iterancestors())


def _whole(element: Any) -> Any:
    """Return the shape, ground or list that an element is a part of."""
    above = element.getparent()
    while above.tag not in _HOLDERS and above.getparent() is not None:
        element, above = above, above.getparent()
    return element
