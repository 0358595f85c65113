"""Reports on nearly the same people: refused, unless the earlier one is withdrawn; nothing is put in place."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from kumppanuus import cli, pipeline
from kumppanuus.errors import DisclosureError
from tests.conftest import Shell
from tests.functional.small_town import write_town
from tests.studies import few

FEW = few("baseline.coverage", "baseline.data_quality", "lifecycle.network")
"""What is not needed to compare runs."""


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def _manifests(folder: Path) -> dict[str, dict[str, Any]]:
    return {
        path.parent.name: json.loads(path.read_text(encoding="utf-8"))
        for path in (folder / "runs").glob("*/manifest.json")
    }


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, shell: Shell) -> Path:
    """A town with one published run."""
    folder = tmp_path_factory.mktemp("pikkula") / "kunta"
    write_town(folder)
    told = shell("run", folder, *FEW)
    assert told.returncode == 0, told.stderr
    return folder


@pytest.fixture
def town(published: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(published, tmp_path / "kunta"))


@pytest.fixture
def run_id(town: Path) -> str:
    (name,) = _manifests(town)
    return name


def test_one_family_less_is_refused_and_nothing_is_put_in_place(town: Path, run_id: str, shell: Shell) -> None:
    before = _files(town / "runs")
    write_town(town, without=[17])
    told = shell("run", town, *FEW)
    assert told.returncode == 3, told.stderr
    assert "KU510" in told.stderr
    assert f"kumppanuus run --supersedes {run_id}" in told.stderr
    assert _files(town / "runs") == before
    assert [path.name for path in (town / "runs").iterdir()] == [run_id]


def test_a_withdrawn_run_is_recorded_and_no_longer_compared(town: Path, run_id: str, shell: Shell) -> None:
    write_town(town, without=[17])
    told = shell("run", town, *FEW, "--supersedes", run_id)
    assert told.returncode == 0, told.stderr
    (second,) = set(_manifests(town)) - {run_id}
    assert _manifests(town)[second]["supersedes"] == [run_id]
    assert _manifests(town)[second]["compared_with"] == {}
    before = _files(town / "runs")
    assert shell("run", town, *FEW).returncode == 0  # declared once is declared
    assert _files(town / "runs") == before
    write_town(town)
    back = shell("run", town, *FEW)
    assert back.returncode == 3
    assert "KU512" in back.stderr
    assert _files(town / "runs") == before


def test_the_same_people_in_another_language_and_in_part(town: Path, run_id: str, shell: Shell) -> None:
    before = _files(town / "runs")
    for more in (("--language", "sv"), ("--only", "lifecycle"), ("--only", "baseline.coverage")):
        told = shell("run", town, *FEW, *more)
        assert told.returncode == 0, told.stderr
    found = _manifests(town)
    assert len(found) == 4
    assert sum(run_id in each["compared_with"] for each in found.values()) == 3
    together = {tuple(each["protected_together"]) for each in found.values()}
    assert len(together) == 1
    kept = {name: data for name, data in _files(town / "runs").items() if name.startswith(run_id)}
    assert kept == before


def test_leaving_out_or_tightening_protects_in_another_way(town: Path, run_id: str, shell: Shell) -> None:
    told = shell("run", town, *FEW, "--skip", "baseline.data_quality")
    assert told.returncode == 3
    assert "KU511" in told.stderr
    write_town(town, disclosure="k = 8")
    told = shell("run", town, *FEW)
    assert told.returncode == 3
    assert "KU511" in told.stderr
    told = shell("run", town, *FEW, "--supersedes", run_id, "--only", "baseline.coverage")
    assert told.returncode == 0, told.stderr


def test_a_report_in_another_folder_is_an_earlier_one_too(
    town: Path, run_id: str, tmp_path: Path, shell: Shell
) -> None:
    write_town(town, without=[17])
    told = shell("run", town, *FEW, "-o", tmp_path / "muualla")
    assert told.returncode == 3
    assert "KU510" in told.stderr
    assert run_id in told.stderr
    assert list((tmp_path / "muualla").iterdir()) == []


def test_an_unknown_run_is_told_before_anything_is_read(town: Path, run_id: str, shell: Shell) -> None:
    told = shell("run", town, *FEW, "--supersedes", run_id[:-1] + "x")
    assert told.returncode == 2
    assert "KU518" in told.stderr
    assert run_id in told.stderr
    assert "[1/4]" not in told.stderr


def test_a_manifest_that_was_changed_is_told(town: Path, run_id: str, shell: Shell) -> None:
    file = town / "runs" / run_id / "manifest.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    content["cells"] = content["cells"][1:]
    file.write_text(json.dumps(content), encoding="utf-8")
    write_town(town, without=[17])
    told = shell("run", town, *FEW, "--only", "baseline.coverage")
    assert told.returncode == 0, told.stderr
    assert f"Aiemman ajon {run_id} tiedot (manifest.json) ovat rikki" in told.stdout


@pytest.mark.parametrize("code", ["KU507", "KU510", "KU520"])
def test_a_refusal_leaves_everything_as_it_was(
    code: str, town: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever refuses (the scan, the distance, the audit): exit 3, no folder begun, the earlier run whole."""

    def refuse(*_arguments: object, **_settings: object) -> None:
        raise DisclosureError(code, where="x", n=1, runs="x", k=5, f=3, supersede="x")

    place = {"KU507": "look_through", "KU510": "keep_distance", "KU520": "release"}[code]
    monkeypatch.setattr(pipeline, place, refuse)
    monkeypatch.setattr(sys, "argv", ["kumppanuus", "run", str(town), *FEW])
    before = _files(town / "runs")
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 3
    assert code in capsys.readouterr().err
    assert _files(town / "runs") == before
    assert len(list((town / "runs").iterdir())) == 1


def test_the_manifest_holds_digests_not_cells(published: Path) -> None:
    ((_, manifest),) = _manifests(published).items()
    assert manifest["face"] == "public"
    assert len(manifest["cells"]) >= 64
    assert all(len(bytes.fromhex(part)) == 16 for each in manifest["cells"] for part in each.split(" "))
    assert "persons" not in json.dumps(manifest["cells"])


@pytest.mark.parametrize("broken", ["k = 4", "f = 2", "n_min = 19", "base = 12", "k = 0", "k = -5", "k = true"])
def test_thresholds_can_only_be_tightened(broken: str, tmp_path: Path, shell: Shell) -> None:
    write_town(tmp_path, disclosure=broken)
    told = shell("run", tmp_path)
    assert told.returncode == 2
    assert "KU515" in told.stderr
    least = {"k": "k ≥ 5", "f": "f ≥ 3", "n_min": "n_min ≥ 20", "base": "base = 6"}
    assert least[broken.split(" ")[0]] in told.stderr
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("strange", ['k = "many"', "k = 5.5", "kk = 7", "k = 4\nkk = 7"])
def test_other_faults_of_thresholds_are_told_as_such(strange: str, tmp_path: Path, shell: Shell) -> None:
    write_town(tmp_path, disclosure=strange)
    told = shell("run", tmp_path)
    assert told.returncode == 2
    assert "KU203" in told.stderr
