"""Two breakdowns of one population that are no parts of each other, but of the same numbers that nobody counted.

Starts by level and month, and starts by service and quarter: both add up to the starts of a level in a quarter. An
observer needs no table of these to know that the two sums are equal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from kumppanuus.disclosure.placed import TIMES, Placed
from kumppanuus.methods.system import Relation


def crossing(
    one: Placed, other: Placed, columns: Sequence[tuple[str, str]], group: Sequence[Placed]
) -> Iterator[Relation]:
    """Yield that the sums of two tables under the codes they share are equal, when all of them are.

    Parameters
    ----------
    columns : pairs of the same number in the one and the other table. group : all tables of the population: when one
        of them has just the shared codes, parts and wholes say it already.
    """
    shared = _shared(one, other) if columns else None
    if shared is None or any(set(each.dimensions) == shared for each in group):
        return
    names = [_names(each, sorted(shared)) for each in (one, other)]
    for pair in columns:
        terms = [_terms(*each) for each in zip((one, other), pair, names, strict=True)]
        yield from _equal(terms)


def _equal(sums: Sequence[pd.DataFrame]) -> Iterator[Relation]:
    """Yield that sums over the cells of two tables are equal group by group, when all of them are."""
    mine, its = (each.groupby("group")["exact"].sum() for each in sums)
    both = mine.index.intersection(its.index)
    if both.empty or not (mine[both].to_numpy() == its[both].to_numpy()).all():
        return
    terms = pd.concat([sums[0].assign(factor=1.0), sums[1].assign(factor=-1.0)], ignore_index=True)
    terms = terms[terms["group"].isin(both)]
    relation = both.get_indexer(pd.Index(terms["group"])).astype(np.int64)
    yield Relation(terms["cell"].to_numpy(), terms["factor"].to_numpy(), relation, 0.0, 0.0)


def _shared(one: Placed, other: Placed) -> set[str] | None:
    """Return the dimensions both tables tell; None when one of them tells all of the other's."""
    named = {*one.dimensions, *other.dimensions, *TIMES}
    both = {each for each in named if one.tells(each) and other.tells(each)}
    if both >= set(one.dimensions) or both >= set(other.dimensions):
        return None
    return both - ({"year"} if "quarter" in both else set())


def _names(table: Placed, shared: Sequence[str]) -> pd.Series[str]:
    """Return the name of the group of every row: its codes of the shared dimensions."""
    names = pd.Series("", index=table.frame.index, dtype=object)
    for codes in (table.codes(each) for each in shared):
        names = names if codes is None else names + "\x1f" + codes
    return names


def _terms(table: Placed, column: str, names: pd.Series[str]) -> pd.DataFrame:
    """Return the cells of a column with the name of their group, without groups of which a number does not exist."""
    terms = pd.DataFrame({"group": names.to_numpy(), "cell": table.cells[column], "exact": table.exact[column]})
    absent = terms.loc[terms["cell"] < 0, "group"]
    return terms[~terms["group"].isin(absent)]
