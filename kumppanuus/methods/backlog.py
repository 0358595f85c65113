"""Backlogs: how long a queue may be for a wait to be kept, what brings it there, and in what time.

A queue is in balance when as many leave it as come. Then Little's law holds: waiting = demand x mean wait. Waits near
balance are close to exponential, so a mean wait of w / f keeps a share 1 - exp(-f) of them within w: f = 4 keeps 98 %.
All numbers are per one unit of time (week, month); frames and arrays are broadcast.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
FACTOR = 4.0
"""Mean waits in a target wait: 98 % of waits are then within it."""


def factor_of(share: float) -> float:
    """Return how many mean waits a target wait has to hold for a share of waits to be within it: -ln(1 - share).

    Raises
    ------
    ValueError
        A share that is not between 0 and 1.
    """
    if not 0 < share < 1:
        raise ValueError("share: above 0 and below 1")
    return -math.log1p(-share)


def target_queue(demand: npt.ArrayLike, target_wait: npt.ArrayLike, factor: float = FACTOR) -> Floats:
    """Return how many may wait: demand x target wait / factor.

    Parameters
    ----------
    demand : those who come, per time. target_wait : wait that nearly all should be within, in that time.
    factor : mean waits in a target wait, see `factor_of`.

    References
    ----------
    Fong, Mushtaq, House, Gordon, Chen, Griffiths, Ahmad and Walton, Understanding waiting list pressures, medRxiv
    2022.08.23.22279117; the R package NHSRwaitinglist.
    """
    return np.asarray(np.asarray(demand, dtype=float) * np.asarray(target_wait, dtype=float) / factor)


def relief_capacity(
    demand: npt.ArrayLike, queue: npt.ArrayLike, target: npt.ArrayLike, time: npt.ArrayLike
) -> Floats:  # fmt: skip
    """Return how many have to leave the queue per time for it to fall to a target in a time.

    demand + (queue - target) / time: what comes, and a part of what is too much. Below the target it is below demand.

    Raises
    ------
    ValueError
        A time that is not above 0.
    """
    span = np.asarray(time, dtype=float)
    if (span <= 0).any():
        raise ValueError("time: above 0")
    gap = np.asarray(queue, dtype=float) - np.asarray(target, dtype=float)
    return np.asarray(np.asarray(demand, dtype=float) + gap / span)


def time_to_clear(
    demand: npt.ArrayLike, queue: npt.ArrayLike, target: npt.ArrayLike, capacity: npt.ArrayLike
) -> Floats:  # fmt: skip
    """Return in what time a queue falls to its target when so many leave it per time; infinite where it never does."""
    gap = np.asarray(queue, dtype=float) - np.asarray(target, dtype=float)
    spare = np.asarray(capacity, dtype=float) - np.asarray(demand, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(gap <= 0, 0.0, np.where(spare > 0, gap / spare, np.inf))


def target_capacity(
    demand: npt.ArrayLike, target_wait: npt.ArrayLike, factor: float = FACTOR, *, cv_demand: float = 1.0,
    cv_capacity: float = 1.0,
) -> Floats:  # fmt: skip
    """Return the capacity that keeps a queue at its target: demand + (cv_D² + cv_C²) / 2 x factor / target wait.

    cv_demand, cv_capacity : coefficients of variation of what comes and of what leaves; 1 = by chance alone.
    """
    spread = (cv_demand**2 + cv_capacity**2) / 2
    return np.asarray(np.asarray(demand, dtype=float) + spread * factor / np.asarray(target_wait, dtype=float))


def load(demand: npt.ArrayLike, capacity: npt.ArrayLike) -> Floats:
    """Return demand / capacity: above 1 the queue grows."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.asarray(demand, dtype=float) / np.asarray(capacity, dtype=float))


def pressure(mean_wait: npt.ArrayLike, target_wait: npt.ArrayLike, parts: float = 2.0) -> Floats:
    """Return parts x mean wait / target wait: above 1 the waits are longer than the target lets them be.

    parts : how many mean waits the target should hold; 2 as in NHSRwaitinglist, where it makes lists comparable.
    """
    return np.asarray(parts * np.asarray(mean_wait, dtype=float) / np.asarray(target_wait, dtype=float))
