"""Common sense about the rooms of resources: segments, ways of production, waits, needs and what answers them.

The last twelve months are the last year when the window ends with it; a segment whose rule is one level, or one
service, is everybody there. Nothing of this is read from declarations.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from benchmarks.attack.book import Book
from benchmarks.attack.sheets import Copier, beside, owner
from kumppanuus.register.calendar import study_years

BOTH = ("persons", "families")
SPENDING, SEGMENTS = "resources.spending", "resources.segments"
Sheets = Mapping[str, pd.DataFrame]


def write_resources(copier: Copier, every: Sheets) -> None:
    """Write down what the tables of resources have to do with each other and with those of other rooms."""
    for write in (_last_year, _year_before, _rules, _open, _waits, _needs):
        write(copier, every)
    _money(copier)


def _whole(copier: Copier) -> tuple[str, str]:
    """Return the last year and the one before, as far as they are whole and the window ends with the last one."""
    years = study_years(copier.case.town.study.window)
    last = years[-1].label if years[-1].full else ""
    return last, years[-2].label if last and len(years) > 1 and years[-2].full else ""


def _of(sheet: pd.DataFrame | None, year: str) -> pd.DataFrame:
    return pd.DataFrame() if sheet is None or not len(sheet) else sheet[sheet["year"].astype(str) == year]


def _last_year(copier: Copier, every: Sheets) -> None:
    last, _ = _whole(copier)
    if not last:
        return
    book, years = copier.book, _of(every.get("coverage.years"), last)
    for name, columns in (("segments.everyone", (*BOTH, "children")), ("allocation.everyone", BOTH)):
        for column in columns if name in every and len(years) else ():
            book.same(f"the last year: {name}.{column}", years[column], every[name][column])
    services, mine = _of(every.get("coverage.services"), last), every.get("allocation.services")
    for column in BOTH if mine is not None and len(services) else ():
        its = beside(services, mine, ["service"], column)
        book.same(f"services of the last year: {column}", services[column], its)
    reasons, needs = _of(every.get("needs.year_reasons"), last), every.get("packages.needs")
    if needs is not None and len(reasons):
        its = beside(needs, reasons, ["need"], "families")
        book.same("needs of the last year", needs["families"], its)


def _year_before(copier: Copier, every: Sheets) -> None:
    """Who was there a year before is in some segment now, or gone."""
    _, before = _whole(copier)
    years = _of(every.get("coverage.years"), before)
    moves, gone = every.get("segments.moves"), every.get("segments.gone")
    if not before or not len(years) or moves is None:
        return
    stayed = moves.loc[moves["earlier"].astype(str) != "none", "families"].to_numpy()
    left = gone["families"].to_numpy() if gone is not None else np.empty(0, dtype=np.int64)
    _equal(copier.book, "the year before", years["families"].to_numpy(), np.append(stayed, left))


def _equal(book: Book, why: str, whole: np.ndarray, parts: np.ndarray, most: float = 0.0) -> None:
    """Write down that parts add up to wholes, or to at most `most` less."""
    if len(parts) and (parts >= 0).all() and len(whole) and (whole >= 0).all():
        cells, factors = np.append(whole, parts), np.repeat([1.0, -1.0], [len(whole), len(parts)])
        book.relate(why, np.zeros(len(cells), dtype=int), cells, factors, 0.0, most, 1)


def _rules(copier: Copier, every: Sheets) -> None:
    """The first segment is everybody for whom its rule holds: a level, a service, a need."""
    rules, segments = copier.case.town.study.segments, every.get("segments.segments")
    if not rules or segments is None:
        return
    mine = segments[segments["segment"].astype(str) == rules[0].code]
    told = {name for name, value in rules[0].model_dump(exclude_defaults=True).items() if name not in ("code", "name")}
    services, needs = every.get("allocation.services"), every.get("packages.needs")
    if told == {"services"} and len(rules[0].services) == 1 and services is not None:
        there = services[services["service"].astype(str) == rules[0].services[0]]
        copier.book.adds("the rule of a service", mine["families"], there["families"], np.zeros(len(there), int))
    if told == {"levels"} and len(rules[0].levels) == 1:
        there = _of(every.get("coverage.levels"), _whole(copier)[0])
        if len(there):
            there = there[there["level"].astype(str) == rules[0].levels[0]]
            copier.book.adds("the rule of a level", mine["families"], there["families"], np.zeros(len(there), int))
    if told == {"needs"} and len(rules[0].needs) == 1 and needs is not None:
        there = needs[needs["need"].astype(str) == rules[0].needs[0]]
        copier.book.part("families with the need, in services", mine["families"].to_numpy()[: len(there)],
                         there["families"].to_numpy()[: len(mine)])  # fmt: skip


def _open(copier: Copier, every: Sheets) -> None:
    """Who is open on the last day is told by several rooms."""
    mine = every.get("capacity.services")
    for name in ("data_quality.open_services",):
        services = every.get(name)
        for column in BOTH if services is not None and mine is not None else ():
            its = beside(services, mine, ["service"], column)
            copier.book.same(f"open on the last day: {name}", services[column], its)
    for name in ("data_quality.open_all", "flow.last_day"):
        everyone, now = every.get(name), every.get("capacity.everyone")
        for column in BOTH if everyone is not None and now is not None else ():
            if column in everyone:
                copier.book.same(f"open on the last day: {name}", everyone[column], now[column])


def _waits(copier: Copier, every: Sheets) -> None:
    """Waits for a service are some of all waits; of those who came within a year the others got in or gave up."""
    queue, mine = every.get("waiting.queue"), every.get("capacity.queues")
    if queue is not None and mine is not None and len(queue):
        _equal(copier.book, "waits for a named service", queue["waiting"].to_numpy()[-1:], mine["waiting"].to_numpy(),
               np.inf)  # fmt: skip


def _needs(copier: Copier, every: Sheets) -> None:
    """Families of a segment with a need are some of the families of the segment, and of those with any need."""
    book, mine = copier.book, every.get("packages.segments")
    whole, parts = every.get("segments.segments"), every.get("packages.segment_needs")
    if mine is None:
        return
    if whole is not None:
        book.part("of a segment with needs", mine["families"], beside(mine, whole, ["segment"], "families"))
    if parts is not None:
        book.part("a need of a segment", parts["families"], beside(parts, mine, ["segment"], "families"))


def _money(copier: Copier) -> None:
    """Ways add up to services and to productions, areas to the year, segments to everyone."""
    keys = {"years": ["year"], "services": ["service", "level", "basis", "year"],
            "ways": ["service", "level", "basis", "production", "year"], "productions": ["production", "year"],
            "areas": ["area", "year"]}  # fmt: skip
    money = {name: copier.money(SPENDING, name, each, "cost_eur") for name, each in keys.items()}
    ways = money["ways"]
    for whole, parts, on in (("services", "ways", ["service", "basis", "year"]), ("years", "areas", ["year"]),
                             ("productions", "ways", ["production", "year"])):  # fmt: skip
        book, of = copier.book, owner(money[parts], money[whole], on)
        told = set(ways["year"].astype(str)) if len(ways) else set()
        of = np.where(money[parts]["year"].astype(str).isin(told), of, -1) if whole != "years" else of
        book.adds(f"money of {parts} in {whole}", money[whole]["cost_eur"], money[parts]["cost_eur"], of)
    groups = copier.money(SEGMENTS, "segments", ["segment"], "cost_eur")
    everyone = copier.money(SEGMENTS, "everyone", [], "cost_eur")
    copier.book.adds("money of segments", everyone["cost_eur"], groups["cost_eur"], owner(groups, everyone, []))
