from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumppanuus.disclosure.rules_forms import range_code, stepped_mean, stepped_ratio


@pytest.mark.parametrize(
    ("ratio", "events", "shown"),
    [(1.0, 10, 1.0), (1.3, 30, 1.2), (1.3, 300, 1.3), (1.3, 13, 1.3), (1.5, 10, 1.4), (1.8, 10, 2.0), (0.7, 10, 0.7)],
)
def test_ratios_on_steps(ratio: float, events: int, shown: float) -> None:
    # with ten events the steps are 0.7^j: 0.7, 1, 1.43, 2.04
    assert stepped_ratio(ratio, events) == shown


def test_a_ratio_that_does_not_exist() -> None:
    assert all(np.isnan(stepped_ratio(ratio, events)) for ratio, events in [(0, 10), (np.nan, 10), (1, 3), (1, np.nan)])


@given(st.integers(10, 400), st.integers(0, 5), st.floats(1, 1000))
def test_r16_three_numbers_of_events_share_a_ratio(least: int, above: int, expected: float) -> None:
    events = least + above
    published = stepped_ratio(events / expected, least)
    beside = range(max(1, events - 40), events + 41)
    assert sum(stepped_ratio(other / expected, least) == published for other in beside) >= 3


@pytest.mark.parametrize(
    ("mean", "families", "shown"),
    [(0.437, 4, None), (0.437, 5, 0.4), (0.437, 9, 0.4), (0.437, 10, 0.4), (0.46, 10, 0.5), (0.437, 20, 0.45),
     (0.437, 50, 0.44), (0.437, 99, 0.44), (0.437, 100, 0.44), (0.437, 19, 0.4), (0.0, 5, 0.0), (1.0, 5, 1.0)],
)  # fmt: skip
def test_means_on_steps(mean: float, families: int, shown: float | None) -> None:
    found = stepped_mean(mean, families)
    assert np.isnan(found) if shown is None else found == shown


@given(st.lists(st.floats(0, 1), min_size=5, max_size=120))
def test_r16_a_mean_tells_of_one_family_only_on_which_side_of_a_limit_it_lies(values: list[float]) -> None:
    others, n = sum(values[1:]), len(values)
    published = [stepped_mean((others + each) / n, n) for each in np.linspace(0, 1, 101)]
    assert len(set(published)) <= 2
    assert published == sorted(published)


def test_codes_of_neighbours() -> None:
    assert range_code(["3"]) == "3"
    assert range_code(["2024-01", "2024-02", "2024-03"]) == "2024-01..2024-03"
