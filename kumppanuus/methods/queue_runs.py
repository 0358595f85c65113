"""Queues simulated: one line, first come first served, as many servers as there are, who may change with time.

Formulas of the long run (`methods.queues`) know neither today's queue nor what changes next month; a run does. The
recursion takes the server who is free first from a heap, so a customer costs a logarithm of the servers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heapreplace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from kumppanuus.methods.limits import mean_limits

Floats: TypeAlias = npt.NDArray[np.float64]
LEAST_RUNS = 20


@dataclass(frozen=True, slots=True)
class Run:
    """What became of those who came, in the order in which they came. Times are in one unit.

    arrived, begun, left : when each came, was taken in and was ready; inf where no server is left.
    """

    arrived: Floats
    begun: Floats
    left: Floats

    @property
    def waits(self) -> Floats:
        """How long each waited."""
        return np.asarray(self.begun - self.arrived)

    def share_within(self, time: float, since: float = -math.inf, until: float = math.inf) -> float:
        """Return the share served within a time of those who came in [since, until); NaN when nobody came."""
        chosen = self.waits[(self.arrived >= since) & (self.arrived < until)]
        return float((chosen <= time).mean()) if len(chosen) else math.nan

    def waiting_at(self, time: npt.ArrayLike) -> Floats:
        """Return how many wait at a time (those who come at that moment included, those taken in then not)."""
        moments = np.asarray(time, dtype=float)
        came = np.searchsorted(self.arrived, moments, side="right")
        return np.asarray(came - np.searchsorted(np.sort(self.begun), moments, side="right"), dtype=float)


def simulate(
    arrivals: npt.ArrayLike, services: npt.ArrayLike, servers: int, *, busy_until: npt.ArrayLike = (),
    changes: Sequence[tuple[float, int]] = (),
) -> Run:  # fmt: skip
    """Run a queue through.

    Parameters
    ----------
    arrivals : when each comes, not decreasing; before 0 = waits already when the run begins at 0.
    services : how long each is served.
    servers : at 0. busy_until : when those who are being served at 0 are ready; more of them than servers means that as
        many places close when they are empty.
    changes : (time, servers more or, below 0, fewer from then on). Nobody is sent away: a place that closes does so
        when it is empty.

    Raises
    ------
    ValueError
        Arrivals that decrease, or not as many services.
    """
    came, lasts = np.asarray(arrivals, dtype=float), np.asarray(services, dtype=float)
    if len(came) != len(lasts) or (np.diff(came) < 0).any() or (lasts < 0).any() or servers < 0:
        raise ValueError("arrivals, services: as many, in order of time, not below 0")
    taken = [float(each) for each in np.asarray(busy_until, dtype=float)]
    free = taken + [0.0] * max(servers - len(taken), 0)
    free += [time for time, more in changes for _ in range(more)]
    closing = sorted([0.0] * max(len(taken) - servers, 0) + [time for time, more in changes for _ in range(-more)])
    heapify(free)
    begun = np.array(_begun(came.tolist(), lasts.tolist(), free, closing), dtype=float)
    return Run(came, begun, begun + lasts)


def _begun(arrivals: list[float], services: list[float], free: list[float], closing: list[float]) -> list[float]:
    """Return when each is taken in. free : heap of the times at which servers are free. closing : times, in order.

    A loop, because each start hangs on those before it.
    """
    begun, closed = [], 0
    for arrival, service in zip(arrivals, services, strict=True):
        while closed < len(closing) and free and closing[closed] <= max(arrival, free[0]):
            heappop(free)
            closed += 1
        if not free:
            begun.append(math.inf)
            continue
        start = max(arrival, free[0])
        heapreplace(free, start + service)
        begun.append(start)
    return begun


def arrival_times(rates: npt.ArrayLike, rng: np.random.Generator) -> Floats:
    """Return times of arrivals by chance (Poisson), in order.

    Parameters
    ----------
    rates : arrivals expected in each period of length 1, the first from 0 on (months: the year's rhythm stays in it).
    """
    expected = np.asarray(rates, dtype=float)
    number = rng.poisson(expected)
    return np.sort(np.repeat(np.arange(len(expected), dtype=float), number) + rng.uniform(size=int(number.sum())))


@dataclass(frozen=True, slots=True)
class Replicated:
    """Means over runs that differ in their seed alone, with Student's limits.

    value, lower, upper : of each number that a run gives. values : shape (runs, numbers).
    """

    value: Floats
    lower: Floats
    upper: Floats
    values: Floats


def replicated(
    one: Callable[[np.random.Generator], npt.ArrayLike], seeds: Sequence[int], confidence: float = 0.95
) -> Replicated:  # fmt: skip
    """Return what runs give on average.

    Parameters
    ----------
    one : makes one run with its own generator and returns a number or several.
    seeds : one a run, all different, at least 20. The same seeds for two plans compare them under the same chance.

    Raises
    ------
    ValueError
        Fewer than 20 seeds, or one twice: the limits would promise too much.
    """
    if len(set(seeds)) < LEAST_RUNS or len(set(seeds)) != len(seeds):
        raise ValueError(f"seeds: at least {LEAST_RUNS}, all different")
    values = np.array([np.atleast_1d(one(np.random.default_rng(seed))) for seed in seeds], dtype=float)
    limits = np.array([mean_limits(column, confidence) for column in values.T])
    return Replicated(values.mean(axis=0), limits[:, 0], limits[:, 1], values)
