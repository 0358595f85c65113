"""Clients at the end of each month by service level, and places for the corrective ones: made-up numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from kumppanuus.analysis import Column, Context, Result, result_table
from kumppanuus.gallery.cases import Case, GalleryParams

_LEVELS: Mapping[Case, Mapping[str, tuple[float, float, float]]] = {
    # at the beginning, added a month, swing of the seasons
    "usual": {"early": (1340.0, 3.9, 45.0), "special": (900.0, 0.2, 25.0), "corrective": (520.0, 4.6, 8.0)},
    "one": {"corrective": (520.0, 4.6, 8.0)},
    "many": {"universal": (3900.0, -3.0, 60.0), "early": (1340.0, 3.9, 45.0), "special": (900.0, 0.4, 25.0),
             "corrective": (520.0, 3.6, 8.0)},
    "hidden": {"early": (3.0, 0.0, 1.0), "corrective": (4.0, 0.0, 1.0)},
    "empty": {},
}  # fmt: skip
_PLACES: Mapping[str, int] = {"corrective": 820}
MONTHS = 60


@dataclass(frozen=True, slots=True)
class StockResult(Result):
    """Clients and places.

    months : one row a level and month, with clients at its end. places : one row a level whose places are limited.
    """

    months: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "level": Column("dimension", codes="levels"),
                "month": Column("dimension", codes="months", time_axis=True),
                "persons": Column("persons"),
                "families": Column("families"),
            }
        ),
        population="gallery stock",
    )
    places: pd.DataFrame = result_table(
        "counts", MappingProxyType({"level": Column("dimension", codes="levels"), "places": Column("public")})
    )


def compute(_counts: Mapping[str, pd.DataFrame], params: GalleryParams, _context: Context) -> StockResult:
    """Return the numbers of the case that is asked for."""
    levels = _LEVELS[params.case]
    rows = [
        (level, f"{2021 + at // 12}-{at % 12 + 1:02d}", round(start + each * at + swing * math.sin(at / 3)))
        for level, (start, each, swing) in levels.items()
        for at in range(MONTHS)
    ]
    frame = pd.DataFrame(rows, columns=["level", "month", "persons"]).astype({"persons": "int64"})
    limited = [(level, places) for level, places in _PLACES.items() if level in levels]
    return StockResult(
        frame.assign(families=(frame["persons"] * 0.8).round().astype("int64")),
        pd.DataFrame(limited, columns=["level", "places"]).astype({"places": "int64"}),
    )
