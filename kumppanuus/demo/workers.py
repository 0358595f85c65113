"""Who is responsible for whom in Esimerkkilä: workers by service and area, and the visits of the social services.

Child-welfare workers share one pool in each area. A register keeps the last word about a relationship, so a child's
worker is chosen by area and by the last year in which the relationship is open.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kumppanuus.demo.catalogue import AREAS, CHILD_WELFARE, SERVICES, YEARS, service_number
from kumppanuus.demo.durations import Days
from kumppanuus.demo.people import YEAR_DAYS
from kumppanuus.demo.planted import OVERLOAD
from kumppanuus.demo.town import WINDOW_END, WINDOW_START, Town, day

USUAL_CLIENTS = 30
"""Clients of a worker of the other services at the busiest time."""
OTHER_WORKER_SHARE, OTHER_VISITOR_SHARE = 0.06, 0.12
# Mean days between the visits of services whose days are priced.
SOCIAL_VISITS = {"perhetyo": 45, "avohuolto": 60, "tehostettu_perhetyo": 30, "aikuissosiaalityo": 90}
POOL = 1000
"""Worker numbers of one pool lie in one thousand."""
NEW_WORKERS = 50
"""The overloaded workers are new ones: had they been there before, the last word would overload them earlier."""
_CROWDED = [area.code for area in AREAS].index(OVERLOAD.area)
_CHILD_WELFARE = [service_number(code) for code in CHILD_WELFARE]


def responsible_workers(town: Town, rng: np.random.Generator) -> Days:
    """Return the number of the responsible worker of each relationship of the window."""
    relationships = town.relationships
    workers = _usual_workers(town, rng)
    of_children = relationships["service"].isin(_CHILD_WELFARE).to_numpy()
    workers[of_children] = _child_welfare_workers(town, relationships[of_children])
    return workers


def _usual_workers(town: Town, rng: np.random.Generator) -> Days:
    """Give everybody one of the pool of service and area, the same one every time; a few get another one."""
    relationships = town.relationships
    area = town.people.area[relationships["family"]]
    service = relationships["service"].to_numpy()
    pool = _pool_sizes(relationships, service * len(AREAS) + area).reshape(len(SERVICES), len(AREAS))
    usual = rng.permutation(len(town.people.birth))[relationships["client"]]
    another = rng.random(len(relationships)) < OTHER_WORKER_SHARE
    place = np.where(another, rng.integers(0, 1 << 30, len(relationships)), usual) % pool[service, area]
    return np.asarray(POOL * (1 + service * len(AREAS) + area) + place, dtype=np.int64)


def _pool_sizes(relationships: pd.DataFrame, pool: Days) -> Days:
    """Return how many workers each pool needs at the year's end on which it has most clients."""
    start, end = relationships["start"].to_numpy(), relationships["end"].to_numpy()
    counted = [np.bincount(pool[(start < d) & (end > d)], minlength=len(SERVICES) * len(AREAS)) for d in _year_ends()]
    busiest = np.max(counted, axis=0)
    return np.asarray(np.maximum(1, -(-busiest // USUAL_CLIENTS)), dtype=np.int64)


def _year_ends() -> list[int]:
    return [day(year, 12, 31) for year in YEARS]


def _child_welfare_workers(town: Town, rows: pd.DataFrame) -> Days:
    """Deal the children of an area and a last year out in turn, in the order in which they leave."""
    area = town.people.area[rows["family"]]
    years = (rows["end"].clip(upper=WINDOW_END).to_numpy() - 1).astype("datetime64[D]").astype("datetime64[Y]")
    last_year = years.astype(np.int64) + 1970
    dealt = rows.assign(area=area, last_year=last_year)
    leaves = dealt.groupby(["area", "last_year", "client"])["end"].max().reset_index()
    leaves = leaves.sort_values(["area", "last_year", "end", "client"])
    leaves["turn"] = leaves.groupby(["area", "last_year"]).cumcount()
    turn = dealt.merge(leaves.drop(columns="end"), on=["area", "last_year", "client"], how="left")["turn"].to_numpy()
    size = child_welfare_pools(town)
    crowded = (area == _CROWDED) & (last_year >= OVERLOAD.first_year)
    place = turn % size[area, last_year - YEARS[0]] + np.where(crowded, NEW_WORKERS, 0)
    return np.asarray(POOL * (100 + area) + place, dtype=np.int64)


def child_welfare_pools(town: Town) -> NDArray[np.int64]:
    """Return how many child-welfare workers each area has (rows) in each year (columns)."""
    dates = [[day(year, month) for month in (2, 4, 6, 8, 10, 12)] + [day(year, 12, 31)] for year in YEARS]
    children = np.array([[[len(children_at(town, place, date)) for date in dates_of_year] for dates_of_year in dates]
                         for place in range(len(AREAS))])  # fmt: skip
    sizes = np.maximum(1, -(-children.max(axis=2) // OVERLOAD.otherwise))
    crowded = OVERLOAD.first_year - YEARS[0]
    sizes[_CROWDED, crowded:] = max(1, round(children[_CROWDED, crowded:].mean() / OVERLOAD.children))
    return np.asarray(sizes, dtype=np.int64)


def children_at(town: Town, area: int, date: int) -> NDArray[np.int64]:
    """Return the children of an area who are under 18 and in a child-welfare service on a day."""
    rows = town.relationships
    client = rows["client"].to_numpy()
    there = (rows["start"] <= date) & (rows["end"] > date) & rows["service"].isin(_CHILD_WELFARE)
    young = date - town.people.birth[client] < 18 * YEAR_DAYS
    return np.unique(client[there.to_numpy() & young & (town.people.area[rows["family"]] == area)])


def social_visits(town: Town, worker: Days, rng: np.random.Generator) -> pd.DataFrame:
    """Make visits, at most one a day for a client and service: ``client``, ``service``, ``date``, ``worker``."""
    every = np.array([SOCIAL_VISITS.get(service.code, np.inf) for service in SERVICES])
    rows = town.relationships
    number = rng.poisson(rows["days"] / every[rows["service"]])
    place = np.repeat(np.arange(len(rows)), number)
    date = rows["start"].to_numpy()[place] + (rng.random(len(place)) * rows["days"].to_numpy()[place]).astype(np.int64)
    visits = pd.DataFrame({
        "client": rows["client"].to_numpy()[place], "service": rows["service"].to_numpy()[place], "date": date,
        "worker": visiting(worker[place], rng),
    })  # fmt: skip
    visits = visits[visits["date"].between(WINDOW_START, WINDOW_END - 1)]
    visits = visits.sort_values(["date", "client", "service"], kind="stable")
    return visits.drop_duplicates(["client", "service", "date"], ignore_index=True)


def visiting(worker: Days, rng: np.random.Generator) -> Days:
    """Return who makes each visit: the responsible worker, now and then one of two others."""
    other = rng.random(len(worker)) < OTHER_VISITOR_SHARE
    return np.where(other, worker // POOL * POOL + POOL - 1 - rng.integers(0, 2, len(worker)), worker)


def names(worker: Days) -> NDArray[np.object_]:
    """Return what the register calls workers."""
    return ("Esimerkkityöntekijä " + pd.Series(worker.astype(str))).to_numpy(dtype=object)
