"""State sequences, their distances and types: against TraMineR and cluster (R), by hand, and by brute force."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.methods import matching, typology
from kumppanuus.methods import sequences as seq
from kumppanuus.methods.agreement import adjusted_rand
from kumppanuus.methods.sequences import Floats, Sequences
from tests.methods.reference import r_case

STATES = ("employment", "FE", "HE", "joblessness", "school", "training")
SHORT = ("EM", "FE", "HE", "JL", "SC", "TR")


@pytest.fixture(scope="module")
def mvad() -> tuple[Sequences, Floats, dict[str, Any]]:
    """72 months of 712 school-leavers, their optimal matching distances, what TraMineR 2.2-12 and cluster say."""
    table, expected = r_case("mvad", "mvad.csv", "expected_traminer.json")
    sequences = seq.from_rows(table.iloc[:, 14:86].to_numpy(dtype=str), STATES)
    return sequences, matching.optimal_matching(sequences), expected


@pytest.fixture(scope="module")
def seventy() -> tuple[pd.DataFrame, Any, dict[str, Any]]:
    """70 months of the same, row by row."""
    table, expected = r_case("12_mvad_sequences", "input.csv", "expected.json")
    return table, table.iloc[:, 16:86].to_numpy(dtype=str), expected


def _renamed(rows: Any) -> Sequences:
    sequences = seq.from_rows(rows, STATES)
    return Sequences(SHORT, sequences.places, sequences.n)


def _mean_distance(distances: Floats, n: Floats) -> float:
    return float(n @ distances @ n / (n.sum() * (n.sum() - 1)))


def _by_hand(*texts: str, n: tuple[float, ...] = (), states: str = "abc") -> Sequences:
    weights = n or (1.0,) * len(texts)
    return seq.from_counts(pd.DataFrame({"sequence": texts, "n": weights}), tuple(states))


def test_statistics_as_traminer(mvad: tuple[Sequences, Floats, dict[str, Any]]) -> None:
    sequences, _, expected = mvad
    n = sequences.n / sequences.n.sum()
    rates = [[row[f"[-> {to}]"] for to in SHORT] for row in expected["seqtrate_unweighted"]]
    np.testing.assert_allclose(seq.transition_rates(sequences), rates, atol=1e-10)
    np.testing.assert_allclose(seq.mean_months(sequences), [expected["meant_months"][state] for state in SHORT])
    assert seq.n_transitions(sequences) @ n == pytest.approx(expected["transn_mean"], abs=1e-9)
    assert seq.entropies(sequences) @ n == pytest.approx(expected["ient_mean"], abs=1e-9)
    assert seq.complexities(sequences) @ n == pytest.approx(expected["ici_mean"], abs=1e-9)
    assert seq.turbulences(sequences) @ n == pytest.approx(expected["turbulence_mean"], abs=1e-9)
    shares = seq.distribution(sequences)
    np.testing.assert_allclose(shares[:, -1], [expected["state_freq_last"][state] for state in SHORT], atol=1e-10)
    assert seq.cross_entropy(sequences)[0] == pytest.approx(expected["entropy_crosssec_first"], abs=1e-9)


def test_weighted_rates_as_traminer(mvad: tuple[Sequences, Floats, dict[str, Any]]) -> None:
    table, _ = r_case("mvad", "mvad.csv", "expected.json")
    weighted = seq.from_rows(table.iloc[:, 14:86].to_numpy(dtype=str), STATES, table["weight"].to_numpy(dtype=float))
    rates = [[row[f"[-> {to}]"] for to in SHORT] for row in mvad[2]["seqtrate_weighted"]]
    np.testing.assert_allclose(seq.transition_rates(weighted), rates, atol=1e-10)


def test_single_sequences_as_traminer(seventy: tuple[pd.DataFrame, Any, dict[str, Any]]) -> None:
    _, rows, expected = seventy
    one_by_one = [_renamed(rows[place : place + 1]) for place in range(20)]
    for name, statistic, digits in (
        ("n_transitions", seq.n_transitions, 1e-12), ("entropy", seq.entropies, 1e-12),
        ("complexity", seq.complexities, 1e-12), ("turbulence", seq.turbulences, 1e-9),
    ):  # fmt: skip
        found = [float(statistic(each)[0]) for each in one_by_one]
        np.testing.assert_allclose(found, expected[f"{name}_first20"], atol=digits)
    assert [seq.orders(each)[0] for each in one_by_one[:10]] == expected["dss_first10"]
    spells = ["-".join(f"({state},{months})" for state, months in seq.spells_of(each)[0]) for each in one_by_one[:10]]
    assert spells == expected["sps_first10"]


def test_all_sequences_as_traminer(seventy: tuple[pd.DataFrame, Any, dict[str, Any]]) -> None:
    table, rows, expected = seventy
    sequences = _renamed(rows)
    assert len(sequences.n) == expected["n_distinct_sequences"]
    assert len(set(seq.orders(sequences))) == expected["n_distinct_dss"]
    np.testing.assert_array_equal(seq.transition_counts(sequences), expected["transition_counts"])
    np.testing.assert_allclose(seq.cross_entropy(sequences), expected["state_distribution"]["entropy_all"], atol=1e-12)
    months = np.array(expected["state_distribution"]["month_index"]) - 1
    np.testing.assert_allclose(seq.distribution(sequences)[:, months], expected["state_distribution"]["freq"])
    weighted = seq.from_rows(rows, STATES, table["weight"].to_numpy(dtype=float))
    np.testing.assert_allclose(
        seq.distribution(weighted)[:, months], expected["state_distribution_weighted"]["freq"], atol=1e-12
    )
    np.testing.assert_allclose(seq.mean_months(weighted), [*expected["mean_time_weighted"].values()], atol=1e-9)
    np.testing.assert_allclose(matching.transition_costs(sequences), expected["trate_cost"], atol=1e-12)


def test_distances_as_traminer(
    seventy: tuple[pd.DataFrame, Any, dict[str, Any]], mvad: tuple[Sequences, Floats, dict[str, Any]]
) -> None:
    _, rows, expected = seventy
    costs = matching.transition_costs(_renamed(rows))
    firsts = [_renamed(rows[place : place + 1]) for place in range(10)]
    together = Sequences(SHORT, np.concatenate([each.places for each in firsts]), np.ones(10))
    found = matching.optimal_matching(together, costs=costs, indel=expected["trate_indel"])
    np.testing.assert_allclose(found, expected["om_trate_first10"], atol=1e-9)
    twos = 2.0 * (1 - np.eye(6))
    constant = matching.optimal_matching(together, costs=twos)
    np.testing.assert_allclose(constant, expected["om_constant_indel1_first10"])
    np.testing.assert_allclose(constant, expected["lcs_first10"])
    np.testing.assert_allclose(matching.hamming(together), expected["ham_first10"])
    sequences, distances, whole = mvad
    assert _mean_distance(distances, sequences.n) == pytest.approx(whole["om_trate_indel1"]["mean"], abs=1e-8)
    hamming = matching.hamming(sequences)
    assert _mean_distance(hamming, sequences.n) == pytest.approx(whole["hamming"]["mean"], abs=1e-9)


def test_medoids_and_silhouette_as_cluster(mvad: tuple[Sequences, Floats, dict[str, Any]]) -> None:
    sequences, distances, expected = mvad
    four = typology.k_medoids(distances, sequences.n, 4)
    table, _ = r_case("mvad", "mvad.csv", "expected.json")
    medoids = [row - 1 for row in expected["pam4_om_trate"]["medoid_rows_1based"]]
    of_r = seq.from_rows(table.iloc[medoids, 14:86].to_numpy(dtype=str), STATES)
    assert sorted(map(bytes, sequences.places[four.medoids])) == sorted(map(bytes, of_r.places))
    assert sorted(four.sizes) == sorted(expected["pam4_om_trate"]["sizes"])
    assert four.width == pytest.approx(expected["pam4_om_trate"]["avg_silhouette"], abs=1e-9)


def test_optimal_matching_by_hand() -> None:
    """abcc → bcca: leave out the first, put in a last one: 2, where month by month all four but one differ."""
    one, other = _by_hand("abcc"), _by_hand("bcca")
    twos = 2.0 * (1 - np.eye(3))
    assert matching.optimal_matching(one, other, twos)[0, 0] == 2.0
    assert matching.hamming(one, other)[0, 0] == 3.0
    cheap = np.array([[0.0, 0.5, 2.0], [0.5, 0.0, 2.0], [2.0, 2.0, 0.0]])
    assert matching.optimal_matching(_by_hand("aabb"), _by_hand("bbbb"), cheap)[0, 0] == 1.0


def test_dynamic_hamming_by_hand() -> None:
    """Of four, two change from a to b in the first step and none in the second."""
    sequences = _by_hand("aaa", "abb", "bbb", n=(1.0, 2.0, 1.0), states="ab")
    costs = matching.dynamic_costs(sequences)
    # step 1: p(a→b) = 2/3, p(b→a) = 0; step 2: both 0
    np.testing.assert_allclose(costs[:, 0, 1], [4 - 2 * 2 / 3, 4 - 2 / 3, 4])
    np.testing.assert_allclose(costs[:, 1, 0], costs[:, 0, 1])
    found = matching.dynamic_hamming(sequences)
    np.testing.assert_allclose(found[0], [0, (4 - 2 / 3) + 4, (4 - 4 / 3) + (4 - 2 / 3) + 4])


_TEXT = st.text("abc", min_size=5, max_size=5)


@settings(max_examples=20, deadline=None)
@given(st.lists(_TEXT, min_size=2, max_size=6, unique=True), st.floats(0.6, 1.4))
def test_optimal_matching_is_the_cheapest_way(texts: list[str], indel: float) -> None:
    sequences = _by_hand(*texts)
    costs = np.array([[0.0, 1.5, 1.9], [1.5, 0.0, 1.7], [1.9, 1.7, 0.0]])
    found = matching.optimal_matching(sequences, costs=costs, indel=indel)
    cheapest = [[_cheapest(a, b, costs, indel) for b in sequences.places] for a in sequences.places]
    np.testing.assert_allclose(found, cheapest, atol=1e-12)
    np.testing.assert_allclose(matching.optimal_matching(sequences, sequences, costs, indel), found, atol=1e-12)


def _cheapest(first: Any, second: Any, costs: Floats, indel: float) -> float:
    """Of all ways to pair some months of one, in order, with as many of the other."""
    months, best = range(len(first)), np.inf
    for size in range(len(first) + 1):
        for own, other in itertools.product(itertools.combinations(months, size), repeat=2):
            paired = sum(costs[first[i], second[j]] for i, j in zip(own, other, strict=True))
            best = min(best, paired + indel * 2 * (len(first) - size))
    return float(best)


def test_what_was_not_seen_is_left_out() -> None:
    """Two months of four were seen of the second: two of two differ, as four of four would."""
    sequences = seq.from_counts(pd.DataFrame({"sequence": ["aaaa", "bb**"], "n": [1.0, 1.0]}), ("a", "b"))
    twos = 2.0 * (1 - np.eye(2))
    assert matching.hamming(sequences)[0, 1] == 4.0
    assert matching.optimal_matching(sequences, costs=twos)[0, 1] == 8.0
    np.testing.assert_allclose(seq.mean_months(sequences), [2.0, 1.0])
    np.testing.assert_allclose(seq.distribution(sequences), [[0.5, 0.5, 1, 1], [0.5, 0.5, 0, 0]])
    np.testing.assert_array_equal(seq.transition_counts(sequences), [[3, 0], [0, 1]])
    late = seq.from_counts(pd.DataFrame({"sequence": ["aaaa", "**bb"], "n": [1.0, 1.0]}), ("a", "b"))
    with pytest.raises(ValueError, match="only come after"):
        matching.optimal_matching(late)
    apart = seq.from_counts(pd.DataFrame({"sequence": ["aa**", "**bb"], "n": [1.0, 1.0]}), ("a", "b"))
    with pytest.raises(ValueError, match="no observed month in common"):
        matching.hamming(apart)


def test_a_sample_is_of_people() -> None:
    """People are drawn until so many distinct sequences are there; a usual one comes with many of its people."""
    sequences = _by_hand("aaa", "aab", "abb", "bbb", n=(900.0, 50.0, 40.0, 10.0), states="ab")
    assert seq.sample(sequences, 4, np.random.default_rng(1)) is sequences
    drawn = seq.sample(sequences, 3, np.random.default_rng(1))
    again = seq.sample(sequences, 3, np.random.default_rng(1))
    assert len(drawn.n) == 3
    np.testing.assert_array_equal(drawn.n, again.n)
    every = {tuple(row): n for row, n in zip(sequences.places, sequences.n, strict=True)}
    assert all(n <= every[tuple(row)] for row, n in zip(drawn.places, drawn.n, strict=True))
    shares = [seq.sample(sequences, 3, np.random.default_rng(seed)).n.max() for seed in range(200)]
    sizes = [seq.sample(sequences, 3, np.random.default_rng(seed)).n.sum() for seed in range(200)]
    assert 0.85 < np.sum(shares) / np.sum(sizes) < 0.95


def test_refused() -> None:
    with pytest.raises(ValueError, match="one length"):
        _by_hand("aa", "aaa")
    with pytest.raises(ValueError, match="unknown state"):
        _by_hand("aaz")
    with pytest.raises(ValueError, match="k: must lie"):
        typology.k_medoids(np.zeros((2, 2)), np.ones(2), 3)


def test_types_by_hand() -> None:
    """Points 0, 1 (twice), 10, 11 on a line: two types around 1 and 10; silhouettes counted on the six rows' paper."""
    points, n = np.array([0.0, 1.0, 10.0, 11.0]), np.array([1.0, 2.0, 2.0, 1.0])
    distances = np.abs(points[:, None] - points)
    two = typology.k_medoids(distances, n, 2)
    np.testing.assert_array_equal(two.types, [0, 0, 1, 1])
    np.testing.assert_array_equal(points[two.medoids], [1, 10])
    # 0: own (1 + 1) / 2 = 1, next (10 + 10 + 11) / 3; 1: own (1 + 0) / 2 = .5, next (9 + 9 + 10) / 3
    widths = [1 - 1 / (31 / 3), 1 - 0.5 / (28 / 3)]
    np.testing.assert_allclose(typology.silhouette_widths(distances, n, two.types), [*widths, *widths[::-1]])
    assert two.width == pytest.approx((widths[0] + 2 * widths[1]) / 3)
    found = typology.typologies(distances, n, range(2, 9))
    assert list(found) == [2, 3, 4]
    assert typology.near_best(found) == (2,)
    assert typology.near_best(found, near=2.0) == (2, 3, 4)
    assert typology.near_best({}) == ()


