"""Exact estimates before protection: for tests and for the organiser's own staff, never for a report."""

from __future__ import annotations

import pandas as pd

from kumppanuus.analysis import Context
from kumppanuus.lifecycle.durations.declared import DurationParams
from kumppanuus.lifecycle.durations.groups import Counts, Group, groups_of
from kumppanuus.methods.family_bands import family_restricted_mean
from kumppanuus.methods.intervals import family_weights
from kumppanuus.methods.monthgrid import month_ends
from kumppanuus.methods.survival import Survival, survival_curve
from kumppanuus.register.calendar import month_day
from kumppanuus.register.spells import FAMILY_GROUPS

YEAR, TWO_YEARS = month_day(12), month_day(24)
_SHARES = ("", "_lower", "_upper", "_greenwood_lower", "_greenwood_upper")
_ESTIMATES = (
    "from_day", "median_days", "median_lower", "median_upper",
    *(f"share_{m}{end}" for m in (12, 24) for end in _SHARES), "at_risk_12", "at_risk_24", "mean_24_days",
    "mean_24_lower", "mean_24_upper",
)  # fmt: skip


def estimates(counts: Counts, params: DurationParams, context: Context) -> pd.DataFrame:
    """Return what every curve says to the last digit.

    Returns
    -------
    One row per group with the columns ``kind`` (everyone, service, level, cohort, age_group, area), ``code``,
    ``from_day``, ``median_days`` with ``median_lower`` and ``median_upper``, ``share_12`` and ``share_24`` (S after
    365 and 730 days) with ``_lower``/``_upper`` (bootstrap over families), ``_greenwood_lower``/``_greenwood_upper``,
    and ``at_risk_12``, ``at_risk_24``; ``mean_24_days`` (mean of the first 730 days) with limits (bootstrap). Days; NaN
    where not reached or not observed.
    """
    groups = groups_of(counts, context, params.at_least, params.replicates, params.seed)
    kinds = (
        ("everyone", groups.everyone), ("service", groups.services), ("level", groups.levels),
        ("cohort", groups.cohorts), ("age_group", groups.ages), ("area", groups.areas),
    )  # fmt: skip
    rows = [
        {"kind": kind, "code": code, **_estimate(group, group.curve, params)}
        for kind, found in kinds
        for code, group in found.items()
        if group.curve is not None
    ]
    return pd.DataFrame(rows, columns=["kind", "code", *_ESTIMATES])


def _estimate(group: Group, curve: Survival, params: DurationParams) -> dict[str, float]:
    plain, at_risk = survival_curve(group.days, from_day=curve.from_day), group.days.at_risk
    weights = family_weights(FAMILY_GROUPS, params.replicates, seed=params.seed)
    mean = family_restricted_mean(plain, TWO_YEARS, group.months, weights, month_ends(group.months.last_day))
    lower, upper = mean.limits()
    found: dict[str, float] = {
        "from_day": curve.from_day,
        "median_days": curve.median.value,
        "median_lower": curve.median.lower,
        "median_upper": curve.median.upper,
        "mean_24_days": curve.from_day + mean.value,
        "mean_24_lower": curve.from_day + lower,
        "mean_24_upper": curve.from_day + upper,
    }
    for months, day in ((12, YEAR), (24, TWO_YEARS)):
        values = (*curve.at(day), *plain.at(day)[1:])
        found |= {f"share_{months}{end}": value for end, value in zip(_SHARES, values, strict=True)}
        found[f"at_risk_{months}"] = float(at_risk[day]) if day < len(at_risk) else 0.0
    return found
