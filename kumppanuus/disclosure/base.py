"""The base of cells: every count of a run, published or hidden, as one whole number, and how they hang together.

Two numbers are the same cell when they count the same thing (`Column.cell`) of the same population
(`Table.population`) under the same codes, in whatever analysis they stand. A cell under more codes is part of the
cell under fewer. Which relations an observer may take for granted is decided by the exact numbers: one that holds
everywhere between two tables is taken as known, for he may guess it, and one that does not hold anywhere is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd

from kumppanuus.analysis import Table
from kumppanuus.disclosure.placed import COUNTED, OTHER, Name, Placed, code_text
from kumppanuus.disclosure.relations import relations_of
from kumppanuus.disclosure.released import Guarded, ReleasedTable, Rules
from kumppanuus.disclosure.rests import is_rest, rests_of, with_rests
from kumppanuus.disclosure.rules import Bools, Floats
from kumppanuus.errors import DisclosureError
from kumppanuus.methods.system import Numbers, Relation, System, from_relations


@dataclass(frozen=True, slots=True)
class Base:
    """All cells of a run.

    places : where the cells stand: columns ``analysis``, ``table``, ``row``, ``column``, ``key`` (name in the base),
        ``cell`` (number of the cell), ``hidden`` (bool), ``published``.
    exact : the true number of each cell. hidden : where it is hidden in any place.
    small : cells an observer must not find out: hidden ones of 1 to the largest hidden number.
    most : that number.
    knowing : works out what he knows; a base in which a place shows what another hides is never asked for it.
    """

    places: pd.DataFrame
    exact: Floats
    hidden: Bools
    small: Bools
    most: float
    knowing: Callable[[], System]

    @property
    def system(self) -> System:
        """What an observer knows of the cells."""
        return self.knowing()

    @property
    def unequal(self) -> pd.DataFrame:
        """Places that show a number which another place hides."""
        shown = ~self.places["hidden"].to_numpy(dtype=bool) & self.hidden[self.places["cell"]]
        return self.places[shown]


def largest_hidden(rules: Rules) -> int:
    """Return the largest number of people that is hidden for being small."""
    return max(rules.k - 1, rules.base)


def make_base(tables: Mapping[Name, Guarded], rules: Rules) -> Base:
    """Gather all cells of the protected tables and the relations between them.

    Raises
    ------
    DisclosureError
        KU508 when two places give different numbers for one cell.
    """
    most = float(largest_hidden(rules))
    cells = {}
    for name, each in tables.items():
        cells[name] = with_rests(_counts(name, each, rules), each.table.declaration, most)
    base = gathered(cells, tables, most)
    secret = ~_known(base, tables)
    return replace(base, small=base.hidden & secret & (base.exact >= 1) & (base.exact <= most))


def _known(base: Base, tables: Mapping[Name, Guarded]) -> Bools:
    """Return which cells are another number by definition (`Column.times`): what they are is no secret of theirs."""
    declared = {name: each.table.declaration.columns for name, each in tables.items()}
    columns = {(*name, column) for name, all_of in declared.items() for column in all_of if all_of[column].times}
    known = np.zeros(len(base.exact), dtype=bool)
    for analysis, table, column in sorted(columns):
        here = (base.places["analysis"] == analysis) & (base.places["table"] == table)
        known[base.places.loc[here & (base.places["column"] == column), "cell"].to_numpy(dtype=np.int64)] = True
    return known


def gathered(cells: Mapping[Name, pd.DataFrame], tables: Mapping[Name, Guarded], most: float) -> Base:
    """Put the cells of all tables together: one number each, its bounds, its relations; none of them sought yet.

    Parameters
    ----------
    cells : of each table one row a cell: ``analysis``, ``table``, ``row``, ``column``, ``key``, ``hidden``,
        ``published``, ``exact``, and ``low`` and ``high``: between what it lies by itself.

    Raises
    ------
    DisclosureError
        KU508 when two places give different numbers for one cell.
    """
    counted = {name: each for name, each in cells.items() if len(each)}
    if not counted:
        nothing = np.zeros(0)
        empty = pd.DataFrame(columns=["analysis", "table", "row", "column", "hidden", "published", "key", "cell"])
        return Base(empty, nothing, nothing > 0, nothing > 0, most, lambda: from_relations(nothing, nothing, []))
    places = pd.concat(counted.values(), ignore_index=True)
    places["cell"], names = pd.factorize(places["key"])
    exact = _one_number(places, len(names))
    cell = places.groupby("cell")
    hidden = cell["hidden"].any().to_numpy(dtype=bool)
    everywhere = cell["hidden"].all().to_numpy(dtype=bool)
    low = np.where(hidden & ~everywhere, np.minimum(exact, 1), cell["low"].max().to_numpy(dtype=float))
    high = np.where(hidden & ~everywhere, np.inf, cell["high"].min().to_numpy(dtype=float))

    @cache
    def knowing() -> System:
        return from_relations(np.minimum(low, exact), high, _relations(places, tables))

    return Base(places, exact, hidden, hidden & False, most, knowing)


def _relations(places: pd.DataFrame, tables: Mapping[Name, Guarded]) -> list[Relation]:
    """Return how the cells of all tables hang together."""
    by_table = {
        (str(analysis), str(table)): _placed(tables[str(analysis), str(table)], part)
        for (analysis, table), part in places.groupby(["analysis", "table"])
    }
    known = [*relations_of(by_table), *rests_of(places, tables)]
    return [relation for relation in known if len(relation.numbers)]


def own_bounds(exact: Floats, published: Floats, rules: Rules) -> tuple[Floats, Floats]:
    """Return between what a number lies by itself: its class of six, as far as it is not hidden; else open above.

    A hidden number may be hidden for being small, for standing on too few families or to protect another one; the
    observer is not told why.
    """
    hidden = np.isnan(published)
    least = np.minimum(np.maximum(published - rules.base // 2 + 1, largest_hidden(rules) + 1), exact)
    low = np.where(hidden, np.minimum(1.0, exact), np.where(published > 0, least, 0.0))
    high = np.where(hidden, np.inf, np.where(published > 0, published + rules.base // 2, 0.0))
    return low, high


def guessed_bounds(exact: Floats, published: Floats, rules: Rules) -> tuple[Floats, Floats]:
    """Return `own_bounds` for an observer who guesses of every small hidden number that it is small."""
    low, high = own_bounds(exact, published, rules)
    small = np.isnan(published) & (exact <= largest_hidden(rules))
    return low, np.where(small, float(largest_hidden(rules)), high)


def cells_of(name: Name, guarded: Guarded, column: str) -> pd.DataFrame:
    """Return one row for every number of a column that exists, without its bounds."""
    table, frame, masked = guarded.table.declaration, guarded.table.frame, guarded.table.masked
    exact = guarded.exact[column].to_numpy(dtype=float)
    there = np.flatnonzero(~np.isnan(exact))
    return pd.DataFrame(
        {
            "analysis": name[0], "table": name[1], "row": there, "column": column,
            "hidden": masked[column].to_numpy(dtype=bool)[there],
            "published": frame[column].to_numpy(dtype=float)[there], "exact": exact[there],
            "key": keys_of(name, table, frame, column)[there],
        }
    )  # fmt: skip


def _counts(name: Name, guarded: Guarded, rules: Rules) -> pd.DataFrame:
    """Return one row for every count of a table that exists."""
    table = guarded.table.declaration
    parts = []
    for column in (each for each in table.names(*COUNTED) if each in guarded.table.frame):
        cells = cells_of(name, guarded, column)
        shown = np.where(cells["hidden"], np.nan, cells["published"])
        low, high = own_bounds(cells["exact"].to_numpy(dtype=float), shown, rules)
        least = _least(table, column, guarded.table, rules)[cells["row"].to_numpy()]
        parts.append(cells.assign(low=np.maximum(low, least), high=high))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _least(table: Table, column: str, released: ReleasedTable, rules: Rules) -> Floats:
    """Return what a number is at least for being hidden alone: families beside published persons are f or more."""
    frame, masked = released.frame, released.masked
    least = np.zeros(len(masked))
    for people, homes in zip(table.names("persons"), table.names("families"), strict=False):
        if homes == column and people in masked:
            alone = masked[homes].to_numpy(dtype=bool) & (frame[people].to_numpy(dtype=float) > 0)
            least = np.where(alone, float(rules.f), least)
    return least


def keys_of(name: Name, table: Table, frame: pd.DataFrame, column: str) -> np.ndarray:
    """Return what each number of a column is called in the base; shape (rows,).

    What was merged into "other" need not be the same in two tables, so it is a cell of its own in each.
    """
    counted = table.columns[column]
    start = f"{table.population or '.'.join(name)}|{counted.cell or column}"
    keys = np.full(len(frame), start, dtype=object)
    fixed = dict(table.fixed)
    for dimension in sorted([*_dimensions_of(table, column), *fixed]):
        codes = pd.Series(fixed[dimension], index=frame.index) if dimension in fixed else code_text(frame[dimension])
        named = {code: f"|{dimension}={_code_in_key(str(code), name)}" for code in codes.unique()}
        keys = keys + codes.map(named).to_numpy(dtype=object)
    return np.asarray(keys)


def _code_in_key(code: str, name: Name) -> str:
    plain = code.replace("%", "%25").replace("|", "%7C").replace("=", "%3D")
    return f"{OTHER}|{'.'.join(name)}" if plain == OTHER else plain


def _dimensions_of(table: Table, column: str) -> list[str]:
    """Return the dimensions a number depends on: of a curve, its people do not depend on time."""
    timeless = table.form == "curve" and table.columns[column].role in ("persons", "families")
    return [each for each in table.dimensions if not (timeless and table.columns[each].role == "time")]


def _one_number(places: pd.DataFrame, n: int) -> Floats:
    exact = places.groupby("cell")["exact"].agg(["min", "max"])
    if (exact["min"] != exact["max"]).any():
        apart = places[places["cell"].isin(exact.index[exact["min"] != exact["max"]])]
        where = sorted({f"{each.analysis}/{each.table}" for each in apart[["analysis", "table"]].itertuples()})
        raise DisclosureError("KU508", where=", ".join(where))
    return exact["min"].reindex(range(n)).to_numpy(dtype=float)


def _placed(guarded: Guarded, places: pd.DataFrame) -> Placed:
    cells: dict[str, Numbers] = {}
    exact: dict[str, Floats] = {}
    for column, part in places[~is_rest(places)].groupby("column"):
        cells[str(column)] = np.full(len(guarded.table.frame), -1)
        exact[str(column)] = np.full(len(guarded.table.frame), np.nan)
        rows = part["row"].to_numpy()
        cells[str(column)][rows], exact[str(column)][rows] = part["cell"].to_numpy(), part["exact"].to_numpy()
    told = guarded.table.told
    return Placed(guarded.table.declaration, guarded.table.frame, cells, exact, "merged" in told, "longer" in told)
