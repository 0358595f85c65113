"""The front between two aims: what more of the second costs the first (ε-constraint)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, vstack

from kumppanuus.errors import ModelError
from kumppanuus.methods.blocks import Block
from kumppanuus.methods.optimum import Solution, solution
from kumppanuus.methods.solver import Programme


@dataclass(frozen=True, slots=True)
class Front:
    """Solutions between the best of the first aim and the best of the second.

    points : ``point`` (0 = best of the first aim), ``least`` (what the second aim has to reach), ``first``, ``second``,
        and ``exchange``: change of the first aim a unit of the second there (missing with integers).
    solutions : the whole solution of each point, in their order.
    """

    points: pd.DataFrame
    solutions: tuple[Solution, ...]


def front(
    programme: Programme, variables: Mapping[str, Block], constraints: Mapping[str, Block], aim: str, *, points: int,
    gap: float, seconds: float,
) -> Front:  # fmt: skip
    """Return so many solutions along the front of the objective and a variable without keys that is to be large.

    Raises
    ------
    ModelError
        KU916 when the model has no solution.
    """
    place = variables[aim].at({})

    def solved(asked: Programme, like: Solution | None = None) -> Solution:
        told = solution(
            asked, variables, constraints, gap=gap, seconds=seconds, like=None if like is None else like.outcome
        )
        if not told.found:
            raise ModelError("KU916", name=aim, status=told.status)
        return told

    best = solved(programme)
    only = np.zeros_like(programme.cost)
    only[place] = 1.0
    second = replace(programme, maximise=True, cost=only)
    # among all that are best for the first aim the one that is best for the second: else the front begins in the air
    start, most = (solved(asked).value(aim) for asked in (_no_worse(second, programme, best.objective), second))
    found: list[Solution] = []
    for least in np.linspace(start, most, points):
        lower = programme.lower.copy()
        # a hair less than the most, which is known only to the solver's own tolerance
        lower[place] = max(lower[place], least - 1e-9 * max(1.0, abs(least)))
        found.append(solved(replace(programme, lower=lower), found[-1] if found else best))
    return Front(_points(found, place, aim), tuple(found))


def _no_worse(asked: Programme, first: Programme, best: float) -> Programme:
    """Return a programme in which the first aim stays at its best, but for a hair."""
    hair = 1e-9 * max(1.0, abs(best))
    below, above = (best - hair, np.inf) if first.maximise else (-np.inf, best + hair)
    return replace(
        asked, rows=csr_array(vstack([asked.rows, csr_array(first.cost[None, :])], format="csr")),
        below=np.append(asked.below, below), above=np.append(asked.above, above),
    )  # fmt: skip


def _points(found: list[Solution], place: int, aim: str) -> pd.DataFrame:
    exchange = [float(told.outcome.reduced[place]) if told.linear else np.nan for told in found]
    return pd.DataFrame(
        {
            "point": np.arange(len(found)), "least": [float(told.programme.lower[place]) for told in found],
            "first": [told.objective for told in found], "second": [told.value(aim) for told in found],
            "exchange": exchange,
        }
    )  # fmt: skip
