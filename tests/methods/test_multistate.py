"""Moving between states: against R (etm's and mstate's estimates), against a known process, by hand, and as counted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from kumppanuus.methods.incidence import cumulative_incidence
from kumppanuus.methods.intervals import family_weights
from kumppanuus.methods.multistate import (
    Occupation,
    StateCounts,
    landmark,
    occupation,
    share_limits,
    state_counts,
    transition_probabilities,
)
from kumppanuus.methods.multistate_bands import resampled_occupation, resampled_time, state_periods
from tests.methods.reference import r_case

LEVELS = ("none", "early", "special")


def _shares(found: Occupation, times: list[float]) -> np.ndarray:
    return np.array([found.at(time) for time in times])


def _errors(found: Occupation, times: list[float]) -> np.ndarray:
    return np.array([found.error(time) for time in times])


def test_illness_and_death_as_in_r() -> None:
    rows, expected = r_case("03_mgus2_illness_death", "input_long.csv")
    state = rows.groupby("id").cumcount().map({0: "mgus", 1: "pcm"})
    counts = state_counts(
        rows["tstart"], rows["tstop"], state, rows["event"], states=("mgus", "pcm", "death"), censored="censor"
    )
    found, block = occupation(counts, [1, 0, 0]), expected["msm_mstate_greenwood"]
    np.testing.assert_allclose(_shares(found, block["time"]), block["P"], atol=1e-9)
    np.testing.assert_allclose(_errors(found, block["time"]), block["se"], atol=1e-9)
    for tau in (120, 240):
        np.testing.assert_allclose(found.time_in_states(tau), expected[f"elos_mstate_tau{tau}"][0], atol=1e-6)


@pytest.mark.parametrize("treat", ["Placebo", "Prednisone"])
def test_returns_between_two_states_as_in_r(treat: str) -> None:
    rows, expected = r_case("07_prothr_recurrence_msm", "input_long.csv")
    part = rows[rows["treat"] == treat]
    counts = state_counts(part["tstart"], part["tstop"], part["from"], part["to"], states="123", censored=0)
    moves = [row[1:] for row in expected["transition_counts"][treat]]
    np.testing.assert_array_equal(counts.moves.sum(axis=2), moves)
    for since in (0, 1000):
        for row in (0, 1):
            block = expected[f"probtrans_{treat}_from{since}_greenwood"][row]
            found = occupation(counts, np.eye(3)[row], since=since)
            np.testing.assert_allclose(_shares(found, block["time"]), block["P"], atol=1e-9)
            np.testing.assert_allclose(_errors(found, block["time"]), block["se"], atol=1e-9)
            late = transition_probabilities(counts, since=since, until=3000)
            np.testing.assert_allclose(late[row], found.at(3000), atol=1e-12)
            for tau in (2000, 3000):
                stay = expected[f"elos_{treat}_from{since}_to{tau}"][row]
                np.testing.assert_allclose(found.time_in_states(tau), stay, atol=1e-6)
    first = part.sort_values("tstart").groupby("id").head(1)["from"].value_counts(normalize=True)
    mixed = occupation(counts, first.reindex([1, 2, 3], fill_value=0.0))
    block = expected[f"occupation_{treat}"]
    np.testing.assert_allclose(_shares(mixed, block["time"]), block["pstate"], atol=1e-9)
    for sojourn in block["sojourn_step_integral_from_0"]:
        found_time = mixed.time_in_states(sojourn["tau"])
        np.testing.assert_allclose(found_time, sojourn["mean"], atol=1e-6)
        assert found_time.sum() == pytest.approx(sojourn["tau"], abs=1e-9)
    wrong = block["sojourn"][0]["rmean"]  # R leaves out the time before the first event of a mixed start
    assert sum(wrong) < 1000 - 1


def test_levels_with_returns_and_a_known_truth() -> None:
    """Half of the people come late, in whatever level they are in then."""
    rows, expected = r_case("14_sim_msm_recurrence_truth")
    counts = state_counts(rows["tstart"], rows["tstop"], rows["from"], rows["to"], states="01234", censored=-1)
    truth = expected["truth"]
    found = occupation(counts, truth["p0"], until=48)
    np.testing.assert_allclose(_shares(found, truth["time"]), expected["occupation_from_true_p0"], atol=1e-9)
    distance = np.abs(_shares(found, truth["time"]) - truth["occupation_from_p0"])
    assert (distance < 4 * _errors(found, truth["time"])).all()
    time = found.time_in_states(24)
    np.testing.assert_allclose(time, expected["sojourn_0_24_from_true_p0"], atol=1e-6)
    assert time.sum() == pytest.approx(24, abs=1e-9)
    np.testing.assert_allclose(
        counts.rates()[:4, :], np.array(expected["crude_rates_per_month"]), atol=1e-9
    )  # fmt: skip
    for row, block in enumerate(expected["aalen_johansen"]):
        at = transition_probabilities(counts, until=12)[row]
        np.testing.assert_allclose(at, block["P"][block["time"].index(12)], atol=1e-9)


def test_as_if_everybody_had_been_seen_from_the_start() -> None:
    """The naive reading must not come out: late comers' missing time counted as spent in the level they came in."""
    rows, expected = r_case("14_sim_msm_recurrence_truth")
    first = rows.groupby("id")["tstart"].transform("min") == rows["tstart"]
    naive = state_counts(
        rows["tstart"].where(~first, 0.0), rows["tstop"], rows["from"], rows["to"], states="01234", censored=-1
    )
    truth = expected["truth"]
    found = occupation(naive, truth["p0"], until=24)
    distance = np.abs(_shares(found, [12]) - np.array(truth["occupation_from_p0"])[truth["time"].index(12)])
    assert (distance > 4 * _errors(found, [12])).any()


