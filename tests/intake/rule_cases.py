"""The smallest extracts that break each rule: code → letter, files, study. A new rule needs a case here.

E stops with the code · Q puts one row aside by it and uses the good ones · W keeps the row and says so.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

Content = str | bytes | Callable[[Path], None]


@dataclass(frozen=True)
class Case:
    """One rule, broken once.

    letter : E, Q or W.
    files : name → content.
    sources : as the study has them.
    n : records (columns, sheets) that the finding counts.
    study : changes to the study.
    beside : other findings that it cannot come without.
    """

    letter: str
    files: Mapping[str, Content]
    sources: tuple[dict[str, Any], ...]
    n: int = 1
    study: Mapping[str, Any] = field(default_factory=dict)
    beside: tuple[str, ...] = ()


def source(table: str, columns: str, **changes: Any) -> dict[str, Any]:
    """A source whose headers are the canonical names."""
    mapped = {name: name for name in columns.split(";")}
    return {"table": table, "files": [f"{table}*.*"], "columns": mapped, "delimiter": ";"} | changes


def case(letter: str, table: str, columns: str, *rows: str, n: int = 1, **changes: Any) -> Case:
    """A case of one table in one text file: the first row is good."""
    content = "".join(f"{row}\n" for row in (columns, *rows))
    return Case(letter, {f"{table}.csv": content}, (source(table, columns, **changes),), n)


REL = "client;service;start;end"
LINKS = "client;guardian"
GOOD = "1;perhe;1.2.2020;"


def rel(letter: str, *rows: str, n: int = 1, columns: str = REL, **changes: Any) -> Case:
    return case(letter, "relationships", columns, GOOD + ";" * (columns.count(";") - 3), *rows, n=n, **changes)


def raw(letter: str, content: Content, name: str = "relationships.csv", **changes: Any) -> Case:
    return Case(letter, {name: content}, (source("relationships", REL, **changes),))


def book(then: Callable[[Any], None]) -> Callable[[Path], None]:
    """A workbook of two good rows, and something done to it."""

    def write(path: Path) -> None:
        made = openpyxl.Workbook()
        assert made.active is not None
        for line in (REL.split(";"), ["1", "perhe", "1.2.2020", None], ["2", "perhe", "1.2.2020", None]):
            made.active.append(line)
        then(made)
        made.save(path)

    return write


def merge_cells(made: Any) -> None:
    made.active.merge_cells("C3:D3")


def hide_row(made: Any) -> None:
    made.active.row_dimensions[3].hidden = True


def add_sheet(made: Any) -> None:
    made.create_sheet("Muu").append(["jotain"])


def snapshots(older: str, newer: str, files_are: str = "snapshots", **changes: Any) -> Case:
    files = {f"relationships_{n}.csv": f"{REL}\n{row}\n" for n, row in enumerate((older, newer), start=1)}
    return Case("W", files, (source("relationships", REL, files_are=files_are),), **changes)


def zip_of(name: str, content: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(name, content)

    return write


def parquet_of(starts: list[Any]) -> Callable[[Path], None]:
    """A Parquet file of two rows with the given starts."""
    columns = {"client": ["1", "2"], "service": ["perhe", "perhe"], "start": starts, "end": [None, None]}
    return lambda path: pq.write_table(pa.table(columns), path)


def query(database: str, sql: str) -> Case:
    asked = {name: value for name, value in source("relationships", REL).items() if name != "files"}
    return Case("E", {}, (asked | {"database": database, "query": sql},))


def with_clients(letter: str, clients: str, relationships: str, n: int = 1) -> Case:
    columns = "client;birth_date"
    return Case(
        letter,
        {"clients.csv": f"{columns}\n{clients}\n", "relationships.csv": f"{REL}\n{relationships}\n"},
        (source("clients", columns), source("relationships", REL)),
        n,
    )


def family(pairs: str, n: int, **rule: int) -> Case:
    return Case(
        "W",
        {"family_links.csv": f"{LINKS}\n{pairs}\n", "relationships.csv": f"{REL}\n{GOOD}\n"},
        (source("family_links", LINKS), source("relationships", REL)),
        n,
        {"families": rule},
    )


CONTACTS = "client;date;decided;assessed;recorded"
VISITS = "client;service;date;visits;recorded"
POPULATION = "year;age_from;age_to;persons"
CASES: dict[str, Case] = {
    # --- files that cannot be read
    "KU101": Case("E", {}, (source("relationships", REL),)),
    "KU102": raw("E", ""),
    "KU103": raw("E", f"{REL}\n".encode() + b"1;\x81\x8d\xff;1.2.2020;\n"),
    "KU104": raw("E", f"client;service;alku;end\n{GOOD}\n"),
    "KU105": raw("E", f"{REL};start\n{GOOD};1\n"),
    "KU106": Case("W", {"relationships.csv": REL + "\n"}, (source("relationships", REL),), n=0),
    "KU108": raw("E", b"no workbook at all", "relationships.xlsx"),
    "KU109": rel("E", "1,23457E+11;perhe;1.2.2020;"),
    "KU113": raw("E", b"PK\x03\x04 no archive", "extracts.zip", folder="extracts.zip"),
    "KU114": raw("E", zip_of("relationships.csv", f"{REL}\n{GOOD}\n"), "relationships.zip"),
    "KU115": raw("E", parquet_of([[1], [2]]), "relationships.parquet"),
    "KU116": raw("E", b"PAR1 no table PAR1", "relationships.parquet"),
    "KU117": query("no_such_system://server/register", "SELECT 1"),
    "KU118": query("sqlite:///no_such_file.db", "SELECT 1"),
    "KU119": query("sqlite:///no_such_file.db", "DELETE FROM relationships"),
    # --- records put aside
    "KU301": rel("Q", "2;perhe;1.2.2020"),
    "KU302": rel("Q", '2;"perhe;1.2.2020;'),
    "KU303": raw("Q", f"{REL}\n{GOOD}\n2;".encode() + b"\xe4;1.2.2020;\n", encoding="utf-8"),
    "KU304": rel("Q", "2;per\x1bhe;1.2.2020;"),
    "KU305": rel("Q", ";perhe;1.2.2020;"),
    "KU306": rel("Q", "2;perhe;29.2.2023;"),
    "KU307": rel("Q", "2;perhe;1.2.20;"),
    "KU308": case("Q", "costs", "service;date;cost_eur", "perhe;1.2.2020;1,5", "perhe;1.2.2020;1.5"),
    "KU309": rel("Q", "2;perhe;1.2.2020;31.1.2020"),
    "KU310": rel("Q", "2;perhe;1.2.2105;"),
    "KU311": with_clients("Q", "1;1.1.2015\n2;2.2.2020", f"{GOOD}\n2;perhe;1.2.2020;"),
    "KU312": rel("Q", "Yhteensä;;;"),
    "KU313": case("Q", "clients", "client;identity_code", "1;131052-308T", "2;131052-308X"),
    "KU315": rel("Q", "2;perhe;1.2.2020;1.2.2020", end_is="first_day_after"),
    "KU316": rel("Q", "2;perhe;1.2.2020;", "2;perhe;1.2.2020;1.3.2020", n=2),
    "KU317": rel("Q", f"2;{'x' * 10_001};1.2.2020;"),
    "KU318": case("Q", "population", POPULATION, "2020;0;6;700", "2020;9;7;80"),
    "KU319": rel("Q", "2;perhe;1.2.2020;#REF!"),
    "KU320": raw("Q", book(merge_cells), "relationships.xlsx"),
    "KU321": case("Q", "contacts", CONTACTS, "1;1.2.2020;1.2.2020;;", "2;1.2.2020;31.1.2020;;"),
    "KU322": case("Q", "contacts", CONTACTS, "1;1.2.2020;;1.2.2020;", "2;1.2.2020;;31.1.2020;"),
    "KU323": case("Q", "goals", "client;date;assessed", "1;1.2.2020;1.2.2020", "2;1.2.2020;31.1.2020"),
    "KU324": case("Q", "capacity", "service;date;places;fte;budget_eur", "perhe;1.2.2020;0;0;0", "perhe;1.2.2020;;-1;"),
    "KU325": case("Q", "population", POPULATION, "2020;0;6;700", "20;0;6;80"),
    "KU326": case("Q", "services", "service;level;unit_cost_eur", "perhe;early;0", "koti;early;-1"),
    "KU327": case("Q", "workers", "worker;fte", "t1;0,5", "t2;80"),
    # --- kept, and said
    "KU401": rel("W", "2;outo;1.2.2020;"),
    "KU402": rel("W", GOOD),
    "KU403": raw("W", f"{REL};muu\n{GOOD};x\n"),
    "KU404": snapshots("1;perhe;1.2.2020;5.5.2020", "1;perhe;1.2.2020;6.6.2020"),
    "KU405": snapshots(GOOD, "2;perhe;1.2.2020;"),
    "KU406": with_clients("W", "1;1.1.2015", f"{GOOD}\n2;perhe;1.2.2020;"),
    "KU407": rel("W", "2;perhe;1.2.2020;1.6.2030"),
    "KU408": rel("W", "2;perhetyÃ¶;1.2.2020;", values={"service": {"perhetyÃ¶": "perhe"}}),
    "KU409": raw("W", book(hide_row), "relationships.xlsx"),
    "KU410": with_clients("W", "0012;1.1.2015\n1134;1.1.2015", "1134;perhe;1.2.2020;\n12;perhe;1.2.2020;"),
    "KU411": raw("W", book(add_sheet), "relationships.xlsx"),
    "KU412": case("W", "clients", "client;identity_code", "1;131052-308T", "2;010594Y9032"),
    "KU413": snapshots("1;perhe;1.2.2020;5.5.2020", "1;perhe;1.2.2020;"),
    "KU414": snapshots("1;perhe;1.2.2020;", "1;perhe;2.2.2020;"),
    "KU415": snapshots(GOOD, "2;perhe;1.2.2020;", "full"),
    "KU420": replace(
        case("W", "clients", "client;identity_code", "1;131052-308T", "1;131052-310V", n=2), beside=("KU402",)
    ),
    "KU421": case("W", "clients", "client;identity_code", "1;131052-308T", "2;131052-308T"),
    "KU422": family("1;9\n2;9\n3;9", n=3, most_children=2),
    "KU423": family("1;9\n2;9\n3;9", n=4, largest=3),
    "KU425": case("W", "visits", VISITS, "1;perhe;1.2.2020;1;1.2.2020", "2;perhe;1.2.2020;1;31.1.2020"),
    "KU426": case("W", "contacts", CONTACTS, "1;1.2.2020;;;1.2.2020", "2;1.2.2020;;;1.2.2105"),
    "KU427": case("W", "costs", "service;date;cost_eur", "perhe;1.2.2020;1", "perhe;1.2.2020;0,00"),
    "KU429": case("W", "clients", "client;birth_date", "1;1.1.1910", "2;31.12.1909"),
    "KU430": case("W", "clients", "client;identity_code", "1;131052-308T", "2;131052A308T"),
    "KU428": case("W", "visits", VISITS, "1;perhe;1.2.2020;;", "2;perhe;1.2.2020;0;"),
}

ELSEWHERE: dict[str, tuple[str, str]] = {
    "KU107": ("test_text_files.py", "somebody has to write to the file while it is read"),
    "KU110": ("test_rule_catalogue.py", "a line of 256 MB: the test makes the limit smaller"),
    "KU111": ("test_rule_catalogue.py", "the system has to refuse the file"),
    "KU112": ("test_pseudonyms.py", "two identifiers that collide have to be made up"),
    "KU120": ("test_quarantine.py", "comes after reading, from the account"),
    "KU199": ("test_quarantine.py", "a fault of a library has to be made up"),
}
"""Codes that no extract alone can show: the file of tests that has them, and why."""
