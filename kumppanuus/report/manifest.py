"""The manifest: what the run was made of and what it wrote. A folder without it is not a run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from kumppanuus.disclosure.released import Released, demand
from kumppanuus.language.say import Say
from kumppanuus.report.exhibits import Exhibit
from kumppanuus.report.facts import RunFacts
from kumppanuus.study import Study

MANIFEST_FILE = "manifest.json"
SCHEMA = "kumppanuus.manifest/1"


def manifest_text(
    released: Released,
    shown: Sequence[Exhibit],
    study: Study,
    *,
    say: Say,
    facts: RunFacts,
    folder: Path,
    written: Sequence[Path],
    since: str | None = None,
) -> str:
    """Return the manifest as JSON with sorted keys.

    Parameters
    ----------
    folder : where the outputs lie; their names in the manifest are relative to it.
    written : every output but the manifest.
    since : the run that the report speaks of as the last one.

    Raises
    ------
    DisclosureError
        KU501 when the results have not passed the gate.
    """
    rules = asdict(demand(released).rules)
    content = {
        "schema": SCHEMA,
        "run": facts.run_id,
        "face": released.face,
        "version": facts.version,
        "language": say.language,
        "organiser": study.about.organiser,
        "synthetic": study.about.synthetic,
        "window": {"from": study.window.first, "to": study.window.last},
        "inputs": dict(facts.inputs),
        "study": facts.study_hash,
        "key": facts.key_id,
        "seeds": dict(facts.seeds),
        "settings": dict(facts.settings),
        "disclosure": {
            "rules": rules,
            "audited": released.audited,
            "hidden": hidden_in(released, (exhibit.analysis.key for exhibit in shown)),
        },
        "exhibits": [
            {"key": exhibit.key, "number": exhibit.number, "status": exhibit.status, "hidden": exhibit.hidden}
            for exhibit in shown
        ],
        "changes_since": since,
        "outputs": {path.relative_to(folder).as_posix(): sha256_of(path) for path in written},
    } | (asdict(facts.kept) if facts.kept else {})
    return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True, default=str) + "\n"


def hidden_in(released: Released, analyses: Iterable[str]) -> int:
    """Return how many numbers are hidden in what a run shows: some of its analyses, and the row account."""
    seen = {*analyses, *(key for key in released.results if key.startswith("data."))} & set(released.results)
    return sum(table.hidden for key in seen for table in released.results[key].tables.values())


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
