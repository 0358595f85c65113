"""Run charts: which stretches of points over time chance does not explain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

Kind: TypeAlias = Literal["above", "below", "up", "down"]
SHIFT, TREND = 6, 5
"""Points that make a shift or a trend (Perla, Provost & Murray 2011)."""
LEAST_POINTS = 10
"""With fewer known points nothing is judged."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of points.

    kind : a shift above or below the median, or a trend up or down. first, last : its first and last place.
    points : how many points count; those on the median or equal to the one before do not.
    """

    kind: Kind
    first: int
    last: int
    points: int


def signals(values: Sequence[float], median: float) -> tuple[Run, ...]:
    """Return the shifts, and the trends that lie in none of them, in order.

    Parameters
    ----------
    values : one per place, in order; NaN where a value is not known, which ends every stretch.
    median : what shifts are measured against.

    References
    ----------
    Perla RJ, Provost LP, Murray SK. The run chart: a simple analytical tool for learning from variation in healthcare
    processes. BMJ Quality & Safety 2011;20:46-51.
    """
    numbers = np.asarray(values, dtype=float)
    if np.count_nonzero(~np.isnan(numbers)) < LEAST_POINTS or np.isnan(median):
        return ()
    found = [run for run in _shifts(numbers, median) if run.points >= SHIFT]
    for run in _trends(numbers):
        if run.points >= TREND and all(run.last < each.first or run.first > each.last for each in found):
            found.append(run)
    return tuple(sorted(found, key=lambda run: run.first))


def _known(numbers: npt.NDArray[np.float64]) -> list[list[int]]:
    """Return the places of the stretches between missing values."""
    stretches = groupby(range(len(numbers)), key=lambda place: bool(np.isnan(numbers[place])))
    return [list(places) for missing, places in stretches if not missing]


def _shifts(numbers: npt.NDArray[np.float64], median: float) -> list[Run]:
    runs: list[Run] = []
    for stretch in _known(numbers):
        off = [place for place in stretch if numbers[place] != median]
        for above, group in groupby(off, key=lambda place: bool(numbers[place] > median)):
            places = list(group)
            runs.append(Run("above" if above else "below", places[0], places[-1], len(places)))
    return runs


def _trends(numbers: npt.NDArray[np.float64]) -> list[Run]:
    """Return the stretches that go one way; a point that turns ends one and begins the next."""
    runs: list[Run] = []
    for stretch in _known(numbers):
        moved = [place for at, place in enumerate(stretch) if not at or numbers[place] != numbers[stretch[at - 1]]]
        ups = [bool(numbers[b] > numbers[a]) for a, b in pairwise(moved)]
        start = 0
        for up, group in groupby(ups):
            steps = len(list(group))
            runs.append(Run("up" if up else "down", moved[start], moved[start + steps], steps + 1))
            start += steps
    return runs
