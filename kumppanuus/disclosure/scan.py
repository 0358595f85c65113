"""The last look at what was written: no identity code, no pseudonym, no raw identifier may stand in any output.

The gate protects numbers; this looks for what should never have come so far at all. A leak is named by file and kind,
never by its value. What cannot be opened counts as a leak.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

import numpy as np

from kumppanuus.disclosure.known import LONGEST_NUMBER, Knows, make_knows
from kumppanuus.disclosure.released import Released, demand
from kumppanuus.disclosure.tokens import (
    PSEUDONYM,
    grouped,
    harmless,
    holds_identity_code,
    is_identity_code,
    long_numbers,
    readable,
    words_of,
)
from kumppanuus.disclosure.unpack import UnreadableError, pieces

__all__ = ["Knows", "Leak", "is_identity_code", "make_knows", "numbers_of", "scan_outputs"]

LeakKind = Literal["identity_code", "pseudonym", "identifier", "unreadable"]

_ROUND, _ROUND_UNKNOWN = 2, 3
"""Most digits before the zeros of a round number, which a text of the study may hold: when it is known which numbers
the report wrote, and when marks of axes must be told by their looks."""


@dataclass(frozen=True, slots=True, order=True)
class Leak:
    """Something that must not be published.

    file : name relative to the folder that was scanned.
    """

    file: str
    kind: LeakKind


def scan_outputs(
    folder: Path,
    *,
    knows: Knows,
    released_numbers: frozenset[str] = frozenset(),
    said: Collection[str] | None = None,
) -> tuple[Leak, ...]:
    """Open every file below `folder` and return what leaks, by file and kind; nothing when all is well.

    Parameters
    ----------
    knows : tells of each text whether it is a pseudonym or the raw value of an identifying column (`make_knows`).
    released_numbers : digits of the published numbers (`numbers_of`), which may look like a client's number.
    said : digits of the numbers that the report itself worked out and wrote in groups (`Say.written`): sums, marks
        of axes. None when they are not known: then what looks like one of ours is let through.
    """
    found = {path.relative_to(folder).as_posix(): _look(path, folder) for path in sorted(folder.rglob("*"))
             if path.is_file()}  # fmt: skip
    places: dict[str, set[str]] = {}
    for name, seen in found.items():
        in_groups = {digits for digits in seen.grouped if not _ours(digits, said)}
        for token in seen.tokens | seen.named | in_groups:
            if not harmless(token, released_numbers):
                places.setdefault(token, set()).add(name)
    in_order = sorted(places)
    known = {token for token, yes in zip(in_order, knows(in_order), strict=True) if yes}
    leaks: set[Leak] = set()
    for name, seen in found.items():
        shown = _masked(name) if seen.named_code or seen.named & known else name
        leaks |= {Leak(shown, kind) for kind in seen.kinds}
        met = (token for token in known if name in places[token])
        leaks |= {Leak(shown, "pseudonym" if PSEUDONYM.fullmatch(token) else "identifier") for token in met}
    return tuple(sorted(leaks))


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


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a file holds.

    kinds : what is a leak for certain.
    tokens : texts to look up. grouped : digits of numbers written in groups.
    named : texts to look up of its own name. named_code : its name holds an identity code.
    """

    kinds: frozenset[LeakKind]
    tokens: frozenset[str]
    grouped: frozenset[str]
    named: frozenset[str]
    named_code: bool


def _look(path: Path, folder: Path) -> _Seen:
    kinds, tokens, in_groups = set[LeakKind](), set[str](), set[str]()
    try:
        for piece in dict.fromkeys(pieces(path.read_bytes())):  # cells of a workbook say the same again and again
            text = readable(piece.text)
            if holds_identity_code(text):
                kinds.add("identity_code")
            tokens.update(long_numbers(text))
            if piece.words:
                tokens.update(words_of(text))
                in_groups.update(grouped(text))
    except UnreadableError:
        kinds.add("unreadable")
    name = path.relative_to(folder).as_posix()
    named_code = holds_identity_code(name)
    if named_code:
        kinds.add("identity_code")
    parts = (name, *(PurePosixPath(part).stem for part in name.split("/")))
    named = {token for part in parts for token in (*words_of(part), *long_numbers(part))}
    return _Seen(frozenset(kinds), frozenset(tokens), frozenset(in_groups), frozenset(named), named_code)


def _masked(name: str) -> str:
    """Return a name that tells where the file lies and of what kind it is, without the name itself."""
    path = PurePosixPath(name)
    return f"{'…/' * (len(path.parts) - 1)}…{path.suffix if path.suffix.isascii() and len(path.suffix) < 6 else ''}"


def _ours(digits: str, said: Collection[str] | None) -> bool:
    """Tell whether the report itself wrote a number in groups.

    Where it is not known what it wrote, published counts are odd multiples of 3 and their sums multiples of 3. A
    text of the study may hold round numbers: few digits before their zeros.
    """
    if len(digits.rstrip("0")) <= (_ROUND_UNKNOWN if said is None else _ROUND):
        return True
    return digits in said if said is not None else len(digits) <= LONGEST_NUMBER and int(digits) % 3 == 0
