"""Exact numbers never lie in, beside or about a folder of public runs, wherever it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from kumppanuus.errors import StudyError
from kumppanuus.report.faces import demand_apart
from kumppanuus.report.manifest import MANIFEST_FILE


def _run(folder: Path, face: str) -> Path:
    folder.mkdir(parents=True)
    (folder / MANIFEST_FILE).write_text(f'{{"schema": 1, "run": "{folder.name}", "face": "{face}"}}', encoding="utf-8")
    return folder


def test_never_inside_a_run(tmp_path: Path) -> None:
    run = _run(tmp_path / "runs" / "a", "public")
    for face in ("public", "internal"):
        with pytest.raises(StudyError, match="KU514"):
            demand_apart(run / "charts", face, ())  # type: ignore[arg-type]


def test_never_below_runs_of_another_face(tmp_path: Path) -> None:
    _run(tmp_path / "out" / "a", "public")
    with pytest.raises(StudyError, match="KU514"):
        demand_apart(tmp_path / "out" / "sub", "internal", ())
    demand_apart(tmp_path / "out" / "sub", "public", ())
    _run(tmp_path / "own" / "b", "internal")
    with pytest.raises(StudyError, match="KU514"):
        demand_apart(tmp_path / "own" / "sub", "public", ())


def test_manifests_of_other_programs_are_none(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    for text in ('{"name": "app", "schema": 1}', "[]", "not json"):
        (tmp_path / "app" / MANIFEST_FILE).write_text(text, encoding="utf-8")
        demand_apart(tmp_path / "app" / "internal", "internal", ())


def test_never_in_or_about_a_folder_that_was_published_in(tmp_path: Path) -> None:
    known = (tmp_path / "x" / "public",)
    for folder in ("x", "x/public", "x/public/sub"):
        with pytest.raises(StudyError, match="KU514"):
            demand_apart(tmp_path / folder, "internal", known)
        demand_apart(tmp_path / folder, "public", known)
    demand_apart(tmp_path / "x" / "internal", "internal", known)
