"""The band across a slide: how urgent, how many votes, what is done and by whom."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box
from kumppanuus.language.say import Say
from kumppanuus.report.slides.page import Deck
from kumppanuus.report.slides.texts import clean, lines_of, room_of
from kumppanuus.report.slides.writing import Run, emu, text_box
from kumppanuus.workshop.notes import Priority
from kumppanuus.workshop.summary import Decision
from kumppanuus.workshop.words import priority_key

GROUND: dict[Priority, str] = {
    "now": theme.WORDS["special"],
    "soon": theme.WORDS["early"],
    "later": theme.WORDS["neutral"],
    "": theme.QUIET,
}
"""Of the box that names the urgency, in white; the words tell it too."""
_MOST_LINES, _MOST_WITH_NOTES = 3, 4
"""Lines that a text may take, and all texts together when the notes stand among them."""
_LEAST_HIGH, _INSET, _PADDING = 52.0, 10.0, 14.0


@dataclass(frozen=True, slots=True)
class Line:
    """One text of the band."""

    text: str
    size: float
    bold: bool = False

    def lines(self, room: float) -> int:
        """Return how many lines it takes in a width of points; a word too long for one, such as an address, breaks."""
        words = [max(room_of(word, self.size, self.bold), 1.0) for word in self.text.split(" ")]
        broken = sum(math.ceil(word / room) - 1 for word in words)
        return len(lines_of(self.text, room, self.size, self.bold)) + broken


def place_of(decision: Decision, say: Say) -> str:
    """Return rank and votes: ``Sija 1 · 12 ääntä``."""
    n = decision.item.votes
    votes = say("summary.votes_one") if n == 1 else say("summary.votes_many", n=n)
    return f"{say('summary.kicker', rank=decision.rank)} · {votes}"


def remarks_of(decision: Decision, say: Say) -> list[str]:
    """Return what is told beside action and role: another headline, a chart that is not there, the notes by line."""
    told = [say("summary.seen", finding=decision.seen)] if decision.seen else []
    if decision.exhibit is None and not decision.is_general:
        told.append(say("summary.gone"))
    return [*told, *(line for line in decision.item.notes.split("\n") if line.strip())]


def add_band(deck: Deck, slide: Any, decision: Decision, *, remarks: bool) -> tuple[float, bool]:
    """Put the band on a slide; returns where it ends, and whether the remarks stand in it.

    Parameters
    ----------
    remarks : whether they shall stand in it, if there are few.
    """
    say, body, item = deck.say, deck.paper.body, decision.item
    urgency = Line(say(priority_key(item.priority)), theme.LARGE, True)
    block = [urgency, Line(place_of(decision, say), theme.SMALLEST)]
    wide = max(room_of(line.text, line.size, line.bold) for line in block) + 2 * _INSET
    room = body.width - wide - 2 * _INSET
    lines, told = _lines(decision, say, room, remarks)
    high = sum(1.2 * line.size * line.lines(room) for line in lines) + _PADDING
    top, bottom = body.top + 6, body.top + 6 + max(high, _LEAST_HIGH)
    left = Box(body.left, top, body.left + wide, bottom)
    right = Box(left.right, top, body.right, bottom)
    _ground(deck, slide, left, block, GROUND[item.priority], theme.PAPER, "summary.name_urgency")
    _ground(deck, slide, right, lines, theme.SHADE, theme.INK, "summary.name_decision")
    return bottom, told


def _lines(decision: Decision, say: Say, room: float, remarks: bool) -> tuple[list[Line], bool]:
    decided = [Line(_cut(line, room, say), line.size, line.bold) for line in _decided(decision, say)]
    together = [*decided, *(Line(clean(text), theme.SMALLEST) for text in remarks_of(decision, say))]
    if remarks and sum(line.lines(room) for line in together) <= _MOST_WITH_NOTES:
        return together, True
    return decided, False


def _decided(decision: Decision, say: Say) -> Iterator[Line]:
    action, owner = (_flat(text) for text in (decision.item.action, decision.item.owner))
    if action:
        yield Line(say("summary.action_line", text=action), theme.LABEL, True)
    else:
        yield Line(say("summary.no_action"), theme.LABEL)
    if owner:
        yield Line(say("summary.owner_line", text=owner), theme.SMALLEST)


def _flat(text: str) -> str:
    return clean(" ".join(text.split("\n")))


def _cut(line: Line, room: float, say: Say) -> str:
    """Return a text that leaves room for the chart; the speaker's notes have all of it."""
    if line.lines(room) <= _MOST_LINES:
        return line.text
    words, rest = line.text.split(" "), f"… {say('summary.more_in_notes')}"
    while len(words) > 1 and Line(" ".join((*words, rest)), line.size, line.bold).lines(room) > _MOST_LINES:
        words.pop()
    return " ".join((*words, rest))


def _ground(deck: Deck, slide: Any, box: Box, lines: list[Line], fill: str, ink: str, name: str) -> None:
    runs = [[Run(line.text, line.size, line.bold, ink)] for line in lines]
    shape = text_box(slide.shapes, box, runs, deck.language, name=deck.say(name), anchor="middle", fill=fill)
    shape.text_frame.margin_left = shape.text_frame.margin_right = emu(_INSET)
