"""The texts of code columns: which may be written down, and what codes they get."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from kumppanuus.intake.draft import SourceDraft
from kumppanuus.intake.forms import IDENTITY_CODE, NUMBER
from kumppanuus.intake.vocabulary import vocabulary

MOST_TEXTS, FEWEST_ROWS, LONGEST_TEXT, LONGEST_CODE = 60, 2, 80, 40
"""A column of codes has at most 60 texts; a text of one single row, or a long one, could tell of a person."""


@dataclass(frozen=True, slots=True)
class ValueDraft:
    """What the texts of a code column mean.

    codes : text → code.
    unknown : texts without a code.
    rare : number of texts left out because each stands on one row only.
    written : False when the texts must not be written down.
    """

    codes: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    rare: int = 0
    written: bool = True


def meaning_of(source: SourceDraft, column: str, catalogue: Mapping[str, str] | None) -> ValueDraft:
    """Return what the texts of a column of a source mean.

    Parameters
    ----------
    catalogue : text → code of the services or areas of all sources; None for columns with codes of their own.
    """
    counts = written_texts(source, column)
    closed = vocabulary().codes.get(column)
    known = _known(source, column, closed) if closed else {}
    if counts is None:
        return ValueDraft(known, written=False)
    texts = [str(text) for text in counts.index]
    if closed is not None:
        return ValueDraft(known, tuple(text for text in texts if text not in known))
    if catalogue is None:
        codes = dict(sorted(codebook([counts]).items()))
    else:  # what was not looked at may hold texts that other files showed
        codes = {text: catalogue[text] for text in (texts if source.whole else sorted(catalogue))}
    return ValueDraft(codes, rare=len(set(_texts(source, column)) - set(codes)))


def written_texts(source: SourceDraft, column: str) -> pd.Series | None:
    """Return the texts of a code column with the number of their rows, or None when they must not be written down.

    They must not when they are many, or when one of them looks like a number or an identity code. Texts of a single
    row are left out.
    """
    counts = _texts(source, column).value_counts().sort_index()
    counts = counts[counts >= FEWEST_ROWS]
    texts = counts.index.to_series()
    strange = texts[~texts.str.casefold().isin(vocabulary().codes.get(column, {}))]
    risky = strange.str.fullmatch(NUMBER) | strange.str.contains(IDENTITY_CODE) | (strange.str.len() > LONGEST_TEXT)
    if len(strange) > MOST_TEXTS or risky.any():
        return None
    printable = pd.Series([text.isprintable() for text in counts.index], index=counts.index, dtype=bool)
    return counts[printable]


def _texts(source: SourceDraft, column: str) -> pd.Series:
    return source.texts(column).map(lambda text: unicodedata.normalize("NFC", text))


def _known(source: SourceDraft, column: str, closed: Mapping[str, str]) -> dict[str, str]:
    """Return the texts that our own word list knows; they tell of nobody, however rare they are."""
    return {
        str(text): closed[str(text).casefold()]
        for text in sorted(_texts(source, column).unique())
        if str(text).casefold() in closed
    }


def codebook(texts: Iterable[pd.Series | None]) -> dict[str, str]:
    """Return text → code for the texts of several sources; texts that differ by case or accents share a code.

    The commonest spelling of a code comes first.
    """
    given = [counts for counts in texts if counts is not None and len(counts)]
    if not given:
        return {}
    total = pd.concat(given).groupby(level=0).sum().sort_index().sort_values(ascending=False, kind="stable")
    codes: dict[str, str] = {}
    book = {}
    for text in total.index:
        slug = _slug(text)
        if slug not in codes:
            codes[slug] = _unused(slug[:LONGEST_CODE].strip("_") or "code", set(codes.values()))
        book[str(text)] = codes[slug]
    return book


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def _unused(code: str, taken: set[str]) -> str:
    candidates = [code, *(f"{code[: LONGEST_CODE - 3]}_{n}" for n in range(2, len(taken) + 3))]
    return next(candidate for candidate in candidates if candidate not in taken)
