"""Where circles and labels of a network by columns stand. Lengths in points, y downwards."""

from __future__ import annotations

import math
from dataclasses import dataclass

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box
from kumppanuus.drawing.network_order import Orders, ordered
from kumppanuus.drawing.spec import NetworkColumns, Node
from kumppanuus.drawing.text import ELLIPSIS, widest, wrap

_LARGEST, _SMALLEST_RADIUS = 24.0, 4.5
_MOST_GAP = 64.0
_BESIDE = 8.0
_THICKEST = 7.0
_LEAST_LARGEST = 8.0
"""Below this radius of the largest circle a cut label is the lesser evil."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A node on the page: its circle, and its label with the side it stands on."""

    index: int
    column: int
    x: float
    y: float
    radius: float
    lines: tuple[str, ...]
    bold: bool
    size: float
    side: str

    @property
    def label(self) -> Box:
        """The room of the label."""
        wide = widest(self.lines, self.size, self.bold)
        tall = theme.LEADING * self.size * (len(self.lines) - 1) + 1.1 * self.size
        if self.side == "above":
            bottom = self.y - self.radius - 1
            return Box(self.x - wide / 2, bottom - tall, self.x + wide / 2, bottom)
        if self.side == "left":
            right = self.x - self.radius - _BESIDE
            return Box(right - wide, self.y - tall / 2, right, self.y + tall / 2)
        left = self.x + self.radius + _BESIDE
        return Box(left, self.y - tall / 2, left + wide, self.y + tall / 2)


@dataclass(frozen=True, slots=True)
class Layout:
    """All nodes on the page by index, the x of each column, the free spans inside each column, the thickest tie."""

    spots: tuple[Spot, ...]
    columns: tuple[float, ...]
    gaps: tuple[tuple[tuple[float, float], ...], ...]
    thickest: float


def side(column: int, columns: int) -> str:
    """Side of the labels in a column: outwards in the outer ones, above the circles in the inner ones."""
    if column == columns - 1:
        return "right"
    return "left" if column == 0 else "above"


def closest_columns(form: NetworkColumns, box: Box) -> float:
    """Least distance that two columns can have, whatever their labels; the width of the box for one column."""
    if len(form.columns) == 1:
        return box.width
    outer, _ = _limits(form, box)
    return (box.width - 2 * (outer + _LARGEST + _BESIDE)) / (len(form.columns) - 1)


@dataclass(frozen=True, slots=True)
class _Type:
    """A choice of type: size of labels, radius of the largest circle, least gap between nodes of a column."""

    size: float
    largest: float
    gap: float


_CHOICES = tuple(
    _Type(size, largest, gap)
    for radii, gap in (
        ((24.0, 22.0, 20.0, 18.0), 9.5),
        ((16.0, 14.0, 12.0, 10.0), 9.5),
        ((16.0, 13.0, 10.0, 8.0), 6.0),
        ((6.0, 4.0, 3.0), 6.0),
    )
    for size in (theme.LABEL, theme.SMALLEST)
    for largest in radii
)
"""From the most pleasant to the tightest; the last is taken even where it does not quite fit."""


def _radius(node: Node, greatest: float, largest: float) -> float:
    share = node.size / greatest if greatest > 0 else 0.0
    return max(largest * math.sqrt(share), min(_SMALLEST_RADIUS, 0.75 * largest))


def _limits(form: NetworkColumns, box: Box) -> tuple[float, float]:
    """Widest outer and inner label."""
    count = len(form.columns)
    outer = {1: 420.0, 2: 260.0, 3: 205.0}.get(count, 165.0)
    return outer, (box.width - 2 * outer - 60) / max(count - 1, 1) * (1.25 if count == 3 else 0.98)


def _height(radius: float, lines: int, size: float, where: str) -> float:
    """Room of a node in its column: circle and label."""
    text = theme.LEADING * size * (lines - 1) + 1.1 * size
    return 2 * radius + 2 + text if where == "above" else max(2 * radius + 2, text)


_Rooms = tuple[dict[int, tuple[str, ...]], dict[int, float]]


def _column(form: NetworkColumns, box: Box, kind: _Type, column: int) -> _Rooms | None:
    """Labels and heights of the nodes of a column, with as many lines of label as fit; None if none do."""
    where = side(column, len(form.columns))
    outer, inner = _limits(form, box)
    greatest = max((node.size for node in form.nodes), default=0.0)
    members = [(index, node) for index, node in enumerate(form.nodes) if node.column == column]
    for most in (2, 1) if where == "above" else (3, 2, 1):
        limit = inner if where == "above" else outer
        labels = {index: wrap(node.label, limit, kind.size, node.bold, most) for index, node in members}
        heights = {
            index: _height(_radius(node, greatest, kind.largest), len(labels[index]), kind.size, where)
            for index, node in members
        }
        fits = sum(heights.values()) + kind.gap * len(members) <= box.height
        if fits or (most == 1 and kind == _CHOICES[-1]):
            return labels, heights
    return None


