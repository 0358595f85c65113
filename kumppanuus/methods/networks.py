"""Co-use of services as numbers and as a graph: how strongly two services go together, hubs, groups.

Graphs are made here, used here and left here: callers get frozen values and frames. Nodes are services, never people.
Nodes and edges enter a graph sorted, so the answer does not depend on the order of the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd

from kumppanuus.methods.agreement import adjusted_rand

Floats: TypeAlias = npt.NDArray[np.float64]
Graph: TypeAlias = "nx.Graph[str]"


@dataclass(frozen=True, slots=True)
class Association:
    """How strongly two services go together; arrays of one shape, NaN where a measure does not exist.

    expected : users of both if the two were used independently of each other.
    lift : users of both / expected; 1 = as many as by chance, 2 = twice as many.
    phi : correlation of the two yes/no variables, −1 to 1.
    jaccard : users of both / users of either, 0–1.
    """

    expected: Floats
    lift: Floats
    phi: Floats
    jaccard: Floats


@dataclass(frozen=True, slots=True)
class Communities:
    """Groups of nodes that are tied more to each other than to the rest.

    groups : sorted node names, the groups in order of their first name.
    modularity : weight inside groups above what the weighted degrees alone would give, at most 1.
    """

    groups: tuple[tuple[str, ...], ...]
    modularity: float


def association(both: Floats, first: Floats, second: Floats, everyone: Floats | float) -> Association:
    """Return how strongly pairs of services go together.

    Parameters
    ----------
    both, first, second : users of both services and of each one; any one shape.
    everyone : all who could use them.

    Notes
    -----
    Lift above 1 says that the services meet oftener than independent use would make them meet. Families that need
    more of everything make it so too: it is no proof that one service leads to the other.

    References
    ----------
    Brin, Motwani & Silverstein (1997), Beyond market baskets, SIGMOD; phi: Yule (1912).
    """
    a, k, m, n = (np.asarray(each, dtype=float) for each in (both, first, second, everyone))
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = k * m / n
        lift = np.where(expected > 0, a / expected, np.nan)
        spread = np.sqrt(k * m * (n - k) * (n - m))
        phi = np.where(spread > 0, (a * n - k * m) / spread, np.nan)
        jaccard = np.where(k + m - a > 0, a / (k + m - a), np.nan)
    return Association(expected, lift, phi, jaccard)


def node_strengths(edges: pd.DataFrame, weight: str = "weight") -> pd.DataFrame:
    """Return what ties each node has.

    Parameters
    ----------
    edges : columns ``first``, ``second`` and `weight`; one row an edge.

    Returns
    -------
    One row a node that has an edge, sorted by name: ``node``, ``degree`` (number of edges) and ``strength`` (sum of
    their weights).
    """
    graph = _graph(edges, weight)
    nodes = list(graph)
    degree = [graph.degree(node) for node in nodes]
    strength = [graph.degree(node, weight="weight") for node in nodes]
    return pd.DataFrame(
        {
            "node": pd.Series(nodes, dtype=object),
            "degree": pd.Series(degree, dtype="int64"),
            "strength": pd.Series(strength, dtype=float),
        }
    )


def communities(edges: pd.DataFrame, weight: str = "weight", *, seed: int = 0) -> Communities:
    """Return the groups that Louvain's method finds; no edges, no groups (modularity NaN).

    Parameters
    ----------
    edges : columns ``first``, ``second`` and `weight` (above 0); one row an edge.
    seed : decides the order in which the method visits the nodes.

    References
    ----------
    Blondel, Guillaume, Lambiotte & Lefebvre (2008), J. Stat. Mech. P10008.
    """
    graph = _graph(edges, weight)
    if graph.number_of_edges() == 0:
        return Communities((), float("nan"))
    found = nx.community.louvain_communities(graph, weight="weight", seed=seed)
    groups = tuple(sorted(tuple(sorted(group)) for group in found))
    modularity = nx.community.modularity(graph, [set(group) for group in groups], weight="weight")
    return Communities(groups, float(modularity))


@dataclass(frozen=True, slots=True)
class StableCommunities:
    """Groups that do not depend on the order in which the method visits the nodes.

    groups : sorted node names, the groups in order of their first name: nodes that were in one group in more than
        half of the runs, and what hangs together by them.
    modularity : of these groups.
    stability : share of the runs that found exactly these groups, 0–1; NaN when there are no ties.
    agreement : mean adjusted Rand index of the runs and these groups: 1 = the same, 0 = as alike as by chance.
    runs : how many there were.
    """

    groups: tuple[tuple[str, ...], ...]
    modularity: float
    stability: float
    agreement: float
    runs: int


def stable_communities(edges: pd.DataFrame, weight: str = "weight", *, runs: int = 100) -> StableCommunities:
    """Return the groups that most runs of Louvain's method agree on, and how far they do.

    Parameters
    ----------
    edges : columns ``first``, ``second`` and `weight` (above 0); one row an edge.
    runs : seeds 0, 1, 2 …

    References
    ----------
    Lancichinetti & Fortunato (2012), Consensus clustering in complex networks, Scientific Reports 2: 336; adjusted
    Rand index: Hubert & Arabie (1985), Journal of Classification 2: 193-218.
    """
    graph = _graph(edges, weight)
    nodes = sorted(graph)
    if graph.number_of_edges() == 0:
        return StableCommunities((), float("nan"), float("nan"), float("nan"), runs)
    found = [
        _labels(nx.community.louvain_communities(graph, weight="weight", seed=seed), nodes) for seed in range(runs)
    ]
    alike = np.mean([each[:, None] == each[None, :] for each in found], axis=0)
    ends = np.argwhere(np.triu(alike > 1 / 2, 1))
    agreed: Graph = nx.Graph()
    agreed.add_nodes_from(nodes)
    agreed.add_edges_from((nodes[a], nodes[b]) for a, b in ends)
    groups = sorted(tuple(sorted(group)) for group in nx.connected_components(agreed))
    wanted = _labels([set(group) for group in groups], nodes)
    likeness = [adjusted_rand(each, wanted) for each in found]
    modularity = nx.community.modularity(graph, [set(group) for group in groups], weight="weight")
    exact = float(np.mean([each >= 1 - 1e-12 for each in likeness]))
    return StableCommunities(tuple(groups), float(modularity), exact, float(np.mean(likeness)), runs)


def _labels(groups: Sequence[set[str]], nodes: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return the number of each node's group, the groups numbered by their first node."""
    place = {node: number for number, group in enumerate(sorted(groups, key=min)) for node in group}
    return np.array([place[node] for node in nodes], dtype=np.int64)


