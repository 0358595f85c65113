"""Month by month: how many of each type are in which state, and who stands behind it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumppanuus.lifecycle.trajectories.types import LABELS, STATES, Types, texts_of
from kumppanuus.methods.intervals import Floats
from kumppanuus.register.calendar import month_day

Bools = npt.NDArray[np.bool_]
NONE, OTHER, ANY = "none", "other", "any"
ENOUGH = 7
"""So many moves (or people in a state) are no hidden number (R1)."""
NEAR = 0.15
"""A line between published months may be off by so much of the type."""


def levels_of_types(members: pd.DataFrame, types: Types) -> pd.DataFrame:
    """Return ``persons`` and ``families`` of each ``type`` that ever were on each level (``state``)."""
    path = {text: number for number, text in enumerate(texts_of(types.sequences))}
    rows = members["path"].map(path).to_numpy(dtype=np.int64)
    ever: Bools = np.any(types.sequences.inside[:, rows], axis=2)
    typed = members.assign(type=types.type_of[rows])
    found = []
    for place, state in enumerate(STATES[:-1]):
        there = typed.loc[ever[place]]
        homes = there.drop_duplicates(["home", "type"]).groupby("type")["families"].sum()
        people = pd.DataFrame({"persons": there.groupby("type")["persons"].sum(), "families": homes})
        found.append(people.reset_index().assign(state=state))
    every = pd.concat(found, ignore_index=True).sort_values("type", kind="stable", ignore_index=True)
    return every.assign(type=[LABELS[int(number)] for number in every["type"]])


def states_of_types(members: pd.DataFrame, types: Types) -> pd.DataFrame:
    """Return one row a type, state and month.

    Parameters
    ----------
    members : see `types.members_of`.

    Returns
    -------
    ``type``, ``state``, ``time`` (day on which the month begins), ``share``, ``at_risk`` and ``families_at_risk`` (of
    the type: all are followed to the end), ``events`` (persons who moved into the state or out of it since the
    month before), ``ending_families`` (at least so many families are behind them), ``persons`` and ``families`` (ever
    in the state). States in which nobody of a type ever is have no rows; rare ones are pooled, see `layers`.
    """
    path = {text: number for number, text in enumerate(texts_of(types.sequences))}
    rows = members["path"].map(path).to_numpy(dtype=np.int64)
    inside = types.sequences.inside[:, rows, :]
    people, home = members["persons"].to_numpy(dtype=float), members["home"].to_numpy()
    homes = members.drop_duplicates("home").set_index("home")["families"]
    parts = []
    for number in range(int(types.type_of.max()) + 1):
        of_type = types.type_of[rows] == number
        for state, there in layers(inside[:, of_type], people[of_type]).items():
            part = _of_state(there, people[of_type], home[of_type], homes)
            parts.append(part.assign(type=LABELS[number], state=state))
    return pd.concat(parts, ignore_index=True)


def layers(inside: Bools, people: Floats) -> dict[str, Bools]:
    """Return who is in which state, with those levels pooled that would leave hardly any month to publish.

    A month of a curve is published when the moves since the last one are none or enough in each state (R8), and a
    state holds nobody or enough; a level that few are on therefore silences all others. Levels are pooled from the
    least moved on, until the lines between published months lie near what really happened; at last all levels are
    ``any`` service.

    Parameters
    ----------
    inside : (states, members, months). people : how many each member stands for.

    Returns
    -------
    State → (members, months); several pooled levels are ``other``.
    """
    there = {state: inside[place] for place, state in enumerate(STATES) if inside[place].any()}
    moved = {state: float(_moves(each, people).sum()) for state, each in there.items() if state != NONE}
    levels = sorted(moved, key=lambda state: (moved[state], state))
    most = len(levels) - (1 if _seldom(there.get(NONE), people) else 0)
    tried = [_pooled(there, levels[:size]) for size in (0, *range(2, most + 1))]
    errors = [_largest_error([*each.values()], people) for each in tried]
    return tried[next((place for place, error in enumerate(errors) if error <= NEAR), int(np.argmin(errors)))]


def _seldom(there: Bools | None, people: Floats) -> bool:
    """Whether a state cannot be shown: in most months too few are in it, or nobody ever is."""
    held = people @ there if there is not None else np.zeros(1)
    return bool(np.mean((held > 0) & (held < ENOUGH)) > 0.5) or not held.any()


def _pooled(there: dict[str, Bools], pool: list[str]) -> dict[str, Bools]:
    kept = {state: each for state, each in there.items() if state not in pool}
    name = OTHER if set(kept) - {NONE} else ANY
    return {**kept, name: np.any([there[state] for state in pool], axis=0)} if pool else kept


def _largest_error(states: list[Bools], people: Floats) -> float:
    """Return how far the shares lie from the lines between the months that can be published, at most."""
    moves = np.array([_moves(each, people) for each in states])
    held = np.array([people @ each for each in states])
    since, shown = np.zeros(len(states)), [0]
    for month in range(1, moves.shape[1]):
        since = since + moves[:, month]
        if since.any() and all(((each == 0) | (each >= ENOUGH)).all() for each in (since, held[:, month])):
            since = np.zeros(len(states))
            shown.append(month)
    months = np.arange(moves.shape[1])
    lines = np.array([np.interp(months, shown, each[shown]) for each in held])
    return float(np.abs(lines - held).max() / people.sum())


def _moves(there: Bools, people: Floats) -> Floats:
    """Return how many moved into a state or out of it in each month."""
    return np.append(0.0, people @ (there[:, 1:] != there[:, :-1]))


def _of_state(there: Bools, people: Floats, home: npt.NDArray[np.int64], homes: pd.Series) -> pd.DataFrame:
    """Return the rows of one state of one type; `there` is (members, months)."""
    months = there.shape[1]
    moved = np.column_stack([np.zeros(len(there), dtype=bool), there[:, 1:] != there[:, :-1]])
    ever = there.any(axis=1)
    return pd.DataFrame(
        {
            "time": [month_day(month) for month in range(months)],
            "share": people @ there / people.sum(),
            "at_risk": people.sum(),
            "families_at_risk": homes.loc[np.unique(home)].sum(),
            "events": people @ moved,
            "ending_families": _families_moving(moved, home, homes),
            "persons": people[ever].sum(),
            "families": homes.loc[np.unique(home[ever])].sum(),
        }
    )


def _families_moving(moved: Bools, home: npt.NDArray[np.int64], homes: pd.Series) -> Floats:
    """Return the families behind the moves of each month, each family spread evenly over the months it moves in.

    Whatever months are taken together, the sum is never more than the families behind their moves.
    """
    of, place = np.unique(home, return_inverse=True)
    moving = np.zeros((len(of), moved.shape[1]), dtype=bool)
    np.logical_or.at(moving, place, moved)
    each = homes.reindex(of).to_numpy(dtype=float) / np.maximum(moving.sum(axis=1), 1)
    return np.asarray(each @ moving)
