"""An order of things in which those that go together stand beside each other: for the rows of a heatmap."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

Floats: TypeAlias = npt.NDArray[np.float64]


def seriated(likeness: Floats) -> list[int]:
    """Return the places of things in an order in which neighbours are as like as can be.

    Average linkage on 1 − likeness, then the order of the leaves, among those the tree allows, in which the distances
    of neighbours add up to the least. Of the two directions the one whose first end has the smaller place.

    Parameters
    ----------
    likeness : (things, things), symmetric, at most 1, such as phi of two services. NaN, and the diagonal, do not
        matter: what is not known counts as unlike (0).

    References
    ----------
    Bar-Joseph, Gifford & Jaakkola (2001), Fast optimal leaf ordering, Bioinformatics 17: S22-S29.
    """
    known = np.nan_to_num(np.asarray(likeness, dtype=float), nan=0.0)
    if len(known) < 3:
        return list(range(len(known)))
    apart = 1.0 - (known + known.T) / 2
    np.fill_diagonal(apart, 0.0)
    order = [int(place) for place in leaves_list(linkage(squareform(apart), "average", optimal_ordering=True))]
    return order if order[0] < order[-1] else order[::-1]
