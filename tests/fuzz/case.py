"""One case: the town damaged by a seed, read by the command line, and everything it said judged."""

from __future__ import annotations

import csv
import re
import sys
import tomllib
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kumppanuus import cli
from kumppanuus.console import faults
from kumppanuus.errors import EXIT_FAULT, KumppanuusError
from kumppanuus.intake import extracts
from kumppanuus.intake.account import Intake
from kumppanuus.study import STUDY_FILE, load_study
from tests.fuzz.mutations import CANARY, CANARY_CODE, mutate
from tests.fuzz.town import Files, Town
from tests.studies import few

UNPACK_EVERY = 5
EXITS = {"init": (0, 1, 2), "check": (0, 1, 2), "run": (0, 1, 2, 3, 4)}
_IDENTITY_CODE = re.compile(r"(?<![0-9A-Za-z])\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y](?![0-9A-Za-z])")
_TOKEN = re.compile(r"[^\W_]+")
_ASIDE = "[0-9][0-9][0-9]_*.csv"
"""Files of the quarantine with the records themselves."""
_TEXTS = (".csv", ".toml", ".txt", ".json", ".html", ".svg")


class Broken(Exception):
    """A promise was broken; says which, and no value."""


@dataclass(slots=True)
class Said:
    """What one command gave: its exit code, its words, what it read or why it could not."""

    code: int
    words: str
    intakes: list[Intake] = field(default_factory=list)
    raised: list[BaseException] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Case:
    """A damaged town on the disk.

    told : what was done to it. touched : names of the damaged files.
    """

    seed: int
    folder: Path
    told: str
    touched: frozenset[str]
    files: Mapping[str, bytes]

    @property
    def moved(self) -> bool:
        """Values may stand under the header of another column: names of workers where its header says services.

        A proposed study names the texts of a column of services, whatever they are; numbers and codes it never names.
        """
        return any(word in self.told for word in ("header", "column", "swap"))


def make_case(town: Town, seed: int, folder: Path) -> Case:
    """Write a town damaged by `seed`."""
    dice = Random(seed)
    files: Files = dict(town.files)
    done, touched = mutate(dice, files)
    study, asked = _study(dice, town.study)
    (folder / "aineisto").mkdir(parents=True)
    for name, content in files.items():
        (folder / "aineisto" / name).write_bytes(content)
    (folder / "kumppanuus.toml").write_text(study, encoding="utf-8")
    return Case(seed, folder, f"{done} | {asked}", touched, files)


def _study(dice: Random, text: str) -> tuple[str, str]:
    """Ask for the same in one of several ways; half of the time exactly as the demo does."""
    if dice.random() < 0.5:
        return text, "as the demo"
    told = dice.choice(["parts", "snapshots", "full", "corrections"])
    text = text.replace('files_are = "snapshots"', f'files_are = "{told}"')
    if dice.random() < 0.7:
        text = re.sub(r'(?m)^(encoding|delimiter) = ".*"$', r'\1 = "auto"', text)
        told += ", auto"
    return text, told


def judge(case: Case, town: Town, reads: Mapping[str, int], speak: Callable[..., Said], command: str) -> None:
    """Let a command loose on a case.

    Parameters
    ----------
    reads : records of each file of the town when nothing is damaged.

    Raises
    ------
    Broken
        A traceback, an unbalanced account, or a value that came to light.
    """
    folder = case.folder / "aineisto" if command == "init" else case.folder
    said = speak(command, folder)
    _judge_words(case, town, said, command)
    if command == "init" and said.code == 0:
        _judge_proposal(case, town, speak, folder)
    for intake in said.intakes:
        _judge_account(case, reads, intake)
        _judge_quarantine(case.folder / ".kumppanuus" / "quarantine", intake)
    _judge_files(case, town)


def _judge_words(case: Case, town: Town, said: Said, command: str) -> None:
    if said.code not in EXITS[command]:
        raise Broken(f"exit code {said.code}: {_places(said)}")
    if "Traceback" in said.words or "panicked" in said.words:
        raise Broken("traceback")
    strange = [
        error for error in said.raised if isinstance(error, KumppanuusError) and error.code in ("KU199", "KU908")
    ]
    if strange:
        raise Broken(f"{strange[0]}")
    _demand_silence(said.words, town, "stdout or stderr", case)
    for error in said.raised:
        _demand_silence("".join(traceback.format_exception(error)), town, "exception", case)


def _places(said: Said) -> str:
    return "; ".join(f"{type(e).__name__} {traceback.extract_tb(e.__traceback__)[-1]}" for e in said.raised)


def _demand_silence(words: str, town: Town, where: str, case: Case) -> None:
    tokens = set(_TOKEN.findall(words))
    secrets = (value for value in town.secrets if where != STUDY_FILE or not (case.moved and value.startswith("Esim")))
    leaked = [value for value in secrets if value in tokens or (not value.isalnum() and value in words)]
    if leaked or CANARY in words or CANARY_CODE in words or _IDENTITY_CODE.search(words):
        kind = "canary" if CANARY in words or CANARY_CODE in words else "identifying value"
        raise Broken(f"{kind} in {where}")


