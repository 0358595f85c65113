"""Rows of all files of one table → one row per key, and the fate of every other row.

Files of a register that are snapshots of it tell of the same relationship again and again: the newest file is right.
Files that are parts of one extract may not contradict each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from kumppanuus.intake.canonical import SCHEMAS
from kumppanuus.register.tables import TABLES
from kumppanuus.study import Window

FILE, RANK = "_file", "_rank"
"""Columns beside the canonical ones: number of the file in the account; the higher rank is believed."""

_MOST_ROWS = 1 << 40
_CONFLICT = {
    "relationships": 'before."end" IS NOT NULL AND "end" IS DISTINCT FROM before."end" OR '
    + " OR ".join(f"coalesce({name} <> before.{name}, false)" for name in ("production", "area")),
    "clients": " OR ".join(f"coalesce({name} <> before.{name}, false)" for name in ("birth_date", "sex", "family")),
    "population": "persons <> before.persons",
}
_OUTSIDE = {
    "relationships": '"start" >= $after OR "end" <= $first',
    "visits": "date >= $after OR date < $first",
    "costs": "date >= $after OR date < $first",
}


@dataclass(frozen=True, slots=True)
class Fates:
    """Rows that are not used as they are.

    by_fate : ``duplicate``, ``snapshot``, ``outside_window``, ``316``, ``311`` → (file numbers, line numbers).
    warnings : code of a finding → (file number, rows concerned, first line number) of each file.
    """

    by_fate: Mapping[str, tuple[np.ndarray, np.ndarray]]
    warnings: Mapping[str, Sequence[tuple[int, int, int | None]]]


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What merging has to know of a file.

    source : number of its source; the sources of one table that stand first in the study are believed.
    snapshot : it is a snapshot of the register, not a part of one extract.
    newest : it is the newest snapshot of its source.
    """

    source: int
    snapshot: bool
    newest: bool


def rank_of(files: Sequence[FileFacts]) -> list[int]:
    """Return the rank of every file: the later snapshot and the earlier source are believed."""
    ranks, last = [], max((file.source for file in files), default=0)
    for number, file in enumerate(files):
        first = next(n for n, other in enumerate(files) if other.source == file.source)
        ranks.append((last - file.source) * (len(files) + 1) + (number - first if file.snapshot else 0))
    return ranks


def settle(
    engine: duckdb.DuckDBPyConnection,
    name: str,
    rows: pa.Table,
    files: Sequence[FileFacts],
    window: Window,
    births: pa.Table | None,
) -> tuple[pa.Table, Fates]:
    """Give every row of a table its fate.

    Parameters
    ----------
    rows : canonical columns with ``_file``, ``_row`` and ``_rank``.
    files : by the file number that stands in ``_file``.
    births : ``client``, ``birth_date`` of the clients known; None when the study has no clients table.

    Returns
    -------
    tuple
        The used rows in canonical order of all columns, and the fates of the others.
    """
    engine.register("given", rows)
    facts = {"source": [f.source for f in files], "snapshot": [f.snapshot for f in files]}
    engine.register("files", pa.table({"file": list(range(len(files))), **facts, "newest": [f.newest for f in files]}))
    _number_rows(engine, name, files)
    _judge_births(engine, name, births)
    _judge_copies(engine, name)
    _judge_window(engine, name, window)
    columns = ", ".join(f'"{field.name}"' for field in SCHEMAS[name])
    table = (
        engine.execute(f"SELECT {columns} FROM rows ANTI JOIN fates USING (n) ORDER BY ALL")
        .to_arrow_table()
        .cast(SCHEMAS[name])
    )
    fates = Fates(_by_fate(engine, name), _warnings(engine, name, window, births is not None))
    for view in ("rows", "fates", "copies"):
        engine.execute(f"DROP TABLE {view}")
    return table, fates


def _number_rows(engine: duckdb.DuckDBPyConnection, name: str, files: Sequence[FileFacts]) -> None:
    """Number the rows, and tell apart the equal rows of a keyless snapshot, so that each meets its own earlier self."""
    copy = "0"
    if not TABLES[name].key and any(file.snapshot for file in files):
        columns = ", ".join(f'"{field.name}"' for field in SCHEMAS[name])
        copy = f"row_number() OVER (PARTITION BY {columns}, _rank ORDER BY _file, _row)"
    engine.execute(f"CREATE TEMP TABLE rows AS SELECT _file * {_MOST_ROWS} + _row AS n, {copy} AS _copy, * FROM given")
    engine.execute("CREATE TEMP TABLE fates (n BIGINT, fate VARCHAR)")


def _judge_births(engine: duckdb.DuckDBPyConnection, name: str, births: pa.Table | None) -> None:
    if name == "relationships" and births is not None:
        engine.register("births", births)
        engine.execute(
            """INSERT INTO fates SELECT n, '311' FROM rows JOIN births USING (client) WHERE "start" < birth_date"""
        )


