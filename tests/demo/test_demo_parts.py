"""Small parts with values worked by hand."""

from __future__ import annotations

import datetime
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.fi import hetu

from kumppanuus.demo import evenly, workdays
from kumppanuus.demo.durations import Duration
from kumppanuus.demo.extracts import date_texts, euro_texts
from kumppanuus.demo.identity import compose, identity_codes, with_other_sign, with_wrong_check
from kumppanuus.demo.mess import scattered
from kumppanuus.demo.planted import UNDER_SERVED
from kumppanuus.demo.town import day, without_overlaps
from kumppanuus.demo.truth_money import gini
from kumppanuus.register.workdays import holidays_of, is_workday


def test_true_survival_of_each_distribution() -> None:
    assert Duration("exponential", 100).share_longer(200) == pytest.approx(0.25)
    assert Duration("weibull", 100, 2.0).share_longer(200) == pytest.approx(1 / 16)
    # one standard deviation of log T above the median
    assert Duration("lognormal", 100, math.log(2)).share_longer(200) == pytest.approx(0.158655254)
    assert Duration("weibull", 100, 2.0).share_longer(0) == 1.0


@pytest.mark.parametrize("kind", ["exponential", "weibull", "lognormal"])
def test_drawn_lengths_are_whole_days_with_the_stated_median(kind) -> None:
    duration = Duration(kind, 60, 1.0)
    days = duration.draw(40_000, np.random.default_rng(1))
    assert days.min() >= 1
    assert abs((days > 60).mean() - 0.5) < 4 * 0.5 / 200
    assert abs((days > 200).mean() - duration.share_longer(200)) < 4 * 0.5 / 200


def test_codes_known_to_be_valid_are_composed() -> None:
    dates = np.array(["1994-05-01", "1994-05-01", "1994-05-02"], dtype="datetime64[D]")
    codes = compose(dates, np.array([1, 1, 2]), np.array([903, 902, 903]))
    assert list(codes) == ["010594Y9032", "010594Y9021", "020594X903P"]


@given(
    st.dates(datetime.date(1930, 1, 1), datetime.date(2025, 12, 31)),
    st.integers(0, 5),
    st.integers(900, 999),
)
def test_every_composed_code_is_valid_and_its_wrong_twin_is_not(date: datetime.date, sign: int, serial: int) -> None:
    codes = compose(np.array([date], dtype="datetime64[D]"), np.array([sign]), np.array([serial]))
    other = with_other_sign(str(codes[0]))
    assert hetu.is_valid(codes[0], allow_temporary=True)
    assert not hetu.is_valid(with_wrong_check(codes)[0], allow_temporary=True)
    assert hetu.is_valid(other, allow_temporary=True)
    assert [i for i in range(11) if other[i] != codes[0][i]] == [6]


def test_codes_of_a_crowded_birthday_are_unique_until_they_run_out() -> None:
    dates = np.full(300, np.datetime64("2010-06-15"))
    women = np.ones(300, dtype=bool)
    codes = identity_codes(dates, women)
    assert len(set(codes)) == 300
    assert all(int(code[9]) % 2 == 0 for code in codes)
    with pytest.raises(ValueError, match="birthday"):
        identity_codes(np.append(dates, dates[:1]), np.append(women, True))


def test_dates_and_amounts_are_written_the_finnish_way() -> None:
    assert list(date_texts(np.array([day(2021, 2, 3), day(1999, 12, 31)]))) == ["03.02.2021", "31.12.1999"]
    written = list(euro_texts(np.array([5, 99_999, 100_000, 123_456_789])))
    assert written == ["0,05", "999,99", "1\u00a0000,00", "1\u00a0234\u00a0567,89"]


