"""What the charts of the room say, worked out of published numbers alone: the numbers of their headlines."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.forms.next_step import share_of
from kumppanuus.forms.rounding import ends_of_class
from kumppanuus.lifecycle.pathways.compute import NONE, OPEN
from kumppanuus.methods.pathways import binned_quantile, clustered_limits
from kumppanuus.methods.shares import difference_limits

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two services in a row.

    share : of those who came in by the first one, 0–1, whole percent. low, high : its limits, outward.
    """

    first: str
    second: str
    persons: float
    share: float
    low: float
    high: float


def pairs_of(table: ReleasedTable) -> tuple[list[Pair], float, float]:
    """Return the published pairs of services, the commonest first; and who is on any published way, with a second."""
    frame = table.frame[~table.frame["hidden"]].dropna(subset=["persons"])
    came = frame.groupby("step_1")["persons"].sum()
    named = frame[~frame["step_1"].isin([OTHER]) & ~frame["step_2"].isin([OTHER, NONE, OPEN])]
    found = [_pair(row, float(came[row["step_1"]])) for row in named.to_dict("records")]
    ended = float(frame.loc[frame["step_2"].isin([NONE, OPEN]), "persons"].sum())
    whole = float(frame["persons"].sum())
    return sorted(found, key=lambda each: (-each.persons, each.first, each.second)), whole, whole - ended


def _pair(row: dict, total: float) -> Pair:  # type: ignore[type-arg]
    """Take the limits from the ends of the classes, families as units."""
    persons = float(row["persons"])
    (least,), (most,) = (ends.tolist() for ends in ends_of_class(np.array([persons])))
    homes = total * min(1.0, float(row["families"]) / persons) if row["families"] > 0 else total / 2
    low, _ = clustered_limits(min(least, total), total, homes)
    _, high = clustered_limits(min(most, total), total, homes)
    return Pair(str(row["step_1"]), str(row["step_2"]), persons, share_of(persons, total),
                math.floor(low * 100) / 100, math.ceil(high * 100) / 100)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leading:
    """The largest of several shares, and another one it is compared with.

    code, share : of the largest; "" and NaN when no share is published. second, second_share : of the other one.
    clear : whether the limits of their difference exclude none.
    """

    code: str
    share: float
    second: str
    second_share: float
    clear: bool


def leading_of(rows: pd.DataFrame, over: str, part: str, total: str) -> Leading:
    """Compare the largest published share of a table with the next one.

    Parameters
    ----------
    rows : published: `over`, ``share``, `part` and `total` (people). Where families are known (``families``), a share
        stands on as many units as there are families to a person.
    """
    known = rows.dropna(subset=["share", part, total]).sort_values(["share", over], ascending=[False, True])
    return _compared(known.head(2), over, part, total, pairs=1)


def extremes_of(rows: pd.DataFrame, over: str, part: str, total: str) -> Leading:
    """Compare the largest published share of a table with the smallest, allowing for how many pairs there are.

    Parameters
    ----------
    rows : as of `leading_of`.
    """
    known = rows.dropna(subset=["share", part, total]).sort_values(["share", over], ascending=[False, True])
    pairs = len(known) * (len(known) - 1) // 2
    return _compared(known.iloc[[0, -1]] if len(known) > 1 else known, over, part, total, pairs)


def _compared(rows: pd.DataFrame, over: str, part: str, total: str, pairs: int) -> Leading:
    """Compare two rows as independent groups, counts at the ends of their classes that bring them together; the level
    is shared between the pairs (Bonferroni).
    """
    if rows.empty:
        return Leading("", math.nan, "", math.nan, clear=False)
    best = rows.iloc[0]
    if len(rows) == 1:
        return Leading(str(best[over]), float(best["share"]), "", math.nan, clear=True)
    other = rows.iloc[1]
    least, most = ends_of_class(np.array([float(best[part]), float(other[part])]))
    first, second = _units(best, float(least[0]), total), _units(other, float(most[1]), total)
    low, _ = difference_limits(first, second, 1 - 0.05 / pairs)
    return Leading(str(best[over]), float(best["share"]), str(other[over]), float(other["share"]), clear=low > 0)


def _units(row: pd.Series, some: float, total: str) -> tuple[float, float]:
    """Return a count and its total with families as units."""
    homes = float(row.get("families", math.nan))
    thin = min(1.0, homes / float(row["persons"])) if homes > 0 else 0.5
    whole = float(row[total]) * thin
    return min(some * thin, whole), whole


def median_months(bins: pd.DataFrame) -> tuple[float, float]:
    """Return the bin of the median of a published histogram, in months; NaN where an end of it is open or hidden."""
    if bins.empty or bins["persons"].isna().any():
        return math.nan, math.nan
    places = pd.RangeIndex(len(bins) + 1).to_numpy(dtype=float)
    at, _ = binned_quantile(places, bins["persons"].to_numpy(dtype=float))
    if math.isnan(at):
        return math.nan, math.nan
    row = bins.iloc[int(at)]
    return float(row["low"]), float(row["high"])
