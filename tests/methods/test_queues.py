"""Queues in the long run, backlogs and runs: textbook values, exact fractions, the limits of runs, Little's law."""

from __future__ import annotations

import json
from fractions import Fraction
from math import exp, factorial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.methods.backlog import (
    factor_of,
    load,
    pressure,
    relief_capacity,
    target_capacity,
    target_queue,
    time_to_clear,
)
from kumppanuus.methods.queue_runs import arrival_times, replicated, simulate
from kumppanuus.methods.queues import erlang_b, erlang_c, ggc, mgc, mmc, servers_for_mean, servers_for_share
from kumppanuus.methods.service_times import service_times

REFERENCE = Path(__file__).parents[2].parent / "shared" / "reference" / "or" / "expected.json"
LETTERS = {"P0": "p_empty", "L": "present", "Lq": "waiting", "W": "mean_time", "Wq": "mean_wait", "P_wait": "p_wait"}


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    if not REFERENCE.is_file():
        pytest.skip("reference values not here: or/expected.json")
    return dict(json.loads(REFERENCE.read_text(encoding="utf-8"))["queue"])


def _number(given: str | float) -> float:
    return float(Fraction(given)) if isinstance(given, str) else given


@pytest.mark.parametrize("case", ["mm1_l2_m3", "mm2_l2_m3", "bronson_23_3", "bronson_23_14", "bronson_24_6"])
def test_textbook(expected: dict[str, Any], case: str) -> None:
    """Hillier & Lieberman as exact fractions, Bronson as printed (three digits at least)."""
    given = expected[case]
    waits = mmc(given["lam"], 1 / given["mu"], given["c"])
    exact = case.startswith("mm")
    known = {letter: name for letter, name in LETTERS.items() if letter in given}
    assert known
    for letter, name in known.items():
        tolerance = 1e-12 if exact or isinstance(given[letter], str) else 1.5e-3
        assert getattr(waits, name) == pytest.approx(_number(given[letter]), rel=tolerance), letter
    if "Wq_minutes" in given:
        assert 60 * waits.mean_wait == pytest.approx(given["Wq_minutes"], rel=1e-12)


@pytest.mark.parametrize("case", ["erlangc_pyworkforce_1", "erlangc_pyworkforce_2"])
def test_a_call_centre(expected: dict[str, Any], case: str) -> None:
    """Other software: pyworkforce, three digits."""
    given = expected[case]
    waits = mmc(given["transactions"] / given["interval_min"], given["aht_min"], given["positions"])
    assert waits.p_wait == pytest.approx(given["P_wait"], abs=5e-4)
    assert waits.share_within(given["asa_min"]) == pytest.approx(given["service_level"], abs=5e-4)
    assert waits.busy == pytest.approx(given["occupancy"], abs=5e-4)
    rate = given["transactions"] / given["interval_min"]
    share = float(waits.share_within(given["asa_min"]))
    fewest = servers_for_share(rate, given["aht_min"], within=given["asa_min"], share=share - 1e-9)
    assert fewest == given["positions"]


def test_the_table(expected: dict[str, Any]) -> None:
    """All at once, as arrays; six digits."""
    table = {key: value for key, value in expected["erlang_c_table"].items() if key != "source"}
    servers, loads = zip(*(tuple(float(part.split("=")[1]) for part in key.split(",")) for key in table), strict=True)
    assert np.abs(erlang_c(loads, servers) - [*table.values()]).max() < 1e-6


def test_backlog_formulas(expected: dict[str, Any]) -> None:
    """Other software: the examples of NHSRwaitinglist."""
    given = expected["nhs_waiting_list"]
    assert target_queue(30, 52, 4) == given["target_queue_size_30_52_4"]
    assert relief_capacity(30, 1200, 390, 26) == pytest.approx(given["relief_capacity_30_1200_390_26"], abs=1e-6)
    assert target_capacity(4, 52) == pytest.approx(given["target_capacity_4_52"], abs=1e-6)
    assert load(30, 27) == pytest.approx(given["queue_load_30_27"], abs=1e-6)
    assert pressure(63, 52) == pytest.approx(given["pressure_63_52"], abs=1e-6)


def test_relief_clears_in_its_time_and_not_before() -> None:
    """By hand: 40 wait, 10 may, 20 come a month: in 6 months 25 have to leave a month; 20 never clear it."""
    assert relief_capacity(20, 40, 10, 6) == 25
    assert time_to_clear(20, 40, 10, [25, 20, 50]).tolist() == [6, np.inf, 1]
    assert time_to_clear(20, 8, 10, 0) == 0
    assert factor_of(1 - exp(-4)) == pytest.approx(4)
    with pytest.raises(ValueError, match="time"):
        relief_capacity(1, 2, 1, 0)


def _fractions(a: Fraction, c: int) -> tuple[Fraction, Fraction]:
    terms = [a**k / factorial(k) for k in range(c + 1)]
    blocked = terms[-1] / sum(terms)
    last = terms[-1] * c / (c - a)
    return blocked, last / (sum(terms[:-1]) + last)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 40), st.integers(1, 99))
