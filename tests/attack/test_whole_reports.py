"""Whole reports of random municipalities: all rooms, and the files as they were written."""

from __future__ import annotations

import pytest

from benchmarks.attack.campaign import one_town


@pytest.mark.parametrize(("seed", "largest"), [(34, 2500)])
def test_nothing_small_can_be_worked_out_of_a_whole_report(seed: int, largest: int) -> None:
    outcome = one_town(seed, full=True, largest=largest)
    assert outcome.untrue == ()
    assert outcome.finds == ()
    assert not outcome.refused
    assert outcome.small > 0
