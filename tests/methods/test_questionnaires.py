"""Means of answers, their limits, and the difference of two groups from what was published of each."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kumppanuus.disclosure.rules_forms import STEPS, stepped_mean
from kumppanuus.methods.intervals import normal_quantile
from kumppanuus.methods.questionnaires import difference_limits, means_of, theme_scores, widened
from kumppanuus.methods.several import confidence_of_each

# Extra hours of sleep after two drugs: Student, Biometrika 6 (1908) 20, "The probable error of a mean"; R: sleep.
FIRST = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
SECOND = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])


def test_students_own_example() -> None:
    """Student gives the means 0.75 and 2.33; R's t.test of each the limits."""
    sums = [[each.sum(), (each**2).sum()] for each in (FIRST, SECOND)]
    found = means_of([10, 10], *np.array(sums).T)
    assert found.mean == pytest.approx([0.75, 2.33])
    assert found.mean[0] - found.half[0] == pytest.approx(-0.5297804, abs=1e-7)  # t.test(extra[group == 1])
    assert found.mean[0] + found.half[0] == pytest.approx(2.0297804, abs=1e-7)
    assert found.mean[1] - found.half[1] == pytest.approx(0.8976775, abs=1e-7)  # t.test(extra[group == 2])
    assert found.mean[1] + found.half[1] == pytest.approx(3.7623225, abs=1e-7)


def test_one_answer_has_no_mean_and_equal_ones_no_width() -> None:
    found = means_of([0, 1, 3], [0, 4, 12], [0, 16, 48])
    assert np.isnan(found.mean[:2]).all()
    assert np.isnan(found.half[:2]).all()
    assert (found.mean[2], found.half[2]) == (4.0, 0.0)


def test_the_limits_of_a_difference_hold_welchs() -> None:
    """With halves by the normal quantile they are d ± z √(s₁²/n₁ + s₂²/n₂); with Student's wider than Welch's."""
    errors = [each.std(ddof=1) / math.sqrt(10) for each in (FIRST, SECOND)]
    z = normal_quantile(0.95)
    lower, upper = difference_limits((0.75, z * errors[0]), (2.33, z * errors[1]))
    assert (lower, upper) == pytest.approx((-1.58 - z * math.hypot(*errors), -1.58 + z * math.hypot(*errors)))
    halves = means_of([10, 10], [7.5, 23.3], [(FIRST**2).sum(), (SECOND**2).sum()]).half
    lower, upper = difference_limits((0.75, halves[0]), (2.33, halves[1]))
    welch = stats.ttest_ind(FIRST, SECOND, equal_var=False).confidence_interval()
    assert (welch.low, welch.high) == pytest.approx((-3.3654832, 0.2054832), abs=1e-7)  # R: t.test(extra ~ group)
    assert lower < welch.low < welch.high < upper


def test_a_wider_interval_for_several_differences() -> None:
    confidence = confidence_of_each(0.95, 5)
    sums = (10, FIRST.sum(), (FIRST**2).sum())
    assert widened(means_of(*sums).half, 10, confidence) == pytest.approx(means_of(*sums, confidence).half)
    assert widened(0.5, 25, 0.95) == pytest.approx(0.5)


_GROUP = st.tuples(st.floats(0, 1), st.floats(0, 0.4), st.integers(10, 120))


def _published(exact: float, half: float, n: int) -> tuple[tuple[float, float], float]:
    """Return what is told of a mean: its step, a half around it that holds the exact interval, and half the step."""
    step = next(each for each in STEPS if each * n >= 1 - 1e-9)
    shown = stepped_mean(exact, n)
    return (shown, math.ceil(round((half + abs(shown - exact)) / step, 9)) * step), step / 2


@given(_GROUP, _GROUP)
def test_rounded_means_never_narrow_a_difference(
    first: tuple[float, float, int], second: tuple[float, float, int]
) -> None:
    told = [_published(*each) for each in (first, second)]
    lower, upper = difference_limits(told[0][0], told[1][0], (told[0][1], told[1][1]))
    exact = difference_limits(first[:2], second[:2])
    assert lower <= exact[0] + 1e-9
    assert upper >= exact[1] - 1e-9


def test_scores_of_themes_by_hand() -> None:
    rows = [
        ("a", "q1", 4), ("a", "q2", 5), ("a", "bad", 1), ("a", "alone", 2),
        ("b", "q1", 3), ("b", "q2", 6), ("b", "alone", 2.5),  # 6 is off the scale, 2.5 no answer of it
        ("c", "q1", 2), ("c", "bad", 2), ("c", "stranger", 5),
    ]  # fmt: skip
    answers = pd.DataFrame(rows, columns=["respondent", "question", "answer"])
    themes = {"q1": "work", "q2": "work", "bad": "work", "alone": "rest"}
    found = theme_scores(answers, themes, scale=(1, 5), turned=["bad"])
    assert found.to_dict("split")["data"] == [
        ["a", "rest", 2.0],
        ["a", "work", (4 + 5 + 5) / 3],  # "bad" 1 is turned to 5
        ["c", "work", (2 + 4) / 2],  # two of three; b has one of three and no score
    ]
