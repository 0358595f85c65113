from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import OptimizeResult
from scipy.sparse import csr_array

from kumppanuus.methods import solutions
from kumppanuus.methods.integer import Solved, few_candidates, narrowed, ranges
from kumppanuus.methods.system import Relation, System, from_relations


def _system(
    rows: list[list[float]], low: list[float], high: list[float], below: list[float], above: list[float]
) -> System:
    matrix = csr_array(np.array(rows, dtype=float))
    return System(np.array(low), np.array(high), matrix, np.array(below), np.array(above))


def _every_value(system: System) -> list[set[int]]:
    """Try all numbers: the independent reference."""
    rows = system.rows.toarray()
    ranges = [range(int(low), int(high) + 1) for low, high in zip(system.low, system.high, strict=True)]
    seen: list[set[int]] = [set() for _ in ranges]
    for point in itertools.product(*ranges):
        sums = rows @ np.array(point)
        if ((sums >= system.below) & (sums <= system.above)).all():
            for values, value in zip(seen, point, strict=True):
                values.add(value)
    return seen


def test_a_part_of_a_total_by_hand() -> None:
    """A total of 7-12 less a part of 7-12 leaves 0-5; the hidden one is 1-6, so 1-5: enough."""
    one = _system([[1, -1, -1]], [7, 7, 1], [12, 12, 6], [0], [0])
    tight = narrowed(one)
    assert (tight.low[2], tight.high[2]) == (1, 5)
    assert not few_candidates(one, np.array([False, False, True]), np.array([12.0, 9.0, 3.0])).any()
    four = _system([[1, -1, -1, -1, -1, -1]], [25, 7, 7, 7, 1, 0], [30, 12, 12, 12, 6, 3], [0], [0])
    assert not few_candidates(four, np.arange(6) == 4, np.array([30.0, 8, 9, 8, 3, 2])).any()
    pinned = _system([[1, -1, -1, -1, -1]], [31, 7, 7, 7, 1], [36, 12, 12, 12, 2], [0], [0])
    assert few_candidates(pinned, np.arange(5) == 4, np.array([36.0, 12, 12, 10, 2])).tolist() == [False] * 4 + [True]


def test_what_interval_arithmetic_does_not_see() -> None:
    """a + b + c is 11 or 12 and c - a - b is -9 or -8: twice c is 2 to 4, but the bounds alone leave 1 to 4."""
    system = _system([[1, 1, 1], [-1, -1, 1]], [1, 1, 1], [6, 6, 6], [11, -9], [12, -8])
    tight = narrowed(system)
    assert (tight.low[2], tight.high[2]) == (1, 4)
    assert few_candidates(system, np.full(3, True), np.array([5.0, 5.0, 1.0])).tolist() == [False, False, True]


def test_holes_between_the_least_and_the_most_are_no_candidates() -> None:
    """x = 2y with y 0 or 1: the least is 0 and the most 2, yet there are two values only."""
    system = _system([[1, -2]], [0, 0], [6, 1], [0], [0])
    assert few_candidates(system, np.array([True, False]), np.array([0.0, 0.0]))[0]
    assert not few_candidates(system, np.array([True, False]), np.array([0.0, 0.0]), enough=2)[0]


def test_no_upper_bound() -> None:
    free = _system([[1, -1]], [1, 1], [np.inf, np.inf], [0], [np.inf])
    assert not few_candidates(free, np.full(2, True), np.array([3.0, 2.0])).any()
    tied = _system([[1, -1]], [1, 1], [np.inf, 2], [0], [0])
    assert few_candidates(tied, np.full(2, True), np.array([2.0, 2.0])).all()


def test_the_most_that_counts_bounds_the_number_asked_about_only() -> None:
    """x = y + 4: when x counts to 6 it is 5 or 6, while y may be 1 or 2 or more."""
    system = _system([[1, -1]], [1, 1], [np.inf, np.inf], [4], [4])
    known, most = np.array([5.0, 1.0]), np.array([6.0, 6.0])
    assert few_candidates(system, np.full(2, True), known, most=most).tolist() == [True, False]


def test_blocks_are_solved_once() -> None:
    relation = Relation.of_rows(np.array([[0, 1, 2], [3, 4, 5]]), np.tile([1.0, -1.0, -1.0], (2, 1)), 0.0, 0.0)
    low, high = np.tile([7.0, 7, 1], 2), np.tile([12.0, 12, 6], 2)
    known, asked = np.tile([12.0, 9, 3], 2), np.tile([False, False, True], 2)
    memory = Solved()
    assert not few_candidates(from_relations(low, high, [relation]), asked, known, solved=memory).any()
    assert (len(memory.blocks), memory.programmes > 0) == (1, True)  # two blocks that are alike
    before = memory.programmes
    few_candidates(from_relations(low, high, [relation]), asked, known, solved=memory)
    assert memory.programmes == before


