"""What was read is not read again, and nothing in between can be told from a run that reads everything."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from kumppanuus.intake import extracts
from kumppanuus.intake.account import Intake
from kumppanuus.intake.extracts import read_extracts
from tests.intake.small import CLIENTS, HEADER, KEY, RELATIONSHIPS, client, rows, study_in

FIRST = HEADER + '734519;perhe;1.2.2020;\n\n734528;outo;"31.2.2020";\n734528;outo;1.3.2020;1.4.2020\n'
SECOND = HEADER + "738291;koti;1.2.2020;\n738291;koti;1.2.2020;\n;;\n"
PEOPLE = "Asiakas;Syntynyt;Sukupuoli;Perhe\n734519;1.1.2010;F;4\n738291;2.1.2010;M;4\n"
CLIENTS_KNOWN = CLIENTS | {"values": {"sex": {"F": "female", "M": "male"}}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "r1.csv").write_text(FIRST)
    (tmp_path / "r2.csv").write_text(SECOND)
    (tmp_path / "c1.csv").write_text(PEOPLE)
    return tmp_path


@pytest.fixture
def converted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files whose records are walked through to be converted."""
    names: list[str] = []
    walk = extracts._read

    def noted(*asked: Any) -> None:
        names.append(asked[2].name)
        walk(*asked)

    monkeypatch.setattr(extracts, "_read", noted)
    return names


def read(folder: Path, state: Path | None, **changes: Any) -> Intake:
    study = study_in(folder, RELATIONSHIPS | changes, CLIENTS_KNOWN)
    return read_extracts(study, KEY, quarantine=folder / "q", state=state)


def told(intake: Intake, quarantine: Path) -> str:
    tables = {name: table.to_pylist() for name, table in intake.tables.items()}
    aside = sorted((file.name, file.read_bytes()) for file in quarantine.iterdir())
    rest = (intake.account, intake.findings, intake.identifiers.tolist(), dict(intake.inputs), intake.changes)
    return repr((tables, aside, rest))


def test_a_rerun_reads_nothing_and_gives_the_same(folder: Path, converted: list[str]) -> None:
    plain = told(read(folder, None), folder / "q")
    first = told(read(folder, folder / "s"), folder / "q")
    converted.clear()
    assert told(read(folder, folder / "s"), folder / "q") == first == plain
    assert converted == []


def test_the_number_of_unchanged_files_is_said(folder: Path) -> None:
    said: list[int] = []
    for _ in range(2):
        read_extracts(
            study_in(folder, RELATIONSHIPS), KEY, quarantine=folder / "q", state=folder / "s", unchanged=said.append
        )
    assert said == [2]


def test_a_changed_file_is_read_again_alone_and_its_former_state_goes(folder: Path, converted: list[str]) -> None:
    read(folder, folder / "s")
    before = {entry.name for entry in (folder / "s").iterdir()}
    (folder / "r2.csv").write_text(SECOND + "738292;koti;1.2.2021;\n")
    converted.clear()
    changed = told(read(folder, folder / "s"), folder / "q")
    after = {entry.name for entry in (folder / "s").iterdir()}
    assert converted == ["r2.csv"]
    assert (len(before), len(after), len(before & after)) == (3, 3, 2)
    assert changed == told(read(folder, None), folder / "q")


@pytest.mark.parametrize("changes", [
    {"missing": ["", "outo"]}, {"end_is": "first_day_after"}, {"values": {"service": {"outo": "koti"}}},
])  # fmt: skip
def test_a_changed_setting_reads_its_files_again(folder: Path, converted: list[str], changes: dict[str, Any]) -> None:
    read(folder, folder / "s")
    converted.clear()
    found = told(read(folder, folder / "s", **changes), folder / "q")
    assert converted == ["r1.csv", "r2.csv"]
    assert found == told(read(folder, None, **changes), folder / "q")


def test_another_key_reads_everything_again(folder: Path, converted: list[str]) -> None:
    read(folder, folder / "s")
    converted.clear()
    read_extracts(study_in(folder, RELATIONSHIPS), bytes(32), quarantine=folder / "q", state=folder / "s")
    assert converted == ["r1.csv", "r2.csv"]


