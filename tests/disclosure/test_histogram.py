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
from kumppanuus.disclosure.histogram import protect_histogram
from kumppanuus.disclosure.released import Guarded, Rules
from kumppanuus.disclosure.rules import round_counts
from kumppanuus.disclosure.rules_forms import merged_neighbours, round_edges
from kumppanuus.errors import DisclosureError

RULES = Rules()
BINS = MappingProxyType(
    {
        "service": Column("dimension", codes="services"),
        "bin": Column("dimension", codes="bins"),
        "low": Column("public", unit="days"),
        "high": Column("public", unit="days"),
        "persons": Column("persons"),
        "families": Column("families"),
        "share": Column("share", of=("persons", "everybody")),
        "everybody": Column("behind"),
    }
)
TABLE = Table("histogram", BINS)
EDGES = [0, 30, 91, 182, 365, 730, 1461, 1826]


def _bins(service: str, persons: list[int], families: list[int] | None = None) -> pd.DataFrame:
    homes = persons if families is None else families
    rows = [
        (service, str(place), EDGES[place], EDGES[place + 1], p, f, np.nan, sum(persons))
        for place, (p, f) in enumerate(zip(persons, homes, strict=True))
    ]
    return pd.DataFrame(rows, columns=list(BINS))


def _protect(*frames: pd.DataFrame, tighten: int = 0) -> Guarded:
    return protect_histogram("stays", TABLE, pd.concat(frames, ignore_index=True), RULES, tighten)


def test_a_histogram_by_hand() -> None:
    found = _protect(_bins("a", [0, 40, 3, 9, 0, 13, 0]))
    frame = found.table.frame
    # 3 joins 9; the empty bins at the ends join the outermost; the one inside stays
    assert frame["bin"].tolist() == ["0..1", "2..3", "4", "5..6"]
    assert frame["low"].fillna(-1).tolist() == [-1, 91, 365, 730]
    assert frame["high"].fillna(-1).tolist() == [91, 365, 730, -1]
    assert frame["persons"].tolist() == [39, 9, 0, 15]
    assert frame["families"].fillna(-1).tolist() == [39, -1, 0, 15]
    assert frame["share"].tolist() == [0.62, 0.14, 0.0, 0.24]  # of 39 + 9 + 15 = 63
    assert list(frame.columns) == ["service", "bin", "low", "high", "persons", "families", "share", "hidden"]
    assert found.exact["persons"].tolist() == [40, 12, 0, 13]
    assert found.table.told == ("merged",)
    assert found.table.hidden == 1  # the families of the merged bin


def test_a_small_bin_joins_a_neighbour_with_people() -> None:
    assert _protect(_bins("a", [8, 3, 0, 50])).table.frame["bin"].tolist() == ["0..1", "2", "3"]
    assert _protect(_bins("a", [30, 9, 3, 8, 30])).table.frame["bin"].tolist() == ["0", "1", "2..3", "4"]
    assert _protect(_bins("a", [30, 9, 3, 9, 30])).table.frame["bin"].tolist() == ["0", "1..2", "3", "4"]


def test_nothing_to_merge_tells_nothing() -> None:
    found = _protect(_bins("a", [20, 30, 40]))
    assert (found.table.told, found.table.hidden) == ((), 0)
    assert found.table.frame["persons"].tolist() == [21, 27, 39]


def test_one_family_of_six_never_has_a_bin() -> None:
    found = _protect(_bins("a", [30, 6, 30], [30, 1, 30]), _bins("b", [30, 12, 30], [30, 2, 30]))
    assert found.table.frame["bin"].tolist() == ["0..1", "2", "0..1", "2"]
    assert found.exact["persons"].tolist() == [36, 30, 42, 30]


def test_families_of_a_merged_bin_are_at_least_the_larger_number() -> None:
    # two and two families may be the same two
    found = _protect(_bins("a", [10, 10, 40], [2, 2, 30]))
    assert found.table.frame.empty
    columns = {**BINS, "bin": Column("dimension", codes="bins", adds=True)}
    added = protect_histogram("stays", Table("histogram", columns), _bins("a", [10, 10, 40], [2, 2, 30]), RULES)
    assert added.exact["families"].tolist() == [4, 30]
    assert added.table.frame["families"].isna().tolist() == [True, False]  # four is a hidden number


@pytest.mark.parametrize("persons", [[5, 4, 5, 5], [19, 0], [0, 0, 0], [6, 6, 6, 1], [40], [40, 1]])
def test_a_small_group_has_no_histogram(persons: list[int]) -> None:
    found = _protect(_bins("a", persons))
    assert found.table.frame.empty
    assert found.exact.empty
    assert found.table.told == ("dropped",)
    assert found.table.hidden == len(persons)
    beside = _protect(_bins("a", persons), _bins("b", [20, 20]))
    assert beside.table.frame["service"].tolist() == ["b", "b"]
    assert beside.table.told == ("left_out",)


