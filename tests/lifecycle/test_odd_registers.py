"""Registers of an odd shape: every room gives numbers, or says that there are too few."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from kumppanuus import pipeline
from kumppanuus.analysis import Result
from kumppanuus.disclosure.gate import release
from kumppanuus.drawing import StackedBars, figure, lint_figure
from kumppanuus.language.catalogue import read_texts
from kumppanuus.language.say import speaker
from kumppanuus.lifecycle import ROOMS
from kumppanuus.lifecycle.flow import ANALYSIS as FLOW
from kumppanuus.lifecycle.flow.charts import _months_headline
from kumppanuus.lifecycle.flow.shown import when
from kumppanuus.lifecycle.parallel import ANALYSIS as PARALLEL
from kumppanuus.lifecycle.parallel import charts as parallel_charts
from kumppanuus.lifecycle.parallel.shown import Split
from kumppanuus.register.store import derive
from kumppanuus.report.exhibits import exhibits
from kumppanuus.study import Study
from tests.studies import Row, clients, register, relationships, toy_study

_SERVICES = ("early", "special", "corrective")
_FIRST = datetime.date(2019, 6, 1)


def _rows(end: Callable[[datetime.date], datetime.date | None], people: int = 60, before: int = 900) -> list[Row]:
    """Two relationships a client, from before the window into it, with an end each."""
    dice = np.random.default_rng(3)
    rows: list[Row] = []
    for client in range(1, people + 1):
        for service in dice.choice(_SERVICES, 2, replace=False):
            start = _FIRST + datetime.timedelta(int(dice.integers(0, before)))
            last = end(start)
            rows.append((client, str(service), str(start), str(last) if last else None))
    return rows


def _homes(people: int, size: int) -> pa.Table:
    return clients([(client, 64 * (1 + client // size), "2012-05-05") for client in range(1, people + 1)])


def _results(study: Study, folder: Path, rows: list[Row], people: pa.Table | None = None) -> dict[str, Result]:
    tables = {"relationships": relationships(rows)} | ({"clients": people} if people else {})
    return pipeline.results_of(ROOMS, register(folder, study, buckets=1, **tables), study)


def test_without_families_every_room_has_an_answer(tmp_path: Path) -> None:
    study = toy_study()
    results = _results(study, tmp_path, _rows(lambda start: start + datetime.timedelta(100)))
    shown = exhibits(release(results, study.disclosure, show=set(results)), ROOMS, speaker(study, "fi"))
    assert {exhibit.analysis.key for exhibit in shown} == {room.key for room in ROOMS}
    assert not [exhibit.key for exhibit in shown if "nan" in exhibit.chart.headline.split()]
    (levels,) = (exhibit for exhibit in shown if exhibit.key == "lifecycle.returns/levels")
    assert "ei voi vielä verrata" in levels.chart.headline  # one level has a number for a year


def test_one_family_whose_services_all_end_on_one_day(tmp_path: Path) -> None:
    """In a window shorter than a year, across the first day of a study year, most began before it."""
    study = toy_study(window={"from": "2020-03-01", "to": "2020-09-30", "year_starts": "08-01"})
    rows = _rows(lambda start: datetime.date(2020, 9, 1), people=40, before=300)
    results = _results(study, tmp_path, rows, _homes(40, 1000))
    flow = results["lifecycle.flow"].months
    assert flow["waiting"].iloc[-1] == 0
    assert flow["left"].sum() == len(rows)
    assert results["lifecycle.network"].everyone["families"].tolist() == [1]


def test_services_that_begin_and_end_on_the_same_days_are_left_once(tmp_path: Path) -> None:
    """Rows that no date tells apart come in any order, each time anew."""
    people = range(1, 301)
    rows: list[Row] = [(client, service, "2019-05-01", "2020-09-01") for client in people for service in _SERVICES]
    study = toy_study()
    homes = clients([(client, 64 * client, None) for client in people])
    built = register(tmp_path, study, relationships=relationships(rows * 2), clients=homes)  # each recorded twice
    derive(built, study, ["client_leavings", "family_leavings", "spells"])

    def found(table: str, columns: str) -> list[tuple[object, ...]]:
        files = built.files(table, study=study)
        return duckdb.sql(f"SELECT {columns}, count(*) FROM read_parquet({files}) GROUP BY ALL").fetchall()

    for table in ("client_leavings", "family_leavings"):
        assert found(table, "place, level, left_day::VARCHAR, return_day") == [
            (1, "corrective", "2020-09-01", None, len(people))
        ]
    assert sorted(found("spells", "service::VARCHAR, entry_day, ended")) == [
        (service, 245, True, len(people)) for service in sorted(_SERVICES)
    ]


def test_words_about_one_year_and_about_nothing() -> None:
    say = speaker(toy_study(), "fi").with_texts(read_texts(FLOW.messages))
    assert when("2024", "2024", say) == "vuonna 2024"
    assert when("2021", "2024", say) == "vuosina 2021–2024"
    nobody = pd.DataFrame({"month": [f"2021-{n:02d}" for n in range(1, 13)], "waiting": 9.0, "came": 0.0, "left": 0.0})
    assert _months_headline(nobody, say).startswith("Yhtään asiakkuutta ei alkanut eikä päättynyt")


def test_more_years_than_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last ten are drawn, and the headline is about these."""
    years = [str(year) for year in range(2008, 2022)]
    split = {year: Split((600.0, 300.0, 100.0), (("1",), ("2",), ("3+",)), 1000.0) for year in years}
    for name, found in (("splits_of_years", lambda _: split), ("full_years", lambda _: years)):
        monkeypatch.setattr(parallel_charts, name, found)
    monkeypatch.setattr(parallel_charts, "year_name", lambda _released, year, _say: year)
    monkeypatch.setattr(parallel_charts, "_n", lambda *_: "")
    say = speaker(toy_study(), "fi").with_texts(read_texts(PARALLEL.messages))
    chart = parallel_charts.over_years(None, say)  # type: ignore[arg-type]
    assert isinstance(chart.form, StackedBars)
    assert [row[0] for row in chart.form.rows] == years[-10:]
    assert "2012" in chart.headline
    assert lint_figure(figure(chart)) == []
