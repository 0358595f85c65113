"""Clients of a year: ten rows by hand, the clean town, buckets, charts that keep their word."""

from __future__ import annotations

import datetime
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus import pipeline
from kumppanuus.baseline import coverage
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Bars, Chart, Forest, Notice, StackedBars, figure, lint_figure
from kumppanuus.language.catalogue import LANGUAGES, read_texts
from kumppanuus.language.say import Say
from kumppanuus.lifecycle.distribution import ANALYSIS
from kumppanuus.lifecycle.distribution.compute import DistributionParams, DistributionResult, compute
from kumppanuus.register.engine import count
from kumppanuus.register.store import Register
from kumppanuus.study import Disclosure, Study
from tests.lifecycle.clean_town import CleanTown
from tests.studies import Row, clients, register, relationships, toy_study

ROWS: list[Row] = [
    (1, "early", "2020-03-01", "2021-01-01"),  # the end is the first day after: not in 2021
    (1, "early", "2021-12-31", None),
    (2, "early", "2021-01-01", "2021-01-02"),
    (2, "special", "2021-05-01", "2021-06-01"),
    (2, "corrective", "2021-05-01", "2021-06-01"),
    (3, "special", "2019-01-01", "2022-01-01"),
    (4, "special", "2021-02-01", None),
    (5, "corrective", "2020-01-01", "2020-12-31"),
    (6, "?", "2021-07-01", None),
    (6, "early", "2021-08-01", None),
]
# 1 and 2 are of one family; 2 turns 7 on the last day of 2021, 3 turns 18 on it, 4 a day later; 6 has no birth date.
PEOPLE = [(1, 9, "2021-12-31"), (2, 9, "2014-12-31"), (3, 3, "2003-12-31"), (4, 4, "2004-01-01"), (6, 6, None)]
POPULATION = [
    ("north", 2021, 0, 6, 10), ("north", 2021, 7, 12, 20), ("north", 2021, 13, 17, 30), ("north", 2021, 18, 120, 900),
    ("south", 2021, 0, 17, 40), ("north", 2020, 0, 17, 1),
]  # fmt: skip


def _population(rows: list[tuple[str, int, int, int, int]]) -> pa.Table:
    names = ("area", "year", "age_from", "age_to", "persons")
    return pa.table({name: [row[place] for row in rows] for place, name in enumerate(names)})


def _in_areas(table: pa.Table, areas: Mapping[int, str]) -> pa.Table:
    column = pa.array([areas.get(client) for client in table["client"].to_pylist()], pa.string())
    return table.set_column(table.schema.get_field_index("area"), "area", column)


def _built(folder: Path, study: Study, population: list[tuple[str, int, int, int, int]] = POPULATION) -> Register:
    rows = _in_areas(relationships(ROWS), {2: "south", 4: "south"})
    people = _in_areas(clients(PEOPLE), {1: "north", 3: "north", 2: "north"})
    return register(folder, study, relationships=rows, clients=people, population=_population(population))


def _result(built: Register, study: Study, *, by_bucket: bool = False) -> DistributionResult:
    counts = count(ANALYSIS, DistributionParams(), built, study, by_bucket=by_bucket)
    return compute(counts, DistributionParams(), pipeline.context_of(study, built.given))


