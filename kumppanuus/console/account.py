"""The account of every row and the findings, as the command line shows them: exact, for whoever handles the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kumppanuus.console.changes import change_as_json, print_changes
from kumppanuus.console.findings import finding_as_json, print_findings
from kumppanuus.console.speech import print_table, rule_texts
from kumppanuus.intake.account import FATES, FileAccount, Intake
from kumppanuus.intake.quarantine import lay_texts
from kumppanuus.intake.quarantine_limit import OverLimit, over_limit
from kumppanuus.pipeline import people

if TYPE_CHECKING:
    from kumppanuus.language.say import Say
    from kumppanuus.study import Study


def account_as_json(study: Study, intake: Intake) -> dict[str, Any]:
    """Return the account by table and by file, and the findings, ready for JSON."""
    over = {(one.table, one.file, one.sheet) for one in over_limit(intake.account, study.check)}
    return {
        "tables": intake.totals(),
        "files": [
            {"file": part.file, "sheet": part.sheet, "table": part.table, "read": part.read, "used": part.used,
             "merged": dict(part.merged), "quarantined": dict(part.quarantined),
             "outside_window": part.outside_window, "blank": part.blank,
             "over_limit": (part.table, part.file, part.sheet) in over,
             "why_nothing": (part.why_nothing() or (None,))[0]}
            for part in intake.account
        ],
        "findings": [finding_as_json(each, study.check.accept) for each in intake.findings],
        "changes": [change_as_json(each) for each in intake.changes],
        "open_relationships": _open(intake),
    }  # fmt: skip


def _open(intake: Intake) -> int:
    return int(intake.tables["relationships"]["end"].null_count) if "relationships" in intake.tables else 0


def named(part: FileAccount | OverLimit) -> str:
    """Return the name of a file, with its sheet when it has one."""
    return part.file + (f" [{part.sheet}]" if part.sheet else "")


def print_account(study: Study, intake: Intake, say: Say) -> None:
    """Print where every row went, file by file, and what was found on the way."""
    click.echo(say("check.period", first=say.date(study.window.first), last=say.date(study.window.last)))
    number = say.number
    rows = [
        [named(part), *map(number, (
            part.read, part.used, part.merged_total, part.quarantined_total, part.outside_window, part.blank))]
        for part in intake.account
    ]  # fmt: skip
    totals = [
        [say("check.total", table=say.label("tables", table)), *(number(row[fate]) for fate in FATES)]
        for table, row in intake.totals().items()
    ]
    print_table([say("check.file"), *(say(f"check.{fate}") for fate in FATES)], [*rows, *totals])
    click.echo(say("check.balanced"))
    _print_nothing(intake, say)
    _print_facts(intake, say)
    print_changes(intake, say)
    print_findings(intake.findings, study.check.accept, say)
    _print_limits(study, intake, say)
    _print_places(study, intake, say)
    click.echo(say("check.internal"))


def _print_facts(intake: Intake, say: Say) -> None:
    if "relationships" not in intake.tables:
        return
    clients, families = people(intake)
    n = intake.tables["relationships"].num_rows
    click.echo(say("check.facts", clients=clients, families=families, relationships=n, still_open=_open(intake)))


def _print_nothing(intake: Intake, say: Say) -> None:
    """Say of every file without a single used row why, by what took most of its rows."""
    for part in intake.account:
        why = part.why_nothing()
        if why is None:
            continue
        reason, n = why
        key = "rule" if reason.startswith("KU") else "merged" if reason in part.merged else reason
        told = say(f"nothing.{key}", n=n, read=part.read, rule=reason, what=rule_texts(say).get(reason, ("", ""))[0])
        click.echo(f"! {named(part)}: {say('nothing.head')} {told}")


def _print_limits(study: Study, intake: Intake, say: Say) -> None:
    """Say of which files too much was put aside for a run to go on."""
    for one in over_limit(intake.account, study.check):
        facts = {"n": one.n, "read": one.read, "share": say.percent(one.share), "of_rule": one.of_rule}
        click.echo("x " + say("check.over_limit", file=named(one), rule=one.rule, **facts))
        limit = say.number(study.check.quarantine_percent, 1)
        click.echo("  " + say("check.limit", percent=limit, rows=study.check.quarantine_rows))


def _print_places(study: Study, intake: Intake, say: Say) -> None:
    if any(part.quarantined_total for part in intake.account):
        folder = study.state_folder / "quarantine"
        click.echo(say("check.quarantine", folder=folder))
        click.echo(say("check.lay_list", file=folder / lay_texts()["lay_list.name"][study.about.language]))
