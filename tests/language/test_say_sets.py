from __future__ import annotations

import pytest

from kumppanuus.language.say import Say

TEXTS = {
    "helps.a": {"fi": "Kuraattori", "sv": "Kurator", "en": "School social worker"},
    "helps.b": {"fi": "Perhetyö", "sv": "Familjearbete", "en": "Family work"},
    "helps.a+b": {"fi": "Molemmat", "sv": "Båda", "en": "Both"},
}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("b+a", "Perhetyö + Kuraattori"),
        ("a+b", "Molemmat"),  # a text of its own goes first
        ("b+secret", "Perhetyö + tuntematon koodi"),
        ("5+", "tuntematon koodi"),
        ("other", "Muut"),
    ],
)
def test_things_used_together_are_named_one_by_one(code: str, said: str) -> None:
    assert Say("fi", TEXTS).label("helps", code) == said


def test_names_of_the_study_go_first() -> None:
    assert Say("fi", TEXTS, {"helps": {"b+a": "Oma nimi"}}).label("helps", "b+a") == "Oma nimi"
