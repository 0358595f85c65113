"""A network by columns: circles by service level, ties as curves between and inside the columns."""

from __future__ import annotations

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box, Canvas, baseline
from kumppanuus.drawing.network_layout import Layout, Spot, closest_columns, placed
from kumppanuus.drawing.network_routes import Points, as_path, flattened, routes, thickness
from kumppanuus.drawing.spec import Edge, Level, NetworkColumns
from kumppanuus.drawing.text import width, wrap

_RIM = 1.5


def _titles(form: NetworkColumns, box: Box) -> tuple[list[tuple[str, ...]], float]:
    """Titles of the columns as lines, and the height they take."""
    limit = closest_columns(form, box) - 12
    lines = [wrap(title, limit, theme.LABEL, True) for title, _ in form.columns]
    return lines, theme.LEADING * theme.LABEL * max(len(one) for one in lines) + 8


def _draw_titles(canvas: Canvas, form: NetworkColumns, lines: list[tuple[str, ...]], layout: Layout, box: Box) -> None:
    for place, (rows, x) in enumerate(zip(lines, layout.columns, strict=True)):
        half = max(width(row, theme.LABEL, True) for row in rows) / 2
        centre = min(max(x, box.left + half), box.right - half)
        colour = theme.WORDS[form.columns[place][1]]
        middle = box.top + theme.LEADING * theme.LABEL * len(rows) / 2
        canvas.block(centre, middle, rows, f"column-{place}", bold=True, colour=colour, align="center")


def _edge_role(form: NetworkColumns, edge: Edge) -> Level:
    """Colour of a highlighted edge: that of its bold end, otherwise of its end in the column farther right."""
    nodes = {node.key: node for node in form.nodes}
    ends = sorted((nodes[edge.a], nodes[edge.b]), key=lambda node: (node.bold, node.column))
    return ends[-1].colour


def _apart(one: Box, other: Box, gap: float = 2.0) -> bool:
    return (
        one.right + gap <= other.left
        or other.right + gap <= one.left
        or one.bottom + gap <= other.top
        or other.bottom + gap <= one.top
    )


def _circle_box(spot: Spot) -> Box:
    reach = spot.radius + 2
    return Box(spot.x - reach, spot.y - reach, spot.x + reach, spot.y + reach)


def _draw_edge_texts(canvas: Canvas, form: NetworkColumns, layout: Layout, points: list[Points], box: Box) -> None:
    """Texts of edges at their middles where nothing is in the way, the highlighted and thick ones first."""
    taken = [_circle_box(spot) for spot in layout.spots] + [spot.label for spot in layout.spots]
    size = theme.SMALLEST
    asked = [place for place, edge in enumerate(form.edges) if edge.text.strip()]
    for place in sorted(asked, key=lambda at: (-form.edges[at].highlight, -form.edges[at].width, at)):
        edge = form.edges[place]
        half = width(edge.text, size, edge.highlight) / 2 + 3
        for share in (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74):
            x, y = points[place][int(share * (len(points[place]) - 1))]
            room = Box(x - half, y - 0.6 * size, x + half, y + 0.6 * size)
            inside = box.left <= room.left and room.right <= box.right
            if inside and all(_apart(room, other) for other in taken):
                taken.append(room)
                gid = f"edge-text-{place}"
                at = baseline(y, size)
                canvas.text(x, at, edge.text, gid, size=size, bold=edge.highlight, align="center", box=True)
                break


def _draw_edges(canvas: Canvas, form: NetworkColumns, layout: Layout, box: Box) -> None:
    ways = routes(form, layout)
    keys = {node.key: index for index, node in enumerate(form.nodes)}
    for place in sorted(range(len(ways)), key=lambda at: (-form.edges[at].width, at)):
        edge = form.edges[place]
        colour = theme.FILL[_edge_role(form, edge)] if edge.highlight else theme.EDGE
        gid = f"edge-{keys[edge.a]}-{keys[edge.b]}"
        z = 3.5 if edge.highlight else 3.0
        alpha = 0.85 if edge.highlight else 0.9
        canvas.curve(as_path(ways[place]), gid, colour=colour, thick=thickness(edge, layout.thickest), alpha=alpha, z=z)
    _draw_edge_texts(canvas, form, layout, [flattened(way) for way in ways], box)


def _draw_label(canvas: Canvas, spot: Spot) -> None:
    label = spot.label
    align = {"left": "right", "right": "left", "above": "center"}[spot.side]
    x = {"left": label.right, "right": label.left, "above": spot.x}[spot.side]
    canvas.block(
        x,
        (label.top + label.bottom) / 2,
        spot.lines,
        f"node-label-{spot.index}",
        size=spot.size,
        bold=spot.bold,
        align=align,
        box=spot.side == "above",
    )


def draw(canvas: Canvas, box: Box, form: NetworkColumns) -> None:
    """Draw the network in the box, titles of the columns above."""
    lines, tall = _titles(form, box)
    room = Box(box.left, box.top + tall, box.right, box.bottom - 4)
    layout = placed(form, room)
    _draw_titles(canvas, form, lines, layout, box)
    _draw_edges(canvas, form, layout, box)
    for spot in layout.spots:
        fill = theme.FILL[form.nodes[spot.index].colour]
        canvas.circle(spot.x, spot.y, spot.radius, f"node-{spot.index}", fill=fill, thick=_RIM)
        _draw_label(canvas, spot)
