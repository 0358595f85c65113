"""Scenarios computed again: exact numbers of an internal run stay inside; no withdrawn or changed run is told of."""

from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path

import pytest

from kumppanuus import pipeline
from kumppanuus.disclosure.differencing import Marker
from kumppanuus.disclosure.released import Face
from kumppanuus.errors import DisclosureError, StudyError
from kumppanuus.intake.pseudonym import load_or_make_key
from kumppanuus.report.earlier import _run as _manifest
from kumppanuus.report.earlier import sealed_text
from kumppanuus.report.store import stored_run
from kumppanuus.study import Study, load_study
from kumppanuus.what_if import ROOM, run_scenarios
from tests.functional.small_town import write_town
from tests.studies import others

SHOWN = ("resources.spending", "resources.forecast", ROOM)
ROOMS = ("lifecycle.durations", "lifecycle.flow", "baseline.data_quality", *SHOWN)
PRICES = """
schema = 1
name = { fi = "Hinnat" }
description = { fi = "Sijoitusten hinta nousee." }
horizon_months = 24

[[prices]]
service = "placement"
production = "own"
percent_a_year = { value = 5, lower = 2, upper = 8, rationale = "keksitty", source = "keksitty" }
"""
FEW_DRAWS = '\n[analyses."resources.scenarios"]\ndraws = 20\nplan_draws = 10\n'


def _run(study: Study, face: Face) -> pipeline.Run:
    return pipeline.run(study, only=SHOWN, skip=others(*ROOMS), face=face, png=False, progress=lambda *_: None)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town with a public run, its page of scenarios, and an internal run made after it."""
    folder = tmp_path_factory.mktemp("skenaariot") / "pikkula"
    write_town(folder)
    with (folder / "kumppanuus.toml").open("a", encoding="utf-8") as settings:
        settings.write(FEW_DRAWS)
    (folder / "skenaariot").mkdir()
    (folder / "skenaariot" / "hinnat.toml").write_text(PRICES, encoding="utf-8")
    study = load_study(folder)
    public = _run(study, "public")
    run_scenarios(study)
    (folder / "public").write_text(public.run_id, encoding="utf-8")
    _run(study, "internal")
    return folder


@pytest.fixture
def study(town: Path, tmp_path: Path) -> Study:
    """A copy for a test to spoil."""
    return load_study(Path(shutil.copytree(town, tmp_path / "pikkula")))


def _public(study: Study) -> str:
    return (study.root / "public").read_text(encoding="utf-8")


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_scenarios_of_an_internal_run_stay_in_its_folder_and_are_closed(study: Study) -> None:
    before = _files(study.root / "runs")
    told = run_scenarios(study)
    assert (told.face, told.page.parent.parent.name) == ("internal", "internal")
    assert _files(study.root / "runs") == before
    assert "salassa pidettävä" in told.page.read_text(encoding="utf-8").lower()
    if os.name != "nt":
        assert {stat.S_IMODE(path.stat().st_mode) for path in told.page.parent.rglob("*") if path.is_file()} == {0o600}


def test_an_internal_run_changes_nothing_of_what_a_public_one_tells(study: Study) -> None:
    page = study.root / "runs" / _public(study) / "skenaariot.html"
    before = page.read_bytes()
    inside = run_scenarios(study)
    told = run_scenarios(study, run_id=_public(study))
    assert (told.face, told.page.resolve()) == ("public", page.resolve())
    assert page.read_bytes() == before
    assert not told.tables["paths"].equals(inside.tables["paths"])  # exact numbers say something else


def test_the_kept_public_run_holds_no_exact_number_after_an_internal_one(study: Study) -> None:
    key = load_or_make_key(study.state_folder, may_make=False)
    counts = stored_run(study, key, _public(study)).released.results["resources.forecast"]["now"]
    assert (counts[["persons", "families"]] % 6 == 3).all(axis=None)


def test_a_withdrawn_run_has_no_scenarios_any_more(study: Study) -> None:
    """A later run, sealed by the key of the study, has taken its place."""
    first, key = _public(study), load_or_make_key(study.state_folder, may_make=False)
    runs = study.root / "runs"
    content = json.loads((runs / first / "manifest.json").read_text(encoding="utf-8"))
    content |= {"run": "0123456789", "supersedes": [first]}
    later = _manifest("", content)
    content["seal"] = Marker(key, later.run).seal(sealed_text(later.made, later.kept))
    (runs / "0123456789").mkdir()
    (runs / "0123456789" / "manifest.json").write_text(json.dumps(content), encoding="utf-8")
    before = _files(runs / first)
    with pytest.raises(DisclosureError, match="KU512"):
        run_scenarios(study, run_id=first)
    assert _files(runs / first) == before


def test_a_run_whose_files_were_changed_has_none(study: Study) -> None:
    folder = study.root / "runs" / _public(study)
    page = folder / "raportti.html"
    page.write_text(page.read_text(encoding="utf-8").replace("noin", "tasan"), encoding="utf-8")
    before = _files(folder)
    with pytest.raises(StudyError, match=r"KU529.*raportti\.html"):
        run_scenarios(study, run_id=_public(study))
    assert _files(folder) == before
