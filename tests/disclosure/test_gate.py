from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.analysis import Column, Result, result_table
from kumppanuus.disclosure import released as stamped
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import Released, Rules, Seal, demand
from kumppanuus.errors import DisclosureError
from kumppanuus.register.calendar import month_day
from kumppanuus.study import Disclosure

SETTINGS = Disclosure()
YEARS = MappingProxyType(
    {
        "year": Column("dimension", codes="years", time_axis=True),
        "persons": Column("persons"),
        "families": Column("families"),
        "population": Column("public"),
        "share": Column("share", of=("persons", "population")),
    }
)
SERVICES = MappingProxyType(
    {
        "service": Column("dimension", codes="services"),
        "year": Column("dimension", codes="years", time_axis=True),
        "persons": Column("persons"),
        "families": Column("families"),
        "cost_eur": Column("sum", of=("persons", "families", "concentration"), unit="EUR"),
        "concentration": Column("concentration"),
    }
)
CURVE = MappingProxyType(
    {
        "service": Column("dimension", codes="services"),
        "day": Column("time"),
        "survival": Column("survival"),
        "lower": Column("lower"),
        "upper": Column("upper"),
        "at_risk": Column("count"),
        "events": Column("count"),
        "ending_families": Column("behind"),
        "persons": Column("persons"),
        "families": Column("families"),
    }
)
SUMMARY = MappingProxyType(
    {
        "service": Column("dimension", codes="services"),
        "persons": Column("persons"),
        "families": Column("families"),
        "median": Column("from_curve", of=("curves", "median")),
        "share_12": Column("from_curve", of=("curves", "share_12")),
        "mean_24": Column("from_curve", of=("curves", "mean_24")),
    }
)
PAIRS = MappingProxyType(
    {
        "first": Column("dimension", codes="services"),
        "second": Column("dimension", codes="services"),
        "persons": Column("persons"),
        "families": Column("families"),
        "lift": Column("lift", of=("years",)),
    }
)


@dataclass(frozen=True, slots=True)
class _Result(Result):
    years: pd.DataFrame = result_table("counts", YEARS)
    services: pd.DataFrame = result_table("counts", SERVICES, within="years")


@dataclass(frozen=True, slots=True)
class _Curves(Result):
    curves: pd.DataFrame = result_table("curve", CURVE)
    summary: pd.DataFrame = result_table("counts", SUMMARY)


@dataclass(frozen=True, slots=True)
class _Network(Result):
    years: pd.DataFrame = result_table("counts", YEARS)
    services: pd.DataFrame = result_table("counts", SERVICES, within="years")
    pairs: pd.DataFrame = result_table("edges", PAIRS, nodes="services")


def _years(persons: int = 200, population: float = 1000.0) -> pd.DataFrame:
    return pd.DataFrame([("2021", persons, persons, population, np.nan)], columns=list(YEARS))


def _services(*rows: tuple[str, int, int, float, float]) -> pd.DataFrame:
    return pd.DataFrame([(s, "2021", p, f, c, h) for s, p, f, c, h in rows], columns=list(SERVICES))


def _release(result: Result) -> stamped.ReleasedResult:
    return release({"x": result}, SETTINGS).results["x"]


def test_a_row_hidden_whole_has_one_word_only() -> None:
    """A dash instead of the word would tell that there is nothing, such as no mean because none has ended."""
    rows = _services(("a", 100, 80, 123456.0, 0.02), ("d", 6, 6, np.nan, np.nan))
    table = _release(_Result(_years(), rows)).tables["services"]
    assert table.frame["hidden"].tolist() == [False, True]
    assert table.masked.loc[1].all()


