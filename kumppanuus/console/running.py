"""The commands that do the main job: ``run`` and ``demo``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kumppanuus.console.ending import run_as_json, tell_more, tell_run
from kumppanuus.console.front import SAY, chosen_language
from kumppanuus.console.speech import EXACT_STEPS, STEPS, Steps, print_json
from kumppanuus.errors import EXIT_OK, EXIT_PARTIAL
from kumppanuus.pipeline import run
from kumppanuus.study import Study, load_study

if TYPE_CHECKING:
    from kumppanuus.pipeline import Run
    from kumppanuus.study import Language


@dataclass(frozen=True, slots=True)
class Manner:
    """How a call speaks.

    language : of the report, when one was asked for. quiet : errors and the result only. verbose : every file that
    was written as well. as_json : nothing but JSON on the standard output.
    """

    language: Language | None = None
    quiet: bool = False
    verbose: bool = False
    as_json: bool = False

    def steps(self, *steps: str) -> Steps:
        """Return who shows how far the work is."""
        return Steps(SAY, steps=steps, quiet=self.quiet)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run shows and where it goes; see `kumppanuus.pipeline.run`."""

    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    output: Path | None = None
    png: bool = False
    supersedes: tuple[str, ...] = ()
    internal: bool = False


def run_and_tell(study: Study, wanted: Wanted, manner: Manner) -> int:
    """Do the main job and say what came of it; returns the exit code."""
    if wanted.internal and wanted.supersedes:
        raise click.UsageError(SAY("run.internal_supersedes"))
    if wanted.output is not None:
        place = {"internal" if wanted.internal else "folder": str(wanted.output.resolve())}
        study = study.model_copy(update={"outputs": study.outputs.model_copy(update=place)})
    done = _run(study, wanted, manner, manner.steps(*(EXACT_STEPS if wanted.internal else STEPS)))
    _tell(done, manner)
    return EXIT_PARTIAL if done.failed or (wanted.only and done.missing) else EXIT_OK


def demo_and_tell(folder: Path, seed: int, *, png: bool, manner: Manner) -> int:
    """Write the synthetic municipality and do the main job on it; returns the exit code."""
    from kumppanuus.console.towns import earlier_towns
    from kumppanuus.demo import write_demo

    steps = manner.steps("write_demo", *STEPS)
    steps("write_demo", 0, 0)
    written = write_demo(folder, seed=seed)
    study = load_study(folder)
    done = _run(study, Wanted(png=png, supersedes=earlier_towns(study, written)), manner, steps)
    if not manner.as_json:
        click.echo(SAY("demo.ready", folder=folder))
    _tell(done, manner)
    if not manner.as_json:
        click.echo(SAY("demo.next", folder=folder))
    return EXIT_OK


def _run(study: Study, wanted: Wanted, manner: Manner, steps: Steps) -> Run:
    done = run(study, language=chosen_language(manner.language), only=wanted.only, skip=wanted.skip, png=wanted.png,
               supersedes=wanted.supersedes, face="internal" if wanted.internal else "public",
               progress=steps)  # fmt: skip
    steps.finish(SAY("step.unprotected") if wanted.internal else SAY("step.hidden", n=done.hidden))
    return done


def _tell(done: Run, manner: Manner) -> None:
    if manner.as_json:
        return print_json(run_as_json(done))
    if manner.verbose:
        tell_more(done, SAY)
    return tell_run(done, SAY)
