"""Where one stands among others: by hand, against numpy, and limits against published tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from kumppanuus.methods.standing import FEWEST, rate_limits, standing


def cells(frame: pd.DataFrame, at: object, names: list[str]) -> list[Any]:
    """Return some cells of one row."""
    return frame[frame.index == at][names].to_numpy().ravel().tolist()


def _others(**values: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        [(name, value) for name, each in values.items() for value in each], columns=["measure", "value"]
    )


def test_by_hand() -> None:
    own = pd.Series({"a": 12.0, "b": 3.0, "c": 5.0})
    found = standing(own, _others(a=[8.0, 9.0, 10.0, 11.0, 13.0], b=[3.0, 3.0, 4.0]))
    # five others: quartiles are the second and the fourth; three are too few for a middle half
    assert cells(found, "a", [*found]) == [12.0, 10.0, 9.0, 11.0, 2.0, 6.0]
    assert cells(found, "b", ["value", "median", "place", "among"]) == [3.0, 3.0, 2.0, 4.0]
    assert np.isnan(cells(found, "b", ["low", "high"])).all()
    assert cells(found, "c", ["place", "among"]) == [1.0, 1.0]
    assert np.isnan(cells(found, "c", ["median", "low", "high"])).all()


def test_the_middle_half_is_that_of_numpy_and_the_order_of_rows_does_not_matter() -> None:
    values = np.random.default_rng(4).normal(10, 2, 21).round(1)
    others = _others(x=values.tolist(), y=(2 * values).tolist())
    own = pd.Series({"y": 19.0, "x": 9.0})
    found = standing(own, others)
    mixed = standing(own, others.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(found, mixed)
    for name, scale in (("x", 1), ("y", 2)):
        assert cells(found, name, ["low", "median", "high"]) == pytest.approx(
            (scale * np.percentile(values, [25, 50, 75])).tolist()
        )
        assert cells(found, name, ["place"])[0] == 1 + (scale * values > own[name]).sum()


def test_a_missing_value_of_another_is_nobody() -> None:
    found = standing(pd.Series({"a": 1.0}), _others(a=[2.0, 3.0, 4.0, float("nan")]))
    assert cells(found, "a", ["place", "among"]) == [4.0, 4.0]
    assert np.isnan(cells(found, "a", ["low"])).all()
    assert FEWEST == 4


def test_limits_of_shares_are_wilsons() -> None:
    """Newcombe 1998, table I, method 3: 81/263 → 0.2553–0.3662; 15/148 → 0.0624–0.1605."""
    counts, totals = np.array([81.0, 15.0]), np.array([263.0, 148.0])
    lower, upper = rate_limits(100 * counts / totals, counts, np.array([100.0, 100.0]))
    assert lower == pytest.approx([25.53, 6.24], abs=0.005)
    assert upper == pytest.approx([36.62, 16.05], abs=0.005)


def test_limits_of_rates_are_garwoods() -> None:
    """Garwood's table (Ulm 1990): 10 cases, 4.795–18.390; in the unit of the rate."""
    lower, upper = rate_limits(np.array([2.0]), np.array([10.0]), np.array([1000.0]))
    assert lower[0] == pytest.approx(4.795 / 5, abs=5e-4)
    assert upper[0] == pytest.approx(18.390 / 5, abs=5e-4)


def test_what_is_not_known_has_no_limits() -> None:
    value = np.array([10.0, 10.0, 0.0, 10.0, 150.0])
    cases = np.array([np.nan, 5.0, 0.0, 0.0, 30.0])
    per = np.array([100.0, 0.0, 100.0, 100.0, 100.0])  # of the last, more cases than there can be
    for ends in rate_limits(value, cases, per):
        assert np.isnan(ends).all()
