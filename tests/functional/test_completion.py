"""Completion: scripts that shells accept, and names that are those of the rooms."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from kumppanuus.cli import commands
from kumppanuus.console import completing
from kumppanuus.console.codes import known_codes
from kumppanuus.console.completing import SHELLS, PowerShellComplete, completion_script
from kumppanuus.console.explaining import known_charts
from kumppanuus.console.speech import console_say
from kumppanuus.intake.rules import load_rules
from kumppanuus.wings import ROOMS
from tests.conftest import Shell

CONTEXT = click.Context(click.Command("x"))
PARAMETER = click.Option(["--x"])


def names(complete: object, typed: str, context: click.Context = CONTEXT) -> list[str]:
    return [item.value for item in complete(context, PARAMETER, typed)]  # type: ignore[operator]


def test_names_are_those_of_the_rooms() -> None:
    """They are read from the texts beside the rooms, because a shell cannot wait for the rooms themselves."""
    keys = {room.key for room in ROOMS}
    assert set(names(completing.complete_names, "")) == keys | set(known_charts())
    assert set(names(completing.complete_analyses, "")) == keys | {room.wing for room in ROOMS}
    assert names(completing.complete_analyses, "lifecycle.du") == ["lifecycle.durations"]
    assert names(completing.complete_names, "ku20") == [c for c in known_codes(console_say("fi")) if "KU20" in c]
    assert names(completing.complete_codes, "") == list(load_rules())
    assert set(names(completing.complete_charts, "")) == set(known_charts())
    assert names(completing.complete_charts, "1,lifecycle.network/p") == ["1,lifecycle.network/pairs"]


def test_runs_are_those_of_the_study(tmp_path: Path) -> None:
    for run in ("aaa111", "aab222", "ccc333"):
        (tmp_path / "ulos" / run).mkdir(parents=True)
        (tmp_path / "ulos" / run / "manifest.json").write_text("{}")
    (tmp_path / "ulos" / "unfinished").mkdir()
    (tmp_path / "kumppanuus.toml").write_text('[outputs]\nfolder = "ulos"\n', encoding="utf-8")
    context = click.Context(click.Command("run"))
    context.params["study"] = tmp_path
    assert names(completing.complete_runs, "aa", context) == ["aaa111", "aab222"]
    (tmp_path / "kumppanuus.toml").write_text("[outputs", encoding="utf-8")
    assert names(completing.complete_runs, "", context) == []


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_has_a_script(shell: str) -> None:
    script = completion_script(shell, commands)
    assert "kumppanuus" in script
    assert f"{shell}_complete" in script
    assert "%(" not in script


@pytest.mark.parametrize("program", ["bash", "zsh", "fish"])
def test_the_shell_accepts_it(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"no {program} here")
    script = completion_script(program, commands)
    checked = subprocess.run([program, "-n"], input=script, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_the_script_alone_is_on_the_standard_output(shell: Shell) -> None:
    told = shell("completion", "zsh", "-l", "en")
    assert told.returncode == 0
    assert told.stdout.strip() == completion_script("zsh", commands).strip()
    assert "~/.zshrc" in told.stderr


def test_a_shell_is_answered(shell: Shell, tmp_path: Path) -> None:
    asked = {"_KUMPPANUUS_COMPLETE": "bash_complete", "COMP_WORDS": "kumppanuus selitä lifecycle.du", "COMP_CWORD": "2"}
    told = shell(cwd=tmp_path, **asked)
    assert [line.partition(",")[2] for line in told.stdout.split()] == [
        "lifecycle.durations", *(name for name in known_charts() if name.startswith("lifecycle.durations/")),
    ]  # fmt: skip


def test_powershell_is_answered(shell: Shell, tmp_path: Path) -> None:
    asked = {
        "_KUMPPANUUS_COMPLETE": "powershell_complete",
        "COMP_WORDS": "kumppanuus run --lang",
        "COMP_WORD": "--lang",
    }
    told = shell(cwd=tmp_path, **asked)
    assert told.stdout.split("\t")[0] == "--language"
    assert told.stdout.split("\t")[1].startswith("kieli")


def test_the_words_powershell_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    complete = PowerShellComplete(commands, {}, "kumppanuus", "_X")
    monkeypatch.setenv("COMP_WORDS", "kumppanuus explain life")
    monkeypatch.setenv("COMP_WORD", "life")
    assert complete.get_completion_args() == (["explain"], "life")
    monkeypatch.setenv("COMP_WORDS", "kumppanuus explain ")
    monkeypatch.setenv("COMP_WORD", "")
    assert complete.get_completion_args() == (["explain"], "")


def test_completing_imports_nothing_heavy() -> None:
    code = (
        "import sys, click; from kumppanuus.console import completing as c\n"
        "c.complete_names(click.Context(click.Command('x')), click.Option(['--x']), '')\n"
        "print(*sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"pandas", "matplotlib", "pydantic", "numpy"} & set(told.stdout.split())
