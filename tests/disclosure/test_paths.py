from __future__ import annotations

import itertools
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.analysis import Column, Table
from kumppanuus.disclosure.paths import flows_of, protect_paths
from kumppanuus.disclosure.released import Guarded, Rules
from kumppanuus.errors import DeclarationError
from tests.disclosure.exclusive_attack import bounds, span

RULES = Rules()


def _table(steps: int, *base: str, adds: bool = True) -> Table:
    return Table(
        "paths",
        MappingProxyType(
            {
                **{name: Column("dimension", codes=f"{name}s") for name in base},
                **{f"step_{step}": Column("dimension", codes="levels", adds=adds) for step in range(1, steps + 1)},
                "persons": Column("persons"),
                "families": Column("families"),
            }
        ),
    )


THREE = _table(3)


def _frame(ways: Mapping[str, int], families: Mapping[str, int] = MappingProxyType({})) -> pd.DataFrame:
    rows = [(*way, n, families.get(way, n)) for way, n in ways.items()]
    steps = len(next(iter(ways)))
    return pd.DataFrame(rows, columns=[*(f"step_{step}" for step in range(1, steps + 1)), "persons", "families"])


def _shown(guarded: Guarded) -> dict[str, float]:
    frame = guarded.table.frame
    steps = [each for each in frame if each.startswith("step_")]
    names = ["".join("*" if code == "other" else code for code in row) for row in frame[steps].to_numpy().tolist()]
    return dict(zip(names, frame["persons"], strict=True))


def test_paths_by_hand() -> None:
    found = protect_paths("p", THREE, _frame({"abc": 40, "abd": 3, "abe": 5, "ace": 20, "bcd": 9, "bce": 11}), RULES)
    # ab: the two small ones are 8 together; bc: both may be shown
    assert list(_shown(found).items()) == [("abc", 39.0), ("ace", 21.0), ("ab*", 9.0), ("bcd", 9.0), ("bce", 9.0)]
    assert found.exact["persons"].tolist() == [40, 20, 8, 9, 11]
    assert found.table.told == ("cut",)
    assert found.table.hidden == 0


def test_one_small_branch_takes_the_smallest_sibling_with_it() -> None:
    found = protect_paths("p", THREE, _frame({"abc": 40, "abd": 20, "abe": 5, "bcd": 30}), RULES)
    assert _shown(found) == {"abc": 39.0, "bcd": 27.0, "ab*": 27.0}
    found = protect_paths("p", THREE, _frame({"abc": 40, "abe": 5, "bcd": 30}), RULES)
    assert _shown(found) == {"ab*": 45.0, "bcd": 27.0}
    # a small first step takes the whole branch beside it
    assert _shown(protect_paths("p", THREE, _frame({"abc": 40, "bcd": 30, "cde": 4}), RULES)) == {
        "abc": 39.0, "***": 33.0,
    }  # fmt: skip


def test_families_of_a_prefix() -> None:
    ways = {"abc": 40, "abd": 12, "bcd": 30}
    few = protect_paths("p", THREE, _frame(ways, {"abd": 2}), RULES)
    assert _shown(few) == {"ab*": 51.0, "bcd": 27.0}
    # where families may go several ways, three ways of two families each may be the same two
    apart = _frame({"abc": 8, "abd": 8, "abe": 8, "bcd": 30, "bce": 30}, {"abc": 2, "abd": 2, "abe": 2})
    assert _shown(protect_paths("p", THREE, apart, RULES)) == {"bcd": 27.0, "bce": 27.0, "ab*": 21.0}
    cautious = protect_paths("p", _table(3, adds=False), apart, RULES)
    assert _shown(cautious) == {"***": 81.0}
    assert cautious.table.frame["families"].isna().all()


def test_flows_are_sums_of_what_is_published() -> None:
    ways = {"abc": 40, "abd": 3, "abe": 5, "ace": 20, "bcd": 9, "bce": 11}
    flows = flows_of(protect_paths("p", THREE, _frame(ways), RULES).table)
    assert flows.to_numpy().tolist() == [
        [1, "a", "b", 48.0], [1, "a", "c", 21.0], [1, "b", "c", 18.0],
        [2, "b", "c", 39.0], [2, "b", "other", 9.0], [2, "c", "d", 9.0], [2, "c", "e", 30.0],
    ]  # fmt: skip
    assert flows.groupby("step")["persons"].sum().nunique() == 1


def test_bases_are_apart_and_small_ones_hidden() -> None:
    table = _table(2, "year")
    frame = pd.concat([_frame({"ab": 30, "ac": 9}).assign(year="2021"), _frame({"ab": 12, "ac": 4}).assign(year="2020"),
                       _frame({"ab": 2}).assign(year="2019")])[[*table.columns]]  # fmt: skip
    found = protect_paths("p", table, frame, RULES).table.frame
    assert found[["year", "step_1", "step_2"]].to_numpy().tolist() == [
        ["2019", "other", "other"], ["2020", "other", "other"], ["2021", "a", "b"], ["2021", "a", "c"],
    ]  # fmt: skip
    assert found["hidden"].tolist() == [True, False, False, False]
    assert found["persons"].fillna(-1).tolist() == [-1.0, 15.0, 27.0, 9.0]


