"""The contract every room passes."""

from __future__ import annotations

import datetime
import itertools
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kumppanuus
from kumppanuus import pipeline
from kumppanuus.analysis import MEASURES, Analysis, Result, files
from kumppanuus.disclosure.gate import release
from kumppanuus.drawing import Chart, figure, lint_figure, svg_text
from kumppanuus.intake.rules import load_rules
from kumppanuus.language.catalogue import LANGUAGES, common_texts, placeholders, read_texts
from kumppanuus.language.say import Say, speaker
from kumppanuus.register import populations
from kumppanuus.register.account import AccountResult
from kumppanuus.register.engine import read_statements
from kumppanuus.register.populations import CLIENTS
from kumppanuus.register.store import Register
from kumppanuus.register.tables import TABLES
from kumppanuus.report.exhibits import exhibits
from kumppanuus.study import Study
from kumppanuus.wings import ROOMS
from tests.studies import Row, clients, register, relationships, toy_study

EVERY_ROOM = pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.key)
ROOM_TEXTS = ("title", "question", "method", "source", "missing", "empty")
CHART_TEXTS = ("subtitle", "how", "method", "caveat", "question_1", "nothing")
POPULATIONS = {name for key, name in vars(populations).items() if key.isupper()}
PEOPLE = ("persons", "families", "open_persons", "open_families", "ended_persons", "ended_families")
NO_ROWS: list[Row] = []
ONE_FAMILY: list[Row] = [(1, "early", "2020-02-01", "2020-05-01"), (2, "corrective", "2020-03-01", None)]


Results = Callable[[Analysis, str], Result]


