"""How far the data can be trusted: the protected row account of the run, as one chart, in tables and in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from kumppanuus.disclosure.released import Released, ReleasedResult, ReleasedTable
from kumppanuus.drawing import Chart
from kumppanuus.language.say import Say
from kumppanuus.report.account_chart import account_chart
from kumppanuus.report.account_rows import Part, Row, rows_of_account
from kumppanuus.report.shown import ShownTable, show_table
from kumppanuus.report.words import faced, mark_of, plain, say_of_report
from kumppanuus.study import Study

ACCOUNT_KEY = "data.account"
_PLACEHOLDER = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True)
class Accepted:
    """A finding that the consultant has judged right: what the rule says, how often it was met, and her reason."""

    rule: str
    found: str
    reason: str


@dataclass(frozen=True, slots=True)
class Account:
    """The account as the report shows it.

    rows : per canonical table, rows read and where they went, rounded.
    reasons : per canonical table and rule, quarantined rows, rounded; without rows when there are none.
    chart : the same as one picture; None when not a single row was read.
    unusable : a sentence for every table that gave no usable row, with the greatest reason.
    accepted : findings judged right, with the reasons, in the order of their codes.
    tables : the released tables behind it.
    """

    rows: ShownTable
    reasons: ShownTable
    chart: Chart | None
    unusable: tuple[str, ...]
    accepted: tuple[Accepted, ...]
    tables: tuple[ReleasedTable, ...]

    @property
    def hidden(self) -> int:
        """Number of hidden cells in the tables behind it."""
        return sum(table.hidden for table in self.tables)


def account_of(released: Released, study: Study, say: Say, rule_words: Mapping[str, str]) -> Account | None:
    """Return the account of a run, or None when the run has none.

    Parameters
    ----------
    rule_words : rule of intake → short text in the language of the report; a rule without words is shown as an
        unknown code.
    """
    result = released.results.get(ACCOUNT_KEY)
    if result is None or not {"account", "reasons"} <= set(result.tables):
        return None
    report = say_of_report(faced(say, released))
    words = {code: _PLACEHOLDER.sub("…", text) for code, text in rule_words.items()}
    rows = rows_of_account(result, report)
    chart = account_chart(rows, report)
    return Account(
        show_table(result.tables["account"], report, title=report("account.rows"), labels={"rules": words}),
        show_table(result.tables["reasons"], report, title=report("account.reasons"), labels={"rules": words}),
        replace(chart, mark=mark_of(report)) if chart else None,
        tuple(_unusable(row, result, report, words) for row in rows if row.unusable),
        tuple(_accepted(result, study, report, words)),
        tuple(result.tables.values()),
    )


def _unusable(row: Row, result: ReleasedResult, report: Say, words: Mapping[str, str]) -> str:
    """Say that a table gave no usable row, and why: the greatest part, of quarantine the greatest reason."""
    if not row.parts:
        return report("account.unusable_no_rows", table=row.label)
    most = max(row.parts, key=lambda part: part.size)
    if most.name != "quarantined":
        return report(f"account.unusable_{most.name}", table=row.label, n=_about(most, report))
    reasons = result["reasons"]
    own = reasons[reasons["table"] == row.table]
    if own.empty:
        return report("account.unusable_quarantined", table=row.label, n=_about(most, report))
    greatest = own.loc[own["rows"].fillna(0.0).idxmax()]
    rule = words.get(str(greatest["rule"]), report("codes.unknown"))
    return plain(report("account.unusable_rule", table=row.label, rule=rule, n=_about(most, report)))


def _about(part: Part, report: Say) -> str:
    return report.about(part.size, hidden=part.hidden)


def _accepted(result: ReleasedResult, study: Study, report: Say, words: Mapping[str, str]) -> Iterator[Accepted]:
    """Yield the accepted rules that were met in this run; a rule that was not is no part of its account."""
    if "accepted" not in result.tables:
        return
    found = result["accepted"]
    for code, reason in sorted(study.check.accept.items()):
        own = found[found["rule"] == code]
        numbers = [
            report(
                "account.accepted_in",
                table=report.label("tables", table),
                n=report.about(float(number), hidden=bool(number != number)),
            )
            for table, number in zip(own["table"], own["found"], strict=True)
        ]
        if numbers:
            yield Accepted(
                plain(f"{words.get(code, report('codes.unknown'))} ({code})"), "; ".join(numbers), plain(reason)
            )
