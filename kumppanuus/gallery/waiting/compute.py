"""Children waiting for family counselling, month by month: made-up numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Context, Result, result_table
from kumppanuus.gallery.cases import Case, GalleryParams

CHANGE = "2023-04"
"""The month in which a new way of working began."""
_MONTHS: Mapping[Case, int] = {"usual": 36, "one": 1, "many": 108, "hidden": 24, "empty": 0}
_AROUND: Mapping[Case, tuple[float, float]] = {
    "usual": (96, 66), "one": (96, 96), "many": (900, 905), "hidden": (3, 3), "empty": (0, 0),
}  # fmt: skip
"""How many wait before and after the change."""


@dataclass(frozen=True, slots=True)
class WaitingResult(Result):
    """queue : one row a month: waiting at its end, came and left in it."""

    queue: pd.DataFrame = result_table(
        "queue",
        MappingProxyType(
            {
                "month": Column("dimension", codes="numbers", time_axis=True),
                "waiting": Column("count", of=("waiting", "waiting_families")),
                "came": Column("count", of=("came", "came_families")),
                "left": Column("count", of=("left", "left_families")),
                "waiting_families": Column("behind"),
                "came_families": Column("behind"),
                "left_families": Column("behind"),
            }
        ),
        population="gallery waiting",
    )


def compute(_counts: Mapping[str, pd.DataFrame], params: GalleryParams, _context: Context) -> WaitingResult:
    """Return the numbers of the case that is asked for."""
    months = _MONTHS[params.case]
    before, after = _AROUND[params.case]
    dice = np.random.default_rng(4)
    codes = [f"{2022 + month // 12}-{month % 12 + 1:02d}" for month in range(months)]
    target = np.array([before if code < CHANGE else after for code in codes])
    waiting = np.round(target * (1 + 0.12 * dice.standard_normal(months))).astype(np.int64).clip(min=1)
    came = np.round(0.35 * target * (1 + 0.2 * dice.random(months))).astype(np.int64)
    change = np.diff(waiting, prepend=waiting[:1])
    came = np.maximum(came, change)
    rows = {"waiting": waiting, "came": came, "left": came - change}
    behind = {f"{name}_families": np.ceil(0.8 * numbers).astype(np.int64) for name, numbers in rows.items()}
    return WaitingResult(pd.DataFrame({"month": codes, **rows, **behind}))
