"""The truth about contacts, workers, areas, money and answers, computed from the clean town without any analysis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from kumppanuus.demo.affairs import Affairs
from kumppanuus.demo.casework import NEEDS, OUTCOMES
from kumppanuus.demo.catalogue import AGE_GROUPS, AREAS, CHILD_WELFARE, YEARS, service_number
from kumppanuus.demo.contacts import DOORS, NONE
from kumppanuus.demo.durations import Days
from kumppanuus.demo.people import YEAR_DAYS
from kumppanuus.demo.planted import BOUNCE
from kumppanuus.demo.questionnaire import GROUPS, theme_means
from kumppanuus.demo.town import WINDOW_END, Town, day
from kumppanuus.demo.workdays import moved, working_days_between
from kumppanuus.demo.workers import children_at

START_LIMIT = 7
ASSESSMENT_MONTHS = 3
CASELOAD_LIMITS = {2022: 35, 2023: 35, 2024: 30, 2025: 30}
FOLLOWED = ("service", "assessment", "")


def tell_affairs(town: Town, affairs: Affairs, population: pd.DataFrame) -> dict[str, Any]:
    """Return what is known of the town besides relationships, ready for JSON."""
    return {
        "timeliness": {"start": _start_clock(affairs.known_contacts), "assessment": _assessment_clock(affairs)},
        "waiting": {door.service: _waiting(affairs.contacts, door.service) for door in DOORS},
        "caseload": {str(year): _caseload(town, affairs.worker, year) for year in YEARS},
        "redirected": {door.service: _redirected(affairs.known_contacts, door.service) for door in DOORS},
        "areas": {str(year): _areas(town, population, year) for year in YEARS},
        "needs": _needs(town, affairs.needs),
        "goals": {str(year): _goals(affairs.goals, year) for year in YEARS},
        "together": _together(town),
        "questionnaire": _questionnaire(affairs.answers),
    }


def half_years() -> list[tuple[str, int, int]]:
    """Return name, first day and first day after of every half-year."""
    first = [(f"{year}-{part}", day(year, 6 * part - 5)) for year in YEARS for part in (1, 2)]
    ends = [*(begin for _, begin in first[1:]), WINDOW_END]
    return [(name, begin, end) for (name, begin), end in zip(first, ends, strict=True)]


def _start_clock(contacts: pd.DataFrame) -> dict[str, dict[str, dict[str, int]]]:
    decided = (contacts["decided"] != NONE).to_numpy()
    days = working_days_between(contacts["date"].to_numpy(), contacts["decided"].to_numpy())
    facts = {
        "received": np.ones(len(contacts), dtype=bool),
        "decided": decided,
        "in_time": decided & (days <= START_LIMIT),
        "not_recorded": ~decided & (contacts["outcome"] != "").to_numpy(),
        "undecided": ~decided & (contacts["outcome"] == "").to_numpy(),
    }
    return _by_area_and_half_year(contacts, facts)


def _assessment_clock(affairs: Affairs) -> dict[str, dict[str, dict[str, int]]]:
    contacts = affairs.known_contacts
    concerned = contacts["outcome"].isin(FOLLOWED).to_numpy()
    assessed = (contacts["assessed"] != NONE).to_numpy() & concerned
    limit = month_limit(contacts["date"].to_numpy())
    facts = {
        "concerned": concerned,
        "assessed": assessed,
        "in_time": assessed & (contacts["assessed"].to_numpy() <= limit),
    }
    return _by_area_and_half_year(contacts, facts)


def month_limit(received: Days) -> Days:
    """Return the last day of three months: the day of the same number or a shorter month's last, moved on if off."""
    date = received.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    number = (date - month.astype("datetime64[D]")).astype(np.int64)
    later = month + ASSESSMENT_MONTHS
    last = ((later + 1).astype("datetime64[D]") - later.astype("datetime64[D]")).astype(np.int64) - 1
    return moved(later.astype("datetime64[D]").astype(np.int64) + np.minimum(number, last), 0, "following")


def _by_area_and_half_year(contacts: pd.DataFrame, facts: Mapping[str, Any]) -> dict[str, dict[str, dict[str, int]]]:
    date, area = contacts["date"].to_numpy(), contacts["area"].to_numpy()
    cells = {
        (place.code, name): (area == number) & (date >= first) & (date < end)
        for number, place in enumerate(AREAS)
        for name, first, end in half_years()
    }
    return {
        place.code: {
            name: {fact: int((flag & cells[place.code, name]).sum()) for fact, flag in facts.items()}
            for name, _, _ in half_years()
        }
        for place in AREAS
    }


def _waiting(contacts: pd.DataFrame, service: str) -> dict[str, float]:
    door = next(door for door in DOORS if door.service == service)
    led = contacts["start"] >= 0
    of = contacts[led & (contacts["service"] == service_number(service)) & (contacts["date"] < day(YEARS[-1]))]
    return {
        "contacts": len(of),
        "median_days": float(np.median(of["start"] - of["date"])) if len(of) else float("nan"),
        "median_after_decision": door.median_wait_days,
    }


