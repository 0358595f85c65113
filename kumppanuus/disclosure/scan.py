"""The last look at what was written: no identity code, no pseudonym, no raw identifier may stand in any output.

The gate protects numbers; this looks for what should never have come so far at all. A leak is named by file and kind,
never by its value.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from kumppanuus.disclosure.released import Released, demand
from kumppanuus.disclosure.unpack import pieces

LeakKind = Literal["identity_code", "pseudonym", "identifier"]
Knows = Callable[[Sequence[str]], Sequence[bool]]

SHORTEST = 4
"""Characters of the shortest token that is looked up; shorter ones are everywhere."""
_LONGEST = 80

_CENTURIES = {sign: century for century, signs in ((1800, "+"), (1900, "-YXWVU"), (2000, "ABCDEF")) for sign in signs}
_CHECK_CHARACTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–−", "-"))
_IDENTITY_CODE = re.compile(r"(?<!\d)(\d{6})([-+YXWVUABCDEF])(\d{3})([0-9A-Y])(?![0-9A-Z])", re.IGNORECASE)
_PSEUDONYM = re.compile(r"(?<![\d.,])\d{15,20}(?!\d)|(?<![0-9A-Za-z])[0-9A-Fa-f]{16}(?![0-9A-Za-z])")
_HASH = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{32,}(?![0-9A-Za-z])")
_TOKEN = re.compile(r"[^\W_]+")
_HYPHENATED = re.compile(r"[^\W_]+(?:-[^\W_]+)+")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f"))
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:([ \u00a0\u2009\u202f.,'’])\d{3})(?:\1\d{3})*(?![\d.,]\d|\d)")
_LONGEST_NUMBER = 12
"""Digits of the longest client number whose lost zeros are put back."""
_LEAST_DIGITS = 5
"""Digits a number needs before zeros are put in front of it: shorter ones are everywhere."""
_TICK_DIGITS = 3
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE = re.compile(r"\d{8}|\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True, order=True)
class Leak:
    """Something that must not be published.

    file : name relative to the folder that was scanned.
    """

    file: str
    kind: LeakKind


def scan_outputs(folder: Path, *, knows: Knows, released_numbers: frozenset[str] = frozenset()) -> tuple[Leak, ...]:
    """Open every file below `folder` and return what leaks, by file and kind; nothing when all is well.

    Parameters
    ----------
    knows : tells of each text whether it is a pseudonym or the raw value of an identifying column (`make_knows`).
    released_numbers : digits of the published numbers (`numbers_of`), which may look like a client's number.
    """
    leaks: set[Leak] = set()
    places: dict[str, set[str]] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        found_code, tokens = _look(path)
        if found_code:
            leaks.add(Leak(name, "identity_code"))
        for token in tokens:
            if not _harmless(token, released_numbers):
                places.setdefault(token, set()).add(name)
    tokens_in_order = sorted(places)
    for token, known in zip(tokens_in_order, knows(tokens_in_order), strict=True):
        if known:
            leaks |= {
                Leak(name, "pseudonym" if _PSEUDONYM.fullmatch(token) else "identifier") for name in places[token]
            }
    return tuple(sorted(leaks))


def make_knows(pseudonym: Callable[[str, str], int], domains: Sequence[str], identifiers: np.ndarray) -> Knows:
    """Return a function that tells pseudonyms and raw identifiers, without any raw value being kept.

    Parameters
    ----------
    pseudonym : (raw value, domain) → 64-bit pseudonym under the study's key.
    domains : every domain the register's identifiers were made in.
    identifiers : all pseudonyms of the register, unsigned 64-bit.
    """
    known = frozenset(np.unique(identifiers.astype(np.uint64)).tolist())

    def knows(tokens: Sequence[str]) -> list[bool]:
        return [
            not known.isdisjoint(_numbers(token))
            or any(pseudonym(form, domain) in known for form in _forms(token) for domain in domains)
            for token in tokens
        ]

    return knows


def numbers_of(released: Released) -> frozenset[str]:
    """Return the digits of every published number: rounded down and rounded, and the counts of hidden cells."""
    found = {released.hidden}
    for result in demand(released).results.values():
        found.add(sum(table.hidden for table in result.tables.values()))
        for table in result.tables.values():
            found.add(table.hidden)
            numbers = table.frame.select_dtypes("number").to_numpy(dtype=float).ravel()
            numbers = np.abs(numbers[np.isfinite(numbers)])
            found.update(np.unique(np.concatenate([np.floor(numbers), np.rint(numbers)])).astype(int).tolist())
    return frozenset(str(number) for number in found)


def is_identity_code(text: str) -> bool:
    """Tell whether a text is a Finnish identity code: a date, a century sign, a serial, the right check character.

    Serials 900–999, which are never given to people, count as well: the scan rather stops once too often.

    References
    ----------
    Digital and Population Data Services Agency: personal identity code (century signs extended in 2023).
    """
    found = _IDENTITY_CODE.fullmatch(text.translate(_HYPHENS))
    return found is not None and _valid(found)


def _look(path: Path) -> tuple[bool, set[str]]:
    """Return whether a file holds an identity code, and the tokens to look up."""
    found_code, tokens = False, set[str]()
    for piece in pieces(path.read_bytes()):
        text = _HASH.sub(" ", piece.text.translate(_INVISIBLE))
        found_code = found_code or any(map(_valid, _IDENTITY_CODE.finditer(text.translate(_HYPHENS))))
        tokens.update(_PSEUDONYM.findall(text))
        if piece.words:
            tokens.update(_tokens(text))
    return found_code, tokens


def _tokens(text: str) -> Iterator[str]:
    whole = text.strip()
    if len(whole) <= _LONGEST:
        yield whole
    yield from _TOKEN.findall(text)
    yield from _HYPHENATED.findall(text)
    yield from filter(None, map(_ungrouped, _GROUPED.finditer(text)))


def _ungrouped(found: re.Match[str]) -> str:
    """Return the digits of a number written in groups; nothing for what our own counts and axes look like.

    Published counts are odd multiples of 3 and their sums multiples of 3; marks of an axis and sums of money have few
    digits before their zeros. So of leaked numbers two in three are seen, and no honest one is called a leak.
    """
    digits = "".join(filter(str.isdigit, found[0]))
    ours = int(digits) % 3 == 0 or len(digits.rstrip("0")) <= _TICK_DIGITS
    return "" if ours else digits


def _forms(token: str) -> set[str]:
    """Return how else the raw value may have been written: in capitals or not, with its first zeros."""
    forms = {token, token.upper(), token.lower()}
    if token.isdecimal() and token.isascii():
        bare = token.lstrip("0")
        forms |= {bare} if bare else set()
        if len(bare) >= _LEAST_DIGITS:
            forms |= {bare.zfill(length) for length in range(len(bare), _LONGEST_NUMBER + 1)}
    return forms


def _harmless(token: str, released_numbers: frozenset[str]) -> bool:
    if len(token) < SHORTEST or token in released_numbers or _YEAR.fullmatch(token):
        return True
    return bool(_DATE.fullmatch(token)) and _is_date(token.replace("-", ""))


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


def _numbers(token: str) -> set[int]:
    """Return the 64-bit numbers a token may stand for: decimal, signed decimal, hexadecimal in either byte order."""
    if not _PSEUDONYM.fullmatch(token):
        return set()
    numbers = {int(token), 2**64 - int(token)} if token.isdecimal() else set()
    if len(token) == 16:
        content = bytes.fromhex(token)
        numbers |= {int.from_bytes(content, "big"), int.from_bytes(content, "little")}
    return numbers
