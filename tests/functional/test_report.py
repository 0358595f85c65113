"""A finished run in other formats and languages, and what a report says of the run before it."""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
import struct
from pathlib import Path

import pytest

from kumppanuus import pipeline, reports
from kumppanuus.errors import DisclosureError, StudyError
from kumppanuus.intake.pseudonym import load_or_make_key
from kumppanuus.language.say import speaker
from kumppanuus.publishing import changes_of
from kumppanuus.report.changes import Changes
from kumppanuus.report.exhibits import exhibits
from kumppanuus.reports import Order
from kumppanuus.study import Study, load_study
from kumppanuus.wings import ROOMS
from tests.functional.small_town import write_town
from tests.studies import others

FEW = others("lifecycle.durations", "lifecycle.network", "resources.spending")


def _quiet(_step: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp("pikkula")
    write_town(folder)
    study = load_study(folder)
    pipeline.run(study, skip=FEW, progress=_quiet)
    return study


@pytest.fixture
def study(town: Study, tmp_path: Path) -> Study:
    """Return a copy of the town with its run, for a test to spoil."""
    shutil.copytree(town.root, tmp_path / "town")
    return load_study(tmp_path / "town")


def _folder(study: Study) -> Path:
    (folder,) = (path for path in study.output_folder.iterdir() if not path.name.startswith("."))
    return folder


def test_a_run_writes_no_pictures_unless_asked(town: Study) -> None:
    names = set(_bytes(_folder(town)))
    assert {"raportti.html", "tables.xlsx", "publication-list.csv", "manifest.json"} <= names
    assert not [name for name in names if name.endswith((".png", ".pptx"))]
    assert any(name.endswith(".svg") for name in names)


def test_other_formats_and_languages_join_the_run(study: Study) -> None:
    before = _bytes(_folder(study))
    steps: list[tuple[int, int]] = []
    order = Order(("html", "png", "xlsx"), ("fi", "sv"), ("1", "lifecycle.network/network"))
    made = reports.make(study, order, progress=lambda _, done, total: steps.append((done, total)))
    after = _bytes(made.folder)
    for name, content in before.items():
        if name != "manifest.json":
            assert after[name] == content, name
    assert {path.relative_to(made.folder).as_posix() for path in made.files} - set(before) == set(after) - set(before)
    new = set(after) - set(before)
    assert {"rapport.html", "tables.sv.xlsx", "publication-list.sv.csv"} <= new
    pictures = sorted(name for name in new if name.endswith(".png"))
    assert len(pictures) == 4
    assert sum(name.startswith("charts.sv/") for name in pictures) == 2
    assert all(struct.unpack(">II", after[name][16:24]) == (1920, 1080) for name in pictures)
    assert '<html lang="sv">' in after["rapport.html"].decode()
    manifest = json.loads(after["manifest.json"])
    assert {
        name: hashlib.sha256(content).hexdigest() for name, content in after.items() if name != "manifest.json"
    } == (manifest["outputs"])
    assert steps == [(n, len(made.files)) for n in range(1, len(made.files) + 1)]
    assert reports.make(study, order, progress=_quiet).files == made.files
    assert _bytes(made.folder) == after


def test_what_somebody_else_put_in_the_folder_is_not_taken_along(study: Study) -> None:
    (_folder(study) / "muistiinpanot.txt").write_text("oma", encoding="utf-8")
    made = reports.make(study, Order(("html",)), progress=_quiet)
    assert "muistiinpanot.txt" not in json.loads((made.folder / "manifest.json").read_text())["outputs"]
    assert (made.folder / "muistiinpanot.txt").read_text(encoding="utf-8") == "oma"


def test_slides_of_somebody_elses_are_not_written_over(study: Study) -> None:
    own = _folder(study) / "rapport.html"
    own.write_text("oma", encoding="utf-8")
    with pytest.raises(StudyError, match=r"KU529.*rapport\.html"):
        reports.make(study, Order(("html",), ("sv",)), progress=_quiet)
    assert own.read_text(encoding="utf-8") == "oma"


def test_running_again_keeps_what_was_edited(study: Study) -> None:
    folder = _folder(study)
    page, right = folder / "raportti.html", (folder / "raportti.html").read_bytes()
    page.write_text("muokattu", encoding="utf-8")
    (folder / "charts" / "oma.txt").write_text("oma", encoding="utf-8")
    pipeline.run(study, skip=FEW, progress=_quiet)
    assert page.read_bytes() == right
    assert (folder / "raportti.old.html").read_text(encoding="utf-8") == "muokattu"
    assert (folder / "charts" / "oma.txt").read_text(encoding="utf-8") == "oma"


def test_a_run_whose_files_were_changed_is_refused(study: Study) -> None:
    page = _folder(study) / "raportti.html"
    page.write_text(page.read_text(encoding="utf-8").replace("noin", "tasan"), encoding="utf-8")
    before = _bytes(_folder(study))
    with pytest.raises(StudyError, match=r"KU529.*raportti\.html"):
        reports.make(study, Order(), progress=_quiet)
    assert _bytes(_folder(study)) == before


def test_a_full_disk_is_told_in_words_and_the_run_stands_as_it_was(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _bytes(_folder(study))

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pipeline, "write_report", full)
    with pytest.raises(StudyError, match="KU544"):
        pipeline.run(study, skip=FEW, progress=_quiet)
    assert _bytes(_folder(study)) == before


@pytest.mark.parametrize(("was", "is_"), [("15.0", "16.0"), ("Perhetyö", "Perhetyo"), ("runs/", "muut/")])
def test_kept_results_that_were_changed_are_refused(study: Study, was: str, is_: str) -> None:
    (file,) = (path for path in (study.state_folder / "released").glob("*.json") if path.name != "order.json")
    before = file.read_text(encoding="utf-8")
    file.write_text(before.replace(was, is_, 1), encoding="utf-8")
    assert file.read_text(encoding="utf-8") != before
    with pytest.raises(DisclosureError, match="KU527"):
        reports.make(study, Order(), progress=_quiet)


def test_unknown_runs_and_charts_are_refused_with_the_nearest(study: Study) -> None:
    name = _folder(study).name
    with pytest.raises(StudyError, match=f"KU526.*{name}"):
        reports.make(study, Order(), run_id=name[:-1], progress=_quiet)
    with pytest.raises(StudyError, match=r"KU528.*lifecycle\.network/network"):
        reports.make(study, Order(charts=("lifecycle.network/netwrk",)), progress=_quiet)
    shutil.rmtree(study.state_folder / "released")
    with pytest.raises(StudyError, match="KU545"):
        reports.make(study, Order(), progress=_quiet)


def test_a_call_broken_off_while_its_files_join_is_taken_up_by_the_next(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, replace = _folder(study), Path.replace

    def killed(path: Path, target: Path) -> Path:
        if Path(target) == folder / "manifest.json":
            raise KeyboardInterrupt
        return replace(path, target)

    before = (folder / "manifest.json").read_bytes()
    order = Order(("html", "svg"), ("sv",), ("1",))
    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            reports.make(study, order, progress=_quiet)
    assert (folder / "rapport.html").is_file()
    assert (folder / "manifest.json").read_bytes() == before
    made = reports.make(study, order, progress=_quiet)
    assert "rapport.html" in json.loads((made.folder / "manifest.json").read_text())["outputs"]
    assert not (study.state_folder / "joining").exists()


def test_what_the_disk_refuses_is_said_in_words(study: Study) -> None:
    before = (_folder(study) / "manifest.json").read_bytes()
    (_folder(study) / "charts.sv").write_text("oma", encoding="utf-8")
    with pytest.raises(StudyError, match="KU544"):
        reports.make(study, Order(("svg",), ("sv",), ("1",)), progress=_quiet)
    assert (_folder(study) / "charts.sv").read_text(encoding="utf-8") == "oma"
    assert (_folder(study) / "manifest.json").read_bytes() == before


def test_a_manifest_that_points_outside_its_folder_is_refused(study: Study) -> None:
    manifest, outside = _folder(study) / "manifest.json", study.root / "totuus.txt"
    outside.write_text("oma", encoding="utf-8")
    content = json.loads(manifest.read_text(encoding="utf-8"))
    content["outputs"]["../../totuus.txt"] = hashlib.sha256(b"oma").hexdigest()
    manifest.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(StudyError, match="KU529"):
        reports.make(study, Order(("svg",), charts=("1",)), progress=_quiet)


def _changes(study: Study, language: str = "fi", run_id: str | None = None) -> Changes | None:
    key = load_or_make_key(study.state_folder, may_make=False)
    run = reports.kept_run(study, run_id)
    say = speaker(run.study, language)  # type: ignore[arg-type]
    shown = exhibits(run.released, [room for room in ROOMS if room.key in run.shown], say)
    return changes_of(run, key, ROOMS, lambda: shown, say)


def test_the_first_run_has_nothing_before_it(town: Study) -> None:
    assert _changes(town) is None


def test_the_next_report_says_what_changed_and_why(study: Study) -> None:
    first = _folder(study).name
    settings = study.root / "kumppanuus.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + "\n[families]\nlargest = 30\n", encoding="utf-8")
    again = pipeline.run(load_study(study.root), skip=FEW, supersedes=[], progress=_quiet)
    changes = _changes(study)
    assert changes is not None
    assert changes.since == first
    assert len(changes.reasons) == 1
    assert "families" in changes.reasons[0]
    assert changes.rows == ()
    assert changes.same == len(json.loads((again.folder / "manifest.json").read_text())["exhibits"])
    assert json.loads((again.folder / "manifest.json").read_text())["changes_since"] == first
    before = _bytes(again.folder)
    assert pipeline.run(load_study(study.root), skip=FEW, progress=_quiet).run_id == again.run_id
    assert _bytes(again.folder) == before


def test_a_run_withdrawn_later_is_spoken_of_no_more(study: Study) -> None:
    first = _folder(study).name
    settings = study.root / "kumppanuus.toml"
    plain = settings.read_text(encoding="utf-8")
    settings.write_text(plain + "\n[families]\nlargest = 30\n", encoding="utf-8")
    second = pipeline.run(load_study(study.root), skip=FEW, progress=_quiet).run_id
    assert _changes(study, run_id=second) is not None
    settings.write_text(plain + "\n[families]\nlargest = 29\n", encoding="utf-8")
    pipeline.run(load_study(study.root), skip=FEW, supersedes=[first], progress=_quiet)
    assert _changes(study, run_id=second) is None


def test_a_withdrawn_run_is_not_spoken_of(study: Study) -> None:
    first = _folder(study).name
    settings = study.root / "kumppanuus.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + "\n[families]\nlargest = 30\n", encoding="utf-8")
    pipeline.run(load_study(study.root), skip=FEW, supersedes=[first], progress=_quiet)
    assert _changes(study) is None
    with pytest.raises(DisclosureError, match="KU512"):
        reports.make(study, Order(), run_id=first, progress=_quiet)
