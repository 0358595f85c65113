"""Means over families of numbers between 0 and 1: steps, half intervals, and what decides whether they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.analysis import Column, Result, result_table
from kumppanuus.disclosure.gate import release
from kumppanuus.errors import DisclosureError
from kumppanuus.study import Disclosure


@dataclass(frozen=True, slots=True)
class _Bounded(Result):
    rows: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "service": Column("dimension", codes="services"),
                "persons": Column("persons"),
                "families": Column("families"),
                "coc": Column("bounded", of=("persons", "families")),
                "coc_half": Column("bounded", of=("persons", "families", "coc")),
            }
        ),
    )


def _shown(*rows: tuple[float, float, float, float], face: str = "public") -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["persons", "families", "coc", "coc_half"]).astype(float)
    frame.insert(0, "service", [f"s{place}" for place in range(len(rows))])
    released = release({"x.y": _Bounded(frame)}, Disclosure(), face=face)  # type: ignore[arg-type]
    return released.results["x.y"]["rows"]


def test_steps_grow_with_fewer_families() -> None:
    """Published 9 stands for 7 families at least: steps of 0.2; 27: 25, 0.05; 99: 97, 0.02; 105: 103, 0.01."""
    found = _shown((30, 8, 0.52, 0.1), (60, 25, 0.52, 0.1), (150, 99, 0.517, 0.1), (200, 105, 0.517, 0.1))
    assert found["coc"].tolist() == pytest.approx([0.6, 0.5, 0.52, 0.52])
    assert found["coc_half"].tolist() == pytest.approx([0.2, 0.15, 0.12, 0.11])


def test_few_people_have_no_mean() -> None:
    """Ten persons (published 15) and seven families (published 9) at least; the numbers published decide."""
    found = _shown((12, 9, 0.5, 0.1), (13, 9, 0.5, 0.1), (18, 6, 0.5, 0.1), (18, 7, 0.5, 0.1))
    assert found["coc"].notna().tolist() == [False, True, False, True]
    assert found["coc_half"].notna().tolist() == [False, True, False, True]


def test_a_published_interval_holds_the_exact_one() -> None:
    dice = np.random.default_rng(2)
    families = dice.integers(7, 400, 300).astype(float)
    mean, half = dice.random(300), 0.3 * dice.random(300)
    found = _shown(*zip(2 * families + 10, families, mean, half, strict=True))
    assert (found["coc"] - found["coc_half"] <= mean - half + 1e-9).all()
    assert (found["coc"] + found["coc_half"] >= mean + half - 1e-9).all()


@settings(max_examples=8, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=7, max_size=60))
def test_one_family_moves_it_over_one_limit_at_most(values: list[float]) -> None:
    """Who knows all families but one learns on which side of one limit that one lies."""
    n, others = len(values), sum(values[1:])
    rows = [(2.0 * n + 10, float(n), (others + each) / n, 0.0) for each in np.linspace(0, 1, 21)]
    assert _shown(*rows)["coc"].nunique() <= 2


def test_the_internal_face_has_the_exact_ones() -> None:
    assert _shown((12, 9, 0.123, 0.045), face="internal")[["coc", "coc_half"]].iloc[0].tolist() == [0.123, 0.045]


def test_no_other_form_has_a_rule_for_it() -> None:
    @dataclass(frozen=True, slots=True)
    class Histogram(Result):
        rows: pd.DataFrame = result_table(
            "histogram", {**_Bounded.tables()["rows"].columns, "low": Column("public"), "high": Column("public")}
        )

    with pytest.raises(DisclosureError, match="KU502"):
        release({"x.y": Histogram(pd.DataFrame(columns=[*Histogram.tables()["rows"].columns]))}, Disclosure())
