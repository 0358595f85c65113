"""The ladder from one service to many, by hand and against the product-limit curve of each rung."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.methods.daygrid import DayCounts, day_counts
from kumppanuus.methods.intervals import family_weights
from kumppanuus.methods.ladders import Ladder, ladder
from kumppanuus.methods.survival import kaplan_meier

# (last day seen, day of the second at once, day of the third), None = never
TEN = [(10, 2, 4), (10, 2, None), (10, 5, 8), (10, None, None), (4, None, None),
       (6, 3, None), (8, None, None), (9, 1, 1), (10, 9, None), (3, None, None)]  # fmt: skip
Row = tuple[int, int | None, int | None]


def _ladder(rows: list[Row], groups: bool = False) -> Ladder:
    last = max(row[0] for row in rows)

    def counts(place: int, by_group: bool) -> DayCounts:
        duration = [row[place] if row[place] is not None else row[0] for row in rows]
        group = np.arange(len(rows)) % 5 if by_group else None
        event = [row[place] is not None for row in rows]
        return day_counts([0] * len(rows), duration, event, group=group, groups=5, last_day=last)

    own = {2: counts(1, False), 3: counts(2, False)}
    if not groups:
        return ladder(own)
    return ladder(own, {2: counts(1, True), 3: counts(2, True)}, family_weights(5, 200, seed=1))


def test_ten_families_by_hand() -> None:
    found = _ladder(TEN)
    # second: day 1: 1 of 10; day 2: 2 of 9; day 3: 1 of 7 (one censored then); day 5: 1 of 4; day 9: 1 of 2
    second = 1 - np.cumprod([9 / 10, 7 / 9, 6 / 7, 3 / 4, 1 / 2])
    assert found.at(2, 1)[0] == pytest.approx(second[0])
    assert found.at(2, 2)[0] == pytest.approx(second[1])
    assert found.at(2, 4)[0] == pytest.approx(second[2])
    assert found.at(2, 8)[0] == pytest.approx(second[3])
    assert found.at(2, 10)[0] == pytest.approx(second[4])
    # third: day 1: 1 of 10; day 4: 1 of 8; day 8: 1 of 5
    assert found.at(3, 10)[0] == pytest.approx(1 - 9 / 10 * 7 / 8 * 4 / 5)
    assert found.median[0].value == 5
    assert np.isnan(found.median[1].value)
    assert found.standing[:, 4] == pytest.approx([1 - second[2], second[2] - (1 - 9 / 10 * 7 / 8), 1 - 9 / 10 * 7 / 8])
    assert np.isnan(found.at(2, 11)[0])


_ROWS = st.lists(
    st.tuples(st.integers(1, 40), st.integers(1, 60), st.integers(0, 30)).map(
        lambda t: (t[0], t[1] if t[1] <= t[0] else None, t[1] + t[2] if t[1] + t[2] <= t[0] else None)
    ),
    min_size=1, max_size=40,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(_ROWS, st.randoms())
def test_each_rung_is_its_product_limit_curve(rows: list[Row], dice) -> None:  # type: ignore[no-untyped-def]
    found = _ladder(rows)
    for place, rung in enumerate(found.rungs, start=1):
        duration = [row[place] if row[place] is not None else row[0] for row in rows]
        curve = kaplan_meier([0] * len(rows), duration, [row[place] is not None for row in rows])
        assert found.reached[place - 1, : curve.last_day + 1] == pytest.approx(1 - curve.survival)
        assert found.at_risk[place - 1, : curve.last_day + 1] == pytest.approx(curve.at_risk)
        assert (np.diff(found.reached[place - 1]) >= -1e-12).all(), rung
    assert found.standing.sum(axis=0) == pytest.approx(np.ones(len(found.days)))
    assert (found.standing >= 0).all()
    turned = list(rows)
    dice.shuffle(turned)
    assert _ladder(turned).reached == pytest.approx(found.reached)


def test_families_resampled_whole_give_limits_around_the_share() -> None:
    found = _ladder(TEN * 8, groups=True)
    place = 4
    assert (found.lower[:, place] < found.reached[:, place]).all()
    assert (found.reached[:, place] < found.upper[:, place]).all()
    assert _ladder(TEN * 8).lower[0, place] != found.lower[0, place]


def test_late_entry_counts_from_then_on() -> None:
    counts = day_counts([0, 0, 5], [8, 9, 8], [True, False, True], [2, 4, 10])
    found = ladder({2: counts})
    assert found.at(2, 8)[0] == pytest.approx(12 / 16)
    with pytest.raises(ValueError, match="nobody"):
        ladder({2: day_counts([], [], [])})
