"""Numbers that are functions of others: shares, ratios, means, money. What is not one of published numbers tells more.

A share that is missing where another with the same published parts is there tells what the parts do not.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pandas as pd

from benchmarks.attack.book import Book
from benchmarks.attack.bounds import Attack
from benchmarks.attack.finds import Find
from benchmarks.attack.meaning import COVERAGE, DISTRIBUTION, LADDER, NETWORK, PATHWAYS, QUALITY, SPENDING
from benchmarks.attack.publish import Case
from benchmarks.attack.sheets import MONEY, Copier, owner, rounded

SHARES = (
    (COVERAGE, "years", "share", "children", "population"),
    (NETWORK, "pairs", "share_first", "families", "families_first"),
    (NETWORK, "pairs", "share_second", "families", "families_second"),
    (NETWORK, "breadth", "share", "families", "families_all"),
    (NETWORK, "hubs", "share", "several_families", "several_all"),
    (PATHWAYS, "beginnings", "share", "persons", "persons_all"),
    (PATHWAYS, "beginnings", "share_of_families", "families", "families_all"),
    (PATHWAYS, "steps", "share", "tied_steps", "steps"),
    (PATHWAYS, "endings", "share", "persons", "persons_all"),
    (PATHWAYS, "entries", "share", "persons", "persons_all"),
    (PATHWAYS, "exits", "share", "persons", "persons_all"),
    (PATHWAYS, "changes", "share", "persons", "persons_all"),
    (PATHWAYS, "followed", "share", "next_persons", "persons"),
    (PATHWAYS, "relations", "share", "persons", "persons_all"),
    (PATHWAYS, "returned", "share", "back", "persons"),
    (LADDER, "by_first", "share", "persons", "followed_persons"),
    (DISTRIBUTION, "children", "share", "persons", "population"),
    (DISTRIBUTION, "ages", "share", "persons", "population"),
    (DISTRIBUTION, "areas", "share", "persons", "population"),
    (DISTRIBUTION, "levels", "share", "persons", "population"),
    (DISTRIBUTION, "services", "share", "persons", "population"),
    ("baseline.fragmentation", "all_doors", "share", "sent_on", "contacts"),
    ("baseline.fragmentation", "doors", "share", "sent_on", "contacts"),
    ("baseline.fragmentation", "sent_on", "once_share", "once", "families"),
    ("baseline.fragmentation", "changes", "share", "changed", "persons"),
    ("baseline.caseload", "everyone", "share", "changed", "persons"),
    ("baseline.caseload", "services", "share", "changed", "persons"),
    ("baseline.shared_support", "several", "share", "together", "several"),
    ("baseline.shared_support", "goals", "share", "with_family", "goals"),
    ("baseline.shared_support", "everyone", "share", "in_year", "followed"),
    ("baseline.shared_support", "services", "share", "in_year", "followed"),
    (QUALITY, "fields", "share", "filled", "rows"),
    (QUALITY, "closed_services", "share_long", "persons_long", "persons"),
)
MONEYS, TOPS = "baseline.money", "baseline.concentration"
TOTALS = (
    ((SPENDING, "years"), (SPENDING, "levels"), ["year"]),
    ((SPENDING, "years"), (SPENDING, "productions"), ["year"]),
    ((SPENDING, "levels"), (SPENDING, "services"), ["level", "year"]),
    ((MONEYS, "years"), (MONEYS, "sectors"), ["year"]),
    ((MONEYS, "years"), (MONEYS, "areas"), ["year"]),
    ((MONEYS, "levels"), (MONEYS, "invoiced"), ["level", "year"]),
    ((MONEYS, "sectors"), (SPENDING, "services"), ["sector", "year"]),
    ((TOPS, "dearest"), (TOPS, "tops"), ["year"]),
    ((SPENDING, "services"), (SPENDING, "ways"), ["service", "basis", "year"]),
    ((SPENDING, "productions"), (SPENDING, "ways"), ["production", "year"]),
    ((SPENDING, "years"), (SPENDING, "areas"), ["year"]),
    (("resources.segments", "everyone"), ("resources.segments", "segments"), []),
)
CODES = ("service", "level", "production", "basis", "sector", "area", "priced", "part", "segment", "year")
NEAR = 0.1
"""Money that is known to a tenth is known."""


def figure_finds(case: Case) -> Iterator[Find]:
    """Attack shares, ratios and means of a case."""
    copier = Copier(case, Book())
    for room, table, *names in SHARES:
        if copier.has(room, table):
            yield from _shares(f"{room}.{table}", copier.frame(room, table), *names)
    yield from _ratios(case)
    yield from _means(copier)


def _shares(table: str, frame: pd.DataFrame, share: str, part: str, whole: str) -> Iterator[Find]:
    """The same published parts, one share with them and another without: then its absence tells something."""
    both = frame.dropna(subset=[part, whole])
    both = both[both[whole] > 0]
    for (top, bottom), rows in both.groupby([part, whole]):
        values = rows[share]
        if values.isna().any() and values.notna().any():
            yield Find("absence", f"{table}.{share}", "shown and missing with the same published parts")
        wrong = values.dropna()[(values.dropna() - min(round(top / bottom, 2), 1.0)).abs() > 1e-9]
        if len(wrong):
            yield Find("no function of published numbers", f"{table}.{share}", f"{len(wrong)} shares")


def _ratios(case: Case) -> Iterator[Find]:
    """Ratios, marks, hazard ratios and classes of p: no finer than their steps, and nothing beside hidden people."""
    for key, result in case.released.results.items():  # type: ignore[union-attr]
        for name, table in result.tables.items():
            declared, where = table.declaration, f"{key}.{name}"
            for column in (str(each) for each in table.frame if each in declared.columns):
                role = declared.columns[column].role
                values = table.frame[column].dropna() if role in _STEPPED else pd.Series(dtype=float)
                if len(values) and not _STEPPED[role](values.to_numpy(dtype=float)):
                    yield Find("finer than its steps", f"{where}.{column}", "a number that no step ends at")
                if role in ("ratio", "mark", "evidence", "hazard_ratio", "bounded", "margin") and _beside_hidden(
                    table.frame, column
                ):
                    yield Find("beside hidden people", f"{where}.{column}", "shown where its people are hidden")
                if role in _UNSEEN and column in table.frame:
                    yield Find("not for readers", f"{where}.{column}", "a column that only the gate may know")


_UNSEEN = ("behind", "expected", "concentration")
_STEPPED = {
    "ratio": lambda values: bool(np.allclose(values, np.round(values, 1))),
    "mark": lambda values: bool(np.isin(values, (-1, 0, 1)).all()),
    "hazard_ratio": lambda values: all(np.isclose(each, float(f"{each:.2g}")) for each in values),
    "evidence": lambda values: bool(np.isin(values, (0.001, 0.01, 0.05, 1.0)).all()),
    "bounded": lambda values: bool(np.allclose(values * 100, np.round(values * 100))),
    "margin": lambda values: bool((values >= 0.01 - 1e-9).all() and np.allclose(values * 100, np.round(values * 100))),
    "recurrence": lambda values: bool(np.allclose(values * 100, np.round(values * 100))),
}


def _beside_hidden(frame: pd.DataFrame, column: str) -> bool:
    return bool("families" in frame and (frame[column].notna() & frame["families"].isna()).any())


def _means(copier: Copier) -> Iterator[Find]:
    """Cost of a family x families is the cost: which number of families, the published one or another?"""
    if not copier.has(SPENDING, "services"):
        return
    frame = copier.frame(SPENDING, "services")
    frame = frame[frame["basis"] == "day"]  # other costs may name nobody
    money = (frame[name].to_numpy(dtype=float) for name in ("cost_eur", "per_family_eur"))
    (cost_low, cost_high), (low, high) = (rounded(each) for each in money)
    with np.errstate(divide="ignore", invalid="ignore"):
        least, most = cost_low / high, cost_high / low
    families = frame["families"].to_numpy(dtype=float)
    off = (families < least * 0.999) | (families > most * 1.001)
    if off.any():
        yield Find("sum over mean", f"{SPENDING}.services", f"{int(off.sum())} rows tell another number of families")


def money_finds(case: Case, book: Book, came: Attack) -> Iterator[Find]:
    """What is left of a total when what is published of it is taken away: the money of how many people?"""
    copier = Copier(case, Book())
    for (room, wholes), (other, parts), on in TOTALS:
        if not (copier.has(room, wholes) and copier.has(other, parts)):
            continue
        whole, part = copier.frame(room, wholes), copier.frame(other, parts)
        keys = [each for each in CODES if each in part]
        exact = part[keys].merge(getattr(case.exact[other], parts), on=keys, how="left")
        of = owner(part, whole, on)
        low, high = rounded(part["cost_eur"].to_numpy(dtype=float))
        hidden = np.isnan(low)
        total_low, total_high = rounded(whole["cost_eur"].to_numpy(dtype=float))
        for row in np.flatnonzero(~np.isnan(total_low)):
            unseen = np.flatnonzero((of == row) & hidden)
            seen = (of == row) & ~hidden
            rest = exact.iloc[unseen]
            if not len(unseen) or not _few(rest):
                continue
            true = float(rest["cost_eur"].sum())
            least, most = total_low[row] - high[seen].sum(), total_high[row] - low[seen].sum()
            if least >= (1 - NEAR) * true and most <= (1 + NEAR) * true:
                yield Find("money", f"{room}.{wholes} {row} less {parts}", "the money of too few people to a tenth")
    yield from _bounded(case, book, came)


def _few(people: pd.DataFrame) -> bool:
    alone = len(people) == 1 and float(people["concentration"].iloc[0]) > 0.5
    return bool(people["persons"].sum() < 10 or people["families"].sum() < 5 or alone)


def _bounded(case: Case, book: Book, came: Attack) -> Iterator[Find]:
    """Hidden money of few people that all relations together narrow to a tenth."""
    exact, whole = book.exact, book.whole
    for number in np.flatnonzero(~whole & (exact > 0)):
        table, name, row = book.names[number][:3]
        true = exact[number]
        if came.low[number] < (1 - NEAR) * true or came.high[number] > (1 + NEAR) * true:
            continue
        room, sheet = table.rsplit(".", 1)
        shown, people = case.released.results[room][sheet], getattr(case.exact[room], sheet)  # type: ignore[union-attr]
        place = np.flatnonzero(np.isclose(people["cost_eur"].to_numpy(dtype=float) * MONEY, true))
        hidden = shown["cost_eur"].isna()
        if len(place) == 1 and _few(people.iloc[place]) and hidden.any() and _is_hidden(shown, row):
            yield Find("money", f"{table}.{name} {row}", "the money of too few people to a tenth")


def _is_hidden(shown: pd.DataFrame, row: str) -> bool:
    keys = [each for each in CODES if each in shown]
    order = [each for each in shown.columns if each in keys]
    for names in itertools.permutations(keys) if len(keys) < 4 else (keys, order):
        found = shown[list(names)].astype(str).agg(" ".join, axis=1) == row
        if found.any():
            return bool(shown.loc[found, "cost_eur"].isna().any())
    return False


def pair_finds(book: Book, came: Attack) -> Iterator[Find]:
    """Differences of all pairs of columns over the same row, and of all rows of one column: pinned where small?

    Vectorised over all pairs; the bounds are those that all relations together leave.
    """
    names = pd.DataFrame([each[:3] for each in book.names], columns=["table", "column", "row"])
    names["low"], names["high"], names["exact"] = came.low, came.high, book.exact
    known = names[book.whole & ~names["table"].isin(["rest"]) & (names["high"] - names["low"] < 3)]
    pairs = known.merge(known, on="row", suffixes=("", "_other"))
    pairs = pairs[(pairs["table"] + pairs["column"]) < (pairs["table_other"] + pairs["column_other"])]
    width = pairs["high"] - pairs["low"] + pairs["high_other"] - pairs["low_other"]
    apart = (pairs["exact"] - pairs["exact_other"]).abs()
    for pair in pairs[(width < 2) & (apart >= 1) & (apart <= 6)].itertuples():
        yield Find("pairs", f"{pair.table}.{pair.column} and {pair.table_other}.{pair.column_other} {pair.row}",
                   "the difference of two numbers is small and known")  # fmt: skip
