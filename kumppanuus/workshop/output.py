"""Writing merged notes and summaries where people look for them, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kumppanuus.errors import KumppanuusError, StudyError
from kumppanuus.workshop.merge import merge
from kumppanuus.workshop.notes import Notes, notes_text, read_notes, shown_name


def write_notes(notes: Notes, file: Path) -> None:
    """Write merged notes; a file that stands there is replaced only when all it says is in them.

    Raises
    ------
    StudyError
        KU539 when another file stands there, KU206 when it cannot be written.
    """
    if file.exists() and not _holds(notes, file):
        raise StudyError("KU539", file=shown_name(file))
    beside = file.with_name(f".{file.name}.{os.getpid()}.new")
    with writing(file.parent):
        try:
            beside.write_text(notes_text(notes), encoding="utf-8", newline="\n")
            beside.replace(file)
        finally:
            beside.unlink(missing_ok=True)


def put_files(staging: Path, folder: Path) -> tuple[Path, ...]:
    """Move finished files into a folder, in order of their names; other files there stay.

    What stood there under the name of one of them and says something else, such as slides that somebody edited, is
    kept beside it (``yhteenveto.old.pptx``, ``yhteenveto.old2.pptx``).
    """
    for path in sorted(staging.iterdir()):
        place = folder / path.name
        if place.exists() and place.read_bytes() != path.read_bytes():
            place.replace(_free_beside(place))
    return tuple(path.replace(folder / path.name) for path in sorted(staging.iterdir()))


def _free_beside(file: Path) -> Path:
    names = (file.with_name(f"{file.stem}.old{number}{file.suffix}") for number in ("", *range(2, 10**6)))
    return next(name for name in names if not name.exists())


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn what the disk refuses into words.

    Raises
    ------
    StudyError
        KU206 naming the folder.
    """
    try:
        yield
    except OSError as error:
        raise StudyError("KU206", folder=str(folder), problem=error.strerror or type(error).__name__) from None


def _holds(notes: Notes, file: Path) -> bool:
    """Tell whether merged notes already hold all that a file says."""
    try:
        return merge([notes, read_notes(file)]) == notes
    except KumppanuusError:
        return False
