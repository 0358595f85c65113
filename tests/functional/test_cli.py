"""The command line: words, languages, exit codes, and that a fault leaves everything as it was."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kumppanuus.wings import ROOMS
from tests.conftest import ROOT, Shell
from tests.studies import few

FEW = few("baseline.coverage", "baseline.data_quality")
"""What these tests are about is not the analyses: whole runs are in `test_demo` and `test_docs`."""


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def finished(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory, shell: Shell) -> Path:
    """A copy of the demo with one finished run."""
    import shutil

    folder = tmp_path_factory.mktemp("valmis") / "kunta"
    shutil.copytree(demo_folder, folder, ignore=shutil.ignore_patterns("runs", ".kumppanuus"))
    told = shell("run", folder, "--no-png", *FEW)
    assert told.returncode == 0, told.stderr
    return folder


def test_run_says_where_the_report_is(finished: Path) -> None:
    (run,) = [path for path in (finished / "runs").iterdir() if path.is_dir()]
    assert (run / "raportti.html").is_file()
    assert (run / "manifest.json").is_file()
    assert not [path for path in (finished / "runs").iterdir() if path.name.startswith(".")]


@pytest.mark.skipif(os.name == "nt", reason="rights of files are not kept this way on Windows")
def test_the_private_state_is_private(finished: Path) -> None:
    state = finished / ".kumppanuus"
    assert stat.S_IMODE((state / "key").stat().st_mode) == 0o600
    for folder in ("quarantine", "register"):
        assert stat.S_IMODE((state / folder).stat().st_mode) == 0o700


def test_check_prints_account_findings_and_no_values(finished: Path, shell: Shell) -> None:
    told = shell("tarkista", finished)
    assert told.returncode == 1  # rows in quarantine are findings
    assert "KU309" in told.stdout
    assert "kumppanuus explain KU3" in told.stdout
    assert "kumppanuus check --rule KU3" in told.stdout
    assert "ok Jokaisella luetulla rivillä on tasan yksi kohtalo." in told.stdout
    everything = told.stdout + told.stderr
    assert not re.search(r"\b\d{6}[-+A-FU-Y]\d{3}[0-9A-Y]\b", everything)
    for name in ("Esimerkkityöntekijä", "Kesäleiri"):
        assert name not in everything


def test_check_as_json(finished: Path, shell: Shell) -> None:
    account = json.loads(shell("check", finished, "--json").stdout)
    for row in account["tables"].values():
        parts = ("used", "merged", "quarantined", "outside_window", "blank")
        assert row["read"] == sum(row[part] for part in parts)


@pytest.mark.parametrize("before", [["-l", "sv"], ["--language=sv"], ["-lsv"]])
def test_the_language_is_found_wherever_it_stands(shell: Shell, before: list[str]) -> None:
    assert "Användning: kumppanuus explain" in shell(*before, "explain", "-h").stdout
    assert "Användning: kumppanuus explain" in shell("explain", *before, "-h", KUMPPANUUS_LANGUAGE="en").stdout


def test_list_says_what_can_run(finished: Path, shell: Shell) -> None:
    listed = json.loads(shell("list", finished, "--json").stdout)
    assert [each["analysis"] for each in listed] == [room.key for room in ROOMS]
    assert all(each["can_run"] for each in listed)
    words = shell("list", finished).stdout
    assert "lifecycle.durations" in words
    assert "voidaan ajaa" in words


def test_only_and_skip(copied_demo: Path, shell: Shell) -> None:
    told = shell("run", copied_demo, "--only", "baseline.coverage", "--no-png", "--skip", "lifecycle")
    assert told.returncode == 0, told.stderr
    (run,) = [path for path in (copied_demo / "runs").iterdir() if path.is_dir()]
    shown = {path.name.split("-")[1] for path in (run / "charts").iterdir()}
    assert shown - {"data"} == {"baseline"}  # the row account is always there
    assert not any("quality" in path.name for path in (run / "charts").iterdir())
    assert shell("run", copied_demo, "--only", "baselin").returncode == 2
    assert (
        shell("run", copied_demo, "--skip", *("baseline", "--skip", "lifecycle", "--skip", "resources")).returncode == 2
    )


def test_no_study(tmp_path: Path, shell: Shell) -> None:
    told = shell("run", cwd=tmp_path)
    assert told.returncode == 2
    assert "KU201" in told.stderr
    assert "Ohje: " in told.stderr


@pytest.mark.parametrize(
    ("find", "put", "code", "words"),
    [
        ("tolerance_days", "tolerence_days", "KU203", "did you mean tolerance_days"),
        ("[window]", "[window", "KU202", ""),
        ('table = "visits"', 'table = "visit"', "KU203", ""),
        ('"Alkupvm"', '"Alkupvmm"', "KU104", "Alkupvm"),
        ("asiakkuudet_*.csv", "asiakuudet_*.csv", "KU101", "asiakuudet"),
    ],
)
def test_a_broken_study_is_refused_in_words(
    copied_demo: Path, shell: Shell, find: str, put: str, code: str, words: str
) -> None:
    study = copied_demo / "kumppanuus.toml"
    text = study.read_text(encoding="utf-8")
    assert find in text
    study.write_text(text.replace(find, put), encoding="utf-8")
    told = shell("run", copied_demo)
    assert told.returncode in (1, 2)
    assert code in told.stderr
    assert words in told.stderr
    assert "Traceback" not in told.stderr
    assert not (copied_demo / "runs").exists() or not list((copied_demo / "runs").iterdir())


def test_disclosure_cannot_be_loosened(copied_demo: Path, shell: Shell) -> None:
    study = copied_demo / "kumppanuus.toml"
    text = re.sub(r"^k = \d+", "k = 3", study.read_text(encoding="utf-8"), flags=re.MULTILINE)
    if "k = 3" not in text:
        text += "\n[disclosure]\nk = 3\n"
    study.write_text(text, encoding="utf-8")
    told = shell("run", copied_demo)
    assert told.returncode == 2
    assert "KU515" in told.stderr


def test_a_lost_key_is_not_papered_over(finished: Path, shell: Shell) -> None:
    key = finished / ".kumppanuus" / "key"
    kept = key.read_bytes()
    before = _files(finished / "runs")
    key.unlink()
    try:
        told = shell("run", finished, "--no-png")
        assert told.returncode == 2
        assert "KU207" in told.stderr
        assert not key.exists()
        assert _files(finished / "runs") == before
    finally:
        key.write_bytes(kept)
        key.chmod(0o600)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="whoever may do everything can write everywhere")
def test_an_output_that_cannot_be_written_is_found_first(copied_demo: Path, shell: Shell) -> None:
    (copied_demo / "runs").mkdir(mode=0o500)
    told = shell("run", copied_demo)
    assert told.returncode == 2
    assert "KU206" in told.stderr


def test_an_output_that_is_a_file_is_found_first(copied_demo: Path, shell: Shell) -> None:
    (copied_demo / "runs").write_text("occupied")
    told = shell("run", copied_demo)
    assert told.returncode == 2
    assert "KU206" in told.stderr
    assert (copied_demo / "runs").read_text() == "occupied"


def test_two_runs_at_once(copied_demo: Path, shell: Shell) -> None:
    from filelock import FileLock

    (copied_demo / ".kumppanuus").mkdir(mode=0o700)
    with FileLock(copied_demo / ".kumppanuus" / "lock"):
        told = shell("run", copied_demo)
    assert told.returncode == 2
    assert "KU214" in told.stderr


def test_a_killed_run_leaves_the_earlier_one_whole(finished: Path, shell: Shell) -> None:
    before = _files(finished / "runs")
    for wait in (0.8, 2.0, 3.0):
        command = [sys.executable, "-m", "kumppanuus", "run", str(finished), "--no-png", *FEW]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            time.sleep(wait)
            process.kill()
        found = _files(finished / "runs")
        kept = {name: data for name, data in found.items() if not name.startswith(".")}
        # between two renames the earlier run waits aside, whole, for the next call to put it back
        aside = {f"{name[1:].replace('.earlier', '', 1)}": data for name, data in found.items() if ".earlier" in name}
        assert before in (kept, aside)
    told = shell("run", finished, "--no-png", *FEW)
    assert told.returncode == 0, told.stderr
    assert _files(finished / "runs") == before


def test_an_internal_fault_shows_no_data(copied_demo: Path, tmp_path: Path) -> None:
    """A library's message with a cell in it must not reach the console or the fault report."""
    code = (
        "import sys, kumppanuus.pipeline as p\n"
        "def broken(*_a, **_k): raise ValueError('salainen 131052-308T')\n"
        "p.release = broken\n"
        f"sys.argv = ['kumppanuus', 'run', {str(copied_demo)!r}, *{FEW!r}]\n"
        "from kumppanuus.cli import main\nmain()\n"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert told.returncode == 70
    report = (tmp_path / "kumppanuus-fault.txt").read_text(encoding="utf-8")
    assert "ValueError" in report
    for text in (told.stdout, told.stderr, report):
        assert "131052-308T" not in text
        assert "Traceback" not in text
    assert str(tmp_path) not in report


def test_init_check_and_run_without_editing(copied_demo: Path, tmp_path: Path, shell: Shell) -> None:
    folder = copied_demo / "aineisto"
    proposed = shell("init", folder, "--yes")
    assert proposed.returncode == 0, proposed.stderr
    assert shell("init", folder).returncode == 2  # KU215: there is one already
    checked = shell("check", folder, "--json")
    account = json.loads(checked.stdout)["tables"]
    assert account["relationships"]["used"] > 11_000
    assert account["clients"]["used"] > 4_000


def test_from_a_checkout_and_as_a_module() -> None:
    for start in (["cli.py"], ["-m", "kumppanuus"]):
        told = subprocess.run(
            [sys.executable, *start, "--version"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert told.stdout.startswith("kumppanuus "), told.stderr


def test_help_imports_nothing_heavy() -> None:
    code = "import sys, kumppanuus.cli; print(*[m for m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {
        "pandas", "numpy", "duckdb", "matplotlib", "lifelines", "networkx", "pyarrow", "scipy", "jinja2", "babel",
        "pydantic", "pptx", "playwright", "xlsxwriter", "fontTools", "highspy",
    }  # fmt: skip
    assert not heavy & set(told.stdout.split())
