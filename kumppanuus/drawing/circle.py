"""A network on a circle or by a force layout: names outside or below, ties that keep clear of foreign circles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box, Canvas, baseline
from kumppanuus.drawing.circle_layout import Spot, numbered, placed
from kumppanuus.drawing.network_routes import Point, Points, as_path, flattened, thickness
from kumppanuus.drawing.spec import Edge, Level, NetworkCircle
from kumppanuus.drawing.text import cut, width

_RIM = 1.5
_KEY = 30.0
_CLEAR = 2.5
_THICKEST = 7.0
_BENDS = (0.0, 0.12, -0.12, 0.24, -0.24, 0.36, -0.36, 0.5, -0.5, 0.7, -0.7)
_PULLS = (0.35, 0.5, 0.65, 0.2, 0.8, 0.95)
"""How far the ends of a tie across the circle are drawn towards its centre."""
_NEXT = 8.0
_BOW = 0.6
_SHARES = (0.62, 0.54, 0.7, 0.46, 0.78, 0.38, 0.86, 0.3)


def _ways(form: NetworkCircle, a: Spot, b: Spot, centre: Point) -> Iterator[list[Point]]:
    """Ways of a tie from the middle of one circle to that of another, the straightest first."""
    start, end = np.array((a.x, a.y)), np.array((b.x, b.y))
    if form.places:
        aside = np.array((start[1] - end[1], end[0] - start[0]))
        for bend in _BENDS:
            points = (
                start,
                start + (end - start) / 3 + bend * aside,
                start + 2 * (end - start) / 3 + bend * aside,
                end,
            )
            yield [(float(x), float(y)) for x, y in points]
        return
    inwards = [np.array(centre) - each for each in (start, end)]
    # Neighbours are joined by a shallow bow: nothing reaches farther in than the two are apart.
    near = float(np.hypot(*(end - start)))
    for pull in _PULLS:
        one, two = (each * min(pull, _BOW * (1 + pull) * near / max(np.hypot(*each), 1e-9)) for each in inwards)
        points = (start, start + one, end + two, end)
        yield [(float(x), float(y)) for x, y in points]


def _clearance(way: list[Point], foreign: list[Spot]) -> float:
    """Least distance from a way to the rims of other circles; the way in steps shorter than any circle."""
    t = np.linspace(0.0, 1.0, 161)[:, None]
    p0, p1, p2, p3 = (np.array(point) for point in way)
    points = (1 - t) ** 3 * p0 + 3 * (1 - t) ** 2 * t * p1 + 3 * (1 - t) * t**2 * p2 + t**3 * p3
    gaps = [np.hypot(points[:, 0] - spot.x, points[:, 1] - spot.y).min() - spot.radius for spot in foreign]
    return float(min(gaps, default=np.inf))


def routes(form: NetworkCircle, spots: tuple[Spot, ...], box: Box) -> list[list[Point]]:
    """The way of every tie: the first that is clear of foreign circles, else the clearest.

    Returns
    -------
    Control points of one cubic curve per edge.
    """
    centre = ((box.left + box.right) / 2, (box.top + box.bottom) / 2)
    at = {node.key: spot for node, spot in zip(form.nodes, spots, strict=True)}
    chosen = []
    for edge in form.edges:
        a, b = at[edge.a], at[edge.b]
        foreign = [spot for spot in spots if spot.index not in (a.index, b.index)]
        enough = thickness(edge, _THICKEST) / 2 + _CLEAR
        best: list[Point] = []
        most = float("-inf")
        for way in _ways(form, a, b, centre):
            clear = _clearance(way, foreign)
            if clear > most:
                best, most = way, clear
            if most >= enough:
                break
        chosen.append(best)
    return chosen


def _role(form: NetworkCircle, edge: Edge) -> Level:
    """Colour of a highlighted tie: that of its bold end, otherwise of its end in the later group."""
    nodes = {node.key: node for node in form.nodes}
    return max((nodes[edge.a], nodes[edge.b]), key=lambda node: (node.bold, node.column)).colour


def _apart(one: Box, other: Box) -> bool:
    return (
        one.right + 2 <= other.left or other.right + 2 <= one.left
        or one.bottom + 2 <= other.top or other.bottom + 2 <= one.top
    )  # fmt: skip


def _disc(spot: Spot) -> Box:
    reach = spot.radius + 2
    return Box(spot.x - reach, spot.y - reach, spot.x + reach, spot.y + reach)


def _sided(spots: tuple[Spot, ...], lines: list[Points], box: Box) -> tuple[Spot, ...]:
    """Names below, above or beside their circles, where they hide least of the ties and touch nothing."""
    settled = list(spots)
    points = np.concatenate(lines) if lines else np.zeros((0, 2))
    for index in sorted(range(len(spots)), key=lambda at: (not spots[at].bold, at)):
        others = [spot for spot in settled if spot.index != index]
        taken = [room for spot in others for room in (_disc(spot), spot.label)]
        choices = [replace(settled[index], side=side) for side in ("below", "above", "right", "left")]
        free = [one for one in choices if _inside(one.label, box) and all(_apart(one.label, each) for each in taken)]
        if free:
            settled[index] = min(free, key=lambda one: _hidden(points, one.label))
    return tuple(settled)


def _inside(room: Box, box: Box) -> bool:
    return box.left <= room.left and room.right <= box.right and box.top <= room.top and room.bottom <= box.bottom


def _hidden(points: Points, room: Box) -> int:
    """Number of points of ties behind a name."""
    x, y = points[:, 0], points[:, 1]
    return int(((x > room.left) & (x < room.right) & (y > room.top) & (y < room.bottom)).sum())


def _draw_texts(
    canvas: Canvas, form: NetworkCircle, spots: tuple[Spot, ...], ways: list[list[Point]], box: Box
) -> None:  # fmt: skip
    """Texts of ties where nothing is in the way, nearer to the end that is not bold."""
    taken = [room for spot in spots for room in (_disc(spot), spot.label)]
    bold = {node.key for node in form.nodes if node.bold}
    size = theme.SMALLEST
    said = set(numbered(form).values())
    asked = [place for place, edge in enumerate(form.edges) if edge.text.strip() and place not in said]
    for place in sorted(asked, key=lambda each: (-form.edges[each].highlight, -form.edges[each].width, each)):
        edge, points = form.edges[place], flattened(ways[place])
        points = points[::-1] if edge.b in bold else points
        half = width(edge.text, size, edge.highlight) / 2 + 3
        for share in _SHARES:
            x, y = points[int(share * (len(points) - 1))]
            room = Box(x - half, y - 0.65 * size, x + half, y + 0.65 * size)
            if _inside(room, box) and all(_apart(room, other) for other in taken):
                taken.append(room)
                canvas.text(x, baseline(y, size), edge.text, f"edge-text-{place}", size=size, bold=edge.highlight,
                            align="center", box=True)  # fmt: skip
                break


def _draw_edges(canvas: Canvas, form: NetworkCircle, ways: list[list[Point]]) -> None:
    keys = {node.key: index for index, node in enumerate(form.nodes)}
    for place in sorted(range(len(ways)), key=lambda at: (-form.edges[at].width, at)):
        edge = form.edges[place]
        colour = theme.FILL[_role(form, edge)] if edge.highlight else theme.EDGE
        gid = f"edge-{keys[edge.a]}-{keys[edge.b]}"
        thick = thickness(edge, _THICKEST)
        canvas.curve(as_path(ways[place]), gid, colour=colour, thick=thick, alpha=0.85 if edge.highlight else 0.8,
                     z=3.5 if edge.highlight else 3.0)  # fmt: skip


def _draw_node(canvas: Canvas, form: NetworkCircle, spot: Spot) -> None:
    node, label = form.nodes[spot.index], spot.label
    canvas.circle(spot.x, spot.y, spot.radius, f"node-{spot.index}", fill=theme.FILL[node.colour], thick=_RIM)
    align = {"right": "left", "left": "right"}.get(spot.side, "center")
    x = {"right": label.left, "left": label.right}.get(spot.side, spot.x)
    canvas.block(x, (label.top + label.bottom) / 2, spot.lines, f"node-label-{spot.index}", size=spot.size,
                 bold=spot.bold, align=align, box=align == "center" or bool(form.places))  # fmt: skip
    if spot.number:
        outside = label.right + _NEXT if spot.side == "right" else label.left - _NEXT
        colour = theme.WORDS[_role(form, form.edges[numbered(form)[spot.index]])]
        at = baseline(spot.y, spot.size)
        canvas.text(outside, at, spot.number, f"number-{spot.index}", size=spot.size, bold=True, colour=colour,
                    align=align)  # fmt: skip


def _draw_key(canvas: Canvas, box: Box, form: NetworkCircle) -> None:
    """The groups in a row along the lower edge, each a circle and its name."""
    room = box.width / len(form.groups) - 22
    titles = [cut(title, room - 22, theme.LABEL, True) for title, _ in form.groups]
    wide = [22 + width(title, theme.LABEL, True) for title in titles]
    x = box.left + (box.width - sum(wide) - 30 * (len(wide) - 1)) / 2
    y = box.bottom - 12
    for place, (title, (_, colour)) in enumerate(zip(titles, form.groups, strict=True)):
        canvas.circle(x + 7, y, 7, f"swatch-{place}", fill=theme.FILL[colour], thick=0.0)
        at = baseline(y, theme.LABEL)
        canvas.text(x + 22, at, title, f"group-{place}", bold=True, colour=theme.WORDS[colour])
        x += wide[place] + 30


def _settled(form: NetworkCircle, box: Box) -> tuple[NetworkCircle, tuple[Spot, ...], list[list[Point]]]:
    """The form as it can be drawn, its spots and its ways: a force layout that has no room becomes a circle."""
    if form.places:
        spots = placed(form, box)
        ways = routes(form, spots, box)
        if _parted(spots) and all(
            _is_clear(edge, way, form, spots) for edge, way in zip(form.edges, ways, strict=True)
        ):
            return form, _sided(spots, [flattened(way) for way in ways], box), ways
        form = replace(form, places=())
    spots = placed(form, box)
    return form, spots, routes(form, spots, box)


def _parted(spots: tuple[Spot, ...]) -> bool:
    """Whether no circle and no name meets another."""
    rooms = [(_disc(spot), spot.label) for spot in spots]
    return all(_apart(a, b) for one, other in combinations(rooms, 2) for a in one for b in other)


def _is_clear(edge: Edge, way: list[Point], form: NetworkCircle, spots: tuple[Spot, ...]) -> bool:
    foreign = [spot for spot in spots if form.nodes[spot.index].key not in (edge.a, edge.b)]
    return _clearance(way, foreign) > thickness(edge, _THICKEST) / 2 + 1


def draw(canvas: Canvas, box: Box, form: NetworkCircle) -> None:
    """Draw the network in the box, the names of the groups below it."""
    room = Box(box.left, box.top + 4, box.right, box.bottom - _KEY)
    form, spots, ways = _settled(form, room)
    _draw_edges(canvas, form, ways)
    for spot in spots:
        _draw_node(canvas, form, spot)
    _draw_texts(canvas, form, spots, ways, room)
    _draw_key(canvas, box, form)
