from __future__ import annotations

import itertools
from collections import defaultdict
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.analysis import Column, Table
from kumppanuus.disclosure.balances import consecutive, narrowed_chain
from kumppanuus.disclosure.queues import one_way, protect_queue, tells
from kumppanuus.disclosure.released import Guarded, Rules
from kumppanuus.disclosure.rules import few, round_counts
from kumppanuus.errors import DisclosureError

RULES = Rules()
TABLE = Table(
    "queue",
    MappingProxyType(
        {
            "service": Column("dimension", codes="services"),
            "month": Column("dimension", codes="months", time_axis=True),
            "waiting": Column("count", of=("waiting", "waiting_families")),
            "came": Column("count", of=("came", "came_families")),
            "left": Column("count", of=("left", "left_families")),
            "waiting_families": Column("behind"),
            "came_families": Column("behind"),
            "left_families": Column("behind"),
        }
    ),
)
Numbers = np.ndarray


def _queue(service: str, before: int, *moves: tuple[int, int]) -> pd.DataFrame:
    """Return a queue of one month after another, everybody of an own family."""
    rows, waiting = [], before
    for place, (came, left) in enumerate(moves):
        waiting += came - left
        month = f"{2024 + place // 12}-{place % 12 + 1:02d}"
        rows.append((service, month, waiting, came, left, waiting, came, left))
    return pd.DataFrame(rows, columns=list(TABLE.columns))


def _protect(*frames: pd.DataFrame, tighten: int = 0) -> Guarded:
    return protect_queue("queue", TABLE, pd.concat(frames, ignore_index=True), RULES, tighten)


def test_a_queue_by_hand() -> None:
    found = _protect(_queue("a", 30, (10, 7), (3, 8), (0, 20), (9, 14)))
    frame = found.table.frame
    assert list(frame.columns) == ["service", "month", "waiting", "came", "left", "hidden"]
    assert found.exact["waiting"].tolist() == [33, 28, 8, 3]
    assert frame["waiting"].fillna(-1).tolist() == [33, 27, 9, -1]
    assert frame["came"].fillna(-1).tolist() == [9, -1, 0, 9]
    assert frame["left"].tolist() == [9, 9, 21, 15]
    assert found.table.masked.sum().tolist() == [1, 1, 0]
    assert (found.table.told, found.table.hidden) == ((), 2)


def test_families_count_too() -> None:
    queue = _queue("a", 30, (10, 7), (9, 8)).assign(came_families=[2, 3])
    frame = _protect(queue).table.frame
    assert frame["came"].fillna(-1).tolist() == [-1, 9]


def test_published_families_are_hidden_with_their_numbers() -> None:
    columns = {name: Column("families") if column.role == "behind" else column for name, column in
               TABLE.columns.items()}  # fmt: skip
    queue = _queue("a", 30, (10, 7), (3, 8)).assign(left_families=[4, 8])
    frame = protect_queue("queue", Table("queue", columns), queue, RULES).table.frame
    assert frame["came_families"].fillna(-1).tolist() == [9, -1]
    assert frame["left_families"].fillna(-1).tolist() == [-1, 9]


def test_few_persons_behind_many_events_are_hidden() -> None:
    """Ten who came are shown when at least seven people are behind them, in longer periods as well."""
    columns = {**TABLE.columns, "came": Column("count", of=("came_persons", "came_families")),
               "came_persons": Column("behind")}  # fmt: skip
    table = Table("queue", MappingProxyType(columns))
    queue = _queue("a", 30, (10, 7), (10, 8)).assign(came_persons=[6, 7])
    frame = protect_queue("queue", table, queue, RULES).table.frame
    assert frame["came"].fillna(-1).tolist() == [-1, 9]
    longer = protect_queue("queue", table, _queue("a", 30, *[(10, 9)] * 3).assign(came_persons=[4, 5, 6]), RULES, 1)
    assert longer.table.frame["came"].isna().all()
    assert longer.table.frame["left"].tolist() == [27]


def test_a_small_queue_makes_its_own_periods_longer_only() -> None:
    found = _protect(_queue("a", 12, *CHAIN), _queue("b", 100, *[(20, 20)] * 6))
    frame = found.table.frame
    alone = [_protect(queue).table.frame for queue in (_queue("a", 12, *CHAIN), _queue("b", 100, *[(20, 20)] * 6))]
    pd.testing.assert_frame_equal(frame, pd.concat(alone, ignore_index=True))
    assert frame.groupby("service")["month"].count().to_dict() == {"a": 2, "b": 6}
    assert found.table.told == ("longer",)
    gone = _protect(_queue("a", 12, *CHAIN), _queue("b", 100, *[(20, 20)] * 12), tighten=2)
    assert gone.table.frame["service"].unique().tolist() == ["a", "b"]
    gone = _protect(_queue("a", 12, *CHAIN), _queue("b", 100, *[(20, 20)] * 12), tighten=3)
    assert gone.table.frame["service"].tolist() == ["b"]
    assert (gone.table.told, gone.table.hidden) == (("longer", "dropped"), 6)


