"""What is gathered after the gate is a function of what is released and of the study: of nothing else.

The demo's run was made by another process, which had the register. Here its tables are gathered again from the text
that was kept of it, which holds published numbers only: what comes out must be the same to the last digit.
"""

from __future__ import annotations

import pandas as pd
import pytest

from kumppanuus import pipeline
from kumppanuus.disclosure.gate import gathered_again, kept_text, released_again
from kumppanuus.disclosure.gathered import gatherer
from kumppanuus.disclosure.released import Released
from kumppanuus.intake.pseudonym import load_or_make_key
from kumppanuus.report.store import StoredRun, stored_run
from kumppanuus.study import load_study
from kumppanuus.wings import ROOMS
from tests.conftest import Shell
from tests.demo_run import demo_run

KEY = b"k" * 32
GATHERING = [room for room in ROOMS if room.gather]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, worker_id: str, shell: Shell) -> StoredRun:
    made = demo_run(tmp_path_factory, worker_id, shell)
    study = load_study(made.folder)
    return stored_run(study, load_or_make_key(study.state_folder, may_make=False))


def _again(run: StoredRun) -> Released:
    """Return the run with every gathered table made anew, in the order of the pipeline; they are empty before."""
    given = frozenset(source.table for source in run.study.sources)
    rooms = [room for room in ROOMS if room.key in run.released.results]
    context, released = pipeline.context_of(run.study, given), _emptied(run.released)
    order = [room for room in pipeline.used_first(rooms) if room.gather]
    for room in sorted(order, key=lambda each: each.hears):
        if released.results[room.key].status == "ok":
            make = gatherer(room, pipeline.room_params(room, run.study), rooms, given, context=context)
            released = gathered_again(released, room.key, room.result, make)
    return released


def _emptied(released: Released) -> Released:
    """Return a release as it was before anything was gathered, by way of its text."""
    again = released_again(*kept_text(released, KEY), KEY)
    for room in GATHERING:
        if again.results.get(room.key) and again.results[room.key].status == "ok":
            nothing = {name: pd.DataFrame(columns=[*table.columns])
                       for name, table in room.result.tables().items() if table.gathered}  # fmt: skip
            again = gathered_again(again, room.key, room.result, lambda _all, none=nothing: none)  # type: ignore[misc]
    return again


def _frames(released: Released, *, gathered: bool) -> dict[str, pd.DataFrame]:
    return {
        f"{key}.{name}": table.frame
        for key, result in released.results.items()
        for name, table in result.tables.items() if table.declaration.gathered == gathered
    }  # fmt: skip


def test_what_is_gathered_follows_from_what_is_kept(kept: StoredRun) -> None:
    before = _frames(kept.released, gathered=True)
    assert sum(len(frame) > 0 for frame in before.values()) >= 30
    again = _again(kept)
    made = _frames(again, gathered=True)
    assert made.keys() == before.keys()
    assert [name for name in made if not made[name].equals(before[name])] == []
    counted = _frames(kept.released, gathered=False)
    assert [name for name, frame in _frames(again, gathered=False).items() if not frame.equals(counted[name])] == []
