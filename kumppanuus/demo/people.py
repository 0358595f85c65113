"""The families of Esimerkkilä: children, parents, areas and how much support each family needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kumppanuus.demo.catalogue import AREAS
from kumppanuus.demo.durations import Days

FIRST_BIRTH = int(np.datetime64("1990-01-01").astype(np.int64))
LAST_BIRTH = int(np.datetime64("2025-12-31").astype(np.int64))
YEAR_DAYS = 365.25
# Most families need little; a few need much and meet many services.
NEED_SHARES = (0.75, 0.18, 0.07)
NEED_WEIGHTS = np.array([1.0, 3.5, 9.0])
CHILDREN_SHARES = (0.42, 0.38, 0.14, 0.06)
ONE_PARENT_SHARE = 0.22


@dataclass(frozen=True, slots=True)
class People:
    """Everybody of the families; children first, in the order of birth, then parents.

    One entry of `family`, `birth` (days since 1970-01-01), `female` for each person; the first `children` of them
    are children. One entry of `area`, `need` (weight), `first_parent`, `second_parent` (person, -1 = none) per family.
    """

    family: Days
    birth: Days
    female: NDArray[np.bool_]
    children: int
    area: Days
    need: NDArray[np.float64]
    first_parent: Days
    second_parent: Days


def settle(families: int, rng: np.random.Generator) -> People:
    """Make the families whose first child is born in 1990–2025; children born later do not exist yet."""
    first_birth = rng.integers(FIRST_BIRTH, LAST_BIRTH + 1, families)
    child_family, child_birth = _children(first_birth, rng)
    children = len(child_birth)
    alone = rng.random(families) < ONE_PARENT_SHARE
    mother_birth = first_birth - _years(rng.normal(29.5, 4.5, families).clip(19, 43))
    father_birth = (first_birth - _years(rng.normal(32, 5.0, families).clip(20, 55)))[~alone]
    second_parent = np.full(families, -1)
    second_parent[~alone] = children + families + np.arange(len(father_birth))
    every_family = np.arange(families)
    child_female = rng.random(children) < 0.488
    return People(
        family=np.concatenate([child_family, every_family, every_family[~alone]]),
        birth=np.concatenate([child_birth, mother_birth, father_birth]),
        female=np.concatenate([child_female, np.ones(families, bool), np.zeros(len(father_birth), bool)]),
        children=children,
        area=rng.choice(len(AREAS), families, p=[area.share for area in AREAS]),
        need=NEED_WEIGHTS[rng.choice(len(NEED_WEIGHTS), families, p=NEED_SHARES)],
        first_parent=children + every_family,
        second_parent=second_parent,
    )


def _children(first_birth: Days, rng: np.random.Generator) -> tuple[Days, Days]:
    """Return family and birth of every child, in the order of birth."""
    families = len(first_birth)
    number = 1 + rng.choice(len(CHILDREN_SHARES), families, p=CHILDREN_SHARES)
    gaps = 420 + rng.gamma(2.0, 320.0, (families, len(CHILDREN_SHARES))).astype(np.int64)
    gaps[:, 0] = 0
    births = first_birth[:, None] + gaps.cumsum(axis=1)
    born = (np.arange(len(CHILDREN_SHARES)) < number[:, None]) & (births <= LAST_BIRTH)
    family = np.nonzero(born)[0]
    birth = births[born]
    order = np.argsort(birth, kind="stable")
    return family[order], birth[order]


def _years(ages: NDArray[np.float64]) -> Days:
    return (ages * YEAR_DAYS).astype(np.int64)


def choose_children(
    people: People, starts: Days, ages: tuple[float, float], rng: np.random.Generator
) -> tuple[NDArray[np.bool_], Days]:
    """Choose a child of the right age for each start, the likelier the more its family needs.

    Children stand in the order of birth, so those of the right age are a slice, and one number between the slice's
    cumulative weights picks a child.

    Returns
    -------
    found : False where no child has that age.
    child : person for the starts that were found.
    """
    birth = people.birth[: people.children]
    weights = np.concatenate([[0.0], people.need[people.family[: people.children]].cumsum()])
    youngest = np.searchsorted(birth, starts - int(ages[0] * YEAR_DAYS), side="right")
    oldest = np.searchsorted(birth, starts - int(ages[1] * YEAR_DAYS), side="right")
    point = weights[oldest] + rng.random(len(starts)) * (weights[youngest] - weights[oldest])
    child = np.searchsorted(weights, point, side="right") - 1
    found = youngest > oldest
    return found, np.clip(child, oldest, youngest - 1)[found]


def parents_of(people: People, child: Days, rng: np.random.Generator) -> Days:
    """Return one parent of each child: the second one, when there is one, in four cases of ten."""
    family = people.family[child]
    second = people.second_parent[family]
    return np.where((second >= 0) & (rng.random(len(child)) < 0.4), second, people.first_parent[family])
