"""Faults of a figure that a reader would see, measured on what was really drawn.

The lint reads the figure alone: extents from the renderer, colours and group ids from the artists. It does not
replace looking.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb, to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Patch, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from kumppanuus.drawing import theme
from kumppanuus.drawing.lint_texts import TOLERANCE, Texts, gid_of, overlap, text_faults

_LEAST_CONTRAST = 4.5
_MOST_COLOURS = 4
_MOST_HIDDEN = 0.2
"""Share of the outline of a stream that a text may hide."""
_MARK = re.compile(r"(bar|column|stop|segment|node|median|dot|start|end|span)-\d[\d-]*")
_STROKE = re.compile(
    r"(curve|line|leader)-\d[\d-]*|axis-[xy](-\d+)?|limit|middle|goal|change|median-line-\d+|"
    r"(interval|cap|capacity)-\d[\d-]*|reference"
)
_ROLES = {
    colour.lower(): role
    for shades in (theme.FILL, theme.WORDS)
    for role, colour in shades.items()
    if role not in ("neutral", "hidden")
}


def lint_figure(fig: Figure) -> list[str]:
    """Faults found in a figure, each as one English sentence for developers; empty when there are none.

    The mark of a confidential figure lies over everything on purpose and is left out.

    Found are: texts that overlap, all but touch each other or leave the page or touch its edge, marks off the page, a
    headline or subtitle that is cut, type under 14 points, contrast under 4.5, more than four level colours, a label
    over a mark or a curve, an edge through a circle it does not belong to.
    """
    canvas: Any = FigureCanvasAgg(fig)
    renderer = canvas.get_renderer()
    texts = [
        (text, text.get_window_extent(renderer))
        for text in fig.findobj(Text)
        if text.get_visible() and text.get_text() and not gid_of(text).startswith("mark-")
    ]
    return [
        *text_faults(fig, texts),
        *_marks_off_page(fig),
        *_faint(fig, texts),
        *_over_marks(fig, texts, renderer),
        *_over_streams(fig, texts),
        *_through_nodes(fig),
        *_many_colours(fig),
    ]


def _marks_off_page(fig: Figure) -> Iterator[str]:
    """Marks and strokes have no air of their own: they may reach the edge, not beyond."""
    page = fig.bbox
    named = [
        one
        for one in (*_patches(fig), *fig.findobj(Line2D))
        if _MARK.fullmatch(gid_of(one)) or _STROKE.fullmatch(gid_of(one))
    ]
    for one in named:
        box = _points(one).T if isinstance(one, Line2D) else np.asarray(one.get_window_extent()).T
        x, y = (axis[np.isfinite(axis)] for axis in box)
        if len(x) and not (
            page.x0 - 1 <= x.min() and x.max() <= page.x1 + 1 and page.y0 - 1 <= y.min() and y.max() <= page.y1 + 1
        ):
            yield f"mark off page: {gid_of(one)}"


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
    layers = _layers(fig)
    for text, box in texts:
        ground = np.array(to_rgb(fig.get_facecolor()))
        for layer, path in layers:
            ground = np.array(to_rgb(layer.get_facecolor())) if _corners_in(path, box).all() else ground
        for patch, around, colour in grounds:
            if patch.get_zorder() <= text.get_zorder() and overlap(box, around):
                ground = ground * (1 - colour[3]) + np.array(colour[:3]) * colour[3]
        found = contrast(text.get_color(), tuple(ground))
        if found < _LEAST_CONTRAST:
            yield f"contrast: {text.get_text()!r} has {found:.1f}"


def _layers(fig: Figure) -> list[tuple[Patch, Path]]:
    """Opaque areas of any shape that texts stand on, with their outlines in pixels."""
    found = [patch for patch in _patches(fig) if re.fullmatch(r"layer-\d+", gid_of(patch))]
    return [(patch, patch.get_transform().transform_path(patch.get_path())) for patch in found]


def _corners_in(path: Path, box: Bbox) -> NDArray[np.bool_]:
    """Whether each corner of a box lies within an outline."""
    return np.asarray(path.contains_points(box.corners()), dtype=bool)


def _over_marks(fig: Figure, texts: Texts, renderer: Any) -> Iterator[str]:
    marks = [(patch, patch.get_window_extent(renderer)) for patch in _patches(fig) if _MARK.fullmatch(gid_of(patch))]
    strokes = [(line, _points(line)) for line in fig.findobj(Line2D) if _STROKE.fullmatch(gid_of(line))]
    layers = _layers(fig)
    for text, box in texts:
        for patch, around in marks:
            inside = gid_of(text).startswith("inside-") and gid_of(patch) == gid_of(text).replace("inside-", "segment-")
            if not inside and overlap(box, around):
                yield f"over a mark: {text.get_text()!r} over {gid_of(patch)}"
        for patch, path in layers:
            corners = _corners_in(path, box)
            if corners.any() and not corners.all():
                yield f"over a mark: {text.get_text()!r} over the edge of {gid_of(patch)}"
        for line, points in strokes:
            if _within(points, box):
                yield f"over a mark: {text.get_text()!r} over {gid_of(line)}"


def _over_streams(fig: Figure, texts: Texts) -> Iterator[str]:
    """Highlighted streams are ``stream-<number>``: only ``inside-<number>`` may hide more than a little of one."""
    for patch in _patches(fig):
        named = re.fullmatch(r"stream-(\d+)", gid_of(patch))
        if named is None:
            continue
        drawn = patch.get_transform().transform_path(patch.get_path())
        edge = np.concatenate([_dense(np.asarray(each)) for each in drawn.to_polygons()])
        for text, box in texts:
            behind = (edge > (box.x0, box.y0)).all(axis=1) & (edge < (box.x1, box.y1)).all(axis=1)
            if gid_of(text) != f"inside-{named[1]}" and behind.mean() > _MOST_HIDDEN:
                yield f"over a mark: {text.get_text()!r} over {gid_of(patch)}"


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
    low, high = box.y0 + TOLERANCE, box.y1 - TOLERANCE
    return bool(((x > box.x0 + TOLERANCE) & (x < box.x1 - TOLERANCE) & (y > low) & (y < high)).any())


def _through_nodes(fig: Figure) -> Iterator[str]:
    """Edges are ``edge-<a>-<b>`` and circles ``node-<number>``: an edge may touch only circles a and b."""
    patches = _patches(fig)
    circles = {}
    for patch in patches:
        named = re.fullmatch(r"node-(\d+)", gid_of(patch))
        if named and isinstance(patch, Circle):
            box = patch.get_window_extent()
            circles[named[1]] = ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2, box.width / 2)
    for patch in patches:
        named = re.fullmatch(r"edge-(\d+)-(\d+)", gid_of(patch))
        if not named:
            continue
        drawn = patch.get_transform().transform_path(patch.get_path())
        points = _dense(np.concatenate(drawn.to_polygons(closed_only=False)))
        half = patch.get_linewidth() * fig.dpi / 144
        for key, (x, y, radius) in circles.items():
            near = np.hypot(points[:, 0] - x, points[:, 1] - y).min()
            if key not in named.groups() and near < radius + half:
                yield f"edge through a node: {gid_of(patch)} and node-{key}"


def _many_colours(fig: Figure) -> Iterator[str]:
    seen = {to_hex(text.get_color()) for text in fig.findobj(Text) if text.get_text()}
    seen |= {to_hex(line.get_color()) for line in fig.findobj(Line2D)}
    for patch in _patches(fig):
        seen |= {to_hex(patch.get_facecolor()), to_hex(patch.get_edgecolor())}
    roles = sorted({_ROLES[colour] for colour in seen if colour in _ROLES})
    if len(roles) > _MOST_COLOURS:
        yield f"colours: {len(roles)} level colours ({', '.join(roles)})"
