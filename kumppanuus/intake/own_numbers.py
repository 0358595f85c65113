"""Back from pseudonyms to the register's own numbers, for lists that the organiser's staff decide about.

Nothing keeps the two side by side: the extracts are read once more, their numbers get their pseudonyms anew, and those
that were asked for are remembered until the list is written. A number that is an identity code is never given back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kumppanuus.intake.chunk import gathered
from kumppanuus.intake.convert import domain_of, identity_domains
from kumppanuus.intake.distinct import distinct_texts
from kumppanuus.intake.expressions import ids_sql
from kumppanuus.intake.pseudonym import pseudonyms
from kumppanuus.intake.safety import safe_reading
from kumppanuus.intake.sources import files_of, open_extract
from kumppanuus.register.store import open_database
from kumppanuus.register.tables import TABLES
from kumppanuus.study import Source, Study

Whose = Literal["client", "worker"]


def own_numbers(study: Study, key: bytes, wanted: Mapping[Whose, np.ndarray]) -> dict[Whose, dict[int, str]]:
    """Return the register's own number of each pseudonym that is found.

    Parameters
    ----------
    wanted : pseudonyms (uint64) of clients and of workers.

    Raises
    ------
    InputError
        KU101–KU112, KU199 as when the extracts are read.
    """
    known: dict[Whose, dict[int, str]] = {"client": {}, "worker": {}}
    codes = identity_domains(study.sources)
    with open_database({"autoinstall_known_extensions": "false"}) as engine:
        for source in study.sources:
            columns = {name: whose for name, whose in _columns(source) if domain_of(source, name) not in codes}
            if any(len(wanted.get(whose, ())) for whose in columns.values()):
                for name, texts, file in _texts(study, source, [*columns]):
                    with safe_reading(file):
                        found = _found(engine, source, name, texts, key, wanted[columns[name]])
                    known[columns[name]].update(found)
    return known


def _columns(source: Source) -> Iterator[tuple[str, Whose]]:
    """Yield the columns of a source that hold numbers of clients or of workers."""
    for name in source.columns:
        spec = TABLES[source.table].columns[name]
        if spec.kind == "id" and spec.domain in ("", "worker"):
            yield name, "worker" if spec.domain else "client"


def _texts(study: Study, source: Source, columns: list[str]) -> Iterator[tuple[str, pa.Array, str]]:
    """Yield the different texts of some columns, file by file."""
    for place in files_of(study, source):
        opened = open_extract(place, source, None)
        name = opened.extract.path.name
        with safe_reading(name):
            for chunk in gathered(opened.extract.chunks()):
                for column in columns:
                    yield column, distinct_texts(chunk.columns[column])[1], name


def _found(
    engine: duckdb.DuckDBPyConnection, source: Source, column: str, texts: pa.Array, key: bytes, wanted: np.ndarray
) -> dict[int, str]:  # fmt: skip
    """Return those of the texts whose pseudonym was asked for."""
    engine.register("texts", pa.table({"i": np.arange(len(texts)), "text": texts}))
    answer = engine.execute(ids_sql(), {"missing": list(source.missing)}).to_arrow_table()
    values = answer["value"].combine_chunks().drop_null()
    hashes = pseudonyms(values, key=key, domain=domain_of(source, column))
    hit = pc.is_in(hashes, pa.array(wanted, pa.uint64()))
    return dict(zip(hashes.filter(hit).to_pylist(), values.filter(hit).to_pylist(), strict=True))
