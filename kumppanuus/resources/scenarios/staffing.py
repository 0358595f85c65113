"""How many of one's own now, when what is short can be bought later: the two-stage plan, from published numbers.

Own staff is hired before it is known how many will come; clients beyond their places get a bought service, which may
cost more. The futures are draws of today's course and of every scenario of the study, each as likely as the others.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumppanuus.analysis import Context
from kumppanuus.disclosure.signals import Gathered
from kumppanuus.methods.intervals import Floats
from kumppanuus.methods.two_stage import Plan, TwoStage, held_out, knowing, solve
from kumppanuus.resources.scenarios.ahead import drawn, look_ahead, luck_of, prices_of_ways
from kumppanuus.resources.scenarios.compute import ScenariosParams
from kumppanuus.resources.scenarios.known import FORECAST, SPENDING, Course, families_bought

DAYS_IN_MONTH = 365.25 / 12
PERIOD = 6
"""Months over which clients are averaged: nobody is hired or bought for a week."""
LONGEST = 36
"""Months that the plan is made for, at most: staff hired now is looked at again then."""
CHANGE = 0.1
"""How far the staff of the own services may move in a year when the study does not say."""
BOUGHT = ("purchased", "voucher")


@dataclass(frozen=True, slots=True)
class Choice:
    """A service that both the organiser and others provide.

    own, bought : clients at a time today. own_eur, bought_eur : a client's month. least, most : own places that the
    plan may propose. least_bought : clients at a time that a contract binds to buy for.
    """

    place: int
    own: float
    bought: float
    own_eur: float
    bought_eur: float
    way: str
    least: float
    most: float
    least_bought: float


@dataclass(frozen=True, slots=True)
class Futures:
    """Clients of each choice in each period of each future, and what a bought month costs then; (futures, choices,
    periods). own_times : so many times today's own cost, the mean of all (choices,).
    """

    clients: Floats
    bought_eur: Floats
    own_times: Floats

    def some(self, which: slice) -> Futures:
        """Return some of the futures."""
        return Futures(self.clients[which], self.bought_eur[which], self.own_times)


def plan_tables(course: Course, gathered: Gathered, params: ScenariosParams) -> dict[str, pd.DataFrame]:
    """Return ``plan`` and ``plan_values``; nothing when no service is both provided and bought."""
    context = gathered.context
    choices = _choices(course, context, families_bought(gathered.used.get(SPENDING)))
    if not choices or course.months < PERIOD or params.plan_draws < 1:
        return {}
    futures = _futures(course, choices, context, params)
    seen, unseen = (_two_stage(course, choices, futures.some(slice(start, None, 2))) for start in (0, 1))
    found = solve(seen)
    return {
        "plan": _amounts(course, choices, found, _staff(gathered)),
        "plan_values": _values(choices, course, found, seen, unseen),
    }


def _choices(course: Course, context: Context, families: Mapping[tuple[str, str], float]) -> list[Choice]:
    made = [_choice(course, place, code, context, families) for place, code in enumerate(course.services)]
    return [each for each in made if each is not None]


def _choice(
    course: Course, place: int, code: str, context: Context, families: Mapping[tuple[str, str], float]
) -> Choice | None:  # fmt: skip
    """Return the choice between own and bought of a service that costs by the day and is both provided and bought."""
    costs = context.unit_costs.get(code, {})
    used = [way for way in ("own", *BOUGHT) if costs.get(way, 0.0) > 0 and course.ways[way][place] > 0]
    if len(used) < 2 or used[0] != "own" or context.units.get(code) != "day":
        return None
    way = used[1]
    volumes = {each: float(course.ways[each][place]) / costs[each] for each in ("own", way)}
    share = volumes["own"] / sum(volumes.values())
    own, bought = float(course.now[place]) * share, float(course.now[place]) * (1 - share)
    change = context.resources.allocation.own_change_at_most if context.resources is not None else CHANGE
    change = min(change * min(LONGEST, course.months) / 12, 1.0)  # year after year
    return Choice(place, own, bought, costs["own"] * DAYS_IN_MONTH, costs[way] * DAYS_IN_MONTH, way,
                  own * (1 - change), own * (1 + change),
                  bought * _bound(context, code, way, families.get((code, way), 0.0)))  # fmt: skip


def _bound(context: Context, code: str, way: str, families: float) -> float:
    """Return which share of today's purchases the contracts in force bind to; 0 where these are not known."""
    contracts = context.resources.contracts if context.resources is not None else ()
    today = datetime.date.fromisoformat(context.last_day)
    least = sum(
        each.least_families for each in contracts if (each.service, each.production) == (code, way)
        and (each.valid_from or today) <= today and (each.valid_to is None or today < each.valid_to)
    )  # fmt: skip
    return least / families if families > 0 else 0.0


