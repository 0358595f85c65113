"""Statutory clocks: what the law limits, from when to when. Data in ``clocks.toml``; a study may add rows or its own.

A study that gives rows of a code replaces all rows of that code; a code with no row in force limits nothing.
"""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from kumppanuus.study import Study

ClockUnit = Literal["working_days", "months", "children"]
Stop = Literal["decided", "assessed"]
START, ASSESSMENT, CASELOAD = "start", "assessment", "caseload"
"""Codes of the clocks that come with the program."""


@dataclass(frozen=True, slots=True)
class Clock:
    """One limit of the law and the time it is in force.

    code : what is limited. limit, unit : how much, in working days, months, or children per responsible worker.
    valid_from, valid_to : in force on [valid_from, valid_to); ``valid_to`` None = still.
    source : section of the law.
    stops : column of ``contacts`` that stops the clock; None for children.
    kinds : kinds of contacts that start it. sectors : sectors of the services it concerns; contacts that name no
        service are concerned too. unless : outcomes after which nothing is due.
    """

    code: str
    limit: int
    unit: ClockUnit
    valid_from: datetime.date
    source: str
    valid_to: datetime.date | None = None
    stops: Stop | None = None
    kinds: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()

    @property
    def most_days(self) -> int:
        """Days after which it has surely run out: no month or week has fewer working days than these let be."""
        return {"working_days": 3 * self.limit + 14, "months": 31 * self.limit + 14, "children": 0}[self.unit]

    def in_force(self, day: datetime.date) -> bool:
        """Whether it is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@cache
def statutory_clocks() -> tuple[Clock, ...]:
    """Return the clocks that come with the program, in the order of the file."""
    text = (files(__package__) / "clocks.toml").read_text(encoding="utf-8")
    return tuple(_clock(row) for row in tomllib.loads(text)["clocks"])


def clocks_of(study: Study) -> tuple[Clock, ...]:
    """Return the clocks of a study: the statutory ones, with those codes replaced that the study gives itself."""
    own = tuple(_clock(clock.model_dump()) for clock in study.clocks)
    given = {clock.code for clock in own}
    return (*(clock for clock in statutory_clocks() if clock.code not in given), *own)


def _clock(row: dict[str, Any]) -> Clock:
    fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    return Clock(**fields)


def limit_on(clocks: Iterable[Clock], code: str, day: datetime.date) -> int | None:
    """Return the limit of a code that is in force on a day; None when none is."""
    return next((clock.limit for clock in clocks if clock.code == code and clock.in_force(day)), None)


def clock_rows(clocks: Iterable[Clock]) -> list[list[object]]:
    """Return the clocks as rows of the table ``clocks`` that SQL sees (a missing end is the year 9999)."""
    return [
        [clock.code, clock.limit, clock.unit, clock.valid_from, clock.valid_to or datetime.date.max, clock.stops or "",
         list(clock.kinds), list(clock.sectors), list(clock.unless)]
        for clock in clocks
    ]  # fmt: skip
