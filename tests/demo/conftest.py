"""The demo written once, and its registers read by another route: csv, openpyxl and plain Python."""

from __future__ import annotations

import csv
import datetime
import io
import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pytest

from kumppanuus.demo import DemoFiles, write_demo


def _date(text: str) -> datetime.date | None:
    try:
        return datetime.datetime.strptime(text, "%d.%m.%Y").date()
    except ValueError:
        return None


@dataclass
class Reading:
    """Relationships by key, read as a careful person would, with what became of every record."""

    kept: dict = field(default_factory=dict)
    reasons: dict = field(default_factory=dict)
    read: int = 0
    blank: int = 0
    merged: int = 0

    def refuse(self, reason: str) -> None:
        self.reasons[reason] = self.reasons.get(reason, 0) + 1


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    return write_demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def truth(demo: DemoFiles) -> dict:
    return json.loads(demo.truth.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def study(demo: DemoFiles) -> dict:
    return tomllib.loads(demo.study.read_text(encoding="utf-8"))


def _records(path: Path) -> list[list[str]]:
    """Rows of a register after the header; a blank line is an empty list."""
    text = path.read_bytes().decode("cp1252")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))[1:]


def _paths(demo: DemoFiles, start: str) -> list[Path]:
    return [path for path in demo.extracts if path.name.startswith(start)]


@pytest.fixture(scope="session")
def register(demo: DemoFiles, study: dict) -> Reading:
    """The relationships of all snapshots, oldest first, the latest word about each kept."""
    services = study["sources"][0]["values"]["service"]
    reading = Reading()
    for path in _paths(demo, "asiakkuudet"):
        for row in _records(path):
            reading.read += 1
            if not row:
                reading.blank += 1
            elif row[0] == "Yhteensä":
                reading.refuse("totals_row")
            elif len(row) != 8:
                reading.refuse("short_row")
            else:
                _take(reading, [cell.strip() for cell in row], services)
    return reading


def _take(reading: Reading, row: list[str], services: dict) -> None:
    client, service, start, end, _, production, *_ = row
    first = _date(start)
    last = None if end in ("", "31.12.9999") else _date(end)
    if first is None or (last is None and end not in ("", "31.12.9999")):
        reading.refuse("impossible_date")
    elif last is not None and last < first:
        reading.refuse("end_before_start")
    else:
        key = (client, services.get(service, "unknown"), first)
        reading.merged += key in reading.kept
        reading.kept[key] = (last, production)


@pytest.fixture(scope="session")
def families(demo: DemoFiles) -> dict:
    """Family number by client number."""
    rows = [row for path in _paths(demo, "asiakkaat") for row in _records(path) if row]
    return {row[0]: row[2] for row in rows}


@pytest.fixture(scope="session")
def visit_rows(demo: DemoFiles) -> list[tuple]:
    sheet = openpyxl.load_workbook(_paths(demo, "kaynnit")[0], read_only=True)["Käynnit"]
    return list(sheet.iter_rows(values_only=True))


@pytest.fixture(scope="session")
def paths(demo: DemoFiles) -> Callable[[str], list[Path]]:
    """Extracts whose names start with a text, in the order of their names."""
    return lambda start: _paths(demo, start)


@pytest.fixture(scope="session")
def records() -> Callable[[Path], list[list[str]]]:
    """Rows of a register after the header; a blank line is an empty list."""
    return _records


@pytest.fixture(scope="session")
def date_of() -> Callable[[str], datetime.date | None]:
    """The date of a Finnish text, None when there is no such day."""
    return _date
