"""How far a published sum may be from the exact one."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kumppanuus.disclosure.protect import digits_of
from kumppanuus.disclosure.rules import round_counts, significant
from kumppanuus.forms.rounding import rounding_of_sum


@given(st.floats(1.0, 1e10), st.integers(10, 2000))
def test_the_exact_sum_lies_within_the_rounding_of_the_published_one(exact: float, persons: int) -> None:
    published = float(significant(np.array([exact]), int(digits_of(np.array([persons]))[0]))[0])
    shown = float(round_counts(np.array([persons]), 6)[0])
    assert abs(published - exact) <= rounding_of_sum(published, shown) * (1 + 1e-9)


def test_by_hand() -> None:
    """Of 1,377 people 23.0 million is known to 0.05 million, of 99 (97 to 102) to half a million."""
    assert rounding_of_sum(23_000_000.0, 1377.0) == 50_000
    assert rounding_of_sum(23_000_000.0, 99.0) == 500_000
    assert rounding_of_sum(0.0, 99.0) == 0
    assert math.isnan(rounding_of_sum(math.nan, 99.0))
