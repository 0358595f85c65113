"""The summary as slides: the ranked table, each decision with its chart, nothing of what was written lost."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation

from kumppanuus.analysis import Analysis
from kumppanuus.disclosure.released import Released
from kumppanuus.disclosure.unpack import pieces
from kumppanuus.drawing import Bar, Bars, Chart
from kumppanuus.errors import DisclosureError
from kumppanuus.language.say import Say
from kumppanuus.report.facts import RunFacts
from kumppanuus.report.words import plain
from kumppanuus.study import Study
from kumppanuus.workshop.notes import Item, Notes
from kumppanuus.workshop.slide_band import Line
from kumppanuus.workshop.slides import write_summary_slides
from kumppanuus.workshop.summary import Summary, sum_up
from tests.workshop.conftest import LEVELS, SERVICES

LONG = "Sovitaan neuvolan ja perhetyön yhteisestä lähetekäytännöstä. " * 20


@pytest.fixture
def summary(notes: Notes, released: Released, analyses: Sequence[Analysis], study: Study, say: Say) -> Summary:
    return sum_up(notes, released, analyses, study, say)


class Deck:
    """A written deck, opened again."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.slides = list(Presentation(io.BytesIO(content)).slides)
        self.titles = [" ".join(slide.shapes.title.text_frame.text.split()) for slide in self.slides]

    def texts(self, at: int) -> list[str]:
        return [shape.text_frame.text for shape in self.slides[at].shapes if shape.has_text_frame]

    def spoken(self, at: int) -> str:
        return str(self.slides[at].notes_slide.notes_text_frame.text)

    def rows(self, at: int) -> list[list[str]]:
        (table,) = [shape.table for shape in self.slides[at].shapes if shape.has_table]
        return [[cell.text_frame.text for cell in row.cells] for row in table.rows]

    def drawn(self, at: int) -> bool:
        return any(shape.has_chart or shape.shape_type == 13 for shape in self.slides[at].shapes)


@pytest.fixture
def deck(tmp_path: Path, released: Released, study: Study, say: Say, facts: RunFacts) -> Any:
    def write(summary: Summary) -> Deck:
        path = tmp_path / "yhteenveto.pptx"
        write_summary_slides(path, summary, released, study, say=say, facts=facts)
        return Deck(path.read_bytes())

    return write


def changed(summary: Summary, key: str, **more: Any) -> Summary:
    """The summary with other notes of one exhibit."""
    decisions = [
        replace(each, item=each.item.model_copy(update=more)) if each.item.exhibit == key else each
        for each in summary.decisions
    ]
    return replace(summary, decisions=tuple(decisions))


def test_table_decisions_and_the_rest_in_the_rooms_order(summary: Summary, deck: Any) -> None:
    written = deck(summary)
    titles = [" ".join(plain(each.title).split()) for each in summary.decisions]
    silent = "Kuviot, joista ei kirjattu mitään"
    assert written.titles == [
        "Työpajan yhteenveto", "Mitä päätettiin", *titles[:3], f"Muistiinpanot: {titles[2]}", titles[3], silent,
    ]  # fmt: skip
    rows = written.rows(1)
    assert rows[0] == ["Sija", "Havainto", "Kiireellisyys", "Ääniä", "Toimenpide", "Vastuurooli"]
    assert [row[0] for row in rows[1:]] == ["1", "2", "3", "4"]
    assert rows[3][2:] == ["Pian", "3", "Kokeillaan & katsotaan", "Esihenkilö"]
    assert [written.drawn(at) for at in range(2, 7)] == [True, False, True, False, False]


def test_the_ranks_lead_to_their_slides(summary: Summary, deck: Any) -> None:
    written = deck(summary)
    table = next(shape.table for shape in written.slides[1].shapes if shape.has_table)
    for row, decision in zip(list(table.rows)[1:], summary.decisions, strict=True):
        (link,) = row.cells[0].text_frame._txBody.xpath(".//a:hlinkClick")
        target = written.slides[1].part.related_part(link.rId).slide
        assert target.shapes.title.text_frame.text == plain(decision.title)


def test_what_was_decided_stands_over_the_chart(summary: Summary, deck: Any) -> None:
    written = deck(summary)
    texts = written.texts(4)
    assert "Pian\nSija 3 · 3 ääntä" in texts
    lines = ["Toimenpide: Kokeillaan & katsotaan", "Vastuu: Esihenkilö"]
    assert any(text.split("\n")[:2] == lines for text in texts)
    assert "Heti\nSija 1 · 1 ääni" in written.texts(2)
    assert "Toimenpidettä ei kirjattu" in written.texts(2)


