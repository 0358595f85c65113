"""Posts now and as an optimisation proposes, and what its limits cost: made-up numbers.

The real one is solved on rounded needs and published sums, so that posts and prices hold nothing that is not public;
where the clients of all services are hidden there is no plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from kumppanuus.analysis import Column, Context, Result, result_table
from kumppanuus.gallery.cases import Case, GalleryParams

_MANY = tuple((f"s{place}", 60 + 11 * place, 4 + 5 * place % 29, 4 + 5 * place % 29 + (place * 5) % 11 - 5)
              for place in range(1, 31))  # fmt: skip
_SERVICES: Mapping[Case, tuple[tuple[str, int, int, int | None], ...]] = {
    # service, clients, posts now, posts proposed
    "usual": (
        ("s1", 214, 14, 19), ("s2", 187, 22, 27), ("s3", 402, 18, 20), ("s4", 655, 16, 18), ("s5", 61, 9, 10),
        ("s6", 238, 21, 19), ("s7", 96, 31, 26), ("s8", 143, 17, 9),
    ),
    "one": (("s1", 214, 14, 19),),
    "many": _MANY,
    "hidden": (("s1", 4, 2, None), ("s2", 5, 3, None)),
    "empty": (),
}  # fmt: skip
_LIMITS: Mapping[Case, tuple[tuple[str, int], ...]] = {
    "usual": (("l1", 412), ("l2", 231), ("l3", 118), ("l4", 64), ("l5", 0)),
    "one": (("l2", 0),),
    "many": (*((f"l{place}", 412 - 70 * place) for place in range(1, 6)), ("l6", 0), ("l7", 0)),
    "hidden": (),
    "empty": (),
}


@dataclass(frozen=True, slots=True)
class AllocationResult(Result):
    """A proposal.

    services : one row a service, its clients, and its posts (person-years) now and as proposed; NaN without a plan.
    limits : one row a limit, and how many days of waiting one unit more of it would save.
    """

    services: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "service": Column("dimension", codes="helps"),
                "persons": Column("persons"),
                "families": Column("families"),
                "posts_now": Column("public", unit="posts"),
                "posts_proposed": Column("public", unit="posts"),
            }
        ),
        population="gallery allocation",
    )
    limits: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {"limit": Column("dimension", codes="limits"), "days_saved": Column("public", unit="days")}
        ),
    )  # fmt: skip


def compute(_counts: Mapping[str, pd.DataFrame], params: GalleryParams, _context: Context) -> AllocationResult:
    """Return the numbers of the case that is asked for."""
    names = ["service", "persons", "posts_now", "posts_proposed"]
    rows = pd.DataFrame(_SERVICES[params.case], columns=names)
    rows = rows.astype({"persons": "int64", "posts_now": float, "posts_proposed": float})
    rows["families"] = (rows["persons"] * 0.8).round().astype("int64")
    limits = pd.DataFrame(_LIMITS[params.case], columns=["limit", "days_saved"])
    return AllocationResult(rows[["service", "persons", "families", *names[2:]]], limits.astype({"days_saved": float}))
