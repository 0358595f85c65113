"""What more places, or fewer, would do to waits in the next twelve months: simulated from today's clients and queue."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kumppanuus.methods.queue_runs import simulate
from kumppanuus.resources.capacity.compute import CapacityParams
from kumppanuus.resources.capacity.known import YEAR, Rule, Service
from kumppanuus.resources.capacity.states import above_target, allowed, arrivals

ADDED = (-10, -5, 0, 5, 10, 15, 20, 25, 30)
"""Per cent of today's places."""
MOST = 3
_INSIDE = (5.0, 50.0, 95.0)
_HIDDEN = 3.0
"""A hidden number of those who wait is one of 1 to 6."""


@dataclass(frozen=True, slots=True)
class _Year:
    """What happens to come in one run, whatever the places: days of arrivals (before 0: waiting today), their stays,
    and how long those who are in today stay on.
    """

    arrivals: npt.NDArray[np.float64]
    stays: npt.NDArray[np.float64]
    left: npt.NDArray[np.float64]


def paths(services: Sequence[Service], rule: Rule, params: CapacityParams) -> list[dict[str, object]]:
    """Return the share that gets in in time by service and places added, for the services where places matter most."""
    return [row for each in shown(services, rule) for row in _paths(each, rule, params)]


def shown(services: Sequence[Service], rule: Rule) -> list[Service]:
    """Return the services that are drawn: first those with too long a queue, the longest first, then the fullest."""
    known = [each for each in services if each.modelled and not math.isnan(each.open_clients)]

    def place(service: Service) -> tuple[float, float, str]:
        far = service.waiting - allowed(service, rule) if above_target(service, rule) else 0.0
        return -far, -service.open_clients / service.places, service.code

    return sorted(known, key=place)[:MOST]


def _paths(service: Service, rule: Rule, params: CapacityParams) -> list[dict[str, object]]:
    years = [_year(service, np.random.default_rng(params.seed + run)) for run in range(max(params.runs, 1))]
    rows = []
    for added in ADDED:
        places = math.floor(service.places * (1 + added / 100) + 0.5)
        shares = np.array([_share(year, places, rule) for year in years])
        low, middle, high = (100 * float(each) for each in np.nanpercentile(shares, _INSIDE))
        rows.append(
            {"service": service.code, "added": str(added), "places": float(places),
             "share": round(middle), "lower": math.floor(low + 1e-9), "upper": math.ceil(high - 1e-9)}
        )  # fmt: skip
    return rows


def _year(service: Service, rng: np.random.Generator) -> _Year:
    """Draw one year. How many come a day is not known for sure: each run has its own rate."""
    assert service.stay is not None
    sure = service.load_off / 1.96
    rate = max(arrivals(service) * (1 + sure * rng.standard_normal()), 1e-9)
    waiting = round(_HIDDEN if math.isnan(service.waiting) else service.waiting)
    coming = np.sort(rng.uniform(size=rng.poisson(rate * YEAR)) * YEAR)
    days = np.concatenate([-np.arange(waiting, 0, -1) / rate, coming])
    left = service.stay.draw_left(round(service.open_clients), rng)
    return _Year(days, service.stay.draw(len(days), rng), left)


def _share(year: _Year, places: int, rule: Rule) -> float:
    """Return the share of those who come in the year that gets in in time; those who wait today go before them."""
    return simulate(year.arrivals, year.stays, places, busy_until=year.left).share_within(rule.days, since=0.0)