def test_everything_written_is_told_and_formulas_stay_text(summary: Summary, deck: Any) -> None:
    notes = "=1+1\n<script>x</script>\n" + "\n".join(f"Rivi {n}" for n in range(60))
    written = deck(changed(summary, SERVICES, notes=notes, action=LONG, owner="a; b"))
    assert all(line in written.spoken(4) for line in (*notes.split("\n"), LONG.strip(), "a; b"))
    told = [text for at in range(len(written.slides)) for text in written.texts(at)]
    shown = {line for text in told for line in text.split("\n")}
    assert set(notes.split("\n")) <= shown
    assert any(line.endswith("… (jatkuu puhujan muistiinpanoissa)") for line in shown)
    assert sum(title.startswith("Muistiinpanot: ") for title in written.titles) >= 3


def test_a_word_too_long_for_a_line_is_counted_as_the_lines_it_breaks_into(summary: Summary, deck: Any) -> None:
    address = "https://kunta.example/" + "w" * 400
    one, some, many = (Line(address, 16.0).lines(room) for room in (10_000.0, 400.0, 100.0))
    assert 1 == one < some < many
    written = deck(changed(summary, SERVICES, action=address))
    assert any(line.startswith("Toimenpide: … (jatkuu") for text in written.texts(4) for line in text.split("\n"))
    assert address in written.spoken(4)


def test_a_chart_of_many_rows_has_a_slide_of_its_own(summary: Summary, deck: Any) -> None:
    (levels,) = [each for each in summary.decisions if each.item.exhibit == LEVELS]
    bars = Bars(tuple(Bar(f"Palvelu {n}", n, str(n), "early") for n in range(1, 16)), groups=(("A", 8), ("B", 7)))
    chart = Chart(bars, "Viisitoista palvelua", "Asiakkaita", "n = 300", "Palkit")
    many = replace(levels, exhibit=replace(levels.exhibit, chart=chart), title=chart.headline)
    crowded = replace(summary, decisions=(many, *summary.decisions[1:]))
    written = deck(crowded)  # nothing but a vote: one slide, the votes beside the subtitle
    assert written.titles.count(chart.headline) == 1
    assert {"Heti · Sija 1 · 1 ääni", "Asiakkaita"} <= set(written.texts(2))
    written = deck(changed(crowded, LEVELS, action="Kokeillaan"))
    assert written.titles.count(chart.headline) == 2
    assert [written.drawn(at) for at in (2, 3)] == [False, True]


def test_many_decisions_take_more_tables(summary: Summary, deck: Any) -> None:
    general = summary.decisions[-1]
    many = tuple(
        replace(general, rank=rank, item=Item(exhibit="general", votes=30 - rank, action=LONG)) for rank in range(1, 13)
    )
    written = deck(replace(summary, decisions=many))
    tables = [at for at, title in enumerate(written.titles) if title.startswith("Mitä päätettiin (")]
    assert len(tables) > 1
    assert written.titles[1] == f"Mitä päätettiin (1/{len(tables)})"
    rows = [row for at in tables for row in written.rows(at)[1:]]
    assert [row[0] for row in rows] == [str(rank) for rank in range(1, 13)]
    assert all(row[4].endswith(" …") for row in rows)


def test_the_same_bytes_every_time_and_nothing_that_cannot_be_opened(summary: Summary, deck: Any) -> None:
    first = deck(summary).content
    assert deck(summary).content == first
    text = " ".join(piece.text for piece in pieces(first))
    assert "Kokeillaan &amp; katsotaan" in text
    core = Presentation(io.BytesIO(first)).core_properties
    assert (core.author, core.last_modified_by) == ("kumppanuus", "kumppanuus")
    assert core.title.endswith("Työpajan yhteenveto")
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        relations = [archive.read(name) for name in archive.namelist() if name.endswith(".rels")]
    assert not [each for each in relations if b'TargetMode="External"' in each]


def test_a_template_of_another_size(
    summary: Summary, released: Released, study: Study, say: Say, facts: RunFacts, tmp_path: Path
) -> None:
    """Low slides leave no room for band and chart together, and all stays on the slide."""
    template = tmp_path / "pohja.pptx"
    Presentation().save(str(template))  # 4:3
    path = tmp_path / "x.pptx"
    write_summary_slides(path, summary, released, study, say=say, facts=facts, template=template)
    wide, high = Presentation(str(template)).slide_width, Presentation(str(template)).slide_height
    for slide in Deck(path.read_bytes()).slides:
        for shape in slide.shapes:
            assert min(shape.left, shape.top) >= 0
            assert shape.left + shape.width <= wide
            assert shape.top + shape.height <= high


def test_only_what_passed_the_gate(
    summary: Summary, unstamped: Released, study: Study, say: Say, facts: RunFacts, tmp_path: Path
) -> None:
    with pytest.raises(DisclosureError, match="KU501"):
        write_summary_slides(tmp_path / "x.pptx", summary, unstamped, study, say=say, facts=facts)
    assert not (tmp_path / "x.pptx").exists()
