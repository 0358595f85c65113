"""Answers on a scale: themes of several questions, means with limits, differences of groups from published means."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtrit

from kumppanuus.methods.intervals import Floats


@dataclass(frozen=True, slots=True)
class Means:
    """Means and half of their intervals; arrays of one shape, NaN where fewer than two answered."""

    mean: Floats
    half: Floats


def theme_scores(
    answers: pd.DataFrame, themes: Mapping[str, str], *, scale: tuple[int, int], turned: Collection[str] = ()
) -> pd.DataFrame:
    """Return each respondent's mean answer of every theme, agreeing being good in all its questions.

    Parameters
    ----------
    answers : columns ``respondent``, ``question``, ``answer``; one row an answer. Answers that are no whole number of
        the scale are left out.
    themes : question → theme. scale : lowest and highest answer.
    turned : questions whose answer a becomes lowest + highest − a.

    Returns
    -------
    Columns ``respondent``, ``theme``, ``score``, sorted; a respondent has a score where she answered at least half of
    the theme's questions.
    """
    low, high = scale
    given = answers[answers["answer"].between(low, high) & (answers["answer"] % 1 == 0)]
    given = given[given["question"].isin([*themes])]
    answer = given["answer"].where(~given["question"].isin([*turned]), low + high - given["answer"])
    rows = given.assign(theme=given["question"].map(dict(themes)), answer=answer)
    found = rows.groupby(["respondent", "theme"], as_index=False)["answer"].agg(["mean", "count"])
    sizes = pd.Series(list(themes.values())).value_counts()
    enough = 2 * found["count"].to_numpy() >= found["theme"].map(sizes).to_numpy()
    return found.loc[enough, ["respondent", "theme", "mean"]].rename(columns={"mean": "score"}).reset_index(drop=True)


def means_of(n: npt.ArrayLike, total: npt.ArrayLike, squares: npt.ArrayLike, confidence: float = 0.95) -> Means:
    """Return means and half of their intervals by Student's t.

    Parameters
    ----------
    n : how many answered. total, squares : sum of their numbers, and of the squares of these.

    References
    ----------
    Student, Biometrika 6 (1908) 1–25.
    """
    people, added, squared = (np.asarray(each, dtype=float) for each in (n, total, squares))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(people >= 2, added / people, np.nan)
        variance = np.maximum(squared - people * mean**2, 0.0) / (people - 1)
        half = _quantile(people, confidence) * np.sqrt(variance / people)
    return Means(mean, np.where(people >= 2, half, np.nan))


def widened(half: npt.ArrayLike, n: npt.ArrayLike, confidence: float, *, given: float = 0.95) -> Floats:
    """Return half of intervals of a higher confidence than they were `given` with (`confidence_of_each`).

    Parameters
    ----------
    n : how many answered, or the fewest it may have been.
    """
    people = np.asarray(n, dtype=float)
    return np.asarray(half, dtype=float) * _quantile(people, confidence) / _quantile(people, given)


def difference_limits(
    first: tuple[float, float], second: tuple[float, float], rounding: tuple[float, float] = (0.0, 0.0)
) -> tuple[float, float]:
    """Return the limits of a difference of two means, the first minus the second, from the limits of each.

    Without rounding they are the difference ± √(h₁² + h₂²) (MOVER; with halves by the normal quantile, Welch's).

    Parameters
    ----------
    first, second : mean and half of its interval, as published: the half is taken around the rounded mean and holds
        the exact interval.
    rounding : how far each published mean may lie from the exact one. The limits hold those of every pair of exact
        means and halves that the published ones may stand for.

    References
    ----------
    Zou & Donner, Statist. Med. 27 (2008) 1693–1702.
    """
    gap = first[0] - second[0]
    halves = [max(half - off, 0.0) for (_, half), off in zip((first, second), rounding, strict=True)]
    reach = math.hypot(*halves) + sum(rounding)
    return gap - reach, gap + reach


def _quantile(n: Floats, confidence: float) -> Floats:
    """Return Student's two-sided quantile of n numbers."""
    return np.asarray(stdtrit(np.where(n >= 2, n - 1.0, np.nan), 0.5 + confidence / 2), dtype=float)
