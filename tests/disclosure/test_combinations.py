from __future__ import annotations

import itertools
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.analysis import Column, Table
from kumppanuus.disclosure.combinations import protect_combinations
from kumppanuus.disclosure.released import Guarded, Rules
from tests.disclosure.exclusive_attack import bounds, span

RULES = Rules()


def _table(*base: str, adds: bool = True, once: bool = False) -> Table:
    columns = {
        **{name: Column("dimension", codes=f"{name}s", time_axis=True) for name in base},
        "combination": Column("dimension", codes="combinations", adds=adds),
        "persons": Column("persons"),
        "families": Column("families"),
    }
    return Table("combinations", MappingProxyType({**columns, **({"families_once": Column("count")} if once else {})}))


SIMPLE = _table()


def _frame(**persons: int) -> pd.DataFrame:
    return pd.DataFrame({"combination": [*persons], "persons": [*persons.values()], "families": [*persons.values()]})


def _shown(guarded: Guarded) -> dict[str, float]:
    frame = guarded.table.frame
    return dict(zip(frame["combination"], frame["persons"], strict=True))


def test_combinations_by_hand() -> None:
    found = protect_combinations("c", SIMPLE, _frame(a=50, ab=9, b=11, abc=4, ac=5, bc=0), RULES)
    assert list(_shown(found).items()) == [("a", 51.0), ("ab", 9.0), ("b", 9.0), ("other", 9.0)]  # ties by code
    assert found.exact["persons"].tolist() == [50, 9, 11, 9]
    assert found.exact["families"].tolist() == [50, 9, 11, 9]
    assert found.table.told == ("pooled",)
    assert found.table.hidden == 0
    assert not found.table.frame["hidden"].any()


def test_one_small_combination_takes_the_smallest_shown_with_it() -> None:
    assert _shown(protect_combinations("c", SIMPLE, _frame(a=50, b=13, ab=4), RULES)) == {"a": 51.0, "other": 15.0}
    # two that are too few together as well
    assert _shown(protect_combinations("c", SIMPLE, _frame(a=50, b=13, x=2, y=3), RULES)) == {"a": 51.0, "other": 15.0}


def test_twelve_ones_are_no_pool() -> None:
    # whoever knows that there are twelve would know that each has one
    ones = {f"x{place:02}": 1 for place in range(12)}
    assert _shown(protect_combinations("c", SIMPLE, _frame(a=50, b=31, **ones), RULES)) == {"a": 51.0, "other": 45.0}
    ones.popitem()  # eleven are in the class of 7 to 12: each has one or two
    assert _shown(protect_combinations("c", SIMPLE, _frame(a=50, b=31, **ones), RULES)) == {"a": 51.0, "other": 39.0}
    ones.popitem()
    assert _shown(protect_combinations("c", SIMPLE, _frame(a=50, b=31, **ones), RULES)) == {
        "a": 51.0, "b": 33.0, "other": 9.0,
    }  # fmt: skip
    eleven = protect_combinations("c", SIMPLE, _frame(**{f"x{place:02}": 1 for place in range(11)}), RULES)
    assert eleven.table.frame["hidden"].tolist() == [True]
    found = protect_combinations("c", SIMPLE, _frame(a=50, b=31, **{f"x{place}": 2 for place in range(8)}), RULES)
    assert _shown(found) == {"a": 51.0, "b": 33.0, "other": 15.0}


def test_families_count_as_well() -> None:
    frame = _frame(a=50, b=20, ab=12, ac=9).assign(families=[40, 15, 2, 9])
    assert _shown(protect_combinations("c", SIMPLE, frame, RULES)) == {"a": 51.0, "b": 21.0, "other": 21.0}
    # two of two families each may be the same two
    frame = _frame(a=50, b=20, ab=12, ac=9).assign(families=[40, 15, 2, 2])
    apart = _table(adds=False)
    found = protect_combinations("c", apart, frame, RULES)
    assert _shown(found) == {"a": 51.0, "other": 39.0}
    assert found.table.frame["families"].isna().tolist() == [False, True]  # how many families the pool has is not known
    assert not found.table.masked["families"].any()
    once = frame.assign(families_once=[40, 10, 2, 2])
    found = protect_combinations("c", _table(adds=False, once=True), once, RULES)
    assert _shown(found) == {"a": 51.0, "b": 21.0, "other": 21.0}
    assert "families_once" not in found.table.frame


