"""Families by the services they use together: made-up numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from kumppanuus.analysis import Column, Context, Result, result_table
from kumppanuus.gallery.cases import Case, GalleryParams

HELPS = ("curator", "family_work", "counselling", "home_service", "adult_social", "open_care", "substance",
         "psychiatry", "support_person", "support_family", "school_psychologist", "outreach", "speech",
         "supervisor")  # fmt: skip
"""Codes of the services in the order of their levels."""
_USUAL: Mapping[str, int] = MappingProxyType(
    {
        "curator": 402, "counselling": 331, "adult_social": 286, "curator+counselling": 141,
        "family_work+home_service": 98, "family_work+open_care": 74, "family_work+counselling": 66,
        "adult_social+substance": 58, "adult_social+open_care+substance": 41,
        "family_work+home_service+open_care": 33, "curator+open_care": 29, "family_work+adult_social+open_care": 22,
        "curator+family_work+open_care": 16, "family_work+adult_social+open_care+substance": 12,
        "curator+counselling+open_care": 4, "curator+counselling+family_work+open_care": 3,
        "counselling+home_service": 8, "open_care": 9,
    }
)  # fmt: skip


def _many() -> dict[str, int]:
    """Each service alone, and with each of the next ones: far more combinations than fit."""
    sets = {"+".join(HELPS[first : first + size]): 0 for size in (1, 2, 3, 4) for first in range(len(HELPS) - size + 1)}
    return {code: 4 + 1700 // (place + 2) for place, code in enumerate(sets)}


_FAMILIES: Mapping[Case, Mapping[str, int]] = {
    "usual": _USUAL, "one": {"family_work+open_care": 412}, "many": _many(),
    "hidden": {"curator": 4, "family_work": 3, "curator+family_work": 2}, "empty": {},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TogetherResult(Result):
    """sets : one row a set of services, with the families who used exactly those in a year."""

    sets: pd.DataFrame = result_table(
        "combinations",
        MappingProxyType(
            {
                "combination": Column("dimension", codes="helps", adds=True),
                "persons": Column("persons"),
                "families": Column("families"),
            }
        ),
        population="gallery together",
    )


def compute(_counts: Mapping[str, pd.DataFrame], params: GalleryParams, _context: Context) -> TogetherResult:
    """Return the numbers of the case that is asked for."""
    numbers = _FAMILIES[params.case]
    families = pd.Series([*numbers.values()], dtype="int64")
    persons = (families * 1.6).round().astype("int64")
    frame = pd.DataFrame({"combination": pd.Series([*numbers], dtype=object), "persons": persons, "families": families})
    return TogetherResult(frame)
