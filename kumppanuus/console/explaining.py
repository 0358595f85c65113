"""The command ``explain``: a code, an analysis or a chart in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from kumppanuus.console.rooms import explain_room, room_as_json, say_of
from kumppanuus.console.speech import filled, print_json
from kumppanuus.disclosure.released import Rules
from kumppanuus.errors import StudyError
from kumppanuus.intake.rules import load_rules, nearest
from kumppanuus.language.catalogue import placeholders
from kumppanuus.report.words import say_of_report
from kumppanuus.wings import ROOMS

if TYPE_CHECKING:
    from kumppanuus.analysis import Analysis, Table
    from kumppanuus.language.say import Say

_FAULTS = "KU"
_TEXTS = ("how", "method", "caveat")


def explain_and_tell(name: str, say: Say, *, as_json: bool) -> None:
    """Explain what a name stands for.

    Raises
    ------
    StudyError
        KU217 when nothing has that name, with the nearest one.
    """
    rooms = {room.key: room for room in ROOMS}
    key, _, chart = name.partition("/")
    if name in rooms:
        return print_json(room_as_json(rooms[name], say)) if as_json else explain_room(rooms[name], say)
    if key in rooms and chart in rooms[key].charts:
        told = chart_as_json(rooms[key], chart, say)
        return print_json(told) if as_json else _print_chart(told, say)
    if name.upper() in known_codes(say):
        told = code_as_json(name.upper(), say)
        return print_json(told) if as_json else _print_code(told, say)
    raise StudyError("KU217", name=name, near=nearest_name(name, say) or "-")


def known_codes(say: Say) -> tuple[str, ...]:
    """Return every code that a finding, an error or a refusal can carry, in order."""
    faults = {key.partition(".")[0] for key in say.texts if key.startswith(_FAULTS)}
    return tuple(sorted({*load_rules(), *faults}))


def known_charts() -> tuple[str, ...]:
    """Return the names of all charts: ``wing.room/chart``."""
    return tuple(f"{room.key}/{chart}" for room in ROOMS for chart in room.charts)


def nearest_name(name: str, say: Say) -> str:
    """Return the code, analysis or chart that looks most like a name, or nothing."""
    if name[:2].upper() == _FAULTS:
        return nearest(name, known_codes(say))
    names = [*(room.key for room in ROOMS), *known_charts()]
    return {each.upper(): each for each in names}.get(nearest(name, map(str.upper, names)), "")


def code_as_json(code: str, say: Say) -> dict[str, Any]:
    """Return what a code says, ready for JSON; facts that only an occurrence has are left open."""
    rule = load_rules().get(code)
    texts: Mapping[str, Mapping[str, str]]
    if rule is not None:
        texts, severity = {"what": rule.what, "mend": rule.mend}, str(rule.severity)
    else:
        texts, severity = {part: say.texts[f"{code}.{part}"] for part in ("what", "mend")}, "fault"
    return {
        "kind": "code", "code": code, "severity": severity, "what": _open(texts["what"][say.language], say),
        "mend": _open(texts["mend"][say.language], say), "tables": list(rule.tables) if rule else [],
        "columns": list(rule.columns) if rule else [],
    }  # fmt: skip


def chart_as_json(room: Analysis, chart: str, say: Say) -> dict[str, Any]:
    """Return what a chart shows, how it is read and made, what to talk about, and the columns behind it."""
    words, result = say_of(room, say), room.result.tables()
    told = {part: _text(words, (f"{chart}.{part}", f"room.{part}")) for part in _TEXTS}
    return {
        "kind": "chart", "chart": f"{room.key}/{chart}", "analysis": words("room.title"),
        "shows": _text(words, (f"{chart}.subtitle", "room.question")), **told,
        "questions": [text for n in (1, 2, 3) if (text := _text(words, (f"{chart}.question_{n}",)))],
        "tables": [
            {"table": name, "columns": list(_columns(result[name], words))} for name in room.tables_of(chart)
        ],
    }  # fmt: skip


def _columns(table: Table, room: Say) -> Iterator[dict[str, str]]:
    """Yield the columns that are published, each with what it is and how it is protected."""
    report = say_of_report(room)
    for name, column in table.columns.items():
        if column.role in ("behind", "concentration"):
            continue
        title = room(f"column.{name}") if room.has(f"column.{name}") else report(f"column.{name}")
        role, rule = (report(f"{part}.{column.role}") for part in ("role", "rule"))
        yield {"name": name, "title": title, "role": role, "rule": rule}


def _text(say: Say, keys: tuple[str, ...]) -> str:
    key = next((key for key in keys if say.has(key)), "")
    return _open(say.texts[key][say.language], say) if key else ""


def _open(text: str, say: Say) -> str:
    """Return a text with the thresholds of protection; other facts, known in a run only, become an ellipsis."""
    facts = {**dict.fromkeys(placeholders(text), "..."), **asdict(Rules())}
    return filled(text, facts, say)


def _print_code(told: Mapping[str, Any], say: Say) -> None:
    click.echo(f"{told['code']}  {told['what']}")
    click.echo(f"  {say('explain.' + told['severity'])}")
    if told["tables"] or told["columns"]:
        tables = ", ".join(say.label("tables", table) for table in told["tables"]) or say("check.all_tables")
        columns = f": {', '.join(told['columns'])}" if told["columns"] else ""
        click.echo(f"  {say('explain.concerns')}: {tables}{columns}")
    click.echo(f"  {say('error.mend')}: {told['mend']}")


def _print_chart(told: Mapping[str, Any], say: Say) -> None:
    click.echo(f"{told['chart']}  {told['analysis']}\n")
    for part in ("shows", *_TEXTS):
        if told[part]:
            click.echo(f"{say(f'explain.{part}')}: {told[part]}")
    if told["questions"]:
        click.echo(f"{say('explain.questions')}:")
    for question in told["questions"]:
        click.echo(f"  - {question}")
    for table in told["tables"]:
        click.echo(f"{say('explain.table')} {table['table']}:")
        for column in table["columns"]:
            click.echo(f"  {column['title']}: {column['role']}; {column['rule']}")
