"""Who contacts the social services of Esimerkkilä, what is decided when, and what comes of it.

Contacts are made from their ends: a relationship that begins by itself had a decision before it, and a contact before
the decision. Families who are still waiting when the window closes are made in the same way, from starts after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kumppanuus.demo.catalogue import AREAS, DEFAULT_FAMILIES, SERVICES, Service, service_number
from kumppanuus.demo.durations import Days
from kumppanuus.demo.evenly import normals
from kumppanuus.demo.people import choose_children, parents_of
from kumppanuus.demo.planted import BOUNCE, LATE_CLOCK
from kumppanuus.demo.town import GAP_DAYS, GROWTH_START, WINDOW_END, WINDOW_START, Town
from kumppanuus.demo.workdays import moved

NONE = -1
"""Stands for an empty date, and for a contact that names no client."""


@dataclass(frozen=True, slots=True)
class Door:
    """How a service is contacted.

    median_wait_days : from decision to start, lognormal with the spread `WAIT_SPREAD`.
    kinds : kinds of contacts and their shares.
    fruitless : what contacts lead to that lead to no service, as parts of the number of those that do.
    """

    service: str
    median_wait_days: int
    kinds: Mapping[str, float]
    fruitless: Mapping[str, float]


def _door(service: str, wait: int, kinds: Mapping[str, float], no_need: float = 0.06) -> Door:
    fruitless = {"advice": 0.08, "no_need": no_need, "withdrew": 0.04}
    return Door(service, wait, MappingProxyType(dict(kinds)), MappingProxyType(fruitless))


DOORS: tuple[Door, ...] = (
    _door("perhetyo", 21, {"application": 0.5, "contact": 0.25, "notification": 0.25}),
    _door("perheneuvonta", 40, {"contact": 0.7, "application": 0.3}),
    _door("kotipalvelu", 10, {"application": 0.8, "contact": 0.2}),
    _door("aikuissosiaalityo", 14, {"application": 0.9, "contact": 0.1}),
    _door("avohuolto", 12, {"notification": 0.85, "contact": 0.15}, no_need=0.8),
    _door("tehostettu_perhetyo", 14, {"notification": 0.6, "contact": 0.4}),
    _door("sijaishuolto", 5, {"notification": 1.0}),
)
SENDERS: Mapping[str, Mapping[str, float]] = MappingProxyType({
    "notification": {"school": 0.35, "health": 0.2, "police": 0.2, "daycare": 0.1, "parent": 0.1, "other": 0.05},
    "application": {"parent": 0.95, "other": 0.05},
    "contact": {"parent": 0.55, "school": 0.2, "health": 0.15, "daycare": 0.1},
})  # fmt: skip
WAIT_SPREAD = 0.6
# Working days from receipt to a decision that is in time: 1, 2, … 6.
DECISION_SHARES = (0.12, 0.2, 0.24, 0.2, 0.14, 0.1)
FIRST_LATE_DAY, MORE_LATE_DAYS = 8, 6.0
ON_A_DAY_OFF = 0.1
# An assessment is finished by this day in nearly every case; the law allows three months.
LAST_ASSESSMENT_DAY, LATE_ASSESSMENT_DAYS, LATE_ASSESSMENT_SHARE = 85, (95, 140), 0.01
NOT_RECORDED = MappingProxyType({"decided": 0.01, "assessed": 0.02, "sender": 0.03})
WITHOUT_NUMBER = 0.15
# Starts after the window whose contacts may lie in it.
DAYS_AFTER = 160
_LATE_AREA = [area.code for area in AREAS].index(LATE_CLOCK.area)
_LATE_SINCE = int(np.datetime64(LATE_CLOCK.since).astype(np.int64))


def make_contacts(town: Town, scale: float, rng: np.random.Generator) -> pd.DataFrame:
    """Make every contact that is received inside the window, as if all its consequences were known.

    Returns
    -------
    ``client`` (person), ``family``, ``area`` (place in the catalogue), ``date``, ``kind``, ``sender``, ``service``
    (whose door it came to), ``decided``, ``assessed`` (days since 1970-01-01, -1 = none), ``outcome``, ``start`` (of
    the relationship it led to, -1 = none), ``leads_to`` (row of the next contact of a redirected one, -1 = none),
    ``numbered`` (whether the register knows the client); by date.
    """
    parts = []
    for door in DOORS:
        begun = _begun(town, door, scale, rng)
        parts += [begun, *_fruitless(town, door, len(begun), rng)]
    contacts = pd.concat(parts, ignore_index=True)
    contacts = pd.concat([contacts, _redirected(contacts, town, rng)], ignore_index=True)
    return _finished(contacts, town, rng)


def _begun(town: Town, door: Door, scale: float, rng: np.random.Generator) -> pd.DataFrame:
    """Contacts that led, or will lead, to a relationship."""
    number = service_number(door.service)
    history = town.history
    own = (history["service"] == number) & (history["link"] < 0) & (history["start"] >= WINDOW_START)
    coming = _coming(town, SERVICES[number], scale, rng)
    starts = pd.concat([history.loc[own, ["client", "start"]], coming]).sort_values("start", ignore_index=True)
    wait = door.median_wait_days * np.exp(WAIT_SPREAD * normals(len(starts), rng))
    start = starts["start"].to_numpy()
    decided = moved(start - wait.astype(np.int64), 0)
    rows = pd.DataFrame({"client": starts["client"], "service": number, "outcome": "service", "start": start})
    usual = moved(decided, -_days_in_time(len(rows), rng))
    late = _comes_late(town, rows["client"].to_numpy(), usual, rng)
    date = np.where(late, moved(decided, -_days_late(len(rows), rng)), usual)
    rows["date"] = _on_days_off(date, late, decided, rng)
    rows["decided"] = decided
    rows["assessed"] = _assessed(rows, rng)
    return _with_kinds(rows, door, rng)


def _coming(town: Town, service: Service, scale: float, rng: np.random.Generator) -> pd.DataFrame:
    """Starts of the days after the window, of people who are not in the service when they contact it."""
    rate = service.arrivals * scale * (1 + service.growth) ** ((WINDOW_END - GROWTH_START) / 365.25)
    starts = rng.integers(WINDOW_END, WINDOW_END + DAYS_AFTER, rng.poisson(rate * DAYS_AFTER / 365.25))
    found, client = choose_children(town.people, starts, service.ages, rng)
    if service.adult:
        client = parents_of(town.people, client, rng)
    starts = starts[found]
    of_service = town.history[town.history["service"] == service_number(service.code)]
    still_in = of_service.loc[of_service["end"] + GAP_DAYS + DAYS_AFTER > WINDOW_END, "client"]
    free = town.reached[client] & ~np.isin(client, still_in)
    return pd.DataFrame({"client": client[free], "start": starts[free]}).drop_duplicates("client")


def _fruitless(town: Town, door: Door, number: int, rng: np.random.Generator) -> list[pd.DataFrame]:
    """Contacts that led to advice, to no need for support, or that the family took back."""
    service = SERVICES[service_number(door.service)]
    parts = []
    for outcome, share in door.fruitless.items():
        date = rng.integers(WINDOW_START, WINDOW_END, round(number * share))
        if service.growth:
            kept = (1 + service.growth) ** ((date - WINDOW_END) / 365.25)
            date = rng.choice(date, len(date), p=kept / kept.sum())
        found, client = choose_children(town.people, date, service.ages, rng)
        if service.adult:
            client = parents_of(town.people, client, rng)
        rows = pd.DataFrame({"client": client, "date": date[found], "service": service_number(door.service)})
        rows = rows[town.reached[client]].reset_index(drop=True)
        parts.append(_with_kinds(_decided(rows.assign(outcome=outcome, start=NONE), town, rng), door, rng))
    return parts


def _redirected(contacts: pd.DataFrame, town: Town, rng: np.random.Generator) -> pd.DataFrame:
    """Earlier contacts of the same people at another door, which sent them on to the one they then came to."""
    child = (contacts["client"] < town.people.children) & (contacts["outcome"] == "service")
    parts = []
    for door in DOORS:
        number = service_number(door.service)
        share = BOUNCE.share if door.service == BOUNCE.service else BOUNCE.otherwise
        own = int((contacts["service"] == number).sum())
        others = contacts.index[child & (contacts["service"] != number)]
        chosen = rng.choice(others, min(round(own * share / (1 - share)), len(others)), replace=False)
        date = contacts["date"].to_numpy()[chosen] - rng.integers(11, BOUNCE.days - 3, len(chosen))
        rows = pd.DataFrame({"client": contacts["client"].to_numpy()[chosen], "date": moved(date, 0)})
        rows = rows.assign(service=number, outcome="redirected", start=NONE)
        parts.append(_with_kinds(_decided(rows, town, rng), door, rng).assign(leads_to=chosen))
    return pd.concat(parts, ignore_index=True)


def _decided(rows: pd.DataFrame, town: Town, rng: np.random.Generator) -> pd.DataFrame:
    """Decide on contacts that are followed by nothing; some of them were assessed first."""
    date = rows["date"].to_numpy()
    late = _comes_late(town, rows["client"].to_numpy(), date, rng)
    days = np.where(late, _days_late(len(rows), rng), _days_in_time(len(rows), rng))
    assessed = date + rng.integers(20, LAST_ASSESSMENT_DAY, len(rows))
    found_first = (rows["outcome"] == "no_need").to_numpy() & (rng.random(len(rows)) < 0.3)
    return rows.assign(decided=moved(date, days), assessed=np.where(found_first, assessed, NONE))


def _comes_late(town: Town, client: Days, date: Days, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Tell which decisions come late; in the planted area more than elsewhere."""
    there = town.people.area[town.people.family[client]] == _LATE_AREA
    planted = there & (date >= _LATE_SINCE)
    in_time = np.where(planted, LATE_CLOCK.share_in_time, LATE_CLOCK.otherwise)
    return np.asarray(rng.random(len(client)) >= in_time)


