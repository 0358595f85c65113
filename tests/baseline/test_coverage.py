"""baseline.coverage: a register of ten rows worked by hand, buckets, nothing, and charts that keep their word."""

from __future__ import annotations

import dataclasses
import datetime
import re
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from kumppanuus import drawing
from kumppanuus.analysis import Context
from kumppanuus.baseline.coverage import ANALYSIS
from kumppanuus.baseline.coverage.compute import CoverageParams, CoverageResult
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Bars, Chart, Dumbbell, Forest, Lines, Notice
from kumppanuus.language.catalogue import LANGUAGES, read_texts
from kumppanuus.language.say import Say, speaker
from kumppanuus.register.calendar import study_years
from kumppanuus.register.engine import count
from kumppanuus.register.store import build_register
from kumppanuus.study import Study
from kumppanuus.study_peers import Peers
from tests.studies import three_services

STUDY = three_services("2022-06-30")
SERVICES = ("open", "family_work", "placement", "unknown")


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def clients(*rows: tuple[int, int, str | None]) -> pa.Table:
    return pa.table(
        {
            "client": pa.array([row[0] for row in rows], pa.uint64()),
            "family": pa.array([row[1] for row in rows], pa.uint64()),
            "birth_date": pa.array([day(row[2]) if row[2] else None for row in rows], pa.date32()),
            "sex": pa.nulls(len(rows), pa.string()),
            "area": pa.nulls(len(rows), pa.string()),
        }
    )


def relationships(*rows: tuple[int, str, str, str | None]) -> pa.Table:
    return pa.table(
        {
            "client": pa.array([row[0] for row in rows], pa.uint64()),
            "service": pa.array([row[1] for row in rows], pa.string()),
            "start": pa.array([day(row[2]) for row in rows], pa.date32()),
            "end": pa.array([day(row[3]) if row[3] else None for row in rows], pa.date32()),
        }
    )


def population(*rows: tuple[str, int, int, int, int]) -> pa.Table:
    names = ("area", "year", "age_from", "age_to", "persons")
    return pa.table({name: [row[place] for row in rows] for place, name in enumerate(names)})


CLIENTS = clients((1, 1, "2010-01-01"), (2, 1, "2003-12-31"), (3, 3, None), (4, 4, "1980-05-05"))
RELATIONSHIPS = relationships(
    (1, "open", "2019-05-01", "2020-02-01"),
    (1, "open", "2020-12-31", "2021-01-01"),  # one day, the last of 2020
    (1, "family_work", "2021-01-01", "2021-01-02"),  # one day, the first of 2021
    (2, "open", "2020-06-01", None),
    (2, "open", "2020-07-01", "2020-08-01"),  # inside the row above
    (3, "placement", "2021-03-01", "2022-01-01"),  # the end is the first day after: not in 2022
    (3, "placement", "2022-06-30", "2022-07-05"),
    (4, "family_work", "2022-01-01", "2022-02-01"),
    (4, "placement", "2022-03-01", None),
    (4, "unknown", "2021-05-01", "2021-06-01"),
)
POPULATION = population(
    ("north", 2020, 0, 6, 100), ("north", 2020, 7, 17, 150), ("north", 2020, 18, 120, 900), ("south", 2020, 0, 17, 50),
    ("north", 2021, 0, 17, 260), ("south", 2021, 0, 14, 40), ("south", 2021, 15, 19, 20),
)  # fmt: skip


def context(study: Study = STUDY) -> Context:
    years = {year.label: year.days_seen for year in study_years(study.window)}
    return Context(study.service_levels(), years, 912, frozenset({"relationships"}))


def counted(tables: Mapping[str, pa.Table], *, by_bucket: bool = False) -> dict[str, pd.DataFrame]:
    with tempfile.TemporaryDirectory() as folder:
        register = build_register(tables, STUDY, Path(folder) / "register", buckets=3)
        return count(ANALYSIS, CoverageParams(), register, STUDY, by_bucket=by_bucket)


