"""The disclosure rules, each a small function on numbers. No rule knows an analysis.

Symbols: n persons, m families behind a number; NaN means "not published".
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kumppanuus.disclosure.released import Rules

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SHARE_BASE = 20
MEAN_PERSONS, MEAN_FAMILIES, CONCENTRATION = 10, 5, 0.25
"""A concentration (sum of squares over squared sum, families) of at most 1/4 puts the largest contributor at or under
50 % and the two largest at or under 71 %: stricter than R5 asks, and it adds over families."""
QUANTILE_SIDE = 10
LARGE_GROUP = 100
"""From so many persons on nobody or all of a group tells nothing about one of them (R9)."""
NAMED_UNITS = 3
CURVE_PERSONS, CURVE_FAMILIES, CURVE_EVENTS, CURVE_AT_RISK, CURVE_MONTHLY = 20, 5, 5, 10, 60


def round_counts(count: Floats, base: int = 6) -> Floats:
    """R1: 0 stays 0; n > 0 becomes the middle of its class of `base`: ``ceil(n/6)*6 - 3`` (7-12 → 9)."""
    values = np.asarray(count, dtype=float)
    return np.where(values > 0, np.ceil(values / base) * base - base // 2, values)


def too_few(persons: Floats, families: Floats, rules: Rules) -> Bools:
    """R1: whether a positive number is hidden: 1 to 6 persons, persons < k, or families < f."""
    people, homes = np.asarray(persons, dtype=float), np.asarray(families, dtype=float)
    few_people = (people > 0) & (people < max(rules.k, rules.base + 1))
    few_homes = (homes > 0) & (homes < rules.f)
    one_without_other = (people > 0) != (homes > 0)
    return np.asarray(few_people | few_homes | one_without_other)


def few(count: Floats, rules: Rules) -> Bools:
    """R1 for a count without families of its own: 1 to max(k − 1, 6) is hidden."""
    values = np.asarray(count, dtype=float)
    return (values > 0) & (values < max(rules.k, rules.base + 1))


def breakdown_allowed(base_persons: Floats, categories: Floats, rules: Rules) -> Bools:
    """R2: a base is broken down only when it has ≥ n_min persons and ≥ 3 for each category."""
    people = np.asarray(base_persons, dtype=float)
    return (people >= rules.n_min) & (people >= 3 * np.asarray(categories, dtype=float))


def share(numerator: Floats, denominator: Floats) -> Floats:
    """R4: whole percent from protected numerator and denominator; needs a denominator ≥ 20.

    NaN when either is not published; a share above 1, which rounding can cause, becomes 1.
    """
    top, bottom = np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)
    allowed = (bottom >= SHARE_BASE) & ~np.isnan(top)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(allowed, np.minimum(np.round(top / bottom, 2), 1.0), np.nan)


def share_allowed(numerator: Floats, denominator: Floats, rules: Rules, *, exact_base: bool = False) -> Bools:
    """R4, the other side: whether N − x certainly is no hidden number (1 to 6), as far as published numbers tell.

    Published numbers go in: were the exact ones asked, a share missing beside both would say that N − x is small.

    Parameters
    ----------
    exact_base : the denominator is no protected number (inhabitants).
    """
    rest = np.asarray(denominator, dtype=float) - np.asarray(numerator, dtype=float)
    below, above = rules.base // 2 - 1, rules.base // 2  # the middle of a class lies so far from its ends
    least = rest - np.where(np.asarray(numerator) > 0, above, 0) - (0 if exact_base else below)
    most = rest + np.where(np.asarray(numerator) > 0, below, 0) + (0 if exact_base else above)
    return np.asarray((least >= max(rules.k, rules.base + 1)) | (most <= 0))


def mean_allowed(persons: Floats, families: Floats, concentration: Floats) -> Bools:
    """R5: ≥ 10 persons, ≥ 5 families, and nobody dominates (see `CONCENTRATION`)."""
    return (
        (np.asarray(persons, dtype=float) >= MEAN_PERSONS)
        & (np.asarray(families, dtype=float) >= MEAN_FAMILIES)
        & (np.asarray(concentration, dtype=float) <= CONCENTRATION)
    )


def significant(value: Floats, digits: int = 2) -> Floats:
    """R5: round to `digits` significant digits (0 and NaN stay)."""
    values = np.asarray(value, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        magnitude = np.where(values != 0, np.floor(np.log10(np.abs(values))), 0.0)
    places = digits - 1 - np.nan_to_num(magnitude)
    small, large = np.power(10.0, np.maximum(places, 0)), np.power(10.0, np.maximum(-places, 0))
    # Whole numbers stay whole: 24,600,000.000000004 would be written with a decimal.
    return np.where(np.isnan(values), np.nan, np.round(np.round(values * small / large) * large / small, 9))


def quantile_allowed(persons: float, level: float) -> bool:
    """R6: ≥ 10 persons on each side of a quantile (median: 20, ninth decile: 100)."""
    return min(level, 1 - level) * persons >= QUANTILE_SIDE - 1e-9


def curve_may_start(persons: float, families: float, rules: Rules) -> bool:
    """R8: a curve needs ≥ 20 persons (or n_min, if larger) and ≥ 5 families."""
    return persons >= max(CURVE_PERSONS, rules.n_min) and families >= CURVE_FAMILIES


def edge_allowed(
    pair_persons: Floats, pair_families: Floats, first_families: Floats, second_families: Floats, rules: Rules
) -> Bools:
    """R10: the pair itself is large enough, and "one without the other" is 0 or ≥ k families at both ends."""
    alone = [np.asarray(end, dtype=float) - np.asarray(pair_families, dtype=float)
             for end in (first_families, second_families)]  # fmt: skip
    clear = [(rest == 0) | (rest >= rules.k) for rest in alone]
    enough = (np.asarray(pair_persons, dtype=float) > 0) & ~too_few(pair_persons, pair_families, rules)
    return np.asarray(enough & clear[0] & clear[1])


def all_or_nobody(some: Floats, base: Floats) -> Bools:
    """R9: whether a number of a sensitive attribute says the same of everybody in a group under 100."""
    part, whole = np.asarray(some, dtype=float), np.asarray(base, dtype=float)
    return np.asarray(((part == 0) | (part == whole)) & (whole > 0) & (whole < LARGE_GROUP))


def names_allowed(units: int) -> bool:
    """R14: whether workers, units and providers may be named: only where there are three or more."""
    return units >= NAMED_UNITS
