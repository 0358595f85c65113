"""Whole runs: the command line as a consultant uses it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data" / "ssda903"
STUDY = ROOT / "tests" / "fixtures" / "ssda903" / "kumppanuus.toml"

Shell = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def shell() -> Shell:
    """Run ``kumppanuus`` with arguments; returns exit code, stdout, stderr."""

    def run(*arguments: object, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "kumppanuus", *map(str, arguments)]
        settings = {**os.environ, "PYTHONIOENCODING": "utf-8", **environment}
        return subprocess.run(
            command, cwd=cwd, env=settings, capture_output=True, text=True, encoding="utf-8", check=False
        )

    return run


@pytest.fixture(scope="session")
def ssda903(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study of the looked-after-children register in a folder of its own, reading the real files."""
    if not SHARED.is_dir():
        pytest.skip("the looked-after-children register is not beside the project")
    folder = tmp_path_factory.mktemp("ssda903")
    text = STUDY.read_text(encoding="utf-8").replace("../../../../shared/data/ssda903", str(SHARED))
    (folder / "kumppanuus.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo municipality's extracts and study."""
    from kumppanuus.demo import write_demo

    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder)
    return folder


@pytest.fixture
def copied_demo(demo_folder: Path, tmp_path: Path) -> Path:
    """A copy of the demo that a test may spoil."""
    folder = tmp_path / "kunta"
    shutil.copytree(demo_folder, folder, ignore=shutil.ignore_patterns("runs", ".kumppanuus"))
    return folder
