"""One unique person in the demo's extracts: nothing of her may stand anywhere but in the quarantine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from kumppanuus.demo import write_demo
from kumppanuus.disclosure.scan import is_identity_code
from kumppanuus.disclosure.unpack import pieces
from tests.studies import few

CLIENT, FAMILY, CODE = "0987654", "0998877", "030310A9XX"
NEEDLES = (
    "Kanariakero", "Kanariasyy", "Kanariapalvelu", "Kanariatuotanto", "Kanariakylä", "Kanariatyöntekijä",
    "Kanariavastaaja", "Kanariarooli", "Kanariakysymys",
    CLIENT, CLIENT.lstrip("0"), FAMILY, FAMILY.lstrip("0"), "030310A",
)  # fmt: skip

_BY_CHANCE = re.compile(r"(?<![0-9A-Za-z])(?:-?\d{15,20}|[0-9a-f]{32,})(?![0-9A-Za-z])")
"""Pseudonyms and keyed digests: in a million of their digits every row of six stands somewhere."""


def _code() -> str:
    born = "030310"
    return next(code for check in "0123456789ABCDEFHJKLMNPRSTUVWXY" if is_identity_code(code := f"{born}A{977}{check}"))


def _plant(folder: Path) -> None:
    extracts = folder / "aineisto"
    with (extracts / "asiakkaat_2023.csv").open("a", encoding="cp1252", newline="") as file:
        file.write(f"{CLIENT};{_code()};{FAMILY};Läntinen alue;Kanariakero\r\n")
    rows = (
        ("Perhetyö", "03.03.2023", "Kanariasyy 17 b", "Oma", "Keskusta"),
        ("Kanariapalvelu", "04.03.2023", "", "Oma", "Keskusta"),
        ("Perhetyö", "05.05.2023", "", "Kanariatuotanto", "Keskusta"),
        ("Puheterapia", "06.06.2023", "", "Oma", "Kanariakylä"),
        ("Sijaishuolto", "31.2.2023", "Kanariasyy", "Oma", "Keskusta"),
    )
    with (extracts / "asiakkuudet_2023.csv").open("a", encoding="cp1252", newline="") as file:
        for service, start, reason, way, area in rows:
            file.write(f"{CLIENT};{service};{start};30.11.2023;{reason};{way};{area};Kanariatyöntekijä\r\n")
    with (extracts / "itsearviointi.csv").open("a", encoding="cp1252", newline="") as file:
        for group, question in (("Johto", "y1"), ("Kanariarooli", "y2"), ("Johto", "Kanariakysymys")):
            file.write(f"Kanariavastaaja;10.10.2025;{group};Keskusta;{question};4\r\n")


def _texts(path: Path) -> Iterator[str]:
    """Yield what can be read in a file: as it stands, unpacked, and of a register its tables."""
    content = path.read_bytes()
    yield content.decode("latin-1")
    yield content.decode("utf-8", errors="replace")
    if path.suffix == ".parquet":
        yield from (str(column.to_pylist()) for column in pq.read_table(path).columns)
        yield str(pq.read_schema(path))
    else:
        yield from (piece.text for piece in pieces(content))


FEW = few("baseline.capability", "baseline.coverage", "lifecycle.exits", "lifecycle.network",
          "lifecycle.combinations", "lifecycle.pathways",
          "lifecycle.trajectories", "resources.spending")  # fmt: skip
"""Rooms in which her reason, service, area, family and cost would stand; others protect longer and tell less."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    folder, temporary = tmp_path_factory.mktemp("kunta"), tmp_path_factory.mktemp("tmp")
    write_demo(folder, families=1000)
    _plant(folder)
    spoken = ""
    for words in (["check"], ["check", "--json"], ["run", *FEW], ["run", *FEW, "--internal"]):
        done = subprocess.run(
            [sys.executable, "-m", "kumppanuus", words[0], str(folder), *words[1:]],
            env={**os.environ, "TMPDIR": str(temporary), "PYTHONIOENCODING": "utf-8"},
            capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert done.returncode in (0, 1), done.stderr  # 1: some rows are in quarantine
        spoken += done.stdout + done.stderr
    return folder, temporary, spoken


def test_the_canary_was_read(told: tuple[Path, Path, str]) -> None:
    folder, _, _ = told
    aside = "".join(
        text for path in (folder / ".kumppanuus" / "quarantine").rglob("*") if path.is_file() for text in _texts(path)
    )
    assert "31.2.2023" in aside
    assert CLIENT in aside


def test_nothing_of_the_canary_is_said_or_written(told: tuple[Path, Path, str]) -> None:
    folder, temporary, spoken = told
    assert not [needle for needle in NEEDLES if needle in spoken]
    looked = 0
    for place in (folder / "runs", folder / "internal", folder / ".kumppanuus", temporary):
        for path in sorted(path for path in place.rglob("*") if path.is_file() and "quarantine" not in path.parts):
            looked += 1
            texts = [_BY_CHANCE.sub(" ", text) for text in _texts(path)]
            sung = {needle for text in texts for needle in NEEDLES if needle in text}
            assert not sung, f"{path.relative_to(place)}: {sorted(sung)}"
    assert looked > 10
    assert list((folder / "internal").glob("*/manifest.json"))
