"""Queues in the long run: how long those who come wait when so many can be served at the same time.

``M/M/c`` in Kendall's words: arrivals by chance (Poisson), service times exponential, c servers, one queue, first come
first served, nobody gives up. ``M/G/c`` and ``G/G/c`` (other spreads of times) are approximations here: the wait of
M/M/c times (cv_A² + cv_S²) / 2. Their mean waits were 5 % too short to 14 % too long in the cases measured
(docs/methods/queues.md); their shares within a time are less exact the shorter that is.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

Floats: TypeAlias = npt.NDArray[np.float64]
_LOOKED_AT = (64, 1024, 16_384)
"""So many numbers of servers above the load are looked at before a search gives up."""


def erlang_b(offered: npt.ArrayLike, servers: npt.ArrayLike) -> Floats:
    """Return the share of arrivals that find all servers busy when nobody waits.

    Parameters
    ----------
    offered : offered load a = arrivals per time x mean service time, at least 0.
    servers : their number c, whole and at least 0; broadcast with `offered`.

    Notes
    -----
    B_0 = 1, B_k = a B_{k-1} / (k + a B_{k-1}): sums of shares, so nothing overflows.

    Raises
    ------
    ValueError
        A negative load, or servers that are no whole number.

    References
    ----------
    Erlang (1917); the recursion: Jagerman, Bell System Technical Journal 53 (1974) 525-551.
    """
    load, count = np.broadcast_arrays(np.asarray(offered, dtype=float), np.asarray(servers, dtype=float))
    if (load < 0).any() or (count < 0).any() or (count % 1 != 0).any():
        raise ValueError("offered, servers: at least 0, and servers whole")
    blocked = np.ones(load.shape)
    found = np.where(count == 0, blocked, np.nan)
    for number in range(1, int(count.max(initial=0)) + 1):
        blocked = load * blocked / (number + load * blocked)
        found = np.where(count == number, blocked, found)
    return np.asarray(found)


def erlang_c(offered: npt.ArrayLike, servers: npt.ArrayLike) -> Floats:
    """Return the share of arrivals that have to wait; 1 where the load is as large as the number of servers.

    C = B / (1 - ρ (1 - B)), ρ = a / c. Parameters and errors as of `erlang_b`.
    """
    load, count = np.broadcast_arrays(np.asarray(offered, dtype=float), np.asarray(servers, dtype=float))
    blocked = erlang_b(load, count)
    with np.errstate(divide="ignore", invalid="ignore"):
        waiting = blocked / (1 - load / count * (1 - blocked))
    return np.where(load >= count, 1.0, waiting)


@dataclass(frozen=True, slots=True)
class Waits:
    """A queue in the long run. Every number has the shape of what it was made of, times are in its unit of time.

    rate : arrivals per time. mean_service : mean service time. servers : how many are served at once.
    correction : (cv_A² + cv_S²) / 2: 1 for M/M/c, for which all is exact.
    p_wait : share of arrivals that have to wait. Where the load is as large as the number of servers there is no long
        run: ``stable`` is False, p_wait is 1 and waits are infinite.
    """

    rate: Floats
    mean_service: Floats
    servers: Floats
    correction: Floats
    p_wait: Floats

    @property
    def offered(self) -> Floats:
        """Offered load: servers that are busy on average."""
        return self.rate * self.mean_service

    @property
    def busy(self) -> Floats:
        """Share of the servers' time that is taken, ρ; 1 or more where the queue grows without end."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.offered / self.servers)

    @property
    def stable(self) -> npt.NDArray[np.bool_]:
        """Whether there is a long run."""
        return np.asarray(self.offered < self.servers)

    @property
    def p_empty(self) -> Floats:
        """Share of time in which nobody is there (exact for M/M/c only)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            log = np.log(self.p_wait) + np.log1p(-self.busy) + gammaln(self.servers + 1)
            empty = np.exp(log - self.servers * np.log(self.offered))
        return np.where(self.offered == 0, 1.0, np.where(self.stable, empty, 0.0))

    @property
    def mean_wait(self) -> Floats:
        """Mean wait of all who come, those who wait for nothing included: Wq."""
        with np.errstate(divide="ignore", invalid="ignore"):
            wait = self.correction * self.p_wait * self.mean_service / (self.servers - self.offered)
        return np.where(self.stable, wait, np.inf)

    @property
    def mean_time(self) -> Floats:
        """Mean time from coming to leaving: W."""
        return self.mean_wait + self.mean_service

    @property
    def waiting(self) -> Floats:
        """Mean number of those who wait: Lq = rate x Wq (Little)."""
        return np.asarray(self.rate * self.mean_wait)

    @property
    def present(self) -> Floats:
        """Mean number of those who wait or are served: L = rate x W (Little)."""
        return np.asarray(self.rate * self.mean_time)

    def longer_than(self, time: npt.ArrayLike) -> Floats:
        """Return the share of arrivals that wait longer than a time: C exp(-(c - a) t / (S x correction))."""
        with np.errstate(divide="ignore", invalid="ignore"):
            fall = (self.servers - self.offered) * np.asarray(time, dtype=float) / (self.mean_service * self.correction)
        fall = np.where(np.isnan(fall), 0.0, fall)
        return np.where(self.stable, self.p_wait * np.exp(-np.maximum(fall, 0.0)), 1.0)

    def share_within(self, time: npt.ArrayLike) -> Floats:
        """Return the share of arrivals that are served within a time."""
        return np.asarray(1 - self.longer_than(time))


def mmc(rate: npt.ArrayLike, mean_service: npt.ArrayLike, servers: npt.ArrayLike) -> Waits:
    """Return the waits of M/M/c, exactly. Parameters as of `ggc`."""
    return ggc(rate, mean_service, servers, cv2_arrivals=1.0, cv2_service=1.0)


def mgc(rate: npt.ArrayLike, mean_service: npt.ArrayLike, servers: npt.ArrayLike, cv2: npt.ArrayLike) -> Waits:
    """Return the waits of M/G/c by the approximation of Lee and Longton: (1 + cv²) / 2 x those of M/M/c.

    Exact for one server (Pollaczek and Khinchine), as its mean. cv2 : squared coefficient of variation of the service
    times. Other parameters as of `ggc`.
    """
    return ggc(rate, mean_service, servers, cv2_arrivals=1.0, cv2_service=cv2)


def ggc(
    rate: npt.ArrayLike, mean_service: npt.ArrayLike, servers: npt.ArrayLike, *, cv2_arrivals: npt.ArrayLike,
    cv2_service: npt.ArrayLike,
) -> Waits:  # fmt: skip
    """Return the waits of G/G/c by the approximation of Allen and Cunneen.

    Parameters
    ----------
    rate : arrivals per time, at least 0. mean_service : mean service time in the same unit, above 0.
    servers : whole numbers. All are broadcast together.
    cv2_arrivals, cv2_service : squared coefficients of variation of the times between arrivals and of service.

    Raises
    ------
    ValueError
        A negative rate or variation, a service time that is not above 0, servers that are no whole number.

    References
    ----------
    Allen, Probability, Statistics and Queueing Theory (1990), section 5.3; Lee and Longton, Operational Research
    Quarterly 10 (1959) 56-78.
    """
    given = [np.asarray(each, dtype=float) for each in (rate, mean_service, servers, cv2_arrivals, cv2_service)]
    arrivals, service, count, first, second = np.broadcast_arrays(*given)
    if (arrivals < 0).any() or (service <= 0).any() or (first < 0).any() or (second < 0).any():
        raise ValueError("rate, mean_service, cv2: at least 0, and service times above it")
    return Waits(arrivals, service, count, np.asarray((first + second) / 2), erlang_c(arrivals * service, count))


def servers_for_share(
    rate: float, mean_service: float, *, within: float, share: float, correction: float = 1.0
) -> int:  # fmt: skip
    """Return the fewest servers with which a share of those who come is served within a time, in the long run.

    Parameters
    ----------
    within : time, in the unit of `rate` and `mean_service`. share : above 0, below 1.
    correction : (cv_A² + cv_S²) / 2, see `ggc`.

    Raises
    ------
    ValueError
        A share that is not between 0 and 1.
    """
    if not 0 < share < 1:
        raise ValueError("share: above 0 and below 1")
    return _fewest(rate, mean_service, correction, lambda waits: waits.share_within(within) >= share)


def servers_for_mean(rate: float, mean_service: float, *, mean_wait: float, correction: float = 1.0) -> int:
    """Return the fewest servers with which those who come wait no longer than a time on average, in the long run."""
    if not mean_wait >= 0:
        raise ValueError("mean_wait: at least 0")
    return _fewest(rate, mean_service, correction, lambda waits: waits.mean_wait <= mean_wait)


def _fewest(
    rate: float, mean_service: float, correction: float, enough: Callable[[Waits], npt.NDArray[np.bool_]]
) -> int:  # fmt: skip
    """Return the first number of servers above the load that is enough; more never make waits longer."""
    load = rate * mean_service
    for width in _LOOKED_AT:
        count = math.floor(load) + 1 + np.arange(width, dtype=float)
        arrivals, service, spread = (np.full(width, float(each)) for each in (rate, mean_service, correction))
        waits = Waits(arrivals, service, count, spread, erlang_c(load, count))
        met = np.flatnonzero(enough(waits))
        if len(met):
            return int(count[met[0]])
    raise ValueError("no number of servers is enough")