def _cells(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return list(frame[list(columns)].itertuples(index=False, name=None))


def test_ten_rows_by_hand(tmp_path: Path) -> None:
    study = toy_study()
    found = _result(_built(tmp_path, study), study)
    assert _cells(found.everyone, "year", "days_seen", "persons", "families", "children", "grown", "undated") == [
        ("2021", 365, 5, 4, 3, 1, 1)
    ]
    assert _cells(found.children, "persons", "families", "population") == [(3, 2, 100)]
    assert _cells(found.ages, "age_in_year", "persons", "families") == [("00-06", 1, 1), ("07-12", 1, 1),
                                                                       ("13-17", 1, 1)]  # fmt: skip
    assert found.ages["population"].isna().all()  # the south does not tell its children's ages
    assert _cells(found.areas, "area", "persons", "families", "population") == [("north", 2, 1, 60),
                                                                               ("south", 1, 1, 40)]  # fmt: skip
    assert found.areas["share"].tolist() == pytest.approx([2 / 60, 1 / 40])
    assert _cells(found.services, "service", "persons", "families", "population") == [
        ("early", 2, 1, 100), ("special", 2, 2, 100), ("corrective", 1, 1, 100),
    ]  # fmt: skip
    assert _cells(found.levels, "level", "persons", "families") == [("early", 2, 1), ("special", 2, 2),
                                                                   ("corrective", 1, 1)]  # fmt: skip
    assert _cells(found.sexes, "sex", "persons", "families") == [("unknown", 5, 4)]
    # 1, 3 and 4 used one service, 6 two, 2 three; the family of 1 and 2 used three, not four
    assert _cells(found.client_numbers, "services_of_client", "persons", "families") == [("1", 3, 3), ("2", 1, 1),
                                                                                        ("3+", 1, 1)]  # fmt: skip
    assert _cells(found.family_numbers, "services_of_family", "persons", "families") == [("1", 2, 2), ("2", 1, 1),
                                                                                        ("3+", 2, 1)]  # fmt: skip


def test_buckets_say_the_same_and_coverage_has_the_same_children(tmp_path: Path) -> None:
    study = toy_study()
    built = _built(tmp_path, study)
    found = _result(built, study)
    parts = _result(built, study, by_bucket=True)
    for name in DistributionResult.tables():
        pd.testing.assert_frame_equal(getattr(found, name), getattr(parts, name))
    params = coverage.CoverageParams()
    reach = coverage.compute(
        count(coverage.ANALYSIS, params, built, study), params, pipeline.context_of(study, built.given)
    ).years.set_index("year")
    for name in ("persons", "families", "children"):
        assert reach.loc["2021", name] == found.everyone[name].iloc[0]
    assert reach.loc["2021", "population"] == found.children["population"].iloc[0]


def test_the_year_is_the_last_whole_one(tmp_path: Path) -> None:
    half = toy_study(window={"from": "2020-01-01", "to": "2021-06-30"})
    assert _result(_built(tmp_path / "a", half), half).everyone["year"].tolist() == ["2020"]
    short = toy_study(window={"from": "2021-02-01", "to": "2021-06-30"})
    assert _cells(_result(_built(tmp_path / "b", short), short).everyone, "year", "days_seen") == [("2021", 150)]


def test_population_given_twice_is_not_used(tmp_path: Path) -> None:
    study = toy_study()
    found = _result(_built(tmp_path, study, [*POPULATION, ("north", 2021, 3, 4, 5)]), study)
    assert found.children["population"].isna().all()
    assert _cells(found.areas.dropna(subset=["population"]), "area", "population") == [("south", 40)]


_DAY = st.integers(-200, 700).map(lambda days: datetime.date(2020, 1, 1) + datetime.timedelta(days))
_STAY = st.tuples(st.integers(1, 9), st.sampled_from(["early", "special", "corrective"]), _DAY, st.integers(1, 400))


@settings(max_examples=2, deadline=None)
@given(st.lists(_STAY, min_size=1, max_size=20), st.lists(st.integers(1, 4), min_size=9, max_size=9))
def test_numbers_of_services_as_counted_one_by_one(
    drawn: list[tuple[int, str, datetime.date, int]], homes: list[int]
) -> None:
    study, first, end = toy_study(), datetime.date(2021, 1, 1), datetime.date(2022, 1, 1)
    rows: list[Row] = [(c, s, str(a), str(a + datetime.timedelta(n))) for c, s, a, n in drawn]
    used: dict[str, dict[int, set[str]]] = {"client": defaultdict(set), "family": defaultdict(set)}
    for client, service, start, days in drawn:
        if start < end and start + datetime.timedelta(days) > first:
            used["client"][client].add(service)
            used["family"][homes[client - 1]].add(service)
    people = clients([(place + 1, 100 + home, None) for place, home in enumerate(homes)])
    with tempfile.TemporaryDirectory() as folder:
        found = _result(register(Path(folder), study, relationships=relationships(rows), clients=people), study)
    for who, table, column in (("client", found.client_numbers, "persons"), ("family", found.family_numbers,
                                                                             "families")):  # fmt: skip
        wanted = dict.fromkeys(("1", "2", "3+"), 0) if used[who] else {}
        for services in used[who].values():
            wanted["3+" if len(services) == 3 else str(len(services))] += 1
        codes = table[f"services_of_{who}"] if len(table) else []
        assert dict(zip(codes, table[column], strict=True)) == wanted


def test_the_clean_town(clean_town: CleanTown) -> None:
    """Children in each service of 2025, ages, areas: counted from the town's own people."""
    town, rows = clean_town.town, clean_town.relationships
    start, end = (int(np.datetime64(day).astype(int)) for day in ("2025-01-01", "2026-01-01"))
    seen = rows[(rows["start"] < end) & (rows["end"] > start)]
    born = (np.datetime64("1970-01-01") + town.people.birth[seen["client"]]).astype("datetime64[D]")
    born18 = (born.astype("datetime64[M]") + 12 * 18).astype("datetime64[D]") + (born - born.astype("datetime64[M]"))
    children = seen[born18 > np.datetime64("2025-12-31")]
    found = _result(clean_town.register, clean_town.study)
    wanted = children.groupby("service")["client"].nunique()
    assert found.services.set_index("service")["persons"].to_dict() == wanted.to_dict()
    assert found.children["persons"].tolist() == [children["client"].nunique()]
    assert found.children["families"].tolist() == [children["family"].nunique()]
    assert found.ages["persons"].sum() == found.areas["persons"].sum() == children["client"].nunique()
    several = seen.groupby("family")["service"].nunique().clip(upper=3).value_counts()
    assert found.family_numbers["families"].tolist() == [several[n] for n in (1, 2, 3)]
    female = town.people.female[seen["client"].unique()].sum()
    assert found.sexes.set_index("sex")["persons"]["female"] == female


# ---------------------------------------------------------------------------------------------------------------
# Charts


def _town(
    ages: tuple[int, int, int] = (400, 700, 350), areas: tuple[int, int] = (700, 750), people: float = 2000.0,
    families: float = 0.75,
) -> DistributionResult:  # fmt: skip
    """A made-up year: clients under 18 by age and area, as many inhabitants of each age and area."""
    total = sum(ages)
    edges = {"low": [1.0, 2.0, 3.0], "high": [2.0, 3.0, np.nan]}
    frames: dict[str, dict[str, Any]] = {
        "everyone": {"days_seen": [365.0], "persons": [total + 300], "families": [round(0.7 * total)],
                     "children": [total], "grown": [300], "undated": [0], "children_families": [round(0.6 * total)],
                     "grown_families": [280], "undated_families": [0]},
        "children": {"persons": [total], "population": [3 * people]},
        "ages": {"age_in_year": ["00-06", "07-12", "13-17"], "persons": ages, "population": [people] * 3},
        "areas": {"area": ["a", "b"], "persons": areas, "population": [1.5 * people] * 2},
        "levels": {"level": ["early", "corrective"], "persons": [900, 90], "population": [3 * people] * 2},
        "services": {"service": ["early", "corrective"], "level": ["early", "corrective"], "persons": [900, 90],
                     "population": [3 * people] * 2},
        "sexes": {"sex": ["female", "male"], "persons": [total // 2 + 150, total - total // 2 + 150]},
        "client_numbers": {"services_of_client": ["1", "2", "3+"], **edges, "persons": [total, 200, 100]},
        "family_numbers": {"services_of_family": ["1", "2", "3+"], **edges, "persons": [total, 200, 100],
                           "families": [round(0.7 * total) - 150, 100, 50]},
    }  # fmt: skip
    made = {}
    for name, table in DistributionResult.tables().items():
        frame = pd.DataFrame(frames[name]).assign(year="2021")
        frame["families"] = frame.get("families", (frame["persons"] * families).round())
        frame["share"] = frame["persons"] / frame["population"] if "population" in frame else 0.0
        made[name] = frame[list(table.columns)]
    return DistributionResult(**made)


def _released(result: DistributionResult) -> ReleasedResult:
    return release({ANALYSIS.key: result}, Disclosure()).results[ANALYSIS.key]


def _say(language: str = "fi") -> Say:
    return Say(language, read_texts(ANALYSIS.messages), {"areas": {"a": "Pohjoinen", "b": "Etelä"}})  # type: ignore[arg-type]


def _chart(name: str, released: ReleasedResult, language: str = "fi") -> Chart:
    drawn = ANALYSIS.charts[name](released, _say(language))
    assert isinstance(drawn, Chart)
    return drawn


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_is_drawn_and_lints(language: str) -> None:
    charts = {name: _chart(name, _released(_town()), language) for name in ANALYSIS.charts}
    assert not [fault for drawn in charts.values() for fault in lint_figure(figure(drawn))]
    forms = {name: type(drawn.form) for name, drawn in charts.items()}
    assert forms == {"ages": Bars, "areas": Forest, "services": Bars, "numbers": StackedBars}


def test_headlines_say_what_the_numbers_say() -> None:
    far, near = _released(_town()), _released(_town(ages=(480, 490, 480), areas=(700, 750)))
    assert "7–12-vuotiaista noin 35\u00a0%" in _chart("ages", far).headline
    assert "ikäryhmät juuri eroa" in _chart("ages", near).headline
    assert "ei ole selvää eroa" in _chart("areas", far).headline
    clear = _chart("areas", _released(_town(areas=(450, 1000))))
    assert clear.headline.startswith("Pohjoinen: asiakkaana vain noin 149 lasta tuhannesta")
    assert "noin 15\u00a0% ja asiakkaista noin 17\u00a0%" in _chart("numbers", far).headline
    assert "noin 150 tuhannesta" in _chart("services", far).headline
    assert "korjaavissa palveluissa oli noin 14" in _chart("services", far).headline


def test_families_that_come_together_make_an_interval_wider() -> None:
    """Of two towns with the same children the one with larger families is less sure."""
    limits = []
    for families in (1.0, 0.5):
        form = _chart("areas", _released(_town(families=families))).form
        assert isinstance(form, Forest)
        limits.append((form.rows[0].lower or 0, form.rows[0].upper or 0))
    (low, high), (lower, higher) = limits
    assert lower < low
    assert higher > high


def test_without_inhabitants_people_are_counted() -> None:
    town = _town(people=float("nan"))
    released = _released(town)
    assert isinstance(_chart("areas", released).form, Bars)
    assert _chart("services", released).headline.startswith("tuntematon koodi: eniten")
    assert "tuhatta" not in _chart("services", released).subtitle + _chart("areas", released).subtitle
    assert "noin 40\u00a0% asiakkaista" in _chart("ages", released).headline


def test_small_numbers_of_services_are_merged() -> None:
    town = _town()
    few = town.client_numbers.assign(persons=[1744.0, 9.0, 3.0], families=[1308.0, 9.0, 3.0])
    values = {name: getattr(town, name) for name in DistributionResult.tables()} | {"client_numbers": few}
    form = _chart("numbers", _released(DistributionResult(**values))).form
    assert isinstance(form, StackedBars)
    assert [(part.label, part.text) for part in form.rows[0][1]] == [("yksi palvelu", "99\u00a0%"),
                                                                    ("kaksi tai useampi", "1\u00a0%")]  # fmt: skip
    nobody = {name: frame.iloc[:0] for name, frame in values.items() if name != "everyone"}
    alone = _released(DistributionResult(**nobody, everyone=town.everyone))
    assert all(isinstance(_chart(name, alone).form, Notice) for name in ("areas", "services", "numbers"))
