"""Numbers of different populations that are the same: what one table hides must not follow from another."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kumppanuus.analysis import Column, Result, result_table
from kumppanuus.disclosure.base import Base, make_base
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.guard import guarded_result
from kumppanuus.disclosure.plan import Plan
from kumppanuus.disclosure.released import Rules
from kumppanuus.study import Disclosure

_PEOPLE = MappingProxyType({"persons": Column("persons"), "families": Column("families")})
_LEVEL = MappingProxyType({"level": Column("dimension", codes="levels")})
_FLOWS = MappingProxyType({name: Column("count", of=(name, "homes")) for name in ("waiting", "came", "left")})


@dataclass(frozen=True, slots=True)
class Queues(Result):
    """What is open at the end of each year, by level."""

    levels: pd.DataFrame = result_table(
        "queue",
        MappingProxyType({**_LEVEL, "year": Column("dimension", codes="years", time_axis=True), **_FLOWS,
                          "homes": Column("behind")}),
        population="flow",
    )  # fmt: skip


def _queue(**dimensions: Column) -> Any:
    named = MappingProxyType({**dimensions, **_FLOWS, "homes": Column("behind")})
    return result_table("queue", named, population="flow")


@dataclass(frozen=True, slots=True)
class Quarters(Result):
    """What is open at the end of each quarter, by level."""

    levels: pd.DataFrame = _queue(**_LEVEL, quarter=Column("dimension", codes="quarters", time_axis=True))


@dataclass(frozen=True, slots=True)
class Years(Result):
    """What is open at the end of each year, all together."""

    all: pd.DataFrame = _queue(year=Column("dimension", codes="years", time_axis=True))


@dataclass(frozen=True, slots=True)
class Sizes(Result):
    """What is open on the last day, and what ended, by level."""

    levels: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({**_LEVEL, "open": Column("count"), "ended": Column("count"), **_PEOPLE}),
        population="clients",
    )


@dataclass(frozen=True, slots=True)
class Sample(Result):
    """Some of them, by age, with their total; in a small register all."""

    everyone: pd.DataFrame = result_table("counts", _PEOPLE, population="sample")
    ages: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"age": Column("dimension", codes="ages", adds=True),
                          "persons": Column("persons", part_of=("everyone.persons",)), "families": Column("families")}),
        population="sample",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ages(Result):
    """All of them by age."""

    ages: pd.DataFrame = result_table(
        "counts", MappingProxyType({"age": Column("dimension", codes="ages"), **_PEOPLE}), population="clients"
    )


@dataclass(frozen=True, slots=True)
class Curves(Result):
    """A share that has ended, by level; everybody is there from the first day on."""

    curves: pd.DataFrame = result_table(
        "curve",
        MappingProxyType({**_LEVEL, "time": Column("time", unit="days"), "share": Column("incidence"),
                          "lower": Column("lower"), "upper": Column("upper"), "at_risk": Column("count"),
                          "events": Column("count"), **_PEOPLE}),
        population="leavers",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class People(Result):
    """Who they are, under another name."""

    people: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({**_LEVEL, "persons": Column("persons", cell="number"), "families": Column("families")}),
        population="leavers",
    )  # fmt: skip


def _queues() -> Queues:
    rows = [("early", 2022, 50, 20, 10), ("early", 2023, 55, 15, 10), ("early", 2024, 56, 8, 7),
            ("special", 2022, 30, 9, 9), ("special", 2023, 31, 8, 7), ("special", 2024, 33, 12, 10)]  # fmt: skip
    return Queues(pd.DataFrame(rows, columns=["level", "year", "waiting", "came", "left"]).assign(homes=99))


def _sizes(*numbers: tuple[str, int, int]) -> Sizes:
    rows = [(level, still, ended, still + ended, 50) for level, still, ended in numbers]
    return Sizes(pd.DataFrame(rows, columns=["level", "open", "ended", "persons", "families"]))


def _base(**results: Result) -> Base:
    tables = {}
    for key, result in results.items():
        declared = type(result).tables()
        frames = {name: getattr(result, name) for name in declared}
        tables |= {(key, name): each for name, each in guarded_result(key, declared, frames, Rules(), Plan()).items()}
    return make_base(tables, Rules())


def _equations(base: Base) -> set[frozenset[str]]:
    """Return between which numbers of two analyses there is an equation, by their names without codes."""
    rows, found = base.system.rows.toarray(), set()
    names = base.places.drop_duplicates("cell").set_index("cell")
    for row in rows[(base.system.below == 0) & (base.system.above == 0)]:
        cells = names.loc[np.flatnonzero(row)]
        if cells["analysis"].nunique() == 2:
            found.add(frozenset(cells["column"]))
    return found


def test_the_end_of_a_queue_is_what_is_open_and_all_that_left_is_what_ended() -> None:
    base = _base(queues=_queues(), sizes=_sizes(("early", 56, 27), ("special", 33, 26)))
    assert _equations(base) == {frozenset({"waiting", "open"}), frozenset({"left", "ended"})}


def test_all_who_begin_a_curve_are_its_people() -> None:
    """Nobody comes late: who is at risk on the first day is everybody, whatever hides the one and shows the other."""
    levels = ["early", "special"]
    curves = pd.DataFrame({"level": levels, "time": 0, "share": 0.0, "lower": 0.0, "upper": 0.0,
                           "at_risk": [40, 60], "events": 0, "persons": [40, 60], "families": [40, 60]})  # fmt: skip
    sizes = pd.DataFrame({"level": levels, "persons": [40, 60], "families": [40, 60]})
    assert frozenset({"at_risk", "persons"}) in _equations(_base(curves=Curves(curves), people=People(sizes)))


def test_the_stock_of_a_year_is_that_of_its_last_quarter() -> None:
    """Two levels at the ends of quarters, all of them at the ends of years: nobody adds stocks up over time."""
    rows = [(level, f"{year} Q{quarter}", 50 + 10 * (year - 2022) + 2 * quarter, 12, 10)
            for level in ("early", "special") for year in (2022, 2023) for quarter in (1, 2, 3, 4)]  # fmt: skip
    quarters = pd.DataFrame(rows, columns=["level", "quarter", "waiting", "came", "left"])
    before = quarters.groupby("level")["waiting"].shift().fillna(quarters["waiting"] - 2)
    quarters["came"] = quarters["waiting"] - before + quarters["left"]
    years = quarters.assign(year=quarters["quarter"].str[:4]).groupby("year", as_index=False)
    years = years.agg(waiting=("waiting", lambda open_: open_.iloc[3] + open_.iloc[7]), came=("came", "sum"),
                      left=("left", "sum"))  # fmt: skip
    base = _base(quarters=Quarters(quarters.assign(homes=99)), years=Years(years.assign(homes=99)))
    assert {frozenset({"waiting"}), frozenset({"came"}), frozenset({"left"})} <= _equations(base)


def test_numbers_that_differ_under_one_code_are_not_taken_to_be_the_same() -> None:
    base = _base(queues=_queues(), sizes=_sizes(("early", 56, 27), ("special", 32, 27)))
    assert _equations(base) == set()


@pytest.mark.parametrize("sampled", [True, False])
def test_what_a_total_hides_of_a_sample_that_is_everybody_is_not_shown_beside_it(sampled: bool) -> None:
    """Four ages at the beginning of their classes and one person of a fifth: 29 of 25–30 leaves 1 or 2 for her."""
    ages = pd.DataFrame({"age": list("abcde"), "persons": [7, 7, 7, 7, 1], "families": [7, 7, 7, 7, 1]})
    everyone = pd.DataFrame({"persons": [29], "families": [29]})
    others = ages if sampled else ages.assign(persons=[8, 7, 7, 7, 1], families=[8, 7, 7, 7, 1])
    done = release({"sample": Sample(everyone, ages), "ages": Ages(others)}, Disclosure())
    alone = release({"sample": Sample(everyone, ages)}, Disclosure())
    assert alone.results["sample"]["ages"]["persons"].isna().sum() == 2  # one more is hidden to protect her
    shown = done.results["ages"]["ages"]["persons"]
    total = done.results["sample"]["everyone"]["persons"].iloc[0]
    assert (shown.isna().sum() >= 2 or np.isnan(total)) == sampled


@dataclass(frozen=True, slots=True)
class Clocks(Result):
    """Contacts of each clock; one of them concerns every contact."""

    fates: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"clock": Column("dimension", codes="clocks"), "fate": Column("dimension", codes="fates"),
                          "year": Column("dimension", codes="years", time_axis=True), "contacts": Column("count")}),
        population="clocked",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waits(Result):
    """What the same contacts waited for."""

    years: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"year": Column("dimension", codes="years", time_axis=True), "waits": Column("count")}),
        population="waits",
    )


def test_contacts_of_one_clock_may_be_all_that_wait() -> None:
    fates = [("start", "late", 9), ("start", "in_time", 31), ("assessment", "late", 8), ("assessment", "in_time", 20)]
    clocks = pd.DataFrame([(*row[:2], "2024", row[2]) for row in fates], columns=["clock", "fate", "year", "contacts"])
    waits = pd.DataFrame({"year": ["2024"], "waits": [40]})
    assert frozenset({"contacts", "waits"}) in _equations(_base(a=Clocks(clocks), b=Waits(waits)))


_NAMED = MappingProxyType({"service": Column("dimension", codes="services"), **_PEOPLE})
_YEARLY = MappingProxyType({**_NAMED, "year": Column("dimension", codes="years", time_axis=True)})
_GROUPED = MappingProxyType(
    {"service": Column("dimension", codes="services"), "group": Column("dimension", codes="segments", adds=True),
     "families": Column("count", of=("members", "homes")), "members": Column("behind"), "homes": Column("behind")}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LastMonths(Result):
    """Who was in a service in the last twelve months."""

    services: pd.DataFrame = result_table("counts", _NAMED, population="last months")


@dataclass(frozen=True, slots=True)
class ByYear(Result):
    """Who was in a service in a year."""

    services: pd.DataFrame = result_table("counts", _YEARLY, population="clients")


@dataclass(frozen=True, slots=True)
class Groups(Result):
    """Families in a service by what they need; how many members they have is not told."""

    services: pd.DataFrame = result_table("counts", _GROUPED, population="groups")


def _last_months() -> LastMonths:
    return LastMonths(pd.DataFrame({"service": ["a", "b"], "persons": [40, 30], "families": [29, 21]}))


def test_the_last_twelve_months_may_be_the_last_year() -> None:
    rows = [("a", 44, 31, 2023), ("b", 33, 22, 2023), ("a", 40, 29, 2024), ("b", 30, 21, 2024)]
    years = ByYear(pd.DataFrame(rows, columns=[*_YEARLY]))
    both = {frozenset({"persons"}), frozenset({"families"})}
    assert _equations(_base(months=_last_months(), years=years)) == both
    earlier = ByYear(pd.DataFrame(rows[2:] + rows[:2], columns=[*_YEARLY]).assign(year=[2023, 2023, 2024, 2024]))
    assert _equations(_base(months=_last_months(), years=earlier)) == set()


def test_the_last_twelve_months_may_be_the_last_year_of_some_services() -> None:
    """Of three services of the year the other table tells two; of one alone equal numbers are chance."""
    rows = [("a", 40, 29, 2024), ("b", 30, 21, 2024), ("c", 50, 44, 2024)]
    years = ByYear(pd.DataFrame(rows, columns=[*_YEARLY]))
    both = {frozenset({"persons"}), frozenset({"families"})}
    assert _equations(_base(months=_last_months(), years=years)) == both
    other = LastMonths(_last_months().services.assign(persons=[40, 31], families=[29, 22]))
    assert _equations(_base(months=other, years=years)) == set()
    alone = LastMonths(_last_months().services.head(1))
    assert _equations(_base(months=alone, years=years)) == set()


def test_families_are_families_whatever_their_role() -> None:
    rows = [("a", "many", 20), ("a", "few", 9), ("b", "many", 12), ("b", "few", 9)]
    groups = Groups(pd.DataFrame(rows, columns=["service", "group", "families"]).assign(members=30, homes=20))
    assert frozenset({"families"}) in _equations(_base(months=_last_months(), groups=groups))
