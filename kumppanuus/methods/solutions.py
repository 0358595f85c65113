"""Solutions of a block of whole numbers, looked for until each number asked about has shown enough different values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import csc_array, csr_array

from kumppanuus.methods.system import Bools, Floats, Numbers, System

SECONDS = 10.0
"""Longest time for one number; what is not proved by then counts as not proved."""
_OPTIMAL, _LIMIT, _UNBOUNDED, _ERROR = 0, 1, 3, 4
_TOSSES, _MANY = 6, 8
"""At most so many programmes in random directions, as long as so many numbers have not shown enough values."""
_NEAR = 2
"""So many relations away numbers may move while all others stay, before the whole block is asked."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Numbers of a block that may move, and the relations they stand in when all others stay as they are known."""

    numbers: Numbers
    rows: csc_array
    below: Floats
    above: Floats


class Search:
    """Looks for solutions of one block until every number asked about has shown enough different values.

    Parameters
    ----------
    block : the numbers and their relations. known : a solution. caps : of each number the largest value that counts
        when it is asked about. enough : so many values.
    """

    def __init__(self, block: System, known: Floats, caps: Floats, enough: int) -> None:
        self.block, self.caps, self.enough, self.programmes = block, caps, enough, 0
        self.seen: list[set[float]] = [{float(value)} for value in known]
        self.known, self.rows, self.columns = known, csr_array(block.rows), block.rows.tocsc()
        self.whole = _Part(np.arange(len(known)), self.columns, block.below, block.above)
        ceiling = 2 * float(np.max(np.where(np.isinf(block.high), 0, block.high), initial=0)) + 100
        self.high = np.where(np.isinf(block.high), np.maximum(ceiling, known + enough), block.high)

    def few(self, asked: Bools) -> Bools:
        """Return which of the numbers asked about have not shown enough values."""
        together = {
            int(number): self.caps[number] for number in np.flatnonzero(asked) if np.isfinite(self.caps[number])
        }
        for direction in (-1.0, 1.0):
            self._solve(self.whole, direction * asked.astype(float), highest=together)
        self._toss(asked, together)
        few = np.zeros(len(asked), dtype=bool)
        for number in np.flatnonzero(asked):
            few[number] = not any(self._enough(int(number), part) for part in self._parts(int(number)))
        return few

    def _toss(self, asked: Bools, together: Mapping[int, float]) -> None:
        """Solve for some numbers high and others low, at random: whole solutions that show many values at once."""
        random = np.random.default_rng(0)
        for _ in range(_TOSSES):
            if sum(self._shown(int(number)) < self.enough for number in np.flatnonzero(asked)) < _MANY:
                break
            self._solve(self.whole, asked * random.choice([-1.0, 0.0, 1.0], len(asked)), highest=together)

    def _parts(self, number: int) -> Iterator[_Part]:
        """Yield where values of a number are looked for: near it, then in the whole block."""
        yield self.whole if self._shown(number) >= self.enough else self._near(number)
        yield self.whole

    def _near(self, number: int) -> _Part:
        """Return the numbers near one: what they show, the whole block shows; what they do not, it still may."""
        numbers = np.array([number])
        for _ in range(_NEAR):
            relations = np.unique(self.columns[:, numbers].indices)
            numbers = np.unique(self.rows[relations].indices)
        relations = np.unique(self.columns[:, numbers].indices)
        rows = self.rows[relations]
        inside = rows[:, numbers]
        stay = rows @ self.known - inside @ self.known[numbers]
        return _Part(numbers, inside.tocsc(), self.block.below[relations] - stay, self.block.above[relations] - stay)

    def _enough(self, number: int, part: _Part) -> bool:
        cost, own = np.zeros(len(self.high)), {number: self.caps[number]}
        for direction in (-1.0, 1.0):
            if self._shown(number) >= self.enough:
                return True
            cost[number] = direction
            self._solve(part, cost, highest=own)
        for value in _between([each for each in self.seen[number] if each <= self.caps[number]]):
            if self._shown(number) >= self.enough:
                break
            self._solve(part, np.zeros(len(self.high)), lowest={number: value}, highest={number: value})
        return self._shown(number) >= self.enough

    def _shown(self, number: int) -> int:
        """Return how many values that count a number has shown."""
        return sum(value <= self.caps[number] for value in self.seen[number])

    def _solve(
        self,
        part: _Part,
        cost: Floats,
        *,
        lowest: Mapping[int, float] | None = None,
        highest: Mapping[int, float] | None = None,
    ) -> None:
        low, high = self.block.low.copy(), self.high.copy()
        for number, value in (lowest or {}).items():
            low[number] = max(low[number], value)
        for number, value in (highest or {}).items():
            high[number] = min(high[number], value)
        self.programmes += 1
        inside = part.numbers
        found = self._programme(part, cost[inside], low[inside], high[inside], presolve=True)
        if found.status == _ERROR:
            found = self._programme(part, cost[inside], low[inside], high[inside], presolve=False)
        if found.status in (_OPTIMAL, _LIMIT) and found.x is not None:
            for place, value in zip(inside, np.round(found.x), strict=True):
                self.seen[place].add(float(value))

    @staticmethod
    def _programme(part: _Part, cost: Floats, low: Floats, high: Floats, *, presolve: bool) -> OptimizeResult:
        return milp(
            cost, integrality=np.ones(len(low)), bounds=Bounds(low, high),
            constraints=LinearConstraint(part.rows, part.below, part.above),
            options={"time_limit": SECONDS, "presolve": presolve},
        )  # fmt: skip


def extremes(block: System, number: int) -> tuple[float, float]:
    """Return the least and the most of one number when fractions are allowed; infinite where it has no end.

    What the solver does not prove comes out the wrong way round, least above most: nothing is known to be possible.
    """
    found = []
    for direction in (1.0, -1.0):
        solved = _fractions(block, number, direction, presolve=True)
        if solved.status == _ERROR:  # may be without end
            solved = _fractions(block, number, direction, presolve=False)
        endless = -direction * np.inf if solved.status == _UNBOUNDED else direction * np.inf
        found.append(float(solved.x[number]) if solved.status == _OPTIMAL else endless)
    return found[0], found[1]


def _fractions(block: System, number: int, direction: float, *, presolve: bool) -> OptimizeResult:
    cost = np.zeros(len(block.low))
    cost[number] = direction
    return milp(
        cost, bounds=Bounds(block.low, block.high),
        constraints=LinearConstraint(block.rows.tocsc(), block.below, block.above),
        options={"time_limit": SECONDS, "presolve": presolve},
    )  # fmt: skip


def _between(seen: Sequence[float]) -> list[float]:
    """Return up to ten whole numbers between the least and the most seen."""
    inner = np.arange(min(seen) + 1, max(seen))[:10]
    return [float(value) for value in inner if value not in seen]