def _days_in_time(size: int, rng: np.random.Generator) -> Days:
    return 1 + rng.choice(len(DECISION_SHARES), size, p=DECISION_SHARES)


def _days_late(size: int, rng: np.random.Generator) -> Days:
    return FIRST_LATE_DAY + rng.exponential(MORE_LATE_DAYS, size).astype(np.int64)


def _on_days_off(date: Days, late: NDArray[np.bool_], decided: Days, rng: np.random.Generator) -> Days:
    """Move some contacts to the day before, Sundays and all; one working day more at most, which is in time still."""
    earlier = (rng.random(len(date)) < ON_A_DAY_OFF) & (late | (moved(date, 6, "following") >= decided))
    return np.where(earlier, date - 1, date)


def _assessed(rows: pd.DataFrame, rng: np.random.Generator) -> Days:
    """Finish the assessment between decision and start, within three months of the contact in nearly every case."""
    date, decided = rows["date"].to_numpy(), rows["decided"].to_numpy()
    part = rng.uniform(0.4, 0.95, len(rows))
    usual = decided + (part * (rows["start"].to_numpy() - decided)).astype(np.int64)
    usual = np.maximum(np.minimum(usual, date + LAST_ASSESSMENT_DAY), decided)
    late = (rng.random(len(rows)) < LATE_ASSESSMENT_SHARE) & (rows["start"].to_numpy() - date < LAST_ASSESSMENT_DAY)
    return np.where(late, date + rng.integers(*LATE_ASSESSMENT_DAYS, len(rows)), usual)


