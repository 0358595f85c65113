"""How far distinct sequences lie from each other: optimal matching, Hamming and dynamic Hamming.

A sequence is compared with all others at once. Sequences that were not observed equally long are
compared on the months in which both were observed, and the distance is carried to the full length in proportion
(distance × months / months compared): what was not seen makes nobody alike or unlike.

References
----------
Abbott & Tsay, Sequence analysis and optimal matching methods in sociology, Sociol. Methods & Research 29 (2000) 3–33;
dynamic Hamming: Lesnard, Setting cost in optimal matching to uncover contemporaneous socio-temporal patterns, Sociol.
Methods & Research 38 (2010) 389–419.
"""

from __future__ import annotations

import numpy as np

from kumppanuus.methods.sequences import UNSEEN, Floats, Places, Sequences, monthly_rates, transition_rates

INDEL = 1.0
"""Cost of putting in or leaving out a month; a substitution costs at most twice as much."""


def transition_costs(sequences: Sequences) -> Floats:
    """Return what it costs to take one state for another: 2 − p(a→b) − p(b→a), 0 for itself; (states, states)."""
    rates = transition_rates(sequences)
    costs = 2.0 - rates - rates.T
    np.fill_diagonal(costs, 0.0)
    return np.asarray(costs)


def dynamic_costs(sequences: Sequences) -> Floats:
    """Return the costs of each month from the rates into it and out of it; shape (months, states, states), 0–4.

    4 − p(a→b) − p(b→a) of the step before − the same of the step after; in the first and the last month, which have
    one neighbour, its rates count twice.
    """
    rates = monthly_rates(sequences)
    either = rates + rates.transpose(0, 2, 1)
    costs = 4.0 - np.concatenate([either[:1], either]) - np.concatenate([either, either[-1:]])
    costs[:, np.arange(len(sequences.states)), np.arange(len(sequences.states))] = 0.0
    return np.asarray(costs)


def dynamic_hamming(sequences: Sequences, others: Sequences | None = None, costs: Floats | None = None) -> Floats:
    """Return distances month by month with the costs of that month: the same state at another time is another life.

    Parameters
    ----------
    others : compared with; the sequences themselves when not given.
    costs : (months, states, states), see `dynamic_costs`; those of the sequences when not given.

    Returns
    -------
    Shape (sequences, others).

    Raises
    ------
    ValueError
        When two sequences have no observed month in common.
    """
    others = sequences if others is None else others
    costs = dynamic_costs(sequences) if costs is None else costs
    size, months = len(sequences.states), sequences.months
    first, second = _indicators(sequences.places, size), _indicators(others.places, size)
    weighed = np.einsum("pms,mst->pmt", first, costs).reshape(len(first), months * size)
    total = weighed @ second.reshape(len(second), months * size).T
    return _to_full_length(total, _months_shared(sequences, others), months)


def hamming(sequences: Sequences, others: Sequences | None = None) -> Floats:
    """Return the number of months in different states; shape (sequences, others)."""
    apart = 1.0 - np.eye(len(sequences.states))
    return dynamic_hamming(sequences, others, np.broadcast_to(apart, (sequences.months, *apart.shape)))


def optimal_matching(
    sequences: Sequences, others: Sequences | None = None, costs: Floats | None = None, indel: float = INDEL
) -> Floats:
    """Return the least cost of turning one sequence into the other by substituting, inserting and deleting months.

    Parameters
    ----------
    others : compared with; the sequences themselves when not given.
    costs : of substitutions (states, states), symmetric; `transition_costs` of the sequences when not given.
    indel : cost of inserting or deleting a month.

    Returns
    -------
    Shape (sequences, others).

    Raises
    ------
    ValueError
        When a sequence has unobserved months before or between observed ones, or none that is observed.
    """
    costs = transition_costs(sequences) if costs is None else costs
    if others is not None and len(others.places) < len(sequences.places):  # the fewer are walked through
        return optimal_matching(others, sequences, costs, indel).T
    among = others is None
    columns = sequences if others is None else others
    found = np.zeros((len(sequences.places), len(columns.places)))
    shared = np.minimum(_lengths(sequences)[:, None], _lengths(columns)[None, :])
    savings = (costs - 2 * indel)[:, np.maximum(columns.places, 0).T]  # of each state against each month
    for place, row in enumerate(sequences.places):
        first = place + 1 if among else 0
        found[place, first:] = _matched(row, savings[:, :, first:], shared[place, first:])
    found += 2 * indel * (np.triu(shared, 1) if among else shared)
    found = _to_full_length(found, shared.astype(np.float64), sequences.months)
    return np.asarray(found + found.T if among else found)


def _matched(row: Places, savings: Floats, shared: Places) -> Floats:
    """Return what matching one sequence with each other saves against leaving all its months out and theirs in.

    The table of two sequences holds at (i, j) what the first i months of one and the first j of the other cost, less
    i + j times an insertion. Its borders are then 0, and a cell is the least of its neighbours above and on the left,
    and of the one before both with the substitution. Cells of one diagonal (i + j) do not depend on each other.

    Parameters
    ----------
    row : places (months,). savings : substitution less two insertions, shape (states, months, others).
    shared : how many months of each pair are compared; the value at (shared, shared) is returned.
    """
    months, n = savings.shape[1:]
    before, last = np.zeros((months + 1, n)), np.zeros((months + 1, n))
    found = np.zeros(n)
    for diagonal in range(2, 2 * int(shared.max(initial=0)) + 1):
        low, high = max(1, diagonal - months), min(months, diagonal - 1)
        own = np.arange(low, high + 1)
        now = np.zeros((months + 1, n))
        both = savings[row[own - 1], diagonal - own - 1]
        both += before[low - 1 : high]
        np.minimum(both, last[low - 1 : high], out=both)
        np.minimum(both, last[low : high + 1], out=now[low : high + 1])
        if diagonal % 2 == 0:
            here = shared == diagonal // 2
            found[here] = now[diagonal // 2, here]
        before, last = last, now
    return found


def _lengths(sequences: Sequences) -> Places:
    seen = sequences.places != UNSEEN
    length = seen.sum(axis=1)
    if not (seen == (np.arange(sequences.months) < length[:, None])).all():
        raise ValueError("sequences: unobserved months may only come after all observed ones")
    return np.asarray(length, dtype=np.int64)


def _indicators(places: Places, size: int) -> Floats:
    return np.asarray(places[:, :, None] == np.arange(size), dtype=np.float64)


def _months_shared(sequences: Sequences, others: Sequences) -> Floats:
    seen = [(each.places != UNSEEN).astype(np.float64) for each in (sequences, others)]
    return np.asarray(seen[0] @ seen[1].T)


def _to_full_length(total: Floats, shared: Floats, months: int) -> Floats:
    if (shared == 0).any():
        raise ValueError("sequences: two have no observed month in common")
    return np.asarray(total * (months / shared))
