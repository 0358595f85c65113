"""Random municipalities, seeded: a study and canonical tables as intake leaves them, skewed as real ones are.

Sizes go from 500 to 50,000 clients, evenly on a logarithmic scale. Families have 1 to 8 members (once in a while one
has twenty); brothers and sisters come to the same services on the same days. A few services take most clients, some
have a handful. Costs are skewed; in some towns one family costs as much as all others.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.attack.extras import with_extras
from benchmarks.attack.wing import with_wing
from kumppanuus.study import Study

LEVELS = ("universal", "early", "special", "corrective")
Numbers = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Town:
    """A municipality: its study and canonical tables.

    aside : table → rule → rows put aside, so that the account of rows has something to hide.
    """

    seed: int
    study: Study
    tables: dict[str, pa.Table]
    aside: dict[str, dict[str, int]]

    def without(self, family: int) -> Town:
        """Return the town without one family: its rows are in no table."""
        clients = self.tables["clients"]
        of_family = clients.filter(pc.equal(clients["family"], pa.scalar(family, pa.uint64())))
        gone = of_family["client"].combine_chunks()
        kept = {
            name: table.filter(pc.invert(pc.fill_null(pc.is_in(table["client"], value_set=gone), False)))
            if "client" in table.column_names else table
            for name, table in self.tables.items()
        }  # fmt: skip
        return replace(self, tables=kept)


def random_town(seed: int, smallest: int = 500, largest: int = 50_000) -> Town:
    """Return the municipality of a seed."""
    random = np.random.default_rng(seed)
    study = _study(random)
    clients = int(np.exp(random.uniform(np.log(smallest), np.log(largest))))
    people = _people(random, clients)
    relationships = _relationships(random, study, people)
    tables = {"clients": _clients(random, people), "relationships": relationships}
    if random.random() < 0.6:
        tables["costs"] = _costs(random, study, relationships)
    if random.random() < 0.4:
        tables["visits"] = _visits(random, study, relationships)
    if random.random() < 0.3:
        tables["contacts"] = _contacts(random, study, people[0])
    if random.random() < 0.7:
        tables["population"] = _population(random, study, clients)
    study, tables = with_extras(seed, study, tables)
    study, tables = with_wing(seed, study, tables)
    rules = ("KU301", "KU302", "KU303", "KU304")
    aside = {name: {rule: int(random.geometric(0.12)) for rule in rules if random.random() < 0.6} for name in tables}
    return Town(seed, study, tables, aside)


def _study(random: np.random.Generator) -> Study:
    years = int(random.integers(1, 5))
    first = datetime.date(int(random.integers(2018, 2022)), 1, 1)
    if random.random() < 0.3:
        first = first.replace(month=int(random.integers(2, 12)))
    last = datetime.date(first.year + years, first.month, 1) - datetime.timedelta(days=int(random.integers(1, 90)))
    n = int(random.integers(3, 21))
    often = random.dirichlet([1.5] * len(LEVELS))
    services = [_service(random, number, LEVELS[random.choice(len(LEVELS), p=often)]) for number in range(n)]
    settings = {
        "schema": 1,
        "study": {"organiser": "Satunnaisila", "synthetic": True},
        "window": {"from": first, "to": last},
        "sources": [{"table": "relationships", "files": ["x.csv"], "columns": {"client": "c"}}],
        "areas": [{"code": "all", "name": {"fi": "Koko kunta"}}],
        "services": services,
        "analyses": {"lifecycle.network": {"window": "ever" if random.random() < 0.3 else "concurrent"}},
    }
    return Study.model_validate(settings)


def _service(random: np.random.Generator, number: int, level: str) -> dict[str, Any]:
    words: dict[str, Any] = {"code": f"s{number:02d}", "name": {"fi": f"Palvelu {chr(65 + number)}"}, "level": level}
    chance = random.random()
    if chance < 0.5:
        own = round(float(random.lognormal(3.5, 1)), 2)
        dearer = {"purchased": round(own * 2, 2)} if random.random() < 0.5 else {}
        words["unit_costs_eur"] = {"own": own, **dearer}
    elif chance < 0.7:
        words |= {"unit": "visit", "unit_cost_eur": round(float(random.lognormal(4.5, 0.5)), 2)}
    return words


def _people(random: np.random.Generator, clients: int) -> tuple[Numbers, Numbers]:
    """Return the numbers of clients and of their families; some are alone with no family given."""
    sizes = np.minimum(random.geometric(0.55, clients), 8)
    if random.random() < 0.3:
        sizes[0] = int(random.integers(9, 21))
    sizes = sizes[: int(np.searchsorted(np.cumsum(sizes), clients)) + 1]
    families = np.repeat(random.integers(1, 2**62, len(sizes)).astype(np.uint64), sizes)
    return random.integers(1, 2**62, len(families)).astype(np.uint64), families


def _relationships(random: np.random.Generator, study: Study, people: tuple[Numbers, Numbers]) -> pa.Table:
    numbers, families = people
    first, last = np.datetime64(study.window.first), np.datetime64(study.window.last)
    window = int((last - first).astype(int)) + 1
    n = len(study.services)
    weights = random.pareto(float(random.uniform(0.6, 1.6)), n) + 0.002
    typical = random.uniform(np.log(25), np.log(900), n)
    wholes, place = np.unique(families, return_inverse=True)
    stays = np.repeat(np.arange(len(wholes)), 1 + random.poisson(float(random.uniform(0.3, 1.8)), len(wholes)))
    service = random.choice(n, len(stays), p=weights / weights.sum())
    length = np.maximum(1, np.exp(random.normal(typical[service], 0.9)).astype(int))
    start = random.integers(-700, window, len(stays))
    order = np.argsort(place, kind="stable")
    size = np.bincount(place)
    begins = np.concatenate([[0], np.cumsum(size)[:-1]])
    of_stay = np.repeat(np.arange(len(stays)), size[stays])
    within = np.arange(len(of_stay)) - np.repeat(np.cumsum(size[stays]) - size[stays], size[stays])
    member = order[begins[stays[of_stay]] + within]
    comes = (within == random.integers(0, size[stays])[of_stay]) | (random.random(len(of_stay)) < 0.6)
    of_stay, member = of_stay[comes], member[comes]
    apart = np.where(random.random(len(of_stay)) < 0.7, 0, random.integers(0, 200, len(of_stay)))
    ends_apart = np.where(random.random(len(of_stay)) < 0.6, 1.0, random.uniform(0.3, 1.6, len(of_stay)))
    starts = start[of_stay] + apart
    ends = starts + np.maximum(1, (length[of_stay] * ends_apart).astype(int))
    forgotten = random.random(len(starts)) < 0.04
    seen = (starts < window) & ((ends > 0) | forgotten)
    return _rows(random, study, numbers[member[seen]], service[of_stay][seen], first + starts[seen],
                 np.where(forgotten | (ends > window), -1, ends)[seen], first)  # fmt: skip


def _rows(
    random: np.random.Generator, study: Study, client: Numbers, service: Numbers, start: Numbers, end: Numbers,
    first: np.datetime64,
) -> pa.Table:  # fmt: skip
    n = len(client)
    codes = np.array([each.code for each in study.services])
    open_still, reasons = end < 0, np.array(["ready", "moved", "other"])
    some_dates = float(random.choice([0.0, 0.02, 0.7, 1.0]))
    table = pa.table(
        {
            "client": pa.array(client, pa.uint64()),
            "service": pa.array(codes[service]),
            "start": pa.array(start.astype("datetime64[D]")),
            "end": pa.array(first + np.maximum(end, 0), mask=open_still),
            "end_reason": _some(random, reasons[random.integers(0, 3, n)], 0.5, open_still),
            "production": pa.array(np.where(random.random(n) < 0.75, "own", "purchased")),
            "area": _some(random, np.full(n, "all"), float(random.uniform(0.9, 1.0))),
            "worker": _some(random, random.integers(1, 60, n).astype(np.uint64), float(random.uniform(0, 1))),
            "recorded": _some(random, start + random.geometric(0.05, n) - 3, some_dates),
        }
    )
    keys = table.group_by(["client", "service", "start"], use_threads=False).aggregate(
        [(name, "first") for name in table.column_names[3:]]
    )
    return keys.rename_columns({f"{name}_first": name for name in table.column_names[3:]})


def _some(random: np.random.Generator, values: Numbers, share: float, never: Numbers | None = None) -> pa.Array:
    absent = random.random(len(values)) >= share
    return pa.array(values, mask=absent if never is None else absent | never)


def _clients(random: np.random.Generator, people: tuple[Numbers, Numbers]) -> pa.Table:
    numbers, families = people
    n = len(numbers)
    born = np.datetime64("1999-01-01") + random.integers(0, 8200, n)
    single = random.random(n) < float(random.uniform(0, 0.1))
    return pa.table(
        {
            "client": pa.array(numbers),
            "family": pa.array(families, mask=single),
            "birth_date": _some(random, born.astype("datetime64[D]"), float(random.uniform(0.9, 1.0))),
            "sex": _some(random, np.array(["girl", "boy"])[random.integers(0, 2, n)], float(random.uniform(0.8, 1.0))),
            "area": _some(random, np.full(n, "all"), float(random.choice([0.0, 0.995, 1.0]))),
        }
    )


def _costs(random: np.random.Generator, study: Study, stays: pa.Table) -> pa.Table:
    """Return invoices of some services: for some clients, some months, skewed; a few rows name nobody."""
    invoiced = [each.code for each in study.services if random.random() < 0.35] or [study.services[0].code]
    part = stays.filter(pc.is_in(stays["service"], value_set=pa.array(invoiced)))
    again = np.repeat(np.arange(len(part)), random.integers(0, 4, len(part)))
    n = len(again)
    cents = (random.lognormal(10.5, float(random.uniform(0.5, 2.0)), n)).astype(np.int64)
    if n and random.random() < 0.3:
        cents[: max(1, n // 200)] *= 50
    window = (study.window.end - study.window.first).days
    day = np.datetime64(study.window.first) + random.integers(0, window, n)
    chosen = part.take(pa.array(again))
    return pa.table(
        {
            "client": _some(random, chosen["client"].to_numpy(), 0.98),
            "service": chosen["service"],
            "date": pa.array(day.astype("datetime64[D]")),
            "cost_cents": pa.array(cents),
            "production": chosen["production"],
        }
    )


def _visits(random: np.random.Generator, study: Study, stays: pa.Table) -> pa.Table:
    visited = pa.array([each.code for each in study.services if each.unit == "visit"], pa.string())
    part = stays.filter(pc.is_in(stays["service"], value_set=visited))
    again = np.repeat(np.arange(len(part)), random.geometric(0.3, len(part)))
    chosen, n = part.take(pa.array(again)), len(again)
    day = np.datetime64(study.window.first) + random.integers(0, (study.window.end - study.window.first).days, n)
    recorded = _some(random, day + random.geometric(0.2, n) - 1, float(random.choice([0.0, 0.8])))
    return pa.table({"client": chosen["client"], "service": chosen["service"], "date": pa.array(day),
                     "visits": pa.array(random.geometric(0.6, n)), "worker": pa.nulls(n, pa.uint64()),
                     "recorded": recorded})  # fmt: skip


def _contacts(random: np.random.Generator, study: Study, numbers: Numbers) -> pa.Table:
    n = int(random.integers(10, len(numbers)))
    day = np.datetime64(study.window.first) + random.integers(0, (study.window.end - study.window.first).days, n)
    return pa.table(
        {
            "client": _some(random, random.choice(numbers, n), 0.8),
            "date": pa.array(day),
            "sender": _some(random, np.full(n, "school"), 0.7),
            "outcome": _some(random, np.full(n, "service"), 0.5),
            "recorded": _some(random, day + random.geometric(0.2, n) - 1, 0.6),
        }
    )


def _population(random: np.random.Generator, study: Study, clients: int) -> pa.Table:
    years = list(range(study.window.first.year, study.window.end.year + 1))
    inhabitants = [int(clients * random.uniform(0.8, 12)) for _ in years]
    n = len(years)
    return pa.table({"area": ["all"] * n, "year": pa.array(years), "age_from": pa.array([0] * n),
                     "age_to": pa.array([17] * n), "sex": pa.nulls(n, pa.string()),
                     "persons": pa.array(inhabitants)})  # fmt: skip
