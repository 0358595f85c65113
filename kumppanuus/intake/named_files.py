"""What the name of a file tells that its columns do not: the one service it is about, or the book of its costs."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from kumppanuus.intake.draft import Found
from kumppanuus.intake.fitting import file_words
from kumppanuus.intake.recognise import Recognised
from kumppanuus.intake.vocabulary import letters, vocabulary

_BOOKS = {
    "ledger": ("kirjanpito", "paakirja", "toteuma", "bokforing", "ledger"),
    "invoice": ("lasku", "faktur", "invoice"),
}
_GENERAL = frozenset(
    (
        "ote", "otteet", "poiminta", "rekisteri", "lista", "tiedot", "taul", "taulukko", "utdrag", "register", "lista",
        "blad", "extract", "data", "sheet",
    )
)  # fmt: skip


def with_service(one: Recognised, services: Collection[str]) -> Recognised:
    """Return an extract about a single service with that service in place of the column it lacks.

    It is sure when the name of the file or sheet holds the name of one service that other extracts have, and likely
    when it holds words by which services are known.

    Parameters
    ----------
    services : texts of the services of other extracts.
    """
    if "service" not in one.lacking:
        return one
    name = f" {file_words(one.sample)} "
    held = {letters(text): text for text in sorted(services) if letters(text) and f" {letters(text)} " in name}
    longest = [each for each in held if not any(each in other for other in held if other != each)]
    if len(longest) == 1:
        return one.with_constant("service", held[longest[0]], "sure")
    said = _service_words(one)
    return one.with_constant("service", said, "likely") if not held and said else one


def with_books(found: Sequence[Found]) -> list[Found]:
    """Return cost extracts told apart, where some are called invoices and others the ledger."""
    books = {id(one): _book(one) for _, one in found if one.table == "costs" and "book" not in one.columns}
    if set(books.values()) < {"invoice", "ledger"}:
        return list(found)
    return [
        (place, one.with_constant("book", books[id(one)], "sure") if books.get(id(one)) else one)
        for place, one in found
    ]


def _book(one: Recognised) -> str:
    told = [book for book, words in _BOOKS.items() if any(word in file_words(one.sample) for word in words)]
    return told[0] if len(told) == 1 else ""


def _service_words(one: Recognised) -> str:
    """Return the words of the name that tell neither the table nor the year, when a service is known by them."""
    words = vocabulary()
    tables = [each for parts in words.file_names.values() for each in parts]
    raw = re.split(r"[\W_]+", f"{one.sample.path.stem} {one.sample.sheet or ''}")
    kept = [
        word
        for word in raw
        if word and not re.search(r"\d", word) and letters(word) not in _GENERAL
        if not any(part in letters(word) for part in tables)
    ]
    name = " ".join(kept).capitalize()
    return name if name and (words.level(name) is not None) else ""
