"""What the rooms of the baseline read: contacts with their days, needs, goals, visits with workers, a ledger, answers.

Made after the rest of a town and with random numbers of their own, so that the rest of a seed stays what it is. Late
decisions, doors that send on, tiny areas and rare needs are in the towns because small numbers hide there.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kumppanuus.study import Study

Numbers = np.ndarray[Any, Any]
Tables = dict[str, pa.Table]
OUTCOMES = ("service", "assessment", "redirected", "advice", "no_need", "withdrew")
KINDS = ("notification", "application", "contact", "referral")
GROUPS = (("leader", 30), ("worker", 120), ("partner", 45))
THEMES, ITEMS = 3, 3


def with_extras(seed: int, study: Study, tables: Tables) -> tuple[Study, Tables]:
    """Return the study and the tables of a town with what the baseline looks at besides; some towns lack some of it."""
    random = np.random.default_rng((seed, 7))
    study = _study(random, study)
    made = {**tables, **_areas(random, study, tables)}
    if "contacts" in made or random.random() < 0.5:
        made["contacts"] = _contacts(random, study, made)
    if random.random() < 0.5:
        made["needs"] = _needs(random, study, made)
    if random.random() < 0.5:
        made["goals"] = _goals(random, study, made)
    if random.random() < 0.5:
        made["visits"] = _visits(random, study, made)
    if "costs" in made and random.random() < 0.5:
        made["costs"] = _ledger(random, study, made["costs"])
    if "population" in made:
        made["population"] = _population(random, study, made["population"])
    if random.random() < 0.5:
        made["survey"] = _survey(random, study)
    return study, made


def _study(random: np.random.Generator, study: Study) -> Study:
    areas = [{"code": f"a{n}", "name": {"fi": f"Alue {n}"}} for n in range(int(random.integers(1, 6)))]
    needs = [{"code": f"n{n:02d}", "name": {"fi": f"Syy {n}"}} for n in range(int(random.integers(3, 13)))]
    sectors = random.choice(["social", "health", "education", "other"], len(study.services), p=[0.6, 0.2, 0.15, 0.05])
    services = [
        {**service.model_dump(mode="json", exclude_none=True), "sector": str(sector),
         "child_welfare": bool(service.level == "corrective" or random.random() < 0.2)}
        for service, sector in zip(study.services, sectors, strict=True)
    ]  # fmt: skip
    items = [{"code": f"k{t}{i}", "text": {"fi": f"Väite {t}{i}"}, "theme": f"t{t}", "reversed": i == 1}
             for t in range(THEMES) for i in range(ITEMS)]  # fmt: skip
    themes = [{"code": f"t{t}", "name": {"fi": f"Teema {t}"}} for t in range(THEMES)]
    asked = [{"code": "oma", "name": {"fi": "Itsearviointi"}, "invited": dict(GROUPS), "themes": themes,
              "items": items}]  # fmt: skip
    whole = study.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"root"})
    added = {"areas": areas, "needs": needs, "services": services, "questionnaires": asked}
    return Study.model_validate({**whole, **added})


def _areas(random: np.random.Generator, study: Study, tables: Tables) -> Tables:
    """Deal the clients and their relationships to areas, of very different sizes; who had none has none."""
    codes = np.array([area.code for area in study.areas])
    weights = random.dirichlet(np.full(len(codes), 0.8)) + 0.002
    made = {}
    for name in ("clients", "relationships"):
        table = tables[name]
        dealt = codes[random.choice(len(codes), len(table), p=weights / weights.sum())]
        place = table.column_names.index("area")
        areas = pc.if_else(pc.is_valid(table["area"]), pa.array(dealt), pa.scalar(None, pa.string()))
        made[name] = table.set_column(place, "area", areas)
    return made


def _contacts(random: np.random.Generator, study: Study, tables: Tables) -> pa.Table:
    """Contacts before most relationships, and those that led nowhere; some of nobody known, some without their days."""
    first, last = np.datetime64(study.window.first), np.datetime64(study.window.last)
    begun = tables["relationships"].select(["client", "service", "start", "area"])
    begun = begun.take(pa.array(np.flatnonzero(random.random(len(begun)) < random.uniform(0.1, 0.8))))
    n, others = len(begun), int(random.integers(20, max(21, len(begun))))
    clients = tables["clients"]["client"].to_numpy()
    codes = np.array([service.code for service in study.services])
    client = np.concatenate([begun["client"].to_numpy(), random.choice(clients, others)])
    service = np.concatenate([begun["service"].to_numpy(zero_copy_only=False), random.choice(codes, others)])
    before = begun["start"].to_numpy() - random.geometric(random.uniform(0.02, 0.2), n)
    anyday = first + random.integers(0, int((last - first).astype(int)) + 1, others)
    day = np.concatenate([before, anyday]).astype("datetime64[D]")
    elsewhere = random.choice(OUTCOMES, others, p=[0.05, 0.1, 0.3, 0.25, 0.2, 0.1])
    outcome = np.concatenate([np.full(n, "service"), elsewhere])
    slow = np.where(random.random(len(day)) < random.uniform(0, 0.2), 12, 2)
    decided = day + np.minimum(random.poisson(slow), 60)
    assessed = day + np.maximum(1, random.normal(random.uniform(30, 85), 25, len(day)).astype(int))
    open_still, known = random.random(len(day)) < 0.03, random.random(len(day)) >= random.uniform(0, 0.1)
    inside = (day >= first) & (day <= last)
    table = pa.table(
        {
            "client": pa.array(client, pa.uint64(), mask=~known),
            "date": pa.array(day),
            "kind": _some(random, random.choice(KINDS, len(day), p=[0.4, 0.3, 0.2, 0.1]), 0.98),
            "sender": _some(random, np.full(len(day), "school"), 0.7),
            "service": _some(random, service, 0.97),
            "decided": pa.array(decided.astype("datetime64[D]"), mask=open_still | (decided > last)),
            "assessed": pa.array(assessed.astype("datetime64[D]"), mask=open_still | (assessed > last)
                                 | (random.random(len(day)) < 0.2)),
            "outcome": pa.array(outcome, mask=open_still),
            "area": _some(random, random.choice([area.code for area in study.areas], len(day)), 0.9),
            "recorded": _some(random, day + random.geometric(0.2, len(day)) - 1, 0.6),
        }
    )  # fmt: skip
    return table.filter(pa.array(inside))


def _needs(random: np.random.Generator, study: Study, tables: Tables) -> pa.Table:
    client = random.choice(tables["clients"]["client"].to_numpy(), int(random.integers(60, 1500)))
    weights = random.pareto(1.2, len(study.needs)) + 0.01
    codes = np.array([need.code for need in study.needs])
    need = codes[random.choice(len(codes), len(client), p=weights / weights.sum())]
    return pa.table(
        {
            "client": pa.array(client, pa.uint64()),
            "date": pa.array(_days(random, study, len(client))),
            "need": pa.array(need),
            "stage": _some(random, random.choice(["contact", "assessment"], len(client)), 0.95),
            "area": _some(random, random.choice([area.code for area in study.areas], len(client)), 0.5),
        }
    )


def _goals(random: np.random.Generator, study: Study, tables: Tables) -> pa.Table:
    rows = tables["relationships"].take(pa.array(random.integers(0, len(tables["relationships"]), 700)))
    n, day = len(rows), _days(random, study, 700)
    assessed = day + random.geometric(1 / 200, n)
    told = random.random(n) < 0.7
    return pa.table(
        {
            "client": rows["client"],
            "date": pa.array(day),
            "service": _some(random, rows["service"].to_numpy(zero_copy_only=False), 0.95),
            "need": _some(random, random.choice([need.code for need in study.needs], n), 0.5),
            "with_family": _some(random, random.choice(["yes", "no"], n, p=[0.9, 0.1]), 0.9),
            "assessed": pa.array(assessed.astype("datetime64[D]"), mask=~told),
            "outcome": pa.array(random.choice(["met", "partly", "not_met"], n), mask=~told | (random.random(n) < 0.1)),
        }
    )


def _visits(random: np.random.Generator, study: Study, tables: Tables) -> pa.Table:
    """Visits of known workers: most of a client's are by one, the others by anybody."""
    stays = tables["relationships"]
    chosen = stays.take(pa.array(np.repeat(np.arange(len(stays)), random.integers(0, 6, len(stays)))[:20000]))
    n = len(chosen)
    client = chosen["client"].to_numpy()
    worker = np.where(random.random(n) < 0.7, client % np.uint64(60), random.integers(0, 60, n).astype(np.uint64))
    visits = pa.table(
        {
            "client": chosen["client"],
            "service": chosen["service"],
            "date": pa.array(_days(random, study, n)),
            "visits": pa.array(np.ones(n, dtype=np.int64)),
            "worker": pa.array(worker, pa.uint64()),
            "recorded": pa.nulls(n, pa.date32()),
        }
    )
    if "visits" not in tables:
        return visits
    return pa.concat_tables([tables["visits"].cast(visits.schema), visits])


