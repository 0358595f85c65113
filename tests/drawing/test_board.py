"""Columns of cards: what fits, what is cut, and what is refused."""

from __future__ import annotations

import pytest

from kumppanuus.drawing import Board, BoardColumn, Card, Frame, Level, figure, lint_figure
from tests.drawing.drawing_specs import NAMES, chart
from tests.drawing.test_drawing_forms import drawn, named, words

COLOURS: tuple[Level, ...] = ("accent", "early", "neutral")


def _card(place: int, weight: float = 0.5) -> Card:
    return Card(NAMES[place % len(NAMES)], "Päätöksistä 55\u00a0% tehtiin ajoissa, tavoite on 95\u00a0%.",
                "Lakisääteiset määräajat · noin 129 perhettä", weight)  # fmt: skip


def _board(cards: int, columns: int = 3, more: str = "ja 4 muuta") -> Board:
    return Board(tuple(
        BoardColumn(f"Sarake {place}", COLOURS[place], tuple(_card(place + 3 * row) for row in range(cards)), more,
                    "Mitä data ei näe? Lisätkää tähän oma havaintonne.")
        for place in range(columns)
    ))  # fmt: skip


@pytest.mark.parametrize("cards", [0, 1, 2, 3])
@pytest.mark.parametrize("columns", [1, 2, 3])
def test_any_board_is_without_faults(cards: int, columns: int) -> None:
    frames: tuple[Frame, ...] = ("full", "body")
    for frame in frames:
        found = lint_figure(figure(chart(_board(cards, columns)), frame))
        assert not [fault for fault in found if not fault.startswith("cut: ")]


def test_bars_are_as_long_as_their_weights() -> None:
    column = BoardColumn("Kipupisteet", "accent", tuple(_card(2, weight) for weight in (1.0, 0.5, 0.0)), "", "…")
    page = drawn(Board((column,)))
    wide = [named(page, f"weight-0-{place}")[0].get_width() for place in range(3)]
    assert wide[1] == pytest.approx(wide[0] / 2)
    assert 0 < wide[2] < 4
    assert "55" in " ".join(words(page))


def test_every_column_ends_with_an_empty_card() -> None:
    page = drawn(_board(3))
    assert [len(named(page, f"blank-{place}")) for place in range(3)] == [1, 1, 1]


def test_what_does_not_fit_the_form_is_refused() -> None:
    with pytest.raises(ValueError, match="cards"):
        BoardColumn("x", "accent", tuple(_card(0) for _ in range(4)), "", "")
    with pytest.raises(ValueError, match="weight"):
        Card("x", "y", "z", 1.5)
    with pytest.raises(ValueError, match="columns"):
        Board(())


def test_four_lines_of_a_card_are_whole() -> None:
    says = "Yhteydenotoista 37\u00a0% ohjattiin toiseen palveluun, muissa palveluissa 4\u00a0%."
    long = Card("Ohjataan muualle: Kasvatus- ja perheneuvonta", says, "noin 135 perhettä", 1.0)
    columns = tuple(BoardColumn("Kipupisteet", colour, (long, long, long), "", "Lisätkää oma.") for colour in COLOURS)
    assert lint_figure(figure(chart(Board(columns)))) == []
    assert not [text for text in words(drawn(Board(columns))) if "…" in text]
