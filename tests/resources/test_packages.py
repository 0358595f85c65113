"""resources.packages: needs and answers worked by hand, the plan on exact numbers, and the private list of partners."""

from __future__ import annotations

import csv
import datetime
import functools
import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from kumppanuus import pipeline
from kumppanuus.analysis import Context
from kumppanuus.demo import write_demo
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.gathered import gatherer
from kumppanuus.disclosure.released import Face, ReleasedResult
from kumppanuus.drawing import Chart, Dumbbell, Heatmap, Notice, StackedBars, figure, lint_figure
from kumppanuus.intake import read_extracts
from kumppanuus.intake.proposals import FOLDER
from kumppanuus.language.catalogue import LANGUAGES, read_texts
from kumppanuus.language.say import Say, speaker
from kumppanuus.register.derived import DERIVED, derivations, named, needed
from kumppanuus.register.engine import count
from kumppanuus.register.store import OF_CLIENTS, REFERENCE, build_register
from kumppanuus.report.store import FOLDER as KEPT
from kumppanuus.resources import segments, spending
from kumppanuus.resources.packages import ANALYSIS
from kumppanuus.resources.packages.declared import PackagesParams
from kumppanuus.resources.packages.proposing import propose
from kumppanuus.study import Study, load_study
from tests.studies import Row, clients, register, relationships, toy_study

ROOMS = (segments.ANALYSIS, spending.ANALYSIS, ANALYSIS)
STUDY_NEEDS = [
    {"code": "money", "name": {"fi": "Raha"}, "services": ["special"]},
    {"code": "mood", "name": {"fi": "Mieliala"}, "services": ["early", "special"]},
    {"code": "quiet", "name": {"fi": "Hiljaisuus"}},  # nobody says what answers it
]
ROWS: list[Row] = [
    (1, "early", "2020-03-01", "2021-02-01"), (2, "corrective", "2021-05-01", None), (3, "early", "2021-01-10", None),
    (4, "special", "2020-06-01", "2020-12-31"), (5, "special", "2021-12-31", None),
]  # fmt: skip
PEOPLE = [(1, 9, "2010-05-05"), (2, 9, "2012-05-15"), (3, 3, None), (4, 4, None), (5, 5, None), (6, 6, None)]
NEEDS = [
    (1, "2021-03-01", "mood"), (2, "2021-04-01", "mood"), (2, "2021-04-02", "money"),  # one family
    (3, "2021-06-01", "money"), (3, "2021-06-02", "quiet"),
    (4, "2021-07-01", "mood"),  # whose service ended on the day before the twelve months
    (5, "2020-12-31", "mood"), (5, "2021-01-01", "money"),  # the first a day too early
    (6, "2021-08-01", "mood"),  # never in a service
]  # fmt: skip


def _study(**changes: Any) -> Study:
    return toy_study(needs=STUDY_NEEDS, **changes)


def _needs(rows: Sequence[tuple[int, str, str]]) -> pa.Table:
    numbers, days, codes = zip(*rows, strict=True)
    n = len(rows)
    return pa.table({
        "client": pa.array(numbers, pa.uint64()), "need": pa.array(codes, pa.string()),
        "date": pa.array([datetime.date.fromisoformat(day) for day in days], pa.date32()),
        "stage": pa.nulls(n, pa.string()), "area": pa.nulls(n, pa.string()),
    })  # fmt: skip


def _row(frame: pd.DataFrame, key: object, *columns: str) -> list[float]:
    return [float(frame[column].to_dict()[key]) for column in columns]


@functools.cache
def _counts(folder: Path) -> dict[str, pd.DataFrame]:
    study = _study()
    built = register(folder, study, relationships=relationships(ROWS), clients=clients(PEOPLE), needs=_needs(NEEDS))
    whole = count(ANALYSIS, PackagesParams(), built, study)
    parts = count(ANALYSIS, PackagesParams(), built, study, by_bucket=True)
    assert all(whole[name].equals(parts[name]) for name in whole)
    return whole


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    """The counts of the ten rows, whole and bucket by bucket the same."""
    return _counts(tmp_path_factory.mktemp("packages"))


