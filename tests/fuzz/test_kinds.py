"""The same for every other kind of extract: workbooks old and new, Parquet, archives, a database file."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.functional.dialects import toml
from tests.fuzz.case import Broken, Case, Said, judge
from tests.fuzz.mutations import BYTE_MUTATIONS, CANARY
from tests.fuzz.seeds import batches
from tests.fuzz.town import Town
from tests.fuzz.workbooks import damage_parts
from tests.intake.kinds import WRITERS, csv_text, write_sqlite, write_zip

HEADER = ("Asiakas", "Palvelu", "Alku", "Loppu", "Muuta")
CLIENTS = [f"77345{n:03d}" for n in range(60)]
ROWS: list[list[Any]] = [
    [client, "koti", datetime.datetime(2023, 1, 1 + n % 28), None if n % 3 else datetime.datetime(2023, 3, 1), CANARY]
    for n, client in enumerate(CLIENTS)
]
SOURCE = {
    "table": "relationships",
    "columns": {"client": "Asiakas", "service": "Palvelu", "start": "Alku", "end": "Loppu"},
}
KINDS = sorted({*WRITERS, "zip", "db"} - {"xlsm"})
PACKED = ("xlsx", "xlsb", "ods", "zip")


def _write(kind: str, file: Path) -> None:
    if kind == "zip":
        write_zip(file, {"r.csv": csv_text(HEADER, ROWS)})
    elif kind == "db":
        write_sqlite(file, HEADER, ROWS)
    else:
        WRITERS[kind](file, HEADER, ROWS)


def _where(kind: str) -> dict[str, object]:
    if kind == "zip":
        return {"folder": "aineisto/r.zip", "files": ["r.csv"]}
    if kind == "db":
        return {"database": "sqlite:///aineisto/r.db", "query": "SELECT * FROM poiminta ORDER BY rowid"}
    return {"folder": "aineisto", "files": [f"r.{kind}"]}


def _study(kind: str) -> str:
    window = {"from": datetime.date(2022, 1, 1), "to": datetime.date(2023, 12, 31)}
    service = {"code": "koti", "name": {"fi": "koti"}, "level": "early"}
    return toml(
        {"schema": 1, "study": {"organiser": "X"}, "window": window, "sources": [SOURCE | _where(kind)],
         "services": [service]}
    )  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """Every kind of file without damage."""
    folder = tmp_path_factory.mktemp("kinds")
    for kind in KINDS:
        _write(kind, folder / f"r.{kind}")
    return {kind: (folder / f"r.{kind}").read_bytes() for kind in KINDS}


def _case(kind: str, seed: int, content: bytes, folder: Path) -> Case:
    dice = Random(f"{kind} {seed}")
    change = dice.choice([*BYTE_MUTATIONS, *[damage_parts] * 6 * (kind in PACKED)])
    files = {f"r.{kind}": change(dice, content)}
    (folder / "aineisto").mkdir(parents=True)
    (folder / "aineisto" / f"r.{kind}").write_bytes(files[f"r.{kind}"])
    (folder / "kumppanuus.toml").write_text(_study(kind), encoding="utf-8")
    return Case(seed, folder, change.__name__.strip("_"), frozenset(files), files)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read_when_it_is_whole(
    kind: str, whole: Mapping[str, bytes], tmp_path: Path, speak: Callable[..., Said]
) -> None:
    (tmp_path / "aineisto").mkdir()
    (tmp_path / "aineisto" / f"r.{kind}").write_bytes(whole[kind])
    (tmp_path / "kumppanuus.toml").write_text(_study(kind), encoding="utf-8")
    said = speak("check", tmp_path)
    assert said.code == 0, said.words
    assert said.intakes[0].totals()["relationships"]["used"] == len(ROWS)


@pytest.mark.parametrize("seeds", batches(of=10), ids=lambda seeds: f"{seeds.start}-{seeds.stop}")
@pytest.mark.parametrize("kind", KINDS)
def test_no_damage_breaks_or_betrays(
    kind: str, seeds: range, whole: Mapping[str, bytes], tmp_path: Path, speak: Callable[..., Said]
) -> None:
    town, broken = Town("", {}, frozenset(CLIENTS)), []
    for seed in seeds:
        case = _case(kind, seed, whole[kind], tmp_path / f"case{seed}")
        for command in ["check"] + ["init"] * (seed % 4 == 0):
            try:
                judge(case, town, {}, speak, command)
            except Broken as what:
                broken.append(f"{kind}, seed {seed}, {command}: {what} [{case.told}]")
        shutil.rmtree(case.folder)
    if broken:
        pytest.fail("\n".join(broken), pytrace=False)
