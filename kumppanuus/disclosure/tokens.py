"""What is looked for in written texts: identity codes, pseudonyms, and texts that may be raw values of identifiers."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

SHORTEST = 4
"""Characters of the shortest token that is looked up; shorter ones are everywhere."""
_LONGEST = 80

_CENTURIES = {sign: century for century, signs in ((1800, "+"), (1900, "-YXWVU"), (2000, "ABCDEF")) for sign in signs}
_CHECK_CHARACTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_HYPHENS = "‐‑‒–−"
_IDENTITY_CODE = re.compile(r"(?<!\d)(\d{6})([-+YXWVUABCDEF])(\d{3})([0-9A-Y])(?![0-9A-Z])", re.IGNORECASE)
PSEUDONYM = re.compile(
    r"(?<!\d)\d{15,20}(?!\d)"
    r"|(?<![\d.])\d\.\d{12,17}[eE]\+?1[4-9](?!\d)"
    r"|(?:(?<![0-9A-Za-z])|(?<=\b0x))[0-9A-Fa-f]{16}(?![0-9A-Za-z])"
)
"""A number of 64 bits: in full, rounded by programs that know only floats, or in hexadecimal."""
_IN_PSEUDONYM = re.compile(r"[\dA-Fa-f]{12}")
"""Stands in every `PSEUDONYM`; most texts have none and are done with it sooner."""
_HASH = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{32,}(?![0-9A-Za-z])")
HEX_DIGITS = 16
"""Of one pseudonym."""
_HYPHENATED = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_WORD = re.compile(r"([^\W\d_][^\W_]*(?:[-'’.][^\W_]+)*)")
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f"
_GROUPED = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:([ \u00a0\u2009\u202f.,'’])\d{3})(?:\1\d{3})*(?![\d.,]\d|\d)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE = re.compile(r"\d{8}|\d{4}-\d\d-\d\d")


def readable(text: str) -> str:
    """Return a text without the characters nobody sees."""
    return _replaced(text, _INVISIBLE, "")


def is_identity_code(text: str) -> bool:
    """Tell whether a text is a Finnish identity code: a date, a century sign, a serial, the right check character.

    Serials 900–999, which are never given to people, count as well: the scan rather stops once too often.

    References
    ----------
    Digital and Population Data Services Agency: personal identity code (century signs extended in 2023).
    """
    found = _IDENTITY_CODE.fullmatch(_replaced(text, _HYPHENS, "-"))
    return found is not None and _valid(found)


def holds_identity_code(text: str) -> bool:
    """Tell whether an identity code stands in a text; hashes, which may look like anything, are left out."""
    return any(map(_valid, _IDENTITY_CODE.finditer(_replaced(_HASH.sub(" ", text), _HYPHENS, "-"))))


def long_numbers(text: str) -> Iterator[str]:
    """Yield what may be a pseudonym; of a longer row of hexadecimal digits its parts as well."""
    if _IN_PSEUDONYM.search(text) is None:
        return
    yield from PSEUDONYM.findall(_HASH.sub(" ", text))
    for row in _HASH.findall(text):
        yield from (row[start : start + HEX_DIGITS] for start in range(0, len(row) - HEX_DIGITS + 1, HEX_DIGITS))


def words_of(text: str) -> Iterator[str]:
    """Yield what may be the raw value of an identifier: the whole text, its words, words joined by hyphens, names.

    A name is two or three words as they stand in the text.
    """
    text = _HASH.sub(" ", text)
    whole = text.strip()
    if len(whole) <= _LONGEST:
        yield whole
    for joined in set(_HYPHENATED.findall(text)):
        yield joined
        yield from joined.split("-")
    yield from _names(text)


def _names(text: str) -> Iterator[str]:
    """Yield two and three words in a row with what stands between them, where a name could look like that."""
    parts = _WORD.split(text)  # what stands between, a word, what stands between, a word …
    for count in (3, 5):
        names = set(map("".join, zip(*(parts[start::2] for start in range(1, count + 1)), strict=False)))
        yield from (" ".join(name.split()) for name in names if len(name) <= _LONGEST)


def grouped(text: str) -> Iterator[str]:
    """Yield the digits of numbers written in groups."""
    for found in _GROUPED.finditer(_HASH.sub(" ", text)):
        yield "".join(filter(str.isdigit, found[0]))


def harmless(token: str, released_numbers: frozenset[str]) -> bool:
    """Tell whether a token may stand anywhere: short, a published number, a year, a date of the calendar."""
    if len(token) < SHORTEST or token in released_numbers or _YEAR.fullmatch(token):
        return True
    return bool(_DATE.fullmatch(token)) and _is_date(token.replace("-", ""))


def _replaced(text: str, characters: str, by: str) -> str:
    """Return a text with some characters, none of them ASCII, replaced."""
    for character in () if text.isascii() else characters:
        text = text.replace(character, by)
    return text


def _is_date(digits: str) -> bool:
    """Tell whether eight digits are a day of 1900–2099, year first or day first."""
    for year, month, day in ((digits[:4], digits[4:6], digits[6:]), (digits[4:], digits[2:4], digits[:2])):
        if _YEAR.fullmatch(year) and _exists(int(year), int(month), int(day)):
            return True
    return False


def _exists(year: int, month: int, day: int) -> bool:
    try:
        datetime.date(year, month, day)
    except ValueError:
        return False
    return True


def _valid(found: re.Match[str]) -> bool:
    born, sign, serial, check = found.groups()
    if _CHECK_CHARACTERS[int(born + serial) % 31] != check.upper():
        return False
    return _exists(_CENTURIES[sign.upper()] + int(born[4:]), int(born[2:4]), int(born[:2]))
