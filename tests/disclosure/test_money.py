"""Sums of money of all tables together: no hidden sum of too few people is told to a quarter."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest

from kumppanuus.analysis import Column, Result, result_table
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.money import audit_money, make_money
from kumppanuus.disclosure.released import Guarded, ReleasedTable
from kumppanuus.study import Disclosure


def _columns(*totals: str, **dimensions: Column) -> MappingProxyType[str, Column]:
    behind = ("persons", "families", "concentration")
    return MappingProxyType(
        {
            **dimensions, "persons": Column("persons"), "families": Column("families"),
            "cost_eur": Column("sum", of=behind, unit="EUR", part_of=tuple(f"{each}.cost_eur" for each in totals)),
            "concentration": Column("concentration"),
        }
    )  # fmt: skip


_LEVEL, _SERVICE = Column("dimension", codes="levels"), Column("dimension", codes="services")


@dataclass(frozen=True, slots=True)
class _Costs(Result):
    everything: pd.DataFrame = result_table("counts", _columns())
    levels: pd.DataFrame = result_table("counts", _columns("everything", level=_LEVEL))
    services: pd.DataFrame = result_table("counts", _columns("levels", service=_SERVICE, level=_LEVEL))


def _costs(everything: float, levels: list[tuple[object, ...]], services: list[tuple[object, ...]]) -> _Costs:
    tables = _Costs.tables()
    return _Costs(
        pd.DataFrame([(900, 700, everything, 0.01)], columns=list(tables["everything"].columns)),
        pd.DataFrame(levels, columns=list(tables["levels"].columns)),
        pd.DataFrame(services, columns=list(tables["services"].columns)),
    )


def test_a_level_whose_services_are_all_published_hides_nothing() -> None:
    """The special level has 8 people; hiding the corrective one beside it is of no use while its service is shown."""
    result = _costs(
        5_030_000.0,
        [("early", 500, 400, 2_380_000.0, 0.01), ("special", 8, 6, 420_000.0, 0.2),
         ("corrective", 300, 200, 2_230_000.0, 0.01)],
        [("a", "early", 500, 400, 2_380_000.0, 0.01), ("b", "special", 8, 6, 420_000.0, 0.2),
         ("c", "corrective", 300, 200, 2_230_000.0, 0.01)],
    )  # fmt: skip
    found = release({"x": result}, Disclosure()).results["x"]
    levels, services = (found[name].set_index(found[name].columns[0])["cost_eur"] for name in ("levels", "services"))
    assert np.isnan(levels["special"])
    assert np.isnan(services["b"])
    assert np.isnan(levels["corrective"]) == np.isnan(services["c"])
    assert levels.isna().sum() >= 2
    assert found["everything"]["cost_eur"].tolist() == [5_030_000.0]


def test_what_rounding_leaves_is_granted_to_the_observer() -> None:
    """1,000,000 (995,000-1,005,000) less 980,000 (979,500-980,500) is 14,500 to 25,500: no good guess of 24,000."""
    whole = _guarded("whole", 1_004_000.0, 1_000_000.0)
    loose = make_money(
        {("x", "everything"): whole, ("x", "levels"): _parts([980_000.0, 24_000.0], [980_000.0, np.nan])}
    )
    assert audit_money(loose).asked == 1
    assert audit_money(loose).clean
    tight = make_money(
        {("x", "everything"): whole, ("x", "levels"): _parts([604_000.0, 400_000.0], [604_000.0, np.nan])}
    )
    assert audit_money(tight).told.sum() == 1


def _guarded(_name: str, exact: float, published: float) -> Guarded:
    table = _Costs.tables()["everything"]
    frame = pd.DataFrame([(900, 700, published)], columns=["persons", "families", "cost_eur"])
    masked = pd.DataFrame(np.zeros((1, 3), dtype=bool), columns=frame.columns)
    rows = pd.DataFrame([(900, 700, exact, 0.01)], columns=list(table.columns))
    return Guarded(ReleasedTable("everything", table, frame.assign(hidden=False), masked), rows)


def _parts(exact: list[float], published: list[float]) -> Guarded:
    table = _Costs.tables()["levels"]
    people = [(500, 400, 0.01), (8, 6, 0.2)]
    rows = pd.DataFrame(
        [(code, p, f, cost, c) for code, cost, (p, f, c) in zip("ab", exact, people, strict=True)],
        columns=list(table.columns),
    )
    frame = rows.drop(columns="concentration").assign(cost_eur=published, hidden=False)
    masked = frame[["persons", "families", "cost_eur"]].isna()
    return Guarded(ReleasedTable("levels", table, frame, masked), rows)


def test_a_small_sum_protects_no_large_one() -> None:
    """A hidden level of 34 people at 6 euros a day is known to be small: beside it the other hidden level is told."""
    result = _costs(
        6_718_000.0,
        [("early", 696, 516, 5_400_000.0, 0.004), ("special", 6, 5, 1_280_000.0, 0.24),
         ("universal", 34, 26, 38_000.0, 0.06)],
        [("a", "early", 696, 516, 5_400_000.0, 0.004), ("b", "special", 6, 5, 1_280_000.0, 0.24),
         ("c", "universal", 34, 26, 38_000.0, 0.06)],
    )  # fmt: skip
    found = release({"x": result}, Disclosure()).results["x"]
    levels = found["levels"].set_index("level")["cost_eur"]
    assert levels[["special", "universal"]].isna().all()
    assert np.isnan(levels["early"]) or np.isnan(found["everything"]["cost_eur"].iloc[0])


def test_no_sums_no_audit() -> None:
    assert audit_money(make_money({})).clean


@pytest.mark.parametrize("seed", range(12))
def test_the_rest_of_a_total_is_never_the_money_of_a_few(seed: int) -> None:
    """Whatever the tables: an observer who subtracts all he sees is a quarter off, or the rest has people enough."""
    random = np.random.default_rng(seed)
    services = []
    for n in range(8):
        persons = int(random.choice([3, 8, 9, 15, 60, 200]))
        families = max(1, persons // 2)
        cost = round(float(random.lognormal(11, 1)), 2)
        services.append((f"s{n}", ("early", "special", "corrective")[n % 3], persons, families, cost, 1 / families))
    table = pd.DataFrame(services, columns=list(_Costs.tables()["services"].columns))
    groups = table.groupby("level", sort=False)
    levels = groups[["persons", "families", "cost_eur"]].sum().reset_index().assign(concentration=0.05)
    result = _costs(round(float(table["cost_eur"].sum()), 2), [*levels.itertuples(index=False)], services)
    found = release({"x": result}, Disclosure()).results["x"]
    for level, part in table.groupby("level"):
        shown = found["services"].set_index("service")["cost_eur"][part["service"]]
        total = found["levels"].set_index("level")["cost_eur"][level]
        rest = part[shown.isna().to_numpy()]
        if np.isnan(total) or rest.empty:
            continue
        left, true = total - shown.sum(), rest["cost_eur"].sum()
        people_enough = rest["persons"].sum() >= 10 and rest["families"].sum() >= 5
        assert people_enough or abs(left - true) > 0.1 * true
