"""A run that is being written lies where nobody else can look, and a broken-off one leaves nothing."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kumppanuus.report.manifest import MANIFEST_FILE
from kumppanuus.report.place import UNFINISHED, aside, put_in_place, remove_unfinished

KILLED = """
import os, sys
from pathlib import Path
from kumppanuus.report.place import aside
with aside(Path(sys.argv[1]), Path(sys.argv[2])) as written:
    (written / "raportti.html").write_text("not scanned")
    os._exit(9)
"""


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    folder.mkdir()
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such rights")
def test_nobody_else_can_enter_before_it_stands(tmp_path: Path, state: Path):
    runs = tmp_path / "runs"
    runs.mkdir()
    usual = mode(runs)
    with aside(runs / "one", state) as written:
        assert mode(written.parent) == 0o700
        assert written.parent.parent == runs
        (written / MANIFEST_FILE).write_text("{}")
        put_in_place(written, runs / "one")
    assert names(runs) == ["one"]
    assert mode(runs / "one") == usual
    assert names(state) == []


def test_a_refused_run_leaves_nothing(tmp_path: Path, state: Path):
    def run() -> None:
        with aside(tmp_path / "runs" / "one", state) as written:
            (written / "raportti.html").write_text("a leak")
            raise ValueError("leak")

    with pytest.raises(ValueError, match="leak"):
        run()
    assert names(tmp_path / "runs") == []
    assert names(state) == []


def test_what_a_killed_run_left_is_removed_by_the_next_whatever_its_name(tmp_path: Path, state: Path):
    runs = tmp_path / "runs"
    done = subprocess.run([sys.executable, "-c", KILLED, str(runs / "one"), str(state)], check=False)
    assert done.returncode == 9
    assert names(runs) == [".one.new"]
    with aside(tmp_path / "elsewhere" / "two", state):
        assert names(runs) == []
    assert names(state) == []


@pytest.mark.parametrize("note", ["{folder}/precious", "{folder}", "", "\x00"])
def test_a_note_that_names_no_folder_of_ours_removes_nothing(note: str, tmp_path: Path, state: Path):
    precious = tmp_path / "precious"
    precious.mkdir()
    (state / UNFINISHED).write_text(note.format(folder=tmp_path))
    remove_unfinished(state)
    assert precious.is_dir()


def test_a_copy_of_a_study_leaves_alone_what_the_study_is_writing(tmp_path: Path):
    study, copy = tmp_path / "study", tmp_path / "copy"
    (study / ".state").mkdir(parents=True)
    with aside(study / "runs" / "one", study / ".state") as written:
        shutil.copytree(study, copy)
        remove_unfinished(copy / ".state")
        assert written.is_dir()
        assert names(copy / "runs") == []
