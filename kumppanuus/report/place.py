"""Putting a finished folder in place whole: what stood there before stays until the new one stands."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from kumppanuus.errors import DeclarationError
from kumppanuus.report.manifest import MANIFEST_FILE, sha256_of

UNFINISHED, JOINING = "unfinished", "joining"
"""Files in the private state of a study: where the run that is being written lies aside; what is joining a folder."""
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
    place, root = private.resolve(), state.parent.resolve()  # in a copy of the study it is the copy's own
    note.write_text(str(place.relative_to(root) if place.is_relative_to(root) else place), encoding="utf-8")
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
        left = state.parent / note.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return
    if _ASIDE.fullmatch(left.name):
        shutil.rmtree(left, ignore_errors=True)
    if not left.exists():
        note.unlink(missing_ok=True)


def put_in_place(staging: Path, target: Path) -> None:
    """Make `staging` the folder `target`, whole or not at all.

    Every file is on the disk before the folder gets its name. An earlier folder of that name is moved aside and
    removed only when the new one stands; a run broken off in between is put back by the next call. Files that were
    changed or added in the earlier folder are kept (``slides.old.pptx``).

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
    _keep_own(earlier, target)
    _flush_folder(target.parent)
    shutil.rmtree(earlier, ignore_errors=True)


def join(staging: Path, target: Path, files: Sequence[Path], state: Path) -> None:
    """Move finished files into a folder that stands, one by one; those named last come last.

    What is about to come is noted in `state` first: a call that is broken off in between leaves files that the
    manifest does not know yet, and the next one must not take them for somebody else's (`joining`).

    Parameters
    ----------
    files : in `staging`; each takes the place of one of the same name. state : private folder of the study.
    """
    note = state / JOINING
    coming = {file.relative_to(staging).as_posix(): sha256_of(file) for file in files}
    note.write_text(json.dumps({"folder": target.name, "files": coming}), encoding="utf-8")
    note.chmod(0o600)
    for file in files:
        with file.open("rb") as written:
            os.fsync(written.fileno())
        place = target / file.relative_to(staging)
        if not place.parent.is_dir():
            place.parent.mkdir()
            shutil.copymode(file.parent, place.parent)
        file.replace(place)
    _flush_folder(target)
    note.unlink()


def joining(target: Path, state: Path) -> dict[str, str]:
    """Return the names and digests of the files that a broken-off call was putting into a folder."""
    try:
        content = json.loads((state / JOINING).read_text(encoding="utf-8"))
        return dict(content["files"]) if content["folder"] == target.name else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def own_files(folder: Path) -> tuple[Path, ...]:
    """Return the files in the folder of a run that the run did not write, or that were changed since."""
    try:
        outputs = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))["outputs"]
    except (OSError, ValueError, KeyError, TypeError):
        return ()
    return tuple(
        path for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST_FILE
        and outputs.get(path.relative_to(folder).as_posix()) != sha256_of(path)
    )  # fmt: skip


def _keep_own(earlier: Path, target: Path) -> None:
    """Move to the new folder what somebody put or changed in the earlier one: slides edited, notes exported."""
    for path in own_files(earlier):
        place = target / path.relative_to(earlier)
        if place.exists():
            place = place.with_name(f"{place.stem}.old{place.suffix}")
        place.parent.mkdir(parents=True, exist_ok=True)
        path.replace(place)


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