def test_the_recursion_is_the_sum(c: int, hundredths: int) -> None:
    """Exact fractions of Erlang's sums, to 1e-12."""
    a = Fraction(hundredths * c, 100)
    blocked, waiting = _fractions(a, c)
    assert erlang_b(float(a), c) == pytest.approx(float(blocked), rel=1e-12, abs=1e-300)
    assert erlang_c(float(a), c) == pytest.approx(float(waiting), rel=1e-12, abs=1e-300)


def test_no_long_run_at_the_limit() -> None:
    waits = mmc([10, 11, 0], 1, 10)
    assert waits.stable.tolist() == [False, False, True]
    assert waits.p_wait.tolist() == [1, 1, 0]
    assert waits.mean_wait.tolist() == [np.inf, np.inf, 0]
    assert waits.share_within(1000).tolist() == [0, 0, 1]
    assert waits.p_empty.tolist() == [0, 0, 1]
    for wrong in ((-1, 1, 1), (1, 0, 1), (1, 1, 1.5)):
        with pytest.raises(ValueError, match="at least 0"):
            mmc(*wrong)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.2, 60), st.floats(0.3, 12), st.floats(0.01, 3), st.sampled_from([0.5, 0.8, 0.9, 0.99]))
def test_the_fewest_servers_are_enough_and_one_fewer_is_not(
    rate: float, service: float, within: float, share: float
) -> None:
    count = servers_for_share(rate, service, within=within, share=share)
    here, before = (mmc(rate, service, max(each, 0)) for each in (count, count - 1))
    assert here.share_within(within) >= share
    assert not before.stable or before.share_within(within) < share
    few = servers_for_mean(rate, service, mean_wait=within)
    assert mmc(rate, service, few).mean_wait <= within < mmc(rate, service, few - 1).mean_wait


def test_one_server_is_pollaczek_and_khinchine() -> None:
    """Wq = λ E(S²) / (2 (1 - ρ)); with times all alike half of that of chance."""
    waits = mgc(0.7, 1.0, 1, 0.0)
    assert waits.mean_wait == pytest.approx(0.7 / (2 * 0.3))
    assert 2 * waits.mean_wait == pytest.approx(float(mmc(0.7, 1.0, 1).mean_wait))


def _gamma(rng: np.random.Generator, mean: float, cv2: float, n: int) -> np.ndarray:
    return rng.gamma(1 / cv2, mean * cv2, n) if cv2 else np.full(n, mean)


_CASES = [(5, 0.8, 1.0, 1.0), (5, 0.9, 1.0, 0.25), (20, 0.9, 1.0, 2.0), (10, 0.85, 0.5, 0.5)]


