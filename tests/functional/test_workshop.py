"""The workshop loop on a whole run: notes merged and summed up from the command line, and what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from lxml import html

from kumppanuus import pipeline
from kumppanuus.disclosure.differencing import Marker
from kumppanuus.disclosure.gate import release
from kumppanuus.errors import KumppanuusError
from kumppanuus.intake.pseudonym import load_or_make_key
from kumppanuus.report.earlier import _run, sealed_text
from kumppanuus.report.facts import RunFacts
from kumppanuus.report.store import StoredRun, store_run
from kumppanuus.study import Study, load_study
from kumppanuus.summaries import summarise
from kumppanuus.workshop.notes import SCHEMA
from tests.conftest import Shell
from tests.functional.small_town import write_town
from tests.studies import others

LEVELS, REACH = "lifecycle.durations/levels", "baseline.coverage/services"
PAGE = "tyopajan-yhteenveto.html"
CLIENT = "700001"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tyopaja") / "pikkula"
    write_town(folder)
    only = ("lifecycle.durations", "baseline.coverage")
    pipeline.run(load_study(folder), only=only, skip=others(*only), png=False, progress=lambda *_: None)
    return folder


@pytest.fixture(scope="module")
def study(town: Path) -> Study:
    return load_study(town)


@pytest.fixture(scope="module")
def run_id(town: Path) -> str:
    (run,) = [path.name for path in (town / "runs").iterdir() if (path / "manifest.json").is_file()]
    return run


def noted(file: Path, run: str, *items: dict[str, object], sheet: str = "") -> Path:
    content = {"schema": SCHEMA, "run": run, "language": "fi", "items": items, "sheet": sheet, "edition": 1}
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def test_the_loop_from_the_command_line(town: Path, run_id: str, shell: Shell, tmp_path: Path) -> None:
    first = {"exhibit": LEVELS, "votes": 2, "priority": "now", "action": "Kokeillaan"}
    noted(tmp_path / "a.json", run_id, first, sheet="a" * 16)
    noted(tmp_path / "b.json", run_id, {"exhibit": LEVELS, "votes": 1}, {"exhibit": REACH, "votes": 9}, sheet="b" * 16)
    told = shell("tyopaja", "yhdista", "b.json", "a.json", "a.json", "-o", "kaikki.json", cwd=tmp_path)
    assert (told.returncode, told.stderr) == (0, "")
    assert "Yhdistetty 2 tiedostoa: kaikki.json" in told.stdout
    assert "kirjaajia 2 · kirjattuja kuvioita 2 · ääniä 12" in told.stdout.replace(" - ", " · ")
    merged = json.loads((tmp_path / "kaikki.json").read_text(encoding="utf-8"))
    assert {item["exhibit"]: item["votes"] for item in merged["items"]} == {LEVELS: 3, REACH: 9}

    told = shell("workshop", "summary", "kaikki.json", "a.json", "-s", town, "-l", "sv", cwd=tmp_path)
    assert (told.returncode, told.stderr) == (0, "")
    file = town / "runs" / f"{run_id}-workshop" / "workshoppens-sammanfattning.html"
    assert str(file) in told.stdout
    tree = html.fromstring(file.read_text(encoding="utf-8"))
    assert [" ".join(row.text_content().split())[0] for row in tree.xpath("//tbody/tr")] == ["1", "2"]
    assert tree.xpath("string(//tbody/tr[1]/td[3])") == "3"
    assert tree.xpath("string(//tbody/tr[1]/td[4])") == "Kokeillaan"
    assert len(tree.xpath("//article//*[local-name()='svg']")) == 2


def test_refusals_have_words_and_codes(town: Path, run_id: str, shell: Shell, tmp_path: Path) -> None:
    noted(tmp_path / "a.json", run_id, {"exhibit": LEVELS, "votes": 1})
    noted(tmp_path / "b.json", "abcdef1234", {"exhibit": LEVELS, "votes": 1})
    noted(tmp_path / "c.json", run_id, {"exhibit": LEVELS, "notes": "131052-308T"})
    told = shell("workshop", "merge", "a.json", "b.json", cwd=tmp_path)
    assert told.returncode == 2
    assert "KU531" in told.stderr
    assert run_id in told.stderr
    assert "abcdef1234" in told.stderr
    told = shell("workshop", "merge", "a.json", "c.json", cwd=tmp_path)
    assert told.returncode == 3
    assert "KU534" in told.stderr
    assert "c.json" in told.stderr
    assert LEVELS in told.stderr
    assert "131052" not in told.stdout + told.stderr
    told = shell("workshop", "summary", "a.json", "-s", town, "--format", "pdf", cwd=tmp_path)
    assert told.returncode == 2
    assert "html" in told.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "b.json", "c.json"]


def refused(study: Study, file: Path, folder: Path | None = None) -> KumppanuusError:
    with pytest.raises(KumppanuusError) as caught:
        summarise(study, [file], folder=folder)
    return caught.value


FIELDS = [("notes", f"Asiakas {CLIENT} odotti"), ("action", "700 001"), ("owner", "90\u00a0017"), ("finding", CLIENT)]


@pytest.mark.parametrize(("field", "text"), FIELDS)
def test_a_number_of_the_register_in_the_notes_is_never_published(
    study: Study, run_id: str, tmp_path: Path, field: str, text: str
) -> None:
    """A client's or a family's number: the whole summary is refused, and nothing is left of it."""
    file = noted(tmp_path / "a.json", run_id, {"exhibit": LEVELS, "votes": 1, field: text})
    error = refused(study, file, tmp_path / "yhteenveto")
    assert (error.code, error.exit_code) == ("KU537", 3)
    assert error.facts == {"n": 1, "where": f"{PAGE}: identifier"}
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_slides_beside_the_page_and_they_are_looked_through_as_well(study: Study, run_id: str, tmp_path: Path) -> None:
    file = noted(tmp_path / "a.json", run_id, {"exhibit": LEVELS, "votes": 1, "action": "Kokeillaan"})
    made = summarise(study, [file], folder=tmp_path / "out", formats=("pptx", "html"))
    assert [path.name for path in made.files] == [PAGE, "tyopajan-yhteenveto.pptx"]
    noted(file, run_id, {"exhibit": "general", "notes": f"Rivi\n{CLIENT}"})
    with pytest.raises(KumppanuusError) as caught:
        summarise(study, [file], folder=tmp_path / "other", formats=("pptx",))
    assert caught.value.facts["where"] == "tyopajan-yhteenveto.pptx: identifier"


def test_numbers_that_are_nobodys_may_stand_in_the_notes(study: Study, run_id: str, tmp_path: Path) -> None:
    text = "Puh. 09 310 1691, 12 500 €, vuosina 2021–2024, 1.9.2026, tavoite 35 %"
    file = noted(tmp_path / "a.json", run_id, {"exhibit": LEVELS, "notes": text})
    (page,) = summarise(study, [file], folder=tmp_path / "out").files
    assert "12 500 €" in page.read_text(encoding="utf-8")


def test_the_same_bytes_again_and_other_files_stay(study: Study, run_id: str, tmp_path: Path) -> None:
    file = noted(tmp_path / "a.json", run_id, {"exhibit": LEVELS, "votes": 1})
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "oma.txt").write_text("säilyy", encoding="utf-8")
    (page,) = summarise(study, [file], folder=folder).files
    first = page.read_bytes()
    assert summarise(study, [file], folder=folder).files == (page,)
    assert page.read_bytes() == first
    assert sorted(path.name for path in folder.iterdir()) == ["oma.txt", PAGE]
    for number, edited in (("", "muokattu"), ("2", "taas muokattu")):
        page.write_text(edited, encoding="utf-8")
        summarise(study, [file], folder=folder)
        assert page.read_bytes() == first
        assert (folder / f"{page.stem}.old{number}.html").read_text(encoding="utf-8") == edited


def test_another_run_the_runs_own_folder_and_an_internal_run(
    study: Study, town: Path, run_id: str, tmp_path: Path
) -> None:
    vote = {"exhibit": LEVELS, "votes": 1}
    assert refused(study, noted(tmp_path / "b.json", "abcdef1234", vote)).code == "KU526"
    file = noted(tmp_path / "a.json", run_id, vote)
    assert refused(study, file, town / "runs" / run_id).code == "KU533"
    assert refused(study, file, town / "runs" / run_id / "charts" / "x").code == "KU533"
    assert refused(study, noted(tmp_path / "c.json", run_id, {"exhibit": LEVELS})).code == "KU536"


def test_no_summary_of_an_internal_run(study: Study, tmp_path: Path) -> None:
    inside = release({}, study.disclosure, missing={"lifecycle.durations": ("relationships",)}, face="internal")
    run = StoredRun(inside, RunFacts("0123456789", "0", {}, "", ""), study, ("lifecycle.durations",), tmp_path / "x")
    store_run(run, load_or_make_key(study.state_folder, may_make=False))
    file = noted(tmp_path / "a.json", run.run_id, {"exhibit": LEVELS, "votes": 1})
    error = refused(study, file, tmp_path / "out")
    assert (error.code, error.exit_code) == ("KU538", 3)
    assert not (tmp_path / "out").exists()


def test_no_summary_of_a_run_that_was_withdrawn(study: Study, town: Path, run_id: str, tmp_path: Path) -> None:
    """A later run, sealed by the key of the study, has taken its place."""
    key = load_or_make_key(study.state_folder, may_make=False)
    content = json.loads((town / "runs" / run_id / "manifest.json").read_text(encoding="utf-8"))
    content |= {"run": "0123456789", "supersedes": [run_id]}
    later = _run("", content)
    content["seal"] = Marker(key, later.run).seal(sealed_text(later.made, later.kept))
    folder = town / "runs" / "0123456789"
    folder.mkdir()
    file = noted(tmp_path / "a.json", run_id, {"exhibit": LEVELS, "votes": 1})
    try:
        (folder / "manifest.json").write_text(json.dumps(content), encoding="utf-8")
        error = refused(study, file, tmp_path / "out")
    finally:
        shutil.rmtree(folder)
    assert (error.code, error.facts["by"]) == ("KU512", "0123456789")
    assert summarise(study, [file], folder=tmp_path / "out").files


def test_a_folder_that_cannot_be_made_is_told(study: Study, run_id: str, tmp_path: Path) -> None:
    file = noted(tmp_path / "a.json", run_id, {"exhibit": LEVELS, "votes": 1})
    error = refused(study, file, file / "out")
    assert (error.code, error.exit_code) == ("KU206", 2)
