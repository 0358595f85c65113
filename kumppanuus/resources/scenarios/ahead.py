"""A scenario month by month: today's course, and on top of it what the scenario assumes. Pure arithmetic on arrays.

D draws, S services, H months. Assumed numbers come by identity, each (D,), in the units of the scenario's file.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kumppanuus.methods.assumed import normals, triangular, uniforms
from kumppanuus.methods.intervals import Floats
from kumppanuus.methods.invest import present
from kumppanuus.resources.scenarios.known import Course
from kumppanuus.resources.scenarios.measures import Flow, Numbers, World
from kumppanuus.study_scenarios import LawAssumption, Scenario

GROUPS = ("arrivals", "prices", "wages", "effects", "measures", "shifts", "law")
"""Groups of assumptions: what measures save (``effects``) and what they cost (``measures``) are two."""
_LEAST = 0.05
"""No draw has fewer than this share of the clients forecast."""
EVERYTHING = frozenset(GROUPS)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What comes.

    cost : euros of each month (D, H). clients : at the end of each (D, S, H). flows : measure → its flow.
    prices : so many times today's cost of a client (D, S, H).
    """

    cost: Floats
    clients: Floats
    prices: Floats
    flows: Mapping[str, Flow]


def assumed(scenario: Scenario) -> dict[str, Floats]:
    """Return every number of a scenario as it is assumed, (1,)."""
    return {name: np.array([number.value]) for name, number in scenario.numbers()}


def drawn(scenario: Scenario, n: int, seed: int) -> dict[str, Floats]:
    """Return `n` draws of every number of a scenario between its limits; the same name is drawn alike everywhere."""
    return {
        name: triangular(uniforms(name, n, seed), number.least, number.value, number.most)
        for name, number in scenario.numbers()
    }


def luck_of(course: Course, n: int, seed: int) -> Floats:
    """Return by how far each service turns out above or below its forecast in each draw: standard normal, (n, S)."""
    return np.stack([normals(f"forecast/{code}", n, seed) for code in course.services], axis=1)


def look_ahead(
    course: Course, scenario: Scenario | None, numbers: Numbers, last_day: str, *,
    groups: frozenset[str] = EVERYTHING, luck: Floats | None = None,
) -> Ahead:  # fmt: skip
    """Return what comes under a scenario (None: today's course), as far as the course goes.

    Parameters
    ----------
    numbers : see `assumed` and `drawn`. groups : whose assumptions hold; those of others stay as they are today.
    last_day : ISO date from which months are counted. luck : see `luck_of`; None: everything comes as forecast.
    """
    turn = np.ones((1, 1, 1)) if luck is None else np.maximum(1 + course.spread * luck[:, :, None], _LEAST)
    arrivals, prices = _arrivals(course, scenario, numbers, groups), _prices(course, scenario, numbers, groups)
    entered = np.stack(
        [present(arrivals[:, place], course.kept[place]) for place in range(len(course.services))], axis=1
    )
    clients = (course.today + entered) * turn
    month_eur = course.month_eur[None, :, None] * prices
    cost, flows = (clients * month_eur).sum(axis=1), dict[str, Flow]()
    if scenario is not None:
        world = World(course, numbers, turn, month_eur, arrivals, clients, {})
        for effect in scenario.effects:
            world = world.after_effect(effect, saves="effects" in groups, costs="measures" in groups)
        for shift in scenario.shifts if "shifts" in groups else ():
            world = world.after_shift(shift)
        flows, clients = dict(world.flows), world.clients
        extra = [flow.spent - flow.saved for flow in flows.values()]
        extra += [_law(course, law, numbers, clients, last_day) for law in scenario.law if "law" in groups]
        cost = cost + sum(extra, np.zeros_like(cost))
    return Ahead(cost, clients, prices, flows)


def _arrivals(course: Course, scenario: Scenario | None, numbers: Numbers, groups: frozenset[str]) -> Floats:
    """Return arrivals of each month, (D, S, H), before measures keep any away."""
    times = np.ones((1, *course.arrivals.shape))
    if scenario is None or "arrivals" not in groups:
        return course.arrivals * times
    months = np.arange(1, course.months + 1)
    for part in scenario.arrivals:
        ((name, _),) = part.numbers()
        concerned = np.array([part.service in (None, code) for code in course.services])
        where = concerned[None, :, None] & (months >= part.from_month)[None, None, :]
        times = np.where(where, times * (1 + numbers[name][:, None, None] / 100), times)
    return np.asarray(course.arrivals * times)


def _prices(course: Course, scenario: Scenario | None, numbers: Numbers, groups: frozenset[str]) -> Floats:
    """Return by how many times the cost of a client rises until each month, (D, S, H)."""
    ways = prices_of_ways(course, scenario, numbers, groups)
    return np.asarray(sum(course.ways[way][None, :, None] * times for way, times in ways.items()))


def prices_of_ways(
    course: Course, scenario: Scenario | None, numbers: Numbers, groups: frozenset[str] = EVERYTHING
) -> dict[str, Floats]:  # fmt: skip
    """Return by how many times the price of each way of production rises until each month, (D, S, H)."""
    years = np.arange(1, course.months + 1) / 12
    times: dict[str, Floats] = {way: np.ones((1, len(course.services), course.months)) for way in course.ways}
    if scenario is not None and "prices" in groups:
        for part in scenario.prices:
            ((name, _),) = part.numbers()
            concerned = np.array([part.service == code for code in course.services])[None, :, None]
            growth = (1 + numbers[name][:, None, None] / 100) ** years
            for way in times:
                if part.production in (None, way):
                    times[way] = np.where(concerned, times[way] * growth, times[way])
    if scenario is not None and scenario.wages is not None and "wages" in groups:
        rise = (1 + numbers["wages/percent_a_year"][:, None, None] / 100) ** years - 1
        times["own"] = times["own"] * (1 + numbers["wages/share_percent"][:, None, None] / 100 * rise)
    return times


def _law(course: Course, part: LawAssumption, numbers: Numbers, clients: Floats, last_day: str) -> Floats:
    """Return what the workers cost who are needed more (or fewer) while a limit of the law is in force, (D, H)."""
    name = f"law/{part.parameter}/{part.valid_from.isoformat()}"
    now, then, eur = (numbers[f"{name}/{each}"][:, None] for each in ("now", "then", "worker_eur_a_year"))
    places = [place for code in part.services if (place := course.place(code)) is not None]
    children = clients[:, places].sum(axis=1)
    ends = [month_end(last_day, month) for month in range(1, course.months + 1)]
    valid = np.array([part.valid_from <= end and (part.valid_to is None or end < part.valid_to) for end in ends])
    return np.asarray(children * (1 / then - 1 / now) * eur / 12 * valid)


def month_end(last_day: str, months: int) -> datetime.date:
    """Return the day so many months after a day; the end of the month for the end of a month, as calendars go."""
    day = datetime.date.fromisoformat(last_day)
    following = day + datetime.timedelta(days=1)
    whole = following.year * 12 + following.month - 1 + months
    year, month = divmod(whole, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(following.day, last)) - datetime.timedelta(days=1)
