"""How long relationships of the synthetic town last: distributions whose truth can be written down."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Duration:
    """Distribution of a relationship's length T in days; the register shows whole days, ``ceil(T)``.

    Because whole days are rounded up, the share lasting more than d whole days is exactly ``P(T > d)``.

    Parameters
    ----------
    shape : 1 for an exponential; the Weibull exponent; the standard deviation of log T for a lognormal.
    """

    kind: Literal["exponential", "weibull", "lognormal"]
    median_days: int
    shape: float = 1.0

    @property
    def scale(self) -> float:
        """Scale of the exponential or Weibull, exp(mean of log T) of the lognormal; in days."""
        if self.kind == "lognormal":
            return float(self.median_days)
        return float(self.median_days / math.log(2) ** (1 / self.shape))

    def share_longer(self, days: int) -> float:
        """Return the true share (0–1) of relationships that last more than `days` days."""
        if days <= 0:
            return 1.0
        if self.kind == "lognormal":
            return 1.0 - NormalDist().cdf(math.log(days / self.median_days) / self.shape)
        return math.exp(-((days / self.scale) ** self.shape))

    def draw(self, size: int, rng: np.random.Generator) -> Days:
        """Draw `size` lengths in whole days, at least 1."""
        if self.kind == "lognormal":
            length = self.scale * np.exp(self.shape * rng.standard_normal(size))
        else:
            length = self.scale * rng.standard_exponential(size) ** (1 / self.shape)
        return np.maximum(np.ceil(length), 1).astype(np.int64)
