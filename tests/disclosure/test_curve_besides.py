"""Curves that divide the same people twice: what one division leaves out must not follow from the other."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest

from kumppanuus.analysis import Column, Result, Table, result_table
from kumppanuus.disclosure.gate import release
from kumppanuus.register.calendar import month_day
from kumppanuus.study import Disclosure


def _columns(dimension: str) -> MappingProxyType[str, Column]:
    return MappingProxyType(
        {
            dimension: Column("dimension", codes="groups"),
            "time": Column("time", unit="days"),
            "share": Column("survival"),
            "lower": Column("lower"),
            "upper": Column("upper"),
            "at_risk": Column("count"),
            "events": Column("count"),
            "ending_families": Column("behind"),
            "persons": Column("persons"),
            "families": Column("families"),
        }
    )


@dataclass(frozen=True, slots=True)
class Alone(Result):
    """Everybody by level; by age without a word of the levels."""

    levels: pd.DataFrame = result_table("curve", _columns("level"))
    ages: pd.DataFrame = result_table("curve", _columns("age"))


@dataclass(frozen=True, slots=True)
class Twice(Result):
    """The same, and the ages are declared to divide the people of the levels once more."""

    levels: pd.DataFrame = result_table("curve", _columns("level"))
    ages: pd.DataFrame = result_table("curve", _columns("age"), beside="levels")


def _curve(dimension: str, code: str, ends: np.ndarray) -> pd.DataFrame:
    """A group that begins whole and loses `ends` in each quarter."""
    n = 2 * int(ends.sum())
    left = n - np.append(0, np.cumsum(ends))
    share = left / n
    return pd.DataFrame(
        {
            dimension: code, "time": [month_day(3 * quarter) for quarter in range(len(left))], "share": share,
            "lower": np.maximum(share - 0.05, 0), "upper": np.minimum(share + 0.05, 1), "at_risk": left,
            "events": np.append(0, ends), "ending_families": np.append(0, ends), "persons": n, "families": n,
        }
    )  # fmt: skip


def _tables(size: int) -> dict[str, pd.DataFrame]:
    """Two levels; two ages, and the few of a third age, who have no curve."""
    few = np.array([1, 1, 0, 2])
    levels = [np.full(4, size), np.full(4, size) + few]
    ages = [np.full(4, size), np.full(4, size)]
    return {
        "levels": pd.concat([_curve("level", name, ends) for name, ends in zip("ab", levels, strict=True)]),
        "ages": pd.concat(
            [*(_curve("age", name, ends) for name, ends in zip("ab", ages, strict=True)), _curve("age", "c", few)]
        ),
    }


def _points(kind: type[Result], size: int) -> dict[str, int]:
    tables = {name: frame.reset_index(drop=True) for name, frame in _tables(size).items()}
    released = release({"x.y": kind(**tables)}, Disclosure()).results["x.y"]
    return {name: int(released[name]["share"].count()) for name in ("levels", "ages")}


def test_small_curves_tell_the_rest_and_go() -> None:
    # 64 and 72 people: a whole percent is one person, and four of the third age leave one after the other
    assert _points(Alone, 8)["ages"] == 10
    assert _points(Twice, 8) == {"levels": 10, "ages": 2}  # the beginnings stay


def test_large_curves_hide_the_rest() -> None:
    assert _points(Twice, 200) == _points(Alone, 200) == {"levels": 10, "ages": 10}


def test_the_sibling_must_exist() -> None:
    table: Table = Twice.tables()["ages"]
    assert table.beside == "levels"

    @dataclass(frozen=True, slots=True)
    class Lost(Result):
        ages: pd.DataFrame = result_table("curve", _columns("age"), beside="levels")

    with pytest.raises(Exception, match="KU505"):
        release({"x.y": Lost(_tables(8)["ages"].reset_index(drop=True))}, Disclosure())
