"""Figures as SVG text and PNG bytes: clean, small and the same every time."""

from __future__ import annotations

import io
import re
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from kumppanuus.drawing.fonts import FALLBACK, FAMILY, font_face_css
from kumppanuus.drawing.frame import Frame, figure
from kumppanuus.drawing.spec import Chart
from kumppanuus.drawing.text import printable

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_PREFIX = re.compile(r"[A-Za-z_][\w.-]*")
_GEOMETRY = ("d", "x", "y", "width", "height", "transform", "r", "cx", "cy")
_FONTS = f"font-family: '{FAMILY}', '{FALLBACK}', sans-serif; stroke-linejoin: round"
_NEEDLESS = (
    "text-anchor: start",
    "stroke-linejoin: miter",
    "stroke-linecap: butt",
    "stroke: none",
    "stroke-width: 0",
    "opacity: 1",
)


def png_bytes(chart: Chart, frame: Frame = "full", high: float | None = None) -> bytes:
    """The chart as a PNG without date or software name; with its frame exactly 1920 × 1080 pixels.

    See :func:`kumppanuus.drawing.frame.figure` for the parameters.
    """
    page = figure(chart, frame, high)
    written = io.BytesIO()
    canvas: Any = FigureCanvasAgg(page)
    canvas.print_png(written, metadata={"Software": None})
    return written.getvalue()


def svg_text(chart: Chart, *, prefix: str, frame: Frame = "body", embed_font: bool = False) -> str:
    """The chart as an SVG element to be put inside a page, or a file of its own.

    Parameters
    ----------
    chart : what to draw.
    prefix : unique on the page; every id begins with it. A letter, then letters, digits, ``-``, ``_`` or ``.``.
    frame : ``"body"`` leaves headline, subtitle and footer to the page.
    embed_font : True adds the letters used as a font, for files that stand alone.

    Returns
    -------
    One ``<svg>`` element: as wide as its place, text as text, no metadata, no style rules that could reach the page
    (a font face when asked for). The headline is its title, ``alt`` its description.

    Raises
    ------
    ValueError : ``prefix`` cannot begin an XML id.
    """
    if not _PREFIX.fullmatch(prefix):
        raise ValueError("prefix: must begin with a letter and hold only letters, digits, '-', '_' and '.'")
    root = ElementTree.fromstring(_raw_svg(figure(chart, frame), prefix))
    _strip(root)
    _unwrap(root)
    _rename(root, prefix)
    for element in root.iter():
        _tidy(element)
    return _written(root, chart, prefix, _faces(root) if embed_font else "")


def _raw_svg(page: Figure, salt: str) -> bytes:
    """What matplotlib writes, with text kept as text and without anything of today."""
    written = io.BytesIO()
    settings: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": salt}
    with matplotlib.rc_context(settings):
        canvas: Any = FigureCanvasSVG(page)
        canvas.print_svg(written, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    return written.getvalue()


def _strip(root: ElementTree.Element) -> None:
    """Take out metadata and the style rules, which would reach the whole page."""
    for parent in list(root.iter()):
        for child in list(parent):
            styled = child.tag == _SVG + "defs" and all(inner.tag == _SVG + "style" for inner in child)
            if styled or child.tag == _SVG + "metadata":
                parent.remove(child)


def _unwrap(root: ElementTree.Element) -> None:
    """A group of one element gives it its id and goes."""
    for parent in list(root.iter()):
        for place, child in enumerate(list(parent)):
            if child.tag == _SVG + "g" and len(child) == 1 and set(child.attrib) <= {"id"}:
                only = child[0]
                if only.tag != _SVG + "g" and only.get("id") is None and child.get("id") is not None:
                    only.set("id", child.get("id", ""))
                    parent[place] = only


def _rename(root: ElementTree.Element, prefix: str) -> None:
    """Put the prefix before every id and every reference to one; a repeated id gets a number."""
    seen: dict[str, int] = {}
    for element in root.iter():
        own = element.get("id")
        if own is not None:
            seen[own] = seen.get(own, 0) + 1
            number = f".{seen[own]}" if seen[own] > 1 else ""
            element.set("id", f"{prefix}-{own}{number}")
        link = element.get(_XLINK)
        if link is not None and link.startswith("#"):
            element.set(_XLINK, f"#{prefix}-{link[1:]}")
        for name in ("style", "clip-path", "fill"):
            value = element.get(name)
            if value is not None and "url(#" in value:
                element.set(name, value.replace("url(#", f"url(#{prefix}-"))


def _short(found: re.Match[str]) -> str:
    text = f"{float(found.group()):.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _tidy(element: ElementTree.Element) -> None:
    """One decimal, no rotation by nothing, no styles that say the default."""
    for name in _GEOMETRY:
        value = element.get(name)
        if value is not None:
            element.set(name, " ".join(_NUMBER.sub(_short, value).split()))
    if re.match(r"rotate\(-?0[ )]", element.get("transform", "")):
        del element.attrib["transform"]
    style = element.get("style")
    if style is None:
        return
    parts = [part.strip() for part in style.split(";")]
    if element.tag == _SVG + "text":
        parts = [*_type(parts), *(part for part in parts if not part.startswith("font"))]
    element.set("style", "; ".join(part for part in parts if part and part not in _NEEDLESS))


def _type(parts: list[str]) -> list[str]:
    """Weight and size of a text; the family stands once, at the root."""
    font = " ".join(part for part in parts if part.startswith("font"))
    size = re.search(r"([\d.]+)px", font)
    weight = ["font-weight: 700"] if re.search(r"\b(bold|700)\b", font) else []
    return [*weight, f"font-size: {size.group(1) if size else '16'}px"]


def _faces(root: ElementTree.Element) -> str:
    letters = "".join(element.text or "" for element in root.iter(_SVG + "text"))
    return f"<style>{font_face_css(letters)}</style>"


def _told(chart: Chart) -> str:
    """What is told instead of the picture, its mark first."""
    return f"{chart.mark}. {chart.alt}" if chart.mark else chart.alt


def _written(root: ElementTree.Element, chart: Chart, prefix: str, faces: str) -> str:
    """The element with its title and description, as wide as the place it is put."""
    ElementTree.register_namespace("", _SVG[1:-1])
    ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    inner = "".join(ElementTree.tostring(child, encoding="unicode") for child in root)
    inner = inner.replace(' xmlns="http://www.w3.org/2000/svg"', "")
    inner = inner.replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")
    inner = re.sub(r">\s+<", "><", inner).strip()
    title, words = escape(printable(chart.headline)), escape(printable(_told(chart)))
    box = quoteattr(_NUMBER.sub(_short, root.get("viewBox", "")))
    labels = f'aria-labelledby="{prefix}-title {prefix}-desc"'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'id="{prefix}" width="100%" viewBox={box} role="img" {labels} style="{_FONTS}">'
        f'<title id="{prefix}-title">{title}</title><desc id="{prefix}-desc">{words}</desc>{faces}{inner}</svg>'
    )
