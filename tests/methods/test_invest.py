"""Invest to save against closed forms, and numbers worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumppanuus.methods.assumed import triangular, uniforms
from kumppanuus.methods.invest import (
    Measure,
    avoided_entries,
    break_even_month,
    discounts,
    invest,
    present,
    reached,
    required_reduction,
)

ALWAYS = np.ones(36)


def test_four_months_by_hand() -> None:
    """10 enter a month, half of them reached from the second month on, 20 % of these stay out; nobody leaves.

    Avoided entries 0, 1, 1, 1; there 0, 1, 2, 3; at 100 € of which 60 % is not paid: 0, 60, 120, 180 = 360 €.
    Spent 90 a month = 360 €: even at the end of month 4, with exactly the assumed 20 %.
    """
    measure = Measure(0.2, 0.5, lag=1.0, cashable=0.6, cost_month=90.0)
    found = invest(np.full(4, 10.0), np.ones(4), np.full(4, 100.0), measure)
    assert reached(4, measure).tolist() == [0.0, 0.5, 0.5, 0.5]
    assert found.saved.tolist() == pytest.approx([0.0, 60.0, 180.0, 360.0])
    assert found.spent.tolist() == [90.0, 180.0, 270.0, 360.0]
    assert found.net_value == pytest.approx(0.0)
    assert found.break_even == 4
    assert found.required == pytest.approx(0.2)


def test_saving_of_those_who_never_leave_grows_with_the_square_and_of_those_who_do_it_levels_off() -> None:
    """Without exits n(n+1)/2 client-months; with a share q kept each month the stock is (1 − q^t) / (1 − q)."""
    measure = Measure(1.0, 1.0, cashable=1.0)
    arrivals = np.full(36, 2.0)
    never = invest(arrivals, ALWAYS, ALWAYS, measure)
    assert never.saved[-1] == pytest.approx(2.0 * 36 * 37 / 2)
    stay = np.power(0.9, np.arange(36.0))
    stock = present(avoided_entries(arrivals, measure), stay)
    assert stock == pytest.approx(2.0 * (1 - 0.9 ** np.arange(1, 37)) / 0.1)


def test_reached_rises_over_the_ramp_after_the_start_and_the_lag() -> None:
    found = reached(8, Measure(0.1, 0.8, lag=2.0, ramp=4, start=2))
    assert found.tolist() == pytest.approx([0, 0, 0, 0.2, 0.4, 0.6, 0.8, 0.8])
    parted = reached(3, Measure(0.1, 1.0, lag=0.5))
    assert parted.tolist() == [0.5, 1.0, 1.0]


def test_later_money_is_worth_less() -> None:
    assert discounts(24, 0.03)[[11, 23]] == pytest.approx([1 / 1.03, 1 / 1.03**2])
    assert discounts(12, 0.0).tolist() == [1.0] * 12
    arrivals, measure = np.full(24, 5.0), Measure(0.3, 1.0, lag=6.0, cost_month=700.0)
    plain, dear = (invest(arrivals, np.ones(24), np.full(24, 100.0), measure, rate) for rate in (0.0, 0.10))
    assert dear.required > plain.required  # what is saved comes later than what is spent
    assert dear.break_even == plain.break_even


def test_months_of_break_even() -> None:
    net = np.array([[-1.0, 0.5, 1.0], [-1.0, -2.0, -0.1], [0.0, 1.0, 2.0], [2.0, -1.0, 3.0]])
    found = break_even_month(net)
    assert found[[0, 2, 3]].tolist() == [2.0, 1.0, 3.0]
    assert math.isnan(found[1])


def test_what_saves_nothing_can_never_pay_and_what_costs_nothing_always_does() -> None:
    assert required_reduction(100.0, 0.0) == math.inf
    assert required_reduction(0.0, 50.0) == 0.0
    assert required_reduction(100.0, 50.0) == 2.0  # above 1: not to be reached
    with pytest.raises(ValueError, match="shares"):
        invest(np.ones(3), np.ones(3), np.ones(3), Measure(1.2, 0.5))


_SHARE = st.floats(0.0, 1.0)


@given(_SHARE, _SHARE, st.floats(0, 24), st.floats(0.05, 1.0), st.floats(1.0, 5000.0), st.floats(0.0, 0.1),
       st.integers(0, 12))  # fmt: skip
def test_more_effect_is_never_worse_and_the_required_one_breaks_even(
    reduction: float, more: float, lag: float, cover: float, cost: float, rate: float, ramp: int
) -> None:
    """Net value and break-even are monotone in the effect; at the required effect the net value is nothing."""
    arrivals, kept, price = np.linspace(3, 5, 36), np.power(0.97, np.arange(36.0)), np.linspace(900.0, 1100.0, 36)

    def with_effect(effect: float) -> tuple[float, float, float]:
        found = invest(arrivals, kept, price, Measure(effect, cover, lag, 0.7, cost, ramp), rate)
        return float(found.net_value), float(found.break_even), float(found.required)

    low, high = sorted((reduction, more))
    worse, better = with_effect(low), with_effect(high)
    assert worse[0] <= better[0] + 1e-6
    assert math.isnan(worse[1]) or better[1] <= worse[1]
    assert worse[2] == pytest.approx(better[2])
    if worse[2] <= 1:
        assert with_effect(worse[2])[0] == pytest.approx(0.0, abs=1e-6 * cost * 36)


def test_draws_are_those_of_each_alone() -> None:
    """Shape (draws, months) gives what every draw gives by itself."""
    arrivals = np.outer([1.0, 1.5, 2.0], np.full(12, 4.0))
    effects = np.array([0.1, 0.2, 0.3])
    together = invest(arrivals, np.ones(12), np.full(12, 50.0), Measure(effects, 0.5, effects * 10, cost_month=20.0))
    for place, effect in enumerate(effects):
        alone = invest(
            arrivals[place], np.ones(12), np.full(12, 50.0), Measure(effect, 0.5, effect * 10, cost_month=20.0)
        )
        assert together.saved[place] == pytest.approx(alone.saved)
        assert together.required[place] == pytest.approx(float(alone.required))


def test_draws_have_the_triangle_s_mean_and_ends_and_hang_on_the_name_alone() -> None:
    """Mean (a + b + c) / 3, variance (a² + b² + c² − ab − ac − bc) / 18; the median of a symmetric one its middle."""
    shares = uniforms("effects/x/reduction_percent", 4000, 1)
    found = triangular(shares, 5.0, 25.0, 40.0)
    assert found.mean() == pytest.approx(70 / 3, abs=0.01)
    assert found.var() == pytest.approx((25 + 625 + 1600 - 125 - 200 - 1000) / 18, rel=0.01)
    assert 5 <= found.min() < 5.5
    assert 39.5 < found.max() <= 40
    assert triangular(np.array([0.0, 0.5, 1.0]), 10.0, 20.0, 30.0).tolist() == [10.0, 20.0, 30.0]
    assert triangular(np.array([0.0, 1.0]), 1.0, 1.0, 2.0).tolist() == [1.0, 2.0]
    assert triangular(shares[:3], 7.0, 7.0, 7.0).tolist() == [7.0] * 3
    assert (uniforms("effects/x/reduction_percent", 4000, 1) == shares).all()
    assert abs(np.corrcoef(shares, uniforms("effects/y/reduction_percent", 4000, 1))[0, 1]) < 0.06
    with pytest.raises(ValueError, match="order"):
        triangular(shares, 2.0, 1.0, 3.0)
