"""Families to partners: a proposal that keeps the limit of children a worker, few moves, and siblings together.

A family is one whole, so siblings have one partner. A family and a worker fit by points: they know each other already,
the worker works in the family's area, and speaks its language. The proposal has the most points of all in which

* no worker has more children than her share of a full post allows;
* at most so many families change their partner (each one more is allowed only when the limit cannot be kept without);
* as few families as possible are left without a partner.

It is a proposal for people to decide about, family by family. How far it may be from the best one is proven
(`methods.assignment`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumppanuus.methods.assignment import NOWHERE, Whole, assign
from kumppanuus.methods.intervals import Floats

KEPT, MOVED, NEW, WITHOUT = "kept", "moved", "new", "without"
FATES = (KEPT, MOVED, NEW, WITHOUT)
"""What becomes of a family: it keeps its partner, changes to another, gets its first one, is left without."""
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Points:
    """What a family and a worker that fit are worth, for each of the family's load: large families are worth no less.

    served : a family has a partner at all. keep : the one it has. protected : besides, of a relationship that should
    not be broken. area, language : the worker works where the family lives, speaks what it speaks. extra_move : what
    a move more than asked takes away, once.
    """

    served: float = 100.0
    keep: float = 4.0
    protected: float = 60.0
    area: float = 3.0
    language: float = 5.0
    extra_move: float = 40.0


@dataclass(frozen=True, slots=True)
class PartnerProposal:
    """Who would be whose partner.

    families : one row a family in the order given: ``family``, ``load``, ``worker_now``, ``worker`` (None = without),
        ``fate`` (`FATES`), ``area_fits``, ``language_fits`` (of the proposed partner), ``area_fitted``,
        ``language_fitted`` (of the present one).
    workers : one row a worker by name: ``worker``, ``limit``, ``now``, ``proposed`` (load).
    points, bound, gap : of the proposal; no proposal has more points than `bound`; gap = (bound − points) / points.
    moves, most_moves : families with a partner that lose it, and how many were asked for at most.
    """

    families: pd.DataFrame
    workers: pd.DataFrame
    points: float
    bound: float
    gap: float
    moves: int
    most_moves: int


def propose_partners(
    families: pd.DataFrame, workers: pd.DataFrame, *, limit: float, most_moves: int, points: Points | None = None,
    gap: float = 0.005, seconds: float = 60.0,
) -> PartnerProposal:  # fmt: skip
    """Propose a partner for every family.

    Parameters
    ----------
    families : ``family``, ``load`` (children, positive), ``worker`` (the present one or None), ``area``, ``language``
        (None = not known: any fits), ``protected`` (the relationship should not be broken); one row a family.
    workers : ``worker``, ``area``, ``language`` (None = any), ``fte``; a worker of two areas or languages has a row for
        each, with the same fte. Present ones who are not named have no room.
    limit : load of a full post; a worker has room for the whole part of limit × fte.

    Notes
    -----
    It compares every family with every worker: 10,000 families and 650 workers take 52 million bytes a table.
    """
    asked = points or Points()
    staff = workers.groupby("worker", sort=True)["fte"].max()
    room = np.floor(limit * staff.to_numpy(float) + 1e-9)
    present = _places(families["worker"], staff.index)
    fits = {each: _fits(families[each], workers, each, staff.index) for each in ("area", "language")}
    fit = asked.served + asked.area * fits["area"] + asked.language * fits["language"]
    rows = np.flatnonzero(present != NOWHERE)
    fit[rows, present[rows]] += asked.keep + asked.protected * families["protected"].to_numpy(bool)[rows]
    load = families["load"].to_numpy(float)
    found = assign(
        -fit * load[:, None], load, room, leave=0.0, now=present, most_moves=most_moves,
        extra_move=asked.extra_move, gap=gap, seconds=seconds,
    )  # fmt: skip
    told = _families(families, present, found.place, fits, staff.index)
    carried = pd.DataFrame({
        "worker": staff.index, "limit": room, "now": _loads(present, load, len(staff)),
        "proposed": _loads(found.place, load, len(staff)),
    })  # fmt: skip
    return PartnerProposal(told, carried, -found.value, -found.bound, found.gap, found.moved, most_moves)


def _places(names: pd.Series, staff: pd.Index) -> Whole:
    """Return the place of each named worker; of nobody, and of those who are not there, none."""
    return np.asarray(staff.get_indexer(pd.Index(names.astype(object))), dtype=np.int64)


def _fits(of_family: pd.Series, workers: pd.DataFrame, column: str, staff: pd.Index) -> Bools:
    """Return which families and workers agree in a column; what is not known agrees with everything."""
    codes = sorted({*of_family.dropna(), *workers[column].dropna()})
    of_worker = np.zeros((len(staff), len(codes)), bool)
    known = workers.dropna(subset=[column])
    of_worker[staff.get_indexer(pd.Index(known["worker"])), pd.Index(codes).get_indexer(pd.Index(known[column]))] = True
    of_worker[staff.get_indexer(pd.Index(workers.loc[workers[column].isna(), "worker"]))] = True
    places = pd.Index(codes).get_indexer(pd.Index(of_family.astype(object)))
    fits = np.ones((len(of_family), len(staff)), bool)
    fits[places >= 0] = of_worker.T[places[places >= 0]]
    return fits


def _families(
    families: pd.DataFrame, present: Whole, place: Whole, fits: dict[str, Bools], staff: pd.Index
) -> pd.DataFrame:  # fmt: skip
    names = np.array([*staff, None], dtype=object)
    had = families["worker"].notna().to_numpy()
    fate = np.select([place == NOWHERE, present == place, had], [WITHOUT, KEPT, MOVED], NEW)
    told = families[["family", "load"]].assign(worker_now=families["worker"], worker=names[place], fate=fate)
    for column, table in fits.items():
        told[f"{column}_fits"], told[f"{column}_fitted"] = _at(table, place), _at(table, present)
    return told.reset_index(drop=True)


def _at(table: Bools, place: Whole) -> Bools:
    """Return the truth at each row's place; nowhere nothing is true."""
    found = np.zeros(len(place), bool)
    rows = np.flatnonzero(place != NOWHERE)
    found[rows] = table[rows, place[rows]]
    return found


def _loads(place: Whole, load: Floats, n: int) -> Floats:
    rows = place != NOWHERE
    return np.bincount(place[rows], weights=load[rows], minlength=n).astype(float)
