"""Faults of an HTML page that can be seen without a browser: its syntax, the names of its parts, what it asks for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise

import html5lib
from html5lib.html5parser import ParseError
from lxml import etree

Page = etree._Element
Rule = Callable[[Page], Iterator[str]]

SVG = "{http://www.w3.org/2000/svg}"
XMLNS = "{http://www.w3.org/2000/xmlns/}"
REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "aria-details", "aria-errormessage",
              "aria-activedescendant", "aria-flowto", "for", "headers", "list")  # fmt: skip
ADDRESSES = ("href", "src", "srcset", "action", "formaction", "data", "poster", "cite", "background", "ping",
             "manifest", "{http://www.w3.org/1999/xlink}href")  # fmt: skip
NAMELESS = ("hidden", "submit", "button", "reset", "image")
ELSEWHERE = re.compile(r"(?:https?|ftp|wss?):|^//|url\(\s*['\"]?(?!data:|#)", re.IGNORECASE)


def faults(text: str) -> list[str]:
    """Return what is wrong with a page, each with the element it concerns; nothing for a good page."""
    try:
        parser = html5lib.HTMLParser(html5lib.getTreeBuilder("lxml"), strict=True, namespaceHTMLElements=False)
        page: Page = parser.parse(text).getroot()
    except ParseError as error:
        line, column = parser.errors[-1][0]
        return [f"syntax: {error} (line {line}, column {column})"]
    return [f"{name.replace('_', ' ')}: {fault}" for name, rule in RULES.items() for fault in rule(page)]


def _document(page: Page) -> Iterator[str]:
    if not page.get("lang"):
        yield "no lang"
    if not (page.findtext("head/title") or "").strip():
        yield "no title"
    charset, *_ = [*page.xpath("head/meta[@charset]/@charset"), ""]
    if charset.lower() != "utf-8":
        yield "no charset"
    if not page.xpath("head/meta[@http-equiv='Content-Security-Policy']"):
        yield "no policy"
    (viewport,) = page.xpath("head/meta[@name='viewport']/@content") or [""]
    if "width=device-width" not in viewport or re.search("user-scalable|maximum-scale", viewport):
        yield f"viewport {viewport!r}"
    if len(page.xpath("//main")) != 1:
        yield "not one main"


def _names(page: Page) -> Iterator[str]:
    yield from (f"{name!r} stands {n} times" for name, n in Counter(page.xpath("//@id")).items() if n > 1)
    yield from (repr(name) for name in page.xpath("//@id") if not re.fullmatch(r"\S+", name))


def _references(page: Page) -> Iterator[str]:
    names = set(page.xpath("//@id"))
    for element in _elements(page):
        for attribute in REFERENCES:
            for name in (element.get(attribute) or "").split():
                if name not in names:
                    yield f"{_shown(element)} {attribute}={name!r} leads nowhere"
        for value in element.attrib.values():
            yield from (f"{_shown(element)} url(#{n})" for n in re.findall(r"url\(#([^)]+)\)", value) if n not in names)


def _headings(page: Page) -> Iterator[str]:
    levels = [int(each.tag[1]) for each in page.xpath("//h1 | //h2 | //h3 | //h4 | //h5 | //h6") if _shows(each)]
    if levels.count(1) != 1 or levels[:1] != [1]:
        yield f"not one first h1: {levels[:3]}"
    yield from (f"h{before} is followed by h{after}" for before, after in pairwise(levels) if after > before + 1)
    yield from (_shown(each) for each in page.xpath("//h1 | //h2 | //h3 | //h4") if _shows(each) and not _text(each))


def _pictures(page: Page) -> Iterator[str]:
    yield from (_shown(image) for image in page.iter("img") if image.get("alt") is None)
    for picture in page.iter(f"{SVG}svg"):
        if picture.get("aria-hidden") == "true":
            continue
        if picture.get("role") != "img" or not (_label(picture, page) or picture.findtext(f"{SVG}title")):
            yield _shown(picture)


def _tables(page: Page) -> Iterator[str]:
    for table in page.iter("table"):
        if not _text(table.find("caption")):
            yield f"no caption: {_shown(table)}"
        yield from (f"no scope: {_shown(head)}" for head in table.iter("th") if head.get("scope") not in ("col", "row"))
        if not table.xpath(".//th"):
            yield f"no head: {_shown(table)}"
        widths = {sum(int(cell.get("colspan", 1)) for cell in row) for row in table.iter("tr")}
        if len(widths) > 1:
            yield f"rows of {sorted(widths)} cells: {_text(table.find('caption'))}"


def _links(page: Page) -> Iterator[str]:
    names = set(page.xpath("//@id"))
    for link in page.iter("a"):
        address = link.get("href", "")
        if not address.startswith("#") or address[1:] not in names:
            yield f"{_shown(link)} leads nowhere"
        if not (_text(link) or _label(link, page)):
            yield f"{_shown(link)} has no words"


def _controls(page: Page) -> Iterator[str]:
    labelled = set(page.xpath("//label/@for"))
    for control in page.xpath("//input | //select | //textarea"):
        wrapped = next(control.iterancestors("label"), None)
        named = control.get("id") in labelled or (wrapped is not None and _text(wrapped)) or _label(control, page)
        if control.get("type") not in NAMELESS and not named:
            yield f"no label: {_shown(control)}"
    for label in page.iter("label"):
        if not label.get("for") and not label.xpath(".//input | .//select | .//textarea"):
            yield f"of nothing: {_shown(label)}"
    for button in page.iter("button"):
        if button.get("type") != "button":
            yield f"type {button.get('type')}: {_shown(button)}"
        if not (_text(button) or _label(button, page)):
            yield f"no words: {_shown(button)}"
    for element in _elements(page):
        if element.get("tabindex", "0") not in ("0", "-1"):
            yield f"tabindex {element.get('tabindex')}: {_shown(element)}"


def _scripts(page: Page) -> Iterator[str]:
    for element in _elements(page):
        yield from (f"{_shown(element)} {name}" for name in element.attrib if name.lower().startswith("on"))
        yield from (
            f"{_shown(element)} {v[:20]}"
            for v in element.attrib.values()
            if v.strip().lower().startswith("javascript:")
        )


def _addresses(page: Page) -> Iterator[str]:
    for element in _elements(page):
        for name, value in element.attrib.items():
            if name.startswith(XMLNS):
                continue
            asked = name in ADDRESSES and not re.match(r"#|data:", value)
            if asked or (ELSEWHERE.search(value) and name != "content"):
                yield f"{_shown(element)} {name}={value[:60]!r}"
        if element.tag in ("style", f"{SVG}style") and (
            ELSEWHERE.search(element.text or "") or "@import" in (element.text or "")
        ):
            yield f"{_shown(element)} loads something"
        if element.tag in ("base", "link", "iframe", "object", "embed", "form", "audio", "video"):
            yield _shown(element)


RULES: dict[str, Rule] = {
    "document": _document,
    "names": _names,
    "references": _references,
    "headings": _headings,
    "pictures": _pictures,
    "tables": _tables,
    "links": _links,
    "controls": _controls,
    "scripts": _scripts,
    "addresses": _addresses,
}


def _elements(page: Page) -> Iterator[Page]:
    return (element for element in page.iter() if isinstance(element.tag, str))


def _shows(element: Page) -> bool:
    """Return whether an element is part of the page, not a pattern that a script fills in later."""
    return next(element.iterancestors("template"), None) is None


def _text(element: Page | None) -> str:
    return "" if element is None else "".join(element.itertext()).strip()


def _label(element: Page, page: Page) -> str:
    """Return the name that attributes give an element."""
    named = [page.xpath("string(//*[@id=$name])", name=name) for name in (element.get("aria-labelledby") or "").split()]
    return " ".join([element.get("aria-label") or "", *map(str, named)]).strip()


def _shown(element: Page) -> str:
    return etree.tostring(element, encoding="unicode", with_tail=False)[:100].replace("\n", " ")
