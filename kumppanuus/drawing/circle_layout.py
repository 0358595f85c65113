"""Where the nodes of a network stand around an ellipse, or near the places a force layout gave. Lengths in points."""

from __future__ import annotations

import math
from dataclasses import dataclass

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box
from kumppanuus.drawing.row_names import row_names
from kumppanuus.drawing.spec import NetworkCircle, Node
from kumppanuus.drawing.text import widest, wrap

_LARGEST, _SMALLEST_RADIUS = 20.0, 4.0
_BESIDE = 8.0
_ROUND = 1.9
"""Most width of the ellipse in heights."""
_NAMES = 0.30
"""Share of the box that names may take on each side."""
_TURNS = 400
_APART = 6.0
_LABEL = 150.0
"""Widest name under a node of a force layout."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A node on the page: its circle, its name with the room it takes, and a number outside the name."""

    index: int
    x: float
    y: float
    radius: float
    lines: tuple[str, ...]
    size: float
    bold: bool
    side: str
    number: str = ""

    @property
    def label(self) -> Box:
        """The room of the name."""
        wide = widest(self.lines, self.size, self.bold)
        tall = theme.LEADING * self.size * (len(self.lines) - 1) + 1.1 * self.size
        if self.side in ("below", "above"):
            top = self.y + self.radius + 2 if self.side == "below" else self.y - self.radius - 2 - tall
            return Box(self.x - wide / 2, top, self.x + wide / 2, top + tall)
        left = self.x + self.radius + _BESIDE if self.side == "right" else self.x - self.radius - _BESIDE - wide
        return Box(left, self.y - tall / 2, left + wide, self.y + tall / 2)


def placed(form: NetworkCircle, box: Box) -> tuple[Spot, ...]:
    """Place every node in the box.

    Returns
    -------
    One spot per node, in the order of the nodes.
    """
    if not form.nodes:
        return ()
    return _by_force(form, box) if form.places else _around(form, box)


def numbered(form: NetworkCircle) -> dict[int, int]:
    """Ties of the bold node whose text stands beside the name at the other end: index of that node → index of the tie.

    On the circle each such tie has an end of its own; a number there needs no room among the ties.
    """
    if form.places:
        return {}
    bold = {node.key for node in form.nodes if node.bold}
    at = {node.key: index for index, node in enumerate(form.nodes)}
    found: dict[int, int] = {}
    for place, edge in enumerate(form.edges):
        if edge.text.strip() and len({edge.a, edge.b} & bold) == 1:
            found.setdefault(at[edge.b if edge.a in bold else edge.a], place)
    return found


def _radius(node: Node, greatest: float, largest: float) -> float:
    share = node.size / greatest if greatest > 0 else 0.0
    return max(largest * math.sqrt(share), _SMALLEST_RADIUS)


def _around(form: NetworkCircle, box: Box) -> tuple[Spot, ...]:
    """Half of the nodes down the right side of an ellipse, the others up the left side, evenly spaced in height.

    Even steps in height, not in angle, leave every name a row of its own.
    """
    order = sorted(range(len(form.nodes)), key=lambda index: (form.nodes[index].column, index))
    right = (len(order) + 1) // 2
    pitch = min(box.height / right, 84.0)
    largest = min(_LARGEST, 0.42 * pitch)
    greatest = max(node.size for node in form.nodes)
    texts = {index: form.edges[place].text for index, place in numbered(form).items()}
    names = row_names([node.label for node in form.nodes], [node.bold for node in form.nodes], pitch,
                      _NAMES / 0.45 * box.width)  # fmt: skip
    size = min(names.size, theme.LABEL)
    high = min(box.height / 2, pitch * right / 2) - 2
    beside = names.column + _BESIDE + (widest([*texts.values()], size, True) + _BESIDE if texts else 0.0)
    wide = min(box.width / 2 - beside - largest, _ROUND * high)
    middle, centre = (box.top + box.bottom) / 2, (box.left + box.right) / 2
    spots = []
    for turn, index in enumerate(order):
        side = "right" if turn < right else "left"
        count = right if side == "right" else len(order) - right
        row = turn if side == "right" else len(order) - 1 - turn
        down = (row + 0.5) / count * 2 - 1
        across = math.sqrt(1 - down**2) * wide * (1 if side == "right" else -1)
        node = form.nodes[index]
        spots.append(
            Spot(index, centre + across, middle + down * high, _radius(node, greatest, largest), names.lines[index],
                 size, node.bold, side, texts.get(index, ""))
        )  # fmt: skip
    return tuple(sorted(spots, key=lambda spot: spot.index))


def _by_force(form: NetworkCircle, box: Box) -> tuple[Spot, ...]:
    """Nodes at their places with their names below them, pushed apart where circles or names would meet."""
    count = len(form.nodes)
    largest = 24.0 if count <= 12 else 18.0 if count <= 22 else 14.0
    size = theme.LABEL if count <= 20 else theme.SMALLEST
    greatest = max(node.size for node in form.nodes)
    radii = [_radius(node, greatest, largest) for node in form.nodes]
    lines = [wrap(node.label, _LABEL, size, node.bold) for node in form.nodes]
    halves = [
        max(widest(one, size, node.bold) / 2, radius) + _APART / 2
        for one, node, radius in zip(lines, form.nodes, radii, strict=True)
    ]
    depths = [theme.LEADING * size * (len(one) - 1) + 1.1 * size + 2 for one in lines]
    spans = [Box(half, radius + _APART / 2, half, radius + depth + _APART / 2)
             for half, radius, depth in zip(halves, radii, depths, strict=True)]  # fmt: skip
    at = [
        [box.left + x * box.width, box.top + y * box.height]
        for x, y in form.places
    ]  # fmt: skip
    _push_apart(at, spans, box)
    return tuple(
        Spot(index, x, y, radius, names, size, node.bold, "below")
        for index, ((x, y), radius, names, node) in enumerate(zip(at, radii, lines, form.nodes, strict=True))
    )


def _push_apart(at: list[list[float]], spans: list[Box], box: Box) -> None:
    """Move centres as little as it takes until no two rooms meet and none leaves the box.

    spans : reach of each room from its centre: to the left, up, to the right, down.
    """
    for _ in range(_TURNS):
        moved = False
        for one in range(len(at)):
            for other in range(one + 1, len(at)):
                moved |= _part(at[one], at[other], spans[one], spans[other])
        for place, span in zip(at, spans, strict=True):
            place[0] = min(max(place[0], box.left + span.left), box.right - span.right)
            place[1] = min(max(place[1], box.top + span.top), box.bottom - span.bottom)
        if not moved:
            return


def _part(a: list[float], b: list[float], of_a: Box, of_b: Box) -> bool:
    """Push two rooms apart the shorter way when they meet."""
    across = of_a.right + of_b.left - abs(b[0] - a[0])
    down = (of_a.bottom + of_b.top if b[1] >= a[1] else of_b.bottom + of_a.top) - abs(b[1] - a[1])
    if across <= 0.01 or down <= 0.01:
        return False
    axis, by = (0, across) if across < down else (1, down)
    sign = 1.0 if b[axis] >= a[axis] else -1.0
    a[axis] -= sign * by / 2
    b[axis] += sign * by / 2
    return True
