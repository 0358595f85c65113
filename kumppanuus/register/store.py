"""The register on disk: canonical tables, spells and stays in Parquet, bucketed by family.

A family lies in one bucket, so whatever is counted over families or their members adds over buckets.
One of the two files that open the database.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from kumppanuus.register import spells
from kumppanuus.register.calendar import study_years
from kumppanuus.register.tables import TABLES

if TYPE_CHECKING:
    from kumppanuus.study import Study

BUCKETS = 8
OF_FAMILY = ("clients", "relationships", "spells", "stays", "family_stays", "visits", "costs")
REFERENCE = ("population",)

_TYPES = {
    "clients": "client UBIGINT, family UBIGINT, birth_date DATE, sex VARCHAR, area VARCHAR",
    "relationships": 'client UBIGINT, service VARCHAR, start DATE, "end" DATE, end_reason VARCHAR, production VARCHAR, '
    "area VARCHAR",
    "visits": "client UBIGINT, service VARCHAR, date DATE, visits BIGINT",
    "costs": "client UBIGINT, service VARCHAR, date DATE, cost_cents BIGINT, production VARCHAR",
    "population": "area VARCHAR, year INTEGER, age_from INTEGER, age_to INTEGER, persons BIGINT",
}


@dataclass(frozen=True, slots=True)
class Register:
    """A register on disk.

    folder : one subfolder a table, one Parquet file a bucket.
    given : canonical tables the organiser gave (the others exist, empty).
    """

    folder: Path
    given: frozenset[str]
    buckets: int

    def files(self, table: str, bucket: int | None = None) -> list[str]:
        """Return the Parquet files of a table: of one bucket, or of all."""
        wanted = range(self.buckets) if bucket is None else (bucket,)
        return [str(self.folder / table / f"{number}.parquet") for number in wanted]


def build_register(tables: Mapping[str, pa.Table], study: Study, folder: Path, *, buckets: int = BUCKETS) -> Register:
    """Write the register of clean canonical tables, aside first and then renamed into place.

    Parameters
    ----------
    tables : canonical tables as intake leaves them (`kumppanuus.register.tables`), half-open periods, pseudonyms.
    folder : where the register shall stand; an earlier one is replaced whole.
    """
    aside = folder.with_name(f"{folder.name}.{os.getpid()}.new")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True, mode=0o700)
    try:
        with duckdb.connect(":memory:") as connection:
            _load(connection, tables, study)
            for table in (*OF_FAMILY, *REFERENCE):
                _write(connection, table, aside / table, buckets)
        shutil.rmtree(folder, ignore_errors=True)
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return Register(folder, frozenset(tables), buckets)


def create_study_tables(connection: duckdb.DuckDBPyConnection, study: Study) -> None:
    """Create the small tables that SQL needs of the study: period, years, services, unit_costs."""
    window = study.window
    connection.execute(
        "CREATE TABLE period AS SELECT $1::DATE AS first_day, $2::DATE AS end_day", [window.first, window.end]
    )
    connection.execute("CREATE TABLE years(year VARCHAR, first_day DATE, end_day DATE, calendar_year INTEGER)")
    connection.executemany(
        "INSERT INTO years VALUES (?, ?, ?, ?)",
        [
            (year.label, max(year.first, window.first), min(year.end, window.end), year.first.year)
            for year in study_years(window)
        ],
    )
    connection.execute("CREATE TABLE services(service VARCHAR, level VARCHAR, unit VARCHAR, production VARCHAR)")
    connection.executemany(
        "INSERT INTO services VALUES (?, ?, ?, ?)", [(s.code, s.level, s.unit, s.production) for s in study.services]
    )
    connection.execute("CREATE TABLE unit_costs(service VARCHAR, production VARCHAR, unit VARCHAR, unit_cents BIGINT)")
    known = [
        (service.code, production, service.unit, round(cost * 100))
        for service in study.services
        for production in ("own", "purchased", "voucher", "family", "unknown")
        if (cost := service.cost_of_unit(production)) is not None
    ]
    if known:
        connection.executemany("INSERT INTO unit_costs VALUES (?, ?, ?, ?)", known)


def _load(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, pa.Table], study: Study) -> None:
    create_study_tables(connection, study)
    for name in TABLES:
        connection.execute(f"CREATE TABLE given_{name}({_TYPES[name]})")
        if name in tables:
            connection.register("arriving", tables[name])
            connection.execute(f"INSERT INTO given_{name} BY NAME FROM arriving")
            connection.unregister("arriving")
    _form_families(connection)
    for name in ("relationships", "visits", "costs"):
        connection.execute(
            f"""CREATE TABLE {name} AS SELECT given.*, family, coalesce(level, 'unknown') AS level
            FROM given_{name} AS given LEFT JOIN clients USING (client) LEFT JOIN services USING (service)"""
            if name == "visits"
            else f"""CREATE TABLE {name} AS
            SELECT given.* REPLACE (coalesce(given.production, services.production, 'unknown') AS production),
                family, coalesce(level, 'unknown') AS level
            FROM given_{name} AS given LEFT JOIN clients USING (client) LEFT JOIN services USING (service)"""
        )
    connection.execute("CREATE TABLE population AS FROM given_population")
    connection.execute(f"CREATE TABLE spells AS {spells.spells('relationships', study.spells.tolerance_days)}")
    connection.execute(f"CREATE TABLE stays AS {spells.stays('relationships')}")
    connection.execute(f"CREATE TABLE family_stays AS {spells.family_stays('stays')}")


def _form_families(connection: duckdb.DuckDBPyConnection) -> None:
    """Give every client a family before bucketing: the one given, else herself."""
    connection.execute(
        """CREATE TABLE clients AS
        WITH everyone AS (
            SELECT client FROM given_clients UNION SELECT client FROM given_relationships
            UNION SELECT client FROM given_visits UNION SELECT client FROM given_costs
        )
        SELECT client, coalesce(family, client) AS family, birth_date, sex, area
        FROM everyone LEFT JOIN given_clients USING (client) WHERE client IS NOT NULL"""
    )


def _write(connection: duckdb.DuckDBPyConnection, table: str, folder: Path, buckets: int) -> None:
    """Write one table; what belongs to no family lies in bucket 0, so that it is counted once."""
    folder.mkdir(mode=0o700)
    for bucket in range(buckets):
        here = f"coalesce(family, 0) % {buckets} = {bucket}" if table in OF_FAMILY else str(bucket == 0)
        file = _quoted(folder / f"{bucket}.parquet")
        connection.execute(f"COPY (SELECT * FROM {table} WHERE {here} ORDER BY ALL) TO '{file}' (FORMAT parquet)")


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
