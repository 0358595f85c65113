"""The command line in this process, watched: no value comes out, and a refusal leaves everything as it was."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kumppanuus import cli
from kumppanuus.console import faults
from tests.intake.faults import SECRET, SPOKEN

STATE = (".kumppanuus/key", ".kumppanuus/key.id", ".kumppanuus/lock")
Told = Callable[[], tuple[int, dict[str, Any], str]]


def files_in(folder: Path) -> dict[str, bytes]:
    """Everything in a folder but the key and the lock of the study."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in sorted(found.items()) if name not in STATE}


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Told:
    """Run ``check`` twice and return its exit code, its JSON and every word it said.

    Where it refuses, ``run`` refuses too, and both leave an earlier run and an earlier quarantine as they were.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KUMPPANUUS_KEY", raising=False)
    for earlier in ("runs/aiempi/manifest.json", ".kumppanuus/quarantine/summary.csv"):
        (tmp_path / earlier).parent.mkdir(parents=True, mode=0o700)
        (tmp_path / earlier).write_text("aiempi")

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["kumppanuus", *arguments])
        with pytest.raises(SystemExit) as left:
            cli.main()
        said = capsys.readouterr()
        words = said.out + said.err
        assert SECRET not in words
        assert SPOKEN not in words
        assert "Traceback" not in words
        assert not (tmp_path / faults.FAULT_FILE).exists()
        return int(str(left.value.code)), said.out, words

    def check() -> tuple[int, dict[str, Any], str]:
        before = files_in(tmp_path)
        _, out, words = call("check", str(tmp_path), "--json")
        code, _, more = call("check", str(tmp_path))
        if not out:
            assert call("run", str(tmp_path), "--no-png")[0] == code
            assert files_in(tmp_path) == before
        return code, json.loads(out) if out else {}, words + more

    return check
