"""Opening written files: every text a reader, a program or a curious person could take out of them.

Formats are known by their first bytes, not by their names; what is inside is opened in the same way (a workbook is a
zip of XML, a page may carry a picture or a workbook as a data address).
"""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import json
import re
import tomllib
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from kumppanuus.disclosure.markup import texts_of

DEEPEST = 6
"""Files within files: one level more than any output of ours has. What lies deeper is refused, not passed over."""

_PNG = b"\x89PNG\r\n\x1a\n"
_FONTS = (b"wOFF\x00\x01\x00\x00", b"wOFFOTTO", b"wOF2\x00\x01\x00\x00", b"wOF2OTTO", b"\x00\x01\x00\x00", b"OTTO\x00")
"""Beginnings of fonts; the word alone would not do, Otto is a name."""
_ZIP, _GZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"), b"\x1f\x8b"
_SHUT = (b"%PDF", b"7z\xbc\xaf", b"\xfd7zXZ", b"BZh", b"Rar!", b"(\xb5/\xfd")
"""Files whose texts are packed in ways that are not opened here; none of ours is one."""
_LATIN, _DASHES = rb"[\x20-\x7e\xa0-\xff]", rb"[\x10-\x15]\x20|\x12\x22"
_WIDE = (
    re.compile(rb"(?:%b\x00|%b){4,}" % (_LATIN, _DASHES)),
    re.compile(rb"(?:\x00%b|\x20[\x10-\x15]|\x22\x12){4,}" % _LATIN),
)
"""Latin letters and dashes, two bytes each, the lower byte first and last."""
_DATA = re.compile(r"data:(?P<type>[\w./+-]*)(?:;[\w-]+=[\w.-]+)*(?P<base64>;base64)?,(?P<body>[^\s\"'<>)]*)")
_GEOMETRY = re.compile(r"\b(?:d|points|transform|viewBox)=(?:\"[^\"]*\"|'[^']*')")
_PERCENT_WRITTEN = re.compile(r"(?<![\w.~-])[\w.~-]*(?:%[0-9A-Fa-f]{2}[\w.~-]*)+")
"""From the beginning of its word on, so that no word is tried once from each of its letters."""
_CELL_END = re.compile(r"[;,\t|\n]")
_SAMPLE = 4096


class UnreadableError(Exception):
    """A file, or one inside it, that cannot be opened: nobody can say that nothing leaks from it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A text found in a file.

    words : it is the content of an element, attribute, cell or value, so its tokens mean something; otherwise it is
        the file as it stands, where only unmistakable patterns are looked for.
    """

    text: str
    words: bool


def pieces(content: bytes, depth: int = 0) -> Iterator[Piece]:
    """Yield the texts of a file and of the files inside it; fonts, pixels and geometry are left out.

    Raises
    ------
    UnreadableError
        When something in it cannot be opened: damaged, locked, packed in an unknown way, or too deep inside.
    """
    if content.startswith(_FONTS):
        return
    if depth > DEEPEST or content.startswith(_SHUT):
        raise UnreadableError
    if content.startswith(_PNG):
        yield from _of_picture(content, depth)
    elif content.startswith(_ZIP):
        yield from _of_archive(content, depth)
    elif content.startswith(_GZIP):
        yield from pieces(_inflated(content), depth + 1)
    else:
        yield from _of_text(_decoded(content), depth)
        yield from _of_wide(content)


def _inflated(content: bytes) -> bytes:
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        raise UnreadableError from None


def _of_wide(content: bytes) -> Iterator[Piece]:
    """Yield texts of two bytes a letter that stand inside a file of another kind."""
    if b"\0" in content:
        for pattern, order in zip(_WIDE, ("utf-16-le", "utf-16-be"), strict=True):
            yield from (Piece(found.decode(order), words=True) for found in pattern.findall(content))


def _of_archive(content: bytes, depth: int) -> Iterator[Piece]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [(entry, archive.read(entry)) for entry in archive.infolist()]
            note = archive.comment
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError):
        raise UnreadableError from None
    yield Piece(_decoded(note), words=True)
    for entry, inside in entries:
        yield Piece(entry.filename, words=True)
        yield Piece(_decoded(entry.comment), words=True)
        yield from pieces(inside, depth + 1)


def _of_picture(content: bytes, depth: int) -> Iterator[Piece]:
    """Yield the text chunks of a PNG, and whatever was hung behind its end."""
    place = len(_PNG)
    while place + 12 <= len(content):
        length, kind = int.from_bytes(content[place : place + 4]), content[place + 4 : place + 8]
        body, place = content[place + 8 : place + 8 + length], place + 12 + length
        if kind in (b"tEXt", b"iTXt", b"zTXt", b"eXIf"):
            for part in _chunk_parts(kind, body):
                yield from _of_text(_decoded(part), depth + 1)
        if kind == b"IEND":
            break
    if content[place:]:
        yield from pieces(content[place:], depth + 1)


def _chunk_parts(kind: bytes, body: bytes) -> Iterator[bytes]:
    yield from body.split(b"\0")
    for start in (position + 1 for position, byte in enumerate(body[:400]) if byte == 0):
        try:  # compressed text stands behind the keyword and one or more zero bytes
            yield zlib.decompress(body[start:])
        except zlib.error:
            continue


def _of_text(text: str, depth: int) -> Iterator[Piece]:
    yield from _of_data(text, depth)
    bare = _DATA.sub(" ", text)
    yield Piece(_GEOMETRY.sub(" ", bare), words=False)
    yield from (Piece(urllib.parse.unquote(found), words=True) for found in _PERCENT_WRITTEN.findall(bare))
    start = bare.lstrip()[:1]
    if start == "<":
        yield from (Piece(found, words=True) for found in texts_of(bare))
        return
    values = _values(bare) if (start and start in '{["') or "=" in bare else None
    if values is None:
        cells = [cell.strip(" \"'") for cell in _CELL_END.split(bare)]
        values = [*cells, *bare.splitlines()]
    yield from (Piece(value, words=True) for value in values)


def _of_data(text: str, depth: int) -> Iterator[Piece]:
    """Open files that stand in the text as data addresses."""
    for found in _DATA.finditer(text):
        if not found["base64"]:
            yield from pieces(urllib.parse.unquote_to_bytes(found["body"]), depth + 1)
            continue
        try:
            content = base64.b64decode(urllib.parse.unquote(found["body"]) + "==")
        except (binascii.Error, ValueError):
            continue
        yield from pieces(content, depth + 1)


def _values(text: str) -> list[str] | None:
    """Return keys and values of JSON or TOML as texts, or None when it is neither."""
    try:
        return list(_flat(json.loads(text, parse_int=str, parse_float=str)))
    except ValueError:
        pass
    try:
        return list(_flat(tomllib.loads(text)))
    except tomllib.TOMLDecodeError:
        return None


def _flat(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield str(name)
            yield from _flat(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _flat(inner)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def _decoded(content: bytes) -> str:
    """Return bytes as text: by byte order mark, by its zeros, as UTF-8, else each byte as a letter: nothing is lost."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\0" in content[:_SAMPLE] and len(content) % 2 == 0:  # every other byte of plain text in UTF-16 is 0
        zeros = [content[start:_SAMPLE:2].count(0) for start in (0, 1)]
        if max(zeros) * 3 > len(content[:_SAMPLE]) > 0:
            return content.decode("utf-16-be" if zeros[0] > zeros[1] else "utf-16-le", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")
