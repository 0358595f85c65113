"""Linear relations between whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class System:
    """Whole numbers x with ``low <= x <= high`` and ``below <= rows @ x <= above``.

    low, high : shape (numbers,); `high` may be infinite.
    rows : sparse, shape (relations, numbers). below, above : shape (relations,), may be infinite.
    """

    low: Floats
    high: Floats
    rows: csr_array
    below: Floats
    above: Floats

    def part(self, numbers: Numbers, relations: Numbers) -> System:
        """Return the system of some numbers and relations only."""
        rows = csr_array(self.rows[relations][:, numbers])
        return System(self.low[numbers], self.high[numbers], rows, self.below[relations], self.above[relations])


@dataclass(frozen=True, slots=True)
class Relation:
    """Many relations of one kind between numbers: ``below <= sum(factor x number) <= above`` for each.

    numbers, factors, relation : one entry a term: which number, its factor, which of the relations (0 … n - 1).
    below, above : the same for all of them.
    """

    numbers: Numbers
    factors: Floats
    relation: Numbers
    below: float
    above: float

    @classmethod
    def of_rows(cls, numbers: Numbers, factors: Floats, below: float, above: float) -> Relation:
        """Return one relation a row; `numbers` and `factors` of shape (relations, terms)."""
        relation = np.repeat(np.arange(len(numbers)), numbers.shape[1])
        return cls(numbers.ravel(), factors.ravel(), relation, below, above)


def from_relations(low: Floats, high: Floats, relations: Sequence[Relation]) -> System:
    """Return the system of numbers between `low` and `high` that the relations hold for."""
    sizes = [int(each.relation.max()) + 1 if len(each.relation) else 0 for each in relations]
    starts = np.cumsum([0, *sizes])
    numbers = np.concatenate([np.zeros(0, dtype=np.int64), *(each.numbers for each in relations)])
    factors = np.concatenate([np.zeros(0), *(each.factors for each in relations)])
    places = np.concatenate(
        [np.zeros(0, dtype=np.int64), *(each.relation + start for each, start in zip(relations, starts, strict=False))]
    )
    rows = csr_array((factors, (places, numbers)), shape=(int(starts[-1]), len(low)))
    rows.sum_duplicates()
    rows.eliminate_zeros()  # a number can be its own only part
    below = np.repeat([each.below for each in relations], sizes).astype(float)
    above = np.repeat([each.above for each in relations], sizes).astype(float)
    return System(low, high, rows, below, above)
