"""What changed between the versions of a register, as the command line shows it: counts and row numbers, no value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kumppanuus.intake.account import Change

if TYPE_CHECKING:
    from kumppanuus.intake.account import Intake
    from kumppanuus.language.say import Say


def change_as_json(change: Change) -> dict[str, Any]:
    """Return a change ready for JSON."""
    return {
        "kind": change.kind, "table": change.table, "file": change.file, "n": change.n, "rows": list(change.rows),
    }  # fmt: skip


def print_changes(intake: Intake, say: Say) -> None:
    """Print a line for every table whose files tell of it again: how many rows changed, kind by kind."""
    for table in dict.fromkeys(change.table for change in intake.changes):
        told = ", ".join(say(f"change.{kind}", n=n) for kind, n in intake.changed(table).items())
        click.echo(say("check.changes", table=say.label("tables", table), told=told))
