"""Three things together beside their pairs: a published table, another way to compute it, chains without any triple."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.methods.triples import discovery_rate, triples, without_three_way

# Bartlett (1935): plum root cuttings that died or lived, by time of planting and length of cutting; X2 = 2.27.
PLUMS = np.array([[[156, 84], [84, 156]], [[107, 31], [133, 209]]], dtype=float)


def _fitted(table: np.ndarray, rounds: int = 400) -> np.ndarray:
    """Iterative proportional fitting of the three two-way margins."""
    found = np.ones((2, 2, 2))
    for _ in range(rounds):
        for axis in range(3):
            found = found * (table.sum(axis=axis, keepdims=True) / found.sum(axis=axis, keepdims=True))
    return found


def test_bartletts_plums() -> None:
    expected = without_three_way(PLUMS)
    assert round(((PLUMS - expected) ** 2 / expected).sum(), 2) == 2.27
    assert expected == pytest.approx(_fitted(PLUMS), abs=1e-8)
    odds = expected[:, 0, 0] * expected[:, 1, 1] / (expected[:, 0, 1] * expected[:, 1, 0])
    assert odds[0] == pytest.approx(odds[1], rel=1e-9)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(1, 400), min_size=16, max_size=16))
def test_the_same_as_proportional_fitting(numbers: list[int]) -> None:
    tables = np.array(numbers, dtype=float).reshape(2, 2, 2, 2)
    expected = without_three_way(tables)
    for table, found in zip(tables, expected, strict=True):
        assert found == pytest.approx(_fitted(table), rel=1e-6)
        for axis in range(3):
            assert found.sum(axis=axis) == pytest.approx(table.sum(axis=axis), abs=1e-9)


def test_margins_that_leave_no_choice_are_no_test() -> None:
    table = np.array([[[0.0, 0.0], [7.0, 9.0]], [[4.0, 8.0], [0.0, 20.0]]])  # a zero among the cells of either kind
    assert without_three_way(table) == pytest.approx(table, abs=1e-9)
    has = np.repeat([[True, True, False], [False, False, True], [True, True, True]], 20, axis=0)
    (p,) = triples(has).p  # nobody has the first without the second
    assert np.isnan(p)
    assert np.isnan(discovery_rate([np.nan, np.nan])).all()
    assert discovery_rate([0.01, np.nan, 0.04]) == pytest.approx([0.02, np.nan, 0.04], nan_ok=True)


def _town(seed: int, n: int = 1500) -> np.ndarray:
    """A chain of six things, each likelier where the one before is there: pairs go together, triples do not."""
    dice = np.random.default_rng(seed)
    has = np.zeros((n, 6), dtype=bool)
    has[:, 0] = dice.random(n) < 0.4
    for thing in range(1, 6):
        has[:, thing] = dice.random(n) < np.where(has[:, thing - 1], 0.6, 0.25)
    return has


def test_a_chain_of_pairs_has_no_triples() -> None:
    false = sum(bool((triples(_town(seed)).q <= 0.05).any()) for seed in range(200))
    assert false / 200 <= 0.10  # 5 % expected, standard error 1.5 points


def test_a_planted_triple_is_found() -> None:
    dice = np.random.default_rng(5)
    has = dice.random((2000, 6)) < 0.35
    has[:, 5] = dice.random(2000) < np.where(has[:, 0] & has[:, 2], 0.8, 0.3)
    found = triples(has)
    best = int(np.argmin(found.q))
    assert found.places[best].tolist() == [0, 2, 5]
    assert found.q[best] < 1e-6
    assert found.ratio[best] > 1.1


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_rows_counts_and_their_order(seed: int) -> None:
    has = _town(seed, 300)
    sets, n = np.unique(has, axis=0, return_counts=True)
    turned = np.random.default_rng(seed).permutation(len(sets))
    one, other = triples(has), triples(sets[turned], n[turned])
    assert one.places.tolist() == other.places.tolist()
    assert one.observed == pytest.approx(other.observed)
    for place, (a, b, c) in enumerate(one.places):
        assert one.observed[place] == (has[:, a] & has[:, b] & has[:, c]).sum()
    assert one.p == pytest.approx(other.p, nan_ok=True)


def test_few_are_not_judged() -> None:
    has = np.zeros((200, 3), dtype=bool)
    has[:6] = True
    has[6:30, 0] = has[30:60, 1] = has[60:90, 2] = True
    assert len(triples(has).p) == 0
    assert len(triples(has, at_least=6).p) == 1
