from __future__ import annotations

from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.analysis import Column, Table
from kumppanuus.disclosure.likert import protect_likert
from kumppanuus.disclosure.released import Guarded, Rules
from kumppanuus.disclosure.rules import round_counts
from kumppanuus.disclosure.rules_forms import mean_answer, range_code
from kumppanuus.errors import DisclosureError

RULES = Rules()


def _table(*, sensitive: bool = False) -> Table:
    return Table(
        "likert",
        MappingProxyType(
            {
                "item": Column("dimension", codes="items"),
                "answer": Column("dimension", codes="answers"),
                "persons": Column("persons"),
                "families": Column("families"),
                "share": Column("share", of=("persons", "answered"), sensitive=sensitive),
                "answered": Column("behind"),
            }
        ),
    )


def _item(item: str, persons: list[int], families: list[int] | None = None) -> pd.DataFrame:
    homes = persons if families is None else families
    rows = [
        (item, str(place), p, f, np.nan, sum(persons))
        for place, (p, f) in enumerate(zip(persons, homes, strict=True), start=1)
    ]
    return pd.DataFrame(rows, columns=list(_table().columns))


def _protect(*frames: pd.DataFrame, tighten: int = 0, sensitive: bool = False) -> Guarded:
    frame = pd.concat(frames, ignore_index=True)
    return protect_likert("answers", _table(sensitive=sensitive), frame, RULES, tighten)


def test_answers_by_hand() -> None:
    found = _protect(_item("outlook", [2, 7, 20, 30, 5]), _item("support", [10, 10, 10, 10, 10]))
    frame = found.table.frame
    assert frame["answer"].tolist() == ["1..2", "3", "4..5", "1", "2", "3", "4", "5"]
    assert frame["persons"].tolist() == [9, 21, 33, 9, 9, 9, 9, 9]
    assert frame["share"].tolist() == [0.14, 0.33, 0.52, 0.2, 0.2, 0.2, 0.2, 0.2]
    assert found.exact["persons"].tolist() == [9, 20, 35, 10, 10, 10, 10, 10]
    assert found.table.told == ("merged",)
    assert not found.table.masked["persons"].any()
    assert found.table.hidden == 2  # families of the two merged answers


def test_answers_of_two_families_are_merged_too() -> None:
    found = _protect(_item("outlook", [12, 20, 30], [2, 15, 30]))
    assert found.table.frame["answer"].tolist() == ["1..2", "3"]


def test_ten_comes_after_nine() -> None:
    found = _protect(_item("outlook", [*[10] * 8, 10, 3]).sample(frac=1, random_state=1))
    assert found.table.frame["answer"].tolist() == ["1", "2", "3", "4", "5", "6", "7", "8", "9..10"]


@pytest.mark.parametrize("persons", [[6, 6, 6, 1], [19, 0], [40, 6], [21]])
def test_an_item_of_few_answers_is_left_out(persons: list[int]) -> None:
    alone = _protect(_item("outlook", persons)).table
    assert alone.frame.empty
    assert (alone.told, alone.hidden) == (("dropped",), len(persons))
    beside = _protect(_item("outlook", persons), _item("support", [30, 30])).table
    assert beside.frame["item"].tolist() == ["support"] * 2
    assert beside.told == ("left_out",)


def test_everything_small_is_merged_until_it_is_not() -> None:
    # 3 + 3 from the left, then always the smallest with the smaller beside it, the earlier of equals
    found = _protect(_item("outlook", [3] * 7))
    assert found.exact["persons"].tolist() == [12, 9]
    assert found.table.frame["answer"].tolist() == ["1..4", "5..7"]


def test_r9_nobody_is_not_said_of_a_sensitive_item() -> None:
    persons = [30, 30, 0]
    assert _protect(_item("violence", persons)).table.frame["share"].tolist() == [0.5, 0.5, 0.0]
    sensitive = _protect(_item("violence", persons), sensitive=True).table
    assert sensitive.frame["answer"].tolist() == ["1", "2..3"]
    assert sensitive.frame["share"].tolist() == [0.5, 0.5]
    everybody = _protect(_item("violence", [60, 0, 0]), sensitive=True).table
    assert everybody.frame.empty
    many = _protect(_item("violence", [50, 50, 0]), sensitive=True).table
    assert many.frame["share"].tolist() == [0.5, 0.5, 0.0]


def test_tightening_ends_in_nothing() -> None:
    sizes = [len(_protect(_item("outlook", [20, 30, 40]), tighten=n).table.frame) for n in range(5)]
    assert sizes == [3, 2, 0, 0, 0]


def test_answers_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(DisclosureError, match="KU525") as refused:
        _protect(_item("outlook", [20, 30]).assign(answer=["yes", "no"]))
    assert "yes" not in str(refused.value)


def test_mean_of_an_item_from_published_counts() -> None:
    answers, persons = ["1", "2", "3"], np.array([9.0, 9.0, 21.0])
    assert mean_answer(answers, persons) == round((9 + 18 + 63) / 39, 1) == 2.3
    assert np.isnan(mean_answer([range_code(["1", "2"]), "3"], np.array([15.0, 21.0])))
    assert np.isnan(mean_answer(answers, np.array([9.0, np.nan, 21.0])))
    assert np.isnan(mean_answer(["1", "2"], np.array([9.0, 9.0])))
    assert np.isnan(mean_answer([], np.array([])))


_ITEM = st.lists(st.integers(0, 30), min_size=1, max_size=7)


@settings(max_examples=150, deadline=None)
@given(_ITEM, _ITEM, st.booleans(), st.randoms(use_true_random=False))
def test_no_small_answer_ever_leaves(one: list[int], two: list[int], sensitive: bool, random: object) -> None:
    frame = pd.concat([_item("a", one), _item("b", two, [(p + 2) // 3 for p in two])], ignore_index=True)
    found = _protect(frame, sensitive=sensitive)
    shown, exact = found.table.frame, found.exact
    assert shown["persons"].notna().all()
    assert not shown["persons"].between(1, 6).any()
    assert np.array_equal(shown["persons"], round_counts(exact["persons"].to_numpy()))
    for item, persons in (("a", one), ("b", two)):
        rows = exact[exact["item"] == item]
        assert rows["persons"].sum() in (0, sum(persons))
        if sensitive and sum(persons) < 100:
            assert (rows["persons"] > 0).all()
    order = list(range(len(frame)))
    random.shuffle(order)  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(_protect(frame.iloc[order], sensitive=sensitive).table.frame, shown)