@pytest.mark.parametrize("name", ["rows.parquet", "arrays.npz", "facts.json", "seal"])
@pytest.mark.parametrize("damage", ["cut", "flipped", "gone"])
def test_a_damaged_entry_is_made_anew(folder: Path, converted: list[str], name: str, damage: str) -> None:
    first = told(read(folder, folder / "s"), folder / "q")
    for file in (folder / "s").glob(f"*/{name}"):
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes({"cut": content[:-1], "flipped": content, "gone": b""}[damage])
        if damage == "gone":
            file.unlink()
    converted.clear()
    assert told(read(folder, folder / "s"), folder / "q") == first
    assert len(converted) == 3
    converted.clear()
    assert told(read(folder, folder / "s"), folder / "q") == first
    assert converted == []


def test_nothing_raw_is_kept_and_nobody_else_may_read_it(folder: Path) -> None:
    read(folder, folder / "s")
    for entry in [folder / "s", *(folder / "s").rglob("*")]:
        assert entry.stat().st_mode & 0o077 == 0
        if entry.is_file():
            content = entry.read_bytes()
            for raw in (b"734519", b"734528", b"738291"):
                assert raw not in content
            for number in (734519, 738291):
                for width in (4, 8):
                    assert number.to_bytes(width, "little") not in content
    kept = [pq.read_table(file) for file in (folder / "s").glob("*/rows.parquet")]
    assert client("738291") in {number for table in kept for number in table["client"].to_pylist()}


def test_zeros_come_back_although_the_numbers_are_not_kept(tmp_path: Path, converted: list[str]) -> None:
    (tmp_path / "r1.csv").write_text(HEADER + "00123;perhe;1.2.2020;\n12345;perhe;1.2.2020;\n")
    (tmp_path / "r2.csv").write_text(HEADER + "99999;koti;1.2.2020;\n55555;perhe;1.2.2020;\n")
    study = study_in(tmp_path, RELATIONSHIPS)
    for _ in range(2):
        read_extracts(study, KEY, quarantine=tmp_path / "q", state=tmp_path / "s")
    assert converted == ["r1.csv", "r2.csv"]
    (tmp_path / "r2.csv").write_text(HEADER + "123;koti;1.2.2020;\n55555;perhe;1.2.2020;\n")
    for _ in range(2):
        intake = read_extracts(study, KEY, quarantine=tmp_path / "q", state=tmp_path / "s")
        assert [row["client"] for row in rows(intake)].count(client("00123")) == 2
    assert converted[2:] == ["r2.csv", "r1.csv", "r1.csv", "r2.csv"]


KILLED = """
import sys
from pathlib import Path
from kumppanuus.intake.extracts import read_extracts
from tests.intake.small import KEY
from tests.intake.test_resume import big_study
folder = Path(sys.argv[1])
print("ready", flush=True)
read_extracts(big_study(folder), KEY, quarantine=folder / "q", state=folder / "s")
"""


def big_study(folder: Path) -> Any:
    return study_in(folder, RELATIONSHIPS)


def test_a_run_killed_anywhere_can_be_run_again(tmp_path: Path) -> None:
    dice = random.Random(20)
    for number in range(6):
        lines = (f"{dice.randrange(10**6)};perhe;{dice.randrange(1, 28)}.2.2020;\n" for _ in range(3000))
        (tmp_path / f"r{number}.csv").write_text(HEADER + "".join(lines))
    whole = told(
        read_extracts(big_study(tmp_path), KEY, quarantine=tmp_path / "q", state=tmp_path / "whole"), tmp_path / "q"
    )
    for _ in range(10):
        running = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE)
        assert running.stdout is not None
        assert running.stdout.readline() == b"ready\n"
        time.sleep(dice.uniform(0, 0.4))
        running.send_signal(signal.SIGKILL)
        running.wait()
        running.stdout.close()
    again = read_extracts(big_study(tmp_path), KEY, quarantine=tmp_path / "q", state=tmp_path / "s")
    assert told(again, tmp_path / "q") == whole
    assert len(list((tmp_path / "s").iterdir())) == 6
