"""Two reports on nearly the same people: one family less. What do the numbers that changed tell, and is it refused?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow.compute as pc

from benchmarks.attack.finds import Find
from benchmarks.attack.publish import Case, publish
from kumppanuus.disclosure import differencing


def rerun_finds(case: Case, families: int = 1) -> Iterator[Find]:
    """Publish the town again without one family and look whether the second report would be refused."""
    random = np.random.default_rng(case.town.seed)
    known = case.town.tables["relationships"].join(case.town.tables["clients"].select(["client", "family"]), "client")
    everyone = pc.unique(pc.drop_null(known["family"].combine_chunks())).to_numpy()
    for family in random.choice(np.sort(everyone), families, replace=False):
        again = publish(case.town.without(int(family)), case.rooms)
        changed = changed_numbers(case, again)
        if changed and not refused(case, again):
            yield Find("rerun without a family", f"{changed} numbers changed", "the second report is not refused")


def refused(case: Case, again: Case) -> bool:
    """Tell whether the project's rule for reports on nearly the same people refuses the second one (R15)."""
    marker = differencing.Marker(bytes(32), "first")
    groups = differencing.groups_of(case.exact)
    earlier = differencing.fingerprints(differencing.base_cells(case.exact), groups, marker)
    cells, counted = differencing.base_cells(again.exact), differencing.groups_of(again.exact)
    return differencing.too_near(cells, earlier, marker, differencing.Near(), counted) > 0


def changed_numbers(case: Case, again: Case) -> int:
    """Return how many published numbers differ between two reports."""
    if case.released is None or again.released is None:
        return 0
    changed = 0
    for key, result in case.released.results.items():
        other = again.released.results.get(key)
        for name, table in result.tables.items():
            if other is None or name not in other.tables:
                changed += len(table.frame)
                continue
            one, two = table.frame, other.tables[name].frame
            keys = [each for each in table.declaration.dimensions if each in one]
            both = (
                one.merge(two, on=keys, how="outer", suffixes=("", " again"))
                if keys
                else one.join(two, rsuffix=" again")
            )
            for column in one.columns.difference([*keys, "hidden"]):
                pair = both[[column, f"{column} again"]].to_numpy(dtype=float)
                changed += int((~((pair[:, 0] == pair[:, 1]) | np.isnan(pair).all(axis=1))).sum())
    return changed