def test_tightening_ends_in_nothing() -> None:
    pieces = [len(_protect(_bins("a", [20, 30, 40, 50]), tighten=n).table.frame) for n in range(6)]
    assert pieces == [4, 3, 2, 0, 0, 0]
    assert _protect(_bins("a", [20, 30, 40, 50]), tighten=1).exact["persons"].tolist() == [50, 40, 50]


def test_an_empty_table_stays_empty() -> None:
    empty = _bins("a", []).astype({"service": object, "bin": object, "low": float, "high": float})
    found = _protect(empty)
    assert found.table.frame.empty
    assert (found.table.told, found.table.hidden) == ((), 0)
    assert list(found.table.masked.columns) == ["low", "high", "persons", "families", "share"]


@pytest.mark.parametrize(
    "edges",
    [
        [0, 137, 365, 730],  # the shortest stay of somebody?
        [0, 91, 365, 1234],
        [0, 365, 91, 730],
        [0, 91, 91, 365],
    ],
)
def test_edges_must_be_round_and_rise(edges: list[int]) -> None:
    frame = _bins("a", [20, 30, 40]).assign(low=edges[:-1], high=edges[1:])
    with pytest.raises(DisclosureError, match="KU525") as refused:
        _protect(frame)
    assert not any(str(edge) in str(refused.value) for edge in edges if edge > 99)


def test_bins_must_touch_and_columns_have_a_rule() -> None:
    with pytest.raises(DisclosureError, match="KU525"):
        _protect(_bins("a", [20, 30, 40]).drop(index=1))
    for strange in ("sum", "mean", "count", "time", "survival"):
        columns = {**BINS, "more": Column(strange)}  # type: ignore[arg-type]
        with pytest.raises(DisclosureError, match="KU525"):
            protect_histogram("stays", Table("histogram", columns), _bins("a", [20, 30]).assign(more=1), RULES)
    without = {name: column for name, column in BINS.items() if name != "families"}
    with pytest.raises(DisclosureError, match="KU525"):
        protect_histogram("stays", Table("histogram", without), _bins("a", [20, 30]).drop(columns="families"), RULES)


def test_round_edges_on_the_edges() -> None:
    rounds = [0, 1, 4, 5, 6, 7, 12, 13, 99, 100, 105, 125, 182, 183, 364, 365, 730, 731, 1461, 1500, 1826, 37500]
    found = dict(zip(rounds, round_edges(np.array(rounds, dtype=float)).tolist(), strict=True))
    assert [edge for edge, fine in found.items() if not fine] == [183, 731]
    assert not round_edges(np.array([-1, 2.5, 101, 137, 1001, 12510, np.nan])).any()


_PERSONS = st.lists(st.integers(0, 40), min_size=1, max_size=7)


@settings(max_examples=150, deadline=None)
@given(_PERSONS, st.integers(0, 3), st.randoms(use_true_random=False))
def test_no_small_bin_ever_leaves(persons: list[int], tighten: int, random: object) -> None:
    frame = _bins("a", persons, [(p + 1) // 2 for p in persons])
    found = _protect(frame, tighten=tighten)
    shown, exact = found.table.frame, found.exact
    assert not shown["persons"].between(1, 6).any()
    assert shown["persons"].notna().all()
    assert np.array_equal(shown["persons"], round_counts(exact["persons"].to_numpy()))
    if len(shown):
        assert exact["persons"].sum() == sum(persons) >= 20
        assert np.isnan(shown["low"].iloc[0])
        assert np.isnan(shown["high"].iloc[-1])
        assert shown["high"].iloc[:-1].tolist() == shown["low"].iloc[1:].tolist()
        assert shown["persons"].iloc[0] > 0 < shown["persons"].iloc[-1]
    assert ("merged" in found.table.told) == (0 < len(shown) < len(persons))
    order = list(range(len(frame)))
    random.shuffle(order)  # type: ignore[attr-defined]
    again = _protect(frame.iloc[order], tighten=tighten)
    pd.testing.assert_frame_equal(again.table.frame, shown)


@pytest.mark.parametrize("zeros", [True, False])
def test_who_knows_the_program_still_has_three_values_for_every_merged_row(zeros: bool) -> None:
    """Every small table in full: tables with the same outcome are what an observer cannot tell apart."""
    top = 24
    outcomes = defaultdict(list)
    for persons in itertools.product(range(top + 1), repeat=3):
        rows = np.array(persons, dtype=float)
        runs = merged_neighbours(rows, rows, RULES, zeros=zeros)
        sums = round_counts(np.array([rows[first:after].sum() for first, after in runs]))
        outcomes[tuple(runs), tuple(sums)].append(persons)
    asked = 0
    for (runs, sums), tables in outcomes.items():
        if max(sums, default=0) > top - 3:
            continue  # larger numbers than were tried would give the same
        for first, after in runs:
            for row in range(first, after):
                possible = {table[row] for table in tables}
                assert after - first == 1 or len(possible) >= 3, (runs, sums, row)
                asked += after - first > 1
    assert asked > 20
