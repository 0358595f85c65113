"""How paths are protected (R12): each is cut at its last prefix that enough people share, the rest is "other".

A table of paths has the dimensions ``step_1`` to at most ``step_4`` and one row for every way somebody went; whoever
has fewer steps has a code that says so. Numbers of a prefix are sums of what is published (`flows_of`), so none of
them tells more than the paths do.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumppanuus.analysis import Table
from kumppanuus.disclosure import rules as rule
from kumppanuus.disclosure.exclusive import OTHER, as_one, by_base, families_once, guarded, with_people
from kumppanuus.disclosure.pooling import Pieces, keeps_secret, order_of, rest_of, shown_pieces
from kumppanuus.disclosure.released import Guarded, ReleasedTable, Rules
from kumppanuus.errors import DeclarationError

MOST_STEPS = 4
Codes = tuple[str, ...]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A published path: its codes, where it is cut with "other"; its rows; what is pooled in it, if anything."""

    codes: Codes
    rows: Rows
    pieces: Pieces | None = None
    shown: rule.Bools | None = None


@dataclass(frozen=True, slots=True)
class _Ways:
    """The rows of one base.

    codes : shape (rows, steps). persons, families, once : shape (rows,), see `Pieces`.
    """

    codes: npt.NDArray[np.str_]
    persons: rule.Floats
    families: rule.Floats
    once: rule.Floats
    adds: bool
    rules: Rules
    more: Mapping[Codes, int] = field(default_factory=dict)

    @property
    def steps(self) -> int:
        """Number of steps of a path."""
        return int(self.codes.shape[1])

    def with_more(self, prefix: Codes) -> _Ways:
        """Return these ways with one more branch pooled after a prefix."""
        more = {**self.more, prefix: self.more.get(prefix, 0) + 1}
        return _Ways(self.codes, self.persons, self.families, self.once, self.adds, self.rules, more)

    def leaves(self) -> list[_Leaf]:
        """Cut every path at its last prefix that may be shown."""
        found: list[_Leaf] = []
        open_prefixes: list[tuple[Codes, Rows]] = [((), np.arange(len(self.persons)))]
        while open_prefixes:
            prefix, rows = open_prefixes.pop()
            if len(prefix) == self.steps:
                found.append(_Leaf(prefix, rows))
                continue
            branches, pieces, shown = self._branches(prefix, rows)
            open_prefixes += [(branches[place][0], branches[place][1]) for place in np.flatnonzero(shown)]
            if not shown.all():
                pooled = np.concatenate([branches[place][1] for place in np.flatnonzero(~shown)])
                rest = (OTHER,) * (self.steps - len(prefix))
                found.append(_Leaf((*prefix, *rest), np.sort(pooled), pieces, shown))
        return found

    def size(self, leaf: _Leaf) -> float:
        """Return the persons of a leaf."""
        return float(self.persons[leaf.rows].sum())

    def _branches(self, prefix: Codes, rows: Rows) -> tuple[list[tuple[Codes, Rows]], Pieces, rule.Bools]:
        """Return the branches after a prefix, largest first, and which are shown."""
        names, which = np.unique(self.codes[rows, len(prefix)], return_inverse=True)
        numbers = (self.persons[rows], self.once[rows], np.ones(len(rows)))
        persons, once, atoms = (np.bincount(which, weights=each).astype(float) for each in numbers)
        families = np.zeros(len(names))
        np.maximum.at(families, which, self.families[rows])
        families = np.maximum(families, once) if self.adds else families
        order = order_of(persons, [(str(name),) for name in names], self.rules.base)
        pieces = Pieces(persons[order], families[order], once[order], atoms[order], self.adds)
        forced = (names[order] == OTHER) | (not prefix and persons.sum() < self.rules.n_min)
        shown = shown_pieces(pieces, self.rules, forced, self.more.get(prefix, 0))
        return [((*prefix, str(names[place])), rows[which == place]) for place in order], pieces, shown


def protect_paths(name: str, table: Table, frame: pd.DataFrame, rules: Rules, tighten: int = 0) -> Guarded:
    """Protect paths (R12, R13): in each base the most travelled first, ties by code, what is "other" at once last.

    Parameters
    ----------
    tighten : so many more times the smallest published path of each base is cut; at last the base is left out.

    Raises
    ------
    DeclarationError
        KU509 for dimensions of steps other than ``step_1`` to at most ``step_4``.
    """
    steps = _steps_of(name, table)
    base = [each for each in table.dimensions if each not in steps]
    done = [_one_base(table, rows.sort_values(steps), steps, rules, tighten) for _, rows in by_base(frame, base)]
    parts = [part for rows, _ in done for part in rows]
    hidden = np.concatenate([few for _, few in done]) if done else np.zeros(0, dtype=bool)
    kept = pd.concat(parts, ignore_index=True) if parts else frame.iloc[:0]
    what = {
        "cut": any(OTHER in part[steps].iloc[0].tolist() for part in parts),
        "left_out": not all(r for r, _ in done),
    }
    return guarded(name, table, kept, hidden, rules, tuple(word for word, true in what.items() if true))


