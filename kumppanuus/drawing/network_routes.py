"""Paths of the ties: smooth curves that keep clear of circles they do not belong to."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
from matplotlib.path import Path
from numpy.typing import NDArray

from kumppanuus.drawing import theme
from kumppanuus.drawing.network_layout import Layout, Spot
from kumppanuus.drawing.spec import Edge, NetworkColumns
from kumppanuus.drawing.text import spread, width

Point = tuple[float, float]
Points = NDArray[np.float64]
_THIN = 1.6
_CLEAR, _LANE = 2.5, 2.0
_CORNER = 14.0
_T = np.linspace(0.0, 1.0, 25)[:, None]


def thickness(edge: Edge, thickest: float) -> float:
    """Width of the stroke in points; the thickest depends on the room between the nodes."""
    return _THIN + (thickest - _THIN) * edge.width


def flattened(controls: list[Point]) -> Points:
    """Points along a chain of cubic curves given as start, then (control, control, end) each."""
    pieces = []
    for at in range(0, len(controls) - 1, 3):
        p0, p1, p2, p3 = (np.array(controls[at + step]) for step in range(4))
        pieces.append((1 - _T) ** 3 * p0 + 3 * (1 - _T) ** 2 * _T * p1 + 3 * (1 - _T) * _T**2 * p2 + _T**3 * p3)
    return np.concatenate(pieces)


def as_path(controls: list[Point]) -> Path:
    """The chain as a path for matplotlib."""
    return Path(controls, [Path.MOVETO, *[Path.CURVE4] * (len(controls) - 1)])


def _clearance(points: Points, foreign: Points) -> float:
    """Least distance from the points to the rims of foreign circles (x, y, radius)."""
    if not len(foreign):
        return float("inf")
    apart = np.hypot(points[:, 0, None] - foreign[:, 0], points[:, 1, None] - foreign[:, 1]) - foreign[:, 2]
    return float(apart.min())


def _chain(points: list[Point], bend: float) -> list[Point]:
    """Curves through the points, horizontal at each of them."""
    controls = [points[0]]
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        reach = bend * (x1 - x0)
        controls += [(x0 + reach, y0), (x1 - reach, y1), (x1, y1)]
    return controls


def _across(a: Spot, b: Spot, through: list[tuple[float, float, float]]) -> Iterator[list[Point]]:
    """Ways from a column to one on its right, through waypoints (x, y, half length of the level piece)."""
    middle = [point for x, y, half in through for point in ((x - half, y), (x + half, y))]
    points = [(a.x + a.radius, a.y), *middle, (b.x - b.radius, b.y)]
    for bend in (0.5, 0.58, 0.66, 0.74, 0.82, 0.9):
        yield _chain(points, bend)


def _within(a: Spot, b: Spot, turn: int, between: list[Spot], limit: float, room: float) -> Iterator[list[Point]]:
    """Ways inside a column: to one side and back, wide enough to pass circles, the labels above them and a text.

    between : nodes passed on the way, the lower end last; limit : farthest reach to begin with; room : half the text.
    """
    passed = [a.radius + 8.0, *(spot.radius + 8.0 for spot in between), 14.0 + 0.16 * abs(a.y - b.y)]
    labels = [max(spot.label.right - spot.x, spot.radius) + 10.0 + room for spot in between if spot.side == "above"]
    wanted = max(passed) if not labels else max(max(labels), max(passed[:-1])) + _LANE * 3 * (len(between) - 1)
    for more in (0.0, 8.0, 16.0, 26.0, 40.0, 60.0):
        reach = min(wanted, limit) + more
        yield _bracket(a, b, turn, reach) if labels else _bow(a, b, turn, reach)


def _bow(a: Spot, b: Spot, turn: int, reach: float) -> list[Point]:
    start, end = a.x + turn * a.radius, b.x + turn * b.radius
    return [(start, a.y), (a.x + turn * reach / 0.75, a.y), (b.x + turn * reach / 0.75, b.y), (end, b.y)]


def _bracket(a: Spot, b: Spot, turn: int, reach: float) -> list[Point]:
    """Level out of the upper circle, down beyond the labels, level back below the label of the lower circle."""
    bend = min(_CORNER, (b.y - a.y) / 2, reach / 2)
    far, near, pull = a.x + turn * reach, a.x + turn * (reach - bend), 0.55 * bend
    corners: list[Point] = [(near, a.y), (far, a.y + bend), (far, b.y - bend), (near, b.y)]
    start, end = (a.x + turn * a.radius, a.y), (b.x + turn * b.radius, b.y)
    return [
        *(start, start, corners[0], corners[0]),
        *((near + turn * pull, a.y), (far, a.y + bend - pull), corners[1]),
        *(corners[1], corners[2], corners[2]),
        *((far, b.y - bend + pull), (near + turn * pull, b.y), corners[3]),
        *(corners[3], end, end),
    ]


def _wish(a: Spot, b: Spot, x: float) -> float:
    """Height at which the straight line from a to b passes x."""
    return a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x)


def _lanes(form: NetworkColumns, layout: Layout, ends: list[tuple[Spot, Spot]]) -> dict[tuple[int, int], float]:
    """Height at which each tie over a column passes it: (tie, column) → y, side by side in the free spans."""
    lanes: dict[tuple[int, int], float] = {}
    for column in range(1, len(layout.columns) - 1):
        over = [
            (_wish(a, b, layout.columns[column]), tie)
            for tie, (a, b) in enumerate(ends)
            if a.column < column < b.column
        ]
        rooms = {tie: thickness(form.edges[tie], layout.thickest) + _LANE for _, tie in over}
        for span, ties in _shared(over, rooms, layout.gaps[column]).items():
            low, high = layout.gaps[column][span]
            wishes, needs = [wish for wish, _ in ties], [rooms[tie] for _, tie in ties]
            squeeze = min(1.0, (high - low) / sum(needs))
            heights = spread(wishes, [need * squeeze for need in needs], low, high)
            for (_, tie), y in zip(ties, heights, strict=True):
                half = min(rooms[tie], high - low) / 2
                lanes[tie, column] = min(max(y, low + half), high - half)
    return lanes


def _shared(
    over: list[tuple[float, int]], rooms: dict[int, float], spans: tuple[tuple[float, float], ...]
) -> dict[int, list[tuple[float, int]]]:
    """Ties over a column by the free span they pass through: the nearest one that still has room."""
    free = [high - low for low, high in spans]
    chosen: dict[int, list[tuple[float, int]]] = {}
    for wish, tie in sorted(over):
        room = rooms[tie]
        far = [
            max(low + room / 2 - wish, wish - high + room / 2, 0.0) + 8.0 * max(room - left, 0.0)
            for (low, high), left in zip(spans, free, strict=True)
        ]
        span = far.index(min(far))
        free[span] -= room
        chosen.setdefault(span, []).append((wish, tie))
    return chosen


def _turn(tie: tuple[Spot, Spot], columns: int, ends: list[tuple[Spot, Spot]]) -> int:
    """Side to which a tie inside a column goes: inwards, or where fewer ties leave its ends; 1 = right, -1 = left."""
    column = tie[0].column
    if column in (0, columns - 1):
        return -1 if column == columns - 1 else 1
    indices = {spot.index for spot in tie}
    ways = [(a.index in indices) - (b.index in indices) for a, b in ends if a.column != b.column]
    return -1 if sum(ways) > 0 else 1


def routes(form: NetworkColumns, layout: Layout) -> list[list[Point]]:
    """Control points of each tie, in the order of ``form.edges``.

    The first way that keeps clear of every foreign circle is taken; if none does, the one farthest from them.
    """
    keys = {node.key: index for index, node in enumerate(form.nodes)}
    ends = []
    for edge in form.edges:
        a, b = layout.spots[keys[edge.a]], layout.spots[keys[edge.b]]
        ends.append((a, b) if (a.column, a.y) <= (b.column, b.y) else (b, a))
    lanes = _lanes(form, layout, ends)
    spacing = layout.columns[1] - layout.columns[0] if len(layout.columns) > 1 else 400.0
    circles = np.array([(spot.x, spot.y, spot.radius) for spot in layout.spots]).reshape(-1, 3)
    chosen = []
    for tie, (a, b) in enumerate(ends):
        if a.column == b.column:
            text = width(form.edges[tie].text, theme.SMALLEST, True) / 2
            between = [one for one in layout.spots if one.column == a.column and a.y < one.y <= b.y]
            ways = _within(a, b, _turn((a, b), len(layout.columns), ends), between, 0.46 * spacing, text)
        else:
            middle = range(a.column + 1, b.column)
            through = [(layout.columns[at], lanes[tie, at], 0.2 * spacing) for at in middle]
            ways = _across(a, b, through)
        foreign = np.delete(circles, [a.index, b.index], axis=0)
        chosen.append(_best(ways, foreign, thickness(form.edges[tie], layout.thickest) / 2 + _CLEAR))
    return chosen


def _best(ways: Iterator[list[Point]], foreign: Points, enough: float) -> list[Point]:
    best: list[Point] = []
    widest = float("-inf")
    for way in ways:
        clear = _clearance(flattened(way), foreign)
        if clear > widest:
            best, widest = way, clear
        if clear >= enough:
            return way
    return best
