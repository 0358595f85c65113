"""Findings and the catalogue of rules, as the command line shows them: codes, counts and row numbers, never a value."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import click

from kumppanuus.console.speech import filled, print_table, rule_texts
from kumppanuus.errors import StudyError
from kumppanuus.intake.rules import load_rules, nearest
from kumppanuus.language.catalogue import placeholders

if TYPE_CHECKING:
    from kumppanuus.intake.account import Finding
    from kumppanuus.intake.rules import Rule
    from kumppanuus.language.say import Say

_MARKS = {"error": "x", "warning": "!"}
_LEFT = frozenset({0, 1, 4})


def finding_as_json(finding: Finding, accept: Mapping[str, str]) -> dict[str, Any]:
    """Return a finding ready for JSON; `accept` has the reasons of the study."""
    return {
        "code": finding.code, "severity": finding.severity, "table": finding.table, "file": finding.file,
        "n": finding.n, "row": finding.example_row, "rows": list(finding.rows), "column": finding.column,
        "accepted": finding.accepted, "reason": accept.get(finding.code),
    }  # fmt: skip


def print_findings(findings: Sequence[Finding], accept: Mapping[str, str], say: Say) -> None:
    """Print all findings as one table, errors first, and below it how to mend what is not accepted.

    What was found in several files of a table is one line with the first of them; `print_rules_found` tells them apart.
    """
    if not findings:
        click.echo(say("check.no_findings"))
        return
    click.echo(f"\n{say('check.findings')}")
    head = ["  " + say("check.code"), *(say(f"check.{name}") for name in ("file", "n", "first_row", "what"))]
    listed = _together(findings)
    print_table(head, [_line(finding, say) for finding in listed], left=_LEFT)
    for code in dict.fromkeys(finding.code for finding in listed if finding.accepted):
        click.echo(f"ok {say('check.accepted', code=code, reason=accept[code])}")
    click.echo("")
    for finding in {finding.code: finding for finding in listed if not finding.accepted}.values():
        click.echo(f"  {finding.code}  {_advice(finding, say)}")
    click.echo(say("check.more", code=listed[0].code))


def print_rules_found(codes: Iterable[str], findings: Sequence[Finding], accept: Mapping[str, str], say: Say) -> None:
    """Print what was found of single rules, file by file, with the numbers of the first rows."""
    for code in codes:
        same = [finding for finding in findings if finding.code == code]
        if not same:
            click.echo(f"ok {code}  {say('check.not_found')}")
        for finding in same:
            rows = say("check.rows", n=finding.n)
            click.echo(f"{_mark(finding)} {code}  {finding.file}  {rows}: {_said(finding, say)}")
            if finding.rows:
                more = " ..." if finding.n > len(finding.rows) else ""
                click.echo(f"   {say('check.row_numbers', rows=', '.join(map(str, finding.rows)))}{more}")
        if same:
            told = say("check.accepted", code=code, reason=accept[code]) if same[0].accepted else _advice(same[0], say)
            click.echo(f"   {told}")


def demand_known(codes: Iterable[str]) -> tuple[str, ...]:
    """Return codes as the catalogue writes them.

    Raises
    ------
    StudyError
        KU217 for a code that does not exist, with the nearest one.
    """
    rules, known = load_rules(), []
    for code in codes:
        if code.upper() not in rules:
            raise StudyError("KU217", name=code, near=nearest(code, rules) or "-")
        known.append(code.upper())
    return tuple(dict.fromkeys(known))


def tell_catalogue(say: Say, as_json: bool) -> None:
    """Print every rule: code, what happens to the row, what it says, and what it concerns."""
    rules = load_rules().values()
    if as_json:
        listed = [
            {"code": rule.code, "severity": rule.severity, "tables": rule.tables, "columns": rule.columns,
             "what": _plain(rule.what, say), "mend": _plain(rule.mend, say)}
            for rule in rules
        ]  # fmt: skip
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    for rule in rules:
        click.echo(f"{rule.code}  {say(f'check.{rule.severity}'):<12}{_plain(rule.what, say)}")
        if rule.tables or rule.columns:
            click.echo(f"{'':<19}{_concerns(rule, say)}")


def _concerns(rule: Rule, say: Say) -> str:
    tables = ", ".join(say.label("tables", table) for table in rule.tables) or say("check.all_tables")
    return tables + (f": {', '.join(rule.columns)}" if rule.columns else "")


def _together(findings: Iterable[Finding]) -> list[Finding]:
    """Return one finding for every code, table and column, with the sum of its files; errors first."""
    found: dict[tuple[str, ...], list[Finding]] = {}
    for one in findings:
        found.setdefault((one.severity, one.code, one.table, one.column), []).append(one)
    return [dataclasses.replace(same[0], n=_sum(same), file=_files(same)) for _, same in sorted(found.items())]


def _sum(same: Sequence[Finding]) -> int:
    """Add up; a column that stands in several files is one column."""
    columns = {name for one in same for name in cast("tuple[str, ...]", one.detail.get("columns", ()))}
    return len(columns) or sum(one.n for one in same)


def _files(same: Sequence[Finding]) -> str:
    others = len({one.file for one in same}) - 1
    return same[0].file + (f" (+{others})" if others else "")


def _line(finding: Finding, say: Say) -> list[str]:
    row, n = finding.example_row, say.number(finding.n) if finding.n else "-"
    code = f"{_mark(finding):<2} {finding.code}"
    return [code, finding.file, n, str(row) if row else "-", _said(finding, say)]


def _mark(finding: Finding) -> str:
    return "ok" if finding.accepted else _MARKS[finding.severity]


def _said(finding: Finding, say: Say) -> str:
    return filled(rule_texts(say).get(finding.code, (finding.code, ""))[0], _facts(finding), say)


def _advice(finding: Finding, say: Say) -> str:
    mend = rule_texts(say).get(finding.code, ("", ""))[1]
    return say("check.mend", text=filled(mend, _facts(finding), say))


def _facts(finding: Finding) -> dict[str, object]:
    return {"file": finding.file, "column": finding.column, "n": finding.n, **finding.detail}


def _plain(texts: Mapping[str, str], say: Say) -> str:
    return filled(texts[say.language], dict.fromkeys(placeholders(texts[say.language]), "..."), say)


def chosen(findings: Iterable[Finding], codes: Collection[str]) -> list[Finding]:
    """Return the findings of the given codes, or all when none is given."""
    return [finding for finding in findings if not codes or finding.code in codes]
