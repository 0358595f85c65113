from __future__ import annotations

import pytest

from kumppanuus.drawing import Combination, Combinations, Member
from kumppanuus.drawing.theme import FILL
from tests.drawing.test_drawing_forms import drawn, named, words

MEMBERS = tuple(Member(key, key.upper(), value, str(value)) for key, value in (("a", 60.0), ("b", 30.0), ("c", 15.0)))


def _form(*columns: Combination, highlight: str = "b", **more: str) -> Combinations:
    return Combinations(MEMBERS, columns, highlight, **more)  # type: ignore[arg-type]


USUAL = _form(
    Combination(("a",), 40.0, "40"),
    Combination(("a", "c"), 20.0, "20"),
    Combination(("b", "c"), 10.0, "10"),
    Combination((), None, "peitetty", "Muut"),
    highlight_text="Mukana B",
    others_text="Muut yhdistelmät",
)


def test_columns_and_totals_are_as_long_as_their_numbers() -> None:
    page = drawn(USUAL)
    columns = {each.get_gid(): each.get_height() for each in named(page, r"column-\d")}
    assert columns["column-0"] == pytest.approx(2 * columns["column-1"])
    assert columns["column-1"] == pytest.approx(2 * columns["column-2"])
    assert "column-3" not in columns  # hidden
    assert words(page, "value-3") == ["peitetty"]
    feet = {each.get_y() + each.get_height() for each in named(page, r"column-\d")}
    assert max(feet) - min(feet) < 1e-6
    totals = [each.get_width() for each in named(page, r"bar-\d")]
    assert totals[0] == pytest.approx(2 * totals[1]) == pytest.approx(4 * totals[2])


def test_dots_stand_under_their_column_in_their_rows() -> None:
    page = drawn(USUAL)
    assert {each.get_gid() for each in named(page, r"dot-.*")} == {
        "dot-0-0", "dot-1-0", "dot-1-2", "dot-2-1", "dot-2-2",
    }  # fmt: skip
    assert {each.get_gid() for each in named(page, r"empty-1-.*")} == {"empty-1-1"}
    assert not named(page, "(dot|empty)-3-.*")
    for place in range(3):
        (column,) = named(page, f"column-{place}")
        for dot in named(page, f"dot-{place}-.*"):
            assert dot.get_center()[0] == pytest.approx(column.get_x() + column.get_width() / 2)
    rows = [named(page, f"{kind}-2-{row}")[0].get_center()[1] for kind, row in (("empty", 0), ("dot", 1), ("dot", 2))]
    labels = [named(page, f"label-{row}-0")[0].get_position()[1] for row in range(3)]
    assert rows == sorted(rows)
    assert all(abs(dot - label) < 8 for dot, label in zip(rows, labels, strict=True))


def test_a_line_joins_the_first_and_the_last_dot() -> None:
    page = drawn(USUAL)
    assert {each.get_gid() for each in named(page, r"join-\d")} == {"join-1", "join-2"}
    (join,) = named(page, "join-1")
    ends = [named(page, f"dot-1-{row}")[0].get_center()[1] for row in (0, 2)]
    assert list(join.get_ydata()) == pytest.approx(ends)


def test_combinations_of_the_highlighted_member_stand_out() -> None:
    page = drawn(USUAL)
    colours = [each.get_facecolor() for each in named(page, r"column-\d")]
    assert colours[0] == colours[1] != colours[2]
    (name,) = named(page, "label-1-0")
    assert name.get_fontweight() == "bold"
    assert words(page, "colour-.*") == ["Mukana B", "Muut yhdistelmät"]


def test_the_rest_is_cut_by_a_break_when_it_is_larger_than_any_combination() -> None:
    page = drawn(_form(Combination(("a",), 40.0, "40"), Combination((), 400.0, "400", "Muut")))
    first, rest = named(page, r"column-\d")
    assert rest.get_height() == pytest.approx(first.get_height())
    assert len(named(page, r"break-1-\d")) == 2
    assert words(page, "value-1") == ["400"]
    assert not named(drawn(USUAL), "break.*")


def test_a_number_is_left_out_rather_than_cut() -> None:
    many = tuple(Combination(("a",), 1e9, "1 000 000 000") for _ in range(15))
    assert not any("…" in text for text in words(drawn(_form(*many)), r"value-\d+"))


def test_other_colours_than_the_highlight() -> None:
    assert Combinations(MEMBERS, (), "a", "early").others == "neutral"
    assert FILL[USUAL.others] != FILL[USUAL.colour]


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ((Combination(("x",), 1.0, "1"),), "columns"),
        (tuple(Combination(("a",), 1.0, "1") for _ in range(16)), "columns"),
    ],
)
def test_faults_are_named(columns: tuple[Combination, ...], field: str) -> None:
    with pytest.raises(ValueError, match=f"^{field}:"):
        _form(*columns)


def test_members_or_words_but_not_both() -> None:
    with pytest.raises(ValueError, match=r"^label:"):
        Combination(("a",), 1.0, "1", "Muut")
    with pytest.raises(ValueError, match=r"^label:"):
        Combination((), 1.0, "1")
    with pytest.raises(ValueError, match=r"^value:"):
        Combination(("a",), -1.0, "−1")
    with pytest.raises(ValueError, match=r"^highlight:"):
        _form(highlight="x")
