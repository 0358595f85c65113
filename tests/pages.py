"""The pages of one small town in three languages and an internal one, made once for all tests of whole pages."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from kumppanuus import gallery, pipeline
from kumppanuus.analysis import Analysis
from kumppanuus.disclosure.released import Released
from kumppanuus.gallery.shown import released_gallery
from kumppanuus.language.say import speaker
from kumppanuus.report.exhibits import exhibits
from kumppanuus.report.facts import RunFacts
from kumppanuus.report.page import render_page
from kumppanuus.study import Language, Study, load_study
from kumppanuus.wings import ROOMS
from tests.functional.small_town import write_town

KINDS = ("fi", "sv", "en", "internal", "gallery")
"""The town's public report in three languages, its internal one, and a page with every form of chart there is."""


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a town's pages lie.

    study : folder of the study. run : folder of its public run.
    """

    folder: Path

    @property
    def study(self) -> Path:
        return self.folder / "pikkula"

    @property
    def run(self) -> Path:
        (run,) = (self.study / "runs").iterdir()
        return run

    def page(self, kind: str = "fi") -> Path:
        """Return the page of a language, or the internal one."""
        return self.folder / f"{kind}.html"


def town_pages(made: pytest.TempPathFactory, worker: str) -> Pages:
    """Return the pages, made by the first of the workers that asks."""
    base = made.getbasetemp() if worker == "master" else made.getbasetemp().parent
    folder = base / "town_pages"
    with FileLock(base / "town_pages.lock"):
        if not (folder / "ready").exists():
            _make(Pages(folder))
            (folder / "ready").touch()
    return Pages(folder)


def _make(pages: Pages) -> None:
    write_town(pages.study)
    study = load_study(pages.study)
    inside = pipeline.run(study, only=["lifecycle"], face="internal", progress=_quiet)
    shutil.copy(inside.report, pages.page("internal"))
    done = pipeline.run(study, progress=_quiet)
    shutil.copy(done.report, pages.page())
    for language in ("sv", "en"):
        pages.page(language).write_text(_rendered(done.released, ROOMS, study, language, done.run_id), encoding="utf-8")
    forms = released_gallery(gallery.ROOMS, "usual")
    pages.page("gallery").write_text(_rendered(forms, gallery.ROOMS, study, "fi", "feedabcdef"), encoding="utf-8")


def _rendered(released: Released, rooms: Sequence[Analysis], study: Study, language: Language, run: str) -> str:
    say = speaker(study, language)
    facts = RunFacts(run, "0.1.0", {}, "", "", {}, {})
    shown = exhibits(released, rooms, say)
    return render_page(released, shown, study, say=say, facts=facts, rule_words={})


def _quiet(_step: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""
