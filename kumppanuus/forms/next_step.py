"""Where ways lead next, from published flows: the numbers of headlines beside `flow`."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from kumppanuus.forms.flow import OTHER
from kumppanuus.methods.shares import difference_limits


@dataclass(frozen=True, slots=True)
class Next:
    """Shares of people whose next step is the target, by where they began; published numbers.

    shares : 0–1, whole percent; NaN where nobody began. low, high : limits of the first minus the second; NaN where
        one of them is not known.
    """

    shares: tuple[float, float]
    low: float
    high: float


def next_of(flows: pd.DataFrame, beginnings: tuple[str, str], target: str) -> Next:
    """Compare how often two beginnings lead straight to the target; any of the others may have gone there too.

    Parameters
    ----------
    flows : of `flow.flows_of_group`.
    """
    first = flows[flows["step"] == 1]
    some, rest, total = (
        [float(first.loc[(first["from"] == code) & first["to"].isin(to), "persons"].sum()) for code in beginnings]
        for to in ([target], [OTHER], first["to"].unique())
    )  # fmt: skip
    shares = (share_of(some[0], total[0]), share_of(some[1], total[1]))
    if not all(some):
        return Next(shares, math.nan, math.nan)
    low, _ = difference_limits((some[0], total[0]), (some[1] + rest[1], total[1]))
    _, high = difference_limits((some[0] + rest[0], total[0]), (some[1], total[1]))
    return Next(shares, low, high)


def share_of(some: float, total: float) -> float:
    """Return a share in whole percent; NaN when there is nobody."""
    return round(some / total, 2) if total else math.nan
