"""Families of child-guardian pairs, and the guards against families that are none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumppanuus.intake.families import form_families, must_be_formed
from kumppanuus.pipeline import people
from kumppanuus.study import Families
from tests.intake.small import CLIENTS, RELATIONSHIPS, client, finding, read

LINKS: dict[str, Any] = {
    "table": "family_links", "files": ["l.csv"], "delimiter": ";",
    "columns": {"client": "Lapsi", "guardian": "Huoltaja"},
}  # fmt: skip
NOBODY = (np.empty(0, np.uint64), np.empty(0, np.uint64))


def pairs(*ends: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    first, second = zip(*ends, strict=True) if ends else ((), ())
    return np.array(first, np.uint64), np.array(second, np.uint64)


def formed(given: Any, links: Any, **rule: int) -> dict[int, int]:
    ties = form_families(given, links, Families(**rule)).ties
    return dict(zip(ties["client"].to_pylist(), ties["family"].to_pylist(), strict=True))


def test_half_siblings_and_their_parents_are_one_family() -> None:
    # children 1 and 2 share mother 11, children 2 and 3 share father 12; 4 has a mother of his own
    found = formed(NOBODY, pairs((1, 11), (2, 11), (2, 12), (3, 12), (4, 13)))
    assert found == {1: 1, 2: 1, 3: 1, 11: 1, 12: 1, 4: 4, 13: 4}


def test_a_family_number_names_the_family_and_joins_those_without() -> None:
    found = formed(pairs((1, 900), (5, 901)), pairs((1, 11), (2, 11)))
    assert found == {1: 900, 2: 900, 11: 900, 5: 901}


def test_cycles_and_people_who_are_their_own_guardians_do_no_harm() -> None:
    assert formed(NOBODY, pairs((1, 2), (2, 3), (3, 1), (4, 4))) == {1: 1, 2: 1, 3: 1, 4: 4}


def test_a_guardian_of_too_many_children_ties_nobody() -> None:
    worker = [(child, 99) for child in range(1, 14)]
    result = form_families(NOBODY, pairs(*worker, (1, 50), (2, 50)), Families(most_children=12))
    assert result.pairs_left == 13
    assert result.ties.to_pydict() == {"client": [1, 2, 50], "family": [1, 1, 1]}
    assert form_families(NOBODY, pairs(*worker), Families(most_children=13)).pairs_left == 0


def test_a_family_of_forty_is_kept_and_one_of_forty_one_is_not() -> None:
    chain = [(n, n + 1) for n in range(1, 40)]
    assert set(formed(NOBODY, pairs(*chain)).values()) == {1}
    giant = form_families(pairs((3, 900), (4, 900)), pairs(*chain, (40, 41)), Families())
    assert giant.persons_left == 41
    families = dict(zip(*giant.ties.to_pydict().values(), strict=True))
    assert (families[3], families[4], families[5]) == (900, 900, 5)


def test_numbers_alone_need_no_forming_unless_somebody_has_two() -> None:
    assert not must_be_formed(pairs((1, 900), (2, 900)), NOBODY)
    assert must_be_formed(pairs((1, 900), (1, 901)), NOBODY)
    assert must_be_formed(NOBODY, pairs((1, 2)))


@given(st.lists(st.tuples(st.integers(1, 20), st.integers(101, 115)), min_size=1, max_size=40), st.randoms())
def test_the_order_of_the_pairs_makes_no_difference(ends: list[tuple[int, int]], dice: Any) -> None:
    shuffled = dice.sample(ends, len(ends))
    assert formed(NOBODY, pairs(*ends)) == formed(NOBODY, pairs(*shuffled))


def test_pairs_of_an_extract_make_families_and_a_child_without_any_is_her_own(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("Asiakas;Syntynyt;Sukupuoli;Perhe\n1;1.1.2015;;\n2;;;\n3;;;\n4;;;\n")
    (tmp_path / "l.csv").write_text("Lapsi;Huoltaja\n1;81\n2;81\n1;81\n3;\n")
    (tmp_path / "r.csv").write_text(
        "Asiakas;Palvelu;Alku;Loppu\n1;koti;1.2.2020;\n2;koti;1.2.2020;\n3;koti;1.2.2020;\n81;koti;1.2.2020;\n"
    )
    values = {"sex": {}}
    intake = read(tmp_path, CLIENTS | {"values": values}, RELATIONSHIPS, LINKS)
    assert people(intake) == (4, 2)  # 1, 2 and their mother 81; 3 alone
    assert intake.families is not None
    ties = dict(zip(*intake.families.to_pydict().values(), strict=True))
    assert ties[client("1")] == ties[client("2")] == ties[client("81")]
    account = next(each for each in intake.account if each.table == "family_links")
    assert (account.read, account.used, dict(account.quarantined), dict(account.merged)) == (
        4, 2, {"KU305": 1}, {"duplicate": 1},
    )  # fmt: skip


@pytest.mark.parametrize(("rule", "code", "n"), [({"most_children": 2}, "KU422", 3), ({"largest": 3}, "KU423", 4)])
def test_what_is_not_believed_is_said(tmp_path: Path, rule: dict[str, int], code: str, n: int) -> None:
    (tmp_path / "l.csv").write_text("Lapsi;Huoltaja\n1;81\n2;81\n3;81\n")
    (tmp_path / "r.csv").write_text("Asiakas;Palvelu;Alku;Loppu\n1;koti;1.2.2020;\n2;koti;1.2.2020;\n")
    intake = read(tmp_path, RELATIONSHIPS, LINKS, families=rule)
    assert finding(intake, code).n == n
    assert people(intake) == (2, 2)
