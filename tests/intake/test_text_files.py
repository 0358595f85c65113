"""Encodings, line ends, quotes and headers, as real extracts have them."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from kumppanuus.errors import InputError
from kumppanuus.intake.extracts import read_extracts
from tests.intake.small import HEADER, KEY, RELATIONSHIPS, client, finding, only, read, read_text, rows, study_in

FINNISH = "Äsiakas;Palvelu;Alku;Loppu;Alue\n1;Perhetyö – ”äiti”;1.2.2020;;Åbo\n2;Perhetyö – ”äiti”;1.3.2020;;Öja\n"
FINNISH_SOURCE: dict[str, Any] = {
    "columns": RELATIONSHIPS["columns"] | {"client": "Äsiakas"},
    "values": {"service": {"Perhetyö – ”äiti”": "perhe"}},
}


@pytest.mark.parametrize(("declared", "codec"), [
    ("utf-8", "utf-8"), ("auto", "utf-8"), ("auto", "utf-8-sig"), ("windows-1252", "utf-8-sig"),
    ("windows-1252", "cp1252"), ("auto", "cp1252"), ("auto", "utf-16"), ("utf-16", "utf-16-le"), ("utf-8", "utf-16"),
])  # fmt: skip
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_are_read_right(tmp_path: Path, declared: str, codec: str, ends: str) -> None:
    content = FINNISH.replace("\n", ends).encode(codec)
    intake = read_text(tmp_path, content, encoding=declared, **FINNISH_SOURCE)
    assert [row["service"] for row in rows(intake)] == ["perhe", "perhe"]
    assert only(intake).read == 2


def test_iso_8859_15_has_the_euro_sign_elsewhere(tmp_path: Path) -> None:
    content = (HEADER + "1;Tuki €;1.2.2020;\n").encode("iso8859-15")
    intake = read_text(tmp_path, content, encoding="iso-8859-15", values={"service": {"Tuki €": "koti"}})
    assert rows(intake)[0]["service"] == "koti"


def test_lines_in_a_foreign_encoding_are_put_aside_alone(tmp_path: Path) -> None:
    lines = [*(f"{n};Perhetyö;1.2.2020;\n".encode() for n in range(5)), "9;Perhetyö;1.2.2020;\n".encode("cp1252")]
    content = HEADER.encode() + b"".join(lines) + b"8;perhe;1.2.2020;\n"
    for declared in ("utf-8", "auto"):
        intake = read_text(tmp_path, content, encoding=declared, values={"service": {"Perhetyö": "perhe"}})
        assert (only(intake).used, dict(only(intake).quarantined)) == (6, {"KU303": 1})
        assert finding(intake, "KU303").example_row == 7


def test_an_encoding_that_cannot_be_told_is_asked_for(tmp_path: Path) -> None:
    content = HEADER.encode() + b"1;" + bytes([0x81, 0x8D, 0xFF]) + b";1.2.2020;\n"
    with pytest.raises(InputError) as caught:
        read_text(tmp_path, content)
    assert caught.value.code == "KU103"
    assert dict(only(read_text(tmp_path, content, encoding="windows-1252")).quarantined) == {"KU303": 1}


def test_text_that_was_garbled_before_us_is_said(tmp_path: Path) -> None:
    garbled = "Perhetyö".encode().decode("cp1252")
    intake = read_text(tmp_path, f"{HEADER}1;{garbled};1.2.2020;\n2;perhe;1.2.2020;\n")
    assert finding(intake, "KU408").n == 1


def test_mixed_line_ends_and_blank_lines_are_all_counted(tmp_path: Path) -> None:
    content = (
        b"Asiakas;Palvelu;Alku;Loppu\r\n1;perhe;1.2.2020;\r\r\n2;perhe;1.2.2020;\n;;;\n  \t\r3;perhe;1.2.2020;\n\n"
        b'"";"";"";\n4;perhe;1.2.2020;'
    )
    account = only(read_text(tmp_path, content))
    assert (account.read, account.used, account.blank) == (9, 4, 5)


QUOTED = (
    '"Asiakas";"Palvelu";"Alku";"Loppu"\n'
    '"1";"perhe";"1.2.2020";""\n'
    '2;"Tuki; ""kotiin""";1.2.2020;\n'
    '3;"monta\nriviä\n";1.2.2020;\n'
    "4;perhe;31.2.2020;\n"
    '5;5" näyttö;1.2.2020;\n'
    '6;"auki;1.2.2020;\n'
    "7;perhe;1.2.2020;\n"
    '"8";"perhe";"1.2.2020";""\n'
    '9;"loppu auki;1.2.2020;\n'
    "10;perhe;1.2.2020;\n"
)
WORDS = {"service": {'Tuki; "kotiin"': "koti", "monta\nriviä": "koti", '5" näyttö': "koti"}}


