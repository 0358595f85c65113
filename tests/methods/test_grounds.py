from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from kumppanuus.methods.grounds import grounds
from kumppanuus.methods.integer import narrowed
from kumppanuus.methods.system import System


def _system(rows: list[list[float]], low: list[float], high: list[float]) -> System:
    none = np.zeros(len(rows))
    return System(np.array(low), np.array(high), csr_array(np.array(rows, dtype=float)), none, none)


def test_a_bound_rests_on_what_proves_it_and_on_nothing_else() -> None:
    """x = total - a, total = b + c: x is 1 or 2, for b and c are at most 6 and a at least 10; d has no part in it."""
    #                  x  total a  b   c   d
    rows = [[1.0, -1, 1, 0, 0, 0], [0.0, 1, 0, -1, -1, 0], [0.0, 0, 0, 1, 0, -1]]
    system = _system(rows, [1, 0, 10, 0, 0, 0], [np.inf, np.inf, np.inf, 6, 6, 99])
    assert narrowed(system).high[0] == 2
    assert grounds(system, 0).tolist() == [2, 3, 4]


def test_opening_a_ground_opens_the_bound() -> None:
    rows = [[1.0, -1, 1, 0, 0], [0.0, 1, 0, -1, -1]]
    low, high = [1.0, 0, 10, 0, 0], [np.inf, np.inf, np.inf, 6, 6]
    for ground in grounds(_system(rows, low, high), 0).tolist():
        opened = _system(rows, [0.0 if place == ground else each for place, each in enumerate(low)],
                         [np.inf if place == ground else each for place, each in enumerate(high)])  # fmt: skip
        assert narrowed(opened).high[0] > 2


def test_a_number_bounded_by_itself_rests_on_nothing() -> None:
    assert grounds(_system([[1.0, -1]], [1, 0], [2, np.inf]), 0).size == 0
