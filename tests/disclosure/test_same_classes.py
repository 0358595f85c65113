"""What is written and said tells nothing that is not published: counts that fall into the same classes of six, and
small ones that are hidden, give the same bytes.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import itertools
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.attack.publish import Case, publish, write
from benchmarks.attack.town import random_town
from kumppanuus import pipeline
from kumppanuus.analysis import Result, Table
from kumppanuus.console.ending import tell_run
from kumppanuus.console.speech import console_say
from kumppanuus.disclosure.base import keys_of
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import Released
from kumppanuus.errors import DisclosureError
from kumppanuus.study import load_study
from kumppanuus.wings import ROOMS

KEY = "ab" * 32
STUDY = """
schema = 1
study = { organiser = "Pikkula", synthetic = true }
window = { from = 2021-01-01, to = 2023-12-31 }
[[sources]]
table = "clients"
files = ["asiakkaat.csv"]
columns = { client = "Asiakasnumero", birth_date = "Syntymäaika" }
[[sources]]
table = "relationships"
files = ["asiakkuudet.csv"]
columns = { client = "Asiakasnumero", service = "Palvelu", start = "Alkupvm", end = "Loppupvm" }
[[services]]
code = "open"
name = { fi = "Avoin kohtaamispaikka" }
level = "universal"
[[services]]
code = "work"
name = { fi = "Perhetyö" }
level = "early"
[[services]]
code = "placement"
name = { fi = "Sijoitus kodin ulkopuolelle" }
level = "corrective"
"""
NOT_OF_CLASSES = ("baseline.concentration", "lifecycle.determinants", "lifecycle.exits", "lifecycle.levels",
                  "lifecycle.parallel", "lifecycle.trajectories")  # fmt: skip
"""Rooms that publish numbers of exact ones (R5, R8, R16: in whole percents, two digits, steps, classes of p)."""
OF_THE_RUN = ("run", "study", "key", "inputs", "outputs", "cells", "seal")
"""Entries of the manifest that follow from the bytes of the extracts."""


@dataclass(frozen=True)
class People:
    """Clients of each service: whose relationship ended, and whose is still open on the last day."""

    open_ended: int = 31
    open_open: int = 7
    work_ended: int = 25
    work_open: int = 15
    placement_open: int = 3


ONE = People()  # 38 + 40 + 3 = 81 clients (79-84), 56 of them ended (55-60), 25 open (25-30)
OTHERS = {
    "a hidden number": replace(ONE, placement_open=5),
    "a published number": replace(ONE, open_ended=33),
    "both": replace(ONE, open_ended=32, placement_open=5),
}


@dataclass(frozen=True)
class Written:
    """What a run wrote, without the name of the run, and what it said."""

    files: dict[str, bytes]
    manifest: dict[str, object]
    said: str


def _town(folder: Path, people: People) -> None:
    """Everybody is in one service from one day to one other, so that no number but the counts can change."""
    groups = (
        ("open", "15.10.2022", people.open_ended, 1000), ("open", "", people.open_open, 2000),
        ("work", "15.10.2022", people.work_ended, 3000), ("work", "", people.work_open, 4000),
        ("placement", "", people.placement_open, 5000),
    )  # fmt: skip
    rows = [(first + n, service, end) for service, end, many, first in groups for n in range(many)]
    folder.mkdir()
    clients = ["Asiakasnumero;Syntymäaika", *(f"{client};05.06.2012" for client, _, _ in rows)]
    stays = ["Asiakasnumero;Palvelu;Alkupvm;Loppupvm", *(f"{c};{service};12.04.2021;{end}" for c, service, end in rows)]
    (folder / "asiakkaat.csv").write_text("\n".join(clients) + "\n", encoding="utf-8")
    (folder / "asiakkuudet.csv").write_text("\n".join(stays) + "\n", encoding="utf-8")
    (folder / "kumppanuus.toml").write_text(STUDY, encoding="utf-8")


def _run(folder: Path, people: People) -> Written:
    _town(folder, people)
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        patch.setenv("KUMPPANUUS_KEY", KEY)
        done = pipeline.run(load_study(folder), skip=NOT_OF_CLASSES, progress=lambda step, done, total: None, png=False)
        tell_run(done, console_say("en"))
    assert not done.failed
    files = {path.relative_to(done.folder).as_posix(): path.read_bytes() for path in sorted(done.folder.rglob("*.*"))}
    with zipfile.ZipFile(done.folder / "tables.xlsx") as book:
        files |= {f"tables.xlsx/{part.filename}": book.read(part) for part in book.infolist()}
    del files["tables.xlsx"]
    manifest = json.loads(files.pop("manifest.json"))
    files = {name: content.replace(done.run_id.encode(), b"RUN") for name, content in files.items()}
    told = {name: value for name, value in manifest.items() if name not in OF_THE_RUN}
    return Written(files, told, said.getvalue().replace(str(folder), "TOWN").replace(done.run_id, "RUN"))


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return _run(tmp_path_factory.mktemp("same") / "one", ONE)


@pytest.mark.parametrize("name", OTHERS)
def test_the_same_classes_give_the_same_bytes(name: str, one: Written, tmp_path: Path):
    other = _run(tmp_path / "other", OTHERS[name])
    assert [each for each in one.files if one.files[each] != other.files.get(each)] == []
    assert one.files.keys() == other.files.keys()
    assert one.manifest == other.manifest
    assert one.said == other.said


def test_another_class_is_told(one: Written, tmp_path: Path):
    """The comparison sees a difference where there is one, in pictures, page and workbook."""
    other = _run(tmp_path / "other", replace(ONE, open_ended=ONE.open_ended + 6))
    changed = {name for name in one.files if one.files[name] != other.files[name]}
    assert "raportti.html" in changed
    assert any(name.endswith("-baseline-coverage-levels.svg") for name in changed)
    assert any(name.startswith("tables.xlsx/xl/worksheets") for name in changed)


COUNTING = ("baseline.coverage", "lifecycle.network")
CLASS, ENOUGH = 6, 3


def test_files_are_made_of_what_is_released(tmp_path: Path):
    """Random towns of which some counts, or all, are dealt anew in their classes: two bases, one set of files.

    Whether a number is hidden may depend on exact ones (three families or two); then there is nothing to compare.
    """
    compared = 0
    for seed, share in itertools.product(range(8), (1.0, 0.1)):
        case = publish(random_town(seed, largest=900), [room for room in ROOMS if room.key in COUNTING])
        other = {key: _dealt_anew(key, result, share) for key, result in case.exact.items()}
        released = _released(other, case)
        if not case.released or not released or _published(released) != _published(case.released):
            continue
        assert _changed(case.exact, other) >= 10
        again = replace(case, exact=other, released=released)
        one, two = (_files(each, tmp_path / f"{compared}{name}") for each, name in ((case, "one"), (again, "two")))
        assert [name for name in one if one[name] != two[name]] == []
        compared += 1
        if compared == ENOUGH:
            return
    pytest.fail("too few towns could be compared")


def _released(results: Mapping[str, Result], case: Case) -> Released | None:
    try:
        return release(results, case.town.study.disclosure)
    except DisclosureError:
        return None


def _dealt_anew(key: str, result: Result, share: float) -> Result:
    """Return a result whose tables of counts hold other numbers of the same classes; one cell is one number."""
    tables = {name: table for name, table in type(result).tables().items() if table.form == "counts"}
    frames = {name: _dealt(key, name, table, getattr(result, name), share) for name, table in tables.items()}
    return replace(result, **frames)


def _dealt(key: str, name: str, table: Table, frame: pd.DataFrame, share: float) -> pd.DataFrame:
    changed = frame.reset_index(drop=True)
    for column in table.names("persons", "families", "count"):
        chance = np.array([_chance(cell) for cell in keys_of((key, name), table, changed, column)]).reshape(-1, 2)
        values = changed[column].to_numpy(dtype=float)
        new = (np.ceil(values / CLASS) - 1) * CLASS + 1 + np.floor(chance[:, 0] * CLASS)
        changed[column] = np.where((values > 0) & (chance[:, 1] < share), new, values)
    return changed


def _chance(cell: str) -> tuple[float, float]:
    digest = hashlib.blake2b(cell.encode(), digest_size=8).digest()
    return int.from_bytes(digest[:4], "little") / 2**32, int.from_bytes(digest[4:], "little") / 2**32


def _changed(one: Mapping[str, Result], other: Mapping[str, Result]) -> int:
    """Return how many numbers two bases differ by."""
    frames = [(getattr(one[key], name), getattr(other[key], name)) for key in one for name in type(one[key]).tables()]
    numbers = [[each.select_dtypes("number").to_numpy(dtype=float) for each in pair] for pair in frames]
    return sum(int((first != second)[~np.isnan(first)].sum()) for first, second in numbers)


def _published(released: Released) -> dict[str, tuple[str, str, int, tuple[str, ...]]]:
    return {
        f"{key}/{name}": (table.frame.to_json(), table.masked.to_json(), table.hidden, table.told)
        for key, result in released.results.items()
        for name, table in result.tables.items()
    }


def _files(case: Case, folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in write(case, folder)}