def _study() -> Study:
    return toy_study()


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Return what computes a room on a register of nobody or of one family, each computed once."""
    folder, study, found = tmp_path_factory.mktemp("house"), _study(), dict[tuple[str, str], Result]()

    def registered(case: str) -> Register:
        rows = {"no rows": NO_ROWS, "one family": ONE_FAMILY}[case]
        people = clients([(client, 77, "2012-05-05") for client in sorted({row[0] for row in rows})])
        return register(folder / case, study, relationships=relationships(rows), clients=people)

    built = {case: registered(case) for case in ("no rows", "one family")}

    def result(room: Analysis, case: str) -> Result:
        if (room.key, case) not in found:
            rooms = [*(each for each in ROOMS if each.key in room.uses), room]
            counted = pipeline.results_of(rooms, built[case], study)
            found.update({(key, case): each for key, each in counted.items()})
        return found[room.key, case]

    return result


@EVERY_ROOM
def test_the_door_plate(room: Analysis) -> None:
    assert room.wing in {"baseline", "lifecycle", "development", "access", "resources", "partner", "evaluation"}
    for needed in (room.needs, room.optional):
        for table, columns in needed.items():
            assert set(columns) <= {*TABLES[table].columns, "family"}, table
    assert room.needs
    assert room.charts
    declared = room.result.tables()
    for chart in room.charts:
        assert set(room.tables_of(chart)) <= set(declared)
    for table in declared.values():
        for column in table.columns.values():
            assert column.role != "dimension" or column.codes
    assert all(statement.sql for statement in read_statements(room.counts.read_text(encoding="utf-8")))


@pytest.mark.parametrize("result", [AccountResult, *(room.result for room in ROOMS)], ids=lambda each: each.__name__)
def test_every_count_names_its_people_and_every_table_whom_it_counts(result: type[Result]) -> None:
    for name, table in result.tables().items():
        assert table.population in POPULATIONS, name
        for column in (table.columns[each] for each in table.names("count")):
            if column.unit == "rows":
                assert not column.of
                continue
            persons, families = column.of
            assert table.columns[persons].role in ("persons", "behind", "count"), (name, persons)
            assert table.columns[families].role in ("families", "behind", "count"), (name, families)
        assert not {*table.dimensions} & {"worker", "unit", "provider", "organiser"}, name  # R14: never by their names
        behind = {each for column in table.columns.values() for each in column.of}
        assert behind >= set(table.names("behind")), name


_DAY = st.integers(-500, 900).map(lambda days: str(datetime.date(2020, 1, 1) + datetime.timedelta(days)))
_STAY = st.tuples(st.integers(1, 12), st.sampled_from(["early", "special", "corrective", "?"]), _DAY,
                  st.none() | st.integers(1, 700))  # fmt: skip


@settings(max_examples=2, deadline=None)
@given(st.lists(_STAY, min_size=1, max_size=25), st.lists(st.integers(1, 5), min_size=12, max_size=12),
       st.integers(0, 60))  # fmt: skip
def test_what_is_called_the_same_is_the_same(
    drawn: list[tuple[int, str, str, int | None]], homes: list[int], tolerance: int
) -> None:
    """Numbers of one population, name and codes are equal in all rooms; under more codes there are no more."""
    rows: list[Row] = [(c, s, a, str(datetime.date.fromisoformat(a) + datetime.timedelta(n)) if n else None)
                       for c, s, a, n in drawn]  # fmt: skip
    study = toy_study(spells={"tolerance_days": tolerance})
    people = clients([(place + 1, 100 + home, "2012-05-05") for place, home in enumerate(homes)])
    with tempfile.TemporaryDirectory() as folder:
        built = register(Path(folder), study, relationships=relationships(rows), clients=people)
        results = pipeline.results_of(ROOMS, built, study)
        cells = [cell for room in ROOMS for cell in _cells(room, results[room.key])]
    known: dict[tuple[str, str, frozenset[tuple[str, str]]], float] = {}
    for key, number in cells:
        assert known.setdefault(key, number) == number, key
    for (population, name, codes), number in known.items():
        if population == CLIENTS and name in PEOPLE:
            for fewer in itertools.chain.from_iterable(itertools.combinations(codes, n) for n in range(len(codes))):
                assert number <= known.get((population, name, frozenset(fewer)), number), (name, codes)


def _cells(room: Analysis, result: Result) -> Iterator[tuple[tuple[str, str, frozenset[tuple[str, str]]], float]]:
    for name, table in room.result.tables().items():
        frame = getattr(result, name)
        for column in table.names("persons", "families", "count"):
            declared = table.columns[column]
            timeless = table.form == "curve" and declared.role != "count"  # its people do not depend on time
            by = [each for each in table.dimensions if not (timeless and each in table.names("time"))]
            for row in frame.dropna(subset=[column]).to_dict("records"):
                codes = frozenset((each, str(row[each])) for each in by)
                yield (table.population, declared.cell or column, codes), row[column]


@EVERY_ROOM
def test_every_text_in_every_language(room: Analysis) -> None:
    texts = read_texts(room.messages)  # refuses missing languages and unlike placeholders
    wanted = [f"room.{text}" for text in ROOM_TEXTS]
    wanted += [f"{chart}.{text}" for chart in room.charts for text in CHART_TEXTS]
    assert not [key for key in wanted if key not in texts]
    for chart in room.charts:
        assert [key for key in texts if key.startswith(f"{chart}.headline")], chart
    for table in room.result.tables().values():
        for name, column in table.columns.items():
            if column.role not in ("concentration", "behind", "expected") and name != "events":
                assert f"column.{name}" in {**common_texts(), **texts}, name
    empty = [key for key, entry in texts.items() if not all(entry[language].strip() for language in LANGUAGES)]
    assert not empty


@EVERY_ROOM
@pytest.mark.parametrize("case", ["no rows", "one family"])
def test_nothing_and_one_family(room: Analysis, case: str, results: Results) -> None:
    released = release({room.key: results(room, case)}, _study().disclosure)
    for table in released.results[room.key].tables.values():
        numbers = table.frame.select_dtypes("number")
        counts = [
            name for name in table.declaration.names("persons", "families", "count", "sum", "mean") if name in numbers
        ]
        assert not (table.frame[counts] > 0).any(axis=None), table.name
    for language in LANGUAGES:
        for exhibit in exhibits(released, [room], speaker(_study(), language)):  # type: ignore[arg-type]
            assert isinstance(exhibit.chart, Chart)
            assert exhibit.chart.headline
            assert not lint_figure(figure(exhibit.chart))


@EVERY_ROOM
def test_signals_have_words_and_nothing_is_told_of_one_family(room: Analysis, results: Results) -> None:
    names = {key.split(".")[1] for key in read_texts(room.messages) if key.startswith("signal.")}
    if room.signals is None:
        assert not names
        return
    texts = read_texts(room.messages)
    assert names
    for name in names:
        assert "value" in placeholders(texts[f"signal.{name}.says"]["fi"])
        assert all(len(texts[f"signal.{name}.title"][language]) <= 80 for language in LANGUAGES)
    for case in ("no rows", "one family"):
        released = release({room.key: results(room, case)}, _study().disclosure).results[room.key]
        if released.status == "ok":
            assert not [signal for signal in room.signals(released) if signal.certainty > 0]


@EVERY_ROOM
def test_the_result_is_what_was_declared(room: Analysis, results: Results) -> None:
    result = results(room, "one family")
    for name, table in room.result.tables().items():
        frame = getattr(result, name)
        assert isinstance(frame, pd.DataFrame)
        assert list(frame.columns) == list(table.columns)


@EVERY_ROOM
def test_a_missing_table_is_said(room: Analysis) -> None:
    lacking = tuple(room.needs)
    released = release({}, _study().disclosure, missing={room.key: lacking})
    (exhibit,) = exhibits(released, [room], speaker(_study(), "fi"))
    words = svg_text(exhibit.chart, prefix="x", frame="full")
    for table in lacking:
        assert Say("fi").label("tables", table).lower() in words.lower()


def test_rooms_have_keys_of_their_own() -> None:
    assert len({room.key for room in ROOMS}) == len(ROOMS)


def test_no_code_means_two_things() -> None:
    own = {key.split(".")[0] for key in read_texts(files("kumppanuus.language") / "errors.toml")}
    assert not own & set(load_rules())


def test_every_code_that_is_raised_is_explained() -> None:
    house = Path(kumppanuus.__file__).parent
    raised = {
        code for file in house.rglob("*.py") for code in re.findall(r'"(KU\d{3})"', file.read_text(encoding="utf-8"))
    }
    own = {key.split(".")[0] for key in read_texts(files("kumppanuus.language") / "errors.toml")}
    assert raised <= own | set(load_rules())


def test_every_rule_that_puts_a_row_aside_has_a_short_name() -> None:
    named = {key.split(".")[1] for key in common_texts() if key.startswith("rules.")}
    assert {code for code, rule in load_rules().items() if rule.severity == "error"} <= named


def test_every_role_that_is_published_is_explained_in_the_dictionary() -> None:
    texts = read_texts(files("kumppanuus.language") / "report.toml")
    assert not [
        role for role in (*MEASURES, "dimension", "time") for part in ("role", "rule") if f"{part}.{role}" not in texts
    ]
