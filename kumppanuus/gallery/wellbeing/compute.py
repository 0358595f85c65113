"""Answers of families to a questionnaire: made-up numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from kumppanuus.analysis import Column, Context, Result, result_table
from kumppanuus.gallery.cases import Case, GalleryParams

SCALE = ("1", "2", "3", "4", "5")
"""From strongly disagree to strongly agree."""
Answers = tuple[int, ...]
_USUAL: Mapping[str, Answers] = MappingProxyType(
    {
        "heard": (14, 22, 31, 78, 63), "in_time": (46, 55, 38, 48, 21), "know_whom": (17, 26, 43, 72, 50),
        "together": (33, 52, 50, 53, 20), "future": (6, 12, 44, 88, 58), "network": (5, 4, 33, 40, 30),
        "own_pace": (3, 2, 4, 1, 2),
    }
)  # fmt: skip
_PERSONS: Mapping[Case, Mapping[str, Answers]] = {
    "usual": _USUAL,
    "one": {"in_time": (46, 55, 38, 48, 21)},
    "many": {f"many_{place}": tuple(8 + (place * 7 + answer * 13) % 60 for answer in range(5)) for place in range(14)},
    "hidden": {"heard": (2, 3, 1, 4, 2)},
    "empty": {},
}


@dataclass(frozen=True, slots=True)
class WellbeingResult(Result):
    """statements : one row a statement and answer, with the parents who gave it and their share of all answers."""

    statements: pd.DataFrame = result_table(
        "likert",
        MappingProxyType(
            {
                "statement": Column("dimension", codes="statement_names"),
                "answer": Column("dimension", codes="answer_names"),
                "persons": Column("persons"),
                "families": Column("families"),
                "share": Column("share", of=("persons", "answered")),
                "answered": Column("behind"),
            }
        ),
        population="gallery wellbeing",
    )


def compute(_counts: Mapping[str, pd.DataFrame], params: GalleryParams, _context: Context) -> WellbeingResult:
    """Return the numbers of the case that is asked for."""
    rows = [
        (code, answer, number, number, float("nan"), sum(numbers))
        for code, numbers in _PERSONS[params.case].items()
        for answer, number in zip(SCALE, numbers, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=[*WellbeingResult.tables()["statements"].columns])
    return WellbeingResult(frame.astype({"persons": "int64", "families": "int64", "answered": "int64"}))
