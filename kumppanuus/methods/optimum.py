"""What a solved model says, as frames: values, constraints, prices with their ranges, what a unit more would bring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumppanuus.errors import ModelError
from kumppanuus.methods.blocks import Block
from kumppanuus.methods.solver import TOLERANCE, Floats, Outcome, Programme, Ranges, Status, ranges, solve


@dataclass(frozen=True, slots=True)
class Scaling:
    """Least and largest size (not 0) of the numbers of a model; far apart, a solver loses digits.

    spread : largest coefficient over the least. wide : whether it is above a thousand million: choose other units.
    """

    coefficients: tuple[float, float]
    objective: tuple[float, float]
    bounds: tuple[float, float]
    sides: tuple[float, float]

    @property
    def spread(self) -> float:
        """Largest coefficient over the least."""
        return self.coefficients[1] / self.coefficients[0] if self.coefficients[0] else 1.0

    @property
    def wide(self) -> bool:
        """Whether the coefficients are so far apart that the answer may lack digits."""
        return self.spread > 1e9


@dataclass(frozen=True, slots=True)
class Price:
    """What a right-hand side is worth, asked in two ways.

    dual : change of the objective a unit, said by the solution itself; it holds from `dual_from` to `dual_to`.
    by : the step that was tried. more : change of the objective a unit when the side is `by` larger, solved anew;
    less : the same when it is `by` smaller. Missing where the model has no solution then.
    """

    dual: float
    dual_from: float
    dual_to: float
    by: float
    more: float
    less: float

    @property
    def confirmed(self) -> bool:
        """Whether both new solutions say what the dual says."""
        near = TOLERANCE * max(1.0, abs(self.dual))
        return bool(abs(self.more - self.dual) <= near and abs(self.less - self.dual) <= near)


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """A model that was solved, or what the solver says instead.

    status : ``optimal`` (proven, within `gap` for integers) | ``feasible`` (stopped by time with a solution) |
        ``infeasible`` | ``unbounded`` | ``stopped`` (by time, without a solution).
    objective, bound, gap : missing unless there is a solution; no solution can be better than `bound`, and `gap` is
        |bound − objective| / |objective|.

    Notes
    -----
    Numbers are given only of a solution: every method raises KU916 for the other statuses.
    """

    status: Status
    objective: float
    bound: float
    gap: float
    scaling: Scaling
    programme: Programme = field(repr=False)
    outcome: Outcome = field(repr=False)
    _variables: Mapping[str, Block] = field(repr=False)
    _constraints: Mapping[str, Block] = field(repr=False)

    @property
    def found(self) -> bool:
        """Whether there is a solution."""
        return self.outcome.found

    @property
    def linear(self) -> bool:
        """Whether no variable has to be whole, so that there are prices."""
        return not self.programme.integer.any()

    def values(self, name: str) -> pd.DataFrame:
        """Return a variable: its keys, ``value`` and ``reduced_cost``.

        The reduced cost is the change of the objective a unit of the variable; missing with integers.
        """
        block = self._block(name, self._variables)
        return block.keyed.keys.assign(
            value=block.of(self.outcome.values), reduced_cost=self._linear(block, self.outcome.reduced)
        )

    def value(self, name: str) -> float:
        """Return a variable that has no keys."""
        block = self._block(name, self._variables)
        return float(self.outcome.values[block.at({})])

    def constraint(self, name: str) -> pd.DataFrame:
        """Return a constraint: its keys and what it comes to.

        ``lower``, ``upper``, ``activity`` (what the left-hand side comes to), ``slack`` (to the nearer side), ``side``
        (``lower``, ``upper``, ``both`` when they are equal), ``binding``, ``dual`` (change of the objective a unit of
        that side) and ``dual_from``, ``dual_to``: the right-hand sides between which the dual holds; ``unit``.
        Duals are missing with integers: ask `fixed`.
        """
        block = self._block(name, self._constraints)
        frame = block.keyed.keys.assign(
            lower=block.lower[block.keyed.places], upper=block.upper[block.keyed.places],
            activity=block.of(self.outcome.activity), dual=self._linear(block, self.outcome.duals),
        )  # fmt: skip
        below, above = frame["activity"] - frame["lower"], frame["upper"] - frame["activity"]
        frame["slack"] = np.maximum(np.minimum(below, above), 0)
        frame["side"] = _side(frame, below, above)
        frame["binding"] = frame["slack"] <= TOLERANCE * (1 + frame["activity"].abs())
        frame["dual_from"], frame["dual_to"] = self._dual_range(block, frame)
        frame["unit"] = block.unit
        return frame[[*block.keyed.columns, "lower", "upper", "activity", "slack", "side", "binding", "dual",
                      "dual_from", "dual_to", "unit"]]  # fmt: skip

    def _dual_range(self, block: Block, frame: pd.DataFrame) -> tuple[Floats, Floats]:
        """Return the right-hand sides between which duals hold: what is worth nothing is so as long as it is idle."""
        if not self.linear:
            return np.full(len(frame), np.nan), np.full(len(frame), np.nan)
        told = self._ranges()
        start, end = block.of(told.side_from), block.of(told.side_to)
        idle = ((frame["dual"] == 0) & (frame["side"] != "both")).to_numpy()
        upper = (frame["side"] == "upper").to_numpy()
        activity = frame["activity"].to_numpy()
        start = np.where(idle, np.where(upper, activity, -np.inf), start)
        return start, np.where(idle, np.where(upper, np.inf, activity), end)

    def ranges(self, name: str) -> pd.DataFrame:
        """Return a variable of a linear model: its keys, ``value``, ``cost``, and how far that may move.

        Between ``cost_from`` and ``cost_to`` (one cost moved at a time) all values of the solution stay.

        Raises
        ------
        ModelError
            KU918 when the model has integers.
        """
        block = self._block(name, self._variables)
        if not self.linear:
            raise ModelError("KU918", name=name)
        told = self._ranges()
        return block.keyed.keys.assign(
            value=block.of(self.outcome.values), cost=block.of(self.programme.cost),
            cost_from=block.of(told.cost_from), cost_to=block.of(told.cost_to),
        )  # fmt: skip

    def price(self, name: str, keys: Mapping[str, object] | None = None, *, by: float) -> Price:
        """Return what one constraint's right-hand side is worth: its dual, and the model solved anew by ± `by`.

        `by` is one real unit (one worker, 100,000 €): a dual of a tiny step says nothing about a real one.
        """
        block = self._block(name, self._constraints)
        place = block.at(keys or {})
        row = self.constraint(name).iloc[block.keyed.given[place - block.first]]
        more, less = (self._moved(place, str(row["side"]), step) for step in (by, -by))
        return Price(
            float(row["dual"]), float(row["dual_from"]), float(row["dual_to"]), by,
            (more - self.objective) / by, (self.objective - less) / by,
        )  # fmt: skip

    def _moved(self, place: int, side: str, step: float) -> float:
        """Return the best objective when the side of one relation is moved."""
        below, above = self.programme.below.copy(), self.programme.above.copy()
        if side != "upper":
            below[place] += step
        if side != "lower":
            above[place] += step
        like = self.outcome if self.linear else None
        return solve(replace(self.programme, below=below, above=above), like=like).objective

    def fixed(self) -> Solution:
        """Return the linear model that is left when every whole number stays at its value: it has prices.

        Its prices hold while the whole decisions stay as they are; `price` asks what happens when they may change.
        """
        self._block(next(iter(self._variables)), self._variables)
        whole, programme = self.programme.integer, self.programme.relaxed()
        lower, upper = (np.where(whole, self.outcome.values, ends) for ends in (programme.lower, programme.upper))
        return solution(replace(programme, lower=lower, upper=upper), self._variables, self._constraints)

    def _block(self, name: str, blocks: Mapping[str, Block]) -> Block:
        if not self.found:
            raise ModelError("KU916", name=name, status=self.status)
        if name not in blocks:
            raise ModelError("KU915", name=name, part="name")
        return blocks[name]

    def _linear(self, block: Block, values: Floats) -> Floats:
        return block.of(values) if self.linear else np.full(len(block.keyed), np.nan)

    def _ranges(self) -> Ranges:
        return ranges(self.outcome)


def solution(
    programme: Programme, variables: Mapping[str, Block], constraints: Mapping[str, Block], *, gap: float = 0.0,
    seconds: float = np.inf, like: Outcome | None = None,
) -> Solution:  # fmt: skip
    """Solve a programme and return what it says under the names of its blocks."""
    told = solve(programme, gap=gap, seconds=seconds, like=like)
    scaling = Scaling(
        _size(programme.rows.data), _size(programme.cost), _size(np.concatenate([programme.lower, programme.upper])),
        _size(np.concatenate([programme.below, programme.above])),
    )  # fmt: skip
    return Solution(
        told.status, told.objective, told.bound, told.gap, scaling, programme, told, dict(variables), dict(constraints)
    )


def _side(frame: pd.DataFrame, below: pd.Series, above: pd.Series) -> npt.NDArray[np.str_]:
    """Return which side of each constraint is at work: where both are equal, both; else the nearer one."""
    return np.select([frame["lower"] == frame["upper"], below < above], ["both", "lower"], "upper")


def _size(numbers: Floats) -> tuple[float, float]:
    sizes = np.abs(numbers[np.isfinite(numbers) & (numbers != 0)])
    return (float(sizes.min()), float(sizes.max())) if len(sizes) else (0.0, 0.0)
