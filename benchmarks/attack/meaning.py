"""Common sense: what the numbers of a report have to do with each other, said by one who only read the report.

Years are parts of the window, services of levels; families are no more than their members; months make quarters; what
started is late or not, what was there ended or is open. Nothing of this is read from declarations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from benchmarks.attack.across import write_rest
from benchmarks.attack.book import Book
from benchmarks.attack.publish import Case
from benchmarks.attack.sheets import MONEY, Copier, beside, owner, rounded

PEOPLE: Mapping[str, str] = {"persons": "families"}
BOTH = ("persons", "families")
COVERAGE, QUALITY = "baseline.coverage", "baseline.data_quality"
DURATIONS, NETWORK, SPENDING, ACCOUNT = "lifecycle.durations", "lifecycle.network", "resources.spending", "data.account"
FLOW, DISTRIBUTION, PARALLEL, LADDER = (f"lifecycle.{each}" for each in ("flow", "distribution", "parallel", "levels"))
DETERMINANTS, EXITS, RETURNS, PATHWAYS = (
    f"lifecycle.{each}" for each in ("determinants", "exits", "returns", "pathways")
)
Sheets = dict[str, pd.DataFrame]


def book_of(case: Case, *, classes: bool = True, guesses: bool = False) -> Book:
    """Write down all that was published in a case and all that it means; the rest as `Copier` has it."""
    book = Book()
    copier = Copier(case, book, classes, guesses)
    sheets: Sheets = {}
    for write in (_coverage, _network, _durations, _quality, _spending, _account, _across):
        write(copier, sheets)
    write_rest(copier, sheets)
    return book


def _union(book: Book, why: str, wholes: pd.DataFrame, parts: pd.DataFrame, on: Sequence[str] = (),
           columns: Sequence[str] = BOTH) -> None:  # fmt: skip
    of = owner(parts, wholes, on)
    for name in columns:
        book.adds(f"{why}: {name}", wholes[name], parts[name], of, union=True)


def _sum(book: Book, why: str, wholes: pd.DataFrame, parts: pd.DataFrame, on: Sequence[str], columns: Sequence[str],
         of_whole: Sequence[str] = ()) -> None:  # fmt: skip
    of = owner(parts, wholes, on)
    for name, total in zip(columns, of_whole or columns, strict=True):
        book.adds(f"{why}: {name}", wholes[total], parts[name], of)


def _coverage(copier: Copier, sheets: Sheets) -> None:
    book = copier.book
    years = copier.copy(COVERAGE, "years", ["year"], PEOPLE, ["children"], always=True)
    levels = copier.copy(COVERAGE, "levels", ["level", "year"], PEOPLE, always=True)
    services = copier.copy(COVERAGE, "services", ["service", "level", "year"], PEOPLE, always=True)
    book.part("children are clients", years["children"], years["persons"])
    _union(book, "levels of a year", years, levels, ["year"])
    _union(book, "services of a year", years, services, ["year"])
    _union(book, "services of a level and year", levels, services, ["level", "year"])
    sheets |= {"years": years, "year_levels": levels, "year_services": services}


def _network(copier: Copier, sheets: Sheets) -> None:
    book = copier.book
    everyone = copier.copy(NETWORK, "everyone", [], PEOPLE, always=True)
    services = copier.copy(NETWORK, "services", ["service", "level"], PEOPLE, always=True)
    breadth = copier.copy(NETWORK, "breadth", ["n_services"], PEOPLE, ["families_all"], always=True)
    _union(book, "services of everyone", everyone, services)
    _sum(book, "everyone by number of services", everyone, breadth, [], BOTH)
    if not everyone.empty:
        book.same("all families", breadth["families_all"], np.repeat(everyone["families"], len(breadth)))
    sheets |= {"everyone": everyone, "services": services}
    counts = ["within", "at_once", "same_child", "families_first", "families_second"]
    pairs = copier.copy(NETWORK, "pairs", ["first", "second"], PEOPLE, counts, always=True)
    if pairs.empty or services.empty:
        return
    book.part("same child within pair", pairs["same_child"], pairs["persons"])
    for part, whole in (("at_once", "within"), ("within", "families")):
        book.part(f"{part} of {whole}", pairs[part], pairs[whole])
    for end in ("first", "second"):
        ends = {end: "service"}
        book.part("pair of service", pairs["families"], beside(pairs, services, ends, "families"))
        book.same("families of an end", pairs[f"families_{end}"], beside(pairs, services, ends, "families"))
        book.part("both themselves", pairs["same_child"], beside(pairs, services, ends, "persons"))
    first, second = (beside(pairs, services, {end: "service"}, "persons") for end in ("first", "second"))
    book.combine("members who used either", [(1.0, first), (1.0, second), (-1.0, pairs["persons"])], 0.0, np.inf)
    book.combine("either or both", [(1.0, first), (1.0, second), (-1.0, pairs["persons"]), (-1.0, pairs["same_child"])],
                 0.0, np.inf)  # fmt: skip
    if not everyone.empty and not breadth.empty:
        ever = bool(copier.frame(NETWORK, "everyone")["ever"].iloc[0])
        _pairs_need_two(book, everyone, breadth, pairs["families" if ever else "at_once"])


def _pairs_need_two(book: Book, everyone: pd.DataFrame, breadth: pd.DataFrame, pairs: pd.Series) -> None:
    """Families with a pair (at once, where services are counted that are open at once) have two services or more."""
    alone = breadth.loc[breadth["n_services"].astype(str) == "1", "families"]
    if len(alone) == 1 and alone.iloc[0] >= 0:
        n = len(pairs)
        whole, one = np.full(n, everyone["families"].iloc[0]), np.full(n, alone.iloc[0])
        book.combine("a pair needs two services", [(1.0, whole), (-1.0, one), (-1.0, pairs)], 0.0, np.inf)


def _durations(copier: Copier, sheets: Sheets) -> None:
    book, counts = copier.book, ["spells", "late", "still_open", "ended"]
    people = {"persons": "families", "ended_persons": "ended_families", "open_persons": "open_families"}
    levels = copier.copy(DURATIONS, "levels", ["level"], people, counts, always=False)
    services = copier.copy(DURATIONS, "services", ["level", "service"], people, counts, always=False)
    for sheet, name in ((levels, "levels"), (services, "services")):
        terms = [(1.0, sheet["spells"]), (-1.0, sheet["still_open"]), (-1.0, sheet["ended"])]
        book.combine("open and ended", terms, 0.0, 0.0)
        for part, whole in (
            ("late", "spells"), ("ended_persons", "persons"), ("ended_families", "families"),
            ("open_persons", "persons"), ("open_families", "families"), ("open_persons", "still_open"),
        ):  # fmt: skip
            book.part(f"{part} of {whole}", sheet[part], sheet[whole])
        for fewer, more in (("persons", "spells"), ("ended_persons", "ended")):
            book.at_most(f"{fewer} <= {more}", sheet[fewer], sheet[more])
        _curve_numbers(copier, sheet, name)
    _sum(book, "services of a level", levels, services, ["level"], counts)
    _union(book, "services of a level, people", levels, services, ["level"], [*BOTH, "ended_persons", "ended_families"])
    _mean_of_means(copier, levels, services)
    for name, code in (("cohorts", "cohort"), ("ages", "age_group"), ("areas", "area")):
        _divided_again(copier, levels, name, code)
    copier.copy(DURATIONS, "differences", ["comparison"], PEOPLE, [], always=False)
    sheets |= {"length_levels": levels, "length_services": services}


def _divided_again(copier: Copier, levels: pd.DataFrame, name: str, code: str) -> None:
    """The spells of all levels are those of all cohorts, of all ages, of all areas; so are the ended ones."""
    book = copier.book
    sheet = copier.copy(DURATIONS, name, [code], PEOPLE, ["spells", "ended"], always=False)
    book.part(f"ended of spells, {name}", sheet["ended"], sheet["spells"])
    book.at_most(f"persons <= spells, {name}", sheet["persons"], sheet["spells"])
    for count in ("spells", "ended"):
        cells = np.concatenate([levels[count].to_numpy(), sheet[count].to_numpy()])
        signs = np.concatenate([np.ones(len(levels)), -np.ones(len(sheet))])
        if len(levels) and len(sheet) and (cells >= 0).all():
            book.relate(f"{count} of levels and {name}", np.zeros(len(cells), dtype=int), cells, signs, 0.0, 0.0, 1)
    points = copier.copy(DURATIONS, f"{name[:-1]}_curves", [code, "time"], PEOPLE, ["at_risk"], always=True)
    for who in BOTH if len(points) else ():
        book.same(f"people of a curve, {name}", points[who], beside(points, sheet, {code: code}, who))


def _curve_numbers(copier: Copier, sizes: pd.DataFrame, name: str) -> None:
    """At risk and still to come, point by point: who has gone does not come back."""
    book, code = copier.book, name.removesuffix("s")
    table, key = f"{code}_curves", code
    points = copier.copy(DURATIONS, table, [key, "time"], PEOPLE, ["at_risk", "later"], always=True)
    if points.empty:
        return
    shown = copier.frame(DURATIONS, table)
    points["point"] = shown["survival"].notna() & (points["time"] > 0)
    points["begins"] = shown["at_risk"].to_numpy() > 0
    points = points.sort_values([key, "time"], kind="stable").reset_index(drop=True)
    last = points.shift(1).where(points[key] == points[key].shift(1))
    before = last[["at_risk", "later"]].fillna(-1).astype(np.int64)
    now, come = points["at_risk"], points["later"]
    book.combine("who comes later grows fewer", [(1.0, before["later"]), (-1.0, come)], 0.0, np.inf)
    gone = [(1.0, before["at_risk"]), (1.0, before["later"]), (-1.0, now), (-1.0, come)]
    book.rest("gone between two points", gone)
    if copier.classes:
        book.raise_low(now.where(points["point"], -1), 10)
    for name in BOTH:
        book.same("people of a curve", points[name], beside(points, sizes, {key: key}, name))
    spells = beside(points, sizes, {key: key}, "spells")
    book.combine("of all spells", [(1.0, spells), (-1.0, now), (-1.0, come)], 0.0, np.inf)
    first = points[(points["time"] == 0) & points["begins"]]
    whole, late = (beside(first, sizes, {key: key}, each) for each in ("spells", "late"))
    book.combine("at the beginning", [(1.0, whole), (-1.0, late), (-1.0, first["at_risk"])], 0.0, 0.0)
    book.same("late come later", late, first["later"])


def _mean_of_means(copier: Copier, levels: pd.DataFrame, services: pd.DataFrame) -> None:
    """A level's mean is that of its services' means: sum over services of ended x (mean - mean of the level) = 0."""
    if levels.empty or services.empty:
        return
    of = owner(services, levels, ["level"])
    means = rounded(copier.frame(DURATIONS, "services")["ended_mean_24"].to_numpy(dtype=float))
    low, high = (np.nan_to_num(each, nan=gap) for each, gap in zip(means, (0.0, 24.1), strict=True))
    level_low, level_high = rounded(copier.frame(DURATIONS, "levels")["ended_mean_24"].to_numpy(dtype=float))
    rows = np.flatnonzero((of >= 0) & (services["ended"] >= 0) & ~np.isnan(level_low[np.maximum(of, 0)]))
    used, place = np.unique(of[rows], return_inverse=True)
    columns = services["ended"].to_numpy()[rows]
    n = len(used)
    copier.book.relate("mean of means", place, columns, low[rows] - level_high[of[rows]], -np.inf, 0.0, n)
    copier.book.relate("mean of means", place, columns, high[rows] - level_low[of[rows]], 0.0, np.inf, n)


def _quality(copier: Copier, sheets: Sheets) -> None:
    book, rows = copier.book, ["relationships"]
    turns = copier.copy(QUALITY, "all_turns", ["flow"], PEOPLE, ["relationships", "events"])
    months = copier.copy(QUALITY, "all_months", ["flow", "month"], PEOPLE, rows)
    level_months = copier.copy(QUALITY, "level_months", ["flow", "level", "month"], PEOPLE, rows)
    quarters = copier.copy(QUALITY, "all_quarters", ["quarter"], PEOPLE, rows)
    of_services = copier.copy(QUALITY, "service_quarters", ["service", "level", "quarter"], PEOPLE, rows)
    for sheet in (turns, months, level_months, quarters, of_services):
        book.at_most("people <= relationships", sheet["persons"], sheet["relationships"])
    book.at_most("days of families <= relationships", turns["events"], turns["relationships"])
    book.at_most("families <= their days", turns["families"], turns["events"])
    for wholes, parts, on, why in (
        (turns, months, ["flow"], "months"), (months, level_months, ["flow", "month"], "levels of a month"),
        (quarters, of_services, ["quarter"], "services of a quarter"),
    ):  # fmt: skip
        _sum(book, why, wholes, parts, on, rows)
        _union(book, why, wholes, parts, on)
    starts = months[months["flow"] == "starts"].assign(quarter=lambda each: _quarter(each["month"]))
    _sum(book, "months of a quarter", quarters, starts, ["quarter"], rows)
    _union(book, "months of a quarter", quarters, starts, ["quarter"])
    _levels_of_quarters(book, level_months, of_services)
    _open_and_closed(copier, sheets)
    _fields(copier, turns, sheets)
    sheets |= {"turns": turns, "service_quarters": of_services}


def _quarter(month: pd.Series) -> pd.Series:
    return month.str[:4] + " Q" + ((month.str[5:7].astype(int) + 2) // 3).astype(str)


def _levels_of_quarters(book: Book, level_months: pd.DataFrame, of_services: pd.DataFrame) -> None:
    """The months of a level and the quarters of its services are the same starts."""
    starts = level_months[level_months["flow"] == "starts"].assign(quarter=lambda each: _quarter(each["month"]))
    if starts.empty or of_services.empty:
        return
    both = [starts[["level", "quarter", "relationships"]].assign(factor=1.0),
            of_services[["level", "quarter", "relationships"]].assign(factor=-1.0)]  # fmt: skip
    terms = pd.concat(both, ignore_index=True)
    sides = terms.groupby(["level", "quarter"])["factor"].transform("nunique")
    terms = terms[(terms["relationships"] >= 0) & (sides == 2)]
    group = terms.groupby(["level", "quarter"]).ngroup().to_numpy()
    n = int(group.max(initial=-1)) + 1
    book.relate("starts of a level", group, terms["relationships"], terms["factor"], 0.0, 0.0, n)


def _open_and_closed(copier: Copier, sheets: Sheets) -> None:
    book = copier.book
    open_all = copier.copy(QUALITY, "open_clients", [], PEOPLE, always=True)
    open_services = copier.copy(QUALITY, "open_services", ["service", "level"], PEOPLE, always=True)
    open_times = copier.copy(QUALITY, "open_times", ["service", "level", "open_time"], PEOPLE, always=True)
    closed = copier.copy(
        QUALITY, "closed_services", ["service", "level"],
        {"persons": "families", "persons_long": "families_long"}, always=False,
    )  # fmt: skip
    _union(book, "open services", open_all, open_services)
    _sum(book, "times open", open_services, open_times, ["service"], ["persons"])
    _union(book, "times open", open_services, open_times, ["service"], ["families"])
    for part, whole in (("persons_long", "persons"), ("families_long", "families")):
        book.part(f"{part} of {whole}", closed[part], closed[whole])
    sheets |= {"open_all": open_all, "open_services": open_services, "closed": closed}


def _fields(copier: Copier, turns: pd.DataFrame, sheets: Sheets) -> None:
    book = copier.book
    heaps = copier.copy(QUALITY, "heaps", ["flow", "kind"], PEOPLE, ["events"])
    _sum(book, "kinds of day", turns, heaps, ["flow"], ["events"])
    _union(book, "kinds of day", turns, heaps, ["flow"])
    book.at_most("families <= days", heaps["families"], heaps["events"])
    recorded = copier.copy(QUALITY, "recorded", ["table"], PEOPLE, ["dated"], always=True)
    delays = copier.copy(QUALITY, "delays", ["table", "delay"], PEOPLE, ["dated"], always=True)
    _sum(book, "delays", recorded, delays, ["table"], ["dated"])
    _union(book, "delays", recorded, delays, ["table"])
    fields = copier.copy(QUALITY, "fields", ["table", "field"], {**PEOPLE, "persons_filled": "families_filled"},
                         ["rows", "filled"])  # fmt: skip
    for part, whole in (("filled", "rows"), ("persons_filled", "persons"), ("families_filled", "families")):
        book.part(f"{part} of {whole}", fields[part], fields[whole])
    for sheet, fewer, more in ((fields, "persons_filled", "filled"), (delays, "persons", "dated")):
        if not (fewer == "persons_filled" and (sheet["table"] == "contacts").any()):
            book.at_most(f"{fewer} <= {more}", sheet[fewer], sheet[more])
    of_recorded = recorded.assign(field="recorded")
    book.part("recorded in the window", of_recorded["dated"], beside(of_recorded, fields, ["table", "field"], "filled"))
    everyone = copier.copy(QUALITY, "everyone", [], PEOPLE, always=True)
    kinds = copier.copy(QUALITY, "memberships", ["membership"], PEOPLE, always=True)
    _sum(book, "kinds of families", everyone, kinds, [], BOTH)
    alone = kinds[kinds["membership"] != "several"]
    book.same("alone", alone["persons"], alone["families"])
    several = kinds[kinds["membership"] == "several"]
    book.combine("two or more", [(1.0, several["persons"]), (-2.0, several["families"])], 0.0, np.inf)
    _equal_rows(book, fields, turns, everyone)
    sheets |= {"known": everyone, "fields": fields}


def _equal_rows(book: Book, fields: pd.DataFrame, turns: pd.DataFrame, everyone: pd.DataFrame) -> None:
    """All columns of a table have the same rows; what ended could have a reason; everybody is a row of clients."""
    for table in ("clients", "relationships", "contacts", "visits"):
        every = fields[(fields["table"] == table) & (fields["field"] != "end_reason")]
        for name in ("rows", *BOTH):
            book.same(f"rows of {table}", every[name].iloc[1:], np.repeat(every[name].iloc[:1], max(len(every) - 1, 0)))
    clients = fields[fields["table"] == "clients"].iloc[:1]
    if len(clients) and len(everyone):
        book.same("a row each", clients["rows"], clients["persons"])
        for name in BOTH:
            book.same("everybody is a row", clients[name], everyone[name])
    reasons, ends = fields[fields["field"] == "end_reason"], turns[turns["flow"] == "ends"]
    if len(reasons) == 1 and len(ends) == 1:
        for name, other in (("rows", "relationships"), ("persons", "persons"), ("families", "families")):
            book.same("what ended", reasons[name], ends[other])


def _spending(copier: Copier, sheets: Sheets) -> None:
    book = copier.book
    keys = {"years": ["year"], "levels": ["level", "year"], "productions": ["production", "year"],
            "services": ["service", "level", "basis", "year"]}  # fmt: skip
    people = {name: copier.copy(SPENDING, name, key, PEOPLE) for name, key in keys.items()}
    money = {name: copier.money(SPENDING, name, key, "cost_eur") for name, key in keys.items()}
    unpriced = copier.copy(SPENDING, "unpriced", ["service", "production", "year"], PEOPLE, always=True)
    for name in ("levels", "productions", "services"):
        _union(book, f"costs of {name}", people["years"], people[name], ["year"])
    _union(book, "costs of services of a level", people["levels"], people["services"], ["level", "year"])
    for wholes, parts, on in (("years", "levels", ["year"]), ("years", "productions", ["year"]),
                              ("levels", "services", ["level", "year"])):  # fmt: skip
        book.adds("money", money[wholes]["cost_eur"], money[parts]["cost_eur"], owner(money[parts], money[wholes], on))
    _unit_costs(copier, people["services"], money["services"])
    sheets |= {"costed": people["services"], "unpriced": unpriced}


def _unit_costs(copier: Copier, people: pd.DataFrame, money: pd.DataFrame) -> None:
    """A client of a service paid by the day costs a day at least and every day of the year at most."""
    by_day = (people["basis"] == "day").to_numpy() if len(people) else np.zeros(0, bool)
    for service in copier.case.town.study.services:
        costs = [service.cost_of_unit(each) for each in ("own", "purchased")]
        known = [each * MONEY for each in costs if each]
        rows = by_day & (people["service"] == service.code).to_numpy() if len(people) else by_day
        if not known or not rows.any():
            continue
        spent, persons = money["cost_eur"][rows], people["persons"][rows]
        copier.book.combine("a day at least", [(1.0, spent), (-min(known), persons)], -1e-9, np.inf)
        copier.book.combine("every day at most", [(366 * max(known), persons), (-1.0, spent)], -1e-9, np.inf)


def _account(copier: Copier, sheets: Sheets) -> None:
    book = copier.book
    parts = ["used", "merged", "quarantined", "outside_window", "blank"]
    account = copier.copy(ACCOUNT, "account", ["table"], {}, ["read", *parts])
    reasons = copier.copy(ACCOUNT, "reasons", ["table", "rule"], {}, ["rows"])
    terms = [(1.0, account["read"]), *((-1.0, account[each]) for each in parts)]
    book.combine("every row is somewhere", terms, 0.0, 0.0)
    _sum(book, "reasons", account, reasons, ["table"], ["rows"], ["quarantined"])
    fields = sheets.get("fields", pd.DataFrame())
    if len(fields) and len(account):
        rows = fields[fields["field"].isin(["production", "sender"])]
        book.same("used rows", rows["rows"], beside(rows, account, ["table"], "used"))


def _across(copier: Copier, sheets: Sheets) -> None:
    """What exhibits of different analyses have to do with each other."""
    book = copier.book
    everyone, services = sheets["everyone"], sheets["services"]
    _union(book, "years of everyone", everyone, sheets["years"])
    for name in BOTH:
        _years_of_services(book, name, services, sheets["year_services"])
        book.same("the same clients", services[name], beside(services, sheets["length_services"], ["service"], name))
        ended = beside(services, sheets["closed"], ["service"], name)
        other = beside(services, sheets["length_services"], ["service"], f"ended_{name}")
        book.same("the same ended ones", ended, other)
        opened = beside(services, sheets["open_services"], ["service"], name)
        book.part("open ones of all", opened, services[name])
        book.combine("open or ended", [(1.0, opened), (1.0, other), (-1.0, services[name])], 0.0, np.inf)
    still = beside(services, sheets["length_services"], ["service"], "still_open")
    book.same("one open spell a client", still, beside(services, sheets["open_services"], ["service"], "persons"))
    last = sheets["years"].tail(1)
    if len(last) and len(sheets["open_all"]):
        _union(book, "open ones of the last year", last, sheets["open_all"], [], [])
        for name in BOTH:
            book.part("open at the end", sheets["open_all"][name], last[name])
    if len(everyone) and len(sheets["known"]):
        for name in BOTH:
            book.at_most("clients are known", everyone[name], sheets["known"][name])
    _starts_of_services(book, sheets)
    _priced(book, sheets)


def _years_of_services(book: Book, name: str, services: pd.DataFrame, years: pd.DataFrame) -> None:
    book.adds("years of a service", services[name], years[name], owner(years, services, ["service"]), union=True)


def _starts_of_services(book: Book, sheets: Sheets) -> None:
    """A spell that began in the window began with a relationship that did."""
    quarters, sizes = sheets["service_quarters"], sheets["length_services"]
    of = owner(quarters, sizes, ["service"])
    known = (of >= 0) & (quarters["relationships"] >= 0).to_numpy()
    if not known.any():
        return
    used, place = np.unique(of[known], return_inverse=True)
    spells, late = (sizes[name].to_numpy()[used] for name in ("spells", "late"))
    there = (spells >= 0) & (late >= 0)
    kept = there[place]
    order = np.cumsum(there) - 1
    n = int(there.sum())
    rows = np.concatenate([order[place][kept], np.arange(n), np.arange(n)])
    columns = np.concatenate([quarters["relationships"].to_numpy()[known][kept], spells[there], late[there]])
    factors = np.concatenate([np.ones(kept.sum()), -np.ones(n), np.ones(n)])
    book.relate("spells begin with a relationship", rows, columns, factors, 0.0, np.inf, n)


def _priced(book: Book, sheets: Sheets) -> None:
    """Clients whose days have a price are clients of the year; with those whose days have none they are all."""
    by_day = sheets["costed"][sheets["costed"]["basis"] == "day"] if len(sheets["costed"]) else sheets["costed"]
    used = sheets["year_services"]
    for name in BOTH:
        book.part("priced by the day", by_day[name], beside(by_day, used, ["service", "year"], name))
        unpriced = sheets["unpriced"]
        book.part("without a price", unpriced[name], beside(unpriced, used, ["service", "year"], name))
