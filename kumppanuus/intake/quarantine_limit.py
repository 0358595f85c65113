"""How much of a file may be put aside before what is left of it says nothing any more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kumppanuus.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from kumppanuus.intake.account import FileAccount
    from kumppanuus.study import Check

TOTALS = "KU312"
"""Totals rows are no records; taking them out loses nothing."""


@dataclass(frozen=True, slots=True)
class OverLimit:
    """A file of which too much was put aside.

    n : records put aside that count: totals rows and rules that the study accepts do not.
    rule, of_rule : the rule most of them broke, and how many.
    """

    table: str
    file: str
    sheet: str
    read: int
    n: int
    rule: str
    of_rule: int

    @property
    def share(self) -> float:
        """Return the share of the records put aside (0-1)."""
        return self.n / self.read


def over_limit(accounts: Iterable[FileAccount], check: Check) -> list[OverLimit]:
    """Return the files of which more was put aside than the share and more than the rows that the study allows."""
    found = []
    for account in accounts:
        by_rule = {rule: n for rule, n in account.quarantined.items() if rule not in (TOTALS, *check.accept)}
        n = sum(by_rule.values())
        if n > check.quarantine_rows and 100 * n > check.quarantine_percent * account.read:
            rule = max(by_rule, key=lambda code: by_rule[code])
            found.append(OverLimit(account.table, account.file, account.sheet, account.read, n, rule, by_rule[rule]))
    return found


def demand_within_limit(accounts: Iterable[FileAccount], check: Check, folder: Path) -> None:
    """Refuse to go on when too much of a file was put aside.

    Parameters
    ----------
    folder : the quarantine, where the reader of the message will look.

    Raises
    ------
    InputError
        KU120 with every such file, its counts and the rule that most of its records broke.
    """
    found = over_limit(accounts, check)
    if found:
        told = [f"{one.file} {one.n}/{one.read} = {100 * one.share:.0f} % ({one.rule} {one.of_rule})" for one in found]
        raise InputError("KU120", files="; ".join(told), folder=str(folder))
