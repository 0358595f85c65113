"""Whole runs: the command line as a consultant uses it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data" / "ssda903"
STUDY = ROOT / "tests" / "fixtures" / "ssda903" / "kumppanuus.toml"

Shell = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """Run ``kumppanuus`` with arguments; returns exit code, stdout, stderr. A call is a process of its own."""
    with _Calls(tmp_path_factory.mktemp("streams")) as calls:

        def run(*arguments: object, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
            settings = {**os.environ, "PYTHONIOENCODING": "utf-8", **environment}
            words = [str(each) for each in arguments]
            if any(name.startswith("PYTHON") for name in environment) or not hasattr(os, "fork"):
                command = [sys.executable, "-m", "kumppanuus", *words]
                return subprocess.run(
                    command, cwd=cwd, env=settings, capture_output=True, text=True, encoding="utf-8", check=False
                )
            return calls(words, cwd or Path.cwd(), settings)

        yield run


class _Calls:
    """Calls of the command line by way of `tests.zygote`, which is started when first needed."""

    def __init__(self, folder: Path) -> None:
        self._out, self._err = folder / "out", folder / "err"
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> _Calls:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process and self._process.stdin:
            self._process.stdin.close()
            self._process.wait(timeout=60)

    def __call__(
        self, arguments: list[str], cwd: Path, environment: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        for stream in (self._out, self._err):
            stream.write_bytes(b"")
        asked = {"arguments": arguments, "cwd": str(cwd), "environment": environment, "out": str(self._out),
                 "err": str(self._err)}  # fmt: skip
        answer = self._ask(json.dumps(asked))
        out, err = (stream.read_text(encoding="utf-8") for stream in (self._out, self._err))
        return subprocess.CompletedProcess(["kumppanuus", *arguments], int(answer), out, err)

    def _ask(self, line: str) -> str:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.zygote"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                text=True,
            )  # fmt: skip
            assert self._process.stdout
            assert self._process.stdout.readline() == "ready\n"
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline()


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
