from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumppanuus.methods.decomposition import one_at_a_time


def test_rectangle_by_hand() -> None:
    found = one_at_a_time((10.0, 3.0), (12.0, 5.0))
    assert (found.before, found.after) == (30.0, 60.0)
    assert found.effects == pytest.approx((6.0, 20.0))  # 2 × 3, and 10 × 2
    assert found.interaction == pytest.approx(4.0)  # 2 × 2: the corner
    assert found.change == 30.0


_FACTORS = st.lists(st.tuples(st.floats(0.1, 100), st.floats(0.0, 100)), min_size=1, max_size=4)


@given(_FACTORS)
def test_parts_add_up_and_one_change_has_no_interaction(factors: list[tuple[float, float]]) -> None:
    before, after = ([each[place] for each in factors] for place in (0, 1))
    found = one_at_a_time(before, after)
    assert sum(found.effects) + found.interaction == pytest.approx(found.change, abs=1e-6 * (1 + abs(found.before)))
    alone = one_at_a_time(before, [after[0], *before[1:]])
    assert alone.interaction == pytest.approx(0.0, abs=1e-9 * (1 + abs(alone.before) + abs(alone.after)))
    assert found.effects[0] == pytest.approx(alone.change, abs=1e-9 * (1 + abs(alone.before) + abs(alone.after)))


@pytest.mark.parametrize(
    ("before", "after"), [((1.0,), (1.0, 2.0)), ((0.0, 1.0), (1.0, 1.0)), ((float("nan"),), (1.0,))]
)
def test_faults_are_refused(before: tuple[float, ...], after: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="factors"):
        one_at_a_time(before, after)
