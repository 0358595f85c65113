"""A whole run on a database: the demo's registers in PostgreSQL and SQLite, and their twin in text files."""

from __future__ import annotations

import datetime
import json
import re
import shutil
import sqlite3
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from kumppanuus import pipeline
from kumppanuus.demo import write_demo
from kumppanuus.intake.account import Intake
from kumppanuus.study import load_study
from tests.conftest import Shell
from tests.functional.dialects import Register, full_rows, give_key, registers_of, toml, utf8_with_mark
from tests.intake.postgresql import PASSWORD, Server, binaries, running
from tests.studies import few

STEMS = {
    "relationships": "asiakkuudet_2025", "clients": "asiakkaat_2025", "visits": "kaynnit", "costs": "kustannukset",
    "population": "vaesto",
}  # fmt: skip
TYPES = {
    "Käyntipäivä": "date",
    "Vuosi": "integer",
    "Ikä alkaen": "integer",
    "Ikä enintään": "integer",
    "Väkiluku": "integer",
}
FEW = few("baseline.coverage", "lifecycle.network", "resources.spending")
"""The rooms that take longest; what is read is the same for all."""
OF_FILES = ("files", "folder", "format", "encoding", "delimiter", "sheet", "header_row")


@pytest.fixture(scope="module")
def registers(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, Register]]:
    """The demo's study, and its registers of one year without their titles and short rows."""
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder, families=1000)
    found = registers_of(folder / "aineisto")
    study = tomllib.loads((folder / "kumppanuus.toml").read_text(encoding="utf-8"))
    # one register of each kind
    stems = [stem.partition("_")[0] for stem in STEMS.values()]
    study["sources"] = [each for each in study["sources"] if re.split(r"_\*|\.", each["files"][0])[0] in stems]
    return study, {name: Register("", found[stem].header, full_rows(found[stem])) for name, stem in STEMS.items()}


@pytest.fixture(scope="module")
def text_twin(registers: tuple[dict[str, Any], dict[str, Register]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    study, tables = registers
    folder = tmp_path_factory.mktemp("teksti")
    for name, register in tables.items():
        (folder / f"{name}.csv").write_bytes(utf8_with_mark(register))
    form = {"delimiter": ";", "encoding": "utf-8"}
    _write_study(folder, study, lambda table: {"files": [f"{table}.csv"], **form})
    return folder


def _write_study(folder: Path, study: Mapping[str, Any], where: Callable[[str], dict[str, Any]]) -> None:
    sources = [
        {key: value for key, value in source.items() if key not in OF_FILES} | where(source["table"])
        for source in study["sources"]
    ]
    (folder / "kumppanuus.toml").write_text(toml({**study, "sources": sources}), encoding="utf-8")


def _typed(register: Register) -> list[list[object]]:
    """Give the cells as a database holds them; a blank row has nothing."""
    kinds = [TYPES.get(name, "text") for name in register.header]
    return [
        [_value(cell, kind) for cell, kind in zip(row or [""] * len(kinds), kinds, strict=True)]
        for row in register.rows
    ]


def _value(cell: str, kind: str) -> object:
    if not cell:
        return None
    if kind == "date":
        return datetime.datetime.strptime(cell, "%d.%m.%Y").date()
    return int(cell) if kind == "integer" else cell


def _create(name: str, register: Register, number: str) -> str:
    columns = ", ".join(f'"{column}" {TYPES.get(column, "text")}' for column in register.header)
    return f"CREATE TABLE {name} (rivi {number}, {columns})"


def _query(name: str, register: Register) -> str:
    return f"SELECT {', '.join(_quoted(column) for column in register.header)} FROM {name} ORDER BY rivi"


def _quoted(column: str) -> str:
    return f'"{column}"'


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    pytest.importorskip("psycopg")
    with running(programs) as started:
        yield started


def _fill_sqlite(file: Path, tables: Mapping[str, Register]) -> str:
    with sqlite3.connect(file) as base:
        for name, register in tables.items():
            base.execute(_create(name, register, "integer primary key"))
            rows = [[value if not isinstance(value, datetime.date) else value.strftime("%d.%m.%Y") for value in row]
                    for row in _typed(register)]  # fmt: skip
            marks = ", ".join("?" * len(register.header))
            base.executemany(f"INSERT INTO {name} ({', '.join(map(_quoted, register.header))}) VALUES ({marks})", rows)
    base.close()
    return f"sqlite:///{file.name}"


def _fill_postgresql(server: Server, tables: Mapping[str, Register]) -> str:
    for name, register in tables.items():
        server.run(_create(name, register, "serial"))
        marks = ", ".join(["%s"] * len(register.header))
        server.insert(
            f"INSERT INTO {name} ({', '.join(map(_quoted, register.header))}) VALUES ({marks})", _typed(register)
        )
    return server.address


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(
    request: pytest.FixtureRequest, registers: tuple[dict[str, Any], dict[str, Register]], text_twin: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:  # fmt: skip
    """A study that reads nothing but a database, with the key of its twin."""
    study, tables = registers
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "sqlite":
        address = _fill_sqlite(folder / "kunta.db", tables)
    else:
        address = _fill_postgresql(request.getfixturevalue("server"), tables)
    _write_study(folder, study, lambda table: {"database": address, "query": _query(table, tables[table])})
    _read(text_twin)  # makes the key
    give_key(text_twin, folder)
    return folder


def _read(folder: Path) -> Intake:
    return pipeline.read(load_study(folder), progress=lambda _step, _done, _total: None)[0]


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALASANA", PASSWORD)


def test_the_account_and_the_register_are_those_of_the_text_files(database: Path, text_twin: Path) -> None:
    mine, twin = _read(database), _read(text_twin)
    assert mine.totals() == twin.totals()
    assert mine.totals()["relationships"]["quarantined"] > 5
    assert mine.totals()["relationships"]["blank"] == 3
    for name, table in twin.tables.items():
        assert mine.tables[name].equals(table), name
    said = [{(each.table, each.code, each.column, each.n) for each in one.findings} for one in (mine, twin)]
    assert said[0] == said[1]


def test_the_report_is_the_same_to_the_byte(database: Path, text_twin: Path, shell: Shell) -> None:
    charts = []
    for folder in (database, text_twin):
        checked = shell("check", folder, "--json", SALASANA=PASSWORD)
        assert checked.returncode == 1, checked.stderr
        assert all(row["read"] for row in json.loads(checked.stdout)["files"])
        told = shell("run", folder, *FEW, "-o", folder / "tulos", SALASANA=PASSWORD)
        assert told.returncode == 0, told.stderr
        assert PASSWORD not in checked.stdout + checked.stderr + told.stdout + told.stderr
        (run,) = [path for path in (folder / "tulos").iterdir() if path.is_dir()]
        assert PASSWORD not in (run / "manifest.json").read_text(encoding="utf-8")
        charts.append({path.name: path.read_bytes() for path in (run / "charts").glob("*.svg")})
        shutil.rmtree(folder / "tulos")
    assert charts[0] == charts[1]
    assert len(charts[0]) >= 9