CHAIN = ((0, 0), (0, 1), (0, 1), (0, 2), (0, 1), (9, 8))
"""12, 11, 10, 8, 7, 8 waiting: four hidden numbers between 7-12 and 7-12 add up to 5 at most."""


def test_a_chain_of_small_numbers_makes_periods_longer() -> None:
    found = _protect(_queue("a", 12, *CHAIN))
    frame = found.table.frame
    assert frame["month"].tolist() == ["2024-01..2024-03", "2024-04..2024-06"]
    assert found.exact[["waiting", "came", "left"]].to_numpy().tolist() == [[10, 0, 2], [8, 9, 11]]
    assert frame["left"].fillna(-1).tolist() == [-1, 9]
    assert found.table.told == ("longer",)


def test_a_chain_may_have_large_numbers_in_it() -> None:
    # 11 to 9 waiting by ones, then at least seven leave of at most 10: 1 to 3 are left before the last one
    moves = ((0, 0), (0, 1), (0, 1), (0, 7), (0, 1))
    exact = np.array([(11, 0, 0), (10, 0, 1), (9, 0, 1), (2, 0, 7), (1, 0, 1)], dtype=float)
    assert not one_way(exact[:, 1:], few(exact, RULES)[:, 1:])
    assert tells(exact, few(exact, RULES), RULES)
    assert _protect(_queue("a", 11, *moves)).table.told == ("longer",)


def test_an_incomplete_first_period_is_left_out() -> None:
    found = _protect(_queue("a", 12, (20, 20), *CHAIN))
    assert found.table.frame["month"].tolist() == ["2024-02..2024-04", "2024-05..2024-07"]


def test_tightening_ends_in_nothing() -> None:
    queue = _queue("a", 100, *[(20, 20)] * 24)
    assert [len(_protect(queue, tighten=n).table.frame) for n in range(6)] == [24, 8, 4, 2, 0, 0]
    gone = _protect(queue, tighten=4)
    assert (gone.table.told, gone.table.hidden, len(gone.exact)) == (("dropped",), 24, 0)
    assert _protect(queue.iloc[:2], tighten=1).table.frame.empty


def test_everything_small_is_hidden() -> None:
    found = _protect(_queue("a", 2, (2, 1), (1, 2), (2, 1)))
    assert found.table.frame[["waiting", "came", "left"]].isna().all(axis=None)
    assert found.table.frame["hidden"].all()
    assert _protect(_queue("a", 2)).table.frame.empty


@pytest.mark.parametrize(
    "change",
    [
        lambda frame: frame.assign(waiting=[33, 29]),
        lambda frame: frame.assign(came=[10, np.nan]),
    ],
)
def test_what_does_not_balance_is_refused(change) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DisclosureError, match="KU525"):
        _protect(change(_queue("a", 30, (10, 7), (3, 8))))


def test_columns_have_a_rule_and_people() -> None:
    queue = _queue("a", 30, (10, 7))
    for change in ({"share": Column("share")}, {"came": Column("count")}, {"more": Column("count")}):
        columns = {**TABLE.columns, **change}
        with pytest.raises(DisclosureError, match="KU525"):
            protect_queue("queue", Table("queue", columns), queue.assign(share=0, more=0)[list(columns)], RULES)


def test_rows_that_balance() -> None:
    frame = pd.concat([_queue("a", 3, (1, 1), (2, 2)), _queue("b", 3, (1, 1)), _queue("c", 3, (1, 1), (2, 2))])
    before, rows = consecutive(TABLE, frame.reset_index(drop=True))
    assert (before.tolist(), rows.tolist()) == ([0, 3], [1, 4])


def test_three_in_a_row_by_hand() -> None:
    small, none = (2, True), (0, False)
    large = (9, False)

    def found(*periods: tuple[tuple[int, bool], tuple[int, bool]]) -> bool:
        moves = np.array([[came[0], left[0]] for came, left in periods], dtype=float)
        return one_way(moves, np.array([[came[1], left[1]] for came, left in periods]))

    assert found((none, small), (none, small), (none, small))
    assert found((none, small), (none, none), (none, small), (none, small))
    assert found((small, none), (small, none), (small, none))
    assert not found((none, small), (none, small))
    assert not found((none, small), (small, none), (none, small))
    assert not found((none, small), (none, small), (large, small), (none, small))
    assert not found((none, small), (none, small), (small, small), (none, small))


def _published(exact: Numbers) -> tuple[Numbers, Numbers]:
    hidden = few(exact, RULES)
    return hidden, np.where(hidden, -1.0, round_counts(exact))


def _values(published: float) -> list[int]:
    """Return the numbers that a published (or hidden: -1) one may be."""
    if published < 0:
        return list(range(1, 7))
    return [0] if published == 0 else list(range(int(published) - 2, int(published) + 4))


