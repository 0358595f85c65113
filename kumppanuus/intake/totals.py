"""What was read, in totals: the row account as a result for the gate, and how many people there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from kumppanuus.register.account import PARTS, AccountResult

if TYPE_CHECKING:
    from kumppanuus.intake.account import Intake


def account(intake: Intake) -> AccountResult:
    """Return the row account as a result that the gate can protect."""
    totals = intake.totals()
    rows = [{"table": table, **{part: row[part] for part in ("read", *PARTS)}} for table, row in totals.items()]
    aside = [(part.table, rule, n) for part in intake.account for rule, n in part.quarantined.items()]
    right = [(finding.table, finding.code, finding.n) for finding in intake.findings if finding.accepted]
    return AccountResult(
        pd.DataFrame(rows, columns=["table", "read", *PARTS]),
        _by_rule(aside, "rows"),
        _by_rule(right, "found"),
    )


def _by_rule(counted: Sequence[tuple[str, str, int]], name: str) -> pd.DataFrame:
    """Return the sum of counts by table and rule, in their order."""
    frame = pd.DataFrame(counted, columns=["table", "rule", name])
    return frame.groupby(["table", "rule"], as_index=False)[[name]].sum()


def people(intake: Intake) -> tuple[int, int]:
    """Return how many clients and families have a relationship (a client without a family is one of her own)."""
    used = intake.tables["relationships"].select(["client"]).to_pandas().drop_duplicates()
    if "clients" in intake.tables:
        known = intake.tables["clients"].select(["client", "family"]).to_pandas()
        used = used.merge(known, on="client", how="left")
    families = used["family"].fillna(used["client"]) if "family" in used else used["client"]
    if intake.families is not None:
        formed = intake.families.to_pandas().set_index("client")["family"]
        families = used["client"].map(formed).fillna(families)
    return len(used), int(families.nunique())
