"""Moving between states with returns: Aalen–Johansen from counts, with late entry and censoring.

Somebody is in one state at a time, may come back to it, and may come under observation late in whatever state he is
in then. The increments dA_hj = d_hj / n_h (moves from h to j over those in h just before) of all times with a move give

    P(s, t) = Π (I + dA(u)), s < u ≤ t

and from it the share in every state, the expected time in each, and their errors. It is assumed that what comes next
depends on the state and the time alone, not on how long one has been there or what came before (Markov); shares in
states hold without it, transition probabilities do not. `landmark` makes no such assumption and is the check.

References
----------
Aalen & Johansen, Scand. J. Statist. 5 (1978) 141–150; variance: Andersen et al., Statistical Models Based on Counting
Processes (1993), ch. IV.4; without Markov: Datta & Satten, Stat. Probab. Lett. 55 (2001) 403–411; landmark: Putter &
Spitoni, Stat. Methods Med. Res. 27 (2018) 2081–2092.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumppanuus.methods.causes import labelled
from kumppanuus.methods.intervals import Floats, normal_quantile


@dataclass(frozen=True, slots=True)
class StateCounts:
    """What happens at each time, by state.

    states : their names. times : ascending, in any unit; shape (times,).
    at_risk : in a state just before each time, under observation; shape (states, times).
    moves : from the first state to the second at each time; shape (states, states, times), 0 on the diagonal.
    """

    states: tuple[str, ...]
    times: Floats
    at_risk: Floats
    moves: Floats

    def __add__(self, other: StateCounts) -> StateCounts:
        """Return the counts of both, which have the same states and times."""
        if self.states != other.states or not np.array_equal(self.times, other.times):
            raise ValueError("counts on other states or other times cannot be added")
        return StateCounts(self.states, self.times, self.at_risk + other.at_risk, self.moves + other.moves)

    @property
    def increments(self) -> Floats:
        """The increments dA at each time, rows adding up to 0; shape (times, states, states)."""
        risk = self.at_risk[:, None, :]
        share = np.divide(self.moves, risk, out=np.zeros_like(self.moves), where=risk > 0).transpose(2, 0, 1).copy()
        place = np.arange(len(self.states))
        share[:, place, place] = -share.sum(axis=2)
        return share

    def rates(self) -> Floats:
        """Return moves per unit of time at risk, over all times; shape (states, states). NaN where nobody was.

        Time at risk is taken from the grid: those at risk at a time were so since the time before. That is exact when
        the grid has every time at which anybody comes or goes, as the one that `state_counts` makes by itself.
        """
        length = np.diff(self.times, prepend=0.0)
        exposure = (self.at_risk * length).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.moves.sum(axis=2) / exposure[:, None])


@dataclass(frozen=True, slots=True)
class Occupation:
    """Shares in every state over time, of those who are in the states `start` at time `since`.

    times : since, then every time with a move; shape (times,).
    share : shape (states, times); adds up to 1. start : at `since`; shape (states,).
    covariance : of the shares at each time, as if all moves of a time were multinomial draws from those at risk, the
        start known; shape (times, states, states).
    """

    states: tuple[str, ...]
    since: float
    start: Floats
    times: Floats
    share: Floats
    covariance: Floats
    confidence: float = 0.95

    def at(self, time: float) -> Floats:
        """Return the shares at a time; shape (states,). NaN before `since`."""
        place = int(np.searchsorted(self.times, time, side="right")) - 1
        return self.share[:, place] if place >= 0 else np.full(len(self.states), np.nan)

    def error(self, time: float) -> Floats:
        """Return the standard errors of the shares at a time; shape (states,)."""
        place = int(np.searchsorted(self.times, time, side="right")) - 1
        variance = np.diagonal(self.covariance[place]) if place >= 0 else np.full(len(self.states), np.nan)
        return np.asarray(np.sqrt(np.maximum(variance, 0.0)), dtype=np.float64)

    def limits(self, time: float) -> tuple[Floats, Floats]:
        """Return the limits of the shares at a time, on the log(−log) scale of 1 − share; shape (states,) each."""
        return share_limits(self.at(time), self.error(time), self.confidence)

    def time_in_states(self, until: float) -> Floats:
        """Return the expected time in each state from `since` to `until`; shape (states,). Adds up to its length.

        Nothing is known after the last time at risk; the shares stay where they are.
        """
        inside = self.times < until
        edges = np.append(self.times[inside], until)
        return np.asarray((self.share[:, inside] * np.diff(edges)).sum(axis=1))


def state_counts(
    entry: npt.ArrayLike,
    duration: npt.ArrayLike,
    state: npt.ArrayLike,
    to: npt.ArrayLike,
    n: npt.ArrayLike | None = None,
    *,
    states: Sequence[str] = (),
    censored: object = None,
    times: npt.ArrayLike | None = None,
) -> StateCounts:
    """Count who is at risk and who moves, from one row a stay in a state.

    Parameters
    ----------
    entry, duration : the stay is under observation on (entry, duration], since the origin of time. Any unit.
    state : where. to : where to at `duration`; missing, ``""`` or `censored` = observation ends.
    n : how many a row stands for; None = one each.
    states : their names, in order; empty = those that occur, sorted.
    times : grid; None = every time at which a stay begins or ends.

    Raises
    ------
    ValueError
        When a stay has no length, a state is unknown, leads to itself, or a move falls between the times of the grid.
    """
    begins, leaves = np.asarray(entry, dtype=np.float64), np.asarray(duration, dtype=np.float64)
    if np.any(~(leaves > begins)) or np.any(begins < 0):
        raise ValueError("duration: must come after entry, both from 0 up")
    names = tuple(states) or _names(state, to, censored)
    here, target = labelled(state, names)[0], labelled(to, names, censored)[0]
    if np.any(here < 0) or np.any(here == target):
        raise ValueError("state: known, and another one than it leads to")
    number = np.ones(len(leaves)) if n is None else np.asarray(n, dtype=np.float64)
    grid = np.unique(np.append(begins, leaves)) if times is None else np.asarray(times, dtype=np.float64)
    return StateCounts(
        names, grid, _at_risk(begins, leaves, here, number, grid, len(names)),
        _moves(leaves, here, target, number, grid, len(names)),
    )  # fmt: skip


def occupation(
    counts: StateCounts,
    start: npt.ArrayLike,
    *,
    since: float = 0.0,
    until: float = np.inf,
    confidence: float = 0.95,
) -> Occupation:
    """Return the shares in every state over time of those who are in the states `start` at time `since`.

    Parameters
    ----------
    start : shares at `since`, adding up to 1; taken as known. One state 1, the others 0: its row of P(s, t).

    Notes
    -----
    Covariance of the shares p: V ← (I + dA)' V (I + dA) + Σ_h p_h² C_h, C_h the multinomial covariance of the moves out
    of h, (diag(a) − a a') / n_h with a the shares that go where, staying included. Exact for this estimate
    as in R's etm and mstate (``greenwood``).
    """
    first = np.asarray(start, dtype=np.float64)
    if first.shape != (len(counts.states),) or abs(first.sum() - 1.0) > 1e-9:
        raise ValueError("start: one share a state, adding up to 1")
    moving = _moving(counts, since, until)
    steps = np.eye(len(first)) + counts.increments[moving]
    risk = counts.at_risk[:, moving].T
    share, spread = [first], [np.zeros((len(first), len(first)))]
    for step, at_risk in zip(steps, risk, strict=True):
        spread.append(step.T @ spread[-1] @ step + _drawn(step, at_risk, share[-1]))
        share.append(share[-1] @ step)
    times = np.append(since, counts.times[moving])
    return Occupation(
        counts.states, since, first, times, np.array(share).T, np.array(spread), confidence
    )  # fmt: skip


def transition_probabilities(counts: StateCounts, *, since: float = 0.0, until: float) -> Floats:
    """Return P(since, until): rows = from, columns = to, each row adding up to 1."""
    inside = _moving(counts, since, until)
    found = np.eye(len(counts.states))
    for step in counts.increments[inside]:
        found = found + found @ step
    return np.asarray(found)


def landmark(
    entry: npt.ArrayLike, duration: npt.ArrayLike, state: npt.ArrayLike, to: npt.ArrayLike, person: npt.ArrayLike,
    *, since: float, of: str, states: Sequence[str] = (), censored: object = None,
) -> StateCounts:  # fmt: skip
    """Return the counts of those who are under observation in state `of` at time `since`, from then on.

    The shares in states that follow from these counts are a row of P(since, t) without the Markov assumption. Where
    they differ much from the row of `transition_probabilities`, the past matters beyond the state.

    Parameters
    ----------
    person : who a row belongs to. Others : `state_counts`.
    """
    begins, leaves = np.asarray(entry, dtype=np.float64), np.asarray(duration, dtype=np.float64)
    names = tuple(states) or _names(state, to, censored)
    here, who = labelled(state, names)[0], pd.factorize(np.asarray(person))[0]
    chosen = np.unique(who[(here == names.index(of)) & (begins <= since) & (leaves > since)])
    kept = np.isin(who, chosen) & (leaves > since)
    rows = (np.asarray(each, dtype=object)[kept] for each in (state, to))
    return state_counts(np.maximum(begins[kept], since), leaves[kept], *rows, states=names, censored=censored)


def share_limits(share: Floats, error: Floats, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Return limits of shares that stay between 0 and 1: log(−log) of 1 − share.

    Where a share is 0 or 1 and its error is 0 both limits are the share itself.
    """
    rest = 1.0 - np.clip(share, 0.0, 1.0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        half = normal_quantile(confidence) * error / (rest * np.abs(np.log(rest)))
        lower, upper = 1.0 - rest ** np.exp(-half), 1.0 - rest ** np.exp(half)
    fixed = (error == 0.0) | (rest <= 0.0)
    return np.where(fixed, share, lower), np.where(fixed, share, upper)


def _moving(counts: StateCounts, since: float, until: float) -> npt.NDArray[np.bool_]:
    inside = (counts.times > since) & (counts.times <= until)
    return np.asarray(inside & (counts.moves.sum(axis=(0, 1)) > 0))


def _names(state: npt.ArrayLike, to: npt.ArrayLike, censored: object) -> tuple[str, ...]:
    both = np.concatenate([np.asarray(state, dtype=object), np.asarray(to, dtype=object)])
    return labelled(both, (), censored)[1]


def _at_risk(
    begins: Floats, leaves: Floats, here: npt.NDArray[np.int64], n: Floats, grid: Floats, states: int
) -> Floats:  # fmt: skip
    """Return how many stays cover each time: entry < time ≤ exit."""
    size = len(grid) + 1
    first, after = np.searchsorted(grid, begins, side="right"), np.searchsorted(grid, leaves, side="right")
    change = np.bincount(here * size + first, weights=n, minlength=states * size)
    change = change - np.bincount(here * size + after, weights=n, minlength=states * size)
    return np.asarray(np.cumsum(change.reshape(states, size), axis=1)[:, :-1], dtype=np.float64)


def _moves(
    leaves: Floats, here: npt.NDArray[np.int64], target: npt.NDArray[np.int64], n: Floats, grid: Floats, states: int
) -> Floats:  # fmt: skip
    moved = target >= 0
    place = np.searchsorted(grid, leaves[moved])
    if np.any(place >= len(grid)) or np.any(grid[np.minimum(place, len(grid) - 1)] != leaves[moved]):
        raise ValueError("times: every move must be at a time of the grid")
    flat = (here[moved] * states + target[moved]) * len(grid) + place
    counted = np.bincount(flat, weights=n[moved], minlength=states**2 * len(grid)).astype(np.float64)
    return counted.reshape(states, states, len(grid))


def _drawn(step: Floats, at_risk: Floats, share: Floats) -> Floats:
    """Return the covariance that the moves of one time add, given the shares before it."""
    scale = np.divide(share**2, at_risk, out=np.zeros_like(share), where=at_risk > 0)
    return np.asarray(np.diag(scale @ step) - (step * scale[:, None]).T @ step)
