"""Docs that cannot drift: their commands run, their settings load, their links lead somewhere."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from kumppanuus.register.tables import TABLES
from kumppanuus.study import load_study
from tests.conftest import ROOT, Shell

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def test_the_commands_of_the_readme_run(tmp_path: Path, shell: Shell) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```console\n(.*?)```", text, flags=re.DOTALL)
    commands = [line.removeprefix("$ kumppanuus ") for line in block.splitlines() if line.startswith("$ kumppanuus ")]
    assert len(commands) >= 6
    for command in commands:
        told = shell(*shlex.split(command), cwd=tmp_path)
        wanted = {0, 1} if command.startswith("check") else {0}
        assert told.returncode in wanted, (command, told.stderr)
        assert told.stdout


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
