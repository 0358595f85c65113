"""Reports in other folders are earlier runs too."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from kumppanuus.report.known_folders import FILE, known_folders, remember_folder


def test_folders_are_remembered_once(tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "kunta", tmp_path / "muualla"
    state = root / ".kumppanuus"
    state.mkdir(parents=True)
    assert known_folders(state, root) == ()
    for folder in (root / "runs", elsewhere, root / "runs"):
        remember_folder(folder, state, root)
    assert set(known_folders(state, root)) == {root / "runs", elsewhere}
    assert [path.name for path in state.iterdir()] == [FILE]
    if os.name == "posix":
        assert stat.S_IMODE((state / FILE).stat().st_mode) == 0o600


def test_folders_of_the_study_move_with_it(tmp_path: Path) -> None:
    before, after = tmp_path / "kunta", tmp_path / "kuntayhtyma"
    (before / ".kumppanuus").mkdir(parents=True)
    remember_folder(before / "runs", before / ".kumppanuus", before)
    before.rename(after)
    assert known_folders(after / ".kumppanuus", after) == (after / "runs",)


def test_a_spoilt_list_is_no_list(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"\xff\xfe\x00")
    assert known_folders(tmp_path, tmp_path) == ()
