"""Where an extract stands: a file of its own, or a member of a ZIP archive; readers need not know which of the two."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Literal, Protocol

from kumppanuus.errors import InputError
from kumppanuus.intake.members import ARCHIVES, Member, is_hidden, members_of

WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
TEXTS = (".csv", ".txt", ".tsv")
PARQUET = (".parquet", ".pq")
LARGEST_IN_MEMORY = 1024**3


class Named(Protocol):
    """What an extract is called."""

    @property
    def name(self) -> str:
        """Name of the file without its folder."""
        ...

    @property
    def stem(self) -> str:
        """Name without its ending."""
        ...

    @property
    def suffix(self) -> str:
        """Ending of the name with its dot."""
        ...

    @property
    def parent(self) -> Path | PurePosixPath:
        """Folder that holds it; its name tells apart files of one name."""
        ...


class Place(Named, Protocol):
    """Something whose bytes can be read from the start, any number of times: a `Path` or a `Member`."""

    def open(self, mode: Literal["rb"], /) -> BinaryIO:
        """Open it for reading bytes; what is returned can go back to its start."""
        ...


@dataclass(frozen=True, slots=True)
class Listed:
    """An extract as `init` finds it.

    folder : what the study writes as the folder of the source: ``.``, ``2020``, ``otteet.zip``, ``2020/otteet.zip``.
    file : what the study writes among its files; members of an archive have their folders before the name.
    """

    place: Place
    folder: str
    file: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Extracts of a folder in natural order, and the names of archives that cannot be looked into, with the code."""

    extracts: tuple[Listed, ...]
    unread: tuple[tuple[str, str], ...]


def extracts_in(folder: Path, leave_out: Collection[str] = ()) -> Listing:
    """List every extract of a folder, of its subfolders one level down, and of the ZIP archives there.

    Parameters
    ----------
    leave_out : names of subfolders that hold no extracts, such as that of the runs.
    """
    extracts: list[Listed] = []
    unread: list[tuple[str, str]] = []
    for path in _near_files(folder, leave_out):
        place = path.parent.relative_to(folder).as_posix()
        if path.suffix.lower() in (*TEXTS, *WORKBOOKS, *PARQUET):
            extracts.append(Listed(path, place, path.name))
        elif path.suffix.lower() in ARCHIVES:
            try:
                members = members_of(path)
            except InputError as error:
                unread.append((path.name, error.code))
                continue
            inside = path.relative_to(folder).as_posix()
            fit = [each for each in members if each.suffix.lower() in (*TEXTS, *WORKBOOKS, *PARQUET)]
            extracts += [Listed(member, inside, str(member.inner)) for member in fit]
            unread += [(each.name, "KU114") for each in members if each.suffix.lower() in ARCHIVES]
    return Listing(tuple(sorted(extracts, key=_by_folder)), tuple(unread))


def _by_folder(listed: Listed) -> tuple[bool, list[tuple[int, int, str]], list[tuple[int, int, str]]]:
    return listed.folder != ".", natural(listed.folder), natural(listed.file)


def _near_files(folder: Path, leave_out: Collection[str]) -> Iterator[Path]:
    if folder.is_dir():
        shown = [each for each in folder.iterdir() if each.is_dir() and not is_hidden(each.name)]
        near = [each for each in shown if each.name not in leave_out]
        for place in (folder, *sorted(near)):
            yield from sorted(path for path in place.iterdir() if path.is_file() and not is_hidden(path.name))


def natural(name: str) -> list[tuple[int, int, str]]:
    """Return a sort key that reads digits as numbers."""
    parts = re.findall(r"(\d+)|(\D+)", name)
    return [(0, int(digits), "") if digits else (1, 0, text) for digits, text in parts]


def stamp_of(place: Place) -> tuple[int, int]:
    """Return size and time of change of a file, or of the archive that holds it."""
    stat = os.stat(place.archive if isinstance(place, Member) else Path(str(place)))
    return stat.st_size, stat.st_mtime_ns


def bytes_of(place: Place) -> bytes:
    """Return a member as a whole, for readers that jump about in a file.

    Raises
    ------
    InputError
        KU113 ``size`` when it is larger than 1 GB.
    """
    with place.open("rb") as stream:
        data = stream.read(LARGEST_IN_MEMORY + 1)
    if len(data) > LARGEST_IN_MEMORY:
        raise InputError("KU113", file=place.name, problem="size")
    return data


def seekable(place: Place) -> Path | io.BytesIO:
    """Return what readers that jump about in a file can open: the file, or a member's bytes."""
    return io.BytesIO(bytes_of(place)) if isinstance(place, Member) else Path(str(place))