def force_places(nodes: Sequence[str], edges: pd.DataFrame) -> Floats:
    """Return places where tied nodes stand near each other and the length of a way is like its number of ties.

    Parameters
    ----------
    nodes : names, each once. edges : columns ``first`` and ``second``; edges to other names are left out.

    Returns
    -------
    Shape (nodes, 2), both columns 0–1 in three decimals, the longer axis across; the first node in the left and upper
    half. The order of the edges does not matter.

    Notes
    -----
    Parts that are not tied to each other are one step farther apart than the longest way inside a part.

    References
    ----------
    Kamada & Kawai (1989), An algorithm for drawing general undirected graphs, Inf. Process. Lett. 31.
    """
    if len(nodes) < 3:
        return np.array([[0.0, 0.5], [1.0, 0.5]])[: len(nodes)] if len(nodes) != 1 else np.array([[0.5, 0.5]])
    graph: Graph = nx.Graph()
    graph.add_nodes_from(sorted(nodes))
    inside = edges[edges["first"].isin(nodes) & edges["second"].isin(nodes)]
    graph.add_edges_from(sorted((min(a, b), max(a, b)) for a, b in zip(inside["first"], inside["second"], strict=True)))
    ways = dict(nx.all_pairs_shortest_path_length(graph))
    apart = 1 + max(step for each in ways.values() for step in each.values())
    steps = {a: {b: ways[a].get(b, apart) for b in graph} for a in graph}
    placed = nx.kamada_kawai_layout(graph, dist=steps)
    return _framed(np.array([placed[node] for node in nodes]))


def _framed(places: Floats) -> Floats:
    """Turn the longer axis across and stretch it to 0–1; the shorter one at most, and twice as much at the most."""
    centred = places - places.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    turned = centred @ axes.T
    turned *= np.where(turned[0] > 0, -1.0, 1.0)
    low, span = turned.min(axis=0), np.ptp(turned, axis=0)
    long, short = max(float(span[0]), 1e-9), float(span[1])
    high = max(short, long / 2)
    framed = (turned - low) / (long, high) + (0.0, (1 - short / high) / 2)
    return np.asarray(np.round(framed, 3), dtype=float)


def _graph(edges: pd.DataFrame, weight: str) -> Graph:
    """Make the graph with sorted nodes and edges; the weight is called ``weight``."""
    graph: Graph = nx.Graph()
    graph.add_nodes_from(sorted({*edges["first"], *edges["second"]}))
    ends = zip(edges["first"], edges["second"], edges[weight].astype(float), strict=True)
    graph.add_weighted_edges_from(sorted((min(a, b), max(a, b), heavy) for a, b, heavy in ends))
    return graph
