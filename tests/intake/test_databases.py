"""Queries of databases: SQLite always, and a real PostgreSQL where it is installed."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kumppanuus.errors import InputError, KumppanuusError, StudyError
from kumppanuus.intake.query import demand_select, query_place
from kumppanuus.intake.sample import sample_query
from tests.intake.kinds import write_csv, write_sqlite
from tests.intake.postgresql import PASSWORD, Server, binaries, running
from tests.intake.small import RELATIONSHIPS, client, day, finding, only, read, rows
from tests.intake.test_kinds import HEADER, MORNING, RECORDS, same

SOURCE = {name: value for name, value in RELATIONSHIPS.items() if name not in ("files", "delimiter")}
QUERY = "SELECT * FROM poiminta ORDER BY rowid"
SQLITE = SOURCE | {"database": "sqlite:///kunta.db", "query": QUERY}
GOOD: list[list[Any]] = [[number, "koti", MORNING, None, "x"] for number in range(1, 6)]
SECRET = "4821"


# --- What may be asked


@pytest.mark.parametrize("query", [
    "SELECT 1", " select a\nfrom b;\n", "WITH x AS (SELECT 1) SELECT * FROM x", "-- DELETE;\nSELECT 1 /* ; DROP */",
    "SELECT ';', 'it''s; DELETE', \"update\", [drop], `into` FROM x", "SELECT replace(a, 'b', ''), updated FROM x",
])  # fmt: skip
def test_a_single_select_may_be_asked(query: str) -> None:
    demand_select(query)


@pytest.mark.parametrize(("query", "problem"), [
    ("DELETE FROM x", "DELETE"), ("", "–"), ("EXPLAIN SELECT 1", "EXPLAIN"), ("(SELECT 1)", "–"),
    ("SELECT 1; SELECT 2", ";"), ("SELECT 1; DROP TABLE x", ";"), ("SELECT a INTO b FROM c", "INTO"),
    ("WITH x AS (DELETE FROM y RETURNING *) SELECT * FROM x", "DELETE"), ("SELECT 1 FROM x FOR UPDATE", "UPDATE"),
    ("SELECT 1 '; DROP' ; x", ";"),
])  # fmt: skip
def test_anything_else_is_refused_before_a_connection_is_opened(tmp_path: Path, query: str, problem: str) -> None:
    with pytest.raises(StudyError) as caught:
        demand_select(query)
    assert (caught.value.code, caught.value.facts["problem"]) == ("KU119", problem)
    if query:
        with pytest.raises(StudyError) as caught:
            read(tmp_path, SQLITE | {"query": query})
        assert caught.value.code == "KU119"


def test_a_query_is_named_after_its_database_and_first_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALASANA", "p@ss/w:rd")
    place = query_place(
        "postgresql://me:${SALASANA}@server:5433/kunta", 'SELECT \'from x\' FROM "Asiakas"."Jaksot" j', Path()
    )
    assert place.name == "kunta.Asiakas.Jaksot"
    assert (place.url.drivername, place.url.password, place.url.port) == ("postgresql+psycopg", "p@ss/w:rd", 5433)
    assert "p@ss" not in repr(place)
    assert "server" not in repr(place)
    monkeypatch.setenv("KANTA", "sqlite:///a/b.db")
    place = query_place("${KANTA}", "SELECT 1", Path("/srv"))
    assert (place.name, place.url.database) == ("b", "/srv/a/b.db")
    monkeypatch.setenv("PORTTI", "1433")
    assert query_place("mssql+pymssql://${KUKA:-minä}@s:${PORTTI}/k", "SELECT 1", Path()).url.username == "minä"


def test_addresses_that_cannot_be_used_are_refused_without_being_shown(tmp_path: Path) -> None:
    for database, code, problem in [
        ("${PUUTTUU_AIVAN}", "KU204", None),
        (f"//{SECRET}@x", "KU117", "database"),
        (f"mssql://me:{SECRET}@server/kunta", "KU117", "pyodbc"),
        (f"oracle://me:{SECRET}@server/kunta", "KU117", "oracledb"),
        (f"mssql+pymssql://me:{SECRET}@server/kunta", "KU117", "pymssql"),
        (f"olematon://me:{SECRET}@server/kunta", "KU117", "olematon"),
        ("sqlite:///puuttuu.db", "KU118", "file not found"),
    ]:
        with pytest.raises(KumppanuusError) as caught:
            read(tmp_path, SQLITE | {"database": database})
        assert (caught.value.code, caught.value.facts.get("problem")) == (code, problem), database
        assert SECRET not in str(caught.value)
    assert not (tmp_path / "puuttuu.db").exists()


# --- SQLite


def test_columns_are_mapped_and_an_empty_answer_is_a_header_only(tmp_path: Path) -> None:
    write_sqlite(tmp_path / "kunta.db", HEADER, GOOD)
    intake = read(tmp_path, SQLITE | {"query": "SELECT * FROM poiminta WHERE 1 = 0"})
    assert (only(intake).read, finding(intake, "KU106").severity) == (0, "warning")
    with pytest.raises(InputError) as caught:
        read(tmp_path, SQLITE | {"query": "SELECT Asiakas, Palvelu FROM poiminta"})
    assert (caught.value.code, caught.value.facts["columns"]) == ("KU104", "Alku, Loppu")
    with pytest.raises(InputError) as caught:
        read(tmp_path, SQLITE | {"query": "SELECT *, 1 AS alku FROM poiminta"})
    assert caught.value.code == "KU105"
    with pytest.raises(InputError) as caught:
        read(tmp_path, SQLITE | {"query": f"SELECT '{SECRET}' FROM olematon"})
    assert (caught.value.code, caught.value.facts["problem"]) == ("KU118", "OperationalError")
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None


def test_the_database_file_is_opened_for_reading_only(tmp_path: Path) -> None:
    write_sqlite(tmp_path / "kunta.db", HEADER, GOOD)
    (tmp_path / "kunta.db").chmod(0o400)
    before = hashlib.sha256((tmp_path / "kunta.db").read_bytes()).hexdigest()
    assert only(read(tmp_path, SQLITE)).used == 5
    assert hashlib.sha256((tmp_path / "kunta.db").read_bytes()).hexdigest() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kunta.db", "state"]


def test_the_digest_follows_the_content_and_not_the_order(tmp_path: Path) -> None:
    def digest(query: str, records: list[list[Any]]) -> str:
        (tmp_path / "kunta.db").unlink(missing_ok=True)
        write_sqlite(tmp_path / "kunta.db", HEADER, records)
        (value,) = read(tmp_path, SQLITE | {"query": query}).inputs.values()
        return value

    first = digest("SELECT * FROM poiminta", GOOD)
    assert digest("SELECT * FROM poiminta", GOOD[::-1]) == first
    others = [GOOD[:-1], [*GOOD, GOOD[0]], [*GOOD[:-1], [5, "koti", MORNING, None, "y"]], []]
    assert len({first, digest(QUERY, GOOD), *(digest("SELECT * FROM poiminta", each) for each in others)}) == 6


def test_two_queries_of_one_table_are_two_inputs(tmp_path: Path) -> None:
    write_sqlite(tmp_path / "kunta.db", HEADER, GOOD)
    asked = [SQLITE | {"query": f"SELECT * FROM poiminta WHERE Asiakas = {n}"} for n in (1, 2, 3)]
    intake = read(tmp_path, *asked)
    assert len(intake.inputs) == 3
    assert [account.used for account in intake.account] == [1, 1, 1]


def test_odd_values_are_text_or_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "kunta.db") as connection:
        connection.execute("CREATE TABLE poiminta (Asiakas, Palvelu, Alku, Loppu, Muuta)")
        connection.executemany("INSERT INTO poiminta VALUES (?, ?, ?, ?, ?)", [
            (12345678901234567, "koti", "1.2.2020", None, b"\x00"),
            ("0012", "koti", "1.2.2020", "", None),
            (13.0, "koti", 20200201, None, None),
        ])  # fmt: skip
    connection.close()
    intake = read(tmp_path, SQLITE)
    assert {row["client"] for row in rows(intake)} == {client("12345678901234567"), client("0012")}
    aside = (tmp_path / "state" / "quarantine" / "001_relationships_kunta.poiminta.csv").read_text("utf-8-sig")
    assert "3;KU306;13\tkoti\t20200201\t\t" in aside
    with pytest.raises(InputError) as caught:
        read(tmp_path, SQLITE | {"query": "SELECT Asiakas, Palvelu, Alku, Muuta AS Loppu FROM poiminta"})
    assert (caught.value.code, caught.value.facts["columns"]) == ("KU115", "Loppu")


def test_many_records_come_in_batches_with_their_numbers(tmp_path: Path) -> None:
    query = """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120000)
    SELECT i AS Asiakas, 'koti' AS Palvelu, CASE i WHEN 110001 THEN '31.2.2020' ELSE '1.2.2020' END AS Alku,
    NULL AS Loppu FROM n ORDER BY i"""
    write_sqlite(tmp_path / "kunta.db", HEADER, [])
    intake = read(tmp_path, SQLITE | {"query": query})
    assert (only(intake).used, finding(intake, "KU306").example_row) == (119_999, 110_001)
    aside = (tmp_path / "state" / "quarantine" / "001_relationships_kunta.n.csv").read_text("utf-8-sig")
    assert "110001;KU306;110001\tkoti\t31.2.2020\t" in aside


def test_the_beginning_of_an_answer_is_a_sample(tmp_path: Path) -> None:
    write_sqlite(tmp_path / "kunta.db", HEADER, GOOD)
    (sample,) = sample_query("sqlite:///kunta.db", QUERY, lambda names: len({*names} & {"Asiakas", "Alku"}), tmp_path)
    assert (sample.title, sample.kind, sample.whole) == ("kunta.poiminta", "database", True)
    assert sample.names == tuple(HEADER)
    assert sample.cells.iloc[0].tolist() == ["1", "koti", "01.02.2020", "", "x"]
    assert sample_query("sqlite:///kunta.db", "SELECT 1 AS a", len, tmp_path) == []


# --- PostgreSQL


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql (.ci/system-packages)")
    pytest.importorskip("psycopg")
    with running(programs) as started:
        started.run(
            'CREATE TABLE poiminta (i serial, "Asiakas" integer, "Palvelu" text, "Alku" timestamp, "Loppu" date, '
            '"Muuta" varchar)',
            "CREATE SEQUENCE laskuri",
            "CREATE TABLE oudot (uuid uuid, raha numeric(12, 2), joukko integer[], json jsonb, tavut bytea, "
            "hetki timestamptz, kyllä boolean)",
            "INSERT INTO oudot VALUES ('00000000-0000-0000-0000-00000000000a', 12.50, '{1}', '{}', '\\x00', "
            "'2020-02-01 00:00 Europe/Helsinki', true)",
        )
        started.insert(f"INSERT INTO poiminta ({COLUMNS}) VALUES (%s, %s, %s, %s, %s)", RECORDS)
        yield started


COLUMNS = '"Asiakas", "Palvelu", "Alku", "Loppu", "Muuta"'


def asked(server: Server, query: str) -> dict[str, Any]:
    return SOURCE | {"database": server.address, "query": query}


def test_postgresql_reads_like_its_text_twin(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALASANA", PASSWORD)
    write_csv(tmp_path / "r.csv", HEADER, RECORDS)
    intake = read(tmp_path, asked(server, f"SELECT {COLUMNS} FROM poiminta ORDER BY i;"))
    assert only(intake).file == "postgres.poiminta"
    assert list(intake.inputs) == ["postgres.poiminta"]
    same(intake, read(tmp_path, RELATIONSHIPS))


def test_postgresql_is_asked_what_is_written(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALASANA", PASSWORD)
    query = f"""SELECT {COLUMNS} FROM poiminta WHERE "Palvelu" LIKE 'k%' AND '12:30'::text = '12:30'
    AND "Alku"::date = DATE '2020-03-01' AND "Asiakas" %% 2 = 0""".replace("%%", "%")
    assert rows(read(tmp_path, asked(server, query)))[0]["start"] == day("2020-03-01")


@pytest.mark.parametrize(("query", "problem"), [
    ("SELECT nextval('laskuri') AS \"Asiakas\"", "ReadOnlySqlTransaction"),
    (f"SELECT '{SECRET}' FROM olematon", "UndefinedTable"),
    (f"SELECT '{SECRET}x'::int", "InvalidTextRepresentation"),
])  # fmt: skip
def test_postgresql_refuses_in_words_without_values(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch, query: str, problem: str
) -> None:
    monkeypatch.setenv("SALASANA", PASSWORD)
    with pytest.raises(InputError) as caught:
        read(tmp_path, asked(server, query))
    assert (caught.value.code, caught.value.facts["problem"]) == ("KU118", problem)
    assert SECRET not in f"{caught.value!s}{caught.value.facts!r}"


def test_a_wrong_password_is_said_but_not_shown(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALASANA", SECRET)
    with pytest.raises(InputError) as caught:
        read(tmp_path, asked(server, f"SELECT {COLUMNS} FROM poiminta"))
    assert (caught.value.code, caught.value.facts) == (
        "KU118", {"file": "postgres.poiminta", "problem": "OperationalError"},
    )  # fmt: skip


def test_types_of_postgresql(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALASANA", PASSWORD)
    query = """SELECT uuid AS "Asiakas", 'koti' AS "Palvelu", {} AS "Alku", NULL AS "Loppu" FROM oudot"""
    for column in ("joukko", "json", "tavut"):
        with pytest.raises(InputError) as caught:
            read(tmp_path, asked(server, query.format(column)))
        assert (caught.value.code, caught.value.facts["columns"]) == ("KU115", "Alku")
    intake = read(tmp_path, asked(server, query.format("hetki AT TIME ZONE 'Europe/Helsinki'")))
    assert rows(intake)[0]["client"] == client("00000000-0000-0000-0000-00000000000a")
    intake = read(tmp_path, asked(server, query.format("hetki AT TIME ZONE 'UTC'")))
    assert dict(only(intake).quarantined) == {"KU306": 1}
    costs = {"table": "costs", "columns": {"service": "P", "date": "D", "cost_eur": "E"}, "database": server.address}
    query = 'SELECT \'koti\' AS "P", DATE \'2020-02-01\' AS "D", raha AS "E" FROM oudot'
    assert rows(read(tmp_path, costs | {"query": query}), "costs")[0]["cost_cents"] == 1250