def test_a_small_base_is_one_pool_or_nothing() -> None:
    table = _table("year")
    frame = pd.concat([_frame(a=10, b=9).assign(year="2020"), _frame(a=3, b=2).assign(year="2021"),
                       _frame(a=0).assign(year="2022"), _frame(a=30, b=9).assign(year="2019")])  # fmt: skip
    found = protect_combinations("c", table, frame[[*table.columns]], RULES).table
    assert found.frame[["year", "combination"]].to_numpy().tolist() == [
        ["2019", "a"], ["2019", "b"], ["2020", "other"], ["2021", "other"],
    ]  # fmt: skip
    assert found.frame["persons"].fillna(-1).tolist() == [27.0, 9.0, 21.0, -1.0]
    assert found.frame["hidden"].tolist() == [False, False, False, True]
    assert found.masked["persons"].tolist() == [False, False, False, True]


@pytest.mark.parametrize("adds", [True, False])
def test_further_steps_end_with_nothing(adds: bool) -> None:
    frame = _frame(a=50, b=31, c=20, ab=4, ac=5)
    table = _table(adds=adds)
    rows = [len(protect_combinations("c", table, frame, RULES, n).table.frame) for n in range(6)]
    assert rows == [4, 3, 2, 1, 0, 0]
    assert protect_combinations("c", table, frame.iloc[:0], RULES, 3).table.frame.empty
    assert protect_combinations("c", table, frame, RULES, 50).table.told == ("left_out",)


def test_nothing_is_pooled_into_a_pool_of_one() -> None:
    found = protect_combinations("c", SIMPLE, _frame(a=50, b=31, c=20), RULES, 1)
    assert _shown(found) == {"a": 51.0, "other": 51.0}


def test_what_was_other_before_stays_other() -> None:
    found = protect_combinations("c", SIMPLE, _frame(a=50, other=90, b=31), RULES)
    assert list(_shown(found).items()) == [("a", 51.0), ("b", 33.0), ("other", 87.0)]
    found = protect_combinations("c", SIMPLE, _frame(a=50, other=3, b=31), RULES)
    assert _shown(found) == {"a": 51.0, "other": 33.0}


def test_other_measures_of_a_pool() -> None:
    columns = {**SIMPLE.columns, "spells": Column("count"), "all": Column("count"),
               "share": Column("share", of=("persons", "all")), "mean": Column("mean", of=("persons", "families", "h")),
               "h": Column("concentration")}  # fmt: skip
    frame = _frame(a=50, ab=4, ac=5, b=40).assign(spells=[60, 5, 6, 41], share=np.nan, mean=2.0, h=0.1)
    frame.insert(4, "all", 99)
    found = protect_combinations("c", Table("combinations", columns), frame[[*columns]], RULES)
    pool = found.table.frame.set_index("combination").loc["other"]
    assert pool[["spells", "all", "share"]].tolist() == [9.0, 99.0, 0.09]
    assert np.isnan(pool["mean"])
    assert not found.table.masked["mean"].iloc[-1]
    assert found.table.frame["share"].iloc[0] == 0.52


