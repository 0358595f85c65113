"""What the room reads from released numbers, its own and those of other rooms, by service."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.signals import Gathered
from kumppanuus.forms.rounding import ends_of_class
from kumppanuus.methods.limits import poisson_limits
from kumppanuus.methods.service_times import ServiceTimes, service_times
from kumppanuus.resources.capacity.compute import CapacityParams

YEAR, MONTH, WEEK = 365, 365.25 / 12, 7.0
"""Days."""
DURATIONS, FLOW, WAITING = "lifecycle.durations", "lifecycle.flow", "baseline.waiting"
_FEWEST_POINTS, _MOST_BEYOND = 3, 0.5
_LEAST_WAITS, _ALL, _YEARS, _HALF_CLASS = 20, 100, 2, 3
_WAITS = ("waiting", "before", "came")


@dataclass(frozen=True, slots=True)
class Rule:
    """Within how many days which share (0-1) of those who ask should get in.

    asked : days in which those asked who count as those of a year; fewer where less was observed.
    """

    days: float
    share: float
    asked: float = YEAR


@dataclass(frozen=True, slots=True)
class Service:
    """One service.

    open_clients, places : on the last day. open_before : clients a year before.
    starts : a day, with the limits that chance and rounding leave them.
    stay : how long a place is taken; None = not known. stay_off : half the width of the 95 % band of its mean, as a
        share of it.
    waiting, before, came : waits that go on, went on a year before, began in between.
    share_seen : per cent of those who asked in the last full year who got in within the days of the rule.
    """

    code: str
    open_clients: float
    open_before: float
    places: float
    fte: float
    statutory: bool
    starts: float
    starts_lower: float
    starts_upper: float
    stay: ServiceTimes | None
    stay_off: float
    waiting: float
    before: float
    came: float
    share_seen: float

    @property
    def load_off(self) -> float:
        """Half the 95 % interval of the offered load as a share of it: starts and stays vary by themselves."""
        return math.hypot((self.starts_upper - self.starts_lower) / 2 / self.starts, self.stay_off)

    @property
    def modelled(self) -> bool:
        """Whether waits can be worked out: arrivals, stays and places are known, and nobody may be let wait by law."""
        return self.stay is not None and self.starts > 0 and self.places > 0 and not self.statutory


def table_of(gathered: Gathered, key: str, name: str) -> pd.DataFrame:
    """Return a released table of another room; without rows where the room was not computed or shows nothing."""
    used = gathered.used.get(key)
    return used[name] if used is not None and used.status == "ok" else pd.DataFrame()


def rule_of(gathered: Gathered, params: CapacityParams) -> Rule:
    """Return the rule: that of `baseline.waiting`, with the room's own settings where that says nothing."""
    told = table_of(gathered, WAITING, "rule")
    days, percent = (float(told[name].iloc[0]) if len(told) else math.nan for name in ("within_days", "target_percent"))
    asked = percent if 0 < percent < _ALL else float(params.share_percent)
    within = days if days > 0 else float(params.within_days)
    seen = min(sum(gathered.context.years.values()) or YEAR, YEAR)
    return Rule(within, min(max(asked, 1.0), _ALL - 1.0) / _ALL, float(seen))


def services_of(released: ReleasedResult, gathered: Gathered) -> tuple[Service, ...]:
    """Return every service that has clients or places, in the order of the catalogue."""
    told = _Told(
        {name: _by_service(released[name]) for name in ("places", "services", "queues")},
        _starts(gathered),
        _before(gathered),
        table_of(gathered, DURATIONS, "service_curves"),
        _seen(gathered),
    )
    places = told.own["places"]
    return tuple(_service(code, told) for code in places if code in told.own["services"] or places[code]["places"] > 0)


@dataclass(frozen=True, slots=True)
class _Told:
    """What is told, by service: rows of the room's own tables, starts a day with limits, clients open a
    year before, curves, shares seen.
    """

    own: dict[str, dict[str, dict[str, float]]]
    starts: dict[str, tuple[float, float, float]]
    before: dict[str, float]
    curves: pd.DataFrame
    seen: dict[str, float]


