"""The account of every row and the findings, as the command line shows them: exact, for whoever handles the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kumppanuus.console.speech import filled, print_table, rule_texts
from kumppanuus.intake.account import FATES, Finding, Intake
from kumppanuus.pipeline import people

if TYPE_CHECKING:
    from kumppanuus.language.say import Say
    from kumppanuus.study import Study


def account_as_json(intake: Intake) -> dict[str, Any]:
    """Return the account by table and by file, and the findings, ready for JSON."""
    return {
        "tables": intake.totals(),
        "files": [
            {"file": part.file, "sheet": part.sheet, "table": part.table, "read": part.read, "used": part.used,
             "merged": dict(part.merged), "quarantined": dict(part.quarantined),
             "outside_window": part.outside_window, "blank": part.blank}
            for part in intake.account
        ],
        "findings": [
            {"code": each.code, "severity": each.severity, "file": each.file, "n": each.n, "row": each.example_row,
             "column": each.column, "accepted": each.accepted}
            for each in intake.findings
        ],
        "open_relationships": _open(intake),
    }  # fmt: skip


def _open(intake: Intake) -> int:
    return int(intake.tables["relationships"]["end"].null_count) if "relationships" in intake.tables else 0


def print_account(study: Study, intake: Intake, say: Say) -> None:
    """Print where every row went, file by file, and what was found on the way."""
    click.echo(say("check.period", first=say.date(study.window.first), last=say.date(study.window.last)))
    number = say.number
    rows = [
        [part.file + (f" [{part.sheet}]" if part.sheet else ""), *map(number, (
            part.read, part.used, part.merged_total, part.quarantined_total, part.outside_window, part.blank))]
        for part in intake.account
    ]  # fmt: skip
    totals = [
        [say("check.total", table=say.label("tables", table)), *(number(row[fate]) for fate in FATES)]
        for table, row in intake.totals().items()
    ]
    print_table([say("check.file"), *(say(f"check.{fate}") for fate in FATES)], [*rows, *totals])
    click.echo(say("check.balanced"))
    _print_facts(intake, say)
    _print_findings(intake.findings, say)
    if any(part.quarantined_total for part in intake.account):
        click.echo(say("check.quarantine", folder=study.state_folder / "quarantine"))
    click.echo(say("check.internal"))


def _print_facts(intake: Intake, say: Say) -> None:
    if "relationships" not in intake.tables:
        return
    clients, families = people(intake)
    n = intake.tables["relationships"].num_rows
    click.echo(say("check.facts", clients=clients, families=families, relationships=n, still_open=_open(intake)))


def _print_findings(findings: tuple[Finding, ...], say: Say) -> None:
    rules = rule_texts(say)
    if not findings:
        click.echo(say("check.no_findings"))
        return
    click.echo(f"\n{say('check.findings')}")
    for each in findings:
        facts = {"file": each.file, "column": each.column, "n": each.n, **each.detail}
        what, mend = (filled(text, facts, say) for text in rules.get(each.code, (each.code, "")))
        mark = "ok" if each.accepted else {"error": "x", "warning": "!"}[each.severity]
        example = f"   {say('check.example', row=str(each.example_row))}" if each.example_row else ""
        click.echo(f" {mark} {each.code} {each.file}: {what}   {say('check.rows', n=each.n)}{example}")
        if each.accepted:
            click.echo(f"     {say('check.accepted')}")
        elif mend:
            click.echo(f"     {say('check.mend', text=mend)}   {say('check.more', code=each.code)}")
