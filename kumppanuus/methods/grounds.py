"""Why a whole number is bounded as it is: the numbers whose own bounds the proof rests on."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from kumppanuus.methods.integer import proposals
from kumppanuus.methods.system import Floats, Numbers, System

_ROUNDS = 200
_OWN = -1
_LOW, _HIGH = 0, 1


def grounds(system: System, number: int) -> Numbers:
    """Return the numbers whose own bounds make those of a number what interval arithmetic finds.

    Every narrowing remembers the relation it came from; from the number one goes back, relation by relation, to bounds
    that nothing narrowed. More numbers than needed may come out, since a bound may have been narrowed once more later.
    """
    causes = _causes(system)
    rows = csr_array(system.rows)
    seen, front, found = {(number, _LOW), (number, _HIGH)}, [(number, _LOW), (number, _HIGH)], set[int]()
    while front:
        place, side = front.pop()
        relation = int(causes[place, side])
        if relation == _OWN:
            found |= {place} if side == _LOW or np.isfinite(system.high[place]) else set()
            continue
        for step in _used(rows, relation, place, side):
            if step not in seen:
                seen.add(step)
                front.append(step)
    return np.array(sorted(found - {number}), dtype=np.int64)


def _causes(system: System) -> Numbers:
    """Return which relation narrowed each bound last; shape (numbers, 2), -1 where none did."""
    low, high = np.ceil(system.low - 1e-9), np.floor(system.high + 1e-9)
    rows = csr_array(system.rows)
    causes = np.full((len(low), 2), _OWN, dtype=np.int64)
    for _ in range(_ROUNDS):
        number, relation, lower, upper = proposals(rows, system, low, high)
        least, most = low.copy(), high.copy()
        np.maximum.at(least, number, lower)
        np.minimum.at(most, number, upper)
        _remember(causes[:, _LOW], number, relation, (lower == least[number]) & (least[number] > low[number]))
        _remember(causes[:, _HIGH], number, relation, (upper == most[number]) & (most[number] < high[number]))
        if np.array_equal(least, low) and np.array_equal(most, high):
            break
        low, high = least, most
    return causes


def _remember(causes: Numbers, number: Numbers, relation: Numbers, moved: Floats) -> None:
    terms = np.flatnonzero(moved)[::-1]  # of several relations the first stays
    causes[number[terms]] = relation[terms]


def _used(rows: csr_array, relation: int, place: int, side: int) -> list[tuple[int, int]]:
    """Return the bounds of the other numbers of a relation that a bound of one follows from."""
    inside = slice(rows.indptr[relation], rows.indptr[relation + 1])
    numbers, factors = rows.indices[inside], rows.data[inside]
    own = factors[numbers == place][0]
    opposite = _HIGH if side == _LOW else _LOW
    return [
        (int(other), opposite if factor * own > 0 else side)
        for other, factor in zip(numbers, factors, strict=True)
        if other != place
    ]
