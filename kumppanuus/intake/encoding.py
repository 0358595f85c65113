"""How the bytes of a text file become text, settled before a single record is read.

Detectors guess wrong on short Finnish texts, so nothing is guessed: a byte order mark decides, then strict UTF-8, then
Windows-1252 when all bytes are defined there and the letters are those of the languages we expect, else we ask.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from kumppanuus.errors import InputError
from kumppanuus.intake.places import Place

BLOCK = 32 * 1024 * 1024
UNDECODED = "\ufdd0"
"""Stands for bytes that are no text; a noncharacter, so no extract can hold it by right."""

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_MARKS_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CODECS = {
    "utf-8": "utf-8-sig",
    "windows-1252": "cp1252",
    "iso-8859-15": "iso8859-15",
    "utf-16": "utf-16",
}
_NOTHING_PENDING = (b"", 0)
"""State of a decoder that has passed the byte order mark and waits for no rest of a letter or line end."""
_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = bytes(range(0x80, 0x100))
_UNDEFINED_1252 = b"\x81\x8d\x8f\x90\x9d"
_PLAUSIBLE = "åäöÅÄÖéÉèÈüÜšŠžŽæøÆØßáÁóÓíÍñçëêàôõÕ€–—’‘”“…•´°§½²³±×·©®«»\u00a0".encode("cp1252")
_PLAUSIBLE_SHARE = 0.9
_ONLY_1252 = bytes(range(0x80, 0xA0))
_OF_8859_15 = b"\xa4\xa6\xa8\xb8"
"""The euro sign and the letters Š, š and ž of ISO-8859-15, which are ¤, ¦, ¨ and ¸ in Windows-1252."""
_OF_DOS = b"\x84\x86\x94"
"""The letters ä, å and ö of the code pages of DOS, which are „, † and ” in Windows-1252."""
_NORDIC = "åäöÅÄÖ“".encode("cp1252")


@dataclass(frozen=True, slots=True)
class Encoded:
    """What one pass over the bytes tells: their SHA-256 and the Python codec that reads them."""

    sha256: str
    codec: str


def survey(path: Place, encoding: str) -> Encoded:
    """Hash the file and settle its codec.

    Raises
    ------
    InputError
        KU102 when it is empty, KU103 when `encoding` is ``auto`` and no encoding is plausible.
    """
    digest, valid = hashlib.sha256(), _Utf8Check()
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(0)
        codec = next((name for mark, name in _MARKS if start.startswith(mark)), _CODECS.get(encoding))
        if codec == "utf-16" and not start.startswith(_MARKS_UTF16):
            codec = "utf-16-be" if start[:1] == b"\x00" else "utf-16-le"
        if codec is None and b"\x00" in start:  # two bytes a letter without a mark: strict UTF-8 would take it
            raise InputError("KU103", file=path.name)
        while block := file.read(BLOCK):
            digest.update(block)
            if codec is None:
                valid.add(block)
    if not start:
        raise InputError("KU102", file=path.name)
    if codec is None:
        codec = "utf-8-sig" if valid.finished() else _high_bytes(path).codec(path.name)
    return Encoded(digest.hexdigest(), codec)


def _high_bytes(path: Place) -> _HighBytes:
    high = _HighBytes()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            high.add(block)
    return high


def text_blocks(path: Place, codec: str, block: int | None = None) -> Iterator[bytes]:
    r"""Yield the file as UTF-8 with ``\n`` line ends, in big blocks; bytes that are no text become `UNDECODED`."""
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(codec)("kumppanuus.mark"), translate=True)
    with path.open("rb") as file:
        while data := file.read(block or BLOCK):
            as_is = codec == "utf-8-sig" and decoder.getstate() == _NOTHING_PENDING and _is_clean(data)
            yield data if as_is else decoder.decode(data).encode()
        yield decoder.decode(b"", final=True).encode()


def _is_clean(data: bytes) -> bool:
    """Tell whether bytes are UTF-8 from end to end, with the line ends that we use."""
    return b"\r" not in data and is_utf8(data)


def is_utf8(data: bytes) -> bool:
    """Tell whether bytes are strict UTF-8; Arrow looks at them four times faster than a codec decodes them."""
    ends = pa.py_buffer(np.array([0, len(data)], np.int32))
    try:
        pa.Array.from_buffers(pa.string(), 1, [None, ends, pa.py_buffer(data)]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _mark(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return UNDECODED, error.end


codecs.register_error("kumppanuus.mark", _mark)


class _Utf8Check:
    """Strict UTF-8, block by block; a letter cut by the end of a block waits for the next one."""

    def __init__(self) -> None:
        self._rest = b""
        self._good = True

    def add(self, block: bytes) -> None:
        if self._good:
            data = self._rest + block
            cut = _whole_letters(data)
            self._good, self._rest = is_utf8(data[:cut]), data[cut:]

    def finished(self) -> bool:
        return self._good and is_utf8(self._rest)


def _whole_letters(data: bytes) -> int:
    """Return where to cut so that no letter is cut: before the last byte that begins one of several bytes."""
    for back in range(1, min(4, len(data)) + 1):
        if data[-back] & 0xC0 == 0xC0:
            return len(data) - back
        if data[-back] < 0x80:
            break
    return len(data)


class _HighBytes:
    """Counts of bytes above ASCII: as UTF-8 sequences, as letters of Windows-1252, as nothing at all."""

    def __init__(self) -> None:
        self.all = self.in_sequences = self.plausible = self.undefined = self.windows = self.latin_9 = 0
        self.dos = self.nordic = 0

    def add(self, block: bytes) -> None:
        if block.isascii():
            return
        self.all += _how_many(block, _HIGH)
        self.plausible += _how_many(block, _PLAUSIBLE)
        self.undefined += _how_many(block, _UNDEFINED_1252)
        self.windows += _how_many(block, _ONLY_1252)
        self.latin_9 += _how_many(block, _OF_8859_15)
        self.dos += _how_many(block, _OF_DOS)
        self.nordic += _how_many(block, _NORDIC)
        self.in_sequences += sum(len(found) for found in _UTF8_SEQUENCE.findall(block))

    def codec(self, file: str) -> str:
        """Return the codec of a file that is not UTF-8 from end to end."""
        if 2 * self.in_sequences > self.all:  # UTF-8 with some foreign lines, which are put aside one by one
            return "utf-8-sig"
        other = (self.latin_9 and not self.windows) or (self.dos and not self.nordic)
        if not self.undefined and not other and self.plausible >= _PLAUSIBLE_SHARE * self.all:
            return "cp1252"
        raise InputError("KU103", file=file)


def _how_many(block: bytes, chosen: bytes) -> int:
    return len(block) - len(block.translate(None, chosen))
