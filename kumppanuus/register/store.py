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
from kumppanuus.register.calendar import month_day, study_years
from kumppanuus.register.codes import LEVELS, PRODUCTIONS, UNKNOWN
from kumppanuus.register.tables import TABLES, TableSpec

if TYPE_CHECKING:
    from kumppanuus.study import Study

BUCKETS = 8
_IN_REGISTER = tuple(table for table in TABLES.values() if not table.ties and table.name != "services")
OF_FAMILY = (
    *(table.name for table in _IN_REGISTER if table.of_family),
    "spells", "stays", "presence", "families", "family_services", "family_levels",
    "family_service_years", "family_level_years", "family_years",
    "family_service_costs", "family_level_costs", "family_production_costs", "family_year_costs",
    "family_stays", "family_meetings", "client_meetings",
)  # fmt: skip
"""Tables whose rows belong to a family: the canonical ones, then those derived from them (see ``spells``)."""
OF_CLIENTS = tuple(table.name for table in _IN_REGISTER if table.of_family)
"""Canonical tables with clients."""
REFERENCE = tuple(table.name for table in _IN_REGISTER if not table.of_family)
"""Tables about no family: they lie in one bucket, so that they are counted once."""
EVERYWHERE = ("invoiced",)
"""Small facts about the whole register that every bucket sees: ``invoiced(service)``, services that have cost rows."""


FAMILY_MEETINGS = """
    WITH both_used AS (
        SELECT family, first, second, count(*)::INTEGER AS n FROM client_meetings GROUP BY family, first, second
    )
    SELECT pair.*, (a.persons + b.persons - coalesce(n, 0))::INTEGER AS persons
    FROM family_pairs AS pair
    JOIN family_services AS a ON pair.family = a.family AND pair.first = a.service
    JOIN family_services AS b ON pair.family = b.family AND pair.second = b.service
    LEFT JOIN both_used
        ON both_used.family = pair.family AND both_used.first = pair.first AND both_used.second = pair.second"""
"""Two services of a family and how many of its members used either (each counted once)."""


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
        if table in EVERYWHERE:
            return [str(self.folder / table / "0.parquet")]
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
            for table in (*OF_FAMILY, *REFERENCE, *EVERYWHERE):
                _write(connection, table, aside / table, 1 if table in EVERYWHERE else buckets)
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
    for table in _IN_REGISTER:
        columns = ", ".join(f'"{name}" {kind}' for name, kind in table.stored.items())
        connection.execute(f"CREATE TABLE given_{table.name}({columns})")
        if table.name in tables:
            connection.register("arriving", tables[table.name])
            connection.execute(f"INSERT INTO given_{table.name} BY NAME FROM arriving")
            connection.unregister("arriving")
    _form_families(connection)
    _create_codes(connection, study)
    for table in _IN_REGISTER:
        if table.name != "clients":
            connection.execute(f"CREATE TABLE {table.name} AS {_with_family_and_level(table)}")
    connection.execute("CREATE TABLE invoiced AS SELECT DISTINCT service FROM costs WHERE book = 'invoice'")
    _derive(connection, study.spells.tolerance_days)


def _with_family_and_level(table: TableSpec) -> str:
    """Return SQL of a given table with its client's family, its service's level and codes as small numbers."""
    codes: list[str] = []
    also: list[str] = []
    joins = ""
    if "service" in table.columns:
        given = "given.service IS NULL AND " + str(not table.columns["service"].required)
        for what, into in (("try_cast(given.service AS service_code)", codes), ("level", also)):
            known = f"CASE WHEN NOT ({given}) THEN coalesce({what}, 'unknown') END"
            into.append(f"{known} AS service" if into is codes else f"({known})::level_code AS level")
        joins += " LEFT JOIN services USING (service)"
        if "production" in table.columns:
            usual = "coalesce(try_cast(given.production AS production_code), services.production, 'unknown')"
            codes.append(f"{usual}::production_code AS production")
    if "book" in table.columns:
        codes.append("coalesce(book, 'invoice') AS book")
    if table.of_family:
        also.append("family")
        joins += " LEFT JOIN clients USING (client)"
    replaced = f" REPLACE ({', '.join(codes)})" if codes else ""
    return f"SELECT {', '.join([f'given.*{replaced}', *also])} FROM given_{table.name} AS given{joins}"


