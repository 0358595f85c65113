"""Putting a finished folder in place whole: what stood there before stays until the new one stands."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kumppanuus.errors import DeclarationError
from kumppanuus.report.manifest import MANIFEST_FILE

UNFINISHED = "unfinished"
"""File in the private state of a study: where the run that is being written lies aside."""
_ASIDE = re.compile(r"\.[^/\\]+\.new")


@contextmanager
def aside(target: Path, state: Path) -> Iterator[Path]:
    """Give a new folder on the file system of `target`, which nobody else can enter; it is gone when the block ends.

    What is written there has not been looked through yet, so a run that is killed must not leave it where reports are
    read: its folder is noted in `state`, and the next run of the study removes it, whatever that one is called.

    Parameters
    ----------
    target : the folder that will stand. state : private folder of the study; runs of a study come one at a time.
    """
    note, private = state / UNFINISHED, target.with_name(f".{target.name}.new")
    remove_unfinished(state)
    shutil.rmtree(private, ignore_errors=True)
    note.write_text(str(private.resolve()), encoding="utf-8")
    note.chmod(0o600)
    try:
        private.mkdir(parents=True, mode=0o700)
        written = private / target.name  # with the rights of any new folder, for it is this one that will stand
        written.mkdir()
        yield written
    finally:
        remove_unfinished(state)


def remove_unfinished(state: Path) -> None:
    """Remove what a broken-off run of the study left aside."""
    note = state / UNFINISHED
    try:
        left = Path(note.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return
    if _ASIDE.fullmatch(left.name):
        shutil.rmtree(left, ignore_errors=True)
    if not left.exists():
        note.unlink(missing_ok=True)


def put_in_place(staging: Path, target: Path) -> None:
    """Make `staging` the folder `target`, whole or not at all.

    Every file is on the disk before the folder gets its name. An earlier folder of that name is moved aside and
    removed only when the new one stands; a run broken off in between is put back by the next call.

    Parameters
    ----------
    staging : a finished folder on the same file system as `target`; its manifest was written last.

    Raises
    ------
    DeclarationError
        KU906 when `staging` has no manifest: it is not a finished run.
    OSError
        When the disk refuses; the earlier folder stands as before.
    """
    if not (staging / MANIFEST_FILE).is_file():
        raise DeclarationError("KU906", folder=staging.name)
    earlier = target.with_name(f".{target.name}.earlier")
    restore(target)
    _flush(staging)
    if target.exists():
        target.rename(earlier)
    try:
        staging.rename(target)
    except BaseException:
        restore(target)
        raise
    _flush_folder(target.parent)
    shutil.rmtree(earlier, ignore_errors=True)


def restore(target: Path) -> None:
    """Put back a folder that a broken-off run had moved aside; drop it when its successor already stands."""
    earlier = target.with_name(f".{target.name}.earlier")
    if not earlier.exists():
        return
    if target.exists():
        shutil.rmtree(earlier)
    else:
        earlier.rename(target)


def _flush(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            _flush_folder(path)
        else:
            with path.open("rb") as file:
                os.fsync(file.fileno())
    _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    """Write a folder's names to the disk, where the system can (Windows cannot)."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
