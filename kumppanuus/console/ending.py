"""What is said when a run is done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kumppanuus.console.rooms import named_tables

if TYPE_CHECKING:
    from kumppanuus.language.say import Say
    from kumppanuus.pipeline import Run


def tell_run(done: Run, say: Say) -> None:
    """Say what is missing, what to mind, and where the report is; of an internal run that it must not be shown."""
    for key, tables in done.missing.items():
        click.echo(say("run.missing", analysis=key, tables=named_tables(tables, say)))
    for key, places in done.failed.items():
        click.echo(say("run.failed", analysis=key, fault=" / ".join(places)), err=True)
    quarantined = sum(part.quarantined_total for part in done.intake.account)
    if quarantined:
        click.echo(say("run.quarantined", n=quarantined))
    for folder, why in done.earlier.unread:
        click.echo(say(f"run.unread_{why}", run=folder))
    if done.released.face == "internal":
        click.echo(say("run.internal"))
        click.echo(say("run.internal_report", path=done.report))
        for path in done.proposals:
            click.echo(say("run.internal_list", path=path))
        click.echo(say("run.internal_keep", folder=done.folder.parent))
        return
    if not done.released.audited:
        click.echo(say("run.not_audited"))
    click.echo(say("run.report", path=done.report))
    click.echo(say("run.open"))


def run_as_json(done: Run) -> dict[str, Any]:
    """Return how a run ended, ready for JSON: counts and codes as `check` has them, never a number of the report."""
    findings = [
        {"code": one.code, "severity": one.severity, "table": one.table, "file": one.file, "n": one.n,
         "accepted": one.accepted}
        for one in done.intake.findings
    ]  # fmt: skip
    return {
        "run": done.run_id,
        "face": done.released.face,
        "audited": done.released.audited,
        "folder": str(done.folder),
        "report": str(done.report),
        "proposals": [str(path) for path in done.proposals],
        "analyses": list(done.shown),
        "hidden": done.hidden,
        "missing": {key: list(tables) for key, tables in done.missing.items()},
        "failed": {key: list(places) for key, places in done.failed.items()},
        "not_compared": dict(done.earlier.unread),
        "quarantined": sum(part.quarantined_total for part in done.intake.account),
        "findings": findings,
    }


def tell_more(done: Run, say: Say) -> None:
    """Say what stands behind a run: the analyses that are shown, and every file that was written with its size."""
    for key in done.shown:
        result = done.released.results.get(key)
        hidden = sum(table.hidden for table in result.tables.values()) if result else 0
        click.echo(say("run.analysis", analysis=key, n=hidden), err=True)
    for path in _files(done.folder):
        size = say.number(max(1, round(path.stat().st_size / 1000)))
        click.echo(say("run.file", file=path.relative_to(done.folder).as_posix(), size=size), err=True)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
