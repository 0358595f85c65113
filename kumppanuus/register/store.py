"""The register on disk: canonical tables in Parquet, bucketed by family, and beside them what rooms asked to derive.

A family lies in one bucket, so whatever is counted over families or their members adds over buckets, and what is
derived of a bucket needs that bucket only. One of the two files that open the database.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kumppanuus.register.calendar import study_years
from kumppanuus.register.canonical import buckets as dealt
from kumppanuus.register.canonical import canonical, everyone, with_columns
from kumppanuus.register.clocks import clock_rows, clocks_of
from kumppanuus.register.codes import LEVELS, PRODUCTIONS, UNKNOWN
from kumppanuus.register.derived import DERIVED, derivations, named, needed
from kumppanuus.register.seal import seal, sealed_facts
from kumppanuus.register.segments import code_rows, rule_rows, segments_of
from kumppanuus.register.tables import TABLES
from kumppanuus.register.workdays import workday_numbers

if TYPE_CHECKING:
    from kumppanuus.study import Study

BUCKETS = 8
ROWS_OF_BUCKET = 250_000
"""A register has a bucket for so many rows of its longest table, at most `BUCKETS`: deriving costs a little in every
one, and a small register fits into memory whole."""
_IN_REGISTER = tuple(table for table in TABLES.values() if not table.ties and table.name != "services")
OF_CLIENTS = tuple(table.name for table in _IN_REGISTER if table.of_family)
"""Canonical tables with clients."""
OF_FAMILY = (*OF_CLIENTS, *DERIVED)
"""Tables whose rows belong to a family: the canonical ones, then those derived from them (see ``derived``)."""
REFERENCE = tuple(table.name for table in _IN_REGISTER if not table.of_family)
"""Tables about no family: they lie in one bucket, so that they are counted once."""
EVERYWHERE = ("invoiced",)
"""Small facts about the whole register that every bucket sees: ``invoiced(service)``, services that have cost rows."""
_DERIVED_FOLDER = "derived"
_CODED = {
    "service": "service_code", "first": "service_code", "second": "service_code", "level": "level_code",
    "production": "production_code", "basis": "basis_code", "year": "year_code",
}  # fmt: skip
"""Columns of codes that are small numbers while tables are derived: grouping by them is much of the work."""


NO_PUSHDOWN = {"disabled_optimizers": "join_filter_pushdown"}
"""DuckDB hands what a small join side holds to the scan of an Arrow table, whose filters fail on half of all uint64."""


def open_database(config: Mapping[str, str] | None = None, *, spill: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Open a database in memory that says nothing of its own: a bar of progress would come into what we print.

    Parameters
    ----------
    spill : private folder for what does not fit into memory, emptied first; nothing is put on disk without it.
    """
    if spill is not None:
        shutil.rmtree(spill, ignore_errors=True)
        spill.mkdir(parents=True, mode=0o700)
    place = {"temp_directory": "" if spill is None else str(spill)}
    connection = duckdb.connect(":memory:", config={**place, **(config or {})})
    connection.execute("SET enable_progress_bar = false")
    return connection


@dataclass(frozen=True, slots=True)
class Register:
    """A register on disk.

    folder : one subfolder a table, one Parquet file a bucket; derived tables lie one folder lower.
    given : canonical tables the organiser gave (the others exist, empty).
    """

    folder: Path
    given: frozenset[str]
    buckets: int

    @property
    def spill(self) -> Path:
        """Private folder beside the register for what does not fit into memory."""
        return self.folder.with_name(f"{self.folder.name}.spill")

    def files(self, table: str, bucket: int | None = None, *, study: Study | None = None) -> list[str]:
        """Return the Parquet files of a table: of one bucket, or of all; derived tables are those of a study."""
        wanted = range(self.buckets) if bucket is None else (bucket,)
        if table in EVERYWHERE:
            return [str(self.folder / table / "0.parquet")]
        above = self.derived(study) if table in DERIVED and study is not None else self.folder
        return [str(above / table / f"{number}.parquet") for number in wanted]

    def derived(self, study: Study) -> Path:
        """Return the folder of what was derived by the rules of a study: its window, spells, catalogue and clocks."""
        parts = (study.window, study.spells, *study.services, *study.needs, *segments_of(study.resources))
        rules = [part.model_dump_json(by_alias=True) for part in parts]
        made = derivations(study.spells.tolerance_days, len(study.services)).values()
        rules += [*map("=".join, sorted(study.end_causes.items())), *map(str, clocks_of(study))]
        digest = hashlib.sha256("\n".join([*rules, *made]).encode())
        return self.folder / _DERIVED_FOLDER / digest.hexdigest()[:16]


