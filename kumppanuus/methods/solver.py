"""The solver behind `methods.optimise`: one linear or integer programme as arrays in, one outcome as arrays out.

The only file that knows HiGHS. Nothing is printed, one thread, one seed: the same programme gives the same outcome.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from kumppanuus.errors import ModelError

if TYPE_CHECKING:
    import highspy

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Status = Literal["optimal", "feasible", "infeasible", "unbounded", "stopped"]

TOLERANCE = 1e-6
"""How far a relation may be missed, relative to the size of its terms, before a solution is not believed."""
_IRREDUCIBLE = 6
"""From the linear programme, then made smaller."""
_ROWWISE = 2
_SEED = 1


@dataclass(frozen=True, slots=True)
class Programme:
    """Best value of cost · x where lower ≤ x ≤ upper and below ≤ rows x ≤ above.

    Parameters
    ----------
    maximise : whether much is good. cost, lower, upper, integer : one a variable; shape (variables,).
    rows : shape (relations, variables). below, above : one a relation; shape (relations,).
    """

    maximise: bool
    cost: Floats
    lower: Floats
    upper: Floats
    integer: Bools
    rows: csr_array
    below: Floats
    above: Floats

    def relaxed(self) -> Programme:
        """Return the programme in which integers may be fractions."""
        return replace(self, integer=np.zeros_like(self.integer))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the solver found. Arrays are empty unless a solution was found.

    values, reduced : one a variable; `reduced` is by how much the objective changes a unit of the variable.
    activity, duals : one a relation; `duals` is by how much the objective changes a unit of its right-hand side.
    bound : no solution can be better than this; gap : |bound − objective| / |objective|.
    """

    status: Status
    objective: float
    bound: float
    gap: float
    values: Floats
    reduced: Floats
    activity: Floats
    duals: Floats
    engine: highspy.Highs

    @property
    def found(self) -> bool:
        """Whether there is a solution."""
        return self.status in ("optimal", "feasible")


@dataclass(frozen=True, slots=True)
class Ranges:
    """Between which values the duals of relations and the costs of variables may move without the basis moving."""

    side_from: Floats
    side_to: Floats
    cost_from: Floats
    cost_to: Floats


def solve(programme: Programme, *, gap: float = 0.0, seconds: float = np.inf, like: Outcome | None = None) -> Outcome:
    """Solve a programme; the first time in a process the solver proves itself on a programme it once got wrong.

    Parameters
    ----------
    gap : an integer solution this near its bound (relative) counts as optimal. seconds : time after which to stop.
    like : an outcome of a programme of the same shape, from whose basis to begin.

    Raises
    ------
    ModelError
        KU917 when the solver fails its test, KU919 when it cannot answer or its solution misses a relation.
    """
    _prove()
    return _solve(programme, gap, seconds, like)


@cache
def _prove() -> None:
    """Hold the solver against min 2x + 3z, x + z ≥ 4.5, z whole: HiGHS 1.14.0 said 15 where 9 is right."""
    asked = Programme(
        maximise=False, cost=np.array([2.0, 3.0]), lower=np.zeros(2), upper=np.full(2, 10.0),
        integer=np.array([False, True]), rows=csr_array(np.ones((1, 2))),
        below=np.array([4.5]), above=np.array([np.inf]),
    )  # fmt: skip
    found = _solve(asked, 0.0, np.inf, None)
    if found.status != "optimal" or abs(found.objective - 9) > TOLERANCE:
        raise ModelError("KU917", version=found.engine.version(), found=found.objective)


def _solve(programme: Programme, gap: float, seconds: float, like: Outcome | None) -> Outcome:
    engine = _engine(programme, gap, seconds)
    if like is not None and like.found:
        engine.setBasis(like.engine.getBasis())
    engine.run()
    outcome = _outcome(engine, programme, _status(engine) or _whether(engine, programme, seconds))
    if outcome.found:
        _believe(programme, outcome)
    return outcome


def _whether(engine: highspy.Highs, programme: Programme, seconds: float) -> Status:
    """Return the status of a programme on which the solver stumbled: one without solution, or with no best one.

    Presolve may see that one of the two holds and not which; and where both do, the simplex method can break off. With
    no objective left only the first question remains.
    """
    stumbled = engine.modelStatusToString(engine.getModelStatus())
    engine.setOptionValue("presolve", "off")
    engine.run()
    status = _status(engine)
    if status is not None:
        return status
    feasible = _engine(replace(programme, cost=np.zeros_like(programme.cost)), 0.0, seconds)
    feasible.run()
    if _status(feasible) == "infeasible":
        return "infeasible"
    raise ModelError("KU919", problem=stumbled)


