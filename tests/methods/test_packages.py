"""From needs to packages: a segment worked by hand, and what a proposal may never do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.methods.packages import Packages, packages, with_answers

# Of a's 100 families with need n1 40 are answered, of 50 with n2 45; "cheap" answers n1, "dear" both.
NEEDS = [("a", "n1", 100, 40), ("a", "n2", 50, 45), ("b", "n1", 30, 30), ("b", "n3", 20, 0)]
SERVICES = [("a", "cheap", 20, 500.0), ("a", "dear", 40, 3000.0), ("a", "other", 10, 9000.0), ("b", "dear", 30, 3000.0)]
ANSWERS = [("n1", "cheap"), ("n1", "dear"), ("n2", "dear"), ("n3", "nobody")]


def _needs(rows: list[tuple[Any, ...]] = NEEDS) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["segment", "need", "families", "met"])


def _services(rows: list[tuple[Any, ...]] = SERVICES, **columns: Any) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["segment", "service", "families", "cost_eur"]).assign(**columns)


def _answers() -> pd.DataFrame:
    return pd.DataFrame(ANSWERS, columns=["need", "service"])


def _of(found: Packages, column: str, segment: str = "a") -> dict[str, float]:
    rows = found.services[found.services["segment"] == segment]
    return dict(zip(rows["service"], rows[column], strict=True))


def _row(frame: pd.DataFrame, key: object, *columns: str) -> list[float]:
    return [float(frame[column].to_dict()[key]) for column in columns]


def test_answered_needs_are_shared_among_the_services_that_answer_them() -> None:
    """40 answered n1 by 20 and 40 families: 13⅓ are cheap's, 26⅔ and all 45 n2 dear's, 71⅔ by 40 families."""
    told = with_answers(_needs(), _services(), _answers()).set_index(["segment", "service"])
    assert _row(told, ("a", "cheap"), "for_needs", "answers") == pytest.approx([40 / 3, 1.0])
    assert _row(told, ("a", "dear"), "for_needs", "answers") == pytest.approx([40.0, (80 / 3 + 45) / 40])
    assert told.loc[("a", "other"), "fixed"]


def test_a_segment_by_hand() -> None:
    """5 places more of cheap (a quarter of 20) cost 2,500 €: five sixths of a place of dear, which answers 1.79 needs.

    So cheap answers 5 needs more and dear 0.8333 · 1.7917 = 1.4931 fewer, all of n1: n2 is answered as often as now.
    """
    found = packages(_needs(), _services(), _answers(), change=0.25)
    assert _of(found, "proposed") == pytest.approx({"cheap": 25.0, "dear": 40 - 2500 / 3000, "other": 10.0}, abs=1e-3)
    told = found.needs.set_index(["segment", "need"])["proposed"]
    assert told["a", "n1"] == pytest.approx(40 + 5 - 2500 / 3000 * 43 / 24, abs=1e-3)
    assert told["a", "n2"] == pytest.approx(45.0, abs=1e-3)
    assert told["b", "n3"] == 0.0  # nobody of b is in the service that would answer it
    money = found.segments.set_index("segment")
    assert money.loc["a", "proposed_eur"] == pytest.approx(220_000, rel=1e-6)
    assert _row(money, "a", "needs", "met") == [150.0, 85.0]
    # All 65 that are not answered: dear takes five of n2 instead of five of n1, so 65 of n1 are cheap's, at 500 €.
    assert money.loc["a", "full_eur"] == pytest.approx(220_000 + 65 * 500, rel=1e-6)
    assert money.loc["a", "full"] == pytest.approx(150.0)


def test_what_helps_more_goes_first() -> None:
    """Two services answer one need at one price: families go from the one to the other as far as they may."""
    needs = _needs([("a", "n1", 100, 40)])
    services = _services([("a", "cheap", 20, 1000.0), ("a", "dear", 20, 1000.0)], weight=[1.0, 3.0])
    assert _of(packages(needs, services, _answers(), change=0.25), "proposed") == pytest.approx(
        {"cheap": 15.0, "dear": 25.0}, abs=1e-3
    )


def test_what_helps_more_does_not_leave_a_need_without() -> None:
    """Dear helps nine times as much, but the euros of three families in cheap do not answer three needs there."""
    found = packages(_needs(), _services(weight=[1.0, 9.0, 1.0, 9.0]), _answers(), change=0.25)
    assert _of(found, "proposed") == pytest.approx({"cheap": 20.0, "dear": 40.0, "other": 10.0}, abs=1e-3)


def test_of_equal_proposals_the_cheapest() -> None:
    """Everything is answered already: nothing better can be had, and so places that are not needed go."""
    needs, services = _needs([("a", "n1", 30, 30)]), _services([("a", "cheap", 30, 500.0), ("a", "dear", 10, 3000.0)])
    found = packages(needs, services, _answers(), change=0.5)
    assert found.needs["proposed"].item() == pytest.approx(30.0)
    assert _of(found, "proposed")["dear"] == pytest.approx(10 - 0.5 * 7.5)  # seven and a half needs were dear's
    assert found.segments["proposed_eur"].item() < found.segments["now_eur"].item()


@pytest.mark.parametrize("why", ["named", "no cost"])
def test_what_stays_stays(why: str) -> None:
    fixed = _services(fixed=[True, False, False, False]) if why == "named" else _services()
    if why == "no cost":
        fixed.loc[fixed["service"] == "cheap", "cost_eur"] = np.nan
    found = packages(_needs(), fixed, _answers(), change=0.25)
    assert _of(found, "proposed")["cheap"] == 20.0
    assert found.services.set_index(["segment", "service"]).loc[("a", "cheap"), "fixed"]


def test_without_any_link_nothing_is_proposed() -> None:
    found = packages(_needs(), _services(), _answers().head(0))
    assert (found.services["proposed"] == found.services["now"]).all()
    assert (found.needs["proposed"] == found.needs["met"]).all()
    assert (found.segments["full_eur"] == found.segments["now_eur"]).all()


_NUMBER = st.integers(0, 60)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(_NUMBER, _NUMBER), min_size=3, max_size=3), st.lists(_NUMBER, min_size=3, max_size=3),
       st.lists(st.integers(1, 90), min_size=3, max_size=3), st.sampled_from([0.0, 0.2, 0.5]))  # fmt: skip
def test_never_less_answered_never_dearer_never_more_than_asked(
    counts: list[tuple[int, int]], families: list[int], costs: list[int], change: float
) -> None:
    needs = _needs([("s", f"n{k}", max(pair), min(pair)) for k, pair in enumerate(counts)])
    services = _services([("s", f"v{k}", n, 100.0 * c) for k, (n, c) in enumerate(zip(families, costs, strict=True))])
    links = pd.DataFrame([("n0", "v0"), ("n0", "v1"), ("n1", "v1"), ("n2", "v2"), ("n1", "v2")],
                         columns=["need", "service"])  # fmt: skip
    found = packages(needs, services, links, change=change)
    near = 1e-4 * (1 + found.needs["families"].sum())
    assert (found.needs["proposed"] >= found.needs["met"] - near).all()
    assert (found.needs["proposed"] <= found.needs["families"] + near).all()
    assert (found.segments["proposed_eur"] <= found.segments["now_eur"] * (1 + 1e-6) + 1e-6).all()
    moved = (found.services["proposed"] - found.services["now"]).abs()
    assert (moved <= change * found.services["now"] + near).all()
    if change == 0.0:
        assert found.segments["proposed"].item() == pytest.approx(found.segments["met"].item(), abs=near)
