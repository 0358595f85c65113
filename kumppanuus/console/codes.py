"""Codes in words: of findings, of errors, of refusals. No room is imported for them: the answer comes at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from kumppanuus.console.speech import filled, print_json
from kumppanuus.disclosure.released import Rules
from kumppanuus.errors import StudyError
from kumppanuus.intake.rules import load_rules, nearest
from kumppanuus.language.catalogue import placeholders

if TYPE_CHECKING:
    from kumppanuus.language.say import Say

FAULTS = "KU"


def explain_code(code: str, say: Say, *, as_json: bool) -> None:
    """Explain what a code stands for.

    Raises
    ------
    StudyError
        KU217 when there is no such code, with the nearest one.
    """
    codes = known_codes(say)
    if code.upper() not in codes:
        raise StudyError("KU217", name=code, near=nearest(code, codes) or "-")
    told = code_as_json(code.upper(), say)
    return print_json(told) if as_json else print_code(told, say)


def known_codes(say: Say) -> tuple[str, ...]:
    """Return every code that a finding, an error or a refusal can carry, in order."""
    faults = {key.partition(".")[0] for key in say.texts if key.startswith(FAULTS)}
    return tuple(sorted({*load_rules(), *faults}))


def code_as_json(code: str, say: Say) -> dict[str, Any]:
    """Return what a code says, ready for JSON; facts that only an occurrence has are left open."""
    rule = load_rules().get(code)
    texts: Mapping[str, Mapping[str, str]]
    if rule is not None:
        texts, severity = {"what": rule.what, "mend": rule.mend}, str(rule.severity)
    else:
        texts, severity = {part: say.texts[f"{code}.{part}"] for part in ("what", "mend")}, "fault"
    return {
        "kind": "code", "code": code, "severity": severity, "what": open_text(texts["what"][say.language], say),
        "mend": open_text(texts["mend"][say.language], say), "tables": list(rule.tables) if rule else [],
        "columns": list(rule.columns) if rule else [],
    }  # fmt: skip


def open_text(text: str, say: Say) -> str:
    """Return a text with the thresholds of protection; other facts, known in a run only, become an ellipsis."""
    facts = {**dict.fromkeys(placeholders(text), "..."), **asdict(Rules())}
    return filled(text, facts, say)


def print_code(told: Mapping[str, Any], say: Say) -> None:
    """Print what a code says, what happens to the row, what it concerns, and how to mend it."""
    click.echo(f"{told['code']}  {told['what']}")
    click.echo(f"  {say('explain.' + told['severity'])}")
    if told["tables"] or told["columns"]:
        tables = ", ".join(say.label("tables", table) for table in told["tables"]) or say("check.all_tables")
        columns = f": {', '.join(told['columns'])}" if told["columns"] else ""
        click.echo(f"  {say('explain.concerns')}: {tables}{columns}")
    click.echo(f"  {say('error.mend')}: {told['mend']}")
