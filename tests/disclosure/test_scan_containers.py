"""Canaries in every kind of file, and in files within files: what may not leave is found wherever it hides."""

from __future__ import annotations

import base64
import gzip
import io
import json
import urllib.parse
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
import xlsxwriter

from kumppanuus.disclosure.scan import Knows, Leak, is_identity_code, make_knows, scan_outputs
from kumppanuus.intake.pseudonym import pseudonym
from tests.disclosure.test_scan import picture, zipped

KEY = bytes(range(32))
CLIENT, NAME, HYPHENATED = "398767", "Meikäläinen Maija", "AB-77-12"
DOMAINS = {CLIENT: "client", NAME: "person", HYPHENATED: "family"}
HIDDEN_AS = pseudonym(CLIENT, key=KEY, domain="client")
OFFICE = "http://schemas.openxmlformats.org/presentationml/2006/main"


def by_key(value: str, domain: str) -> int:
    return pseudonym(value, key=KEY, domain=domain)


@pytest.fixture(scope="module")
def knows() -> Knows:
    identifiers = np.array([by_key(value, domain) for value, domain in DOMAINS.items()], dtype=np.uint64)
    return make_knows(by_key, ("client", "family", "person"), identifiers)


def book(write: Callable[[xlsxwriter.Workbook], object]) -> bytes:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_numbers": False}) as made:
        write(made)
    return written.getvalue()


def chart_title(made: xlsxwriter.Workbook, text: str) -> None:
    sheet, chart = made.add_worksheet("Luvut"), made.add_chart({"type": "line"})
    sheet.write_column(0, 0, [1, 2])
    chart.add_series({"values": "=Luvut!$A$1:$A$2"})
    chart.set_title({"name": text})
    sheet.insert_chart(0, 2, chart)


def slides(text: str = "", attribute: str = "", notes: str = "", core: str = "", embedded: bytes = b"") -> bytes:
    """The parts of a presentation that hold texts, as programs write them."""
    slide = (
        f'<?xml version="1.0"?><p:sld xmlns:p="{OFFICE}" xmlns:a="a"><p:cSld><p:spTree>'
        f'<p:cNvPr id="2147483648" name="Kuva 1" descr="{attribute}"/><a:off x="1234567" y="7654321"/>'
        f"<a:p><a:r><a:rPr sz='1800'/><a:t>{text}</a:t></a:r></a:p></p:spTree></p:cSld></p:sld>"
    )
    note = f'<?xml version="1.0"?><p:notes xmlns:p="{OFFICE}" xmlns:a="a"><a:r><a:t>{notes}</a:t></a:r></p:notes>'
    facts = f'<?xml version="1.0"?><cp:coreProperties xmlns:dc="d"><dc:creator>{core}</dc:creator></cp:coreProperties>'
    return zipped(
        ("ppt/slides/slide1.xml", slide.encode()),
        ("ppt/notesSlides/notesSlide1.xml", note.encode()),
        ("docProps/core.xml", facts.encode()),
        ("ppt/embeddings/Microsoft_Excel_Sheet1.xlsx", embedded or book(lambda made: made.add_worksheet())),
    )


def cell(text: str) -> bytes:
    return book(lambda made: made.add_worksheet().write_string(3, 2, text))


