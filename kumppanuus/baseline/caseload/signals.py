"""What stands out: areas whose workers have more children than the law allows, and children above its limit."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from kumppanuus.baseline.caseload.shown import area_loads, last_day, limit_in_force
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.signals import Signal
from kumppanuus.forms.histogram import against, bins_of
from kumppanuus.forms.shares import share_with_limits

_WHOLE_EXCESS = 1 / 3
"""So many parts of the limit above it count as a whole gap: 40 children where 30 are allowed."""
_ALL_ABOVE = 0.4
"""Such a share of children above the limit, or without a named worker, counts as a whole gap."""


def signals(released: ReleasedResult) -> tuple[Signal, ...]:
    """Return the measured caseloads against the limit of the law that is in force on the last counted day."""
    if released.status != "ok" or math.isnan(limit_in_force(released)):
        return ()
    return (*_areas(released), *_above(released), *_unassigned(released))


def _areas(released: ReleasedResult) -> Iterator[Signal]:
    """Of each area, the mean load of the year."""
    limit, (table, loads) = limit_in_force(released), area_loads(released)
    for (_, row), (_, load) in zip(table.frame.iterrows(), loads.iterrows(), strict=True):
        if not math.isnan(load["value"]) and row["area"] != "unknown":
            yield Signal(
                name="overload", kind="pain", reference_kind="law", value=float(load["value"]),
                lower=float(load["lower"]), upper=float(load["upper"]), reference=limit, worse="higher",
                unit="number", full=limit * _WHOLE_EXCESS, families=float(row["families"]), chart="areas",
                words=(("area", "areas", str(row["area"])),),
            )  # fmt: skip


def _above(released: ReleasedResult) -> Iterator[Signal]:
    """Of all children with a worker, the share whose worker has more than the limit."""
    bins = bins_of(released.tables["bands"], {"day": last_day(released)})
    limit = limit_in_force(released) + 1
    if math.isnan(against(released.tables["bands"], limit, group={"day": last_day(released)}).share):
        return
    over = bins[bins["low"] >= limit]
    share, lower, upper = share_with_limits(
        over["persons"].to_numpy(), bins["persons"].to_numpy(), float(bins["families"].sum(skipna=False))
    )
    if not math.isnan(share):
        yield Signal(
            name="above", kind="pain", reference_kind="law", value=share, lower=lower if len(over) else 0.0,
            upper=upper, reference=0.0, worse="higher", unit="share", full=_ALL_ABOVE,
            families=float(over["families"].sum(skipna=False)), chart="bands",
        )  # fmt: skip


def _unassigned(released: ReleasedResult) -> Iterator[Signal]:
    """Of all children in child welfare, the share whose responsible worker is not named in the register.

    Where nobody has one, the extract simply lacks the column: the charts say so, it is no finding.
    """
    days = released["days"]
    row = days.sort_values("day").iloc[-1]
    some, everybody = (np.array([row[each]], dtype=float) for each in ("unassigned", "persons"))
    share, lower, upper = share_with_limits(some, everybody, float(row["families"]))
    if not math.isnan(share) and row["assigned"] != 0:
        yield Signal(
            name="unassigned", kind="obstacle", reference_kind="law", value=share, lower=lower if share else 0.0,
            upper=upper, reference=0.0, worse="higher", unit="share", full=_ALL_ABOVE,
            families=round(share * float(row["families"])) if row["families"] > 0 else math.nan, chart="load",
        )  # fmt: skip
