"""Mean cumulative functions: against R, by hand, with clusters, and when something ends it for good."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.methods.daygrid import DayCounts, day_counts
from kumppanuus.methods.recurrence import mean_cumulative, mean_cumulative_by

REFERENCE = Path(__file__).parents[2].parent / "shared" / "reference"


@pytest.fixture(scope="module")
def cgd() -> tuple[pd.DataFrame, dict[str, Any]]:
    folder = REFERENCE / "08_cgd_recurrent"
    if not folder.is_dir():
        pytest.skip("reference values not here: 08_cgd_recurrent")
    rows = pd.read_csv(folder / "input.csv")
    names = {"tstart": "entry", "tstop": "duration", "status": "event"}
    return rows.rename(columns=names), json.loads((folder / "expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("arm", ["placebo", "rIFN-g"])
def test_repeated_infections_as_in_r(cgd: tuple[pd.DataFrame, dict[str, Any]], arm: str) -> None:
    rows, expected = cgd[0], cgd[1]["mcf"][arm]
    found = mean_cumulative_by(rows, ["treat"], cluster="id")[(arm,)]
    days = expected["time"]
    np.testing.assert_array_equal(found.at_risk[days], expected["n_risk"])
    np.testing.assert_allclose(found.mean[days], expected["mean_cumulative_events"], atol=1e-9)
    np.testing.assert_allclose(np.sqrt(found.variance_robust[days]), expected["se_robust"], atol=1e-9)
    np.testing.assert_allclose(np.sqrt(found.variance_poisson[days]), expected["se_poisson_aalen"], atol=1e-9)
    first_only = mean_cumulative_by(rows[rows["enum"] == 1], ["treat"], cluster="id")[(arm,)]
    assert abs(first_only.mean[360] - found.mean[360]) > 0.01  # naive: whoever had one event is lost


def test_by_hand() -> None:
    # three children; one comes back on days 2 and 4, one on day 4, one leaves observation after day 3
    rows = pd.DataFrame({
        "child": [1, 1, 1, 2, 2, 3], "entry": [0, 2, 4, 0, 4, 0], "duration": [2, 4, 6, 4, 6, 3],
        "event": [1, 1, 0, 1, 0, 0],
    })  # fmt: skip
    found = mean_cumulative_by(rows, cluster="child")[()]
    assert found.at_risk.tolist() == [0, 3, 3, 3, 2, 2, 2]
    assert found.mean.tolist() == pytest.approx([0, 0, 1 / 3, 1 / 3, 4 / 3, 4 / 3, 4 / 3])
    # U on day 2: (2/9, -1/9, -1/9); on day 4 nothing is added (both at risk have one)
    assert found.variance_robust[[2, 4]].tolist() == pytest.approx([6 / 81, 6 / 81])
    assert found.variance_poisson[[2, 4]].tolist() == pytest.approx([1 / 9, 1 / 9 + 1 / 2])
    assert found.at(4)[0] == pytest.approx(4 / 3)
    assert found.at(1) == (0, 0, 0)
    assert np.isnan(found.at(7)).all()


_ROWS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(1, 9), st.booleans(), st.integers(0, 5)), min_size=2, max_size=40
)


@settings(max_examples=25, deadline=None)
@given(_ROWS)
def test_counts_add_in_any_order(rows: list[tuple[int, int, bool, int]]) -> None:
    frame = pd.DataFrame(rows, columns=["entry", "more", "event", "home"])
    frame = frame.assign(duration=frame["entry"] + frame["more"])
    one = mean_cumulative_by(frame, cluster="home")[()]
    counted = frame.groupby(["entry", "duration", "event", "home"]).size().reset_index(name="n").iloc[::-1]
    two = mean_cumulative_by(counted, cluster="home")[()]
    size, halves = int(frame["duration"].max()), (frame.iloc[::2], frame.iloc[1::2])
    parts = [day_counts(each["entry"], each["duration"], each["event"], group=each["home"], groups=6, last_day=size)
             for each in halves]  # fmt: skip
    added = DayCounts(*(sum(getattr(each, name) for each in parts) for name in ("entering", "ended", "censored")))
    for other in (two, mean_cumulative(added)):
        np.testing.assert_allclose(one.mean, other.mean, atol=1e-12)
        np.testing.assert_allclose(one.variance_robust, other.variance_robust, atol=1e-12)


def test_twins_count_once() -> None:
    dice = np.random.default_rng(3)
    frame = pd.DataFrame({"entry": dice.integers(0, 30, 300), "event": dice.random(300) < 0.4,
                          "home": dice.integers(0, 80, 300)})  # fmt: skip
    frame = frame.assign(duration=frame["entry"] + dice.integers(1, 90, 300))
    once, twice = (mean_cumulative_by(each, cluster="home")[()] for each in (frame, pd.concat([frame, frame])))
    np.testing.assert_allclose(once.mean, twice.mean)
    np.testing.assert_allclose(once.variance_robust, twice.variance_robust)
    np.testing.assert_allclose(once.variance_poisson, 2 * twice.variance_poisson)


def test_late_entry_and_its_interval_over_a_known_truth() -> None:
    """Events at a steady 1.5 a year that differ from child to child; half of them are seen from day 200 on only."""
    dice, rate, covered, means = np.random.default_rng(21), 1.5 / 365, 0, []
    for _ in range(300):
        own = rate * dice.gamma(2.0, 0.5, 120)  # mean 1
        entry = np.where(np.arange(120) % 2, 0, 200)
        events = dice.random((120, 400)) < own[:, None]
        events[np.arange(400)[None, :] < entry[:, None]] = False
        entering = np.zeros((120, 401))
        entering[np.arange(120), entry] = 1
        ended = np.hstack([np.zeros((120, 1)), events])
        censored = np.zeros((120, 401))
        censored[:, -1] = 1
        entering[:, :-1] += ended[:, :-1]  # back at risk after an event
        entering[:, -1] += ended[:, -1]
        counts = DayCounts(entering, ended, censored)
        _, low, high = mean_cumulative(counts).at(365)
        covered += low <= rate * 365 <= high
        means.append(mean_cumulative(counts).at(365)[0])
    assert np.mean(means) == pytest.approx(1.5, abs=4 * np.std(means) / 300**0.5)
    assert 0.91 <= covered / 300 <= 0.98


def test_among_all_when_some_leave_for_good() -> None:
    rows = pd.DataFrame({"entry": [0, 1, 0, 0], "duration": [1, 3, 2, 3], "event": [1, 1, 0, 1]})
    counts = day_counts(rows["entry"], rows["duration"], rows["event"])
    alive = mean_cumulative(counts)
    left = np.array([1.0, 1.0, 2 / 3, 2 / 3])  # one of three leaves for good on day 2
    every = mean_cumulative(counts, staying=left)
    assert alive.mean.tolist() == pytest.approx([0, 1 / 3, 1 / 3, 4 / 3])
    assert every.mean.tolist() == pytest.approx([0, 1 / 3, 1 / 3, 1.0])  # three events of three children
    np.testing.assert_allclose(mean_cumulative(counts, staying=np.ones(4)).mean, alive.mean)
    assert np.isnan(alive.variance_robust).all()


def test_nobody() -> None:
    empty = mean_cumulative_by(pd.DataFrame({"entry": [], "duration": [], "event": [], "home": []}), cluster="home")[()]
    assert (empty.last_day, empty.mean.tolist()) == (0, [0.0])
