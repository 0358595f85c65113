"""Results as no room should make them: the gate protects or refuses them, and never falls over its own feet."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, make_dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.synthetic import Lorenz, Queue, synthetic_results
from kumppanuus.analysis import Column, Result, result_table
from kumppanuus.disclosure import gate
from kumppanuus.disclosure.audit import Finding
from kumppanuus.disclosure.base import Base
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.merging import longer
from kumppanuus.disclosure.plan import Plan
from kumppanuus.errors import DisclosureError
from kumppanuus.study import Disclosure

SETTINGS = Disclosure()
_PEOPLE = MappingProxyType({"persons": Column("persons"), "families": Column("families")})
_CODE = Column("dimension", codes="services", adds=True)


@dataclass(frozen=True, slots=True)
class _Parts(Result):
    years: pd.DataFrame = result_table("counts", MappingProxyType({"year": Column("dimension"), **_PEOPLE}))
    services: pd.DataFrame = result_table(
        "counts", MappingProxyType({"year": Column("dimension"), "service": _CODE, **_PEOPLE}), within="years"
    )


def _rows(*rows: tuple[object, ...], columns: tuple[str, ...] = ("year", "service")) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[*columns, *_PEOPLE])


def test_a_base_whose_years_are_numbers_is_the_base_of_years_that_are_texts() -> None:
    years = _rows((2024, 60, 50), columns=("year",))
    found = release({"a": _Parts(years, _rows(("2024", "a", 40, 30), ("2024", "b", 20, 15)))}, SETTINGS).results["a"]
    assert found["services"]["persons"].tolist() == [39, 21]


def test_one_code_kept_in_two_ways_is_one_cell_twice() -> None:
    twice = _rows((2024, 60, 50), ("2024", 40, 30), columns=("year",))
    with pytest.raises(DisclosureError, match="KU503"):
        release({"a": _Parts(twice, _rows())}, SETTINGS)


def test_a_breakdown_needs_persons() -> None:
    @dataclass(frozen=True, slots=True)
    class NoPersons(Result):
        total: pd.DataFrame = result_table("counts", _PEOPLE)
        parts: pd.DataFrame = result_table(
            "counts", MappingProxyType({"service": _CODE, "n": Column("count")}), within="total"
        )

    total = pd.DataFrame([(60, 50)], columns=list(_PEOPLE))
    with pytest.raises(DisclosureError, match="KU502"):
        release({"a": NoPersons(total, pd.DataFrame([("a", 9)], columns=["service", "n"]))}, SETTINGS)


def test_a_sum_that_is_no_number_is_refused_without_its_value() -> None:
    @dataclass(frozen=True, slots=True)
    class Costs(Result):
        years: pd.DataFrame = result_table(
            "counts",
            MappingProxyType(
                {"year": _CODE, **_PEOPLE, "cost": Column("sum", of=("persons", "families", "concentration")),
                 "concentration": Column("concentration")}
            ),
        )  # fmt: skip

    rows = pd.DataFrame([("2024", 60, 50, "12 EUR", 0.1)], columns=list(Costs.tables()["years"].columns))
    with pytest.raises(DisclosureError, match="KU504") as refused:
        release({"a": Costs(rows)}, SETTINGS)
    assert "12" not in str(refused.value)


def test_a_number_that_does_not_exist_is_not_part_of_a_sum() -> None:
    table = _Parts.tables()["services"]
    month = replace(table, columns={**table.columns, "service": Column("dimension", adds=True, time_axis=True)})
    rows = _rows(("x", "2024-01", np.nan, 5), ("x", "2024-02", 9, 5), ("x", "2024-04", 8, 5))
    found = longer(month, rows, 1)
    assert found["persons"].isna().tolist() == [True, False]
    assert found["families"].tolist() == [10, 5]


@dataclass(frozen=True, slots=True)
class _Pairs(Result):
    everyone: pd.DataFrame = result_table("counts", _PEOPLE)
    services: pd.DataFrame = result_table("counts", MappingProxyType({"service": _CODE, **_PEOPLE}))
    pairs: pd.DataFrame = result_table(
        "edges",
        MappingProxyType({"first": _CODE, "second": _CODE, **_PEOPLE, "lift": Column("lift", of=("everyone",))}),
        nodes="services",
        population="together",
    )


@dataclass(frozen=True, slots=True)
class _Again(Result):
    pairs: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"first": _CODE, "second": _CODE, "families": Column("count"), "n": Column("persons"),
                          "m": Column("families")}), population="together",
    )  # fmt: skip


def _pairs(everyone: list[tuple[int, int]]) -> _Pairs:
    services = _rows(("a", 60, 50), ("b", 70, 60), columns=("service",))
    pairs = pd.DataFrame([("a", "b", 40, 30, np.nan)], columns=["first", "second", *_PEOPLE, "lift"])
    return _Pairs(pd.DataFrame(everyone, columns=list(_PEOPLE)), services, pairs)


@pytest.mark.parametrize("face", ["public", "internal"])
def test_without_everyone_there_is_no_lift(face: Any) -> None:
    found = release({"a": _pairs([])}, SETTINGS, face=face).results["a"]["pairs"]
    assert found["lift"].isna().all()
    assert found["families"].notna().all()


def test_what_is_computed_from_a_number_hidden_elsewhere_is_hidden_with_it() -> None:
    """The same families stand in another analysis, hidden: the lift of the pair would give them back."""
    again = pd.DataFrame([("a", "b", 30, 4, 4)], columns=["first", "second", "families", "n", "m"])
    alone = release({"a": _pairs([(90, 80)])}, SETTINGS).results["a"]
    assert alone["pairs"]["lift"].tolist() == [0.8]  # 27 x 81 / (51 x 57)
    found = release({"a": _pairs([(90, 80)]), "b": _Again(again)}, SETTINGS).results
    assert found["b"]["pairs"]["families"].isna().all()
    assert found["a"]["pairs"][["families", "lift"]].isna().all(axis=None)
    assert found["a"].tables["pairs"].masked[["families", "lift"]].all(axis=None)


def test_the_internal_face_has_lorenz_curves() -> None:
    rows = [("2024", str(n), 20, 10, cost, 0.1, np.nan) for n, cost in enumerate((10.0, 10.0, 20.0, 20.0, 40.0), 1)]
    frame = pd.DataFrame(rows, columns=list(Lorenz.tables()["costs"].columns)).iloc[::-1].reset_index(drop=True)
    found = release({"a": Lorenz(frame)}, SETTINGS, face="internal").results["a"]["costs"]
    assert found["share"].tolist() == [1.0, 0.6, 0.4, 0.2, 0.1]


@pytest.mark.parametrize("kind", ["incidence", "occupation"])
def test_causes_with_different_days_are_refused(kind: str) -> None:
    key, whole = next(each for each in synthetic_results(1).items() if kind in each[0])
    (name,) = type(whole).tables()
    frame = getattr(whole, name)
    with pytest.raises(DisclosureError, match="KU525"):
        release({key: replace(whole, **{name: frame.drop(index=[5, 6]).reset_index(drop=True)})}, SETTINGS)


def test_one_step_of_a_table_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five numbers are told at once: two categories are merged, and then the audit looks again."""
    plans: list[Plan] = []

    def once(base: Base, *_: object) -> Finding:
        told = base.hidden & (base.exact > 0) & (not plans)
        plans.append(Plan())
        return Finding(told, int(told.sum()))

    @dataclass(frozen=True, slots=True)
    class Merging(Result):
        services: pd.DataFrame = result_table(
            "counts", MappingProxyType({"service": _CODE, **_PEOPLE}), coarsen=("merge", "drop")
        )

    rows = _rows(*((code, n, n) for code, n in zip("abcdefg", (60, 50, 3, 3, 3, 3, 3), strict=True)),
                 columns=("service",))  # fmt: skip
    monkeypatch.setattr(gate, "audit", once)
    found = release({"a": Merging(rows)}, SETTINGS).results["a"]["services"]
    assert found["service"].tolist() == ["a", "b", "other", "e", "f", "g"]


