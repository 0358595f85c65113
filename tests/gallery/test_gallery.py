"""Every room of the gallery, in every case and language: released, drawn without a fault, complete in its words."""

from __future__ import annotations

import math
from functools import cache

import pytest

from kumppanuus.analysis import Analysis
from kumppanuus.disclosure.released import Released
from kumppanuus.drawing import Notice, figure, lint_figure
from kumppanuus.gallery import ROOMS
from kumppanuus.gallery.cases import CASES, Case
from kumppanuus.gallery.shown import released_gallery
from kumppanuus.language.catalogue import LANGUAGES, read_texts
from kumppanuus.language.say import Say
from kumppanuus.report.exhibits import Exhibit, exhibits
from kumppanuus.report.shown import show_table
from kumppanuus.report.words import say_of_room

EVERY_ROOM = pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.key)
STUDY_NAMES = {"organiser": "Mallilan hyvinvointialue", "period": "1.1.2021–31.12.2024", "synthetic": "yes"}


@cache
def _released(key: str, case: Case) -> Released:
    return released_gallery([room for room in ROOMS if room.key == key], case)


def _shown(room: Analysis, case: Case, language: str) -> tuple[Exhibit, ...]:
    say = Say(language, {}, {"study": STUDY_NAMES})  # type: ignore[arg-type]
    return exhibits(_released(room.key, case), [room], say)


@EVERY_ROOM
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_is_drawn_without_a_fault(room: Analysis, case: Case, language: str) -> None:
    for exhibit in _shown(room, case, language):
        assert "{" not in exhibit.chart.headline + exhibit.chart.subtitle + exhibit.chart.footer
        assert len(exhibit.chart.headline) <= 125
        assert not exhibit.chart.headline[0].islower()  # "about 9" cannot begin a sentence
        for frame in ("body", "full") if language == "sv" else ("full",):  # Swedish has the longest words
            assert lint_figure(figure(exhibit.chart, frame)) == [], (exhibit.key, frame)  # type: ignore[arg-type]


@EVERY_ROOM
def test_the_usual_case_shows_a_drawing_and_the_hidden_one_says_so(room: Analysis) -> None:
    assert not any(isinstance(exhibit.chart.form, Notice) for exhibit in _shown(room, "usual", "fi"))
    assert any(isinstance(exhibit.chart.form, Notice) for exhibit in _shown(room, "hidden", "fi"))
    (empty,) = {exhibit.status for exhibit in _shown(room, "empty", "fi")}
    assert empty == "empty"


@EVERY_ROOM
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_exhibit_has_its_words(room: Analysis, language: str) -> None:
    for exhibit in _shown(room, "usual", language):
        assert exhibit.how
        assert exhibit.method
        assert exhibit.caveat
        assert exhibit.questions
        say = say_of_room(room, Say(language))  # type: ignore[arg-type]
        for table in exhibit.tables:
            assert show_table(table, say).rows


@EVERY_ROOM
def test_no_text_is_left_over(room: Analysis) -> None:
    texts = read_texts(room.messages)
    assert all(text.strip() for entry in texts.values() for text in entry.values())


@EVERY_ROOM
def test_every_number_of_the_usual_case_is_protected(room: Analysis) -> None:
    for table in _released(room.key, "usual").results[room.key].tables.values():
        for name in table.declaration.names("persons", "families"):
            assert all(math.isnan(number) or number % 6 in (0, 3) for number in table.frame[name])