def test_needs_and_answers_by_hand(counts: dict[str, pd.DataFrame]) -> None:
    """Of money three families (9, 3, 5), 5 alone is in special. Of mood 9 (early until February), 4 and 6."""
    rows = counts["needs"].set_index("need")[["persons", "families", "met_persons", "met"]]
    assert _row(rows, "money", *rows) == [3.0, 3.0, 1.0, 1.0]
    assert _row(rows, "mood", *rows) == [4.0, 3.0, 2.0, 1.0]
    assert set(rows.index) == {"money", "mood"}


def test_segments_by_hand(counts: dict[str, pd.DataFrame]) -> None:
    """9 has a corrective service and another one, 3 one lighter, 5 one special; 4 and 6 were in none."""
    rows = counts["segments"].set_index("segment")[["persons", "families"]]
    assert {code: tuple(row) for code, row in zip(rows.index, rows.to_numpy(), strict=True)} == {
        "corrective_several": (2.0, 1.0), "one": (1.0, 1.0), "special": (1.0, 1.0), "none": (2.0, 2.0)
    }  # fmt: skip
    inside = counts["segment_needs"].set_index(["segment", "need"])["met"]
    assert dict(inside) == {
        ("corrective_several", "mood"): 1.0, ("corrective_several", "money"): 0.0, ("one", "money"): 0.0,
        ("special", "money"): 1.0, ("none", "mood"): 0.0,
    }  # fmt: skip


def test_the_demo_counted_again_in_pandas(tmp_path: Path) -> None:
    write_demo(tmp_path / "demo", families=1000)
    whole = load_study(tmp_path / "demo")
    read = {"clients", "relationships", "needs"}
    study = whole.model_copy(update={"sources": tuple(each for each in whole.sources if each.table in read)})
    intake = read_extracts(study, bytes(32), quarantine=tmp_path / "quarantine")
    built = build_register(intake.tables, study, tmp_path / "register", families=intake.families, buckets=1)
    rows = count(ANALYSIS, PackagesParams(), built, study)["needs"].set_index("need")
    used, needs = (_of_families(intake.tables[name], intake.tables["clients"]) for name in ("relationships", "needs"))
    first, end = datetime.date(2025, 1, 1), datetime.date(2026, 1, 1)
    used = used[(used["start"] < end) & (used["end"].isna() | (used["end"] > first))]
    needs = needs[(needs["date"] >= first) & (needs["date"] < end)]
    assert len(rows) == sum(bool(need.services) for need in study.needs)
    for need in study.needs:
        asked = set(needs.loc[needs["need"] == need.code, "family"])
        served = set(used.loc[used["service"].isin(need.services), "family"])
        assert _row(rows, need.code, "families", "met") == [len(asked), len(asked & served)]
    assert 0 < rows["met"].sum() < rows["families"].sum()


def _of_families(table: pa.Table, people: pa.Table) -> pd.DataFrame:
    """Return rows with their family: a client without one is one herself."""
    rows = table.to_pandas().merge(people.select(["client", "family"]).to_pandas(), on="client", how="left")
    return rows.assign(family=rows["family"].fillna(rows["client"]))


# 60 families in early (3,650 € a year), 40 of them with the need mood: all are answered. 50 in special visits (one a
# year, 100 €) of whom 30 need money, and 20 more need money in early alone: those are not answered.
_TOWN: list[Row] = [
    *((100 + n, "early", "2021-01-01", None) for n in range(60)),
    *((300 + n, "special", "2021-01-01", None) for n in range(50)),
]
_RECORDED = [
    *((100 + n, "2021-06-01", "mood") for n in range(40)), *((140 + n, "2021-06-01", "money") for n in range(20)),
    *((300 + n, "2021-06-01", "money") for n in range(30)),
]  # fmt: skip