def svg(text: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg"><text x="1">{text}</text></svg>'


def address(content: bytes, kind: str) -> bytes:
    return f'<p><img alt="" src="data:{kind};base64,{base64.b64encode(content).decode()}"></p>'.encode()


def packed_text(text: str) -> bytes:
    return picture(b"iTXt", b"Description\0\1\0fi\0\0" + zlib.compress(text.encode()))


CONTAINERS: Mapping[str, Callable[[str], bytes]] = {
    "page.html": lambda text: f"<p>sana {text} sana</p>".encode(),
    "alt.html": lambda text: f'<img alt="{text}">'.encode(),
    "remark.html": lambda text: f"<p>x</p><!-- {text} -->".encode(),
    "inline.html": lambda text: f"<figure>{svg(text)}</figure>".encode(),
    "svg_in.html": lambda text: address(svg(text).encode(), "image/svg+xml"),
    "svg_percent.html": lambda text: f'<img src="data:image/svg+xml,{urllib.parse.quote(svg(text))}">'.encode(),
    "png_in.html": lambda text: address(picture(b"tEXt", b"Title\0" + text.encode()), "image/png"),
    "book_in.html": lambda text: address(cell(text), "application/zip"),
    "drawing.svg": lambda text: svg(text).encode(),
    "desc.svg": lambda text: f"<svg><desc>{text}</desc></svg>".encode(),
    "png_in.svg": lambda text: b"<svg>" + address(packed_text(text), "image/png") + b"</svg>",
    "text.png": lambda text: picture(b"tEXt", b"Comment\0" + text.encode()),
    "packed.png": lambda text: picture(b"zTXt", b"Comment\0\0" + zlib.compress(text.encode())),
    "unicode.png": packed_text,
    "behind.png": lambda text: picture(b"tEXt", b"Comment\0x", text.encode()),
    "cell.xlsx": cell,
    "comment.xlsx": lambda text: book(lambda made: made.add_worksheet().write_comment(0, 0, text)),
    "title.xlsx": lambda text: book(lambda made: made.set_properties({"title": text})),
    "company.xlsx": lambda text: book(lambda made: made.set_properties({"company": text})),
    "custom.xlsx": lambda text: book(lambda made: made.set_custom_property("laji", text, "text")),
    "header.xlsx": lambda text: book(lambda made: made.add_worksheet().set_header(f"&C{text}")),
    "sheet.xlsx": lambda text: book(lambda made: made.add_worksheet(text)),
    "list.xlsx": lambda text: book(
        lambda made: made.add_worksheet().data_validation(0, 0, 0, 0, {"validate": "list", "source": ["a", text]})
    ),
    "box.xlsx": lambda text: book(lambda made: made.add_worksheet().insert_textbox(0, 0, text)),
    "chart.xlsx": lambda text: book(lambda made: chart_title(made, text)),
    "alt.xlsx": lambda text: book(
        lambda made: made.add_worksheet().insert_textbox(0, 0, "x", {"description": text})
    ),
    "slide.pptx": lambda text: slides(text=text),
    "descr.pptx": lambda text: slides(attribute=text),
    "notes.pptx": lambda text: slides(notes=text),
    "core.pptx": lambda text: slides(core=text),
    "embedded.pptx": lambda text: slides(embedded=cell(text)),
    "all.zip": lambda text: zipped(("kalvot/esitys.pptx", slides(embedded=cell(text)))),
    "value.json": lambda text: json.dumps({"a": [{"b": f"x {text}"}]}).encode(),
    "key.json": lambda text: json.dumps({text: 1}, ensure_ascii=False).encode(),
    "rows.csv": lambda text: f"a;b\r\n1;{text}\r\n".encode(),
    "wide.txt": lambda text: f"sana {text}".encode("utf-16"),
    "packed.svgz": lambda text: gzip.compress(svg(text).encode()),
    "object.bin": lambda text: b"\xd0\xcf\x11\xe0\0\0\0" + f"nimi {text}".encode("utf-16-le") + b"\0\0\xff",
}  # fmt: skip


def leaks_of(content: bytes, name: str, folder: Path, knows: Knows) -> tuple[Leak, ...]:
    (folder / name).write_bytes(content)
    return scan_outputs(folder, knows=knows, said=frozenset())


def identity_codes() -> list[str]:
    born, serial = "131052", "308"
    signs = "+-YXWVUABCDEF‐‑–−"
    return [f"{born}{sign}{serial}T" for sign in signs]


def test_the_canaries_are_identity_codes():
    assert all(map(is_identity_code, identity_codes()))


@pytest.mark.parametrize("name", CONTAINERS)
def test_an_identity_code_is_found_in_every_container(name: str, tmp_path: Path):
    for place, code in enumerate(identity_codes()):
        folder = tmp_path / str(place)
        folder.mkdir()
        found = leaks_of(CONTAINERS[name](code), name, folder, lambda tokens: [False] * len(tokens))
        assert found == (Leak(name, "identity_code"),), place


WRITTEN = {
    "decimal": str(HIDDEN_AS),
    "signed": str(HIDDEN_AS - 2**64),
    "hexadecimal": f"{HIDDEN_AS:016x}",
    "capitals": f"{HIDDEN_AS:016X}",
    "prefixed": f"0x{HIDDEN_AS:016x}",
    "backwards": HIDDEN_AS.to_bytes(8, "little").hex(),
    "float": repr(float(HIDDEN_AS)),
}


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_pseudonym_is_found_in_every_container(name: str, tmp_path: Path, knows: Knows):
    for way, text in WRITTEN.items():
        folder = tmp_path / way
        folder.mkdir()
        assert leaks_of(CONTAINERS[name](text), name, folder, knows) == (Leak(name, "pseudonym"),), way


@pytest.mark.parametrize("name", CONTAINERS)
@pytest.mark.parametrize("value", DOMAINS)
def test_a_raw_value_is_found_in_every_container(value: str, name: str, tmp_path: Path, knows: Knows):
    assert leaks_of(CONTAINERS[name](value), name, tmp_path, knows) == (Leak(name, "identifier"),)


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_clean_file_is_no_leak(name: str, tmp_path: Path, knows: Knows):
    for place, text in enumerate(("Perhetyö 1 305 kpl", "398768", "131052-308U", "3.2.2026", "12345678901234567890")):
        folder = tmp_path / str(place)
        folder.mkdir()
        assert leaks_of(CONTAINERS[name](text), name, folder, knows) == (), place


@pytest.mark.parametrize(
    "content",
    [
        book(lambda made: made.add_worksheet().write_number(0, 0, HIDDEN_AS)),
        json.dumps({"a": float(HIDDEN_AS)}).encode(),
        json.dumps({"a": HIDDEN_AS}).encode(),
        f"<p>{HIDDEN_AS:,}</p>".replace(",", "\N{NO-BREAK SPACE}").encode(),
        json.dumps({"hash": f"{HIDDEN_AS:016x}{7:016x}"}).encode(),
    ],
    ids=["cell", "float", "number", "grouped", "in a hash"],
)
def test_a_pseudonym_written_as_a_number_is_found(content: bytes, tmp_path: Path, knows: Knows):
    assert leaks_of(content, "a", tmp_path, knows) == (Leak("a", "pseudonym"),)


def test_a_number_in_groups_is_found_though_it_is_a_multiple_of_3(tmp_path: Path):
    known = make_knows(by_key, ("client",), np.array([by_key("398766", "client")], dtype=np.uint64))
    assert leaks_of(b"<p>398 766</p>", "a.html", tmp_path, known) == (Leak("a.html", "identifier"),)


def locked() -> bytes:
    content = bytearray(zipped(("a.txt", b"x" * 50)))
    for head, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the bit that says "encrypted"
        content[content.index(head) + flags] |= 1
    return bytes(content)


def nested(levels: int) -> bytes:
    content = b"x"
    for _ in range(levels):
        content = zipped(("a", content))
    return content


@pytest.mark.parametrize(
    "content",
    [
        cell("x")[:-40],
        cell("x")[:200],
        locked(),
        nested(8),
        gzip.compress(b"x" * 900)[:-9],
        b"%PDF-1.7\n",
        b"7z\xbc\xaf\x27\x1c",
    ],
    ids=["cut", "cut short", "locked", "too deep", "cut gzip", "pdf", "7z"],
)
def test_what_cannot_be_opened_counts_as_a_leak(content: bytes, tmp_path: Path, knows: Knows):
    assert leaks_of(content, "a.bin", tmp_path, knows) == (Leak("a.bin", "unreadable"),)


def test_files_within_files_are_opened_as_deep_as_ours_go(tmp_path: Path, knows: Knows):
    inner = address(zipped(("a.pptx", slides(embedded=cell(CLIENT)))), "application/zip")
    assert leaks_of(inner, "a.html", tmp_path, knows) == (Leak("a.html", "identifier"),)


@pytest.mark.parametrize("text", [f"OTTO {CLIENT}", f"true {CLIENT}", f"PK {CLIENT}", f"BZ {CLIENT}"])
def test_a_text_is_not_taken_for_a_font_or_an_archive(text: str, tmp_path: Path, knows: Knows):
    assert leaks_of(text.encode(), "a.txt", tmp_path, knows) == (Leak("a.txt", "identifier"),)


def test_a_name_of_a_file_can_leak_and_is_not_repeated(tmp_path: Path, knows: Knows):
    (tmp_path / "charts").mkdir()
    for name in (f"01-{CLIENT}.svg", f"{HIDDEN_AS}.png", "131052-308T.html"):
        (tmp_path / "charts" / name).write_bytes(b"<p>x</p>")
    assert scan_outputs(tmp_path, knows=knows) == (
        Leak("…/….html", "identity_code"),
        Leak("…/….png", "pseudonym"),
        Leak("…/….svg", "identifier"),
    )


def test_a_folder_of_that_name_is_not_repeated_either(tmp_path: Path, knows: Knows):
    (tmp_path / CLIENT).mkdir()
    (tmp_path / CLIENT / "a.html").write_text(f"<p>{NAME}</p>", encoding="utf-8")
    assert scan_outputs(tmp_path, knows=knows) == (Leak("…/….html", "identifier"),)


def test_a_workbook_with_a_broken_part_is_refused(tmp_path: Path, knows: Knows):
    content = bytearray(cell("x"))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        place = archive.getinfo("xl/workbook.xml").header_offset
    content[place + 60] ^= 255
    assert leaks_of(bytes(content), "a.xlsx", tmp_path, knows) == (Leak("a.xlsx", "unreadable"),)
