"""Assessments finished within three months, by team: made-up numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from kumppanuus.analysis import Column, Context, Result, result_table
from kumppanuus.gallery.cases import Case, GalleryParams

_MANY = tuple((24 + 17 * place % 310, (62, 71, 80, 55, 90, 74)[place % 6]) for place in range(60))
_ROWS: Mapping[Case, tuple[tuple[int, int], ...]] = {
    # children assessed, per cent in time
    "usual": (
        (44, 77), (62, 68), (75, 81), (81, 72), (97, 66), (104, 78), (118, 74), (126, 69), (133, 76), (151, 71),
        (166, 79), (182, 56), (195, 73), (214, 75), (231, 88), (248, 72), (276, 70), (302, 74), (341, 63), (6, 50),
    ),
    "one": ((182, 56),), "many": _MANY, "hidden": ((6, 50), (5, 80), (4, 75)), "empty": (),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TimelinessResult(Result):
    """teams : one row a team with the children assessed, those in time, and their share."""

    teams: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "team": Column("dimension", codes="teams"),
                "persons": Column("persons"),
                "families": Column("families"),
                "in_time": Column("count", of=("in_time", "in_time_families")),
                "share": Column("share", of=("in_time", "persons")),
                "in_time_families": Column("behind"),
            }
        ),
        population="gallery assessments by team",
    )


def compute(_counts: Mapping[str, pd.DataFrame], params: GalleryParams, _context: Context) -> TimelinessResult:
    """Return the numbers of the case that is asked for."""
    rows = _ROWS[params.case]
    persons = pd.Series([children for children, _ in rows], dtype="int64")
    in_time = pd.Series([round(children * share / 100) for children, share in rows], dtype="int64")
    return TimelinessResult(
        pd.DataFrame(
            {
                "team": [f"t{place}" for place in range(1, len(rows) + 1)],
                "persons": persons,
                "families": (persons * 0.8).round().astype("int64"),
                "in_time": in_time,
                "share": pd.Series(float("nan"), index=persons.index, dtype=float),
                "in_time_families": (in_time * 0.8).round().astype("int64"),
            }
        )
    )
