"""The main job on a register that nobody here wrote, against other routes to the same numbers."""

from __future__ import annotations

import csv
import datetime
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from kumppanuus import pipeline
from kumppanuus.language.say import speaker
from kumppanuus.lifecycle import durations
from kumppanuus.lifecycle.durations.exact import estimates
from kumppanuus.register.engine import count
from kumppanuus.register.store import register_at
from kumppanuus.report.exhibits import exhibits
from kumppanuus.study import Study, load_study
from kumppanuus.wings import ROOMS
from tests.conftest import SHARED, Shell
from tests.functional.dialects import give_key

TOTALS = ["Asiakkuudet", "yhteensä", "3", "737", "2", "827", "910", "0", "0", "0"]
FIRST, END = datetime.date(2017, 4, 1), datetime.date(2022, 4, 1)


def _quiet(_step: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def _raw() -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    for file in sorted(SHARED.glob("*-episodes.csv")):
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows += csv.DictReader(lines)
    return rows


def _day(text: str) -> datetime.date:
    return datetime.datetime.strptime(text, "%d/%m/%Y").date()


def test_check_prints_the_account(ssda903: Path, shell: Shell) -> None:
    told = shell("check", ssda903, "--json")
    account = json.loads(told.stdout)
    wanted = {"read": 3737, "used": 2827, "merged": 910, "quarantined": 0, "outside_window": 0, "blank": 0}
    assert account["tables"]["relationships"] == wanted
    assert account["open_relationships"] == 86
    assert account["tables"]["clients"]["used"] == 820
    assert told.returncode == 0
    raw = _raw()
    assert len(raw) == 3737
    assert sum(not row["DEC"] for row in raw) == 996  # what a naive reading takes for open
    ended = {(row["CHILD"], row["DECOM"]) for row in raw if row["DEC"]}
    assert len({(row["CHILD"], row["DECOM"]) for row in raw} - ended) == 86


def test_the_account_in_words(ssda903: Path, shell: Shell) -> None:
    told = shell("tarkista", ssda903)
    assert told.returncode == 0
    words = told.stdout.replace("\N{NO-BREAK SPACE}", " ")
    assert "820 asiakasta, 820 perhettä, 2 827 asiakkuutta, joista avoinna 86" in words
    assert any(line.split() == TOTALS for line in words.splitlines())


def _placements() -> pd.DataFrame:
    """Relationships by another route: pandas on the raw rows, the closed row of two winning."""
    raw = pd.DataFrame(_raw())
    raw["start"] = pd.to_datetime(raw["DECOM"], format="%d/%m/%Y")
    raw["end"] = pd.to_datetime(raw["DEC"], format="%d/%m/%Y", errors="coerce")
    merged = raw.groupby(["CHILD", "DECOM", "PLACE"], as_index=False).agg(start=("start", "first"), end=("end", "max"))
    return merged.sort_values(["CHILD", "PLACE", "start"], ignore_index=True)


def _spells(placements: pd.DataFrame) -> pd.DataFrame:
    """Touching placements of one type joined, row by row in plain Python."""
    spells: list[dict[str, object]] = []
    last: dict[str, object] = {}
    for row in placements.to_dict("records"):
        same = last and (last["CHILD"], last["PLACE"]) == (row["CHILD"], row["PLACE"])
        if same and (pd.isna(last["end"]) or row["start"] <= last["end"]):
            last["end"] = pd.NaT if pd.isna(last["end"]) or pd.isna(row["end"]) else max(last["end"], row["end"])
        else:
            last = dict(row)
            spells.append(last)
    return pd.DataFrame(spells)


@pytest.fixture(scope="module")
def done(ssda903: Path) -> pipeline.Run:
    return pipeline.run(load_study(ssda903), progress=_quiet, png=False)


def _estimates(study: Study) -> pd.DataFrame:
    register = register_at(study.state_folder / "register", {"relationships", "clients"})
    room = durations.ANALYSIS
    params = pipeline.room_params(room, study)
    counts = count(room, params, register, study)
    return estimates(counts, params, pipeline.context_of(study, register.given)).set_index(["kind", "code"])


@pytest.mark.parametrize("placement", ["U4", "U5"])
def test_kaplan_meier_agrees_with_lifelines_on_the_raw_rows(placement: str, done: pipeline.Run, ssda903: Path) -> None:
    """Tolerance 1e-9, before protection; lifelines 0.30 on rows, with its own late entry."""
    from lifelines import KaplanMeierFitter

    spells = _spells(_placements())
    mine = spells[spells["PLACE"] == placement]
    first, end = pd.Timestamp(FIRST), pd.Timestamp(END)
    entry = (first - mine["start"]).dt.days.clip(lower=0)
    ended = mine["end"].notna() & (mine["end"] <= end)
    length = (mine["end"].where(ended, end) - mine["start"]).dt.days
    other = KaplanMeierFitter().fit(length, ended, entry=entry)
    found = _estimates(load_study(ssda903)).loc[("service", placement)]
    assert found["from_day"] == 0
    assert found["median_days"] == pytest.approx(other.median_survival_time_, abs=1e-9)
    assert found["share_12"] == pytest.approx(float(other.predict(365)), abs=1e-9)
    limits = other.confidence_interval_survival_function_.loc[:365].iloc[-1]
    assert found["share_12_greenwood_lower"] == pytest.approx(limits.iloc[0], abs=1e-9)
    assert found["share_12_greenwood_upper"] == pytest.approx(limits.iloc[1], abs=1e-9)
    late = KaplanMeierFitter().fit(length, ended)
    assert abs(found["share_12"] - float(late.predict(365))) > 0.005  # without late entry it would be another number


def test_the_report_is_whole(done: pipeline.Run, ssda903: Path) -> None:
    names = {path.relative_to(done.folder).as_posix() for path in done.folder.rglob("*") if path.is_file()}
    assert {"raportti.html", "tables.xlsx", "manifest.json"} <= names
    named = {f"{room.key}/{chart}" for room in ROOMS if room.key not in done.missing for chart in room.always_drawn}
    drawn = {each.key for each in exhibits(done.released, ROOMS, speaker(load_study(ssda903), "fi"))}
    assert sum(name.endswith(".svg") for name in names) >= len(drawn)
    assert len(drawn & named) > 60
    manifest = json.loads((done.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["disclosure"]["audited"] is True
    assert set(manifest["seeds"]) == {room.key for room in ROOMS if hasattr(room.params(), "seed")}
    assert not done.failed
    given = {"relationships", "clients"}
    assert set(done.missing) == {room.key for room in ROOMS if set(room.needs) - given}
    page = done.report.read_text(encoding="utf-8")
    assert "Aineistossa ei ole perhenumeroa" in page  # that a child counts as a family is said


def test_no_child_number_or_postcode_is_in_any_file(done: pipeline.Run) -> None:
    raw = _raw()
    canaries = {row["URN"] for row in raw} | {row["HOME_POST"] for row in raw if row["HOME_POST"]}
    page = done.report.read_text(encoding="utf-8")
    assert not [canary for canary in canaries if len(canary) > 5 and canary in page]
    words = set(page.replace("<", " ").replace(">", " ").replace('"', " ").split())
    assert not {row["CHILD"] for row in raw if len(row["CHILD"]) >= 6} & words


def _write_iso_twin(folder: Path) -> None:
    """Write the register once more, with its days as yyyy-mm-dd."""
    folder.mkdir()
    for file in sorted(SHARED.glob("*.csv")):
        frame = pd.read_csv(file, dtype=str, keep_default_na=False)
        for column in {"DECOM", "DEC", "DOB", "MC_DOB"} & set(frame.columns):
            frame[column] = [_day(text).isoformat() if text else "" for text in frame[column]]
        frame.to_csv(folder / file.name, index=False)


def test_iso_dates_give_identical_results(done: pipeline.Run, ssda903: Path, tmp_path: Path) -> None:
    twin = tmp_path / "data"
    _write_iso_twin(twin)
    text = (ssda903 / "kumppanuus.toml").read_text(encoding="utf-8")
    text = text.replace(str(SHARED), str(twin)).replace('"dd/mm/yyyy"', '"yyyy-mm-dd"')
    (tmp_path / "kumppanuus.toml").write_text(text, encoding="utf-8")
    give_key(ssda903, tmp_path)
    other = pipeline.run(load_study(tmp_path), progress=_quiet, png=False)
    assert other.intake.totals() == done.intake.totals()
    for name, result in done.released.results.items():
        for table, released in result.tables.items():
            pd.testing.assert_frame_equal(released.frame, other.released.results[name].tables[table].frame)
    for chart in sorted((done.folder / "charts").glob("*.svg")):
        assert chart.read_bytes() == (other.folder / "charts" / chart.name).read_bytes()


@pytest.fixture(scope="module")
def by_init(done: pipeline.Run, ssda903: Path, tmp_path_factory: pytest.TempPathFactory, shell: Shell) -> list[Path]:
    """The register and its ISO twin, each in a folder of its own with a study that `init` alone has written."""
    place = tmp_path_factory.mktemp("alusta")
    shutil.copytree(SHARED, place / "british", ignore=shutil.ignore_patterns("*.md", "LICENSE"))
    _write_iso_twin(place / "iso")
    for folder in (place / "british", place / "iso"):
        told = shell("init", folder, "--yes")
        assert told.returncode == 0, told.stderr
        give_key(ssda903, folder)
    return [place / "british", place / "iso"]


def test_init_alone_reads_the_whole_register(by_init: list[Path], done: pipeline.Run, shell: Shell) -> None:
    """All ten files, nobody's help: two sources, snapshots, British days, ends as first days after."""
    for folder in by_init:
        told = shell("check", folder, "--json")
        assert told.returncode == 0, told.stderr
        account = json.loads(told.stdout)
        assert account["tables"] == done.intake.totals()
        assert account["open_relationships"] == 86
        study = load_study(folder)
        assert (study.window.first, study.window.end, study.window.year_starts) == (FIRST, END, "04-01")
        assert [source.table for source in study.sources] == ["relationships", "clients"]
        assert {source.files_are for source in study.sources} == {"snapshots"}
        assert study.sources[0].end_is == "first_day_after"


def test_the_twin_by_init_is_identical(by_init: list[Path], done: pipeline.Run) -> None:
    british, iso = (pipeline.read(load_study(folder), progress=_quiet)[0] for folder in by_init)
    assert british.account == iso.account
    assert british.findings == iso.findings
    for name, table in british.tables.items():
        assert table.equals(iso.tables[name])
    columns = ["client", "start", "end", "production"]
    for name, kept in (("relationships", columns), ("clients", ["client", "birth_date", "sex"])):
        mine, wanted = (frames[name].select(kept).sort_by([(key, "ascending") for key in kept]) for frames in (
            british.tables, done.intake.tables))  # fmt: skip
        assert mine.equals(wanted)  # what the study written by hand gives


def test_the_study_by_init_runs_unchanged(by_init: list[Path], shell: Shell) -> None:
    told = shell("run", by_init[0], "--no-png", "--only", "baseline.coverage")
    assert told.returncode == 0, told.stderr
    assert "raportti.html" in told.stdout
