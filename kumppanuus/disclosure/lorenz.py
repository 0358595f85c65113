"""How Lorenz curves are protected (R5, R16): groups of equal size on a fixed grid, no group of too few, whole percent.

One row a group, lowest first; the last dimension is the group, its codes are numbers. The gate computes L itself from
the sums of the groups; the sums are not published, they would be finer than whole percents of a published total.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumppanuus.analysis import Table
from kumppanuus.disclosure import rules as rule
from kumppanuus.disclosure.pieces import (
    adds_up,
    fits,
    groups_in_order,
    merged_rows,
    numbers_of_codes,
    protected_pieces,
    refuse,
)
from kumppanuus.disclosure.released import Guarded, Rules
from kumppanuus.disclosure.rules_forms import Run, merged_concentration

GRIDS = (20, 10, 5, 4, 2)
"""Numbers of groups a curve may have; tenths become fifths, then halves."""


def protect_lorenz(name: str, table: Table, frame: pd.DataFrame, rules: Rules, tighten: int = 0) -> Guarded:
    """Protect Lorenz curves: the finest grid all of whose groups have 10 persons, 5 families and no dominating one.

    Parameters
    ----------
    tighten : how many further grids are passed over; after the last one the curve is left out.

    Raises
    ------
    DisclosureError
        KU525 when a sum is negative or missing, the groups are no grid, or a column has no rule here.
    """
    fits(name, table, frame, ("sum", "behind", "concentration", "cumulative"))
    _whole(name, table, frame)
    kept: list[pd.DataFrame] = []
    left_out, merged = 0, False
    for _, part in groups_in_order(frame, list(table.dimensions[:-1]), numbers_of_codes(name, table, frame)):
        if len(part) not in GRIDS:
            raise refuse(name, table.dimensions[-1], table.form)
        runs = _groups(table, part, rules, tighten)
        merged |= 0 < len(runs) < len(part)
        left_out += 0 if runs else len(part)
        kept += [_curve(table, part, runs)] if runs else []
    return protected_pieces(name, table, kept, frame, left_out, ("merged",) if merged else (), rules)


def _whole(name: str, table: Table, frame: pd.DataFrame) -> None:
    if len(table.names("cumulative")) != 1:
        raise refuse(name, "cumulative", table.form)
    sums, _ = _money(table)
    if not (frame[sums].astype(float) >= 0).all():
        raise refuse(name, sums, table.form)


def _money(table: Table) -> tuple[str, str]:
    sums, concentration = table.columns[table.names("cumulative")[0]].of
    return sums, concentration


def _groups(table: Table, part: pd.DataFrame, rules: Rules, tighten: int) -> list[Run]:
    """Return the rows of every group of the grid that is published; none when there is no curve."""
    sums, _ = _money(table)
    if part[table.names("persons")[0]].sum() < rules.n_min or part[sums].sum() <= 0:
        return []
    grids = [_steps(len(part), grid) for grid in GRIDS if len(part) % grid == 0]
    allowed = [runs for runs in grids if all(_enough(table, part.iloc[slice(*run)], rules) for run in runs)]
    return allowed[tighten] if tighten < len(allowed) else []


def _steps(rows: int, grid: int) -> list[Run]:
    width = rows // grid
    return [(first, first + width) for first in range(0, rows, width)]


def _enough(table: Table, group: pd.DataFrame, rules: Rules) -> bool:
    """R5: enough people in a group of the grid, and nobody's money dominates it."""
    sums, concentration = _money(table)
    persons = np.array([group[table.names("persons")[0]].sum()], dtype=float)
    homes = group[table.names("families")[0]]
    families = np.array([homes.sum() if adds_up(table) else homes.max()], dtype=float)  # at least so many
    each = group[concentration].to_numpy(dtype=float)
    money = group[sums].to_numpy(dtype=float)
    largest = merged_concentration(money, np.nan_to_num(each, nan=0.0), adds=adds_up(table))
    unknown = np.isnan(each[money > 0]).any()
    enough = rule.mean_allowed(persons, families, np.array([largest])) & ~rule.too_few(persons, families, rules)
    return bool(enough[0]) and not unknown


def _curve(table: Table, part: pd.DataFrame, runs: list[Run]) -> pd.DataFrame:
    """Return the exact numbers of the groups of the grid; L is the share of the sum up to the end of each."""
    sums, _ = _money(table)
    totals = np.array([part[sums].iloc[first:after].sum() for first, after in runs], dtype=float)
    rows = merged_rows(table, part, runs)
    return rows.assign(**{sums: totals, table.names("cumulative")[0]: np.cumsum(totals) / totals.sum()})