def test_which_of_equal_numbers_is_hidden_does_not_depend_on_the_order_of_rows() -> None:
    @dataclass(frozen=True, slots=True)
    class Levels(Result):
        levels: pd.DataFrame = result_table("counts", MappingProxyType({"level": _CODE, **_PEOPLE}), population="c")

    @dataclass(frozen=True, slots=True)
    class Services(Result):
        services: pd.DataFrame = result_table(
            "counts", MappingProxyType({"service": _CODE, "level": _CODE, **_PEOPLE}), population="c"
        )

    rows = _rows(*((f"s{n}", "early", each, each) for n, each in enumerate((7, 7, 7, 7, 2))),
                 columns=("service", "level"))  # fmt: skip
    level = Levels(_rows(("early", 30, 30), columns=("level",)))
    hidden = [
        set(found.loc[found["persons"].isna(), "service"])
        for each in (rows, rows.iloc[::-1].reset_index(drop=True))
        for found in [release({"a": level, "b": Services(each)}, SETTINGS).results["b"]["services"]]
    ]
    assert hidden == [{"s0", "s4"}] * 2


_TABLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"all": (), "levels": ("level",), "services": ("service", "level"), "months": ("month",),
     "turns": ("level", "month"), "years": ("service", "level", "year")}
)  # fmt: skip