def _futures(course: Course, choices: list[Choice], context: Context, params: ScenariosParams) -> Futures:
    """Draw as many futures of today's course and of each scenario: half for the plan, half to hold it against."""
    worlds = (None, *context.scenarios)
    draws = 2 * math.ceil(params.plan_draws / len(worlds))
    months = min(LONGEST, course.months) // PERIOD * PERIOD
    places = [each.place for each in choices]
    luck = luck_of(course, draws, params.seed)
    clients, bought, own = [], [], []
    for world in worlds:
        numbers = {} if world is None else drawn(world, draws, params.seed)
        ahead = look_ahead(course, world, numbers, context.last_day, luck=luck)
        times = prices_of_ways(course, world, numbers)
        clients.append(_periods(_all(ahead.clients, draws)[:, places], months))
        prices = [_all(times[each.way], draws)[:, each.place] * each.bought_eur for each in choices]
        bought.append(_periods(np.stack(prices, axis=1), months))
        own.append(_all(times["own"], draws)[:, places, :months].mean(axis=(0, 2)))
    return Futures(np.concatenate(clients), np.concatenate(bought), np.mean(own, axis=0))


def _all(times: Floats, draws: int) -> Floats:
    return np.broadcast_to(times, (draws, *times.shape[1:]))


def _periods(monthly: Floats, months: int) -> Floats:
    """Return means of periods on the last axis."""
    return np.asarray(monthly[..., :months].reshape(*monthly.shape[:-1], -1, PERIOD).mean(axis=-1))


def _two_stage(course: Course, choices: list[Choice], futures: Futures) -> TwoStage:
    """Return the plan: own places x, bought y in each period of each future, x + y ≥ clients; euros of a month."""
    codes = [course.services[each.place] for each in choices]
    n, _, periods = futures.clients.shape
    grid = pd.MultiIndex.from_product([range(n), codes, range(periods)], names=["scenario", "service", "period"])
    cells = grid.to_frame(index=False).assign(
        lower=futures.clients.ravel(), value=futures.bought_eur.ravel() / periods, upper=math.inf,
    )  # fmt: skip
    cells["row"] = cells["service"] + "/" + cells["period"].astype(str)
    cells["name"], cells["scenario"] = "buy/" + cells["row"], cells["scenario"].map("{:04d}".format)
    first = pd.DataFrame({
        "name": codes, "value": [each.own_eur * times for each, times in zip(choices, futures.own_times, strict=True)],
        "lower": [each.least for each in choices], "upper": [each.most for each in choices],
    })  # fmt: skip
    rows = cells[cells["scenario"] == cells["scenario"].iloc[0]]
    terms = pd.concat([
        rows[["row"]].assign(name=rows["service"], coefficient=1.0), rows[["row", "name"]].assign(coefficient=1.0),
    ])  # fmt: skip
    limits = cells[["scenario", "row", "lower", "upper"]]
    bound = {code: each.least_bought for code, each in zip(codes, choices, strict=True)}
    second = cells[["scenario", "name", "value", "upper"]].assign(lower=cells["service"].map(bound))
    scenarios = pd.DataFrame({"scenario": cells["scenario"].unique(), "probability": 1 / n})
    return TwoStage("min", first, second, terms, limits, scenarios)


def _amounts(course: Course, choices: list[Choice], found: Plan, staff: Mapping[str, float]) -> pd.DataFrame:
    """Return own places now and as planned, and what is then bought: its mean, and its limits over the futures."""
    planned = found.decided.set_index("name")["amount"]
    later = found.later.assign(service=found.later["name"].str.split("/").str[1])
    bought = later.groupby(["service", "scenario"])["amount"].mean()
    rows = []
    for each in choices:
        code = course.services[each.place]
        own, fte, buy = float(planned[code]), staff.get(code, math.nan), bought[code]
        rows.append(
            {
                "service": code, "own_now": round(each.own), "own_planned": round(own), "least": round(each.least),
                "most": round(each.most), "bound": round(each.least_bought),
                "fte_now": round(fte, 1), "fte_planned": round(fte * own / each.own, 1),
                "bought": round(float(buy.mean())), "bought_lower": math.floor(float(buy.quantile(0.1))),
                "bought_upper": math.ceil(float(buy.quantile(0.9))),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _values(choices: list[Choice], course: Course, found: Plan, seen: TwoStage, unseen: TwoStage) -> pd.DataFrame:
    """Return a month's cost of each way to decide, in the futures of the plan and in others."""
    today = pd.DataFrame(
        {"name": [course.services[each.place] for each in choices], "amount": [each.own for each in choices]}
    )
    ways = {
        "today": (held_out(seen, today), held_out(unseen, today)),
        "mean": (found.of_mean, held_out(unseen, found.mean_decided)),
        "plan": (found.value, held_out(unseen, found.decided)),
        "knowing": (found.knowing, knowing(unseen)),
    }
    base = ways["today"][1]
    rows = [(way, round(a), round(b), round(100 * (1 - b / base), 1)) for way, (a, b) in ways.items()]
    return pd.DataFrame(rows, columns=["way", "seen_eur", "unseen_eur", "unseen_less"])


def _staff(gathered: Gathered) -> dict[str, float]:
    """Return person-years of the own services, as far as somebody told them."""
    forecast = gathered.used[FORECAST]
    if "places" not in forecast.tables:
        return {}
    known = forecast["places"]
    return {str(code): float(fte) for code, fte in zip(known["service"], known["fte"], strict=True) if fte > 0}
