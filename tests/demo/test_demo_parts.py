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

from kumppanuus.demo.durations import Duration
from kumppanuus.demo.extracts import date_texts, euro_texts
from kumppanuus.demo.identity import compose, identity_codes, with_other_sign, with_wrong_check
from kumppanuus.demo.mess import scattered
from kumppanuus.demo.town import day, without_overlaps


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
