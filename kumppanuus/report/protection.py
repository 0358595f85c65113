"""What is hidden is told: a line for every exhibit, and the rules in lay words, the same on page and in workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kumppanuus.disclosure.released import Released, ReleasedTable
from kumppanuus.language.say import Say
from kumppanuus.report.account import ACCOUNT_KEY
from kumppanuus.report.exhibits import Exhibit
from kumppanuus.report.words import plain, say_of_report

TOLD = ("merged", "longer", "dropped", "pooled", "left_out", "cut", "points")
"""What the gate can do to a table besides hiding numbers, in the order in which it is told."""
_RULES = ("rounded", "small", "beside", "totals", "base", "shares", "curves")
_INTERNAL = ("lead", "who", "never")


@dataclass(frozen=True, slots=True)
class Protected:
    """One exhibit in the list of what is hidden.

    exhibit : None for the account of the rows, which is no numbered exhibit.
    hidden : how many numbers are hidden.
    told : what else was done, in whole sentences; empty when nothing.
    """

    exhibit: Exhibit | None
    title: str
    hidden: int
    told: str


def told_of(tables: Sequence[ReleasedTable]) -> tuple[str, ...]:
    """Return what was done to some tables, each word once, in the order of `TOLD`; unknown words come last."""
    words = dict.fromkeys(word for table in tables for word in table.told)
    return tuple(sorted(words, key=lambda word: (TOLD.index(word) if word in TOLD else len(TOLD), word)))


def line_of(tables: Sequence[ReleasedTable], say: Say) -> str:
    """Return the line under a chart: how many numbers are hidden and why, then what else was done.

    Empty where there is no table, and where the numbers are exact.

    Raises
    ------
    DeclarationError
        KU903 when the gate did something there is no word for: what is done must be told.
    """
    if say.exact or not tables:
        return ""
    hidden = sum(table.hidden for table in tables)
    case = {0: "hidden_none", 1: "hidden_one"}.get(hidden, "hidden_many")
    if not hidden and any(table.declaration.gathered for table in tables):
        case = "computed"  # what lies behind such a table may have been hidden
    return " ".join((say_of_report(say)(f"protection.{case}", n=hidden), *_sentences(tables, say)))


def rules_of(released: Released, say: Say) -> tuple[str, ...]:
    """Return how the numbers of a run are protected, the audit last; in the internal face that they are not."""
    report, rules = say_of_report(say), released.rules
    if say.exact:
        return tuple(report(f"internal.{name}") for name in _INTERNAL)
    low, high = rules.base + 1, 2 * rules.base
    values = {
        "k": rules.k,
        "f": rules.f,
        "base": rules.base,
        "n": rules.n_min,
        "word": report("word.hidden"),
        "about": report.about(high - rules.base // 2),
        "low": low,
        "high": high,
    }
    audit = "protection.audited" if released.audited else "protection.not_audited"
    return (*(report(f"protection.{name}", **values) for name in ("lead", *_RULES)), report(audit))


def status_of(released: Released, say: Say) -> str:
    """Return the one sentence that stands at the beginning: audited, not audited, or internal."""
    report = say_of_report(say)
    if say.exact:
        return report("internal.banner")
    return report("report.audited" if released.audited else "report.not_audited")


def protected(released: Released, shown: Sequence[Exhibit], say: Say) -> list[Protected]:
    """Return the exhibits of which something is hidden or left out, the account of the rows first."""
    if say.exact:
        return []
    account = released.results.get(ACCOUNT_KEY)
    first = (None, say_of_report(say)("account.title"), tuple(account.tables.values()) if account else ())
    every = [first, *((exhibit, exhibit.chart.headline, exhibit.tables) for exhibit in shown)]
    rows = [
        Protected(exhibit, plain(title), sum(table.hidden for table in tables), " ".join(_sentences(tables, say)))
        for exhibit, title, tables in every
    ]
    return [row for row in rows if row.hidden or row.told]


def _sentences(tables: Sequence[ReleasedTable], say: Say) -> list[str]:
    return [say_of_report(say)(f"protection.{word}") for word in told_of(tables)]
