"""Standardised rates and ratios, their limits, and how far chance alone takes a unit from the common level.

Direct: the rates of a group, weighted by one standard population. Indirect: what a unit has over what it would have if
everybody's rates held there (SIR, SMR). Both compare groups as if they were of the same ages and sexes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import gammainc, gammaincc

from kumppanuus.methods.intervals import normal_quantile
from kumppanuus.methods.limits import poisson_limits
from kumppanuus.methods.rates import Estimates, count_limits

Floats: TypeAlias = npt.NDArray[np.float64]
Kind = Literal["exact", "byar", "mid_p"]

_HALVINGS = 60


def expected_counts(base: npt.ArrayLike, events: npt.ArrayLike, reference: npt.ArrayLike) -> Floats:
    """Return how many events each unit would have if the rates of a reference population held there.

    Parameters
    ----------
    base : inhabitants of each unit by stratum, shape (units, strata).
    events, reference : events and inhabitants of the reference population by stratum, shape (strata,).

    Returns
    -------
    Shape (units,). A stratum in which the reference population has nobody has no rate: NaN where the unit has
    inhabitants in it.
    """
    of_unit, seen, whole = _floats(base), _floats(events), _floats(reference)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(whole > 0, seen / whole, np.nan)
    return np.asarray(np.where(of_unit == 0, 0.0, of_unit * rate).sum(axis=-1))


def indirect(
    observed: npt.ArrayLike, expected: npt.ArrayLike, *, squares: npt.ArrayLike | None = None,
    largest: npt.ArrayLike = 1.0, confidence: float = 0.95, kind: Kind = "exact",
) -> Estimates:  # fmt: skip
    """Return observed over expected events of each unit (SIR, SMR) with limits.

    Parameters
    ----------
    observed : counts. expected : from `expected_counts`, taken as known; above 0.
    squares, largest : of events that come in clusters (families), see `rates.rates`; with `kind` "exact" only.
    kind : ``exact`` (Garwood; with clusters Fay & Feuer), ``byar`` (his approximation), ``mid_p`` (narrower than
        exact: it holds the mean as often as it says on average, not always).

    Returns
    -------
    Ratios; NaN where nothing is expected or anything is not known.

    References
    ----------
    Breslow & Day, Statistical Methods in Cancer Research II (1987), section 2.3.
    """
    count, wanted = _floats(observed), _floats(expected)
    lower, upper = _limits(count, squares, _floats(largest), confidence, kind)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where((wanted > 0) & ~np.isnan(count), 1 / wanted, np.nan)
    return Estimates(count * scale, lower * scale, upper * scale)


def direct(
    events: npt.ArrayLike, base: npt.ArrayLike, standard: npt.ArrayLike, *, squares: npt.ArrayLike | None = None,
    largest: npt.ArrayLike = 1.0, per: float = 1000.0, confidence: float = 0.95,
) -> Estimates:  # fmt: skip
    """Return the rate of each group as it would be with the ages (strata) of a standard population.

    Parameters
    ----------
    events, base : events and inhabitants of each group by stratum, shape (groups, strata).
    standard : the standard population by stratum, shape (strata,); only its shares matter.
    squares, largest : of events that come in clusters, by group and stratum, see `rates.rates`.

    Returns
    -------
    Events per `per`, shape (groups,), with the limits of Fay & Feuer, exact where group and standard have the same
    shares; NaN where a stratum of the standard has nobody in the group.

    References
    ----------
    Fay & Feuer, Statistics in Medicine 16 (1997) 791–801.
    """
    value, variance, heaviest = _weighted(events, base, standard, squares, largest)
    lower, upper = count_limits(value, variance, heaviest, confidence)
    known = ~np.isnan(value)
    return Estimates(value * per, np.where(known, lower, np.nan) * per, np.where(known, upper, np.nan) * per)


def direct_ratio(
    events: npt.ArrayLike, base: npt.ArrayLike, other_events: npt.ArrayLike, other_base: npt.ArrayLike,
    standard: npt.ArrayLike, *, squares: npt.ArrayLike | None = None, other_squares: npt.ArrayLike | None = None,
    confidence: float = 0.95,
) -> Estimates:  # fmt: skip
    """Return the ratio of two directly standardised rates (SRR), limits on the log scale.

    Parameters
    ----------
    As in `direct`, of the group above the line and of the ``other`` one below it, shape (strata,); they share nobody.

    Returns
    -------
    Of shape (); NaN where one of the rates is 0 or not known.

    References
    ----------
    Newman, Biostatistical Methods in Epidemiology (2001), section 12.2.
    """
    above, spread, _ = _weighted(events, base, standard, squares, 1.0)
    below, other_spread, _ = _weighted(other_events, other_base, standard, other_squares, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where((above > 0) & (below > 0), above / below, np.nan)
        half = normal_quantile(confidence) * np.sqrt(spread / above**2 + other_spread / below**2)
        return Estimates(value, value * np.exp(-half), value * np.exp(half))


def byar_limits(events: npt.ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Return Byar's limits of the mean behind a count: within 1 % of the exact ones from five events on.

    References
    ----------
    Breslow & Day (1987), equation 2.13.
    """
    count, z = _floats(events), normal_quantile(confidence)
    more = count + 1
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = np.where(count > 0, count * (1 - 1 / (9 * count) - z / (3 * np.sqrt(count))) ** 3, 0.0)
    upper = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
    return np.where(np.isnan(count), np.nan, np.maximum(lower, 0.0)), np.asarray(upper)


