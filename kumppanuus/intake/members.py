"""Members of ZIP archives, which are read as streams and never unpacked: raw identifiers reach no temporary file."""

from __future__ import annotations

import io
import lzma
import os
import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, Literal

from kumppanuus.errors import InputError
from kumppanuus.intake.safety import safe_reading

ARCHIVES = (".zip",)
LARGEST_TOTAL = 50 * 1024**3
SMALL_TOTAL = 50 * 1024**2
LARGEST_RATIO = 150
MOST_MEMBERS = 10_000
_ENCRYPTED = 0x1
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, NotImplementedError, EOFError, OSError, ValueError,
    RuntimeError, OverflowError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside a ZIP archive.

    inner : its path in the archive, with slashes.
    entry : the same as the archive itself writes it.
    """

    archive: Path
    inner: PurePosixPath
    entry: str

    @property
    def name(self) -> str:
        """Name without its folder."""
        return self.inner.name

    @property
    def stem(self) -> str:
        """Name without its ending."""
        return self.inner.stem

    @property
    def suffix(self) -> str:
        """Ending of the name with its dot."""
        return self.inner.suffix

    @property
    def parent(self) -> Path | PurePosixPath:
        """Folder in the archive, or the archive."""
        return self.inner.parent if self.inner.parent.name else self.archive

    def open(self, mode: Literal["rb"] = "rb", /) -> BinaryIO:
        """Open the member as a stream; the archive is closed with it.

        Raises
        ------
        InputError
            KU113 when the archive is damaged.
        """
        with _damage_told(self.archive.name):
            archive = zipfile.ZipFile(self.archive)
            try:
                return _Stream(archive, self.entry)
            except BaseException:
                archive.close()
                raise


class _Stream(io.BufferedReader):
    """A member's bytes; closes its archive, and says in our words when it turns out to be damaged."""

    def __init__(self, archive: zipfile.ZipFile, entry: str) -> None:
        self._archive = archive
        super().__init__(_Raw(archive.open(entry), Path(str(archive.filename)).name), 1 << 20)

    def close(self) -> None:
        super().close()
        self._archive.close()


class _Raw(io.RawIOBase):
    def __init__(self, stream: IO[bytes], archive: str) -> None:
        self._stream, self._name = stream, archive

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        with _damage_told(self._name):
            data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        with _damage_told(self._name):
            return int(self._stream.seek(offset, whence))

    def tell(self) -> int:
        return int(self._stream.tell())

    def close(self) -> None:
        self._stream.close()
        super().close()


def is_hidden(name: str) -> bool:
    """Tell hidden files, and those that a spreadsheet program keeps beside an open workbook."""
    return name.startswith((".", "~$"))


def archive_at(folder: Path) -> tuple[Path, str] | None:
    """Return the ZIP archive that `folder` is or lies in, and the way from there; None for a real folder."""
    for place in (folder, *folder.parents):
        if place.suffix.lower() in ARCHIVES and place.is_file():
            inside = folder.relative_to(place).as_posix()
            return place, "" if inside == "." else inside
    return None


def members_of(archive: Path, inside: str = "") -> list[Member]:
    """Return the files of an archive, after a look at what it would unfold to.

    Parameters
    ----------
    inside : a folder of the archive; empty for all of it.

    Raises
    ------
    InputError
        KU113 with the problem: ``unreadable``, ``password``, ``size``, ``ratio``, ``names`` or ``duplicate``.
    """
    with safe_reading(archive.name), _damage_told(archive.name), zipfile.ZipFile(archive) as opened:
        entries = [entry for entry in opened.infolist() if not entry.is_dir()]
    _check_entries(entries, archive.name)
    members = [Member(archive, _inner(entry, archive.name), entry.filename) for entry in entries]
    if len({unicodedata.normalize("NFC", str(member.inner)).casefold() for member in members}) < len(members):
        raise InputError("KU113", file=archive.name, problem="duplicate")
    shown = [each for each in members if not is_hidden(each.name) and "__MACOSX" not in each.inner.parts]
    return [each for each in shown if not inside or each.inner.is_relative_to(inside)]


def _check_entries(entries: list[zipfile.ZipInfo], file: str) -> None:
    total, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
    if total > LARGEST_TOTAL or len(entries) > MOST_MEMBERS:
        raise InputError("KU113", file=file, problem="size")
    if total > SMALL_TOTAL and total > LARGEST_RATIO * max(packed, 1):
        raise InputError("KU113", file=file, problem="ratio")
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise InputError("KU113", file=file, problem="password")


def _inner(entry: zipfile.ZipInfo, file: str) -> PurePosixPath:
    """Return the path of an entry; programs for Windows have written backslashes."""
    text = entry.filename.replace("\\", "/")
    inner = PurePosixPath(text)
    strange = any(unicodedata.category(letter).startswith("C") for letter in entry.orig_filename)
    if strange or inner.is_absolute() or ".." in inner.parts or re.match("[A-Za-z]:", text):
        raise InputError("KU113", file=file, problem="names")
    return inner


@contextmanager
def _damage_told(file: str) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, PermissionError, IsADirectoryError):
        raise
    except _DAMAGED:
        raise InputError("KU113", file=file, problem="unreadable") from None
