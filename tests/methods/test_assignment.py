"""Generalised assignment: brute force, instances with proven optima, bounds that hold, and the staged search."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.methods import assignment
from kumppanuus.methods.assignment import NOWHERE, Assignment, assign, relaxed_bound
from tests.methods.instances import FOLDER, expected, numbers

NOBODY = np.full(4, NOWHERE)


@pytest.mark.parametrize(("problem", "staged"), [(1, False), (2, False), (1, True)])
def test_instances_with_proven_optima(problem: int, staged: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """OR-Library's gap1: 5 agents, 15 jobs whose load depends on the agent, most profit."""
    best, file = expected()["gap"][f"gap1/c515-{problem}"]["value"], FOLDER / "gap" / "gap1.txt"
    if not file.is_file():
        pytest.skip("instance not here: gap1.txt")
    told = numbers(file)[1:].reshape(5, -1)[problem - 1]  # every problem: m, n, profits, loads, limits
    profits, loads = told[2:152].reshape(2, 5, 15).transpose(0, 2, 1)
    if staged:
        monkeypatch.setattr(assignment, "_ALL_AT_ONCE", 0)
    found = assign(-profits, loads, told[152:], leave=1000.0, gap=0.03 if staged else 0.0, best=3)
    assert -found.bound >= best - 1e-6
    assert -found.value <= best + 1e-6
    if not staged:
        assert (-found.value, found.gap, found.status) == (pytest.approx(best), 0.0, "optimal")
        assert (found.place != NOWHERE).all()


def _brute(costs: np.ndarray, loads: np.ndarray, limits: np.ndarray, leave: float, now: np.ndarray, most: int,
           extra: float) -> float:  # fmt: skip
    """Try everything."""
    people, places = costs.shape
    best = np.inf
    for tried in itertools.product(range(-1, places), repeat=people):
        used = np.zeros(places)
        for person, place in enumerate(tried):
            if place >= 0:
                used[place] += loads[person]
        if (used > limits).any():
            continue
        moves = sum(int(now[p] >= 0 and tried[p] != now[p]) for p in range(people))
        cost = sum(costs[p, w] if w >= 0 else leave for p, w in enumerate(tried)) + extra * max(moves - most, 0)
        best = min(best, cost)
    return float(best)


_SMALL = st.integers(1, 9)


@settings(max_examples=6, deadline=None)
@given(st.lists(_SMALL, min_size=12, max_size=12), st.lists(st.integers(1, 3), min_size=4, max_size=4),
       st.lists(st.integers(0, 5), min_size=3, max_size=3), st.lists(st.integers(-1, 2), min_size=4, max_size=4),
       st.integers(0, 4), st.booleans())  # fmt: skip
def test_nothing_is_better(
    costs: list[int], loads: list[int], limits: list[int], now: list[int], most: int, staged: bool
) -> None:
    """The search is exact on small problems, and in stages never better than the best nor its bound above it."""
    table, load, room, here = np.reshape(costs, (4, 3)).astype(float), np.array(loads), np.array(limits), np.array(now)
    with pytest.MonkeyPatch.context() as patch:
        if staged:
            patch.setattr(assignment, "_ALL_AT_ONCE", 0)
        found = assign(table, load, room, leave=12.0, now=here, most_moves=most, extra_move=7.0, gap=0.0, best=2)
    best = _brute(table, load, room, 12.0, here, most, 7.0)
    assert found.bound <= best + 1e-6
    assert found.value >= best - 1e-6
    assert staged or found.value == pytest.approx(best)
    _keeps_the_limits(found, load, room)


def _keeps_the_limits(found: Assignment, load: np.ndarray, room: np.ndarray) -> None:
    rows = found.place != NOWHERE
    assert (np.bincount(found.place[rows], weights=load[rows], minlength=len(room)) <= room + 1e-9).all()


def test_prices_give_a_bound_that_is_never_above_the_best() -> None:
    costs, loads, limits = (
        np.array([[1.0, 5.0], [2.0, 3.0], [4.0, 1.0]]),
        np.array([1.0, 1.0, 1.0]),
        np.array([1.0, 2.0]),
    )
    best = _brute(costs, loads, limits, 9.0, np.full(3, NOWHERE), 0, 0.0)
    assert best == 5.0  # the first where it costs 1, the others where they cost 3 and 1
    asked = {"leave": 9.0}
    assert relaxed_bound(costs, loads, limits, prices=np.zeros(2), **asked) == 4.0
    assert relaxed_bound(costs, loads, limits, prices=np.array([1.0, 0.0]), **asked) == pytest.approx(5.0)
    chance = np.random.default_rng(1)
    for prices in chance.uniform(0, 5, (50, 2)):
        assert relaxed_bound(costs, loads, limits, prices=prices, **asked) <= best + 1e-9


def test_a_large_problem_is_solved_in_stages_near_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assignment, "_ALL_AT_ONCE", 1000)
    chance = np.random.default_rng(7)
    load, places = chance.choice([1.0, 2.0, 3.0], 160), 24
    limits, now = np.full(places, 13.0), chance.integers(0, places, 160)
    gains = 50.0 + 5.0 * (chance.integers(0, 6, 160)[:, None] == np.arange(places) % 6)
    gains[np.arange(160), now] += 4.0
    found = assign(-gains * load[:, None], load, limits, leave=0.0, now=now, most_moves=50, extra_move=40.0, gap=0.005)
    assert found.rounds >= 1
    assert found.gap <= 0.005
    assert found.status == "optimal"
    assert found.value >= found.bound
    _keeps_the_limits(found, load, limits)
    assert found.over == max(found.moved - 50, 0)


def test_the_same_in_the_same_out() -> None:
    chance = np.random.default_rng(3)
    costs = chance.integers(1, 5, (30, 6)).astype(float)
    first, second = (assign(costs, np.ones(30), np.full(6, 6.0), leave=9.0) for _ in range(2))
    assert (first.place == second.place).all()
    assert first.value == second.value


def test_nobody_and_nowhere() -> None:
    assert len(assign(np.empty((0, 2)), np.empty(0), np.ones(2), leave=1.0).place) == 0
    found = assign(np.full((2, 2), np.inf), np.ones(2), np.ones(2), leave=3.0)
    assert (list(found.place), found.value, found.gap) == ([NOWHERE, NOWHERE], 6.0, 0.0)
    assert assign(np.empty((2, 0)), np.ones(2), np.empty(0), leave=3.0).value == 6.0


@pytest.mark.parametrize(
    "change", [{"loads": np.zeros(4)}, {"limits": np.ones(3)}, {"now": np.full(4, 2)}, {"now": np.full(3, 0)}]
)
def test_what_does_not_fit_together_is_refused(change: dict[str, np.ndarray]) -> None:
    given = {"costs": np.ones((4, 2)), "loads": np.ones(4), "limits": np.ones(2), "now": NOBODY, **change}
    with pytest.raises(ValueError, match="positive"):
        assign(**given, leave=1.0)
