"""What a run was made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What determined every byte of the run.

    inputs : name of each input file → SHA-256 in hexadecimal.
    study_hash : SHA-256 of the settings as they were understood.
    key_id : which key made the pseudonyms; never the key.
    seeds : name → seed of every random generator.
    settings : analysis or part → its settings.
    """

    run_id: str
    version: str
    inputs: Mapping[str, str]
    study_hash: str
    key_id: str
    seeds: Mapping[str, int] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)
