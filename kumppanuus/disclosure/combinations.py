"""How tables of combinations are protected (R11): what used together is common is shown, the rest is one pool."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from kumppanuus.analysis import Table
from kumppanuus.disclosure import rules as rule
from kumppanuus.disclosure.exclusive import OTHER, as_one, by_base, families_once, guarded, with_people
from kumppanuus.disclosure.pooling import Pieces, hides_members, keeps_secret, order_of, rest_of, shown_pieces
from kumppanuus.disclosure.released import Guarded, Rules

COMBINATION, JOIN = "combination", "+"
MOST_TOGETHER = 3
"""Of so many things at most it may be known from elsewhere how many use them together."""


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
    other = (ordered[COMBINATION].astype(str) == OTHER).to_numpy()
    forced = other | (pieces.persons.sum() < rules.n_min) | _half_hidden(pieces, rules)
    first, shown = (
        _untold(ordered[COMBINATION], pieces, shown_pieces(pieces, rules, forced, more), rules) for more in (0, tighten)
    )
    if tighten > np.count_nonzero(first):
        return _Done(ordered.iloc[:0], np.zeros(0, dtype=bool), 0)
    rows, pool = ordered[shown], ordered[~shown]
    if pool.empty:
        return _Done(rows, np.zeros(len(rows), dtype=bool), 0)
    together = pd.concat([rows, as_one(table, pool, {COMBINATION: OTHER}, adds=pieces.families_add)], ignore_index=True)
    secret = keeps_secret(pieces, ~shown, rest_of(pieces.persons.sum(), pieces.persons[shown], rules), rules)
    few = rule.too_few(pieces.persons[~shown].sum(), np.array(pieces.families_of(~shown)), rules)
    return _Done(together, np.append(np.zeros(len(rows), dtype=bool), few | ~np.array(secret)), len(pool))


def _half_hidden(pieces: Pieces, rules: Rules) -> rule.Bools:
    """Return which combinations would be half a row, their families hidden; with one alone the smallest other goes."""
    unseen = (pieces.families <= rules.base) & pieces.families_add
    left = np.flatnonzero(~(unseen | pieces.few(rules)))
    if len(left) == len(unseen) - 1:
        unseen[left[-1:]] = True
    return unseen


def _untold(codes: pd.Series[str], pieces: Pieces, shown: rule.Bools, rules: Rules) -> rule.Bools:
    """Pool further combinations until no total of one, two or three things tells what is in the pool.

    How many use a thing, or two or three together (others besides or not), may be published elsewhere; less the shown
    combinations that hold them, it is those of the pool. What is in "other" from the beginning is not known by its
    parts.
    """
    parts = [frozenset(str(code).split(JOIN)) for code in codes]
    few, shown = pieces.few(rules), shown.copy()
    together = {each for place in np.flatnonzero(shown) for each in _subsets(parts[place])}
    for things in sorted(together) * 2:  # what is pooled for later things can tell of earlier ones
        inside = np.array([each.issuperset(things) for each in parts], dtype=bool)
        while (shown & inside).any() and (few & inside & ~shown).any():
            if hides_members(_some(pieces, inside), ~shown[inside], rules):
                break
            shown[np.flatnonzero(shown & inside)[-1]] = False
    return shown


def _subsets(things: frozenset[str]) -> Iterator[tuple[str, ...]]:
    for size in range(1, MOST_TOGETHER + 1):
        yield from combinations(sorted(things), size)


def _some(pieces: Pieces, some: rule.Bools) -> Pieces:
    persons, families, once, atoms = (
        each[some] for each in (pieces.persons, pieces.families, pieces.once, pieces.atoms)
    )
    return Pieces(persons, families, once, atoms, pieces.families_add)


def _pieces(table: Table, frame: pd.DataFrame) -> Pieces:
    adds = table.columns[COMBINATION].adds
    persons, families = (frame[table.names(role)[0]].to_numpy(dtype=float) for role in ("persons", "families"))
    return Pieces(persons, families, families_once(table, frame, adds=adds), np.ones(len(frame)), adds)
