"""What workshop mode stands on: the form, the words, the script's own promises. How it behaves is seen in a browser."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from fontTools.ttLib import TTFont
from lxml import html

from kumppanuus.analysis import Analysis
from kumppanuus.disclosure import released as stamped
from kumppanuus.disclosure.released import Released
from kumppanuus.disclosure.unpack import pieces
from kumppanuus.language.say import Say, speaker
from kumppanuus.report.changes import ChangedFinding, Changes
from kumppanuus.report.exhibits import Exhibit, exhibits
from kumppanuus.report.facts import RunFacts
from kumppanuus.report.page import anchor, policy_of, render_page, script
from kumppanuus.report.shown import ShownTable, show_table
from kumppanuus.report.table_markup import table_markup
from kumppanuus.report.words import say_of_room
from kumppanuus.study import Study

LANGUAGES = ("fi", "sv", "en")


@pytest.fixture
def shown(released: Released, analyses: Sequence[Analysis], say: Say) -> tuple[Exhibit, ...]:
    return exhibits(released, analyses, say)


@pytest.fixture
def page(released: Released, shown: tuple[Exhibit, ...], study: Study, say: Say, facts: RunFacts) -> str:
    return render_page(released, shown, study, say=say, facts=facts, rule_words={})


def test_every_exhibit_carries_its_key_and_the_last_place_is_for_other_things(
    page: str, shown: tuple[Exhibit, ...], facts: RunFacts
):
    tree = html.fromstring(page)
    places = tree.xpath("//*[@data-exhibit]")
    assert [place.get("data-exhibit") for place in places] == [*(exhibit.key for exhibit in shown), "general"]
    assert [place.get("id") for place in places] == [*(anchor(exhibit) for exhibit in shown), "general"]
    assert all(len(place.xpath(".//h3")) == 1 and len(place.xpath("./div[@class='panel']")) == 1 for place in places)
    assert tree.xpath("//body/@data-run") == [facts.run_id]
    assert tree.xpath("//body/@data-language") == ["fi"]


def test_nothing_that_needs_the_script_is_seen_without_it(page: str):
    tree = html.fromstring(page)
    for button in tree.xpath("//button"):
        assert button.get("type") == "button"
        assert button.xpath("ancestor-or-self::*[@hidden] | ancestor::template"), button.get("id")
    assert tree.xpath("//noscript//text()[normalize-space()]")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_script_finds_every_word_and_every_element_it_asks_for(
    language: str, released: Released, analyses: Sequence[Analysis], study: Study, facts: RunFacts
):
    say = speaker(study, language)  # type: ignore[arg-type]
    page = render_page(released, exhibits(released, analyses, say), study, say=say, facts=facts, rule_words={})
    tree = html.fromstring(page)
    words = {each.get("data-word"): each.text for each in tree.xpath("//*[@data-word]")}
    asked = set(re.findall(r'(?:say|tell)\("(\w+)"', script())) | set(re.findall(r'"(status_\w+)"', script()))
    assert asked == set(words)
    assert all(words.values())
    known = set(tree.xpath("//@id"))
    assert set(re.findall(r'(?:byId|press)\("([\w-]+)"', script())) <= known
    given = dict(re.findall(r'(?:say|tell)\("(\w+)", \{ ([^}]*) \}', script()))
    for word, text in words.items():
        names = set(re.findall(r"\{(\w+)\}", text))
        said = {each.split(":")[0].strip() for each in given.get(word, "").split(",")} | {"n"}
        assert names <= said, word


def test_the_form_has_the_fields_of_the_exported_file_each_with_a_name(page: str):
    (form,) = html.fromstring(page).xpath("//template[@id='notes-form']")
    fields = form.xpath(".//*[@data-field]")
    assert [field.get("data-field") for field in fields] == ["notes", "votes", "priority", "action", "owner"]
    assert all(field.xpath("ancestor::label")[0].text.strip() for field in fields)
    assert form.xpath(".//option/@value") == ["", "now", "soon", "later"]
    assert all(button.get("aria-label") for button in form.xpath(".//button"))
    assert "henkilötietoja" in form.xpath("string(.//label[textarea])")


def test_only_this_script_may_run():
    digest = base64.b64encode(hashlib.sha256(script().encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in policy_of(script())
    assert policy_of(script()) != policy_of(script() + " ")


WRITES = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "</script", "<!--")
RUNS = ("eval(", "Function(", "import(", 'setAttribute("on')
SENDS = ("fetch(", "XMLHttpRequest", "sendBeacon", "WebSocket", "http:", "https:")


def test_the_script_cannot_write_markup_fetch_or_evaluate():
    for forbidden in (*WRITES, *RUNS, *SENDS):
        assert forbidden not in script(), forbidden
    assert len(script().encode()) < 20_000


def test_no_number_of_the_script_could_be_a_client(page: str):
    """The last look takes a row of four digits or more for a client's number when a client has that number."""
    words = " ".join(piece.text for piece in pieces(script().encode()) if not piece.words)
    assert not re.search(r"(?<![\w])\d{4,}(?!\w)", words)
    template = page[page.index('<nav id="workshop-bar"') : page.index("<script>")]
    assert not re.search(r"\d{4,}", template)


