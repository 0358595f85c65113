"""Opening written files: every text a reader, a program or a curious person could take out of them.

Formats are known by their first bytes, not by their names; what is inside is opened in the same way (a workbook is a
zip of XML, a page may carry a picture or a workbook as a data address).
"""

from __future__ import annotations

import base64
import binascii
import io
import json
import re
import tomllib
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

DEEPEST = 6
"""Files within files: one level more than any output of ours has."""

_PNG = b"\x89PNG\r\n\x1a\n"
_FONTS = (b"wOFF", b"wOF2", b"OTTO", b"\x00\x01\x00\x00", b"true")
_DATA = re.compile(r"data:(?P<type>[\w./+-]*)(?:;[\w-]+=[\w.-]+)*(?P<base64>;base64)?,(?P<body>[^\s\"'<>)]*)")
_GEOMETRY = re.compile(r"\b(?:d|points|transform|viewBox)=(?:\"[^\"]*\"|'[^']*')")
_PLACES = ("x", "y", "x1", "x2", "y1", "y2", "dx", "dy", "cx", "cy", "r", "rx", "ry", "width", "height", "offset")
_SHAPES = ("d", "points", "transform", "viewbox", "xmlns", "colspan", "rowspan", "tabindex")
_LOOKS = ("fill", "stroke", "style", "stroke-width", "stroke-dasharray", "stroke-dashoffset", "font-size")
_DRAWN = frozenset((*_PLACES, *_SHAPES, *_LOOKS))
"""Attributes that say where and how something is drawn, never what it is."""
_PERCENT_WRITTEN = re.compile(r"[\w.~-]*(?:%[0-9A-Fa-f]{2}[\w.~-]*)+")
_INLINE_HTML = ("a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "mark", "q", "s", "small", "span")
_INLINE_REST = ("strong", "sub", "sup", "time", "tspan", "u", "wbr")
_INLINE_OFFICE = ("r", "t", "rpr", "sz", "color", "rfont", "family", "scheme", "vertalign", "a:r", "a:t", "a:rpr")
_INLINE = frozenset((*_INLINE_HTML, *_INLINE_REST, *_INLINE_OFFICE))
"""Elements that a reader does not see: what stands on both sides of one reads as one word."""
_CELL_END = re.compile(r"[;,\t|\n]")
_SAMPLE = 4096
_AMOUNT = re.compile(r"[-+\d.,:eE%]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A text found in a file.

    words : it is the content of an element, attribute, cell or value, so its tokens mean something; otherwise it is
        the file as it stands, where only unmistakable patterns are looked for.
    """

    text: str
    words: bool


def pieces(content: bytes, depth: int = 0) -> Iterator[Piece]:
    """Yield the texts of a file and of the files inside it; fonts, pixels and geometry are left out."""
    if depth > DEEPEST or content.startswith(_FONTS):
        return
    if content.startswith(_PNG):
        yield from _of_picture(content, depth)
    elif content.startswith(b"PK") and zipfile.is_zipfile(io.BytesIO(content)):
        yield from _of_archive(content, depth)
    else:
        yield from _of_text(_decoded(content), depth)


def _of_archive(content: bytes, depth: int) -> Iterator[Piece]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        yield Piece(_decoded(archive.comment), words=True)
        for entry in archive.infolist():
            yield Piece(entry.filename, words=True)
            yield Piece(_decoded(entry.comment), words=True)
            yield from pieces(archive.read(entry), depth + 1)


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
        yield from _of_markup(bare)
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


def _of_markup(text: str) -> Iterator[Piece]:
    reader = _Markup(office="schemas.openxmlformats.org" in text[:2000])
    reader.feed(text)
    reader.close()
    yield from (Piece(found, words=True) for found in reader.found)


class _Markup(HTMLParser):
    """Collects the texts and attributes of HTML, SVG and the XML of workbooks."""

    def __init__(self, office: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.office = office
        self.found: list[str] = []
        self._open = ""
        self._shared = False
        self._run: list[str] = []

    def close(self) -> None:
        super().close()
        self._end_run()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open = tag
        if tag not in _INLINE:
            self._end_run()
        if tag == "c":  # a cell of type "s" holds the place of its text in a list, not a number
            self._shared = ("t", "s") in attrs
        for name, value in attrs:
            drawn = name in _DRAWN or name.startswith("xmlns")
            if value and not drawn and not (self.office and _AMOUNT.fullmatch(value)):
                self.found.append(value)

    def handle_endtag(self, tag: str) -> None:
        self._open = ""
        if tag not in _INLINE:
            self._end_run()

    def _end_run(self) -> None:
        """Add what stands in several elements but reads as one text."""
        if len(self._run) > 1:
            self.found.append("".join(self._run))
        self._run.clear()

    def handle_data(self, data: str) -> None:
        if self._open != "style" and not (self.office and self._open == "v" and self._shared) and data.strip():
            self.found.append(data)
            self._run.append(data)

    def handle_comment(self, data: str) -> None:
        self.found.append(data)

    def handle_pi(self, data: str) -> None:
        self.found.append(data)

    def handle_decl(self, decl: str) -> None:
        self.found.append(decl)


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
