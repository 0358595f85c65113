"""What is said when a run is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
        click.echo(say("run.internal_keep", folder=done.folder.parent))
        return
    if not done.released.audited:
        click.echo(say("run.not_audited"))
    click.echo(say("run.report", path=done.report))
    click.echo(say("run.open"))
