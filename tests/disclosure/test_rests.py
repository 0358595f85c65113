"""What is left of a number beside the part that is told, and parts of a number by definition: the audit knows both."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Result, result_table
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import Released
from kumppanuus.study import Disclosure

_AREA = Column("dimension", codes="areas")
_DUE = MappingProxyType({"due": Column("count"), "in_time": Column("count", rest_of="due")})


@dataclass(frozen=True, slots=True)
class _Clock(Result):
    """What was due and what of it was in time, in all and by area: how many were late?"""

    years: pd.DataFrame = result_table("counts", _DUE, population="clocked")
    areas: pd.DataFrame = result_table("counts", MappingProxyType({"area": _AREA, **_DUE}), population="clocked")


def _clock(*areas: tuple[int, int]) -> _Clock:
    rows = pd.DataFrame([(f"a{n}", *each) for n, each in enumerate(areas)], columns=["area", "due", "in_time"])
    return _Clock(pd.DataFrame([rows[["due", "in_time"]].sum()]).astype(float), rows)


def _left(released: Released, area: int) -> set[int]:
    """Return all numbers of late contacts of an area that the published numbers leave, by trying every one."""
    frames = [released.results["a"][name] for name in ("areas", "years")]
    shown = pd.concat(frames, ignore_index=True)[["due", "in_time"]].to_numpy(dtype=float)
    low = np.where(np.isnan(shown), 0, np.where(shown > 0, shown - 2, 0)).astype(int)
    high = np.where(np.isnan(shown), 90, np.where(shown > 0, shown + 3, 0)).astype(int)
    areas = len(shown) - 1
    found = set()
    for late in range(1, 12):
        least, most = low.copy(), high.copy()
        least[area, 0], most[area, 1] = max(low[area, 0], low[area, 1] + late), min(high[area, 1], high[area, 0] - late)
        most[area, 0], least[area, 1] = (
            min(high[area, 0], most[area, 1] + late),
            max(low[area, 1], least[area, 0] - late),
        )
        sums = [(least[:areas, side].sum(), most[:areas, side].sum()) for side in (0, 1)]
        fits = all(a <= high[areas, side] and b >= low[areas, side] for side, (a, b) in enumerate(sums))
        if fits and (least[area] <= most[area]).all():
            found.add(late)
    return found


def test_totals_tell_how_many_are_left_and_then_something_is_hidden() -> None:
    """Due are 43-48, by area at least 7 five times and 13: 48. In time are 37-42 of at least six times 7: 42."""
    told = _clock((7, 7), (7, 7), (7, 7), (7, 7), (7, 7), (13, 7))
    assert _left(_without_rests(told), 5) == {6}
    assert len(_left(release({"a": told}, Disclosure()), 5)) >= 3


def test_what_is_left_between_two_classes_is_no_reason_to_hide() -> None:
    plenty = _clock((20, 19), (31, 29), (44, 44))
    for name in ("areas", "years"):
        assert release({"a": plenty}, Disclosure()).results["a"].tables[name].hidden == 0


def _without_rests(result: _Clock) -> Released:
    plain = dataclasses.replace(_DUE["in_time"], rest_of="")
    columns = {"due": _DUE["due"], "in_time": plain}

    @dataclass(frozen=True, slots=True)
    class Plain(Result):
        years: pd.DataFrame = result_table("counts", MappingProxyType(columns), population="clocked")
        areas: pd.DataFrame = result_table("counts", MappingProxyType({"area": _AREA, **columns}), population="clocked")

    return release({"a": Plain(result.years, result.areas)}, Disclosure())


@dataclass(frozen=True, slots=True)
class _Tenth(Result):
    """A hundred families, of which the dearest tenth were there, above or below the half the year before."""

    years: pd.DataFrame = result_table("counts", MappingProxyType({"families": Column("count")}), population="costly")
    dearest: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"families": Column("count", times=("years.families", 10, 5))}),
        population="dearest",
    )
    before: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"origin": Column("dimension", codes="origins", adds=True),
                          "families": Column("count", part_of=("dearest.families",))}),
        population="dearest",
    )  # fmt: skip


def test_how_many_a_tenth_are_is_known() -> None:
    """97 to 102 families: a tenth is 10. Of seven or more in one part three are left for the other two: 1 or 2 each."""
    years, dearest = (pd.DataFrame({"families": [number]}) for number in (100.0, 10.0))
    before = pd.DataFrame({"origin": ["tenth", "upper", "lower"], "families": [7.0, 2.0, 1.0]})
    shown = release({"a": _Tenth(years, dearest, before)}, Disclosure()).results["a"]
    assert shown["years"]["families"].tolist() == [99]
    assert shown["before"]["families"].isna().all()


def test_how_many_a_small_tenth_are_is_not_sought() -> None:
    years, dearest = (pd.DataFrame({"families": [number]}) for number in (40.0, 4.0))
    before = pd.DataFrame({"origin": ["tenth"], "families": [4.0]})
    shown = release({"a": _Tenth(years, dearest, before)}, Disclosure()).results["a"]
    assert shown["years"]["families"].tolist() == [39]
    assert shown["dearest"]["families"].isna().all()


@dataclass(frozen=True, slots=True)
class _Beside(Result):
    areas: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"area": _AREA, "children": Column("count"), "workers": Column("public", of=("children",))}),
        population="responsible",
    )


def test_a_public_number_is_told_beside_the_number_that_decides_it() -> None:
    """Whether workers are known or not, beside a hidden number of children the same word stands."""
    rows = pd.DataFrame({"area": list("abc"), "children": [30.0, 4.0, 5.0], "workers": [2.0, 1.0, np.nan]})
    table = release({"a": _Beside(rows)}, Disclosure()).results["a"].tables["areas"]
    assert table.frame["workers"].tolist()[0] == 2
    assert table.frame["workers"].isna().tolist() == [False, True, True]
    assert table.masked["workers"].tolist() == [False, True, True]
