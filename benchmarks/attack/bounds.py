"""How far an attacker gets: the least and the most that every number can be.

First bounds go from relation to relation until nothing moves. Who has few candidates then is a find. For the others
an integer programme looks for the least and the most: at first among solutions that differ from the truth near the
number only (a solution is a solution, however found), and only if these leave too few candidates among all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from benchmarks.attack.book import Book, Floats, Ints

CANDIDATES = 3
SLACK = 1e-6
SOLVE_ERROR = 4
ROUNDS = 200
NEAR, AT_ONCE = (2, 4), 500
"""How many relations away, and how many at most, numbers may move when the least and most are first looked for."""
ANYWHERE, FEW_TO_ASK = 4, 20
"""So many solutions with random goals are asked for first, when there are more numbers than these."""


@dataclass(frozen=True, slots=True)
class Found:
    """A number with too few candidates."""

    name: tuple[str, ...]
    exact: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Attack:
    """What came of it.

    small : small hidden numbers looked for. narrow : those of them that the relations narrow to a bounded interval.
    solved : numbers for which all solutions had to be asked.
    low, high : the bounds after relations were applied to each other.
    """

    found: tuple[Found, ...]
    small: int
    narrow: int
    solved: int
    low: Floats
    high: Floats


def attack(book: Book) -> Attack:
    """Look for small hidden numbers with fewer than three candidates."""
    matrix = book.matrix
    low, high = propagate(matrix, book.least, book.most, book.low, book.high, book.whole)
    targets = np.flatnonzero(book.target & book.whole)
    few = high[targets] - low[targets] + 1 < CANDIDATES
    found = [_found(book, number, low[number], high[number]) for number in targets[few]]
    program = _Program(matrix, matrix.tocsc(), matrix.tocsr(), book.least, book.most, low, high, book.exact, book.whole)
    open_still, solved = targets[~few], 0
    least, most = book.exact[open_still].copy(), book.exact[open_still].copy()

    def learn(solutions: list[Floats]) -> None:
        """What one solution says of one number it says of all."""
        for each in solutions:
            np.minimum(least, each[open_still], out=least)
            np.maximum(most, each[open_still], out=most)

    if len(open_still) > FEW_TO_ASK:
        learn(program.anywhere(open_still))
    for place, number in enumerate(map(int, open_still)):
        for near in NEAR:
            if most[place] - least[place] + 1 < CANDIDATES:
                learn(program.near(number, near))
        if most[place] - least[place] + 1 < CANDIDATES:
            solved += 1
            ends, solutions = program.all(number)
            learn(solutions)
            if ends[1] - ends[0] + 1 < CANDIDATES:
                found.append(_found(book, number, *ends))
    return Attack(tuple(found), len(targets), int((high[targets] < 1e6).sum()), solved, low, high)


def _found(book: Book, number: int, least: float, most: float) -> Found:
    return Found(book.names[number], float(book.exact[number]), float(least), float(most))


def propagate(
    matrix: Any, least: Floats, most: Floats, low: Floats, high: Floats, whole: np.ndarray
) -> tuple[Floats, Floats]:
    """Narrow bounds by each other: a term lies between what the others leave of the least and the most."""
    table = matrix.tocoo()
    rows, columns, factors = table.coords[0], table.coords[1], table.data
    low, high = low.copy(), high.copy()
    n, up = len(least), factors > 0
    for _ in range(ROUNDS):
        lower = factors * np.where(up, low[columns], high[columns])
        upper = factors * np.where(up, high[columns], low[columns])
        sum_low, sum_high = np.bincount(rows, lower, n), np.bincount(rows, upper, n)
        with np.errstate(invalid="ignore"):
            may_most = (most[rows] - (sum_low[rows] - lower)) / factors
            may_least = (least[rows] - (sum_high[rows] - upper)) / factors
        new_high, new_low = np.where(up, may_most, may_least), np.where(up, may_least, may_most)
        highest, lowest = high.copy(), low.copy()
        np.minimum.at(highest, columns, new_high)
        np.maximum.at(lowest, columns, new_low)
        highest = np.where(whole, np.floor(highest + 1e-6), highest)
        lowest = np.where(whole, np.ceil(lowest - 1e-6), lowest)
        moved = (highest < high - 1e-3 * (1 - whole) * abs(high)) | (lowest > low + 1e-3 * (1 - whole) * abs(low))
        low, high = lowest, highest
        if not moved.any():
            break
    return low, high


@dataclass(frozen=True, slots=True)
class _Program:
    """The whole system, and solutions of it that differ from the truth in few numbers."""

    matrix: Any
    by_number: Any
    by_relation: Any
    least: Floats
    most: Floats
    low: Floats
    high: Floats
    exact: Floats
    whole: np.ndarray

    def anywhere(self, numbers: Ints) -> list[Floats]:
        """Return solutions that push the numbers up and down at random, all at once."""
        random = np.random.default_rng(len(numbers))
        solutions = []
        for _ in range(ANYWHERE):
            goal = np.zeros(len(self.exact))
            goal[numbers] = random.choice([-1.0, 1.0], len(numbers))
            limits = LinearConstraint(self.matrix, self.least - SLACK, self.most + SLACK)
            within = Bounds(self.low, np.minimum(self.high, self.exact + 1e4))
            answer = _solve(goal, limits, self.whole, within, {"time_limit": 10.0, "mip_rel_gap": 0.2})
            if answer.x is not None:
                solutions.append(np.where(self.whole, np.round(answer.x), answer.x))
        return [each for each in solutions if self._holds(each)]

    def _holds(self, solution: Floats) -> bool:
        sums = self.matrix @ solution
        room = 1e-4 * np.maximum(1.0, abs(sums))
        return bool(((sums >= self.least - room) & (sums <= self.most + room)).all())

    def near(self, number: int, steps: int) -> list[Floats]:
        """Return two solutions, with the least and with the most of a number, that move few numbers near it."""
        return [each for each in self._ends(number, self._around(number, steps)) if self._holds(each)]

    def all(self, number: int) -> tuple[tuple[float, float], list[Floats]]:
        """Return the least and most of a number among all solutions, and the solutions."""
        solutions = self._ends(number, np.arange(len(self.exact)), seconds=60.0, bound=True)
        ends = float(solutions[0][number]), float(solutions[-1][number])
        return ends, [each for each in solutions if self._holds(each)]

    def _around(self, number: int, steps: int) -> Ints:
        """Return the numbers at most so many relations away, the nearest first and no more than can be solved fast."""
        free, reached = np.array([number], dtype=np.int64), np.array([number], dtype=np.int64)
        for _ in range(steps):
            relations = np.unique(_of(self.by_number, reached))
            reached = np.setdiff1d(np.unique(_of(self.by_relation, relations)), free)
            reached = reached[self.high[reached] > self.low[reached]]
            free = np.concatenate([free, reached[: max(AT_ONCE * steps - len(free), 0)]])
        return np.sort(free)

    def _ends(self, number: int, free: Ints, seconds: float = 5.0, *, bound: bool = False) -> list[Floats]:
        relations = np.unique(_of(self.by_number, free))
        part = self.by_relation[relations][:, free]
        fixed = self.exact.copy()
        fixed[free] = 0.0
        rest = (self.by_relation[relations] @ fixed) if len(free) < len(self.exact) else 0.0
        limits = LinearConstraint(part, self.least[relations] - rest - SLACK, self.most[relations] - rest + SLACK)
        goal = np.zeros(len(free))
        goal[np.searchsorted(free, number)] = 1.0
        solutions = []
        for sign in (1.0, -1.0):
            within = Bounds(self.low[free], self.high[free])
            answer = _solve(sign * goal, limits, self.whole[free], within, {"time_limit": seconds})
            solution = self.exact.copy()
            if answer.x is not None:
                solution[free] = np.where(self.whole[free], np.round(answer.x), answer.x)
            if bound and not answer.success:  # not solved to the end: what is proved of it is no find
                solution[number] = self.low[number] if sign > 0 else self.high[number]
            solutions.append(solution)
        return solutions


def _solve(goal: Floats, limits: LinearConstraint, whole: np.ndarray, within: Bounds, options: dict[str, float]) -> Any:
    """Ask the solver; where its simplification of the programme fails, without it."""
    answer = milp(goal, constraints=limits, integrality=whole.astype(int), bounds=within, options=options)
    if answer.status != SOLVE_ERROR:
        return answer
    plain = {**options, "presolve": False}
    return milp(goal, constraints=limits, integrality=whole.astype(int), bounds=within, options=plain)


def _of(matrix: Any, rows: Ints) -> Ints:
    """Return the columns that the rows of a compressed matrix (or the rows of its columns) have something in."""
    begins, ends = matrix.indptr[rows], matrix.indptr[rows + 1]
    lengths = ends - begins
    places = np.repeat(begins - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths) + np.arange(lengths.sum())
    return np.asarray(matrix.indices[places], dtype=np.int64)