def test_what_all_published_paths_tell_together() -> None:
    small = {"au": 2, "av": 1, "aw": 1, "ay": 1, "az": 1, "at": 1}
    two = _table(2)
    apart = protect_paths("p", two, _frame({"ax": 7, **small, "bx": 7, "by": 7, "cx": 7, "cy": 8}), RULES)
    assert _shown(apart) == {"ax": 9.0, "a*": 9.0, "bx": 9.0, "by": 9.0, "cx": 9.0, "cy": 9.0}
    # six times 7 to 12 are 37 to 42 together: each is 7, and six of the small ones share seven
    exact = {"ax": 7, **small, "bx": 7, "by": 7, "cx": 7, "cy": 7}
    found = _shown(protect_paths("p", two, _frame(exact), RULES))
    assert found == {"a*": 15.0, "**": 27.0}
    _attack(exact, found)


def test_five_steps_are_refused() -> None:
    for table in (_table(5), _table(0)):
        with pytest.raises(DeclarationError, match="KU509"):
            protect_paths("p", table, pd.DataFrame(columns=[*table.columns]), RULES)


def test_further_steps_end_with_nothing() -> None:
    frame = _frame({"abc": 40, "abd": 13, "abe": 15, "ace": 20, "bcd": 9, "bce": 11})
    shown = [_shown(protect_paths("p", THREE, frame, RULES, n)) for n in range(12)]
    sizes = [len(each) for each in shown]
    assert sizes == sorted(sizes, reverse=True)
    assert shown[-1] == {}
    assert {"***": 105.0} in shown
    assert protect_paths("p", THREE, frame, RULES, 12).table.told == ("left_out",)
    assert protect_paths("p", THREE, frame.iloc[:0], RULES, 2).table.frame.empty


_ways = st.dictionaries(
    st.tuples(*[st.sampled_from("abcd")] * 3).map("".join),
    st.tuples(st.integers(0, 25) | st.integers(0, 3), st.integers(1, 3)),
    min_size=1, max_size=20,
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(_ways, st.randoms())
def test_attack_no_small_prefix_is_found(ways: dict[str, tuple[int, int]], dice) -> None:  # type: ignore[no-untyped-def]
    exact = {way: n for way, (n, _) in ways.items()}
    frame = _frame(exact, {way: -(-n // per) for way, (n, per) in ways.items()})
    found = protect_paths("p", THREE, frame, RULES)
    order = list(range(len(frame)))
    dice.shuffle(order)
    pd.testing.assert_frame_equal(found.table.frame, protect_paths("p", THREE, frame.iloc[order], RULES).table.frame)
    shown = _shown(found)
    published = np.array(list(shown.values()))
    assert ((published >= 9) | np.isnan(published)).all()
    assert found.exact["persons"].sum() == frame["persons"].sum()
    if not found.table.frame["hidden"].any():
        _attack({way: n for way, n in exact.items() if n}, shown)


def _leaf_of(way: str, shown: Mapping[str, float]) -> str:
    """Return the published path that a way belongs to: its longest prefix."""
    return next(leaf for cut in range(len(way), -1, -1) if (leaf := way[:cut].ljust(len(way), "*")) in shown)


def _attack(exact: Mapping[str, int], shown: Mapping[str, float]) -> None:
    """The ways somebody went and their total are known, and of each hidden prefix whether it is 1 to 6.

    Who knows that much may know a number without any report: five ways taken are five people at least.
    """
    names = [*exact]
    of_leaf: dict[str, list[int]] = {}
    for place, way in enumerate(names):
        of_leaf.setdefault(_leaf_of(way, shown), []).append(place)
    sums = [(places, span(sum(exact[names[place]] for place in places))) for places in of_leaf.values()]
    sums.append(([*range(len(names))], span(sum(exact.values()))))
    prefixes = sorted({way[:cut] for way, cut in itertools.product(names, (1, 2, 3))})
    inside = {prefix: [place for place, way in enumerate(names) if way.startswith(prefix)] for prefix in prefixes}
    hidden = [prefix for prefix in prefixes if not any(leaf.startswith(prefix) for leaf in shown)]
    small = [prefix for prefix in hidden if sum(exact[names[place]] for place in inside[prefix]) <= 6]
    known: list[tuple[list[int], tuple[float, float]]] = [(inside[prefix], (1, 6)) for prefix in small]
    own = [(1, 1e6)] * len(names)
    for prefix in small:
        (least, most), (low, high) = bounds(own, known, inside[prefix]), bounds(own, known + sums, inside[prefix])
        assert high - low + 1 >= min(3, most - least + 1)
