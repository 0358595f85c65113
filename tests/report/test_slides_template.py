"""Slides on a consultant's own template: its size and layouts are used, and nothing else of it stays."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pptx import Presentation
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Pt

from kumppanuus.analysis import Analysis
from kumppanuus.disclosure.released import Released
from kumppanuus.errors import StudyError
from kumppanuus.language.say import Say
from kumppanuus.report.exhibits import exhibits
from kumppanuus.report.facts import RunFacts
from kumppanuus.report.slides import write_slides
from kumppanuus.report.slides.template import open_paper
from kumppanuus.study import Study

SECTIONS = (
    '<p:extLst xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main">'
    '<p:ext uri="{521415D9-36F7-43E2-AB2F-B90AF26B5E84}">'
    '<p14:sectionLst xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main">'
    '<p14:section name="Vanha" id="{11111111-1111-1111-1111-111111111111}"><p14:sldIdLst><p14:sldId id="256"/>'
    "</p14:sldIdLst></p14:section></p14:sectionLst></p:ext></p:extLst>"
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
Write = Callable[[Path], Path]


@pytest.fixture
def write(
    released: Released, analyses: Sequence[Analysis], study: Study, say: Say, facts: RunFacts, tmp_path: Path
) -> Write:
    def written(template: Path) -> Path:
        path = tmp_path / "diat.pptx"
        shown = exhibits(released, analyses, say)
        write_slides(path, released, shown, study, say=say, facts=facts, template=template)
        return path

    return written


def deck(*layouts: int) -> Any:
    """A template of 4:3 with some layouts of the standard one, with slides that somebody left in it."""
    made = Presentation()
    for place, layout in enumerate(list(made.slide_layouts)):
        if place not in layouts:
            made.slide_layouts.remove(layout)
    for layout in made.slide_layouts:
        slide = made.slides.add_slide(layout)
        slide.notes_slide.notes_text_frame.text = "Vanha muistiinpano"
        for holder in slide.placeholders:
            holder.text_frame.text = "Vanha dia"
    made.part._element.append(parse_xml(SECTIONS))
    made.core_properties.author = "Matti Meikäläinen"
    return made


def saved(made: Any, path: Path, **changes: bytes) -> Path:
    """Save a deck; `changes` replace bytes in its list of types."""
    written = io.BytesIO()
    made.save(written)
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "[Content_Types].xml" and changes:
                part = part.replace(changes["old"], changes["new"])
            new.writestr(name, part)
    return path


def test_its_size_and_layouts_are_used_and_its_slides_are_gone(write: Write, tmp_path: Path):
    path = write(saved(deck(0, 1, 5), tmp_path / "pohja.pptx"))
    opened = Presentation(str(path))
    assert (opened.slide_width, opened.slide_height) == (Pt(720), Pt(540))
    names = [slide.slide_layout.name for slide in opened.slides]
    assert names == ["Title Slide", *["Title Only"] * 8]  # what is hidden takes two
    with zipfile.ZipFile(path) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
        slides = [name for name in archive.namelist() if re.search(r"slides/slide\d+\.xml$", name)]
    assert len(slides) == 9
    for gone in ("Vanha", "Matti", "sectionLst", "printerSettings"):
        assert gone.encode() not in everything
    assert opened.core_properties.author == "kumppanuus"


def test_placeholders_that_would_stay_empty_are_taken_out(write: Write, tmp_path: Path):
    opened = Presentation(str(write(saved(deck(1), tmp_path / "pohja.pptx"))))
    assert {slide.slide_layout.name for slide in opened.slides} == {"Title and Content"}
    for slide in opened.slides:
        assert all(holder.text_frame.text.strip() for holder in slide.placeholders)


def test_content_stands_where_the_template_has_its_own(tmp_path: Path):
    made = deck(1, 5)
    body = next(each for each in made.slide_layouts[0].placeholders if each.placeholder_format.idx == 1)
    body.left, body.top, body.width, body.height = Pt(72), Pt(150), Pt(576), Pt(300)
    paper = open_paper(saved(made, tmp_path / "pohja.pptx"))
    box = paper.body
    assert (box.left, box.top, box.right, box.bottom) == (72, 150, 648, 450)
    assert paper.page.name == "Title Only"


def test_a_file_of_the_type_template_is_opened(write: Write, tmp_path: Path):
    template = saved(
        deck(0, 5), tmp_path / "pohja.potx",
        old=b"presentationml.presentation.main+xml", new=b"presentationml.template.main+xml",
    )  # fmt: skip
    path = write(template)
    with zipfile.ZipFile(path) as archive:
        assert b"template.main" not in archive.read("[Content_Types].xml")
    assert len(Presentation(str(path)).slides) == 9


def test_on_a_dark_ground_a_chart_stands_on_white_in_our_ink(write: Write, tmp_path: Path):
    made = deck(5)
    colours = made.slide_masters[0]._element.find(qn("p:clrMap"))
    colours.set("bg1", "dk1")
    colours.set("tx1", "lt1")
    slide = Presentation(str(write(saved(made, tmp_path / "pohja.pptx")))).slides[3]
    (place,) = [at for at, shape in enumerate(slide.shapes) if shape.has_chart]
    panel, chart = list(slide.shapes)[place - 1 : place + 1]
    assert str(panel.fill.fore_color.rgb) == "FFFFFF"
    assert panel.left < chart.left
    assert panel.left + panel.width > chart.left + chart.width
    assert not chart.chart._chartSpace.xpath('.//*[local-name()="schemeClr"][@val="tx1"]')


def _no_title(path: Path) -> Path:
    return saved(deck(6), path)


def _no_room(path: Path) -> Path:
    made = deck(5)
    made.slide_width, made.slide_height = Pt(400), Pt(300)
    return saved(made, path)


def _damaged(path: Path) -> Path:
    path.write_bytes(b"PK\x03\x04 nothing")
    return path


def _workbook(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    return path


def _macros(path: Path) -> Path:
    old, new = b"presentationml.presentation.main+xml", b"powerpoint.presentation.macroEnabled.main+xml"
    return saved(deck(5), path, old=old, new=new)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (_no_title, "KU540"), (_no_room, "KU540"), (_damaged, "KU541"), (_workbook, "KU541"),
        (lambda path: path, "KU541"), (_macros, "KU543"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told_and_nothing_is_written(
    make: Callable[[Path], Path], code: str, write: Write, tmp_path: Path
):
    with pytest.raises(StudyError, match=f"{code} file=pohja.pptx"):
        write(make(tmp_path / "pohja.pptx"))
    assert not (tmp_path / "diat.pptx").exists()


OBJECT = """<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
 xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><mc:Fallback><p:graphicFrame><p:nvGraphicFramePr>
 <p:cNvPr id="90" name="Olio"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><p:xfrm><a:off x="0" y="0"/>
 <a:ext cx="9" cy="9"/></p:xfrm><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/presentationml/2006/ole">
 <p:oleObj r:id="{object}" progId="Excel.Sheet.12"><p:embed/><p:pic><p:nvPicPr><p:cNvPr id="91" name=""/><p:cNvPicPr/>
 <p:nvPr/></p:nvPicPr><p:blipFill><a:blip r:embed="{look}"/></p:blipFill><p:spPr/></p:pic></p:oleObj>
 </a:graphicData></a:graphic></p:graphicFrame></mc:Fallback></mc:AlternateContent>"""
LINKED = """<p:pic xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><p:nvPicPr><p:cNvPr id="92" name="Kuva"/><p:cNvPicPr/>
 <p:nvPr/></p:nvPicPr><p:blipFill><a:blip r:link="{link}"/></p:blipFill><p:spPr/></p:pic>"""
TAGS = """<p:custDataLst xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
 <p:tags r:id="{tags}"/></p:custDataLst>"""


def test_what_its_owner_hung_on_it_is_not_handed_out(write: Write, tmp_path: Path):
    made = deck(5)
    layout, package = made.slide_layouts[0], made.part.package

    def hung(name: str, kind: str, content: bytes = b"salaisuus") -> str:
        return layout.part.relate_to(Part(PackURI(name), "application/octet-stream", package, content), OFFICE + kind)

    look, logo = (layout.part.get_or_add_image_part(io.BytesIO(pixel(shade)))[1] for shade in (10, 200))
    keys = {"object": hung("/ppt/embeddings/a.bin", "oleObject"), "look": look, "tags": hung("/ppt/tags/a.xml", "tags")}
    keys["link"] = layout.part.relate_to("http://kunta.example/kuva.png", OFFICE + "image", is_external=True)
    tree = layout._element.cSld.spTree
    for shape in (OBJECT, LINKED, LINKED.replace("r:link", "r:embed").replace("{link}", logo)):
        tree.append(parse_xml(shape.format(**keys)))
    tree.addnext(parse_xml(TAGS.format(**keys)))
    hung("/customXml/item1.xml", "customXml")
    with zipfile.ZipFile(write(saved(made, tmp_path / "pohja.pptx"))) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    assert not [name for name, inside in content.items() if b"salaisuus" in inside or b"kunta.example" in inside]
    assert [inside for name, inside in content.items() if name.startswith("ppt/media/")].count(pixel(200)) == 1
    assert pixel(10) not in content.values()
    (drawn,) = (inside for name, inside in content.items() if re.fullmatch(r"ppt/slideLayouts/\w+\.xml", name))
    assert drawn.count(b'name="Kuva"') == 1
    assert b"oleObj" not in drawn
    assert b"custDataLst" not in drawn


def pixel(shade: int) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (2, 2), (shade, shade, shade)).save(written, "PNG")
    return written.getvalue()
