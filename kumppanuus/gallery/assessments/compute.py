"""Days from a matter becoming pending to its assessment: made-up numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Context, Result, result_table
from kumppanuus.gallery.cases import Case, GalleryParams

WEEK, LIMIT, LAST = 7, 91, 210
"""Days of a bin, of the time limit (three months), and from which on everybody is in the last bin."""
_WEEKS = (
    28,
    79,
    94,
    127,
    103,
    105,
    120,
    93,
    75,
    57,
    55,
    58,
    46,
    24,
    27,
    33,
    18,
    14,
    18,
    9,
    8,
    4,
    7,
    8,
    8,
    2,
    3,
    1,
    2,
    17,
)
_PERSONS: Mapping[Case, tuple[int, ...]] = {
    "usual": _WEEKS, "one": (*[0] * 11, 40, *[0] * 6, 40), "many": tuple(9000 + 37 * week for week in range(30)),
    "hidden": (1, 2, 0, 1), "empty": (),
}  # fmt: skip
_UNFINISHED: Mapping[Case, int] = {"usual": 96, "one": 12, "many": 4000, "hidden": 2, "empty": 0}


@dataclass(frozen=True, slots=True)
class AssessmentsResult(Result):
    """Children whose service needs were assessed.

    time_taken : one row a week of waiting, with the children whose assessment was finished in it; the last is open.
    cases : one row a state, finished or not; ``median_days`` lower edge of the week in which half were finished.
    """

    time_taken: pd.DataFrame = result_table(
        "histogram",
        MappingProxyType(
            {
                "week": Column("dimension", codes="numbers", adds=True),
                "low": Column("public", unit="days"),
                "high": Column("public", unit="days"),
                "persons": Column("persons"),
                "families": Column("families"),
            }
        ),
        population="gallery assessments",
    )
    cases: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "state": Column("dimension", codes="states"),
                "persons": Column("persons"),
                "families": Column("families"),
                "median_days": Column("quantile", of=("persons", "in_bin", "families_in_bin"), unit="days"),
                "in_bin": Column("behind"),
                "families_in_bin": Column("behind"),
            }
        ),
        population="gallery assessment cases",
    )


def compute(_counts: Mapping[str, pd.DataFrame], params: GalleryParams, _context: Context) -> AssessmentsResult:
    """Return the numbers of the case that is asked for."""
    persons = np.array(_PERSONS[params.case], dtype=np.int64)
    low = WEEK * np.arange(len(persons), dtype=float)
    weeks = pd.DataFrame(
        {
            "week": [str(week) for week in range(1, len(persons) + 1)],
            "low": low,
            "high": low + WEEK,
            "persons": persons,
            "families": _families(persons),
        }
    )
    return AssessmentsResult(weeks, _cases(persons, low, _UNFINISHED[params.case]))


def _cases(persons: np.ndarray, low: np.ndarray, unfinished: int) -> pd.DataFrame:
    columns = list(AssessmentsResult.tables()["cases"].columns)
    if not persons.sum():
        return pd.DataFrame([], columns=columns)
    half = int(np.searchsorted(np.cumsum(persons), persons.sum() / 2))
    families = _families(persons)
    rows = [
        (
            "finished",
            int(persons.sum()),
            int(families.sum()),
            float(low[half]),
            int(persons[half]),
            int(families[half]),
        ),
        ("unfinished", unfinished, int(_families(np.array([unfinished]))[0]), np.nan, 0, 0),
    ]
    return pd.DataFrame(rows, columns=columns)


def _families(persons: np.ndarray) -> np.ndarray:
    return np.ceil(persons * 0.8).astype(np.int64)
