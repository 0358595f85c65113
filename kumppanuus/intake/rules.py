"""The catalogue of what intake finds: one entry per code, its words in three languages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

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
