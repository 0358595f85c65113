from __future__ import annotations

import base64
import io
import re
import struct
import time
from xml.etree import ElementTree

import pytest
from fontTools.ttLib import TTFont

from kumppanuus.drawing import Bar, Bars, Chart, Frame, font_face_css, png_bytes, svg_text
from tests.drawing.drawing_specs import FORMS, bars, chart, curves, network, stacked

SVG = "{http://www.w3.org/2000/svg}"


def _chunks(png: bytes) -> list[bytes]:
    at, kinds = 8, []
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kinds.append(png[at + 4 : at + 8])
        at += 12 + length
    return kinds


def test_png_is_one_slide_without_metadata_and_always_the_same() -> None:
    one = png_bytes(chart(curves(3)))
    assert struct.unpack(">II", one[16:24]) == (1920, 1080)
    assert not {b"tEXt", b"iTXt", b"zTXt", b"tIME"} & set(_chunks(one))
    assert one == png_bytes(chart(curves(3)))


@pytest.mark.parametrize("frame", ["full", "body"])
@pytest.mark.parametrize("case", FORMS)
def test_svg_is_clean(case: str, frame: Frame) -> None:
    text = svg_text(chart(FORMS[case]), prefix="k7", frame=frame)
    root = ElementTree.fromstring(text)
    assert root.tag == SVG + "svg"
    ids = [element.get("id") for element in root.iter() if element.get("id") is not None]
    assert len(ids) == len(set(ids))
    assert all(one is not None and (one == "k7" or one.startswith("k7-")) for one in ids)
    links = re.findall(r"(?:url\(#|href=\"#)([^)\"]+)", text)
    assert set(links) <= set(ids)
    assert not list(root.iter(SVG + "style"))
    assert "metadata" not in text
    assert "matplotlib" not in text.lower()
    for element in root.iter():
        geometry = " ".join(element.get(name, "") for name in ("d", "x", "y", "transform", "width", "height"))
        assert not re.search(r"\.\d\d", geometry)
    assert text == svg_text(chart(FORMS[case]), prefix="k7", frame=frame)


def test_svg_names_itself_for_those_who_do_not_see_it() -> None:
    root = ElementTree.fromstring(svg_text(Chart(bars(2), "A < B & $C$", "", "", "sanat <b>"), prefix="x"))
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "x-title x-desc"
    assert root.get("width") == "100%"
    assert root.get("height") is None
    title, desc = root.find(SVG + "title"), root.find(SVG + "desc")
    assert title is not None
    assert desc is not None
    assert (title.get("id"), title.text) == ("x-title", "A < B & $C$")
    assert (desc.get("id"), desc.text) == ("x-desc", "sanat <b>")


def test_svg_text_stays_text_in_the_font_of_the_house() -> None:
    words = "Hinta $100 & $200 < 50"
    text = svg_text(chart(Bars((Bar(words, 3.0, "$x^2$", "early", bold=True),))), prefix="x")
    root = ElementTree.fromstring(text)
    texts = {element.text: element.get("style") or "" for element in root.iter(SVG + "text")}
    assert "font-weight: 700" in texts[words]
    assert "font-size: 18px" in texts[words]
    assert "$x^2$" in texts
    assert "'Source Sans Pro'" in (root.get("style") or "")


def test_body_leaves_the_words_to_the_page() -> None:
    body, full = (svg_text(chart(bars(2)), prefix="x", frame=frame) for frame in ("body", "full"))
    assert 'id="x-headline-0"' not in body
    assert 'id="x-footer-0"' not in body
    assert 'id="x-headline-0"' in full
    assert 'viewBox="0 0 960 540"' in full


def test_body_of_few_bars_is_low() -> None:
    def height(count: int) -> float:
        root = ElementTree.fromstring(svg_text(chart(bars(count)), prefix="x"))
        return float((root.get("viewBox") or "").split()[3])

    assert height(2) < height(4) < height(15) <= 412


@pytest.mark.parametrize("prefix", ["", "1a", "a b", 'a"', "ä"])
def test_prefix_must_be_an_id(prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        svg_text(chart(bars(1)), prefix=prefix)


def test_hatches_of_two_charts_do_not_share_an_id() -> None:
    one, two = (svg_text(chart(stacked(3)), prefix=prefix) for prefix in ("a", "b"))
    ids = [set(re.findall(r' id="([^"]+)"', text)) for text in (one, two)]
    assert "pattern" in one
    assert not ids[0] & ids[1]


def test_embedded_font_holds_the_letters_used_and_the_usual_ones_only() -> None:
    text = svg_text(chart(Bars((Bar("äö", 1.0, "1", "early"),)), "Äöh"), prefix="x", frame="full", embed_font=True)
    ElementTree.fromstring(text)
    assert text.count("@font-face") == 2
    usual = set(map(chr, range(0x20, 0x7F))) | set("åäöÅÄÖ–−→≥\u00a0")
    for letters, more in (("bä→b", ""), ("bģ\n", "ģ")):
        faces = re.findall(r"base64,([^)]+)\)", font_face_css(letters))
        assert len(faces) == 2
        for face in faces:
            font = TTFont(io.BytesIO(base64.b64decode(face)))
            assert font.flavor == "woff"
            held = set(map(chr, font.getBestCmap()))
            assert usual <= held
            assert ("ģ" in held) is bool(more)
            assert len(held) < 160
            assert len(face) < 20_000


def test_font_face_is_the_same_for_the_same_letters() -> None:
    assert font_face_css("abcå") == font_face_css("åcbaab")
    assert font_face_css("").count("@font-face") == 2


def test_a_chart_takes_less_than_a_quarter_of_a_second() -> None:
    charts = [chart(curves(5)), chart(network((9, 9, 9, 9), 12)), chart(bars(15))]
    svg_text(charts[0], prefix="warm")
    for one in charts:
        start = time.process_time()
        svg_text(one, prefix="x")
        assert time.process_time() - start < 0.25