def _judge_proposal(case: Case, town: Town, speak: Callable[..., Said], folder: Path) -> None:
    """The proposed study loads, and reading by it keeps the same promises."""
    tomllib.loads((folder / "kumppanuus.toml").read_text(encoding="utf-8"))
    load_study(folder)
    said = speak("check", folder)
    _judge_words(case, town, said, "check")
    for intake in said.intakes:
        _judge_account(case, {}, intake)
        _judge_quarantine(folder / ".kumppanuus" / "quarantine", intake)


def _judge_account(case: Case, reads: Mapping[str, int], intake: Intake) -> None:
    for part in intake.account:
        if not part.balanced or min(part.used, part.outside_window, part.blank, *part.merged.values(), 0) < 0:
            raise Broken(f"account of {part.file} does not balance")
        if reads and part.file not in case.touched and part.read != reads[part.file]:
            raise Broken(f"{part.file} was not damaged and has {part.read} records")
        lines = _lines_of(case.files.get(part.file, b'"'))
        if reads and lines is not None and part.read != lines - 1:
            raise Broken(f"{part.file} has {lines} lines and {part.read} records")
    for table, rows in intake.tables.items():
        used = sum(part.used for part in intake.account if part.table == table)
        if used != rows.num_rows:
            raise Broken(f"{used} used records of {table}, {rows.num_rows} rows")


def _lines_of(content: bytes) -> int | None:
    """Count the lines of a text file in which nothing is quoted; None of any other."""
    if b'"' in content or b"\x00" in content or content.startswith(b"PK"):
        return None
    return len(re.findall(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", content))


def _judge_quarantine(folder: Path, intake: Intake) -> None:
    """Every record put aside stands in the quarantine, once."""
    csv.field_size_limit(sys.maxsize)
    kept = 0
    for file in folder.glob(_ASIDE):
        with file.open(encoding="utf-8-sig", newline="") as lines:
            kept += sum(1 for _ in csv.reader(lines, delimiter=";")) - 1
    if kept != sum(part.quarantined_total for part in intake.account):
        raise Broken(f"{kept} records in quarantine, other number in the account")


def _judge_files(case: Case, town: Town) -> None:
    """No value stands in any file that was written, but for the records put aside; nothing was left half done."""
    for path in _written(case):
        content = path.read_bytes()
        if path.suffix in _TEXTS:
            _demand_silence(content.decode("utf-8", errors="replace"), town, path.name, case)
        elif CANARY.encode() in content or CANARY_CODE.encode() in content:
            raise Broken(f"canary in {path.name}")
        elif path.suffix == ".parquet" and case.seed % UNPACK_EVERY == 0:
            _demand_silence(" ".join(_stored(path)), town, path.name, case)
        if path.name == faults.FAULT_FILE or ".writing" in str(path) or ".old" in str(path):
            raise Broken(f"{path.name} was left behind")


def _stored(path: Path) -> Iterator[str]:
    """Give the texts and the numbers of people that a table of the register holds."""
    table = pq.read_table(path)
    for name, kind in zip(table.column_names, table.schema.types, strict=True):
        if not name.startswith("_") and kind in (pa.string(), pa.uint64()):
            yield from map(str, table[name].unique().to_pylist())


def _written(case: Case) -> Iterator[Path]:
    for path in sorted(case.folder.rglob("*")):
        mine = path.parent.name == "aineisto" and path.name in case.files
        aside = path.parent.name == "quarantine" and path.match(_ASIDE)
        if path.is_file() and not mine and not aside:
            yield path


def speaker(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Give the command line of this process, with everything it says and reads recorded."""
    read = extracts.read_extracts
    now = [Said(0, "")]

    def recorded(*arguments: Any, **settings: Any) -> Intake:
        try:
            intake = read(*arguments, **settings)
        except BaseException as error:
            now[-1].raised.append(error)
            raise
        now[-1].intakes.append(intake)
        return intake

    def fault(error: Exception) -> KumppanuusError:
        now[-1].raised.append(error)
        return KumppanuusError("KU900", file="")

    monkeypatch.setattr(extracts, "read_extracts", recorded)
    monkeypatch.setattr(faults, "_fault", fault)

    def speak(command: str, folder: Path) -> Said:
        said = Said(0, "")
        now[:] = [said]
        extra = {
            "init": ["--yes", "--force"],
            "run": ["--no-png", *few("baseline.data_quality", "baseline.coverage")],
            "check": ["--json"] * (folder.name[-1] in "13579"),
        }
        monkeypatch.setattr(sys, "argv", ["kumppanuus", command, str(folder), *extra[command]])
        monkeypatch.chdir(folder)
        capfd.readouterr()
        try:
            cli.main()
        except SystemExit as leave:
            said.code = leave.code if isinstance(leave.code, int) else EXIT_FAULT
        except BaseException as error:  # nothing but an exit may come out of main
            said.code = EXIT_FAULT
            said.raised.append(error)
        told = capfd.readouterr()
        said.words = told.out + told.err
        return said

    return speak