def test_stray_lines_never_stand_first() -> None:
    lines = np.array(["a", "b", "c"], dtype=object)
    mixed = scattered(lines, np.array(["x"] * 5, dtype=object), np.random.default_rng(0))
    assert mixed[0] == "a"
    assert [line for line in mixed if line != "x"] == ["a", "b", "c"]
    assert len(mixed) == 8


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 400), st.integers(1, 150)), min_size=1, max_size=40))
def test_overlaps_are_dropped_in_the_order_of_time(rows: list[tuple[int, int, int]]) -> None:
    begun = pd.DataFrame(rows, columns=["client", "start", "days"])
    expected, free_again = [], {}
    for client, start, days in sorted(rows, key=lambda row: row[:2]):
        if start >= free_again.get(client, 0):
            expected.append((client, start, days))
            free_again[client] = start + days + 30
    kept = without_overlaps(begun)
    assert list(kept[["client", "start", "days"]].itertuples(index=False, name=None)) == expected


@pytest.mark.parametrize("year", range(2020, 2027))
def test_days_off_are_those_of_the_calendar_that_the_analyses_use(year: int) -> None:
    """Two routes to the same days: arithmetic here, the library `holidays` there."""
    assert set(workdays.holidays(year)) <= holidays_of(year)
    first = datetime.date(year, 1, 1)
    days = [first + datetime.timedelta(days=n) for n in range(365)]
    mine = np.is_busday(np.array(days, dtype="datetime64[D]"), busdaycal=workdays.CALENDAR)
    assert [day for day, works in zip(days, mine, strict=True) if works != is_workday(day)] == []


def test_easter_and_midsummer_eve_of_known_years() -> None:
    """Easter by the tables of the almanac; Midsummer Eve is the Friday of 19-25 June."""
    easters = [workdays.easter(year) for year in (2021, 2022, 2023, 2024, 2025, 2038)]
    assert [(day.month, day.day) for day in easters] == [(4, 4), (4, 17), (4, 9), (3, 31), (4, 20), (4, 25)]
    assert [workdays.midsummer_eve(year).day for year in (2021, 2024, 2026)] == [25, 21, 19]


def test_a_contact_on_a_tuesday_is_decided_on_thursday_of_the_next_week_at_the_latest() -> None:
    tuesday = np.array([day(2024, 9, 3)])
    assert workdays.moved(tuesday, 7).tolist() == [day(2024, 9, 12)]
    assert workdays.working_days_between(tuesday, np.array([day(2024, 9, 12)])).tolist() == [7]
    # over Christmas: 24, 25, 26 December and a week-end fall away
    assert workdays.working_days_between(np.array([day(2024, 12, 20)]), np.array([day(2024, 12, 30)])).tolist() == [3]


@given(st.integers(1, 400), st.integers(0, 2**32 - 1))
def test_even_draws_leave_no_part_out(size: int, seed: int) -> None:
    drawn = evenly.uniforms(size, np.random.default_rng(seed), block=20)
    assert len(drawn) == size
    for first in range(0, size - size % 20, 20):
        assert sorted((drawn[first : first + 20] * 20).astype(int)) == list(range(20))


def test_even_draws_are_even_within_each_group() -> None:
    group = np.random.default_rng(3).integers(0, 3, 3000)
    drawn = evenly.uniforms_within(group, np.random.default_rng(4))
    for each in range(3):
        of_group = drawn[group == each]
        running = np.abs((of_group < 0.3).cumsum() - 0.3 * np.arange(1, len(of_group) + 1))
        assert running.max() < evenly.BLOCK * 0.3
    normal = evenly.normals(4000, np.random.default_rng(5))
    assert np.abs(normal.reshape(-1, 400).mean(axis=1)).max() < 0.1
    assert abs(normal.std() - 1) < 0.05


def test_an_area_that_is_part_of_the_town_is_reached_a_little_less_than_it_is_served() -> None:
    reached = UNDER_SERVED.reached(0.15)
    assert reached / (0.85 + 0.15 * reached) == pytest.approx(UNDER_SERVED.share)
    assert UNDER_SERVED.reached(0.0) == UNDER_SERVED.share


def test_the_gini_coefficient_of_worked_amounts() -> None:
    assert gini(np.array([1, 1, 1, 1])) == 0.0
    assert gini(np.array([0, 0, 0, 8])) == 0.75
    # by pairs: the mean absolute difference over twice the mean
    amounts = np.array([1, 2, 3, 10])
    assert gini(amounts) == pytest.approx(np.abs(amounts[:, None] - amounts).mean() / (2 * amounts.mean()))
