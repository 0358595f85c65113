"""Internal runs: exact numbers in a private folder of their own, marked everywhere, never beside public ones."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import Shell
from tests.functional.small_town import write_town
from tests.studies import few

MARKS = {"fi": "salassa pidettävä", "sv": "sekretessbelagt", "en": "confidential"}
POSIX = pytest.mark.skipif(os.name == "nt", reason="rights of files are not kept this way on Windows")


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def _only(folder: Path) -> Path:
    (run,) = folder.iterdir()
    return run


FEW = few("baseline.coverage", "lifecycle.durations", "lifecycle.network", "resources.spending")


def _manifest(run: Path) -> dict[str, Any]:
    return dict(json.loads((run / "manifest.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, shell: Shell) -> tuple[Path, str]:
    """A town with an internal run under a mild umask, and what the command said."""
    folder = tmp_path_factory.mktemp("pikkula") / "kunta"
    write_town(folder)
    done = shell("run", folder, "--internal", "--no-png", *FEW)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout + done.stderr


@pytest.fixture(scope="module")
def inside(told: tuple[Path, str]) -> Path:
    """The folder of the internal run."""
    return _only(told[0] / "internal")


@pytest.fixture
def town(told: tuple[Path, str], tmp_path: Path) -> Path:
    """A copy of the town with its internal run."""
    return Path(shutil.copytree(told[0], tmp_path / "kunta"))


def test_it_says_what_was_made(told: tuple[Path, str], inside: Path) -> None:
    assert "SALASSA PIDETTÄVÄ" in told[1]
    assert f"Sisäinen raportti: {inside / 'raportti.html'}" in told[1]
    assert "Älä näytä, jaa tai liitä sitä mihinkään" in told[1]
    assert "luvut jätetään suojaamatta" in told[1]
    assert "peitetty" not in told[1]
    assert "Raportti: " not in told[1]


@POSIX
def test_nobody_else_can_read_it(told: tuple[Path, str], inside: Path) -> None:
    for path in (told[0] / "internal", inside, *inside.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path.name


def test_it_lies_apart(told: tuple[Path, str], inside: Path) -> None:
    assert not (told[0] / "runs").exists()
    assert not [path for path in (told[0] / "internal").iterdir() if path.name.startswith(".")]


def test_the_manifest_says_internal_and_keeps_nothing_for_public_runs(inside: Path) -> None:
    manifest = _manifest(inside)
    assert manifest["face"] == "internal"
    assert not {"cells", "seal", "compared_with", "supersedes", "protected_together"} & set(manifest)
    assert manifest["disclosure"]["hidden"] == 0
    assert manifest["disclosure"]["audited"] is False


def test_every_page_chart_and_sheet_is_marked(inside: Path) -> None:
    assert MARKS["fi"] in (inside / "raportti.html").read_text(encoding="utf-8").lower()
    charts = list((inside / "charts").glob("*.svg"))
    assert charts
    for chart in charts:
        assert MARKS["fi"] in chart.read_text(encoding="utf-8").lower(), chart.name
    book = openpyxl.load_workbook(inside / "tables.xlsx")
    for sheet in book.worksheets:
        first = " ".join(str(cell.value) for cell in sheet[1] if cell.value).lower()
        assert MARKS["fi"] in first, sheet.title


@pytest.mark.parametrize("language", ["sv", "en"])
def test_it_is_marked_in_every_language(town: Path, language: str, shell: Shell) -> None:
    done = shell("run", town, "--internal", "--no-png", "--language", language, *few("baseline.coverage"))
    assert done.returncode == 0, done.stderr
    assert MARKS[language] in done.stdout.lower() or MARKS["fi"] in done.stdout.lower()
    pages = [path for path in (town / "internal").glob("*/*.html") if path.name != "raportti.html"]
    assert len(pages) == 1
    assert MARKS[language] in pages[0].read_text(encoding="utf-8").lower()


def test_the_numbers_are_exact(told: tuple[Path, str], inside: Path) -> None:
    rows = (told[0] / "asiakkuudet.csv").read_text(encoding="utf-8").splitlines()[1:]
    clients = (told[0] / "asiakkaat.csv").read_text(encoding="utf-8").splitlines()[1:]
    in_2022 = {row.split(";")[0] for row in rows if _in_2022(*row.split(";")[2:])}
    families = {client.split(";")[1] for client in clients if client.split(";")[0] in in_2022}
    book = openpyxl.load_workbook(inside / "tables.xlsx", read_only=True, data_only=True)
    found = {tuple(row) for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) if "2022" in row}
    assert any({len(in_2022), len(families)} <= set(row) for row in found)
    assert len(in_2022) % 6 != 3  # no middle of a class of six, so it cannot have been rounded


def _in_2022(start: str, end: str) -> bool:
    first, last = ("".join(reversed(day.split("."))) for day in (start, end or "31.12.9999"))
    return first <= "20221231" and last >= "20220101"


def test_no_number_is_about_anything(inside: Path) -> None:
    page = (inside / "raportti.html").read_text(encoding="utf-8")
    body = page[page.index("<body") :]
    assert re.search(r"\bnoin\b", body) is None
    assert "<td>peitetty" not in body


def test_the_same_input_gives_the_same_bytes(town: Path, shell: Shell) -> None:
    before = _files(town / "internal")
    assert shell("run", town, "--internal", "--no-png", *FEW).returncode == 0
    assert _files(town / "internal") == before


def test_what_is_made_of_it_later_is_said_to_be_internal_too(town: Path, shell: Shell) -> None:
    done = shell("report", town, "--format", "svg", "--charts", "1")
    assert done.returncode == 0, done.stderr
    assert "SALASSA PIDETTÄVÄ" in done.stdout
    assert "Älä näytä, jaa tai liitä sitä mihinkään" in done.stdout
    asked = shell("report", town, "--format", "svg", "--charts", "1", "--json")
    assert json.loads(asked.stdout)["face"] == "internal"


def test_a_public_run_knows_nothing_of_it(town: Path, inside: Path, tmp_path: Path, shell: Shell) -> None:
    before = _files(town / "internal")
    assert shell("run", town, "--no-png", *FEW).returncode == 0
    beside = _files(town / "runs")
    assert _manifest(_only(town / "runs"))["compared_with"] == {}
    assert _only(town / "runs").name != inside.name
    assert _files(town / "internal") == before
    alone = tmp_path / "alone"
    write_town(alone)
    (alone / ".kumppanuus").mkdir(mode=0o700)
    for name in ("key", "key.id"):
        shutil.copy(town / ".kumppanuus" / name, alone / ".kumppanuus")
    assert shell("run", alone, "--no-png", *FEW).returncode == 0
    assert _files(alone / "runs") == beside


def test_a_run_nearly_like_a_published_one_may_be_internal(town: Path, shell: Shell) -> None:
    assert shell("run", town, "--no-png", *FEW).returncode == 0
    write_town(town, without=[17])
    assert shell("run", town, "--internal", "--no-png", *FEW).returncode == 0
    assert shell("run", town, "--no-png", *FEW).returncode == 3


@pytest.mark.parametrize(
    ("settings", "arguments"),
    [
        ('internal = "runs"', []),
        ('internal = "runs/own"', []),
        ('internal = "./x/../runs/"', []),
        ('internal = "."', []),
        ('internal = ".."', []),
        ('folder = "internal/public"', []),
        ('folder = "."', []),
        ('internal = ".kumppanuus"', []),
        ('internal = ".kumppanuus/own"', []),
        ("", ["-o", "runs"]),
        ("", ["-o", "runs/own"]),
        ("", ["-o", "."]),
        ("", ["-o", ".kumppanuus"]),
    ],
)
def test_its_folder_must_be_apart(settings: str, arguments: list[str], tmp_path: Path, shell: Shell) -> None:
    write_town(tmp_path)
    with (tmp_path / "kumppanuus.toml").open("a", encoding="utf-8") as study:
        study.write(f"[outputs]\n{settings}\n")
    before = _files(tmp_path)
    done = shell("run", "--internal", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert "KU514" in done.stderr
    assert _files(tmp_path) == before


@POSIX
def test_a_link_is_followed(tmp_path: Path, shell: Shell) -> None:
    write_town(tmp_path)
    (tmp_path / "runs").mkdir()
    (tmp_path / "internal").symlink_to(tmp_path / "runs", target_is_directory=True)
    done = shell("run", tmp_path, "--internal")
    assert done.returncode == 2
    assert "KU514" in done.stderr


def test_a_public_run_does_not_go_into_its_folder(town: Path, shell: Shell) -> None:
    before = _files(town / "internal")
    for output in (town / "internal", town / "internal" / "public"):
        done = shell("run", town, "-o", output)
        assert done.returncode == 2
        assert "KU514" in done.stderr
    assert _files(town / "internal") == before


def test_runs_of_two_faces_do_not_meet_elsewhere_either(town: Path, tmp_path: Path, shell: Shell) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(town / "internal", elsewhere)
    done = shell("run", town, "-o", elsewhere)
    assert done.returncode == 2
    assert "KU513" in done.stderr
    published = tmp_path / "published"
    assert shell("run", town, "--no-png", *few("baseline.coverage"), "-o", published).returncode == 0
    mode = published.stat().st_mode
    done = shell("run", town, "--internal", "-o", published)
    assert done.returncode == 2
    assert "KU513" in done.stderr
    assert published.stat().st_mode == mode
    assert len(list(published.iterdir())) == 1


@POSIX
def test_a_folder_that_others_can_enter_is_closed(town: Path, shell: Shell) -> None:
    (town / "internal").chmod(0o755)
    assert shell("run", town, "--internal", "--no-png", *few("baseline.coverage")).returncode == 0
    assert stat.S_IMODE((town / "internal").stat().st_mode) == 0o700


def test_it_is_scanned_like_any_other(tmp_path: Path, shell: Shell) -> None:
    write_town(tmp_path)
    study = tmp_path / "kumppanuus.toml"
    text = study.read_text(encoding="utf-8")
    study.write_text(text.replace('organiser = "Pikkula"', 'organiser = "Pikkula 700001"'), encoding="utf-8")
    done = shell("run", tmp_path, "--internal", "--no-png", *few("baseline.coverage"))
    assert done.returncode == 3
    assert "KU507" in done.stderr
    assert "700001" not in done.stderr + done.stdout
    assert not _files(tmp_path / "internal")


def test_what_is_not_published_supersedes_nothing(town: Path, shell: Shell) -> None:
    done = shell("run", town, "--internal", "--supersedes", "x")
    assert done.returncode == 2
    assert "--supersedes" in done.stderr
