"""Connected components, by hand and against networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kumppanuus.methods.components import components


def test_two_chains_a_loop_and_a_pair_that_stands_twice() -> None:
    found = components(np.array([1, 2, 7, 9, 9, 2], np.uint64), np.array([2, 3, 8, 9, 9, 1], np.uint64))
    assert found.nodes.tolist() == [1, 2, 3, 7, 8, 9]
    everybody = np.ones(6, bool)
    assert found.smallest(everybody)[found.groups].tolist() == [1, 1, 1, 7, 7, 9]
    assert found.sizes(everybody)[found.groups].tolist() == [3, 3, 3, 2, 2, 1]
    odd = found.nodes % 2 == 1
    assert found.smallest(odd)[found.groups].tolist() == [1, 1, 1, 7, 7, 9]
    assert found.smallest(~odd)[found.groups].tolist() == [2, 2, 2, 8, 8, 0]


def test_nobody_has_no_components() -> None:
    nobody = np.empty(0, np.uint64)
    assert len(components(nobody, nobody).nodes) == 0


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=60))
def test_components_are_those_of_networkx(pairs: list[tuple[int, int]]) -> None:
    first, second = (np.array(ends, np.uint64) for ends in zip(*pairs, strict=True))
    found = components(first, second)
    mine = {frozenset(found.nodes[found.groups == group].tolist()) for group in set(found.groups.tolist())}
    assert mine == {frozenset(group) for group in nx.connected_components(nx.Graph(pairs))}
