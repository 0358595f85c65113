"""Shares of published counts: Wilson's and Newcombe's limits at the ends of the classes."""

from __future__ import annotations

import math

import pytest
from scipy.stats import binomtest

from kumppanuus.forms.family_shares import difference_of, published_share


def _wilson(count: int, total: int) -> tuple[float, float]:
    found = binomtest(count, total).proportion_ci(method="wilson")
    return float(found.low), float(found.high)


def test_limits_are_wilsons_at_the_unfavourable_ends() -> None:
    """27 stands for 25-30, 63 for 61-66: scipy's limits of 25 of 66 and of 30 of 61, outwards to a per cent."""
    share = published_share(27, 63)
    assert share.value == 0.43
    assert share.lower == math.floor(100 * _wilson(25, 66)[0]) / 100
    assert share.upper == math.ceil(100 * _wilson(30, 61)[1]) / 100


def test_numbers_that_are_no_class_stand_for_themselves() -> None:
    share = published_share(0, 50)
    assert (share.value, share.lower) == (0.0, 0.0)
    assert share.upper == math.ceil(100 * _wilson(0, 50)[1]) / 100


def test_families_are_the_units_where_members_go_together() -> None:
    alone, together = published_share(303, 603), published_share(303, 603, families=201)
    assert together.value == alone.value
    assert together.upper - together.lower > 1.5 * (alone.upper - alone.lower)
    assert published_share(303, 603, families=math.nan) == alone


@pytest.mark.parametrize(("count", "total"), [(math.nan, 63), (9, math.nan), (3, 15)])
def test_what_is_hidden_or_small_has_no_share(count: float, total: float) -> None:
    share = published_share(count, total)
    assert not share.known
    assert all(math.isnan(each) for each in difference_of(share, published_share(27, 63)))


def test_rounding_may_make_a_part_larger_than_its_whole() -> None:
    share = published_share(69, 63)
    assert (share.value, share.upper) == (1.0, 1.0)


def test_a_difference_holds_newcombes_of_every_pair_of_counts() -> None:
    """Of 25-30 of 61-66 against 7-12 of 49-54: method 10 of Newcombe, made of Wilson's limits, at the ends."""
    low, high = difference_of(published_share(27, 63), published_share(9, 51))
    p, q = 25 / 66, 12 / 49
    assert low == pytest.approx(p - q - math.hypot(p - _wilson(25, 66)[0], _wilson(12, 49)[1] - q))
    p, q = 30 / 61, 7 / 54
    assert high == pytest.approx(p - q + math.hypot(_wilson(30, 61)[1] - p, q - _wilson(7, 54)[0]))
    wide = difference_of(published_share(27, 63), published_share(9, 51), confidence=0.99)
    assert wide[0] < low < high < wide[1]