_sizes = st.lists(
    st.tuples(st.integers(0, 20) | st.integers(0, 3), st.integers(1, 3)), min_size=1, max_size=12
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(_sizes, st.randoms())
def test_attack_small_combinations_keep_three_candidates(sizes: list[tuple[int, int]], dice) -> None:  # type: ignore[no-untyped-def]
    codes = [f"c{place:02}" for place in range(len(sizes))]
    persons = np.array([n for n, _ in sizes], dtype=float)
    families = np.ceil(persons / [per for _, per in sizes])
    frame = pd.DataFrame({"combination": codes, "persons": persons, "families": families})
    found = protect_combinations("c", SIMPLE, frame, RULES)
    order = list(range(len(frame)))
    dice.shuffle(order)
    again = protect_combinations("c", SIMPLE, frame.iloc[order], RULES)
    pd.testing.assert_frame_equal(found.table.frame, again.table.frame)
    shown = found.table.frame.set_index("combination")
    for column in ("persons", "families"):
        published = shown[column].dropna()
        assert ((published == 0) | (published >= 9)).all()
    few = (persons < 7) | (families < 3)
    for column, exact, fewest in (("persons", persons, 7), ("families", families, 3)):
        _attack(codes, exact, shown[column], few, fewest)


def _attack(codes: list[str], exact: np.ndarray, shown: pd.Series, few: np.ndarray, fewest: int) -> None:
    """Names of the pool's members, which of them are small and which joined, and the total are known."""
    pool = [place for place, code in enumerate(codes) if code not in shown.index and exact[place] > 0]
    there = [place for place in range(len(codes)) if exact[place] > 0]
    if not pool:
        return
    own = [span(number) if code in shown.index and not np.isnan(shown[code]) else (1.0 if small else fewest, 1e6)
           for code, number, small in zip(codes, exact, few, strict=True)]  # fmt: skip
    own = [(low, 6.0) if 0 < number <= 6 else (low, high) for (low, high), number in zip(own, exact, strict=True)]
    sums = [(there, span(exact.sum()))]
    if not np.isnan(shown["other"]):
        sums.append((pool, span(exact[pool].sum())))
        for place in pool:
            if few[place] and exact[place] <= 6:
                low, high = bounds(own, sums, [place])
                assert high - low + 1 >= 3


def _sets(**persons: int) -> pd.DataFrame:
    """Sets of things: ``ab`` is the things a and b."""
    return _frame(**persons).assign(combination=["+".join(code) for code in persons])


def test_the_total_of_one_thing_does_not_tell_who_is_in_the_pool() -> None:
    # 36 use a (published elsewhere: 31 to 36), five sets of a hold 7 or more each: one at most is left for ag, also
    # for somebody who knows which of them were pooled with it
    frame = _sets(x=60, ab=7, ac=7, ad=7, ae=7, af=7, ag=1, yz=3, xy=5)
    assert _shown(protect_combinations("c", SIMPLE, frame, RULES)) == {"x": 57.0, "other": 45.0}
    # the same of two things: 31 to 36 have both, others besides or not
    pairs = _sets(x=60, abc=7, abd=7, abe=7, abf=7, ab=7, abg=1, yz=3, xy=5, a=31, b=31)
    assert _shown(protect_combinations("c", SIMPLE, pairs, RULES)).keys() == {"x", "a", "b", "other"}
    # where the sets of a may hold more than the least of their class nothing is told
    more = _sets(x=60, ab=7, ac=7, ad=12, ae=7, af=7, ag=1, yz=3, xy=5)
    assert len(_shown(protect_combinations("c", SIMPLE, more, RULES))) == 7


_SET = st.sampled_from(["a", "b", "c", "ab", "ac", "bc", "abc", "abd", "ad", "bd"])


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(_SET, st.one_of(st.integers(1, 9), st.integers(1, 60)), min_size=3))
def test_totals_of_things_leave_three_values(persons: dict[str, int]) -> None:
    found = _shown(protect_combinations("c", SIMPLE, _sets(**persons), RULES))
    shown = {code.replace("+", "") for code in found} & persons.keys()
    things = {each for code in shown for size in (1, 2, 3) for each in itertools.combinations(code, size)}
    for each in things:
        holding = {code for code in persons if set(each) <= set(code)}
        hidden = {code: persons[code] for code in holding - shown}
        total = span(sum(persons[code] for code in holding))
        parts = [span(persons[code]) for code in holding & shown]
        left = total[1] - sum(low for low, _ in parts)
        for code, number in hidden.items():
            if number <= RULES.base:  # the others in the pool hold one each at least
                assert min(left - (len(hidden) - 1), RULES.base) >= 3, (code, found)


def test_a_row_with_half_its_numbers_joins_the_others() -> None:
    frame = _frame(a=50, b=20, ab=12, ac=9).assign(families=[40, 15, 6, 8])
    assert _shown(protect_combinations("c", SIMPLE, frame, RULES)) == {"a": 51.0, "b": 21.0, "other": 21.0}
