"""The audit of sums (R5): no hidden sum of too few people may be told to a quarter by all published sums together.

A total less what is published of it is the sum of what is hidden. A level whose services are all published is
published itself, whatever is hidden of it; so sums are looked at together, as counts are, in whole cents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from kumppanuus.analysis import Table
from kumppanuus.disclosure import rules as rule
from kumppanuus.disclosure.audit import Finding
from kumppanuus.disclosure.base import Base, cells_of, gathered
from kumppanuus.disclosure.placed import Name
from kumppanuus.disclosure.protect import digits_of
from kumppanuus.disclosure.released import Guarded
from kumppanuus.disclosure.silence import silent
from kumppanuus.methods.integer import ranges

SPREAD = 0.25
"""A hidden sum of too few people must be able to be a quarter less or a quarter more than it is."""
ROUGHLY = 4
"""A sum that is hidden to protect another is known this well: persons and unit costs are published, so its size is."""
CENTS = 100


def make_money(tables: Mapping[Name, Guarded]) -> Base:
    """Gather all sums of the protected tables; ``small`` marks the hidden ones of too few people."""
    base = gathered({name: _sums(name, each) for name, each in tables.items()}, tables, 0.0)
    if base.places.empty:
        return base
    few = base.places.groupby("cell")["few"].any().to_numpy(dtype=bool)
    return replace(base, small=base.hidden & few & (base.exact > 0))


def audit_money(base: Base) -> Finding:
    """Look for hidden sums of too few people that the published sums tell to a quarter."""
    with silent():
        least, most = ranges(base.system, base.small)
    near = (least >= (1 - SPREAD) * base.exact) & (most <= (1 + SPREAD) * base.exact)
    return Finding(base.small & near, int(np.count_nonzero(base.small)))


def _sums(name: Name, guarded: Guarded) -> pd.DataFrame:
    """Return one row for every sum of a table, in cents, with what rounding leaves of a published one."""
    table = guarded.table.declaration
    parts = []
    for column in (each for each in table.names("sum") if each in guarded.table.frame):
        cells = cells_of(name, guarded, column)
        rows = cells["row"].to_numpy()
        exact = np.round(cells["exact"].to_numpy(dtype=float) * CENTS)
        persons = guarded.exact[table.columns[column].of[0]].to_numpy(dtype=float)[rows]
        half = _half_a_digit(cells["published"].to_numpy(dtype=float), digits_of(persons)) * CENTS
        shown = cells["published"].to_numpy(dtype=float) * CENTS
        hidden = cells["hidden"].to_numpy(dtype=bool)
        few = ~_enough(table, column, guarded.exact)[rows]
        low = np.where(hidden, np.where(few, 0.0, exact // ROUGHLY), np.minimum(np.nan_to_num(shown - half), exact))
        high = np.where(hidden, np.where(few, np.inf, exact * ROUGHLY), np.maximum(np.nan_to_num(shown + half), exact))
        parts.append(cells.assign(exact=exact, low=low, high=high, few=few, published=np.where(hidden, np.nan, shown)))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _enough(table: Table, column: str, exact: pd.DataFrame) -> rule.Bools:
    persons, families, concentration = (exact[each].to_numpy(dtype=float) for each in table.columns[column].of[:3])
    return rule.mean_allowed(persons, families, concentration)


def _half_a_digit(value: rule.Floats, digits: rule.Floats) -> rule.Floats:
    """Return how far a number may be from what it was rounded to so many significant digits."""
    with np.errstate(divide="ignore", invalid="ignore"):
        magnitude = np.floor(np.log10(np.abs(value)))
    return np.where(value > 0, 0.5 * 10.0 ** (np.nan_to_num(magnitude, neginf=0.0) - digits + 1), 0.0)
