"""Errors of cumulative incidences that do not take every row for an independent one: families whole, or row by row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumppanuus.methods.causes import PeriodCounts, cause_counts, labelled
from kumppanuus.methods.incidence import Incidence, incidence_curves, shares_of, with_limits
from kumppanuus.methods.intervals import Floats


def with_family_band(curves: Incidence, by_group: PeriodCounts, weights: Floats) -> Incidence:
    """Return the curves with variance and limits from the bootstrap over groups of whole families.

    Groups are resampled by Poisson weights (`intervals.family_weights`). The samples' curves are computed on periods,
    with a constant rate of each cause within a period; the standard deviation of F_k at the ends of periods is joined
    by lines and carried to the days of the estimate itself, which stays as it was.

    Parameters
    ----------
    curves : of the same people.
    by_group : counts (groups, periods) with the same causes, each family in one group; one of its periods begins on
        ``curves.from_day``.
    weights : (replicates, groups).

    Raises
    ------
    ValueError
        When causes differ or no period begins with the curves.

    Notes
    -----
    With members in fewer than two groups no variance between families can be seen: variance and limits are NaN.
    """
    if by_group.causes != curves.causes or curves.from_day not in by_group.edges[:-1]:
        raise ValueError("by_group: the causes of the curves, and a period that begins with them")
    counts = by_group.since(curves.from_day)
    if not curves.causes:
        return curves
    if np.count_nonzero(counts.exposure.sum(axis=1)) < 2:
        return with_limits(curves, np.full_like(curves.incidence, np.nan), "family bootstrap")
    spread = resampled_incidence(counts, weights).std(axis=1, ddof=1)
    error = [np.interp(curves.days, counts.edges, np.append(0.0, each)) for each in spread]
    return with_limits(curves, np.array(error) ** 2, "family bootstrap")


def resampled_incidence(counts: PeriodCounts, weights: Floats) -> Floats:
    """Return F_k at the end of each period in each bootstrap sample; shape (causes, replicates, periods).

    A period in which a sample has nobody at risk leaves its curves where they were.
    """
    everything = np.concatenate([counts.exposure[None], counts.ended])  # one product for all: it is most of the work
    drawn = weights @ everything.transpose(1, 0, 2).reshape(weights.shape[1], -1)
    exposure, *ended = drawn.reshape(len(weights), len(everything), -1).transpose(1, 0, 2)
    rates = np.stack([shares_of(each, exposure) for each in ended])
    of_all = rates.sum(axis=0)
    gone = 1.0 - np.exp(-of_all * np.diff(counts.edges))
    still = np.cumprod(1.0 - gone, axis=1)
    before = np.concatenate([np.ones((len(still), 1)), still[:, :-1]], axis=1)
    return np.asarray(np.cumsum(before * gone * shares_of(rates, of_all), axis=-1), dtype=np.float64)


def jackknife_variance(
    entry: npt.ArrayLike,
    duration: npt.ArrayLike,
    cause: npt.ArrayLike,
    days: Sequence[int],
    n: npt.ArrayLike | None = None,
    *,
    causes: Sequence[str] = (),
    censored: object = None,
    cluster: npt.ArrayLike | None = None,
) -> Floats:
    """Return the infinitesimal jackknife (robust) variance of F_k on some days.

    Every row's influence on the estimate is squared and added; rows of one `cluster` (a family) are added first. It
    needs rows, not only counts by day, and is here to be compared with; published intervals come from families.

    Parameters
    ----------
    days : where it is wanted. cluster : a number or name for each row; None = every row by itself. With `cluster`,
        `n` must be 1.

    Returns
    -------
    Array (causes, days), causes in the order of `Incidence.causes`.

    References
    ----------
    Therneau & Grambsch, Modeling Survival Data (2000), ch. 7; R survival, `survfit` (``influence``).
    """
    counts = cause_counts(entry, duration, cause, n, causes=causes, censored=censored)
    curves = incidence_curves(counts)
    begins, leaves = np.asarray(entry, dtype=np.int64), np.asarray(duration, dtype=np.int64)
    number = np.ones(len(leaves)) if n is None else np.asarray(n, dtype=np.float64)
    code, _ = labelled(cause, counts.causes, censored)
    family = np.arange(len(leaves)) if cluster is None else pd.factorize(np.asarray(cluster))[0]
    found = np.zeros((len(counts.causes), len(days)))
    for row in range(len(counts.causes)):
        for column, day in enumerate(days):
            each = _influence(curves, row, int(day), begins, leaves, code)
            if cluster is None:
                found[row, column] = (number * each**2).sum()
            else:
                found[row, column] = (np.bincount(family, weights=each) ** 2).sum()
    return found


def _influence(
    curves: Incidence, row: int, day: int, begins: npt.NDArray[np.int64], leaves: npt.NDArray[np.int64],
    code: npt.NDArray[np.int64],
) -> Floats:  # fmt: skip
    """Return how each row moves F_k(day): by its own end, and by having been at risk."""
    upto = min(day, curves.last_day) + 1
    n, reached = curves.at_risk[:upto], curves.incidence[row, :upto]
    scale = shares_of(np.append(1.0, curves.survival[:-1])[:upto], n)
    rest = shares_of(reached[-1] - reached, curves.survival[:upto])
    own, every = curves.events[row, :upto], curves.events.sum(axis=0)[:upto]
    risked = np.cumsum(scale * (shares_of(own, n) - rest * shares_of(every, n)))
    last = np.minimum(leaves, upto - 1)
    ended = (code >= 0) & (leaves < upto)
    by_end = np.where(ended, scale[last] * ((code == row) - rest[last]), 0.0)
    return np.asarray(by_end - (risked[last] - risked[np.minimum(begins, upto - 1)]), dtype=np.float64)
