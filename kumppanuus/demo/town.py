"""What happens in Esimerkkilä: who uses which service from when to when.

Arrivals have run at a steady rate since 2012, so that in 2021 the services hold as many open relationships as they
hold later, and the long ones enter the window late; two heavy services grow from 2017 on. In the under-served area
some people reach no service. Every relationship is made whole, its end known even after the window; the registers show
less.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kumppanuus.demo.catalogue import (
    AREAS,
    DEFAULT_FAMILIES,
    END_REASONS,
    FIRST_YEAR,
    INVOICED_SERVICE,
    LAST_YEAR,
    LINKS,
    PRICE_BASE,
    PRICE_INDEX,
    SERVICES,
    YEARS,
    Link,
    Service,
    service_number,
)
from kumppanuus.demo.durations import Days
from kumppanuus.demo.evenly import uniforms
from kumppanuus.demo.people import YEAR_DAYS, People, choose_children, parents_of, settle
from kumppanuus.demo.planted import UNDER_SERVED

GAP_DAYS = 30
DAY_PRICE_CENTS = (32_000, 48_000)


def day(year: int, month: int = 1, day_of_month: int = 1) -> int:
    """Return a date as days since 1970-01-01."""
    return int(np.datetime64(f"{year:04d}-{month:02d}-{day_of_month:02d}").astype(np.int64))


HISTORY_START = day(2012)
GROWTH_START = day(2017)
WINDOW_START = day(FIRST_YEAR)
WINDOW_END = day(LAST_YEAR + 1)


@dataclass(frozen=True, slots=True)
class Town:
    """The town as it is, before any register describes it.

    Attributes
    ----------
    history : every relationship that started in 2012–2025, whether or not a register of the window shows it; columns
        ``client`` (person), ``family``, ``service`` (place in the catalogue), ``start`` and ``end`` (days since
        1970-01-01, ``end`` = first day after), ``days``, ``link`` (place in ``LINKS``, -1 = came by itself),
        ``production``, ``end_reason`` (place in ``END_REASONS``).
    relationships : those of `history` with a day inside the window, by start.
    reached : for each person, whether services reach her; False for some of the under-served area.
    visits : ``client``, ``service``, ``date``, ``relationship`` (row of `relationships`), inside the window.
    invoices : one row per month and relationship of the invoiced service; ``client``, ``service``, ``date`` (last
        day of care in the month), ``cents``.
    """

    people: People
    reached: NDArray[np.bool_]
    history: pd.DataFrame
    relationships: pd.DataFrame
    visits: pd.DataFrame
    invoices: pd.DataFrame


def build_town(seed: int, families: int) -> Town:
    """Simulate the town; the same seed and number of families give the same town."""
    rng = np.random.default_rng([seed, families])
    people = settle(families, rng)
    reached = _reached(people, np.random.default_rng([seed, families, 3]))
    history = _history(people, families / DEFAULT_FAMILIES, rng)
    history = history[reached[history["client"]]].reset_index(drop=True)
    seen = (history["start"] < WINDOW_END) & (history["end"] > WINDOW_START)
    relationships = history[seen].sort_values(["start", "client", "service"], ignore_index=True)
    return Town(people, reached, history, relationships, _visits(relationships, rng), _invoices(relationships, rng))


def _reached(people: People, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Tell whom services reach. Whole people are left out, so that what follows from what stays as it is planted."""
    place, area = next((n, area) for n, area in enumerate(AREAS) if area.code == UNDER_SERVED.area)
    there = np.flatnonzero(people.area[people.family] == place)
    ordered = there[np.lexsort((people.birth[there], people.need[people.family[there]]))]
    reached = np.ones(len(people.birth), dtype=bool)
    reached[ordered] = uniforms(len(ordered), rng) < UNDER_SERVED.reached(area.share)
    return reached


def _history(people: People, scale: float, rng: np.random.Generator) -> pd.DataFrame:
    """Make the relationships service by service; a follower's service comes after the one it follows."""
    made: dict[str, pd.DataFrame] = {}
    for number, service in enumerate(SERVICES):
        parts = [_arrivals(people, service, scale, rng)]
        parts += [
            _followers(people, made[link.source], place, link, rng)
            for place, link in enumerate(LINKS)
            if link.target == service.code
        ]
        begun = pd.concat(parts, ignore_index=True)
        begun["days"] = service.duration.draw(len(begun), rng)
        kept = without_overlaps(begun)
        kept["service"] = number
        kept["production"] = rng.choice(list(service.production), len(kept), p=list(service.production.values()))
        made[service.code] = kept
    history = pd.concat(list(made.values()), ignore_index=True)
    history["end"] = history["start"] + history["days"]
    history["family"] = people.family[history["client"].to_numpy()]
    shares = [share for _, _, share in END_REASONS]
    history["end_reason"] = rng.choice(len(END_REASONS), len(history), p=shares)
    return history


