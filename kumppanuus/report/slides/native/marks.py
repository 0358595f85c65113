"""Pieces of a chart's XML that python-pptx does not write: literal numbers, words at marks, marks themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from kumppanuus.report.slides.book import SHEET
from kumppanuus.report.slides.texts import clean

_FLAGS = ("showLegendKey", "showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize")
NO_LINE = '<c:spPr><a:ln w="28575"><a:noFill/></a:ln></c:spPr>'
NO_MARK = '<c:marker><c:symbol val="none"/></c:marker>'


@dataclass(frozen=True, slots=True)
class Words:
    """Words at a mark.

    place : number of the mark. lines : one paragraph each. colour : hexadecimal. size : points.
    side : ``l``, ``r``, ``t`` or ``b`` of the mark.
    """

    place: int
    lines: Sequence[str]
    colour: str
    size: float
    side: str
    bold: bool = False


def title_ref(column: str, name: str) -> str:
    """Return the name of a series that stands in the head of its column."""
    return (
        f'<c:tx><c:strRef><c:f>{SHEET}!${column}$1</c:f><c:strCache><c:ptCount val="1"/>'
        f'<c:pt idx="0"><c:v>{escape(name)}</c:v></c:pt></c:strCache></c:strRef></c:tx>'
    )


def literal_name(name: str) -> str:
    """Return the name of a series that has no cell."""
    return f"<c:tx><c:v>{escape(clean(name))}</c:v></c:tx>"


def numbers(tag: str, values: Sequence[float | None], reference: str = "") -> str:
    """Numbers of a series: read from cells, or written into the chart where they only place something."""
    points = "".join(
        f'<c:pt idx="{place}"><c:v>{value!r}</c:v></c:pt>' for place, value in enumerate(values) if value is not None
    )
    inner = f'<c:formatCode>General</c:formatCode><c:ptCount val="{len(values)}"/>{points}'
    if reference:
        return f"<c:{tag}><c:numRef><c:f>{reference}</c:f><c:numCache>{inner}</c:numCache></c:numRef></c:{tag}>"
    return f"<c:{tag}><c:numLit>{inner}</c:numLit></c:{tag}>"


def labelled(labels: Sequence[Words], language: str) -> str:
    """Return words at marks; marks without have none."""
    flags = "".join(f'<c:{name} val="{int(name == "showVal")}"/>' for name in _FLAGS)
    parts = [
        f'<c:dLbl><c:idx val="{one.place}"/><c:tx><c:rich><a:bodyPr wrap="none"/><a:lstStyle/>{_written(one, language)}'
        f'</c:rich></c:tx><c:dLblPos val="{one.side}"/>{flags}</c:dLbl>'
        for one in labels
    ]
    none = "".join(f'<c:{name} val="0"/>' for name in _FLAGS)
    return f"<c:dLbls>{''.join(parts)}{none}</c:dLbls>"


def _written(words: Words, language: str) -> str:
    type_ = (
        f'<a:rPr lang="{language}" sz="{round(words.size * 100)}" b="{int(words.bold)}">{solid(words.colour)}</a:rPr>'
    )
    return "".join(f"<a:p><a:r>{type_}<a:t>{escape(clean(line) or ' ')}</a:t></a:r></a:p>" for line in words.lines)


def marker(fill: str, rim: str, thick: int, size: int, symbol: str = "circle") -> str:
    """Return a mark."""
    return (
        f'<c:marker><c:symbol val="{symbol}"/><c:size val="{size}"/><c:spPr>{solid(fill)}'
        f'<a:ln w="{thick}">{solid(rim)}</a:ln></c:spPr></c:marker>'
    )


def solid(colour: str) -> str:
    """Return a fill of one colour."""
    return f'<a:solidFill><a:srgbClr val="{colour.lstrip("#").upper()}"/></a:solidFill>'
