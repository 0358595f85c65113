"""The words by which new extracts are recognised: headers, missing values, levels and sectors of services."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
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
_LIKE_DATA = re.compile(r"[\d.,:/+ \u2212-]*\d[\d.,:/+ -]*|\d{6}[-+A-FU-Y]\d{3}\w", re.IGNORECASE)

Column = tuple[str, str]
"""Name of a table and of one of its columns."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Synonyms as data.

    headers : table → canonical column → plain headers, the best first.
    index : header without spaces → the columns it is a synonym of, and its place counted from the end.
    telling : table → headers without spaces that no other table knows.
    others : words of a header that tells of somebody else than the client.
    units : texts that stand for a unit in a row under the header.
    domains : system that gives numbers of its own → parts of the headers of its numbers.
    file_names : table → parts of file names, in plain letters.
    corrections : parts of the names of files that mend others.
    missing, totals : cell texts in lower case that mean no value, or a totals row.
    codes : canonical column (``table.column`` where tables differ) → text in lower case → code of its closed list.
    levels, sectors : code → parts of service names, in the order in which they are tried.
    """

    headers: Mapping[str, Mapping[str, tuple[str, ...]]]
    index: Mapping[str, Mapping[Column, int]]
    telling: Mapping[str, frozenset[str]]
    others: frozenset[str]
    units: frozenset[str]
    domains: Mapping[str, tuple[str, ...]]
    file_names: Mapping[str, tuple[str, ...]]
    corrections: tuple[str, ...]
    missing: frozenset[str]
    totals: tuple[str, ...]
    codes: Mapping[str, Mapping[str, str]]
    levels: Mapping[str, tuple[str, ...]]
    sectors: Mapping[str, tuple[str, ...]]

    def fit(self, table: str, column: str, name: str) -> tuple[int, int]:
        """Return how well a header fits a column: (`EXACT`, `PART` or 0, place of the synonym counted from the end)."""
        return self.fits(name).get((table, column), (0, 0))

    def fits(self, name: str) -> dict[Column, tuple[int, int]]:
        """Return every column that a header fits, as `fit` does; spaces within it make no difference."""
        words = plain(name).split()
        found: dict[Column, tuple[int, int]] = {}
        bare = [word for word in words if not (len(word) == 1 and word.isdigit())]  # "Huoltajan 1 hetu"
        for start in range(len(words)):
            if self.others & set(words[:start]):
                break
            for column, rank in self.index.get("".join(words[start:]), {}).items():
                found.setdefault(column, (PART if start else EXACT, rank))
        for column, rank in self.index.get("".join(bare), {}).items():
            found.setdefault(column, (PART, rank))
        return found

    def tells(self, table: str, name: str) -> bool:
        """Say whether a header is one that no other table knows."""
        return "".join(plain(name).split()) in self.telling[table]

    def closed(self, table: str, column: str) -> Mapping[str, str] | None:
        """Return text in lower case → code of a column with a closed list, or None when any text may stand in it."""
        if not isinstance(TABLES[table].columns[column].codes, tuple):
            return None
        return self.codes.get(f"{table}.{column}") or self.codes[column]

    def domain(self, header: str) -> str:
        """Return the system that gives the numbers of a header, empty for the clients' usual numbers."""
        return _first(self.domains, plain(header)) or ""

    def named(self, table: str, name: str) -> bool:
        """Tell whether a file name, in plain letters, tells of a table."""
        return any(word in name for word in self.file_names[table])

    def known(self, names: Sequence[str]) -> int:
        """Return how many columns of one table some headers fit; the best table counts.

        In a row that holds a date, a number or an identity code only whole synonyms count, lest it be a record.
        """
        least = EXACT if any(_LIKE_DATA.fullmatch(name.strip()) for name in names) else PART
        fits = {column for name in names for column, (fit, _) in self.fits(name).items() if fit >= least}
        by_code = any(column == "identity_code" for _, column in fits)
        fits |= {(table, "client") for table, spec in TABLES.items() if by_code and "client" in spec.columns}
        return max(Counter(table for table, _ in fits).values(), default=0)

    def level(self, name: str) -> str | None:
        """Guess the level of a service from its name; None when no word tells."""
        return _first(self.levels, name)

    def sector(self, name: str) -> str:
        """Guess the sector of a service from its name."""
        return _first(self.sectors, name) or SECTORS[0]


def letters(name: str) -> str:
    """Return a name in lower case without accents, signs as spaces: as file names are often written."""
    bare = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return " ".join(_SIGNS.sub(" ", bare).split())


def plain(name: str) -> str:
    """Return a header as synonyms are written: lower case, no units in brackets, signs as spaces."""
    text = unicodedata.normalize("NFC", name).replace("\ufeff", "").casefold()
    return " ".join(_SIGNS.sub(" ", _BRACKETS.sub(" ", text)).split())


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Read ``synonyms.toml``."""
    told = tomllib.loads((files("kumppanuus.intake") / "synonyms.toml").read_text(encoding="utf-8"))
    values = told["values"]
    headers = {table: _headers(told["columns"], table) for table in TABLES}
    return Vocabulary(
        headers=headers,
        index=_index(headers),
        telling=_telling(headers),
        others=frozenset(told["headers"]["others"]),
        units=frozenset(plain(word) or word for word in told["headers"]["units"]),
        domains=_tuples(told["domains"]),
        file_names={table: tuple(map(letters, words)) for table, words in told["file_names"].items()},
        corrections=tuple(map(letters, told["versions"]["corrections"])),
        missing=frozenset(values["missing"]),
        totals=tuple(values["totals"]),
        codes={
            column: {text: code for code, texts in meant.items() for text in texts}
            for column, meant in values.items()
            if isinstance(meant, dict)
        },
        levels={level: tuple(told["levels"][level]) for level in reversed(LEVELS)},
        sectors=_tuples(told["sectors"]),
    )


def _headers(columns: Mapping[str, Any], table: str) -> dict[str, tuple[str, ...]]:
    own = columns["common"] | columns.get(table, {})
    return {name: tuple(plain(word) for word in own[name]) for name in TABLES[table].columns if name in own}


def _index(headers: Mapping[str, Mapping[str, tuple[str, ...]]]) -> dict[str, dict[Column, int]]:
    index: dict[str, dict[Column, int]] = {}
    for table, columns in headers.items():
        for column, synonyms in columns.items():
            for n, synonym in enumerate(synonyms):
                index.setdefault(synonym.replace(" ", ""), {}).setdefault((table, column), len(synonyms) - n)
    return index


def _telling(headers: Mapping[str, Mapping[str, tuple[str, ...]]]) -> dict[str, frozenset[str]]:
    known = {
        table: {word.replace(" ", "") for words in columns.values() for word in words}
        for table, columns in headers.items()
    }
    times = Counter(word for words in known.values() for word in words)
    return {table: frozenset(word for word in words if times[word] == 1) for table, words in known.items()}


def _tuples(lists: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(words) for name, words in lists.items()}


def _first(lists: Mapping[str, tuple[str, ...]], name: str) -> str | None:
    text = unicodedata.normalize("NFC", name).casefold()
    return next((code for code, words in lists.items() if any(word in text for word in words)), None)
