"""What a published count stands for."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]

BASE = 6
_MIDDLE = 3


def ends_of_class(published: Floats) -> tuple[Floats, Floats]:
    """Return the least and the most that each published count may stand for (R1: 9 is 7–12).

    A count that is no middle of a class of six is exact (0, public numbers, the internal face) and stands for itself.
    """
    count = np.asarray(published, dtype=float)
    rounded = count % BASE == _MIDDLE
    return np.where(rounded, count - _MIDDLE + 1, count), np.where(rounded, count + BASE - _MIDDLE, count)
