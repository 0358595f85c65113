"""The summary: the room's own order, each decision beside its exhibit, everything the room wrote as plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from lxml import html

from kumppanuus.analysis import Analysis
from kumppanuus.disclosure.released import Released
from kumppanuus.errors import DisclosureError, StudyError
from kumppanuus.language.say import Say, speaker
from kumppanuus.report.facts import RunFacts
from kumppanuus.report.figures import Figures
from kumppanuus.study import Language, Study
from kumppanuus.workshop.merge import merge
from kumppanuus.workshop.notes import SCHEMA, Item, Notes
from kumppanuus.workshop.page import POLICY, paragraphs_of, render_summary
from kumppanuus.workshop.summary import Summary, sum_up
from tests.report.html_check import faults
from tests.workshop.conftest import LEVELS, RUN, SERVICES


@pytest.fixture
def summary(notes: Notes, released: Released, analyses: Sequence[Analysis], study: Study, say: Say) -> Summary:
    return sum_up(notes, released, analyses, study, say)


@pytest.fixture
def page(summary: Summary, released: Released, study: Study, say: Say, facts: RunFacts) -> str:
    return render_summary(summary, released, study, say=say, facts=facts, figures=Figures())


def test_most_urgent_first_then_most_votes(summary: Summary) -> None:
    order = [(each.rank, each.item.exhibit) for each in summary.decisions]
    assert order == [(1, LEVELS), (2, "access.waiting/limits"), (3, SERVICES), (4, "general")]
    assert summary.scribes == 1


def test_equals_stand_in_the_order_of_the_report(
    released: Released, analyses: Sequence[Analysis], study: Study, say: Say
) -> None:
    items = tuple(Item(exhibit=key, votes=2) for key in (LEVELS, SERVICES))  # the report has services first
    notes = merge([Notes(schema=SCHEMA, run=RUN, language="fi", items=items)])
    assert [each.item.exhibit for each in sum_up(notes, released, analyses, study, say).decisions] == [SERVICES, LEVELS]


def test_charts_without_notes_are_listed(summary: Summary) -> None:
    assert [exhibit.key for exhibit in summary.silent] == ["lifecycle.network/notice", "resources.spending/notice"]


def test_another_headline_is_told_and_other_spaces_are_not(summary: Summary) -> None:
    seen = {each.item.exhibit: each.seen for each in summary.decisions}
    assert seen == {LEVELS: "", "access.waiting/limits": "", SERVICES: "Vanha <b>otsikko</b>", "general": ""}


@pytest.mark.parametrize(("language", "seen"), [("fi", ""), ("sv", ""), ("en", "")])
def test_a_headline_in_another_language_is_no_other_headline(
    language: Language, seen: str, released: Released, analyses: Sequence[Analysis], study: Study
) -> None:
    item = Item(exhibit=LEVELS, finding="Length of client relationships", votes=1)
    notes = merge([Notes(schema=SCHEMA, run=RUN, language="en", items=(item,))])
    (decision,) = sum_up(notes, released, analyses, study, speaker(study, language)).decisions
    assert decision.seen == seen


def test_what_is_about_no_chart_or_one_that_is_not_there(summary: Summary, page: str) -> None:
    titles = {each.item.exhibit: (each.exhibit is None, each.title) for each in summary.decisions}
    assert titles["general"] == (True, "Muut kirjaukset")
    assert titles["access.waiting/limits"] == (True, "Joka kuudes odottaa")
    assert page.count("Tätä kuviota ei ole raportissa") == 1


def test_a_chart_that_is_not_there_and_has_no_finding_is_named_by_its_key(
    released: Released, analyses: Sequence[Analysis], study: Study, say: Say
) -> None:
    notes = merge([Notes(schema=SCHEMA, run=RUN, language="fi", items=(Item(exhibit="access.queue/times", votes=1),))])
    (decision,) = sum_up(notes, released, analyses, study, say).decisions
    assert decision.title == "Kuvio, jota raportissa ei ole (access.queue/times)"


def test_empty_notes_are_refused(released: Released, analyses: Sequence[Analysis], study: Study, say: Say) -> None:
    empty = merge([Notes(schema=SCHEMA, run=RUN, language="fi", items=(Item(exhibit=LEVELS, finding="x"),))])
    with pytest.raises(StudyError, match="KU536"):
        sum_up(empty, released, analyses, study, say)


def test_only_what_passed_the_gate(
    notes: Notes, summary: Summary, unstamped: Released, analyses: Sequence[Analysis], study: Study, say: Say,
    facts: RunFacts,
) -> None:  # fmt: skip
    with pytest.raises(DisclosureError, match="KU501"):
        sum_up(notes, unstamped, analyses, study, say)
    with pytest.raises(DisclosureError, match="KU501"):
        render_summary(summary, unstamped, study, say=say, facts=facts, figures=Figures())


def test_the_page_has_no_faults_loads_nothing_and_runs_nothing(page: str) -> None:
    assert faults(page) == []
    tree = html.fromstring(page)
    assert tree.xpath("//script | //link | //iframe | //object | //form | //base | //img") == []
    assert tree.xpath("//@*[starts-with(name(), 'on')]") == []
    assert tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content") == [POLICY]
    assert "script" not in POLICY
    assert {str(address)[0] for address in tree.xpath("//@href")} == {"#"}


def test_what_the_room_wrote_is_text(page: str) -> None:
    text = re.sub(r"data:font[^)]*", "", page)
    assert "<script>" not in text
    assert "<b>" not in text
    room = html.fromstring(page).xpath("//article[@id='rank-3']//div[@class='room']")[0]
    lines = [" ".join(paragraph.itertext()) for paragraph in room.xpath("./p")]
    assert lines == ["a < b c", "<script>x</script>"]
    assert len(room.xpath("./p[1]/br")) == 1


def test_the_table_and_the_sections_say_the_same(page: str) -> None:
    tree = html.fromstring(page)
    rows = [[" ".join(cell.text_content().split()) for cell in row] for row in tree.xpath("//tbody/tr")]
    assert [row[0] for row in rows] == ["1", "2", "3", "4"]
    assert rows[2][2:] == ["Pian", "3", "Kokeillaan & katsotaan", "Esihenkilö"]
    assert rows[3][2:] == ["Ei sovittu", "0", "–", "–"]
    sections = tree.xpath("//article[contains(@class, 'decision')]")
    assert [section.xpath("string(./h3)") for section in sections] == [row[1] for row in rows]
    assert [len(section.xpath(".//*[local-name()='svg']")) for section in sections] == [1, 0, 1, 0]


def test_the_same_every_time_in_three_languages(
    notes: Notes, released: Released, analyses: Sequence[Analysis], study: Study, facts: RunFacts
) -> None:
    titles = {"fi": "Työpajan yhteenveto", "sv": "Workshoppens sammanfattning", "en": "Summary of the workshop"}
    for language, title in titles.items():
        say = speaker(study, language)  # type: ignore[arg-type]
        summary = sum_up(notes, released, analyses, study, say)
        pages = {render_summary(summary, released, study, say=say, facts=facts, figures=Figures()) for _ in range(2)}
        (page,) = pages
        assert html.fromstring(page).xpath("string(//h1)") == title
        assert faults(page) == []


def test_paragraphs_and_lines() -> None:
    assert paragraphs_of("a\nb\n\n\n\nc") == (("a", "b"), ("c",))
    assert paragraphs_of("") == ()