def test_agreement_by_hand() -> None:
    """Hubert & Arabie's index: 1 for the same types under other names, 0 expected by chance, weights as rows."""
    first, second = np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0])
    ones = np.ones(4)
    assert adjusted_rand(first, second, ones) == 1.0
    crossed = np.array([0, 1, 0, 1])
    assert adjusted_rand(first, crossed, ones) == pytest.approx((0 - 4 / 6) / (2 - 4 / 6))
    rows = np.repeat(np.arange(4), [3, 1, 2, 2])
    weighted = adjusted_rand(first, crossed, np.array([3.0, 1.0, 2.0, 2.0]))
    assert weighted == pytest.approx(adjusted_rand(first[rows], crossed[rows], np.ones(8)))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(_TEXT, st.integers(1, 4)), min_size=4, max_size=10, unique_by=lambda each: each[0]),
       st.randoms(use_true_random=False))  # fmt: skip
def test_counts_are_rows(drawn: list[tuple[str, int]], dice: Any) -> None:
    """Types of distinct sequences with counts are those of the rows, whatever the order they come in."""
    rows = [text for text, n in drawn for _ in range(n)]
    dice.shuffle(rows)
    counted = _by_hand(*rows)
    expanded = Sequences(counted.states, np.repeat(counted.places, counted.n.astype(int), axis=0),
                         np.ones(int(counted.n.sum())))  # fmt: skip
    np.testing.assert_allclose(seq.transition_rates(counted), seq.transition_rates(expanded))
    apart = [matching.optimal_matching(each) for each in (counted, expanded)]
    found = [typology.k_medoids(each, of.n, 2) for each, of in zip(apart, (counted, expanded), strict=True)]
    cost = [float((of.n * each[:, type_.medoids].min(axis=1)).sum())
            for each, of, type_ in zip(apart, (counted, expanded), found, strict=True)]  # fmt: skip
    assert cost[0] == pytest.approx(cost[1])
    assert found[0].sizes.sum() == len(rows)
    which = np.repeat(np.arange(len(counted.n)), counted.n.astype(int))
    widths = [typology.silhouette(apart[0], counted.n, found[0].types),
              typology.silhouette(apart[1], expanded.n, found[0].types[which])]  # fmt: skip
    assert widths[0] == pytest.approx(widths[1])


def test_no_single_swap_is_better(mvad: tuple[Sequences, Floats, dict[str, Any]]) -> None:
    """The shortcut for swaps finds what trying every swap finds: the last partition cannot be bettered by one."""
    sequences, distances, _ = mvad
    some = np.arange(0, len(sequences.n), 9)
    apart, n = distances[np.ix_(some, some)], sequences.n[some]
    three = typology.k_medoids(apart, n, 3)
    cost = float(n @ apart[:, three.medoids].min(axis=1))
    for place, other in itertools.product(range(3), range(len(some))):
        medoids = three.medoids.copy()
        medoids[place] = other
        assert float(n @ apart[:, medoids].min(axis=1)) >= cost - 1e-9