def test_three_people_with_a_pencil() -> None:
    """A: early to day 2, none to 5, early. B: early to 3, special on. C comes on day 1, in early, to none on day 5."""
    entry, leave = [0, 2, 5, 0, 3, 1], [2, 5, 8, 3, 8, 5]
    state = ["early", "none", "early", "early", "special", "early"]
    to = ["none", "early", "", "special", "", "none"]
    counts = state_counts(entry, leave, state, to, states=LEVELS)
    early = counts.at_risk[1][np.isin(counts.times, [2, 3, 5, 8])]
    assert early.tolist() == [3, 2, 1, 1]
    found = occupation(counts, [0, 1, 0])
    # day 2: 1 of 3 to none; day 3: 1 of 2 to special; day 5: all of none to early, all of early to none
    np.testing.assert_allclose(found.at(2), [1 / 3, 2 / 3, 0])
    np.testing.assert_allclose(found.at(4), [1 / 3, 1 / 3, 1 / 3])
    np.testing.assert_allclose(found.at(5), [1 / 3, 1 / 3, 1 / 3])
    np.testing.assert_allclose(found.time_in_states(5), [1, 2 + 2 / 3 + 2 / 3, 2 / 3])
    assert np.isnan(found.at(-1)).all()
    # one binomial draw so far: 1 of 3
    assert found.error(2)[0] == pytest.approx(np.sqrt(1 / 3 * 2 / 3 / 3))
    for share, low, high in zip(found.at(2), *found.limits(2), strict=True):
        assert low <= share <= high
    assert counts.rates()[1, 0] == pytest.approx(2 / (2 + 3 + 4 + 3))


def test_what_cannot_be_counted_is_refused() -> None:
    with pytest.raises(ValueError, match="after entry"):
        state_counts([1], [1], ["a"], [""])
    with pytest.raises(ValueError, match="another one"):
        state_counts([0], [1], ["a"], ["a"])
    with pytest.raises(ValueError, match="grid"):
        state_counts([0], [1.5], ["a"], ["b"], times=[1, 2])
    counts = state_counts([0], [1], ["a"], ["b"])
    with pytest.raises(ValueError, match="adding up"):
        occupation(counts, [0.5, 0.4])
    with pytest.raises(ValueError, match="other states"):
        counts + state_counts([0], [1], ["a"], ["c"])


def test_without_returns_it_is_the_cumulative_incidence() -> None:
    dice = np.random.default_rng(8)
    entry = dice.integers(0, 20, 200)
    leave, cause = entry + dice.integers(1, 40, 200), dice.choice(["", "a", "b"], 200)
    curves = cumulative_incidence(entry, leave, cause)
    found = occupation(state_counts(entry, leave, ["open"] * 200, cause, states=("open", "a", "b")), [1, 0, 0])
    for day in (5, 20, 40):
        np.testing.assert_allclose(found.at(day), [curves.survival[day], *curves.incidence[:, day]], atol=1e-12)
        np.testing.assert_allclose(found.error(day)[1:], np.sqrt(curves.variance[:, day]), atol=1e-12)


