"""Ways of children from the first contact on: made-up numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from kumppanuus.analysis import Column, Context, Result, result_table
from kumppanuus.gallery.cases import Case, GalleryParams

Way = tuple[str, str, str]
STOPS = ("notification", "contact", "school", "counselling", "family_work", "home_service", "adult_social",
         "substance", "psychiatry", "open_care", "placement", "none")  # fmt: skip
"""Codes from top to bottom: where it began, then services from light to heavy, at last no further service."""
_STEP = Column("dimension", codes="stops", adds=True)
_USUAL: Mapping[Way, int] = MappingProxyType(
    {
        ("notification", "counselling", "family_work"): 38, ("notification", "counselling", "open_care"): 21,
        ("notification", "counselling", "none"): 91, ("notification", "family_work", "counselling"): 16,
        ("notification", "family_work", "open_care"): 52, ("notification", "family_work", "none"): 71,
        ("notification", "open_care", "family_work"): 34, ("notification", "open_care", "placement"): 29,
        ("notification", "open_care", "none"): 48, ("notification", "placement", "none"): 13,
        ("notification", "none", "none"): 161, ("notification", "family_work", "placement"): 4,
        ("notification", "placement", "open_care"): 3,
        ("contact", "counselling", "family_work"): 27, ("contact", "counselling", "open_care"): 14,
        ("contact", "counselling", "none"): 142, ("contact", "family_work", "counselling"): 22,
        ("contact", "family_work", "open_care"): 18, ("contact", "family_work", "none"): 88,
        ("contact", "open_care", "none"): 24, ("contact", "none", "none"): 196,
        ("contact", "open_care", "placement"): 2,
    }
)  # fmt: skip


def _many() -> dict[Way, int]:
    """Every way between as many stops as may stand at a step and more."""
    first, later = STOPS[:3], STOPS[3:]
    ways = [(a, b, c) for a in first for b in later for c in later if b != c or b == "none"]
    return {way: 8 + 5 * (place % 13) for place, way in enumerate(ways)}


_PERSONS: Mapping[Case, Mapping[Way, int]] = {
    "usual": _USUAL, "one": {("notification", "family_work", "open_care"): 84}, "many": _many(),
    "hidden": {("notification", "family_work", "none"): 4, ("contact", "none", "none"): 3}, "empty": {},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PathwaysResult(Result):
    """ways : one row a way of three steps, with the children who went it."""

    ways: pd.DataFrame = result_table(
        "paths",
        MappingProxyType(
            {
                "step_1": _STEP,
                "step_2": _STEP,
                "step_3": _STEP,
                "persons": Column("persons"),
                "families": Column("families"),
            }
        ),
        population="gallery pathways",
    )


def compute(_counts: Mapping[str, pd.DataFrame], params: GalleryParams, _context: Context) -> PathwaysResult:
    """Return the numbers of the case that is asked for."""
    numbers = _PERSONS[params.case]
    steps = pd.DataFrame([*numbers], columns=["step_1", "step_2", "step_3"], dtype=object)
    persons = pd.Series([*numbers.values()], dtype="int64")
    families = (persons * 0.85).round().astype("int64")
    return PathwaysResult(steps.assign(persons=persons, families=families))
