"""The words by which new extracts are recognised: headers, missing values, levels and sectors of services."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from kumppanuus.analysis import files
from kumppanuus.register.codes import LEVELS, SECTORS
from kumppanuus.register.tables import TABLES

EXACT, PART = 2, 1
"""How well a header fits a synonym: it is one, or it ends with one (``Palvelun alkamispäivä``)."""

_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Synonyms as data.

    headers : table → canonical column → plain headers, the best first.
    others : words of a header that tells of somebody else than the client.
    file_names : table → beginnings of words in file names.
    missing, totals : cell texts in lower case that mean no value, or a totals row.
    codes : canonical column → text in lower case → code of its closed list.
    levels, sectors : code → parts of service names, in the order in which they are tried.
    """

    headers: Mapping[str, Mapping[str, tuple[str, ...]]]
    others: frozenset[str]
    file_names: Mapping[str, tuple[str, ...]]
    missing: frozenset[str]
    totals: tuple[str, ...]
    codes: Mapping[str, Mapping[str, str]]
    levels: Mapping[str, tuple[str, ...]]
    sectors: Mapping[str, tuple[str, ...]]

    def fit(self, table: str, column: str, name: str) -> tuple[int, int]:
        """Return how well a header fits a column: (`EXACT`, `PART` or 0, place of the synonym counted from the end)."""
        header = plain(name)
        synonyms = self.headers[table].get(column, ())
        if header in synonyms:
            return EXACT, len(synonyms) - synonyms.index(header)
        if self.others & set(header.split()):
            return 0, 0
        tails = [len(synonyms) - n for n, synonym in enumerate(synonyms) if header.endswith(f" {synonym}")]
        return (PART, max(tails)) if tails else (0, 0)

    def known(self, names: Sequence[str]) -> int:
        """Return how many headers are synonyms of some column of one table; the best table counts."""
        plains = {plain(name) for name in names}
        return max(sum(bool(plains & set(words)) for words in columns.values()) for columns in self.headers.values())

    def level(self, name: str) -> str | None:
        """Guess the level of a service from its name; None when no word tells."""
        return _first(self.levels, name)

    def sector(self, name: str) -> str:
        """Guess the sector of a service from its name."""
        return _first(self.sectors, name) or SECTORS[0]


def plain(name: str) -> str:
    """Return a header as synonyms are written: lower case, no units in brackets, signs as spaces."""
    text = unicodedata.normalize("NFC", name).replace("\ufeff", "").casefold()
    return " ".join(_SIGNS.sub(" ", _BRACKETS.sub(" ", text)).split())


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Read ``synonyms.toml``."""
    told = tomllib.loads((files("kumppanuus.intake") / "synonyms.toml").read_text(encoding="utf-8"))
    values = told["values"]
    return Vocabulary(
        headers={table: _headers(told["columns"], table) for table in TABLES},
        others=frozenset(told["headers"]["others"]),
        file_names=_tuples(told["file_names"]),
        missing=frozenset(values["missing"]),
        totals=tuple(values["totals"]),
        codes={
            column: {text: code for code, texts in values[column].items() for text in texts}
            for column in ("sex", "production")
        },
        levels={level: tuple(told["levels"][level]) for level in reversed(LEVELS)},
        sectors=_tuples(told["sectors"]),
    )


def _headers(columns: Mapping[str, Any], table: str) -> dict[str, tuple[str, ...]]:
    own = columns["common"] | columns.get(table, {})
    return {name: tuple(plain(word) for word in own[name]) for name in TABLES[table].columns if name in own}


def _tuples(lists: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(words) for name, words in lists.items()}


def _first(lists: Mapping[str, tuple[str, ...]], name: str) -> str | None:
    text = unicodedata.normalize("NFC", name).casefold()
    return next((code for code, words in lists.items() if any(word in text for word in words)), None)
