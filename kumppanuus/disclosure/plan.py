"""What is done to the tables of a run beyond the rules, because the audit asked for it: hidden cells and coarser steps.

The order of steps is each table's own (`Table.coarsen`). Which cell or category goes first follows from protected
numbers, so that the choice tells nothing that they do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from kumppanuus.analysis import Table
from kumppanuus.disclosure.base import Base
from kumppanuus.disclosure.placed import Name
from kumppanuus.disclosure.released import Guarded
from kumppanuus.disclosure.rules import Bools
from kumppanuus.methods.grounds import grounds
from kumppanuus.methods.system import Numbers

POOLING = ("curve", "histogram", "combinations", "paths", "lorenz", "likert", "queue")
"""Forms that pool, cut or thin out by themselves: each further step does it once more."""
_FAR = 12
"""So many relations away a number to hide is looked for at last."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far a table has been made coarser.

    merged : categories merged besides the first. longer : times its steps of time were made longer.
    tightened : pieces pooled in a form that pools by itself. hidden : cells that are hidden besides, as
        (column, name in the base). dropped : names of the cells whose whole breakdown is hidden.
    """

    merged: int = 0
    longer: int = 0
    tightened: int = 0
    hidden: frozenset[tuple[str, str]] = frozenset()
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of all tables; a table that is not named is as the rules leave it."""

    steps: Mapping[Name, Step] = field(default_factory=dict)

    def of(self, name: Name) -> Step:
        """Return how far a table has been made coarser."""
        return self.steps.get(name, Step())

    def put(self, name: Name, step: Step) -> Plan:
        """Return the plan with another step for one table."""
        return Plan({**self.steps, name: step})

    def hiding(self, places: pd.DataFrame) -> Plan:
        """Return the plan with some places of cells hidden besides."""
        plan = self
        for (analysis, table), part in places.groupby(["analysis", "table"], sort=False):
            name, marks = (str(analysis), str(table)), set(zip(part["column"], part["key"], strict=True))
            step = plan.of(name)
            plan = plan.put(name, replace(step, hidden=step.hidden | marks))
        return plan


def marks_of(step: Step, columns: Iterable[str], keys: Mapping[str, np.ndarray], rows: int) -> pd.DataFrame:
    """Return which cells of a table a step hides: bool, by column.

    Parameters
    ----------
    keys : per counted column, what its numbers are called in the base.
    """
    marks = pd.DataFrame({column: np.zeros(rows, dtype=bool) for column in columns}, index=range(rows))
    for column, names in ((each, names) for each, names in keys.items() if each in marks):
        wanted = [key for marked, key in step.hidden if marked == column]
        marks[column] |= np.isin(names.astype(str), wanted) if wanted else False
    return marks | step.dropped


def coarser(base: Base, told: Bools, tables: Mapping[Name, Guarded], plan: Plan) -> tuple[Plan, tuple[Name, ...]]:
    """Return the next plan after an audit that found cells, and the tables for which nothing more can be done.

    For each cell that could be worked out, the first step of its table that is left is taken: merging, longer steps
    of time, hiding the smallest published number that hangs together with it, dropping the breakdown; a form that
    pools by itself pools once more. When its own tables are exhausted, the published numbers around it are hidden.
    """
    stuck: list[Name] = []
    opened: set[int] = set()
    stepped: set[Name] = set()
    for cell in _by_name(base, np.flatnonzero(told)):
        if stepped & set(_tables_of(base, cell)):
            continue  # one step of a table at a time: the next audit will say whether that is enough
        why = grounds(base.system, cell)
        if opened & set(why.tolist()):
            continue  # what it rests on is hidden already: the next audit will say whether that is enough
        after, hidden = _for_cell(base, cell, why, tables, plan)
        if after == plan:
            stuck += _tables_of(base, cell)
        stepped |= {name for name in _tables_of(base, cell) if _coarsened(plan.of(name), after.of(name))}
        plan, opened = after, opened | hidden
    return plan, tuple(dict.fromkeys(stuck))


def _by_name(base: Base, cells: Numbers) -> list[int]:
    """Return cells in the order of their names, whatever the order of rows: ties are broken by codes."""
    named = base.places[base.places["cell"].isin(cells)].sort_values("key", kind="stable")
    return [int(cell) for cell in named["cell"].drop_duplicates()]


def _coarsened(before: Step, after: Step) -> bool:
    """Return whether a table changed as a whole, not only by a number that is hidden."""
    return replace(before, hidden=frozenset()) != replace(after, hidden=frozenset())


def _for_cell(
    base: Base, cell: int, why: Numbers, tables: Mapping[Name, Guarded], plan: Plan
) -> tuple[Plan, set[int]]:  # fmt: skip
    """Return the plan with the next step for a cell, and the cells that are hidden by it; the same plan at the end."""
    for name in _tables_of(base, cell):
        after, hidden = _own_step(base, cell, why, name, tables, plan)
        if after != plan:
            return after, hidden
    around = _anything(base, cell, tables)
    return (plan.hiding(around), set(around["cell"].tolist())) if len(around) else (plan, set())


