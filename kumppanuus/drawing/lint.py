"""Faults of a figure that a reader would see, measured on what was really drawn.

The lint reads the figure alone: extents from the renderer, colours and group ids from the artists. It does not
replace looking.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb, to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Patch, Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from kumppanuus.drawing import theme

_LEAST_CONTRAST = 4.5
_MOST_COLOURS = 4
_TOLERANCE = 1.0
"""Pixels by which extents may overlap: they hold a little air around the letters."""
_MARK = re.compile(r"(bar|segment|node|median|dot|start|end|span)-\d[\d-]*")
_STROKE = re.compile(r"(curve|line|leader)-\d[\d-]*|axis-[xy](-\d+)?")
_ROLES = {
    colour.lower(): role
    for shades in (theme.FILL, theme.WORDS)
    for role, colour in shades.items()
    if role not in ("neutral", "hidden")
}


def lint_figure(fig: Figure) -> list[str]:
    """Faults found in a figure, each as one English sentence for developers; empty when there are none.

    The mark of a confidential figure lies over everything on purpose and is left out.

    Found are: texts that overlap or leave the page, type under 14 points, contrast under 4.5, more than four level
    colours, a label over a mark or a curve, an edge through a circle it does not belong to.
    """
    canvas: Any = FigureCanvasAgg(fig)
    renderer = canvas.get_renderer()
    texts = [
        (text, text.get_window_extent(renderer))
        for text in fig.findobj(Text)
        if text.get_visible() and text.get_text() and not _gid(text).startswith("mark-")
    ]
    return [
        *_small(texts),
        *_off_page(fig, texts),
        *_overlapping(texts),
        *_faint(fig, texts),
        *_over_marks(fig, texts, renderer),
        *_through_nodes(fig),
        *_many_colours(fig),
    ]


Texts = list[tuple[Text, Bbox]]


def _small(texts: Texts) -> Iterator[str]:
    for text, _ in texts:
        if float(text.get_fontsize()) < theme.SMALLEST:
            yield f"small: {text.get_text()!r} is {text.get_fontsize()} points"


def _off_page(fig: Figure, texts: Texts) -> Iterator[str]:
    page = fig.bbox
    for text, box in texts:
        inside = page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1
        if not inside:
            yield f"off page: {text.get_text()!r}"


def _overlap(one: Bbox, other: Bbox) -> bool:
    across = min(one.x1, other.x1) - max(one.x0, other.x0)
    along = min(one.y1, other.y1) - max(one.y0, other.y0)
    return bool(across > _TOLERANCE and along > _TOLERANCE)


def _overlapping(texts: Texts) -> Iterator[str]:
    for (one, box), (other, around) in combinations(texts, 2):
        if _overlap(box, around):
            yield f"overlap: {one.get_text()!r} and {other.get_text()!r}"


def _luminance(colour: Any) -> float:
    parts = np.array(to_rgb(colour))
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def contrast(one: Any, other: Any) -> float:
    """Contrast of two colours, 1–21 (WCAG 2.2, relative luminance)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _patches(fig: Figure) -> list[Patch]:
    """Patches of the page in the order they are painted, the page itself left out."""
    found = [patch for patch in fig.findobj(Patch) if patch is not fig.patch and patch.get_visible()]
    return sorted(found, key=lambda patch: patch.get_zorder())


def _faint(fig: Figure, texts: Texts) -> Iterator[str]:
    grounds = [
        (patch, patch.get_window_extent(), to_rgba(patch.get_facecolor()))
        for patch in _patches(fig)
        if isinstance(patch, Rectangle | Circle)
    ]
    for text, box in texts:
        ground = np.array(to_rgb(fig.get_facecolor()))
        for patch, around, colour in grounds:
            if patch.get_zorder() <= text.get_zorder() and _overlap(box, around):
                ground = ground * (1 - colour[3]) + np.array(colour[:3]) * colour[3]
        found = contrast(text.get_color(), tuple(ground))
        if found < _LEAST_CONTRAST:
            yield f"contrast: {text.get_text()!r} has {found:.1f}"


