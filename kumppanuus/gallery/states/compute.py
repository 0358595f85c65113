"""The highest level of support of each child, month by month after the first contact: made-up numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumppanuus.analysis import Column, Context, Result, result_table
from kumppanuus.gallery.cases import Case, GalleryParams
from kumppanuus.register.calendar import month_day

STATES = ("corrective", "special", "early", "waiting", "none")
MONTHS = 24
_CHILDREN: Mapping[Case, int] = {"usual": 1200, "one": 120, "many": 40000, "hidden": 14, "empty": 0}
_MOVES = np.array(
    [
        [0.97, 0.01, 0.01, 0.00, 0.01],
        [0.03, 0.90, 0.03, 0.01, 0.03],
        [0.004, 0.016, 0.90, 0.01, 0.07],
        [0.01, 0.07, 0.20, 0.60, 0.12],
        [0.002, 0.008, 0.02, 0.03, 0.94],
    ]
)
"""Shape (from, to): how a month changes a state, in the order of `STATES`."""


@dataclass(frozen=True, slots=True)
class StatesResult(Result):
    """after_contact : one row a state and month, with the share of the children who are in it then."""

    after_contact: pd.DataFrame = result_table(
        "curve",
        MappingProxyType(
            {
                "state": Column("dimension", codes="supports"),
                "day": Column("time"),
                "share": Column("occupation"),
                "at_risk": Column("count"),
                "events": Column("count"),
                "ending_families": Column("count"),
                "persons": Column("persons"),
                "families": Column("families"),
            }
        ),
        population="gallery states",
        together=("state",),
    )


def compute(_counts: Mapping[str, pd.DataFrame], params: GalleryParams, _context: Context) -> StatesResult:
    """Return the numbers of the case that is asked for."""
    children = _CHILDREN[params.case]
    columns = list(StatesResult.tables()["after_contact"].columns)
    if not children:
        return StatesResult(pd.DataFrame([], columns=columns))
    paths = _paths(children)
    return StatesResult(pd.concat([_rows(paths, place) for place in range(len(STATES))], ignore_index=True)[columns])


def _paths(children: int) -> npt.NDArray[np.int64]:
    """Return the place of each child's state in each month, shape (children, months)."""
    dice = np.random.default_rng(7)
    paths = np.full((children, MONTHS + 1), STATES.index("waiting"))
    for month in range(1, MONTHS + 1):
        steps = np.cumsum(_MOVES[paths[:, month - 1]], axis=1)
        paths[:, month] = (dice.random(children)[:, None] > steps).sum(axis=1).clip(max=len(STATES) - 1)
    return paths


def _rows(paths: npt.NDArray[np.int64], place: int) -> pd.DataFrame:
    inside = paths == place
    moves = np.append(0, (inside[:, 1:] != inside[:, :-1]).sum(axis=0))
    ever = int(inside.any(axis=1).sum())
    return pd.DataFrame(
        {
            "state": STATES[place], "day": [month_day(month) for month in range(MONTHS + 1)],
            "share": inside.mean(axis=0), "at_risk": len(paths), "events": moves, "ending_families": moves,
            "persons": ever, "families": ever,
        }
    )  # fmt: skip
