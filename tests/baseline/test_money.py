"""baseline.money: the ten relationships of spending with sectors, areas, an index and a ledger, by hand; what charts
and signals say of numbers that are known."""

from __future__ import annotations

import dataclasses
import math
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from kumppanuus import drawing, pipeline
from kumppanuus.baseline.money import ANALYSIS
from kumppanuus.baseline.money.compute import MoneyParams, MoneyResult
from kumppanuus.baseline.money.signals import signals
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Bars, Chart, Dumbbell, Lines, Notice, StackedBars
from kumppanuus.errors import StudyError
from kumppanuus.language.catalogue import read_texts
from kumppanuus.language.say import Say, speaker
from kumppanuus.register.calendar import price_factors
from kumppanuus.register.store import build_register
from kumppanuus.resources.spending import ANALYSIS as SPENDING
from kumppanuus.study import Study
from tests.resources import test_spending as by_hand

INDEX = {"name": {"fi": "Hintaindeksi"}, "base": 2021, "values": {"2020": 80.0, "2021": 100.0}}
AREAS = [{"code": "east", "name": {"fi": "Itä"}}, {"code": "west", "name": {"fi": "Länsi"}}]
LEDGER = [(None, "placement", "2021-01-01", 200_000, "purchased"), (None, "family_work", "2021-02-01", 50_000, "own"),
          (None, "placement", "2019-12-01", 99, "purchased")]  # fmt: skip


def study(**changes: object) -> Study:
    return by_hand.STUDY.model_copy(update={"services": _sectors(), **changes})


def _sectors() -> tuple[object, ...]:
    sectors = {"open": "education", "counselling": "health"}
    return tuple(
        each.model_copy(update={"sector": sectors.get(each.code, "social")}) for each in by_hand.STUDY.services
    )


def indexed() -> Study:
    return Study.model_validate({**study().model_dump(by_alias=True), "price_index": INDEX, "areas": AREAS})


def tables(*, ledger: bool = True) -> dict[str, pa.Table]:
    invoices = by_hand.COSTS.append_column("book", pa.array(["invoice"] * len(by_hand.COSTS)))
    booked = by_hand.costs(*LEDGER).append_column("book", pa.array(["ledger"] * len(LEDGER)))
    homes = [("east", 1), ("east", 2), ("west", 3), ("west", 4), (None, 5), (None, 6)]
    people = by_hand.CLIENTS.drop_columns("area").append_column("area", pa.array([area for area, _ in homes]))
    given = {**by_hand.GIVEN, "clients": people, "costs": pa.concat_tables([invoices, booked]) if ledger else invoices}
    inhabitants = [("east", 2021, 0, 17, sex, n) for sex, n in (("female", 30), ("male", 70))] + [
        ("west", 2021, 0, 6, None, 40), ("west", 2021, 7, 17, None, 60), ("west", 2020, 0, 17, None, 999)]  # fmt: skip
    kinds = {"area": pa.string(), "year": pa.int64(), "age_from": pa.int64(), "age_to": pa.int64(), "sex": pa.string(),
             "persons": pa.int64()}  # fmt: skip
    return {**given, "population": by_hand.table(kinds, tuple(inhabitants))}


def result(given: dict[str, pa.Table], asked: Study) -> MoneyResult:
    with tempfile.TemporaryDirectory() as folder:
        register = build_register(given, asked, Path(folder) / "register", buckets=1)
        return pipeline.results_of([SPENDING, ANALYSIS], register, asked)[ANALYSIS.key]  # type: ignore[return-value]


@cache
def ten_rows() -> MoneyResult:
    return result(tables(), indexed())


