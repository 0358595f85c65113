"""Invest to save: what prevention costs, what it saves with a delay, and how much it would have to achieve.

A measure reaches a share of those who would enter a service, and of these a share enters no more (the relative risk
reduction). What is saved is the cost of those who did not enter, as long as they would have stayed, and only the part
of it that is really not paid any more. The finding is the *required effect*: how large the reduction would have to be
for the plan to pay for itself. It is no promise that it will be.

Months are counted from 1, the first one ahead; arrays have them on their last axis and may have draws before it.

References
----------
HM Treasury, The Green Book (2022), ch. 5–6: discounting, cashable and non-cashable benefits, switching values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from kumppanuus.methods.intervals import Floats

Some: TypeAlias = float | Floats
"""A number, or an array of draws (n,)."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure that lets fewer people into a service.

    reduction : relative risk reduction of those reached, 0–1. cover : share of those who would enter that it reaches,
    0–1. lag : months from reaching them until fewer enter. cashable : share of the saved cost that is really not paid,
    0–1. cost_month : euros a month from month `start` on. ramp : months until the whole cover is reached.
    """

    reduction: Some
    cover: Some
    lag: Some = 0.0
    cashable: Some = 1.0
    cost_month: Some = 0.0
    ramp: int = 0
    start: int = 1


@dataclass(frozen=True, slots=True)
class Investment:
    """Euros so far, month by month (…, months), and what they come to.

    spent, saved : so far, not discounted. net_value : saved less spent at the horizon, discounted to today (…).
    break_even : first month by whose end at least as much was saved as spent; NaN when none (…).
    required : the reduction at which `net_value` would be 0; above 1 it cannot be reached; infinite when nothing
        would be saved (…).
    """

    spent: Floats
    saved: Floats
    net_value: Floats
    break_even: Floats
    required: Floats


def reached(months: int, measure: Measure) -> Floats:
    """Return which share of those who would enter in each month has been reached long enough ago (…, months).

    0 until `start` and the lag have gone by, then rising evenly to the cover over `ramp` months (one when 0).
    """
    since = np.arange(1, months + 1) - (measure.start - 1) - _columns(measure.lag)
    return np.asarray(_columns(measure.cover) * np.clip(since / max(measure.ramp, 1), 0.0, 1.0), dtype=float)


def avoided_entries(arrivals: Floats, measure: Measure) -> Floats:
    """Return how many fewer enter in each month: arrivals · reduction · share reached (…, months).

    Parameters
    ----------
    arrivals : expected in each month ahead without the measure (…, months).
    """
    return np.asarray(arrivals * _columns(measure.reduction) * reached(arrivals.shape[-1], measure), dtype=float)


def present(entries: Floats, kept: Floats) -> Floats:
    """Return how many of those who entered in the months ahead are there at the end of each (…, months).

    Parameters
    ----------
    entries : in each month (…, months).
    kept : share of an entry that is there at the end of the month of entry, of the next one, … (months,).
    """
    months = entries.shape[-1]
    later = np.arange(months)[None, :] - np.arange(months)[:, None]  # from the row's month to the column's
    return entries @ np.where(later >= 0, kept[np.clip(later, 0, len(kept) - 1)], 0.0)


def discounts(months: int, rate: Some) -> Floats:
    """Return what a euro at the end of each month is worth today, at a yearly rate of interest (…, months)."""
    return np.asarray((1 + _columns(rate)) ** (-np.arange(1, months + 1) / 12), dtype=float)


def break_even_month(net: Floats) -> Floats:
    """Return the first month (from 1) by whose end the sum so far is not below 0 and stays so; NaN when none (…).

    Parameters
    ----------
    net : euros so far, month by month (…, months).
    """
    below = net < -1e-9
    months = net.shape[-1]
    last = months - np.argmax(below[..., ::-1], axis=-1)  # the last month that is below, counted from 1
    first = np.where(below.any(axis=-1), last + 1.0, 1.0)
    return np.where(first > months, np.nan, first)


def required_reduction(spent: Some, saved_at_one: Some) -> Floats:
    """Return the reduction at which what is saved equals what is spent; infinite when nothing is saved.

    What is saved grows in proportion to the reduction, so the root has a closed form: spent / saved at one of 1.

    Parameters
    ----------
    spent, saved_at_one : discounted euros over the horizon; the second one if nobody reached entered.
    """
    cost, saving = np.broadcast_arrays(np.asarray(spent, dtype=float), np.asarray(saved_at_one, dtype=float))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(cost <= 0, 0.0, np.where(saving > 0, cost / saving, np.inf))


def settled(spent: Floats, saved: Floats, saved_at_one: Floats, rate: Some = 0.0) -> Investment:
    """Return what euros spent and saved in each month come to.

    Parameters
    ----------
    spent, saved : euros of each month (…, months). saved_at_one : what would be saved at a reduction of 1.
    rate : yearly interest, 0.03 = 3 %.
    """
    worth = discounts(spent.shape[-1], rate)
    values = [(each * worth).sum(axis=-1) for each in (spent, saved, saved_at_one)]
    so_far = [np.cumsum(each, axis=-1) for each in (spent, saved)]
    return Investment(
        spent=so_far[0],
        saved=so_far[1],
        net_value=np.asarray(values[1] - values[0]),
        break_even=break_even_month(so_far[1] - so_far[0]),
        required=required_reduction(values[0], values[2]),
    )


def invest(
    arrivals: Floats, kept: Floats, client_month: Floats, measure: Measure, rate: Some = 0.0
) -> Investment:  # fmt: skip
    """Return what a measure costs and saves over the months ahead.

    saving of a month = avoided entries still there · cost of a client-month · cashable share.

    Parameters
    ----------
    arrivals : expected entries to the service in each month without the measure (…, months).
    kept : see `present`. client_month : euros that a client costs in each month (…, months) or (months,).
    rate : yearly interest at which later money is worth less.

    Raises
    ------
    ValueError
        A share of the measure lies outside 0–1.
    """
    for share in (measure.reduction, measure.cover, measure.cashable):
        if np.any(np.asarray(share) < 0) or np.any(np.asarray(share) > 1):
            raise ValueError("reduction, cover and cashable are shares of 0-1")
    months = arrivals.shape[-1]
    whole = Measure(1.0, measure.cover, measure.lag, ramp=measure.ramp, start=measure.start)
    at_one = present(avoided_entries(arrivals, whole), kept) * client_month * _columns(measure.cashable)
    saved = at_one * _columns(measure.reduction)
    spent = _columns(measure.cost_month) * (np.arange(1, months + 1) >= measure.start)
    paid, kept_back, whole_saving = np.broadcast_arrays(spent, saved, at_one)
    return settled(paid, kept_back, whole_saving, rate)


def _columns(some: Some) -> Floats:
    """Return draws as a column beside the months."""
    values = np.asarray(some, dtype=float)
    return values[..., None] if values.ndim else values
