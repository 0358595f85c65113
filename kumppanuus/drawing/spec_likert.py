"""Specification of answers on a scale, the negative ones to the left and the positive ones to the right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kumppanuus.drawing.roles import demand, demand_finite

MOST_ITEMS = 12
LEAST_ANSWERS, MOST_ANSWERS = 2, 7


@dataclass(frozen=True, slots=True)
class AnswerPart:
    """Those who gave one answer to an item, or one of some neighbouring answers that are shown as one.

    Attributes
    ----------
    first, last : indices of the answers of the scale, from 0; equal for a single answer.
    value : share of the item's answers, 0–1.
    text : printed inside the part where it fits (``"34 %"``).
    """

    first: int
    last: int
    value: float
    text: str

    def __post_init__(self) -> None:
        demand_finite("value", self.value)
        demand(0 <= self.value <= 1.01, "value", "a share must be 0–1")
        demand(self.first <= self.last, "last", "must not be before first")

    @property
    def merged(self) -> bool:
        """Whether several answers are shown as one."""
        return self.first != self.last


@dataclass(frozen=True, slots=True)
class Item:
    """One row of :class:`Likert`.

    Attributes
    ----------
    label : the statement; a line feed marks where it is best broken.
    parts : in the order of the scale, each answer at most once; empty = nothing may be shown.
    low_text, high_text : sums of the negative and of the positive answers, at the outer ends of the row; empty where
        answers are merged over the middle.
    note : printed instead of a row without parts (``"peitetty"``), else after it, such as a mean.
    bold : True for the item the headline speaks of.
    """

    label: str
    parts: tuple[AnswerPart, ...]
    low_text: str = ""
    high_text: str = ""
    note: str = ""
    bold: bool = False

    def __post_init__(self) -> None:
        seen = [answer for part in self.parts for answer in range(part.first, part.last + 1)]
        demand(seen == sorted(set(seen)), "parts", f"{self.label}: in the order of the scale, each answer once")


@dataclass(frozen=True, slots=True)
class Likert:
    """Rows of answers around a common middle: the middle of the neutral answer, or between the two halves.

    Attributes
    ----------
    items : rows from top to bottom, at most twelve.
    answers : names of the answers from the most negative to the most positive, two to seven; an odd number has a
        neutral one in its middle.
    merged_text : name in the key of parts that are several answers together; used when there are any.
    low_title, high_title : what the left and the right side mean, above the rows.
    note_title : what the notes at the right say; may be empty.
    """

    items: tuple[Item, ...]
    answers: tuple[str, ...]
    merged_text: str = ""
    low_title: str = ""
    high_title: str = ""
    note_title: str = ""

    def __post_init__(self) -> None:
        demand(len(self.items) <= MOST_ITEMS, "items", f"at most {MOST_ITEMS} rows are legible")
        fits = LEAST_ANSWERS <= len(self.answers) <= MOST_ANSWERS
        demand(fits, "answers", f"{LEAST_ANSWERS} to {MOST_ANSWERS}")
        for item in self.items:
            for part in item.parts:
                demand(part.first >= 0 and part.last < len(self.answers), "parts", f"{item.label}: no such answer")

    def side(self, part: AnswerPart) -> Literal[-1, 0, 1]:
        """Side of a part: −1 left of the middle, 1 right of it, 0 across it."""
        twice_middle = len(self.answers) - 1
        if 2 * part.last < twice_middle:
            return -1
        return 1 if 2 * part.first > twice_middle else 0
