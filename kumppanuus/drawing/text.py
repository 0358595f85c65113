"""Measured text: widths, cutting, balanced lines, and spreading labels along one axis. Lengths in points."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from kumppanuus.drawing.fonts import advance

ELLIPSIS = "…"
_UNPRINTABLE = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")
# A line must not begin with these: the space before them does not break.
_GLUED = ("–", "%", "·", "€", "→", "≥", "≤", "/")
# A number stays with the short word before it: "noin 45", "about 45", "(ca 45".
_SHORT_WORD = re.compile(r"(?:^|[ (])[^\W\d]{1,6} $")
_TOGETHER = re.compile(r"ps|[tsk]j|[pbtdkgf]r|[pbkgf]l", re.IGNORECASE)
_SYLLABLE = re.compile(rf"(?<=[^\W\d])(?=(?:{_TOGETHER.pattern}|[^\W\d_aeiouyåäö])[aeiouyåäö])", re.IGNORECASE)
_SLACK = 1e-6
_SAFETY = 1.01
"""Rasterised glyphs are up to a hundredth wider than their advances."""


def printable(string: str) -> str:
    """The string on one line, without characters that XML or a font cannot carry; no-break spaces are kept."""
    return _UNPRINTABLE.sub(" ", string).strip(" ")


@lru_cache(maxsize=8192)
def width(string: str, size: float, bold: bool = False) -> float:
    """Width of a string in points, by the sum of the advances of its glyphs (no kerning: never too narrow)."""
    return sum(advance(character, bold) for character in string) * size * _SAFETY


def widest(strings: Sequence[str], size: float, bold: bool = False) -> float:
    """Width of the widest string in points; 0 when there is none."""
    return max((width(string, size, bold) for string in strings), default=0.0)


def cut(string: str, limit: float, size: float, bold: bool = False) -> str:
    """The string, ended by an ellipsis where it would be wider than ``limit``."""
    string = printable(string)
    if width(string, size, bold) <= limit + _SLACK:
        return string
    low, high = 0, len(string)
    while low < high:
        middle = (low + high + 1) // 2
        if width(string[:middle].rstrip() + ELLIPSIS, size, bold) <= limit:
            low = middle
        else:
            high = middle - 1
    return string[:low].rstrip(" \u00a0-–,(") + ELLIPSIS


def hyphenated(string: str, limit: float, size: float, bold: bool = False) -> str:
    """The string with a hyphen inside every word wider than the limit, so that `wrap` can break the word there.

    A word is divided before a consonant that a vowel follows, which is where a Finnish syllable begins and seldom
    wrong in Swedish or English, as late as the limit allows; each part has at least three letters.
    """
    return " ".join(_hyphenated(word, limit, size, bold) for word in printable(string).split(" "))


def _hyphenated(word: str, limit: float, size: float, bold: bool) -> str:
    if width(word, size, bold) <= limit + _SLACK:
        return word
    syllables = [match.start() for match in _SYLLABLE.finditer(word) if 3 <= match.start() <= len(word) - 3]
    whole = [at for at in syllables if not _TOGETHER.fullmatch(word[at - 1 : at + 1])]
    fitting = [at for at in whole if width(f"{word[:at]}-", size, bold) <= limit + _SLACK]
    if not fitting:
        return word
    return f"{word[: fitting[-1]]}-{_hyphenated(word[fitting[-1] :], limit, size, bold)}"


def _pieces(string: str) -> list[str]:
    """The parts between which a line may end; a part keeps the space or hyphen that follows it."""
    parts = [part for part in re.split(r"(?<= )|(?<=[^\W\d]-)(?=[^\W\d])|(?<=/)(?=\D)", printable(string)) if part]
    pieces: list[str] = []
    for part in parts:
        glued = part.startswith(_GLUED) or (part[0].isdigit() and bool(pieces and _SHORT_WORD.search(pieces[-1])))
        if pieces and pieces[-1].endswith(" ") and glued:
            pieces[-1] += part
        else:
            pieces.append(part)
    return pieces


def _filled(pieces: list[str], limit: float, size: float, bold: bool) -> list[str]:
    """Lines filled one after another, none wider than the limit unless one piece is."""
    lines: list[str] = []
    for piece in pieces:
        if lines and width((lines[-1] + piece).rstrip(" "), size, bold) <= limit + _SLACK:
            lines[-1] += piece
        else:
            lines.append(piece)
    return [line.rstrip(" ") for line in lines]


@lru_cache(maxsize=2048)
def wrap(
    string: str, limit: float, size: float, bold: bool = False, most: int = 2, balanced: bool = True
) -> tuple[str, ...]:
    """Lines none wider than ``limit``, of like length when `balanced`, else each as full as it gets.

    Parameters
    ----------
    string : the text; breaks at spaces, and after hyphens and slashes inside words, never before a dash or a unit.
    limit : widest line.
    size, bold : the type.
    most : most lines; what does not fit is replaced by an ellipsis.

    Returns
    -------
    At least one line (an empty one for an empty string).
    """
    pieces = _pieces(string)
    lines = _filled(pieces, limit, size, bold)
    if len(lines) > most:
        kept = lines[: most - 1]
        rest = " ".join(lines[most - 1 :])
        return tuple(cut(line, limit, size, bold) for line in [*kept, rest])
    low, high = 0.0, limit
    for _ in range(12 if balanced else 0):  # the narrowest limit with as many lines: about a quarter of a point
        middle = (low + high) / 2
        narrower = _filled(pieces, middle, size, bold)
        if len(narrower) <= len(lines) and widest(narrower, size, bold) <= middle:
            high, lines = middle, narrower
        else:
            low = middle
    return tuple(cut(line, limit, size, bold) for line in lines) or ("",)


def spread(
    wanted: Sequence[float], lengths: Sequence[float], low: float, high: float, order_by: Sequence[float] | None = None
) -> list[float]:
    """Centres of labels moved as little as possible so that none overlap.

    Parameters
    ----------
    wanted : where each centre would like to be.
    lengths : room each label takes along the axis.
    low, high : ends of the axis; labels that need more room than there is are packed from ``low`` on.
    order_by : what the labels are ordered by along the axis; None = by their wishes.

    Returns
    -------
    One centre per label in the order given. Ties keep the order given.
    """
    ranks = wanted if order_by is None else order_by
    order = sorted(range(len(wanted)), key=lambda index: (ranks[index], index))
    # Shift out the lengths: without overlap means the shifted starts do not decrease (least squares, pooled).
    offsets: list[float] = []
    room = 0.0
    for index in order:
        offsets.append(room)
        room += lengths[index]
    pools: list[tuple[float, int]] = []
    for place, index in enumerate(order):
        pools.append((wanted[index] - lengths[index] / 2 - offsets[place], 1))
        while len(pools) > 1 and pools[-2][0] >= pools[-1][0]:
            (mean, count), (other, more) = pools.pop(), pools.pop()
            pools.append(((mean * count + other * more) / (count + more), count + more))
    starts = [start for start, count in pools for _ in range(count)]
    centres = [0.0] * len(order)
    for place, index in enumerate(order):
        start = max(min(starts[place], high - room), low)
        centres[index] = start + offsets[place] + lengths[index] / 2
    return centres
