"""The null model that keeps both margins: against all tables there are, Davis's women and events, planted ties."""

from __future__ import annotations

import csv
import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, hypergeom

from kumppanuus.methods.nullmodel import BITS, CoUseNull, _packed, _trade, co_use_null, decide

DAVIS = Path(__file__).parents[3] / "shared" / "reference" / "davis"
Bools = npt.NDArray[np.bool_]


def _null(members: Bools, seed: int = 1, **asked: int) -> CoUseNull:
    return co_use_null(members, np.ones(len(members)), generator=np.random.default_rng(seed), **asked)


def _need(seed: int, families: int, services: int) -> Bools:
    """Families of very different need, services of very different size, and nothing that ties two services."""
    generator = np.random.default_rng(seed)
    odds = np.outer(generator.gamma(1, 1, families), generator.uniform(0.01, 0.3, services))
    members = generator.random((families, services)) < odds / (1 + odds)
    return np.asarray(members[members.any(axis=1)])


def _pairs(null: CoUseNull) -> tuple[npt.NDArray[np.float64], ...]:
    above = np.triu_indices(len(null.together), 1)
    return null.together[above], null.expected[above], null.spread[above]


def test_against_every_table_with_the_margins() -> None:
    members = np.array([[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 0, 0], [0, 1, 1, 1]], dtype=bool)
    rows, columns = members.sum(axis=1), members.sum(axis=0)
    choices = [[set(each) for each in itertools.combinations(range(4), size)] for size in rows]
    tables = [np.array([[j in row for j in range(4)] for row in table]) for table in itertools.product(*choices)]
    allowed = [table for table in tables if (table.sum(axis=0) == columns).all()]
    together = np.array([table.T.astype(int) @ table.astype(int) for table in allowed])
    null = _null(members, samples=2000)
    apart = ~np.eye(4, dtype=bool)
    spread = together.std(axis=0)[apart]
    assert len(allowed) > 20
    np.testing.assert_allclose(null.expected[apart], together.mean(axis=0)[apart], atol=5 * spread.max() / 2000**0.5)
    np.testing.assert_allclose(null.spread[apart], spread, atol=0.06)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 40), st.integers(1, 70))
