"""Where the runs of each face lie: public ones in one folder, internal ones in a private folder of their own."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from kumppanuus.errors import StudyError
from kumppanuus.report.earlier import find_manifests

if TYPE_CHECKING:
    from kumppanuus.disclosure.released import Face
    from kumppanuus.report.earlier import Found
    from kumppanuus.study import Study

_OTHERS = 0o077
_ABOVE = 3
"""So many folders above that of the runs are looked at."""


def folder_of_runs(study: Study, face: Face) -> Path:
    """Return the folder that the runs of a face are written to.

    Raises
    ------
    StudyError
        KU514 when the folder of internal runs is not apart from the public one or from the study's private state.
    """
    public, internal = study.output_folder, study.internal_folder
    if _within(public, internal):
        raise StudyError("KU514", internal=str(study.outputs.internal), other=str(study.outputs.folder))
    if face == "public":
        return public
    for other, name in ((public, study.outputs.folder), (study.state_folder, study.outputs.state)):
        if _within(internal, other) or _within(other, internal):
            raise StudyError("KU514", internal=str(study.outputs.internal), other=str(name))
    return internal


def demand_apart(runs: Path, face: Face, known: Iterable[Path]) -> None:
    """Refuse a folder in a run, right below runs of another face, or in or about one that was published in.

    Parameters
    ----------
    known : folders that public runs were ever written to.

    Raises
    ------
    StudyError
        KU514 naming the other folder.
    """
    above = [folder for folder in runs.resolve().parents[:_ABOVE] if folder.is_dir()]
    inside = next((folder for folder in (runs, *above) if _is_run(folder)), None)
    mixed = [
        folder for folder in above[:1] if any(_ours(each) and each.face != face for each in find_manifests(folder))
    ]
    published = [each for each in known if _within(runs, each) or _within(each, runs)] if face == "internal" else []
    for other in (inside, *mixed, *published):
        if other is not None:
            raise StudyError("KU514", internal=runs.name, other=other.name)


def _is_run(folder: Path) -> bool:
    return any(each.folder == folder.name and _ours(each) for each in find_manifests(folder.parent))


def _ours(found: Found) -> bool:
    """Tell whether a file called like a manifest is one of a run: other programs have manifests, too."""
    return found.content is not None and {"schema", "run", "face"} <= set(found.content)


def demand_one_face(folder: Path, found: Iterable[Found], face: Face) -> None:
    """Refuse to write beside runs of another face.

    Raises
    ------
    StudyError
        KU513 naming the runs.
    """
    strangers = sorted(each.folder for each in found if each.content is not None and each.face != face)
    if strangers:
        raise StudyError("KU513", folder=folder.name, runs=", ".join(strangers[:5]))


def make_ready(folder: Path, face: Face) -> None:
    """Find out before any work whether runs can be written; of internal ones, that nobody else can read them.

    Raises
    ------
    StudyError
        KU206 when the folder cannot be made or written to, KU516 when others can enter the folder of internal runs
        and that cannot be changed.
    """
    probe = folder / ".kumppanuus-probe"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700 if face == "internal" else 0o777)
        if face == "internal":
            _make_private(folder)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise StudyError("KU206", folder=str(folder), problem=error.strerror or "") from None


def close(folder: Path) -> None:
    """Take all rights to a folder and everything in it from everybody but its owner."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)


def _within(inner: Path, outer: Path) -> bool:
    """Tell whether a folder is another one or lies in it, whatever links lead there."""
    first, second = (Path(os.path.normcase(each.resolve())) for each in (inner, outer))
    return first.is_relative_to(second)


def _make_private(folder: Path) -> None:
    """Take the rights of others from a folder, where the system has such rights (Windows has none of this kind)."""
    if os.name == "posix" and stat.S_IMODE(folder.stat().st_mode) & _OTHERS:
        try:
            folder.chmod(0o700)
        except OSError:
            raise StudyError("KU516", folder=str(folder)) from None
        if stat.S_IMODE(folder.stat().st_mode) & _OTHERS:  # some file systems only say that they did
            raise StudyError("KU516", folder=str(folder))
