"""Continuity: worked values, closed forms, and limits that hold a known truth."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.methods.continuity import continuity, family_means, sequential
from kumppanuus.methods.intervals import family_weights

# Contacts by worker -> COC, UPC, HHI. Bice & Boxerman, Medical Care 15 (1977) 347-349, their formula by hand.
WORKED = [
    ([4, 0, 0], 1.0, 1.0, 1.0), ([2, 2], 1 / 3, 0.5, 0.5), ([3, 1], 0.5, 0.75, 0.625),
    ([1, 1, 1, 1], 0.0, 0.25, 0.25), ([6, 3, 1], 0.4, 0.6, 0.46),
    ([5, 4, 3, 2, 1], 0.190476, 0.333333, 0.244444),
]  # fmt: skip
SEQUENCES = {"AABAC": 0.25, "AAABBB": 0.8, "ABABAB": 0.0, "AAAA": 1.0}
"""Steinwachs, Medical Care 17 (1979) 551-565: his index by hand."""


def _rows(family: int, workers: str) -> pd.DataFrame:
    return pd.DataFrame({"family": family, "day": range(len(workers)), "worker": list(workers)})


@pytest.mark.parametrize(("numbers", "coc", "upc", "hhi"), WORKED)
def test_worked_values(numbers: list[int], coc: float, upc: float, hhi: float) -> None:
    workers = "".join(chr(65 + place) * n for place, n in enumerate(numbers))
    (found,) = continuity(_rows(1, workers), of="family", source="worker").to_dict("records")
    assert [found[each] for each in ("coc", "upc", "hhi")] == pytest.approx([coc, upc, hhi], abs=5e-7)
    assert found["coc"] == pytest.approx((sum(numbers) * found["hhi"] - 1) / (sum(numbers) - 1))


def test_sequences() -> None:
    rows = pd.concat([_rows(place, workers) for place, workers in enumerate(SEQUENCES)])
    found = sequential(rows.sample(frac=1.0, random_state=3), of="family", time="day", source="worker")
    assert found.tolist() == pytest.approx(list(SEQUENCES.values()))


def test_what_is_not_known_and_several_on_a_day() -> None:
    """One contact has no pair; without a worker there is no contact; two workers on a day are met together."""
    workers = ["A", "A", "A", "B", "B", None]
    rows = pd.DataFrame({"family": [1, 2, 2, 2, 2, 3], "day": [1, 1, 2, 2, 3, 1], "worker": workers})
    found = continuity(rows, of="family", source="worker")
    assert found.index.tolist() == [1, 2]
    assert found["coc"].tolist() == pytest.approx([np.nan, 1 / 3], nan_ok=True)
    secon = sequential(rows, of="family", time="day", source="worker")
    assert secon.tolist() == pytest.approx([np.nan, 1.0], nan_ok=True)


def test_coc_and_secon_do_not_depend_on_the_number_of_contacts_by_themselves() -> None:
    """Contacts dealt by chance with p = .5, .3, .2: both have the mean Σ p² = .38 for every N; UPC falls."""
    dice = np.random.default_rng(5)
    means = {}
    for n in (4, 12):
        workers = dice.choice(3, p=[0.5, 0.3, 0.2], size=(4000, n))
        rows = pd.DataFrame({"family": np.repeat(np.arange(4000), n), "day": np.tile(np.arange(n), 4000),
                             "worker": workers.ravel()})  # fmt: skip
        found = continuity(rows, of="family", source="worker")
        secon = sequential(rows, of="family", time="day", source="worker")
        means[n] = (found["coc"].mean(), secon.mean(), found["upc"].mean())
    assert means[4][:2] == pytest.approx((0.38, 0.38), abs=0.02)
    assert means[12][:2] == pytest.approx((0.38, 0.38), abs=0.02)
    assert means[4][2] - means[12][2] > 0.05


def test_limits_hold_a_known_truth() -> None:
    """The mean of Beta(2, 3) is 0.4; 95 % limits hold it in 92-97 % of 1,500 samples of 200 families."""
    dice, weights = np.random.default_rng(11), family_weights(seed=1)
    values = dice.beta(2, 3, size=(200, 1500))  # a family a group, a sample a column
    found = family_means(np.ones_like(values), values, weights)
    assert found.value == pytest.approx(values.mean(axis=0))
    assert 0.92 <= np.mean((found.lower <= 0.4) & (found.upper >= 0.4)) <= 0.97
    width = (found.upper - found.lower).mean() / (2 * 1.96)
    assert width == pytest.approx(np.sqrt(2 * 3 / (25 * 6)) / np.sqrt(200), rel=0.1)  # sd of Beta(2, 3) is 0.2


def test_families_are_resampled_whole_groups() -> None:
    """Ten alike families in each group are as good as one: limits do not become narrower."""
    weights, values = family_weights(20, 200, seed=2), np.linspace(0, 1, 20)[:, None]
    one = family_means(np.ones_like(values), values, weights)
    ten = family_means(10 * np.ones_like(values), 10 * values, weights)
    assert one.lower == pytest.approx(ten.lower)
    assert one.upper == pytest.approx(ten.upper)
    few = family_means(np.array([[1.0], [0.0], [2.0]]), np.array([[0.5], [0.0], [1.0]]), family_weights(3, 9, seed=1))
    assert few.value[0] == 0.5
    assert np.isnan(few.lower[0])
    with pytest.raises(ValueError, match="shapes"):
        family_means(np.ones((3, 1)), np.ones((3, 2)), weights)


@settings(max_examples=10, deadline=None)
@given(st.text("ABCD", min_size=2, max_size=14), st.integers(0, 999))
def test_order_of_rows_and_names_change_nothing(workers: str, seed: int) -> None:
    rows = _rows(1, workers)
    mixed = rows.sample(frac=1.0, random_state=seed)
    other = mixed.assign(worker=mixed["worker"].map({"A": "Z", "B": "Y", "C": "X", "D": "W"}))
    coc = [continuity(each, of="family", source="worker") for each in (rows, mixed, other)]
    secon = [sequential(each, of="family", time="day", source="worker") for each in (rows, mixed, other)]
    for place in (1, 2):
        assert coc[0].equals(coc[place])
        assert secon[0].equals(secon[place])
    assert secon[0].tolist() == pytest.approx([np.mean([a == b for a, b in itertools.pairwise(workers)])])