def test_a_trade_keeps_both_margins(seed: int, families: int, services: int) -> None:
    generator = np.random.default_rng(seed)
    words, _ = _packed(generator.random((families, services)) < 0.3, np.ones(families))
    before = [[(words[s // BITS] >> np.uint64(s % BITS)) & np.uint64(1) for s in range(services)]]
    for _ in range(3):
        _trade(words, services, generator)
    after = [[(words[s // BITS] >> np.uint64(s % BITS)) & np.uint64(1) for s in range(services)]]
    for axis in (1, 2):
        assert np.array_equal(np.sum(before, axis=axis), np.sum(after, axis=axis))


def test_counts_are_what_they_are_with_two_words() -> None:
    members = _need(3, 120, 70)
    null = _null(members, samples=5, burn_in=2, thinning=1)
    whole = members.astype(int)
    assert np.array_equal(null.together, whole.T @ whole)
    used = whole.sum(axis=0) > 0
    others = [(whole[whole[:, s] > 0].sum(axis=1) - 1).mean() for s in np.flatnonzero(used)]
    np.testing.assert_allclose(null.others[used], others)
    assert np.isnan(null.others[~used]).all()
    assert np.isnan(null.expected.diagonal()).all()
    assert null.families == len(members)


def test_order_of_rows_and_how_sets_are_split_change_nothing() -> None:
    members = _need(5, 200, 9)
    wanted = _null(members, samples=20)
    sets, n = np.unique(members[::-1], axis=0, return_counts=True)
    found = co_use_null(sets, n, generator=np.random.default_rng(1), samples=20)
    for name in ("together", "expected", "spread", "others", "expected_others", "others_spread"):
        np.testing.assert_array_equal(getattr(found, name), getattr(wanted, name))
    assert not np.array_equal(_null(members, seed=2, samples=20).expected, wanted.expected, equal_nan=True)
    assert not wanted.compositional
    assert _null(members[:, :8], samples=2).compositional


def test_need_alone_makes_no_tie_and_planted_ties_are_found() -> None:
    """Lift calls nearly every pair tied when families differ in need; the null model none; it finds the three."""
    false_ones, found, above_one = 0, 0, 0.0
    for seed in range(3):
        members = _need(seed, 4000, 12)
        both, expected, spread = _pairs(_null(members, samples=150))
        sizes = members.sum(axis=0)
        first, second = np.triu_indices(12, 1)
        above_one += float((both * len(members) / (sizes[first] * sizes[second]) > 1).mean()) / 3
        false_ones += int(decide(both, expected, spread).more.sum())
        tied = members.copy()
        for a, b in ((0, 1), (4, 7), (9, 11)):
            follows = np.random.default_rng(seed).random(len(tied)) < 0.4
            tied[:, b] |= tied[:, a] & follows
        decided = decide(*_pairs(_null(tied, samples=150)))
        found += sum(bool(decided.more[(first == a) & (second == b)][0]) for a, b in ((0, 1), (4, 7), (9, 11)))
    assert above_one > 0.7
    assert false_ones <= 1  # one family of tests in twenty may mark something; 198 pairs were looked at
    assert found == 9


def test_decisions_worked_by_hand() -> None:
    # z = 4, 3, 0 and -3.2; half a family nearer: (|x - e| - 0.5) / s = 3.9, 2.75, 0, 3.0
    decided = decide(np.array([30.0, 16, 7, 4]), np.array([10.0, 10, 7, 12]), np.array([5.0, 2, 1, 2.5]), tests=20)
    np.testing.assert_allclose(decided.z, [4, 3, 0, -3.2])
    np.testing.assert_allclose(decided.p, [9.6187e-05, 0.0059595, 1, 0.0026998], rtol=1e-4)
    np.testing.assert_allclose(decided.q, [20 * 9.6187e-05, 20 * 0.0059595 / 3, 1, 20 * 0.0026998 / 2], rtol=1e-4)
    assert decided.more.tolist() == [True, True, False, False]
    assert decided.fewer.tolist() == [False, False, False, True]


def test_what_is_not_known_is_not_marked_and_makes_no_other_one_marked() -> None:
    known = decide(np.array([20.0]), np.array([10.0]), np.array([3.5]))
    among = decide(np.array([20.0, np.nan]), np.array([10.0, 5.0]), np.array([3.5, 1.0]), tests=30)
    assert known.more.tolist() == [True]
    assert among.more.tolist() == [False, False]
    assert np.isnan([among.z[1], among.p[1], among.q[1]]).all()
    fixed = decide(np.array([5.0, 6.0]), np.array([5.0, 5.0]), np.zeros(2))  # the margins leave one table only
    assert fixed.p.tolist() == [1, 0]


@pytest.mark.parametrize("n", [[-1.0], [0.5]])
def test_families_are_whole(n: list[float]) -> None:
    with pytest.raises(ValueError, match="whole"):
        co_use_null(np.ones((1, 2), dtype=bool), n, generator=np.random.default_rng(0))


def test_too_many_services() -> None:
    with pytest.raises(ValueError, match="124"):
        co_use_null(np.ones((1, 125), dtype=bool), [1], generator=np.random.default_rng(0))


def test_nobody() -> None:
    null = co_use_null(np.zeros((0, 3), dtype=bool), [], generator=np.random.default_rng(0), samples=2)
    assert null.families == 0
    assert (null.together == 0).all()


# --- Davis, Gardner & Gardner (1941): 18 women and 14 events, stored with values computed elsewhere


@pytest.fixture(scope="module")
def davis() -> tuple[Bools, list[dict[str, Any]]]:
    if not DAVIS.is_dir():
        pytest.skip("reference values of ../shared are not here")
    with (DAVIS / "davis.csv").open(encoding="utf-8", newline="") as file:
        _, *rows = csv.reader(file)
    members = np.array([[cell == "1" for cell in row[1:]] for row in rows])
    return members, json.loads((DAVIS / "expected.json").read_text(encoding="utf-8"))["pairs"]


def test_the_women_and_events(davis: tuple[Bools, list[dict[str, Any]]]) -> None:
    members, stored = davis
    null = _null(members, samples=600)
    both, expected, spread = _pairs(null)
    assert both.tolist() == [pair["a"] for pair in stored]
    # the reference drew some thousand tables itself: both sides have an error
    assert np.abs(expected - [pair["fdsm_mean"] for pair in stored]).max() < 0.15
    decided = decide(both, expected, spread)
    assert not decided.more.any()
    p_stored = np.array([pair["p_fdsm"] for pair in stored])
    one_sided = np.where(both > expected, decided.p / 2, 1 - decided.p / 2)
    assert np.abs(one_sided - p_stored)[p_stored < 0.1].max() < 0.035


def test_the_usual_tests_mark_what_the_null_model_does_not(davis: tuple[Bools, list[dict[str, Any]]]) -> None:
    members, _ = davis
    sizes, (first, second) = members.sum(axis=0), np.triu_indices(14, 1)
    both = (members.T.astype(int) @ members)[first, second]
    p = hypergeom.sf(both - 1, len(members), sizes[first], sizes[second])
    marked = np.flatnonzero(false_discovery_control(p) <= 0.05)
    assert [(f"E{first[at] + 1}", f"E{second[at] + 1}") for at in marked] == [
        ("E3", "E5"), ("E10", "E12"), ("E13", "E14"),
    ]  # fmt: skip
    assert (both * 18 / (sizes[first] * sizes[second]) > 1).sum() == 48
