"""The demo's town with its contacts as they are, as a register: to hold clocks and waits against another route."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pandas as pd
import pyarrow as pa

from kumppanuus.demo.affairs import build_affairs
from kumppanuus.demo.catalogue import AREAS, SERVICES
from kumppanuus.demo.study_file import study_text
from kumppanuus.demo.town import build_town
from kumppanuus.register.store import Register, build_register
from kumppanuus.study import Study

FAMILIES = 1200
CODES = [service.code for service in SERVICES]
PLACES = [area.code for area in AREAS]


@dataclass(frozen=True)
class ContactedTown:
    """contacts : days since 1970-01-01 (−1 = none), codes as texts. starts : ``client``, ``service``, ``start``."""

    study: Study
    register: Register
    contacts: pd.DataFrame
    starts: pd.DataFrame


@cache
def contacted_town() -> ContactedTown:
    """Build it, once a process."""
    town = build_town(2015, FAMILIES)
    study = Study.model_validate({**tomllib.loads(study_text()), "root": Path()})
    known = build_affairs(town, 2015).known_contacts
    contacts = known.assign(
        service=[CODES[n] for n in known["service"]], area=[PLACES[n] for n in known["area"]],
        client=known["client"].where(known["numbered"], -1),
    )  # fmt: skip
    rows = town.relationships
    starts = rows.assign(service=[CODES[n] for n in rows["service"]])[["client", "service", "start", "end"]]
    seen = np.unique(np.concatenate([starts["client"], contacts.loc[contacts["client"] >= 0, "client"]]))
    tables = {
        "contacts": pa.table(
            {
                "client": _numbers(contacts["client"]),
                **{each: _dates(contacts[each]) for each in ("date", "decided", "assessed")},
                **{each: _texts(contacts[each]) for each in ("kind", "service", "outcome", "area", "sender")},
            }
        ),
        "relationships": pa.table(
            {
                "client": _numbers(starts["client"]),
                "service": _texts(starts["service"]),
                "start": _dates(starts["start"]),
                "end": _dates(starts["end"]),
                **{each: pa.nulls(len(starts), pa.string()) for each in ("end_reason", "area")},
                "production": _texts(rows["production"]),
            }
        ),
        "clients": pa.table(
            {
                "client": pa.array(seen + 1, pa.uint64()),
                "family": pa.array(town.people.family[seen] + 1, pa.uint64()),
                "birth_date": pa.nulls(len(seen), pa.date32()),
                **{each: pa.nulls(len(seen), pa.string()) for each in ("sex", "area")},
            }
        ),
    }
    register = build_register(tables, study, Path(mkdtemp()) / "register", buckets=2)
    return ContactedTown(study, register, contacts, starts)


def _numbers(clients: pd.Series) -> pa.Array:
    return pa.array([None if each < 0 else each + 1 for each in clients], pa.uint64())


def _dates(days: pd.Series) -> pa.Array:
    return pa.array([None if each < 0 else each for each in days], pa.int32()).cast(pa.date32())


def _texts(codes: pd.Series) -> pa.Array:
    return pa.array([None if each == "" else str(each) for each in codes], pa.string())
