"""How tables of combinations are protected (R11): what used together is common is shown, the rest is one pool."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumppanuus.analysis import Table
from kumppanuus.disclosure import rules as rule
from kumppanuus.disclosure.exclusive import OTHER, as_one, by_base, families_once, guarded, with_people
from kumppanuus.disclosure.pooling import Pieces, keeps_secret, order_of, rest_of, shown_pieces
from kumppanuus.disclosure.released import Guarded, Rules

COMBINATION = "combination"


@dataclass(frozen=True, slots=True)
class _Done:
    """The rows of one base: each combination that is shown, then the pool. hidden : bool by row."""

    rows: pd.DataFrame
    hidden: rule.Bools
    pooled: int


def protect_combinations(name: str, table: Table, frame: pd.DataFrame, rules: Rules, tighten: int = 0) -> Guarded:
    """Protect combinations (R11, R13): the rows of each base in the order of their protected persons, the pool last.

    A combination nobody has is no row. Everybody of a base with fewer than n_min persons is in the pool; a pool that
    is too small by itself is one row without numbers.

    Parameters
    ----------
    tighten : so many more of the smallest shown combinations of each base join the pool; at last the base is left out.
    """
    base = [each for each in table.dimensions if each != COMBINATION]
    done = [_one_base(table, rows, rules, tighten) for _, rows in by_base(frame, base)]
    rows = pd.concat([each.rows for each in done], ignore_index=True) if done else frame.iloc[:0]
    hidden = np.concatenate([each.hidden for each in done]) if done else np.zeros(0, dtype=bool)
    told = (*(("pooled",) if any(each.pooled for each in done) else ()),
            *(("left_out",) if any(each.rows.empty for each in done) else ()))  # fmt: skip
    return guarded(name, table, rows, hidden, rules, told)


def _one_base(table: Table, frame: pd.DataFrame, rules: Rules, tighten: int) -> _Done:
    there = with_people(table, frame)
    codes = [(str(each),) for each in there[COMBINATION]]
    ordered = there.iloc[
        order_of(there[table.names("persons")[0]].to_numpy(dtype=float), codes, rules.base)
    ].reset_index(drop=True)
    pieces = _pieces(table, ordered)
    forced = (ordered[COMBINATION].astype(str) == OTHER).to_numpy() | (pieces.persons.sum() < rules.n_min)
    first, shown = (shown_pieces(pieces, rules, forced, more) for more in (0, tighten))
    if tighten > np.count_nonzero(first):
        return _Done(ordered.iloc[:0], np.zeros(0, dtype=bool), 0)
    rows, pool = ordered[shown], ordered[~shown]
    if pool.empty:
        return _Done(rows, np.zeros(len(rows), dtype=bool), 0)
    together = pd.concat([rows, as_one(table, pool, {COMBINATION: OTHER}, adds=pieces.families_add)], ignore_index=True)
    secret = keeps_secret(pieces, ~shown, rest_of(pieces.persons.sum(), pieces.persons[shown], rules), rules)
    few = rule.too_few(pieces.persons[~shown].sum(), np.array(pieces.families_of(~shown)), rules)
    return _Done(together, np.append(np.zeros(len(rows), dtype=bool), few | ~np.array(secret)), len(pool))


def _pieces(table: Table, frame: pd.DataFrame) -> Pieces:
    adds = table.columns[COMBINATION].adds
    persons, families = (frame[table.names(role)[0]].to_numpy(dtype=float) for role in ("persons", "families"))
    return Pieces(persons, families, families_once(table, frame, adds=adds), np.ones(len(frame)), adds)
