from __future__ import annotations

import base64
import io
import json
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from kumppanuus.analysis import Column, Table
from kumppanuus.disclosure import released as stamped
from kumppanuus.disclosure.released import Released, ReleasedResult, ReleasedTable, Rules, Seal
from kumppanuus.disclosure.scan import Knows, Leak, is_identity_code, make_knows, numbers_of, scan_outputs
from kumppanuus.errors import DisclosureError
from kumppanuus.intake.pseudonym import pseudonym

KEY = bytes(range(32))
CLIENT, NAME, HYPHENATED = "398768", "Meikäläinen Maija", "AB-77-12"
PERSON = "131052-308T"
RAW = {CLIENT: "client", NAME: "person", HYPHENATED: "family", PERSON: "person"}
HIDDEN_AS = pseudonym(CLIENT, key=KEY, domain="client")


def by_key(value: str, domain: str) -> int:
    return pseudonym(value, key=KEY, domain=domain)


@pytest.fixture
def knows() -> Knows:
    identifiers = np.array([by_key(value, domain) for value, domain in RAW.items()], dtype=np.uint64)
    return make_knows(by_key, ("client", "family", "person"), identifiers)


def zipped(*files: tuple[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return written.getvalue()


def workbook(write: Callable[[object], None]) -> bytes:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        write(book)
    return written.getvalue()


def picture(kind: bytes, body: bytes, tail: bytes = b"") -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(kind, body) + chunk(b"IEND", b"") + tail


def data_address(content: bytes, kind: str = "application/zip") -> bytes:
    return f'<p><a href="data:{kind};base64,{base64.b64encode(content).decode()}">x</a></p>'.encode()


CELL = workbook(lambda book: book.add_worksheet().write_string(4, 1, f"asiakas {CLIENT}"))  # type: ignore[attr-defined]
NUMBER = workbook(lambda book: book.add_worksheet().write_number(0, 0, int(CLIENT)))  # type: ignore[attr-defined]


def _write_rich(book: object) -> None:
    sheet = book.add_worksheet()  # type: ignore[attr-defined]
    sheet.write_rich_string(0, 0, "nro 398", book.add_format({"bold": True}), "768", " x")  # type: ignore[attr-defined]


PLANTED = {
    "text.html": f"<p>asiakas {CLIENT} odottaa</p>".encode(),
    "attribute.html": f'<p data-id="{CLIENT}">x</p>'.encode(),
    "escaped.html": b"<p>&#51;98768</p>",
    "comment.html": f"<p>x</p><!-- {CLIENT} -->".encode(),
    "whole.html": f"<td> {NAME} </td>".encode(),
    "hyphen.html": f"<p>perhe {HYPHENATED}.</p>".encode(),
    "drawing.svg": f'<svg><g id="x"><text x="1">{CLIENT}</text></g></svg>'.encode(),
    "title.svg": f"<svg><title>{NAME}</title></svg>".encode(),
    "chunk.png": picture(b"tEXt", b"Comment\0" + f"client {CLIENT}".encode()),
    "packed.png": picture(b"zTXt", b"Comment\0\0" + zlib.compress(f"client {CLIENT}".encode())),
    "unicode.png": picture(b"iTXt", b"Comment\0\0\0fi\0\0" + NAME.encode()),
    "behind.png": picture(b"tEXt", b"Comment\0x", f"<p>{CLIENT}</p>".encode()),
    "cell.xlsx": CELL,
    "number.xlsx": NUMBER,
    "about.xlsx": workbook(lambda book: book.set_properties({"comments": NAME})),  # type: ignore[attr-defined]
    "sheet.xlsx": workbook(lambda book: book.add_worksheet(CLIENT)),  # type: ignore[attr-defined]
    "value.json": json.dumps({"a": [{"b": CLIENT}]}).encode(),
    "key.json": json.dumps({CLIENT: 1}).encode(),
    "bare.json": json.dumps([int(CLIENT)]).encode(),
    "study.toml": f'[a]\nb = "{NAME}"\n'.encode(),
    "rows.csv": f"a;b\n1;{NAME}\n".encode(),
    "note.txt": f"{CLIENT}\n".encode(),
    "utf16.txt": f"asiakas {CLIENT}".encode("utf-16"),
    "bare_utf16.txt": f"asiakas {CLIENT} odottaa".encode("utf-16-le"),
    "bare_utf16be.txt": f"asiakas {CLIENT} odottaa".encode("utf-16-be"),
    "percent.html": f'<a href="#{"".join(f"%{ord(sign):02X}" for sign in CLIENT)}">x</a>'.encode(),
    "percent_name.svg": b"<svg><a href='#Meik%C3%A4l%C3%A4inen%20Maija'/></svg>",
    "soft.html": "<p>398\u00ad768 ja 39&#8203;8768</p>".encode(),
    "split.html": b"<p>nro <b>398</b><span>768</span>.</p>",
    "spans.svg": b"<svg><text><tspan x='1'>398</tspan><tspan>768</tspan></text></svg>",
    "rich.xlsx": workbook(_write_rich),
    "grouped.html": "<p>398 768, 398\u202f768</p>".encode(),
    "grouped_en.html": b"<p>no. 398,768.</p>",
    "shouted.html": HYPHENATED.lower().encode(),
    "zeros.html": b"<p>nro 000398768</p>",
    "inner.zip": zipped(("a.zip", zipped(("b.json", json.dumps([CLIENT]).encode())))),
    "named.zip": zipped((f"{CLIENT}.txt", b"")),
    "address.html": data_address(CELL),
    "address.svg": data_address(f"<svg><text>{CLIENT}</text></svg>".encode(), "image/svg+xml"),
    "signed.json": json.dumps([HIDDEN_AS - 2**64]).encode(),
}
PSEUDONYMS = {
    "decimal.html": f"<p>{HIDDEN_AS}</p>".encode(),
    "css.html": f"<style>.a{{z-index:{HIDDEN_AS}}}</style>".encode(),
    "hex.json": json.dumps({"id": f"{HIDDEN_AS:016x}"}).encode(),
    "little.json": json.dumps({"id": HIDDEN_AS.to_bytes(8, "little").hex().upper()}).encode(),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_raw_identifier_is_found_wherever_it_hides(name: str, tmp_path: Path, knows: Knows):
    (tmp_path / "charts").mkdir()
    (tmp_path / "charts" / name).write_bytes(PLANTED[name])
    leaks = scan_outputs(tmp_path, knows=knows, released_numbers=frozenset())
    kind = "pseudonym" if name == "signed.json" else "identifier"
    assert leaks == (Leak(f"charts/{name}", kind),)


def test_lost_zeros_are_put_back(tmp_path: Path):
    known = make_knows(by_key, ("client",), np.array([by_key("0012345", "client")], dtype=np.uint64))
    (tmp_path / "a.json").write_text(json.dumps([12345]))
    (tmp_path / "b.html").write_text("<p>12345 345</p>")
    (tmp_path / "c.html").write_text("<p>123456 2345</p>")
    assert [leak.file for leak in scan_outputs(tmp_path, knows=known)] == ["a.json", "b.html"]


def test_an_identity_code_split_by_tags_or_written_in_percent_is_found(tmp_path: Path):
    (tmp_path / "a.html").write_text("<p>131052<b>-308</b>T</p>")
    (tmp_path / "b.html").write_text("<a href='?t=131052%2D308T'>x</a>")
    (tmp_path / "c.html").write_text("<p>131052&shy;-308T</p>")
    leaks = scan_outputs(tmp_path, knows=lambda tokens: [False] * len(tokens))
    assert [leak.file for leak in leaks] == ["a.html", "b.html", "c.html"]


@pytest.mark.parametrize("name", PSEUDONYMS)
def test_a_pseudonym_is_found(name: str, tmp_path: Path, knows: Knows):
    (tmp_path / name).write_bytes(PSEUDONYMS[name])
    assert scan_outputs(tmp_path, knows=knows, released_numbers=frozenset()) == (Leak(name, "pseudonym"),)


@pytest.mark.parametrize("sign", "+-YXWVU")
def test_an_identity_code_is_found_with_every_sign_of_its_century(sign: str, tmp_path: Path):
    code = f"131052{sign}308T"
    (tmp_path / "a.html").write_text(f"<p>tunnus {code.lower()}.</p>")
    (tmp_path / "b.png").write_bytes(picture(b"tEXt", f"Title\0{code}".encode()))
    (tmp_path / "c.xlsx").write_bytes(workbook(lambda book: book.add_worksheet().write_string(0, 0, f"({code})")))  # type: ignore[attr-defined]
    (tmp_path / "d.svg").write_text(f"<svg><desc>{code}</desc></svg>")
    (tmp_path / "e.css").write_text(f".a {{ content: '{code}' }}")
    leaks = scan_outputs(tmp_path, knows=lambda tokens: [False] * len(tokens), released_numbers=frozenset())
    assert [leak.file for leak in leaks] == ["a.html", "b.png", "c.xlsx", "d.svg", "e.css"]
    assert {leak.kind for leak in leaks} == {"identity_code"}


@pytest.mark.parametrize(
    "code", ["131052-308T", "010594Y9032", "010594Y9021", "020594X903P", "131052–308T", "131052A308T"]
)
def test_identity_codes_are_told(code: str):
    assert is_identity_code(code)


@pytest.mark.parametrize("code", ["010115-123A", "131052-308U", "311152-308T", "131052/308T", "131052-308"])
def test_what_only_looks_like_one_is_not(code: str):
    assert not is_identity_code(code)


@given(
    day=st.integers(1, 28),
    month=st.integers(1, 12),
    year=st.integers(0, 99),
    sign=st.sampled_from("+-YXWVUABCDEF"),
    serial=st.integers(2, 999),
)
def test_every_identity_code_is_told_and_no_other_check_character(
    day: int, month: int, year: int, sign: str, serial: int
):
    born = f"{day:02d}{month:02d}{year:02d}"
    right = "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(f"{born}{serial:03d}") % 31]
    told = [each for each in "0123456789ABCDEFHJKLMNPRSTUVWXY" if is_identity_code(f"{born}{sign}{serial:03d}{each}")]
    assert told == [right]


CLEAN = (
    "<!DOCTYPE html><html><head><style>@font-face{src:url(data:font/woff;base64,MzEzMDUy)} .a{color:#398768}</style>"
    "</head><body><p>1\xa0305 asiakasta, 399\xa0000 €, 398\xa0769 käyntiä, 3.2.2026, 2021–2025</p>"
    '<svg viewBox="0 0 398768 10"><path d="M398768 131052-308T" fill="#398768"/><rect x="398768" width="398768"/></svg>'
    f"<code>{'39' * 16}</code></body></html>"
)


def test_numbers_geometry_colours_fonts_and_hashes_are_no_leak(tmp_path: Path):
    (tmp_path / "raportti.html").write_text(CLEAN, encoding="utf-8")
    (tmp_path / "manifest.json").write_text(
        json.dumps({"a": "39" * 32, "window": "2021-01-01", "n": 2025, "day": "20260203", "tydli": "03022026"})
    )
    suspicious = {CLIENT, "1305", "305", "399000", "398769", "2021", "2025", "20260203", "03022026", "2021-01-01"}
    suspicious |= {"39" * 32, "39" * 16}
    leaks = scan_outputs(tmp_path, knows=lambda tokens: [token in suspicious for token in tokens])
    assert leaks == ()


def test_numbers_in_groups_are_looked_up_unless_the_report_wrote_them(tmp_path: Path):
    """Multiples of 3 as well: who knows what the report said need not guess."""
    (tmp_path / "a.html").write_text("<p>n = 398\xa0768, 10\xa0446, 20\xa0000, 4.224, 1,500</p>", encoding="utf-8")
    (tmp_path / "b.html").write_text("<p>398\u202f768</p>", encoding="utf-8")

    def leaks(**known: object) -> list[str]:
        found = scan_outputs(tmp_path, knows=lambda tokens: [token.isdecimal() for token in tokens], **known)  # type: ignore[arg-type]
        return [leak.file for leak in found]

    assert leaks() == ["a.html", "b.html"]  # 398 768 is no multiple of 3
    assert leaks(said={"398768", "10446", "4224"}) == []
    assert leaks(said={"10446", "4224"}) == ["a.html", "b.html"]
    assert leaks(said={"398768", "4224"}) == ["a.html"]
    assert leaks(released_numbers=frozenset({"398768", "10446"}), said={"4224"}) == []


def test_a_grouped_multiple_of_3_passes_only_where_nobody_knows_what_was_said(tmp_path: Path):
    (tmp_path / "a.html").write_text("<p>398 766</p>")

    def knows(tokens: Sequence[str]) -> list[bool]:
        return [token == "398766" for token in tokens]

    assert scan_outputs(tmp_path, knows=knows) == ()
    assert scan_outputs(tmp_path, knows=knows, said=set()) == (Leak("a.html", "identifier"),)


def test_a_published_number_may_look_like_a_client(tmp_path: Path, knows: Knows):
    (tmp_path / "tables.xlsx").write_bytes(NUMBER)
    assert scan_outputs(tmp_path, knows=knows, released_numbers=frozenset({CLIENT})) == ()


def test_the_place_of_a_shared_text_is_no_number(tmp_path: Path):
    def texts(book: object) -> None:
        sheet = book.add_worksheet()  # type: ignore[attr-defined]
        for row in range(1005):
            sheet.write_string(row, 0, f"t{row}")

    (tmp_path / "tables.xlsx").write_bytes(workbook(texts))
    assert scan_outputs(tmp_path, knows=lambda tokens: [token == "1003" for token in tokens]) == ()


def test_a_leak_never_tells_the_value(tmp_path: Path, knows: Knows):
    (tmp_path / "a.html").write_bytes(PLANTED["text.html"])
    assert CLIENT not in repr(scan_outputs(tmp_path, knows=knows))


def released(numbers: list[float]) -> Released:
    frame = pd.DataFrame({"persons": numbers, "hidden": False})
    table = ReleasedTable("t", Table("counts", {"persons": Column("persons")}), frame, frame[["persons"]].isna(), 1234)
    return Released({"a.b": ReleasedResult("a.b", "ok", {"t": table})}, Rules(), stamped._SEAL)


def test_published_numbers_are_known_by_their_digits():
    numbers = numbers_of(released([1305.0, 12.75, float("nan"), -41.0]))
    assert {"1305", "12", "13", "41", "1234"} <= numbers
    assert "nan" not in numbers


def test_numbers_are_taken_only_from_what_passed_the_gate():
    unstamped = released([1.0])
    with pytest.raises(DisclosureError, match="KU501"):
        numbers_of(Released(unstamped.results, unstamped.rules, Seal()))


def test_a_full_report_is_scanned_in_a_second(tmp_path: Path, knows: Knows):
    path = "".join(f"L{x}.1 {x}.7" for x in range(4000))
    words = " ".join(f"sana{number}" for number in range(8000))
    page = f"<html><body><p>{words}</p>" + f'<svg><path d="{path}"/></svg>' * 30 + "</body></html>"
    (tmp_path / "raportti.html").write_text(page)
    began = time.process_time()
    assert scan_outputs(tmp_path, knows=knows) == ()
    assert time.process_time() - began < 2
