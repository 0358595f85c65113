"""From counts to tables: who uses what where, and the staff there is."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from kumppanuus.analysis import Context
from kumppanuus.methods.order import in_order
from kumppanuus.resources.allocation.declared import AllocationParams, AllocationResult


def compute(counts: Mapping[str, pd.DataFrame], params: AllocationParams, context: Context) -> AllocationResult:
    """Return what is counted; the other tables are gathered after the gate.

    Without judgements there will be no proposal, so nobody needs to be told who uses what where.
    """
    everyone, used, places = (counts[name] for name in ("everyone", "in_service", "uses_here"))
    if context.resources is None or not context.resources.benefits:
        used, places = used.head(0), places.head(0)
    frames = {
        "everyone": everyone[everyone["families"] > 0],
        "services": _known(used, context),
        "places": _known(places.sort_values("area"), context),
        "staff": _known(_staff(counts["staff"]), context),
    }
    declared = AllocationResult.tables()
    return AllocationResult(
        **{
            name: frames[name][list(table.columns)] if name in frames else pd.DataFrame(columns=list(table.columns))
            for name, table in declared.items()
        }
    )


def _staff(counted: pd.DataFrame) -> pd.DataFrame:
    """Return person-years, NaN where none are given, and 1 where the service is child welfare."""
    fte = (counted["hundredth_fte"] / 100).where(counted["staffed"] > 0)
    return counted.assign(own_fte=fte, statutory=(counted["statutory"].astype(str).str.lower() == "true").astype(float))


def _known(rows: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return the services of the catalogue in its order."""
    return in_order(rows[rows["service"].isin(list(context.services))], ("service",), context)
