"""Order of the nodes inside the columns: few crossings, short ties, the same every time.

Barycentre sweeps followed by swaps of neighbours, the usual two steps of layered drawing.

References
----------
Sugiyama, Tagawa & Toda (1981), Methods for visual understanding of hierarchical system structures.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Orders = list[list[int]]
Pairs = Sequence[tuple[int, int]]
_SWEEPS, _ROUNDS = 4, 6


def _places(orders: Orders, count: int) -> NDArray[np.float64]:
    """Relative height 0–1 of each node in its column."""
    places = np.zeros(count)
    for order in orders:
        places[order] = (np.arange(len(order)) + 0.5) / max(len(order), 1)
    return places


class Costs:
    """Price of an order: crossings between neighbouring columns, and the length of the ties.

    Parameters
    ----------
    column : column of each node.
    pairs : ties as indices of nodes.
    """

    def __init__(self, column: Sequence[int], pairs: Pairs) -> None:
        turned = [(a, b) if column[a] <= column[b] else (b, a) for a, b in pairs]
        self._same = np.array([pair for pair in turned if column[pair[0]] == column[pair[1]]], dtype=int).reshape(-1, 2)
        self._spans: list[tuple[NDArray[np.int_], NDArray[np.float64]]] = []
        for left in range(max(column, default=0)):
            over = [(a, b) for a, b in turned if column[a] <= left < column[b]]
            # A tie over several columns counts in each gap as its straight piece there.
            parts = [
                ((left - column[a]) / (column[b] - column[a]), (left + 1 - column[a]) / (column[b] - column[a]))
                for a, b in over
            ]
            self._spans.append((np.array(over, dtype=int).reshape(-1, 2), np.array(parts).reshape(-1, 2)))

    def of(self, places: NDArray[np.float64]) -> float:
        """Price of nodes at these heights (0–1)."""
        price = 0.0
        for ties, parts in self._spans:
            start, end = places[ties[:, 0]], places[ties[:, 1]]
            left = start + parts[:, 0] * (end - start)
            right = start + parts[:, 1] * (end - start)
            turned = (left[:, None] - left[None, :]) * (right[:, None] - right[None, :]) < -1e-9
            price += turned.sum() / 2 + 0.5 * np.abs(left - right).sum()
        inner = np.abs(places[self._same[:, 0]] - places[self._same[:, 1]])
        return float(price + 4.0 * inner.sum())


def _sweep(orders: Orders, places: NDArray[np.float64], near: list[list[int]]) -> Orders:
    """Sort every column by the mean height of its neighbours; nodes without ties stay where they are."""
    swept: Orders = []
    for order in orders:
        wish = {node: float(np.mean(places[near[node]])) if near[node] else float(places[node]) for node in order}
        swept.append(sorted(order, key=lambda node: (round(wish[node], 9), order.index(node))))
    return swept


def _swapped(orders: Orders, costs: Costs, count: int) -> Orders:
    """Swap neighbours and nodes two apart while that lowers the price."""
    best = costs.of(_places(orders, count))
    for _ in range(_ROUNDS):
        improved = False
        for order in orders:
            for a, b in [(at, at + step) for step in (1, 2) for at in range(len(order) - step)]:
                order[a], order[b] = order[b], order[a]
                price = costs.of(_places(orders, count))
                if price < best - 1e-9:
                    best, improved = price, True
                else:
                    order[a], order[b] = order[b], order[a]
        if not improved:
            break
    return orders


def ordered(column: Sequence[int], columns: int, pairs: Pairs) -> Orders:
    """Nodes of each column from top to bottom.

    Parameters
    ----------
    column : column of each node.
    columns : number of columns.
    pairs : ties as indices of nodes.
    """
    count = len(column)
    orders: Orders = [[node for node in range(count) if column[node] == at] for at in range(columns)]
    if not pairs:
        return orders
    costs = Costs(column, pairs)
    near: list[list[int]] = [[] for _ in range(count)]
    for a, b in pairs:
        near[a].append(b)
        near[b].append(a)
    best, lowest = orders, costs.of(_places(orders, count))
    for _ in range(_SWEEPS):
        orders = _sweep(orders, _places(orders, count), near)
        price = costs.of(_places(orders, count))
        if price < lowest - 1e-9:
            best, lowest = orders, price
    return _swapped([list(order) for order in best], costs, count)
