"""Files of notes: what is read, what is refused, and that nothing of a refused file is repeated."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kumppanuus.disclosure.tokens import holds_identity_code
from kumppanuus.errors import DisclosureError, KumppanuusError, StudyError
from kumppanuus.workshop.notes import LARGEST_BYTES, SCHEMA, Item, notes_text, read_notes

RUN = "c01bdab560"
CODE = "131052-308T"  # the example code of the Population Information System
SECRET = "Virtasen perhe"


def written(folder: Path, *items: dict[str, Any], name: str = "a.json", **more: Any) -> Path:
    file = folder / name
    content = {"schema": SCHEMA, "run": RUN, "language": "fi", "items": list(items), **more}
    file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return file


def refused(file: Path) -> KumppanuusError:
    with pytest.raises(KumppanuusError) as caught:
        read_notes(file)
    assert SECRET not in str(caught.value)
    assert CODE not in str(caught.value)
    return caught.value


def test_a_file_as_the_page_writes_it(tmp_path: Path) -> None:
    item = {
        "exhibit": "lifecycle.durations/levels", "finding": "Puolet päättyy 2\u00a0kuukaudessa", "notes": "a\r\nb\n",
        "votes": 2, "priority": "now", "action": " Kokeillaan. ", "owner": "esihenkilö",
    }  # fmt: skip
    (read,) = read_notes(written(tmp_path, item)).items
    assert read == Item(
        exhibit="lifecycle.durations/levels", finding="Puolet päättyy 2\u00a0kuukaudessa", notes="a\nb", votes=2,
        priority="now", action="Kokeillaan.", owner="esihenkilö",
    )  # fmt: skip


def test_a_byte_order_mark_is_no_fault_and_what_nobody_sees_goes(tmp_path: Path) -> None:
    file = written(tmp_path, {"exhibit": "general", "notes": "seuraava\u202e\x00 työpaja"})
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert read_notes(file).items[0].notes == "seuraava työpaja"


@pytest.mark.parametrize(
    ("item", "where"),
    [
        ({"exhibit": "../../etc/passwd"}, "items[1].exhibit"),
        ({"exhibit": SECRET}, "items[1].exhibit"),
        ({"exhibit": "general\n"}, "items[1].exhibit"),
        ({}, "items[1].exhibit"),
        ({"exhibit": "general", "votes": -1}, "items[1].votes"),
        ({"exhibit": "general", "votes": "2"}, "items[1].votes"),
        ({"exhibit": "general", "votes": 2.0}, "items[1].votes"),
        ({"exhibit": "general", "votes": True}, "items[1].votes"),
        ({"exhibit": "general", "votes": 10**400}, "items"),
        ({"exhibit": "general", "priority": SECRET}, "items[1].priority"),
        ({"exhibit": "general", "notes": [SECRET]}, "items[1].notes"),
        ({"exhibit": "general", "notes": SECRET * 2000}, "items[1].notes"),
        ({"exhibit": "general", SECRET: 1}, "items[1].?"),
        ({"exhibit": "general", f"{CODE}": 1}, "items[1].?"),
    ],
)
def test_a_faulty_item_is_named_by_its_place(tmp_path: Path, item: dict[str, Any], where: str) -> None:
    error = refused(written(tmp_path, item))
    assert isinstance(error, StudyError)
    assert (error.code, error.facts["file"], error.exit_code) == ("KU532", "a.json", 2)
    assert str(error.facts["where"]).startswith(where)


@pytest.mark.parametrize(
    "more",
    [
        {"schema": "kumppanuus.workshop/2"},
        {"run": SECRET},
        {"run": 5},
        {"language": "de"},
        {"items": None},
        {"items": [{"exhibit": "general"}] * 501},
        {"sheets": [{"sheet": SECRET, "language": "fi"}]},
        {"extra": SECRET},
    ],
)
def test_another_form_is_refused(tmp_path: Path, more: dict[str, Any]) -> None:
    assert refused(written(tmp_path, **more)).code == "KU532"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe{}",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        SECRET.encode(),
        b'{"items": [{"notes": "\\ud800"}]}',
        b"PK\x03\x04",
        "sisältö".encode("latin-1"),
    ],
)
def test_what_is_no_file_of_notes_is_refused(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(raw)
    assert refused(file).code == "KU532"


NAMES = st.sampled_from(["schema", "run", "language", "items", "exhibit", "votes", "x"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(JSON)
def test_any_other_json_is_refused_with_a_code(tmp_path: Path, content: object) -> None:
    file = tmp_path / "b.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    assert refused(file).code == "KU532"


def test_a_file_that_is_too_large_or_not_there(tmp_path: Path) -> None:
    large = tmp_path / "large.json"
    large.write_bytes(b" " * (LARGEST_BYTES + 1))
    assert (refused(large).code, refused(large).facts["where"]) == ("KU532", "> 4 MB")
    assert refused(tmp_path / "none.json").code == "KU530"
    assert refused(tmp_path).code == "KU530"


@pytest.mark.parametrize("field", ["finding", "notes", "action", "owner"])
@pytest.mark.parametrize("text", [f"Soita {CODE} huomenna", CODE.lower(), "131052\u200b-308T", "131052–308T"])
def test_an_identity_code_is_refused_by_exhibit_and_never_told(tmp_path: Path, field: str, text: str) -> None:
    assert holds_identity_code(CODE)
    error = refused(written(tmp_path, {"exhibit": "general"}, {"exhibit": "lifecycle.network/pairs", field: text}))
    assert isinstance(error, DisclosureError)
    assert (error.code, error.facts) == ("KU534", {"file": "a.json", "exhibit": "lifecycle.network/pairs"})


def test_one_hidden_among_the_sheets_or_in_the_name_of_the_file(tmp_path: Path) -> None:
    sheet = {"sheet": "0" * 8, "language": "fi", "items": [{"exhibit": "general", "notes": CODE}]}
    assert refused(written(tmp_path, sheets=[sheet])).code == "KU534"
    error = refused(written(tmp_path, {"exhibit": "general", "votes": -1}, name=f"{CODE}.json"))
    assert error.facts["file"] == "….json"


def test_what_is_written_is_read_again_the_same(tmp_path: Path) -> None:
    notes = read_notes(written(tmp_path, {"exhibit": "general", "notes": 'ä "€" \u2028', "votes": 3}, sheet="ab" * 8))
    text = notes_text(notes)
    (tmp_path / "again.json").write_text(text, encoding="utf-8")
    again = read_notes(tmp_path / "again.json")
    assert again == notes
    assert notes_text(again) == text
    assert "sheets" not in json.loads(text)