def test_counts_by_hand() -> None:
    found = _release(
        _Result(
            _years(),
            _services(
                ("a", 100, 80, 123456.0, 0.02),
                ("b", 12, 12, 98765.0, 0.1),
                ("c", 12, 2, 5000.0, 0.5),  # families of two: hidden whole
                ("d", 6, 6, 5000.0, 0.2),
                ("e", 0, 0, 0.0, 0.0),
                ("f", 12, 5, 5000.0, 0.3),  # one family dominates: the sum is hidden; five families are a hidden number
            ),
        )
    )
    table = found.tables["services"]
    frame = table.frame.set_index("service")
    assert list(frame.columns) == ["year", "persons", "families", "cost_eur", "hidden"]
    assert frame.loc["a"].tolist() == ["2021", 99.0, 81.0, 123000.0, False]
    assert frame.loc["b"].tolist() == ["2021", 9.0, 9.0, 99000.0, False]
    for code in ("c", "d"):
        assert frame.loc[code, "hidden"]
        assert frame.loc[code, ["persons", "families", "cost_eur"]].isna().all()
    assert frame.loc["e"].tolist() == ["2021", 0.0, 0.0, 0.0, False]
    assert frame.loc["f", "persons"] == 9.0
    assert frame.loc["f", ["families", "cost_eur"]].isna().all()
    assert table.hidden == 3 + 3 + 2
    years = found["years"].iloc[0]
    assert (years["persons"], years["share"], years["population"]) == (201.0, 0.2, 1000.0)


def test_a_small_base_is_not_broken_down() -> None:
    rows = _services(("a", 10, 10, 100.0, 0.1), ("b", 9, 9, 100.0, 0.1))
    assert _release(_Result(_years(19), rows))["services"]["hidden"].all()
    assert not _release(_Result(_years(20), rows))["services"]["hidden"].any()


@dataclass(frozen=True, slots=True)
class _Counted(Result):
    total: pd.DataFrame = result_table(
        "counts", MappingProxyType(dict.fromkeys(("persons", "families"), Column("behind")))
    )
    parts: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "service": Column("dimension", codes="services"),
                "n": Column("count", of=("persons", "homes")),
                **dict.fromkeys(("persons", "homes"), Column("behind")),
            }
        ),
        within="total",
    )


@pytest.mark.parametrize(("base", "shown"), [(19, [np.nan, np.nan]), (20, [15.0, 9.0])])
def test_a_base_is_broken_down_into_counts_by_the_persons_behind_them(base: int, shown: list[float]) -> None:
    parts = pd.DataFrame([("a", 14, 11, 11), ("b", 12, 9, 9)], columns=["service", "n", "persons", "homes"])
    total = pd.DataFrame([(base, base)], columns=["persons", "families"])
    np.testing.assert_array_equal(_release(_Counted(total, parts))["parts"]["n"], shown)


def test_a_share_without_population_is_not_invented() -> None:
    found = _release(_Result(_years(population=np.nan), _services()))
    assert np.isnan(found["years"]["share"].iloc[0])
    assert not found.tables["years"].masked["share"].iloc[0]


@dataclass(frozen=True, slots=True)
class _Sensitive(Result):
    areas: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "area": Column("dimension", codes="areas"),
                "persons": Column("persons"),
                "families": Column("families"),
                "placed": Column("count"),
                "share": Column("share", of=("placed", "persons"), sensitive=True),
            }
        ),
    )


def test_r9_all_or_nobody_in_a_small_group_is_not_shown() -> None:
    rows = [("a", 99, 99, 99), ("b", 99, 99, 0), ("c", 99, 99, 50), ("d", 100, 100, 100), ("e", 100, 100, 0)]
    frame = pd.DataFrame([(*row, np.nan) for row in rows], columns=["area", "persons", "families", "placed", "share"])
    share = _release(_Sensitive(frame))["areas"]["share"]
    # of d the other side is 0 to 5 as far as published numbers tell: not shown either (R4)
    assert share.isna().tolist() == [True, True, False, True, False]
    assert (share[2], share[4]) == (0.52, 0.0)
    placed = _release(_Sensitive(frame))["areas"]["placed"]
    assert placed.isna().tolist() == [True, True, False, False, False]  # the number would say the same as the share


def _curve(persons: int, events: int, months: int = 36) -> pd.DataFrame:
    left = [persons - events * month for month in range(months + 1)]
    share = np.clip(np.array(left) / persons, 0, 1)
    return pd.DataFrame(
        {
            "service": "a", "day": [month_day(month) for month in range(months + 1)], "survival": share,
            "lower": np.clip(share - 0.0512, 0, 1), "upper": np.clip(share + 0.0512, 0, 1),
            "at_risk": np.maximum(left, 0), "events": [0, *[events] * months],
            "ending_families": [0, *[events] * months], "persons": persons, "families": persons,
        }
    )  # fmt: skip


