"""R16: ratios to what is expected, and marks of pairs, follow from published numbers and leave three candidates."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumppanuus.analysis import Column, Result, result_table
from kumppanuus.disclosure.compared import ratio
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import ReleasedTable, Rules
from kumppanuus.disclosure.rules import round_counts
from kumppanuus.disclosure.rules_forms import marks
from kumppanuus.errors import DisclosureError
from kumppanuus.study import Disclosure

RULES = Rules()
_PEOPLE = MappingProxyType({"persons": Column("persons"), "families": Column("families")})
_CODE = Column("dimension", codes="services")


@dataclass(frozen=True, slots=True)
class _Tied(Result):
    """Services, and pairs of them beside what is expected."""

    services: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "service": _CODE,
                **_PEOPLE,
                "others": Column("ratio", of=("total", "size", "families")),
                "total": Column("expected"),
                "size": Column("expected"),
            }
        ),
        population="clients",
    )
    pairs: pd.DataFrame = result_table(
        "edges",
        MappingProxyType(
            {
                "first": _CODE,
                "second": _CODE,
                **_PEOPLE,
                "ratio": Column("ratio", of=("families", "expected", "families")),
                "mark": Column("mark", of=("families", "expected", "spread")),
                "expected": Column("expected"),
                "spread": Column("expected"),
            }
        ),
        nodes="services",
        population="together",
    )


def _tied(*pairs: tuple[str, str, int, float, float], size: int = 300) -> _Tied:
    codes = sorted({code for pair in pairs for code in pair[:2]})
    services = pd.DataFrame({"service": codes, "persons": 2 * size, "families": size, "others": np.nan,
                             "total": 2.0 * size, "size": float(size)})  # fmt: skip
    rows = [(a, b, 2 * n, n, np.nan, np.nan, expected, spread) for a, b, n, expected, spread in pairs]
    names = ["first", "second", *_PEOPLE, "ratio", "mark", "expected", "spread"]
    return _Tied(services, pd.DataFrame(rows, columns=names))


def _released(result: Result, face: Any = "public") -> dict[str, ReleasedTable]:
    return dict(release({"x.y": result}, Disclosure(), face=face).results["x.y"].tables)


def test_a_pair_is_compared_with_what_is_expected() -> None:
    pairs = _released(_tied(("a", "b", 100, 50.0, 5.0), ("a", "c", 52, 50.0, 5.0), ("b", "c", 20, 50.0, 5.0)))["pairs"]
    assert pairs.frame["families"].tolist() == [99, 51, 21]
    assert pairs.frame["ratio"].tolist() == [2.0, 1.0, 0.4]
    assert pairs.frame["mark"].tolist() == [1, 0, -1]
    assert not {"expected", "spread"} & {*pairs.frame, *pairs.masked}


def test_the_internal_face_has_the_exact_ones() -> None:
    tables = _released(_tied(("a", "b", 100, 48.0, 5.0), ("a", "c", 4, 4.5, 1.0)), "internal")
    assert tables["pairs"].frame["ratio"].tolist() == [100 / 48, 4 / 4.5]
    assert tables["pairs"].frame["mark"].tolist() == [1, 0]
    assert tables["services"].frame["others"].tolist() == [2.0, 2.0, 2.0]
    assert not {"expected", "spread", "total", "size"} & {*tables["pairs"].frame, *tables["services"].frame}


@given(st.integers(7, 400), st.floats(1, 400), st.floats(0.5, 30), st.integers(1, 400))
def test_every_count_of_a_class_has_the_same_mark_and_rounding_marks_nothing(
    count: int, expected: float, spread: float, tests: int
) -> None:
    same = np.arange(6) + (count - 1) // 6 * 6 + 1.0
    shown = round_counts(same)
    found = {float(marks(each[None], np.array([expected]), np.array([spread]), tests, RULES)[0]) for each in shown}
    assert len(found) == 1
    exact = [float(marks(each[None], np.array([expected]), np.array([spread]), tests, None)[0]) for each in same]
    assert found <= {0.0, *exact}
    assert found == {0.0} or set(exact) == found


def test_a_pair_that_is_left_out_changes_no_mark() -> None:
    """What is hidden counts as no difference, whatever it is."""
    one, other = (
        _released(_tied(("a", "b", 100, 70.0, 9.0), ("a", "c", few, 30.0, 4.0), ("b", "c", 200, 199.0, 9.0)))["pairs"]
        for few in (1, 3)
    )
    assert len(one.frame) == 2
    pd.testing.assert_frame_equal(one.frame, other.frame)


@given(st.integers(7, 500), st.floats(1, 6))
def test_three_totals_of_others_share_a_published_mean(families: int, mean: float) -> None:
    total = round(mean * families)  # each of the families has another service
    near = np.arange(max(total - 60, 1), total + 61, dtype=float)
    frame = pd.DataFrame({"families": float(families), "total": near, "size": float(families)})
    shown = pd.DataFrame({"families": round_counts(frame["families"])})
    table = _Tied.tables()["services"]
    found, hidden = ratio(table, "others", frame, shown, RULES)
    published = float(found[near == total][0])
    assert (found == published).sum() >= 3
    assert round(published, 1) == published
    assert not hidden.any()


def test_few_families_have_no_mean_and_one_word_for_it() -> None:
    services = _released(_tied(("a", "b", 3, 2.0, 1.0), size=4))["services"]
    assert services.frame["others"].isna().all()
    assert services.masked["others"].all()


@pytest.mark.parametrize("name", ["expected", "spread"])
def test_what_is_not_expected_is_not_compared(name: str) -> None:
    result = _tied(("a", "b", 100, 50.0, 5.0))
    result.pairs[name] = np.nan
    pairs = _released(result)["pairs"]
    assert pairs.frame["mark"].isna().all()
    assert not pairs.masked[["ratio", "mark"]].any(axis=None)


@pytest.mark.parametrize(("form", "role"), [("counts", "mark"), ("histogram", "ratio"), ("curve", "mark")])
def test_no_form_without_a_rule_for_it(form: Any, role: Any) -> None:
    @dataclass(frozen=True, slots=True)
    class Odd(Result):
        odd: pd.DataFrame = result_table(
            form, MappingProxyType({"service": _CODE, **_PEOPLE, "x": Column(role, of=("families",) * 3)})
        )

    with pytest.raises(DisclosureError, match="KU502"):
        release({"x.y": Odd(pd.DataFrame())}, Disclosure())
