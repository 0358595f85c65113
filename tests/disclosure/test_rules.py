from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumppanuus.disclosure import rules as rule
from kumppanuus.disclosure.released import Rules

RULES = Rules()
EDGES = [0, 1, 4, 5, 6, 7, 12, 13, 18, 19]


def test_r1_rounding_on_the_edges() -> None:
    assert rule.round_counts(np.array(EDGES)).tolist() == [0, 3, 3, 3, 3, 9, 9, 15, 15, 21]


def test_r1_who_is_hidden_on_the_edges() -> None:
    persons = np.array(EDGES)
    assert rule.too_few(persons, persons, RULES).tolist() == [False, True, True, True, True] + [False] * 5
    assert rule.few(persons, RULES).tolist() == [False, True, True, True, True] + [False] * 5


@pytest.mark.parametrize(("families", "hidden"), [(0, True), (1, True), (2, True), (3, False), (12, False)])
def test_r1_families_count_too(families: int, hidden: bool) -> None:
    assert rule.too_few(np.array([12]), np.array([families]), RULES).tolist() == [hidden]


def test_r1_tighter_thresholds_hide_more() -> None:
    assert rule.few(np.array([7, 9, 10]), Rules(k=10)).tolist() == [True, True, False]
    assert rule.too_few(np.array([12]), np.array([4]), Rules(f=5)).tolist() == [True]


@given(st.integers(1, 10**7))
def test_r1_at_least_six_numbers_share_a_published_one(n: int) -> None:
    published = rule.round_counts(np.array([n]))[0]
    same = [m for m in range(max(1, n - 10), n + 11) if rule.round_counts(np.array([m]))[0] == published]
    assert len(same) == 6
    assert abs(published - n) <= 3


@pytest.mark.parametrize(
    ("persons", "categories", "allowed"),
    [(19, 1, False), (20, 1, True), (20, 6, True), (20, 7, False), (41, 14, False), (42, 14, True)],
)
def test_r2_base_of_a_breakdown(persons: int, categories: int, allowed: bool) -> None:
    assert rule.breakdown_allowed(np.array([persons]), np.array([categories]), RULES).tolist() == [allowed]


def test_r4_shares_come_from_protected_numbers() -> None:
    assert rule.share(np.array([9.0, 9, 0, 99]), np.array([15.0, 21, 21, 93]))[1:].tolist() == [0.43, 0.0, 1.0]
    assert np.isnan(rule.share(np.array([9.0, np.nan]), np.array([15.0, 100]))).all()


@pytest.mark.parametrize(
    ("x", "of_protected", "of_inhabitants"),
    # 51 stands for 49-54: with 45 (43-48) the rest is 1-11, with 39 (37-42) it is 7-17, with 51 at most 5;
    # of 50 inhabitants 45 leave 2-7, 39 leave 8-13
    [(0, True, True), (9, True, True), (39, True, True), (45, False, False), (51, False, False)],
)
def test_r4_both_sides_are_watched_by_published_numbers(x: int, of_protected: bool, of_inhabitants: bool) -> None:
    few = [np.array([float(x)]), np.array([51.0])]
    assert rule.share_allowed(*few, RULES).tolist() == [of_protected]
    assert rule.share_allowed(few[0], np.array([50.0]), RULES, exact_base=True).tolist() == [of_inhabitants]
    assert rule.share_allowed(np.array([np.nan]), few[1], RULES).tolist() == [False]


@given(st.integers(0, 300), st.integers(0, 300), st.integers(5, 12))
def test_r4_never_beside_a_small_rest(x: int, rest: int, k: int) -> None:
    numerator, denominator = rule.round_counts(np.array([x])), rule.round_counts(np.array([x + rest]))
    if rule.share_allowed(numerator, denominator, Rules(k=k))[0]:
        assert not 0 < rest < max(k, 7)


@pytest.mark.parametrize(
    ("persons", "families", "concentration", "allowed"),
    [(9, 9, 0.1, False), (10, 5, 0.2, True), (10, 4, 0.2, False), (50, 50, 0.25, True), (50, 50, 0.26, False)],
)
def test_r5_means(persons: int, families: int, concentration: float, allowed: bool) -> None:
    found = rule.mean_allowed(np.array([persons]), np.array([families]), np.array([concentration]))
    assert found.tolist() == [allowed]


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=40))
def test_r5_concentration_bounds_the_largest_contributors(totals: list[int]) -> None:
    values = np.array(sorted(totals, reverse=True), dtype=float)
    concentration = (values**2).sum() / values.sum() ** 2
    if concentration <= rule.CONCENTRATION:
        assert values[0] <= 0.5 * values.sum() * (1 + 1e-12)
        assert values[:2].sum() <= 0.85 * values.sum()


def test_r5_significant_digits() -> None:
    assert rule.significant(np.array([123456.0, 0.0, 0.04567, -98.7])).tolist() == [120000.0, 0.0, 0.046, -99.0]
    assert rule.significant(np.array([123456.0]), 3).tolist() == [123000.0]
    assert np.isnan(rule.significant(np.array([np.nan]))).all()


@pytest.mark.parametrize(
    ("persons", "level", "allowed"),
    [
        (19, 0.5, False),
        (20, 0.5, True),
        (99, 0.9, False),
        (100, 0.9, True),
        (100, 0.1, True),
        (39, 0.75, False),
        (40, 0.75, True),
    ],
)
def test_r6_quantiles(persons: int, level: float, allowed: bool) -> None:
    assert rule.quantile_allowed(persons, level) is allowed


@pytest.mark.parametrize(("persons", "families", "starts"), [(19, 9, False), (20, 5, True), (20, 4, False)])
def test_r8_start_of_a_curve(persons: int, families: int, starts: bool) -> None:
    assert rule.curve_may_start(persons, families, RULES) is starts


@pytest.mark.parametrize(
    ("some", "base", "hidden"),
    [(0, 0, False), (0, 1, True), (1, 1, True), (1, 2, False), (0, 99, True), (99, 99, True), (98, 99, False),
     (0, 100, False), (100, 100, False)],
)  # fmt: skip
def test_r9_all_or_nobody(some: int, base: int, hidden: bool) -> None:
    assert bool(rule.all_or_nobody(np.array(some), np.array(base))) is hidden


@given(st.integers(0, 200), st.integers(0, 200))
def test_r9_hides_both_sides_alike(some: int, more: int) -> None:
    """Who has it and who has it not are hidden together, or the one would tell the other."""
    base = np.array(some + more)
    assert rule.all_or_nobody(np.array(some), base) == rule.all_or_nobody(np.array(more), base)


@pytest.mark.parametrize(("units", "allowed"), [(0, False), (1, False), (2, False), (3, True), (13, True)])
def test_r14_names(units: int, allowed: bool) -> None:
    assert rule.names_allowed(units) is allowed


@pytest.mark.parametrize(
    ("pair", "first", "second", "allowed"),
    [
        (7, 20, 20, True),
        (6, 20, 20, False),  # the pair itself is small
        (7, 7, 20, True),  # first never without second
        (7, 8, 20, False),  # one family has first without second
        (7, 11, 20, False),
        (7, 12, 20, True),
        (7, 20, 9, False),
    ],
)
def test_r10_edges(pair: int, first: int, second: int, allowed: bool) -> None:
    numbers = [np.array([value]) for value in (pair, pair, first, second)]
    assert rule.edge_allowed(*numbers, RULES).tolist() == [allowed]
