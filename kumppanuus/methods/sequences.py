"""State sequences with counts: one state a month, distinct sequences and how often each occurs.

Everything is computed on distinct sequences weighted by their counts, so the cost does not grow with the register. A
month that was not observed is no state: it is left out of every number, never taken for a state of its own.

Conventions are those of TraMineR, against which the tests hold them: transition rates pool all months, entropy is
divided by its largest possible value, a spell is a stretch of equal states.

References
----------
Gabadinho, Ritschard, Müller & Studer, Analyzing and visualizing state sequences in R with TraMineR, J. Stat. Software
40 (2011) 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats: TypeAlias = npt.NDArray[np.float64]
Places: TypeAlias = npt.NDArray[np.int64]
UNSEEN = -1
"""Place of a month that was not observed."""


@dataclass(frozen=True, slots=True)
class Sequences:
    """Distinct sequences, each with its count.

    states : the alphabet, in order.
    places : place of the state in the alphabet, −1 where the month was not observed; shape (sequences, months).
    n : how many have each sequence; shape (sequences,).
    """

    states: tuple[str, ...]
    places: Places
    n: Floats

    @property
    def months(self) -> int:
        """Length of the grid in months."""
        return int(self.places.shape[1])

    @property
    def inside(self) -> npt.NDArray[np.bool_]:
        """Whether a sequence is in a state in a month; shape (states, sequences, months)."""
        return np.asarray(self.places[None, :, :] == np.arange(len(self.states))[:, None, None])

    def chosen(self, rows: npt.NDArray[np.integer] | npt.NDArray[np.bool_]) -> Sequences:
        """Return some of the sequences."""
        return Sequences(self.states, self.places[rows], self.n[rows])


def from_counts(counts: pd.DataFrame, states: Sequence[str], *, unseen: str = "*") -> Sequences:
    """Read sequences written as texts of one character a month.

    Parameters
    ----------
    counts : columns ``sequence`` (all of one length) and ``n``; equal sequences are added up.
    states : the alphabet, one character each.
    unseen : character of a month that was not observed.

    Raises
    ------
    ValueError
        When sequences differ in length or hold an unknown character.
    """
    added = counts.groupby("sequence", sort=True)["n"].sum()
    length = {len(text) for text in added.index}
    if len(length) > 1:
        raise ValueError("sequence: all must have one length")
    letters = np.array([list(text) for text in added.index], dtype="U1").reshape(len(added), max(length, default=0))
    known = np.array([*states, unseen], dtype="U1")
    match = letters[:, :, None] == known
    if not match.any(axis=2).all():
        raise ValueError("sequence: holds an unknown state")
    places = np.argmax(match, axis=2).astype(np.int64)
    return Sequences(tuple(states), np.where(places == len(states), UNSEEN, places), added.to_numpy(dtype=np.float64))


def from_rows(rows: npt.NDArray[np.str_], states: Sequence[str], n: Floats | None = None) -> Sequences:
    """Read one row a person and one column a month; a state that is not in `states` was not observed."""
    found = np.asarray(rows)[:, :, None] == np.asarray(states)
    places = np.where(found.any(axis=2), np.argmax(found, axis=2), UNSEEN).astype(np.int64)
    distinct, which = np.unique(places, axis=0, return_inverse=True)
    weights = np.ones(len(places)) if n is None else np.asarray(n, dtype=np.float64)
    return Sequences(tuple(states), distinct, np.bincount(which.ravel(), weights, len(distinct)).astype(np.float64))


def sample(sequences: Sequences, most: int, dice: np.random.Generator) -> Sequences:
    """Return people drawn at random, one after the other, until they have `most` distinct sequences.

    Parameters
    ----------
    dice : a seeded generator; the counts must be whole numbers.

    Returns
    -------
    All sequences when there are no more than `most`.
    """
    if len(sequences.n) <= most:
        return sequences
    people = dice.permutation(np.repeat(np.arange(len(sequences.n)), sequences.n.astype(np.int64)))
    _, first = np.unique(people, return_index=True)
    drawn = people[: np.sort(first)[most]]  # the one who would bring the next distinct sequence is no longer drawn
    n = np.bincount(drawn, minlength=len(sequences.n)).astype(np.float64)
    return Sequences(sequences.states, sequences.places[n > 0], n[n > 0])


def distribution(sequences: Sequences) -> Floats:
    """Return the share of those observed who are in each state; shape (states, months), NaN where nobody was seen."""
    inside = np.einsum("spm,p->sm", sequences.inside, sequences.n)
    with np.errstate(invalid="ignore"):
        return np.asarray(inside / inside.sum(axis=0))


def cross_entropy(sequences: Sequences) -> Floats:
    """Return how mixed each month is: entropy of its distribution over its largest value; shape (months,)."""
    return _entropy(distribution(sequences))


def mean_months(sequences: Sequences) -> Floats:
    """Return the mean number of months in each state; shape (states,)."""
    return np.asarray(np.einsum("spm,p->s", sequences.inside, sequences.n) / sequences.n.sum())


def transition_counts(sequences: Sequences) -> Floats:
    """Return how often a month in one state is followed by a month in another; shape (from, to)."""
    return np.asarray(_monthly_counts(sequences).sum(axis=0))


def transition_rates(sequences: Sequences) -> Floats:
    """Return p(next state | state), all months pooled; shape (from, to). A state that is never left has a row of 0."""
    return _rates(transition_counts(sequences))


def monthly_rates(sequences: Sequences) -> Floats:
    """Return p(next state | state) month by month; shape (months − 1, from, to)."""
    return _rates(_monthly_counts(sequences))


def n_transitions(sequences: Sequences) -> Places:
    """Return the number of changes of state of each sequence; shape (sequences,)."""
    return np.asarray(_changes(sequences.places).sum(axis=1))


def entropies(sequences: Sequences) -> Floats:
    """Return how evenly each sequence spreads over the states, 0–1; shape (sequences,)."""
    return _entropy(_shares(sequences))


def complexities(sequences: Sequences) -> Floats:
    """Return the complexity of each sequence, 0–1: geometric mean of its share of changes and its entropy.

    References
    ----------
    Gabadinho, Ritschard, Studer & Müller, Indice de complexité, Revue des nouvelles technologies E-19 (2010) 61–66.
    """
    observed = (sequences.places != UNSEEN).sum(axis=1)
    changes = n_transitions(sequences) / np.maximum(observed - 1, 1)
    return np.asarray(np.sqrt(changes * entropies(sequences)))


def turbulences(sequences: Sequences) -> Floats:
    """Return Elzinga's turbulence of each sequence: many different orders of states, and spells of equal length.

    References
    ----------
    Elzinga & Liefbroer, De-standardization of family-life trajectories, Eur. J. Population 23 (2007) 225–250.
    """
    spells, mean, variance = _spells(sequences)
    most = (spells - 1) * (1 - mean) ** 2
    return np.asarray(np.log2(_subsequences(sequences) * (most + 1) / (variance + 1)))


def orders(sequences: Sequences, joint: str = "-") -> list[str]:
    """Return the states of each sequence in their order, without how long each lasted: ``EM-TR-EM``."""
    return [joint.join(state for state, _ in spells) for spells in spells_of(sequences)]


def spells_of(sequences: Sequences) -> list[list[tuple[str, int]]]:
    """Return each sequence as spells (state, months); unobserved months are left out."""
    return [_spells_of_row(row, sequences.states) for row in sequences.places]


def _spells_of_row(row: Places, states: tuple[str, ...]) -> list[tuple[str, int]]:
    seen = row[row != UNSEEN]
    starts = np.flatnonzero(np.append(True, seen[1:] != seen[:-1])) if len(seen) else np.zeros(0, dtype=np.int64)
    lengths = np.diff(np.append(starts, len(seen)))
    return [(states[seen[start]], int(length)) for start, length in zip(starts, lengths, strict=True)]


def _monthly_counts(sequences: Sequences) -> Floats:
    size, months = len(sequences.states), sequences.months
    before, after = sequences.places[:, :-1], sequences.places[:, 1:]
    seen = (before != UNSEEN) & (after != UNSEEN)
    month = np.broadcast_to(np.arange(months - 1), before.shape)
    cell = (month * size + before) * size + after
    weights = np.broadcast_to(sequences.n[:, None], before.shape)
    counts = np.bincount(cell[seen], weights[seen], max(months - 1, 0) * size * size)
    return np.asarray(counts.reshape(max(months - 1, 0), size, size))


def _rates(counts: Floats) -> Floats:
    whole = counts.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(counts, whole, out=np.zeros_like(counts), where=whole > 0))


def _changes(places: Places) -> npt.NDArray[np.bool_]:
    both = (places[:, 1:] != UNSEEN) & (places[:, :-1] != UNSEEN)
    return np.asarray((places[:, 1:] != places[:, :-1]) & both)


def _shares(sequences: Sequences) -> Floats:
    inside = sequences.inside.sum(axis=2).astype(np.float64)
    with np.errstate(invalid="ignore"):
        return np.asarray(inside / inside.sum(axis=0))


def _entropy(shares: Floats) -> Floats:
    """Return −Σ p log p over the first axis, divided by the logarithm of the number of states."""
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    return np.asarray(-(shares * logs).sum(axis=0) / np.log(max(len(shares), 2)))


def _spells(sequences: Sequences) -> tuple[Floats, Floats, Floats]:
    """Return number, mean and variance of the lengths of the spells of each sequence."""
    begins = np.column_stack([np.ones(len(sequences.places), dtype=bool), _changes(sequences.places)])
    spell = np.cumsum(begins, axis=1) - 1
    rows = np.arange(len(spell))[:, None]
    seen = sequences.places != UNSEEN
    cells = (rows * sequences.months + spell)[seen]
    lengths = np.bincount(cells, minlength=spell.size).reshape(spell.shape).astype(np.float64)
    number = (lengths > 0).sum(axis=1).astype(np.float64)
    mean = lengths.sum(axis=1) / number
    return number, mean, np.asarray((lengths**2).sum(axis=1) / number - mean**2)


def _subsequences(sequences: Sequences) -> Floats:
    """Return how many distinct subsequences the order of states of each sequence has, the empty one included."""
    places, rows = sequences.places, np.arange(len(sequences.places))
    begins = np.column_stack([places[:, 0] != UNSEEN, _changes(places)])
    total = np.ones(len(places))
    before = np.zeros((len(places), len(sequences.states)))  # as many ended before the last time in that state
    for month in range(sequences.months):
        here = begins[:, month]
        state = np.maximum(places[:, month], 0)
        after = 2 * total - before[rows, state]
        before[rows[here], state[here]] = total[here]
        total = np.where(here, after, total)
    return total