def _own_step(
    base: Base, cell: int, why: Numbers, name: Name, tables: Mapping[Name, Guarded], plan: Plan
) -> tuple[Plan, set[int]]:  # fmt: skip
    guarded = tables[name]
    table, step = guarded.table.declaration, plan.of(name)
    if table.form in POOLING:
        # ever longer steps: a table of hundreds of pieces must come to its end within the rounds there are
        more = replace(step, tightened=step.tightened + 1 + step.tightened // 4)
        return (plan.put(name, more) if len(guarded.table.frame) else plan), set()
    for kind in table.coarsen if table.form == "counts" else ():
        if kind == "merge" and mergeable(table) and _categories(guarded, mergeable(table)) > 2:
            return plan.put(name, replace(step, merged=step.merged + 1)), set()
        if kind == "longer" and lengthening(table) and step.longer < 2:
            return plan.put(name, replace(step, longer=step.longer + 1)), set()
        if kind == "hide" and len(places := _to_hide(base, cell, why, name, tables)):
            return plan.hiding(places), set(places["cell"].tolist())
        if kind == "drop" and table.within and not step.dropped:
            return plan.put(name, replace(step, dropped=True)), set()
    return plan, set()


def mergeable(table: Table) -> str:
    """Return the dimension whose smallest categories may be merged: the last that adds up and is no time."""
    adding = [each for each in table.dimensions if table.columns[each].adds and not table.columns[each].time_axis]
    return adding[-1] if adding and table.names("persons") else ""


def lengthening(table: Table) -> str:
    """Return the time axis whose steps may be made longer: one that adds up."""
    adding = [each for each in table.dimensions if table.columns[each].adds and table.columns[each].time_axis]
    return adding[-1] if adding else ""


def _categories(guarded: Guarded, dimension: str) -> int:
    return int(guarded.table.frame[dimension].nunique())


def _tables_of(base: Base, cell: int) -> list[Name]:
    """Return the tables a cell stands in."""
    places = base.places[base.places["cell"] == cell]
    pairs = zip(places["analysis"].astype(str), places["table"].astype(str), strict=True)
    return list(dict.fromkeys(pairs))


def _to_hide(base: Base, cell: int, why: Numbers, name: Name, tables: Mapping[Name, Guarded]) -> pd.DataFrame:
    """Return the places of the number to hide next for a cell of a table; none when hiding there is at an end.

    It is the smallest published number that what is told of the cell rests on, those of its own table first. When
    bounds alone do not tell it, the smallest that stands in a relation with the cell in its own table.
    """
    because = _hideable(base, why, tables, first=name)
    beside = _hideable(base, _nearby(base, cell, 1), {name: tables[name]}, first=name)
    chosen = because if len(because) else beside
    return _places(base, int(chosen[0])) if len(chosen) else base.places.iloc[:0]


def _anything(base: Base, cell: int, tables: Mapping[Name, Guarded]) -> pd.DataFrame:
    """Return the places of the smallest published number that hangs together with a cell, however far."""
    near = _hideable(base, _nearby(base, cell, _FAR), tables, first=("", ""))
    return _places(base, int(near[0])) if len(near) else base.places.iloc[:0]


def _places(base: Base, cell: int) -> pd.DataFrame:
    return pd.DataFrame(base.places[base.places["cell"] == cell])


def _nearby(base: Base, cell: int, reach: int) -> Numbers:
    """Return the cells that so many relations lead to, through cells that are hidden."""
    rows = base.system.rows
    columns = rows.tocsc()
    met, front = np.array([cell]), np.array([cell])
    for _ in range(reach):
        relations = np.unique(columns[:, front].nonzero()[0])
        found = np.setdiff1d(np.unique(rows[relations].nonzero()[1]), met)
        met, front = np.union1d(met, found), found[base.hidden[found]]
        if not len(front):
            break
    return np.setdiff1d(met, [cell])


def _hideable(base: Base, cells: Numbers, tables: Mapping[Name, Guarded], first: Name) -> Numbers:
    """Return the cells that are published above 0 and stand in tables of counts: one table's first, smallest first."""
    cells = cells[~base.hidden[cells] & (base.exact[cells] > 0)]
    places = base.places[base.places["cell"].isin(cells)]
    names = list(zip(places["analysis"].astype(str), places["table"].astype(str), strict=True))
    counts = [name in tables and tables[name].table.declaration.form == "counts" for name in names]
    elsewhere = [name != first for name in names]
    places = places.assign(elsewhere=np.array(elsewhere, dtype=bool))[np.array(counts, dtype=bool)]
    ordered = places.sort_values(["elsewhere", "published", "analysis", "table", "key", "column"], kind="stable")
    return ordered["cell"].drop_duplicates().to_numpy(dtype=np.int64)
