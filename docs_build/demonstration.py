"""The synthetic municipality, run once, whose charts the pages show."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kumppanuus import pipeline
from kumppanuus.demo import write_demo
from kumppanuus.intake.pseudonym import load_or_make_key
from kumppanuus.report.store import StoredRun, stored_run
from kumppanuus.study import load_study

FOLDER = "KUMPPANUUS_DOCS_DEMO"
"""Names a folder with a demo that was run already."""


@contextmanager
def demonstration() -> Iterator[StoredRun]:
    """Give the demo's run: the one that is named, or one made now in a folder that goes away."""
    given = os.environ.get(FOLDER)
    if given:
        yield _last_run(Path(given))
        return
    with tempfile.TemporaryDirectory() as folder:
        write_demo(Path(folder))
        pipeline.run(load_study(Path(folder)), progress=_quiet)
        yield _last_run(Path(folder))


def _last_run(folder: Path) -> StoredRun:
    study = load_study(folder)
    run = stored_run(study, load_or_make_key(study.state_folder, may_make=False))
    if run.released.face != "public" or not run.study.about.synthetic:
        raise SystemExit(f"{FOLDER}: the last run there is internal or of real data, nothing for the documentation")
    return run


def _quiet(_step: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""