def _tried(published: Numbers) -> list[list[set[int]]]:
    """Find the possible values of every number by trying all queues."""
    possible: list[list[set[int]]] = [[set() for _ in range(3)] for _ in published]
    flows = itertools.product(*(_values(number) for number in published[:, 1:].ravel()))
    for moves, first in itertools.product(flows, _values(published[0, 0])):
        steps = [came - left for came, left in zip(moves[2::2], moves[3::2], strict=True)]
        waiting = list(itertools.accumulate(steps, initial=first))
        fits = all(each in _values(number) for each, number in zip(waiting, published[:, 0], strict=True))
        if fits and first - moves[0] + moves[1] >= 0:
            for period, row in enumerate(zip(waiting, moves[::2], moves[1::2], strict=True)):
                for place, value in enumerate(row):
                    possible[period][place].add(value)
    return possible


_MOVES = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=1, max_size=2)


def _random_queue(before: int, moves: list[tuple[int, int]]) -> Numbers:
    rows, waiting = [], before
    for came, wanted in moves:
        left = min(wanted, waiting + came)
        waiting += came - left
        rows.append((waiting, came, left))
    return np.array(rows, dtype=float)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 20), _MOVES)
def test_the_chain_is_exact(before: int, moves: list[tuple[int, int]]) -> None:
    """Intervals forwards and backwards find what trying all queues finds."""
    exact = _random_queue(before, moves)
    _, published = _published(exact)
    ends = np.array([[[min(each), max(each)] for each in map(_values, row)] for row in published], dtype=float)
    low, high = narrowed_chain(ends[..., 0], ends[..., 1])
    for period, row in enumerate(_tried(published)):
        for place, values in enumerate(row):
            assert (min(values), max(values)) == (low[period, place], high[period, place])
            assert len(values) == high[period, place] - low[period, place] + 1


_LONG = st.lists(st.tuples(st.sampled_from([0, 0, 0, 1, 2, 6, 7, 12, 13]), st.integers(0, 8)), min_size=1, max_size=9)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 20), _LONG, st.integers(0, 2), st.randoms(use_true_random=False))
def test_every_small_number_keeps_three_values(
    before: int, moves: list[tuple[int, int]], tighten: int, random: object
) -> None:
    exact = _random_queue(before, moves)
    frame = _queue("a", before, *[(int(came), int(left)) for _, came, left in exact])
    found = _protect(frame, tighten=tighten)
    shown = found.table.frame[["waiting", "came", "left"]].to_numpy(dtype=float)
    behind = found.exact[["waiting", "came", "left"]].to_numpy(dtype=float)
    assert not ((shown > 0) & (shown < 7)).any()
    assert np.array_equal(np.isnan(shown), few(behind, RULES))
    if len(shown):
        published = np.where(np.isnan(shown), -1.0, shown)
        ends = np.array([[[min(each), max(each)] for each in map(_values, row)] for row in published], dtype=float)
        low, high = narrowed_chain(ends[..., 0], ends[..., 1])
        assert (high - low + 1)[np.isnan(shown)].min(initial=6) >= 3
    order = list(range(len(frame)))
    random.shuffle(order)  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(_protect(frame.iloc[order], tighten=tighten).table.frame, found.table.frame)


def _only_leaving(periods: int, waiting: int) -> list[list[int]]:
    """Return all ways of leaving from a queue to which nobody comes, at most 12 a period."""
    if not periods:
        return [[]]
    return [
        [left, *rest] for left in range(min(waiting, 12) + 1) for rest in _only_leaving(periods - 1, waiting - left)
    ]


def test_who_knows_the_program_still_has_three_values() -> None:
    """All queues to which nobody comes for six months, longer periods included.

    Queues with the same outcome are what an observer cannot tell apart; that periods were made longer is part of it.
    """
    outcomes = defaultdict(set)
    judged: dict[tuple[int, bytes], bool] = {}  # it follows from what would be published
    for before in range(13):
        for gone in _only_leaving(6, before):
            month = np.array(
                [(before - sum(gone[: place + 1]), 0, left) for place, left in enumerate(gone)], dtype=float
            )
            quarter = np.column_stack([month[2::3, 0], month[2::3, 1], month[:, 2].reshape(2, 3).sum(axis=1)])
            for width, numbers in ((1, month), (3, quarter)):
                hidden, published = _published(numbers)
                outcome = width, published.tobytes()
                if outcome not in judged:
                    judged[outcome] = tells(numbers, hidden, RULES)
                if not judged[outcome]:
                    outcomes[outcome].add(tuple(numbers.ravel()))
                    break
    asked = 0
    for (_, key), queues in outcomes.items():
        published = np.frombuffer(key)
        if published[0] + max(published[2], 3) > 6:
            continue  # queues that were longer before the first month would give the same
        for place in np.flatnonzero(published < 0):
            asked += 1
            assert len({queue[place] for queue in queues}) >= 3
    assert asked > 100
