"""The catalogue of what intake finds: one entry per code, its words in three languages."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

from kumppanuus.errors import StudyError

_LIKE = 0.6
RuleSeverity = Literal["fatal", "error", "warning"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    severity : ``fatal`` stops the run, ``error`` puts the record aside, ``warning`` keeps it.
    tables, columns : what it concerns; empty means all.
    what : what was found, by language; placeholders in braces are facts of the error or finding.
    mend : how to put it right, by language.
    """

    code: str
    severity: RuleSeverity
    tables: tuple[str, ...]
    columns: tuple[str, ...]
    what: Mapping[str, str]
    mend: Mapping[str, str]


@lru_cache(maxsize=1)
def load_rules() -> Mapping[str, Rule]:
    """Return every rule by its code, in the order of the codes."""
    entries = tomllib.loads((files("kumppanuus.intake") / "rules.toml").read_text(encoding="utf-8"))
    rules = {
        code: Rule(
            code=code,
            severity=entry["severity"],
            tables=tuple(entry.get("tables", ())),
            columns=tuple(entry.get("columns", ())),
            what=MappingProxyType(entry["what"]),
            mend=MappingProxyType(entry["mend"]),
        )
        for code, entry in sorted(entries.items())
    }
    return MappingProxyType(rules)


def check_accepted(codes: Iterable[str]) -> None:
    """Refuse to accept what is no finding about records: an obstacle has to be mended.

    Raises
    ------
    StudyError
        KU226 with every such code, and the nearest that can be accepted.
    """
    known = [code for code, rule in load_rules().items() if rule.severity != "fatal"]
    strange = sorted(set(codes) - set(known))
    if strange:
        raise StudyError("KU226", given=", ".join(strange), near=nearest(strange[0], known) or "-")


def nearest(code: str, known: Iterable[str]) -> str:
    """Return the known code that looks most like a given one, or nothing; digits that changed places are likest."""
    given = code.upper().replace("O", "0")

    def likeness(other: str) -> tuple[bool, float]:
        return sorted(other) == sorted(given), difflib.SequenceMatcher(None, given, other).ratio()

    best = max(sorted(known), key=likeness, default="")
    return best if likeness(best)[1] >= _LIKE else ""
