"""A network as shapes: every service a circle with its name that can be moved, its ties tied to it."""

from __future__ import annotations

from typing import Any

import numpy as np
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box
from kumppanuus.drawing.network_layout import Layout, Spot, closest_columns, placed
from kumppanuus.drawing.network_routes import Point, flattened, routes, thickness
from kumppanuus.drawing.spec import Edge, Level, NetworkColumns
from kumppanuus.drawing.text import ELLIPSIS, wrap
from kumppanuus.report.slides.native.chart import Ground, stroke
from kumppanuus.report.slides.texts import WIDER, clean, room_of
from kumppanuus.report.slides.writing import INK, Run, describe, emu, paint, place_of, text_box

_CLEAR = 3.0
_INSETS = {1: 56.0, 2: 36.0}
"""What the names of outer columns need more than in the picture, by the number of columns."""
_SITES = ((0.0, -1.0), (-0.7071, -0.7071), (-1.0, 0.0), (-0.7071, 0.7071), (0.0, 1.0), (0.7071, 0.7071), (1.0, 0.0),
          (0.7071, -0.7071))  # fmt: skip
"""Where a line can be tied to a circle, as PowerPoint numbers them: from the top, against the clock."""


def fits(form: NetworkColumns, box: Box) -> bool:
    """Tell whether every name stands whole in a box."""
    titles, layout = _plan(form, box)
    lines = [*(line for title in titles for line in title), *(line for spot in layout.spots for line in spot.lines)]
    return not any(line.endswith(ELLIPSIS) for line in lines)


def _plan(form: NetworkColumns, box: Box) -> tuple[list[tuple[str, ...]], Layout]:
    """Titles of the columns as lines, and where the circles stand."""
    limit = (closest_columns(form, box) - 12) / WIDER
    titles = [wrap(clean(title), limit, theme.LABEL, True) for title, _ in form.columns]
    tall = theme.LEADING * theme.LABEL * max(len(lines) for lines in titles) + 10
    inset = _INSETS.get(len(form.columns), 28.0)
    return titles, placed(form, Box(box.left + inset, box.top + tall, box.right - inset, box.bottom - 4))


def draw(ground: Ground, form: NetworkColumns) -> None:
    """Draw titles of the columns, ties, then circles with their names above them."""
    titles, layout = _plan(form, ground.box)
    _whole(ground)
    _titles(ground, form, titles, layout)
    ways = routes(form, layout)
    ranked = sorted(range(len(ways)), key=lambda at: (form.edges[at].highlight, -form.edges[at].width, at))
    lines = {at: _tie(ground, form, layout, at, ways[at]) for at in ranked}
    circles = {spot.index: _service(ground, form, spot) for spot in layout.spots}
    _tied(form, layout, lines, circles)
    _texts(ground, form, layout, ways)


def _whole(ground: Ground) -> None:
    """A frame that cannot be seen carries the words for the whole picture."""
    frame = ground.slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *place_of(ground.box))
    frame.fill.background()
    frame.line.fill.background()
    _plain(frame)
    describe(frame, ground.say("slides.name_chart"), ground.alt)


def _titles(ground: Ground, form: NetworkColumns, titles: list[tuple[str, ...]], layout: Layout) -> None:
    for (title, colour), lines, x in zip(form.columns, titles, layout.columns, strict=True):
        half = max(room_of(line, theme.LABEL, True) for line in lines) / 2 + 4
        centre = min(max(x, ground.box.left + half), ground.box.right - half)
        box = Box(centre - half, ground.box.top, centre + half, ground.box.top + 20.0 * len(lines))
        runs = [[Run(line, theme.LABEL, True, theme.WORDS[colour])] for line in lines]
        text_box(ground.slide.shapes, box, runs, ground.language, name=title, align="center")


