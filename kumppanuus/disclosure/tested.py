"""Numbers of a model that is fitted to exact counts: ratios and bounded means in steps, the class of a p (R16)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumppanuus.analysis import Table
from kumppanuus.disclosure.released import Rules
from kumppanuus.disclosure.rules import MEAN_PERSONS, SHARE_BASE, Floats, round_counts
from kumppanuus.disclosure.rules_forms import STEPS, stepped_mean

LEAST_EVENTS = 10
"""Fewer ends in either of the two groups that are compared, and nothing is said of them."""
CLASSES = (0.001, 0.01, 0.05, 1.0)
"""A p is published as the upper end of its class; 1: no difference seen."""
_ENDS = ("lower", "upper")
BOUNDED_FAMILIES = 7
"""Families from which on a mean of numbers between 0 and 1 is shown."""


def hazard_ratio(table: Table, column: str, frame: pd.DataFrame, shown: pd.DataFrame, rules: Rules) -> Floats:
    """Return published hazard ratios or their limits; NaN where they are not shown.

    A ratio is rounded to the steps of `ratio_step` for the ends of the smaller of the two groups, its row's and the
    reference's, and then to two digits. Limits are whole steps away from the published ratio, on either side the same
    number, and hold the exact ones. The reference, the row with ratio and limits 1, has 1.

    Parameters
    ----------
    column : its ``of`` names the count of ends of the row, and ``value``, ``lower`` or ``upper``.
    frame : with the exact numbers. shown : with the published ones, which alone decide what is shown.
    """
    ends, end = table.columns[column].of
    least = _least_events(shown, table, ends, rules)
    reference = (frame[list(table.names("hazard_ratio"))] == 1).all(axis=1).to_numpy(dtype=bool)
    smaller = np.minimum(least, least[reference][0] if reference.any() else np.nan)
    found = np.full(len(frame), np.nan)
    for row in np.flatnonzero(smaller >= LEAST_EVENTS):
        value, lower, upper = (float(frame[_column(table, ends, each)].iloc[row]) for each in ("value", *_ENDS))
        if reference[row]:
            found[row] = 1.0
        elif lower > 0 and np.isfinite(upper):
            found[row] = stepped_estimate(value, lower, upper, float(smaller[row]))[("value", *_ENDS).index(end)]
    return found


def stepped_estimate(value: float, lower: float, upper: float, events: float) -> tuple[float, float, float]:
    """Return a ratio and its limits as published: on steps of ``ratio_step(events)``, two digits, limits outwards."""
    step = ratio_step(events)
    centre = np.round(np.log(value) / step) * step
    half = max(np.log(upper) - centre, centre - np.log(lower))
    reach = np.ceil(np.round(half / step, 9)) * step
    return _two_digits(centre, "value"), _two_digits(centre - reach, "lower"), _two_digits(centre + reach, "upper")


def ratio_step(events: float) -> float:
    """Return the width of a step on the log scale that holds three neighbouring numbers of ends (R16)."""
    return float(-np.log1p(-3 / events))


def evidence(table: Table, column: str, frame: pd.DataFrame, rules: Rules) -> Floats:
    """Return the class of each p: its upper end; NaN where the smallest group compared has too few ends.

    Parameters
    ----------
    column : its ``of`` names the ends of the smallest group; the middle of their class decides.
    """
    smallest = round_counts(frame[table.columns[column].of[0]].to_numpy(dtype=float), rules.base) - rules.base // 2 + 1
    p = frame[column].to_numpy(dtype=float)
    found = np.array(CLASSES)[np.searchsorted(CLASSES[:-1], np.nan_to_num(p, nan=1.0), side="right")]
    return np.asarray(np.where((smallest >= LEAST_EVENTS) & ~np.isnan(p), found, np.nan))


def bounded_mean(table: Table, column: str, frame: pd.DataFrame, shown: pd.DataFrame, rules: Rules) -> Floats:
    """Return means over families of numbers between 0 and 1, or half their intervals, in steps of 1/families or more.

    Parameters
    ----------
    column : its ``of`` names the persons and families behind it; of half an interval also the mean, and the half is
        then a whole number of steps around the published mean, outwards.
    shown : with the published numbers, which alone decide what is shown: 10 persons, 7 families (R16).
    """
    persons, homes, *mean = table.columns[column].of
    below = rules.base // 2 - 1
    people, families = (shown[each].to_numpy(dtype=float) - below for each in (persons, homes))
    exact = frame[column].to_numpy(dtype=float)
    found = np.full(len(frame), np.nan)
    for row in np.flatnonzero((people >= MEAN_PERSONS) & (families >= BOUNDED_FAMILIES) & ~np.isnan(exact)):
        if not mean:
            found[row] = stepped_mean(float(exact[row]), float(families[row]))
            continue
        step = next(each for each in STEPS if each * families[row] >= 1 - 1e-9)
        centre = float(frame[mean[0]].iloc[row])
        off = abs(stepped_mean(centre, float(families[row])) - centre)
        found[row] = round(float(np.ceil(round((exact[row] + off) / step, 9)) * step), 2)
    return found


def _least_events(shown: pd.DataFrame, table: Table, ends: str, rules: Rules) -> Floats:
    """Return the fewest ends a published number stands for; NaN beside hidden or too few people."""
    persons, families = (shown[table.names(role)[0]].to_numpy(dtype=float) for role in ("persons", "families"))
    least = shown[ends].to_numpy(dtype=float) - rules.base // 2 + 1
    return np.where((persons >= SHARE_BASE) & ~np.isnan(families), least, np.nan)


def _column(table: Table, ends: str, end: str) -> str:
    return next(each for each in table.names("hazard_ratio") if table.columns[each].of == (ends, end))


def _two_digits(log: float, end: str) -> float:
    value = float(np.exp(log))
    unit = 10.0 ** (np.floor(np.log10(value)) - 1)
    rounded = {"lower": np.floor, "upper": np.ceil}.get(end, np.round)(np.round(value / unit, 9))
    return float(np.round(rounded * unit, 12))
