"""How answers on a scale are protected (R2, R4, R7, R9): neighbouring answers are merged until none is small.

One row an item and answer; the last dimension is the answer, its codes are numbers. Everybody gives one answer to an
item. Nothing is hidden, so there is nothing to subtract.
"""

from __future__ import annotations

import pandas as pd

from kumppanuus.analysis import Table
from kumppanuus.disclosure.pieces import adds_up, fits, groups_in_order, merged_rows, numbers_of_codes, protected_pieces
from kumppanuus.disclosure.released import Guarded, Rules
from kumppanuus.disclosure.rules import LARGE_GROUP
from kumppanuus.disclosure.rules_forms import Run, merged_neighbours


def protect_likert(name: str, table: Table, frame: pd.DataFrame, rules: Rules, tighten: int = 0) -> Guarded:
    """Protect answers: 1 and 2, 4 and 5 … become one answer where one alone would be small.

    An item with fewer than ``n_min`` answers, or whose answers all become one, is left out. Of a sensitive item (its
    share is declared so) with fewer than 100 answers, an answer that nobody gave is merged like a small one.

    Parameters
    ----------
    tighten : how many further times the smallest answer of every item is merged.

    Raises
    ------
    DisclosureError
        KU525 when an answer is no number or a column has no rule here.
    """
    fits(name, table, frame, ("share", "behind"))
    kept: list[pd.DataFrame] = []
    left_out, merged = 0, False
    for _, part in groups_in_order(frame, list(table.dimensions[:-1]), numbers_of_codes(name, table, frame)):
        runs = _answers(table, part, rules, tighten)
        merged |= 0 < len(runs) < len(part)
        left_out += 0 if runs else len(part)
        kept += [merged_rows(table, part, runs)] if runs else []
    return protected_pieces(name, table, kept, frame, left_out, ("merged",) if merged else (), rules)


def _answers(table: Table, part: pd.DataFrame, rules: Rules, tighten: int) -> list[Run]:
    persons = part[table.names("persons")[0]].to_numpy(dtype=float)
    families = part[table.names("families")[0]].to_numpy(dtype=float)
    if persons.sum() < max(rules.n_min, 1):
        return []
    sensitive = any(table.columns[each].sensitive for each in table.names("share"))
    zeros = not sensitive or persons.sum() >= LARGE_GROUP
    return merged_neighbours(persons, families, rules, tighten, zeros=zeros, adds=adds_up(table))