def _ledger(random: np.random.Generator, study: Study, costs: pa.Table) -> pa.Table:
    """Rows of the ledger beside the invoices; they name nobody and are a little more or less."""
    again = costs.filter(pa.array(random.random(len(costs)) < 0.8))
    ledger = pa.table(
        {
            "client": pa.nulls(len(again), pa.uint64()),
            "service": again["service"],
            "date": again["date"],
            "cost_cents": pa.array((again["cost_cents"].to_numpy() * random.uniform(1.0, 1.4)).astype(np.int64)),
            "production": again["production"],
            "book": pa.array(np.full(len(again), "ledger")),
        }
    )
    invoices = costs.append_column("book", pa.array(np.full(len(costs), "invoice")))
    return pa.concat_tables([invoices, ledger.cast(invoices.schema)])


def _population(random: np.random.Generator, study: Study, given: pa.Table) -> pa.Table:
    """Inhabitants of each area by age group and sex; what was given of them all is dealt out."""
    rows = []
    ages, sexes = ((0, 6), (7, 12), (13, 17)), ("female", "male")
    weights = random.dirichlet(np.full(len(study.areas), 2.0))
    for year, persons in zip(given["year"].to_pylist(), given["persons"].to_pylist(), strict=True):
        for area, weight in zip(study.areas, weights, strict=True):
            part = max(1, int(persons * weight / (len(ages) * len(sexes))))
            rows += [(area.code, year, low, high, sex, part) for low, high in ages for sex in sexes]
    names = ("area", "year", "age_from", "age_to", "sex", "persons")
    return pa.table({name: [row[place] for row in rows] for place, name in enumerate(names)})


def _survey(random: np.random.Generator, study: Study) -> pa.Table:
    rows, number = [], 0
    for group, invited in GROUPS:
        for _ in range(int(random.integers(0, invited + 1))):
            number += 1
            mood = random.normal(3.4, 0.7)
            for item in study.questionnaires[0].items:
                if random.random() < 0.95:
                    answer = float(np.clip(np.round(random.normal(mood, 0.9)), 1, 5))
                    rows.append((number, "oma", group, item.code, answer))
    names = ("respondent", "instrument", "respondent_group", "question", "answer")
    columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    table = pa.table({**columns, "respondent": pa.array(columns["respondent"], pa.uint64())})
    return table.append_column("date", pa.nulls(len(rows), pa.date32())).append_column(
        "area", pa.nulls(len(rows), pa.string())
    )


def _days(random: np.random.Generator, study: Study, n: int) -> Numbers:
    window = (study.window.end - study.window.first).days
    return (np.datetime64(study.window.first) + random.integers(0, window, n)).astype("datetime64[D]")


def _some(random: np.random.Generator, values: Numbers, share: float) -> pa.Array:
    return pa.array(values, mask=random.random(len(values)) >= share)