def _people(random: np.random.Generator) -> pd.DataFrame:
    n = int(random.choice([0, 1, 8, 40, 150]))
    service, month = random.integers(0, 5, n), random.integers(0, 14, n)
    months = [f"{2022 + each // 12}-{each % 12 + 1:02d}" for each in month]
    people = {"service": [f"s{each}" for each in service], "level": [f"l{each % 2}" for each in service],
              "month": months, "year": [each[:4] for each in months]}  # fmt: skip
    return pd.DataFrame({**people, "family": random.integers(0, max(1, n // 2), n)}, dtype=object)


def _counted(people: pd.DataFrame, names: tuple[str, ...], random: np.random.Generator) -> pd.DataFrame:
    grouped = people.groupby(list(names)) if names else people.groupby(np.zeros(len(people)))
    rows = grouped["family"].agg(persons="size", families="nunique").reset_index()
    rows = rows[[*names, *_PEOPLE]].astype(dict.fromkeys(_PEOPLE, float))
    what = random.random()
    if what < 0.1:
        return rows.iloc[:0]
    if what < 0.2 and len(rows):
        rows.loc[0, "persons"] = np.nan
    return rows.assign(persons=0.0, families=0.0) if 0.2 < what < 0.25 else rows


def _result(people: pd.DataFrame, random: np.random.Generator) -> Result:
    steps = [("merge", "longer", "hide", "drop"), ("hide", "drop"), ("longer", "merge"), ("drop",), ()]
    fields, frames = [], {}
    for name, dimensions in _TABLES.items():
        columns = {each: Column("dimension", adds=random.random() < 0.6, time_axis=each in ("month", "year"))
                   for each in dimensions}  # fmt: skip
        table = result_table(
            "counts", MappingProxyType({**columns, **_PEOPLE}),
            within="all" if dimensions and random.random() < 0.5 else "",
            population="p" if random.random() < 0.8 else "", coarsen=steps[random.integers(len(steps))],
        )  # fmt: skip
        fields.append((name, pd.DataFrame, table))
        frames[name] = _counted(people, dimensions, random)
    made: Result = make_dataclass("Made", fields, bases=(Result,), frozen=True)(**frames)
    return made


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 100_000))
def test_whatever_comes_is_released_or_refused(seed: int) -> None:
    """Empty tables, zeros, one family, numbers that do not exist, raised thresholds: no fault but a refusal."""
    random = np.random.default_rng(seed)
    people = _people(random)
    results = {f"a{n}": _result(people, random) for n in range(int(random.integers(1, 3)))}
    k, f, n_min = random.choice([5, 10]), random.choice([3, 10]), random.choice([20, 100])
    thresholds = Disclosure(k=int(k), f=int(f), n_min=int(n_min))
    found = None
    with suppress(DisclosureError):
        found = release(results, thresholds)
    for result in found.results.values() if found else ():
        for table in result.tables.values():
            assert not table.frame["persons"].between(1, 8).any()
    release(results, thresholds, face="internal")


def test_an_empty_queue_is_no_fault() -> None:
    empty = Queue(pd.DataFrame(columns=list(Queue.tables()["months"].columns)))
    other = _Parts(_rows((2024, 60, 50), columns=("year",)), _rows())
    assert release({"a": empty, "b": other}, SETTINGS).results["a"].status == "empty"
