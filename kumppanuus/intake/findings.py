"""Everything worth saying about a file, as findings: codes, counts, one line number to look at."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from kumppanuus.intake.account import MOST_ROWS, Change, Finding, Severity
from kumppanuus.intake.chunk import NO_ROWS
from kumppanuus.intake.file_read import FileClosed
from kumppanuus.intake.merge import Fates
from kumppanuus.intake.rules import load_rules


def findings_of(closed: FileClosed, fates: Fates, accept: Mapping[str, str]) -> list[Finding]:
    """Return the findings of one file, by code and column; `accept` has the reasons why codes are judged right."""
    found = [*_faults(closed), *_of_file(closed), *_of_codes(closed), *_of_merging(closed, fates)]
    judged = [dataclasses.replace(finding, accepted=finding.code in accept) for finding in found]
    return sorted(judged, key=lambda finding: (finding.code, finding.column))


def _finding(
    closed: FileClosed, code: str, n: int, rows: np.ndarray = NO_ROWS, column: str = "", **detail: object
) -> Finding:
    severity: Severity = "error" if load_rules()[code].severity == "error" else "warning"
    return Finding(
        code=code,
        severity=severity,
        table=closed.account.table,
        file=closed.account.file,
        n=n,
        rows=tuple(np.sort(rows)[:MOST_ROWS].tolist()),
        column=column,
        detail=MappingProxyType(detail),
    )


def _faults(closed: FileClosed) -> list[Finding]:
    rows, rules = closed.faults.rows, closed.faults.rules
    by_rule = {rule: rows[rules == rule] for rule in np.unique(rules).tolist()}
    return [_finding(closed, f"KU{rule}", len(mine), mine) for rule, mine in by_rule.items()]


def _of_file(closed: FileClosed) -> list[Finding]:
    file, found = closed.file, []
    if file.read == 0:
        found.append(_finding(closed, "KU106", 0))
    if file.garbled:
        found.append(_finding(closed, "KU408", file.garbled))
    for code, parts in (("KU409", file.hidden), ("KU410", file.padded), *file.flagged.items()):
        rows = np.concatenate([NO_ROWS, *parts])
        if len(rows):
            found.append(_finding(closed, code, len(rows), rows))
    if file.extract.unread_sheets:
        found.append(_finding(closed, "KU411", file.extract.unread_sheets))
    unmapped = file.extract.header.unmapped
    if unmapped:
        found.append(_finding(closed, "KU403", len(unmapped), columns=unmapped))
    return found


def _of_codes(closed: FileClosed) -> list[Finding]:
    joined = {column: np.concatenate(parts) for column, parts in closed.file.unknown.items()}
    return [_finding(closed, "KU401", len(rows), rows, column) for column, rows in joined.items() if len(rows)]


def _of_merging(closed: FileClosed, fates: Fates) -> list[Finding]:
    return [
        _finding(closed, code, n, np.array([] if rows is None else rows, np.int64).ravel())
        for code, told in fates.warnings.items()
        for number, n, rows in told
        if number == closed.number
    ]


def changes_of(closed: FileClosed, fates: Fates) -> list[Change]:
    """Return what a file tells anew, kind by kind."""
    table, file = closed.account.table, closed.account.file
    return [
        Change(table, file, change.kind, change.n, change.rows)
        for change in fates.changes
        if change.file == closed.number
    ]
