"""The deck: its order, titles, notes, words for those who do not see, marks, metadata, and what its charts hold."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

from kumppanuus.analysis import Analysis
from kumppanuus.disclosure import released as stamped
from kumppanuus.disclosure.released import Released
from kumppanuus.disclosure.scan import numbers_of, scan_outputs
from kumppanuus.errors import DisclosureError, StudyError
from kumppanuus.language.catalogue import LANGUAGES
from kumppanuus.language.say import Say, speaker
from kumppanuus.report.exhibits import Exhibit, exhibits
from kumppanuus.report.facts import RunFacts
from kumppanuus.report.slides import write_slides
from kumppanuus.study import Study

from .slide_forms import FORMS

Write = Callable[..., Path]


_WRITTEN: dict[str, bytes] = {}
"""Decks of the usual name by what they were made of: the same one is written once."""


@pytest.fixture
def write(released: Released, analyses: Sequence[Analysis], study: Study, facts: RunFacts, tmp_path: Path) -> Write:
    """Write a deck of the sample run, or of some forms in its place."""

    def written(
        name: str = "diat.pptx",
        *,
        language: str = "fi",
        forms: Sequence[str] = (),
        run: Released = released,
        **more: Any,
    ) -> Path:
        path, what = tmp_path / name, repr((language, forms, run.face, more))
        if name != "diat.pptx" or what not in _WRITTEN:
            anew(path, language, forms, run, **more)
            _WRITTEN[what] = path.read_bytes()
        path.write_bytes(_WRITTEN[what])
        return path

    def anew(path: Path, language: str, forms: Sequence[str], run: Released, **more: Any) -> None:
        say = speaker(study, language)  # type: ignore[arg-type]
        shown = exhibits(run, analyses, say)
        if forms:
            shown = tuple(_with_form(shown[0], form, place) for place, form in enumerate(forms, start=1))
        write_slides(path, run, shown, study, say=say, facts=facts, **more)

    return written


def _with_form(exhibit: Exhibit, form: str, number: int) -> Exhibit:
    chart = replace(exhibit.chart, form=FORMS[form], headline=f"Havainto {number}", alt=f"Sanoin {number}")
    return replace(exhibit, key=f"a.b/{form}", chart=chart, number=number)


def titles(path: Path) -> list[str]:
    return [slide.shapes.title.text_frame.text for slide in Presentation(str(path)).slides]


def parts(path: Path, like: str) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if re.search(like, name)}


def shapes(slide: Any) -> Iterator[Any]:
    for shape in slide.shapes:
        yield shape
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            yield from shape.shapes


def alt(shape: Any) -> str:
    return shape._element._nvXxPr.cNvPr.get("descr", "")


def words(slide: Any) -> str:
    return "\n".join(shape.text_frame.text for shape in shapes(slide) if shape.has_text_frame)


def test_only_what_passed_the_gate_is_written(
    tmp_path: Path, unstamped: Released, released: Released, analyses: Sequence[Analysis], study: Study, say: Say,
    facts: RunFacts,
):  # fmt: skip
    path = tmp_path / "refused.pptx"
    shown = exhibits(released, analyses, say)
    with pytest.raises(DisclosureError, match="KU501"):
        write_slides(path, unstamped, shown, study, say=say, facts=facts)
    assert not path.exists()


def test_slides_stand_in_order_with_findings_as_titles(write: Write):
    path = write()
    deck = Presentation(str(path))
    assert (deck.slide_width, deck.slide_height) == (12192000, 6858000)
    assert titles(path) == [
        "Lasten, nuorten ja perheiden palvelut",
        "Päähavainnot",
        "Yhtään luettua riviä ei tarvinnut siirtää karanteeniin",
        'Pisin asiakkuus: <script>alert("x")</script>',
        "Asiakkuuksien kesto",
        "Asiakkuuksien kesto: ei laskettavaa",
        "Asiakkuuksien kesto: aineisto puuttuu",
        "Mitä on peitetty ja miten lukuja luetaan",
    ]
    cover = words(deck.slides[0])
    assert "Esimerkkilä <script>" in cover
    assert "1.1.2021–31.12.2025" in cover
    assert "Synteettinen aineisto" in cover
    assert "Ajo 7f3a9c" in cover


def test_findings_lead_to_their_slides(write: Write):
    deck = Presentation(str(write()))
    box = next(shape for shape in deck.slides[1].shapes if shape.name == "Päähavainnot")
    links = [run._r.rPr.hlinkClick for paragraph in box.text_frame.paragraphs for run in paragraph.runs]
    aims = [deck.slides[1].part.related_part(link.rId).slide for link in links if link is not None]
    assert [aim.shapes.title.text_frame.text for aim in aims] == titles(write())[3:5]
    assert [run.text for paragraph in box.text_frame.paragraphs for run in paragraph.runs[-1:]] == [
        "Kuvio 1",
        "Kuvio 2",
    ]


def test_the_speaker_has_questions_reading_help_and_the_source(write: Write):
    notes = Presentation(str(write())).slides[3].notes_slide.notes_text_frame.text.split("\n")
    assert notes == [
        "Kuvio 1/4",
        "Keskustelkaa:",
        "– Mistä ero johtuu?",
        "– Mitä muuttaisimme?",
        "Lukuohje: Mitä pidempi palkki, sitä enemmän.",
        "Huomaa: Alle 5 peitetään.",
        "Menetelmä: Kaplan–Meier-estimaatti.",
        "luvut pyöristetty, pienet peitetty",
        "6 lukua on peitetty, jotta ketään ei voi tunnistaa.",
        "Ajo 7f3a9c",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_has_words_and_no_type_is_too_small(language: str, write: Write):
    path = write(language=language, forms=list(FORMS))
    slides = Presentation(str(path)).slides
    for number, slide in enumerate(list(slides)[3:-1], start=1):
        seen = [shape for shape in slide.shapes if shape.has_chart or shape.shape_type == MSO_SHAPE_TYPE.PICTURE]
        seen += [shape for shape in slide.shapes if shape.shape_type == MSO_SHAPE_TYPE.GROUP]
        assert all(alt(shape) for shape in seen)
        told = sum(alt(shape) == f"Sanoin {number}" for shape in slide.shapes)
        assert told == (list(FORMS)[number - 1] != "notice")  # that one is words already
    for name, part in parts(path, r"(slides/slide|charts/chart)\d+\.xml$").items():
        sizes = [int(size) for size in re.findall(rb'<a:(?:rPr|defRPr|endParaRPr)\b[^>]*?\bsz="(\d+)"', part)]
        assert min(sizes) >= 1400, name
        assert set(re.findall(rb' lang="([\w-]+)"', part)) <= {
            {"fi": b"fi-FI", "sv": b"sv-FI", "en": b"en-GB"}[language]
        }


def books(path: Path) -> list[list[list[object]]]:
    """The tables behind the charts, in the order of the slides."""
    found = []
    for slide in Presentation(str(path)).slides:
        for shape in slide.shapes:
            if shape.has_chart:
                book = openpyxl.load_workbook(io.BytesIO(shape.chart.part.chart_workbook.xlsx_part.blob))
                assert book.sheetnames == ["Sheet1"]
                found.append([[cell.value for cell in row] for row in book["Sheet1"].iter_rows()])
    return found


def test_a_table_behind_a_chart_holds_what_the_chart_shows_and_nothing_else(write: Write):
    bars, stacked, lines, dumbbell, curves, histogram, run, stock = books(
        write(forms=["bars", "stacked", "lines", "dumbbell", "curves", "histogram", "run", "stock"])
    )
    assert bars == [
        [None, "Asiakkaita"],
        ["VARHAINEN TUKI", None],
        ["Perhetyö", 1113],
        ['=HYPERLINK("http://evil.example/")', 9],
        ["Turvakoti: peitetty", None],
    ]
    assert stacked == [[None, "Oma", "Osto"], ["2024: 2,5 milj. €", 1200000, 1300000], ["2025", None, 1500000]]
    assert lines == [[None, "Kaikki"], ["2021", 9], ["2022", None], ["2023", 21], ["2024", 27]]
    assert dumbbell == [[None, "nyt", "ehdotus"], ["A", 0.03, 0.031], ["B", None, 8.84], ["C", None, None]]
    assert curves[0] == [
        None, "Kaikki\nmediaani 2 kk", "Lyhyt", "Kaikki, 95\xa0%:n luottamusvälin alaraja",
        "Kaikki, 95\xa0%:n luottamusvälin yläraja",
    ]  # fmt: skip
    assert [row[:3] for row in curves[1:]] == [
        ["0", 1, 1], ["1", 0.8, None], ["2", None, 0.4], ["3", 0.25, None], ["4", None, None]
    ]  # fmt: skip
    assert [row[3:] for row in curves[1:3]] == [[1, 1], [0.7, 0.9]]
    assert histogram == [[None, "Lapsia"], ["0–10", 21], ["10–20", None], ["20–30", 9]]
    assert run == [
        [None, "Odotus, pv", "mediaani 20", "tavoite 14"],
        ["tammi", 21, 20, 14], [None, None, 20, 14], ["maalis", 33, 20, 14],
    ]  # fmt: skip
    assert [row[:3] for row in stock[1:]] == [["2024", 400, 500], [None, None, 500], ["2026", 420, 500]]


def test_numbers_are_no_more_exact_than_the_picture(write: Write):
    path = write(forms=["exact"])
    assert books(path) == [[[None, "Arvo"], ["a", 0.988], ["b", 12900000], ["c", 8.84], ["d", 17.8]]]
    assert b"0.98837" not in b"".join(parts(path, r"charts/chart\d+\.xml$").values())


def test_labels_are_the_protected_words(write: Write):
    path = write(forms=["bars", "dumbbell"])
    bars, dumbbell = (etree.fromstring(part) for _, part in sorted(parts(path, r"charts/chart\d+\.xml$").items()))
    said = [label.xpath("string()") for label in bars.xpath("//*[local-name()='dLbl']")]
    assert [re.sub(r"^\d|0{3,}.*", "", text) for text in said] == ["noin 1\xa0113\xa0\xa030\xa0%", "noin 9"]
    assert "C: peitetty" in "".join(dumbbell.itertext())
    shown = bars.xpath("//*[local-name()='ser']/*[local-name()='dLbls']/*[local-name()='showVal']/@val")
    assert shown == ["0"]  # a mark without words of its own shows no number


def test_a_network_is_made_of_named_shapes_that_hold_together(write: Write):
    slide = Presentation(str(write(forms=["network"]))).slides[3]
    groups = {shape.name: shape for shape in slide.shapes if shape.shape_type == MSO_SHAPE_TYPE.GROUP}
    assert set(groups) == {"Neuvola", "Perhetyö", "Sijaishuolto"}
    circles = {shape.shape_id: shape.name for group in groups.values() for shape in group.shapes}
    ties = [shape for shape in slide.shapes if shape._element.tag.endswith("}cxnSp")]
    assert [alt(tie) for tie in ties] == ["Neuvola – Perhetyö: 1,6"]
    ends = ties[0]._element.nvCxnSpPr.cNvCxnSpPr
    assert (circles[ends.stCxn.id], circles[ends.endCxn.id]) == ("Neuvola", "Perhetyö")
    (curve,) = [shape for shape in slide.shapes if shape.name == "Neuvola – Sijaishuolto"]
    assert curve._element.xpath(".//a:cubicBezTo")  # past the circle in between


def test_curves_that_find_no_room_become_a_picture_without_the_remark(write: Write):
    narrow, wide = (Presentation(str(write(forms=[form]))).slides[3] for form in ("curves-uneven", "curves"))
    assert [shape.shape_type for shape in narrow.shapes].count(MSO_SHAPE_TYPE.PICTURE) == 1
    assert "ohuet viivat" not in words(narrow)
    assert "ohuet viivat" in words(wide)


def test_the_table_below_curves_is_a_table(write: Write):
    slide = Presentation(str(write(forms=["curves"]))).slides[3]
    (table,) = [shape.table for shape in slide.shapes if shape.has_table]
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows == [["Seurannassa", "0", "2", "4"], ["Kaikki", "noin 63", "33", "peitetty"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_slide_of_an_internal_run_is_marked(language: str, released: Released, write: Write):
    internal = replace(released, face="internal", seal=stamped._SEAL)
    mark = {"fi": "SALASSA PIDETTÄVÄ", "sv": "SEKRETESSBELAGT", "en": "CONFIDENTIAL"}[language]
    slides = Presentation(str(write(language=language, run=internal))).slides
    for slide in slides:
        band = list(slide.shapes)[-1]
        assert (band.text_frame.text, band.left, band.top) == (mark, 0, 0)
        assert band.width == 12192000
    assert all(mark in slides[place].notes_slide.notes_text_frame.text for place in (0, 3, 4))
    if language == "fi":
        assert not any(mark in words(slide) for slide in Presentation(str(write())).slides)


def test_a_slide_is_read_from_its_title_to_its_number(write: Write):
    slide = Presentation(str(write())).slides[3]
    assert [shape.name for shape in slide.shapes] == ["Otsikko", "Alaotsikko", "Kuvio", "Lähde", "Dian numero"]


def test_some_charts_can_be_chosen(write: Write):
    assert titles(write(charts=["lifecycle.durations/levels"]))[2:-1] == ["Asiakkuuksien kesto"]
    with pytest.raises(StudyError, match=r"KU542.*chart=lifecycle.durations/level .*lifecycle.durations/levels"):
        write("other.pptx", charts=["lifecycle.durations/level"])


def test_the_file_is_the_same_every_time_and_knows_no_clock(write: Write):
    some = ["bars", "dumbbell", "curves", "curves-uneven", "network", "stock"]
    first, second = (write(name, forms=some).read_bytes() for name in ("a.pptx", "b.pptx"))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        names = archive.namelist()
        assert len(names) == len(set(names))
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        text = b"".join(archive.read(name) for name in names if name.endswith((".xml", ".rels")))
        inner = [archive.read(name) for name in names if name.endswith(".xlsx")]
    assert not re.search(rb"thumbnail|printerSettings|datetimeFigureOut|Macintosh|creationId", text)
    for content in inner:
        properties = openpyxl.load_workbook(io.BytesIO(content)).properties
        assert (properties.creator, str(properties.created)) == ("kumppanuus", "2025-12-31 00:00:00")
    core = Presentation(io.BytesIO(first)).core_properties
    assert (core.author, core.last_modified_by, core.revision) == ("kumppanuus", "kumppanuus", 1)
    assert str(core.created) == str(core.modified) == "2025-12-31 00:00:00"


def test_ids_of_shapes_are_unique_on_every_slide(write: Write):
    for slide in Presentation(str(write(forms=list(FORMS)))).slides:
        ids = slide._element.xpath("//p:cNvPr/@id")
        assert len(ids) == len(set(ids))


def test_the_scan_looks_into_charts_notes_and_workbooks(write: Write, released: Released, tmp_path: Path):
    write(forms=list(FORMS))
    numbers = numbers_of(released)

    def leaks(*secrets: str) -> set[str]:
        known = scan_outputs(
            tmp_path, knows=lambda tokens: [token in secrets for token in tokens], released_numbers=numbers
        )
        return {leak.kind for leak in known}

    assert leaks() == set()
    assert leaks("Turvakoti") == {"identifier"}  # only in the table of a chart and its copy in the drawing
    assert leaks("muuttaisimme") == {"identifier"}  # only in the notes