_Choice = tuple[_Type, list[tuple[str, ...]], list[float]]


def _cuts(choice: _Choice) -> int:
    """Number of labels that do not stand whole."""
    return sum(any(line.endswith(ELLIPSIS) for line in lines) for lines in choice[1])


def _chosen(form: NetworkColumns, box: Box) -> _Choice:
    """The most pleasant choice of type in which every column fits, with as few labels cut as can be."""
    found: list[_Choice] = []
    for kind in _CHOICES:
        if found and (_cuts(found[-1]) == 0 or kind.largest < _LEAST_LARGEST):
            break
        columns = [_column(form, box, kind, column) for column in range(len(form.columns))]
        rooms = [room for room in columns if room is not None]
        if len(rooms) == len(columns):
            labels = dict(sorted((index, lines) for names, _ in rooms for index, lines in names.items()))
            heights = dict(sorted((index, tall) for _, tops in rooms for index, tall in tops.items()))
            found.append((kind, list(labels.values()), list(heights.values())))
    return min(found, key=_cuts)


def _columns_x(form: NetworkColumns, box: Box, labels: list[tuple[str, ...]], kind: _Type) -> tuple[float, ...]:
    """The x of each column: outer labels at the margins, the rest of the width shared evenly."""
    count = len(form.columns)
    reach = {"left": 0.0, "right": 0.0, "above": 0.0}
    for node, lines in zip(form.nodes, labels, strict=True):
        where = side(node.column, count)
        reach[where] = max(reach[where], widest(lines, kind.size, node.bold))
    pads = {
        name: max(reach[name], widest([title], theme.LABEL, True) / 2 - 20) + kind.largest + _BESIDE
        for name, (title, _) in (("left", form.columns[0]), ("right", form.columns[-1]))
    }
    if count == 1:
        return (box.left + max((box.width - pads["right"]) / 2, 120.0),)
    # Short labels do not push the columns to the margins: the curves between them stay of a readable length.
    room = {name: max(pad, 130.0) for name, pad in pads.items()}
    left, right = box.left + room["left"], box.right - room["right"]
    return tuple(left + (right - left) * at / (count - 1) for at in range(count))


def _stack(heights: list[float], box: Box) -> tuple[list[float], tuple[tuple[float, float], ...]]:
    """Tops of the nodes of a column, evenly spread, and the free spans above, between and below them."""
    free = box.height - sum(heights)
    gap = max(min(free / max(len(heights), 1), _MOST_GAP), 0.0)
    y = box.top + (free - gap * (len(heights) - 1)) / 2 if heights else box.top
    tops, gaps, last = [], [], box.top - 4
    for tall in heights:
        tops.append(y)
        gaps.append((last, y))
        last = y + tall
        y = last + gap
    return tops, (*gaps, (last, box.bottom + 4))


def placed(form: NetworkColumns, box: Box) -> Layout:
    """Place every node.

    Parameters
    ----------
    form : the network.
    box : room below the titles of the columns.
    """
    kind, labels, heights = _chosen(form, box)
    keys = {node.key: index for index, node in enumerate(form.nodes)}
    pairs = [(keys[edge.a], keys[edge.b]) for edge in form.edges]
    orders: Orders = ordered([node.column for node in form.nodes], len(form.columns), pairs)
    columns = _columns_x(form, box, labels, kind)
    greatest = max((node.size for node in form.nodes), default=0.0)
    spots: list[Spot] = []
    gaps = []
    for column, order in enumerate(orders):
        tops, free = _stack([heights[index] for index in order], box)
        gaps.append(free)
        where = side(column, len(form.columns))
        for index, top in zip(order, tops, strict=True):
            node, radius = form.nodes[index], _radius(form.nodes[index], greatest, kind.largest)
            y = top + heights[index] - radius - 1 if where == "above" else top + heights[index] / 2
            spots.append(Spot(index, column, columns[column], y, radius, labels[index], node.bold, kind.size, where))
    spots.sort(key=lambda spot: spot.index)
    inner = [high - low for free in gaps[1:-1] for low, high in free]
    thickest = max(min([_THICKEST, *(gap - 2.5 for gap in inner)]), 3.0)
    return Layout(tuple(spots), columns, tuple(gaps), thickest)
