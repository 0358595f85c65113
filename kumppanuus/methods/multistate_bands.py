"""Errors of shares in states that keep families whole: a bootstrap over groups of families on coarse periods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kumppanuus.methods.causes import days_left, labelled
from kumppanuus.methods.intervals import Floats

_HALVINGS = 3
"""A period is walked through in 2 ** 3 equal steps."""


@dataclass(frozen=True, slots=True)
class StatePeriods:
    """Time at risk and moves by group of families and period.

    edges : whole days; period p is (edges[p], edges[p + 1]]; shape (periods + 1,).
    start : how many of a group begin in each state; shape (groups, states).
    exposure : days at risk in a state; shape (groups, states, periods).
    moves : shape (groups, states, states, periods).
    """

    states: tuple[str, ...]
    edges: npt.NDArray[np.int64]
    start: Floats
    exposure: Floats
    moves: Floats


def state_periods(
    entry: npt.ArrayLike, duration: npt.ArrayLike, state: npt.ArrayLike, to: npt.ArrayLike,
    n: npt.ArrayLike | None = None, *, edges: Sequence[int], group: npt.ArrayLike, groups: int, states: Sequence[str],
    censored: object = None, first: npt.ArrayLike | None = None,
) -> StatePeriods:  # fmt: skip
    """Count time at risk, moves and beginnings by group and period, from one row a stay in a state.

    Parameters
    ----------
    edges : whole days, ascending; what happens after the last is left out.
    group : 0 … groups − 1, a family always in the same one.
    first : whether a stay is somebody's first; None = every stay that begins on the first edge.
    Others : `multistate.state_counts`.
    """
    begins, leaves = np.asarray(entry, dtype=np.int64), np.asarray(duration, dtype=np.int64)
    here, target = labelled(state, states)[0], labelled(to, states, censored)[0]
    number = np.ones(len(leaves)) if n is None else np.asarray(n, dtype=np.float64)
    of_group, marks, size = np.asarray(group, dtype=np.int64), np.asarray(edges, dtype=np.int64), len(states)
    cell = of_group * size + here
    came, left = (days_left(each, number, marks, cell, groups * size) for each in (begins, leaves))
    period = np.searchsorted(marks, leaves) - 1
    moved = (target >= 0) & (period >= 0) & (period < len(marks) - 1)
    moves = np.zeros((groups, size, size, len(marks) - 1))
    np.add.at(moves, (of_group[moved], here[moved], target[moved], period[moved]), number[moved])
    starting = begins == marks[0] if first is None else np.asarray(first, dtype=bool)
    start = np.bincount(cell[starting], weights=number[starting], minlength=groups * size).astype(np.float64)
    at_risk = (came - left).reshape(groups, size, -1)
    return StatePeriods(tuple(states), marks, start.reshape(groups, size), at_risk, moves)


def resampled_occupation(counts: StatePeriods, weights: Floats, start: npt.ArrayLike | None = None) -> Floats:
    """Return the shares in states at every edge in each bootstrap sample; shape (replicates, states, edges).

    Within a period every move has a constant rate. A sample in which nobody is at risk in a state leaves those there
    where they are.

    Parameters
    ----------
    weights : (replicates, groups), see `intervals.family_weights`.
    start : shares at the first edge, the same in every sample; None = those of the sample's own beginnings.
    """
    groups = len(counts.start)
    exposure, moves = (
        (weights @ each.reshape(groups, -1)).reshape(len(weights), *each.shape[1:])
        for each in (counts.exposure, counts.moves)
    )
    risk = exposure[:, :, None, :]
    rates = np.divide(moves, risk, out=np.zeros_like(moves), where=risk > 0) * np.diff(counts.edges)
    steps = _walked(rates.transpose(0, 3, 1, 2))
    shares = [_beginnings(counts, weights) if start is None else np.tile(start, (len(weights), 1))]
    for period in range(steps.shape[1]):
        shares.append(np.einsum("bh,bhj->bj", shares[-1], steps[:, period]))
    return np.stack(shares, axis=2)


def resampled_time(counts: StatePeriods, shares: Floats) -> Floats:
    """Return the time in states from the first to the last edge in each sample, by trapezoids; (replicates, states)."""
    middle = (shares[:, :, 1:] + shares[:, :, :-1]) / 2
    return np.asarray((middle * np.diff(counts.edges)).sum(axis=2))


def _beginnings(counts: StatePeriods, weights: Floats) -> Floats:
    begun = weights @ counts.start
    whole = begun.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(begun, whole, out=np.full_like(begun, np.nan), where=whole > 0))


def _walked(rates: Floats) -> Floats:
    """Return the moves of whole periods from rates times length, in small equal steps: near their exponential."""
    small = rates / 2**_HALVINGS
    place = np.arange(rates.shape[-1])
    small[..., place, place] = 1.0 - small.sum(axis=-1)
    for _ in range(_HALVINGS):
        small = small @ small
    return np.asarray(small)
