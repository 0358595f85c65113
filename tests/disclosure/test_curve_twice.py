"""One curve in two tables: the ends of all causes beside how long relationships last."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kumppanuus.analysis import Column, Result, Table, result_table
from kumppanuus.disclosure.curves import protect_curve
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import Rules
from kumppanuus.register.calendar import month_day
from kumppanuus.study import Disclosure

_SHARES = MappingProxyType({"lower": Column("lower"), "upper": Column("upper")})
_COUNTED = MappingProxyType(
    {
        "at_risk": Column("count"), "events": Column("count"), "ending_families": Column("behind"),
        "persons": Column("persons"), "families": Column("families"),
    }
)  # fmt: skip
_LEVEL, _TIME = Column("dimension", codes="levels"), Column("time", unit="days")
_CAUSE = Column("dimension", codes="end_causes")
_PLAIN = MappingProxyType({"level": _LEVEL, "time": _TIME, "share": Column("survival"), **_SHARES, **_COUNTED})


def _divided(*groups: str) -> Any:
    columns = {"cause": _CAUSE, "time": _TIME, "share": Column("incidence"), **_SHARES, **_COUNTED}
    named = MappingProxyType({**dict.fromkeys(groups, _LEVEL), **columns})
    return result_table("curve", named, together=("cause",))


@dataclass(frozen=True, slots=True)
class Plain(Result):
    """How many are still there, by level."""

    levels: pd.DataFrame = result_table("curve", _PLAIN)


@dataclass(frozen=True, slots=True)
class Causes(Result):
    """What they leave of, by level."""

    levels: pd.DataFrame = _divided("level")


@dataclass(frozen=True, slots=True)
class Everybody(Result):
    """What all of them leave of."""

    everybody: pd.DataFrame = _divided()


def _months(ends: np.ndarray, start: int) -> pd.DataFrame:
    left = start - np.append(0, np.cumsum(ends))
    return pd.DataFrame({"time": [month_day(month) for month in range(len(left))], "share": left / start,
                         "at_risk": left, "events": np.append(0, ends)})  # fmt: skip


def _finished(rows: pd.DataFrame, start: int, columns: Table) -> pd.DataFrame:
    rows = rows.assign(lower=rows["share"], upper=rows["share"], ending_families=rows["events"], persons=start,
                       families=start)  # fmt: skip
    return rows[list(columns.columns)]


def _plain(ends: np.ndarray, start: int, *levels: str) -> Plain:
    rows = pd.concat([_months(ends, start).assign(level=level) for level in levels], ignore_index=True)
    return Plain(_finished(rows, start, Plain.tables()["levels"]))


def _causes(ends: np.ndarray, start: int, months: list[int]) -> pd.DataFrame:
    """All ends are of one cause, counted at some months."""
    rows = _months(ends, start).iloc[[0, *months]]
    upto = start - rows["at_risk"]
    return rows.assign(cause="moved", share=1 - rows["share"], events=upto.diff().fillna(0))


ENDS = np.array([9, 9, 9, 9, 2, 2, 9, 9])


def _points(shown: Any, key: str, name: str) -> list[int]:
    frame = shown.results[key][name]
    return sorted({int(day) for day in frame.loc[frame["share"].notna(), "time"]})


def test_a_year_of_causes_lies_on_a_point_of_the_plain_curve_or_is_not_shown() -> None:
    """After month 6 have gone two fewer than after month 7; both tables alone would show one of the two."""
    plain = _plain(ENDS, 120, "early")
    table = Causes.tables()["levels"]
    causes = Causes(_finished(_causes(ENDS, 120, [3, 5, 7]).assign(level="early"), 120, table))
    alone = release({"causes": causes}, Disclosure())
    both = release({"plain": plain, "causes": causes}, Disclosure())
    days = [month_day(month) for month in (0, 3, 5, 7)]
    assert _points(alone, "causes", "levels") == days
    assert days[2] not in _points(both, "plain", "levels")  # four have gone since month 4
    assert _points(both, "causes", "levels") == [days[0], days[1], days[3]]
    assert both.results["causes"].tables["levels"].told == ("points",)


def test_another_curve_gives_way_to_nobody() -> None:
    table = Causes.tables()["levels"]
    causes = Causes(_finished(_causes(ENDS[::-1], 120, [3, 5, 7]).assign(level="early"), 120, table))
    both = release({"plain": _plain(ENDS, 120, "early"), "causes": causes}, Disclosure())
    alone = release({"causes": causes}, Disclosure())
    assert _points(both, "causes", "levels") == _points(alone, "causes", "levels")


@pytest.mark.parametrize(("between", "kept"), [(2, False), (9, True)])
def test_the_levels_together_tell_what_is_left_of_all_where_they_are_small(between: int, kept: bool) -> None:
    """A whole percent of 64 is one person or none: two such levels tell of all who has gone since their last point."""
    ends = np.array([9, 9, 9, 4, between, between, 9, 3])
    table = Everybody.tables()["everybody"]
    everybody = Everybody(_finished(_causes(2 * ends, 128, [3, 5, 7]), 128, table))
    both = release({"plain": _plain(ends, 64, "early", "special"), "everybody": everybody}, Disclosure())
    assert (month_day(5) in _points(both, "everybody", "everybody")) == kept


def test_half_a_year_takes_the_place_of_a_point_just_before_it() -> None:
    """Three ends lie between months 5 and 6: without month 5 there are twelve before month 6."""
    ends = np.array([9, 9, 9, 9, 9, 3, 9, 9, 9])
    plain = _plain(ends, 150, "early")
    shown = protect_curve("levels", Plain.tables()["levels"], plain.levels, Rules()).table.frame
    days = {int(day) for day in shown.loc[shown["share"].notna(), "time"]}
    assert month_day(6) in days
    assert month_day(5) not in days
    assert {month_day(4), month_day(7)} <= days
