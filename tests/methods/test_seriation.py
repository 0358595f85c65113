"""An order in which what is alike stands together."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from kumppanuus.methods.seriation import seriated


def test_a_chain_comes_out_as_a_chain() -> None:
    places = np.array([3.0, 0.0, 4.0, 1.0, 2.0])  # on a line: 1, 3, 4, 0, 2
    likeness = 1 - np.abs(places[:, None] - places[None, :]) / 5
    assert seriated(likeness) == [1, 3, 4, 0, 2]


def test_blocks_stay_whole_and_the_distances_of_neighbours_are_least() -> None:
    generator = np.random.default_rng(4)
    group = np.array([0, 1, 0, 1, 2, 2, 0])
    likeness = 0.6 * (group[:, None] == group[None, :]) + 0.1 * generator.random((7, 7))
    likeness = (likeness + likeness.T) / 2
    order = seriated(likeness)
    assert sorted(order) == list(range(7))
    assert len(list(itertools.groupby(group[order]))) == 3
    way = sum(1 - likeness[a, b] for a, b in itertools.pairwise(order))
    inside = {number: [at for at in range(7) if group[at] == number] for number in range(3)}
    ways = [
        sum(1 - likeness[a, b] for a, b in itertools.pairwise(itertools.chain(*parts)))
        for blocks in itertools.permutations(range(3))
        for parts in itertools.product(*(itertools.permutations(inside[number]) for number in blocks))
    ]
    assert way <= sorted(ways)[len(ways) // 10]


def test_what_is_not_known_counts_as_unlike_and_the_diagonal_as_nothing() -> None:
    likeness = np.array([[np.nan, 0.0, 0.9], [0.0, 5.0, np.nan], [0.9, np.nan, 1.0]])
    order = seriated(likeness)
    assert abs(order.index(0) - order.index(2)) == 1
    assert order[0] < order[-1]


@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_things(n: int) -> None:
    assert seriated(np.zeros((n, n))) == list(range(n))
