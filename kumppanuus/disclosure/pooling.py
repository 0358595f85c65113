"""Which of several exclusive pieces (combinations, branches of a path) are shown and which are pooled (R11, R12).

A pool is shown when it holds enough persons and families, and when neither it nor the total less
what is shown tells how many are in a small piece of it. Otherwise the smallest shown piece joins it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kumppanuus.disclosure.released import Rules
from kumppanuus.disclosure.rules import Bools, Floats, round_counts, too_few

CANDIDATES = 3
"""So many values a small number in a pool must be able to have."""
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Pieces:
    """Exclusive pieces of a whole that have anybody at all, largest protected number first, ties by code.

    persons : shape (pieces,). families : of the piece, at least. once : families counted under one piece only, so that
    they add up to at most the families of several pieces. atoms : how many combinations or ways each holds.
    families_add : families are in one piece only.
    """

    persons: Floats
    families: Floats
    once: Floats
    atoms: Floats
    families_add: bool = False

    def few(self, rules: Rules) -> Bools:
        """Return which pieces may not be shown by themselves."""
        return too_few(self.persons, np.maximum(self.families, self.once), rules)

    def families_of(self, some: Bools) -> float:
        """Return how many families some pieces have at least."""
        return float(max(self.families[some].max(initial=0.0), self.once[some].sum()))


def order_of(persons: Floats, codes: Sequence[tuple[str, ...]], base: int) -> list[int]:
    """R13: largest protected number first, ties by code."""
    protected = round_counts(persons, base)
    return sorted(range(len(codes)), key=lambda place: (-protected[place], codes[place]))


def shown_pieces(pieces: Pieces, rules: Rules, forced: Bools, more: int = 0) -> Bools:
    """Return which pieces are shown by themselves; the others are one pool.

    Parameters
    ----------
    forced : pieces that are pooled in any case. more : so many more of the smallest join.
    """
    shown = ~(forced | pieces.few(rules))
    while shown.any() and not shown.all() and not pool_allowed(pieces, shown, rules):
        shown[np.flatnonzero(shown)[-1]] = False
    for _ in range(more):
        left = np.flatnonzero(shown)
        shown[left[-2:] if shown.all() else left[-1:]] = False  # a pool of one would be the piece itself
    return shown


def pool_allowed(pieces: Pieces, shown: Bools, rules: Rules) -> bool:
    """Whether what is not shown may be one pool, as far as the total of the pieces tells."""
    pool = ~shown
    persons, families = float(pieces.persons[pool].sum()), pieces.families_of(pool)
    if too_few(np.array(persons), np.array(families), rules):  # as a single small piece always is
        return False
    return keeps_secret(pieces, pool, rest_of(pieces.persons.sum(), pieces.persons[shown], rules), rules)


def keeps_secret(pieces: Pieces, pool: Bools, rest: Interval, rules: Rules) -> bool:
    """Whether every small number of persons and of families in a pool keeps three possible values.

    The observer is taken to know which pieces are in the pool, that none is empty, which of them are small and which
    joined. Of families he can tell only where they add up.

    Parameters
    ----------
    rest : between what the persons of the pool lie by what is left of a total.
    """
    few = pieces.few(rules)
    least = np.where(few, pieces.atoms, np.maximum(pieces.atoms, rules.base + 1))
    if not _spread(pieces.persons, pool, least, pieces.atoms, rest, rules.base):
        return False
    if not pieces.families_add:
        return True
    ones = np.ones(len(pool))
    left = rest_of(pieces.families.sum(), pieces.families[~pool], rules)
    return _spread(pieces.families, pool, np.where(few, ones, rules.f), ones, left, rules.base)


def hides_members(pieces: Pieces, pool: Bools, rules: Rules) -> bool:
    """Whether small pieces of a pool keep three values beside the total of them all, when the pool says nothing itself.

    Of the combinations that hold one thing, those in the pool are what its published total leaves: no number of the
    pool is theirs alone.
    """
    few = pieces.few(rules)
    least = np.where(few, pieces.atoms, np.maximum(pieces.atoms, rules.base + 1))
    rest = rest_of(pieces.persons.sum(), pieces.persons[~pool], rules)
    if not _spread(pieces.persons, pool, least, pieces.atoms, rest, rules.base, own_known=False):
        return False
    if not pieces.families_add:
        return True
    ones = np.ones(len(pool))
    left = rest_of(pieces.families.sum(), pieces.families[~pool], rules)
    least = np.where(few, ones, rules.f)
    return _spread(pieces.families, pool, least, ones, left, rules.base, own_known=False)


def _spread(
    numbers: Floats, pool: Bools, least: Floats, atoms: Floats, rest: Interval, base: int, *, own_known: bool = True
) -> bool:
    """Whether the small ones of some numbers keep three values when their sum is known to its class and by `rest`.

    Who knows how many ways a piece holds knows by that alone that it has no fewer people: where this leaves two
    values, nothing published may take one of them.
    """
    own = span(float(numbers[pool].sum()), base) if own_known else (0.0, np.inf)
    low, high = max(own[0], rest[0]), min(own[1], rest[1])
    small = pool & (numbers <= base)
    most = np.where(small, float(base), np.inf)
    for place in np.flatnonzero(small):
        others = pool & (np.arange(len(pool)) != place)
        fewest = max(float(atoms[place]), low - most[others].sum())
        greatest = min(float(base), high - least[others].sum())
        if greatest - fewest + 1 < min(CANDIDATES, base - atoms[place] + 1):
            return False
    return True


def rest_of(total: float, shown: Floats, rules: Rules) -> Interval:
    """Return between what lies a total less numbers that are shown, as far as published classes tell."""
    whole = span(float(total), rules.base)
    parts = [span(float(number), rules.base) for number in shown]
    return whole[0] - sum(high for _, high in parts), whole[1] - sum(low for low, _ in parts)


def span(number: float, base: int) -> Interval:
    """R1: return between what a count lies whose class is published."""
    if number <= 0:
        return 0.0, 0.0
    high = float(np.ceil(number / base) * base)
    return high - base + 1, high
