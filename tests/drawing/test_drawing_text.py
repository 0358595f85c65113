from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumppanuus.drawing.fonts import advance
from kumppanuus.drawing.text import cut, hyphenated, printable, spread, width, wrap

WORDS = st.text(st.sampled_from("aäWi –-/·%$ "), max_size=60)


def test_width_is_the_sum_of_advances() -> None:
    # hmtx of Source Sans Pro Regular: a = 504, i = 246 of 1000 units; one hundredth of safety
    assert advance("a") == 0.504
    assert advance("i") == 0.246
    assert width("aia", 16) == pytest.approx((0.504 + 0.246 + 0.504) * 16 * 1.01)


def test_missing_characters_are_measured_in_the_fallback() -> None:
    assert 0.3 < advance("ש") < 1.0
    assert advance("\ue123") == 1.0


def test_lines_are_of_like_length() -> None:
    assert wrap("aaaa bbbb cccc dddd", width("aaaa bbbb cccc", 16) + 1, 16) == ("aaaa bbbb", "cccc dddd")


def test_no_line_begins_with_a_dash_or_unit() -> None:
    text = "kasvu 13 % vuodessa – paljon"
    for limit in range(40, 200, 5):
        lines = wrap(text, limit, 16, False, 9)
        assert not any(line.startswith(("–", "%")) for line in lines)


def test_no_break_space_keeps_its_words_together() -> None:
    assert wrap("lukumäärä 1\u00a0305 on", width("lukumäärä 1\u00a0305", 16), 16) == ("lukumäärä", "1\u00a0305 on")


def test_a_number_stays_with_the_short_word_before_it() -> None:
    for about in ("noin", "ca", "about", "(noin"):
        long = f"Asiakkuuksia alkoi enemmän {about} 117 kuin päättyi"
        assert any(f"{about} 117" in line for line in wrap(long, width(f"Asiakkuuksia alkoi enemmän {about}", 16), 16))


def test_long_words_are_divided_where_a_syllable_begins() -> None:
    limit = width("Nuorisopsy-", 16)
    assert hyphenated("Nuorisopsykiatria ja työ", limit, 16) == "Nuorisopsy-kiatria ja työ"
    assert wrap(hyphenated("Nuorisopsykiatria", limit, 16), limit, 16) == ("Nuorisopsy-", "kiatria")
    assert hyphenated("Perhetyö", limit, 16) == "Perhetyö"
    assert hyphenated("Ungdomspsykiatri", width("Ungdomsps-", 16), 16) == "Ungdoms-psykiatri"
    assert hyphenated("Nuorisopsykiatria", 1.0, 16) == "Nuorisopsykiatria"  # nothing fits: it will be cut


def test_words_break_after_hyphen_and_slash_only() -> None:
    assert wrap("perhe-neuvola", width("neuvola", 16), 16) == ("perhe-", "neuvola")
    assert len(wrap("15-17", width("15-", 16), 16)) == 1
    assert len(wrap("2021/22", width("2021/", 16), 16)) == 1


@given(WORDS, st.integers(30, 300), st.integers(1, 4))
def test_wrapped_lines_fit_and_keep_every_word(text: str, limit: int, most: int) -> None:
    lines = wrap(text, limit, 16, False, most)
    assert 1 <= len(lines) <= most
    assert all(width(line, 16) <= limit + 0.001 for line in lines)
    if not any("…" in line for line in lines):
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(WORDS, st.integers(20, 300))
def test_cut_text_fits(text: str, limit: int) -> None:
    short = cut(text, limit, 16)
    assert width(short, 16) <= limit + 0.001
    assert short == printable(text) or short.endswith("…")


def test_unprintable_characters_become_a_space() -> None:
    assert printable(" a\n\tb\x00c\ud800d\u00a0e ") == "a b c d\u00a0e"


def test_spread_leaves_free_labels_alone() -> None:
    assert spread([10.0, 50.0, 90.0], [10.0] * 3, 0, 100) == pytest.approx([10, 50, 90])


def test_spread_moves_both_of_a_pair() -> None:
    assert spread([50.0, 50.0], [20.0, 20.0], 0, 100) == pytest.approx([40, 60])


@given(st.lists(st.tuples(st.floats(0, 400), st.floats(5, 40)), max_size=10))
def test_spread_labels_do_not_overlap_and_stay_inside(labels: list[tuple[float, float]]) -> None:
    wanted, lengths = [a for a, _ in labels], [b for _, b in labels]
    centres = spread(wanted, lengths, 0, 400)
    placed = sorted((centre - length / 2, centre + length / 2) for centre, length in zip(centres, lengths, strict=True))
    assert all(a[1] <= b[0] + 1e-6 for a, b in pairwise(placed))
    assert all(low >= -1e-6 and high <= 400 + 1e-6 for low, high in placed)
    order = sorted(range(len(wanted)), key=lambda at: (wanted[at], at))
    assert sorted(centres) == pytest.approx([centres[at] for at in order])
