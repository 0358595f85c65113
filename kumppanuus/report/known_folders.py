"""Where a study has ever published: reports in another folder (``--output``) are earlier runs like any other.

The list lies in the private state of the study. A folder that is gone is passed over.
"""

from __future__ import annotations

import os
from pathlib import Path

FILE = "published"


def known_folders(state: Path, root: Path) -> tuple[Path, ...]:
    """Return the folders that hold runs of the study, in order; paths inside the study's folder move with it."""
    return tuple(root / line for line in _lines(state))


def remember_folder(folder: Path, state: Path, root: Path) -> None:
    """Note that a run is about to be published in a folder."""
    lines = _lines(state)
    line = _written(folder.resolve(), root.resolve())
    if line in lines or "\n" in line:
        return
    aside = state / f"{FILE}.{os.getpid()}.new"
    aside.write_text("".join(f"{each}\n" for each in sorted([*lines, line])), encoding="utf-8")
    aside.chmod(0o600)
    aside.replace(state / FILE)


def _written(folder: Path, root: Path) -> str:
    return folder.relative_to(root).as_posix() if folder.is_relative_to(root) else str(folder)


def _lines(state: Path) -> list[str]:
    try:
        return (state / FILE).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