def _judge_copies(engine: duckdb.DuckDBPyConnection, name: str) -> None:
    """Keep one row per key: the best copy of the file that is believed."""
    key = list(TABLES[name].key) or [field.name for field in SCHEMAS[name]] + ["_copy"]
    if not TABLES[name].key and not engine.execute("SELECT bool_or(snapshot) FROM files").fetchall()[0][0]:
        engine.execute("""CREATE TEMP TABLE copies AS
            SELECT *, 0 AS best, 0 AS best_file, '' AS fate, false AS conflict FROM rows LIMIT 0""")
        return
    by_key = ", ".join(f'"{column}"' for column in key)
    content = "{" + ", ".join(f"'{field.name}': \"{field.name}\"" for field in SCHEMAS[name]) + "}"
    engine.execute(f"""
        CREATE TEMP TABLE copies AS
        WITH alive AS (SELECT *, hash({by_key}) AS k FROM rows ANTI JOIN fates USING (n)),
        several AS (SELECT * FROM alive SEMI JOIN (SELECT k FROM alive GROUP BY k HAVING count(*) > 1) USING (k)),
        within AS (
            SELECT *, row_number() OVER told AS copy, min(content) OVER whole <> max(content) OVER whole AS torn
            FROM (SELECT *, {content} AS content FROM several)
            WINDOW whole AS (PARTITION BY {by_key}, _rank),
                told AS (PARTITION BY {by_key}, _rank ORDER BY _file, _row)
        ),
        across AS (
            SELECT *, first_value(n) OVER latest AS best, first_value(_file) OVER latest AS best_file,
                lag(content) OVER (PARTITION BY {by_key}, torn, copy ORDER BY _rank) AS before
            FROM within
            WINDOW latest AS (PARTITION BY {by_key} ORDER BY torn, _rank DESC, copy)
        )
        SELECT across.* EXCLUDE (before, content), CASE
                WHEN torn THEN '316'
                WHEN n = best THEN 'used'
                WHEN copy > 1 OR mine.source <> theirs.source OR NOT mine.snapshot THEN 'duplicate'
                ELSE 'snapshot' END AS fate,
            coalesce(NOT torn AND copy = 1 AND ({_CONFLICT.get(name, "false")}), false) AS conflict
        FROM across JOIN files AS mine ON mine.file = _file JOIN files AS theirs ON theirs.file = best_file
    """)
    engine.execute("INSERT INTO fates SELECT n, fate FROM copies WHERE fate <> 'used'")


def _judge_window(engine: duckdb.DuckDBPyConnection, name: str, window: Window) -> None:
    if name in _OUTSIDE:
        engine.execute(
            f"INSERT INTO fates SELECT n, 'outside_window' FROM rows ANTI JOIN fates USING (n) WHERE {_OUTSIDE[name]}",
            {"first": window.first, "after": window.end},
        )


def _by_fate(engine: duckdb.DuckDBPyConnection, name: str) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return the records of every fate; a record of several answers is used when one of them is."""
    lost = "SELECT fate, _file, _row FROM fates JOIN rows USING (n)"
    if name == "answers":
        lost = """SELECT min(fate) AS fate, _file, _row FROM rows LEFT JOIN fates USING (n)
            GROUP BY _file, _row HAVING count(fate) = count(*)"""
    told = engine.execute(f"{lost} ORDER BY fate, _file, _row").fetchnumpy()
    fates = np.asarray(told["fate"]).astype(str)
    return {fate: (told["_file"][fates == fate], told["_row"][fates == fate]) for fate in sorted(set(fates.tolist()))}


def _warnings(
    engine: duckdb.DuckDBPyConnection, name: str, window: Window, has_clients: bool
) -> dict[str, list[tuple[int, int, int | None]]]:
    """Count per file what a reader should know; each statement gives file, rows, first line."""
    by_key = ", ".join(f'"{column}"' for column in TABLES[name].key) or "n"
    asked = {
        "KU402": "SELECT _file, _row FROM copies WHERE fate = 'duplicate'",
        "KU404": f"""SELECT any_value(best_file) AS _file, min(_row) FILTER (n = best) AS _row
            FROM copies GROUP BY {by_key} HAVING bool_or(conflict)""",
    }
    if name == "relationships":
        asked["KU405"] = """SELECT _file, _row FROM rows ANTI JOIN fates USING (n) JOIN files ON file = _file
            WHERE "end" IS NULL AND snapshot AND NOT newest"""
        asked["KU407"] = 'SELECT _file, _row FROM rows ANTI JOIN fates USING (n) WHERE "end" > $after'
        if has_clients:
            asked["KU406"] = "SELECT _file, _row FROM rows ANTI JOIN fates USING (n) ANTI JOIN births USING (client)"
    counted = {}
    for code, sql in sorted(asked.items()):
        settings = {"after": window.end} if "$after" in sql else {}
        counted[code] = engine.execute(
            f"SELECT _file, count(*), min(_row) FROM ({sql}) GROUP BY _file ORDER BY _file", settings
        ).fetchall()
    return {code: told for code, told in counted.items() if told}