def _arrivals(people: People, service: Service, scale: float, rng: np.random.Generator) -> pd.DataFrame:
    """Relationships that begin by themselves: a Poisson process over the whole history; what grows grows evenly."""
    years = (WINDOW_END - HISTORY_START) / YEAR_DAYS
    if service.growth:
        starts = _growing_starts(service, scale, rng)
    else:
        starts = rng.integers(HISTORY_START, WINDOW_END, rng.poisson(service.arrivals * scale * years))
    found, client = choose_children(people, starts, service.ages, rng)
    if service.adult:
        client = parents_of(people, client, rng)
    return pd.DataFrame({"client": client, "start": starts[found], "link": -1})


def _growing_starts(service: Service, scale: float, rng: np.random.Generator) -> Days:
    """Spread starts over the history by their growing rate, one in each equal part of what is expected."""
    every = np.arange(HISTORY_START, WINDOW_END)
    expected = (service.arrivals * scale * _rate(service, every) / YEAR_DAYS).cumsum()
    number = round(expected[-1])
    parts = (np.arange(number) + rng.random(number)) / number * expected[-1]
    return np.asarray(every[np.searchsorted(expected, parts).clip(max=len(every) - 1)])


def _rate(service: Service, day_of_start: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how many times the steady rate arrivals run at on each day."""
    growing = np.maximum(day_of_start - GROWTH_START, 0) / YEAR_DAYS
    return np.asarray((1 + service.growth) ** growing, dtype=float)


def _followers(people: People, source: pd.DataFrame, place: int, link: Link, rng: np.random.Generator) -> pd.DataFrame:
    """Relationships that a link begins for the same client, while a child is still under 18."""
    first, last = link.delay_days
    start = source["start"].to_numpy() + rng.integers(first, last + 1, len(source))
    client = source["client"].to_numpy()
    grown = (client < people.children) & (start - people.birth[client] >= 18 * YEAR_DAYS)
    follows = (rng.random(len(source)) < link.probability) & (start < WINDOW_END) & ~grown
    return pd.DataFrame({"client": client[follows], "start": start[follows], "link": place})


def without_overlaps(begun: pd.DataFrame) -> pd.DataFrame:
    """Drop relationships that begin before the client has been out of the service for 30 days.

    Whether one is kept depends on earlier ones only, never on its own length, so lengths keep their distribution.
    """
    kept = begun.sort_values(["client", "start"], kind="stable", ignore_index=True)
    while True:
        clash = _clashes(kept)
        if not clash.any():
            return kept
        # One that clashes with a neighbour which itself has to go may stay; look again.
        after_kept = ~np.concatenate([[False], clash[:-1]])
        kept = kept[~(clash & after_kept)].reset_index(drop=True)


def _clashes(ordered: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which rows begin before every earlier one of the client has been over for the gap."""
    free_again = (ordered["start"] + ordered["days"] + GAP_DAYS).groupby(ordered["client"]).cummax().to_numpy()
    client, start = ordered["client"].to_numpy(), ordered["start"].to_numpy()
    clash = np.zeros(len(ordered), dtype=bool)
    clash[1:] = (client[1:] == client[:-1]) & (start[1:] < free_again[:-1])
    return clash


def _visits(relationships: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """One visit on the first day, the others at random days; at most one a day for a client and service."""
    every = np.array([service.visit_every_days or np.inf for service in SERVICES])
    with_visits = relationships[np.isfinite(every[relationships["service"]])]
    expected = (with_visits["days"] - 1) / every[with_visits["service"]]
    number = rng.poisson(expected) + 1
    rows = with_visits.loc[with_visits.index.repeat(number), ["client", "service", "start", "days"]]
    first = np.concatenate([[True], rows.index[1:] != rows.index[:-1]])
    offset = np.where(first, 0, (rng.random(len(rows)) * rows["days"]).astype(np.int64))
    visits = rows[["client", "service"]].assign(date=rows["start"] + offset, relationship=rows.index)
    in_window: pd.DataFrame = visits[visits["date"].between(WINDOW_START, WINDOW_END - 1)]
    once = in_window.drop_duplicates(["client", "service", "date"])
    return once.sort_values(["date", "client", "service"], ignore_index=True)


def _invoices(relationships: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Monthly invoices: days of care in the month times the day price of the relationship, which follows the index."""
    care = relationships[relationships["service"] == service_number(INVOICED_SERVICE)]
    price = rng.integers(*DAY_PRICE_CENTS, len(care))[:, None]
    first = month_starts()
    begin = np.maximum(care["start"].to_numpy()[:, None], first[:-1])
    end = np.minimum(care["end"].to_numpy()[:, None], first[1:])
    of_care, month = np.nonzero(end > begin)
    level = np.array([PRICE_INDEX[year] / PRICE_INDEX[PRICE_BASE] for year in YEARS]).repeat(12)
    invoices = pd.DataFrame({
        "client": care["client"].to_numpy()[of_care],
        "service": service_number(INVOICED_SERVICE),
        "date": end[of_care, month] - 1,
        "cents": ((end - begin) * np.rint(price * level).astype(np.int64))[of_care, month],
    })  # fmt: skip
    return invoices.sort_values(["date", "client"], ignore_index=True)


def month_starts() -> Days:
    """Return the first day of every month of the window and of the month after it, as days since 1970-01-01."""
    months = np.arange(f"{FIRST_YEAR}-01", f"{LAST_YEAR + 1}-02", dtype="datetime64[M]")
    return months.astype("datetime64[D]").astype(np.int64)
