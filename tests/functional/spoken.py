"""Several calls of the command line in one process of their own, in one language; what they say without what varies."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SNAPSHOTS = Path(__file__).parent / "snapshots"
UPDATE = "KUMPPANUUS_SNAPSHOTS"
_CALLS = """
import contextlib, io, json, sys
from kumppanuus import cli
from kumppanuus.console import front
told = []
for arguments in json.loads(sys.argv.pop()):
    out, err, code = io.StringIO(), io.StringIO(), 0
    sys.argv = ["kumppanuus", *arguments]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            cli.main()
        except SystemExit as left:
            code = left.code
    told.append([code, out.getvalue(), err.getvalue()])
print(json.dumps(told))
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What one call said."""

    arguments: tuple[str, ...]
    code: int
    out: str
    err: str


def calls(language: str, *asked: Sequence[str], cwd: Path | None = None) -> list[Told]:
    """Make calls one after another; language is asked for by the environment."""
    settings = {**os.environ, "KUMPPANUUS_LANGUAGE": language, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}
    settings.pop("KUMPPANUUS_KEY", None)
    command = [sys.executable, "-c", _CALLS, json.dumps([list(each) for each in asked])]
    done = subprocess.run(command, cwd=cwd, env=settings, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    return [Told(tuple(each), *said) for each, said in zip(asked, told, strict=True)]


def written(told: Sequence[Told], hide: Mapping[str, str]) -> str:
    """Return calls and what they said as one text; of `hide` the keys become their values."""
    lines = []
    for one in told:
        lines += [f"$ kumppanuus {' '.join(one.arguments)}", one.out.rstrip(), one.err.rstrip(), f"[{one.code}]", ""]
    text = "\n".join(line for line in lines if line or lines)
    for there, here in hide.items():
        text = text.replace(there, here)
    text = re.sub(r"ok  \d+[.,]\d s", "ok  # s", text)
    text = re.sub(r"runs/[0-9a-f]{10}", "runs/RUN", text)
    return re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE).strip() + "\n"


def same_as_snapshot(name: str, text: str) -> None:
    """Hold a text against the one that is kept; with KUMPPANUUS_SNAPSHOTS=update it is kept instead."""
    file = SNAPSHOTS / f"{name}.txt"
    if os.environ.get(UPDATE) == "update":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    kept = file.read_text(encoding="utf-8").replace("\r\n", "\n")
    assert text == kept, f"what the console says has changed; look, then: {UPDATE}=update pytest {__package__}"
