"""What the rooms count of the demo municipality, before the gate, against its own rows put together in another way.

Clocks, caseloads, doors, goals and costs are held against the demo's truth elsewhere.
"""

from __future__ import annotations

import itertools
import shutil
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from kumppanuus import pipeline
from kumppanuus.analysis import Analysis
from kumppanuus.baseline import capability, concentration, coverage, equity, fragmentation, money, needs, waiting
from kumppanuus.methods.standardised import expected_counts
from kumppanuus.register.engine import count
from kumppanuus.register.store import REFERENCE, Register
from kumppanuus.resources import spending
from kumppanuus.study import Study, load_study
from tests.conftest import Shell
from tests.demo_run import demo_run

AGES = ("00-06", "07-12", "13-17", "18+")
BEGIN, END = pd.Timestamp("2025-01-01"), pd.Timestamp("2026-01-01")


@dataclass(frozen=True)
class Town:
    study: Study
    register: Register

    def rows(self, table: str) -> pd.DataFrame:
        """Return the rows of a canonical table; numbers of clients stay whole, also where one is missing."""
        bucket = 0 if table in REFERENCE else None
        sql = f"SELECT * FROM read_parquet({self.register.files(table, bucket)})"
        names = duckdb.sql(f"DESCRIBE {sql}").fetchall()
        ids = [f'"{name}"::VARCHAR AS "{name}"' for name, kind, *_ in names if kind == "UBIGINT"]
        return duckdb.sql(f"SELECT * REPLACE ({', '.join(ids)}) FROM ({sql})" if ids else sql).df()

    @cached_property
    def clients(self) -> pd.DataFrame:
        return self.rows("clients").set_index("client")

    @cached_property
    def relationships(self) -> pd.DataFrame:
        """Inside the window, with the level of the service."""
        rows = self.rows("relationships")
        first, end = (pd.Timestamp(day) for day in (self.study.window.first, self.study.window.end))
        seen = rows.assign(seen=rows["start"].clip(lower=first), to=rows["end"].fillna(end).clip(upper=end))
        return seen[(seen["seen"] < seen["to"]) & (seen["service"] != "unknown")]

    def counted(self, room: Analysis) -> dict[str, pd.DataFrame]:
        return count(room, pipeline.room_params(room, self.study), self.register, self.study)

    def result(self, room: Analysis, *used: Analysis) -> Any:
        context = replace(
            pipeline.context_of(self.study, self.register.given), used={each.key: self.result(each) for each in used}
        )
        return room.compute(self.counted(room), pipeline.room_params(room, self.study), context)

    def ages(self, clients: pd.Series, days: pd.Series) -> pd.Series:
        """Return age groups of clients on days."""
        born = self.clients["birth_date"].reindex(clients).to_numpy()
        then, birth = pd.DatetimeIndex(days), pd.DatetimeIndex(born)
        before = (then.month < birth.month) | ((then.month == birth.month) & (then.day < birth.day))
        years = np.asarray(then.year - birth.year - before, dtype=float)
        names = np.array(AGES)[np.digitize(np.nan_to_num(years), [7, 13, 18])]
        return pd.Series(np.where(years >= 0, names, "unknown"), index=clients.index)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, worker_id: str, shell: Shell) -> Town:
    study = load_study(demo_run(tmp_path_factory, worker_id, shell).folder)
    folder = tmp_path_factory.mktemp("town") / "register"
    shutil.copytree(study.state_folder / "register", folder)
    given = frozenset(each.name for each in folder.iterdir() if any(each.glob("*.parquet")))
    return Town(study, Register(folder, given, len([*(folder / "clients").glob("*.parquet")])))