class TestTenRows:
    """Every number here is counted by hand from the tables of spending and of this module."""

    def test_totals_are_those_of_spending(self) -> None:
        assert by_hand.rows(ten_rows().years, "year", "persons", "families", "cost_eur") == [
            ("2020", 4, 3, 1660.91), ("2021", 2, 1, 1682.10), ("2022", 1, 1, 21.00)]  # fmt: skip
        assert ten_rows().productions["cost_eur"].sum() == pytest.approx(1660.91 + 1682.10 + 21.00)

    def test_the_ledger_and_prices_of_each_year(self) -> None:
        years = ten_rows().years.set_index("year")
        assert years["ledger_eur"].fillna(-1).tolist() == [-1, 2500.0, -1]
        assert years["price_level"].fillna(-1).tolist() == [800, 1000, -1]

    def test_sectors(self) -> None:
        assert by_hand.rows(ten_rows().sectors, "sector", "year", "persons", "families", "cost_eur") == [
            ("social", "2020", 3, 2, 1360.61),  # clients 1, 2 (family 1) and 3: 126.00 + 1234.61
            ("health", "2020", 1, 1, 300.30),
            ("social", "2021", 2, 1, 1582.00),  # 82.00 + 1500.00, of which 1000.00 names no client
            ("health", "2021", 1, 1, 100.10),
            ("social", "2022", 1, 1, 21.00),
        ]

    def test_areas_of_the_last_full_year(self) -> None:
        assert by_hand.rows(
            ten_rows().areas.fillna(-1), "area", "year", "persons", "families", "cost_eur", "children"
        ) == [
            ("east", "2021", 2, 1, 682.10, 100),  # client 1: 82.00 + 100.10, client 2: 500.00
            ("unknown", "2021", 0, 0, 1000.00, -1),  # names no client
        ]

    def test_where_the_number_comes_from(self) -> None:
        levels = ten_rows().levels.set_index(["level", "year"])["from_rows"]
        assert levels.loc[[("early", "2020"), ("special", "2021"), ("corrective", "2021")]].tolist() == [0, 0, 100]
        assert ten_rows().invoiced.empty

    def test_who_is_behind_the_first_year(self) -> None:
        levels = ten_rows().levels
        early = levels[(levels["level"] == "early") & (levels["year"] == "2021")]
        assert by_hand.rows(early, "first_persons", "first_families", "first_concentration") == [(2, 1, 1)]


def test_ledger_rows_are_no_costs() -> None:
    without = result(tables(ledger=False), study())
    pd.testing.assert_frame_equal(ten_rows().levels, without.levels)
    assert without.years["ledger_eur"].isna().all()


def test_a_level_told_by_rows_and_by_unit_costs() -> None:
    paid = by_hand.costs(
        (1, "family_work", "2020-05-01", 10_000, "own"), (2, "family_work", "2020-05-01", 20_000, None)
    )
    again = [each.model_copy(update={"level": "early"}) for each in _sectors()]  # type: ignore[attr-defined]
    found = result({**tables(), "costs": paid}, study(services=tuple(again)))
    both = by_hand.rows(found.invoiced, "level", "priced", "year", "persons", "families", "cost_eur")
    assert both == [
        ("early", "assumed", "2020", 2, 2, 9600.30),  # 3 visits x 100.10 + 31 days x 300.00
        ("early", "rows", "2020", 2, 1, 300.00),
    ]
    assert found.levels.set_index("year")["from_rows"].fillna(-1).tolist() == [-1, 0]


def test_change_margins_by_hand() -> None:
    """Twelve families, each 100 € in 2020 and 200 € in 2021, when three others come besides."""
    stays = by_hand.relationships(*((n, "open", None, "2020-01-01", "2020-02-01") for n in range(1, 16)))
    paid = by_hand.costs(
        *((n, "open", "2020-03-01", 10_000, "own") for n in range(1, 13)),
        *((n, "open", "2021-03-01", 20_000, "own") for n in range(1, 16)),
    )
    people = by_hand.clients(*((n, 100 + n) for n in range(1, 16)))
    levels = result({"relationships": stays, "costs": paid, "clients": people}, study()).levels.set_index("year")
    variance = 12 * (1 / 12 - 1 / 15) ** 2 + 3 / 15**2
    assert levels["change_margin"].fillna(-1).tolist() == pytest.approx([-1, 1.959964 * math.sqrt(variance)], rel=1e-6)


def test_nothing_without_spending() -> None:
    empty = ANALYSIS.compute({}, MoneyParams(), pipeline.context_of(study(), frozenset()))
    assert release({ANALYSIS.key: empty}, study().disclosure).results[ANALYSIS.key].status == "empty"


class TestIndex:
    def test_factors(self) -> None:
        assert price_factors(indexed()) == {"2020": 1.25, "2021": 1.0}
        assert price_factors(study()) == {}

    @pytest.mark.parametrize(("change", "years"), [
        ({"values": {"2021": 100.0}}, "2020"), ({"base": "2019"}, "2019"), ({"values": {"2030": 1.0}}, "2020, 2021"),
    ])  # fmt: skip
    def test_a_year_that_lacks_is_named(self, change: dict[str, object], years: str) -> None:
        lacking = Study.model_validate({**study().model_dump(by_alias=True), "price_index": {**INDEX, **change}})
        with pytest.raises(StudyError, match="KU228") as raised:
            price_factors(lacking)
        assert raised.value.facts["years"] == years

    def test_no_index_of_nothing(self) -> None:
        with pytest.raises(ValueError, match="greater than 0"):
            Study.model_validate({**study().model_dump(by_alias=True), "price_index": {**INDEX, "values": {"2021": 0}}})


