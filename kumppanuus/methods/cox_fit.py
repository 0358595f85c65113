"""Fitting Cox's partial likelihood to strata of counts by Newton's steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kumppanuus.methods import cox_sums as sums
from kumppanuus.methods.cox_rows import Part
from kumppanuus.methods.cox_sums import DaySums, Ties
from kumppanuus.methods.intervals import Floats

_STEPS, _HALVINGS, _CLOSE = 30, 20, 1e-16
_ROUNDING, _ENDLESS = 1e-9, 15


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fitted model: coefficients, their covariance, log likelihood at 0 and fitted, score test at 0, the day sums.

    of_days : of each stratum at the coefficients.
    """

    beta: Floats
    covariance: Floats
    likelihood: tuple[float, float]
    score_test: float
    converged: bool
    of_days: tuple[DaySums, ...]


def fit(parts: Sequence[Part], variables: int, ties: Ties) -> Fitted:
    """Climb the log likelihood by Newton's steps, halved while they do not go up."""
    beta = np.zeros(variables)
    of_days, likelihood, slope, bend = _at(parts, beta, ties)
    start, score_test = likelihood, float(slope @ np.linalg.pinv(bend, hermitian=True) @ slope)
    converged = False
    for _ in range(_STEPS):
        step = np.linalg.pinv(bend, hermitian=True) @ slope
        for _ in range(_HALVINGS):
            after = _at(parts, beta + step, ties)
            if after[1] >= likelihood - abs(likelihood) * _ROUNDING:
                break
            step = step / 2
        beta = beta + step
        of_days, likelihood, slope, bend = after
        if slope @ np.linalg.pinv(bend, hermitian=True) @ slope <= _CLOSE:  # twice what a further step would gain
            converged = bool(np.abs(beta).max(initial=0.0) < _ENDLESS)
            break
    covariance: Floats = np.linalg.pinv(bend, hermitian=True).astype(np.float64)
    return Fitted(beta, covariance, (start, likelihood), score_test, converged, of_days)


def _at(parts: Sequence[Part], beta: Floats, ties: Ties) -> tuple[tuple[DaySums, ...], float, Floats, Floats]:
    of_days = tuple(sums.day_sums(part.stratum, beta, ties) for part in parts)
    both = [*zip((part.stratum for part in parts), of_days, strict=True)]
    likelihood = sum(sums.log_likelihood(stratum, each, beta, ties) for stratum, each in both)
    slope = sum((sums.score(stratum, each) for stratum, each in both), np.zeros(len(beta)))
    bend = sum((sums.information(stratum, each) for stratum, each in both), np.zeros((len(beta), len(beta))))
    return of_days, float(likelihood), slope, bend


def told_apart(parts: Sequence[Part], variables: int) -> npt.NDArray[np.int64]:
    """Return the places of the variables that some stratum tells from those before them."""
    bend = _at(parts, np.zeros(variables), "breslow")[3]
    kept: list[int] = []
    for place in range(variables):
        known = bend[np.ix_(kept, kept)]
        own = bend[place, place] - bend[place, kept] @ np.linalg.pinv(known, hermitian=True) @ bend[kept, place]
        if own > _ROUNDING * max(bend[place, place], 1.0):
            kept.append(place)
    return np.array(kept, dtype=np.int64)
