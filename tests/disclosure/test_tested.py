"""Hazard ratios and p through the gate (R16), and curves of events that can come again."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumppanuus.analysis import Column, Result, Table, result_table
from kumppanuus.disclosure.curves import protect_curve
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import Face, ReleasedTable, Rules
from kumppanuus.disclosure.rules_forms import stepped_ratio
from kumppanuus.disclosure.tested import ratio_step, stepped_estimate
from kumppanuus.register.calendar import month_day
from kumppanuus.study import Disclosure

RATIOS = {
    "group": Column("dimension", codes="groups"),
    "persons": Column("persons"),
    "families": Column("families"),
    "ended": Column("count", of=("ended", "families")),
    **{name: Column("hazard_ratio", of=("ended", end))
       for name, end in (("ratio", "value"), ("ratio_lower", "lower"), ("ratio_upper", "upper"))},
    "p": Column("evidence", of=("least",)),
    "least": Column("behind"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ratios(Result):
    ratios: pd.DataFrame = result_table("counts", RATIOS, population="ratios")


def _released(*rows: tuple[int, float, float, float, float], face: Face = "public") -> ReleasedTable:
    """Rows of (ends, ratio, lower, upper, p); the first is the reference; twice as many persons as ends."""
    made = [
        {"group": f"g{place}", "persons": 2 * ended, "families": ended, "ended": ended, "ratio": ratio,
         "ratio_lower": lower, "ratio_upper": upper, "p": p, "least": min(row[0] for row in rows)}
        for place, (ended, ratio, lower, upper, p) in enumerate(rows)
    ]  # fmt: skip
    result = Ratios(pd.DataFrame(made, columns=[*RATIOS]))
    return release({"x.y": result}, Disclosure(), face=face).results["x.y"].tables["ratios"]


REFERENCE = (200, 1.0, 1.0, 1.0, math.nan)


def test_ratios_are_stepped_and_their_limits_go_outwards() -> None:
    table = _released(
        REFERENCE, (60, 1.37, 1.05, 1.79, 0.02), (150, 0.71, 0.55, 0.92, 0.0004), (15, 2.2, 1.1, 4.4, 0.2)
    )
    shown = table.frame.set_index("group")
    assert shown.loc["g0", ["ratio", "ratio_lower", "ratio_upper"]].tolist() == [1, 1, 1]
    for row, (ends, exact) in enumerate([(55, (1.37, 1.05, 1.79)), (145, (0.71, 0.55, 0.92)), (13, (2.2, 1.1, 4.4))]):
        found = shown.loc[f"g{row + 1}", ["ratio", "ratio_lower", "ratio_upper"]].tolist()
        assert found[0] == stepped_ratio(exact[0], ends)
        assert found[1] <= exact[1] < exact[2] <= found[2]
        assert found[2] < exact[2] * math.exp(1.6 * ratio_step(ends)) * 1.1
    assert shown["p"].isna().tolist() == [True, False, False, False]
    assert shown["p"].iloc[1:].tolist() == [0.05, 0.001, 1.0]
    assert not {"least"} & set(shown.columns)


@pytest.mark.parametrize("rows", [
    (REFERENCE, (12, 1.4, 0.8, 2.4, 0.2)),  # 7 to 12 ends
    ((12, 1.0, 1.0, 1.0, math.nan), (200, 1.4, 0.8, 2.4, 0.2)),  # so few in the reference
])  # fmt: skip
def test_too_few_ends_on_either_side(rows: tuple[tuple[int, float, float, float, float], ...]) -> None:
    table = _released(*rows)
    assert table.frame[["ratio", "ratio_lower", "ratio_upper", "p"]].iloc[1].isna().all()
    assert table.masked[["ratio", "ratio_lower", "ratio_upper", "p"]].iloc[1].all()


def test_no_ratio_without_an_interval_and_all_exact_inside() -> None:
    endless = _released(REFERENCE, (60, 5e7, 0.0, math.inf, 0.9))
    assert endless.frame["ratio"].isna().tolist() == [False, True]
    inside = _released(REFERENCE, (60, 1.37, 1.05, 1.79, 0.0213), face="internal").frame
    assert inside.loc[1, ["ratio", "ratio_lower", "ratio_upper", "p"]].tolist() == [1.37, 1.05, 1.79, 0.0213]


@given(st.integers(10, 500), st.floats(0.2, 5), st.floats(0.01, 1.5), st.floats(0.01, 1.5))
def test_the_published_interval_holds_the_exact_one(events: int, ratio: float, below: float, above: float) -> None:
    lower, upper = ratio * math.exp(-below), ratio * math.exp(above)
    value, low, high = stepped_estimate(ratio, lower, upper, events)
    assert value == stepped_ratio(ratio, events)
    assert low <= lower * (1 + 1e-9)
    assert high >= upper * (1 - 1e-9)
    assert low <= value <= high


MONTHS = 24
CURVE = Table(
    "curve",
    {
        "day": Column("time"), "mean": Column("recurrence"), "lower": Column("lower", unit="times"),
        "upper": Column("upper", unit="times"), "at_risk": Column("count"), "events": Column("count"),
        "ending_families": Column("count"), "persons": Column("persons"), "families": Column("families"),
    },
)  # fmt: skip


def _again(events: int, first: int) -> pd.DataFrame:
    gathered = np.append(0, np.full(MONTHS, events).cumsum()) / 200
    return pd.DataFrame(
        {"day": [month_day(month) for month in range(MONTHS + 1)], "mean": gathered, "lower": gathered * 0.9,
         "upper": gathered * 1.1, "at_risk": 200, "events": [0, *[events] * MONTHS],
         "ending_families": [0, *[first] * MONTHS], "persons": 200, "families": 150}
    )  # fmt: skip


@pytest.mark.parametrize(("events", "first", "months"), [(8, 8, 25), (8, 5, 25), (9, 5, 13), (8, 4, 1), (4, 3, 13)])
def test_no_family_has_more_than_half_of_what_comes_again(events: int, first: int, months: int) -> None:
    done = protect_curve("again", CURVE, _again(events, first), Rules()).table.frame
    points = done.dropna(subset="mean")
    assert len(points) == months  # 9 events of 5 families: one may have five; of 18 of 10 families it has nine
    np.testing.assert_allclose(points["mean"] * 100 % 1, 0, atol=1e-9)
    assert "events" not in done
