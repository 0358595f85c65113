"""Common sense about the rooms of the life cycle: queues balance, breakdowns add up, and rooms count the same people.

What was open at the end of a queue is what is open on the last day; all that left is what ended; a sample of a small
register is everybody. Which rooms mean the same numbers is said once more here, by hand.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from benchmarks.attack.book import Book
from benchmarks.attack.foundations import write_foundations
from benchmarks.attack.resources import write_resources
from benchmarks.attack.sheets import Copier, owner
from kumppanuus.register.calendar import study_years

FORMS = ("counts", "queue")
"""Forms whose rows are copied as they are; pieces that were pooled are no rows of the exact tables."""
FLOWS = ("waiting", "came", "left")
Sheets = Mapping[str, pd.DataFrame]
ADDS = (
    # whole table, its column, the parts' table, their column, the codes both tell
    ("flow.last_day", "persons", "flow.last_ages", "persons", ""),
    ("flow.last_day", "persons", "flow.last_areas", "persons", ""),
    ("flow.last_day", "persons", "flow.last_sexes", "persons", ""),
    ("flow.known_starts", "starts", "flow.start_types", "starts", ""),
    ("flow.known_starts", "starts", "flow.service_starts", "starts", ""),
    ("flow.service_starts", "starts", "flow.service_types", "starts", "service"),
    ("distribution.children", "persons", "distribution.ages", "persons", "year"),
    ("distribution.children", "persons", "distribution.areas", "persons", "year"),
    ("distribution.everyone", "persons", "distribution.sexes", "persons", "year"),
    ("distribution.everyone", "children", "distribution.children", "persons", "year"),
    ("coverage.years", "persons", "distribution.everyone", "persons", "year"),
    ("coverage.years", "families", "distribution.everyone", "families", "year"),
    ("coverage.years", "children", "distribution.children", "persons", "year"),
    ("coverage.years", "persons", "parallel.years", "persons", "year"),
    ("coverage.years", "children", "coverage.children", "persons", "year"),
    ("coverage.children", "persons", "coverage.child_ages", "persons", "year"),
    ("coverage.children", "persons", "coverage.child_areas", "persons", "year"),
    ("distribution.children", "persons", "equity.children", "persons", "year"),
    ("distribution.ages", "persons", "equity.strata", "persons", "age_in_year"),
    ("equity.children", "persons", "equity.areas", "persons", "year"),
    ("equity.children", "persons", "equity.strata", "persons", "year"),
    ("equity.supports", "persons", "equity.support_areas", "persons", "support"),
    ("equity.supports", "persons", "equity.support_strata", "persons", "support"),
    ("parallel.years", "persons", "parallel.family_years", "persons", "year"),
    ("parallel.years", "families", "parallel.family_years", "families", "year"),
    ("parallel.years", "persons", "parallel.client_years", "persons", "year"),
    ("network.everyone", "persons", "parallel.everyone", "persons", ""),
    ("network.everyone", "families", "parallel.everyone", "families", ""),
    ("network.everyone", "persons", "combinations.everyone", "persons", ""),
    ("network.everyone", "persons", "pathways.everyone", "persons", ""),
    ("parallel.everyone", "persons", "parallel.family_most", "persons", ""),
    ("parallel.everyone", "families", "parallel.family_most", "families", ""),
    ("parallel.everyone", "persons", "parallel.client_most", "persons", ""),
    ("network.everyone", "persons", "pathways.endings", "persons", ""),
    ("levels.first_levels", "persons", "levels.by_first", "persons", "origin"),
    ("returns.everyone", "persons", "returns.levels", "persons", ""),
    ("returns.levels", "persons", "returns.services", "persons", "level"),
    ("durations.levels", "spells", "durations.services", "spells", "level"),
    ("determinants.everyone", "spells", "determinants.ages", "spells", ""),
    ("determinants.everyone", "events", "determinants.ages", "events", ""),
    ("determinants.everyone", "spells", "determinants.sexes", "spells", ""),
    ("determinants.everyone", "events", "determinants.sexes", "events", ""),
    ("determinants.everyone", "spells", "determinants.areas", "spells", ""),
    ("determinants.everyone", "events", "determinants.areas", "events", ""),
    ("determinants.everyone", "spells", "determinants.parallels", "spells", ""),
    ("determinants.everyone", "spells", "determinants.beginnings", "spells", ""),
    ("determinants.everyone", "persons", "determinants.sexes", "persons", ""),
    ("determinants.climbers", "spells", "determinants.climb_ages", "spells", ""),
    ("determinants.climbers", "events", "determinants.climb_ages", "events", ""),
    ("determinants.climbers", "spells", "determinants.climb_sexes", "spells", ""),
)
"""Numbers that are sums of others; of one part a whole: the same number in two rooms."""
SAMPLE = (("spells", "spells"), ("events", "ended"), ("persons", "persons"), ("families", "families"))
QUEUES = (("services", "service"), ("levels", "level"), ("ages", "age_group"), ("areas", "area"))


def write_rest(copier: Copier, sheets: dict[str, pd.DataFrame]) -> None:
    """Copy the tables that were not copied yet, and write down what they have to do with each other."""
    book, done = copier.book, {name[0] for name in copier.book.names}
    every = copied_again(copier)
    for room, result in copier.case.released.results.items():  # type: ignore[union-attr]
        for name, table in result.tables.items():
            where = f"{room}.{name}"
            if where in done or table.declaration.form not in FORMS or not len(table.frame):
                continue
            if table.declaration.form == "queue":
                every[_short(where)] = _queue(copier, room, name)
                continue
            people = dict(zip(*(table.declaration.names(role) for role in ("persons", "families")), strict=False))
            alone = table.declaration.names("families")[len(people) :]
            counts = (*table.declaration.names("count"), *alone)
            every[_short(where)] = copier.copy(room, name, list(table.declaration.dimensions), people, counts)
    for whole, total, part, column, on in ADDS:
        if whole in every and part in every:
            _adds(book, f"{part}.{column}", every[whole], total, every[part], column, [on] if on else [])
    _kinds_of_clients(book, every)
    _ends_of_queues(copier, every)
    _small_sample(copier, every)
    write_foundations(copier, every)
    write_resources(copier, every)
    sheets |= every


def copied_again(copier: Copier) -> dict[str, pd.DataFrame]:
    """Return what was copied before, by room and table: the codes of each row and the places of its numbers."""
    places: dict[str, dict[str, dict[str, int]]] = {}
    for place, (where, *names) in enumerate(copier.book.names):
        if where != "rest" and len(names) == 2:
            places.setdefault(where, {}).setdefault(names[0], {})[names[1]] = place
    found = {}
    for where, columns in places.items():
        room, name = where.rsplit(".", 1)
        shown = copier.frame(room, name)
        keys = [each for each in copier.case.released.results[room].tables[name].declaration.dimensions  # type: ignore[union-attr]
                if each in shown]  # fmt: skip
        labels = shown[keys].astype(str).agg(" ".join, axis=1) if keys else pd.Series("", index=shown.index)
        sheet = shown[keys].copy()
        for column, known in columns.items():
            other = labels.map(known) if labels.isin(list(known)).any() else _other_order(shown, keys, known)
            sheet[column] = other.fillna(-1).astype(np.int64)
        found[_short(where)] = sheet.reset_index(drop=True)
    return found


def _other_order(shown: pd.DataFrame, keys: list[str], known: Mapping[str, int]) -> pd.Series:
    turned = shown[keys[::-1]].astype(str).agg(" ".join, axis=1) if keys else pd.Series("", index=shown.index)
    return turned.map(known)


def _short(where: str) -> str:
    return where.split(".", 1)[1]


def _adds(book: Book, why: str, whole: pd.DataFrame, total: str, parts: pd.DataFrame, column: str,
          on: list[str]) -> None:  # fmt: skip
    """Write down that parts add up; where a row of the parts is missing nothing is known of the whole."""
    if total in whole and column in parts:
        of = owner(parts, whole, on)
        lacking = np.unique(of[(parts[column] < 0).to_numpy()])
        book.adds(why, whole[total], parts[column], np.where(np.isin(of, lacking), -1, of))


def _kinds_of_clients(book: Book, every: Sheets) -> None:
    """Clients whose beginning is seen, and the others, are all; so are those who were followed, and the others."""
    everyone = every.get("network.everyone")
    for name in ("pathways.beginnings", "trajectories.fates"):
        if everyone is not None and name in every:
            clients = every[name][every[name]["whose"] == "client"]
            _adds(book, f"all of {name}", everyone, "persons", clients, "persons", [])


def _queue(copier: Copier, room: str, name: str) -> pd.DataFrame:
    """Copy a queue, whatever periods became one, with its balances."""
    table = copier.case.released.results[room].tables[name]  # type: ignore[union-attr]
    shown, keys = table.frame.reset_index(drop=True), list(table.declaration.dimensions)
    exact = _as_long(shown, getattr(copier.case.exact[room], name), keys)
    sheet = shown[keys].copy()
    for flow in FLOWS:
        sheet[flow] = copier._column(f"{room}.{name}", flow, keys, shown, table.masked, exact, always=False)
    before = sheet.groupby(keys[:-1])[list(FLOWS)].shift() if keys[:-1] else sheet[list(FLOWS)].shift()
    then = before["waiting"].fillna(-1).astype(np.int64)
    terms = [(1.0, then), (1.0, sheet["came"]), (-1.0, sheet["left"]), (-1.0, sheet["waiting"])]
    copier.book.combine("waiting, came and left", terms, 0.0, 0.0)
    return sheet


def _as_long(shown: pd.DataFrame, exact: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return the exact numbers of the published periods: ``first..last`` is the sum of several."""
    *groups, time = keys
    ends = shown[time].astype(str).str.split("..", regex=False)
    exact = exact.assign(**{each: exact[each].astype(str) for each in keys})
    rows = []
    for row, (first, last) in enumerate(zip(ends.str[0], ends.str[-1], strict=True)):
        inside = (exact[time] >= first) & (exact[time] <= last)
        for group in groups:
            inside &= exact[group] == str(shown[group].iloc[row])
        part = exact[inside].sort_values(time)
        rows.append((part["waiting"].iloc[-1], part["came"].sum(), part["left"].sum()))
    return pd.DataFrame(rows, columns=list(FLOWS))


