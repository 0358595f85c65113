"""Ten-row extracts and the study that reads them."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from kumppanuus.intake.account import FileAccount, Finding, Intake
from kumppanuus.intake.extracts import read_extracts
from kumppanuus.intake.pseudonym import pseudonym
from kumppanuus.study import Study

KEY = bytes(range(32))
RELATIONSHIPS: dict[str, Any] = {
    "table": "relationships",
    "files": ["r*.csv"],
    "columns": {"client": "Asiakas", "service": "Palvelu", "start": "Alku", "end": "Loppu"},
    "delimiter": ";",
}
CLIENTS: dict[str, Any] = {
    "table": "clients",
    "files": ["c*.csv"],
    "columns": {"client": "Asiakas", "birth_date": "Syntynyt", "sex": "Sukupuoli", "family": "Perhe"},
    "delimiter": ";",
}
HEADER = "Asiakas;Palvelu;Alku;Loppu\n"


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def client(number: str, domain: str = "client") -> int:
    return pseudonym(number, key=KEY, domain=domain)


def study_in(folder: Path, *sources: dict[str, Any], **changes: Any) -> Study:
    asked: dict[str, Any] = {
        "schema": 1,
        "study": {"organiser": "Testilä"},
        "window": {"from": "2020-01-01", "to": "2021-12-31"},
        "services": [{"code": c, "name": {"fi": c}, "level": "early"} for c in ("perhe", "koti")],
        "areas": [{"code": "kanta", "name": {"fi": "Kantakaupunki"}}],
        "sources": list(sources),
        "root": folder,
    }
    return Study.model_validate(asked | changes)


def read(folder: Path, *sources: dict[str, Any], block: int | None = None, **changes: Any) -> Intake:
    study = study_in(folder, *sources, **changes)
    return read_extracts(study, KEY, quarantine=folder / "state" / "quarantine", block=block)


def read_text(folder: Path, text: str | bytes, *, block: int | None = None, **changes: Any) -> Intake:
    """Read one relationships file with the given content."""
    content = text if isinstance(text, bytes) else text.encode()
    (folder / "r.csv").write_bytes(content)
    return read(folder, RELATIONSHIPS | changes, block=block)


def only(intake: Intake) -> FileAccount:
    """Return the one account, which balances."""
    (account,) = intake.account
    assert account.balanced
    return account


def finding(intake: Intake, code: str) -> Finding:
    (found,) = [finding for finding in intake.findings if finding.code == code]
    return found


def rows(intake: Intake, table: str = "relationships") -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = intake.tables[table].to_pylist()
    return listed
