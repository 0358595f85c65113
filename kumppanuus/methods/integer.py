"""What integers can be: the values that unknown whole numbers can take under linear relations between them.

The audit of a report asks it for every hidden number. Relations that bind nothing are dropped first, so that the rest
falls into independent blocks; each is solved apart, and a block met before is not solved again.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from kumppanuus.methods.solutions import Search, extremes
from kumppanuus.methods.system import Bools, Floats, Numbers, System

_ROUNDS = 200


@dataclass(slots=True)
class Solved:
    """Blocks that were solved before, by their content: per target whether it keeps enough values."""

    blocks: MutableMapping[bytes, Bools] = field(default_factory=dict)
    programmes: int = 0


def few_candidates(
    system: System, targets: Bools, known: Floats, *, most: Floats | None = None, enough: int = 3,
    solved: Solved | None = None,
) -> Bools:  # fmt: skip
    """Return which targets can have fewer than `enough` values.

    Parameters
    ----------
    targets : which numbers are asked about; shape (numbers,).
    known : a solution, such as the true numbers: where the search starts.
    most : of each target the largest value that counts; it bounds the target that is asked about, not the others.
    solved : remembered blocks, see `Solved`.

    Notes
    -----
    First bounds go from relation to relation until nothing moves (interval arithmetic). That can prove that a number
    has too few values, never that it has enough; so for the others an integer programme finds the least and the most
    value, and any further one in between, until enough different values were seen in solutions. Every solution counts
    for all numbers of its block.
    """
    memory = Solved() if solved is None else solved
    caps = np.full(len(known), np.inf) if most is None else most
    tight = narrowed(system)
    few = targets & (np.minimum(tight.high, caps) - tight.low + 1 < enough)
    asked = targets & ~few
    for numbers, relations in _blocks(tight, asked):
        block = tight.part(numbers, relations)
        few[numbers] |= _few_of_block(block, asked[numbers], known[numbers], caps[numbers], enough, memory)
    return few


def ranges(system: System, targets: Bools) -> tuple[Floats, Floats]:
    """Return the least and the most that numbers can be when fractions are allowed; of others what bounds alone say.

    What the solver does not prove in time comes out with its least above its most: no value is known to be possible.
    """
    tight = narrowed(system)
    least, most = tight.low.copy(), tight.high.copy()
    for numbers, relations in _blocks(tight, targets):
        block = tight.part(numbers, relations)
        for place in np.flatnonzero(targets[numbers]):
            low, high = extremes(block, int(place))
            least[numbers[place]] = max(least[numbers[place]], low)
            most[numbers[place]] = min(most[numbers[place]], high)
    return least, most


def narrowed(system: System) -> System:
    """Narrow the bounds of all numbers by the relations until nothing moves, and drop relations that bind nothing."""
    low, high = np.ceil(system.low - 1e-9), np.floor(system.high + 1e-9)
    rows = csr_array(system.rows)
    for _ in range(_ROUNDS):
        least, most = _narrower(rows, system, low, high)
        if np.array_equal(least, low) and np.array_equal(most, high):
            break
        low, high = least, most
    smallest, largest = _reach(rows, low, high)
    binding = np.flatnonzero((smallest < system.below - 1e-9) | (largest > system.above + 1e-9))
    return System(low, high, csr_array(rows[binding]), system.below[binding], system.above[binding])


def _reach(rows: csr_array, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Return the least and the most that every relation's sum can be."""
    least, most, infinite_low, infinite_high = _sums(rows, low, high)
    return np.where(infinite_low > 0, -np.inf, least), np.where(infinite_high > 0, np.inf, most)


def _sums(rows: csr_array, low: Floats, high: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return finite parts of the least and the most sums, and how many terms are infinite."""
    up, down = rows.maximum(0), (-rows).maximum(0)
    finite = np.where(np.isinf(high), 0.0, high)
    endless = np.isinf(high).astype(float)
    signs_up, signs_down = up.astype(bool).astype(float), down.astype(bool).astype(float)
    return (
        up @ low - down @ finite, up @ finite - down @ low, signs_down @ endless, signs_up @ endless,
    )  # fmt: skip


def _narrower(rows: csr_array, system: System, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    number, _, lower, upper = proposals(rows, system, low, high)
    new_low, new_high = low.copy(), high.copy()
    np.maximum.at(new_low, number, lower)
    np.minimum.at(new_high, number, upper)
    return new_low, new_high


def proposals(rows: csr_array, system: System, low: Floats, high: Floats) -> tuple[Numbers, Numbers, Floats, Floats]:
    """Return, for each term of each relation, its number, its relation and between what the others leave it."""
    least, most, endless_least, endless_most = _sums(rows, low, high)
    coo = rows.tocoo()
    relation, number, factor = coo.coords[0], coo.coords[1], coo.data
    up = factor > 0
    endless = np.isinf(high[number])
    top = np.where(endless, 0.0, high[number])
    # the rest of the relation without this number, at its least and at its most
    rest_least = least[relation] - np.where(up, factor * low[number], factor * top)
    rest_most = most[relation] - np.where(up, factor * top, factor * low[number])
    rest_least[(endless_least[relation] - (endless & ~up)) > 0] = -np.inf
    rest_most[(endless_most[relation] - (endless & up)) > 0] = np.inf
    with np.errstate(invalid="ignore"):
        one, other = (system.below[relation] - rest_most) / factor, (system.above[relation] - rest_least) / factor
    lower, upper = np.where(up, one, other), np.where(up, other, one)
    lower = np.ceil(np.where(np.isnan(lower), -np.inf, lower) - 1e-9)
    upper = np.floor(np.where(np.isnan(upper), np.inf, upper) + 1e-9)
    return number, relation, lower, upper


def _blocks(system: System, asked: Bools) -> Iterator[tuple[Numbers, Numbers]]:
    """Yield the numbers and relations of every block that holds a number asked about and any relation."""
    n = len(system.low)
    if not len(system.below):
        return
    _, member = connected_components(_links(system.rows, n), directed=False)
    of_relation = member[n:]
    order = np.argsort(member[:n], kind="stable")
    starts = np.searchsorted(member[:n][order], np.arange(member.max() + 2))
    relations = np.argsort(of_relation, kind="stable")
    relation_starts = np.searchsorted(of_relation[relations], np.arange(member.max() + 2))
    for block in np.unique(member[:n][asked]):
        inside = relations[relation_starts[block] : relation_starts[block + 1]]
        if len(inside):
            yield np.sort(order[starts[block] : starts[block + 1]]), np.sort(inside)


def _links(rows: csr_array, n: int) -> csr_array:
    """Return the graph of numbers and relations: who stands in what."""
    coo = rows.tocoo()
    size = n + rows.shape[0]
    return csr_array((np.ones(len(coo.data)), (coo.coords[0] + n, coo.coords[1])), shape=(size, size))


def _few_of_block(
    block: System, asked: Bools, known: Floats, caps: Floats, enough: int, memory: Solved
) -> Bools:  # fmt: skip
    content = b"|".join(
        np.ascontiguousarray(each).tobytes()
        for each in (block.low, block.high, block.below, block.above, block.rows.data, block.rows.indices,
                     block.rows.indptr, asked, known, caps)
    )  # fmt: skip
    if content not in memory.blocks:
        search = Search(block, known, caps, enough)
        memory.blocks[content] = search.few(asked)
        memory.programmes += search.programmes
    return memory.blocks[content]