def _summary(persons: int) -> pd.DataFrame:
    return pd.DataFrame([("a", persons, persons, np.nan, np.nan, np.nan)], columns=list(SUMMARY))


def test_curves_lose_points_and_end_early() -> None:
    """Of 240 people five a month are two percent: so many could be told; ten in two months could be 9, 10 or 11."""
    found = _release(_Curves(_curve(240, 5), _summary(240)))
    curve = found["curves"]
    assert "events" not in curve
    assert curve["day"].tolist() == [month_day(month) for month in range(0, 37, 2)]
    assert np.allclose(curve["survival"] * 100, np.round(curve["survival"] * 100), atol=1e-9)
    assert (curve["lower"] <= curve["survival"]).all()
    assert (curve["survival"] <= curve["upper"]).all()
    assert curve["at_risk"].iloc[0] == 237.0
    assert found["summary"].iloc[0].tolist() == ["a", 237.0, 237.0, 24.0, 0.75, 18.0, False]


def test_few_events_mean_few_points() -> None:
    curve = _release(_Curves(_curve(240, 2, 26), _summary(240)))["curves"]
    points = curve.dropna(subset="survival")
    # four months have eight ends, but half a year and a year come first
    assert points["day"].tolist() == [month_day(month) for month in (0, 6, 12, 16, 20, 24)]
    only_at_risk = _release(_Curves(_curve(300, 1, 26), _summary(300)))["curves"]
    months = [0, 6, 7, 12, 18, 24]  # seven events before the next point; every sixth month keeps its row
    assert only_at_risk["day"].tolist() == [month_day(month) for month in months]
    assert only_at_risk["survival"].isna().tolist() == [month == 6 for month in months]
    assert only_at_risk[["lower", "upper"]].isna().all(axis=1).tolist() == only_at_risk["survival"].isna().tolist()
    assert only_at_risk["at_risk"].notna().all()


def test_a_curve_ends_when_fewer_than_ten_are_at_risk() -> None:
    found = _release(_Curves(_curve(60, 6, 24), _summary(60)))
    assert found["curves"]["at_risk"].min() >= 9
    assert found["curves"]["day"].max() == month_day(8)
    assert np.isnan(found["summary"]["share_12"].iloc[0])
    assert found["summary"]["median"].iloc[0] == 5  # half way between 60 % after four months and 40 % after six


def test_a_small_group_has_no_curve_and_no_reading() -> None:
    found = _release(_Curves(_curve(19, 1), _summary(19)))
    assert found["curves"].empty
    assert found["summary"][["median", "share_12", "mean_24"]].isna().all(axis=None)
    assert found.tables["curves"].hidden == 1


def _pairs(*rows: tuple[str, str, int]) -> pd.DataFrame:
    return pd.DataFrame([(a, b, n, n, np.nan) for a, b, n in rows], columns=list(PAIRS))


def test_pairs_by_hand() -> None:
    services = _services(
        ("a", 100, 100, 0.0, 0.1), ("b", 50, 50, 0.0, 0.1), ("c", 12, 12, 0.0, 0.1), ("d", 5, 5, 0.0, 0.1)
    )
    pairs = _pairs(("a", "b", 40), ("a", "c", 11), ("a", "d", 5), ("b", "c", 7))
    found = _release(_Network(_years(), services, pairs))
    shown = found["pairs"]
    # a-c: one family would have c without a; a-d: d is hidden; both are left out without a trace in the table
    assert shown[["first", "second"]].to_numpy().tolist() == [["a", "b"], ["b", "c"]]
    assert shown["families"].tolist() == [39.0, 9.0]
    assert shown["lift"].tolist() == [round(39 * 201 / (99 * 51), 1), round(9 * 201 / (51 * 9), 1)]
    assert found.tables["pairs"].hidden == 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda frame: frame.assign(extra=1), "KU502"),
        (lambda frame: frame.drop(columns="families"), "KU502"),
        (lambda frame: frame[["families", *[c for c in frame if c != "families"]]], "KU502"),
        (lambda frame: pd.concat([frame, frame]), "KU503"),
        (lambda frame: frame.assign(year=None), "KU503"),
        (lambda frame: frame.assign(persons=-1), "KU504"),
        (lambda frame: frame.assign(persons=1.5), "KU504"),
        (lambda frame: frame.assign(persons="many"), "KU504"),
    ],
)
def test_what_was_not_declared_is_refused(change, code: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DisclosureError, match=code):
        release({"x": _Result(change(_years()), _services())}, SETTINGS)


