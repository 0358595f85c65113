"""The command `report`: a finished run as slides, pictures, workbook, in other languages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from kumppanuus.console.speech import Steps, print_json
from kumppanuus.language.catalogue import LANGUAGES

if TYPE_CHECKING:
    from kumppanuus.language.say import Say
    from kumppanuus.reports import Made
    from kumppanuus.study import Language, Study


def make_and_tell(
    study: Study, say: Say, *, run_id: str | None, formats: Sequence[str], language: str | None, charts: Sequence[str],
    template: Path | None, show: bool, quiet: bool, as_json: bool,
) -> Made:  # fmt: skip
    """Make what is asked for, say where it is, and open it when asked to."""
    from kumppanuus.reports import Order, make

    languages = cast("tuple[Language, ...]", LANGUAGES if language == "all" else (language,) if language else ())
    named = tuple(part.strip() for each in charts for part in each.split(",") if part.strip())
    steps = Steps(say, steps=("report",), quiet=quiet or as_json)
    steps("report", 0, 0)
    made = make(study, Order(cast("Any", tuple(formats)), languages, named, template), run_id=run_id, progress=steps)
    steps.finish(say("report.made", n=len(made.files)))
    if as_json:
        files = [str(path) for path in made.files]
        print_json({"run": made.run_id, "face": made.face, "folder": str(made.folder), "files": files})
        return made
    if made.face == "internal":
        click.echo(say("run.internal"))
    outside = [path for path in made.files if path.parent == made.folder]
    for path in outside:
        click.echo(say("report.file", path=path))
    inside = sorted({path.parent for path in made.files if path.parent != made.folder})
    for folder in inside:
        click.echo(say("report.charts", path=folder, n=sum(path.parent == folder for path in made.files)))
    if made.face == "internal":
        click.echo(say("run.internal_keep", folder=made.folder.parent))
    if show and made.files:
        click.launch(str((outside or inside)[0]))
    return made
