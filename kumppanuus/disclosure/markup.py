"""Texts and attributes of HTML, SVG and the XML of workbooks and slides, without what only says how it is drawn."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_PLACES = ("x", "y", "x1", "x2", "y1", "y2", "dx", "dy", "cx", "cy", "r", "rx", "ry", "width", "height", "offset")
_SHAPES = ("d", "points", "transform", "viewbox", "xmlns", "colspan", "rowspan", "tabindex")
_LOOKS = ("fill", "stroke", "style", "stroke-width", "stroke-dasharray", "stroke-dashoffset", "font-size")
_DRAWN = frozenset((*_PLACES, *_SHAPES, *_LOOKS))
"""Attributes that say where and how something is drawn, never what it is."""
_SAID = frozenset(("name", "descr", "title", "tooltip", "display", "location", "caption", "uniquename", "author"))
"""Attributes of office files that people read: a number among them is looked at; others hold places and sizes."""
_INLINE_HTML = ("a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "mark", "q", "s", "small", "span")
_INLINE_REST = ("strong", "sub", "sup", "time", "tspan", "u", "wbr")
_INLINE_OFFICE = ("r", "t", "rpr", "sz", "color", "rfont", "family", "scheme", "vertalign", "a:r", "a:t", "a:rpr")
_INLINE = frozenset((*_INLINE_HTML, *_INLINE_REST, *_INLINE_OFFICE))
"""Elements that a reader does not see: what stands on both sides of one reads as one word."""
_BEGINNING = 2000
_PRINTED = re.compile(r"&(?:\"[^\"]*\"|K[0-9A-Fa-f]{6}|[A-Z])")
"""What says in a header or footer of a sheet where and how the words behind it are printed."""
_AMOUNT = re.compile(r"[-+\d.,:eE%]+")


def texts_of(markup: str) -> list[str]:
    """Return the texts, attributes and comments, and what stands in several elements but reads as one word."""
    reader = _Markup(office="schemas.openxmlformats.org" in markup[:_BEGINNING])
    reader.feed(markup)
    reader.close()
    return reader.found


class _Markup(HTMLParser):
    """Collects what can be read.

    office : it is a part of a workbook or of slides.
    """

    def __init__(self, office: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.office = office
        self.found: list[str] = []
        self._open = ""
        self._shared = False
        self._run: list[str] = []

    def close(self) -> None:
        super().close()
        self._end_run()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open = tag
        if tag not in _INLINE:
            self._end_run()
        if tag == "c":  # a cell of type "s" holds the place of its text in a list, not a number
            self._shared = ("t", "s") in attrs
        for name, value in attrs:
            drawn = name in _DRAWN or name.startswith("xmlns")
            amount = self.office and name.rpartition(":")[2] not in _SAID and _AMOUNT.fullmatch(value or "")
            if value and not drawn and not amount:
                self.found.append(value)

    def handle_endtag(self, tag: str) -> None:
        self._open = ""
        if tag not in _INLINE:
            self._end_run()

    def _end_run(self) -> None:
        """Add what stands in several elements but reads as one text."""
        if len(self._run) > 1:
            self.found.append("".join(self._run))
        self._run.clear()

    def handle_data(self, data: str) -> None:
        if self._open != "style" and not (self.office and self._open == "v" and self._shared) and data.strip():
            self.found.append(data)
            self._run.append(data)
            if self.office and "&" in data:
                self.found.append(_PRINTED.sub(" ", data))

    def handle_comment(self, data: str) -> None:
        self.found.append(data)

    def handle_pi(self, data: str) -> None:
        self.found.append(data)

    def handle_decl(self, decl: str) -> None:
        self.found.append(decl)