@functools.cache
def _released(folder: Path, face: Face) -> dict[str, ReleasedResult]:
    study, rooms = _study(), ROOMS if face == "internal" else (ANALYSIS,)
    visits = pa.table({
        "client": pa.array([300 + n for n in range(50)], pa.uint64()), "service": ["special"] * 50,
        "date": pa.array([datetime.date(2021, 3, 1)] * 50, pa.date32()), "visits": pa.array([1] * 50, pa.int64()),
        "worker": pa.nulls(50, pa.uint64()), "recorded": pa.nulls(50, pa.date32()),
    })  # fmt: skip
    tables = {"relationships": relationships(_TOWN), "needs": _needs(_RECORDED), "visits": visits}
    built = register(folder / face, study, **tables)
    results = pipeline.results_of(rooms, built, study)
    context = pipeline.context_of(study, built.given)
    gather = {
        room.key: gatherer(room, pipeline.room_params(room, study), rooms, built.given, context=context)
        for room in rooms if room.gather
    }  # fmt: skip
    return dict(release(results, study.disclosure, face=face, gather=gather).results)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the registers of the town stand."""
    return tmp_path_factory.mktemp("town")


def test_shares_are_of_the_families_with_the_need(town: Path) -> None:
    rows = _released(town, "internal")[ANALYSIS.key]["answered"].set_index("need")
    assert rows["percent"].to_dict() == {"mood": 100.0, "money": 60.0}
    assert rows.loc["money", "lower"] < 60 < rows.loc["money", "upper"]
    inside = _released(town, "internal")[ANALYSIS.key]["segment_answered"].set_index(["segment", "need"])["percent"]
    assert inside.to_dict() == {("special", "money"): 100.0, ("one", "mood"): 100.0, ("one", "money"): 0.0}


def test_the_plan_on_exact_numbers(town: Path) -> None:
    """Nobody in early alone is in special, and nothing else answers money: the same money answers no more."""
    plans = _released(town, "internal")[ANALYSIS.key]["plans"].set_index("segment")
    assert _row(plans, "one", "needs", "now_percent", "proposed_percent") == [60.0, 67.0, 67.0]
    assert _row(plans, "one", "now_eur", "proposed_eur") == [3650.0, 3650.0]
    assert plans.loc["special", "now_percent"] == 100.0
    packages = _released(town, "internal")[ANALYSIS.key]["packages"].set_index(["segment", "service"])
    assert _row(packages, ("special", "special"), "now", "now_eur") == [50.0, 5000.0]


def test_nothing_is_told_of_few_and_the_rest_is_rounded(town: Path) -> None:
    rows = _released(town, "public")[ANALYSIS.key]["needs"].set_index("need")
    assert _row(rows, "money", "families", "met") == [51.0, 27.0]
    assert _row(rows, "mood", "families", "met") == [39.0, 39.0]
    shares = _released(town, "public")[ANALYSIS.key]["answered"].set_index("need")["percent"]
    assert shares.to_dict() == {"money": 53.0, "mood": 99.0}  # equal classes: nearly all, never all
    assert _released(town, "public")[ANALYSIS.key]["partner_plan"].empty


def _say(language: str = "fi") -> Say:
    return speaker(_study(), language).with_texts(read_texts(ANALYSIS.messages))  # type: ignore[arg-type]


def _chart(name: str, released: ReleasedResult, language: str = "fi") -> Chart:
    chart = ANALYSIS.charts[name](released, _say(language))
    assert isinstance(chart, Chart)
    assert not lint_figure(figure(chart))
    return chart


def test_charts_say_what_the_tables_say(town: Path) -> None:
    released = _released(town, "internal")[ANALYSIS.key]
    needs = _chart("needs", released)
    assert "60\N{NO-BREAK SPACE}%" in needs.headline
    assert "Raha" in needs.headline
    assert isinstance(_chart("segments", released).form, Heatmap)
    plans = _chart("plans", released)
    assert isinstance(plans.form, Dumbbell)
    assert "ei löydä" in plans.headline
    assert isinstance(_chart("packages", released).form, Notice)  # nothing changes by seven families or more
    assert isinstance(_chart("partners", released).form, Notice)


def test_without_links_nothing_is_counted(town: Path) -> None:
    study = toy_study(needs=[{**need, "services": []} for need in STUDY_NEEDS])
    built = register(town / "bare", study, relationships=relationships(_TOWN), needs=_needs(_RECORDED))
    assert all(frame.empty for frame in count(ANALYSIS, PackagesParams(), built, study).values())
    assert all("needs.services" in read_texts(ANALYSIS.messages)["room.empty"][language] for language in LANGUAGES)


FAMILIES = pd.DataFrame(
    [("7", "21", "north", "fi", "70 71", 2.0, 1.0, 30.0), ("8", None, None, "sv", "80", 1.0, 0.0, 30.0),
     ("9", "22", "north", None, "90", 1.0, 0.0, 30.0)],
    columns=["family", "worker", "area", "language", "children", "load", "protected", "in_force"],
)  # fmt: skip
STAFF = pd.DataFrame(
    [("21", "north", "fi", 100.0), ("23", None, "sv", 50.0)], columns=["worker", "area", "language", "fte_hundredths"]
)
CARRIED = pd.DataFrame([("21", "north", 2.0), ("22", "south", 1.0)], columns=["worker", "area", "children"])


def _proposed(**changes: pd.DataFrame) -> Any:
    rows = {"families": FAMILIES, "staff": STAFF, "carried": CARRIED, **changes}
    return propose(rows, PackagesParams(propose_workers=True), Context({}, {}, 0, frozenset()), _say())


def test_siblings_are_one_row_and_counts_add_up() -> None:
    made = _proposed()
    assert made.listed["Lasten asiakasnumerot"].tolist() == ["80", "70 71", "90"]  # who is new first
    assert made.listed["Ehdotus"].tolist() == ["ensimmäinen työntekijä", "sama työntekijä", "sama työntekijä"]
    assert made.listed["Ehdotettu työntekijä"].tolist()[1:] == ["21", "22"]
    for table in ("partner_areas", "partner_languages"):
        assert made.tables[table][["persons", "families"]].sum().tolist() == [4.0, 3.0]
    loads = made.tables["partner_loads"]
    assert loads.groupby("when")["persons"].sum().to_dict() == {"now": 4.0, "proposed": 4.0}
    plan = made.tables["partner_plan"].iloc[0]
    assert plan[["persons", "families", "moves", "workers", "in_force"]].tolist() == [4.0, 3.0, 0.0, 3.0, 30.0]


def test_workers_come_from_the_relationships_where_no_table_of_workers_is_given() -> None:
    made = _proposed(staff=STAFF.head(0))
    assert set(made.listed["Ehdotettu työntekijä"]) <= {"21", "22"}


def test_nobody_to_propose_for() -> None:
    made = _proposed(families=FAMILIES.head(0))
    assert made.listed.empty
    assert not made.tables


def test_the_charts_of_a_proposal(town: Path) -> None:
    declared = ANALYSIS.result.tables()
    empty = {name: pd.DataFrame(columns=list(each.columns)) for name, each in declared.items()}
    result = ANALYSIS.result(**{**empty, **_proposed().tables})
    released = release({ANALYSIS.key: result}, _study().disclosure, face="internal").results[ANALYSIS.key]
    for language in LANGUAGES:
        assert isinstance(_chart("partners", released, language).form, StackedBars)
        assert isinstance(_chart("partner_fit", released, language), Chart)
    assert "3 perheelle" in _chart("partners", released).headline


TOML = """
schema = 1
study = { organiser = "Pikkula", synthetic = true }
window = { from = 2021-01-01, to = 2024-12-31 }
[[sources]]
table = "clients"
files = ["asiakkaat.csv"]
columns = { client = "nro", family = "perhe", birth_date = "synt" }
[[sources]]
table = "relationships"
files = ["asiakkuudet.csv"]
columns = { client = "nro", service = "palvelu", start = "alku", end = "loppu", worker = "tt" }
[[services]]
code = "avohuolto"
name = { fi = "Avohuolto" }
level = "special"
child_welfare = true
[analyses."resources.packages"]
propose_workers = true
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Three families of which two siblings have two workers; a name that a spreadsheet would take for a formula."""
    folder = tmp_path_factory.mktemp("pikkula")
    people = [
        "nro;perhe;synt",
        "00123;P1;01.02.2015",
        "00124;P1;01.02.2017",
        "45999;P2;03.04.2016",
        "46000;P3;05.06.2018",
    ]
    held = ["00123;=Aino A", "00124;Bea B", "45999;=Aino A", "46000;"]
    rows = ["nro;palvelu;alku;loppu;tt"]
    rows += [f"{each.split(';')[0]};avohuolto;01.03.2024;;{each.split(';')[1]}" for each in held]
    (folder / "asiakkaat.csv").write_text("\n".join(people) + "\n", encoding="utf-8")
    (folder / "asiakkuudet.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "kumppanuus.toml").write_text(TOML, encoding="utf-8")
    return load_study(folder)


def _run(study: Study, face: Face, monkeypatch: pytest.MonkeyPatch) -> pipeline.Run:
    monkeypatch.setattr(pipeline, "ROOMS", (ANALYSIS,))
    return pipeline.run(study, face=face, progress=lambda *_: None)


def _everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_public_run_makes_no_list(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    done = _run(study, "public", monkeypatch)
    assert done.proposals == ()
    assert not (study.state_folder / FOLDER).exists()
    assert "partner_plan" not in done.released.results[ANALYSIS.key].tables  # the room has nothing to tell


def test_an_internal_run_writes_it_where_only_the_owner_reads(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    old = study.state_folder / FOLDER / "resources.packages_0123456789.csv"
    old.parent.mkdir(parents=True)
    old.write_text("an earlier list", encoding="utf-8")
    done = _run(study, "internal", monkeypatch)
    (file,) = done.proposals
    assert [*old.parent.iterdir()] == [file]  # the new list takes the place of the earlier one
    if os.name == "posix":
        assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(file.parent.stat().st_mode)) == (0o600, 0o700)
    head, *rows = csv.reader(file.read_text(encoding="utf-8-sig").splitlines(), delimiter=";")
    told = [dict(zip(head, row, strict=True)) for row in rows]
    assert {each["Lasten asiakasnumerot"] for each in told} == {"00123, 00124", "45999", "46000"}
    siblings = next(each for each in told if each["Lapsia"] == "2")
    assert siblings["Ehdotettu työntekijä"] in {"'=Aino A", "Bea B"}
    assert next(each for each in told if each["Lasten asiakasnumerot"] == "46000")["Työntekijä nyt"] == ""
    assert done.released.results[ANALYSIS.key]["partner_plan"]["families"].tolist() == [3.0]
    written = _everything(done.folder)
    assert not [each for each in (b"45999", b"00123", b"Aino", b"Bea B", FOLDER.encode()) if each in written]
    kept = _everything(study.state_folder / KEPT)
    assert kept
    assert not [each for each in (b"45999", b"00123", b"Aino") if each in kept]


def test_it_is_made_only_when_asked_for() -> None:
    assert ANALYSIS.row_level is not None
    assert not ANALYSIS.row_level.asked(PackagesParams())
    assert ANALYSIS.row_level.asked(PackagesParams(propose_workers=True))


def test_what_the_row_level_part_reads_stands_on_the_door_plate() -> None:
    """Who reads the declaration sees every table of the organiser that single families are taken from."""
    assert ANALYSIS.row_level is not None
    sql = ANALYSIS.row_level.rows.read_text(encoding="utf-8")
    made = derivations(0, 3)
    behind = "\n".join([sql, *needed(named(sql, DERIVED), (), made).values()])
    assert {"relationships", "clients", "workers"} <= named(behind, (*OF_CLIENTS, *REFERENCE))
    assert named(behind, (*OF_CLIENTS, *REFERENCE)) <= {*ANALYSIS.needs, *ANALYSIS.optional}


def test_its_charts_are_in_no_report_without_it(town: Path) -> None:
    released = _released(town, "internal")[ANALYSIS.key]
    assert ANALYSIS.always_drawn == ("needs", "segments", "plans", "packages")
    assert released["partner_areas"].empty
