"""A gate that is broken on purpose: the attacker notices, so that none of its parts can be lost unseen."""

from __future__ import annotations

import pytest

from benchmarks.attack import campaign
from benchmarks.attack.campaign import one_town
from benchmarks.attack.meaning import COVERAGE
from kumppanuus.disclosure import gate
from kumppanuus.disclosure import rules as rule
from kumppanuus.disclosure.released import Rules
from kumppanuus.wings import ROOMS

TOLD_WITHOUT_AUDIT, FAMILIES_OF_TWO = 48, 10
"""Towns in which a number can be worked out unless the audit sees to it; and in which only families tell."""


def test_without_the_audit_something_can_be_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert one_town(TOLD_WITHOUT_AUDIT, largest=2500).finds == ()
    monkeypatch.setattr(gate, "_next", lambda *_: (None, ()))
    finds = one_town(TOLD_WITHOUT_AUDIT, largest=2500).finds
    assert {find.attack for find in finds} == {"candidates"}


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
