"""The command ``explain`` for analyses and charts; of codes see `kumppanuus.console.codes`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from kumppanuus.console.codes import open_text
from kumppanuus.console.rooms import explain_room, room_as_json, say_of
from kumppanuus.console.speech import print_json
from kumppanuus.errors import StudyError
from kumppanuus.intake.rules import nearest
from kumppanuus.report.words import say_of_report
from kumppanuus.wings import ROOMS

if TYPE_CHECKING:
    from kumppanuus.analysis import Analysis, Table
    from kumppanuus.language.say import Say

_TEXTS = ("how", "method", "caveat")


def explain_and_tell(name: str, say: Say, *, as_json: bool) -> None:
    """Explain an analysis or a chart.

    Raises
    ------
    StudyError
        KU217 when nothing has that name, with the nearest one.
    """
    rooms = {room.key: room for room in ROOMS}
    key, _, chart = name.partition("/")
    if name in rooms:
        return print_json(room_as_json(rooms[name], say)) if as_json else explain_room(rooms[name], say)
    if key not in rooms or chart not in rooms[key].charts:
        raise StudyError("KU217", name=name, near=nearest_name(name) or "-")
    told = chart_as_json(rooms[key], chart, say)
    return print_json(told) if as_json else _print_chart(told, say)


def known_charts() -> tuple[str, ...]:
    """Return the names of all charts: ``wing.room/chart``."""
    return tuple(f"{room.key}/{chart}" for room in ROOMS for chart in room.charts)


def nearest_name(name: str) -> str:
    """Return the analysis or chart that looks most like a name, or nothing."""
    names = [*(room.key for room in ROOMS), *known_charts()]
    return {each.upper(): each for each in names}.get(nearest(name, map(str.upper, names)), "")


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
    from kumppanuus.disclosure.protect import GATE_ONLY, OF_CURVES

    report = say_of_report(room)
    for name, column in table.columns.items():
        if column.role in GATE_ONLY or (table.form == "curve" and name in OF_CURVES):
            continue
        title = room(f"column.{name}") if room.has(f"column.{name}") else report(f"column.{name}")
        role, rule = (report(f"{part}.{column.role}") for part in ("role", "rule"))
        yield {"name": name, "title": title, "role": role, "rule": rule}


def _text(say: Say, keys: tuple[str, ...]) -> str:
    key = next((key for key in keys if say.has(key)), "")
    return open_text(say.texts[key][say.language], say) if key else ""


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
