"""Numbers beside what chance, or a null model, lets expect of them: lift, ratio and mark (R10, R16)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kumppanuus.analysis import Table
from kumppanuus.disclosure.released import ReleasedTable, Rules
from kumppanuus.disclosure.rules import Bools, Floats
from kumppanuus.disclosure.rules_forms import marks, stepped_ratio


def lift(table: Table, column: str, pairs: pd.DataFrame, done: Mapping[str, ReleasedTable]) -> Floats:
    """Return how much more often than by chance two go together: pair x all / (first x second), families, 1 decimal."""
    first, second = table.dimensions
    nodes, everyone = done[table.nodes], done[table.columns[column].of[0]]
    size = nodes.frame.set_index(nodes.declaration.dimensions[0])[nodes.declaration.names("families")[0]]
    total = everyone.frame[everyone.declaration.names("families")[0]].sum(min_count=1)  # no row: not known
    found = pairs[table.names("families")[0]] * total / (pairs[first].map(size) * pairs[second].map(size))
    return np.asarray(np.round(found.to_numpy(dtype=float), 1))


def ratio(
    table: Table, column: str, frame: pd.DataFrame, shown: pd.DataFrame, rules: Rules | None
) -> tuple[Floats, Bools]:
    """Return a ratio and where it is hidden (R16): of a published number, or of one nobody sees, in steps of a count.

    One decimal at most: many ratios of one service, each a little finer, would together tell its size.

    Parameters
    ----------
    frame : with the exact numbers. shown : with the published ones. rules : None: nothing is protected.
    """
    number, expected, count = table.columns[column].of
    of = frame[expected].where(frame[expected] > 0).to_numpy(dtype=float)
    ratios = (shown if number in shown else frame)[number].to_numpy(dtype=float) / of
    if rules is None:
        return ratios, np.zeros(len(frame), dtype=bool)
    least = shown[count].to_numpy(dtype=float) - rules.base // 2 + 1
    stepped = [stepped_ratio(*each) for each in zip(ratios, least, strict=True)]
    gone = frame[[number, expected]].notna().all(axis=1) & np.isnan(ratios + least)
    return np.round(np.array(stepped, dtype=float), 1), gone.to_numpy(dtype=bool)


def marks_of_pairs(
    table: Table, column: str, frame: pd.DataFrame, shown: pd.DataFrame, nodes: int, rules: Rules | None
) -> Floats:
    """Mark pairs that differ from what is expected (R16), among all pairs of the nodes; see `ratio`."""
    families, *expected = table.columns[column].of
    mean, spread = (frame[each].to_numpy(dtype=float) for each in expected)
    return marks(shown[families].to_numpy(dtype=float), mean, spread, nodes * (nodes - 1) // 2, rules)
