"""Telling pseudonyms and raw identifiers of the register from other texts, without any raw value being kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from kumppanuus.disclosure.tokens import HEX_DIGITS, PSEUDONYM

Knows = Callable[[Sequence[str]], Sequence[bool]]

LONGEST_NUMBER = 12
"""Digits of the longest client number whose lost zeros are put back."""
_LEAST_DIGITS = 5
"""Digits a number needs before zeros are put in front of it: shorter ones are everywhere."""
_PRECISE = ".13e"
"""How exactly programs that know no whole numbers of 64 bits keep a pseudonym, with some room."""


def make_knows(pseudonym: Callable[[str, str], int], domains: Sequence[str], identifiers: np.ndarray) -> Knows:
    """Return a function that tells pseudonyms and raw identifiers, without any raw value being kept.

    Parameters
    ----------
    pseudonym : (raw value, domain) → 64-bit pseudonym under the study's key.
    domains : every domain the register's identifiers were made in.
    identifiers : all pseudonyms of the register, unsigned 64-bit.
    """
    known = frozenset(np.unique(identifiers.astype(np.uint64)).tolist())

    @lru_cache(maxsize=1)
    def roughly() -> frozenset[str]:
        return frozenset(format(float(number), _PRECISE) for each in known for number in (each, 2**64 - each))

    def knows(tokens: Sequence[str]) -> list[bool]:
        return [
            not known.isdisjoint(_numbers(token))
            or (rough != "" and rough in roughly())
            or any(pseudonym(form, domain) in known for form in _forms(token) for domain in domains)
            for token, rough in zip(tokens, map(_roughly, tokens), strict=True)
        ]

    return knows


def _forms(token: str) -> set[str]:
    """Return how else the raw value may have been written: in capitals or not, with its first zeros."""
    forms = {token, token.upper(), token.lower()}
    if token.isdecimal() and token.isascii():
        bare = token.lstrip("0")
        forms |= {bare} if bare else set()
        if len(bare) >= _LEAST_DIGITS:
            forms |= {bare.zfill(length) for length in range(len(bare), LONGEST_NUMBER + 1)}
    return forms


def _roughly(token: str) -> str:
    """Return a long number as programs keep it that know no whole numbers of 64 bits."""
    digits = PSEUDONYM.fullmatch(token) and (token.isdecimal() or "." in token)
    return format(float(token), _PRECISE) if digits else ""


def _numbers(token: str) -> set[int]:
    """Return the 64-bit numbers a token may stand for: decimal, signed decimal, hexadecimal in either byte order."""
    if not PSEUDONYM.fullmatch(token):
        return set()
    numbers = {int(token), 2**64 - int(token)} if token.isdecimal() else set()
    if len(token) == HEX_DIGITS:
        content = bytes.fromhex(token)
        numbers |= {int.from_bytes(content, "big"), int.from_bytes(content, "little")}
    return numbers
