"""Why a model has no solution, and the least that would have to give way: both as frames a person can read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array, hstack

from kumppanuus.errors import ModelError
from kumppanuus.methods.blocks import Block
from kumppanuus.methods.solver import TOLERANCE, Bools, Floats, Ints, Programme, conflict, solve

_SECONDS = 20.0
"""Longest time to see whether an integer model without one group of constraints has a solution."""
_HEAD, _TAIL = ("part", "name"), ("side", "lower", "upper", "has", "needs", "by", "unit")


def contradiction(
    programme: Programme, variables: Mapping[str, Block], constraints: Mapping[str, Block]
) -> pd.DataFrame:
    """Return constraints and bounds that contradict each other; a model that can be solved has none.

    When fractions do not help, the rows are irreducible: without any one of them the rest has a solution. When only the
    whole numbers are in the way, whole names of constraints are given (keys missing), none of which can be left out.
    """
    if solve(programme.relaxed()).status != "infeasible":
        if not programme.integer.any() or solve(programme, seconds=_SECONDS).status != "infeasible":
            return _frame([])
        return _frame([_group(constraints[name]) for name in _needed(programme, constraints)])
    rows, columns = _irreducible(programme.relaxed())
    told = [_part("constraint", block, rows) for block in constraints.values()]
    return _frame([*told, *(_part("variable", block, columns) for block in variables.values())])


def repair(programme: Programme, constraints: Mapping[str, Block], weights: Mapping[str, float]) -> pd.DataFrame:
    """Return the least change of right-hand sides after which the model has a solution.

    Parameters
    ----------
    weights : constraints that may give way, by name; what one unit of each weighs beside the others.

    Raises
    ------
    ModelError
        KU916 when even that is not enough: other constraints contradict each other.
    """
    blocks = [_chosen(constraints, name) for name in weights]
    rows = np.concatenate([np.arange(len(block.keyed)) + block.first for block in blocks])
    weight = np.concatenate([np.full(len(block.keyed), weights[block.keyed.name]) for block in blocks])
    found = solve(_elastic(programme, rows, weight), seconds=_SECONDS)
    if not found.found:
        raise ModelError("KU916", name=", ".join(weights), status=found.status)
    less, more = np.split(found.values[len(programme.cost) :], 2)
    shift = np.zeros(len(programme.below))
    shift[rows] = more - less
    return _frame([_changed(block, shift) for block in blocks])


def _elastic(programme: Programme, rows: Ints, weight: Floats) -> Programme:
    """Return the programme whose relations may be missed at a cost, and in which nothing else costs."""
    n, width = len(rows), len(programme.cost)
    picked = csr_array((np.ones(n), (rows, np.arange(n))), shape=(len(programme.below), n))
    # only a side that is there can be missed
    ends = [np.where(np.isfinite(side[rows]), np.inf, 0.0) for side in (programme.below, programme.above)]
    nothing = np.zeros(2 * n)
    return replace(
        programme, maximise=False, cost=np.concatenate([np.zeros(width), weight, weight]),
        lower=np.concatenate([programme.lower, nothing]), upper=np.concatenate([programme.upper, *ends]),
        integer=np.concatenate([programme.integer, nothing > 0]),
        rows=csr_array(hstack([programme.rows, picked, -picked], format="csr")),
    )  # fmt: skip


def _needed(programme: Programme, constraints: Mapping[str, Block]) -> list[str]:
    """Return names of constraints that together have no solution, each of them needed for that."""
    kept = list(constraints)
    for name in list(kept):
        without = [other for other in kept if other != name]
        if solve(_only(programme, [constraints[other] for other in without]), seconds=_SECONDS).status == "infeasible":
            kept = without
    return kept


def _only(programme: Programme, blocks: list[Block]) -> Programme:
    """Return the programme with no other constraints than those of the blocks."""
    free = np.ones(len(programme.below), dtype=bool)
    for block in blocks:
        free[block.first : block.first + len(block.keyed)] = False
    return replace(
        programme, below=np.where(free, -np.inf, programme.below), above=np.where(free, np.inf, programme.above)
    )


def _irreducible(programme: Programme) -> tuple[Bools, Bools]:
    """Return sides of relations and of variables without any one of which the others have a solution.

    The solver's own set is the start. It is not always irreducible (netlib's refinery), so every side is left out in
    turn, bounds of variables first: a set of constraints says more to people than a set of zeros.
    """
    found = conflict(programme)
    rows, columns = found if found is not None and _contradict(programme, *found) else _all_sides(programme)
    for sides in (columns, rows):
        for place in np.argwhere(sides):
            sides[tuple(place)] = False
            if not _contradict(programme, rows, columns):
                sides[tuple(place)] = True
    return rows, columns


def _all_sides(programme: Programme) -> tuple[Bools, Bools]:
    """Return every side that there is."""
    rows = np.isfinite(np.array([programme.below, programme.above]))
    return rows, np.isfinite(np.array([programme.lower, programme.upper]))


def _contradict(programme: Programme, rows: Bools, columns: Bools) -> bool:
    """Return whether some sides of relations and variables alone have no solution."""
    kept = rows.any(axis=0)
    asked = replace(
        programme, cost=np.zeros_like(programme.cost), rows=csr_array(programme.rows[kept]),
        below=np.where(rows[0], programme.below, -np.inf)[kept], above=np.where(rows[1], programme.above, np.inf)[kept],
        lower=np.where(columns[0], programme.lower, -np.inf), upper=np.where(columns[1], programme.upper, np.inf),
    )  # fmt: skip
    return solve(asked).status == "infeasible"


def _part(part: str, block: Block, sides: Bools) -> pd.DataFrame:
    """Return the rows of one block that take part in a contradiction."""
    low, high = block.of(sides[0]), block.of(sides[1])
    inside = low | high
    told = _head(part, block, block.keyed.keys[inside].reset_index(drop=True))
    lower, upper = block.lower[block.keyed.places], block.upper[block.keyed.places]
    return told.assign(
        side=np.select([low & high, low], ["both", "lower"], "upper")[inside],
        lower=np.where(low, lower, np.nan)[inside], upper=np.where(high, upper, np.nan)[inside],
    )  # fmt: skip


def _group(block: Block) -> pd.DataFrame:
    return _head("constraint", block, pd.DataFrame(index=range(1))).assign(side="both", lower=np.nan, upper=np.nan)


def _changed(block: Block, shift: Floats) -> pd.DataFrame:
    """Return the constraints of one block that give way, with what they have and what they need."""
    moved = block.of(shift)
    lower, upper = block.lower[block.keyed.places], block.upper[block.keyed.places]
    has = np.where(moved > 0, upper, lower)
    gives = np.abs(moved) > TOLERANCE * (1 + np.abs(np.where(np.isfinite(has), has, 0)))
    told = _head("constraint", block, block.keyed.keys[gives].reset_index(drop=True))
    side: npt.NDArray[np.str_] = np.where(moved[gives] > 0, "upper", "lower")
    return told.assign(side=side, has=has[gives], needs=(has + moved)[gives], by=np.abs(moved)[gives])


def _head(part: str, block: Block, keys: pd.DataFrame) -> pd.DataFrame:
    keys = keys.astype(object)  # a key that other constraints do not have is missing there: whole numbers stay whole
    keys = keys.rename(columns={column: f"{column}.key" for column in (*_HEAD, *_TAIL)})
    keys.insert(0, "name", block.keyed.name)
    keys.insert(0, "part", part)
    return keys.assign(unit=block.unit)


def _chosen(constraints: Mapping[str, Block], name: str) -> Block:
    if name not in constraints:
        raise ModelError("KU915", name=name, part="name")
    return constraints[name]


def _frame(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the parts under one another; keys that one of them does not have are missing there."""
    told = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*_HEAD, *_TAIL])
    keys = [column for column in told.columns if column not in (*_HEAD, *_TAIL)]
    return told[[*_HEAD, *keys, *(column for column in _TAIL if column in told)]]