def _engine(programme: Programme, gap: float, seconds: float) -> highspy.Highs:
    """Return a silent solver that holds the programme."""
    import highspy  # late: who only asks for help does not wait for the solver

    engine = highspy.Highs()
    for option, value in (("output_flag", False), ("threads", 1), ("random_seed", _SEED), ("mip_rel_gap", gap),
                          ("time_limit", seconds)):  # fmt: skip
        engine.setOptionValue(option, value)
    rows = programme.rows
    passed = engine.passModel(
        rows.shape[1], rows.shape[0], rows.nnz, _ROWWISE, -1 if programme.maximise else 1, 0.0, programme.cost,
        programme.lower, programme.upper, programme.below, programme.above, rows.indptr.astype(np.int32),
        rows.indices.astype(np.int32), rows.data, programme.integer.astype(np.int32),
    )  # fmt: skip
    if passed == highspy.HighsStatus.kError:
        raise ModelError("KU919", problem="passModel")
    return engine


def _status(engine: highspy.Highs) -> Status | None:
    from highspy import HighsModelStatus as Told

    told = engine.getModelStatus()
    known: dict[object, Status] = {
        Told.kOptimal: "optimal", Told.kInfeasible: "infeasible", Told.kUnbounded: "unbounded",
    }  # fmt: skip
    if told in known:
        return known[told]
    if told in (Told.kTimeLimit, Told.kIterationLimit, Told.kSolutionLimit, Told.kInterrupt, Told.kMemoryLimit):
        return "feasible" if engine.getInfo().primal_solution_status == 2 else "stopped"
    return None


def _outcome(engine: highspy.Highs, programme: Programme, status: Status) -> Outcome:
    nothing, none = float("nan"), np.empty(0)
    if status not in ("optimal", "feasible"):
        return Outcome(status, nothing, nothing, nothing, none, none, none, none, engine)
    told, solution = engine.getInfo(), engine.getSolution()
    integers, values = bool(programme.integer.any()), np.array(solution.col_value)
    if integers:
        values = _exact(programme, values)
    objective = float(programme.cost @ values)
    # a linear programme that time has stopped has no bound; an optimal one is its own
    bound = float(told.mip_dual_bound) if integers else objective if status == "optimal" else nothing
    gap = 0.0 if bound == objective else abs(bound - objective) / max(abs(objective), 1e-12)
    reduced, duals = (none, none) if integers else (np.array(solution.col_dual), np.array(solution.row_dual))
    activity = programme.rows @ values
    return Outcome(status, objective, bound, gap, values, reduced + 0.0, activity, duals + 0.0, engine)


def _exact(programme: Programme, values: Floats) -> Floats:
    """Return the solution whose whole numbers are whole, and whose fractions are the best beside them.

    The solver's own are so within a tolerance: 4.4999995 where 4.5 is needed.
    """
    whole = programme.integer
    values = np.where(whole, np.round(values), values)
    if whole.all():
        return values
    lower, upper = np.where(whole, values, programme.lower), np.where(whole, values, programme.upper)
    engine = _engine(replace(programme.relaxed(), lower=lower, upper=upper), 0.0, np.inf)
    engine.run()
    return np.array(engine.getSolution().col_value) if _status(engine) == "optimal" else values


def _believe(programme: Programme, outcome: Outcome) -> None:
    """Hold the values themselves against every bound and relation: a status alone is not believed."""
    size = 1 + abs(programme.rows) @ np.abs(outcome.values)
    missed = np.maximum(programme.below - outcome.activity, outcome.activity - programme.above) / size
    beyond = np.maximum(programme.lower - outcome.values, outcome.values - programme.upper)
    if np.max(missed, initial=0) > TOLERANCE or np.max(beyond / (1 + np.abs(outcome.values)), initial=0) > TOLERANCE:
        raise ModelError("KU919", problem="solution")


def ranges(outcome: Outcome) -> Ranges:
    """Return how far right-hand sides and costs may move before the prices of an optimal linear programme change."""
    status, told = outcome.engine.getRanging()
    if not told.valid:
        raise ModelError("KU919", problem=str(status))
    n = len(outcome.values)
    return Ranges(
        np.array(told.row_bound_dn.value_), np.array(told.row_bound_up.value_),
        np.array(told.col_cost_dn.value_)[:n], np.array(told.col_cost_up.value_)[:n],
    )  # fmt: skip


def conflict(programme: Programme) -> tuple[Bools, Bools] | None:
    """Return relations and bounds of variables that contradict each other, or nothing when the solver finds none.

    Returns
    -------
    Of relations and of variables: whether the lower, and whether the upper side takes part; shape (2, relations) each.
    """
    engine = _engine(programme.relaxed(), 0.0, np.inf)
    engine.setOptionValue("iis_strategy", _IRREDUCIBLE)
    engine.run()
    _, found = engine.getIis()
    if not found.valid_:
        return None
    return (
        _sides(found.row_index_, found.row_bound_, len(programme.below)),
        _sides(found.col_index_, found.col_bound_, len(programme.lower)),
    )


def _sides(index: list[int], bound: list[int], n: int) -> Bools:
    """Return which sides take part: 2 is the lower, 3 the upper, 4 both; the others are free."""
    told = np.zeros(n, dtype=np.int64)
    told[np.array(index, dtype=np.int64)] = np.array(bound, dtype=np.int64)
    return np.array([(told == 2) | (told == 4), (told == 3) | (told == 4)])