def mid_p_limits(events: npt.ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Return the limits of the mean behind a count that give half of the count's own probability to each tail.

    References
    ----------
    Cohen & Yang, Statistics in Medicine 13 (1994) 2189–2203.
    """
    count, tail = _floats(events), (1 - confidence) / 2
    least, most = poisson_limits(count, count, confidence)
    shape = np.maximum(count, 1e-300)  # P(X >= 0) is 1, not 0

    def at_least(mean: Floats) -> Floats:
        """P(X > count) + P(X = count) / 2."""
        return np.asarray((gammainc(count + 1, mean) + gammainc(shape, mean)) / 2)

    lower = _halved(lambda mean: at_least(mean) < tail, least, count)
    upper = _halved(lambda mean: 1 - at_least(mean) > tail, count, most)
    return np.where(count == 0, 0.0, lower), upper


def ratio_control_limits(
    expected: npt.ArrayLike, confidence: float = 0.95, dispersion: float = 1.0
) -> tuple[Floats, Floats]:
    """Return between what ratios a unit lies by chance alone when its true ratio is 1: the limits of a funnel.

    Parameters
    ----------
    expected : events expected of each unit, above 0.
    dispersion : variance of the counts in parts of what Poisson counts have; limits widen by its root (`widened`).

    Returns
    -------
    Lower and upper limit. The distribution function is read between whole numbers along the incomplete gamma function:
    a count lies outside when its exact interval leaves the expected one out, and the lines are smooth. The lower limit
    is 0 where chance alone brings no event often enough.

    References
    ----------
    Spiegelhalter, Statist. Med. 24 (2005) 1185–1202, appendix A.1.
    """
    wanted, tail = _floats(expected), (1 - confidence) / 2
    none, far = np.zeros_like(wanted), wanted + 10 * np.sqrt(wanted) + 30
    # P(X <= x) = Q(x + 1, E), P(X >= x) = P(x, E)
    lower = _halved(lambda x: gammaincc(x + 1, wanted) < tail, none, wanted)
    lower = np.where(gammaincc(none + 1, wanted) > tail, 0.0, lower)
    upper = _halved(lambda x: gammainc(np.maximum(x, 1e-300), wanted) > tail, wanted, far)
    return widened(lower / wanted, upper / wanted, 1.0, dispersion)


def widened(lower: Floats, upper: Floats, centre: float, dispersion: float) -> tuple[Floats, Floats]:
    """Return control limits around a centre for units that vary more than chance alone lets them; none below 0.

    References
    ----------
    Spiegelhalter (2005), section 3.2 and appendix A.3: multiplicative over-dispersion.
    """
    wider = max(dispersion, 1.0) ** 0.5
    return np.maximum(centre + (lower - centre) * wider, 0.0), centre + (upper - centre) * wider


def dispersion_of(z: npt.ArrayLike, tails: float = 0.1) -> float:
    """Return how much more units vary than chance alone lets them: the mean squared z without its extremes.

    Parameters
    ----------
    z : distance of each unit from the common level in standard errors; NaN is no unit.
    tails : share of the units at either end whose z is set to the quantile there (winsorised), so that a few true
        outliers do not hide themselves.

    Returns
    -------
    At least 1: above it only from 1 + 2 √(2 / units) on, since less is to be expected of as many units by chance.

    References
    ----------
    Spiegelhalter (2005), section 3.2.
    """
    given = _floats(z)
    known = given[~np.isnan(given)]
    if len(known) < 2:
        return 1.0
    found = float((np.clip(known, *np.quantile(known, [tails, 1 - tails])) ** 2).mean())
    return found if found > 1 + 2 * (2 / len(known)) ** 0.5 else 1.0


def _limits(
    count: Floats, squares: npt.ArrayLike | None, largest: Floats, confidence: float, kind: Kind
) -> tuple[Floats, Floats]:
    if kind == "byar":
        return byar_limits(count, confidence)
    if kind == "mid_p":
        return mid_p_limits(count, confidence)
    return count_limits(count, count if squares is None else _floats(squares), largest, confidence)


def _weighted(
    events: npt.ArrayLike, base: npt.ArrayLike, standard: npt.ArrayLike, squares: npt.ArrayLike | None,
    largest: npt.ArrayLike,
) -> tuple[Floats, Floats, Floats]:  # fmt: skip
    """Return the weighted sum of the strata's events, of their squares, and the heaviest cluster."""
    count, people, whole = _floats(events), _floats(base), _floats(standard)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(whole == 0, 0.0, np.where(people > 0, whole / whole.sum() / people, np.nan))
    spread = count if squares is None else _floats(squares)
    value, variance = (weight * count).sum(axis=-1), (weight**2 * spread).sum(axis=-1)
    return np.asarray(value), np.asarray(variance), np.asarray((weight * _floats(largest)).max(axis=-1))


def _halved(below: Callable[[Floats], npt.NDArray[np.bool_]], low: Floats, high: Floats) -> Floats:
    """Where `below` turns from true to false between `low` and `high`, by halving."""
    least, most = np.array(low, dtype=float), np.array(high, dtype=float)
    for _ in range(_HALVINGS):
        middle = (least + most) / 2
        true = below(middle)
        least, most = np.where(true, middle, least), np.where(true, most, middle)
    return np.asarray((least + most) / 2)


def _floats(numbers: npt.ArrayLike) -> Floats:
    return np.asarray(numbers, dtype=np.float64)
