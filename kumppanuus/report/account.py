"""How far the data can be trusted: the protected row account of the run, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kumppanuus.disclosure.released import Released
from kumppanuus.language.say import Say
from kumppanuus.report.shown import ShownTable, show_table
from kumppanuus.report.words import say_of_report

ACCOUNT_KEY = "data.account"


@dataclass(frozen=True, slots=True)
class Account:
    """The two tables of the account.

    rows : per canonical table, rows read and where they went, rounded.
    reasons : per canonical table and rule, quarantined rows, rounded; without rows when there are none.
    """

    rows: ShownTable
    reasons: ShownTable


def account_of(released: Released, say: Say, rule_words: Mapping[str, str]) -> Account | None:
    """Return the account of a run, or None when the run has none.

    Parameters
    ----------
    rule_words : rule of intake → short text in the language of the report; a rule without words is shown as an
        unknown code.
    """
    result = released.results.get(ACCOUNT_KEY)
    if result is None or not {"account", "reasons"} <= set(result.tables):
        return None
    report = say_of_report(say)
    labels = {"rules": rule_words}
    return Account(
        show_table(result.tables["account"], report, title=report("account.rows"), labels=labels),
        show_table(result.tables["reasons"], report, title=report("account.reasons"), labels=labels),
    )
