"""A gate that is broken on purpose: the attacker notices, so that none of its parts can be lost unseen."""

from __future__ import annotations

import pytest

from benchmarks.attack import campaign
from benchmarks.attack.campaign import one_town
from benchmarks.attack.meaning import COVERAGE
from kumppanuus.disclosure import rules as rule
from kumppanuus.disclosure.released import Rules
from kumppanuus.wings import ROOMS

FAMILIES_OF_TWO = 10
"""A town in which only families tell. That the audit is skipped is noticed by `tests/disclosure/test_audit.py`."""


def test_a_gate_that_counts_persons_only_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    too_few = rule.too_few

    def persons_only(persons: rule.Floats, families: rule.Floats, rules: Rules) -> rule.Bools:
        return too_few(persons, persons, rules)

    rooms = tuple(room for room in ROOMS if room.key in ("lifecycle.durations", "lifecycle.network", COVERAGE))
    monkeypatch.setattr(campaign, "some_rooms", lambda _: rooms)
    assert one_town(FAMILIES_OF_TWO, largest=2500).untrue == ()
    monkeypatch.setattr(rule, "too_few", persons_only)
    outcome = one_town(FAMILIES_OF_TWO, largest=2500)
    assert outcome.untrue == ("rule",)  # "a shown row has three families" is not true any more
