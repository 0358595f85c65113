"""Connected components: who belongs together when only pairs are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Numbers: TypeAlias = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Components:
    """Components of an undirected graph.

    nodes : the different nodes, ascending.
    groups : number of the component of each node, from 0.
    """

    nodes: Numbers
    groups: npt.NDArray[np.int64]

    def sizes(self, counted: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
        """Return the number of counted nodes of every component."""
        n = int(self.groups.max()) + 1 if len(self.groups) else 0
        return np.bincount(self.groups[counted], minlength=n).astype(np.int64)

    def smallest(self, counted: npt.NDArray[np.bool_]) -> Numbers:
        """Return the smallest counted node of every component; 0 for a component without any."""
        n = int(self.groups.max()) + 1 if len(self.groups) else 0
        first = np.zeros(n, np.uint64)
        nodes, groups = self.nodes[counted][::-1], self.groups[counted][::-1]
        first[groups] = nodes  # ascending nodes in reverse: the smallest is written last
        return first


def components(first: Numbers, second: Numbers) -> Components:
    """Return the connected components of the graph whose edges join `first` with `second`, pair by pair.

    Parameters
    ----------
    first, second : node numbers, of one length; a node may be joined with itself.

    References
    ----------
    ``scipy.sparse.csgraph.connected_components``.
    """
    nodes, places = np.unique(np.concatenate([first, second]), return_inverse=True)
    if not len(nodes):
        return Components(nodes.astype(np.uint64), np.zeros(0, np.int64))
    ends = places[: len(first)], places[len(first) :]
    graph = coo_array((np.ones(len(first), np.int8), ends), shape=(len(nodes), len(nodes)))
    _, groups = connected_components(graph, directed=False)
    return Components(nodes.astype(np.uint64), groups.astype(np.int64))
