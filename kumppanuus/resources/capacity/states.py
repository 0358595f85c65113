"""What the room works out of released numbers: occupancy, what places let expect, what brings a queue down."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from kumppanuus.forms.rounding import ends_of_class
from kumppanuus.methods.backlog import factor_of, relief_capacity, target_queue
from kumppanuus.methods.queues import Waits, mgc, servers_for_share
from kumppanuus.resources.capacity.known import MONTH, Rule, Service

MONTHS = (3, 6, 12)
_NAN, _EPS = math.nan, 1e-9


def states(services: Sequence[Service]) -> list[dict[str, object]]:
    """Return clients and places of each service; NaN what is hidden or not given."""
    return [
        {"service": each.code, "open_clients": each.open_clients, "open_before": each.open_before,
         "places": each.places, **_occupancy(each)}
        for each in services
    ]  # fmt: skip


def waits(services: Sequence[Service], rule: Rule) -> list[dict[str, object]]:
    """Return queues of the services that contacts ask for."""
    return [
        {"service": each.code, "waiting": each.waiting, "before": each.before, **_targets(each, rule),
         "share_seen": each.share_seen}
        for each in services
        if not math.isnan(each.came)
    ]  # fmt: skip


def long_run(services: Sequence[Service], rule: Rule) -> list[dict[str, object]]:
    """Return what is to be expected in the long run of the services whose waits can be worked out."""
    return [
        {"service": each.code, "starts_month": _rounded(each.starts * MONTH, 1),
         "stay_months": _NAN if each.stay is None else _rounded(each.stay.mean / MONTH, 1), **_expected(each, rule)}
        for each in services
        if each.modelled
    ]  # fmt: skip


def allowed(service: Service, rule: Rule) -> float:
    """Return how many may wait for the rule to be kept: those who ask a day x days of the rule / factor."""
    return _allowed(service.came, rule)


def _allowed(came: float, rule: Rule) -> float:
    return float(target_queue(came / rule.asked, rule.days, factor_of(rule.share)))


def clearing(services: Sequence[Service], rule: Rule) -> list[dict[str, object]]:
    """Return what clears a queue in 3, 6 and 12 months: starts a month beyond today's, places and staff for them.

    As many as ask have to leave the queue, so its growth in the last year is added. Extra starts take places for as
    long as stays last, the most at the end; free places come first, what is left are places more. Limits hold the
    classes of what waits and came.
    """
    return [_cleared(each, rule, months) for each in services if above_target(each, rule) for months in MONTHS]


def above_target(service: Service, rule: Rule) -> bool:
    """Whether surely more wait than the rule lets wait, rounding included, and waits can be worked out."""
    low, _ = class_of(service.waiting)
    _, often = class_of(service.came)
    return low > _allowed(often, rule) and service.modelled


def class_of(number: float) -> tuple[float, float]:
    """Return the least and the most that a published number may stand for."""
    low, high = (float(end[0]) for end in ends_of_class(np.array([number])))
    return low, high


def _targets(service: Service, rule: Rule) -> dict[str, float]:
    names = ("waiting_target", "waiting_target_upper")
    if service.statutory:
        return dict.fromkeys(names, _NAN)
    most = _allowed(class_of(service.came)[1], rule)
    return dict(zip(names, (_rounded(allowed(service, rule), 0), most if math.isnan(most) else math.ceil(most)),
                    strict=True))  # fmt: skip


def _cleared(service: Service, rule: Rule, months: int) -> dict[str, object]:
    (low, high), came = class_of(service.waiting), class_of(service.came)
    least, most = (_allowed(each, rule) for each in came)
    extra = float(relief_capacity(growth(service), service.waiting, allowed(service, rule), months))
    lower, upper = growth(service) + (low - most) / months, growth(service) + (high - least) / months
    assert service.stay is not None
    free = max(service.places - service.open_clients, 0.0)
    places = max(extra / MONTH * service.stay.until(months * MONTH) - free, 0.0)
    return {
        "service": service.code,
        "months": str(months),
        "extra_starts": _rounded(extra, 1),
        "extra_starts_lower": max(math.floor(lower * 10 + _EPS) / 10, 0.0),
        "extra_starts_upper": math.ceil(upper * 10 - _EPS) / 10,
        "free_places": free,
        "extra_places": float(math.ceil(places - _EPS)),
        "extra_fte": _rounded(places * service.fte / service.places, 1),
    }


def growth(service: Service) -> float:
    """Return by how many a month the queue has grown in the last year; 0 where it has not, or nobody knows."""
    grown = (service.waiting - service.before) / 12
    return max(grown, 0.0) if not math.isnan(grown) else 0.0


def _occupancy(service: Service) -> dict[str, float]:
    """Return clients by places, whole per cents, the limits outwards from the class of the clients."""
    if not service.places > 0:
        return dict.fromkeys(("occupancy", "occupancy_lower", "occupancy_upper"), _NAN)
    low, high = class_of(service.open_clients)
    return {
        "occupancy": _rounded(100 * service.open_clients / service.places, 0),
        **_outwards("occupancy", low / service.places, high / service.places),
    }


def _expected(service: Service, rule: Rule) -> dict[str, float]:
    """Return the share that gets in in time in the long run, and places for the rule; M/G/c, with starts as arrivals.

    The limits are those of the offered load: a load that is less by its half interval, and one that is more.
    """
    assert service.stay is not None
    cv2, mean, off = service.stay.cv2, service.stay.mean, service.load_off
    rates = [arrivals(service) * times for times in (1.0, max(1 - off, 0.0), 1 + off)]
    waits: Waits = mgc(rates, mean, math.floor(service.places), cv2)
    share, above, below = (float(each) for each in waits.share_within(rule.days))
    needed, fewer, more = (
        float(servers_for_share(rate, mean, within=rule.days, share=rule.share, correction=(1 + cv2) / 2))
        for rate in rates
    )
    shares = {"share_expected": _rounded(100 * share, 0), **_outwards("share_expected", below, above)}
    return {**shares, "places_needed": needed, "places_needed_lower": fewer, "places_needed_upper": more}


def _outwards(name: str, low: float, high: float) -> dict[str, float]:
    """Return limits of a share in whole per cents, rounded away from it."""
    ends = (low, high) if math.isnan(low + high) else (math.floor(100 * low + _EPS), math.ceil(100 * high - _EPS))
    return dict(zip((f"{name}_lower", f"{name}_upper"), map(float, ends), strict=True))


def arrivals(service: Service) -> float:
    """Return how many would start a day if nobody had to wait: those who start, and those by whom the queue grows."""
    return service.starts + growth(service) / MONTH


def _rounded(value: float, digits: int) -> float:
    return value if math.isnan(value) else round(value, digits)


def frame_of(rows: Sequence[dict[str, object]], columns: Sequence[str]) -> pd.DataFrame:
    """Return rows as a frame of exactly these columns, also when there are none."""
    return pd.DataFrame([*rows], columns=[*columns])
