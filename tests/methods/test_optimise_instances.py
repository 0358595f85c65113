"""Published instances with proven optima through our layer: those that take a moment.

`python -m benchmarks.optimise instances` solves all of them. They lie beside the project; without them the tests skip.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kumppanuus.methods.solver import Programme, solve
from tests.methods.instances import expected, model_of, mps_of

FACILITIES = ["cap41", "cap72", "pmed1", "pmed5", "pmedcap02", "pmedcap04"]
GAP = [
    *(f"gap1/c515-{i}" for i in range(1, 6)), *(f"gap2/c520-{i}" for i in range(1, 6)),
    *(f"gap3/c525-{i}" for i in range(1, 6)), "gap4/c530-1", "gap4/c530-5", "gap5/c824-1", "gap5/c824-3",
    "gap6/c832-4", "gap7/c840-3", "gap7/c840-4", "gap8/c848-3", "gap9/c1030-4", "gap10/c1040-1", "gap11/c1050-3",
    "gap12/c1060-4", "gapa/a05100", "gapa/a05200", "gapa/a10100", "gapa/a10200", "gapa/a20100", "gapa/a20200",
    "gapb/b10100",
]  # fmt: skip
INFEASIBLE = ["bgetam", "box1", "ex72a", "forest6", "galenet", "gams10am", "klein1", "refinery", "woodinfe"]


@pytest.mark.parametrize(
    ("kind", "name"),
    [("assignment", "assign100"), *(("facility", name) for name in FACILITIES), *(("gap", name) for name in GAP)],
)
def test_the_proven_optimum(kind: str, name: str) -> None:
    """Values of OR-Library, each found by two independent programs as well; whole numbers exactly."""
    told = expected()[kind][name]
    assert told["proven"]
    solution = model_of(kind, name).solve(seconds=60)
    assert solution.status == "optimal"
    assert solution.objective == pytest.approx(told["value"], rel=1e-9)
    assert solution.gap <= 1e-6


@pytest.mark.parametrize("name", INFEASIBLE)
def test_an_infeasible_set_holds_nothing_that_could_be_left_out(name: str) -> None:
    """netlib/lp/infeas: every relation and bound of the set is needed, seen by leaving each of them out in turn."""
    assert expected()["netlib_infeasible"][name]["status"] == "infeasible"
    model, names = mps_of(name)
    assert model.solve().status == "infeasible"
    told = model.infeasible_set()
    assert (told["part"] == "constraint").any()
    kept = _only(model.programme(), names, told)
    assert _infeasible(kept)
    ends = [(side, place) for side in ("below", "above", "lower", "upper")
            for place in np.flatnonzero(np.isfinite(getattr(kept, side)))]  # fmt: skip
    assert len(ends) == len(told) + (told["side"] == "both").sum()
    for side, place in ends:
        values = getattr(kept, side).copy()
        values[place] = -np.inf if side in ("below", "lower") else np.inf
        assert not _infeasible(replace(kept, **{side: values})), (side, place)


def _only(programme: Programme, names: dict[str, list[str]], told: pd.DataFrame) -> Programme:
    """Return the programme in which only what is told binds; what it holds stands in the order of the names."""
    sides = {}
    for part, key, ends in (("constraint", "row", ("below", "above")), ("variable", "column", ("lower", "upper"))):
        chosen = told[told["part"] == part].set_index(key) if key in told else told.head(0)
        for side, end, free in zip(("lower", "upper"), ends, (-np.inf, np.inf), strict=True):
            values = chosen[side].reindex(sorted(names[key])).fillna(free).to_numpy(dtype=float)
            there = np.isfinite(values)
            assert (values[there] == getattr(programme, end)[there]).all()
            sides[end] = values
    return replace(programme, **sides)


def _infeasible(programme: Programme) -> bool:
    return solve(programme).status == "infeasible"
