"""What a change of a product is made of: each factor alone, and what only their changing together brings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decomposition:
    """before, after : the products. effects : of each factor in order. interaction : the rest; all in one unit."""

    before: float
    after: float
    effects: tuple[float, ...]
    interaction: float

    @property
    def change(self) -> float:
        """After minus before: the effects and the interaction together."""
        return self.after - self.before


def one_at_a_time(before: Sequence[float], after: Sequence[float]) -> Decomposition:
    """Return how much of the change of a product each factor makes when it alone changes.

    effect i = (after i / before i − 1) × product before; interaction = change − sum of the effects.

    Parameters
    ----------
    before, after : the factors, in the same order; those of before are not 0.

    Raises
    ------
    ValueError
        The factors are not as many, or one of before is 0 or no number.

    References
    ----------
    Kitagawa (1955), Components of a difference between two rates, J. Amer. Statist. Assoc. 50; the three-fold form
    (base weights, interaction shown) as in Winsborough & Dickinson (1971).
    """
    if len(before) != len(after) or not all(math.isfinite(each) and each for each in before):
        raise ValueError("as many factors after as before, none of them 0 before")
    start, end = math.prod(before), math.prod(after)
    effects = tuple((new / old - 1) * start for old, new in zip(before, after, strict=True))
    return Decomposition(start, end, effects, end - start - sum(effects))
