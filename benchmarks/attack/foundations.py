"""Common sense about the rooms of the baseline: contacts, waits, workers, money, needs, goals and answers.

Who is late is one of those due; what a door sends on is one of its contacts; a sector is its services; the dearest
tenth is a tenth. Nothing of this is read from declarations.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np
import pandas as pd

from benchmarks.attack.book import Book
from benchmarks.attack.parts import AT_MOST, BOTH, PARTS, SUMS, UNIONS
from benchmarks.attack.sheets import Copier, beside, owner

Sheets = Mapping[str, pd.DataFrame]
CONTACTS = {"clock": "clock", "year": "year"}
FEWEST_CHILDREN = 13
"""Workers are told beside so many children or more, and never more workers than children (docs/disclosure.md)."""
EXACT_FAMILIES = ("capability.everyone", "capability.groups", "capability.overall", "capability.themes",
                  "capability.items")  # fmt: skip


def write_foundations(copier: Copier, found: dict[str, pd.DataFrame]) -> None:
    """Write down what the tables of the baseline have to do with each other and with those of other rooms.

    Parameters
    ----------
    found : tables by room and name, as they were copied: their codes and the places of their numbers.
    """
    book = copier.book
    every = {**found, **_pairs(copier)}
    found |= every
    if "timeliness.quarters" in every:
        quarters = every["timeliness.quarters"]
        every["timeliness.quarters"] = quarters.assign(year=quarters["quarter"].astype(str).str[:4])
    for whole, columns, parts, on in SUMS:
        for column in columns:
            _adds(book, every, whole, column, parts, on, union=False)
    for whole, columns, parts, on in UNIONS:
        for column in columns:
            _adds(book, every, whole, column, parts, on, union=True)
    for name, part, whole in (each for each in PARTS if each[0] in every):
        book.part(f"{part} of {whole}, {name}", every[name][part], every[name][whole])
    for name, fewer, more in (each for each in AT_MOST if each[0] in every):
        book.at_most(f"{fewer} <= {more}, {name}", every[name][fewer], every[name][more])
    for name in (each for each in EXACT_FAMILIES if each in every):
        book.same(f"a respondent is a family, {name}", every[name]["persons"], every[name]["families"])
    for write in (_fates, _doors_of_waits, _workers, _supports, _goals, _together, _tenths, _ends_of_pairs):
        write(copier, every)
    _money(copier, every)


def _adds(book: Book, every: Sheets, whole: str, column: str, parts: str, on: tuple[str, ...], *, union: bool) -> None:
    """Write down that parts add up to wholes, or that wholes are their unions; of wholes without a lacking part."""
    if whole not in every or parts not in every or column not in every[whole] or column not in every[parts]:
        return
    of = owner(every[parts], every[whole], list(on))
    lacking = np.unique(of[(every[parts][column] < 0).to_numpy()])
    of = np.where(np.isin(of, lacking), -1, of)
    book.adds(f"{parts} of {whole}: {column}", every[whole][column], every[parts][column], of, union=union)


def _pairs(copier: Copier) -> dict[str, pd.DataFrame]:
    if not copier.has("baseline.needs", "pairs"):
        return {}
    return {"needs.pairs": copier.copy("baseline.needs", "pairs", ["first", "second"], {"persons": "families"},
                                       always=True)}  # fmt: skip


def _fates(copier: Copier, every: Sheets) -> None:
    """What is due was done in time, late, or not yet; what was done in time is told by year as well."""
    years, fates = every.get("timeliness.years"), every.get("timeliness.fates")
    if years is None or fates is None:
        return
    for column, kinds in (("due", ("in_time", "late", "overdue")), ("in_time", ("in_time",))):
        some = fates[fates["fate"].isin(kinds)]
        mine = years[years["year"].isin(fates["year"])]
        copier.book.adds(f"fates of {column}", mine[column], some["contacts"], owner(some, mine, CONTACTS))


def _doors_of_waits(copier: Copier, every: Sheets) -> None:
    """Waits for a named service are some of all waits; the end of a queue of a year is who waits at its end."""
    services, areas = every.get("waiting.services"), every.get("waiting.areas")
    if services is not None and areas is not None:
        for span, column in itertools.product(("earlier", "latest"), ("waited", "served")):
            some, whole = (each[column][each["span"] == span].to_numpy() for each in (services, areas))
            if len(some) and len(whole) and (some >= 0).all() and (whole >= 0).all():
                cells, factors = np.append(whole, some), np.repeat([1.0, -1.0], [len(whole), len(some)])
                rows = np.zeros(len(cells), dtype=int)
                copier.book.relate("waits for a named service", rows, cells, factors, 0.0, np.inf, 1)
    queue, ages = every.get("waiting.queue"), every.get("waiting.ages")
    if queue is not None and ages is not None:
        last = queue[queue["quarter"].astype(str).str.match(r"^(\d{4} Q\d\.\.)?\d{4} Q4$")]
        last = last.assign(year=last["quarter"].astype(str).str[-7:-3])
        if copier.case.town.study.window.year_starts == "01-01":
            copier.book.same("waiting at the end of a year", last["waiting"], beside(last, ages, ["year"], "waiting"))


def _workers(copier: Copier, every: Sheets) -> None:
    """Children of an area have a worker; how many workers there are is known in the house."""
    days, areas = every.get("caseload.days"), every.get("caseload.areas")
    if days is not None and areas is not None:
        copier.book.adds("children of areas", days["assigned"], areas["persons"], owner(areas, days, ["day"]))
    if days is not None:
        terms = [(1.0, days["assigned"]), (1.0, days["unassigned"]), (-1.0, days["persons"])]
        copier.book.combine("with and without a worker", terms, 0.0, 0.0)
    for name, column in (("days", "assigned"), ("areas", "persons")):
        if f"caseload.{name}" in every:
            workers = copier.frame("baseline.caseload", name)["workers"].to_numpy(dtype=float)
            for least in np.unique(workers[~np.isnan(workers)]):
                told = every[f"caseload.{name}"][column].where(workers == least, -1)
                copier.book.raise_low(told, max(least, FEWEST_CHILDREN))


def _supports(copier: Copier, every: Sheets) -> None:
    """Lighter and heavier support are levels put together."""
    supports = every.get("equity.supports")
    for name in ("distribution.levels", "coverage.child_levels"):
        levels = every.get(name)
        if supports is None or levels is None or "year" not in levels:
            continue
        kinds = {"universal": "lighter", "early": "lighter", "special": "heavier", "corrective": "heavier"}
        parts = levels.assign(support=levels["level"].map(kinds))
        for column in BOTH:
            of = owner(parts, supports, ["support", "year"])
            copier.book.adds(f"support of {name}: {column}", supports[column], parts[column], of, union=True)


def _goals(copier: Copier, every: Sheets) -> None:
    """Goals of earlier years could be followed for a year; nobody followed is outside all years."""
    goals, everyone = every.get("shared_support.goals"), every.get("shared_support.everyone")
    if goals is None or everyone is None or not len(everyone):
        return
    label = copier.frame("baseline.shared_support", "goals")
    seen = label["days_seen"].to_numpy(dtype=float) if len(label) else np.empty(0)
    last = goals["year"].astype(str).max() if len(goals) else ""
    full = len(seen) > 0 and last == str(copier.case.town.study.window.last.year) and seen[-1] >= 365
    earlier = goals.loc[goals["year"].astype(str) != last, "goals"].to_numpy()
    if full and len(earlier) and (earlier >= 0).all():
        cells, factors = np.append(everyone["followed"], earlier), np.append(1.0, -np.ones(len(earlier)))
        copier.book.relate("followed", np.zeros(len(cells), dtype=int), cells, factors, 0.0, np.inf, 1)


def _together(copier: Copier, every: Sheets) -> None:
    """Brothers and sisters, or a child and an adult, are two at once: families with two at once are these at least."""
    several, kinds = every.get("shared_support.several"), every.get("shared_support.kinds")
    if several is None or kinds is None:
        return
    some = kinds[kinds["kind"].isin(("siblings", "child_adult", "all"))]
    of = owner(some, several, ["year"])
    for row in np.unique(of[of >= 0]):
        cells = np.append(several["together"].iloc[row], some["families"].to_numpy()[of == row])
        if (cells >= 0).all():
            factors = np.append(1.0, -np.ones(len(cells) - 1))
            copier.book.relate("two at once", np.zeros(len(cells), dtype=int), cells, factors, 0.0, np.inf, 1)


def _tenths(copier: Copier, every: Sheets) -> None:
    """The dearest tenth is a tenth of the families, to the nearest whole one; so are its parts."""
    years, dearest, tops = (every.get(f"concentration.{each}") for each in ("years", "dearest", "tops"))
    if years is None or dearest is None:
        return
    whole = beside(dearest, years, ["year"], "families")
    copier.book.combine("a tenth", [(10.0, dearest["families"]), (-1.0, whole)], -5.0, 5.0)
    if tops is not None:
        first = tops[tops["part"] == "1"]
        of = beside(first, years, ["year"], "families")
        copier.book.combine("a hundredth", [(100.0, first["families"]), (-1.0, of)], -50.0, 50.0)


def _ends_of_pairs(copier: Copier, every: Sheets) -> None:
    """Families with a need are some of those of their age, area or level; with two needs some of those with either."""
    for name, code in (("age", "need_age"), ("area", "need_area"), ("level", "need_level")):
        whole, part = every.get(f"needs.{name}s"), every.get(f"needs.{name}_reasons")
        if whole is not None and part is not None:  # the largest needs only: they need not be all
            copier.book.part(f"needs by {name}", part["families"], beside(part, whole, [code], "families"))
    pairs, reasons = every.get("needs.pairs"), every.get("needs.reasons")
    if pairs is None or reasons is None or pairs.empty:
        return
    for end in ("first", "second"):
        copier.book.part("pair of needs", pairs["families"], beside(pairs, reasons, {end: "need"}, "families"))


def _money(copier: Copier, every: dict[str, pd.DataFrame]) -> None:
    """A sector is its services; areas, sectors and both kinds of cost add up."""
    room, spending = "baseline.money", "resources.spending"
    sectors = {service.code: service.sector for service in copier.case.town.study.services}
    keys = {"years": ["year"], "levels": ["level", "year"], "sectors": ["sector", "year"], "areas": ["area", "year"],
            "invoiced": ["level", "priced", "year"]}  # fmt: skip
    money = {name: copier.money(room, name, key, "cost_eur") for name, key in keys.items()}
    money["services"] = copier.money(spending, "services", ["service", "level", "basis", "year"], "cost_eur")
    services = money["services"]
    money["services"] = services.assign(sector=services["service"].astype(object).map(sectors))
    for wholes, parts, on in (("years", "sectors", ["year"]), ("years", "areas", ["year"]),
                              ("levels", "invoiced", ["level", "year"]), ("years", "levels", ["year"]),
                              ("sectors", "services", ["sector", "year"])):  # fmt: skip
        of = owner(money[parts], money[wholes], on)
        copier.book.adds(f"money of {parts}", money[wholes]["cost_eur"], money[parts]["cost_eur"], of)
    for name in ("years", "levels"):
        again = copier.money(spending, name, keys[name], "cost_eur")
        copier.book.same("the same money", money[name]["cost_eur"], beside(money[name], again, keys[name], "cost_eur"))
    people, whole = every.get("spending.services"), every.get("money.sectors")
    if people is not None and whole is not None:
        served = people.assign(sector=people["service"].astype(object).map(sectors))
        of = owner(served, whole, ["sector", "year"])
        for column in BOTH:
            copier.book.adds(f"people of sectors: {column}", whole[column], served[column], of, union=True)
