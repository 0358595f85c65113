"""Intervals: log(−log) limits of a survival curve, and standard errors that keep families whole."""

from __future__ import annotations

from statistics import NormalDist
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]


def normal_quantile(confidence: float = 0.95) -> float:
    """Return the two-sided normal quantile of a confidence level: 1.96 at 0.95."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def loglog_limits(survival: Floats, standard_error: Floats, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Return the log(−log) limits of survival shares: they stay inside 0–1 and behave well in the tail.

    Parameters
    ----------
    survival : S(t), 0–1.
    standard_error : of S(t) itself; carried to the log(−log) scale by se / (S |log S|).

    Returns
    -------
    Lower and upper limit, as long as `survival`. Where nothing has ended yet (S = 1) both are 1; where S = 0, or the
    error is not known, they do not exist (NaN).

    References
    ----------
    Kalbfleisch & Prentice, The Statistical Analysis of Failure Time Data (2002), section 1.4.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        log_survival = np.log(survival)
        half = normal_quantile(confidence) * standard_error / (survival * np.abs(log_survival))
        lower = np.exp(log_survival * np.exp(half))
        upper = np.exp(log_survival * np.exp(-half))
    untouched = (survival == 1.0) & ~np.isnan(standard_error)
    exists = (survival > 0.0) & ~np.isnan(half)
    return (
        np.where(untouched, 1.0, np.where(exists, lower, np.nan)),
        np.where(untouched, 1.0, np.where(exists, upper, np.nan)),
    )


def family_weights(groups: int = 200, replicates: int = 400, *, seed: int) -> Floats:
    """Draw how many times each group of families counts in each bootstrap sample.

    Every group gets an independent Poisson(1) weight per sample. As families are dealt whole to the groups, resampling
    groups resamples families, brothers and sisters always together; and as a sample is a weighted sum of the groups'
    counts, it needs no rows.

    Returns
    -------
    Array (replicates, groups) of whole numbers; the same seed gives the same weights. Use one array for all curves
    of a run, so that their errors are drawn from the same families.

    References
    ----------
    Poisson bootstrap: Hanley & MacGibbon, Computer Methods and Programs in Biomedicine 83 (2006) 57–62; the cluster
    as the unit: Field & Welsh, J. R. Statist. Soc. B 69 (2007) 369–390.
    """
    return np.random.default_rng(seed).poisson(1.0, size=(replicates, groups)).astype(np.float64)


def resampled_survival(at_risk: Floats, ended: Floats, weights: Floats) -> Floats:
    """Return the product-limit curve of each bootstrap sample.

    Parameters
    ----------
    at_risk, ended : counts by group and day (groups, days).
    weights : (replicates, groups), see `family_weights`.

    Returns
    -------
    S_b(t), array (replicates, days). A day on which a sample has nobody at risk leaves its curve where it was.
    """
    risk, events = weights @ at_risk, weights @ ended  # whole numbers: exact, whatever the number of threads
    hazard = np.divide(events, risk, out=np.zeros_like(risk), where=risk > 0)
    return np.asarray(np.cumprod(1.0 - hazard, axis=1), dtype=np.float64)
