"""Records put aside, with their raw text, where only the owner of the study can read them."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kumppanuus.analysis import files
from kumppanuus.intake.account import FileAccount
from kumppanuus.intake.chunk import LONGEST_FIELD, Extract, Faults
from kumppanuus.intake.encoding import UNDECODED
from kumppanuus.intake.rules import Rule, load_rules
from kumppanuus.intake.safety import safe_reading
from kumppanuus.language.catalogue import read_texts
from kumppanuus.study import Language

SUMMARY = "summary.csv"
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class PutAside:
    """The faults of one file; `spans` has the number of lines of records that take more than one."""

    table: str
    extract: Extract
    faults: Faults
    spans: Mapping[int, int]


def write_quarantine(
    folder: Path, parts: Sequence[PutAside], accounts: Iterable[FileAccount], *, language: Language = "fi"
) -> None:
    """Replace the quarantine of the study.

    One file per input file with faults, its raw records beside the rule that each broke first; the lay list, which
    says in words what to mend on which row and holds no value, so that it may be sent to the owner of the register; and
    ``summary.csv`` with counts only. Everything is written aside and put in place at once.

    Parameters
    ----------
    folder : made with mode 0700; its files get 0600.
    language : of the lay list.
    """
    with _aside(folder) as aside:
        for number, part in enumerate(parts, start=1):
            if len(part.faults.rows):
                name = f"{number:03d}_{part.table}_{part.extract.path.name[:_LONGEST_NAME]}.csv"
                with safe_reading(part.extract.path.name):
                    _write(aside / name, ("file", "sheet", "row", "rule", "raw"), _records(part))
        if any(len(part.faults.rows) for part in parts):
            texts = {key.removeprefix("lay_list."): text[language] for key, text in lay_texts().items()}
            head = tuple(texts[name] for name in ("file", "sheet", "row", "rule", "what", "mend"))
            _write(aside / texts["name"], head, _advice(parts, language))
        counts = (
            (account.table, _as_text(account.file), _as_text(account.sheet), rule, n)
            for account in accounts
            for rule, n in sorted(account.quarantined.items())
        )
        _write(aside / SUMMARY, ("table", "file", "sheet", "rule", "rows"), counts)


def _records(part: PutAside) -> Iterator[tuple[Any, ...]]:
    """Read the file again, for the raw text of its faulty records only."""
    raw = part.extract.raw(part.faults.rows, part.spans)
    for row, rule, text in zip(part.faults.rows.tolist(), part.faults.rules.tolist(), raw, strict=True):
        yield _as_text(part.extract.path.name), _as_text(part.extract.sheet), row, f"KU{rule}", _as_text(text)


def lay_texts() -> dict[str, dict[str, str]]:
    """Return the words of the lay list, its file name included."""
    return read_texts(files("kumppanuus.intake") / "lay_list.toml")


def _advice(parts: Iterable[PutAside], language: Language) -> Iterator[tuple[Any, ...]]:
    """Say of every record put aside where it stands, what is wrong and how to mend it; never what it says."""
    rules = load_rules()
    for part in parts:
        file, sheet = _as_text(part.extract.path.name), _as_text(part.extract.sheet)
        for row, number in zip(part.faults.rows.tolist(), part.faults.rules.tolist(), strict=True):
            yield file, sheet, row, f"KU{number}", *_words(rules[f"KU{number}"], language)


def _words(rule: Rule, language: Language) -> tuple[str, str]:
    return rule.what[language], rule.mend[language]


def _as_text(raw: str) -> str:
    """Return raw text that no spreadsheet takes for a formula, cut where it stops being readable."""
    short = raw[:LONGEST_FIELD].replace(UNDECODED, "\ufffd").replace("\x00", "\u2400")
    return "'" + short if short.startswith(("=", "+", "-", "@", "\t", "\r")) else short


def _write(file: Path, header: tuple[str, ...], records: Iterable[tuple[Any, ...]]) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(header)
        writer.writerows(records)
        stream.flush()
        os.fsync(stream.fileno())


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """Give a new folder beside `folder`; it takes the place of `folder` when the block ends well."""
    aside, old = folder.with_name(folder.name + ".writing"), folder.with_name(folder.name + ".old")
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left_over in (aside, old):
        shutil.rmtree(left_over, ignore_errors=True)
    aside.mkdir(mode=0o700)
    try:
        yield aside
        if folder.exists():
            folder.rename(old)
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