def result(tables: Mapping[str, pa.Table]) -> CoverageResult:
    return ANALYSIS.compute(counted(tables), CoverageParams(), context())  # type: ignore[return-value]


def rows(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return list(frame[list(columns)].itertuples(index=False, name=None))


@cache
def ten_rows() -> CoverageResult:
    return result({"clients": CLIENTS, "relationships": RELATIONSHIPS, "population": POPULATION})


class TestTenRows:
    """Every number here is counted by hand from RELATIONSHIPS."""

    found = property(lambda self: ten_rows())

    def test_services(self) -> None:
        assert rows(self.found.services, "service", "level", "year", "persons", "families") == [
            ("open", "universal", "2020", 2, 1),
            ("open", "universal", "2021", 1, 1),
            ("family_work", "early", "2021", 1, 1),
            ("placement", "corrective", "2021", 1, 1),
            ("unknown", "unknown", "2021", 1, 1),
            ("open", "universal", "2022", 1, 1),
            ("family_work", "early", "2022", 1, 1),
            ("placement", "corrective", "2022", 2, 2),
        ]

    def test_levels(self) -> None:
        assert rows(self.found.levels, "level", "year", "persons", "families") == [
            ("universal", "2020", 2, 1),
            ("universal", "2021", 1, 1),
            ("early", "2021", 1, 1),
            ("corrective", "2021", 1, 1),
            ("unknown", "2021", 1, 1),
            ("universal", "2022", 1, 1),
            ("early", "2022", 1, 1),
            ("corrective", "2022", 2, 2),
        ]

    def test_years(self) -> None:
        years = self.found.years
        assert list(years.columns) == list(CoverageResult.tables()["years"].columns)
        # Client 2 turns 18 on the last day of 2021 and is a child no more; client 3 has no birth date.
        assert rows(years, "year", "days_seen", "persons", "families", "children", "children_families") == [
            ("2020", 366, 2, 1, 2, 1),
            ("2021", 365, 4, 3, 1, 1),
            ("2022", 181, 3, 3, 0, 0),
        ]

    def test_population_must_cover_the_ages_of_every_area_once(self) -> None:
        years = self.found.years
        assert years["population"].tolist()[0] == 300
        assert years["share"].tolist()[0] == pytest.approx(2 / 300)
        assert years["population"].isna().tolist() == [False, True, True]


def test_population_given_twice_is_not_used() -> None:
    twice = population(("north", 2020, 0, 17, 100), ("north", 2020, 0, 6, 40), ("north", 2020, 7, 17, 60))
    years = result({"clients": CLIENTS, "relationships": RELATIONSHIPS, "population": twice}).years
    assert years["population"].isna().all()


def test_without_birth_dates_children_are_not_zero_but_unknown() -> None:
    years = result({"relationships": RELATIONSHIPS, "population": POPULATION}).years
    assert years[["children", "children_families"]].isna().all(axis=None)
    assert years["persons"].tolist() == [2, 4, 3]
    assert years["families"].tolist() == [2, 4, 3]  # without families every client is one


def test_zero_rows() -> None:
    found = result({"relationships": relationships(), "clients": clients()})
    for name, table in CoverageResult.tables().items():
        frame = getattr(found, name)
        assert frame.empty
        assert list(frame.columns) == list(table.columns)
    assert release({ANALYSIS.key: found}, STUDY.disclosure).results[ANALYSIS.key].status == "empty"


@pytest.mark.parametrize(("homes", "shown"), [((50, 50, 51, 51), False), ((50, 50, 51, 52), True)])
def test_children_of_two_families_are_not_told(homes: tuple[int, ...], shown: bool) -> None:
    grown = [(client, 100 + client, "1990-01-01") for client in range(1, 31)]  # parents of thirty other families
    young = [(40 + place, homes[place % 4], "2015-01-01") for place in range(8)]
    tables = {
        "clients": clients(*grown, *young),
        "relationships": relationships(*((client, "open", "2020-02-01", "2020-03-01") for client, *_ in grown + young)),
        "population": population(("north", 2020, 0, 17, 300)),
    }
    found = result(tables)
    assert rows(found.years, "persons", "children", "children_families") == [(38, 8, len(set(homes)))]
    (year,) = released(found)["years"].to_dict("records")
    assert (year["children"] == 9, year["share"] == 0.03) == (shown, shown)
    assert "children_families" not in year


# ---------------------------------------------------------------------------------------------------------------
# Charts


def say(language: str) -> Say:
    return speaker(STUDY, language).with_texts(read_texts(ANALYSIS.messages))  # type: ignore[arg-type]


def town(
    services: Mapping[str, tuple[int, int, int]], children: tuple[float, float, float] = (900, 1000, 700),
    inhabitants: float = 4000.0,
) -> CoverageResult:  # fmt: skip
    """A result with these clients by service in 2020, 2021 and the first half of 2022; one family for four clients."""
    years = ("2020", "2021", "2022")
    levels = {**STUDY.service_levels(), "unknown": "unknown"}
    cells = pd.DataFrame(
        [
            {"service": service, "level": levels[service], "year": year, "persons": n, "families": -(-n // 4) * 3}
            for service, numbers in services.items()
            for year, n in zip(years, numbers, strict=True)
            if n
        ],
        columns=["service", "level", "year", "persons", "families"],
    ).astype({"persons": float, "families": float})
    by_level = cells.groupby(["level", "year"], as_index=False)[["persons", "families"]].sum()
    totals = cells.groupby("year", as_index=False)[["persons", "families"]].sum()
    totals.insert(1, "days_seen", totals["year"].map({"2020": 366.0, "2021": 365.0, "2022": 181.0}))
    totals["children"] = totals["year"].map(dict(zip(years, children, strict=True)))
    totals["population"] = inhabitants
    totals["share"] = totals["children"] / totals["population"]
    totals["children_families"] = totals["children"] // 2
    reached = _children(by_level, children[:2], inhabitants)
    return CoverageResult(services=cells, levels=by_level, years=totals, **reached)


def _children(by_level: pd.DataFrame, children: Sequence[float], inhabitants: float) -> dict[str, pd.DataFrame]:
    """Children in 2020 and 2021 by age and area, half of a level's clients; an indicator counts a third of them."""
    numbers = dict(zip(("2020", "2021"), children, strict=True))

    def rows(name: str, parts: Mapping[str, int]) -> pd.DataFrame:
        """Parts of twentieths; the last one has what is left."""
        made = []
        for year, n in numbers.items():
            shares = [n * part // 20 for part in parts.values()]
            shares[-1] = n - sum(shares[:-1])
            made += [
                (code, year, part, part // 2, inhabitants * parts[code] // 20)
                for code, part in zip(parts, shares, strict=True)
            ]
        return pd.DataFrame(made, columns=[name, "year", "persons", "families", "population"]).astype(
            {"persons": float, "families": float}
        )

    order = ["universal", "early", "corrective", "unknown"]
    levels = by_level[by_level["year"].isin(numbers)].sort_values(
        "level", key=lambda codes: codes.map(order.index), kind="stable", ignore_index=True
    )
    levels["population"] = inhabitants
    levels["persons"], levels["families"] = levels["persons"] // 2, levels["families"] // 2
    third = {"indicator": ["915"], "year": ["2021"], "persons": [children[1] // 3], "families": [children[1] // 4]}
    values = {"own": 8.4, "county": 6.9, "country": 7.0}
    public = [("915", part, "2021", "higher", value, 100.0) for part, value in values.items()]
    return {
        "children": rows("all", {"": 20}).drop(columns="all"), "child_levels": levels,
        "child_ages": rows("age_in_year", {"00-06": 7, "07-12": 7, "13-17": 6}),
        "child_areas": rows("area", {"north": 12, "south": 8}),
        "compared": pd.DataFrame(third).assign(population=inhabitants),
        "public": pd.DataFrame(public, columns=["indicator", "part", "year", "worse", "value", "per"]),
    }  # fmt: skip


_KEPT: dict[int, tuple[CoverageResult, ReleasedResult]] = {}


def released(given_result: CoverageResult) -> ReleasedResult:
    """What the gate lets through; the same result goes through it once."""
    if id(given_result) not in _KEPT:
        through = release({ANALYSIS.key: given_result}, STUDY.disclosure).results[ANALYSIS.key]
        _KEPT[id(given_result)] = given_result, through
    return _KEPT[id(given_result)][1]


def drawn(name: str, given_result: CoverageResult, language: str = "en") -> Chart:
    chart = ANALYSIS.charts[name](released(given_result), say(language))
    assert isinstance(chart, Chart)
    return chart


TOWN = town({"open": (900, 1000, 600), "family_work": (200, 260, 150), "placement": (40, 41, 30)})
SMALL = town({"open": (900, 1000, 600), "family_work": (200, 260, 150), "placement": (4, 4, 4)})
NOTHING = town({"open": (3, 3, 3), "placement": (4, 4, 4)}, (2, 2, 2), 30.0)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", list(ANALYSIS.charts))
@pytest.mark.parametrize("given_result", [TOWN, SMALL, NOTHING], ids=["town", "small", "nothing"])
def test_every_chart_is_legible(given_result: CoverageResult, name: str, language: str) -> None:
    chart = drawn(name, given_result, language)
    assert len(chart.headline) <= 110
    assert drawing.lint_figure(drawing.figure(chart)) == []
    assert isinstance(chart.form, Notice) == (given_result is NOTHING)


def test_services_show_the_last_full_year_and_name_the_largest() -> None:
    chart = drawn("services", TOWN)
    assert isinstance(chart.form, Bars)
    # 1 000 → 999, 260 → 261, 41 → 39; the half year 2022 is not the headline's year; 1 301 clients → 1 299.
    assert [(bar.label, bar.value, bar.bold) for bar in chart.form.bars] == [
        ("Open meeting place", 999.0, True),
        ("Family work", 261.0, False),
        ("Placement outside home", 39.0, False),
    ]
    assert chart.form.groups == (("Universal services", 1), ("Early support", 1), ("Corrective services", 1))
    assert chart.headline == "Open meeting place reached the most clients in 2021: about 999, or 77% of all clients"
    assert "hidden services" not in chart.footer


def test_as_many_clients_are_no_order() -> None:
    chart = drawn("services", town({"open": (900, 300, 0), "family_work": (200, 300, 0)}))
    assert chart.headline == "Most clients in 2021: Family work and Open meeting place, about 297 each"
    assert isinstance(chart.form, Bars)
    assert [bar.bold for bar in chart.form.bars] == [True, True]


def test_a_hidden_service_is_neither_ranked_nor_numbered() -> None:
    chart = drawn("services", SMALL)
    assert isinstance(chart.form, Bars)
    assert [bar.label for bar in chart.form.bars] == ["Open meeting place", "Family work"]
    assert "hidden services: 1" in chart.footer


def test_levels_speak_of_the_greatest_relative_change_between_full_years() -> None:
    chart = drawn("levels", TOWN)
    assert isinstance(chart.form, Lines)
    assert chart.form.x_labels == ("2020", "2021")
    # 200 → 201 and 260 → 261: 30 %; universal services 897 → 999: 11 %.
    assert chart.headline == "Early support: the number of clients grew in 2020–2021 (about 201 → 261)"
    # Corrective services stayed the same; without them both grew.
    alike = drawn("levels", town({"open": (900, 1000, 0), "family_work": (200, 260, 0)}))
    assert alike.headline == (
        "Client numbers grew on all service levels in 2020–2021, most: Early support (about 201 → 261)"
    )
    assert chart.form.lines[1].key == "201 → 261 (+30%)"
    assert "without incomplete years: 2022" in chart.footer


def test_a_level_hidden_throughout_has_no_line() -> None:
    chart = drawn("levels", SMALL)
    assert isinstance(chart.form, Lines)
    assert [line.label for line in chart.form.lines] == ["Universal services", "Early support"]
    assert "hidden service levels: 1" in chart.footer
    assert "peitettyjä palvelutasoja: 1" in drawn("levels", SMALL, "fi").footer


def test_a_year_without_a_level_is_zero_and_not_hidden() -> None:
    chart = drawn("levels", town({"open": (900, 900, 0), "placement": (60, 0, 0)}))
    assert isinstance(chart.form, Lines)
    assert chart.form.lines[1].values == (57.0, 0.0)
    assert chart.form.lines[1].key == "57 → 0 (−100%)"
    assert chart.headline == "Corrective services: the number of clients fell in 2020–2021 (about 57 → 0)"


@pytest.mark.parametrize(
    ("last", "words"),
    [(800, "fell"), (905, "hardly changed"), (940, "hardly changed"), (960, "grew")],
)
def test_direction_words_agree_with_the_numbers(last: int, words: str) -> None:
    # 900 → 897: 5 % are 45 clients; 940 → 939 is within them, 960 → 957 is not.
    assert words in drawn("levels", town({"open": (900, last, 0)})).headline


def test_less_than_twelve_clients_is_no_change() -> None:
    assert "hardly changed" in drawn("levels", town({"placement": (60, 66, 0)})).headline  # 57 → 63: 6 clients
    assert "grew" in drawn("levels", town({"placement": (60, 72, 0)})).headline  # 57 → 69: 12 clients


@pytest.mark.parametrize(
    ("children", "words"),
    [
        # Protected: 900 → 897, 22 % of 4 000; 1 000 → 999, 25 %; 780 → 777, 19 %; 920 → 921, 23 %.
        ((900, 1000, 700), "about 25% of those aged 0–17 in 2021: 3\u00a0percentage points more than in 2020"),
        ((900, 780, 700), "about 19% of those aged 0–17 in 2021: 3\u00a0percentage points less than in 2020"),
        ((900, 920, 700), "about 23% of those aged 0–17 in 2021, about the same as in 2020"),
    ],
)
def test_reach_says_share_and_direction(children: tuple[float, float, float], words: str) -> None:
    chart = drawn("reach", town({"open": (1500, 1500, 1500)}, children))
    assert isinstance(chart.form, Bars)
    assert chart.headline == f"Services reached {words}"
    assert chart.form.bars[2].label == "2022 (part of year)"
    assert chart.form.bars[2].colour == "neutral"


def test_reach_says_why_there_is_no_share() -> None:
    services = {"open": (900, 1000, 600)}
    without_population = drawn("reach", town(services, inhabitants=np.nan))
    assert isinstance(without_population.form, Notice)
    assert "population is missing" in without_population.form.lines[0]
    without_birth_dates = drawn("reach", town(services, (np.nan, np.nan, np.nan)))
    assert isinstance(without_birth_dates.form, Notice)
    assert "Birth dates" in without_birth_dates.form.lines[0]


def test_thirty_services_keep_the_chart_legible() -> None:
    many = TOWN.services[TOWN.services["year"] == "2021"].iloc[:1]
    levels = ["universal", "early", "special", "corrective"]
    codes = [f"s{n}" for n in range(30)]
    cells = pd.concat(
        [many.assign(service=code, level=levels[n % 4], persons=100.0 + 6 * n) for n, code in enumerate(codes)],
        ignore_index=True,
    )
    big = dataclasses.replace(TOWN, services=cells)
    names = {"services": {code: f"Barnfamiljernas mycket omfattande hemservice {code}" for code in codes}}
    speaking = say("sv")
    chart = ANALYSIS.charts["services"](released(big), Say("sv", speaking.texts, {**speaking.names, **names}))
    assert isinstance(chart.form, Bars)
    assert len(chart.form.bars) == 14
    assert "övriga tjänster i tabellen: 16" in chart.footer
    assert drawing.lint_figure(drawing.figure(chart)) == []


def test_no_number_of_the_charts_is_exact() -> None:
    for name in ("services", "levels", "reach"):  # rates are numbers of another kind
        chart = drawn(name, TOWN, "fi")
        words = " ".join((chart.headline, chart.subtitle, chart.footer, chart.alt, repr(chart.form)))
        assert not {"260", "260.0", "41", "41.0"} & set(re.split(r"[^\d.]+", words))


# ---------------------------------------------------------------------------------------------------------------
# Children per 1,000, then and now; the county


HOMES = clients((1, 1, "2010-01-01"), (2, 1, "2003-12-31"), (3, 3, None), (4, 4, "1980-05-05"), (5, 5, "2015-06-06"))
LIVES = HOMES.set_column(4, "area", pa.array(["north", "north", None, None, None], pa.string()))
MORE = pa.concat_tables([RELATIONSHIPS, relationships((5, "placement", "2020-04-01", "2021-06-01"))])


def test_children_of_the_first_and_the_last_full_year_by_hand() -> None:
    """2020 and 2021 are whole. Client 2 is grown up at the end of 2021, 3 has no birth date, 5 no area of its own."""
    placed = MORE.append_column("area", pa.array([None] * 10 + ["south"], pa.string()))
    people = population(
        ("north", 2020, 0, 6, 100), ("north", 2020, 7, 12, 80), ("north", 2020, 13, 17, 70), ("south", 2020, 0, 17, 50),
        ("north", 2021, 0, 17, 260), ("south", 2021, 0, 17, 40),
    )  # fmt: skip
    found = result({"clients": LIVES, "relationships": placed, "population": people})
    assert rows(found.children, "year", "persons", "families", "population") == [
        ("2020", 3, 2, 300),
        ("2021", 2, 2, 300),
    ]
    assert rows(found.child_levels, "level", "year", "persons", "families") == [
        ("universal", "2020", 2, 1), ("corrective", "2020", 1, 1),
        ("early", "2021", 1, 1), ("corrective", "2021", 1, 1),
    ]  # fmt: skip
    assert rows(found.child_ages, "age_in_year", "year", "persons") == [
        ("00-06", "2020", 1), ("07-12", "2020", 1), ("13-17", "2020", 1), ("00-06", "2021", 1), ("07-12", "2021", 1),
    ]  # fmt: skip
    assert rows(found.child_areas, "area", "year", "persons", "population") == [
        ("north", "2020", 2, 250), ("south", "2020", 1, 50), ("north", "2021", 1, 260), ("south", "2021", 1, 40),
    ]  # fmt: skip
    assert found.child_ages["population"].isna().all()  # the south does not tell its ages


def test_an_indicator_counts_the_services_that_the_study_names() -> None:
    region = {"code": "own", "name": {"fi": "Oma"}, "part": "own", "numbers": ["1"]}
    county = {"code": "up", "name": {"fi": "Alue"}, "part": "county", "numbers": ["20", "2"]}
    indicator = {
        "indicator": "915",
        "worse": "higher",
        "title": {"fi": "Jotain, %"},
        "services": ["family_work", "placement"],
    }
    study = three_services("2022-06-30").model_copy(
        update={"peers": Peers(regions=(region, county), indicators=(indicator,))}  # type: ignore[arg-type]
    )
    years = pa.array([2020, 2021, 2021, 2022, 2021], pa.int64())
    values = pa.table(
        {"indicator": ["915"] * 5, "region": ["2", "2", "20", "20", "1"], "year": years, "gender": ["total"] * 5,
         "value": [5.0, 6.0, 7.5, 9.0, 8.0]}
    )  # fmt: skip
    people = population(*(("north", year, 0, 17, 300) for year in (2020, 2021, 2022)))
    tables = {"clients": LIVES, "relationships": MORE, "population": people, "indicators": values}
    with tempfile.TemporaryDirectory() as folder:
        register = build_register(tables, study, Path(folder) / "register", buckets=3)
        counts = count(ANALYSIS, CoverageParams(), register, study, by_bucket=True)
    found = ANALYSIS.compute(counts, CoverageParams(), context())
    assert isinstance(found, CoverageResult)
    # Children 1 and 5, each once; 2022 is no full year. Of the county's two numbers the one in use counts.
    assert rows(found.compared, "indicator", "year", "persons", "families", "population") == [
        ("915", "2021", 2, 2, 300)
    ]
    assert rows(found.public, "part", "year", "worse", "value", "per") == [
        ("own", "2021", "higher", 8.0, 100.0), ("county", "2021", "higher", 7.5, 100.0),
    ]  # fmt: skip


GREW = town({"open": (900, 1000, 600), "family_work": (300, 150, 150), "placement": (120, 260, 30)}, (600, 610, 500))


def test_the_group_that_changed_most_is_named() -> None:
    chart = drawn("change", GREW, "fi")
    assert isinstance(chart.form, Dumbbell)
    # 60 → 57 and 130 → 129 children of 4,000: 14 and 32 in a thousand
    assert chart.headline == "Korjaavat palvelut: lapsia tuhannesta noin 32 vuonna 2021, noin 14 vuonna 2020"
    rows_shown = {row.label: row for row in chart.form.rows}
    assert (rows_shown["Korjaavat palvelut"].colour, rows_shown["Kaikki lapset"].colour) == ("accent", "neutral")
    assert rows_shown["Korjaavat palvelut"].end_text.startswith("32 (")
    assert [row.label for row in chart.form.rows][:2] == ["Kaikki lapset", "Peruspalvelut"]
    same = town({"open": (900, 900, 600), "placement": (120, 126, 30)}, (600, 600, 500))
    assert "ei muuttunut selvästi" in drawn("change", same, "fi").headline


def test_the_register_beside_the_county() -> None:
    chart = drawn("compared", GREW, "fi")
    assert isinstance(chart.form, Forest)
    # 610 / 3 = 203 → 201 of 4,000: 50 in a thousand; the county has 69
    assert chart.headline == "Omassa rekisterissä vain noin 50 lasta tuhannesta, hyvinvointialueella 69 (2021)"
    assert [row.text.split(" ")[0] for row in chart.form.rows] == ["50", "84", "69", "70"]
    none = dataclasses.replace(GREW, public=GREW.public.iloc[:0], compared=GREW.compared.iloc[:0])
    assert isinstance(drawn("compared", none).form, Notice)


def test_signals_of_reach() -> None:
    found = {(signal.name, signal.words[0][2]): signal for signal in ANALYSIS.signals(released(GREW))}  # type: ignore[misc]
    assert set(found) == {
        ("reach_fell", "universal"), ("reach_fell", "early"), ("heavier_grew", "corrective"), ("county", "915"),
    }  # fmt: skip
    grew, fell = found["heavier_grew", "corrective"], found["reach_fell", "early"]
    assert grew.certainty > 0
    assert grew.lower > 1
    assert fell.value == pytest.approx(75 / 147, abs=0.001)
    assert fell.certainty > 0
    assert found["reach_fell", "universal"].certainty == 0
    assert found["county", "915"].gap == 0  # fewer than in the county, and higher is worse
    assert not [s for s in ANALYSIS.signals(released(NOTHING)) if s.certainty > 0]  # type: ignore[misc]
    none = {name: getattr(GREW, name).iloc[:0] for name in ("children", "child_levels", "child_ages", "child_areas")}
    alone = released(dataclasses.replace(GREW, **none))
    assert {signal.name for signal in ANALYSIS.signals(alone)} == {"county"}  # type: ignore[misc]
