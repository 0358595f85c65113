"""One whole run of the demo municipality through the command line, made once for all tests that look at it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from kumppanuus import pipeline
from kumppanuus.intake.pseudonym import load_or_make_key
from kumppanuus.report.store import stored_run
from kumppanuus.study import load_study
from tests.conftest import Shell


@dataclass(frozen=True, slots=True)
class DemoRun:
    """What ``kumppanuus demo`` left and said. folder : of the study; a test that writes takes a copy."""

    folder: Path
    stdout: str
    stderr: str
    returncode: int

    def run(self) -> pipeline.Run:
        """Return the run as the pipeline would have: what was kept of it, and the extracts read again."""
        study = load_study(self.folder)
        kept = stored_run(study, load_or_make_key(study.state_folder, may_make=False))
        intake, _ = pipeline.read(study, progress=lambda *_: None)
        page = next(kept.folder.glob("*.html"))
        return pipeline.Run(kept.run_id, kept.folder, page, kept.released, intake, {}, {}, shown=kept.shown)


def demo_run(made: pytest.TempPathFactory, worker: str, shell: Shell) -> DemoRun:
    """Return the run, made by the first of the workers that asks."""
    base = made.getbasetemp() if worker == "master" else made.getbasetemp().parent
    folder, said = base / "demo_run" / "kunta", base / "demo_run" / "said.json"
    with FileLock(base / "demo_run.lock"):
        if not said.exists():
            folder.parent.mkdir(exist_ok=True)
            told = shell("demo", "kunta", cwd=folder.parent)
            said.write_text(json.dumps([told.stdout, told.stderr, told.returncode]), encoding="utf-8")
    return DemoRun(folder, *json.loads(said.read_text(encoding="utf-8")))
