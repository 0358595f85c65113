"""One municipality, three dialects: what another system exports is read to the same register and the same report."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kumppanuus.demo import write_demo
from tests.conftest import Shell
from tests.functional.dialects import (
    Register,
    full_rows,
    give_key,
    registers_of,
    toml,
    utf8_with_mark,
    windows_1252,
    workbook,
)
from tests.studies import few

DIALECTS: Mapping[str, tuple[str, Callable[[Register], bytes]]] = {
    "utf-8 with a mark": (".csv", utf8_with_mark),
    "windows-1252": (".csv", windows_1252),
    "workbooks": (".xlsx", workbook),
}
FORM = {"files", "folder", "format", "encoding", "delimiter", "decimal", "sheet", "header_row", "date_format"}
"""Settings of a source that say how its files are written, not what they mean."""
ONLY_OF_FILES = ("KU301", "KU403", "KU409", "KU411")
"""Findings that the form of a file brings: short rows, unused columns, hidden rows and sheets."""


@dataclass(frozen=True)
class Told:
    """What `check` and `run` gave.

    files : name without ending → its account. findings : (name, code, column, rows). charts : name → bytes.
    """

    files: dict[str, dict[str, Any]]
    findings: set[tuple[str, str, str, int]]
    charts: dict[str, bytes]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "kunta"
    write_demo(folder, families=1000)
    return folder


@pytest.fixture(scope="module")
def own(demo: Path, shell: Shell) -> Told:
    """The demo by its own study."""
    return _told(demo, shell)


@pytest.fixture(scope="module")
def proposed(demo: Path, tmp_path_factory: pytest.TempPathFactory, shell: Shell) -> dict[str, Any]:
    """What `init` proposes for the demo as it is."""
    folder = tmp_path_factory.mktemp("alku") / "aineisto"
    shutil.copytree(demo / "aineisto", folder)
    return _proposed(folder, shell)


@pytest.fixture(scope="module", params=DIALECTS)
def dialect(request: pytest.FixtureRequest, demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's extracts in a dialect, with the demo's key."""
    ending, write = DIALECTS[request.param]
    folder = tmp_path_factory.mktemp("murre") / request.param.replace(" ", "-")
    folder.mkdir()
    for stem, register in registers_of(demo / "aineisto").items():
        (folder / f"{stem}{ending}").write_bytes(write(register))
    return folder


def _proposed(folder: Path, shell: Shell) -> dict[str, Any]:
    told = shell("init", folder, "--yes")
    assert told.returncode == 0, told.stderr
    assert "Salaliittolainen" not in told.stdout
    return tomllib.loads((folder / "kumppanuus.toml").read_text(encoding="utf-8"))


def _told(folder: Path, shell: Shell) -> Told:
    checked = json.loads(shell("check", folder, "--json").stdout)
    told = shell("run", folder, *few("baseline.coverage", "lifecycle.network", "resources.spending"))
    assert told.returncode == 0, told.stderr
    (run,) = [path for path in (folder / "runs").iterdir() if path.is_dir()]
    return Told(
        {Path(row["file"]).stem: row for row in checked["files"]},
        {(Path(each["file"]).stem, each["code"], each["column"], each["n"]) for each in checked["findings"]},
        {path.name: path.read_bytes() for path in (run / "charts").glob("*.svg")},
    )


def _meant(source: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in source.items() if key not in FORM}


def test_init_recognises_the_same_in_every_dialect(dialect: Path, proposed: dict[str, Any], shell: Shell) -> None:
    """Tables, columns, snapshots, words, services, areas, window: only the form of the files differs."""
    mine = _proposed(dialect, shell)
    assert {key: value for key, value in mine.items() if key != "sources"} == {
        key: value for key, value in proposed.items() if key != "sources"
    }
    assert list(map(_meant, mine["sources"])) == list(map(_meant, proposed["sources"]))


def test_a_proposed_study_runs_unchanged(dialect: Path, shell: Shell) -> None:
    _proposed_again(dialect, shell)
    told = shell("run", dialect, "--no-png", *few("baseline.coverage"))
    assert told.returncode == 0, told.stderr
    assert "raportti.html" in told.stdout
    shutil.rmtree(dialect / "runs")


def _proposed_again(folder: Path, shell: Shell) -> dict[str, Any]:
    shutil.rmtree(folder / ".kumppanuus", ignore_errors=True)
    (folder / "kumppanuus.toml").unlink(missing_ok=True)
    return _proposed(folder, shell)


def _joined(mine: Mapping[str, Any], demo: Path) -> str:
    """Sources as `init` proposes them; what texts mean, services and areas as the demo's study says."""
    meant = tomllib.loads((demo / "kumppanuus.toml").read_text(encoding="utf-8"))
    by_stem = {_stem(source): source for source in meant["sources"]}
    sources = []
    for source in mine["sources"]:
        own = by_stem[_stem(source)]
        kept = {name: header for name, header in source["columns"].items() if name in own["columns"]}
        assert kept == own["columns"]
        said = {"columns": kept, "values": own.get("values", {}), "constants": own.get("constants", {})}
        sources.append(source | said)
    order = [*by_stem]
    return toml(meant | {"sources": sorted(sources, key=lambda source: order.index(_stem(source)))})


def _stem(source: Mapping[str, Any]) -> str:
    return Path(source["files"][0]).stem


def test_every_dialect_gives_the_same_account_and_charts(dialect: Path, demo: Path, own: Told, shell: Shell) -> None:
    """Read as `init` proposes, with the demo's words for services: the same register, so the same bytes.

    What the form changes: a workbook has no short rows, so they are not read and not put aside, and the chart of the
    account may tell of fewer.
    """
    study = _joined(_proposed_again(dialect, shell), demo)
    (dialect / "kumppanuus.toml").write_text(study, encoding="utf-8")
    give_key(demo, dialect)
    told = _told(dialect, shell)
    lost = _lost_short_rows(demo) if dialect.name == "workbooks" else {}
    for stem, wanted in own.files.items():
        row = told.files[stem]
        same = ("table", "used", "merged", "outside_window", "blank")
        assert {key: row[key] for key in same} == {key: wanted[key] for key in same}
        assert row["read"] == wanted["read"] - lost.get(stem, 0)
        quarantined = {code: n for code, n in wanted["quarantined"].items() if not (lost and code == "KU301")}
        assert row["quarantined"] == quarantined
    assert _of_data(told) == _of_data(own)
    assert told.charts.keys() == own.charts.keys()
    different = {name for name, chart in own.charts.items() if told.charts[name] != chart}
    assert different <= {name for name in own.charts if lost and "data-account" in name}
    assert len(own.charts) >= 9


def _of_data(told: Told) -> set[tuple[str, str, str, int]]:
    return {finding for finding in told.findings if finding[1] not in ONLY_OF_FILES}


def _lost_short_rows(demo: Path) -> dict[str, int]:
    registers = registers_of(demo / "aineisto")
    return {stem: len(register.rows) - len(full_rows(register)) for stem, register in registers.items()}
