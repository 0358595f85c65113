"""Families out of family numbers and child–guardian pairs: whoever hangs together is a family.

Two guards keep a family a family. A guardian of very many children is a worker or an institution, and her pairs tie
nobody. A family that would still be larger than anybody believes falls back to the numbers its members were given.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kumppanuus.methods.components import Components, components
from kumppanuus.study import Families

TOO_MANY_CHILDREN, TOO_LARGE = "KU422", "KU423"
_NOBODY = np.empty(0, np.uint64)
Pairs = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True, slots=True)
class FormedFamilies:
    """Who belongs to which family.

    ties : ``client``, ``family`` (uint64), one row a person whom a number or a pair ties to somebody, by client.
    pairs_left : child–guardian pairs not used, because the guardian has too many children.
    persons_left : people whose pairs were not used, because the family would have been too large.
    """

    ties: pa.Table
    pairs_left: int
    persons_left: int


def form_families(given: Pairs, links: Pairs, rule: Families) -> FormedFamilies:
    """Form families.

    Parameters
    ----------
    given : client and family number, pair by pair; a person of two systems may have one in each.
    links : child and guardian, pair by pair.
    rule : the guards.

    Returns
    -------
    FormedFamilies
        A family goes by its smallest family number, or by its smallest person when it has none.
    """
    links, pairs_left = _without_institutions(links, rule.most_children)
    whole = components(np.concatenate([given[0], links[0]]), np.concatenate([given[1], links[1]]))
    is_number = np.isin(whole.nodes, given[1]) & ~np.isin(whole.nodes, np.concatenate([given[0], *links]))
    too_large = (whole.sizes(~is_number) > rule.largest)[whole.groups]
    families = _names(whole, is_number)
    families[too_large & ~is_number] = _own(whole.nodes[too_large & ~is_number], given)
    persons = ~is_number
    ties = pa.table({"client": whole.nodes[persons], "family": families[persons]})
    return FormedFamilies(ties, pairs_left, int((too_large & persons).sum()))


def pairs_of(rows: pa.Table | None, first: str, second: str) -> Pairs:
    """Return the different pairs of two columns where both are given, in order."""
    if rows is None:
        return _NOBODY, _NOBODY
    both = rows.select([first, second]).filter(pc.and_(pc.is_valid(rows[first]), pc.is_valid(rows[second])))
    pairs = both.group_by([first, second]).aggregate([]).sort_by([(first, "ascending"), (second, "ascending")])
    return pairs[first].to_numpy(), pairs[second].to_numpy()


def must_be_formed(given: Pairs, links: Pairs) -> bool:
    """Tell whether family numbers alone do not tell: there are pairs, or a person has several numbers."""
    return bool(len(links[0])) or len(np.unique(given[0])) < len(given[0])


def _without_institutions(links: Pairs, most_children: int) -> tuple[Pairs, int]:
    guardians, places, counts = np.unique(links[1], return_inverse=True, return_counts=True)
    kept = counts[places] <= most_children if len(guardians) else np.zeros(0, bool)
    return (links[0][kept], links[1][kept]), int((~kept).sum())


def _names(whole: Components, is_number: np.ndarray) -> np.ndarray:
    number, person = whole.smallest(is_number), whole.smallest(~is_number)
    return np.asarray(np.where(whole.sizes(is_number) > 0, number, person)[whole.groups])


def _own(people: np.ndarray, given: Pairs) -> np.ndarray:
    """Return the smallest family number each person was given, or herself."""
    order = np.lexsort([given[1], given[0]])
    clients, first = np.unique(given[0][order], return_index=True)
    families = given[1][order][first]
    places = np.searchsorted(clients, people).clip(max=max(len(clients) - 1, 0))
    known = clients[places] == people if len(clients) else np.zeros(len(people), bool)
    own = people.copy()
    own[known] = families[places[known]]
    return own
