"""Curves that divide the same people in a second way: by age beside by level (R8).

Both sets of curves add up to the same people, so sums of the one less sums of the other are what the other leaves out:
a group too small to be shown. Whole percents hide it where curves are large. The points of a set that is declared to
stand beside another stay only on days on which its own curves together leave an observer three numbers or more: then
every difference with any other set, its sibling or one more like it, leaves three.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from kumppanuus.disclosure.curve_groups import SHARES, curves_of
from kumppanuus.disclosure.released import Guarded, ReleasedTable, Rules
from kumppanuus.disclosure.rules_curves import CANDIDATES, Point, open_spread


def hidden_beside(guarded: Guarded, rules: Rules) -> Guarded:
    """Empty the points of a table (`Table.beside`) on days on which too little of its curves is left open."""
    table = guarded.table
    told = [day for day, spread in _spread(table, rules).items() if day > 0 and spread + 1 < CANDIDATES]
    if not told:
        return guarded
    frame = table.frame.copy()
    gone = frame[table.declaration.names("time")[0]].isin(told)
    frame.loc[gone, list(table.declaration.names(*SHARES, "lower", "upper"))] = np.nan
    words = tuple(dict.fromkeys((*table.told, "points")))
    return Guarded(replace(table, frame=frame, told=words), guarded.exact)


def _spread(table: ReleasedTable, rules: Rules) -> dict[float, float]:
    """Return, by day, how many more than one number all published points together can stand for."""
    declared = table.declaration
    share, time = declared.names(*SHARES)[0], declared.names("time")[0]
    found: dict[float, float] = {}
    for curves in curves_of(declared, pd.DataFrame(table.frame)).values():
        rows = curves.first
        start = float(rows["at_risk"].iloc[0])
        for day, height, at_risk in rows[[time, share, "at_risk"]].dropna(subset=[share]).itertuples(index=False):
            spread = open_spread(start, Point(float(height), float(at_risk)), rules)
            found[float(day)] = found.get(float(day), 0.0) + spread
    return found