@pytest.mark.parametrize(("c", "rho", "cv2_arrivals", "cv2_service"), _CASES)
def test_runs_against_formulas(c: int, rho: float, cv2_arrivals: float, cv2_service: float) -> None:
    """M/M/c lies within the limits of runs; the approximations within -5 to +14 % of them, their limits besides."""
    n = 30_000

    def one(rng: np.random.Generator) -> tuple[float, float]:
        came = np.cumsum(_gamma(rng, 1 / (c * rho), cv2_arrivals, n))
        run = simulate(came, _gamma(rng, 1.0, cv2_service, n), c)
        return float(run.waits[n // 10 :].mean()), float((run.waits[n // 10 :] > 0).mean())

    found = replicated(one, range(40, 60), confidence=0.99)
    formula = ggc(c * rho, 1.0, c, cv2_arrivals=cv2_arrivals, cv2_service=cv2_service)
    exact = cv2_arrivals == cv2_service == 1
    low, high = (1.0, 1.0) if exact else (1 - 0.05, 1 + 0.14)
    assert found.lower[0] * low <= formula.mean_wait <= found.upper[0] * high
    assert not exact or found.lower[1] <= formula.p_wait <= found.upper[1]


_TIMES = st.lists(st.tuples(st.floats(0, 3), st.floats(0.01, 9)), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(_TIMES, st.integers(1, 5), st.lists(st.tuples(st.floats(0, 20), st.integers(-2, 3)), max_size=3))
def test_little(people: list[tuple[float, float]], servers: int, changes: list[tuple[float, int]]) -> None:
    """Mean number that waits = rate x mean wait in every run, moment by moment; never more served than may be."""
    came = np.cumsum([gap for gap, _ in people])
    run = simulate(came, [service for _, service in people], servers, changes=[*changes, (0.0, 2)])
    fate = np.isfinite(run.begun)
    assert (run.waits[fate] >= 0).all()
    assert (np.diff(run.begun[fate]) >= 0).all()  # first come, first served
    if fate.all():
        moments = np.unique(np.concatenate([run.arrived, run.begun]))
        area = float((run.waiting_at(moments[:-1]) * np.diff(moments)).sum()) if len(moments) > 1 else 0.0
        assert area == pytest.approx(float(run.waits.sum()), abs=1e-9)
    most = servers + 2 + sum(max(more, 0) for _, more in changes)
    moments = run.begun[fate]
    inside = [(run.begun[fate] <= each) & (run.left[fate] > each) for each in moments]
    assert max((int(each.sum()) for each in inside), default=0) <= most


def test_ten_by_hand() -> None:
    """Two servers, one of them busy until 4; a third comes at 6, one goes at 8 when it is empty."""
    came = [-1, 0, 1, 2, 3, 6, 7, 9, 9, 20]
    run = simulate(came, [3, 3, 3, 3, 3, 3, 3, 3, 3, 3], 2, busy_until=[4], changes=[(6, 1), (8, -1)])
    # places: A busy to 4, B free at 0, C from 6. B takes -1 at 0 and 0 at 3, A takes 1 at 4, C takes 2 at 6 beside
    # B (3, at 6); A takes 6 at 7; at 8 nobody is empty, so C closes when it is ready at 9 and B goes on alone with A.
    assert run.begun.tolist() == [0, 3, 4, 6, 6, 7, 9, 10, 12, 20]
    assert run.waits.tolist() == [1, 3, 3, 4, 3, 1, 2, 1, 3, 0]
    assert run.waiting_at([0, 2.5, 6.5]).tolist() == [1, 3, 1]
    assert run.share_within(2, since=0, until=10) == pytest.approx(3 / 8)
    assert np.isnan(run.share_within(2, since=30))


def test_places_that_close() -> None:
    """More are there than places: those who are ready first leave their place closed; without places all wait."""
    run = simulate([0, 0.5], [1, 1], 1, busy_until=[2, 1, 3])
    assert run.begun.tolist() == [3, 4]
    assert simulate([0, 1], [1, 1], 1, changes=[(1, -1)]).begun.tolist() == [0, np.inf]


def test_arrivals_follow_the_rates() -> None:
    """Poisson: the mean of 400 years lies within three standard errors of each month's rate."""
    rates = np.array([5.0, 0.0, 20.0])
    counts = np.array([
        np.bincount(arrival_times(rates, np.random.default_rng(seed)).astype(int), minlength=3) for seed in range(400)
    ])  # fmt: skip
    assert (np.abs(counts.mean(axis=0) - rates) <= 3 * np.sqrt(rates / 400)).all()
    assert (np.diff(arrival_times(rates, np.random.default_rng(1))) >= 0).all()


def test_replications_ask_for_seeds() -> None:
    with pytest.raises(ValueError, match="20"):
        replicated(lambda rng: rng.random(), range(19))
    with pytest.raises(ValueError, match="different"):
        replicated(lambda rng: rng.random(), [*range(20), 3])
    found = replicated(lambda rng: [rng.random(), 1.0], range(25))
    assert found.lower[1] == found.value[1] == found.upper[1] == 1
    assert found.lower[0] < found.value[0] < found.upper[0]


def test_service_times_of_known_curves() -> None:
    """Exponential: mean 2, cv² 1, the tail goes on as before; all alike: cv² 0."""
    time = np.arange(1, 81) / 20
    curve = service_times(time, np.exp(-time / 2))
    assert curve.mean == pytest.approx(2, rel=1e-3)
    assert curve.cv2 == pytest.approx(1, rel=2e-3)
    assert curve.beyond == pytest.approx(exp(-2), rel=2e-3)
    assert curve.until(10) == pytest.approx(2 * (1 - exp(-5)), rel=1e-3)
    assert curve.at([0, 1, 6]) == pytest.approx([1, exp(-0.5), exp(-3)], rel=1e-3)
    alike = service_times([3, 3.0001], [1, 0])
    assert (alike.mean, alike.cv2) == (pytest.approx(3, rel=1e-4), pytest.approx(0, abs=1e-6))
    assert service_times([1.0, 2.0], [0.5, 0.6]).survival.tolist() == [1, 0.5, 0.5]
    for wrong in (([], []), ([1, 1], [0.5, 0.4]), ([1], [1.2]), ([1], [1.0])):
        with pytest.raises(ValueError, match="survival"):
            service_times(*wrong)


def test_draws_follow_the_curve() -> None:
    """What is drawn has the curve's mean; what is left of a stay found by chance has (1 + cv²) / 2 of it."""
    curve = service_times([1, 2, 4, 8], [0.9, 0.5, 0.3, 0.1])
    rng, n = np.random.default_rng(5), 200_000
    drawn, left = curve.draw(n, rng), curve.draw_left(n, rng)
    assert abs(drawn.mean() - curve.mean) < 3 * drawn.std() / np.sqrt(n)
    assert drawn.std() ** 2 / drawn.mean() ** 2 == pytest.approx(curve.cv2, rel=0.02)
    assert left.mean() == pytest.approx(curve.mean * (1 + curve.cv2) / 2, rel=0.01)
    assert [float((drawn > t).mean()) for t in (1, 8, 12)] == pytest.approx(curve.at([1, 8, 12]).tolist(), abs=0.004)
