"""Questions at a terminal: numbered choices, Enter for what is proposed."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

import click

from kumppanuus.language.say import Say


class AskAtTerminal:
    """Asks a person; answers that cannot be meant are asked again.

    Parameters
    ----------
    say : knows the texts of ``language/init.toml``.
    """

    def __init__(self, say: Say) -> None:
        self._say = say

    def text(self, question: str, proposed: str) -> str:
        """Return what was typed, or the proposed text."""
        return str(click.prompt(question, default=proposed, show_default=bool(proposed)))

    def choice(self, question: str, options: Sequence[str], proposed: int) -> int:
        """Return the position of the option whose number was typed."""
        click.echo(question)
        for number, option in enumerate(options, start=1):
            click.echo(f"  {number:>2}  {option}")
        while True:
            typed = str(click.prompt(f"  {self._say('ask.number')}", default=str(proposed + 1))).strip()
            if typed.isdecimal() and 1 <= int(typed) <= len(options):
                return int(typed) - 1
            click.echo(f"  {self._say('ask.bad_number', n=len(options))}")

    def yes(self, question: str, proposed: bool) -> bool:
        """Return whether the answer begins with the letter of yes."""
        yes, no = self._say("ask.yes_letters").split("/")
        typed = click.prompt(f"{question} ({yes}/{no})", default=yes if proposed else no)
        first = str(typed).strip().casefold()[:1]
        return first in (yes, "y") or (proposed and first not in (no, "n"))

    def day(self, question: str, proposed: datetime.date) -> datetime.date:
        """Return a day written as 31.12.2025 or 2025-12-31."""
        shown = f"{proposed.day}.{proposed.month}.{proposed.year}"
        while True:
            day = _day(str(click.prompt(question, default=shown)).strip())
            if day is not None:
                return day
            click.echo(f"  {self._say('ask.bad_day')}")


def _day(typed: str) -> datetime.date | None:
    finnish = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", typed)
    try:
        if finnish:
            return datetime.date(int(finnish[3]), int(finnish[2]), int(finnish[1]))
        return datetime.date.fromisoformat(typed)
    except ValueError:
        return None
