"""Published rates: their limits hold those of every number they may stand for, and tell nothing else."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest

from kumppanuus.analysis import Column, Table
from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.disclosure.rules import round_counts
from kumppanuus.forms.rates import published_rates, published_ratio, rate_words, surely_more
from kumppanuus.language.say import Say
from kumppanuus.methods.rates import count_limits, least_squares_of_clusters, rate_ratios, rates

COLUMNS = {
    "area": Column("dimension", codes="areas"), "persons": Column("persons"), "families": Column("families"),
    "population": Column("public"),
}  # fmt: skip
NAMES = {"of": "persons", "families": "families", "base": "population"}


def _table(rows: list[tuple[str, float, float, float]]) -> ReleasedTable:
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).assign(hidden=False)
    declared = Table("counts", MappingProxyType(COLUMNS))
    return ReleasedTable("areas", declared, frame, frame.drop(columns=["area", "hidden"]).isna(), 0)


def test_rates_by_hand() -> None:
    found = published_rates(_table([("a", 57, 57, 1000), ("b", 57, 57, 21_000)]), **NAMES)
    least, most = rates(55, 1000), rates(60, 1000)
    assert found["value"].tolist() == [57, 2.7]
    assert (found["lower"][0], found["upper"][0]) == (np.floor(least.lower), np.ceil(most.upper))
    assert found["lower"][1] == pytest.approx(np.floor(10 * float(least.lower) / 21) / 10)


@pytest.mark.parametrize("families", [1.0, 0.7, 0.45])
def test_limits_hold_those_of_every_number_of_the_class(families: float) -> None:
    for persons in range(13, 200, 7):
        homes = round(families * persons)
        shown = [float(round_counts(np.array([number]))[0]) for number in (persons, homes)]
        found = published_rates(_table([("a", shown[0], shown[1], 1000)]), **NAMES).iloc[0]
        squares, largest = least_squares_of_clusters(*(np.array([each]) for each in shown)) if homes < persons else (
            np.array([shown[0]]), np.array([1.0]))  # fmt: skip
        lower, upper = count_limits(np.array([float(persons)]), persons * squares / shown[0], largest)
        assert found["lower"] <= lower[0] + 1e-9
        assert found["upper"] >= upper[0] - 1e-9


def test_what_may_not_be_shown_has_no_rate() -> None:
    rows = [("few", 9.0, 9.0, 100.0), ("hidden", np.nan, 9.0, 100.0), ("no base", 57.0, 45.0, np.nan),
            ("more than there are", 57.0, 45.0, 50.0), ("families hidden", 57.0, np.nan, 100.0)]  # fmt: skip
    found = published_rates(_table(rows), **NAMES)
    assert found["value"].isna().tolist() == [True, True, True, True, False]
    assert found.isna().all(axis=1).tolist() == [True, True, True, True, False]


def test_who_surely_has_more() -> None:
    assert surely_more((147, 147, 1000), (99, 99, 1000))
    assert not surely_more((147, 147, 1000), (123, 123, 1000))
    assert not surely_more((99, 99, 1000), (147, 147, 1000))
    assert not surely_more((147, 75, 1000), (99, 51, 1000)), "who come in pairs tell half as much"
    assert not surely_more((np.nan, 9, 1000), (99, 99, 1000))
    assert not surely_more((147, 147, 1000), (147, 75, 1000)), "larger families are no lower rate"


def test_ratio_of_two_published_rates() -> None:
    """147 of 1,000 who come alone beside 99 of 500 who come in pairs: as 49.5 of 250 pairs do."""
    value, lower, upper = published_ratio((147, 147, 1000), (99, 49.5, 500))
    assert value == pytest.approx((147 / 1000) / (99 / 500))
    low, high = rate_ratios(145, 1000, 102 / 2, 250), rate_ratios(150, 1000, 97 / 2, 250)
    assert (lower, upper) == pytest.approx((float(low.lower), float(high.upper)), rel=0.01)
    wide = published_ratio((147, 147, 1000), (99, 51, 500), confidence=0.99)
    assert wide[1] < lower
    assert wide[2] > upper
    assert all(map(np.isnan, published_ratio((np.nan, 9, 1000), (99, 99, 1000))))


@pytest.mark.parametrize(("language", "words"), [("fi", "2,9 (2,1–3,9)"), ("en", "2.9 (2.1–3.9)")])
def test_words_of_a_rate(language: str, words: str) -> None:
    say = Say(language, {}, {})  # type: ignore[arg-type]
    assert rate_words(2.9, 2.1, 3.9, say) == words
    assert rate_words(57.0, np.nan, np.nan, say) == "57"