def _ends(form: NetworkColumns, layout: Layout, edge: Edge) -> tuple[Spot, Spot]:
    keys = {node.key: index for index, node in enumerate(form.nodes)}
    a, b = layout.spots[keys[edge.a]], layout.spots[keys[edge.b]]
    return (a, b) if (a.column, a.y) <= (b.column, b.y) else (b, a)


def _role(form: NetworkColumns, edge: Edge) -> Level:
    """Colour of a highlighted tie: that of its bold end, otherwise of its end in the column farther right."""
    ends = sorted(
        (node for node in form.nodes if node.key in (edge.a, edge.b)), key=lambda node: (node.bold, node.column)
    )
    return ends[-1].colour


def _sites(a: Spot, b: Spot) -> tuple[int, int]:
    """The places on both circles that face each other."""

    def nearest(x: float, y: float) -> int:
        return max(range(8), key=lambda site: x * _SITES[site][0] + y * _SITES[site][1])

    return nearest(b.x - a.x, b.y - a.y), nearest(a.x - b.x, a.y - b.y)


def _rim(spot: Spot, site: int) -> tuple[float, float]:
    return spot.x + spot.radius * _SITES[site][0], spot.y + spot.radius * _SITES[site][1]


def _straight(layout: Layout, a: Spot, b: Spot, thick: float) -> bool:
    """Whether a straight line between two circles keeps clear of all others."""
    share = np.linspace(0.0, 1.0, 41)
    x, y = a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share
    others = [spot for spot in layout.spots if spot.index not in (a.index, b.index)]
    return all(np.hypot(x - spot.x, y - spot.y).min() > spot.radius + thick / 2 + _CLEAR for spot in others)


def _tie(ground: Ground, form: NetworkColumns, layout: Layout, at: int, way: list[Point]) -> Any:
    """Add a tie: a straight line where nothing is in its way, else the curve of the picture."""
    edge = form.edges[at]
    a, b = _ends(form, layout, edge)
    thick = thickness(edge, layout.thickest)
    colour = theme.FILL[_role(form, edge)] if edge.highlight else theme.EDGE
    name = f"{form.nodes[a.index].label} – {form.nodes[b.index].label}"
    if a.column != b.column and _straight(layout, a, b, thick):
        ends = [emu(value) for spot, site in zip((a, b), _sites(a, b), strict=True) for value in _rim(spot, site)]
        line = ground.slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *ends)
        stroke(line.line, colour, thick)
        _plain(line)
    else:
        line = _curve(ground, way, colour, thick)
    describe(line, name, f"{name}: {edge.text}" if edge.text.strip() else name)
    return line


def _curve(ground: Ground, way: list[Point], colour: str, thick: float) -> Any:
    """Add a curve through the control points of its route."""
    points = flattened(way)
    left, top = points.min(axis=0)
    right, bottom = points.max(axis=0)
    shapes = ground.slide.shapes
    shape = shapes.add_shape(MSO_SHAPE.RECTANGLE, *place_of(Box(left, top, max(right, left + 1), max(bottom, top + 1))))
    wide, high = emu(max(right - left, 1)), emu(max(bottom - top, 1))
    spots = [f'<a:pt x="{emu(x - left)}" y="{emu(y - top)}"/>' for x, y in way]
    pieces = "".join(f"<a:cubicBezTo>{''.join(spots[at : at + 3])}</a:cubicBezTo>" for at in range(1, len(spots), 3))
    path = f'<a:path w="{wide}" h="{high}" fill="none"><a:moveTo>{spots[0]}</a:moveTo>{pieces}</a:path>'
    geometry = parse_xml(
        f"<a:custGeom {nsdecls('a')}><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/>"
        f'<a:rect l="0" t="0" r="r" b="b"/><a:pathLst>{path}</a:pathLst></a:custGeom>'
    )
    old = shape._element.spPr.prstGeom
    old.addprevious(geometry)
    old.getparent().remove(old)
    shape.fill.background()
    stroke(shape.line, colour, thick)
    return _plain(shape)