@st.composite
def _stays(draw: st.DrawFn) -> pd.DataFrame:
    """Some people's ways through three states, with late entry; one row a stay."""
    rows = []
    for person in range(draw(st.integers(2, 8))):
        day, state = draw(st.integers(0, 5)), draw(st.sampled_from(LEVELS))
        for _ in range(draw(st.integers(1, 4))):
            leave = day + draw(st.integers(1, 6))
            to = draw(st.sampled_from([each for each in (*LEVELS, "") if each != state]))
            rows.append((person, day, leave, state, to))
            day, state = leave, to
            if not to:
                break
    return pd.DataFrame(rows, columns=["person", "entry", "duration", "state", "to"])


def _of(frame: pd.DataFrame, times: Any = None) -> StateCounts:
    n = frame.get("n")
    return state_counts(frame["entry"], frame["duration"], frame["state"], frame["to"], n, states=LEVELS, times=times)


@settings(max_examples=25, deadline=None)
@given(_stays(), st.randoms())
def test_rows_counts_order_and_buckets_give_the_same(frame: pd.DataFrame, dice: Any) -> None:
    by_row = _of(frame)
    shuffled = frame.iloc[dice.sample(range(len(frame)), len(frame))]
    counted = shuffled.groupby(["entry", "duration", "state", "to"]).size().rename("n").reset_index()
    halves = [_of(frame[frame["person"] % 2 == half], by_row.times) for half in (0, 1)]
    for other in (_of(shuffled), _of(counted), halves[0] + halves[1]):
        np.testing.assert_array_equal(by_row.at_risk, other.at_risk)
        np.testing.assert_array_equal(by_row.moves, other.moves)
    found = occupation(by_row, [0.2, 0.5, 0.3])
    np.testing.assert_allclose(found.share.sum(axis=0), 1.0, atol=1e-12)
    assert found.time_in_states(20).sum() == pytest.approx(20)
    np.testing.assert_allclose(found.covariance.sum(axis=2), 0.0, atol=1e-12)
    through = transition_probabilities(by_row, until=6) @ transition_probabilities(by_row, since=6, until=30)
    np.testing.assert_allclose(through, transition_probabilities(by_row, until=30), atol=1e-12)


def test_landmark_is_what_those_in_a_state_did_and_shows_where_the_past_matters() -> None:
    """Half of the people always come back and half never do: from "none", P depends on who one is."""
    dice = np.random.default_rng(2)
    rows = []
    for person in range(400):
        stays = dice.integers(3, 9, 12).cumsum()
        steady = person % 2 == 0
        for place, (begin, end) in enumerate(zip(np.append(0, stays), stays, strict=False)):
            state = "early" if place % 2 == 0 or steady else "none"
            state = "none" if steady and place % 2 else state
            to = ("none" if state == "early" else "early") if steady or place == 0 else ""
            rows.append((person, begin, end, state, to))
            if not to:
                break
    frame = pd.DataFrame(rows, columns=["person", "entry", "duration", "state", "to"])
    frame.loc[(frame["person"] % 2 == 1) & (frame["state"] == "none"), "duration"] = 60
    args = (frame["entry"], frame["duration"], frame["state"], frame["to"])
    kept = landmark(*args, frame["person"], since=20, of="none", states=LEVELS)
    here = frame[(frame["entry"] <= 20) & (frame["duration"] > 20) & (frame["state"] == "none")]
    later = frame[(frame["entry"] <= 30) & (frame["duration"] > 30)].set_index("person")["state"]
    true_share = (later.reindex(here["person"]) == "early").mean()
    found = occupation(kept, [1, 0, 0], since=20).at(30)[1]
    assert found == pytest.approx(true_share)
    markov = transition_probabilities(state_counts(*args, states=LEVELS), since=20, until=30)[0, 1]
    assert abs(markov - found) > 0.05


def test_limits_of_shares_stay_inside_and_close_at_the_ends() -> None:
    low, high = share_limits(np.array([0.0, 0.02, 0.5, 0.98, 1.0]), np.array([0.0, 0.02, 0.05, 0.02, 0.0]))
    assert (low >= 0).all()
    assert (high <= 1).all()
    assert low[0] == high[0] == 0.0
    assert low[4] == high[4] == 1.0
    assert high[2] - low[2] == pytest.approx(2 * 1.96 * 0.05, rel=0.05)


