"""From counts to tables: families by need and segment, and whether a service answers the need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from kumppanuus.analysis import Context
from kumppanuus.register.segments import NOT_A_CLIENT, OTHER, segments_of
from kumppanuus.resources.packages.declared import PackagesParams, PackagesResult

MOST_NEEDS = 8
"""So many needs are told by segment: every number more is a number more for the audit."""
_CLASS = 6


def compute(counts: Mapping[str, pd.DataFrame], params: PackagesParams, context: Context) -> PackagesResult:
    """Return the tables of the room; those made after the gate, and those of a proposal of partners, are empty."""
    asked = context.resources.need_services if context.resources is not None else ()
    order = {
        "need": [need for need, _ in asked],
        "segment": [*(each.code for each in segments_of(context.resources)), OTHER, NOT_A_CLIENT],
    }
    segments, needs, inside = (_sorted(counts[name], order) for name in ("segments", "needs", "segment_needs"))
    everyone = segments[["persons", "families"]].sum().to_frame().T
    frames = {
        "everyone": everyone if len(segments) else everyone.head(0),
        "segments": segments,
        "needs": _homes(needs),
        "segment_needs": _homes(inside[inside["need"].isin(_largest(needs))]),
    }
    made = {
        name: frames.get(name, pd.DataFrame()).reindex(columns=list(each.columns))
        for name, each in PackagesResult.tables().items()
    }
    return PackagesResult(**made)


def _homes(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(homes=rows["families"], met_homes=rows["met"]).reset_index(drop=True)


def _largest(needs: pd.DataFrame) -> list[str]:
    """Return the largest needs, by classes of six as they are published: what is left out tells nothing more."""
    sized = needs.assign(size=np.ceil(needs["families"] / _CLASS))
    return [*sized.sort_values("size", ascending=False, kind="stable")["need"].head(MOST_NEEDS)]


def _sorted(rows: pd.DataFrame, orders: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return rows in the order of the codes of each column that they have."""
    places = {name: {code: place for place, code in enumerate(order)} for name, order in orders.items()}
    by = [name for name in ("segment", "need") if name in rows]
    return rows.sort_values(
        by, key=lambda column: column.map(places[str(column.name)]).astype(float), kind="stable", ignore_index=True
    )
