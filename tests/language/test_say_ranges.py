from __future__ import annotations

import pytest

from kumppanuus.language.say import Say

TEXTS = {
    "answers.1": {"fi": "Täysin eri mieltä", "sv": "Helt av annan åsikt", "en": "Fully disagree"},
    "answers.2": {"fi": "Jokseenkin eri mieltä", "sv": "Delvis av annan åsikt", "en": "Partly disagree"},
    "ages.a": {"fi": "0–2", "sv": "0–2", "en": "0–2"},
    "ages.b": {"fi": "3–6", "sv": "3–6", "en": "3–6"},
}


@pytest.mark.parametrize(
    ("codes", "code", "said"),
    [
        ("answers", "1..2", "Täysin eri mieltä – Jokseenkin eri mieltä"),
        ("numbers", "22..23", "22–23"),
        ("numbers", "2024-01..2024-03", "2024-01–2024-03"),
        ("ages", "a..b", "0–2–3–6"),
        ("answers", "1..9", "Täysin eri mieltä – tuntematon koodi"),
        ("answers", "other", "Muut"),
    ],
)
def test_neighbours_that_were_merged_are_named_by_both_ends(codes: str, code: str, said: str) -> None:
    assert Say("fi", TEXTS).label(codes, code) == said
