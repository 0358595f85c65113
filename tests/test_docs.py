"""Docs that cannot drift: their commands run, their settings load, their links lead somewhere."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from kumppanuus.cli import commands
from kumppanuus.register.tables import TABLES
from kumppanuus.study import load_study
from tests.conftest import ROOT, Shell
from tests.demo_run import demo_run
from tests.pages import town_pages

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def test_the_commands_of_the_readme_run(
    tmp_path: Path, shell: Shell, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> None:
    demo, *readme = _commands(ROOT / "README.md")
    assert len(readme) >= 5
    assert demo == "demo kunta"
    made = demo_run(tmp_path_factory, worker_id, shell)  # the same command, run once for all
    assert made.returncode == 0, made.stderr
    assert "raportti" in made.stdout
    shutil.copytree(made.folder, tmp_path / "kunta")
    for command in readme:
        told = shell(*shlex.split(command), cwd=tmp_path)
        wanted = {0, 1} if command.startswith("check") else {0}
        assert told.returncode in wanted, (command, told.stderr)
        assert told.stdout


def _commands(page: Path) -> list[str]:
    """Return the commands of the console blocks of a page, in order."""
    blocks = re.findall(r"```console\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [line.removeprefix("$ kumppanuus ") for line in lines if line.startswith("$ kumppanuus ")]


def test_every_page_with_commands_is_run_somewhere() -> None:
    assert {page.name for page in PAGES if _commands(page)} == {"README.md", "walk.md", "scenarios.md"}


def test_the_commands_of_the_scenarios_run(
    tmp_path: Path, shell: Shell, tmp_path_factory: pytest.TempPathFactory, worker_id: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    shutil.copytree(demo_run(tmp_path_factory, worker_id, shell).folder, tmp_path / "kunta")
    monkeypatch.chdir(tmp_path)
    page = _commands(ROOT / "docs" / "scenarios.md")
    assert len(page) >= 5
    for command in page:
        told = CliRunner().invoke(commands, shlex.split(command))
        assert told.exit_code == 0, (command, told.output)
    assert (tmp_path / "kunta" / "skenaariot" / "lisaa-kotipalvelua.toml").exists()


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "methods").glob("*.md")), ids=lambda page: page.stem)
def test_the_examples_of_the_methods_run(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each page shows how its estimators are called on anybody's counts, and what they answer."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```(?:\s*```text\n(.*?)```)?", text, re.DOTALL)
    assert blocks
    names: dict[str, object] = {}
    for code, answer in blocks:
        exec(compile(code, page.name, "exec"), names)
        assert not answer or capsys.readouterr().out.split() == answer.split()


@pytest.fixture
def municipality(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder in which a small town stands where the walk has the demo: it takes a tenth of the time."""
    study = town_pages(tmp_path_factory, worker_id).study
    shutil.copytree(study, tmp_path / "kunta")
    (tmp_path / "kunta" / "aineisto").mkdir()
    for extract in study.glob("*.csv"):
        shutil.copy(extract, tmp_path / "kunta" / "aineisto")
    (run,) = (study / "runs").iterdir()
    for number in (1, 2):
        said = {"exhibit": "lifecycle.durations/levels", "finding": "", "notes": f"Kirjaaja {number}", "votes": number,
                "priority": "soon", "action": "", "owner": ""}  # fmt: skip
        notes = {"schema": "kumppanuus.workshop/1", "run": run.name, "language": "fi", "items": [said]}
        (tmp_path / f"kirjaukset-{number}.json").write_text(json.dumps(notes), encoding="utf-8")
    return tmp_path


def test_the_commands_of_the_walk_run(municipality: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(municipality)
    demo, *walk = _commands(ROOT / "docs" / "walk.md")
    assert demo == "demo kunta"  # the README's commands run it
    assert len(walk) >= 12
    for command in walk:
        told = CliRunner().invoke(commands, shlex.split(command))
        assert told.exit_code in ({0, 1} if command.startswith("check") else {0}), (command, told.output)
        assert told.output, command


def test_the_settings_of_the_reference_load(tmp_path: Path) -> None:
    block, *_ = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "settings.md").read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "kumppanuus.toml").write_text(block, encoding="utf-8")
    study = load_study(tmp_path)
    assert study.services[0].cost_of_unit("purchased") == 48.0
    assert study.services[0].cost_of_unit("voucher") == 35.0


def test_the_reference_names_every_column() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    for table in TABLES.values():
        (row,) = [line for line in text.splitlines() if line.startswith(f"| `{table.name}`")]
        required, optional = row.split("|")[2:4]
        named = {"r": set(re.findall(r"`(\w+)`", required)), "o": set(re.findall(r"`(\w+)`", optional))}
        assert named["r"] == {name for name, column in table.columns.items() if column.required}
        assert named["o"] == {name for name, column in table.columns.items() if not column.required}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target


def test_exit_codes_are_the_documented_ones() -> None:
    from kumppanuus import errors

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    codes = {value for name, value in vars(errors).items() if name.startswith("EXIT_")}
    (line,) = re.findall(r"Exit codes: (.*?)\n\n", text, re.DOTALL)
    assert {int(code) for code in re.findall(r"(?:^|· |\n)(\d+) ", line)} == codes
