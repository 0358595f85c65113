"""What the commands of the workshop say: notes merged, and summed up beside the exhibits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from kumppanuus.console.front import chosen_language
from kumppanuus.console.speech import print_json
from kumppanuus.workshop.merge import merge_files
from kumppanuus.workshop.output import write_notes
from kumppanuus.workshop.words import say_of_workshop

if TYPE_CHECKING:
    from kumppanuus.language.say import Say
    from kumppanuus.study import Language, Study


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a summary is wanted; see `kumppanuus.summaries.summarise`.

    show : open it. as_json : nothing but JSON on the standard output.
    """

    formats: tuple[str, ...] = ("html",)
    folder: Path | None = None
    language: Language | None = None
    template: Path | None = None
    show: bool = False
    as_json: bool = False


def merge_and_tell(notes: Sequence[Path], output: Path | None, say: Say, *, as_json: bool = False) -> None:
    """Merge files of notes into one and say what is in it."""
    say = say_of_workshop(say)
    merged = merge_files(notes)
    file = output or Path(say("merge.file", run=merged.run))
    write_notes(merged, file)
    files, votes = len(set(notes)), sum(item.votes for item in merged.items)
    counts = {"sheets": len(merged.sheets), "items": len(merged.items), "votes": votes}
    if as_json:
        return print_json({"run": merged.run, "file": str(file), "files": files, **counts})
    told = say("merge.files_one" if files == 1 else "merge.files_many", n=files)
    click.echo(say("merge.done", files=told, path=file))
    click.echo(say("merge.counts", run=merged.run, **counts))
    click.echo(say("merge.next", path=file))


def summarise_and_tell(study: Study, notes: Sequence[Path], say: Say, wanted: Wanted) -> None:
    """Write the summary of a workshop, say where it is, and open it when asked to."""
    from kumppanuus.summaries import summarise

    made = summarise(
        study, notes, formats=cast("Any", wanted.formats), folder=wanted.folder, template=wanted.template,
        language=chosen_language(wanted.language),
    )  # fmt: skip
    if wanted.as_json:
        print_json({"run": made.run_id, "files": [str(file) for file in made.files]})
    else:
        for file in made.files:
            click.echo(say_of_workshop(say)("merge.written", path=file))
    if wanted.show:
        click.launch(str(made.files[0]))