def flows_of(table: ReleasedTable) -> pd.DataFrame:
    """Add up published paths to flows between consecutive steps.

    Returns
    -------
    The dimensions of the base, ``step`` (1: from the first to the second), ``from``, ``to``, ``persons``.
    """
    steps = _steps_of(table.name, table.declaration)
    base = [each for each in table.declaration.dimensions if each not in steps]
    persons = table.declaration.names("persons")[0]
    paths = table.frame[~table.frame["hidden"]]
    parts = [
        paths[[*base, first, second, persons]].set_axis([*base, "from", "to", "persons"], axis=1).assign(step=number)
        for number, (first, second) in enumerate(itertools.pairwise(steps), start=1)
    ]
    names = [*base, "step", "from", "to"]
    flows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*names, "persons"])
    return flows.groupby(names, sort=True)["persons"].sum().reset_index()


def _one_base(
    table: Table, rows: pd.DataFrame, steps: list[str], rules: Rules, tighten: int
) -> tuple[list[pd.DataFrame], rule.Bools]:
    """Return a row for each published path of a base, and which of them are hidden."""
    there = with_people(table, rows)
    ways, leaves = _tightened(*_kept_secret(_ways(table, there, steps, rules)), tighten)
    leaves = _in_order(ways, leaves)
    parts = [_row(table, there.iloc[leaf.rows], dict(zip(steps, leaf.codes, strict=True)), ways) for leaf in leaves]
    return parts, np.array([_few(ways, leaf) for leaf in leaves], dtype=bool)


def _row(table: Table, rows: pd.DataFrame, codes: Mapping[str, str], ways: _Ways) -> pd.DataFrame:
    return as_one(table, rows, codes, adds=ways.adds) if len(rows) > 1 else rows.assign(**codes)


def _steps_of(name: str, table: Table) -> list[str]:
    steps = [each for each in table.dimensions if each.startswith("step_")]
    if steps != [f"step_{number}" for number in range(1, len(steps) + 1)] or not 1 <= len(steps) <= MOST_STEPS:
        raise DeclarationError("KU509", table=name, n=len(steps), most=MOST_STEPS)
    return steps


def _ways(table: Table, frame: pd.DataFrame, steps: list[str], rules: Rules) -> _Ways:
    adds = table.columns[steps[0]].adds
    persons, families = (frame[table.names(role)[0]].to_numpy(dtype=float) for role in ("persons", "families"))
    codes = frame[steps].astype(str).to_numpy(dtype=str)
    return _Ways(codes, persons, families, families_once(table, frame, adds=adds), adds, rules)


def _kept_secret(ways: _Ways) -> tuple[_Ways, list[_Leaf]]:
    """Cut once more where all published paths and their total together tell how many went a hidden way."""
    while True:
        leaves = ways.leaves()
        sizes = _sizes(ways, leaves)
        telling = [
            leaf
            for place, leaf in enumerate(leaves)
            if leaf.pieces is not None and leaf.shown is not None
            and not keeps_secret(leaf.pieces, ~leaf.shown, rest_of(sizes.sum(), np.delete(sizes, place), ways.rules),
                                 ways.rules)
        ]  # fmt: skip
        after = [cut for leaf in telling if (cut := _cut(ways, leaf)) is not None]
        if not after:
            return ways, leaves
        ways = after[0]


def _tightened(ways: _Ways, leaves: list[_Leaf], times: int) -> tuple[_Ways, list[_Leaf]]:
    for _ in range(times):
        if not leaves:
            break
        sizes = rule.round_counts(_sizes(ways, leaves), ways.rules.base)
        smallest = min(range(len(leaves)), key=lambda place: (sizes[place], leaves[place].codes))
        cut = _cut(ways, leaves[smallest])
        if cut is None:
            return ways, []
        ways, leaves = _kept_secret(cut)
    return ways, leaves


def _cut(ways: _Ways, leaf: _Leaf) -> _Ways | None:
    """Return the ways with one more branch pooled where a leaf hangs; None when it is all there is."""
    prefix = leaf.codes[:-1]
    if leaf.shown is not None:
        prefix = leaf.codes[: len(leaf.codes) - _pooled_steps(leaf)]
        if not leaf.shown.any():
            return ways.with_more(prefix[:-1]) if prefix else None
    return ways.with_more(prefix)


def _pooled_steps(leaf: _Leaf) -> int:
    return len(leaf.codes) - next((n for n, code in enumerate(leaf.codes) if code == OTHER), len(leaf.codes))


def _sizes(ways: _Ways, leaves: list[_Leaf]) -> rule.Floats:
    return np.array([ways.size(leaf) for leaf in leaves], dtype=float)


def _in_order(ways: _Ways, leaves: list[_Leaf]) -> list[_Leaf]:
    """R13: largest protected number first, ties by code; those of whom nothing is told last."""
    order = order_of(_sizes(ways, leaves), [leaf.codes for leaf in leaves], ways.rules.base)
    return sorted((leaves[place] for place in order), key=lambda leaf: set(leaf.codes) == {OTHER})


def _few(ways: _Ways, leaf: _Leaf) -> bool:
    families = max(ways.families[leaf.rows].max(initial=0.0), ways.once[leaf.rows].sum())
    return bool(rule.too_few(np.array(ways.size(leaf)), np.array(families), ways.rules))