def test_empty_and_missing_say_so() -> None:
    released = release({"x": _Result(_years().iloc[:0], _services())}, SETTINGS, missing={"y": ("visits",)})
    assert released.results["x"].status == "empty"
    assert (released.results["y"].status, released.results["y"].missing) == ("missing", ("visits",))


def test_only_the_gate_can_stamp() -> None:
    released = release({}, SETTINGS)
    assert demand(released) is released
    forged = Released({}, Rules(), Seal())
    for fake in (forged, {}, None, released.results):
        with pytest.raises(DisclosureError, match="KU501"):
            demand(fake)  # type: ignore[arg-type]


def _doctored(released: Released, frame: pd.DataFrame) -> dict[str, stamped.ReleasedResult]:
    table = dataclasses.replace(released.results["x"].tables["years"], frame=frame)
    return {"x": dataclasses.replace(released.results["x"], tables={"years": table})}


def test_a_stamp_holds_for_what_was_stamped_only() -> None:
    released = release({"x": _Result(_years(), _services())}, SETTINGS)
    raw = _doctored(released, _years())
    same = Released(released.results, released.rules, released.seal, audited=True)
    assert demand(same) is same
    for fake in (
        dataclasses.replace(released, results=raw),
        Released(raw, released.rules, released.seal),
        Released(raw, released.rules, Seal(released.seal.mark)),
        dataclasses.replace(released, audited=False),
        dataclasses.replace(released, face="internal"),
        dataclasses.replace(released, rules=Rules(k=1)),
        dataclasses.replace(released, results={}),
    ):
        with pytest.raises(DisclosureError, match="KU501"):
            demand(fake)


@pytest.mark.parametrize("column", ["persons", "year", "hidden"])
def test_a_number_changed_behind_the_gate_is_refused(column: str) -> None:
    released = release({"x": _Result(_years(), _services())}, SETTINGS)
    frame = released.results["x"]["years"]
    frame.loc[0, column] = {"persons": 200.0, "year": "x", "hidden": True}[column]
    with pytest.raises(DisclosureError, match="KU501"):
        demand(released)


def test_what_is_masked_cannot_be_unmasked_behind_the_gate() -> None:
    released = release({"x": _Result(_years(), _services(("a", 3, 3, 1.0, 0.1)))}, SETTINGS)
    table = released.results["x"].tables["services"]
    table.masked["persons"] = False
    with pytest.raises(DisclosureError, match="KU501"):
        demand(released)


def test_settings_can_only_be_tightened() -> None:
    for loose in ({"k": 4}, {"f": 2}, {"n_min": 19}, {"base": 5}):
        with pytest.raises(ValueError):
            Disclosure.model_validate(loose)
    tight = release({"x": _Result(_years(), _services(("a", 9, 9, 0.0, 0.1)))}, Disclosure(k=10))
    assert tight.results["x"]["services"]["hidden"].tolist() == [True]


_CELL = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda pair: (max(pair), min(pair)))


@settings(max_examples=60, deadline=None)
@given(st.lists(_CELL, min_size=1, max_size=8))
def test_no_small_number_ever_leaves(cells: list[tuple[int, int]]) -> None:
    rows = _services(*((f"s{place}", p, f, float(p * 1000), 0.1) for place, (p, f) in enumerate(cells)))
    frame = _release(_Result(_years(sum(p for p, _ in cells)), rows))["services"]
    for (persons, families), (_, row) in zip(cells, frame.iterrows(), strict=True):
        for exact, published in ((persons, row["persons"]), (families, row["families"])):
            assert np.isnan(published) or published == 0 == exact or (published >= 9 and abs(published - exact) <= 3)
        if 0 < persons < 7 or 0 < families < 3:
            assert np.isnan(row["persons"])
            assert np.isnan(row["cost_eur"])
