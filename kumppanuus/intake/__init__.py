"""Files → register: read, recognise, check, put aside, pseudonymise, merge. The only room that sees raw identifiers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kumppanuus.intake.account import Intake
    from kumppanuus.study import Study


def read_extracts(
    study: Study, key: bytes, *, quarantine: Path, progress: Callable[[str, int], None] | None = None,
    state: Path | None = None, unchanged: Callable[[int], None] | None = None,
) -> Intake:  # fmt: skip
    """Read every source of a study; see `kumppanuus.intake.extracts.read_extracts`."""
    from kumppanuus.intake import extracts  # opens the database: only when something is read

    return extracts.read_extracts(
        study, key, quarantine=quarantine, progress=progress, state=state, unchanged=unchanged
    )


def domains_of(study: Study) -> list[str]:
    """Return every domain in which values of a study get pseudonyms."""
    from kumppanuus.intake.convert import domain_of
    from kumppanuus.intake.pseudonym import PERSON_DOMAIN
    from kumppanuus.register.tables import TABLES

    asked = {
        domain_of(source, column)
        for source in study.sources
        for column in source.columns
        if TABLES[source.table].columns[column].kind == "id"
    }
    return sorted({*asked, PERSON_DOMAIN, "family", "client"})