def _ends_of_queues(copier: Copier, every: Sheets) -> None:
    """The end of a queue is what is open; what left in all periods ended, what came had not begun before."""
    for name, code in QUEUES:
        queue, sizes = every.get(f"flow.{name}"), every.get(f"durations.{name}")
        if queue is None or sizes is None or queue.empty or sizes.empty:
            continue
        if "still_open" in sizes:
            last = queue.groupby(code).tail(1)
            _adds(copier.book, f"open at the end of {name}", sizes, "still_open", last, "waiting", [code])
        time = queue.columns[list(queue.columns).index("waiting") - 1]
        first = getattr(copier.case.exact["lifecycle.flow"], name)[time].astype(str).min()
        if not first.startswith(study_years(copier.case.town.study.window)[0].label):
            continue  # of a long window the queue tells the last years only
        whole = queue.groupby(code)[time].transform(lambda codes: str(codes.iloc[0]).split("..")[0]) == first
        _adds(copier.book, f"all that left of {name}", sizes, "ended", queue[whole], "left", [code])


def _small_sample(copier: Copier, every: Sheets) -> None:
    """The sample of a small register is everybody."""
    sample, everyone = (copier.case.exact.get(f"lifecycle.{each}") for each in ("determinants", "durations"))
    if sample is None or everyone is None or sample.everyone.empty:  # type: ignore[attr-defined]
        return
    if sample.everyone["spells"].iloc[0] != everyone.levels["spells"].sum():  # type: ignore[attr-defined]
        return
    for name, code in (("ages", "age_group"), ("areas", "area")):
        if f"determinants.{name}" in every and f"durations.{name}" in every:
            for mine, its in SAMPLE:
                _adds(copier.book, f"the sample by {code}: {mine}", every[f"durations.{name}"], its,
                      every[f"determinants.{name}"], mine, [code])  # fmt: skip
