"""What a run was made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Made:
    """What a public run is recognised by and held against.

    window : ``from`` and ``to``, the first and last day. rules : its thresholds by name.
    inputs : name of each input file → its SHA-256.
    together : the analyses that the gate saw at once, shown or not.
    """

    run: str
    window: Mapping[str, str]
    rules: Mapping[str, int]
    version: str
    inputs: Mapping[str, str]
    together: tuple[str, ...]

    @property
    def protection(self) -> tuple[object, ...]:
        """What decides how numbers are protected."""
        return dict(self.rules), self.version, self.together


@dataclass(frozen=True, slots=True)
class Kept:
    """What a public run keeps for those after it, see `kumppanuus.disclosure.differencing`.

    supersedes : earlier runs that are withdrawn: later ones need not keep their distance from them.
    compared_with : earlier runs that this one was compared with → SHA-256 of their manifests.
    protected_together : see `Made`. cells : fingerprints of the base cells.
    seal : digest of all of this and of what the run was made of, under the study's key.
    """

    supersedes: tuple[str, ...] = ()
    compared_with: Mapping[str, str] = field(default_factory=dict)
    protected_together: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    seal: str = ""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What determined every byte of the run.

    inputs : name of each input file → SHA-256 in hexadecimal.
    study_hash : SHA-256 of the settings as they were understood.
    key_id : which key made the pseudonyms; never the key.
    seeds : name → seed of every random generator.
    settings : analysis or part → its settings.
    kept : None for a run that is not compared with others (internal).
    """

    run_id: str
    version: str
    inputs: Mapping[str, str]
    study_hash: str
    key_id: str
    seeds: Mapping[str, int] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)
    kept: Kept | None = None
