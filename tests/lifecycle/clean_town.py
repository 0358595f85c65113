"""The demo's town as it is, as a register: what estimates are held against by another route."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from kumppanuus.demo.catalogue import AREAS, END_REASONS, SERVICES
from kumppanuus.demo.study_file import study_text
from kumppanuus.demo.town import Town, build_town
from kumppanuus.register.store import Register, build_register
from kumppanuus.study import Study

FAMILIES = 2000


@dataclass(frozen=True)
class CleanTown:
    town: Town
    study: Study
    register: Register

    @property
    def relationships(self) -> pd.DataFrame:
        """Those inside the window, with codes: ``client``, ``family``, ``service``, ``level``, ``start``, ``end``."""
        codes, levels = ([getattr(service, name) for service in SERVICES] for name in ("code", "level"))
        rows = self.town.relationships
        return rows.assign(service=[codes[n] for n in rows["service"]], level=[levels[n] for n in rows["service"]])


def _dates(days: pd.Series) -> pa.Array:
    return pa.array(days.to_numpy().astype("int32"), pa.int32()).cast(pa.date32())


@pytest.fixture(scope="session")
def clean_town(tmp_path_factory: pytest.TempPathFactory) -> CleanTown:
    town = build_town(2015, FAMILIES)
    study = Study.model_validate({**tomllib.loads(study_text()), "root": Path()})
    rows, people = town.relationships, town.people
    seen = np.unique(rows["client"])
    pseudonyms = np.random.default_rng(8).integers(1, 2**63, FAMILIES, dtype=np.uint64)
    clients = pa.table(
        {
            "client": pa.array(seen + 1, pa.uint64()),
            "family": pa.array(pseudonyms[people.family[seen]]),
            "birth_date": _dates(pd.Series(people.birth[seen])),
            "sex": pa.array(np.where(people.female[seen], "female", "male")),
            "area": pa.array([AREAS[n].code for n in people.area[people.family[seen]]]),
        }
    )
    codes, reasons = [service.code for service in SERVICES], [reason or None for reason, *_ in END_REASONS]
    relationships = pa.table(
        {
            "client": pa.array(rows["client"] + 1, pa.uint64()),
            "service": pa.array([codes[n] for n in rows["service"]]),
            "start": _dates(rows["start"]),
            "end": _dates(rows["end"]),
            "end_reason": pa.array([reasons[n] for n in rows["end_reason"]]),
            "production": pa.array(rows["production"]),
            "area": pa.nulls(len(rows), pa.string()),
        }
    )
    folder = tmp_path_factory.mktemp("clean_town") / "register"
    register = build_register({"relationships": relationships, "clients": clients}, study, folder, buckets=2)
    return CleanTown(town, study, register)
