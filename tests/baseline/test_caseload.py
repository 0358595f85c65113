"""Children per responsible worker: a register by hand, the limit in force, what may be told, charts and signals."""

from __future__ import annotations

import dataclasses
import datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus import pipeline
from kumppanuus.baseline.caseload import ANALYSIS
from kumppanuus.baseline.caseload.compute import CaseloadParams, CaseloadResult, _told, compute
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.signals import Signal
from kumppanuus.drawing import Bars, Chart, Forest, Lines, Notice, StackedBars, figure, lint_figure
from kumppanuus.language.catalogue import LANGUAGES, read_texts
from kumppanuus.language.say import Say
from kumppanuus.register.engine import count
from kumppanuus.study import Disclosure
from tests.studies import TOY, Row, clients, register, relationships, toy_study

CHILD_WELFARE = TOY.replace("2020-01-01", "2023-01-01").replace("2021-12-31", "2024-06-30")
# (client, service, start, end), the worker and the area of the row
ROWS: list[tuple[Row, int | None, str | None]] = [
    ((1, "corrective", "2022-05-01", None), 71, "north"),
    ((1, "corrective", "2024-02-01", None), 72, "south"),  # from then on the worker is 72
    ((2, "corrective", "2023-01-01", "2024-07-01"), 71, "north"),  # the last day of the window is its last day
    ((3, "corrective", "2023-01-01", "2024-06-30"), 71, "north"),  # not there on the last day
    ((4, "corrective", "2023-01-01", None), None, None),  # nobody is named; the area is the child's own
    ((5, "corrective", "2023-01-01", None), 71, "south"),  # 18 on 31 December 2023
    ((6, "corrective", "2023-01-01", None), 73, None),
    ((7, "early", "2023-01-01", None), 74, "south"),  # no child welfare
    ((8, "corrective", "2023-01-01", None), 73, "south"),  # no birth date
]
# 1 and 6 are of one family.
PEOPLE = [(1, 9, "2012-01-01"), (2, 2, "2012-01-01"), (3, 3, "2012-01-01"), (4, 4, "2012-01-01"),
          (5, 5, "2005-12-31"), (6, 9, "2012-01-01"), (7, 7, "2012-01-01"), (8, 8, None)]  # fmt: skip
VISITS = [(7, "early", "2024-03-01", 75), (7, "early", "2024-04-01", 74), (2, "early", "2023-03-01", 75)]


def _with(table: pa.Table, **columns: pa.Array) -> pa.Table:
    for name, values in columns.items():
        table = table.drop_columns([name]) if name in table.column_names else table
        table = table.append_column(name, values)
    return table


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> CaseloadResult:
    return _result(tmp_path_factory.mktemp("caseload"))


def _result(folder: Path) -> CaseloadResult:
    study = toy_study(CHILD_WELFARE)
    rows = _with(relationships([row for row, _, _ in ROWS]), worker=pa.array([w for _, w, _ in ROWS], pa.uint64()),
                 area=pa.array([area for *_, area in ROWS], pa.string()))  # fmt: skip
    people = _with(clients(PEOPLE), area=pa.array(["north"] * len(PEOPLE), pa.string()))
    visits = pa.table({
        "client": pa.array([c for c, *_ in VISITS], pa.uint64()), "service": [s for _, s, *_ in VISITS],
        "date": [datetime.date.fromisoformat(day) for _, _, day, _ in VISITS],
        "worker": pa.array([w for *_, w in VISITS], pa.uint64()),
    })  # fmt: skip
    built = register(folder, study, buckets=1, relationships=rows, clients=people, visits=visits)
    counts = count(ANALYSIS, CaseloadParams(), built, study)
    return compute(counts, CaseloadParams(), pipeline.context_of(study, built.given))


