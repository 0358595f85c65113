"""What a reader may ask of every text: units stay with their number, questions to discuss, one word for one thing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from kumppanuus.analysis import Analysis, files
from kumppanuus.gallery import ROOMS as GALLERY
from kumppanuus.language.catalogue import LANGUAGES, read_texts
from kumppanuus.wings import ROOMS

EVERY_ROOM = [*ROOMS, *GALLERY]
BOOKS = ("cli", "codes", "common", "errors", "report", "slides", "what_if", "workshop")
UNITS = r"(?:%|€|kk|mån|pv|dgr|htv|åv|milj\.|mn|prosenttiyksikkö\w*|procentenheter|percentage points)(?!\w)"
APART = re.compile(rf"[\d}}] {UNITS}|(?:milj\.|mn) €|(?<!\d)\d{{1,3}} \d{{3}}(?!\d)")
AVOIDED = {
    "fi": (r"rekisteriot", r"\bote(?:tta|en|et)?\b", r"vaihteluväl", r"yksikköhin", r"nostekerro"),
    "sv": (r"uttag", r"verkstad", r"[Ww]orkshopen", r"nhetspris", r"lyftfaktor"),
    "en": (r"per cents", r"whole percent\b", r"\bexhibit\b"),
}
"""Words that once stood beside the one chosen: poiminta, luottamusväli or ennusteväli, yksikkökustannus, nosto; utdrag,
workshoppen, enhetskostnad, lyft; percentage, chart."""


def _texts(language: str) -> Iterator[tuple[str, str]]:
    books = {name: files("kumppanuus.language") / f"{name}.toml" for name in BOOKS}
    books |= {room.key: room.messages for room in EVERY_ROOM}
    for name, book in books.items():
        for key, entry in read_texts(book).items():
            if not key.startswith("also."):  # further names of commands: they work, they are not shown
                yield f"{name}: {key}", entry[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_unit_is_never_left_on_the_next_line(language: str) -> None:
    assert [(key, text) for key, text in _texts(language) if APART.search(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_word_for_one_thing(language: str) -> None:
    avoided = re.compile("|".join(AVOIDED[language]))
    found = [(key, text) for key, text in _texts(language) if avoided.search(re.sub(r"\{\w+\}", "", text))]
    assert found == []


@pytest.mark.parametrize("room", EVERY_ROOM, ids=lambda room: room.key)
def test_every_chart_has_two_open_questions(room: Analysis) -> None:
    texts = read_texts(room.messages)
    for chart in room.charts:
        for key in (f"{chart}.question_1", f"{chart}.question_2"):
            assert key in texts, key
            assert all(text.endswith("?") for text in texts[key].values()), key


def test_a_plain_space_is_seen() -> None:
    assert [bool(APART.search(text)) for text in ("5 %", "5\u00a0%", "{n} kk", "12 000", "12 asiakasta", "5 %:n")] == [
        True, False, True, True, False, True,
    ]  # fmt: skip