def _gid(artist: Artist) -> str:
    return artist.get_gid() or ""


def _over_marks(fig: Figure, texts: Texts, renderer: Any) -> Iterator[str]:
    marks = [(patch, patch.get_window_extent(renderer)) for patch in _patches(fig) if _MARK.fullmatch(_gid(patch))]
    strokes = [(line, _points(line)) for line in fig.findobj(Line2D) if _STROKE.fullmatch(_gid(line))]
    for text, box in texts:
        for patch, around in marks:
            inside = _gid(text).startswith("inside-") and _gid(patch) == _gid(text).replace("inside-", "segment-")
            if not inside and _overlap(box, around):
                yield f"over a mark: {text.get_text()!r} over {_gid(patch)}"
        for line, points in strokes:
            if _within(points, box):
                yield f"over a mark: {text.get_text()!r} over {_gid(line)}"


def _points(line: Line2D) -> NDArray[np.float64]:
    """Points along a line as it is drawn, in pixels."""
    path = line.get_transform().transform_path(line.get_path())
    corners = np.asarray(path.vertices, dtype=float)
    if line.get_drawstyle() == "steps-post":
        corners = np.column_stack([np.repeat(corners[:, 0], 2)[1:], np.repeat(corners[:, 1], 2)[:-1]])
    return _dense(corners)


def _dense(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points every few pixels between corners, so that no letter or circle slips between two of them."""
    if len(corners) < 2:
        return corners
    pieces = [
        start + (end - start) * np.linspace(0, 1, max(2, int(np.hypot(*(end - start)) / 4)))[:, None]
        for start, end in pairwise(corners)
    ]
    return np.concatenate(pieces)


def _within(points: NDArray[np.float64], box: Bbox) -> bool:
    x, y = points[:, 0], points[:, 1]
    low, high = box.y0 + _TOLERANCE, box.y1 - _TOLERANCE
    return bool(((x > box.x0 + _TOLERANCE) & (x < box.x1 - _TOLERANCE) & (y > low) & (y < high)).any())


def _through_nodes(fig: Figure) -> Iterator[str]:
    """Edges are ``edge-<a>-<b>`` and circles ``node-<number>``: an edge may touch only circles a and b."""
    patches = _patches(fig)
    circles = {}
    for patch in patches:
        named = re.fullmatch(r"node-(\d+)", _gid(patch))
        if named and isinstance(patch, Circle):
            box = patch.get_window_extent()
            circles[named[1]] = ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2, box.width / 2)
    for patch in patches:
        named = re.fullmatch(r"edge-(\d+)-(\d+)", _gid(patch))
        if not named:
            continue
        drawn = patch.get_transform().transform_path(patch.get_path())
        points = _dense(np.concatenate(drawn.to_polygons(closed_only=False)))
        half = patch.get_linewidth() * fig.dpi / 144
        for key, (x, y, radius) in circles.items():
            near = np.hypot(points[:, 0] - x, points[:, 1] - y).min()
            if key not in named.groups() and near < radius + half:
                yield f"edge through a node: {_gid(patch)} and node-{key}"


def _many_colours(fig: Figure) -> Iterator[str]:
    seen = {to_hex(text.get_color()) for text in fig.findobj(Text) if text.get_text()}
    seen |= {to_hex(line.get_color()) for line in fig.findobj(Line2D)}
    for patch in _patches(fig):
        seen |= {to_hex(patch.get_facecolor()), to_hex(patch.get_edgecolor())}
    roles = sorted({_ROLES[colour] for colour in seen if colour in _ROLES})
    if len(roles) > _MOST_COLOURS:
        yield f"colours: {len(roles)} level colours ({', '.join(roles)})"
