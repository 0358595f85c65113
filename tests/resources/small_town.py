"""A small made-up town as canonical tables and as frames, whose resources are worked out again by other ways."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from kumppanuus import pipeline
from kumppanuus.analysis import Context, Result
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.gathered import gatherer
from kumppanuus.disclosure.released import Face, Released
from kumppanuus.register.engine import prepare
from kumppanuus.register.store import Register, build_register
from kumppanuus.study import Study
from kumppanuus.wings import ROOMS

FIRST, LAST = "2021-01-01", "2025-12-31"
MONTH = 365.25 / 12
NEEDS: Mapping[str, tuple[str, ...]] = {
    "divorce": ("family_work", "clinic"), "violence": ("open",), "school": ("curator",)
}  # fmt: skip
QUICK: Mapping[str, Mapping[str, int]] = {
    "resources.capacity": {"runs": 4}, "resources.allocation": {"draws": 20, "points": 3},
    "resources.scenarios": {"draws": 100, "plan_draws": 12}, "lifecycle.durations": {"replicates": 20},
}  # fmt: skip
"""Fewer draws: what is drawn is tested elsewhere."""
WING = tuple(room.key for room in ROOMS if room.wing == "resources")


@dataclass(frozen=True)
class Service:
    """A service: starts a month at the end of the window, mean months, growth a year, euros a day, share bought."""

    code: str
    level: str
    starts: float
    months: float
    own: float | None = None
    bought: float | None = None
    share: float = 0.0
    growth: float = 0.0
    opens: str = ""
    closes: str = ""
    child_welfare: bool = False


SERVICES = (
    Service("curator", "universal", 12, 8, 5.0),
    Service("family_work", "early", 8, 10, 30.0, 40.0, 0.4),
    Service("clinic", "special", 10, 9, 25.0),
    Service("open", "corrective", 6, 14, 60.0, child_welfare=True),
    Service("placement", "corrective", 2.5, 40, 200.0, 300.0, 0.7, 0.12, child_welfare=True),
)


@dataclass(frozen=True)
class Town:
    """What was drawn: days are numbers since 1970, open relationships end beyond the window.

    rows : relationships. people, needs, contacts, capacity : as the canonical tables.
    """

    study: Study
    tables: Mapping[str, pa.Table]
    rows: pd.DataFrame
    people: pd.DataFrame
    needs: pd.DataFrame
    contacts: pd.DataFrame
    capacity: pd.DataFrame

    @property
    def end(self) -> int:
        """First day after the window."""
        return day(self.study.window.end)


@dataclass(frozen=True)
class Worked:
    """What the rooms of the wing make of a town."""

    town: Town
    register: Register
    results: Mapping[str, Result]
    released: Released
    context: Context

    def table(self, room: str, name: str) -> pd.DataFrame:
        return self.released.results[f"resources.{room}"][name]


def day(when: datetime.date | str) -> int:
    """Return days since 1970."""
    known = datetime.date.fromisoformat(when) if isinstance(when, str) else when
    return (known - datetime.date(1970, 1, 1)).days


def town(services: Sequence[Service] = SERVICES, *, first: str = FIRST, last: str = LAST, seed: int = 7, areas: int = 3,
         without: Sequence[str] = (), scale: float = 1.0, **study: Any) -> Town:  # fmt: skip
    """Draw a town: Poisson starts, exponential stays, families of a few people. without : tables it does not give."""
    random, begin, end = np.random.default_rng(seed), day(first), day(last) + 1
    pool, homes = int(2600 * scale), int(1500 * scale)
    rows = pd.concat([_stream(each, random, begin, end, pool, scale) for each in services], ignore_index=True)
    rows = rows[(rows["end"] > begin) & (rows["start"] < end)].sort_values(["client", "service", "start"])
    before = rows.groupby(["client", "service"])["end"].shift(fill_value=-(10**6))
    rows = rows[rows["start"] > before].reset_index(drop=True)  # nobody twice in a service at once
    family, area = random.integers(1, homes, pool), random.integers(0, areas, homes)
    seen = np.unique(rows["client"])
    people = pd.DataFrame({
        "client": seen, "family": family[seen], "birth": random.integers(day("2006-01-01"), begin, len(seen)),
        "area": [f"a{place:02d}" for place in area[family[seen]]],
        "language": random.choice(["fi", "sv", "other"], len(seen), p=[0.8, 0.1, 0.1]),
    })  # fmt: skip
    rows = rows.merge(people[["client", "family", "area"]], on="client")
    late = rows[rows["start"] >= begin]
    needs = late[random.random(len(late)) < 0.6][["client", "family", "start"]].rename(columns={"start": "day"})
    needs = needs.assign(need=random.choice([*NEEDS], len(needs)))
    contacts = _contacts(rows, begin, end, random)
    found = {"needs": needs, "contacts": contacts, "capacity": _capacity(services, rows, end, begin, areas)}
    tables = {name: table for name, table in _tables(rows, people, end, **found).items() if name not in without}
    return Town(_study(services, first, last, areas, tables, study), tables, rows, people, **found)


def _stream(each: Service, random: np.random.Generator, begin: int, end: int, pool: int, scale: float) -> pd.DataFrame:
    earliest = begin - int(max(8 * each.months, 24) * MONTH)
    days = np.arange(day(each.opens) if each.opens else earliest, min(end, day(each.closes)) if each.closes else end)
    rate = scale * each.starts / MONTH * np.exp(each.growth * (days - end) / 365.25)
    start = np.repeat(days, random.poisson(rate))
    stop = start + np.maximum(1, np.rint(random.exponential(each.months * MONTH, len(start)))).astype(int)
    if each.closes:
        stop = np.minimum(stop, day(each.closes) + 30)
    bought = np.where(random.random(len(start)) < each.share, "purchased", "own")
    return pd.DataFrame({"client": random.integers(0, pool, len(start)), "service": each.code, "level": each.level,
                         "start": start, "end": stop, "production": bought})  # fmt: skip


def _contacts(rows: pd.DataFrame, begin: int, end: int, random: np.random.Generator) -> pd.DataFrame:
    """Contacts of those who are once only in their service; of the late ones some have not been answered yet.

    start : when the service begins; far beyond the window when it has not begun.
    """
    once = rows[~rows.duplicated(["client", "service"], keep=False) & (rows["start"] > begin + 60)]
    asked = once.assign(day=once["start"] - random.integers(3, 50, len(once)))[["client", "service", "start", "day"]]
    never = rows.drop_duplicates("client").head(40).assign(service="curator", day=end - 20, start=end + 10**4)
    never = never[~never["client"].isin(rows.loc[rows["service"] == "curator", "client"])]
    return pd.concat([asked, never[["client", "service", "start", "day"]]], ignore_index=True)


def _capacity(services: Sequence[Service], rows: pd.DataFrame, end: int, begin: int, areas: int) -> pd.DataFrame:
    now = rows[rows["end"] > end].groupby("service").size()
    given = []
    for each in services:
        there = float(now.get(each.code, 0))
        for area in range(areas):
            given.append((each.code, begin, f"a{area:02d}", "own", math.ceil(1.3 * there / areas), there / areas / 10))
            given.append((each.code, end - 200, f"a{area:02d}", "own", math.ceil(1.1 * there / areas), math.nan))
    return pd.DataFrame(given, columns=["service", "day", "area", "production", "places", "fte"])


def _dates(days: pd.Series[Any], end: int | None = None) -> pa.Array:
    hidden = None if end is None else (days > end).to_numpy()
    return pa.array(days.to_numpy().astype("int32"), pa.int32(), mask=hidden).cast(pa.date32())


def _tables(rows: pd.DataFrame, people: pd.DataFrame, end: int, needs: pd.DataFrame, contacts: pd.DataFrame,
            capacity: pd.DataFrame) -> dict[str, pa.Table]:  # fmt: skip
    def ids(of: pd.Series[Any]) -> pa.Array:
        return pa.array(of.to_numpy() + 1, pa.uint64())

    nothing = pa.nulls(len(needs), pa.string())
    return {
        "relationships": pa.table({
            "client": ids(rows["client"]), "service": pa.array(rows["service"]), "start": _dates(rows["start"]),
            "end": _dates(rows["end"], end), "end_reason": pa.nulls(len(rows), pa.string()),
            "production": pa.array(rows["production"]), "area": pa.array(rows["area"]),
        }),
        "clients": pa.table({
            "client": ids(people["client"]), "family": ids(people["family"]), "birth_date": _dates(people["birth"]),
            "sex": pa.nulls(len(people), pa.string()), "area": pa.array(people["area"]),
            "language": pa.array(people["language"]),
        }),
        "needs": pa.table({
            "client": ids(needs["client"]), "date": _dates(needs["day"]), "need": pa.array(needs["need"]),
            "stage": nothing, "area": nothing,
        }),
        "contacts": pa.table({
            "client": ids(contacts["client"]), "date": _dates(contacts["day"]),
            "kind": pa.array(["contact"] * len(contacts)),
            "sender": pa.nulls(len(contacts), pa.string()), "service": pa.array(contacts["service"]),
            "decided": _dates(contacts["day"] + 2, end), "assessed": pa.nulls(len(contacts), pa.date32()),
            "outcome": pa.array(np.where(contacts["start"] < end, "service", None), pa.string()),
            "area": pa.nulls(len(contacts), pa.string()),
        }),
        "capacity": pa.table({
            "service": pa.array(capacity["service"]), "date": _dates(capacity["day"]),
            "area": pa.array(capacity["area"]),
            "production": pa.array(capacity["production"]), "places": pa.array(capacity["places"], pa.float64()),
            "fte": pa.array(capacity["fte"].round(2), pa.float64(), from_pandas=True),
            "budget_cents": pa.nulls(len(capacity), pa.int64()),
        }),
    }  # fmt: skip


def words(text: str) -> dict[str, str]:
    return {"fi": text, "sv": f"{text} sv", "en": f"{text} en"}


SEGMENTS: Sequence[dict[str, Any]] = (
    {"code": "heavy", "name": words("Raskas"), "levels": ["corrective"], "services_at_least": 2},
    {"code": "violent", "name": words("Väkivalta"), "needs": ["violence"]},
    {"code": "large", "name": words("Suuri"), "members_at_least": 2},
    {"code": "work", "name": words("Perhetyö"), "services": ["family_work", "clinic"], "needs_at_least": 1},
    {"code": "young", "name": words("Nuori"), "youngest_under": 10},
)


def _study(services: Sequence[Service], first: str, last: str, areas: int, tables: Mapping[str, pa.Table],
           changes: Mapping[str, Any]) -> Study:  # fmt: skip
    codes = [each.code for each in services]
    named = [{"code": each.code, "name": words(each.code), "level": each.level, "child_welfare": each.child_welfare,
              "unit_costs_eur": {way: eur for way, eur in (("own", each.own), ("purchased", each.bought))
                                 if eur is not None}} for each in services]  # fmt: skip
    answers = [{"code": need, "name": words(need), "services": [code for code in of if code in codes]}
               for need, of in NEEDS.items()]  # fmt: skip
    sources = [{"table": name, "files": ["x.csv"], "columns": {"client": "c"}} for name in tables]
    text = {"schema": 1, "study": {"organiser": "Testilä", "synthetic": True}, "window": {"from": first, "to": last},
            "sources": sources, "services": named, "needs": answers,
            "areas": [{"code": f"a{area:02d}", "name": words(f"Alue {area}")} for area in range(areas)],
            "segments": list(SEGMENTS), "analyses": QUICK}  # fmt: skip
    return Study.model_validate({**text, **changes, "root": Path()})


def benefits(segments: Sequence[str], services: Sequence[str]) -> list[dict[str, Any]]:
    """Return a judgement for every segment and service."""
    return [{"segment": segment, "service": service, "value": 2 + (3 * one + 5 * two) % 6, "lower": 1, "upper": 9,
             "whose": words("Työpaja")}
            for one, segment in enumerate(segments) for two, service in enumerate(services)]  # fmt: skip


def worked(made: Town, folder: Path, face: Face = "internal", rooms: Sequence[str] = WING) -> Worked:
    """Return what rooms, and those that they use, make of a town; a room that lacks a table is left out."""
    register = build_register(made.tables, made.study, folder / "register", buckets=2)
    by_key = {room.key: room for room in ROOMS}

    def with_used(keys: Sequence[str]) -> list[str]:
        return [each for key in keys for each in (*with_used(by_key[key].uses), key)]

    chosen = [by_key[key] for key in dict.fromkeys(with_used(rooms))]
    missing = {room.key: lacking for room in chosen if (lacking := pipeline.missing_tables(room, register.given))}
    counted = [room for room in chosen if room.key not in missing]
    prepare(counted, register, made.study)
    results = pipeline.results_of(counted, register, made.study)
    context = pipeline.context_of(made.study, register.given)
    gather = {room.key: gatherer(room, pipeline.room_params(room, made.study), counted, register.given, context=context)
              for room in pipeline.used_first(counted) if room.gather}  # fmt: skip
    show = {room.key for room in chosen}
    released = release(results, made.study.disclosure, missing=missing, face=face, show=show, gather=gather)
    return Worked(made, register, results, released, context)
