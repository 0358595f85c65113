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
    for code in dict.fromkeys(sorted(each.code for each in findings)):
        same = [each for each in findings if each.code == code]
        for each in same:
            _print_finding(each, rules.get(code, (code, ""))[0], say)
        mend = rules.get(code, ("", ""))[1]
        if mend and not all(each.accepted for each in same):
            advice = filled(mend, {"file": same[0].file, "column": same[0].column, **same[0].detail}, say)
            click.echo(f"     {say('check.mend', text=advice)}   {say('check.more', code=code)}")


def _print_finding(finding: Finding, text: str, say: Say) -> None:
    facts = {"file": finding.file, "column": finding.column, "n": finding.n, **finding.detail}
    mark = "ok" if finding.accepted else {"error": "x", "warning": "!"}[finding.severity]
    rows = f"   {say('check.rows', n=finding.n)}" if finding.example_row and "{n}" not in text else ""
    example = f"   {say('check.example', row=str(finding.example_row))}" if finding.example_row else ""
    accepted = f"   {say('check.accepted')}" if finding.accepted else ""
    click.echo(f" {mark} {finding.code} {finding.file}: {filled(text, facts, say)}{rows}{example}{accepted}")