def _service(code: str, told: _Told) -> Service:
    curves = told.curves
    stay, off = _stay(curves[curves["service"].astype(str) == code] if len(curves) else curves)
    given, waits = told.own["places"][code], told.own["queues"].get(code, {})
    people = told.own["services"].get(code, {"persons": 0.0})
    rate, lower, upper = told.starts.get(code, (math.nan, math.nan, math.nan))
    waiting, before, came = (float(waits.get(name, math.nan)) for name in _WAITS)
    return Service(
        code=code, open_clients=float(people["persons"]), open_before=told.before.get(code, math.nan),
        places=float(given["places"]), fte=float(given["fte"]), statutory=given["statutory"] > 0, starts=rate,
        starts_lower=lower, starts_upper=upper, stay=stay, stay_off=off, waiting=waiting, before=before, came=came,
        share_seen=told.seen.get(code, math.nan),
    )  # fmt: skip


def _by_service(frame: pd.DataFrame) -> dict[str, dict[str, float]]:
    return {str(row["service"]): {str(name): each for name, each in row.items()} for row in frame.to_dict("records")}


def _starts(gathered: Gathered) -> dict[str, tuple[float, float, float]]:
    """Return starts a day by service, with limits: of the last two whole years, of the last one where they differ.

    Without a whole year: of all there is. Limits are exact (Poisson), outwards from the classes of the numbers.
    """
    flows, years = table_of(gathered, FLOW, "services"), table_of(gathered, FLOW, "years")
    if flows.empty or years.empty:
        return {}
    days = {str(year): float(n) for year, n in zip(years["year"], years["days_seen"], strict=True)}
    whole = [year for year, n in days.items() if n >= YEAR][-_YEARS:] or [*days]
    found = {}
    for code, rows in flows.groupby(flows["service"].astype(str), sort=False):
        came = dict(zip(rows["year"].astype(str), rows["came"].astype(float), strict=True))
        chosen = whole if _alike([came.get(year, math.nan) for year in whole]) else whole[-1:]
        number = np.array([came.get(year, math.nan) for year in chosen])
        span = sum(days[year] for year in chosen)
        if not np.isnan(number).any() and span > 0:
            ends = (each.sum() for each in ends_of_class(number))
            lower, upper = (float(each) / span for each in poisson_limits(*ends))
            found[str(code)] = (float(number.sum()) / span, lower, upper)
    return found


def _before(gathered: Gathered) -> dict[str, float]:
    """Return clients open at the end of the year before the last one, when the last one is a whole one."""
    flows, years = table_of(gathered, FLOW, "services"), table_of(gathered, FLOW, "years")
    if flows.empty or len(years) < _YEARS:
        return {}
    ordered = years.assign(year=years["year"].astype(str)).sort_values("year").tail(_YEARS)
    if float(ordered["days_seen"].iloc[-1]) < YEAR:
        return {}
    rows = flows[flows["year"].astype(str) == ordered["year"].iloc[0]]
    return dict(zip(rows["service"].astype(str), rows["waiting"].astype(float), strict=True))


def _alike(numbers: Sequence[float]) -> bool:
    """Whether two years' numbers do not differ by more than chance and rounding let them: they are pooled then."""
    if len(numbers) != _YEARS:
        return True
    return abs(numbers[1] - numbers[0]) <= 1.96 * math.sqrt(sum(numbers)) + 2 * _HALF_CLASS


def _stay(curve: pd.DataFrame) -> tuple[ServiceTimes | None, float]:
    """Return the stay of a published curve and half the band of its mean as a share of it.

    None where the curve has few points, or most of the mean would be its tail: then nobody has seen how long it lasts.
    """
    points = curve.dropna(subset=["survival", "lower", "upper"]) if len(curve) else curve
    if len(points) < _FEWEST_POINTS or not points["survival"].min() < 1:
        return None, math.nan
    ordered = points.sort_values("time")
    time = ordered["time"].to_numpy(dtype=float)
    stay = service_times(time, ordered["survival"].to_numpy(dtype=float))
    if stay.beyond > _MOST_BEYOND:
        return None, math.nan
    low, high = (_area(time, ordered[name].to_numpy(dtype=float)) for name in ("lower", "upper"))
    return stay, (high - low) / 2 / stay.mean


def _area(time: npt.NDArray[np.float64], survival: npt.NDArray[np.float64]) -> float:
    return float(np.trapezoid(survival, time))


def _seen(gathered: Gathered) -> dict[str, float]:
    """Return per cent who got in within the days of the rule, of those of the last full year; from 20 waits on."""
    waits = table_of(gathered, WAITING, "services")
    if waits.empty:
        return {}
    latest = waits[waits["span"].astype(str) == "latest"]
    shares = (latest["served"] / latest["waited"]).where(latest["waited"] >= _LEAST_WAITS)
    return dict(zip(latest["service"].astype(str), (_ALL * shares.clip(upper=1.0)).round().astype(float), strict=True))
