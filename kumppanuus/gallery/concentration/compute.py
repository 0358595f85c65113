"""Cost of services by family, from the least to the most: made-up numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Context, Result, result_table
from kumppanuus.gallery.cases import Case, GalleryParams

GROUPS = 20
_FAMILIES: Mapping[Case, int] = {"usual": 3200, "one": 40, "many": 90000, "hidden": 20, "empty": 0}
_STEEPNESS: Mapping[Case, float] = {"usual": 1.5, "one": 0.7, "many": 0.2, "hidden": 6.0, "empty": 1.5}
"""Log cost rises so many units a unit of the normal scale: at 0.2 all cost nearly the same, at 6 one has nearly all."""


@dataclass(frozen=True, slots=True)
class ConcentrationResult(Result):
    """costs : one row a twentieth of the families, lowest cost first; ``share`` of all cost up to its end."""

    costs: pd.DataFrame = result_table(
        "lorenz",
        MappingProxyType(
            {
                "twentieth": Column("dimension", codes="numbers", adds=True),
                "persons": Column("persons"),
                "families": Column("families"),
                "cost_eur": Column("sum", of=("persons", "families", "concentration"), unit="EUR"),
                "concentration": Column("concentration"),
                "share": Column("cumulative", of=("cost_eur", "concentration")),
            }
        ),
        population="gallery costs",
    )


def compute(_counts: Mapping[str, pd.DataFrame], params: GalleryParams, _context: Context) -> ConcentrationResult:
    """Return the numbers of the case that is asked for."""
    families = _FAMILIES[params.case]
    dice = np.random.default_rng(5)
    costs = np.sort(np.exp(8 + _STEEPNESS[params.case] * dice.standard_normal(families)).round(2) + 1)
    rows = [
        (str(place), 2 * len(part), len(part), part.sum(), (part**2).sum() / part.sum() ** 2, np.nan)
        for place, part in enumerate(np.split(costs, GROUPS) if families else (), start=1)
    ]
    return ConcentrationResult(pd.DataFrame(rows, columns=list(ConcentrationResult.tables()["costs"].columns)))
