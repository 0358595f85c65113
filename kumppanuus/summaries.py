"""A workshop summed up: the notes of its scribes beside the exhibits of the run they are about.

The numbers come from what the gate released for that run, the words from the workshop: what is written is looked
through like any other output before it is put in place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kumppanuus.errors import DisclosureError, StudyError
from kumppanuus.intake.pseudonym import load_or_make_key
from kumppanuus.language.say import Say, speaker
from kumppanuus.publishing import alone, demand_standing, look_through
from kumppanuus.report.figures import figures_of
from kumppanuus.report.place import aside
from kumppanuus.report.store import StoredRun, stored_run
from kumppanuus.wings import ROOMS
from kumppanuus.workshop.merge import merge_files
from kumppanuus.workshop.output import put_files, writing
from kumppanuus.workshop.page import render_summary
from kumppanuus.workshop.summary import Summary, sum_up
from kumppanuus.workshop.words import say_of_workshop

if TYPE_CHECKING:
    from kumppanuus.study import Language, Study

SummaryFormat = Literal["html", "pptx"]


@dataclass(frozen=True, slots=True)
class SummedUp:
    """What was made: files in order of their names."""

    run_id: str
    files: tuple[Path, ...]


def summarise(
    study: Study,
    notes: Sequence[Path],
    *,
    formats: Sequence[SummaryFormat] = ("html",),
    folder: Path | None = None,
    language: Language | None = None,
    template: Path | None = None,
) -> SummedUp:
    """Write the summary of a workshop.

    Parameters
    ----------
    notes : files of notes of one run. folder : where to write; by default beside the folder of the run.
    language : by default the one most of the notes are in. template : slides to build on.

    Raises
    ------
    StudyError
        What `merge_files` raises; KU526 when the run is not kept, KU536 when the notes are empty, KU206 or KU533 when
        the folder will not do.
    DisclosureError
        KU534 an identity code in the notes, KU537 an identifier of the register in what would be written, KU538 the
        run is an internal one, KU512 it was withdrawn, KU527 what was kept has been changed. Nothing was put in place.
    """
    merged = merge_files(notes)
    key = load_or_make_key(study.state_folder, may_make=False)
    with alone(study.state_folder):
        run = stored_run(study, key, merged.run)
        if run.released.face == "internal":
            raise DisclosureError("KU538", run=run.run_id)
        demand_standing(run, key)
        say = speaker(run.study, language or merged.language)
        analyses = [room for room in ROOMS if room.key in run.shown]
        summary = sum_up(merged, run.released, analyses, run.study, say)
        target = _target(run, folder, say)
        with _made(target), aside(target / merged.run, study.state_folder) as staging:
            if "html" in formats:
                _write_page(summary, run, say, key, staging)
            if "pptx" in formats:
                _write_slides(summary, run, say, template, staging)
            _look_through(staging, run, key, say)
            return SummedUp(run.run_id, put_files(staging, target))


def _target(run: StoredRun, folder: Path | None, say: Say) -> Path:
    """Return the folder to write to: never the run's own, which later reports replace whole."""
    if folder is None:
        return run.folder.with_name(f"{run.run_id}-{say_of_workshop(say)('summary.folder')}")
    if folder.resolve().is_relative_to(run.folder.resolve()):
        raise StudyError("KU533", folder=folder.name)
    return folder.resolve()


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    """Make a folder to write to; when nothing comes of it, no empty one is left."""
    there = folder.exists()
    try:
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            yield
    finally:
        if not there:
            with suppress(OSError):
                folder.rmdir()  # refuses unless it is empty


def _look_through(staging: Path, run: StoredRun, key: bytes, say: Say) -> None:
    """Look for leaks; here it is the notes that must be mended, not the settings."""
    try:
        look_through(staging, run, key, say.written)
    except DisclosureError as error:
        raise DisclosureError("KU537", **error.facts) from None


def _write_page(summary: Summary, run: StoredRun, say: Say, key: bytes, staging: Path) -> None:
    figures = figures_of(run.study.state_folder, key)
    page = render_summary(summary, run.released, run.study, say=say, facts=run.facts, figures=figures)
    name = f"{say_of_workshop(say)('summary.file')}.html"
    (staging / name).write_text(page, encoding="utf-8", newline="\n")


def _write_slides(summary: Summary, run: StoredRun, say: Say, template: Path | None, staging: Path) -> None:
    from kumppanuus.workshop.slides import write_summary_slides

    path = staging / f"{say_of_workshop(say)('summary.file')}.pptx"
    write_summary_slides(path, summary, run.released, run.study, say=say, facts=run.facts, template=template)
