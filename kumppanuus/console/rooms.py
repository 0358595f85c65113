"""Analyses as the command line lists and explains them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kumppanuus.console.speech import print_json
from kumppanuus.language.catalogue import read_texts
from kumppanuus.study import STUDY_FILE, load_study
from kumppanuus.wings import ROOMS

if TYPE_CHECKING:
    from kumppanuus.analysis import Analysis
    from kumppanuus.language.say import Say


def named_tables(tables: Collection[str], say: Say) -> str:
    """Return the names of canonical tables, in words."""
    return ", ".join(say.label("tables", table).lower() for table in sorted(tables))


def say_of(room: Analysis, say: Say) -> Say:
    """Return the speaker with the texts of a room behind those of the command line."""
    return say.with_texts({**say.texts, **read_texts(room.messages)})


def listed(room: Analysis, given: frozenset[str] | None, say: Say) -> dict[str, Any]:
    """Return one analysis of the list, ready for JSON; `given` are the tables of a study, None without one."""
    lacking = sorted(set(room.needs) - given) if given is not None else None
    return {
        "analysis": room.key, "title": say_of(room, say)("room.title"), "needs": sorted(room.needs),
        "optional": sorted(room.optional), "missing": lacking, "can_run": None if lacking is None else not lacking,
    }  # fmt: skip


def print_listed(room: Analysis, given: frozenset[str] | None, say: Say) -> None:
    """Print one analysis of the list."""
    lacking = tuple(sorted(set(room.needs) - given)) if given is not None else ()
    state = ""
    if given is not None:
        state = (
            "  x " + say("list.lacking", tables=named_tables(lacking, say)) if lacking else "  ok " + say("list.ready")
        )
    click.echo(f"{room.key:<22} {say_of(room, say)('room.title')}{state}")
    extra = "   " + say("list.optional", tables=named_tables(room.optional, say)) if room.optional else ""
    click.echo(f"{'':<22} {say('list.needs', tables=named_tables(room.needs, say))}{extra}")


def list_and_tell(path: Path | None, say: Say, *, as_json: bool) -> None:
    """Print every analysis; of a study (also of one in this folder) whether it can run."""
    given = None
    if path or (Path() / STUDY_FILE).is_file():
        given = frozenset(source.table for source in load_study(path or Path()).sources)
    if as_json:
        return print_json([listed(room, given, say) for room in ROOMS])
    for room in ROOMS:
        print_listed(room, given, say)


def room_as_json(room: Analysis, say: Say) -> dict[str, Any]:
    """Return what an analysis asks, how it answers, what it needs and what can be set, ready for JSON."""
    words = say_of(room, say)
    settings = [{"name": name, "default": value, "choices": list(choices)} for name, value, choices in _settings(room)]
    return {
        "kind": "analysis", "analysis": room.key, "title": words("room.title"),
        **{part: words(f"room.{part}") for part in ("question", "method", "source")},
        "needs": {table: list(columns) for table, columns in room.needs.items()},
        "optional": {table: list(columns) for table, columns in room.optional.items()},
        "charts": [f"{room.key}/{chart}" for chart in room.charts], "settings": settings,
    }  # fmt: skip


def explain_room(room: Analysis, say: Say) -> None:
    """Print question, method, source, needs, charts and settings of an analysis."""
    say = say_of(room, say)
    click.echo(f"{room.key}  {say('room.title')}\n")
    for part in ("question", "method", "source"):
        click.echo(f"{say(f'explain.{part}')}: {say(f'room.{part}')}")
    for part, tables in (("needs", room.needs), ("optional", room.optional)):
        if tables:
            named = "; ".join(
                f"{say.label('tables', table)} ({', '.join(columns)})" for table, columns in tables.items()
            )
            click.echo(f"{say(f'explain.{part}')}: {named}")
    click.echo(f"{say('explain.charts')}:")
    for chart in room.charts:
        click.echo(f"  {room.key}/{chart}")
    settings = _settings(room)
    if settings:
        click.echo(f'{say("explain.settings")} [analyses."{room.key}"]:')
    for name, value, choices in settings:
        allowed = f"  ({' | '.join(choices)})" if choices else ""
        click.echo(f"  {name}: {say('explain.default', value=json.dumps(value))}{allowed}")


def _settings(room: Analysis) -> list[tuple[str, object, tuple[str, ...]]]:
    defaults = dataclasses.asdict(room.params())
    return [(name, value, room.params.CHOICES.get(name, ())) for name, value in defaults.items()]
