"""What an attacker writes down: numbers she knows or looks for, between what they lie, and how they hang together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
MOST = 1e6
"""Above any number of people, rows or days: what nothing is known of lies below it."""


@dataclass(slots=True)
class Book:
    """Numbers and relations.

    names : what each number is, for the report of a find.
    low, high : between what it lies. exact : what it is; she does not see it. target : whether it is looked for.
    whole : whether it is a whole number (money is none).
    """

    names: list[tuple[str, ...]] = field(default_factory=list)
    _low: list[Floats] = field(default_factory=list)
    _high: list[Floats] = field(default_factory=list)
    _exact: list[Floats] = field(default_factory=list)
    _target: list[npt.NDArray[np.bool_]] = field(default_factory=list)
    _whole: list[npt.NDArray[np.bool_]] = field(default_factory=list)
    _rows: list[Ints] = field(default_factory=list)
    _columns: list[Ints] = field(default_factory=list)
    _factors: list[Floats] = field(default_factory=list)
    _least: list[Floats] = field(default_factory=list)
    _most: list[Floats] = field(default_factory=list)
    relations: int = 0
    why: list[tuple[int, str]] = field(default_factory=list)

    def numbers(
        self, names: Sequence[tuple[str, ...]], low: npt.ArrayLike, high: npt.ArrayLike, exact: npt.ArrayLike,
        target: npt.ArrayLike, *, whole: bool = True,
    ) -> Ints:  # fmt: skip
        """Write numbers down and return their places."""
        begin, n = len(self.names), len(names)
        self.names += names
        for into, values in ((self._low, low), (self._high, high), (self._exact, exact)):
            into.append(np.broadcast_to(np.asarray(values, dtype=np.float64), (n,)))
        self._target.append(np.broadcast_to(np.asarray(target, dtype=bool), (n,)))
        self._whole.append(np.full(n, whole))
        return np.arange(begin, begin + n, dtype=np.int64)

    def relate(
        self, why: str, rows: npt.ArrayLike, columns: npt.ArrayLike, factors: npt.ArrayLike, least: npt.ArrayLike,
        most: npt.ArrayLike, n: int,
    ) -> None:  # fmt: skip
        """Write down n relations: least <= sum of factors x numbers <= most."""
        if not n:
            return
        of = np.asarray(rows, dtype=np.int64) + self.relations
        self._rows.append(of)
        self._columns.append(np.asarray(columns, dtype=np.int64))
        self._factors.append(np.broadcast_to(np.asarray(factors, dtype=np.float64), of.shape))
        self._least.append(np.broadcast_to(np.asarray(least, dtype=np.float64), (n,)))
        self._most.append(np.broadcast_to(np.asarray(most, dtype=np.float64), (n,)))
        self.why.append((self.relations, why))
        self.relations += n

    def combine(self, why: str, terms: Sequence[tuple[float, npt.ArrayLike]], least: float, most: float) -> None:
        """Write down row by row: least <= sum of factor x number <= most; rows that lack a number are left out."""
        places = np.array([np.asarray(each, dtype=np.int64) for _, each in terms])
        places = places[:, (places >= 0).all(axis=0)]
        n = places.shape[1]
        rows = np.tile(np.arange(n), len(terms))
        self.relate(why, rows, places.ravel(), np.repeat([factor for factor, _ in terms], n), least, most, n)

    def at_most(self, why: str, small: npt.ArrayLike, large: npt.ArrayLike) -> None:
        """Write down that each of `small` is at most the one of `large` beside it."""
        self.combine(why, [(1.0, large), (-1.0, small)], 0.0, np.inf)

    def same(self, why: str, one: npt.ArrayLike, other: npt.ArrayLike) -> None:
        """Write down that numbers are the same."""
        self.combine(why, [(1.0, one), (-1.0, other)], 0.0, 0.0)

    def part(self, why: str, part: npt.ArrayLike, whole: npt.ArrayLike) -> None:
        """Write down that each part is of the whole beside it, and look for the rest: a group of people as well."""
        small, large = np.asarray(part, dtype=np.int64), np.asarray(whole, dtype=np.int64)
        both = (small >= 0) & (large >= 0) & (small != large)
        small, large = small[both], large[both]
        exact = self.exact
        rest = exact[large] - exact[small]
        names = [("rest", why, *self.names[number]) for number in small]
        places = self.numbers(names, 0.0, MOST, rest, (rest >= 1) & (rest <= 6))
        self.combine(why, [(1.0, large), (-1.0, small), (-1.0, places)], 0.0, 0.0)

    def rest(self, why: str, terms: Sequence[tuple[float, npt.ArrayLike]]) -> None:
        """Write down that sums of factor x number count somebody (0 or more), and look for the small ones."""
        places = np.array([np.asarray(each, dtype=np.int64) for _, each in terms])
        places = places[:, (places >= 0).all(axis=0)]
        factors = np.array([factor for factor, _ in terms])
        exact = factors @ self.exact[places] if places.size else np.empty(0)
        names = [("rest", why, *self.names[number]) for number in places[-1]]
        rests = self.numbers(names, 0.0, MOST, exact, (exact >= 1) & (exact <= 6))
        self.combine(why, [*zip(factors, places, strict=True), (-1.0, rests)], 0.0, 0.0)

    def adds(
        self, why: str, whole: npt.ArrayLike, parts: npt.ArrayLike, of: npt.ArrayLike, *, union: bool = False
    ) -> None:
        """Write down that parts add up to wholes, or that wholes are their unions.

        Parameters
        ----------
        whole : places of wholes. parts : places of parts. of : for each part the row of `whole` it belongs to.
        union : each part lies within the whole, and their sum is not less than it.
        """
        wholes, pieces, owner = (np.asarray(each, dtype=np.int64) for each in (whole, parts, of))
        if not len(wholes):
            return
        known = (pieces >= 0) & (owner >= 0)
        known &= wholes[np.maximum(owner, 0)] >= 0
        pieces, owner = pieces[known], owner[known]
        used, owner = np.unique(owner, return_inverse=True)
        if not len(used):
            return
        if union:
            self.part(why, pieces, wholes[used][owner])
        rows = np.concatenate([owner, np.arange(len(used))])
        columns = np.concatenate([pieces, wholes[used]])
        factors = np.concatenate([np.ones(len(pieces)), -np.ones(len(used))])
        self.relate(why, rows, columns, factors, 0.0, np.inf if union else 0.0, len(used))

    def raise_low(self, places: npt.ArrayLike, low: float) -> None:
        """Write down that numbers are at least `low`."""
        known = np.asarray(places, dtype=np.int64)
        known = known[known >= 0]
        self.relate("rule", np.arange(len(known)), known, 1.0, low, np.inf, len(known))

    @property
    def low(self) -> Floats:
        return np.concatenate([np.empty(0), *self._low])

    @property
    def high(self) -> Floats:
        return np.concatenate([np.empty(0), *self._high])

    @property
    def exact(self) -> Floats:
        return np.concatenate([np.empty(0), *self._exact])

    @property
    def target(self) -> npt.NDArray[np.bool_]:
        return np.concatenate([np.empty(0, bool), *self._target])

    @property
    def whole(self) -> npt.NDArray[np.bool_]:
        return np.concatenate([np.empty(0, bool), *self._whole])

    @property
    def matrix(self) -> Any:
        """The factors: one row a relation."""
        parts = (self._factors, self._rows, self._columns)
        factors, rows, columns = (np.concatenate([np.empty(0), *each]) for each in parts)
        shape = (self.relations, len(self.names))
        return sparse.csr_array((factors, (rows.astype(np.int64), columns.astype(np.int64))), shape=shape)

    @property
    def least(self) -> Floats:
        return np.concatenate([np.empty(0), *self._least])

    @property
    def most(self) -> Floats:
        return np.concatenate([np.empty(0), *self._most])

    def untrue(self) -> list[str]:
        """Return what the attacker believes that is not true: then she, not the gate, is at fault."""
        found = self.matrix @ self.exact
        room = 1e-6 * np.maximum(1, abs(found))
        wrong = np.flatnonzero((found < self.least - room) | (found > self.most + room))
        begins = np.array([begin for begin, _ in self.why])
        told = [self.why[int(np.searchsorted(begins, row, side="right")) - 1][1] for row in wrong]
        off = np.flatnonzero((self.exact < self.low - 1e-6) | (self.exact > self.high + 1e-6))
        return [*told, *("bounds of " + " ".join(self.names[number]) for number in off)]