@pytest.mark.parametrize("block", [None, 1, 7, 64])
def test_quotes_cost_only_the_lines_that_are_wrong(tmp_path: Path, block: int | None) -> None:
    intake = read_text(tmp_path, QUOTED, values=WORDS, block=block)
    account = only(intake)
    assert (account.read, account.used, dict(account.quarantined)) == (10, 7, {"KU302": 2, "KU306": 1})
    assert {r["client"]: r["service"] for r in rows(intake)} == {
        client("1"): "perhe", client("2"): "koti", client("3"): "koti", client("5"): "koti",
        client("7"): "perhe", client("8"): "perhe", client("10"): "perhe",
    }  # fmt: skip
    assert finding(intake, "KU306").example_row == 7  # the record of three lines moves it down by two
    assert finding(intake, "KU302").example_row == 9


def test_a_quote_that_is_never_closed_does_not_swallow_the_rest(tmp_path: Path) -> None:
    body = '0;"auki;1.2.2020;\n' + "".join(f"{n};perhe;1.2.2020;\n" for n in range(1, 5001))
    for block in (None, 4096):
        account = only(read_text(tmp_path, HEADER + body, block=block))
        assert (account.used, dict(account.quarantined)) == (5000, {"KU302": 1})


def test_a_control_character_inside_a_record_of_two_lines_refuses_the_record(tmp_path: Path) -> None:
    account = only(read_text(tmp_path, HEADER + '1;"a\nb\x01";1.2.2020;\n2;perhe;1.2.2020;\n'))
    assert (account.read, account.used) == (account.used + account.quarantined_total, 1)


def test_a_field_of_five_megabytes_costs_one_row(tmp_path: Path) -> None:
    for quote in ("", '"'):
        text = f"{HEADER}1;{quote}{'x' * 5_000_000}{quote};1.2.2020;\n2;perhe;1.2.2020;\n"
        account = only(read_text(tmp_path, text))
        assert (account.used, dict(account.quarantined)) == (1, {"KU317": 1})


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_the_one_that_finds_the_headers(tmp_path: Path, delimiter: str) -> None:
    text = (HEADER + "1;perhe;1.2.2020;\n").replace(";", delimiter)
    assert only(read_text(tmp_path, text, delimiter="auto")).used == 1


def test_the_header_may_stand_lower_and_in_any_order(tmp_path: Path) -> None:
    text = "Poiminta 1.1.2022\n\nLoppu;Muu;ALKU ;palvelu;Asiakas\n;x;1.2.2020;perhe;1\n"
    intake = read_text(tmp_path, text, header_row=3)
    assert rows(intake)[0]["client"] == client("1")
    unmapped = finding(intake, "KU403")
    assert (unmapped.n, unmapped.detail["columns"]) == (1, ("Muu",))


@pytest.mark.parametrize(("text", "code"), [
    ("", "KU102"),
    ("Asiakasnro;Palvelu;Alku;Loppu\n1;perhe;1.2.2020;\n", "KU104"),
    ("Asiakas;Palvelu;Alku;Alku;Loppu\n", "KU105"),
    ("1;perhe;1.2.2020;\n", "KU104"),
])  # fmt: skip
def test_files_that_cannot_be_used_stop_the_run(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        read_text(tmp_path, text)
    assert caught.value.code == code
    assert not (tmp_path / "state").exists()


def test_missing_headers_are_all_named_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_text(tmp_path, "Asiakasnro;Palvelu;Alkaa;Loppu\n")
    assert caught.value.facts["columns"] == "Alku, Asiakas"
    assert caught.value.facts["near"] == "Alkaa, Asiakasnro"


def test_missing_file_folder_and_header_only(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, RELATIONSHIPS)
    assert caught.value.code == "KU101"
    (tmp_path / "r.csv").mkdir()
    with pytest.raises(InputError) as caught:
        read(tmp_path, RELATIONSHIPS)
    assert caught.value.code == "KU102"
    (tmp_path / "r.csv").rmdir()
    intake = read_text(tmp_path, HEADER.strip())
    assert (only(intake).read, finding(intake, "KU106").n, len(rows(intake))) == (0, 0, 0)


def test_a_file_that_changes_while_it_is_read_stops_the_run(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(HEADER + "1;perhe;1.2.2020;\n")

    def touch(name: str, n: int) -> None:
        os.utime(tmp_path / name, ns=(1, 1))

    with pytest.raises(InputError) as caught:
        read_extracts(study_in(tmp_path, RELATIONSHIPS), KEY, quarantine=tmp_path / "q", progress=touch)
    assert caught.value.code == "KU107"
    assert not (tmp_path / "q").exists()


def test_progress_names_the_file_and_the_records_so_far(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(HEADER + "1;perhe;1.2.2020;\n" * 100)
    told: list[tuple[str, int]] = []
    study = study_in(tmp_path, RELATIONSHIPS)
    read_extracts(study, KEY, quarantine=tmp_path / "q", block=500, progress=lambda name, n: told.append((name, n)))
    assert len(told) > 1
    assert told[-1] == ("r.csv", 100)
    assert told == sorted(told)


def test_inputs_are_named_by_their_content(tmp_path: Path) -> None:
    intake = read_text(tmp_path, HEADER)
    assert intake.inputs == {"r.csv": hashlib.sha256(HEADER.encode()).hexdigest()}
