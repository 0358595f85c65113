"""Small studies and registers for tests: written as data, built by the project's own store."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from kumppanuus.register.store import Register, build_register
from kumppanuus.study import Study
from kumppanuus.wings import ROOMS

TOY = """
schema = 1
[study]
organiser = "Testilä"
[window]
from = 2020-01-01
to = 2021-12-31
[[sources]]
table = "relationships"
files = ["*.csv"]
[sources.columns]
client = "c"
service = "s"
start = "a"
end = "b"
[[services]]
code = "early"
name = { fi = "Varhainen" }
level = "early"
unit_costs_eur = { own = 10.0, purchased = 20.0 }
[[services]]
code = "special"
name = { fi = "Erityinen" }
level = "special"
unit = "visit"
unit_cost_eur = 100.0
[[services]]
code = "corrective"
name = { fi = "Korjaava" }
level = "corrective"
child_welfare = true
"""

THREE_SERVICES = """
schema = 1
study = { organiser = "Esimerkkilä", synthetic = true }
window = { from = 2020-01-01, to = 2022-06-30 }
[[sources]]
table = "relationships"
files = ["a.csv"]
columns = { client = "c" }
[[services]]
code = "open"
name = { fi = "Avoin kohtaamispaikka", sv = "Öppen mötesplats", en = "Open meeting place" }
level = "universal"
[[services]]
code = "family_work"
name = { fi = "Perhetyö", sv = "Familjearbete", en = "Family work" }
level = "early"
[[services]]
code = "placement"
name = { fi = "Sijoitus kodin ulkopuolelle", sv = "Placering utanför hemmet", en = "Placement outside home" }
level = "corrective"
"""

Row = tuple[int, str, str, str | None]


def toy_study(text: str = TOY, root: Path = Path(), **changes: Any) -> Study:
    """Return a study with three services on three levels."""
    return Study.model_validate({**tomllib.loads(text), **changes, "root": root})


def three_services(last_day: str) -> Study:
    """Return a study with one service on each of three levels, from 2020 to a last day."""
    return toy_study(THREE_SERVICES.replace("2022-06-30", last_day))


def relationships(rows: Sequence[Row], production: str = "own") -> pa.Table:
    """Return canonical relationships from (client, service, start, end-or-None) with half-open ends."""
    clients, services, starts, ends = zip(*rows, strict=True) if rows else ((), (), (), ())
    return pa.table(
        {
            "client": pa.array(clients, pa.uint64()),
            "service": pa.array(services, pa.string()),
            "start": pa.array([_day(start) for start in starts], pa.date32()),
            "end": pa.array([_day(end) if end else None for end in ends], pa.date32()),
            "end_reason": pa.nulls(len(rows), pa.string()),
            "production": pa.array([production] * len(rows), pa.string()),
            "area": pa.nulls(len(rows), pa.string()),
        }
    )


def clients(rows: Sequence[tuple[int, int | None, str | None]]) -> pa.Table:
    """Return canonical clients from (client, family, birth date)."""
    numbers, families, births = zip(*rows, strict=True) if rows else ((), (), ())
    return pa.table(
        {
            "client": pa.array(numbers, pa.uint64()),
            "family": pa.array(families, pa.uint64()),
            "birth_date": pa.array([_day(birth) if birth else None for birth in births], pa.date32()),
            "sex": pa.nulls(len(rows), pa.string()),
            "area": pa.nulls(len(rows), pa.string()),
        }
    )


def register(folder: Path, study: Study, buckets: int = 2, **tables: pa.Table) -> Register:
    """Build a register of canonical tables in `folder`."""
    return build_register(tables, study, folder / "register", buckets=buckets)


def others(*kept: str) -> list[str]:
    """Return the keys of all rooms but those kept: what a run may skip that is not about them."""
    return [room.key for room in ROOMS if room.key not in kept]


def few(*kept: str) -> list[str]:
    """Return the words of a command line that skip all rooms but those kept."""
    return [word for key in others(*kept) for word in ("--skip", key)]


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)
