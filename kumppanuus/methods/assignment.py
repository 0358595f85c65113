"""Generalised assignment: everybody to one place at most, no place over its limit, few moved from where they are.

    min Σ c[f,w] x[f,w] + Σ l[f] u[f] + p s
    Σ_w x[f,w] + u[f] = 1             everybody has one place, or is left without (u) at a price l
    Σ_f a[f,w] x[f,w] ≤ b[w]          no place is over its limit
    Σ_f x[f, now f] + s ≥ n − K       of the n who have a place at most K lose it; each one more (s) costs p
    x, u ∈ {0, 1}, s ≥ 0

For prices λ ≥ 0 of the limits and 0 ≤ μ ≤ p of the moves, what the relaxed problem costs at least,

    B(λ, μ) = Σ_f min(l[f], min_w (c[f,w] + λ[w] a[f,w] − μ [w = now f])) − Σ_w λ[w] b[w] + μ (n − K),

is below the optimum, whatever the prices are. So a small linear programme over the few best places of everybody gives
prices, the prices give a bound that holds for all places and tell which of them were wrongly left out, and in the end
an integer programme over the best few is measured against that bound: its gap is proven for the whole problem.

References
----------
Geoffrion, Mathematical Programming Study 2 (1974) 82–114 (the bound); Martello & Toth, Knapsack Problems (1990), ch. 7
(the problem); Beasley's OR-Library (instances the tests solve to their optimum).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumppanuus.methods.intervals import Floats
from kumppanuus.methods.optimise import Model
from kumppanuus.methods.optimum import Solution

Whole = npt.NDArray[np.int64]
NOWHERE = -1
"""Place of who has none."""
_ALL_AT_ONCE = 20_000
"""So many pairs go into one programme; of more only the best of everybody."""
_CLOSER = 0.02
"""A problem of so few pairs is solved so much closer than asked: there is time for it."""
_ROUNDS = 4
"""Linear programmes at most, each over more pairs than the one before."""
_TURNS = 24
"""Parts of the assignment that are made anew at most."""
_EQUAL = 1e-9
"""Gaps smaller than this are none."""
_WHOLLY = 0.99
"""Who has so much of one place in the linear programme has it."""
_WIDE = 12
"""Places of everybody in a part that is made anew, the best by reduced cost."""
_SPARE = 0.003
"""Part of those who have a place that the linear programmes keep in it besides: who is left over may have to move."""
_NEAR = 12
"""So many places are looked at together when a part of an assignment is made anew."""
_TIE = 1e-7
"""Share of the spread of the costs by which equal costs are told apart, so that not all look at the same place."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who goes where.

    place : shape (f,): column of `costs`, `NOWHERE` for who is left without.
    value : what it costs. bound : no assignment costs less. gap : (value − bound) / |value|.
    moved : how many lose the place they have, those left without included. over : by how many more than asked.
    rounds : linear programmes solved; 0 = the whole was one integer programme. status : ``optimal`` when the gap is
        within the one asked, else ``feasible``.
    """

    place: Whole
    value: float
    bound: float
    gap: float
    moved: int
    over: int
    rounds: int
    status: str


@dataclass(frozen=True, slots=True)
class _Problem:
    """The problem as arrays.

    costs, loads : shape (f, w). limits : shape (w,). leave : shape (f,). now : shape (f,). kept : least number of those
    who keep their place; 0: no demand. extra : price of each one fewer.
    """

    costs: Floats
    loads: Floats
    limits: Floats
    leave: Floats
    now: Whole
    kept: int
    extra: float

    @property
    def placed(self) -> npt.NDArray[np.bool_]:
        """Who has a place now."""
        return np.asarray(self.now != NOWHERE)


@dataclass(frozen=True, slots=True)
class _Prices:
    """Prices of the limits (shape (w,)) and of the moves."""

    limits: Floats
    moves: float


def assign(
    costs: Floats, loads: Floats, limits: Floats, *, leave: float | Floats, now: Whole | None = None,
    most_moves: int | None = None, extra_move: float = 0.0, gap: float = 0.005, seconds: float = 60.0, best: int = 4,
) -> Assignment:  # fmt: skip
    """Assign everybody to a place.

    Parameters
    ----------
    costs : shape (f, w); inf = not allowed. Negative ones are gains.
    loads : shape (f,) or (f, w): how much of its limit a place needs for somebody; positive.
    limits : shape (w,).
    leave : what it costs to leave somebody without a place.
    now : shape (f,): the place everybody has, `NOWHERE` = none.
    most_moves, extra_move : how many may lose the place they have, and what each one more costs.
    gap : the search ends at this gap. seconds : of the integer programmes; linear ones come before them.
    best : places of everybody in the integer programme, the best by reduced cost; more when the gap stays wider.

    Raises
    ------
    ValueError
        Shapes do not fit together, or a load is not positive.
    """
    problem = _problem(costs, loads, limits, leave, now, most_moves, extra_move)
    if not len(problem.costs):
        return Assignment(np.empty(0, np.int64), 0.0, 0.0, 0.0, 0, 0, 0, "optimal")
    if not np.isfinite(problem.costs).any():
        return replace(_told(problem, np.full(len(problem.costs), NOWHERE), np.inf), status="optimal")
    if problem.costs.size <= _ALL_AT_ONCE:
        return _at_once(problem, gap * _CLOSER, seconds)
    relaxed = _relaxed(problem, best, gap, seconds)
    place, turn = relaxed.place, 0
    while turn < _TURNS and (not turn or _told(problem, place, relaxed.bound).gap > gap):
        people, places = _neighbours(problem, place, turn)
        place = _again(problem, place, people, places, relaxed.prices, gap, seconds)
        turn += 1
    told = _told(problem, place, relaxed.bound)
    return replace(told, rounds=relaxed.rounds, status="optimal" if told.gap <= gap else "feasible")


def relaxed_bound(
    costs: Floats, loads: Floats, limits: Floats, *, leave: float | Floats, prices: Floats, now: Whole | None = None,
    most_moves: int | None = None, move_price: float = 0.0, extra_move: float = 0.0,
) -> float:  # fmt: skip
    """Return what any assignment costs at least, by non-negative prices of the limits and of a move."""
    problem = _problem(costs, loads, limits, leave, now, most_moves, extra_move)
    return _bound(problem, _Prices(np.asarray(prices, float), move_price))[0]


def _problem(
    costs: Floats, loads: Floats, limits: Floats, leave: float | Floats, now: Whole | None, most_moves: int | None,
    extra_move: float,
) -> _Problem:  # fmt: skip
    costs, limits = np.asarray(costs, float), np.asarray(limits, float)
    people, places = costs.shape
    load = np.asarray(loads, float)
    load = np.broadcast_to(load if load.ndim == 2 else load[:, None], (people, places))
    here = np.full(people, NOWHERE) if now is None else np.asarray(now, np.int64)
    if limits.shape != (places,) or here.shape != (people,) or (load <= 0).any() or (here >= places).any():
        raise ValueError("costs (f, w), loads (f,) or (f, w) and positive, limits (w,), now (f,)")
    placed = int((here != NOWHERE).sum())
    kept = 0 if most_moves is None else max(placed - most_moves, 0)
    return _Problem(costs, load, limits, np.broadcast_to(np.asarray(leave, float), (people,)), here, kept, extra_move)


def _reduced(problem: _Problem, prices: _Prices) -> Floats:
    """Return the cost of every pair less what its limit and its staying are worth."""
    reduced = problem.costs + problem.loads * prices.limits
    if prices.moves > 0:
        rows = np.flatnonzero(problem.placed)
        reduced[rows, problem.now[rows]] -= prices.moves
    return np.asarray(reduced)


def _bound(problem: _Problem, prices: _Prices) -> tuple[float, Floats]:
    """Return the bound by these prices, and the reduced costs."""
    reduced = _reduced(problem, prices)
    least = np.minimum(reduced.min(axis=1, initial=np.inf), problem.leave).sum()
    return float(least - prices.limits @ problem.limits + prices.moves * problem.kept), reduced


def _best(problem: _Problem, reduced: Floats, n: int) -> npt.NDArray[np.bool_]:
    """Return the n best places of everybody, with the one they have; equal ones are spread over the places."""
    people, places = reduced.shape
    if n >= places:
        return np.isfinite(problem.costs)
    usual = reduced[np.isfinite(reduced)]
    spread = _TIE * (float(np.ptp(usual)) + 1.0) if len(usual) else 1.0
    turn = (np.arange(people)[:, None] * 0.6180339887 + np.arange(places) * 0.7548776662) % 1.0
    told_apart = reduced + spread * turn
    chosen = np.zeros(reduced.shape, bool)
    np.put_along_axis(chosen, np.argpartition(told_apart, n - 1, axis=1)[:, :n], True, axis=1)
    rows = np.flatnonzero(problem.placed)
    chosen[rows, problem.now[rows]] = True
    return chosen & np.isfinite(problem.costs)


def _at_once(problem: _Problem, gap: float, seconds: float) -> Assignment:
    """Solve the whole problem as one integer programme; without an answer everybody is left."""
    solution = _programme(problem, np.isfinite(problem.costs), whole=True).solve(gap=gap, seconds=seconds)
    told = _told(problem, _chosen(problem, solution), float(solution.bound) if solution.found else -np.inf)
    return replace(told, status="optimal" if told.gap <= max(gap, _EQUAL) else "feasible")


@dataclass(frozen=True, slots=True)
class _Relaxed:
    """What the linear programmes say: who has one place wholly, the prices, the best bound, and how many there were."""

    place: Whole
    prices: _Prices
    bound: float
    rounds: int


def _relaxed(problem: _Problem, best: int, gap: float, seconds: float) -> _Relaxed:
    """Solve linear programmes over the best places of everybody until their prices prove that no others are needed."""
    found = _Prices(np.zeros(len(problem.limits)), 0.0)
    bound, reduced = _bound(problem, found)
    pairs, place, rounds = _best(problem, reduced, best), np.full(len(problem.costs), NOWHERE), 0
    spare = min(int(_SPARE * problem.placed.sum()), int(problem.placed.sum()) - problem.kept) if problem.kept else 0
    careful = replace(problem, kept=problem.kept + spare)
    for _ in range(_ROUNDS):
        solution = _programme(careful, pairs, whole=False).solve(seconds=seconds)
        if not solution.found:
            break
        rounds += 1
        place, prices = _chosen(problem, solution, _WHOLLY), _prices_of(problem, solution)
        here, reduced = _bound(problem, prices)
        bound, found = max((bound, found), (here, prices), key=lambda each: each[0])
        if solution.objective - bound <= gap / 4 * max(abs(solution.objective), _EQUAL):
            break
        pairs |= _best(problem, reduced, best)
    return _Relaxed(place, found, bound, rounds)


def _chosen(problem: _Problem, solution: Solution, least: float = 0.5) -> Whole:
    """Return the place that each has to `least` or more in a solution; nobody has any where there is none."""
    place = np.full(len(problem.costs), NOWHERE)
    if solution.found:
        chosen = solution.values("x")
        chosen = chosen[chosen["value"] >= least]
        place[chosen["person"].to_numpy(int)] = chosen["place"].to_numpy(int)
    return place


def _prices_of(problem: _Problem, solution: Solution) -> _Prices:
    """Return the duals as prices; that of a limit is never positive where costs are made small."""
    limits = np.zeros(len(problem.limits))
    told = solution.constraint("limits")
    limits[told["place"].to_numpy(int)] = np.abs(told["dual"].to_numpy(float))
    if not problem.kept:
        return _Prices(limits, 0.0)
    move = abs(float(solution.constraint("kept")["dual"].iloc[0]))
    return _Prices(limits, min(move, problem.extra))


def _programme(problem: _Problem, pairs: npt.NDArray[np.bool_], *, whole: bool) -> Model:
    rows, columns = np.nonzero(pairs)
    who = pd.DataFrame({"person": rows, "place": columns})
    left = pd.DataFrame({"person": np.arange(len(problem.costs))})
    model = Model("min")
    model.variables("x", who, lower=0.0, upper=1.0 if whole else np.inf, integer=whole)
    model.variables("left", left, lower=0.0, upper=1.0 if whole else np.inf, integer=whole)
    model.objective("x", who.assign(coefficient=problem.costs[rows, columns]))
    model.objective("left", left.assign(coefficient=problem.leave))
    model.constraints(
        "one", left, {"x": who.assign(coefficient=1.0), "left": left.assign(coefficient=1.0)}, lower=1.0, upper=1.0,
        unit="persons",
    )  # fmt: skip
    used = np.unique(columns)
    model.constraints(
        "limits", pd.DataFrame({"place": used, "most": problem.limits[used]}),
        {"x": who.assign(coefficient=problem.loads[rows, columns])}, upper="most", unit="load",
    )  # fmt: skip
    if problem.kept:
        _demand_kept(model, problem, who[problem.now[rows] == columns])
    return model


def _demand_kept(model: Model, problem: _Problem, stay: pd.DataFrame) -> None:
    one = pd.DataFrame({"all": [0]})
    model.variables("extra", one, lower=0.0)
    model.objective("extra", one.assign(coefficient=problem.extra))
    terms = {"x": stay.assign(all=0, coefficient=1.0), "extra": one.assign(coefficient=1.0)}
    model.constraints("kept", one, terms, lower=float(problem.kept), unit="persons")


def _told(problem: _Problem, place: Whole, bound: float) -> Assignment:
    rows = np.flatnonzero(place != NOWHERE)
    stays = problem.placed & (place == problem.now)
    over = max(problem.kept - int(stays.sum()), 0)
    value = float(problem.costs[rows, place[rows]].sum() + problem.leave[place == NOWHERE].sum() + over * problem.extra)
    bound = min(bound, value)
    wide = (value - bound) / max(abs(value), _EQUAL)
    moved = int(problem.placed.sum() - stays.sum())
    return Assignment(place, value, bound, wide if wide > _EQUAL else 0.0, moved, over, 0, "feasible")


def _room(problem: _Problem, place: Whole) -> Floats:
    """Return how much of its limit every place has left."""
    rows = np.flatnonzero(place != NOWHERE)
    used = np.bincount(place[rows], weights=problem.loads[rows, place[rows]], minlength=len(problem.limits))
    return np.asarray(problem.limits - used)


def _neighbours(problem: _Problem, place: Whole, turn: int) -> tuple[Whole, Whole]:
    """Return whom and which places to look at next: first those left without beside all room there is, then places
    with room and others that they could change people with, in turns.
    """
    without, room = np.flatnonzero(place == NOWHERE), _room(problem, place)
    if turn == 0:
        return without, np.flatnonzero(room > 0)
    order = np.lexsort([(np.arange(len(room)) * 7 + turn * 13) % len(room), -np.sign(room)])
    places = np.sort(np.roll(order, -(turn - 1) * _NEAR // 2)[:_NEAR])
    return np.flatnonzero(np.isin(place, places) | (place == NOWHERE)), places


def _again(
    problem: _Problem, place: Whole, people: Whole, places: Whole, prices: _Prices, gap: float, seconds: float
) -> Whole:  # fmt: skip
    """Assign some people to some places anew, in the room that the others leave; as it was when nothing is better."""
    if not len(people) or not len(places):
        return place
    freed = place.copy()
    freed[people] = NOWHERE
    local = np.full(len(problem.limits) + 1, NOWHERE)
    local[places] = np.arange(len(places))
    part = _Problem(
        problem.costs[np.ix_(people, places)], problem.loads[np.ix_(people, places)],
        _room(problem, freed)[places], problem.leave[people], local[problem.now[people]],
        max(problem.kept - int((problem.placed & (freed == problem.now)).sum()), 0), problem.extra,
    )  # fmt: skip
    reduced = _reduced(part, _Prices(prices.limits[places], prices.moves))
    fits = part.loads <= part.limits + _EQUAL
    pairs = _best(part, np.where(fits, reduced, np.inf), _WIDE) & fits
    if not pairs.any():
        return place
    chosen = _chosen(part, _programme(part, pairs, whole=True).solve(gap=gap / 8, seconds=seconds))
    freed[people] = np.where(chosen == NOWHERE, NOWHERE, places[chosen])
    return freed if _told(problem, freed, -np.inf).value < _told(problem, place, -np.inf).value else place
