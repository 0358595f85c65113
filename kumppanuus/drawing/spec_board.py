"""A board of findings: columns of cards, each with room for what nobody has written down yet."""

from __future__ import annotations

from dataclasses import dataclass

from kumppanuus.drawing.roles import Level, demand, demand_colour, demand_finite

MOST_COLUMNS, MOST_CARDS = 3, 3


@dataclass(frozen=True, slots=True)
class Card:
    """One finding of a :class:`Board`.

    Attributes
    ----------
    title : what it is about; two lines at most, the rest is cut.
    says : the finding in one sentence; four lines at most together with the title.
    note : where it comes from, in one line.
    weight : 0–1, the length of the bar along the upper edge: how much it weighs beside the heaviest of its column.
    """

    title: str
    says: str
    note: str
    weight: float

    def __post_init__(self) -> None:
        demand_finite("weight", self.weight)
        demand(0 <= self.weight <= 1, "weight", "must be 0–1")


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """One column of a :class:`Board`.

    Attributes
    ----------
    heading : its name. colour : of the bars and the heading.
    cards : heaviest first, at most three.
    more : words beside the heading, such as ``"ja 4 muuta"``; may be empty.
    blank : words of the empty card that ends the column: what the data do not see.
    """

    heading: str
    colour: Level
    cards: tuple[Card, ...]
    more: str
    blank: str

    def __post_init__(self) -> None:
        demand_colour(self.colour)
        demand(len(self.cards) <= MOST_CARDS, "cards", f"at most {MOST_CARDS}")


@dataclass(frozen=True, slots=True)
class Board:
    """Up to three columns of cards beside each other."""

    columns: tuple[BoardColumn, ...]

    def __post_init__(self) -> None:
        demand(1 <= len(self.columns) <= MOST_COLUMNS, "columns", f"one to {MOST_COLUMNS}")
