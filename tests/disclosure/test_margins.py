"""Half an interval through the gate (R16): in steps, upwards, only beside the published sum of the same people."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumppanuus.analysis import Column, Result, result_table
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import Face, ReleasedTable
from kumppanuus.disclosure.rules_forms import stepped_margin
from kumppanuus.errors import DisclosureError
from kumppanuus.study import Disclosure

COSTS = {
    "area": Column("dimension", codes="areas"),
    "persons": Column("persons"),
    "families": Column("families"),
    "cost_eur": Column("sum", of=("persons", "families", "concentration"), unit="EUR"),
    "cost_margin": Column("margin", of=("cost_eur",)),
    "change_margin": Column("margin", of=("cost_eur", "first_persons", "first_families", "first_concentration")),
    "concentration": Column("concentration"),
    "first_persons": Column("behind"),
    "first_families": Column("behind"),
    "first_concentration": Column("concentration"),
}


@dataclass(frozen=True, slots=True)
class Costs(Result):
    costs: pd.DataFrame = result_table("counts", COSTS, population="costs")


@dataclass(frozen=True, slots=True)
class Curve(Result):
    curve: pd.DataFrame = result_table(
        "lorenz", {**COSTS, "share": Column("cumulative", of=("cost_eur", "concentration"))}, population="costs"
    )


def _released(*rows: tuple[int, float, float], face: Face = "public", first: int = 100) -> ReleasedTable:
    """Rows of (families, margin, concentration) with two persons a family; `first`: families of the earlier sum."""
    made = [
        {"area": f"a{place}", "persons": 2 * homes, "families": homes, "cost_eur": 1000.0 * homes,
         "cost_margin": margin, "change_margin": margin, "concentration": largest, "first_persons": 2 * first,
         "first_families": first, "first_concentration": 1 / first}
        for place, (homes, margin, largest) in enumerate(rows)
    ]  # fmt: skip
    return release({"x.y": Costs(pd.DataFrame(made))}, Disclosure(), face=face).results["x.y"].tables["costs"]


def test_margins_go_up_in_steps_that_few_families_make_wide() -> None:
    shown = _released((200, 0.1234, 0.01), (60, 0.1234, 0.02), (8, 0.1234, 0.2), (200, 0.0001, 0.01)).frame
    assert shown["cost_margin"].tolist() == [0.13, 0.14, 0.2, 0.01]


def test_no_margin_without_its_sum_and_none_where_there_is_none() -> None:
    table = _released((200, 0.12, 0.4), (4, 0.12, 0.3), (200, math.nan, 0.01))
    assert table.frame["cost_margin"].isna().all()
    assert table.masked["cost_margin"].tolist() == [True, True, False]
    assert _released((200, 0.1234, 0.4), face="internal").frame["cost_margin"].tolist() == [0.1234]


def test_no_margin_of_a_change_from_a_sum_of_too_few() -> None:
    assert _released((200, 0.1234, 0.01)).frame["change_margin"].tolist() == [0.13]
    table = _released((200, 0.1234, 0.01), first=3)
    assert table.frame["change_margin"].isna().all()
    assert table.masked["change_margin"].all()
    assert table.frame["cost_margin"].tolist() == [0.13]


def test_only_tables_of_counts_have_margins() -> None:
    rows = pd.DataFrame([["a", 50, 40, 1.0, 0.1, 0.1, 0.1, 9, 9, 0.1, math.nan]], columns=[*COSTS, "share"])
    with pytest.raises(DisclosureError, match="KU502"):
        release({"x.y": Curve(rows)}, Disclosure())


@given(st.floats(1e-6, 3.0), st.integers(5, 5000))
def test_a_published_margin_holds_the_exact_one_and_tells_little(half: float, families: int) -> None:
    """Any margin of the same step gives the same number, and a step is at least 1 / families."""
    (shown,) = stepped_margin(np.array([half]), np.array([float(families)]))
    step = next(each for each in (0.01, 0.02, 0.05, 0.1, 0.2) if each * families >= 1 - 1e-9)
    assert half <= shown + 1e-6
    assert shown < half + step + 1e-6
    assert shown >= step - 1e-9
