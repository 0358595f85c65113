"""The board itself, how its order came about, and what nobody could look at. Released numbers only."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import rows_of
from kumppanuus.drawing import Bar, Bars, Board, BoardColumn, Card, Chart, Level, Notice
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say, footer
from kumppanuus.language.signals import says_of, title_of_room

KINDS: tuple[tuple[str, Level], ...] = (("pain", "accent"), ("opportunity", "early"), ("obstacle", "neutral"))
MOST_CARDS, MOST_BARS, MOST_LINES = 3, 12, 4
LONGEST = 110
"""Characters of a headline; a longer one says less."""


def board(released: ReleasedResult, say: Say) -> Chart:
    """Draw pain points, opportunities and obstacles as columns of cards, heaviest first, with room for more."""
    frame = released["signals"]
    form = Board(tuple(_column(frame, kind, colour, say) for kind, colour in KINDS))
    headline = _headline(frame, say)
    told = " ".join(f"{card.title}: {card.says}" for column in form.columns for card in column.cards)
    return Chart(
        form, headline, say("board.subtitle"), footer(say, _n(frame, say), _unseen_note(released, say)),
        f"{headline}. {told}".strip(),
    )  # fmt: skip


def ranking(released: ReleasedResult, say: Say) -> Chart:
    """Draw the score of the heaviest signals, with the three parts it is made of."""
    frame = released["signals"]
    if frame.empty:
        return nothing(say("ranking.nothing"), say)
    shown = frame.head(MOST_BARS)
    bars = tuple(_bar(row, place == 0, say) for place, row in enumerate(rows_of(shown)))
    first = rows_of(shown)[0]
    headline = say("ranking.headline.first", title=_title(first, say), n=len(frame))
    left = len(frame) - len(shown)
    note = say("ranking.left", n=left) if left else ""
    told = ". ".join(f"{bar.label}: {bar.text} ({bar.detail})" for bar in bars)
    return Chart(
        Bars(bars, say("ranking.axis")), headline, say("ranking.subtitle"), footer(say, _n(frame, say), note),
        f"{headline}. {told}.",
    )  # fmt: skip


def unseen(released: ReleasedResult, say: Say) -> Chart:
    """Say what could not be looked at, and what registers never tell."""
    unseen, silent = released["unseen"], released["silent"]
    lacking = unseen[unseen["why"] == "needed"]
    lines = [
        say("unseen.room", room=title_of_room(str(room), say), tables=_tables(rows, say))
        for room, rows in lacking.groupby("room", sort=False)
    ]
    few = [_silent(str(room), unseen[unseen["room"] == room], say) for room in silent["room"]]
    lines += [say("unseen.silent", rooms=", ".join(few))] if few else []
    left_out = int(lacking["room"].nunique())
    case = ("one" if left_out == 1 else "some") if left_out else "silent" if few else "none"
    headline = say(f"unseen.headline.{case}", n=left_out or len(few))
    shown = lines[:MOST_LINES] + ([say("unseen.more", n=len(lines) - MOST_LINES)] if len(lines) > MOST_LINES else [])
    form = Notice((say("unseen.always"), *shown))
    return Chart(form, headline, say("unseen.subtitle"), footer(say, ""), " ".join((headline, *form.lines)))


def written(value: float, unit: str, say: Say) -> str:
    """Write a value of a signal in its unit; shares come as per cents."""
    if math.isnan(value):
        return say("word.no_data")
    if unit == "share":
        return say.percent(value / 100)
    if unit == "EUR":
        return say.euros(value)
    digits = {"ratio": 2, "points": 1}.get(unit, 0)
    key = {"days": "unit.days", "months": "unit.months"}.get(unit, "")
    return say(key, n=say.number(value, digits)) if key else say.number(value, digits)


def _column(frame: pd.DataFrame, kind: str, colour: Level, say: Say) -> BoardColumn:
    rows = rows_of(frame[frame["kind"] == kind])
    heaviest = max([float(row["score"]) for row in rows], default=1.0) or 1.0
    cards = tuple(
        Card(_title(row, say), _says(row, say), _note(row, say), float(row["score"]) / heaviest)
        for row in rows[:MOST_CARDS]
    )
    left = len(rows) - len(cards)
    more = say("board.more", n=left) if left else ("" if cards else say("board.no_cards"))
    return BoardColumn(say(f"board.heading_{kind}"), colour, cards, more, say(f"board.blank_{kind}"))


def _title(row: dict[str, Any], say: Say) -> str:
    return say.label("signals", row["signal"])


def _says(row: dict[str, Any], say: Say) -> str:
    value, reference = (written(float(row[each]), str(row["measured_in"]), say) for each in ("value", "reference"))
    return says_of(str(row["signal"]), say, value=value, reference=reference)


def _note(row: dict[str, Any], say: Say) -> str:
    room = title_of_room(str(row["room"]), say)
    return say("board.note", room=room, n=float(row["touched"]))


def _headline(frame: pd.DataFrame, say: Say) -> str:
    """Say the heaviest signal, whole where it fits."""
    if frame.empty:
        return say("board.headline.nothing")
    first = rows_of(frame)[0]
    title = _title(first, say)
    says = _says(first, say).rstrip(".")
    whole = say("board.headline.whole", title=title, says=says[:1].lower() + says[1:])
    return whole if len(whole) <= LONGEST else say("board.headline.short", title=title)


def _bar(row: dict[str, Any], bold: bool, say: Say) -> Bar:
    colour = dict(KINDS)[str(row["kind"])]
    parts = say(
        "ranking.parts", gap=say.number(float(row["gap"]), 2), families=say.number(float(row["touched"])),
        certainty=say.number(float(row["certainty"]), 2),
    )  # fmt: skip
    score = float(row["score"])
    return Bar(_title(row, say), score, say.number(score, 0 if score >= 10 else 1), colour, parts, bold=bold)


def _n(frame: pd.DataFrame, say: Say) -> str:
    return say("board.n", n=len(frame), rooms=int(frame["room"].nunique()))


def _tables(rows: pd.DataFrame, say: Say) -> str:
    return ", ".join(say.label("tables", table) for table in rows["table"])


def _silent(room: str, rows: pd.DataFrame, say: Say) -> str:
    """Name an analysis that could compare nothing, with the tables that might have helped."""
    title = title_of_room(room, say)
    return title if rows.empty else say("unseen.without", room=title, tables=_tables(rows, say))


def _unseen_note(released: ReleasedResult, say: Say) -> str:
    unseen = released["unseen"]
    rooms = int(unseen.loc[unseen["why"] == "needed", "room"].nunique())
    return say("board.not_looked", n=rooms) if rooms else ""