def test_what_is_not_proved_in_time_counts_as_too_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solutions, "SECONDS", 0.0)
    system = _system([[1, -1, -1]], [7, 7, 1], [12, 12, 6], [0], [0])
    assert few_candidates(system, np.array([False, False, True]), np.array([12.0, 9.0, 3.0]))[2]


def test_a_number_that_is_its_own_only_part() -> None:
    itself = Relation.of_rows(np.array([[0, 0], [0, 1]]), np.tile([1.0, -1.0], (2, 1)), 0.0, 0.0)
    system = from_relations(np.array([1.0, 1.0]), np.array([6.0, 2.0]), [itself])
    assert few_candidates(system, np.full(2, True), np.array([2.0, 2.0])).all()


def test_nothing_to_solve() -> None:
    empty = from_relations(np.zeros(0), np.zeros(0), [])
    assert not few_candidates(empty, np.zeros(0, dtype=bool), np.zeros(0)).any()
    alone = from_relations(np.array([1.0, 1.0]), np.array([6.0, 2.0]), [])
    assert few_candidates(alone, np.full(2, True), np.array([3.0, 1.0])).tolist() == [False, True]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_the_same_as_trying_all_numbers(data: st.DataObject) -> None:
    n, m = data.draw(st.integers(2, 4)), data.draw(st.integers(1, 3))
    rows = np.array([[data.draw(st.integers(-2, 2)) for _ in range(n)] for _ in range(m)], dtype=float)
    known = np.array([data.draw(st.integers(0, 6)) for _ in range(n)], dtype=float)
    low = np.array([max(0, value - data.draw(st.integers(0, 2))) for value in known])
    high = np.array([value + data.draw(st.integers(0, 3)) for value in known])
    sums = rows @ known
    below = np.array([value - data.draw(st.integers(0, 2)) for value in sums])
    above = np.array([value + data.draw(st.integers(0, 2)) for value in sums])
    system = System(low, high, csr_array(rows), below, above)
    wanted = [len(values) < 3 for values in _every_value(system)]
    assert few_candidates(system, np.full(n, True), known).tolist() == wanted


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_long_chains_are_the_same_as_trying_all_numbers(data: st.DataObject) -> None:
    """Numbers far from one are held still at first; what they then do not show, they may show when all move."""
    n = 8
    known = np.array([data.draw(st.integers(0, 2)) for _ in range(n)], dtype=float)
    rows = np.zeros((n - 1, n))
    for place in range(n - 1):
        rows[place, place : place + 2] = 1, data.draw(st.sampled_from([-1, 1]))
    sums = rows @ known
    above = sums + np.array([data.draw(st.integers(0, 1)) for _ in range(n - 1)])
    system = System(np.zeros(n), np.full(n, 2.0), csr_array(rows), sums, above)
    points = np.array(list(itertools.product(range(3), repeat=n)))
    inside = points[((points @ rows.T >= sums) & (points @ rows.T <= above)).all(axis=1)]
    wanted = [len(np.unique(inside[:, place])) < 3 for place in range(n)]
    assert few_candidates(system, np.full(n, True), known).tolist() == wanted


def test_ranges_by_hand() -> None:
    """x + y + z = 10 with y at most 4: x is 6 less z at least; z has its own end. Nothing bounds u and v above."""
    low, high = np.zeros(5), np.array([np.inf, 4, 3, np.inf, np.inf])
    total = Relation.of_rows(np.array([[0, 1, 2]]), np.ones((1, 3)), 10.0, 10.0)
    free = Relation.of_rows(np.array([[3, 4]]), np.array([[1.0, -1.0]]), 2.0, 2.0)
    least, most = ranges(from_relations(low, high, [total, free]), np.array([True, True, True, True, False]))
    assert least[:4].tolist() == [3, 0, 0, 2]
    assert most[:4].tolist() == [10, 4, 3, np.inf]


@pytest.mark.parametrize("status", [1, 2, 4])
def test_a_range_that_is_not_proved_is_no_range(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The audit of sums would take a range without ends for safe."""
    monkeypatch.setattr(solutions, "milp", lambda *_, **__: OptimizeResult(status=status, x=None))
    total = Relation.of_rows(np.array([[0, 1]]), np.ones((1, 2)), 10.0, 10.0)
    least, most = ranges(from_relations(np.zeros(2), np.full(2, np.inf), [total]), np.array([True, False]))
    assert least[0] > most[0]
