"""Short codes out of texts: letters without accents, and no code twice."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import pandas as pd

LONGEST_CODE = 40


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


def unused_code(text: str, taken: set[str]) -> str:
    """Return a code that nobody has yet: the text itself where it can be one, else what is left of its letters."""
    plain = text if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", text) else _slug(text)
    return _unused(plain[:LONGEST_CODE].strip("_") or "code", taken)


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def _unused(code: str, taken: set[str]) -> str:
    candidates = [code, *(f"{code[: LONGEST_CODE - 3]}_{n}" for n in range(2, len(taken) + 3))]
    return next(candidate for candidate in candidates if candidate not in taken)