def test_the_page_has_the_letters_of_notes_even_when_the_report_uses_none(page: str):
    assert "Q" not in html.fromstring(page).xpath("string(//main)")
    fonts = re.findall(r"data:font/woff;base64,([^)]*)", page)
    assert len(fonts) == 2
    for font in fonts:
        letters = TTFont(io.BytesIO(base64.b64decode(font))).getBestCmap()
        assert set(map(ord, "qQxXwWzZåÅäÄöÖ0123456789?!€@")) <= set(letters)


def test_what_changed_is_told_with_links_to_what_is_still_there(
    released: Released, shown: tuple[Exhibit, ...], study: Study, say: Say, facts: RunFacts
):
    changes = Changes(
        "1a2b3c4d5e",
        ("Aineisto: <b>uusi</b> poiminta.", "Menetelmä: ohjelman versio vaihtui."),
        (
            ChangedFinding(shown[0].key, "Kesto", "Ennen näin", "Nyt <i>noin</i>", "changed"),
            ChangedFinding("baseline.old/chart", "Poistunut", "Vanha havainto", "", "gone"),
        ),
        3,
    )
    page = render_page(released, shown, study, say=say, facts=facts, rule_words={}, changes=changes)
    tree = html.fromstring(page)
    (section,) = tree.xpath("//section[@aria-labelledby='changes']")
    assert "1a2b3c4d5e" in section.text_content()
    assert "Ennallaan pysyneitä havaintoja: 3." in section.text_content()
    assert [item.text for item in section.xpath(".//li")] == list(changes.reasons)
    rows = [[cell.text_content() for cell in row] for row in section.xpath(".//tbody/tr")]
    assert rows == [
        ["Kesto", "muuttunut", "Ennen näin", "Nyt <i>noin</i>"],
        ["Poistunut", "poistunut", "Vanha havainto", "–"],
    ]
    assert section.xpath(".//a/@href") == [f"#{anchor(shown[0])}"]


def test_a_first_run_says_that_there_is_no_earlier_one(page: str):
    (section,) = html.fromstring(page).xpath("//section[@aria-labelledby='changes']")
    assert [text.text for text in section.xpath("./p")] == ["Aiempaa ajoa, johon tätä voisi verrata, ei ole."]


def test_a_table_in_few_bytes_reads_as_the_same_table(released: Released, analyses: Sequence[Analysis], say: Say):
    room = say_of_room(analyses[0], say)
    for released_table in released.results["lifecycle.durations"].tables.values():
        table = show_table(released_table, room)
        (read,) = html.fromstring(f"<div>{table_markup(table, say)}</div>").xpath("//table")
        assert [[cell.text_content() for cell in row] for row in read.xpath("./tbody/tr")] == [
            [text for _, text in row] for row in table.rows
        ]
        assert [head.text_content() for head in read.xpath("./thead//th[@scope='col']")] == [
            column.title for column in table.columns
        ]
        for row in read.xpath("./tbody/tr"):
            assert [cell.tag for cell in row] == ["th"] * table.headed + ["td"] * (len(table.columns) - table.headed)
        hidden = [cell.text for cell in read.xpath("./tbody//td[@class='word']")]
        assert hidden == [text for row in table.rows for _, text in row if text == "peitetty"]


def test_a_cell_costs_few_bytes(released: Released, analyses: Sequence[Analysis], say: Say):
    """Tables are most of a page; the room's longest ones have hundreds of rows."""
    table = released.results["lifecycle.durations"].tables["levels"]
    long = replace(table, frame=table.frame.loc[[0] * 500], masked=table.masked.loc[[0] * 500])
    room = say_of_room(analyses[0], say)
    more = len(table_markup(show_table(long, room), say)) - len(table_markup(show_table(table, room), say))
    texts = sum(len(column.texts[0]) for column in show_table(table, room).columns)
    assert more / 497 <= texts + len("<tr><th scope=row><th scope=row class=number><td><td>") + 2


@pytest.mark.parametrize(("hidden", "told"), [(0, "–"), (4, "peitetty")])
def test_a_table_without_rows_says_why(
    hidden: int, told: str, released: Released, analyses: Sequence[Analysis], say: Say
):
    table = released.results["lifecycle.durations"].tables["levels"]
    bare = replace(table, frame=table.frame.iloc[:0], masked=table.masked.iloc[:0], hidden=hidden)
    markup = table_markup(show_table(bare, say_of_room(analyses[0], say)), say)
    assert [cell.text for cell in html.fromstring(f"<div>{markup}</div>").xpath("//tbody//td")] == [told]


def test_cells_are_text(say: Say, released: Released, analyses: Sequence[Analysis]):
    table = show_table(released.results["lifecycle.durations"].tables["services"], say_of_room(analyses[0], say))
    evil = ShownTable(table.name, "<b>&\u202e", table.columns, 0)
    markup = table_markup(evil, say)
    assert "<script" not in markup
    assert "<b>" not in markup
    assert "\u202e" not in markup


def test_an_internal_page_is_marked_in_workshop_mode_too(
    released: Released, analyses: Sequence[Analysis], study: Study, say: Say, facts: RunFacts
):
    inside = replace(released, face="internal", seal=stamped._SEAL)
    page = render_page(inside, exhibits(inside, analyses, say), study, say=say, facts=facts, rule_words={})
    tree = html.fromstring(page)
    (band,) = tree.xpath("//body/aside[@class='secret-band']")
    assert band.text == "SALASSA PIDETTÄVÄ"
    style = "".join(tree.xpath("//style/text()"))
    assert not re.search(r"\.workshop[^{}]*secret[^{}]*\{[^}]*(?:none|hidden)", style)
