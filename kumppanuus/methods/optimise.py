"""Linear and integer models as long frames: variables, constraints, prices, contradictions are rows under their keys.

>>> model = Model("max")
>>> model.variables("hours", hours)                        # a frame of keys: one row a variable, from 0 up
>>> model.objective("hours", benefit)                      # the same keys and a column `coefficient`
>>> model.constraints("staff", units, {"hours": use}, upper="fte", unit="htv")
>>> solution = model.solve()
>>> solution.values("hours"), solution.constraint("staff"), solution.price("staff", {"area": "ita"}, by=1)

A thin layer on HiGHS. What goes wrong silently elsewhere is an error here: a right-hand side without terms, a term that
belongs nowhere, a key that comes twice, a missing number. Numbers are never read off a model that was not solved. The
answer does not depend on how the frames are sorted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, vstack

from kumppanuus.errors import ModelError
from kumppanuus.methods.blocks import Block, Bound, found, in_order, numbers, ordered, own, read, spread
from kumppanuus.methods.contradiction import contradiction, repair
from kumppanuus.methods.front import Front, front
from kumppanuus.methods.keyed import Keyed, coded_columns, refuse
from kumppanuus.methods.optimum import Solution, solution
from kumppanuus.methods.solver import Floats, Ints, Outcome, Programme

Sense = Literal["max", "min"]
Side = float | pd.Series
Terms = Mapping[str, pd.DataFrame | float]


class Model:
    """A model under construction.

    Parameters
    ----------
    sense : ``"max"`` or ``"min"`` of the objective.

    Notes
    -----
    A frame's key columns are all its columns but those named as bounds; no key may be called like a column of an answer
    (``value``, ``lower``, ``upper``, ``cost``, ``unit``, …). ``None`` in place of a frame is one variable or constraint
    without keys. Bounds are numbers, or names of columns of the frame.
    """

    def __init__(self, sense: Sense) -> None:
        self.sense = sense
        self._variables: dict[str, Block] = {}
        self._constraints: dict[str, Block] = {}
        self._costs: dict[str, Floats] = {}
        self._rows: list[csr_array] = []
        self._last: Outcome | None = None

    def variables(
        self, name: str, frame: pd.DataFrame | None = None, *, lower: Bound = 0.0, upper: Bound = np.inf,
        integer: bool | str = False, unit: str = "",
    ) -> None:  # fmt: skip
        """Add one variable a row, by default from 0 up; `integer` is a truth or a column of truths."""
        _new(name, self._variables)
        block = read(name, frame, self.n_variables, lower, upper, unit, integer)
        self._variables[name] = block
        self._costs[name] = np.zeros(len(block.keyed))

    def objective(self, name: str, terms: pd.DataFrame | float) -> None:
        """Set the coefficients of a variable in the objective, in place of earlier ones.

        `terms` has the variable's keys and ``coefficient``; variables that it does not name count nothing. A number
        counts for every variable of the name.
        """
        block = _known(name, self._variables)
        costs = np.zeros(len(block.keyed))
        frame = terms if isinstance(terms, pd.DataFrame) else block.keyed.keys.assign(coefficient=terms)
        place = found(block.keyed, coded_columns(frame, block.keyed.columns), len(frame), name)
        refuse("KU912", name, np.bincount(place, minlength=len(costs))[place] > 1)
        costs[place] = numbers(name, frame, "coefficient", finite=True)
        self._costs[name] = costs

    def constraints(
        self, name: str, frame: pd.DataFrame | None, terms: Terms, *, lower: Bound = -np.inf, upper: Bound = np.inf,
        unit: str = "",
    ) -> None:  # fmt: skip
        """Add one constraint a row: lower ≤ Σ coefficient · variable ≤ upper.

        Parameters
        ----------
        frame : keys of the constraints, and bounds where they are columns.
        terms : by name of a variable a frame with the constraint's keys, the variable's keys and ``coefficient``. A key
            that both have is one column; where it differs (the month before), the variable's is the column
            ``"variable.key"``. A number stands for itself times every variable that has the constraint's keys (or every
            constraint that has the variable's).
        unit : what the right-hand side is measured in, for people: "htv", "€", "perhettä".

        Raises
        ------
        ModelError
            KU910 a constraint without terms, KU911 a term of no constraint or no variable, KU912 a key twice, KU913 a
            missing or endless number, KU914 lower > upper, KU915 a name or column that is not there or there already.
        """
        _new(name, self._constraints)
        block = read(name, frame, self.n_constraints, lower, upper, unit, False)
        parts = [self._terms(block.keyed, variable, told) for variable, told in terms.items()]
        row, column, value = (np.concatenate([part[i] for part in parts]) if parts else np.empty(0) for i in range(3))
        rows = csr_array((value, (row.astype(int), column.astype(int))), shape=(len(block.keyed), self.n_variables))
        refuse("KU910", name, (np.diff(rows.indptr) == 0)[block.keyed.places])
        if rows.nnz < len(value):
            raise ModelError("KU912", name=name, n=len(value) - rows.nnz, row="-")
        rows.eliminate_zeros()
        self._rows.append(rows)
        self._constraints[name] = block

    def _terms(self, constraint: Keyed, variable: str, terms: pd.DataFrame | float) -> tuple[Ints, Ints, Floats]:
        """Return of each term its constraint (within its name), its variable (of all) and its coefficient."""
        block, name = _known(variable, self._variables), f"{constraint.name}: {variable}"
        frame = terms if isinstance(terms, pd.DataFrame) else spread(constraint, block.keyed, terms)
        keys = [*constraint.columns, *block.keyed.columns, *(f"{variable}.{key}" for key in block.keyed.columns)]
        codes = coded_columns(frame, keys)
        row = found(constraint, codes, len(frame), name)
        column = found(block.keyed, codes | own(codes, variable), len(frame), name)
        return row, column + block.first, numbers(name, frame, "coefficient", finite=True)

    def limits(self, name: str, *, lower: Side | None = None, upper: Side | None = None) -> None:
        """Set other right-hand sides of a constraint: a number for all, or one a row in the order of its frame."""
        block = _known(name, self._constraints)
        below, above = (
            was if told is None else ordered(block.keyed, np.broadcast_to(np.asarray(told, dtype=float), len(was)))
            for told, was in ((lower, block.lower), (upper, block.upper))
        )
        in_order(block.keyed, below, above)
        self._constraints[name] = replace(block, lower=below, upper=above)

    @property
    def n_variables(self) -> int:
        """How many variables the model has."""
        return sum(len(block.keyed) for block in self._variables.values())

    @property
    def n_constraints(self) -> int:
        """How many constraints the model has."""
        return sum(len(block.keyed) for block in self._constraints.values())

    def programme(self) -> Programme:
        """Return the model as arrays, in the order of its names and of the sorted keys."""
        if not self._variables:
            raise ModelError("KU915", name="-", part="variables")
        columns, sides = list(self._variables.values()), list(self._constraints.values())
        return Programme(
            maximise=self.sense == "max", cost=np.concatenate(list(self._costs.values())),
            lower=np.concatenate([block.lower for block in columns]),
            upper=np.concatenate([block.upper for block in columns]),
            integer=np.concatenate([block.integer for block in columns]), rows=self._matrix(),
            below=np.concatenate([np.empty(0), *(block.lower for block in sides)]),
            above=np.concatenate([np.empty(0), *(block.upper for block in sides)]),
        )  # fmt: skip

    def _matrix(self) -> csr_array:
        """Return the coefficients of all constraints, put together once."""
        if len(self._rows) != 1 or self._rows[0].shape != (self.n_constraints, self.n_variables):
            width = self.n_variables  # variables may have come after the constraint
            parts = [csr_array((one.data, one.indices, one.indptr), (one.shape[0], width)) for one in self._rows]
            self._rows = [csr_array(vstack([csr_array((0, width)), *parts], format="csr"))]
        return self._rows[0]

    def solve(self, *, gap: float = 0.0, seconds: float = np.inf, warm: bool = False) -> Solution:
        """Solve the model as it stands.

        Parameters
        ----------
        gap : an integer solution proven this near the best (relative, 0.005 = half a per cent) counts as optimal.
        seconds : time after which to stop; the status then says whether there is a solution. Give plenty: a solution
            that time has stopped may be another one on another machine.
        warm : begin where the last solution of this model ended: faster where only the objective or right-hand sides
            were changed; among equally good solutions it may find another one than a fresh start.
        """
        told = solution(
            self.programme(), self._variables, self._constraints, gap=gap, seconds=seconds,
            like=self._last if warm else None,
        )  # fmt: skip
        self._last = told.outcome
        return told

    def infeasible_set(self) -> pd.DataFrame:
        """Return constraints and bounds that contradict each other; none when the model has a solution.

        Columns ``part`` (constraint or variable), ``name``, keys, ``side``, ``lower``, ``upper``, ``unit``. Of a linear
        model the set is irreducible; see `methods.contradiction` for integers.
        """
        return contradiction(self.programme(), self._variables, self._constraints)

    def smallest_repair(self, groups: Iterable[str] | Mapping[str, float]) -> pd.DataFrame:
        """Return the least change of right-hand sides after which the model has a solution.

        Parameters
        ----------
        groups : names of the constraints that may give way; with what one unit of each weighs when units differ.

        Returns
        -------
        A row each constraint that gives way: ``part``, ``name``, keys, ``side``, ``has``, ``needs``, ``by``, ``unit``
        ("Itä needs 21.67 htv and has 20"); none when nothing has to. KU916 when these constraints alone cannot mend it.
        """
        weights = dict(groups) if isinstance(groups, Mapping) else dict.fromkeys(groups, 1.0)
        return repair(self.programme(), self._constraints, weights)

    def pareto(self, aim: str, *, points: int = 11, gap: float = 0.0, seconds: float = np.inf) -> Front:
        """Return solutions from the best of the objective to the most of `aim`, a variable without keys."""
        _known(aim, self._variables)
        return front(self.programme(), self._variables, self._constraints, aim, points=points, gap=gap, seconds=seconds)


def _new(name: str, known: Mapping[str, Block]) -> None:
    if name in known:
        raise ModelError("KU915", name=name, part="name")


def _known(name: str, known: Mapping[str, Block]) -> Block:
    if name not in known:
        raise ModelError("KU915", name=name, part="name")
    return known[name]