def _cells(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return list(frame[list(columns)].itertuples(index=False, name=None))


def test_a_register_by_hand(found: CaseloadResult) -> None:
    days = found.days.set_index("day")
    assert list(days.index[:2]) == ["2023-06-30", "2023-07-31"]  # the last twelve months, and half-years before them
    assert days["in_force"].tolist() == [35] * 7 + [30] * 6
    days = days.loc[["2023-06-30", "2023-09-30", "2023-12-31", "2024-03-31", "2024-06-30"]]
    assert _cells(days, "persons", "families", "assigned", "unassigned") == [
        (6, 5, 5, 1), (6, 5, 5, 1), (5, 4, 4, 1), (5, 4, 4, 1), (4, 3, 3, 1),
    ]  # fmt: skip
    assert days["workers"].isna().all()  # beside so few children it would tell something of them
    areas = found.areas[found.areas["day"].isin(["2023-12-31", "2024-06-30"])]
    assert _cells(areas, "day", "area", "persons", "families") == [
        ("2023-12-31", "north", 4, 3), ("2024-06-30", "north", 2, 2), ("2024-06-30", "south", 1, 1),
    ]  # fmt: skip
    bands = found.bands[found.bands["day"] == "2024-06-30"]
    assert _cells(bands, "children_of_worker", "persons", "families") == [
        ("1-15", 3, 2), ("16-25", 0, 0), ("26-30", 0, 0), ("31-35", 0, 0), ("36+", 0, 0),
    ]  # fmt: skip


def test_workers_of_a_year_by_hand(found: CaseloadResult) -> None:
    """Of age at the end of the year, or of no known age: no child. Worker 75 came by a visit only."""
    everyone = _cells(found.everyone, "year", "persons", "families", "changed", "changed_families")
    assert everyone == [("2023", 5, 4, 0, 0), ("2024", 5, 4, 2, 2)]
    assert _cells(found.services, "service", "year", "persons", "changed") == [
        ("early", "2023", 2, 0), ("corrective", "2023", 4, 0),
    ]  # fmt: skip  # 2023 is the last full year
    # 2023: the family of 1 and 6 has 71 and 73, that of 2 has 71 and 75.
    assert _cells(found.family_workers, "year", "workers_of_family", "persons", "families") == [
        ("2023", "1", 4, 4), ("2023", "2", 3, 2), ("2023", "3+", 0, 0),
    ]  # fmt: skip


@settings(max_examples=40)
@given(st.integers(1, 200), st.integers(1, 60))
def test_how_many_workers_there_are_says_nothing_of_the_children(children: int, workers: int) -> None:
    """Told or not, it is the same for every number of children in the published class, and all of them are possible."""
    least = 6 * ((children - 1) // 6) + 1
    everyone = pd.Series(range(least, least + 6), dtype=float)
    told = _told(pd.Series([float(workers)] * 6), everyone).notna()
    assert told.nunique() == 1
    assert not told[0] or (workers <= least and least >= 13)


def _town(**changed: Any) -> CaseloadResult:
    """A made-up town: 300 children, 12 workers; area b has 90 children and 2 workers, c has one worker."""
    months = [str(day.date()) for day in pd.date_range("2025-01-31", "2025-12-31", freq="ME")]
    yearly = ["2023-12-31", "2024-12-31", "2025-12-31"]
    days = [yearly[0], "2024-06-30", yearly[1], *months]
    children = {"a": (150, 6), "b": (90, 2), "c": (40, 1), "unknown": (20, 3), **changed.pop("areas", {})}
    loads = {"1-15": 30.0, "16-25": 140.0, "26-30": 40.0, "31-35": 0.0, "36+": 90.0, **changed.pop("loads", {})}
    assigned = float(sum(number for number, _ in children.values()))
    lows = np.array([1.0, 16.0, 26.0, 31.0, 36.0])
    frames = {
        "days": pd.DataFrame({
            "day": days, "persons": assigned + changed.get("nobody", 0), "families": 200.0, "assigned": assigned,
            "unassigned": float(changed.get("nobody", 0)), "workers": 12.0, "in_force": [35.0, *[30.0] * 14],
            "assigned_families": 190.0, "unassigned_families": float(changed.get("nobody", 0)),
        }),
        "areas": pd.DataFrame([
            {"day": day, "area": area, "persons": float(n), "families": float(n * 2 // 3), "workers": float(w)}
            for day in months for area, (n, w) in children.items()
        ]),
        "bands": pd.DataFrame({
            "day": np.repeat(yearly, 5), "children_of_worker": [*loads] * 3, "low": np.tile(lows, 3),
            "high": np.tile([*lows[1:], np.nan], 3), "persons": [*loads.values()] * 3,
            "families": np.round(np.array([*loads.values()] * 3) * 0.7),
        }),
        "everyone": pd.DataFrame({"year": ["2024", "2025"], "persons": 900.0, "families": 600.0, "changed": 270.0,
                                  "changed_families": 200.0}),
        "services": pd.DataFrame({"service": ["early", "special", "corrective"], "year": "2025",
                                  "persons": [400.0, 300.0, 290.0], "families": [300.0, 200.0, 190.0],
                                  "changed": changed.get("moves", [200.0, 30.0, 50.0]), "changed_families": 20.0}),
        "family_workers": pd.DataFrame({
            "year": np.repeat(["2024", "2025"], 3), "workers_of_family": ["1", "2", "3+"] * 2,
            "low": [1.0, 2.0, 3.0] * 2, "high": [2.0, 3.0, np.nan] * 2, "persons": [600.0, 300.0, 90.0] * 2,
            "families": [400.0, 200.0, 60.0, *changed.get("last", [400.0, 200.0, 60.0])],
        }),
    }  # fmt: skip
    made = {}
    for name, table in CaseloadResult.tables().items():
        made[name] = frames[name].assign(**dict.fromkeys(table.names("share"), 0.0))[list(table.columns)]
    return CaseloadResult(**made)


def _released(result: CaseloadResult) -> ReleasedResult:
    return release({ANALYSIS.key: result}, Disclosure()).results[ANALYSIS.key]


@cache
def _usual() -> ReleasedResult:
    return _released(_town())


def _say(language: str = "fi") -> Say:
    areas = {"a": "Pohjoinen", "b": "Eteläinen", "c": "Läntinen"}
    return Say(language, read_texts(ANALYSIS.messages), {"areas": areas, "services": {"early": "Varhainen"}})  # type: ignore[arg-type]


def _chart(name: str, released: ReleasedResult, language: str = "fi") -> Chart:
    drawn = ANALYSIS.charts[name](released, _say(language))
    assert isinstance(drawn, Chart)
    return drawn


def _signals(released: ReleasedResult) -> dict[tuple[str, ...], Signal]:
    assert ANALYSIS.signals is not None
    return {(each.name, *(code for *_, code in each.words)): each for each in ANALYSIS.signals(released)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_is_drawn_and_lints(language: str) -> None:
    released = _usual()
    charts = {name: _chart(name, released, language) for name in ANALYSIS.charts}
    assert not [fault for drawn in charts.values() for fault in lint_figure(figure(drawn))]
    forms = {name: type(drawn.form) for name, drawn in charts.items()}
    assert forms == {"load": Lines, "areas": Forest, "bands": StackedBars, "changes": Bars, "families": StackedBars}


def test_headlines_say_what_the_numbers_say() -> None:
    released = _usual()
    assert "noin 25 lasta 31.12.2025" in _chart("load", released).headline
    assert _chart("areas", released).headline.startswith("Eteläinen: vastuutyöntekijällä noin 44 lasta")
    assert "Noin 30\u00a0% lastensuojelun lapsista" in _chart("bands", released).headline
    assert "Varhainen, 50\u00a0%" in _chart("changes", released).headline
    assert "suunnilleen kuin vuonna 2024" in _chart("families", released).headline
    alike = _released(_town(moves=[120.0, 90.0, 90.0], last=[200.0, 200.0, 260.0], areas={"b": (50, 2)}))
    assert "palvelut eivät selvästi eroa" in _chart("changes", alike).headline
    assert "9\u00a0% vuonna 2024, 39\u00a0% vuonna 2025" in _chart("families", alike).headline
    assert "enintään lain sallimat 30" in _chart("areas", alike).headline


def test_one_workers_children_are_no_finding() -> None:
    released = _usual()
    form = _chart("areas", released).form
    assert isinstance(form, Forest)
    assert [row.label for row in form.rows] == ["Eteläinen", "Pohjoinen"]
    assert {key for key in _signals(released) if key[0] == "overload"} == {("overload", "a"), ("overload", "b")}


def test_signals_of_an_overloaded_area_and_of_a_neutral_town() -> None:
    found = _signals(_usual())
    over = found["overload", "b"]
    assert (over.value, over.reference, over.families) == (44, 30, 57)
    assert (over.lower, over.upper) == (42, 45)  # 87 published stands for 85-90 children of two workers
    assert over.certainty == pytest.approx(12 / 14)
    assert found["above",].value == pytest.approx(0.3)
    assert found["above",].lower > 0.2
    assert found["unassigned",].gap == 0
    quiet = _signals(_released(_town(areas={"b": (56, 2)}, loads={"26-30": 130.0, "36+": 0.0})))
    assert {name: signal.gap for name, signal in quiet.items()} == dict.fromkeys(quiet, 0.0)
    # Nobody above the limit: the empty bins join the last one that holds anybody (R7), so no share is told.
    assert set(quiet) == {("overload", "a"), ("overload", "b"), ("unassigned",)}
    nameless = _signals(_released(_town(nobody=60)))["unassigned",]
    assert nameless.kind == "obstacle"
    assert nameless.value == pytest.approx(0.16)
    assert nameless.certainty > 0.6
    without = _town(nobody=60)
    days = without.days.assign(assigned=0.0, assigned_families=0.0, unassigned=360.0, unassigned_families=190.0)
    without = dataclasses.replace(without, days=days, areas=without.areas.iloc[:0])
    assert ("unassigned",) not in _signals(_released(without))


def test_without_workers_the_charts_say_so() -> None:
    town = _town()
    nobody = {each.name: getattr(town, each.name).iloc[:0] for each in dataclasses.fields(town)}
    released = _released(CaseloadResult(**{**nobody, "everyone": town.everyone}))
    assert all(isinstance(_chart(name, released).form, Notice) for name in ANALYSIS.charts)
    assert _signals(released) == {}
