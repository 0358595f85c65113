"""A register of any size, seeded: canonical tables as intake leaves them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from kumppanuus.study import Study

LEVELS = ("universal", "early", "special", "corrective")
SERVICES = 16
FIRST_DAY, LAST_DAY = np.datetime64("2021-01-01"), np.datetime64("2025-12-31")


def codes(services: int) -> list[str]:
    """Return the codes of so many services."""
    return [f"s{number:02d}" for number in range(services)]


def bench_study(services: int = SERVICES) -> Study:
    """Return a study of services on four levels, with unit costs."""
    catalogue = [
        {
            "code": code,
            "name": {"fi": code},
            "level": LEVELS[place % 4],
            "unit_costs_eur": {"own": 40.0, "purchased": 70.0},
        }
        for place, code in enumerate(codes(services))
    ]
    return Study.model_validate(
        {
            "schema": 1,
            "study": {"organiser": "Suuri"},
            "window": {"from": "2021-01-01", "to": "2025-12-31"},
            "sources": [{"table": "relationships", "files": ["x.csv"], "columns": {"client": "c"}}],
            "services": catalogue,
        }
    )


def relationships(n: int, clients: int, seed: int = 7, services: int = SERVICES) -> dict[str, pa.Table]:
    """Return `n` relationships of `clients` clients in families of about two, one tenth open, some entering late."""
    random = np.random.default_rng(seed)
    numbers = random.integers(1, 2**63, clients, dtype=np.uint64)
    families = random.integers(1, 2**63, clients // 2 + 1, dtype=np.uint64)
    start = FIRST_DAY - np.timedelta64(600, "D") + random.integers(0, 2400, n).astype("timedelta64[D]")
    end = start + (1 + random.exponential(240, n)).astype("timedelta64[D]")
    seen = (end > FIRST_DAY) & (start <= LAST_DAY)
    start = np.where(seen, start, FIRST_DAY + random.integers(0, 1500, n).astype("timedelta64[D]"))
    end = np.where(seen, end, start + np.timedelta64(90, "D"))
    used = random.integers(0, services, n)
    frame = {
        "client": pa.array(numbers[random.integers(0, clients, n)]),
        "service": pa.array(np.array(codes(services))[used]),
        "start": pa.array(start.astype("datetime64[D]")),
        "end": pa.array(end.astype("datetime64[D]"), mask=(end > LAST_DAY) | (random.random(n) < 0.05)),
        "end_reason": pa.nulls(n, pa.string()),
        "production": pa.array(np.where(random.random(n) < 0.7, "own", "purchased")),
        "area": pa.nulls(n, pa.string()),
    }
    people = {
        "client": pa.array(numbers),
        "family": pa.array(families[random.integers(0, len(families), clients)]),
        "birth_date": pa.array(
            np.datetime64("2004-01-01") + random.integers(0, 7000, clients).astype("timedelta64[D]")
        ),
        "sex": pa.nulls(clients, pa.string()),
        "area": pa.nulls(clients, pa.string()),
    }
    return {"relationships": pa.table(frame), "clients": pa.table(people)}
