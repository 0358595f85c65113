"""Specification of a network by columns."""

from __future__ import annotations

from dataclasses import dataclass

from kumppanuus.drawing.roles import Level, demand, demand_colour, demand_finite

MOST_COLUMNS = 4
MOST_NODES = 10


@dataclass(frozen=True, slots=True)
class Node:
    """One service of :class:`NetworkColumns`.

    Attributes
    ----------
    key : unique name that the edges refer to; never printed.
    label : what is printed.
    column : index of the column, from 0.
    size : at least 0; the area of the circle is in proportion to it (a small circle at the least, so that it is seen).
    colour : colour role.
    bold : True for the service the headline speaks of.
    """

    key: str
    label: str
    column: int
    size: float
    colour: Level
    bold: bool = False

    def __post_init__(self) -> None:
        demand_colour(self.colour)
        demand_finite("size", self.size)
        demand(self.size >= 0, "size", f"{self.key}: must be at least 0")


@dataclass(frozen=True, slots=True)
class Edge:
    """A tie between two different nodes.

    Attributes
    ----------
    a, b : keys of the nodes; the order does not matter.
    width : 0–1, relative to the thickest edge a chart can have.
    highlight : True draws the edge in the colour of the special node and above the others.
    text : printed at the middle of the edge where it fits without overlap, otherwise left out.
    """

    a: str
    b: str
    width: float
    highlight: bool = False
    text: str = ""

    def __post_init__(self) -> None:
        demand(self.a != self.b, "b", f"{self.a}: an edge joins two different nodes")
        demand(0 <= self.width <= 1, "width", "must be 0–1")


@dataclass(frozen=True, slots=True)
class NetworkColumns:
    """Services as circles in columns by level, ties as curves that keep clear of other circles.

    Attributes
    ----------
    columns : (title, colour) from left to right, one to four.
    nodes : at most ten in a column; the order inside a column is chosen to reduce crossings.
    edges : ties between nodes named by key.
    """

    columns: tuple[tuple[str, Level], ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()

    def __post_init__(self) -> None:
        demand(1 <= len(self.columns) <= MOST_COLUMNS, "columns", f"one to {MOST_COLUMNS}")
        for _, colour in self.columns:
            demand_colour(colour, "columns")
        keys = {node.key for node in self.nodes}
        demand(len(keys) == len(self.nodes), "nodes", "keys must be unique")
        for node in self.nodes:
            demand(0 <= node.column < len(self.columns), "column", f"{node.key}: no such column")
        for column in range(len(self.columns)):
            count = sum(node.column == column for node in self.nodes)
            demand(count <= MOST_NODES, "nodes", f"at most {MOST_NODES} in a column")
        for edge in self.edges:
            demand(edge.a in keys and edge.b in keys, "edges", f"{edge.a}–{edge.b}: no such node")
