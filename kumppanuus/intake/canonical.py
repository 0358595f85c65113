"""The canonical tables as intake hands them over, and what the texts of their code columns mean."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

import pyarrow as pa

from kumppanuus.errors import StudyError
from kumppanuus.register.codes import UNKNOWN
from kumppanuus.register.tables import TABLES
from kumppanuus.study import Source, Study, Words

ROW = "_row"
"""Column beside the canonical ones while files are read: line number in the file."""

PERSON, OTHER_PERSON = "_person", "_other_person"
"""Columns beside the canonical ones: pseudonyms of identity codes, until persons are formed."""

_ARROW = {
    "UBIGINT": pa.uint64(), "DATE": pa.date32(), "VARCHAR": pa.string(), "BIGINT": pa.int64(), "DOUBLE": pa.float64(),
}  # fmt: skip
SCHEMAS: Mapping[str, pa.Schema] = {
    name: pa.schema({column: _ARROW[kind] for column, kind in table.stored.items()}) for name, table in TABLES.items()
}
"""Canonical tables with ends as the first day after and costs in cents."""


def words_of(study: Study, source: Source, column: str) -> pa.Table:
    """Return what the texts of a code column mean: ``text`` → ``code``, the source's own words before the catalogue.

    Raises
    ------
    StudyError
        KU220 when the source maps a text to a code that the study does not know.
    """
    mapped = {unicodedata.normalize("NFC", text.strip()): code for text, code in source.values.get(column, {}).items()}
    codes = catalogue_of(study, source.table, column) or tuple(sorted(set(mapped.values())))
    foreign = sorted(set(mapped.values()) - {*codes, UNKNOWN})
    if foreign:
        raise StudyError("KU220", table=source.table, column=column, codes=", ".join(foreign))
    words = names_of(study, source.table, column) | {code: code for code in codes} | mapped
    return pa.table({"text": pa.array(words.keys(), pa.string()), "code": pa.array(words.values(), pa.string())})


def names_of(study: Study, table: str, column: str) -> dict[str, str]:
    """Return name -> code of a catalogue of the study; a name of several codes tells none of them."""
    listed = _catalogue(study, table, column)
    pairs = {(unicodedata.normalize("NFC", name), code) for code, words in listed for name in _names(words) if name}
    names = [name for name, _ in pairs]
    return {name: code for name, code in sorted(pairs) if names.count(name) == 1}


def _catalogue(study: Study, table: str, column: str) -> list[tuple[str, Words]]:
    """Return the codes and names of the study's own catalogue of a column; nothing when it has another list."""
    listed = {
        "services": [(each.code, each.name) for each in study.services],
        "areas": [(each.code, each.name) for each in study.areas],
        "needs": [(each.code, each.name) for each in study.needs],
        "questionnaires": [(each.code, each.name) for each in study.questionnaires],
        "questions": list({item.code: item.text for each in study.questionnaires for item in each.items}.items()),
    }
    codes = TABLES[table].columns[column].codes
    return listed[codes] if isinstance(codes, str) else []


def _names(words: Words) -> tuple[str, str, str]:
    return words.fi, words.sv, words.en


def catalogue_of(study: Study, table: str, column: str) -> tuple[str, ...]:
    """Return the codes a column may have; empty when only the source's own value map names them."""
    codes = TABLES[table].columns[column].codes
    return codes if isinstance(codes, tuple) else tuple(code for code, _ in _catalogue(study, table, column))
