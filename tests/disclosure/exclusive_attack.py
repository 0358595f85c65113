"""An observer of a table in which everybody is in one row: what he can place each hidden number between."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

Span = tuple[float, float]


def span(number: float) -> Span:
    """What a published class of six tells."""
    return (0.0, 0.0) if number == 0 else (np.ceil(number / 6) * 6 - 5, np.ceil(number / 6) * 6)


def bounds(own: Sequence[Span], sums: Sequence[tuple[Sequence[int], Span]], members: Sequence[int]) -> Span:
    """Return the least and the most some numbers can be together.

    Parameters
    ----------
    own : between what each lies by itself. sums : which numbers add up to something, and what is known of it.
    """
    rows = np.zeros((len(sums), len(own)))
    for row, (added, _) in enumerate(sums):
        rows[row, list(added)] = 1
    known = LinearConstraint(rows, [low for _, (low, _) in sums], [high for _, (_, high) in sums])
    low, high = np.array(own, dtype=float).T
    found = []
    for sign in (1, -1):
        aim = np.zeros(len(own))
        aim[list(members)] = sign
        done = milp(aim, constraints=known, bounds=Bounds(low, np.minimum(high, 1e6)), integrality=np.ones(len(own)))
        assert done.status == 0
        found.append(float(round(sign * done.fun)))
    return found[0], found[1]