# ---------------------------------------------------------------------------------------------------------------
# Charts and signals

TOWN = {"universal": (300_000, 310_000), "early": (700_000, 690_000), "special": (500_000, 500_000),
        "corrective": (1_000_000, 2_000_000)}  # fmt: skip


def town(
    costs: Mapping[str, tuple[float, float]] = TOWN, *, ledger: tuple[float, float] = (2_400_000, 3_600_000),
    level: tuple[float, float] = (800.0, 1000.0), margin: float = 0.1, families: int = 200, share: float = 0.01,
) -> ReleasedResult:  # fmt: skip
    """Released: these costs by level in 2020 and 2021; corrective ones are told by cost rows."""
    people = {"persons": 2.0 * families, "families": float(families), "concentration": share}
    names = ("2020", "2021")
    first = {f"first_{name}": value for name, value in people.items()}
    levels = pd.DataFrame(
        [{"level": name, "year": year, "from_rows": 100.0 * (name == "corrective"), "cost_eur": cost,
          "change_margin": margin if at else np.nan, **first, **people}
         for at, year in enumerate(names) for name, yearly in costs.items() for cost in [yearly[at]]]
    )  # fmt: skip
    totals = [sum(yearly[at] for yearly in costs.values()) for at in (0, 1)]
    years = pd.DataFrame({"year": names, "days_seen": [366.0, 365.0], "price_level": level, "limit_percent": 5.0,
                          "cost_eur": totals, "ledger_eur": ledger}).assign(**people)  # fmt: skip
    parts = {"own": 0.6, "purchased": 0.4}, {"own": 0.3, "purchased": 0.7}
    productions = pd.DataFrame(
        [{"production": way, "year": year, "cost_eur": totals[at] * part, **people}
         for at, year in enumerate(names) for way, part in parts[at].items()]
    )  # fmt: skip
    sectors = years.assign(sector="social")
    areas = pd.DataFrame({"area": ["east", "west"], "year": "2021", "cost_eur": [2_000_000.0, 1_500_000.0],
                          "cost_margin": margin, "children": [1000.0, 1500.0]}).assign(**people)  # fmt: skip
    frames = {"years": years, "levels": levels, "sectors": sectors, "productions": productions, "areas": areas,
              "invoiced": pd.DataFrame(columns=list(MoneyResult.tables()["invoiced"].columns))}  # fmt: skip
    made = {name: frames[name][list(table.columns)] for name, table in MoneyResult.tables().items()}
    return release({ANALYSIS.key: MoneyResult(**made)}, indexed().disclosure).results[ANALYSIS.key]


def say(language: str = "en") -> Say:
    return speaker(indexed(), language).with_texts(read_texts(ANALYSIS.messages))  # type: ignore[arg-type]


def drawn(name: str, found: ReleasedResult, language: str = "en") -> Chart:
    chart = ANALYSIS.charts[name](found, say(language))
    assert isinstance(chart, Chart)
    return chart


@cache
def usual() -> ReleasedResult:
    return town()


@pytest.mark.parametrize(("name", "language"), [*((name, "sv") for name in ANALYSIS.charts), ("balance", "fi")])
def test_every_chart_is_legible(name: str, language: str) -> None:
    chart = drawn(name, usual(), language)
    assert not isinstance(chart.form, Notice)
    assert drawing.lint_figure(drawing.figure(chart)) == []


def test_numbers_that_are_hidden_are_said_to_be() -> None:
    hidden = town(share=0.4)
    assert all(isinstance(drawn(name, hidden).form, Notice) for name in ANALYSIS.charts)


def test_without_an_index_prices_are_those_of_each_year() -> None:
    found = town(level=(math.nan, math.nan))
    growth, balance = (drawn(name, found, "sv").form for name in ("growth", "balance"))
    assert isinstance(growth, Lines)
    assert [line.values for line in growth.lines] == [(2_500_000, 3_500_000)]
    assert isinstance(balance, Lines)
    assert balance.lines[-1].values == (1_000_000, 2_000_000)


