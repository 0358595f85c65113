"""Doors, transitions and binned times: toys by hand, a made-up town whose truth the naive count misses, coverage."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.methods.intervals import family_weights
from kumppanuus.methods.pathways import binned_quantile, clustered_limits, entries, exits, tie_share, transitions
from kumppanuus.methods.shares import wilson_limits

WINDOW, WASHOUT = 365, 90


def test_entries_of_ten_people() -> None:
    """Six began in the wash-out or before it; of the other four one came in by two doors on one day."""
    counts = pd.DataFrame(
        [("office", -40, 3, 1), ("office", 0, 1, 1), ("home", 89, 2, 1), ("office", 90, 1, 1), ("home", 200, 2, 1),
         ("home", 300, 1, 2), ("school", 300, 1, 2)],
        columns=["door", "day", "n", "doors"],
    )  # fmt: skip
    found = entries(counts, WASHOUT)
    assert found.doors == ("home", "office", "school")
    assert (found.seen, found.unseen) == (4.0, 6.0)
    assert found.n.tolist() == [3.0, 1.0, 1.0]
    assert found.share.tolist() == [0.75, 0.25, 0.25]
    assert found.naive.tolist() == [0.5, 0.5, 0.1]
    assert (found.lower[0], found.upper[0]) == wilson_limits(3, 4)


def test_exits_need_a_quiet_time() -> None:
    counts = pd.DataFrame([("home", 100, 4), ("home", 276, 1), ("office", 275, 2), ("office", math.nan, 5)],
                          columns=["door", "day", "n"])  # fmt: skip
    found = exits(counts, quiet_days=90, window_days=WINDOW)
    assert (found.seen, found.unseen) == (6.0, 6.0)  # day 275 and 90 quiet days are the whole window; 276 is not
    assert found.share.tolist() == pytest.approx([4 / 6, 2 / 6])


def test_the_naive_entry_share_is_not_the_truth() -> None:
    """All come in by the office and most go on to a long service: the window meets many of them there first.

    A window of a year sees 29 of 100 in the middle of their way (as a real municipal log did): counting their first
    service in the window as their entry gives two thirds by the office; after the wash-out it is all of them but
    those who pause for longer than it.
    """
    dice = np.random.default_rng(8)
    people = 20_000
    began = dice.integers(-900, WINDOW, people)  # everybody's true first day, in the office
    office = dice.integers(10, 40, people)
    goes_on = dice.random(people) < 0.7
    pause = dice.integers(0, 60, people)
    after, length = began + office + pause, dice.integers(60, 500, people)
    in_office = (began + office > 0) & (began < WINDOW)
    later = goes_on & (after + length > 0) & (after < WINDOW)
    door = np.where(in_office, "office", np.where(later, "long", ""))
    day = np.where(in_office, began, after)
    seen = pd.DataFrame({"door": door, "day": day, "n": 1})[door != ""]
    counts = seen.groupby(["door", "day"], as_index=False)["n"].sum()
    washed = entries(counts, WASHOUT)
    office_at = washed.doors.index("office")
    assert washed.naive[office_at] < 0.75
    assert washed.share[office_at] == 1.0
    assert washed.seen == ((began >= WASHOUT) & (began < WINDOW)).sum()
    short = entries(counts, 0)  # only what had begun before the window is left out: those in a pause still mislead
    assert washed.naive[office_at] < short.share[office_at] < 1.0


def test_transitions_by_hand() -> None:
    counts = pd.DataFrame([("a", "b", 6), ("a", "c", 2), ("b", "c", 3), ("a", "b", 0)], columns=["from", "to", "n"])
    found = transitions(counts)
    assert (found.origins, found.targets) == (("a", "b"), ("b", "c"))
    assert found.n.tolist() == [[6.0, 2.0], [0.0, 3.0]]
    assert found.share.tolist() == [[0.75, 0.25], [0.0, 1.0]]
    assert (found.lower[0, 0], found.upper[0, 0]) == wilson_limits(6, 8)
    assert not found.clustered


def test_nobody_leaves() -> None:
    found = transitions(pd.DataFrame([("a", "b", 0)], columns=["from", "to", "n"]))
    assert np.isnan(found.share).all()
    with pytest.raises(ValueError, match="family_group"):
        transitions(pd.DataFrame([("a", "b", 1, 3)], columns=["from", "to", "n", "family_group"]))
    with pytest.raises(ValueError, match="n:"):
        transitions(pd.DataFrame([("a", "b", -1)], columns=["from", "to", "n"]))
    with pytest.raises(ValueError, match="from"):
        transitions(pd.DataFrame([("b", 1)], columns=["to", "n"]))


_EDGE = st.tuples(st.sampled_from("abc"), st.sampled_from("bcd"), st.integers(0, 199), st.integers(0, 9))


@settings(max_examples=20, deadline=None)
@given(st.lists(_EDGE, min_size=1, max_size=30), st.randoms())
def test_rows_may_come_in_any_order_and_in_parts(edges: list[tuple[str, str, int, int]], dice) -> None:  # type: ignore[no-untyped-def]
    columns = ["from", "to", "family_group", "n"]
    weights = family_weights(200, 40, seed=3)
    one = transitions(pd.DataFrame(edges, columns=columns), weights)
    summed = (
        pd.DataFrame(dice.sample(edges, len(edges)), columns=columns).groupby(columns[:3], as_index=False)["n"].sum()
    )
    other = transitions(summed, weights)
    for name in ("n", "share", "lower", "upper"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    leaving = one.n.sum(axis=1) > 0
    assert np.allclose(one.share[leaving].sum(axis=1), 1.0)
    assert (one.lower[leaving] <= one.upper[leaving]).all()


def test_the_family_limits_cover_the_truth() -> None:
    """Brothers and sisters go the same way: limits that keep families whole hold the truth, those of people do not."""
    dice = np.random.default_rng(2026)
    truth, families, size, runs = 0.3, 600, 3, 150
    weights = family_weights(200, 200, seed=5)
    held = {"family": 0, "wilson": 0}
    grid = pd.DataFrame({"from": "a", "to": np.repeat(["b", "c"], 200), "family_group": np.tile(np.arange(200), 2)})
    for _ in range(runs):
        goes, group = dice.random(families) < truth, np.arange(families) % 200
        n = [size * np.bincount(group[which], minlength=200) for which in (goes, ~goes)]
        counts = grid.assign(n=np.concatenate(n))
        of_families, of_people = transitions(counts, weights), transitions(counts.drop(columns="family_group"))
        for name, found in (("family", of_families), ("wilson", of_people)):
            held[name] += bool(found.lower[0, 0] <= truth <= found.upper[0, 0])
    assert 0.91 <= held["family"] / runs <= 0.98
    assert held["wilson"] / runs < 0.85


def test_clustered_limits_are_those_of_families() -> None:
    assert clustered_limits(30, 90, 30) == wilson_limits(10, 30)
    assert clustered_limits(30, 90, 200) == wilson_limits(30, 90)  # more families than people: people count
    with pytest.raises(ValueError, match="homes"):
        clustered_limits(1, 2, 0)


def test_binned_quantiles() -> None:
    edges = np.array([0.0, 1, 3, 6, 12])
    assert binned_quantile(edges, np.array([5.0, 4, 1, 0])) == (0.0, 1.0)  # the fifth of ten is in the first bin
    assert binned_quantile(edges, np.array([4.0, 4, 1, 0])) == (1.0, 3.0)
    assert binned_quantile(edges, np.array([1.0, 0, 0, 9]), 0.1) == (0.0, 1.0)
    assert all(map(math.isnan, binned_quantile(edges, np.zeros(4))))
    with pytest.raises(ValueError, match="edges"):
        binned_quantile(edges[::-1], np.ones(4))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 11.99), min_size=1, max_size=60))
def test_a_binned_median_holds_the_median(times: list[float]) -> None:
    edges = np.array([0.0, 1, 3, 6, 12])
    low, high = binned_quantile(edges, np.histogram(times, edges)[0].astype(float))
    lower_median = sorted(times)[(len(times) - 1) // 2]
    assert low <= lower_median < high


def test_tie_share() -> None:
    assert tie_share([1, 2, 3, 1], [50, 8, 2, 40]) == pytest.approx(0.1)
    assert math.isnan(tie_share([], []))
