"""Children in open care by district, and how many the whole county's rates let expect: made-up numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from kumppanuus.analysis import Column, Context, Result, result_table
from kumppanuus.gallery.cases import Case, GalleryParams

_MANY = tuple((45 + 37 * place % 190, 60 + 29 * place % 160) for place in range(30))
_ROWS: Mapping[Case, tuple[tuple[int, int], ...]] = {
    "usual": ((171, 112), (134, 118), (96, 88), (208, 231), (58, 97), (37, 35), (74, 69), (5, 8)),
    "one": ((171, 112),), "many": _MANY, "hidden": ((4, 6), (3, 5), (6, 4)), "empty": (),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RatiosResult(Result):
    """areas : one row a district with its children in open care, their families, and the expected number."""

    areas: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "district": Column("dimension", codes="districts"),
                "persons": Column("persons"),
                "families": Column("families"),
                "expected": Column("public"),
            }
        ),
        population="gallery open care",
    )


def compute(_counts: Mapping[str, pd.DataFrame], params: GalleryParams, _context: Context) -> RatiosResult:
    """Return the numbers of the case that is asked for."""
    rows = _ROWS[params.case]
    persons = pd.Series([seen for seen, _ in rows], dtype="int64")
    return RatiosResult(
        pd.DataFrame(
            {
                "district": [f"d{place}" for place in range(1, len(rows) + 1)],
                "persons": persons,
                "families": (persons * 0.7).round().astype("int64"),
                "expected": pd.Series([expected for _, expected in rows], dtype="int64"),
            }
        )
    )