def _create_codes(connection: duckdb.DuckDBPyConnection, study: Study) -> None:
    """Let codes be small numbers while the register is built: grouping by them is much of the work."""
    lists = {
        "service_code": [service.code for service in study.services],
        "level_code": LEVELS,
        "production_code": PRODUCTIONS,
        "basis_code": ("day", "visit", "rows"),
        "year_code": [year.label for year in study_years(study.window)],
    }
    for name, codes in lists.items():
        every = ", ".join(f"'{code}'" for code in dict.fromkeys([*codes, UNKNOWN]))
        connection.execute(f"CREATE TYPE {name} AS ENUM ({every})")
    connection.execute("ALTER TABLE years ALTER year TYPE year_code")


def _derive(connection: duckdb.DuckDBPyConnection, tolerance_days: int) -> None:
    """Derive what rooms count: spells, stays, presence, costs, services that meet; the last ones a row a family."""
    length = {
        "spells": "1", "late": "(entry_day > 0)::INTEGER", "ended": "ended::INTEGER", "persons_ended": "ended",
        "ended_days": "CASE WHEN ended THEN exit_day ELSE 0 END",
        "ended_days_24": f"CASE WHEN ended THEN least(exit_day, {month_day(24)}) ELSE 0 END",
    }  # fmt: skip
    dated = (
        "(SELECT presence.*, birth_date, coalesce(birth_date < end_day AND birth_date + INTERVAL 18 YEAR >= end_day, "
        "false) AS child FROM presence LEFT JOIN clients USING (client) JOIN years USING (year))"
    )
    derived = {
        "spells": spells.spells("relationships", tolerance_days),
        "stays": spells.stays("relationships"),
        "presence": spells.presence("stays"),
        "expenses": spells.expenses(),
        "family_services": spells.by_family("spells", "service, level", **length),
        "family_levels": spells.by_family("spells", "level", **length),
        "family_service_years": spells.by_family("presence", "service, level, year"),
        "family_level_years": spells.by_family("presence", "level, year"),
        "family_years": spells.by_family(dated, "year", persons_dated="birth_date IS NOT NULL", persons_child="child"),
        "family_service_costs": spells.by_family("expenses", "service, level, basis, year", cents="cents"),
        "family_level_costs": spells.by_family("expenses", "level, year", cents="cents"),
        "family_production_costs": spells.by_family("expenses", "production, year", cents="cents"),
        "family_year_costs": spells.by_family("expenses", "year", cents="cents"),
        "family_stays": spells.family_stays("stays"),
        "client_stays": spells.client_stays("stays"),
        "client_meetings": spells.meetings("client_stays", "client", "client, family"),
        "family_pairs": spells.meetings("family_stays", "family", "family"),
        "family_meetings": FAMILY_MEETINGS,
        "families": spells.families("family_services", "family_stays", "stays"),
    }
    for name, sql in derived.items():
        connection.execute(f"CREATE TABLE {name} AS {sql}")


def _form_families(connection: duckdb.DuckDBPyConnection) -> None:
    """Give every client a family before bucketing: the one given, else herself."""
    connection.execute(
        f"""CREATE TABLE clients AS
        WITH everyone AS ({" UNION ".join(f"SELECT client FROM given_{name}" for name in OF_CLIENTS)})
        SELECT client, coalesce(family, client) AS family, birth_date, sex, area
        FROM everyone LEFT JOIN given_clients USING (client) WHERE client IS NOT NULL"""
    )


def _write(connection: duckdb.DuckDBPyConnection, table: str, folder: Path, buckets: int) -> None:
    """Write one table; what belongs to no family lies in bucket 0, so that it is counted once."""
    folder.mkdir(mode=0o700)
    for bucket in range(buckets):
        here = f"coalesce(family, 0) % {buckets} = {bucket}" if table in OF_FAMILY else str(bucket == 0)
        file = _quoted(folder / f"{bucket}.parquet")
        connection.execute(f"COPY (SELECT * FROM {table} WHERE {here}) TO '{file}' (FORMAT parquet)")


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