def test_continuity_of_every_family(town: Town) -> None:
    """COC and SECON contact by contact, of each family the mean over its services."""
    seen = town.rows("visits").dropna(subset=["worker"])
    seen = seen[(seen["date"] >= BEGIN) & (seen["date"] < END)]
    found = defaultdict(list)
    for (family, service), own in seen.groupby(["family", "service"]):
        contacts = own[["date", "worker"]].drop_duplicates()
        days = [set(part) for _, part in contacts.groupby("date")["worker"]]
        n = len(contacts)
        if n < 4 or len(days) < 2:
            continue
        same = sum(a == b for a, b in itertools.permutations(contacts["worker"], 2)) / (n * (n - 1))
        again = float(np.mean([bool(a & b) for a, b in itertools.pairwise(days)]))
        for code in ("all", "04-06" if n < 7 else "07-12" if n < 13 else "13+", str(service)):
            found[code, family].append((same, again))
    by_code = defaultdict(list)
    for (code, _), pairs in found.items():
        by_code[code].append(np.mean(pairs, axis=0))
    own = town.result(fragmentation.ANALYSIS)
    told = [own.met.assign(code="all"), own.met_contacts.rename(columns={"contacts": "code"}),
            own.met_services.rename(columns={"service": "code"})]  # fmt: skip
    rows = pd.concat(told).set_index("code")[["families", "coc", "secon"]]
    wanted = pd.DataFrame({code: [len(each), *np.mean(each, axis=0)] for code, each in by_code.items()}).T
    np.testing.assert_allclose(rows.astype(float), wanted.loc[rows.index], atol=1e-5)
    assert len(rows) == len(wanted) > 5


def test_families_sent_on(town: Town) -> None:
    rows = town.rows("contacts").dropna(subset=["service", "client"])
    sent = rows["outcome"].eq("redirected").groupby([rows["family"], rows["date"].dt.year.astype(str)]).sum()
    by_year = sent.groupby(level=1)
    wanted = pd.DataFrame({"families": by_year.size(), "once": (sent > 0).groupby(level=1).sum(),
                           "twice": (sent > 1).groupby(level=1).sum()})  # fmt: skip
    own = town.result(fragmentation.ANALYSIS).sent_on.set_index("year")[[*wanted]]
    np.testing.assert_array_equal(own.astype(int), wanted.loc[own.index])
    assert (own > 0).all(axis=None)


def test_how_waits_end_over_time(town: Town) -> None:
    """Aalen–Johansen row by row, of waits that were found contact by contact."""
    begun: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in town.rows("relationships").dropna(subset=["client"]).itertuples():
        begun[row.client, row.service].append((row.start, row.end))
    end = pd.Timestamp(town.study.window.end)
    waits, known = [], set()
    for row in town.rows("contacts").dropna(subset=["client"]).sort_values("date").itertuples():
        if row.outcome in ("redirected", "advice", "no_need", "other"):
            continue
        gone, stays = row.outcome == "withdrew", begun[row.client, row.service]
        there = any(a < row.date and (pd.isna(b) or b > row.date) for a, b in stays)
        start = min((a for a, _ in stays if a >= row.date), default=None)
        if there or (not gone and (row.client, row.service, start) in known):
            continue
        known |= set() if gone else {(row.client, row.service, start)}
        day = row.decided if gone else start
        if gone and (pd.isna(day) or day < row.date):
            continue
        days = (day - row.date).days if day is not None and day < end else 10**6
        seen = days <= 365
        waits.append((max(days if seen else min(365, (end - row.date).days), 1), gone, seen))
    length, gone, ended = (np.array(each) for each in zip(*waits, strict=True))
    still, share = 1.0, np.zeros(2)
    own = town.result(waiting.ANALYSIS).progress.set_index(["cause", "time"])["share"]
    read = 0
    for day in range(1, 366):
        there, now = (length >= day).sum(), (length == day) & ended
        share += still * np.array([(now & ~gone).sum(), (now & gone).sum()]) / max(there, 1)
        still *= 1 - now.sum() / max(there, 1)
        for cause, value in zip(("service", "withdrew"), share, strict=True):
            if (cause, day) in own.index:
                assert own[cause, day] == pytest.approx(value, abs=1e-9)
                read += 1
    assert read > 4


