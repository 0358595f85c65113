from __future__ import annotations

import pytest

from kumppanuus.drawing import AnswerPart, Item, Likert
from kumppanuus.drawing.likert import reach, tone
from tests.drawing.test_drawing_forms import drawn, named, words

FIVE = ("Ei lainkaan", "Vähän", "Siltä väliltä", "Paljon", "Erittäin")


def _parts(*shares: float) -> tuple[AnswerPart, ...]:
    return tuple(AnswerPart(at, at, share, f"{share:.0%}") for at, share in enumerate(shares))


PLAIN = Item("Meitä kuunneltiin", _parts(0.1, 0.2, 0.2, 0.3, 0.2), "30 %", "50 %", "3,3")
MERGED = Item("Apu riitti", (AnswerPart(0, 2, 0.4, "40 %"), AnswerPart(3, 4, 0.6, "60 %")), "", "60 %", "–")
FORM = Likert((PLAIN, MERGED, Item("Muu", (), note="peitetty")), FIVE, "Yhdistetty", "← Eri", "Samaa →", "Keskiarvo")


def test_the_neutral_answer_lies_on_the_middle_line() -> None:
    page = drawn(FORM)
    (middle,) = named(page, "axis-middle")
    line = middle.get_xdata()[0]
    (neutral,) = named(page, "segment-0-2")
    assert neutral.get_x() + (neutral.get_width() + 1) / 2 == pytest.approx(line)
    (across,) = named(page, "segment-1-0")
    assert across.get_x() + (across.get_width() + 1) / 2 == pytest.approx(line)
    scale = (neutral.get_width() + 1) / 0.2
    (first,), (last,) = named(page, "segment-0-0"), named(page, "segment-0-4")
    assert line - first.get_x() == pytest.approx(0.4 * scale)
    assert last.get_x() + last.get_width() + 1 - line == pytest.approx(0.6 * scale)


def test_an_even_scale_has_its_middle_between_the_halves() -> None:
    page = drawn(Likert((Item("A", _parts(0.1, 0.4, 0.3, 0.2), "50 %", "50 %"),), FIVE[:4]))
    (middle,), (second,), (third,) = named(page, "axis-middle"), named(page, "segment-0-1"), named(page, "segment-0-2")
    assert second.get_x() + second.get_width() + 1 == pytest.approx(middle.get_xdata()[0])
    assert third.get_x() == pytest.approx(middle.get_xdata()[0])


def test_sides_are_told_at_the_ends_and_by_colour_position_and_strength() -> None:
    page = drawn(FORM)
    assert words(page, r"low-\d") == ["30 %"]
    assert words(page, r"high-\d") == ["50 %", "60 %"]
    assert words(page, "(low|high)-title") == ["← Eri", "Samaa →"]
    assert words(page, "note-0") == ["3,3"]
    assert words(page, "note-2") == ["peitetty"]
    assert not named(page, "segment-2-.*")
    roles = [tone(FORM, AnswerPart(at, at, 0.2, "")).role for at in range(5)]
    assert roles == ["special", "special", "hidden", "early", "early"]
    alphas = [tone(FORM, AnswerPart(at, at, 0.2, "")).alpha for at in range(5)]
    assert alphas == [1.0, 0.5, 1.0, 0.5, 1.0]


def test_merged_answers_are_hatched_and_named_in_the_key() -> None:
    page = drawn(FORM)
    assert named(page, "segment-1-1")[0].get_hatch()
    assert not named(page, "segment-0-1")[0].get_hatch()
    assert words(page, r"key-\d") == [*FIVE, "Yhdistetty"]
    alone = drawn(Likert((PLAIN,), FIVE, "Yhdistetty"))
    assert words(alone, r"key-\d") == list(FIVE)


def test_side_of_merged_parts() -> None:
    ends = {(0, 1): -1, (0, 2): 0, (2, 2): 0, (1, 3): 0, (2, 4): 0, (3, 4): 1}
    assert {each: FORM.side(AnswerPart(*each, 0.1, "")) for each in ends} == ends
    assert reach(FORM, MERGED) == pytest.approx((0.2, 0.8))
    even = Likert((), FIVE[:4])
    assert [even.side(AnswerPart(*each, 0.1, "")) for each in ((0, 1), (1, 2), (2, 3))] == [-1, 0, 1]


@pytest.mark.parametrize(
    "make",
    [
        lambda: AnswerPart(2, 1, 0.1, ""),
        lambda: AnswerPart(0, 0, 1.2, ""),
        lambda: Item("A", (AnswerPart(1, 1, 0.1, ""), AnswerPart(0, 0, 0.1, ""))),
        lambda: Item("A", (AnswerPart(0, 2, 0.1, ""), AnswerPart(2, 3, 0.1, ""))),
        lambda: Likert((PLAIN,), FIVE[:4]),
        lambda: Likert((), ("a",)),
        lambda: Likert((PLAIN,) * 13, FIVE),
    ],
)
def test_faults_are_refused(make) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=r"^\w+:"):
        make()
