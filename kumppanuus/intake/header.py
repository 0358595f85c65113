"""Find the mapped columns in a header row."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kumppanuus.errors import InputError
from kumppanuus.study import Source


@dataclass(frozen=True, slots=True)
class Header:
    """Where the mapped columns stand.

    width : number of columns of the header row.
    places : canonical column → position from 0.
    unmapped : names of the columns that the study does not use, as they stand in the file.
    """

    width: int
    places: Mapping[str, int]
    unmapped: tuple[str, ...]


def match_header(names: Sequence[str], source: Source, file: str) -> Header:
    """Match the header row with the columns of the source.

    Composed and decomposed accents, case and surplus white space make no difference.

    Raises
    ------
    InputError
        KU104 with every missing header and the nearest ones of the file, KU105 when a mapped header stands twice.
    """
    found = [plain_header(name) for name in names]
    given = source.columns | {question_column(code): header for header, code in source.questions.items()}
    wanted = {canonical: plain_header(header) for canonical, header in given.items()}
    missing = sorted({given[canonical] for canonical, header in wanted.items() if header not in found})
    if missing:
        is_header = len(missing) < len(wanted) or not any(map(str.isdigit, "".join(names)))
        near = _near(missing, names) if is_header else ""  # a record must not be quoted
        raise InputError("KU104", file=file, row=source.header_row, columns=_listed(missing), near=near or "–")
    twice = sorted({given[canonical] for canonical, header in wanted.items() if found.count(header) > 1})
    if twice:
        raise InputError("KU105", file=file, row=source.header_row, columns=_listed(twice))
    unmapped = tuple(
        name.strip() for name, plain in zip(names, found, strict=True) if plain and plain not in wanted.values()
    )
    return Header(len(names), {canonical: found.index(header) for canonical, header in wanted.items()}, unmapped)


def question_column(code: str) -> str:
    """Return the name under which the answers to one question of a wide questionnaire are read."""
    return f"answer:{code}"


def plain_header(name: str) -> str:
    """Return a header in the form in which headers are compared."""
    return " ".join(unicodedata.normalize("NFC", name.replace("\ufeff", "")).split()).casefold()


def _near(missing: Sequence[str], names: Sequence[str]) -> str:
    by_plain = {plain_header(name): name.strip() for name in names}
    near = [difflib.get_close_matches(plain_header(name), list(by_plain), n=1) for name in missing]
    return _listed([by_plain[match[0]] for match in near if match])


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
