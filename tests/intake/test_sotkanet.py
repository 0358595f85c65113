"""Sotkanet's answers in their documented shape, and the files that are made of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kumppanuus.errors import InputError
from kumppanuus.intake.sotkanet import (
    FACTS,
    REGIONS,
    TOLD,
    VALUES,
    Answers,
    Usual,
    address_of,
    address_of_values,
    by_title,
    made_files,
    read_values,
    usual,
)

CSV = """\
indicator;region;year;gender;primary.value;absolute.value
1086;833;2022;total;10.7;320
1086;833;2021;total;9;271
1086;902;2022;total;;
"""
REGION_LIST: list[dict[str, Any]] = [
    {"id": 833, "title": {"fi": "Mallila", "en": "Mallila", "sv": "Mallby"}, "code": "186", "category": "KUNTA",
     "uri": "http://example/k186", "memberOf": [902, 1]},
    {"id": 902, "title": {"fi": "Keski-Mallila"}, "code": "07", "category": "HYVINVOINTIALUE", "uri": None},
]  # fmt: skip
TITLE = "Lapset, joista on tehty lastensuojeluilmoitus, % vastaavanikäisestä väestöstä"
DESCRIBED: dict[str, Any] = {
    "id": 1086, "data-updated": "2024-06-13", "range": {"start": 2002, "end": 2023},
    "title": {"fi": TITLE, "sv": "Barn för vilka …", "en": "Children …"},
    "description": {"fi": "<p>Indikaattori ilmaisee\n osuuden; &quot;kaikki&quot;.</p><p>Toinen kappale.</p>",
                    "en": "Share"},
    "primaryValueType": {"code": "P", "title": {"fi": "Prosenttiosuus"}}, "decimals": 1,
    "classifications": {"region": {"values": ["KUNTA"]}, "sex": {"values": ["total"]}},
    "organization": {"id": 2, "title": {"fi": "Terveyden ja hyvinvoinnin laitos (THL)"}},
    "sources": [{"organization": {"id": 2, "title": {"fi": "THL", "sv": "Institutet", "en": "Institute"}}}],
}  # fmt: skip


def _answers() -> Answers:
    answers = Answers()
    for name, text in (("a", CSV), ("b", json.dumps(REGION_LIST)), ("c", "\ufeff" + json.dumps(DESCRIBED))):
        answers.take(name, text)
    return answers


def test_addresses_are_the_documented_ones() -> None:
    assert address_of("regions") == "https://sotkanet.fi/rest/1.1/regions"
    assert (
        address_of_values("1086", [2022, 2023])
        == "https://sotkanet.fi/rest/1.1/csv?indicator=1086&years=2022&years=2023&genders=total"
    )


def test_values_keep_what_was_answered_and_get_a_decimal_point() -> None:
    rows = read_values("a", CSV.replace("10.7", "10,7"))
    assert rows[0] == ["1086", "833", "2022", "total", "10.7", "320"]
    assert rows[2][4:] == ["", ""]


def test_the_files_are_the_canonical_ones() -> None:
    made = made_files(_answers(), "told")
    assert made[VALUES].splitlines() == [
        "indicator;region;year;gender;primary.value;absolute.value", "1086;833;2021;total;9;271",
        "1086;833;2022;total;10.7;320", "1086;902;2022;total;;",
    ]  # fmt: skip
    assert made[REGIONS].splitlines() == [
        "region;category;name_fi;name_sv;name_en;member_of", "833;KUNTA;Mallila;Mallby;Mallila;902 1",
        "902;HYVINVOINTIALUE;Keski-Mallila;;;",
    ]  # fmt: skip
    header, row = made[FACTS].splitlines()
    assert header.startswith("indicator;title_fi;title_sv")
    assert row.startswith(f"1086;{TITLE};Barn")
    assert (
        '"Indikaattori ilmaisee osuuden; ""kaikki"". Toinen kappale.";;Share;THL;Institutet;Institute;1;2024-06-13'
        in row
    )
    assert made[TOLD] == "told"


def test_the_same_answer_twice_is_told_once() -> None:
    answers = _answers()
    answers.take("again", CSV)
    assert made_files(answers, "") == made_files(_answers(), "")


@pytest.mark.parametrize("text", ["", "<html>", "a;b\n1;2\n", CSV + "1;2;3\n", "[{}]", '{"title": 1}', "[", "[3]"])
def test_what_sotkanet_does_not_give_is_refused(text: str) -> None:
    with pytest.raises(InputError) as told:
        Answers().take("vastaus.csv", text)
    assert (told.value.code, told.value.facts) == ("KU235", {"file": "vastaus.csv"})


def test_titles_are_found_by_their_words() -> None:
    listed = [
        {"id": n, "title": {"fi": title}} for n, title in ((7, "Sijoitetut pojat, %"), (8, "Sijoitetut, %"), (9, "x"))
    ]
    assert by_title(listed, Usual(("sijoitetut", "%"), without=("pojat",))) == [("8", "Sijoitetut, %")]
    assert len(by_title(listed, Usual(("sijoitetut",)))) == 2


def test_only_a_checked_indicator_goes_by_its_number() -> None:
    assert [(each.number, each.named(TITLE)) for each in usual() if each.number] == [("1086", True)]
