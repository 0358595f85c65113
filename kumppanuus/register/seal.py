"""A seal tells that a folder is whole and what it was made of."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

SEAL = "seal.json"


def seal(folder: Path, made_of: str, facts: Mapping[str, object]) -> None:
    """Put a seal on the files of a folder and its subfolders.

    Parameters
    ----------
    made_of : digest of everything the content depends on but the program.
    facts : plain values to be read again by `sealed_facts`.
    """
    told = {"made_of": made_of, "program": _program(), "facts": dict(facts), "files": _digests(folder)}
    (folder / SEAL).write_text(json.dumps(told, sort_keys=True), encoding="ascii")


def sealed_facts(folder: Path, made_of: str) -> Mapping[str, object] | None:
    """Return the facts of a folder that is whole and was made of the same by the same program, else None."""
    try:
        told = json.loads((folder / SEAL).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    if not isinstance(told, dict) or (told.get("made_of"), told.get("program")) != (made_of, _program()):
        return None
    files = told.get("files", {})
    whole = isinstance(files, dict) and _digests(folder, files) == files
    return dict(told["facts"]) if whole else None


def _digests(folder: Path, names: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the SHA-256 of every file, or of the named ones that exist."""
    every = (path for path in sorted(folder.rglob("*")) if path.name != SEAL and path.is_file())
    files = every if names is None else (folder / name for name in names if (folder / name).is_file())
    digests = {}
    for file in files:
        with file.open("rb") as stream:
            digests[str(file.relative_to(folder))] = hashlib.file_digest(stream, "sha256").hexdigest()
    return digests


@functools.cache
def _program() -> str:
    """Return a digest of the code of the register."""
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()
