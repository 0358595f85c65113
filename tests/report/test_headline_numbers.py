"""Every number of a headline stands in its chart or in the tables beside it: none is typed, none is left over."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator

import pytest

from kumppanuus import reports
from kumppanuus.analysis import Analysis
from kumppanuus.gallery import ROOMS as GALLERY
from kumppanuus.gallery.shown import released_gallery
from kumppanuus.language.catalogue import LANGUAGES
from kumppanuus.language.say import Say, speaker
from kumppanuus.report.exhibits import Exhibit, exhibits
from kumppanuus.report.publication import texts_of
from kumppanuus.report.shown import ShownTable, show_table
from kumppanuus.report.words import say_of_room
from kumppanuus.study import Language, load_study
from kumppanuus.wings import ROOMS
from tests.pages import town_pages

NUMBER = re.compile(r"[−-]?\d{1,3}(?:[\u00a0\u202f, ]\d{3})+(?:[.,]\d+)?|[−-]?\d+(?:[.,]\d+)?")


OF_THE_METHOD = {"gallery.waiting/queue": {10.0}}
"""Numbers that are no finding: how many points the rules of a run chart need."""


def numbers_of(text: str) -> list[float]:
    """Return the numbers of a text, as printed in any of the languages; signs are left out."""
    found = []
    for each in NUMBER.findall(text):
        digits = re.sub(r"(?<=\d)[\u00a0\u202f ,](?=\d{3}(?!\d))", "", each).lstrip("−-").replace(",", ".")
        found.append(float(digits))
    return found


def _derived(table: ShownTable) -> Iterator[float]:
    """Yield what a headline may work out of one table: changes, shares of a sum, how many rows."""
    labels = [column.texts for column in table.columns if column.kind == "label"]
    for column in (column for column in table.columns if column.kind != "label"):
        numbers = [(at, float(each)) for at, each in enumerate(column.values) if isinstance(each, float | int)]
        yield from (abs(one - other) for one, other in itertools.combinations({each for _, each in numbers}, 2))
        for group in ((lambda _: ""), *((lambda at, of=of: of[at]) for of in labels)):
            sums: dict[str, float] = defaultdict(float)
            for at, each in numbers:
                sums[group(at)] += each
            yield from (each / sums[group(at)] for at, each in numbers if sums[group(at)])
    yield from map(float, range(len(table.rows) + 1))


def unfounded(exhibit: Exhibit, say: Say) -> set[float]:
    """Return the numbers of a headline that stand nowhere beside it and cannot be worked out of its tables."""
    room = say_of_room(exhibit.analysis, say)
    shown = [show_table(table, room) for table in exhibit.tables]
    printed = [text for table in shown for column in table.columns for text in (*column.texts, column.title)]
    words = (exhibit.chart.subtitle, exhibit.chart.footer, exhibit.how, exhibit.caveat, *texts_of(exhibit.chart.form))
    founded = {number for text in (*words, *printed) for number in numbers_of(text)}
    values = [
        float(each) for table in shown for column in table.columns for each in column.values
        if isinstance(each, float | int)
    ]  # fmt: skip
    values += [each for table in shown for each in _derived(table)]
    rounded = {round(each * scale, digits) for each in values for scale in (1, 100, 1e-6) for digits in (0, 1)}
    rounded |= {round(100 * each, 1) for each in founded}
    names = {number for text in say.names.get("services", {}).values() for number in numbers_of(text)}
    known = founded | rounded | names | OF_THE_METHOD.get(exhibit.key, set())
    return {each for each in numbers_of(exhibit.chart.headline) if each not in known}


@pytest.mark.parametrize("language", LANGUAGES)
def test_headlines_of_a_register_have_released_numbers(
    language: Language, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> None:
    run = reports.kept_run(load_study(town_pages(tmp_path_factory, worker_id).study))
    say = speaker(run.study, language)
    shown = exhibits(run.released, [room for room in ROOMS if room.key in run.shown], say)
    assert len(shown) > 10
    assert {exhibit.key: found for exhibit in shown if (found := unfounded(exhibit, say))} == {}
    assert any(numbers_of(exhibit.chart.headline) for exhibit in shown)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("room", GALLERY, ids=lambda room: room.key)
def test_headlines_of_the_gallery_have_released_numbers(room: Analysis, language: Language) -> None:
    say = Say(language, {}, {})
    for case in ("usual", "many", "one"):
        for exhibit in exhibits(released_gallery([room], case), [room], say):  # type: ignore[arg-type]
            assert unfounded(exhibit, say) == set(), (exhibit.key, exhibit.chart.headline)


def test_a_typed_number_is_seen() -> None:
    say = Say("fi", {}, {})
    (room,) = (room for room in GALLERY if room.key == "gallery.contacts")
    (exhibit,) = exhibits(released_gallery([room]), [room], say)
    wrong = dataclasses.replace(exhibit, chart=dataclasses.replace(exhibit.chart, headline="Noin 1\u00a0417 perhettä"))
    assert unfounded(wrong, say) == {1417.0}
    assert numbers_of("noin 1\u00a0305, 0,77 ja −5; 1,305 or 16%; 2024") == [1305.0, 0.77, 5.0, 1305.0, 16.0, 2024.0]
