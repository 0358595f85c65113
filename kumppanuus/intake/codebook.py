"""The texts of code columns: which may be written down, and what codes they get."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from kumppanuus.intake.draft import SourceDraft
from kumppanuus.intake.forms import IDENTITY_CODE, NUMBER
from kumppanuus.intake.slugs import codebook
from kumppanuus.intake.vocabulary import vocabulary
from kumppanuus.register.tables import TABLES

MOST_TEXTS, FEWEST_ROWS, LONGEST_TEXT = 60, 2, 80
"""A column of codes has at most 60 texts; a text of one single row, or a long one, could tell of a person."""
_NUMBERED, _NUMBER_OF_QUESTION = ("question", "instrument"), r"\d{1,3}"


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

    def without(self, texts: Collection[str]) -> ValueDraft:
        """Return the same without texts that need no telling."""
        return replace(self, codes={text: code for text, code in self.codes.items() if text not in texts})

    def with_code(self, text: str, code: str) -> ValueDraft:
        """Return the same with a text that the user has told the meaning of."""
        return replace(self, codes={**self.codes, text: code}, unknown=tuple(t for t in self.unknown if t != text))


def meaning_of(source: SourceDraft, column: str, catalogue: Mapping[str, str] | None) -> ValueDraft:
    """Return what the texts of a column of a source mean.

    Parameters
    ----------
    catalogue : text → code of the services or areas of all sources; None for columns with codes of their own.
    """
    counts = written_texts(source, column)
    closed = vocabulary().closed(source.table, column)
    known = _known(source, column, closed) if closed is not None else {}
    if counts is None:
        return ValueDraft(known, written=False)
    texts = [str(text) for text in counts.index]
    if closed is not None:
        return ValueDraft(known, tuple(text for text in texts if text not in known))
    if catalogue is None:
        codes = dict(sorted(codebook([counts]).items()))
    else:  # what was not looked at may hold texts that other files showed
        here = sorted(set(_texts(source, column)) & set(catalogue))
        codes = {text: catalogue[text] for text in (here if source.whole else sorted(catalogue))}
    return ValueDraft(codes, rare=len(set(_texts(source, column)) - set(codes)))


def written_texts(source: SourceDraft, column: str) -> pd.Series | None:
    """Return the texts of a code column with the number of their rows, or None when they must not be written down.

    They must not when they are many, or when one of them looks like a number or an identity code. Texts of a single
    row are left out, unless the table tells of no person.
    """
    counts = _texts(source, column).value_counts().sort_index()
    counts = counts[counts >= (FEWEST_ROWS if TABLES[source.table].of_family else 1)]
    texts = counts.index.to_series()
    strange = texts[~texts.str.casefold().isin(vocabulary().closed(source.table, column) or {})]
    numbers = strange.str.fullmatch(NUMBER) & ~(strange.str.fullmatch(_NUMBER_OF_QUESTION) & (column in _NUMBERED))
    risky = numbers | strange.str.contains(IDENTITY_CODE) | (strange.str.len() > LONGEST_TEXT)
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