def test_balance_in_one_price_level() -> None:
    """Corrective 1.0 million in prices of 80 is 1.25 of 100: prevention 1.00 / 1.25 = 0.80, then 1.00 / 2.00 = 0.50."""
    chart = drawn("balance", usual())
    words = {"after": "0.50", "last": "2021", "before": "0.80", "first": "2020"}
    assert chart.headline == say()("balance.headline.down", **words)
    assert isinstance(chart.form, Lines)
    assert [line.values for line in chart.form.lines] == [(1e6, 1e6), (5e5, 5e5), (1.25e6, 2e6)]
    assert drawn("balance", town(margin=0.5)).headline == say()("balance.headline.unclear", **words)


def test_growth_with_and_without_rising_prices() -> None:
    """2.5 million, of which 1.0 of rows: 2.75 in prices of 2021; then 3.5: 27 % more, 40 % in prices of each year."""
    chart = drawn("growth", town(margin=0.05))
    words = {"first": "2020", "last": "2021", "cost": "€3.5m"}
    assert chart.headline == say()("growth.headline.up_real", change="27%", **words)
    assert isinstance(chart.form, Lines)
    assert [line.key for line in chart.form.lines] == ["+40%", "+27%"]
    unclear = drawn("growth", town(margin=0.3)).headline
    assert unclear == say()("growth.headline.unclear", before="€2.5m", **words)


def test_what_moved_most() -> None:
    chart = drawn("changes", usual())
    words = {"name": "Purchased service", "before": "40%", "after": "70%", "first": "2020", "last": "2021"}
    assert chart.headline == say()("changes.headline.up", **words)
    assert isinstance(chart.form, Dumbbell)


@pytest.mark.parametrize(("margin", "case"), [(0.1, "differ"), (0.6, "alike")])
def test_areas_per_child(margin: float, case: str) -> None:
    chart = drawn("areas", town(margin=margin))
    words = {"high": "Itä", "most": "€2,000", "low": "Länsi", "least": "€1,000"}
    assert chart.headline == say()(f"areas.headline.{case}_per_child", **words)
    assert isinstance(chart.form, Bars)


@pytest.mark.parametrize(("ledger", "case", "words", "unexplained"), [
    (3_610_000, "small", {"share": "3%", "part": "€110,000", "ledger": "€3.6m"}, [1_500_000, 2_000_000, 110_000]),
    (4_200_000, "large", {"share": "17%", "part": "€700,000", "ledger": "€4.2m"}, [1_500_000, 2_000_000, 700_000]),
    (3_500_000, "agrees", {"ledger": "€3.5m"}, None),
    (3_000_000, "over", {"explained": "€3.5m", "ledger": "€3.0m", "share": "17%"}, None),
])  # fmt: skip
def test_ledger(ledger: float, case: str, words: dict[str, str], unexplained: list[float] | None) -> None:
    chart = drawn("ledger", town(ledger=(2_400_000, ledger)))
    assert chart.headline == say()(f"ledger.headline.{case}", year="2021", **words)
    assert isinstance(chart.form, StackedBars)
    if unexplained:
        parts = sorted(segment.value for segment in chart.form.rows[-1][1] if segment.value is not None)
        assert parts == pytest.approx(sorted(unexplained))
    # 2020: 1.0 million of rows and 1.5 of assumed prices, which were 80 % of those of 2021
    assert sorted(segment.value or 0 for segment in chart.form.rows[0][1])[-2:] == pytest.approx([1_000_000, 1_200_000])


def test_signals() -> None:
    growth, books = signals(town(margin=0.05, ledger=(2_400_000, 4_200_000)))
    assert (growth.value, growth.reference) == pytest.approx((1.6, 1.0))
    assert growth.lower < 1.6 < growth.upper
    assert 0 < growth.certainty < 1
    assert growth.families == 201
    assert books.value == pytest.approx(700 / 4200)
    assert books.lower < books.value < books.upper
    assert books.certainty > 0.5
    quiet = signals(town(dict.fromkeys(TOWN, (1e6, 1e6)), ledger=(4e6, 4.1e6), level=(1000.0, 1000.0)))
    assert [each.gap * each.certainty for each in quiet] == [0, 0]
    assert signals(town(share=0.4)) == ()


def test_the_setting_is_the_limit() -> None:
    asked = dataclasses.replace(MoneyParams(), unexplained_percent=20)
    assert pipeline.room_params(ANALYSIS, study(analyses={ANALYSIS.key: {"unexplained_percent": 20}})) == asked