def _plain(shape: Any) -> Any:
    """Take away the style of the theme: its shadows would blur what is drawn."""
    for found in shape._element.findall(qn("p:style")):
        shape._element.remove(found)
    return shape


def _service(ground: Ground, form: NetworkColumns, spot: Spot) -> Any:
    """Add a circle and its name as one group that can be moved; returns the circle."""
    node = form.nodes[spot.index]
    group = ground.slide.shapes.add_group_shape()
    box = Box(spot.x - spot.radius, spot.y - spot.radius, spot.x + spot.radius, spot.y + spot.radius)
    circle = group.shapes.add_shape(MSO_SHAPE.OVAL, *place_of(box))
    circle.fill.solid()
    paint(circle.fill.fore_color, theme.FILL[node.colour])
    stroke(circle.line, theme.PAPER, 1.5)
    _plain(circle)
    circle.name = clean(node.label)
    runs = [[Run(line, spot.size, spot.bold, INK)] for line in spot.lines]
    align = {"left": "right", "right": "left", "above": "center"}[spot.side]
    text_box(group.shapes, _name_box(spot), runs, ground.language, name=node.label, align=align, anchor="middle",
             wrapped=False)  # fmt: skip
    describe(group, node.label, node.label)
    return circle


def _name_box(spot: Spot) -> Box:
    """Room of a name, as much wider as the type of slides is."""
    box, more = spot.label, (WIDER - 1) * spot.label.width
    tall = (theme.LEADING * spot.size * len(spot.lines) - box.height) / 2
    sides = {"left": (more, 0.0), "right": (0.0, more), "above": (more / 2, more / 2)}[spot.side]
    lift = 2 * tall if spot.side == "above" else tall
    return Box(box.left - sides[0], box.top - lift, box.right + sides[1], box.bottom + (2 * tall - lift))


def _tied(form: NetworkColumns, layout: Layout, lines: dict[int, Any], circles: dict[int, Any]) -> None:
    """Tie straight lines to their circles, so that they follow when one is moved."""
    for at, line in lines.items():
        if hasattr(line, "begin_connect"):
            a, b = _ends(form, layout, form.edges[at])
            first, last = _sites(a, b)
            line._connect_begin_to(circles[a.index], first)
            line._connect_end_to(circles[b.index], last)


def _texts(ground: Ground, form: NetworkColumns, layout: Layout, ways: list[list[Point]]) -> None:
    """Numbers of ties at their middles where nothing is in the way, the highlighted and thick ones first."""
    taken = [Box(s.x - s.radius, s.y - s.radius, s.x + s.radius, s.y + s.radius) for s in layout.spots]
    taken += [_name_box(spot) for spot in layout.spots]
    size = theme.SMALLEST
    asked = [at for at, edge in enumerate(form.edges) if edge.text.strip()]
    for at in sorted(asked, key=lambda tie: (-form.edges[tie].highlight, -form.edges[tie].width, tie)):
        edge, (a, b) = form.edges[at], _ends(form, layout, form.edges[at])
        straight = a.column != b.column and _straight(layout, a, b, thickness(edge, layout.thickest))
        points = np.linspace((a.x, a.y), (b.x, b.y), 41) if straight else flattened(ways[at])
        half = room_of(edge.text, size, edge.highlight) / 2 + 2
        for share in (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74):
            x, y = (float(value) for value in points[int(share * (len(points) - 1))])
            room = Box(x - half, y - 0.62 * size, x + half, y + 0.62 * size)
            if all(_apart(room, other) for other in taken):
                taken.append(room)
                runs = [[Run(edge.text, size, edge.highlight, INK)]]
                text_box(ground.slide.shapes, room, runs, ground.language, name=edge.text, align="center",
                         anchor="middle", wrapped=False, fill=theme.PAPER)  # fmt: skip
                break


def _apart(one: Box, other: Box) -> bool:
    across = one.right + 1 <= other.left or other.right + 1 <= one.left
    return across or one.bottom + 1 <= other.top or other.bottom + 1 <= one.top
