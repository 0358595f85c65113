"""Faults of texts among themselves: too small, cut, off the page, over or against each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from kumppanuus.drawing import theme
from kumppanuus.drawing.text import ELLIPSIS

TOLERANCE = 1.0
"""Pixels by which extents may overlap: they hold a little air around the letters."""
_EDGE, _APART = 3.0, 2.0
"""Least pixels between a text and the edge of the page, and between two texts side by side."""
_SAME_LINE = 0.4
"""Share of its height by which a text lies on the line of another."""

Texts = list[tuple[Text, Bbox]]
"""Texts with their extents in pixels."""


def text_faults(fig: Figure, texts: Texts) -> Iterator[str]:
    """Faults of the texts of a figure, each as one sentence."""
    yield from _small(texts)
    yield from _cut(texts)
    yield from _off_page(fig, texts)
    yield from _overlapping(texts)
    yield from _touching(texts)


def gid_of(artist: Artist) -> str:
    """What an artist is; empty when nobody said."""
    return artist.get_gid() or ""


def overlap(one: Bbox, other: Bbox) -> bool:
    """Whether two extents overlap by more than their air."""
    across = min(one.x1, other.x1) - max(one.x0, other.x0)
    along = min(one.y1, other.y1) - max(one.y0, other.y0)
    return bool(across > TOLERANCE and along > TOLERANCE)


def _small(texts: Texts) -> Iterator[str]:
    for text, _ in texts:
        if float(text.get_fontsize()) < theme.SMALLEST:
            yield f"small: {text.get_text()!r} is {text.get_fontsize()} points"


def _cut(texts: Texts) -> Iterator[str]:
    for text, _ in texts:
        if re.match("(head|subtit)", gid_of(text)) and text.get_text().endswith(ELLIPSIS):
            yield f"cut: {text.get_text()!r}"


def _off_page(fig: Figure, texts: Texts) -> Iterator[str]:
    page = fig.bbox
    for text, box in texts:
        room = min(box.x0 - page.x0, page.x1 - box.x1, box.y0 - page.y0, page.y1 - box.y1)
        if room < _EDGE:
            yield f"{'off page' if room < 0 else 'at the edge'}: {text.get_text()!r}"


def _overlapping(texts: Texts) -> Iterator[str]:
    for (one, box), (other, around) in combinations(texts, 2):
        if overlap(box, around):
            yield f"overlap: {one.get_text()!r} and {other.get_text()!r}"


def _touching(texts: Texts) -> Iterator[str]:
    """Texts side by side on one line that read as one word."""
    for (one, box), (other, around) in combinations(texts, 2):
        along = min(box.y1, around.y1) - max(box.y0, around.y0)
        apart = max(box.x0, around.x0) - min(box.x1, around.x1)
        if along > _SAME_LINE * min(box.height, around.height) and -TOLERANCE <= apart < _APART:
            yield f"touching: {one.get_text()!r} and {other.get_text()!r}"
