"""resources.spending: ten relationships, their visits and invoices priced by hand, nothing, and charts."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import math
import re
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus import drawing
from kumppanuus.analysis import Context
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.gathered import gatherer
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Bars, Chart, Dumbbell, Notice, StackedBars
from kumppanuus.language.catalogue import LANGUAGES, read_texts
from kumppanuus.language.say import Say, speaker
from kumppanuus.register.calendar import study_years
from kumppanuus.register.engine import count
from kumppanuus.register.store import build_register
from kumppanuus.resources.spending import ANALYSIS
from kumppanuus.resources.spending.compute import GATHERED, SpendingParams, SpendingResult
from kumppanuus.study import Study, Words

STUDY = Study.model_validate(
    tomllib.loads(
        """
schema = 1
study = { organiser = "Esimerkkilä", synthetic = true }
window = { from = 2020-01-01, to = 2022-06-30 }
[[sources]]
table = "relationships"
files = ["a.csv"]
columns = { client = "c" }
[[services]]
code = "open"
name = { fi = "Avoin kohtaamispaikka", sv = "Öppen mötesplats", en = "Open meeting place" }
level = "universal"
[[services]]
code = "family_work"
name = { fi = "Perhetyö", sv = "Familjearbete", en = "Family work" }
level = "early"
unit_costs_eur = { own = 10.50, purchased = 20.00 }
unit_cost_includes = { fi = "henkilöstö ja tilat", sv = "personal och lokaler", en = "staff and premises" }
[[services]]
code = "counselling"
name = { fi = "Perheneuvonta", sv = "Familjerådgivning", en = "Family counselling" }
level = "special"
unit = "visit"
unit_cost_eur = 100.10
[[services]]
code = "placement"
name = { fi = "Sijoitus kodin ulkopuolelle", sv = "Placering utanför hemmet", en = "Placement outside home" }
level = "corrective"
production = "purchased"
unit_cost_eur = 300
"""
    )
)
SERVICES = ("open", "family_work", "counselling", "placement", "unknown")
YEARS = ("2020", "2021", "2022")


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def table(columns: Mapping[str, pa.DataType], rows: tuple[tuple[Any, ...], ...]) -> pa.Table:
    return pa.table(
        {name: pa.array([row[place] for row in rows], kind) for place, (name, kind) in enumerate(columns.items())}
    )


def clients(*rows: tuple[int, int]) -> pa.Table:
    kinds = {"client": pa.uint64(), "family": pa.uint64(), "birth_date": pa.date32(), "sex": pa.string()}
    return table({**kinds, "area": pa.string()}, tuple((*row, None, None, None) for row in rows))


def relationships(*rows: tuple[int, str, str | None, str, str | None]) -> pa.Table:
    kinds = {"client": pa.uint64(), "service": pa.string(), "production": pa.string()}
    dated = tuple((*row[:3], day(row[3]), day(row[4]) if row[4] else None) for row in rows)
    return table({**kinds, "start": pa.date32(), "end": pa.date32()}, dated)


def visits(*rows: tuple[int, str, str, int]) -> pa.Table:
    kinds = {"client": pa.uint64(), "service": pa.string(), "date": pa.date32(), "visits": pa.int64()}
    return table(kinds, tuple((client, service, day(date), n) for client, service, date, n in rows))


def costs(*rows: tuple[int | None, str, str, int, str | None]) -> pa.Table:
    kinds = {"client": pa.uint64(), "service": pa.string(), "date": pa.date32(), "cost_cents": pa.int64()}
    dated = tuple((client, service, day(date), cents, way) for client, service, date, cents, way in rows)
    return table({**kinds, "production": pa.string()}, dated)


CLIENTS = clients((1, 1), (2, 1), (3, 3), (4, 4), (5, 5), (6, 6))
RELATIONSHIPS = relationships(
    (1, "family_work", "own", "2020-12-30", "2021-01-03"),
    (1, "family_work", "own", "2020-12-31", "2021-01-05"),  # with the row above 2 days of 2020 and 4 of 2021
    (1, "family_work", "purchased", "2021-01-04", "2021-01-06"),  # another provider: its 2 days count besides
    (2, "family_work", "own", "2019-12-01", "2020-01-11"),  # 10 days inside the window
    (3, "family_work", "own", "2022-06-29", None),  # 2 days until the window ends
    (3, "placement", None, "2020-05-01", "2020-06-01"),  # 300 € a day, but its invoices count
    (4, "placement", None, "2021-01-01", "2021-02-01"),  # no invoice: no cost, the service has invoices
    (5, "counselling", None, "2020-02-01", "2020-03-01"),
    (6, "open", None, "2020-03-01", "2020-04-01"),  # no price at all
    (6, "family_work", "voucher", "2021-07-01", "2021-07-08"),  # no price for vouchers
)
VISITS = visits(
    (5, "counselling", "2020-02-03", 2),
    (5, "counselling", "2020-02-20", 1),
    (1, "counselling", "2021-01-01", 1),
    (5, "counselling", "2019-12-31", 5),  # before the window
)
COSTS = costs(
    (3, "placement", "2020-05-01", 123_456, "purchased"),
    (3, "placement", "2020-06-01", 5, None),
    (None, "placement", "2021-03-01", 100_000, "purchased"),  # names no client
    (2, "placement", "2021-03-01", 50_000, None),
)
GIVEN = {"clients": CLIENTS, "relationships": RELATIONSHIPS, "visits": VISITS, "costs": COSTS}


def context() -> Context:
    years = {year.label: year.days_seen for year in study_years(STUDY.window)}
    prices = {each.code: each.unit_costs_eur for each in STUDY.services}
    return Context(STUDY.service_levels(), years, 912, frozenset({"relationships"}), unit_costs=prices)  # type: ignore[arg-type]


CONTEXT = context()


def counted(tables: Mapping[str, pa.Table]) -> dict[str, pd.DataFrame]:
    with tempfile.TemporaryDirectory() as folder:
        register = build_register(tables, STUDY, Path(folder) / "register", buckets=1)
        return count(ANALYSIS, SpendingParams(), register, STUDY)


def result(tables: Mapping[str, pa.Table]) -> SpendingResult:
    return ANALYSIS.compute(counted(tables), SpendingParams(), context())  # type: ignore[return-value]


@functools.cache
def ten_rows() -> SpendingResult:
    return result(GIVEN)


def without(*names: str) -> dict[str, pa.Table]:
    return {name: given_table for name, given_table in GIVEN.items() if name not in names}


def rows(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return list(frame[list(columns)].itertuples(index=False, name=None))


class TestTenRows:
    """Every number here is counted by hand from the tables above."""

    def test_services(self) -> None:
        assert rows(ten_rows().services, "service", "basis", "year", "persons", "families", "cost_eur") == [
            ("family_work", "day", "2020", 2, 1, 126.00),  # (2 + 10) days x 10.50
            ("counselling", "visit", "2020", 1, 1, 300.30),  # 3 visits x 100.10
            ("placement", "rows", "2020", 1, 1, 1234.61),
            ("family_work", "day", "2021", 1, 1, 82.00),  # 4 x 10.50 + 2 x 20
            ("counselling", "visit", "2021", 1, 1, 100.10),
            ("placement", "rows", "2021", 1, 1, 1500.00),
            ("family_work", "day", "2022", 1, 1, 21.00),
        ]

    def test_what_names_no_client_is_in_the_sum_but_not_in_the_mean(self) -> None:
        services = ten_rows().services.set_index(["service", "year"])
        assert services.loc[("placement", "2021"), "per_family_eur"] == 500.00
        assert services.loc[("placement", "2020"), "per_family_eur"] == 1234.61

    def test_productions(self) -> None:
        columns = ("production", "year", "persons", "families", "cost_eur", "per_family_eur")
        assert rows(ten_rows().productions, *columns) == [
            ("own", "2020", 3, 2, 426.30, 213.15),  # clients 1, 2, 5
            ("purchased", "2020", 1, 1, 1234.61, 1234.61),
            ("own", "2021", 1, 1, 142.10, 142.10),
            ("purchased", "2021", 2, 1, 1540.00, 540.00),  # clients 1, 2
            ("own", "2022", 1, 1, 21.00, 21.00),
        ]

    def test_levels(self) -> None:
        levels = ten_rows().levels
        assert rows(levels[levels["year"] == "2020"], "level", "persons", "families", "cost_eur") == [
            ("early", 2, 1, 126.00),
            ("special", 1, 1, 300.30),
            ("corrective", 1, 1, 1234.61),
        ]

    def test_years(self) -> None:
        years = ten_rows().years
        assert rows(years, "year", "days_seen", "persons", "families", "cost_eur") == [
            ("2020", 366, 4, 3, 1660.91),
            ("2021", 365, 2, 1, 1682.10),
            ("2022", 181, 1, 1, 21.00),
        ]
        # Families 1, 5 and 3 in 2020.
        squares = 126.00**2 + 300.30**2 + 1234.61**2
        assert years["concentration"].tolist() == pytest.approx([squares / 1660.91**2, 1, 1], rel=1e-12)
        assert years["per_family_eur"].tolist() == pytest.approx([1660.91 / 3, 682.10, 21], rel=1e-12)

    def test_ways_of_the_last_full_year(self) -> None:
        assert rows(ten_rows().ways, "service", "basis", "production", "year", "persons", "families", "cost_eur") == [
            ("family_work", "day", "own", "2021", 1, 1, 42.00),  # 4 x 10.50
            ("family_work", "day", "purchased", "2021", 1, 1, 40.00),
            ("counselling", "visit", "own", "2021", 1, 1, 100.10),
            ("placement", "rows", "purchased", "2021", 1, 1, 1500.00),
        ]

    def test_areas_of_the_last_full_year(self) -> None:
        # Nobody's area is known; one family of 100 + 1500 - 1000 (no client) + 82 euros.
        found = ten_rows().areas
        assert rows(found, "area", "year", "persons", "families", "cost_eur") == [("unknown", "2021", 2, 1, 1682.10)]
        assert found["per_family_eur"].tolist() == [682.10]
        assert found["cost_margin"].tolist() == pytest.approx(
            [1.959964], rel=1e-3
        )  # of one family: all of it is chance

    def test_the_ledger_is_no_cost_of_anybody(self) -> None:
        booked = costs((None, "placement", "2021-02-01", 999, None)).append_column("book", pa.array(["ledger"]))
        invoices = COSTS.append_column("book", pa.array(["invoice"] * len(COSTS)))
        years = result({**GIVEN, "costs": pa.concat_tables([invoices, booked])}).years
        assert years["cost_eur"].tolist() == [1660.91, 1682.10, 21.00]
        assert years["ledger_eur"].fillna(0).tolist() == [0, 9.99, 0]

    def test_unpriced(self) -> None:
        assert rows(ten_rows().unpriced, "service", "production", "year", "persons", "families") == [
            ("open", "own", "2020", 1, 1),
            ("family_work", "voucher", "2021", 1, 1),
        ]


def test_one_family_of_two_services_is_one_dominating_family() -> None:
    # Family 1 costs 40 + 60 of 150 over two sources: its square is of 100, not of 40 and 60.
    rows_of = relationships(*((client, "placement", None, "2020-01-01", "2020-02-01") for client in (1, 2, 3)))
    paid = costs(
        (1, "placement", "2020-01-01", 4000, "purchased"),
        (2, "placement", "2020-01-01", 6000, "own"),
        (3, "placement", "2020-01-01", 5000, "purchased"),
    )
    found = result({"clients": CLIENTS, "relationships": rows_of, "costs": paid})
    expected = (100**2 + 50**2) / 150**2
    assert found.services["concentration"].tolist() == pytest.approx([expected])
    assert found.years["concentration"].tolist() == pytest.approx([expected])
    assert found.productions["concentration"].tolist() == pytest.approx([1, (40**2 + 50**2) / 90**2])


def test_without_cost_rows_the_unit_cost_holds() -> None:
    services = result(without("costs")).services
    placement = services[services["service"] == "placement"]
    assert rows(placement, "basis", "year", "persons", "cost_eur") == [
        ("day", "2020", 1, 9300),
        ("day", "2021", 1, 9300),
    ]


def test_without_visits_a_service_paid_by_visit_has_no_price() -> None:
    found = result(without("visits"))
    assert "counselling" not in set(found.services["service"])
    assert ("counselling", "2020", 1) in rows(found.unpriced, "service", "year", "persons")


def test_a_service_unknown_to_the_catalogue_keeps_its_invoices() -> None:
    paid = costs((None, "unknown", "2020-05-01", 777, None))
    services = result({**GIVEN, "costs": paid}).services
    assert rows(services[services["service"] == "unknown"], "level", "basis", "persons", "families", "cost_eur") == [
        ("unknown", "rows", 0, 0, 7.77)
    ]


def test_zero_rows() -> None:
    found = result({"relationships": relationships(), "clients": clients()})
    for name, declared in SpendingResult.tables().items():
        frame = getattr(found, name)
        assert frame.empty
        assert list(frame.columns) == list(declared.columns)
    assert release({ANALYSIS.key: found}, STUDY.disclosure).results[ANALYSIS.key].status == "empty"


def test_one_family_publishes_nothing() -> None:
    paid = costs(*((client, "placement", "2020-05-01", 100_00 + client, None) for client in range(1, 41)))
    stays = relationships(*((client, "placement", None, "2020-05-01", "2020-06-01") for client in range(1, 41)))
    found = result({"clients": clients(*((n, 77) for n in range(1, 41))), "relationships": stays, "costs": paid})
    assert found.years["cost_eur"].sum() > 0
    for protected in released(found).tables.values():
        numbers = [name for name in protected.frame.select_dtypes("number") if name != "days_seen"]
        assert protected.frame[numbers].isna().all(axis=None), protected.name


_DAYS = st.integers(-400, 1100).map(lambda days: str(datetime.date(2020, 1, 1) + datetime.timedelta(days)))
_ENDS = st.none() | st.integers(1, 700)
_WAYS = st.sampled_from(("own", "purchased", "voucher", None))
_STAYS = st.lists(st.tuples(st.integers(1, 12), st.sampled_from(SERVICES), _WAYS, _DAYS, _ENDS), max_size=25)
_VISITS = st.lists(st.tuples(st.integers(1, 12), st.sampled_from(SERVICES[:4]), _DAYS, st.integers(1, 9)), max_size=12)
_COSTS = st.lists(
    st.tuples(st.none() | st.integers(1, 12), st.sampled_from(SERVICES), _DAYS, st.integers(1, 10**9), _WAYS),
    max_size=12,
)


@settings(max_examples=4, deadline=None)
@given(_STAYS, _VISITS, _COSTS, st.lists(st.integers(1, 6), min_size=12, max_size=12))
def test_the_same_money_whichever_way_it_is_cut(
    stays: list[tuple[int, str, str | None, str, int | None]], seen: list[tuple[int, str, str, int]],
    paid: list[tuple[int | None, str, str, int, str | None]], homes: list[int],
) -> None:  # fmt: skip
    ends = [
        (*stay[:4], str(day(stay[3]) + datetime.timedelta(stay[4])) if stay[4] else None)  # half-open
        for stay in stays
    ]
    tables = {
        "clients": clients(*((place + 1, home) for place, home in enumerate(homes))),
        "relationships": relationships(*ends),
        "visits": visits(*seen),
        "costs": costs(*paid),
    }
    found = ANALYSIS.compute(counted(tables), SpendingParams(), context())
    assert isinstance(found, SpendingResult)
    # to the cent
    for name in ("services", "levels", "productions"):
        by_year = getattr(found, name).groupby("year")["cost_eur"].sum()
        pd.testing.assert_series_equal(by_year, found.years.set_index("year")["cost_eur"].sort_index(), rtol=1e-12)


# ---------------------------------------------------------------------------------------------------------------
# Charts

LEVELS = {**STUDY.service_levels(), "unknown": "unknown"}


def town(costs_eur: Mapping[tuple[str, str], tuple[float, float, float]], persons: float = 400.0) -> SpendingResult:
    """A result with these costs by service and way of production in 2020, 2021 and the first half of 2022."""
    cells = pd.DataFrame(
        [
            {"service": service, "level": LEVELS[service], "production": way, "year": year, "cost_eur": cost}
            for (service, way), yearly in costs_eur.items()
            for year, cost in zip(YEARS, yearly, strict=True)
        ]
    ).assign(sector="social", basis="day")
    years = _money(cells, ["year"], persons * 3)
    years.insert(1, "days_seen", [366.0, 365.0, 181.0])
    years.insert(2, "price_level", 1000.0)
    last = cells[cells["year"] == "2021"]
    parts = [
        last.assign(area=area, cost_eur=part * last["cost_eur"]) for area, part in (("east", 0.25), ("west", 0.75))
    ]
    unpriced = pd.DataFrame(
        {"service": ["open"], "production": ["own"], "year": ["2021"], "persons": [200.0], "families": [120.0]}
    )
    return SpendingResult(
        services=_money(cells, ["service", "level", "sector", "basis", "year"], persons),
        levels=_money(cells, ["level", "year"], persons),
        productions=_money(cells, ["production", "year"], persons),
        years=years.assign(ledger_eur=[math.nan, 1.1 * years["cost_eur"][1], math.nan]),
        ways=_money(last, ["service", "level", "sector", "basis", "production", "year"], persons),
        areas=_money(pd.concat(parts), ["area", "year"], persons).assign(cost_margin=0.2),
        **{name: pd.DataFrame(columns=list(SpendingResult.tables()[name].columns)) for name in GATHERED},
        unpriced=unpriced,
    )


def _money(cells: pd.DataFrame, keys: list[str], persons: float) -> pd.DataFrame:
    money = cells.groupby(keys, as_index=False)[["cost_eur"]].sum()
    money.insert(len(keys), "persons", persons)
    money.insert(len(keys) + 1, "families", persons // 2)
    return money.assign(per_family_eur=money["cost_eur"] / (persons // 2), concentration=0.01)


def say(language: str) -> Say:
    return speaker(STUDY, language).with_texts(read_texts(ANALYSIS.messages))  # type: ignore[arg-type]


def released(given_result: SpendingResult) -> ReleasedResult:
    gather = {ANALYSIS.key: gatherer(ANALYSIS, SpendingParams(), (), (), context=CONTEXT)}
    return release({ANALYSIS.key: given_result}, STUDY.disclosure, gather=gather).results[ANALYSIS.key]


def drawn(name: str, given_result: SpendingResult, language: str = "en") -> Chart:
    chart = ANALYSIS.charts[name](released(given_result), say(language))
    assert isinstance(chart, Chart)
    return chart


TOWN = town(
    {
        ("family_work", "own"): (411_111, 522_222, 260_000),
        ("family_work", "purchased"): (200_000, 133_333, 100_000),
        ("counselling", "own"): (300_000, 310_000, 150_000),
        ("placement", "purchased"): (1_500_000, 2_345_678, 1_200_000),
    }
)
NOTHING = town({("family_work", "own"): (5_000.0, 5_000.0, 5_000.0)}, persons=3.0)
HIDDEN = dataclasses.replace(
    TOWN,
    ways=TOWN.ways.iloc[:0],
    areas=TOWN.areas.iloc[:0],
    services=TOWN.services.assign(concentration=TOWN.services["service"].map({"placement": 0.6}).fillna(0.01)),
    levels=TOWN.levels.assign(concentration=TOWN.levels["level"].map({"corrective": 0.6}).fillna(0.01)),
    productions=TOWN.productions.assign(concentration=TOWN.productions["production"].map({"own": 0.01}).fillna(0.6)),
    years=TOWN.years.assign(concentration=0.3),
    unpriced=TOWN.unpriced.iloc[:0],
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", list(ANALYSIS.charts))
@pytest.mark.parametrize("given_result", [TOWN, HIDDEN, NOTHING], ids=["town", "hidden", "nothing"])
def test_every_chart_is_legible(given_result: SpendingResult, name: str, language: str) -> None:
    chart = drawn(name, given_result, language)
    assert len(chart.headline) <= 125
    assert drawing.lint_figure(drawing.figure(chart)) == []
    unseen = given_result is NOTHING or (given_result is HIDDEN and name in ("prices", "areas", "ledger"))
    assert isinstance(chart.form, Notice) == unseen


def test_services_are_ranked_by_cost_in_the_last_full_year() -> None:
    chart = drawn("services", TOWN)
    assert isinstance(chart.form, Bars)
    assert [(bar.label, bar.value, bar.text) for bar in chart.form.bars] == [
        ("Placement outside home", 2_350_000.0, "€2.4m"),  # three significant digits, then words
        ("Family work", 656_000.0, "€656,000"),  # 522 222 + 133 333
        ("Family counselling", 310_000.0, "€310,000"),
    ]
    # 2.35 of 3.31 million (3 311 233 to three digits): 71 %.
    assert (
        chart.headline == "Placement outside home cost the most: about €2.4m, or 71% of the spending described in 2021"
    )
    assert "services without a price: 1" in chart.footer
    assert "Family work: staff and premises" in chart.alt


def test_levels_say_the_share_of_corrective_services_and_its_direction() -> None:
    chart = drawn("levels", TOWN)
    assert isinstance(chart.form, StackedBars)
    # 1.5 of 2.41 million is 62 %, 2.35 of 3.31 million 71 %.
    assert chart.headline == (
        "Corrective services took about 71% of the spending described in 2021, "
        "9\N{NO-BREAK SPACE}percentage points more than in 2020"
    )
    assert [label for label, _, _ in chart.form.rows] == ["2020", "2021", "2022 (part of year)"]
    assert [label for label, _, _ in chart.form.key] == ["Early support", "Special services", "Corrective services"]


@pytest.mark.parametrize(
    ("placement", "words"),
    [(900_000, "less than in 2020"), (1_500_000, "the same as in 2020"), (2_000_000, "more than in 2020")],
)
def test_direction_words_agree_with_the_numbers(placement: float, words: str) -> None:
    # Beside one million of family work: 1.5 → 0.9 million is 60 → 47 %; unchanged; → 2 million is 67 %.
    costs_eur = {
        ("family_work", "own"): (1_000_000.0, 1_000_000.0, 0.0),
        ("placement", "purchased"): (1_500_000.0, placement, 0.0),
    }
    for name in ("levels", "productions"):
        assert words in drawn(name, town(costs_eur)).headline


def test_a_year_without_corrective_services_is_no_share_of_them() -> None:
    found = town(
        {("family_work", "own"): (900_000.0, 900_000.0, 0.0), ("placement", "purchased"): (1.0, 900_000.0, 0.0)}
    )
    levels = found.levels[(found.levels["level"] != "corrective") | (found.levels["year"] != "2020")]
    chart = drawn("levels", dataclasses.replace(found, levels=levels))
    assert chart.headline.endswith("50\N{NO-BREAK SPACE}percentage points more than in 2020")


def test_hidden_parts_make_a_column_as_high_as_its_total() -> None:
    years = TOWN.years.assign(concentration=0.01)
    chart = drawn("levels", dataclasses.replace(HIDDEN, years=years))
    assert isinstance(chart.form, StackedBars)
    assert chart.form.key[-1] == ("hidden parts together", "hidden", False)
    # 2021: 3.31 million in all, to three digits; whatever is published of its levels, the column shows all of it.
    _, parts, total = chart.form.rows[1]
    assert total == "€3.3m"
    assert parts[-1].colour == "hidden"
    assert sum(part.value or 0 for part in parts) == pytest.approx(3.31e6)


def test_a_hidden_share_is_not_spoken_of() -> None:
    levels = drawn("levels", HIDDEN)
    assert isinstance(levels.form, StackedBars)
    # Corrective services, hidden, cost more: the words must not claim otherwise.
    assert levels.headline == "Early support: the largest of the costs that can be shown, about €656,000 in 2021"
    assert "hidden parts: 3" in levels.footer
    assert levels.form.key[2][0] == "Corrective services (hidden)"
    assert [total for _, _, total in levels.form.rows] == ["hidden"] * 3
    services = drawn("services", HIDDEN)
    assert isinstance(services.form, Bars)
    assert [bar.label for bar in services.form.bars] == ["Family work", "Family counselling"]
    assert "hidden services: 1" in services.footer
    assert "without a price" not in services.footer


@pytest.mark.parametrize(("placement", "claims"), [(100_000.0, True), (900_000.0, False)])
def test_the_largest_is_named_only_when_no_hidden_cost_can_be_larger(placement: float, claims: bool) -> None:
    # Placement is hidden, and counselling with it: alone it would follow from the year's total. When it is most of the
    # costs, everything is hidden beside it.
    costs_eur = {("family_work", "own"): 600_000.0, ("placement", "purchased"): placement, ("counselling", "own"): 9e4}
    known = town({cell: (0.0, cost, 0.0) for cell, cost in costs_eur.items()})
    known = dataclasses.replace(known, ways=known.ways.iloc[:0], areas=known.areas.iloc[:0])
    dominated = known.services["service"].map({"placement": 0.9}).fillna(0.01)
    chart = drawn("services", dataclasses.replace(known, services=known.services.assign(concentration=dominated)))
    assert ("cost the most" in chart.headline) == claims
    careful = "costs that can be shown" in chart.headline or "cannot be shown" in chart.headline
    assert careful != claims


def test_productions_without_purchases_name_the_largest() -> None:
    chart = drawn("productions", town({("family_work", "own"): (400_000.0, 500_000.0, 0.0)}))
    assert chart.headline == ("Own production: all of the spending described in 2021, about €500,000")


def test_productions_of_one_colour_differ_by_pattern() -> None:
    ways = ("own", "purchased", "voucher", "family")
    chart = drawn("productions", town({("family_work", way): (400_000.0, 500_000.0, 100_000.0) for way in ways}))
    assert isinstance(chart.form, StackedBars)
    looks = [(colour, pattern) for _, colour, pattern in chart.form.key]
    assert len(set(looks)) == len(ways)


def test_no_number_of_the_charts_is_exact() -> None:
    for name in ANALYSIS.charts:
        chart = drawn(name, TOWN, "fi")
        words = " ".join((chart.headline, chart.subtitle, chart.footer, chart.alt, repr(chart.form)))
        numbers = {re.sub(r"\D", "", text) for text in re.findall(r"\d[\d ]*", words)}
        assert not {"411111", "522222", "133333", "655555", "2345678"} & numbers


def test_prices_stand_side_by_side_with_what_they_include() -> None:
    chart = drawn("prices", TOWN)
    assert isinstance(chart.form, Bars)
    # Family work, own and purchased; 200 families: 522 222 and 133 333 euros over the published 201.
    assert [(bar.label, bar.text, bar.detail) for bar in chart.form.bars] == [
        ("Own production", "€10.50", "per family €2,600"),
        ("Purchased service", "€20", "per family €660"),
    ]
    assert chart.form.groups == (("Family work, day (staff and premises)", 2),)
    assert "cannot be compared directly" in chart.headline


def test_what_each_way_includes_is_told_by_way() -> None:
    services = tuple(
        each.model_copy(update={"unit_cost_includes": None, "unit_costs_include": {"own": Words(fi="tilat")}})
        for each in STUDY.services
    )
    spoken = speaker(STUDY.model_copy(update={"services": services}), "fi").with_texts(read_texts(ANALYSIS.messages))
    told = released(TOWN)
    form = ANALYSIS.charts["prices"](told, spoken).form
    assert "Perhetyö: oma tuotanto: tilat; " in ANALYSIS.charts["services"](told, spoken).alt
    assert [bar.detail.partition(" · ")[0] for bar in form.bars] == ["tilat", "perhettä kohti 660\N{NO-BREAK SPACE}€"]


@pytest.mark.parametrize(("margin", "words"), [(0.2, "Cost of services per family"), (0.9, "No clear difference")])
def test_areas_differ_only_beyond_chance(margin: float, words: str) -> None:
    # Three times as dear: log 3 = 1.10; of two areas the interval of their ratio is 0.28 or 1.27.
    given_result = dataclasses.replace(TOWN, areas=TOWN.areas.assign(cost_margin=margin))
    assert drawn("areas", given_result).headline.startswith(words)


@pytest.mark.parametrize(("times", "words"), [(1.0, "are equal"), (1.25, "lack 20% of"), (0.8, "more is counted")])
def test_the_ledger_is_held_against_the_costs_counted(times: float, words: str) -> None:
    years = TOWN.years.assign(ledger_eur=[math.nan, times * TOWN.years["cost_eur"][1], math.nan])
    chart = drawn("ledger", dataclasses.replace(TOWN, years=years))
    assert isinstance(chart.form, Dumbbell)
    assert [row.label for row in chart.form.rows] == ["2021"]
    assert words in chart.headline


def test_unit_costs_are_turned_into_prices_of_the_year() -> None:
    # All costs are unit costs, in prices of the base year; 2021 has prices of 800: the ledger then explains itself.
    years = TOWN.years.assign(price_level=800.0, ledger_eur=[math.nan, 0.8 * TOWN.years["cost_eur"][1], math.nan])
    assert "are equal" in drawn("ledger", dataclasses.replace(TOWN, years=years)).headline
