"""Ways from service to service: where they begin and end, what comes next, how long it takes. From counts only.

A way is a row of steps; what starts on the same day is one step (`kumppanuus.register.steps`). A window shows most ways
in part: who was there when it opened has an unknown beginning, who was there of late an unknown end. Both are left out
of the shares here, and said beside them.

References
----------
van der Aalst, Process Mining: Data Science in Action (2016), ch. 6 (directly-follows graphs and their pitfalls).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumppanuus.methods.shares import wilson_limits

Floats: TypeAlias = npt.NDArray[np.float64]
FAMILY_GROUP = "family_group"


@dataclass(frozen=True, slots=True)
class Doors:
    """Through which services people come in (or go out).

    doors : names, sorted. n : people a door. share : of all who are `seen`; several doors of one day all count, so
        shares may add up to more than 1. lower, upper : limits of the share (Wilson).
    seen : people whose first (last) day is really seen. unseen : those of whom it is not known.
    naive : the share of each door when everybody's first (last) day inside the window is taken for the real one: what
        the limits of the window make of it.
    """

    doors: tuple[str, ...]
    n: Floats
    share: Floats
    lower: Floats
    upper: Floats
    seen: float
    unseen: float
    naive: Floats


@dataclass(frozen=True, slots=True)
class Transitions:
    """What comes next.

    origins, targets : names, sorted. n : shape (origins, targets). share : of those who leave the origin, rows add up
        to 1 (NaN where nobody leaves). lower, upper : limits of the share.
    clustered : whether the limits keep families whole (bootstrap); else they are Wilson's, of independent people.
    """

    origins: tuple[str, ...]
    targets: tuple[str, ...]
    n: Floats
    share: Floats
    lower: Floats
    upper: Floats
    clustered: bool


def entries(counts: pd.DataFrame, washout_days: int, confidence: float = 0.95) -> Doors:
    """Return by which doors people come in, of those of whom it is known: nothing was open in the wash-out.

    Parameters
    ----------
    counts : ``door``, ``day`` (whole days from the first day of the window to the person's first start; negative when
        it lies before), ``n``; optional ``doors`` (how many doors these people have on that day; 1 where it is left
        out).
    washout_days : a first start earlier than this may be no first one.

    Raises
    ------
    ValueError
        When a column is lacking or `n` is negative.
    """
    return _doors(counts, (_column(counts, "day") >= washout_days), confidence)


def exits(counts: pd.DataFrame, quiet_days: int, window_days: int, confidence: float = 0.95) -> Doors:
    """Return by which doors people go out, of those of whom it is known: nothing has been open for so many days.

    Parameters
    ----------
    counts : ``door``, ``day`` (whole days from the first day of the window to the person's last end; NaN while anything
        is open), ``n``; optional ``doors``.
    quiet_days : so many days without anything, up to the end of the window, make an end.

    Raises
    ------
    ValueError
        When a column is lacking or `n` is negative.
    """
    return _doors(counts, (_column(counts, "day") + quiet_days <= window_days), confidence)


def transitions(
    counts: pd.DataFrame, weights: Floats | None = None, *, origin: str = "from", target: str = "to",
    confidence: float = 0.95,
) -> Transitions:  # fmt: skip
    """Return which share of those who leave a step goes to which next one.

    Parameters
    ----------
    counts : ``from``, ``to``, ``n``, and ``family_group`` (0 …) where the limits shall keep families whole.
    weights : (replicates, groups) of `intervals.family_weights`; needed with ``family_group``.
    origin, target : names of the two columns.

    Raises
    ------
    ValueError
        When a column is lacking, `n` is negative, or groups come without weights.

    Notes
    -----
    Limits are the percentiles of the bootstrap samples. Where a share is 0 or 1 in all of them they have no width:
    Wilson's limits of the pooled count stand there instead.
    """
    n = _numbers(counts)
    origins, first = _placed(_column(counts, origin))
    targets, then = _placed(_column(counts, target))
    shape = (len(origins), len(targets))
    cell = first * shape[1] + then
    table = np.bincount(cell, weights=n, minlength=shape[0] * shape[1]).astype(np.float64).reshape(shape)
    left = np.broadcast_to(table.sum(axis=1, keepdims=True), shape)
    lower, upper = _wilson(table, left, confidence)
    grouped = FAMILY_GROUP in counts
    if grouped:
        if weights is None:
            raise ValueError("weights: family_group needs them")
        low, high = _bootstrap(counts[FAMILY_GROUP].to_numpy(dtype=np.int64), cell, n, shape, weights, confidence)
        flat = ~(high > low)
        lower, upper = np.where(flat, lower, low), np.where(flat, upper, high)
    return Transitions(origins, targets, table, _over(table, left), lower, upper, grouped)


def clustered_limits(count: float, total: float, homes: float, confidence: float = 0.95) -> tuple[float, float]:
    """Return limits of a share of people who come from fewer families, as if all of a family did the same.

    Parameters
    ----------
    count, total : people. homes : families that `total` comes from; a share of so many independent units is as sure.

    Raises
    ------
    ValueError
        When `total` or `homes` is not positive or `count` not within 0 and `total`.

    References
    ----------
    Design effect at most the mean size of a cluster: Kish, Survey Sampling (1965), section 5.4.
    """
    if not homes > 0:
        raise ValueError("homes: must be positive")
    units = min(homes, total)
    return wilson_limits(count / total * units if total > 0 else count, units if total > 0 else total, confidence)


def binned_quantile(edges: Floats, n: Floats, level: float = 0.5) -> tuple[float, float]:
    """Return the bin in which a quantile of binned times lies: its lower and its upper edge.

    Parameters
    ----------
    edges : one more than bins, increasing. n : people a bin.

    Returns
    -------
    (NaN, NaN) when nobody is in any bin. A quantile that falls between two bins is in the earlier one.

    Raises
    ------
    ValueError
        When the lengths do not fit, edges do not increase or `level` is not between 0 and 1.
    """
    places, people = np.asarray(edges, dtype=float), np.asarray(n, dtype=float)
    if len(places) != len(people) + 1 or (np.diff(places) <= 0).any() or not 0 < level < 1:
        raise ValueError("edges: one more than bins, increasing; level: between 0 and 1")
    total = people.sum()
    if not total > 0:
        return float("nan"), float("nan")
    bin_ = int(np.searchsorted(np.cumsum(people), level * total - 1e-9 * total))
    return float(places[bin_]), float(places[bin_ + 1])


def tie_share(n_started: npt.ArrayLike, n: npt.ArrayLike) -> float:
    """Return the share of steps on which two services or more start, whose order is not known; NaN without steps."""
    started, steps = np.asarray(n_started, dtype=float), np.asarray(n, dtype=float)
    total = steps.sum()
    return float(steps[started > 1].sum() / total) if total > 0 else float("nan")


def _doors(counts: pd.DataFrame, known: pd.Series[bool], confidence: float) -> Doors:
    n, door = _numbers(counts), _column(counts, "door").astype(str)
    people = n / counts["doors"].to_numpy(dtype=float) if "doors" in counts else n  # each person once
    names, place = _placed(door)
    really = known.fillna(False).to_numpy(dtype=bool)
    seen = float(people[really].sum())
    of_seen, of_all = (
        np.bincount(place, weights=np.where(which, n, 0.0), minlength=len(names)).astype(np.float64)
        for which in (really, n >= 0)
    )
    lower, upper = _wilson(of_seen, np.full(len(names), seen), confidence)
    return Doors(names, of_seen, _over(of_seen, np.full(len(names), seen)), lower, upper, seen,
                 float(people.sum()) - seen, _over(of_all, np.full(len(names), float(people.sum()))))  # fmt: skip


def _placed(names: pd.Series) -> tuple[tuple[str, ...], npt.NDArray[np.int64]]:
    """Return the different names, sorted, and the place of each row's name among them."""
    every, place = np.unique(names.astype(str).to_numpy(dtype=str), return_inverse=True)
    return tuple(every.tolist()), place.astype(np.int64)


