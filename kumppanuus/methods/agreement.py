"""How alike two divisions of the same things are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kumppanuus.methods.intervals import Floats

Places = npt.NDArray[np.int64]


def adjusted_rand(first: Places, second: Places, n: Floats | None = None) -> float:
    """Return the adjusted Rand index of two divisions: 1 = the same, about 0 = as alike as by chance.

    Parameters
    ----------
    first, second : the group of each thing, from 0. n : how often each thing occurs; None = once.

    References
    ----------
    Hubert & Arabie, J. Classif. 2 (1985) 193–218.
    """
    number = np.ones(len(first)) if n is None else n
    table = np.zeros((int(first.max()) + 1, int(second.max()) + 1))
    np.add.at(table, (first, second), number)
    pairs, rows, columns = (_pairs(each) for each in (table, table.sum(axis=1), table.sum(axis=0)))
    chance = rows * columns / max(_pairs(number.sum(keepdims=True)), 1.0)
    most = (rows + columns) / 2
    return 1.0 if most == chance else float((pairs - chance) / (most - chance))


def _pairs(sizes: Floats) -> float:
    return float((sizes * (sizes - 1) / 2).sum())
