"""Random municipalities at the size of a test: nothing small can be worked out of reports of at most 8 exhibits."""

from __future__ import annotations

import pytest

from benchmarks.attack.campaign import MOST_EXHIBITS, one_town, some_rooms
from benchmarks.attack.town import random_town

SEEDS = (1, 4, 6, 7, 8, 10)
"""Of 10 the report is made again without one family."""


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_small_can_be_worked_out(seed: int) -> None:
    outcome = one_town(seed, largest=2500)
    assert outcome.untrue == ()
    assert outcome.finds == ()
    assert not outcome.refused
    assert outcome.hidden > 0


def test_a_seed_is_a_town() -> None:
    one, other = (random_town(3, 500, 1000) for _ in range(2))
    assert one.tables == other.tables
    assert one.study == other.study


def test_a_family_leaves_whole() -> None:
    town = random_town(3, 500, 1000)
    family = town.tables["clients"]["family"].drop_null()[0].as_py()
    less = town.without(family)
    gone = set(town.tables["clients"]["client"].to_pylist()) - set(less.tables["clients"]["client"].to_pylist())
    assert gone
    assert family not in set(less.tables["clients"]["family"].to_pylist())
    with_clients = [table for table in less.tables.values() if "client" in table.column_names]
    assert all(not gone & set(table["client"].to_pylist()) for table in with_clients)


def test_reports_have_few_exhibits() -> None:
    chosen = [some_rooms(seed) for seed in range(40)]
    assert all(0 < sum(len(room.charts) for room in rooms) <= MOST_EXHIBITS for rooms in chosen)
    assert len({tuple(room.key for room in rooms) for rooms in chosen}) > 4
