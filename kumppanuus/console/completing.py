"""Completion of what is typed in a shell.

Each press of the tab key starts the program, so names are read from the texts beside the rooms: importing the rooms
themselves takes a second. A test holds the names against the rooms.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem, ShellComplete, add_completion_class, get_completion_class

from kumppanuus.analysis import files
from kumppanuus.language.catalogue import read_texts

if TYPE_CHECKING:
    from kumppanuus.language.say import Say

PROGRAM, VARIABLE = "kumppanuus", "_KUMPPANUUS_COMPLETE"
WINGS = ("baseline", "lifecycle", "development", "access", "resources", "partner", "evaluation")
MANIFEST_FILE, STUDY_FILE, RUNS, SCENARIOS = "manifest.json", "kumppanuus.toml", "runs", "skenaariot"
_POWERSHELL = """\
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $before = $commandAst.Extent.StartOffset
    $text = $commandAst.ToString()
    $length = [Math]::Min($text.Length, [Math]::Max(0, $cursorPosition - $before))
    $env:%(complete_var)s = "powershell_complete"
    $env:COMP_WORDS = $text.Substring(0, $length)
    $env:COMP_WORD = $wordToComplete
    try {
        %(prog_name)s | ForEach-Object {
            $value, $help = $_ -split "`t", 2
            if (-not $help) { $help = $value }
            [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $help)
        }
    } finally {
        Remove-Item Env:\\%(complete_var)s, Env:\\COMP_WORDS, Env:\\COMP_WORD -ErrorAction SilentlyContinue
    }
}
"""


class PowerShellComplete(ShellComplete):
    """Completion for PowerShell, which click does not have."""

    name = "powershell"
    source_template = _POWERSHELL

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the one that is typed, and that one."""
        import os

        from click.shell_completion import split_arg_string

        words, typed = split_arg_string(os.environ["COMP_WORDS"])[1:], os.environ.get("COMP_WORD", "")
        return (words[:-1] if typed and words else words), typed

    def format_completion(self, item: CompletionItem) -> str:
        """Return one line: the word and, behind a tab, what it is."""
        return f"{item.value}\t{item.help or ''}"


add_completion_class(PowerShellComplete)
SHELLS = ("bash", "zsh", "fish", "powershell")


def completion_script(shell: str, commands: click.Command) -> str:
    """Return the script that teaches a shell to complete the commands."""
    kind = get_completion_class(shell)
    if kind is None:
        raise ValueError(shell)
    return ShellComplete.source(kind(commands, {}, PROGRAM, VARIABLE))


def print_completion(shell: str, commands: click.Command, say: Say) -> None:
    """Print the script, and on the error stream how to put it to use, so that the script can be written to a file."""
    click.echo(completion_script(shell, commands))
    click.echo(say(f"completion.{shell}"), err=True)


def complete_analyses(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete analyses and wings, for ``--only`` and ``--skip``."""
    rooms = dict(_rooms())
    wings = dict.fromkeys(key.partition(".")[0] for key in rooms)
    return [CompletionItem(name) for name in (*wings, *rooms) if name.startswith(incomplete)]


def complete_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete analyses, charts and codes, for ``explain``."""
    if incomplete[:2].upper() == "KU":
        return [CompletionItem(code) for code in _codes() if code.startswith(incomplete.upper())]
    rooms = dict(_rooms())
    charts = [f"{key}/{chart}" for key, texts in rooms.items() for chart in _charts(texts)]
    return [CompletionItem(name) for name in (*rooms, *charts) if name.startswith(incomplete)]


def complete_charts(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the last of some charts between commas, for ``report --charts``."""
    done, comma, typed = incomplete.rpartition(",")
    names = [item.value for item in complete_names(ctx, param, typed)]
    return [CompletionItem(f"{done}{comma}{name}") for name in names if "/" in name]


def complete_codes(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete codes of rules, for ``check --rule``."""
    return [CompletionItem(code) for code in _rules() if code.startswith(incomplete.upper())]


def complete_runs(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the names of the runs of a study."""
    given = ctx.params.get("study_option") or ctx.params.get("study") or Path()
    runs = [path.parent.name for path in sorted(_runs_of(Path(given)).glob(f"*/{MANIFEST_FILE}"))]
    return [CompletionItem(run) for run in runs if run.startswith(incomplete)]


def complete_scenarios(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the names of the scenarios of a study."""
    given = Path(ctx.params.get("study") or Path())
    folder = (given if given.is_dir() else given.parent) / SCENARIOS
    return [CompletionItem(file.stem) for file in sorted(folder.glob("*.toml")) if file.stem.startswith(incomplete)]


def _runs_of(study: Path) -> Path:
    """Return the folder of the runs as the study file names it, whatever else may be wrong with the file."""
    file = study / STUDY_FILE if study.is_dir() else study
    try:
        outputs: Any = tomllib.loads(file.read_text(encoding="utf-8-sig")).get("outputs", {})
        return file.parent / str(outputs.get("folder", RUNS))
    except (OSError, ValueError, AttributeError):
        return file.parent / RUNS


def _rooms() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield key and texts of every analysis, wing by wing; `files` of a wing itself would import its rooms."""
    for wing in WINGS:
        for folder in sorted((files(PROGRAM) / wing).iterdir(), key=lambda each: each.name):
            texts = folder / "messages.toml"
            if texts.is_file():
                yield f"{wing}.{folder.name}", tomllib.loads(texts.read_text(encoding="utf-8"))


def _charts(texts: dict[str, Any]) -> list[str]:
    return [name for name, part in texts.items() if isinstance(part, dict) and "subtitle" in part]


def _codes() -> list[str]:
    errors = read_texts(files(PROGRAM) / "language" / "errors.toml")
    return sorted({*_rules(), *(key.partition(".")[0] for key in errors)})


def _rules() -> list[str]:
    return sorted(tomllib.loads((files(PROGRAM) / "intake" / "rules.toml").read_text(encoding="utf-8")))
