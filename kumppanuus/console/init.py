"""What `init` does at the console beside proposing: who answers, where the file goes, and the key."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from kumppanuus.analysis import files
from kumppanuus.console.asking import AskAtTerminal
from kumppanuus.errors import StudyError
from kumppanuus.intake.proposal import Query, propose
from kumppanuus.intake.pseudonym import KEY_FILE, load_or_make_key
from kumppanuus.intake.source_text import DATABASE_VARIABLE
from kumppanuus.language.catalogue import read_texts
from kumppanuus.language.say import Say
from kumppanuus.study import STUDY_FILE, Outputs


def propose_and_tell(
    extracts: Path, say: Say, *, yes: bool, force: bool, database: str | None, query: str | None
) -> None:
    """Propose a study file for a folder of extracts, put it in place, make the key, and say what comes next.

    Raises
    ------
    StudyError
        KU215 there is a study file and it may not be replaced; KU206 the folder cannot be written to.
    """
    say = question_say(say)
    database = database or (os.environ.get(DATABASE_VARIABLE) if query else None)
    if bool(database) != bool(query):
        raise click.UsageError(say("init.both"))
    if (extracts / STUDY_FILE).exists() and not force:
        raise StudyError("KU215", file=str(extracts / STUDY_FILE))
    asked = Query(database, query) if database and query else None
    proposal = propose(extracts, say, whoever_answers(say, yes=yes), asked)
    for line in proposal.told:
        click.echo(line)
    make_key(extracts, say)
    put_in_place(extracts / STUDY_FILE, proposal.text, say)
    if proposal.todo:
        click.echo(say("init.todo", n=proposal.todo))
    if asked is not None:
        click.echo(say("init.database", variable=DATABASE_VARIABLE))
    click.echo(say("init.next", folder=extracts))


def question_say(say: Say) -> Say:
    """Return the speaker with the texts of the questions."""
    return say.with_texts({**say.texts, **read_texts(files("kumppanuus.language") / "init.toml")})


def whoever_answers(say: Say, *, yes: bool) -> AskAtTerminal | None:
    """Return who answers the questions: nobody with ``--yes`` or when the input is no terminal."""
    if yes or not at_terminal():
        return None
    click.echo(say("ask.keep"))
    return AskAtTerminal(say)


def at_terminal() -> bool:
    """Tell whether somebody can type an answer."""
    return sys.stdin.isatty()


def put_in_place(file: Path, text: str, say: Say) -> None:
    """Write the study file whole; a former one is kept beside it."""
    former, aside = file.with_name(f"{file.name}.old"), file.with_name(f".{file.name}.new")
    with _writing(file.parent):
        aside.write_text(text, encoding="utf-8")
        if file.exists():
            file.replace(former)
            click.echo(say("init.kept", file=former))
        aside.replace(file)
    click.echo(say("init.written", file=file))


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StudyError("KU206", folder=str(folder), problem=type(error).__name__) from None


def make_key(extracts: Path, say: Say) -> None:
    """Make the key of the study, unless there is one already; where a register is there, none may be made."""
    state = extracts / Outputs().state
    there = (state / KEY_FILE).exists()
    with _writing(extracts):
        load_or_make_key(state, may_make=not (state / "register").exists())
    if not there and (state / KEY_FILE).exists():
        click.echo(say("run.key_made", folder=state))
