"""Saying exact numbers (internal face): never "about"; and which numbers were said."""

from __future__ import annotations

import math

import pytest

from kumppanuus.language.say import Say, footer

EVERY = {"fi": "Seurannassa, noin", "sv": "Följs upp, ca", "en": "Observed, about"}
TEXTS = {
    "n": {"fi": "n = noin {n} – tai {m}", "sv": "n = ca {n} – tai {m}", "en": "About {n} – tai {m}"},
    "title": EVERY,
    "word": {"fi": "kannoin {n}", "sv": "cacao {n}", "en": "talk about {n}"},
    "other": {"fi": "{n}", "sv": "{n}", "en": "{n}"},
    "exact.other": {"fi": "tarkka {n}", "sv": "exakt {n}", "en": "exact {n}"},
}


@pytest.mark.parametrize(
    ("language", "n", "title"), [("fi", "n = 9 – tai 3", "Seurannassa"), ("sv", "n = 9 – tai 3", "Följs upp"),
                                 ("en", "9 – tai 3", "Observed")],
)  # fmt: skip
def test_no_number_and_no_title_is_about(language: str, n: str, title: str) -> None:
    say = Say(language, TEXTS, exact=True)  # type: ignore[arg-type]
    assert say("n", n=9, m=3) == n
    assert say("title") == title
    assert say.with_texts(TEXTS)("title") == title


def test_only_the_whole_word_before_a_number_goes() -> None:
    assert Say("fi", TEXTS, exact=True)("word", n=9) == "kannoin 9"
    assert Say("en", TEXTS, exact=True)("word", n="services") == "talk about services"


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_counts_are_said_as_they_are(language: str) -> None:
    say, public = Say(language, exact=True), Say(language)  # type: ignore[arg-type]
    assert say.about(7) == "7"
    assert say.about(math.nan) == "–"
    assert say("word.about", n=say.percent(0.27)) == say.percent(0.27)
    assert public.about(9) != "9"


@pytest.mark.parametrize(("language", "said"), [("fi", "56–70\u00a0%"), ("sv", "56–70\u00a0%"), ("en", "56–70%")])
def test_a_range_of_shares_has_one_sign(language: str, said: str) -> None:
    say = Say(language)  # type: ignore[arg-type]
    assert say.percents(0.56, 0.70) == said
    assert say.percents(0.701, 0.702) == say.percent(0.7)


def test_an_exact_text_goes_before_the_usual_one() -> None:
    assert Say("sv", TEXTS, exact=True)("other", n=1) == "exakt 1"
    assert Say("sv", TEXTS)("other", n=1) == "1"
    assert footer(Say("fi", exact=True), "n = 5").endswith("tarkat luvut, salassa pidettävä")
    assert footer(Say("fi"), "n = 5").endswith("luvut pyöristetty, pienet peitetty")


@pytest.mark.parametrize("codes", ["services", "levels", "numbers", "years", "no_such_list"])
def test_what_was_merged_is_called_the_others_in_every_list(codes: str) -> None:
    say = Say("fi", names={"areas": {"other": "Saaristo"}})
    assert say.label(codes, "other") in ("Muut", "Muut palvelut")
    assert say.label("areas", "other") == "Saaristo"
    assert say.label("services", "no_such_code") == "tuntematon koodi"


def test_large_numbers_that_were_said_are_known_by_their_digits() -> None:
    texts = {"days": {"fi": "yli 4 vuotta (1\u00a0461 päivää) {n}", "sv": "1 461 {n}", "en": "1,461 {n}"}}
    for language in ("fi", "sv", "en"):
        say = Say(language, texts)  # type: ignore[arg-type]
        say.with_texts({}).number(10446.0)
        say.number(12.0)
        say.number(1234.5, 1)
        say("days", n=-50835)
        assert say.written == {"10446", "1461", "50835"}
    assert Say("fi").written == set()
