"""Specification of a network whose nodes stand on a circle, or where a force layout has put them."""

from __future__ import annotations

from dataclasses import dataclass

from kumppanuus.drawing.roles import Level, demand, demand_colour, demand_finite
from kumppanuus.drawing.spec_network import Edge, Node

MOST_ON_CIRCLE = 32
MOST_GROUPS = 4


@dataclass(frozen=True, slots=True)
class NetworkCircle:
    """Services as circles around an ellipse with their names outside, ties as curves across it.

    Attributes
    ----------
    groups : (title, colour) of the groups of nodes, one to four; the key below names them. ``Node.column`` is the
        index of the group.
    nodes : at most 32; clockwise from the top in the order of the groups, inside a group in the order given.
    edges : ties between nodes named by key.
    places : one (x, y) per node, each 0–1, y downwards: the nodes stand about there, moved as little as it takes to
        keep circles and names apart; on the circle after all where that cannot be done. Empty = on the circle.
    """

    groups: tuple[tuple[str, Level], ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()
    places: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        demand(1 <= len(self.groups) <= MOST_GROUPS, "groups", f"one to {MOST_GROUPS}")
        for _, colour in self.groups:
            demand_colour(colour, "groups")
        demand(len(self.nodes) <= MOST_ON_CIRCLE, "nodes", f"at most {MOST_ON_CIRCLE} are legible")
        keys = {node.key for node in self.nodes}
        demand(len(keys) == len(self.nodes), "nodes", "keys must be unique")
        for node in self.nodes:
            demand(0 <= node.column < len(self.groups), "column", f"{node.key}: no such group")
        for edge in self.edges:
            demand(edge.a in keys and edge.b in keys, "edges", f"{edge.a}–{edge.b}: no such node")
        demand(len(self.places) in (0, len(self.nodes)), "places", "must be empty or one per node")
        for place in self.places:
            demand_finite("places", *place)
            demand(all(0 <= at <= 1 for at in place), "places", "must be 0–1")