def build_register(
    tables: Mapping[str, pa.Table], study: Study, folder: Path, *, families: pa.Table | None = None,
    buckets: int = 0, made_of: str = "",
) -> Register:  # fmt: skip
    """Write the canonical tables of a register, aside first and then renamed into place.

    Parameters
    ----------
    tables : canonical tables as intake leaves them (`kumppanuus.register.tables`), half-open periods, pseudonyms.
    folder : where the register shall stand; an earlier one is replaced whole, with all that was derived from it.
    made_of : digest of everything the tables and the study depend on, for `standing_register`.
    families : ``client``, ``family`` of people whose family is another one than their row of clients says.
    buckets : into how many it is dealt; 0: as many as its size asks for.
    """
    buckets = buckets or buckets_for(tables)
    aside = folder.with_name(f"{folder.name}.{os.getpid()}.new")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True, mode=0o700)
    try:
        _write_canonical(tables, families, study, aside, buckets)
        seal(aside, made_of, {"given": sorted(tables), "buckets": buckets})
        shutil.rmtree(folder, ignore_errors=True)
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return Register(folder, frozenset(tables), buckets)


def buckets_for(tables: Mapping[str, pa.Table]) -> int:
    """Return into how many buckets a register of these tables is dealt."""
    longest = max((len(table) for table in tables.values()), default=0)
    return min(BUCKETS, 1 + longest // ROWS_OF_BUCKET)


def register_at(folder: Path, given: Iterable[str]) -> Register:
    """Return the register that lies in a folder, unasked what it was made of; for benchmarks and tests."""
    return Register(folder, frozenset(given), len([*(folder / "clients").glob("*.parquet")]))


def standing_register(folder: Path, made_of: str) -> Register | None:
    """Return the register that stands in a folder when it is whole and made of the same, else None.

    Derived tables that are not whole are removed; they are made again when a room asks for them.
    """
    facts = sealed_facts(folder, made_of)
    if facts is None:
        return None
    for derived in (folder / _DERIVED_FOLDER).glob("*/*"):
        if sealed_facts(derived, derived.parent.name) is None:
            shutil.rmtree(derived, ignore_errors=True)
    given, buckets = facts["given"], facts["buckets"]
    assert isinstance(given, list)
    assert isinstance(buckets, int)
    return Register(folder, frozenset(given), buckets)


def derive(register: Register, study: Study, wanted: Iterable[str]) -> None:
    """Make the derived tables that are wanted and not there yet, bucket by bucket, each put in place whole.

    Parameters
    ----------
    wanted : names of relations; those that are not derived are left out.
    """
    place = register.derived(study)
    have = {name for name in DERIVED if (place / name).is_dir()}
    asked = set(wanted) & set(DERIVED) - have
    if not asked:
        return
    aside = place.with_name(f"{place.name}.{os.getpid()}.new")
    shutil.rmtree(aside, ignore_errors=True)
    for name in asked:
        (aside / name).mkdir(parents=True, mode=0o700)
    try:
        steps = needed(asked, have, derivations(study.spells.tolerance_days, len(study.services)))
        for bucket in range(register.buckets):
            _derive_bucket(register, study, bucket, steps, {name: aside / name for name in asked})
        place.mkdir(exist_ok=True, mode=0o700)
        for name in sorted(asked):
            seal(aside / name, place.name, {})
            (aside / name).rename(place / name)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _derive_bucket(
    register: Register, study: Study, bucket: int, steps: Mapping[str, str], keep: Mapping[str, Path]
) -> None:
    with open_database(spill=register.spill) as connection:
        create_study_tables(connection, study)
        _create_codes(connection, study)
        if any(named(sql, ("workdays",)) for sql in steps.values()):
            _create_workdays(connection, study)
        known = (*OF_CLIENTS, *EVERYWHERE, *DERIVED)
        for name in sorted({each for sql in steps.values() for each in named(sql, known)} - {*steps}):
            _see_codes(connection, name, register.files(name, bucket, study=study))
        for name, sql in steps.items():
            connection.execute(f"CREATE TABLE {name} AS {sql}")
            if name in keep:
                _copy(connection, name, keep[name] / f"{bucket}.parquet")


def _see_codes(connection: duckdb.DuckDBPyConnection, name: str, files: Sequence[str]) -> None:
    """Let a table be seen with its codes as small numbers."""
    source = f"read_parquet('{_quoted(files[0])}')"
    columns = connection.execute(f"DESCRIBE FROM {source}").fetchall()
    coded = [f'"{c}"::{_CODED[c]} AS "{c}"' for c, kind, *_ in columns if c in _CODED and kind == "VARCHAR"]
    replaced = f" REPLACE ({', '.join(coded)})" if coded else ""
    connection.execute(f"CREATE VIEW {name} AS SELECT *{replaced} FROM {source}")


def create_study_tables(connection: duckdb.DuckDBPyConnection, study: Study) -> None:
    """Create the small tables that SQL needs of the study.

    They are period, years, services, unit_costs, clocks, end_causes, need_codes, segment_rules, segment_codes,
    questions and invited.

    ``need_codes(need, place)``: the study's needs in its order, from 0; others are unknown. ``need_services(need,
    service)``: which services answer a need.
    """
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
    connection.execute(
        """CREATE TABLE services(service VARCHAR, level VARCHAR, unit VARCHAR, production VARCHAR, sector VARCHAR,
        child_welfare BOOLEAN)"""
    )
    columns = ("code", "level", "unit", "production", "sector", "child_welfare")
    _insert(connection, "services", [tuple(getattr(s, column) for column in columns) for s in study.services])
    connection.execute("CREATE TABLE unit_costs(service VARCHAR, production VARCHAR, unit VARCHAR, unit_cents BIGINT)")
    known = [
        (service.code, production, service.unit, round(cost * 100))
        for service in study.services
        for production in ("own", "purchased", "voucher", "family", "unknown")
        if (cost := service.cost_of_unit(production)) is not None
    ]
    _insert(connection, "unit_costs", known)
    connection.execute("CREATE TABLE need_codes(need VARCHAR, place INTEGER)")
    _insert(connection, "need_codes", [(need.code, place) for place, need in enumerate(study.needs)])
    connection.execute("CREATE TABLE need_services(need VARCHAR, service VARCHAR)")
    _insert(connection, "need_services", [(need.code, service) for need in study.needs for service in need.services])
    _create_segments(connection, study)
    connection.execute(
        """CREATE TABLE clocks(clock VARCHAR, "limit" INTEGER, unit VARCHAR, valid_from DATE, valid_to DATE,
        stops VARCHAR, kinds VARCHAR[], sectors VARCHAR[], unless VARCHAR[])"""
    )
    connection.executemany("INSERT INTO clocks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", clock_rows(clocks_of(study)))
    connection.execute("CREATE TABLE peer_regions(region VARCHAR, place VARCHAR, part VARCHAR, newer INTEGER)")
    numbers = [
        (number, region.code, region.part, -place)
        for region in study.peers.regions for place, number in enumerate(region.numbers)
    ]  # fmt: skip
    _insert(connection, "peer_regions", numbers)
    connection.execute("CREATE TABLE peer_indicators(indicator VARCHAR, position INTEGER, worse INTEGER, per INTEGER)")
    worse = {None: 0, "higher": 1, "lower": 2}
    asked = [(one.indicator, place, worse[one.worse], one.per) for place, one in enumerate(study.peers.indicators)]
    _insert(connection, "peer_indicators", asked)
    connection.execute("CREATE TABLE peer_services(indicator VARCHAR, service VARCHAR)")
    _insert(connection, "peer_services", [(one.indicator, s) for one in study.peers.indicators for s in one.services])
    _create_questionnaires(connection, study)
    connection.execute("CREATE TABLE end_causes(end_reason VARCHAR, cause VARCHAR)")
    if study.end_causes:
        connection.executemany("INSERT INTO end_causes VALUES (?, ?)", [*study.end_causes.items()])


def _create_workdays(connection: duckdb.DuckDBPyConnection, study: Study) -> None:
    """Create ``workdays(day, number, working)``, from the first day of the window until every time limit has ended."""
    latest = max((clock.most_days for clock in clocks_of(study)), default=0)
    days = workday_numbers(study.window.first, study.window.end + datetime.timedelta(days=latest))
    connection.execute("CREATE TABLE workdays(day DATE, number INTEGER, working BOOLEAN)")
    _insert(connection, "workdays", days)


def _create_questionnaires(connection: duckdb.DuckDBPyConnection, study: Study) -> None:
    """Create ``questions`` (a row a question; ``place``: of its questionnaire in the study) and ``invited``."""
    connection.execute(
        "CREATE TABLE questions(place INTEGER, instrument VARCHAR, question VARCHAR, theme VARCHAR, turned BOOLEAN,"
        " low INTEGER, high INTEGER)"
    )
    connection.execute("CREATE TABLE invited(instrument VARCHAR, respondent_group VARCHAR, invited INTEGER)")
    asked = [(place, each.code, item.code, item.theme, item.reversed, *each.scale)
             for place, each in enumerate(study.questionnaires) for item in each.items]  # fmt: skip
    _insert(connection, "questions", asked)
    _insert(connection, "invited", [(each.code, *n) for each in study.questionnaires for n in each.invited.items()])


def _create_segments(connection: duckdb.DuckDBPyConnection, study: Study) -> None:
    """Create ``segment_rules`` (a row a segment, by place) and ``segment_codes`` (what the rules name)."""
    segments = segments_of(study.resources)
    connection.execute(
        "CREATE TABLE segment_rules(segment VARCHAR, place INTEGER, needs_at_least INTEGER, services_at_least INTEGER,"
        " members_at_least INTEGER, youngest_under INTEGER, kinds INTEGER)"
    )
    connection.execute("CREATE TABLE segment_codes(segment VARCHAR, kind VARCHAR, code VARCHAR)")
    _insert(connection, "segment_rules", rule_rows(segments))
    _insert(connection, "segment_codes", code_rows(segments))


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Put rows into a table at once; row by row takes longer than many a count."""
    if rows:
        columns = ", ".join(f"unnest(${place})" for place in range(1, len(rows[0]) + 1))
        connection.execute(
            f"INSERT INTO {table} SELECT {columns}", [list(column) for column in zip(*rows, strict=True)]
        )


def _write_canonical(
    tables: Mapping[str, pa.Table], families: pa.Table | None, study: Study, folder: Path, n: int
) -> None:
    seen = [tables[name]["client"] for name in OF_CLIENTS if name in tables]
    people = everyone(seen, with_columns(TABLES["clients"], tables.get("clients"), TABLES["clients"].stored), families)
    for table in _IN_REGISTER:
        rows = people if table.name == "clients" else canonical(table, tables.get(table.name), people, study)
        if table.name == "costs":
            invoiced = pc.unique(rows.filter(pc.equal(rows["book"].cast(pa.string()), "invoice"))["service"])
            _write(pa.table({"service": invoiced.cast(pa.string())}), folder / "invoiced", 1)
        _write(rows, folder / table.name, n)


def _create_codes(connection: duckdb.DuckDBPyConnection, study: Study) -> None:
    """Let codes be small numbers that sort like their texts: grouping by them is much of the work."""
    lists = {
        "service_code": [service.code for service in study.services],
        "level_code": LEVELS,
        "production_code": PRODUCTIONS,
        "basis_code": ("day", "visit", "rows"),
        "year_code": [year.label for year in study_years(study.window)],
    }
    for name, codes in lists.items():
        every = ", ".join(f"'{code}'" for code in sorted({*codes, UNKNOWN}))
        connection.execute(f"CREATE TYPE {name} AS ENUM ({every})")
    connection.execute("ALTER TABLE years ALTER year TYPE year_code")


def _write(table: pa.Table, folder: Path, n: int) -> None:
    """Write a table, several buckets at a time; pseudonyms get no dictionary, as there are too many for one."""
    folder.mkdir(mode=0o700)
    few = [field.name for field in table.schema if field.type != pa.uint64()]

    def write(bucket: int, deal: Callable[[], pa.Table]) -> None:
        pq.write_table(deal(), folder / f"{bucket}.parquet", compression="none", use_dictionary=few)

    with ThreadPoolExecutor(pa.cpu_count()) as pool:
        for _ in pool.map(write, range(n), dealt(table, n)):
            pass  # asked for, so that what fails is said


def _copy(connection: duckdb.DuckDBPyConnection, rows: str, file: Path) -> None:
    connection.execute(f"COPY {rows} TO '{_quoted(file)}' (FORMAT parquet)")


def _quoted(path: Path | str) -> str:
    return str(path).replace("'", "''")
