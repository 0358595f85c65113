"""Children who use a service, by area: made-up numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Context, Result, result_table
from kumppanuus.gallery.cases import Case, GalleryParams

_SERVICES: Mapping[Case, int] = {"usual": 6, "one": 1, "many": 12, "hidden": 4, "empty": 0}
_CHILDREN: Mapping[Case, tuple[int, ...]] = {
    "usual": (2410, 1630, 980, 640, 210), "one": (900,), "many": tuple(3000 - 150 * place for place in range(12)),
    "hidden": (60, 50, 40), "empty": (),
}  # fmt: skip
_SHARE = (0.17, 0.09, 0.07, 0.05, 0.034, 0.012, 0.011, 0.01, 0.009, 0.008, 0.007, 0.006)
"""Of the children, by service, in a usual area."""


@dataclass(frozen=True, slots=True)
class ReachResult(Result):
    """areas : one row a service and area; ``children`` inhabitants aged 0–17, ``share`` of them that used it."""

    areas: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "service": Column("dimension", codes="kinds"),
                "area": Column("dimension", codes="parts"),
                "persons": Column("persons"),
                "families": Column("families"),
                "children": Column("public"),
                "share": Column("share", of=("persons", "children")),
            }
        ),
        population="gallery reach",
    )


def compute(_counts: Mapping[str, pd.DataFrame], params: GalleryParams, _context: Context) -> ReachResult:
    """Return the numbers of the case that is asked for."""
    dice = np.random.default_rng(11)
    rows = []
    for service in range(_SERVICES[params.case]):
        for area, children in enumerate(_CHILDREN[params.case]):
            persons = round(children * _SHARE[service] * dice.uniform(0.6, 1.5))
            persons = min(persons, 3) if params.case == "hidden" else persons
            rows.append((f"k{service + 1}", f"p{area + 1}", persons, int(np.ceil(0.8 * persons)), children, np.nan))
    frame = pd.DataFrame(rows, columns=list(ReachResult.tables()["areas"].columns))
    return ReachResult(frame.assign(share=frame["persons"] / frame["children"]))