def _ways(dice: np.random.Generator, people: int, steps: int, moves: np.ndarray, late: np.ndarray) -> np.ndarray:
    """Return the place of each person's state at each step; −1 before they come under observation."""
    ways = np.zeros((people, steps + 1), dtype=int)
    ways[:, 0] = 1
    for step in range(1, steps + 1):
        ways[:, step] = (dice.random(people)[:, None] > np.cumsum(moves[ways[:, step - 1]], axis=1)).sum(axis=1)
    ways[np.arange(steps + 1)[None, :] < late[:, None]] = -1
    return ways


def _stays_of(ways: np.ndarray, last: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return entry, exit, state and next state of every step, each step a row: the same counts as of whole stays."""
    person, step = np.nonzero((ways[:, :-1] >= 0) & (np.arange(ways.shape[1] - 1)[None, :] < last[:, None]))
    before, after = ways[person, step], ways[person, step + 1]
    return step, step + 1, before, np.where(after == before, -1, after), person


MOVES = np.array([[0.90, 0.08, 0.02], [0.10, 0.84, 0.06], [0.05, 0.10, 0.85]])


def test_intervals_hold_the_truth_in_95_of_100() -> None:
    """1,000 registers of 150 people on three levels with returns, a third of them seen late, some leaving early."""
    dice = np.random.default_rng(77)
    names, runs, size, steps = np.array(LEVELS), 1000, 150, 12
    truth = np.linalg.matrix_power(MOVES, steps)[1]
    late = np.where(dice.random(runs * size) < 2 / 3, 0, dice.integers(1, 9, runs * size))
    last = np.maximum(dice.integers(6, 30, runs * size), late + 1)
    ways = _ways(dice, runs * size, steps, MOVES, late)
    entry, leave, state, to, person = _stays_of(ways, last)
    run = person // size
    edges = np.searchsorted(run, np.arange(runs + 1))
    held = np.zeros((runs, 3))
    labels, targets = names[state], np.append(names, "")[to]
    for number in range(runs):
        part = slice(edges[number], edges[number + 1])
        table = np.zeros((3, 4, steps))
        np.add.at(table, (state[part], to[part], entry[part]), 1)
        at_risk, moves = table.sum(axis=1), table[:, :3]
        found = occupation(StateCounts(LEVELS, np.arange(1.0, steps + 1), at_risk, moves), [0, 1, 0])
        low, high = found.limits(steps)
        held[number] = (low <= truth) & (truth <= high)
    assert ((held.mean(axis=0) > 0.93) & (held.mean(axis=0) < 0.97)).all()
    # the counts that the loop makes by itself are those of the function
    counts = state_counts(entry[part], leave[part], labels[part], targets[part], states=LEVELS)
    np.testing.assert_array_equal(counts.moves[:, :, -steps:], moves)
    np.testing.assert_array_equal(counts.at_risk[:, -steps:], at_risk)


def test_bootstrap_of_families_is_as_wide_as_the_spread_of_registers() -> None:
    """Three children a family who always move together: the error is that of a third as many."""
    dice, size, rate = (
        np.random.default_rng(4),
        900,
        np.array([[-0.02, 0.02, 0], [0.015, -0.02, 0.005], [0, 0.01, -0.01]]),
    )
    step = expm(rate * 30)
    ways = _ways(dice, size, 12, step, np.zeros(size, dtype=int))
    entry, leave, state, to, person = _stays_of(ways, np.full(size, 12))
    names = np.array([*LEVELS, ""])
    made = [
        state_periods(np.repeat(entry * 30, n), np.repeat(leave * 30, n), np.repeat(names[state], n),
                      np.repeat(names[to], n), edges=range(0, 361, 30), group=np.repeat(person % 200, n), groups=200,
                      states=LEVELS)
        for n in (1, 3)
    ]  # fmt: skip
    weights = family_weights(200, 500, seed=3)
    alone, three = (resampled_occupation(each, weights) for each in made)
    np.testing.assert_allclose(alone.sum(axis=1), 1.0, atol=1e-12)
    np.testing.assert_allclose(three.std(axis=0), alone.std(axis=0), atol=1e-12)
    model = occupation(state_counts(entry * 30, leave * 30, names[state], names[to], states=LEVELS), [0, 1, 0])
    for place in (6, 12):
        np.testing.assert_allclose(alone[:, :, place].std(axis=0), model.error(30.0 * place), rtol=0.25)
        np.testing.assert_allclose(alone[:, :, place].mean(axis=0), model.at(30.0 * place), atol=0.02)
    times = resampled_time(made[0], alone)
    np.testing.assert_allclose(times.sum(axis=1), 360.0)