def test_money_by_sector_and_concentration_of_families(town: Town) -> None:
    """Euros from invoices, from days and from visits, added up client by client."""
    by_code = {service.code: service for service in town.study.services}
    costs = town.rows("costs")
    invoices = costs[costs["book"] == "invoice"]
    parts = [invoices.assign(cents=invoices["cost_cents"])]
    epoch = np.datetime64("1970-01-01")
    spent = defaultdict(list)
    for row in town.relationships[~town.relationships["service"].isin(invoices["service"])].itertuples():
        first, after = (int((day.to_datetime64() - epoch) // np.timedelta64(1, "D")) for day in (row.seen, row.to))
        spent[row.client, row.family, row.service, row.production].append(np.arange(first, after))
    days = []
    for (*key, production), stays in spent.items():
        price = by_code[key[2]].cost_of_unit(production)
        if by_code[key[2]].unit == "day" and price is not None:
            years = (epoch + np.unique(np.concatenate(stays))).astype("datetime64[Y]")
            days += [
                (*key, year, n * round(price * 100))
                for year, n in zip(*np.unique(years, return_counts=True), strict=True)
            ]
    columns = ["client", "family", "service", "date", "cents"]
    visits = town.rows("visits")
    prices = {code: each.cost_of_unit(each.production) for code, each in by_code.items() if each.unit == "visit"}
    visited = visits[visits["service"].isin([code for code, price in prices.items() if price is not None])]
    parts += [pd.DataFrame(days, columns=columns),
              visited.assign(cents=visited["visits"] * visited["service"].map(prices).mul(100).round())]  # fmt: skip
    every = pd.concat([part[columns] for part in parts]).assign(year=lambda rows: rows["date"].dt.year.astype(str))
    every["sector"] = every["service"].map({code: each.sector for code, each in by_code.items()})
    own = town.result(money.ANALYSIS, spending.ANALYSIS).sectors.set_index(["sector", "year"])["cost_eur"]
    wanted = every.groupby(["sector", "year"])["cents"].sum() / 100
    np.testing.assert_allclose(own, wanted.loc[own.index], rtol=1e-12)
    assert len(own) == len(wanted) > 10
    found = town.result(concentration.ANALYSIS)
    for year in ("2021", "2025"):
        amounts = np.sort(every[every["year"] == year].groupby("family")["cents"].sum())
        tenth = amounts[round(0.9 * len(amounts)) :]
        told = found.dearest.set_index("year").loc[year]
        assert told["families"] == len(tenth)
        assert told["cost_eur"] / found.years.set_index("year").loc[year, "cost_eur"] == pytest.approx(
            tenth.sum() / amounts.sum(), abs=1e-3
        )  # a class of 5 % is dealt in proportion


def test_children_by_level_and_what_areas_let_expect(town: Town) -> None:
    here = town.relationships[(town.relationships["seen"] < END) & (town.relationships["to"] > BEGIN)]
    last = pd.Series(END - pd.Timedelta(days=1), index=here.index)
    young = here.assign(age=town.ages(here["client"], last)).query("age != '18+' and age != 'unknown'")
    reached = town.result(coverage.ANALYSIS).child_levels
    own = reached[(reached["year"] == "2025") & (reached["level"] != "unknown")].set_index("level")["persons"]
    assert own.astype(int).to_dict() == young.groupby("level")["client"].nunique().to_dict()
    once = young.drop_duplicates("client").join(town.clients[["sex", "area"]], on="client", rsuffix="_home")
    base = town.rows("population").query("year == 2025 and age_to < 18")
    base["age"] = pd.cut(base["age_from"], [0, 7, 13, 18], right=False, labels=AGES[:3]).astype(str)
    inhabitants = base.pivot_table(index="area", columns=["age", "sex"], values="persons", aggfunc="sum")
    children = once.groupby(["age", "sex"])["client"].size()
    expected = {
        area: sum(n / inhabitants[each].sum() * inhabitants.loc[area, each] for each, n in children.items())
        for area in inhabitants.index
    }  # fmt: skip
    found = town.result(equity.ANALYSIS)
    strata = found.strata.set_index(["age_in_year", "sex"])
    assert strata["persons"].astype(int).to_dict() == children.to_dict()
    table = found.inhabitants.pivot_table(index="area", columns=["age_in_year", "sex"], values="population")
    strata = strata.loc[table.columns]
    told = expected_counts(table.to_numpy(), strata["persons"].to_numpy(), strata["population"].to_numpy())
    assert dict(zip(table.index, told, strict=True)) == pytest.approx(expected)
    assert sum(expected.values()) == pytest.approx(len(once))
    assert found.areas.set_index("area")["persons"].astype(int).to_dict() == once["area_home"].value_counts().to_dict()


def test_needs_by_age_and_level_and_in_pairs(town: Town) -> None:
    rank = {"none": 0, "universal": 1, "early": 2, "special": 3, "corrective": 4}
    rows = town.rows("needs").query("date >= @town.study.window.first and date < @town.study.window.end")
    rows = rows.assign(age=town.ages(rows["client"], rows["date"]))
    open_then = rows[["family", "date"]].drop_duplicates().merge(town.relationships, on="family")
    near = open_then[
        (open_then["seen"] <= open_then["date"] + pd.Timedelta(days=90)) & (open_then["to"] > open_then["date"])
    ]
    highest = near["level"].map(rank).groupby(near["family"]).max()
    rows["level"] = rows["family"].map(highest).fillna(0).astype(int).map({n: name for name, n in rank.items()})
    counts = town.counted(needs.ANALYSIS)
    people = counts["people"]
    for breakdown, by in (("need_age", "age"), ("need_level", "level")):
        own = people[(people["breakdown"] == breakdown) & (people["need"] != "")]
        wanted = rows.groupby(["need", by])["family"].nunique()
        assert own.set_index(["need", "code"])["families"].astype(int).to_dict() == wanted.to_dict()
    pairs: Counter[tuple[str, str]] = Counter()
    for _, own in rows[rows["need"].isin([need.code for need in town.study.needs])].groupby("family")["need"]:
        pairs.update(itertools.combinations(sorted(set(own)), 2))
    assert counts["pairs"].set_index(["first", "second"])["families"].astype(int).to_dict() == dict(pairs)


def test_means_of_the_questionnaire(town: Town) -> None:
    (asked,) = town.study.questionnaires
    low, high = asked.scale
    items = {item.code: item for item in asked.items}
    rows = town.rows("survey").query("question in @items and @low <= answer <= @high and answer % 1 == 0")
    turned = rows["question"].map({code: item.reversed for code, item in items.items()}).astype(bool)
    points = rows["answer"].where(~turned, low + high - rows["answer"])
    theme = rows["question"].map({code: item.theme for code, item in items.items()})
    scores = points.groupby([theme, rows["respondent_group"], rows["respondent"]]).agg(["mean", "size"])
    enough = 2 * scores["size"] >= scores.index.get_level_values(0).map(Counter(item.theme for item in asked.items))
    wanted = scores[enough]["mean"].groupby(level=[0, 1]).agg(["mean", "std", "size"])
    own = town.result(capability.ANALYSIS).themes.set_index(["theme", "respondent_group"]).loc[wanted.index]
    np.testing.assert_array_equal(own["persons"], wanted["size"])
    np.testing.assert_allclose(low + own["index"] * (high - low), wanted["mean"], atol=2e-4)
    assert wanted.loc[("yhteistyo", "leader"), "mean"] - wanted.loc[("yhteistyo", "worker"), "mean"] > 1
