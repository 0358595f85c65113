"""Services, areas, needs and the meaning of code texts in a proposed study."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from kumppanuus.intake.codebook import ValueDraft, meaning_of, written_texts
from kumppanuus.intake.draft import SourceDraft
from kumppanuus.intake.slugs import codebook, unused_code
from kumppanuus.intake.vocabulary import letters, vocabulary
from kumppanuus.register.codes import LEVELS
from kumppanuus.register.tables import TABLES


@dataclass(frozen=True, slots=True)
class CodeDraft:
    """A service, an area or a need: the text by which it goes, what its name tells of it.

    level : None when its name does not tell.
    told : the user has said the level.
    """

    code: str
    name: str
    level: str | None = None
    sector: str = ""
    unit: str = ""
    told: bool = False


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Services, areas or needs of all sources.

    codes : text → code, the commonest text of a code first.
    given : the part of it that a catalogue file gives: its names are known by themselves.
    """

    codes: Mapping[str, str]
    given: frozenset[str] = frozenset()

    @property
    def own(self) -> dict[str, str]:
        """Text → code of what the study file itself has to name."""
        foreign = {self.codes[text] for text in self.given}
        return {text: code for text, code in self.codes.items() if code not in foreign}


def services_of(sources: Sequence[SourceDraft]) -> Catalogue:
    """Return the services that the sources name, or whose name a file has in place of a column."""
    given = _given_services(sources)
    texts = [written_texts(source, "service") for source in sources if _has_codes(source, "service")]
    by_name = [pd.Series({text: 1}) for source in sources for text in _constants(source)]
    book = codebook([*texts, *by_name])
    by_letters = {letters(text): code for text, code in given.items()}
    taken = set(given.values())
    codes = dict(given)
    for text, code in book.items():
        if text not in codes:
            codes[text] = by_letters.get(letters(text)) or (unused_code(code, taken) if code in taken else code)
    return Catalogue(codes, frozenset(given))


def areas_of(sources: Sequence[SourceDraft]) -> Catalogue:
    """Return the areas that the sources name."""
    return Catalogue(codebook(written_texts(source, "area") for source in sources if _has_codes(source, "area")))


def needs_of(sources: Sequence[SourceDraft]) -> Catalogue:
    """Return the needs that the sources name."""
    return Catalogue(codebook(written_texts(source, "need") for source in sources if _has_codes(source, "need")))


def values_of(
    source: SourceDraft, services: Catalogue, areas: Catalogue, needs: Catalogue
) -> dict[str, ValueDraft]:  # fmt: skip
    """Return what the texts of each code column of a source mean, but for those that need no telling."""
    catalogues = {"service": services, "area": areas, "need": needs}
    found = {}
    for name in source.columns:
        if _has_codes(source, name):
            catalogue = catalogues.get(name)
            meaning = meaning_of(source, name, catalogue.codes if catalogue else None)
            known = catalogue.given if catalogue else frozenset()
            listed = catalogue is not None or vocabulary().closed(source.table, name) is not None
            found[name] = meaning.without(
                {text for text, code in meaning.codes.items() if text in known or (listed and text == code)}
            )
    return found


def service_drafts(sources: Sequence[SourceDraft], catalogue: Catalogue) -> tuple[CodeDraft, ...]:
    """Return the services by level and name; a service that has visits is priced by the visit."""
    words = vocabulary()
    visits = [source for source in sources if source.table == "visits"]
    counts = [written_texts(source, "service") for source in visits if "service" in source.columns]
    texts = [text for each in counts if each is not None for text in each.index]
    visited = {catalogue.codes[text] for text in [*texts, *(name for source in visits for name in _constants(source))]}
    services = [
        CodeDraft(code, name, words.level(name), words.sector(name), "visit" if code in visited else "day")
        for name, code in _first_names(catalogue.own)
    ]
    return tuple(sorted(services, key=lambda each: (LEVELS.index(each.level or "early"), each.name)))


def area_drafts(catalogue: Catalogue) -> tuple[CodeDraft, ...]:
    """Return the areas, or the needs, by name."""
    return tuple(CodeDraft(code, name) for name, code in sorted(_first_names(catalogue.codes)))


def _has_codes(source: SourceDraft, column: str) -> bool:
    return column in source.columns and TABLES[source.table].columns[column].kind == "code"


def _constants(source: SourceDraft) -> list[str]:
    return list(dict.fromkeys(one.constants["service"] for one in source.found if "service" in one.constants))


def _given_services(sources: Sequence[SourceDraft]) -> dict[str, str]:
    """Return text → code of the catalogue files, coded as the reader will code them."""
    codes: dict[str, str] = {}
    for source in sources:
        if source.table != "services":
            continue
        rows = pd.concat([one.rows for one in source.found]).reindex(columns=["service", "code", "name_sv", "name_en"])
        for _, row in rows.dropna(subset=["service"]).drop_duplicates("service").sort_values("service").iterrows():
            code = unused_code(str(row["code"] if pd.notna(row["code"]) else row["service"]), set(codes.values()))
            codes |= {str(text): code for text in row if pd.notna(text) and str(text) not in codes}
    return codes


def _first_names(catalogue: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the commonest text of every code, and the code."""
    seen: set[str] = set()
    for text, code in catalogue.items():
        if code not in seen:
            seen.add(code)
            yield text, code