def _caseload(town: Town, worker: Days, year: int) -> dict[str, dict[str, float]]:
    date = day(year, 12, 31)
    rows = town.relationships
    welfare = rows["service"].isin([service_number(code) for code in CHILD_WELFARE])
    is_open = ((rows["start"] <= date) & (rows["end"] > date) & welfare).to_numpy()
    client = rows["client"].to_numpy()
    pairs = pd.DataFrame({"client": client[is_open], "worker": worker[is_open]}).drop_duplicates()
    told = {}
    for number, area in enumerate(AREAS):
        of = pairs[pairs["client"].isin(children_at(town, number, date))]
        load = of.groupby("worker")["client"].nunique()
        children, workers = int(of["client"].nunique()), len(load)
        crowded = of.loc[of["worker"].isin(load.index[load > CASELOAD_LIMITS.get(year, 10**6)]), "client"].nunique()
        told[area.code] = {
            "children": children,
            "workers": workers,
            "children_per_worker": round(children / workers, 3) if workers else 0.0,
            "over_limit": int(crowded),
        }
    return told


def _redirected(contacts: pd.DataFrame, service: str) -> dict[str, float]:
    number = service_number(service)
    of = contacts[contacts["service"] == number]
    sent = of[of["outcome"] == "redirected"]
    elsewhere = contacts.loc[contacts["service"] != number, ["client", "date"]]
    pairs = sent.reset_index().merge(elsewhere, on="client", suffixes=("", "_after"))
    within = (pairs["date_after"] - pairs["date"]).between(0, BOUNCE.days)
    return {
        "contacts": len(of),
        "redirected": len(sent),
        "share": round(len(sent) / len(of), 6) if len(of) else 0.0,
        "followed": int(pairs.loc[within, "index"].nunique()),
    }


def _areas(town: Town, population: pd.DataFrame, year: int) -> dict[str, dict[str, float]]:
    people, rows = town.people, town.relationships
    present = rows[(rows["start"] < day(year + 1)) & (rows["end"] > day(year))]
    client = np.unique(present["client"])
    client = client[client < people.children]
    age = ((day(year, 12, 31) - people.birth[client]) // YEAR_DAYS).astype(np.int64)
    client, age = client[age < 18], age[age < 18]
    group = np.searchsorted([oldest for _, oldest in AGE_GROUPS], age)
    shape = (len(AREAS), len(AGE_GROUPS) - 1, 2)
    reached = np.zeros(shape, dtype=np.int64)
    np.add.at(reached, (people.area[people.family[client]], group, people.female[client].astype(int)), 1)
    of_year = population[(population["year"] == year) & (population["age_to"] < 18)]
    inhabitants = of_year.sort_values(["area", "age_from", "female"])["persons"].to_numpy().reshape(shape)
    expected = (inhabitants * (reached.sum(axis=0) / inhabitants.sum(axis=0))).sum(axis=(1, 2))
    starting = rows[rows["start"].between(day(year), day(year + 1) - 1)]
    starts = np.bincount(people.area[starting["family"]], minlength=len(AREAS))
    return {
        area.code: {
            "children_reached": int(reached[place].sum()),
            "expected": round(float(expected[place]), 4),
            "ratio": round(float(reached[place].sum() / expected[place]), 4),
            "inhabitants": int(inhabitants[place].sum()),
            "starts": int(starts[place]),
        }
        for place, area in enumerate(AREAS)
    }


def _needs(town: Town, needs: pd.DataFrame) -> dict[str, dict[str, dict[str, int]]]:
    year = _years_of(needs["date"])
    rows = needs.assign(family=town.people.family[needs["client"]], year=year)
    counted = rows.groupby(["need", "stage", "year"])["family"].nunique()
    return {
        need.code: {
            stage: {str(y): int(counted.get((number, stage, y), 0)) for y in YEARS}
            for stage in ("contact", "assessment")
        }
        for number, need in enumerate(NEEDS)
    }


def _years_of(date: pd.Series) -> Days:
    return date.to_numpy().astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def _goals(goals: pd.DataFrame, year: int) -> dict[str, int]:
    of = goals[_years_of(goals["date"]) == year]
    assessed = of[of["assessed"] != NONE]
    within = int((assessed["assessed"] - assessed["date"] <= 365).sum())
    outcomes = {name: int((assessed["outcome"] == name).sum()) for name in OUTCOMES}
    return {"set": len(of), "with_family": int(of["with_family"].sum()), "assessed_within_365": within, **outcomes}


def _together(town: Town) -> dict[str, int]:
    people, rows = town.people, town.relationships
    client = np.unique(rows.loc[rows["end"] > WINDOW_END - 1, "client"])
    child = WINDOW_END - 1 - people.birth[client] < 18 * YEAR_DAYS
    family = pd.Series(people.family[client])
    children, adults = family[child].value_counts(), family[~child].value_counts()
    both = children.index.intersection(adults.index)
    only = children.drop(both)
    return {
        "one_child": int((only == 1).sum()),
        "several_children": int((only > 1).sum()),
        "adults": len(adults) - len(both),
        "children_and_adults": len(both),
    }


def _questionnaire(answers: pd.DataFrame) -> dict[str, Any]:
    people = answers.groupby("group")["respondent"].nunique()
    means = theme_means(answers)
    return {
        "invited": {group.code: group.invited for group in GROUPS},
        "answered": {group.code: int(people[group.code]) for group in GROUPS},
        "means": {theme: _rounded(by_group) for theme, by_group in means.items()},
    }


def _rounded(numbers: Mapping[str, float]) -> dict[str, float]:
    return {name: round(number, 6) for name, number in numbers.items()}
