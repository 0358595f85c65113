"""Cost of placements in two years: made-up numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from kumppanuus.analysis import Column, Context, Result, result_table
from kumppanuus.gallery.cases import Case, GalleryParams

BEFORE, AFTER = "2021", "2024"
Year = tuple[int, int, float, float]
_BEHIND = ("persons", "families", "concentration")
_YEARS: Mapping[Case, Mapping[str, Year]] = {
    "usual": {BEFORE: (182, 131, 41_900.0, 12_600_000.0), AFTER: (211, 152, 43_600.0, 15_100_000.0)},
    "one": {AFTER: (211, 152, 43_600.0, 15_100_000.0)},
    "many": {
        BEFORE: (982, 731, 241_900.0, 112_600_000.0), "2022": (990, 740, 240_100.0, 114_000_000.0),
        "2023": (995, 742, 239_800.0, 113_100_000.0), AFTER: (991, 738, 240_600.0, 112_900_000.0),
    },
    "hidden": {BEFORE: (8, 4, 1_900.0, 560_000.0), AFTER: (7, 4, 1_800.0, 580_000.0)},
    "empty": {},
}  # fmt: skip
"""Children, families, days and euros of each year."""


@dataclass(frozen=True, slots=True)
class CostChangeResult(Result):
    """periods : one row a year, with the children placed, their days and the cost."""

    periods: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "year": Column("dimension", codes="years", time_axis=True),
                "persons": Column("persons"),
                "families": Column("families"),
                "days": Column("sum", of=_BEHIND),
                "cost_eur": Column("sum", of=_BEHIND, unit="EUR"),
                "concentration": Column("concentration"),
            }
        ),
        population="gallery cost change",
    )


def compute(_counts: Mapping[str, pd.DataFrame], params: GalleryParams, _context: Context) -> CostChangeResult:
    """Return the numbers of the case that is asked for."""
    rows = [(year, *numbers, 1 / numbers[1]) for year, numbers in _YEARS[params.case].items()]
    frame = pd.DataFrame(rows, columns=["year", "persons", "families", "days", "cost_eur", "concentration"])
    return CostChangeResult(
        frame.astype({"year": object, "persons": "int64", "families": "int64", "days": float, "cost_eur": float})
    )
