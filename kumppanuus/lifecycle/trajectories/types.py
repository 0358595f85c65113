"""From counted paths to types of paths: who is in which, how steady the types are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumppanuus.methods import matching, typology
from kumppanuus.methods.intervals import Floats
from kumppanuus.methods.sequences import Sequences, from_counts, sample
from kumppanuus.register.months import LETTERS, NOTHING

if TYPE_CHECKING:
    from kumppanuus.lifecycle.trajectories.compute import TrajectoryParams

STATES = ("corrective", "special", "early", "universal", "unknown", "none")
"""State of a month: the highest open level, or none; in the order of their letters."""
LABELS = ("A", "B", "C", "D", "E", "F", "G")
"""Codes of the types, the largest first."""
_DISTANCES = {"optimal_matching": matching.optimal_matching, "dynamic_hamming": matching.dynamic_hamming}
_COSTS = {"optimal_matching": matching.transition_costs, "dynamic_hamming": matching.dynamic_costs}
_STEADY = ((0.8, "steady"), (0.65, "fair"))
"""From which agreement of the two halves on the types are called so (Steinley, Psychol. Methods 9 (2004) 386–396)."""
NOT_KNOWN, WEAK = "unknown", "weak"
HALVINGS = 7
"""Ways in which the families are halved: by the bits of their group. What is told of them is their mean; the number of
types does not hang on them, since the groups are those of the study's key."""
FEWEST = 3
"""Fewer types say less than the whole."""


@dataclass(frozen=True, slots=True)
class Types:
    """Types of paths.

    sequences : all distinct paths with how many clients (or families) have each.
    type_of : type of each path, 0 for the largest; shape (paths,).
    steadiness : ``steady``, ``fair``, ``weak``: how alike the types come out in two halves of the families;
        ``unknown`` when a half is too small.
    """

    sequences: Sequences
    type_of: npt.NDArray[np.int64]
    steadiness: str


def members_of(homes: pd.DataFrame) -> pd.DataFrame:
    """Return one row for every path in every group of like families.

    Returns
    -------
    Columns ``home`` (number of the group of families), ``path``, ``families`` (as many families have this path here,
    each once for every row), ``persons`` (on this row), ``family_group``.
    """
    rows = homes.assign(home=np.arange(len(homes)), path=homes["paths"].str.split(" "))
    n_paths = rows["path"].str.len()
    rows = rows.assign(persons=rows["persons"] / n_paths)
    return rows.explode("path", ignore_index=True)[["home", "path", "families", "persons", "family_group"]]


def found_types(members: pd.DataFrame, params: TrajectoryParams) -> Types | None:
    """Return the types of paths; None when there are too few people for any.

    Parameters
    ----------
    members : see `members_of`.
    """
    counted = pd.DataFrame({"sequence": members["path"], "n": members["families"]})
    every = from_counts(counted, (*LETTERS.values(), NOTHING))
    if len(every.n) < FEWEST:
        return None
    drawn = sample(every, params.most_paths, np.random.default_rng(params.seed))
    costs = _COSTS[params.distance](drawn)
    distances = _DISTANCES[params.distance](drawn, costs=costs)
    tried = typology.typologies(distances, drawn.n, range(FEWEST, min(params.most_types, len(LABELS)) + 1))
    assigned = {k: typology.nearest(_DISTANCES[params.distance](every, drawn.chosen(each.medoids), costs))
                for k, each in tried.items()}  # fmt: skip
    large = {k: each for k, each in tried.items() if _large(members, every, assigned[k], params.at_least)}
    good = typology.near_best(large, params.near)
    if not good:
        return None
    k = max(good)  # a rare path that is long and costly then has a type of its own
    alike = np.mean([typology.split_agreement(distances, each, k) for each in _halves(members, drawn)])
    return Types(every, _largest_first(assigned[k], every.n), _steadiness(float(alike)))


def texts_of(sequences: Sequences) -> list[str]:
    """Return the paths as they are counted."""
    letters = np.array([*LETTERS.values(), NOTHING])
    return ["".join(row) for row in letters[sequences.places]]


def _large(members: pd.DataFrame, every: Sequences, type_of: npt.NDArray[np.int64], at_least: int) -> bool:
    """Whether every type has enough clients, from half as many families at least."""
    typed = members.assign(type=members["path"].map(dict(zip(texts_of(every), type_of, strict=True))))
    persons = typed.groupby("type")["persons"].sum()
    families = typed.drop_duplicates(["home", "type"]).groupby("type")["families"].sum()
    return bool((persons >= at_least).all() and (families >= at_least / 2).all())


def _largest_first(type_of: npt.NDArray[np.int64], n: Floats) -> npt.NDArray[np.int64]:
    sizes = np.bincount(type_of, n)
    return np.asarray(np.argsort(np.argsort(-sizes, kind="stable"))[type_of], dtype=np.int64)


def _halves(members: pd.DataFrame, drawn: Sequences) -> list[tuple[Floats, Floats]]:
    """Return how often each sequence occurs in both halves of the families, for each way of halving them."""
    texts = texts_of(drawn)
    found = []
    for bit in range(HALVINGS):
        side = members["family_group"].astype(int) // 2**bit % 2
        by_half = members.groupby(["path", side])["families"].sum().unstack(fill_value=0)
        by_half = by_half.reindex(index=texts, columns=[0, 1], fill_value=0.0)
        found.append((by_half[0].to_numpy(dtype=float), by_half[1].to_numpy(dtype=float)))
    return found


def _steadiness(agreement: float) -> str:
    if np.isnan(agreement):
        return NOT_KNOWN
    return next((word for least, word in _STEADY if agreement >= least), WEAK)


def costs_of_types(counts: Mapping[str, pd.DataFrame], types: Types) -> pd.DataFrame:
    """Return ``euros`` of each type and the ``concentration`` of its families; index = type."""
    place = dict(zip(texts_of(types.sequences), types.type_of.tolist(), strict=True))
    spent = counts["spent"].assign(type=counts["spent"]["path"].map(place))
    pairs = counts["products"]
    same = pairs.assign(type=pairs["path"].map(place), twice=np.where(pairs["path"] == pairs["other"], 1.0, 2.0))
    same = same[same["type"] == pairs["other"].map(place)]
    squared = (same["squared"] * same["twice"]).groupby(same["type"]).sum()
    euros = spent.groupby("type")["euros"].sum()
    concentration = (squared / euros.where(euros > 0) ** 2).clip(0, 1).fillna(1.0)
    return pd.DataFrame({"euros": euros, "concentration": concentration})
