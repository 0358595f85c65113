"""Contacts by reason: made-up numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from kumppanuus.analysis import Column, Context, Result, result_table
from kumppanuus.gallery.cases import Case, GalleryParams

_PERSONS: Mapping[Case, tuple[int, ...]] = {
    "usual": (412, 268, 187, 94, 61, 4), "one": (412,), "many": tuple(range(400, 40, -12)),
    "hidden": (4, 3, 2), "empty": (),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ContactsResult(Result):
    """reasons : one row a reason of contact, with the people and families who gave it."""

    reasons: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "reason": Column("dimension", codes="reasons"),
                "persons": Column("persons"),
                "families": Column("families"),
            }
        ),
        population="gallery contacts",
    )


def compute(_counts: Mapping[str, pd.DataFrame], params: GalleryParams, _context: Context) -> ContactsResult:
    """Return the numbers of the case that is asked for."""
    persons = pd.Series(_PERSONS[params.case], dtype="int64")
    reasons = [f"r{place}" for place in range(1, len(persons) + 1)]
    frame = pd.DataFrame({"reason": reasons, "persons": persons, "families": (persons * 0.8).round().astype("int64")})
    return ContactsResult(frame)