def _with_kinds(rows: pd.DataFrame, door: Door, rng: np.random.Generator) -> pd.DataFrame:
    kind = rng.choice(list(door.kinds), len(rows), p=list(door.kinds.values())).astype(object)
    sender = np.full(len(rows), "", dtype=object)
    for name, shares in SENDERS.items():
        of_kind = kind == name
        sender[of_kind] = rng.choice(list(shares), int(of_kind.sum()), p=list(shares.values()))
    return rows.assign(kind=kind, sender=sender)


def _finished(contacts: pd.DataFrame, town: Town, rng: np.random.Generator) -> pd.DataFrame:
    """Keep what the window saw, number the rows by date and tell what was never recorded."""
    made = contacts.assign(leads_to=contacts["leads_to"].fillna(NONE).astype(np.int64))
    seen = made[made["date"].between(WINDOW_START, WINDOW_END - 1)].sort_values(["date", "client"], kind="stable")
    place = pd.Series(np.arange(len(seen)), index=seen.index)
    family = town.people.family[seen["client"]]
    seen = seen.assign(
        leads_to=seen["leads_to"].map(place).fillna(NONE).astype(np.int64),
        family=family, area=town.people.area[family],
    ).reset_index(drop=True)  # fmt: skip
    anonymous = seen["outcome"].isin(["advice", "no_need"]) & (rng.random(len(seen)) < WITHOUT_NUMBER)
    for column, share in NOT_RECORDED.items():
        lost = (rng.random(len(seen)) < share) & (seen["outcome"] != "")
        seen.loc[lost, column] = "" if column == "sender" else NONE
    return seen.assign(numbered=~anonymous)


def as_known(contacts: pd.DataFrame) -> pd.DataFrame:
    """Return the contacts as the register has them when the window closes: what comes after is not known yet."""
    decided = contacts["decided"].where(contacts["decided"] < WINDOW_END, NONE)
    assessed = contacts["assessed"].where(contacts["assessed"] < WINDOW_END, NONE)
    open_still = contacts["decided"] >= WINDOW_END
    waits = (contacts["outcome"] == "service") & (contacts["assessed"] >= WINDOW_END) & ~open_still
    outcome = contacts["outcome"].mask(waits, "assessment").mask(open_still, "")
    return contacts.assign(decided=decided, assessed=assessed.mask(open_still, NONE), outcome=outcome)


def contact_scale(town: Town) -> float:
    """Return the size of the town as a multiple of the default one."""
    return len(town.people.area) / DEFAULT_FAMILIES