def _bootstrap(
    group: npt.NDArray[np.int64], cell: npt.NDArray[np.int64], n: Floats, shape: tuple[int, int], weights: Floats,
    confidence: float,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return the percentiles of every share over the bootstrap samples."""
    cells = shape[0] * shape[1]
    by_group = np.bincount(group * cells + cell, weights=n, minlength=weights.shape[1] * cells)
    samples = (weights @ by_group.reshape(weights.shape[1], cells)).reshape(len(weights), *shape)
    shares = _row_shares(samples)
    shares[:, ~(samples.sum(axis=(0, 2)) > 0)] = 0.0  # nobody leaves it in any sample: there are no limits to take
    low, high = np.nanquantile(shares, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    return low, high


def _row_shares(table: Floats) -> Floats:
    return _over(table, np.broadcast_to(table.sum(axis=-1, keepdims=True), table.shape))


def _over(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0), dtype=np.float64)


def _wilson(part: Floats, whole: Floats, confidence: float) -> tuple[Floats, Floats]:
    none = (float("nan"), float("nan"))
    pairs = [wilson_limits(x, m, confidence) if m > 0 else none for x, m in zip(part.flat, whole.flat, strict=True)]
    limits = np.array(pairs, dtype=float).reshape(*part.shape, 2)
    return limits[..., 0], limits[..., 1]


def _column(counts: pd.DataFrame, name: str) -> pd.Series:
    if name not in counts:
        raise ValueError(f"{name}: the counts have no such column")
    return counts[name]


def _numbers(counts: pd.DataFrame) -> Floats:
    n = _column(counts, "n").to_numpy(dtype=float)
    if (n < 0).any() or np.isnan(n).any():
        raise ValueError("n: must be at least 0")
    return n
