"""Consoles that know fewer letters, and programs that read what is said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kumppanuus.console.speech import _plainer
from tests.functional.small_town import write_town
from tests.studies import few

FEW = few("baseline.coverage")
"""What is left is one analysis, so that a run is quick."""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ikkunat") / "pikkula"
    write_town(folder)
    with (folder / "asiakkuudet.csv").open("a", encoding="utf-8") as file:
        file.write("700001;family_work;31.2.2022;\n")
    return folder


def said(encoding: str, *arguments: object, **settings: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "kumppanuus", *map(str, arguments)]
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "KUMPPANUUS_LANGUAGE": "fi", **settings}
    return subprocess.run(command, env=environment, capture_output=True, check=False)


def test_a_run_on_a_western_console(town: Path) -> None:
    told = said("cp1252:strict", "run", town, *FEW, "--verbose")
    assert told.returncode == 0, told.stderr
    words = (told.stdout + told.stderr).decode("cp1252")
    assert "Avaa se selaimella. Kuviot, taulukot ja ajon tiedot ovat samassa kansiossa." in words
    assert "! Rivejä karanteenissa: 1 - katso" in words.replace("–", "-")
    assert "?" not in words.replace("kumppanuus?", "")
    assert "\x1b" not in words  # no colours: nothing for NO_COLOR to turn off
    assert [line[:5] for line in words.splitlines() if line.startswith("[")] == ["[1/4]", "[2/4]", "[3/4]", "[4/4]"]
    for file in ("manifest.json", "raportti.html", "tables.xlsx", "charts/"):  # more is said on request
        assert file in words
    assert "ok baseline.coverage" in words


def test_a_check_on_an_old_console(town: Path) -> None:
    told = said("cp850:strict", "check", town)
    assert told.returncode == 1
    words = (told.stdout + told.stderr).decode("cp850")
    assert "?" not in words
    assert "1 169" in words.replace("\xa0", " ")
    assert "riviä" in words
    assert "x  KU306" in words


def test_a_console_that_says_it_knows_no_letters(tmp_path: Path) -> None:
    """click writes UTF-8 there, whatever the console says: nearly all of them can."""
    told = said("ascii:strict", "list")
    assert told.returncode == 0, told.stderr
    assert "Asiakkuuksien kesto" in told.stdout.decode("utf-8")


@pytest.mark.parametrize(
    ("letter", "plain"),
    [("ä", "a"), ("Å", "A"), ("−", "-"), ("–", "-"), ("\xa0", " "), ("≥", ">="), ("…", "..."), ("”", '"'), ("語", "?")],
)
def test_the_nearest_letters(letter: str, plain: str) -> None:
    assert _plainer(letter) == plain


@pytest.mark.skipif(os.name == "nt", reason="pipes break in another way on Windows")
def test_a_reader_that_has_seen_enough(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kumppanuus", "check", "--rules"]
    reader, writer = os.pipe()
    os.close(reader)
    told = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, cwd=tmp_path, check=False)
    os.close(writer)
    assert (told.returncode, told.stderr) == (1, b"")
    assert not list(tmp_path.iterdir())  # click leaves quietly: no fault, no report of one


def test_a_run_that_a_program_reads(town: Path) -> None:
    told = said("ascii:strict", "run", town, *FEW, "--json", "--quiet")
    assert (told.returncode, told.stderr) == (0, b"")
    end = json.loads(told.stdout)
    assert end["face"] == "public"
    assert end["analyses"] == ["baseline.coverage"]
    assert Path(end["report"]).is_file()
    assert Path(end["folder"]).name == end["run"]
    assert (end["missing"], end["failed"], end["not_compared"]) == ({}, {}, {})
    assert end["quarantined"] == 1
    assert [(one["code"], one["n"]) for one in end["findings"] if one["severity"] == "error"] == [("KU306", 1)]
    assert isinstance(end["hidden"], int)
